"""Recurrent layers: equal to PyTorch's, the fused ops equal to their compositions, and their manners."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)

B, T, C, H = 3, 5, 4, 6
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
LAYERS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}


def close(ours: Any, theirs: Any, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def tensors(states: Any) -> list[Any]:
    """The arrays of a state, be it one or a pair."""
    return list(states) if isinstance(states, tuple) else [states]


# -- against PyTorch --------------------------------------------------------------------------------

CASES: list[tuple[str, dict[str, Any], tuple[int, int]]] = [
    *((name, {"num_layers": layers, "bias": bias, "bidirectional": both}, (B, T))
      for name in LAYERS for layers in (1, 2, 3) for bias in (True, False) for both in (True, False)),
    *((name, {"bidirectional": both}, shape)
      for name in LAYERS for both in (True, False) for shape in [(1, T), (B, 1), (1, 1), (2, 40)]),
    ("RNN", {"nonlinearity": "relu"}, (B, T)),
    ("RNN", {"nonlinearity": "relu", "num_layers": 2, "bidirectional": True}, (B, T)),
]  # fmt: skip


def twins(name: str, options: dict[str, Any]) -> tuple[nn.Module, Any]:
    """Ours and PyTorch's layer with the same values, in float64."""
    torch.manual_seed(0)
    first = {} if name.endswith("Cell") else {"batch_first": True}
    theirs = getattr(torch.nn, name)(C, H, **options, **first).double()
    ours = getattr(nn, name)(C, H, **options).astype(np.float64)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    return ours, theirs


def packed(module: Any, x: Any, hx: Any, lengths: list[int]) -> Any:
    """PyTorch's layer over sequences of these lengths."""
    tools = torch.nn.utils.rnn
    x = tools.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    out, last = module(x, hx)
    return tools.pad_packed_sequence(out, batch_first=True, total_length=T)[0], last


def compare(
    name: str, options: dict[str, Any], arrays: list[np.ndarray], pair: bool, rng: Any,
    lengths: list[int] | None = None,
) -> None:  # fmt: skip
    """Outputs, final states, and the gradients by input, initial states and every parameter."""
    ours, theirs = twins(name, options)
    a = [mg.tensor(x, requires_grad=True) for x in arrays]
    b = [torch.tensor(x, requires_grad=True) for x in arrays]
    results = []
    for module, (x, *states) in ((ours, a), (theirs, b)):
        hx = (tuple(states) if pair else states[0]) if states else None
        if lengths is None:
            out = module(x, hx)
        else:
            out = module(x, hx, lengths) if module is ours else packed(module, x, hx, lengths)
        results.append([y for part in tensors(out) for y in tensors(part)])
    got, expected = results
    assert len(got) == len(expected)
    weights = [rng.normal(size=tuple(y.shape)) for y in expected]
    for y, z in zip(got, expected, strict=True):
        assert y.shape == tuple(z.shape)
        close(y.data, z.detach().numpy())
    sum(((y * w).sum() for y, w in zip(got, weights, strict=True)), mg.tensor(np.zeros(()))).backward()
    sum((z * torch.tensor(w)).sum() for z, w in zip(expected, weights, strict=True)).backward()
    for x, y in zip(a, b, strict=True):
        close(x.grad.data, y.grad.numpy())
    parameters = dict(theirs.named_parameters())
    assert list(parameters) == [key for key, _ in ours.named_parameters()]
    for key, parameter in ours.named_parameters():
        close(parameter.grad.data, parameters[key].grad.numpy())


@needs_torch
@each("given", [False, True], ids=["from zeros", "initial state"])
@each(("name", "options", "shape"), CASES, ids=str)
def test_layers_are_torchs(name, options, shape, given, rng):
    count = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    state = (count, shape[0], H)
    arrays = [rng.normal(size=(*shape, C))]
    if given:
        arrays += [rng.normal(size=state) for _ in range(2 if name == "LSTM" else 1)]
    compare(name, options, arrays, name == "LSTM", rng)


