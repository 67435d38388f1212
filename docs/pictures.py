"""Make the pictures at the beginning of README.md, in docs/pictures: python -m docs.pictures

Each is what its own command makes, as README.md shows it beside the picture: the graph and its explorer of
docs/neuron.py, and of examples/long_range the figures and the weights that are shipped.
"""

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the runs whose model is asked

from matplotlib import rc_context
from matplotlib.figure import Figure

import minigrad as mg
import nn
from docs.frames import frame
from docs.imports import ROOT
from examples.long_range.folder import Folder
from examples.long_range.language import encode
from examples.long_range.report.figures.accuracy import recall_curves
from examples.long_range.report.figures.canvas import LOOK
from examples.long_range.report.sections.maps import EXAMPLE, Circuit
from examples.long_range.results import Results
from minigrad.__main__ import main as minigrad

FOLDER = ROOT / "docs" / "pictures"
NEURON = f"{ROOT / 'docs' / 'neuron.py'}:neuron"
TRAINED = ROOT / "examples" / "long_range" / "results"
MODELS = ["attention", "window", "lstm"]
SEED = 10  # of the weights that are shipped


def graph(path: Path) -> None:
    """The neuron's graph with values and gradients."""
    minigrad(["draw", NEURON, "--values", "--gradients", "--out", str(path)])


def explorer(path: Path) -> None:
    """The neuron's explorer where the gradient has come back to the product."""

    def show(page: Any) -> None:
        page.keyboard.press("End")
        for _ in range(3):
            page.keyboard.press("ArrowLeft")

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "walk.html"
        minigrad(["explore", NEURON, "--out", str(written)])
        path.write_bytes(frame(written, show, (960, 700), "main, #panel"))


def attention(path: Path) -> None:
    """nn.show_attention of the model that is shipped, in the head that looks from a question to the value."""
    model = Folder(TRAINED).model("attention", SEED)
    head = Circuit.find(model).second
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(encode(EXAMPLE)[None])

    def show(page: Any) -> None:
        page.select_option("#layer", label=list(maps)[-1])
        page.select_option("#head", str(head))

    with tempfile.TemporaryDirectory() as folder:
        written = nn.show_attention(maps, EXAMPLE, Path(folder) / "attention.html")
        path.write_bytes(frame(written, show, (800, 640), "#said, #tokens"))


def recall(path: Path) -> None:
    """Accuracy against distance of the model, its twin and an LSTM, as measured by --full."""
    _draw(path, recall_curves, Results(TRAINED / "results.csv"), [MODELS])


def _draw(path: Path, draw: Callable[..., Figure], *arguments: object) -> None:
    with rc_context({**LOOK, "svg.fonttype": "path"}):
        draw(*arguments).savefig(path, metadata={"Date": None})


PICTURES = {"graph.svg": graph, "recall.svg": recall, "explorer.png": explorer, "attention.png": attention}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make them all, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description="Make README's pictures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)} (all)")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help="(docs/pictures)")
    given = parser.parse_args(arguments)
    for name in given.names or PICTURES:
        if name not in PICTURES:
            parser.error(f"there is no picture {name!r}: choose of {', '.join(PICTURES)}")
        try:
            with contextlib.redirect_stdout(None):  # what its own command says
                PICTURES[name](given.out / name)
        except (RuntimeError, OSError) as error:  # no browser, no Graphviz, no such folder
            parser.exit(1, f"{parser.prog}: {name}: {error}\n")
        print(f"{given.out / name} is written")


if __name__ == "__main__":
    main()
