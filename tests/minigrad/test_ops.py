"""Every op of the registry, driven by the table of samples: a few tests an op, each over all of its samples.

`pytest -k sinc` runs all that is said of sinc here. An error names the check and the sample.
"""

import contextlib
import functools
import importlib
import pkgutil
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import graph, ops
from minigrad.graph import ancestors
from minigrad.operation import Operation
from tests.cases import all_of, case, each
from tests.minigrad.samples import NOT_0D, NOT_EMPTY, NOT_HALF, SAME, SAMPLES, WITHOUT_TORCH, Sample

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)

ALL = [sample for samples in SAMPLES.values() for sample in samples]


def each_sample(samples: list[Sample]) -> Any:
    """One test for each op, over those of its samples."""
    return each("sample", samples, ids=lambda sample: sample.label, by=lambda sample: sample.name)


every_sample = each_sample(ALL)


def leaves(sample: Sample, dtype: Any = np.float64) -> list[mg.Tensor]:
    return [mg.tensor(x, requires_grad=True) for x in sample.arrays(dtype)]


def cotangent(out: Any, seed: int = 1) -> np.ndarray:
    """An upstream gradient for `out`, neither constant nor symmetric."""
    return np.asarray(np.random.default_rng(seed).normal(size=out.shape), out.dtype)


def gradients(sample: Sample, g: np.ndarray | None = None, arrays: Any = None) -> list[np.ndarray]:
    inputs = leaves(sample) if arrays is None else [_leaf_on(x) for x in arrays]
    out = sample.function(*inputs)
    out.backward(cotangent(out) if g is None else g)
    return [np.zeros(x.shape) if x.grad is None else x.grad.data for x in inputs]


def _leaf_on(array: np.ndarray) -> mg.Tensor:
    """A leaf on this very array, in its memory layout."""
    leaf = mg.Tensor(array)
    leaf.requires_grad = True
    return leaf


# -- the table is complete ------------------------------------------------------------------------


def test_every_op_has_samples_and_every_sample_an_op():
    assert set(SAMPLES) == set(mg.OPS)


def test_every_op_is_public():
    for name, op in mg.OPS.items():
        room, _, last = name.rpartition(".")
        public = getattr(mg, room) if room else mg
        assert last in public.__all__
        assert getattr(public, last) is op


def test_private_ops_are_reached_through_the_public_ones():
    """concatenate, stack, einsum and pad each have an op behind them that the registry does not show."""
    rooms = [importlib.import_module(m.name) for m in pkgutil.walk_packages(ops.__path__, "minigrad.ops.")]
    made = {op for room in rooms for op in vars(room).values() if isinstance(op, Operation)}
    hidden = made - set(mg.OPS.values())
    assert {op.name for op in hidden} >= {"concatenate", "stack", "einsum", "pad"}
    seen = set()
    with mg.observe(lambda op, operands, options, out: seen.add(op)):
        for sample in ALL:
            sample.function(*sample.arrays())
        derivatives_have_ops = ("linalg.det", "linalg.norm", "power", "sigmoid", "var")
        for sample in (sample for name in derivatives_have_ops for sample in SAMPLES[name]):
            out = sample.function(*leaves(sample))
            out.backward(cotangent(out), create_graph=True)
    assert made <= seen


# -- values and derivatives -----------------------------------------------------------------------


@every_sample
def test_forward_is_numpys(sample):
    arrays = sample.arrays()
    out = sample.function(*map(mg.tensor, arrays))
    expected = np.asarray(sample.reference(*arrays))
    assert type(out) is mg.Tensor
    assert type(out.data) is np.ndarray
    assert out.shape == expected.shape
    np.testing.assert_allclose(out.data, expected, rtol=1e-12, atol=1e-14)


@every_sample
def test_gradients_and_their_gradients(sample):
    mg.check_grads(sample.function, sample.arrays(), order=2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "name",
    ["tanh", "gelu", "softmax", "log_softmax", "layer_norm", "scaled_dot_product_attention", "prod", "power"],
)
def test_third_derivatives(name):
    for sample in SAMPLES[name] if name in ("prod", "power") else SAMPLES[name][:3]:
        arrays = sample.arrays()
        if all(x.size for x in arrays):
            mg.check_grads(sample.function, arrays, order=3, rtol=1e-3, atol=1e-4)


@needs_torch
@each_sample([s for s in ALL if s.torch is not None])
def test_values_and_gradients_are_torchs(sample):
    inputs = [torch.tensor(x, requires_grad=True) for x in sample.arrays()]
    if sample.torch is SAME:
        room, _, name = sample.name.rpartition(".")
        function = getattr(getattr(torch, room) if room else torch, name, None)
        function = function or getattr(torch.nn.functional, name)
        out = sample.call(function, *inputs)
    else:
        out = sample.torch(torch, *inputs)
    np.testing.assert_allclose(
        sample.function(*sample.arrays()).data, out.detach().numpy(), rtol=1e-9, atol=1e-12
    )
    out.backward(torch.tensor(cotangent(out.detach().numpy())))
    for x, ours in zip(inputs, gradients(sample), strict=True):
        theirs = np.zeros(x.shape) if x.grad is None else x.grad.numpy()
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