PADDED: list[tuple[str, dict[str, Any], list[int]]] = [
    *((name, {"num_layers": layers, "bidirectional": both}, [2, 5, 1])
      for name in LAYERS for layers in (1, 2, 3) for both in (True, False)),
    *((name, {"bidirectional": True, "bias": False}, lengths)
      for name in LAYERS for lengths in ([5, 5, 5], [1, 1, 1], [4], [3, 5, 5, 1, 2, 4])),
    ("RNN", {"nonlinearity": "relu", "num_layers": 2, "bidirectional": True}, [2, 5, 1]),
]  # fmt: skip


@needs_torch
@each("given", [False, True], ids=["from zeros", "initial state"])
@each(("name", "options", "lengths"), PADDED, ids=str)
def test_lengths_are_torchs_packed_sequences(name, options, lengths, given, rng):
    count = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    arrays = [rng.normal(size=(len(lengths), T, C))]
    if given:
        arrays += [rng.normal(size=(count, len(lengths), H)) for _ in range(2 if name == "LSTM" else 1)]
    compare(name, options, arrays, name == "LSTM", rng, lengths)


@needs_torch
@each("given", [False, True], ids=["from zeros", "initial state"])
@each("bias", [True, False])
@each(
    ("name", "options"),
    [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}), ("GRUCell", {}), ("LSTMCell", {})],
    ids=str,
)
@each("batch", [1, B])
def test_cells_are_torchs(name, options, bias, given, batch, rng):
    arrays = [rng.normal(size=(batch, C))]
    if given:
        arrays += [rng.normal(size=(batch, H)) for _ in range(2 if name == "LSTMCell" else 1)]
    compare(name, {**options, "bias": bias}, arrays, name == "LSTMCell", rng)


@needs_torch
@pytest.mark.parametrize("name", [*LAYERS, *(f"{name}Cell" for name in LAYERS)])
def test_arguments_stand_in_torchs_order(name):
    """RNN(4, 6, 2, "relu", False), GRU(4, 6, 2, False), ..., positionally."""
    args = {"RNN": (C, H, 2, "relu", False, True, 0.1, True), "RNNCell": (C, H, False, "relu")}
    given = args.get(name, (C, H, False) if name.endswith("Cell") else (C, H, 2, False, True, 0.1, True))
    ours, theirs = getattr(nn, name)(*given), getattr(torch.nn, name)(*given)
    shapes = {key: tuple(value.shape) for key, value in theirs.state_dict().items()}
    assert {key: value.shape for key, value in ours.state_dict().items()} == shapes


# -- the ops ------------------------------------------------------------------------------------------


def operands(
    name: str, rng: Any, shape: tuple[int, ...] = (2, 3, 2, 3), dtype: Any = np.float64
) -> list[Any]:
    """x, weights, biases and initial states for an op; `shape` is B, T, in, H."""
    batch, length, inside, hidden = shape
    rows = GATES[name] * hidden
    shapes = [(batch, length, inside), (rows, inside), (rows, hidden), (rows,), (rows,), (batch, hidden)]
    shapes += [(batch, hidden)] if name == "lstm" else []
    return [rng.normal(size=s).astype(dtype) for s in shapes]


def absent(name: str, arrays: list[Any], kept: tuple[int, ...]) -> tuple[Callable[..., Any], list[Any]]:
    """The op as a function of the operands `kept`, the others being None."""
    op: Any = mg.OPS[name]

    def f(*given: Any, op: Any = op) -> Any:
        full: list[Any] = [None] * len(arrays)
        for place, x in zip(kept, given, strict=True):
            full[place] = x
        return op(*full)

    return f, [arrays[place] for place in kept]


SETS = [(0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 4), (0, 1, 2, 3, 4), (0, 1, 2, 5), (0, 1, 2, 3, 4, 5)]
SETS_LSTM = [(0, 1, 2, 6), (0, 1, 2, 3, 4, 5, 6)]
every_op = pytest.mark.parametrize("name", list(GATES))
every_set = each(
    ("name", "kept"),
    [(name, kept) for name in GATES for kept in SETS + (SETS_LSTM if name == "lstm" else [])],
)


