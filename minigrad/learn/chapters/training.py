"""Chapter 10: layers, and steps against the gradient."""

from typing import Any

import numpy as np

from minigrad.learn.chapters.broadcasting import array
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Add to tape.py: class Linear(inputs, outputs, rng), called as x @ weight + bias with weight (inputs,
outputs) drawn from the generator `rng` and bias (outputs,) of zeros, and parameters(), the list of both;
and step(parameters, rate), which moves each parameter by -rate times its grad, in its place, and sets grad
to 0. Then your tape trains a net."""

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
WANTED = np.array([[0.0], [1.0], [1.0], [0.0]])  # exclusive or


def layer(written: Written, inputs: int, outputs: int, seed: int = 0) -> Any:
    """A Linear of the reader's."""
    made = written.Linear(inputs, outputs, np.random.default_rng(seed))
    for name, shape in (("weight", (inputs, outputs)), ("bias", (outputs,))):
        if not hasattr(made, name):
            raise Hint(f"a Linear has an attribute `{name}`, a Var of shape {shape}")
        compare(
            f"the shape of `{name}` in Linear({inputs}, {outputs}, rng)",
            np.shape(getattr(made, name).data),
            shape,
        )
    return made


def check_linear(written: Written) -> None:
    """What a Linear computes."""
    made = layer(written, 2, 3)
    made.bias.data = np.array([0.1, 0.2, 0.3])
    wanted = X @ made.weight.data + made.bias.data
    compare(
        "Linear(2, 3, rng) of x, x @ weight + bias,",
        made(array(written, X)).data,
        wanted,
        [(X @ made.weight.data, "the bias is missing")],
    )
    made(array(written, X)).sum().backward()
    compare("and after .sum().backward() the bias's grad", made.bias.grad, np.full(3, 4.0))


def check_parameters(written: Written) -> None:
    """Its parameters, drawn from the generator."""
    made = layer(written, 2, 3)
    found = made.parameters()
    if not any(p is made.weight for p in found) or not any(p is made.bias for p in found):
        raise Hint(
            "parameters() lists the weight and the bias themselves, so that a step moves what the layer reads"
        )
    weight = made.weight.data
    if np.ptp(weight) == 0:
        raise Hint(
            "all weights are the same number: then all outputs are the same, get the same gradient, and "
            "stay the "
            "same for ever; draw them with rng.normal(...)"
        )
    if not np.array_equal(weight, layer(written, 2, 3).weight.data):
        raise Hint("the same seed gave other weights: draw from the `rng` that is passed in")
    if np.array_equal(weight, layer(written, 2, 3, seed=1).weight.data):
        raise Hint("another seed gave the same weights: draw from the `rng` that is passed in")


def check_step(written: Written) -> None:
    """A step goes down, in place, and forgets the gradient."""
    p = array(written, [1.0, -2.0])
    (p * p).sum().backward()
    written.step([p], 0.1)
    compare(
        "after (p * p).sum().backward(); step([p], 0.1) at (1, -2), p.data",
        p.data,
        [0.8, -1.6],
        [
            ([1.2, -2.4], "that went up: a step goes against the gradient"),
            (
                [1.0, -2.0],
                "p has not moved: change p.data itself; a new Var would leave the layer with the old one",
            ),
            ([-1.0, 2.0], "the gradient was not multiplied by the rate"),
        ],
    )
    compare(
        "and p.grad",
        p.grad,
        np.zeros_like(p.grad),
        [([2.0, -4.0], "set it to 0, or the next step takes it again")],
    )


def check_trains(written: Written) -> None:
    """A net of two layers learns exclusive or."""
    first, second = layer(written, 2, 8, seed=3), layer(written, 8, 1, seed=4)
    parameters = [*first.parameters(), *second.parameters()]
    losses = []
    for _ in range(800):
        error = second(first(array(written, X)).tanh()) + array(written, -WANTED)
        loss = (error * error).sum()
        loss.backward()
        written.step(parameters, 0.1)
        losses.append(float(loss.data))
    if not losses[-1] < 0.05:
        raise Hint(
            f"after 800 steps the loss is {losses[-1]:.3g}, from {losses[0]:.3g} at first, and should be "
            f"below 0.05: "
            "are the weights drawn about as large as 1 / sqrt(inputs)?"
        )


EXERCISE = Exercise(
    "Layers and training",
    "tape.py",
    TASK,
    "",
    (check_linear, check_parameters, check_step, check_trains),
)
