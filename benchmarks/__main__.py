"""The whole table: this framework beside its peers, one benchmark after another, about a quarter of an hour.

    python -m benchmarks                            every benchmark
    python -m benchmarks --quick                    a minute or two: does everything run?  Not for figures
    python -m benchmarks --only train_step lstm     some of them

Needs `pip install -e '.[bench]'`; a peer that is missing is left out, and its rows say so.  table.md,
figures.json and the plots go into benchmarks/results, or where --out says.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks.contest import ContestError, alone
from benchmarks.figures import TEXT, Figure, failed, markdown, table, to_json
from benchmarks.machine import description
from benchmarks.suite import SUITE, run

FOLDER = Path(__file__).parent / "results"


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks; the exit status, which is 1 if one of them failed."""
    args = parse(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    print(description())
    found: list[list[Figure]] = []
    failures = 0
    for name in args.only or SUITE:
        print(f"\n{name} ...", end="", flush=True)
        start = time.perf_counter()
        try:
            rows = alone(run, name, args.quick, args.out)
        except KeyboardInterrupt:
            print(f"\nstopped; what came before is in {args.out}", file=sys.stderr)
            return 130
        except ContestError as error:
            print(f"\n{error}", file=sys.stderr)
            rows = [failed(name, str(error).strip().splitlines()[-1])]
            failures += 1
        print(f" {time.perf_counter() - start:.0f} s\n{_table(rows)}", flush=True)
        found.append(rows)
        write(args.out, [row for rows in found for row in rows])
    whole = "\n\n".join(_table(rows, heading=i == 0) for i, rows in enumerate(found))
    print(f"\n{whole}\n\nwritten: {args.out / 'table.md'}, {args.out / 'figures.json'}")
    return int(failures > 0)


def _table(rows: list[Figure], heading: bool = False) -> str:
    return table(rows, heading, TEXT)  # all of the same width, so that they stand below each other


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="a few rounds of everything")
    add("--only", nargs="+", choices=SUITE, metavar="NAME", help=f"of {', '.join(SUITE)}")
    add("--out", type=Path, default=FOLDER, metavar="FOLDER", help="default: benchmarks/results")
    return parser.parse_args(arguments)


def write(folder: Path, figures: list[Figure]) -> None:
    """The table as Markdown and as JSON, with the machine."""
    lines = description().splitlines()
    (folder / "table.md").write_text("  \n".join(lines) + f"\n\n{markdown(figures)}\n", "utf-8")
    facts = {"machine": lines, "figures": json.loads(to_json(figures))}
    (folder / "figures.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
