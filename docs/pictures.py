"""Make the pictures at the beginning of README.md, in docs/pictures: python -m docs.pictures

Each is what its own command makes, as README.md shows it beside the picture: the graph and its explorer of
docs/neuron.py, and of examples/long_range the figures and the weights that are shipped.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the runs whose model is asked

from matplotlib import rc_context
from matplotlib.figure import Figure

from docs.imports import ROOT
from examples.long_range.folder import Folder
from examples.long_range.language import check_question
from examples.long_range.report.figures.accuracy import recall_curves
from examples.long_range.report.figures.canvas import LOOK
from examples.long_range.report.figures.maps import attention_map
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


def attention(path: Path) -> None:
    """The head that looks from the question to the value asked for, in the model that is shipped."""
    circuit = Circuit.find(Folder(TRAINED).model("attention", SEED))
    weights = circuit.maps[-1][circuit.second]
    place = len(EXAMPLE) - 1, check_question(EXAMPLE)  # of the question, and of what it asks for
    _draw(
        path, attention_map, weights, EXAMPLE, f"layer {len(circuit.maps) - 1}, head {circuit.second}", place
    )


def recall(path: Path) -> None:
    """Accuracy against distance of the model, its twin and an LSTM, as measured by --full."""
    _draw(path, recall_curves, Results(TRAINED / "results.csv"), [MODELS])


def _draw(path: Path, draw: Callable[..., Figure], *arguments: object) -> None:
    with rc_context({**LOOK, "svg.fonttype": "path"}):
        draw(*arguments).savefig(path, metadata={"Date": None})


PICTURES = {"graph.svg": graph, "recall.svg": recall, "attention.svg": attention}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make them all, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description="Make README's pictures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)} (all)")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help="(docs/pictures)")
    given = parser.parse_args(arguments)
    for name in given.names or PICTURES:
        PICTURES[name](given.out / name)


if __name__ == "__main__":
    main()
