"""How deep modules may be nested, and what is said where it was too deep."""

import sys

import numpy as np
import pytest

import minigrad as mg
import nn

X = np.ones((1, 2), np.float32)


def nested(depth: int) -> nn.Module:
    module: nn.Module = nn.Linear(2, 2, rng=np.random.default_rng(0))
    for _ in range(depth):
        module = nn.Sequential(module)
    return module


@pytest.mark.parametrize("mode", [mg.no_grad, mg.debug, mg.record])
def test_three_hundred_levels_compute_as_one(mode):
    with mode():
        out = nested(300)(X)
    np.testing.assert_array_equal(out.numpy(), nested(0)(X).numpy())


def test_three_hundred_levels_with_hooks():
    model, seen = nested(300), []
    for module in model.modules():
        module.register_forward_hook(lambda module, args, out: seen.append(module))
    model(X).sum().backward()
    assert len(seen) == 301
    assert "Linear" in str(nn.summary(nested(300), X))


def test_too_deep_is_said_in_words():
    with pytest.raises(RecursionError) as caught:
        nested(sys.getrecursionlimit())(X)
    (note,) = caught.value.__notes__
    assert "in Sequential, inside of modules: each level of nesting takes two of the" in note
    assert "sys.setrecursionlimit" in note
