"""Chapter 14: how far a gradient comes."""

from functools import partial
from typing import Any

import numpy as np

from minigrad.learn.chapters.products import softmax
from minigrad.learn.exercise import Exercise
from minigrad.learn.numbers import compare, gradient
from minigrad.learn.written import Written

TASK = """\
How much the last state of a sequence depends on each input: recurrent_reach(w, x) for the smallest
recurrent net, h[t] = tanh(w · h[t-1] + x[t]), and attention_reach(scores, values), for the context of the
last query."""

STARTER = '''\
"""Chapter 14: how far a gradient comes."""

import numpy as np


def recurrent_reach(w, x):
    """∂h[T-1]/∂x[t] for each t, (T,): h[t] = tanh(w h[t-1] + x[t]) from h[-1] = 0; w is a number, x (T,)."""
    raise NotImplementedError


def attention_reach(scores, values):
    """∂c/∂values[s] for each s, (S,): c = Σ softmax(scores)[s] values[s]; both are (S,)."""
    raise NotImplementedError


def distance_to(share, w): """After how many steps back less than `share` is left, at most: the smallest n
with |w|ⁿ < share; |w| < 1.""" raise NotImplementedError '''

X = np.array([0.5, -1.0, 0.3, 0.8, -0.2])


def states(w: float, x: np.ndarray) -> list[float]:
    """h[0] ... h[T-1]."""
    h, found = 0.0, []
    for each in x:
        h = float(np.tanh(w * h + each))
        found.append(h)
    return found


def last_state(w: float, x: np.ndarray) -> float:
    """h[T-1]."""
    return states(w, x)[-1]


def check_recurrent(written: Written) -> None:
    """Through a recurrent net: a factor for each step."""
    for w in (0.9, -1.5):
        slope = 1 - np.array(states(w, X)) ** 2
        wanted = gradient(partial(last_state, w), X)
        product = np.cumprod((w * slope)[::-1])[::-1]
        plain = w ** np.arange(len(X) - 1, -1, -1.0)
        compare(
            f"recurrent_reach({w}, x) for five inputs",
            written.recurrent_reach(w, X.copy()),
            wanted,
            [
                (wanted[::-1], "the other way round: the last input is one step away from the last state"),
                (plain, "each step also has the slope of tanh, 1 - h²"),
                (product, "one w too many: x[t] enters at its own step, without w"),
                (wanted / slope, "the slope of tanh at the step where x[t] enters is missing"),
            ],
        )


def check_decay(written: Written) -> None:
    """Over a hundred steps."""
    found = np.asarray(written.recurrent_reach(0.9, np.zeros(100)))
    compare("recurrent_reach(0.9, 100 zeros)[0], which is 0.9⁹⁹,", found[0] / 0.9**99, 1.0)
    compare("the length of recurrent_reach(0.9, 100 zeros)", len(found), 100)


def check_attention(written: Written) -> None:
    """Through attention: one weight, at any distance."""
    scores, values = np.array([2.0, -1.0, 0.5, 0.0]), np.array([1.0, 3.0, -2.0, 0.7])
    weights = softmax(scores)
    compare(
        "attention_reach(scores, values)",
        written.attention_reach(scores, values),
        weights,
        [
            (
                weights * values,
                "that is each place's part in c; its slope along values[s] is the weight alone",
            ),
            (scores, "the weights are the softmax of the scores"),
            (weights * (1 - weights), "that is a slope along the scores; values enter as weight times value"),
        ],
    )


def check_distance(written: Written) -> None:
    """After how many steps nothing is left."""
    for share, w in ((0.01, 0.9), (0.5, -0.9), (1e-6, 0.99)):
        wanted: Any = int(np.floor(np.log(share) / np.log(abs(w)))) + 1
        compare(
            f"distance_to({share}, {w})",
            written.distance_to(share, w),
            wanted,
            [
                (wanted - 1, f"{abs(w)}^{wanted - 1} is not yet less than {share}"),
                (np.log(share) / np.log(abs(w)), "a whole number of steps: the next one up"),
            ],
        )


EXERCISE = Exercise(
    "Long-range dependencies",
    "distance.py",
    TASK,
    STARTER,
    (check_recurrent, check_decay, check_attention, check_distance),
)