@every_set
@each("shape", [(2, 3, 2, 3), (1, 1, 1, 1), (4, 7, 5, 2), (0, 3, 2, 3), (2, 3, 0, 3)], ids=str)
def test_fused_is_composed(name, kept, shape, rng):
    f, arrays = absent(name, operands(name, rng, shape), kept)
    found = []
    for op in (mg.OPS[name], mg.OPS[name].composed):
        leaves = [mg.tensor(x, requires_grad=True) for x in arrays]
        out = f(*leaves, op=op)
        out.backward(np.random.default_rng(1).normal(size=out.shape))
        found.append([out.data, *(x.grad.data for x in leaves)])
    for fast, composed in zip(*found, strict=True):
        assert fast.shape == composed.shape
        close(fast, composed, 1e-12)


@every_op
def test_each_gradient_alone_is_what_it_is_among_all(name, rng):
    arrays = operands(name, rng)
    leaves = [mg.tensor(x, requires_grad=True) for x in arrays]
    out = mg.OPS[name](*leaves)
    g = rng.normal(size=out.shape)
    out.backward(g)
    for place, leaf in enumerate(leaves):
        alone = mg.tensor(arrays[place], requires_grad=True)
        mg.OPS[name](*[alone if i == place else x for i, x in enumerate(arrays)]).backward(g)
        close(alone.grad.data, leaf.grad.data, 1e-13)


@every_set
def test_derivatives_to_the_second_order(name, kept, rng):
    f, arrays = absent(name, operands(name, rng, (1, 2, 1, 2)), kept)
    mg.check_grads(f, arrays, order=2, rtol=1e-4, atol=1e-5)


def test_relu_to_the_second_order(rng):
    arrays = operands("rnn", rng, (2, 3, 2, 2))
    mg.check_grads(lambda *xs: mg.rnn(*xs, "relu"), arrays, order=2, rtol=1e-4, atol=1e-5)


@every_op
def test_large_inputs_saturate_and_stay_finite(name, rng):
    leaves = [mg.tensor(1e3 * x, requires_grad=True) for x in operands(name, rng, dtype=np.float32)]
    with np.errstate(all="raise", under="ignore"):
        out = mg.OPS[name](*leaves)
        out.sum().backward()
    assert np.isfinite(out.data).all()
    assert all(np.isfinite(x.grad.data).all() for x in leaves)


@every_op
def test_float32_stays_float32(name, rng):
    leaves = [mg.tensor(x, requires_grad=True) for x in operands(name, rng, dtype=np.float32)]
    out = mg.OPS[name](*leaves)
    assert out.dtype == np.float32
    out.sum().backward()
    assert {x.grad.dtype for x in leaves} == {np.dtype(np.float32)}
    close(out.data, mg.OPS[name](*[x.data.astype(np.float64) for x in leaves]).data, 1e-5)


@every_op
def test_operands_of_several_dtypes_give_what_the_composition_gives(name, rng):
    arrays = [x.astype(np.float32) if i % 2 else x for i, x in enumerate(operands(name, rng))]
    fast, composed = mg.OPS[name](*arrays), mg.OPS[name].composed(*arrays)
    assert fast.dtype == composed.dtype == np.float64
    close(fast.data, composed.data, 1e-6)


# -- the layers -----------------------------------------------------------------------------------------

every_layer = pytest.mark.parametrize("name", list(LAYERS))


@every_layer
def test_a_layer_is_its_cell_step_by_step(name, rng):
    layer = getattr(nn, name)(C, H, rng=rng).astype(np.float64)
    cell = getattr(nn, f"{name}Cell")(C, H).astype(np.float64)
    cell.load_state_dict({key.removesuffix("_l0"): value for key, value in layer.state_dict().items()})
    x = rng.normal(size=(B, T, C))
    out, last = layer(x)
    state = None
    for t in range(T):
        state = cell(x[:, t], state)
        close(out.data[:, t], tensors(state)[0].data, 1e-13)
    for ours, theirs in zip(tensors(last), tensors(state), strict=True):
        close(ours.data[0], theirs.data, 1e-13)


@every_layer
def test_a_sequence_in_two_parts_is_the_whole(name, rng):
    layer = getattr(nn, name)(C, H, 2, rng=rng).astype(np.float64)
    x = rng.normal(size=(B, T, C))
    whole, end = layer(x)
    first, state = layer(x[:, :2])
    second, state = layer(x[:, 2:], state)
    close(np.concatenate([first.data, second.data], axis=1), whole.data, 1e-13)
    for ours, theirs in zip(tensors(state), tensors(end), strict=True):
        close(ours.data, theirs.data, 1e-13)


