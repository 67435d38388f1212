"""nn.summary: counts against hand computation, the printed table, and that it leaves nothing behind."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad import modes


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


def rows(found: nn.Summary) -> dict[str, tuple[Any, int, int]]:
    return {row.path: (row.shape, row.parameters, row.flops) for row in found.rows}


def test_linear() -> None:
    # n·out products of length in are 2·in operations each; the bias adds one.
    found = nn.summary(nn.Linear(5, 3), zeros(7, 5))
    assert rows(found) == {"": ((7, 3), 5 * 3 + 3, 7 * 3 * 2 * 5 + 7 * 3)}
    assert (found.parameters, found.flops) == (18, 231)
    assert nn.summary(nn.Linear(5, 3, bias=False), zeros(2, 7, 5)).flops == 2 * 7 * 3 * 2 * 5


def test_perceptron() -> None:
    model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.LayerNorm(20), nn.Linear(20, 4, bias=False))
    assert rows(nn.summary(model, zeros(6, 10))) == {
        "": ((6, 4), 0, 0),
        "0": ((6, 20), 220, 6 * 20 * (2 * 10 + 1)),
        "1": ((6, 20), 0, 6 * 20),
        "2": ((6, 20), 40, 7 * 6 * 20),
        "3": ((6, 4), 80, 6 * 4 * 2 * 20),
    }


def test_attention() -> None:
    batch, target, source, channels, heads = 2, 3, 5, 8, 4
    model = nn.MultiheadAttention(channels, heads)
    found = nn.summary(model, zeros(batch, target, channels), *[zeros(batch, source, channels)] * 2)
    linear = lambda places: batch * places * channels * (2 * channels + 1)
    d = channels // heads
    # Each score: 2·d for q·k, 2·d for the weighted sum, and 4 for scaling and softmax.
    mixing = batch * heads * target * source * (4 * d + 4)
    assert rows(found) == {
        "": ((batch, target, channels), 3 * 8 * 8 + 3 * 8, linear(target) + 2 * linear(source) + mixing),
        "out_proj": ((batch, target, channels), 72, linear(target)),
    }


def test_products_of_stacks_and_rotations() -> None:
    class Product(nn.Module):
        def forward(self, x: mg.Tensor, y: mg.Tensor) -> mg.Tensor:
            return x @ y

    found = nn.summary(Product(), zeros(2, 3, 4), zeros(2, 4, 5))
    assert rows(found) == {"": ((2, 3, 5), 0, 2 * 3 * 5 * 2 * 4)}
    # Of each pair of channels two numbers, each of two products and a sum.
    assert nn.summary(nn.RotaryPosition(4), zeros(2, 3, 4)).flops == 3 * 2 * 3 * 4


def test_attention_without_batch_or_heads() -> None:
    class Single(nn.Module):
        def forward(self, q: mg.Tensor, k: mg.Tensor, v: mg.Tensor) -> mg.Tensor:
            return nn.functional.scaled_dot_product_attention(q, k, v)

    found = nn.summary(Single(), zeros(3, 4), zeros(5, 4), zeros(5, 6))
    assert rows(found) == {"": ((3, 6), 0, 3 * 5 * (2 * 4 + 2 * 6 + 4))}


@pytest.mark.parametrize("turned", [False, True])
def test_self_attention_costs_what_its_parts_would(turned: bool) -> None:
    batch, length, channels, heads = 2, 3, 8, 2
    layer = nn.MultiheadAttention(
        channels, heads, rotary=nn.RotaryPosition(channels // heads) if turned else None
    )

    class Apart(nn.Module):
        def __init__(self) -> None:
            self.inner = layer

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return self.inner(x, x.copy(), x.copy(), is_causal=True)[0]

    x = mg.Tensor(zeros(batch, length, channels))
    moved = nn.summary(Apart(), x).flops
    assert nn.summary(layer, x, x, x).flops == moved
    turns = 3 * 2 * batch * length * channels if turned else 0
    products = batch * length * channels * (2 * channels + 1) * 4
    assert moved == products + turns + batch * heads * length**2 * (4 * channels // heads + 4)


@pytest.mark.parametrize(
    ("kind", "gates"), [(nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)], ids=["RNN", "GRU", "LSTM"]
)
def test_recurrent_layers(kind: Any, gates: int) -> None:
    batch, time, inputs, hidden = 2, 5, 3, 4
    # At each step and for each gate: two products with a vector, and 4 for sums and the gate itself.
    step = gates * hidden * (2 * inputs + 2 * hidden + 4)
    found = nn.summary(kind(inputs, hidden), zeros(batch, time, inputs))
    assert rows(found) == {
        "": ((batch, time, hidden), gates * hidden * (inputs + hidden + 2), batch * time * step)
    }


def test_products_written_out_count_like_the_layer() -> None:
    class Written(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(np.zeros((5, 3), np.float32))

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return (x @ self.weight).reshape(-1)[None].T  # moving data costs nothing

    assert rows(nn.summary(Written(), zeros(7, 5))) == {"": ((21, 1), 15, 7 * 3 * 2 * 5)}


def test_an_encoder_counts_what_its_parts_count() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0)
    x = zeros(2, 5, 8)
    alone, stack = nn.summary(layer, x), nn.summary(nn.TransformerEncoder(layer, 3), x)
    assert stack.flops == 3 * alone.flops
    assert stack.parameters == 3 * alone.parameters == 3 * sum(p.size for p in layer.parameters())


def test_a_shared_parameter_is_counted_once() -> None:
    model = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    model[1].weight = model[0].weight
    found = nn.summary(model, zeros(2, 3))
    assert found.parameters == 9
    assert found.flops == 2 * (2 * 3 * 2 * 3)


def test_a_module_used_twice_has_one_row_and_both_costs() -> None:
    layer = nn.Linear(3, 3, bias=False)
    found = nn.summary(nn.Sequential(layer, layer), zeros(2, 3))
    assert rows(found) == {"": ((2, 3), 0, 0), "0": ((2, 3), 9, 2 * (2 * 3 * 2 * 3))}


def test_no_cost_is_lost() -> None:
    """Ops in a scope inside a module, or in a module that nobody owns, count for the module around."""
    loose = nn.Linear(4, 4, bias=False)

    class Model(nn.Module):
        def __init__(self) -> None:
            self.mine = nn.Linear(4, 4, bias=False)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            with mg.scope("part"):
                x = x * 2
            return loose(self.mine(x))

    expected = {"": ((3, 4), 0, 12 + 96), "mine": ((3, 4), 16, 96)}
    assert rows(nn.summary(Model(), zeros(3, 4))) == expected
    with mg.scope("My Model of Models"):  # nor does it matter where one stands
        assert rows(nn.summary(Model(), zeros(3, 4))) == expected


def test_the_table() -> None:
    model = nn.Sequential(
        nn.Embedding(1000, 32), nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64, 0.0), 1)
    )
    assert str(nn.summary(model, np.zeros((2, 16), int))) == (
        "module                                 output  parameters     FLOPs\n"
        "───────────────────────────────────────────────────────────────────\n"
        "Sequential                            2×16×32\n"
        "0 (Embedding)                         2×16×32      32,000\n"
        "1 (TransformerEncoder)                2×16×32\n"
        "  layers (ModuleList)\n"
        "    0 (TransformerEncoderLayer)       2×16×32                4.10 k\n"
        "      self_attn (MultiheadAttention)  2×16×32       3,168  273.41 k\n"
        "        out_proj (Linear)             2×16×32       1,056   66.56 k\n"
        "      linear1 (Linear)                2×16×64       2,112  133.12 k\n"
        "      dropout (Dropout)               2×16×64\n"
        "      linear2 (Linear)                2×16×32       2,080  132.10 k\n"
        "      norm1 (LayerNorm)               2×16×32          64    7.17 k\n"
        "      norm2 (LayerNorm)               2×16×32          64    7.17 k\n"
        "      dropout1 (Dropout)              2×16×32\n"
        "      dropout2 (Dropout)              2×16×32\n"
        "───────────────────────────────────────────────────────────────────\n"
        "total                                              40,544  623.62 k"
    )


@pytest.mark.parametrize(
    ("flops", "text"),
    [
        (6, "6"),
        (999, "999"),
        (1000, "1.00 k"),
        (2_345_678, "2.35 M"),
        (10**9, "1.00 G"),
        (10**13, "10000.00 G"),
    ],
)
def test_units(flops: int, text: str) -> None:
    (row,) = nn.summary(nn.Identity(), zeros(1)).rows
    assert str(nn.Summary([replace(row, flops=flops)])).splitlines()[-1].split() == [
        "total",
        "0",
        *text.split(),
    ]


def test_a_scalar_and_a_tuple_of_outputs() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            self.attention = nn.MultiheadAttention(4, 2)

        def forward(self, x: mg.Tensor) -> Any:
            return self.attention(x, x, x, need_weights=True)[::-1]

    found = rows(nn.summary(Both(), zeros(1, 3, 4)))
    assert found[""][0] == (1, 2, 3, 3)
    assert found["attention"][0] == (1, 3, 4)
    loss = nn.summary(nn.MSELoss(), zeros(2, 2), zeros(2, 2))
    assert loss.rows[0].shape == ()
    assert str(loss).splitlines()[2].split() == ["MSELoss", "()", "12"]  # difference, square, mean


def test_inputs_by_name() -> None:
    model = nn.MultiheadAttention(4, 2)
    x = zeros(1, 3, 4)
    shorter = nn.summary(model, query=x, key=x, value=x, is_causal=True)
    assert shorter.flops == nn.summary(model, x, x, x).flops


def test_it_observes_nothing_afterwards() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 1).eval()
    x = mg.tensor(np.ones((1, 3, 4), np.float32), requires_grad=True)
    before = model(x).numpy()
    found = nn.summary(model, x)
    text = str(found)
    assert modes.current.get() == modes.Mode()
    assert not any(module._forward_hooks for module in model.modules())
    out = model(x)
    np.testing.assert_array_equal(out.numpy(), before)
    assert out.requires_grad
    assert str(found) == text
    assert x.grad is None
    assert not any(module.training for module in model.modules())


def test_it_records_nothing() -> None:
    seen = []
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(lambda module, args, out: seen.append(out.requires_grad))
    nn.summary(layer, zeros(1, 2))
    assert seen == [False]


def test_a_forward_that_fails_leaves_nothing_either() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 3))
    with pytest.raises(ValueError, match="linear got x"):
        nn.summary(model, zeros(1, 2))
    assert not any(module._forward_hooks for module in model.modules())
    assert modes.current.get() == modes.Mode()


class Contraction(nn.Module):
    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return mg.einsum("...ij,...jk->...ik", x, np.ones((4, 5), np.float32))


def test_einsum_is_counted_by_the_indices_it_runs_over() -> None:
    assert nn.summary(Contraction(), mg.tensor(np.ones((2, 3, 4), np.float32))).flops == 2 * (2 * 3 * 4 * 5)


def test_what_is_no_module_is_refused():
    words = r"^summary takes a module and what it is called with, summary\(model, x\), and got 3 first$"
    with pytest.raises(TypeError, match=words):
        nn.summary(3)
