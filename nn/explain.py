"""What attention weights alone do not tell: what the output of a model depends on.

The weights say how values are mixed.  Whether the output changes with them, or with what they mix, is found
by changing it: Jain and Wallace (2019) do, and find that weights often disagree with gradients and with
leaving words out, and that other weights give the same output; Wiegreffe and Pinter (2019) answer that this
is a matter of the model and the task, and by which tests to tell.  Here are those measures, for any model.

`output` is in all of them a function of embeddings (B, S, C), a Tensor, to the scores (B, K) of K classes.
Call model.eval() first: dropout is a change of its own.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn import init
from nn.attending.attended import Attended
from nn.attending.recording import attention_layers, record_attention
from nn.inputs import plain
from nn.module import Module
from nn.ranks import rank_correlation as rank_correlation

Output = Callable[[mg.Tensor], mg.Tensor]
How = str | Callable[[Attended], np.ndarray]


class Measured(NamedTuple):
    """Beside the weights, what the output depends on."""

    gradient_times_input: np.ndarray  # (B, S), signed
    leave_one_out: np.ndarray  # (B, S), from 0 to 1
    uniform: np.ndarray  # (B,), from 0 to 1: how much the output changes with uniform weights
    permuted: np.ndarray  # (B,): with permuted ones


def measure(
    model: Module, output: Output, embeddings: Any, rng: init.Rng = None, *, instead: Any = 0.0
) -> Measured:
    """All that is measured here of one batch: each number has its own function below.

    What it gives of the places of a row, nn.draw_attention draws `beside` a map.
    """
    return Measured(
        gradient_times_input(output, embeddings),
        leave_one_out(output, embeddings, instead=instead),
        *(output_change(model, output, embeddings, how, rng) for how in ("uniform", "permuted")),
    )


def gradient_times_input(output: Output, embeddings: Any, classes: Any = None) -> np.ndarray:
    """Σ_c x_sc·∂y/∂x_sc of each place s, (B, S): how y, to first order, is made up of the places.

    y is the score, before the softmax, of the class of each row in `classes` (B,), or of that with the
    highest.  In a model that is linear in the embeddings the places add up to y exactly.
    """
    x = plain(embeddings)
    if classes is None:
        with mg.no_grad():
            classes = plain(output(mg.tensor(x))).argmax(axis=-1)
    rows = np.arange(len(x))
    slope = mg.grad(lambda e: output(e)[rows, classes].sum())(x)  # (B, S, C): rows do not meet
    return np.asarray((x * plain(slope)).sum(axis=-1))


def leave_one_out(output: Callable[..., mg.Tensor], embeddings: Any, *, instead: Any = 0.0) -> np.ndarray:
    """How much the output changes without each place, (B, S): total variation, from 0 to 1.

    A place is left out by `instead` in its embedding's stead: a number or a vector (C,), such as that of
    "<unk>"; or, with instead="mask", by output(embeddings, seen), `seen` (B, S) being True but for that
    place: what is hidden then is up to the output.
    """
    x = plain(embeddings)
    every = np.ones(x.shape[:2], np.bool)
    if isinstance(instead, str) and instead != "mask":
        raise ValueError(f'leave_one_out takes instead="mask", a number or a vector, not {instead!r}')

    def answer(seen: np.ndarray) -> np.ndarray:
        if isinstance(instead, str):
            return _probabilities(output(mg.tensor(x), seen))
        hidden = np.where(seen[..., None], x, np.asarray(instead, x.dtype))
        return _probabilities(output(mg.tensor(hidden)))

    with mg.no_grad():
        whole = answer(every)
        changes = []
        for place in range(x.shape[1]):
            seen = every.copy()
            seen[:, place] = False
            changes.append(total_variation(whole, answer(seen)))
    return np.stack(changes, axis=1)


def output_change(
    model: Module, output: Output, embeddings: Any, how: How, rng: init.Rng = None, **which: Any
) -> np.ndarray:
    """How much the output changes with other weights, (B,): total variation, from 0 to 1.

    `how` and `which` layers and heads are those of `with_weights`.
    """
    x = mg.tensor(plain(embeddings))
    with mg.no_grad():
        before = _probabilities(output(x))
        with with_weights(model, how, rng, **which):
            return total_variation(before, _probabilities(output(x)))


def change_by_head(
    model: Module, output: Output, embeddings: Any, how: How = "uniform", rng: init.Rng = None
) -> dict[str, np.ndarray]:
    """`output_change` where one head alone has other weights: (B, H) of each layer, by path.

    A page shows them below the maps: nn.show_attention(maps, beside={path: {"uniform": change[0, :, None]}}).
    """
    x = plain(embeddings)
    with record_attention(model) as maps, mg.no_grad():
        output(mg.tensor(x))
    return {
        path: np.stack(
            [
                output_change(model, output, x, how, rng, layers=[path], heads=[head])
                for head in range(weights.shape[1])
            ],
            axis=1,
        )
        for path, weights in maps.items()
    }


@contextmanager
def with_weights(
    model: Module,
    how: How,
    rng: init.Rng = None,
    *,
    layers: Collection[str] | None = None,
    heads: Collection[int] | None = None,
) -> Iterator[None]:
    """Have attention mix by other weights: "uniform" or "permuted", each query's among the keys it may see.

    `how` may be a function of `Attended` to weights (B, H, T, S), too.  `layers` are the paths of those
    that are changed, `heads` their heads; else all are.  No gradient passes through changed weights, so
    that a model can be trained with them as well.

    Raises ValueError for a path without attention, and for another word.
    """
    known = attention_layers(model)
    for path in known if layers is None else layers:
        if path not in known:
            raise ValueError(
                f"{type(model).__name__} has no attention at {path!r}, but at {', '.join(map(repr, known))}"
            )
    if isinstance(how, str):
        if how not in ("uniform", "permuted"):
            raise ValueError(
                f'weights are made "uniform" or "permuted", or by a function of Attended, not {how!r}'
            )
        generator = init.generator(rng)
        how = _uniform if how == "uniform" else lambda attended: _permuted(attended, generator)
    change = how

    def reweigh(attended: Attended) -> np.ndarray:
        changed = np.asarray(change(attended), attended.weights.dtype)
        if heads is None:
            return np.broadcast_to(changed, attended.weights.shape)
        of_heads = np.isin(np.arange(attended.weights.shape[1]), list(heads))[:, None, None]  # (H, 1, 1)
        return np.where(of_heads, changed, attended.weights)

    chosen = [known[path] for path in (known if layers is None else layers)]
    before = [layer.reweigh for layer in chosen]
    for layer in chosen:
        layer.reweigh = reweigh
    try:
        yield
    finally:
        for layer, was in zip(chosen, before, strict=True):
            layer.reweigh = was


def total_variation(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """½·Σ|p - q| over the last axis, from 0, the same, to 1, nothing in common."""
    return np.asarray(np.abs(p - q).sum(axis=-1) / 2)


def _probabilities(scores: Any) -> np.ndarray:
    return mg.softmax(mg.tensor(plain(scores))).numpy()


def _seen(attended: Attended) -> np.ndarray:
    shape = attended.weights.shape
    return np.broadcast_to(True if attended.mask is None else attended.mask, shape)


def _uniform(attended: Attended) -> np.ndarray:
    seen = _seen(attended)
    return seen / np.maximum(seen.sum(axis=-1, keepdims=True), 1)


def _permuted(attended: Attended, rng: np.random.Generator) -> np.ndarray:
    """Each row by itself: the weights of the keys that it may see, in another order."""
    seen = _seen(attended)
    in_order = np.argsort(~seen, axis=-1, kind="stable")  # those seen come first
    drawn = np.argsort(np.where(seen, rng.random(seen.shape), 2), axis=-1)  # likewise, shuffled
    changed = np.empty_like(attended.weights)
    np.put_along_axis(changed, in_order, np.take_along_axis(attended.weights, drawn, -1), -1)
    return changed
