"""The graph of a neuron and of its own derivative, drawn with values and gradients.

python -m examples.drawn_graph        neuron.svg, derivative.svg and walk.html in runs/drawn_graph

The second graph is that of the gradient: a walk back that was itself recorded (create_graph), so that it can
be differentiated again.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import minigrad as mg
from examples.command import main
from examples.outcome import Measure


@dataclass(frozen=True)
class Config:
    a: float = 0.7
    seed: int = 0  # of b and c


def work(config: Config, folder: Path) -> list[Measure]:
    """How far the gradients that are drawn are from differences."""
    b0, c0 = np.random.default_rng(config.seed).normal(size=2)
    neuron = lambda a: np.tanh(a * b0 + c0)
    a, b, c = (mg.tensor(np.array(v), requires_grad=True) for v in (config.a, b0, c0))
    with mg.record():
        y = np.tanh(a * b + c)
        y.backward(create_graph=True)  # the walk is recorded as well
        slope = a.grad
        a.grad = None
        slope.backward()
    mg.draw(y, values=True, gradients=True).save(folder / "neuron.svg")
    mg.draw(slope, values=True, gradients=True).save(folder / "derivative.svg")
    mg.explore(y, folder / "walk.html")
    h = 1e-4
    first = (neuron(config.a + h) - neuron(config.a - h)) / (2 * h)
    second = (neuron(config.a + h) - 2 * neuron(config.a) + neuron(config.a - h)) / h**2
    off = max(abs(slope.item() - first), abs(a.grad.item() - second))
    return [Measure("drawn graph", "gradients off by", off, "", {}, 1e-6, at_most=True)]


if __name__ == "__main__":
    sys.exit(main("drawn_graph", __doc__, Config(), work))
