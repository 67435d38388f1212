"""Kernels: the loops against their twins in NumPy and against float64, and when each of them runs."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import kernels
from minigrad.kernels import dispatch
from tests.cases import each

ROOT = mg.__path__[0] + "/.."
SHAPES = [(1,), (7,), (3, 5), (2, 3, 16), (4, 33), (2, 2, 5, 31), (2, 64, 64), (1, 3, 130)]

Case = tuple[str, tuple[Any, ...], dict[str, Any]]


def cases(shape: tuple[int, ...]) -> list[Case]:
    """Every kernel with operands of about this shape, in float64."""
    rng = np.random.default_rng(len(shape))
    x, g = rng.normal(size=shape) * 3, rng.normal(size=shape)
    weight, bias = rng.normal(size=shape[-1:]), rng.normal(size=shape[-1:])
    y, mean, scale = kernels.layer_norm(x, weight, bias, -1, 1e-5)
    settings = {"keep": 0.99, "decay": 0.1, "rate": 0.01, "root": 1.1, "eps": 1e-8}
    found: list[Case] = [
        *(("gelu", (x, form), {}) for form in ("none", "tanh")),
        *(
            ("gelu_backward", (g, x, gate(form), form), {})
            for gate in (lambda form: kernels.gelu.twin(x, form)[1], lambda form: None)
            for form in ("none", "tanh")
        ),
        ("layer_norm", (x, weight, bias, -1, 1e-5), {}),
        ("layer_norm", (x, weight, bias, len(shape) - 1, 0.3), {}),
        ("layer_norm_backward", (g, x, mean, scale, weight, bias, -1), {}),
        ("adam", (x, g, y, g * g, (0.9, 0.999)), settings),
    ]
    if len(shape) > 1:
        rows, columns = shape[-2:]
        bands = [(-rows, columns), (-rows, 0), (-2, 1), (1 - columns, -1), (columns, columns + 1), (0, 0)]
        found += [("exp_scores", (x, low, high), {}) for low, high in bands]
        found.append(("exp_scores", (x, -rows, 0, x.max(axis=-1, keepdims=True)), {}))
        found.append(("scores_backward", (g, x[..., :1].copy(), np.abs(x)), {}))
    if len(shape) == 2:
        gates, product = rng.normal(size=(2, shape[0], 4 * shape[1]))
        halves = np.repeat([0.5, 0.5, 1, 0.5], shape[1])
        cell, tanh_cell, h = np.zeros((3, *shape))
        found.append(("lstm_step", (gates, product, halves, x, cell, tanh_cell, h), {}))
        values = np.tanh(gates)
        found.append(("lstm_slopes", (values[None], x[None], np.tanh(x)[None]), {}))
        found.append(("lstm_step_backward", (gates, np.tanh(x), values, g, x), {}))
    return found


ALL = [case for shape in SHAPES for case in cases(shape)]
every_case = each(
    ("name", "args", "options"),
    ALL,
    ids=[f"{name}-{np.shape(args[0])}" for name, args, _ in ALL],
    by=lambda row: row[0],
)


def run(function: Any, args: tuple[Any, ...], options: dict[str, Any], dtype: Any) -> list[np.ndarray]:
    """The arrays that the kernel gives, or None, and, since it may write to them, those that it was given."""
    args = tuple(x.astype(dtype) if isinstance(x, np.ndarray) else x for x in args)
    given = function(*args, **options)
    results = given if isinstance(given, tuple) else (given,)
    return [*results, *(x for x in args if isinstance(x, np.ndarray))]


@pytest.fixture
def compiled() -> Any:
    pytest.importorskip("numba")
    from minigrad.kernels import compiled

    return compiled


def test_every_kernel_has_cases_and_a_compiled_namesake(compiled):
    names = {name for name in kernels.__all__ if isinstance(getattr(kernels, name), dispatch.Kernel)}
    assert names == {name for name, *_ in ALL} == set(kernels.__all__) - {"keep_heap"}
    assert all(callable(getattr(compiled, name)) for name in names)


@every_case
def test_the_twin_in_float32_is_near_float64(name, args, options):
    twin = getattr(kernels, name).twin
    for single, double in zip(
        run(twin, args, options, np.float32), run(twin, args, options, np.float64), strict=True
    ):
        if single is None:  # a result in the arrays given, or a parameter that is not there
            continue
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, double, rtol=2e-5, atol=5e-6)


@every_case
def test_the_loops_are_near_float64_and_their_twin(name, args, options, compiled):
    twin = getattr(kernels, name).twin
    fast = run(getattr(compiled, name), args, options, np.float32)
    for loops, single, double in zip(
        fast, run(twin, args, options, np.float32), run(twin, args, options, np.float64), strict=True
    ):
        if loops is None:  # or what the loops rather compute again
            continue
        assert loops.dtype == np.float32
        assert loops.shape == single.shape
        assert loops.base is None  # as the engine wants what it may add to
        np.testing.assert_allclose(loops, double, rtol=2e-5, atol=5e-6)
        np.testing.assert_allclose(loops, single, rtol=2e-5, atol=5e-6)


@every_case
def test_the_same_call_gives_the_same_bits_in_threads_too(name, args, options, compiled):
    def bits(_: int) -> list[bytes]:
        found = run(getattr(kernels, name), args, options, np.float32)
        return [x.tobytes() for x in found if x is not None]

    with ThreadPoolExecutor(4) as threads:
        assert len({tuple(found) for found in threads.map(bits, range(8))}) == 1


# -- which of the two runs ------------------------------------------------------------------------


class Room:
    """Loops that say that they were called, and decline."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **options: self.called.append(name) or NotImplemented


