"""The pictures of a run: the loss curve, an attention map per head, the graph of one block.

They are drawn on figures of their own, without pyplot, so that nothing global changes.
"""

import re
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import minigrad as mg
import nn
from examples.char.model import CharTransformer
from nn.data import Vocabulary
from nn.data.vocabulary import Ids


def loss_curve(metrics: list[dict[str, float]], baselines: dict[str, float], folder: Path) -> None:
    """loss.png and loss.svg: both losses against the step, the baselines as level lines."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    steps = [row["step"] for row in metrics]
    axes.plot(steps, [row["train_loss"] for row in metrics], "o--", ms=3, color="tab:blue", label="training")
    axes.plot(
        steps, [row["validation_loss"] for row in metrics], "s-", ms=3, color="tab:red", label="validation"
    )
    for (name, loss), style in zip(baselines.items(), (":", "-."), strict=False):
        axes.axhline(loss, ls=style, lw=1, color="0.35")
        axes.annotate(
            f"{name} {loss:.2f}",
            (1, loss),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8,
        )
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats per character)")
    bits = axes.secondary_yaxis("right", functions=(lambda nats: nats / np.log(2), lambda b: b * np.log(2)))
    bits.set_ylabel("bits per character")
    axes.set_title("Predicting the next character")
    axes.legend(frameon=False, loc="center right")
    figure.savefig(folder / "loss.png", dpi=150)
    figure.savefig(folder / "loss.svg", metadata={"Date": None})


def attention_maps(model: CharTransformer, vocabulary: Vocabulary, ids: Ids, path: Path) -> None:
    """A map per head, layer by layer: row t shows what position t, having read ids[:t+1], mixes.

    And beside it, as .html, a page of them.
    """
    model.eval()
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(ids[None])
    nn.draw_attention(maps, vocabulary.decode(ids), title="Attention weights").save(path)
    nn.show_attention(maps, vocabulary.decode(ids), path.with_suffix(".html"))


def passage(vocabulary: Vocabulary, ids: Ids, length: int) -> Ids:
    """`length` ids from where a paragraph first begins with a capital letter, or from the start."""
    text = vocabulary.decode(ids[: len(ids) - length])
    found = re.search(r"\n\s*\n\s*(?=[A-Z])", text)
    start = found.end() if found else 0
    return ids[start : start + length]


def block_graph(model: CharTransformer, path: Path) -> None:
    """The computation graph of one block on a short input, grouped by its modules."""
    block = next(iter(model.blocks))
    x = mg.tensor(np.zeros((1, min(8, model.config.context), model.config.channels), np.float32))
    with mg.record():
        out = block(x, is_causal=True)
    mg.draw(out).save(path)