@every_layer
def test_it_sees_the_past_and_both_ways_the_future(name, rng):
    for bidirectional, reach in [(False, slice(0, 3)), (True, slice(0, T))]:
        layer = getattr(nn, name)(C, H, bidirectional=bidirectional, rng=rng)
        x = mg.tensor(rng.normal(size=(B, T, C)), requires_grad=True)
        out, _ = layer(x)
        assert out.shape == (B, T, H * (1 + bidirectional))
        out[:, 2].sum().backward()
        seen = (x.grad.data != 0).any(axis=(0, 2))
        np.testing.assert_array_equal(seen, [t in range(T)[reach] for t in range(T)])


@every_layer
def test_layers_through_to_the_second_order(name, rng):
    layer = getattr(nn, name)(1, 1, 2, bidirectional=True, rng=rng).astype(np.float64)
    mg.check_grads(lambda x: layer(x)[0], [rng.normal(size=(1, 3, 1))], order=2, rtol=1e-4, atol=1e-5)


@every_layer
def test_pads_change_nothing_whatever_they_hold(name, rng):
    """Each sequence padded gives, and gets as gradients, what it does alone; a sequence of pads its state."""
    lengths = [3, T, 0]
    layer = getattr(nn, name)(C, H, 2, bidirectional=True, rng=rng)
    values = rng.normal(size=(B, T, C)).astype(np.float32)
    values[np.arange(T) >= np.array(lengths)[:, None]] = np.nan
    first = rng.normal(size=(4, B, H)).astype(np.float32)
    x = mg.tensor(values, requires_grad=True)
    out, last = layer(x, (first, first) if name == "LSTM" else first, lengths)
    sum((y.sum() for y in tensors(last)), out.sum()).backward()
    found = {key: p.grad.data for key, p in layer.named_parameters()}
    expected = {key: np.zeros_like(gradient) for key, gradient in found.items()}
    for n, length in enumerate(lengths):
        np.testing.assert_array_equal(out.data[n, length:], 0)
        np.testing.assert_array_equal(x.grad.data[n, length:], 0)
        if length == 0:
            for state in tensors(last):
                np.testing.assert_array_equal(state.data[:, n], first[:, n])
            continue
        alone = mg.tensor(values[n : n + 1, :length], requires_grad=True)
        state = first[:, n : n + 1]
        layer.zero_grad()
        out_alone, last_alone = layer(alone, (state, state) if name == "LSTM" else state)
        sum((y.sum() for y in tensors(last_alone)), out_alone.sum()).backward()
        close(out.data[n, :length], out_alone.data[0], 1e-5)
        close(x.grad.data[n, :length], alone.grad.data[0], 1e-5)
        for ours, theirs in zip(tensors(last), tensors(last_alone), strict=True):
            close(ours.data[:, n], theirs.data[:, 0], 1e-5)
        for key, p in layer.named_parameters():
            expected[key] += p.grad.data
    for key, gradient in expected.items():
        close(found[key], gradient, 1e-5)


@every_layer
def test_with_lengths_through_to_the_second_order(name, rng):
    layer = getattr(nn, name)(1, 1, 2, bidirectional=True, rng=rng).astype(np.float64)
    x = rng.normal(size=(2, 3, 1))
    mg.check_grads(lambda x: layer(x, lengths=[1, 3])[0], [x], order=2, rtol=1e-4, atol=1e-5)


@every_op
def test_a_state_that_stays_keeps_its_bits(name, rng):
    arrays = operands(name, rng, (2, 4, 2, 3), np.float32)
    mask = np.array([[True, False, True, False], [False] * 4])
    whole = mg.OPS[name](*arrays, mask=mask).data
    np.testing.assert_array_equal(whole[0, 1], whole[0, 0])
    np.testing.assert_array_equal(whole[1, :4], np.broadcast_to(arrays[5][1], (4, 3)))
    if name == "lstm":
        np.testing.assert_array_equal(whole[1, 4], arrays[6][1])


@every_layer
def test_layers_keep_float32(name, rng):
    layer = getattr(nn, name)(C, H, 2, bidirectional=True, rng=rng)
    out, last = layer(mg.tensor(rng.normal(size=(B, T, C)).astype(np.float32)))
    assert {y.dtype for y in [out, *tensors(last)]} == {np.dtype(np.float32)}
    sum((y.sum() for y in tensors(last)), out.sum()).backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