def test_torch_is_asked_wherever_it_has_the_op():
    asked = {s.name for s in ALL if s.torch is not None}
    assert set(mg.OPS) - asked == WITHOUT_TORCH


# -- what every op keeps to, whatever it computes --------------------------------------------------


class Known:
    """A sample's call and its gradients, computed once, that several checks compare with."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        inputs = leaves(sample)
        out = sample.function(*inputs)
        self.out, self.g = out.data.copy(), cotangent(out)
        out.backward(self.g.copy())  # copies, since a rule may be wrong and write to them
        self.gradients = [np.zeros(x.shape) if x.grad is None else x.grad.data for x in inputs]
        for x in (self.out, self.g, *self.gradients):
            x.flags.writeable = False


CHECKS: list[Any] = []


def check(function: Any) -> Any:
    """Enter a check of one sample: all of them are one test of an op."""
    CHECKS.append(function)
    return function


@pytest.mark.parametrize("name", sorted(mg.OPS))
def test_contract(name):
    """Linear, in one float type, the same in any layout, with its own memory, recorded only when asked."""
    shapes = [x.shape for sample in SAMPLES[name] for x in sample.arrays()]
    assert any(0 in shape for shape in shapes) or name in NOT_EMPTY, "no sample has an empty array"
    assert (() in shapes) or name in NOT_0D, "no sample has a 0-d array"
    for sample in SAMPLES[name]:
        with case(sample.label):
            known = Known(sample)
            all_of((checked.__name__, functools.partial(checked, known)) for checked in CHECKS)


def of_floats(*dtypes: Any) -> Any:
    """Run the check in each of these float types."""

    def decorate(function: Any) -> Any:
        @functools.wraps(function)
        def in_each(known: Known) -> None:
            for dtype in dtypes:
                if not refused(known.sample, dtype):
                    with case(np.dtype(dtype).name):
                        function(known, dtype)

        return in_each

    return decorate


@check
def rules_give_the_same_on_arrays_and_on_tensors(known):
    inputs = leaves(known.sample)
    known.sample.function(*inputs).backward(known.g, create_graph=True)
    for x, expected in zip(inputs, known.gradients, strict=True):
        np.testing.assert_allclose(x.grad.data, expected, rtol=1e-10, atol=1e-12)


@check
def gradient_is_linear_in_the_upstream_gradient(known):
    h = cotangent(known.out, 2)
    mixed = gradients(known.sample, 2 * known.g - 3 * h)
    for m, a, b in zip(mixed, known.gradients, gradients(known.sample, h), strict=True):
        np.testing.assert_allclose(m, 2 * a - 3 * b, rtol=1e-9, atol=1e-11)


# -- dtypes ---------------------------------------------------------------------------------------


def refused(sample: Sample, dtype: Any) -> bool:
    """Whether this op may refuse float16, and does so here, in words."""
    if dtype != np.float16 or sample.name not in NOT_HALF:
        return False
    try:
        sample.function(*sample.arrays(dtype))
    except TypeError as error:
        if "float16" not in str(error):
            raise
        return True
    return False


@check
@of_floats(np.float32, np.float16)
def no_other_float_anywhere(known, dtype):
    """Values, gradients as the rules give them, and every node of the graph of the gradients."""
    with (
        np.errstate(over="ignore" if dtype == np.float16 else "warn"),
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        _check_dtypes(known.sample, dtype, monkeypatch)


def _check_dtypes(sample, dtype, monkeypatch):
    fit = graph.fit
    pulled = []

    def spy(gradient, shape, dtype, name):
        pulled.append((name, gradient.dtype))
        return fit(gradient, shape, dtype, name)

    monkeypatch.setattr(graph, "fit", spy)
    inputs = leaves(sample, dtype)
    out = sample.function(*inputs)
    assert out.dtype == dtype
    out.backward(cotangent(out))
    assert {d for _, d in pulled} <= {np.dtype(dtype)}, pulled
    assert all(x.grad is None or x.grad.dtype == dtype for x in inputs)
    pulled.clear()

    inputs = leaves(sample, dtype)
    out = sample.function(*inputs)
    out.backward(cotangent(out), create_graph=True)
    firsts = [x.grad for x in inputs if x.grad is not None]
    recorded = [g for g in firsts if g.node is not None]
    assert {g.dtype for g in firsts} <= {np.dtype(dtype)}
    for g in recorded:
        wrong = [n.op.name for n in ancestors(g.node) if n.dtype != dtype]
        assert not wrong, f"{wrong} computed in another dtype"
    for x in inputs:
        x.grad = None
    if recorded:
        total = sum(((g * g).sum() for g in recorded[1:]), (recorded[0] * recorded[0]).sum())
        total.backward()
        assert {d for _, d in pulled} <= {np.dtype(dtype)}, pulled
        assert all(x.grad is None or x.grad.dtype == dtype for x in inputs)


@check
@of_floats(np.float32, np.float16)
def short_floats_give_float64s_values_rounded(known, dtype):
    tolerance = {np.float32: 1e-5, np.float16: 2e-2}[dtype]
    arrays = known.sample.arrays(dtype)
    short = known.sample.function(*arrays)
    double = known.sample.function(*[x.astype(np.float64) for x in arrays])
    np.testing.assert_allclose(short.data, double.data, rtol=tolerance, atol=tolerance)


# -- memory ---------------------------------------------------------------------------------------


def _reversed(x: np.ndarray) -> np.ndarray:
    return np.flip(np.flip(x).copy())


def _strided(x: np.ndarray) -> np.ndarray:
    wide = np.zeros(tuple(2 * n + 1 for n in x.shape), x.dtype)
    view = wide[(..., *(slice(1, None, 2) for _ in x.shape))]
    view[...] = x
    return view


LAYOUTS = {"fortran": lambda x: np.array(x, order="F"), "reversed": _reversed, "strided": _strided}


@check
def memory_layout_makes_no_difference(known):
    for layout, lay in LAYOUTS.items():
        with case(layout):
            laid = [lay(x) for x in known.sample.arrays()]
            out = known.sample.function(*map(_leaf_on, laid))
            np.testing.assert_allclose(out.data, known.out, rtol=1e-12, atol=1e-14)
            for a, b in zip(known.gradients, gradients(known.sample, lay(known.g), laid), strict=True):
                np.testing.assert_allclose(b, a, rtol=1e-11, atol=1e-13)


def _arrays_in(saved: Any) -> list[np.ndarray]:
    if isinstance(saved, np.ndarray):
        return [saved]
    if isinstance(saved, dict):
        saved = list(saved.values())
    return [x for part in saved for x in _arrays_in(part)] if isinstance(saved, (list, tuple)) else []


@check
def nothing_given_or_saved_is_written_to(known):
    arrays = known.sample.arrays()
    before = [x.copy() for x in arrays]
    for x in arrays:
        x.flags.writeable = False
    inputs = [_leaf_on(x) for x in arrays]
    out = known.sample.function(*inputs)
    g = cotangent(out)
    g_before = g.copy()
    held = [out.data, g, *(x for node in ancestors(out.node) for x in _arrays_in(node.saved))]
    for x in held:
        x.flags.writeable = False
    kept = [x.copy() for x in held]
    out.backward(g, retain_graph=True)
    first = [None if x.grad is None else x.grad.data for x in inputs]
    for x in inputs:
        x.grad = None
    out.backward(g, retain_graph=True)
    for x, a in zip(inputs, first, strict=True):
        np.testing.assert_array_equal(x.grad.data, a)
        x.grad = None
    out.backward(g, create_graph=True)
    np.testing.assert_array_equal(g, g_before)
    for x, a in zip(arrays + held, before + kept, strict=True):
        np.testing.assert_array_equal(x, a)


@check
def gradients_are_the_leaves_own_memory(known):
    sample = known.sample
    """No gradient shares memory with an input, the upstream gradient or another gradient."""
    inputs = leaves(sample)
    out = sample.function(*inputs)
    g = cotangent(out)
    out.backward(g)
    grads = [x.grad.data for x in inputs]
    for i, a in enumerate(grads):
        others = [g, out.data, *(x.data for x in inputs), *grads[:i]]
        assert not any(np.shares_memory(a, b) for b in others)
        assert a.flags.writeable


@check
def without_recording_there_is_no_graph(known):
    sample = known.sample
    inputs = leaves(sample)
    with mg.no_grad():
        out = sample.function(*inputs)
    assert out.node is None
    assert sample.function(*sample.arrays()).node is None
    with contextlib.suppress(RuntimeError):
        out.backward()
    assert all(x.grad is None for x in inputs)


@check
def pulled_gradients_are_held_by_nothing_else(known):
    """The walk adds to them in place: see `gives_new` in graph.py."""
    out = known.sample.function(*leaves(known.sample))
    for node in ancestors(out.node) if out.node is not None else ():
        if node.op is None:
            continue
        g = np.ones(node.shape, node.dtype)
        saved = list(_arrays(node.saved))
        for _ in range(2):
            pulled = node.op.pull_back(node, node.saved, g, node.parents)
            pulled = [x for x in pulled if type(x) is np.ndarray]
            for x in pulled:
                new = x.base is None and x is not g
                assert not new or not any(x is kept for kept in saved), node.op.name
            saved += pulled


def _arrays(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _arrays(part)
