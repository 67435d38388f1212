"""Gradients told one by one: the same as those of backward, each as early as it is whole."""

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each


def net(rng: np.random.Generator) -> nn.Module:
    return nn.Sequential(
        nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 4, rng=rng), nn.Linear(4, 1, rng=rng)
    )


def leaves(rng: np.random.Generator, *shapes: tuple[int, ...]) -> list[mg.Tensor]:
    return [mg.tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]


def shared(rng):
    a, b = leaves(rng, (3, 4), (4,))
    return (a, b), lambda: (a * a + a * b + mg.tanh(a) @ b[:, None] + b[1:3].sum()).sum()


def read_twice(rng):
    (a,) = leaves(rng, (4,))
    return (a,), lambda: a[0] * a[1] + a[2] + a[0]


def cut_off(rng):
    a, b = leaves(rng, (4,), (4,))
    return (a, b), lambda: mg.where([True] * 4, a * b, mg.floor(b)).sum()


def recomputed(rng):
    a, b = leaves(rng, (4,), (4,))
    return (a, b), lambda: (mg.checkpoint(lambda x: mg.exp(x * b), a) * b).sum()


def in_threads(rng):
    model, x = net(rng), rng.normal(size=(8, 3)).astype(np.float32)
    return list(model.parameters()), lambda: mg.data_parallel(lambda x: (model(x) ** 2).mean(), x, threads=2)


def hooked(rng):
    a, b = leaves(rng, (4,), (4,))
    a.register_hook(lambda g: g * 2)
    return (a, b), lambda: (a * b * a).sum()


def itself(rng):
    (a,) = leaves(rng, ())
    return (a,), lambda: a


@each("make", [shared, read_twice, cut_off, recomputed, in_threads, hooked, itself])
def test_gradients_are_those_of_backward_and_whole_when_told(make, rng):
    parameters, loss = make(rng)
    for _ in range(2):  # added to what is there
        loss().backward()
    expected = [p.grad.data.copy() for p in parameters]
    for p in parameters:
        p.grad = None
    told = {}
    for _ in range(2):
        mg.backward_leaf_by_leaf(loss(), lambda p: told.update({p: p.grad.data.copy()}))
    for p, g in zip(parameters, expected, strict=True):
        np.testing.assert_array_equal(p.grad.data, g)
        np.testing.assert_array_equal(told[p], g)


def test_last_layers_come_first_while_the_walk_goes_on(rng):
    model = net(rng)
    names = {p: name for name, p in model.named_parameters()}
    told, walked = [], []
    x = mg.tensor(rng.normal(size=(5, 3)).astype(np.float32), requires_grad=True)
    y = model[1](model[0](x))
    y.register_hook(lambda g: walked.append(len(told)))
    mg.backward_leaf_by_leaf(model[3](model[2](y)).sum(), lambda p: told.append(names.get(p, "x")))
    assert [name[0] for name in told] == ["3", "3", "2", "2", "x", "0", "0"]
    assert walked == [4]  # of seven


def test_nothing_else_holds_a_gradient_that_was_told(rng):
    a, b = leaves(rng, (3,), (3,))
    mg.backward_leaf_by_leaf((a + b).sum(), lambda p: None)
    a.grad.data *= 2
    assert (b.grad.data == 1).all()


def test_without_a_graph_it_is_said():
    with pytest.raises(RuntimeError, match="backward\\(\\) on a tensor that no recorded op has made"):
        mg.backward_leaf_by_leaf(mg.tensor(1.0), print)


def test_a_block_that_says_that_it_sees_a_part_of_the_batch():
    assert not mg.is_part_of_batch()
    with (
        mg.part_of_batch(),
        pytest.raises(ValueError, match="batch_norm in training normalises over the whole batch"),
    ):
        nn.BatchNorm1d(3)(np.zeros((4, 3), np.float32))
    assert not mg.is_part_of_batch()