@every_layer
def test_parameters_start_within_the_bound_and_from_the_generator(name):
    layer, again = (getattr(nn, name)(C, 25, 2, rng=np.random.default_rng(3)) for _ in range(2))
    for p, q in zip(layer.parameters(), again.parameters(), strict=True):
        assert 0.1 < np.abs(p.data).max() <= 1 / 5
        np.testing.assert_array_equal(p.data, q.data)


@every_layer
def test_dropout_acts_between_layers_and_only_in_training(name, rng):
    layer = getattr(nn, name)(C, H, 2, dropout=0.5, rng=rng)
    plain = getattr(nn, name)(C, H, 2)
    plain.load_state_dict(layer.state_dict())
    x = rng.normal(size=(B, T, C)).astype(np.float32)
    expected, _ = plain(x)
    outs = [layer(x)[0].data for _ in range(2)]
    assert not np.allclose(outs[0], outs[1])
    assert (outs[0] != 0).all()  # the last layer's output is whole
    states = [tensors(layer(x)[1])[0].data for _ in range(2)]
    np.testing.assert_array_equal(states[0][0], states[1][0])  # and so is the first layer
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].data, expected.data)


def test_dropout_of_everything_leaves_the_last_layer_its_biases(rng):
    layer = nn.RNN(C, H, 2, dropout=1.0, rng=rng)
    x, y = (rng.normal(size=(1, T, C)).astype(np.float32) for _ in range(2))
    np.testing.assert_array_equal(layer(x)[0].data, layer(y)[0].data)


def test_dropout_without_a_second_layer_warns():
    with pytest.warns(UserWarning, match=r"acts between layers, and there is one: use num_layers=2"):
        nn.GRU(C, H, dropout=0.5)


@every_layer
def test_what_is_not_asked_for_is_not_in_the_graph(name, rng):
    layer = getattr(nn, name)(C, H, rng=rng)
    with mg.no_grad():
        out, last = layer(rng.normal(size=(B, T, C)))
    assert all(y.node is None for y in [out, *tensors(last)])