@pytest.fixture
def room(monkeypatch):
    room = Room()
    monkeypatch.setattr(dispatch, "compiled_module", lambda: room)
    return room


def test_float32_in_one_piece_goes_to_the_loops(room, rng):
    x = rng.normal(size=(3, 4)).astype(np.float32)
    y, _ = kernels.gelu(x, "tanh")
    assert room.called == ["gelu"]
    np.testing.assert_array_equal(y, kernels.gelu.twin(x, "tanh")[0])  # since they declined


def read_only(x: np.ndarray) -> np.ndarray:
    x.flags.writeable = False
    return x


@pytest.mark.parametrize(
    "x",
    [
        np.ones(3),
        np.ones(3, np.float16),
        np.ones(3, ">f4"),
        np.ones((0, 3), np.float32),
        np.ones((4, 3), np.float32)[::2],
        np.ones((4, 3), np.float32).T,
        np.broadcast_to(np.float32(1), (3,)),
        read_only(np.ones(3, np.float32)),
        np.float32(1),
    ],
    ids=["float64", "float16", "big endian", "empty", "strided", "transposed", "broadcast", "read-only",
         "scalar"],
)  # fmt: skip
def test_all_else_goes_to_the_twin(x, room):
    y, _ = kernels.gelu(x, "none")
    assert room.called == []
    assert y.shape == x.shape


def test_layer_norm_over_other_axes_is_declined_by_the_loops(compiled, rng):
    x, row = (rng.normal(size=s).astype(np.float32) for s in [(3, 3), (3,)])
    for weight, bias, axis in [(row, row, 0), (row, None, -1), (None, row, -1), (x, x, -1), (2.0, row, -1)]:
        assert compiled.layer_norm(x, weight, bias, axis, 1e-5) is NotImplemented
        assert compiled.layer_norm_backward(x, x, row, row, weight, bias, axis) is NotImplemented


STEP = """
import sys
import numpy as np
import minigrad as mg
import nn
rng = np.random.default_rng(0)
model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 3, rng=rng))
optimizer = nn.optim.AdamW(model.parameters(), 0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = mg.cross_entropy(model(mg.tensor(rng.normal(size=(6, 4)).astype(np.float32))), np.arange(6) % 3)
    loss.backward()
    optimizer.step()
print(loss.item(), "minigrad.kernels.compiled" in sys.modules)
"""


def train(before: str = "", **environment: str) -> tuple[float, bool]:
    """The last loss of a small training in a process of its own, and whether it ran on loops."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", before + STEP], cwd=ROOT,
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loss, fast = done.stdout.split()
    return float(loss), fast == "True"


def test_an_environment_variable_switches_the_loops_off():
    loss, fast = train(MINIGRAD_KERNELS="0")
    assert not fast
    assert np.isfinite(loss)


def test_without_numba_all_is_numpy():
    """A None in sys.modules is to Python a module that cannot be imported."""
    loss, fast = train("import sys\nsys.modules['numba'] = None\n")
    assert not fast
    assert loss == train(MINIGRAD_KERNELS="0")[0]


def test_with_loops_the_training_is_the_same(compiled):
    loss, fast = train(MINIGRAD_KERNELS="1")
    assert fast
    assert loss == pytest.approx(train(MINIGRAD_KERNELS="0")[0], rel=1e-5)


def test_where_no_cache_can_be_written_the_loops_run_all_the_same(compiled):
    unwritable = """
import tempfile
def refuse(*args, **options):
    raise PermissionError("read-only")
