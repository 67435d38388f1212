"""Build the site: python -m docs.site

Every page is run, in English and in Korean; a warning, a reference that leads nowhere or an error in a cell
fails the build.  The pages open from disk: docs/_build/site/en/index.html.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.translations import missing

DOCS = Path(__file__).parent
LANGUAGES = ("en", "ko")


def build(language: str, out: Path) -> int:
    """Build one language into its folder of `out`."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "-D",
        f"language={language}",
    ]
    trees = out / "doctrees" / language
    here = {**os.environ, "PYTHONPATH": str(DOCS.parent)}  # pages run this checkout, whatever is installed
    return subprocess.run([*command, "-d", trees, DOCS, out / language], env=here).returncode


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every language was built without a warning."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description="Build the documentation.")
    parser.add_argument("--language", choices=LANGUAGES, nargs="+", default=LANGUAGES, help="(both)")
    parser.add_argument("--out", type=Path, default=DOCS / "_build" / "site", help="(docs/_build/site)")
    parser.add_argument("--fresh", action="store_true", help="run every page again")
    given = parser.parse_args(arguments)
    if given.fresh:
        shutil.rmtree(DOCS / "_build", ignore_errors=True)
    if "ko" in given.language and (left := list(missing())):
        print(*left, "have no translation, or an older one: python -m docs.translations", sep="\n")
        return 1
    return max(build(language, given.out) for language in given.language)


if __name__ == "__main__":
    sys.exit(main())