def test_it_learns_to_recall_the_first_of_a_sequence(rng):
    """Three steps back, beyond a guess: the gradient that came through time points the right way."""
    lstm, head = nn.LSTM(2, 16, rng=rng), nn.Linear(16, 2, rng=rng)
    optimizer = nn.optim.Adam([*lstm.parameters(), *head.parameters()], lr=0.02)
    for step in range(150):
        bits = rng.integers(0, 2, (32, 4))
        out, _ = lstm(np.eye(2, dtype=np.float32)[bits])
        loss = nn.functional.cross_entropy(head(out[:, -1]), bits[:, 0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == 0:
            assert loss.item() > 0.5
    assert loss.item() < 0.05


# -- wording ----------------------------------------------------------------------------------------------

X = np.zeros((B, T, C), np.float32)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("time first", lambda: nn.LSTM(C, H, batch_first=False), ValueError,
     r"batch_first=False is not here.*give x\.swapaxes\(0, 1\)"),
    ("dropout", lambda: nn.GRU(C, H, 2, dropout=1.5), ValueError,
     r"GRU takes a dropout between 0 and 1, and got 1\.5"),
    ("no layers", lambda: nn.GRU(C, H, 0), ValueError,
     r"num_layers=0: it must be at least 1"),
    ("nonlinearity", lambda: nn.RNN(C, H, nonlinearity="gelu"), ValueError,
     r'"tanh" or "relu", not \'gelu\''),
    ("nonlinearity of the cell", lambda: nn.RNNCell(C, H, nonlinearity="gelu"), ValueError, r'not \'gelu\''),
    ("nonlinearity of the op", lambda: mg.rnn(X, np.zeros((H, C)), np.zeros((H, H)), nonlinearity="x"),
     ValueError, r'rnn takes nonlinearity="tanh" or "relu", not \'x\''),
    ("one sequence", lambda: nn.GRU(C, H)(X[0]), ValueError,
     r"gru takes sequences \(B, T, input_size\), and got x \(5, 4\): a single sequence is x\[None\]"),
    ("one sequence and its state", lambda: nn.GRU(C, H)(X[0], X[0]), ValueError,
     r"a single sequence is x\[None\]"),
    ("projections", lambda: nn.LSTM(C, H, proj_size=2), ValueError,
     r"LSTM got proj_size=2.*put nn.Linear\(hidden_size, proj_size\) after it"),
    ("no steps", lambda: nn.LSTM(C, H)(X[:, :0]), ValueError, r"lstm got x \(3, 0, 4\).*at least one"),
    ("channels", lambda: nn.LSTM(C, H)(X[..., :3]), ValueError,
     r"got x \(3, 5, 3\).*weight_ih \(24, 4\): with these, weight_ih must be \(24, 3\)"),
    ("square", lambda: mg.gru(X, np.zeros((9, C)), np.zeros((9, 4))), ValueError,
     r"gru got weight_hh \(9, 4\): it must be \(3 \* hidden_size, hidden_size\)"),
    ("square of rnn", lambda: mg.rnn(X, np.zeros((9, C)), np.zeros((9, 4))), ValueError,
     r"rnn got weight_hh \(9, 4\): it must be \(hidden_size, hidden_size\)"),
    ("bias", lambda: mg.rnn(X, np.zeros((2, C)), np.zeros((2, 2)), np.zeros(3)), ValueError,
     r"bias_ih \(3,\): with these, bias_ih must be \(2,\)"),
    ("state", lambda: nn.GRU(C, H, 2)(X, np.zeros((1, B, H))), ValueError,
     r"GRU got an initial state of shape \(1, 3, 6\).*\(directions \* num_layers, B, hidden_size\) = "
     r"\(2, 3, 6\)"),
    ("state of the cell", lambda: nn.GRUCell(C, H)(X[:, 0], np.zeros((1, H))), ValueError,
     r"h0 \(1, 6\): with these, h0 must be \(3, 6\)"),
    ("lengths of others", lambda: nn.GRU(C, H)(X, lengths=[1, 2]), ValueError,
     r"GRU got 2 lengths for 3 sequences: there must be one for each"),
    ("lengths beyond", lambda: nn.RNN(C, H)(X, lengths=[1, 2, 6]), ValueError,
     r"RNN got lengths from 1 to 6 for 5 places"),
    ("lengths below", lambda: nn.RNN(C, H)(X, lengths=[1, -2, 3]), ValueError,
     r"RNN got lengths from -2 to 3 for 5 places"),
    ("lengths of floats", lambda: nn.LSTM(C, H)(X, lengths=np.ones(3)), TypeError,
     r"LSTM takes the length of each sequence, integers \(B,\), and got float64 \(3,\)"),
    ("lengths of two axes", lambda: nn.LSTM(C, H)(X, lengths=np.ones((3, 1), int)), TypeError,
     r"integers \(B,\), and got int64 \(3, 1\)"),
    ("no pair", lambda: nn.LSTM(C, H)(X, np.zeros((1, B, H))), TypeError,
     r"the state of LSTM is a pair \(h, c\), and got a ndarray: give \(h, c\)"),
    ("three parts", lambda: nn.LSTMCell(C, H)(X[:, 0], (X, X, X)), TypeError, r"and got 3 parts"),
    ("a pair", lambda: nn.GRU(C, H)(X, (X, X)), TypeError,
     r"state of GRU is one array, and got a tuple of 2"),
    ("cell on a sequence", lambda: nn.LSTMCell(C, H)(X), ValueError,
     r"LSTMCell takes one step of each sequence, \(B, 4\), and got shape \(3, 5, 4\): give x\[:, t\]"),
]  # fmt: skip


@each(("call", "kind", "text"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_errors_say_what_to_write(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


def test_how_they_read():
    assert repr(nn.LSTM(4, 6, 2, bidirectional=True)) == (
        "LSTM(4, 6, num_layers=2, bias=True, dropout=0.0, bidirectional=True)"
    )
    assert repr(nn.GRUCell(4, 6)) == "GRUCell(4, 6, bias=True)"


def test_every_recurrent_layer_and_cell_is_public():
    for name, suffix in itertools.product(LAYERS, ("", "Cell")):
        assert name + suffix in nn.__all__
    assert set(GATES) <= set(mg.__all__)