tempfile.TemporaryFile = refuse
"""
    code = "print(mg.kernels.gelu(np.ones(3, np.float32), 'tanh')[0], c.gelu_tanh_loop._cache)"
    printed = subprocess.run(
        [sys.executable, "-c", f"{unwritable}\nimport numpy as np\nimport minigrad as mg\n"
         f"from minigrad.kernels import compiled as c\n{code}"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "0.84119" in printed
    assert "NullCache" in printed


# -- numbers at the edges -------------------------------------------------------------------------


@pytest.fixture
def over(compiled):
    """A scalar function of the loops, over an array."""

    def run(function: Any, x: np.ndarray) -> np.ndarray:
        @compiled.numba.njit
        def each(x, y):
            for i in range(x.size):
                y[i] = function(x[i])

        y = np.empty_like(x)
        each(x, y)
        return y

    return run


def test_exp_is_within_two_units_in_the_last_place(compiled, over):
    x = np.linspace(-86.5, 88.7, 200_001).astype(np.float32)
    exact = np.exp(x.astype(np.float64))
    assert (np.abs(over(compiled.exp, x) - exact) <= 2 * np.spacing(exact.astype(np.float32))).all()
    edges = np.array([-np.inf, -1e30, -90, -0.0, 0, 89, 1e30, np.inf, np.nan], np.float32)
    np.testing.assert_array_equal(over(compiled.exp, edges), [0, 0, 0, 1, 1, np.inf, np.inf, np.inf, np.nan])


def test_tanh_keeps_its_digits_where_it_is_small(compiled, over):
    x = np.concatenate([np.geomspace(1e-30, 30, 100_001), [0.0, 1e30, np.inf]]).astype(np.float32)
    x = np.concatenate([x, -x])
    np.testing.assert_allclose(over(compiled.tanh, x), np.tanh(x.astype(float)), rtol=4e-7)
    assert np.isnan(over(compiled.tanh, np.array([np.nan], np.float32)))


def test_the_normal_distribution_function(compiled, over):
    x = np.linspace(-12, 12, 20_001).astype(np.float32)
    exact = kernels.gelu.twin(x.astype(np.float64), "none")[1]
    np.testing.assert_allclose(over(compiled.normal_cdf, x), exact, rtol=0, atol=2e-7)
    np.testing.assert_allclose(kernels.gelu.twin(x, "none")[1], exact, rtol=0, atol=2e-7)


@pytest.mark.parametrize("form", ["none", "tanh"])
@pytest.mark.parametrize("way", ["twin", "loops"])
def test_gelu_of_large_numbers(form, way, request):
    room = request.getfixturevalue("compiled") if way == "loops" else None
    gelu, backward = (
        (room.gelu, room.gelu_backward) if room else (kernels.gelu.twin, kernels.gelu_backward.twin)
    )
    x = np.array([-1e6, -100, 100, 1e6, np.nan], np.float32)
    y, gate = gelu(x, form)
    np.testing.assert_array_equal(y, [0, 0, 100, 1e6, np.nan])
    np.testing.assert_array_equal(backward(np.ones_like(x), x, gate, form), [0, 0, 1, 1, np.nan])


@pytest.mark.parametrize("way", ["twin", "loops"])
def test_rows_of_scores_with_nothing_to_see_or_nan(way, request):
    exp_scores = kernels.exp_scores.twin if way == "twin" else request.getfixturevalue("compiled").exp_scores
    scores = np.array([[0, -np.inf], [-np.inf, -np.inf], [np.nan, 1], [1e30, 0]], np.float32)
    top, total = exp_scores(scores, -4, 2)
    np.testing.assert_array_equal(scores[[0, 1, 3]], [[1, 0], [0, 0], [1, 0]])
    np.testing.assert_array_equal(top[[0, 1, 3]], np.array([[0], [-np.inf], [1e30]], np.float32))
    np.testing.assert_array_equal(total[[0, 1, 3]], [[1], [0], [1]])
    assert np.isnan(scores[2]).any()
    assert np.isnan(total[2])


@pytest.mark.parametrize("way", ["twin", "loops"])
def test_adam_of_no_axes(way, request):
    adam = kernels.adam.twin if way == "twin" else request.getfixturevalue("compiled").adam
    p, m, v = (np.zeros((), np.float32) for _ in range(3))
    adam(p, np.ones((), np.float32), m, v, (0.5, 0.5), keep=1.0, decay=0.0, rate=0.1, root=1.0, eps=0.0)
    np.testing.assert_allclose([p, m, v], [-0.1 * 0.5 / np.sqrt(0.5), 0.5, 0.5], rtol=1e-6)


# -- the heap -------------------------------------------------------------------------------------


def test_the_heap_is_kept_where_there_is_glibc():
    code = "import minigrad as mg, numpy as np; print(mg.kernels.keep_heap()); np.ones(10**7); np.ones(10**7)"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert printed in ("True", "False")
    assert printed == "True" or not sys.platform.startswith("linux")


def test_no_glibc_no_harm(monkeypatch):
    from minigrad.kernels import heap

    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    assert kernels.keep_heap() is False
