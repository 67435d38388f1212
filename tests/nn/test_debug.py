"""mg.debug() around every layer and around training: the same bits as without it, and no array touched."""

import contextlib
import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

IDS = np.array([[0, 5, 2], [2, 2, 1]])
CLASSES = np.array([1, 0, 3])
PAIR = np.array([2, 2])
SIGNS = np.array([1.0, -1.0, 1.0])
BAND = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 1, 1, 1]], bool)  # (T, S)
ADDED = np.where(BAND, 0.0, -np.inf)
BLOCK = {"dim_feedforward": 7}


class Call(NamedTuple):
    """Layers made from arguments, called on arrays (of a shape: normal numbers) and options."""

    args: tuple[Any, ...] = ()
    inputs: tuple[Any, ...] = ((2, 3, 4),)
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - never changed
    options: dict[str, Any] = {}  # noqa: RUF012


def loss(*inputs: Any) -> list[Call]:
    return [Call(kwargs={"reduction": reduction}, inputs=inputs) for reduction in ("mean", "none")]


def positive(*shape: int) -> np.ndarray:
    return np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape)


ROWS, IMAGES, CURVES = ((3, 4),), ((2, 4, 6, 5),), ((2, 4, 6),)
ATTENTION = ((2, 3, 8), (2, 4, 8), (2, 4, 8))
LAYERS: dict[str, list[Call]] = {
    "ALiBi": [Call((2,), (), {}, {"length": 3})],
    "Attention": [Call((), ((2, 3, 4), (2, 2, 4), (2, 2, 5)))],
    **{name: [Call((4, 3, 5), ((2, 3, 4), (2, 2, 3)))] for name in ("AdditiveScore", "ConcatScore")},
    **{name: [Call((), ((2, 3, 4), (2, 2, 4)))] for name in ("DotScore", "ScaledDotScore")},
    "GeneralScore": [Call((4, 3), ((2, 3, 4), (2, 2, 3)))],
    "AlphaDropout": [Call((0.5,))],
    "Bilinear": [Call((4, 3, 5), ((2, 4), (2, 3)))],
    "ConstantPad1d": [Call((1, -np.inf), CURVES)],
    "ConstantPad2d": [Call((1, -np.inf), IMAGES)],
    "CosineSimilarity": [Call((), ((3, 4), (3, 4)))],
    "Dropout": [Call((0.5,))],
    "Dropout1d": [Call((0.5,))],
    "Dropout2d": [Call((0.5,), IMAGES)],
    "Embedding": [Call((6, 3), (IDS,)), Call((6, 3, 2), (IDS,))],
    "Fold": [Call(((4, 4), 2), ((2, 12, 9),))],
    "GPT": [Call((6, 4, 8, 2, 2), (IDS,), {"dropout": 0.5})],
    "GroupNorm": [Call((2, 4), CURVES)],
    "InstanceNorm1d": [Call((4,), CURVES)],
    "InstanceNorm2d": [Call((4,), IMAGES)],
    "LayerNorm": [Call((4,)), Call((4,), ((0, 4),))],
    "LearnedPosition": [Call((5, 4))],
    "Linear": [Call((4, 3)), Call((4, 3, False)), Call((4, 3), ((0, 4),))],
    "LogSigmoid": [Call((), (np.array([-1000.0, -40, 0, 40, 1000]),))],
    "MultiheadAttention": [
        Call((8, 2), ATTENTION),
        Call((8, 2), ATTENTION, {"dropout": 0.5}),
        Call((8, 2), ATTENTION, {}, {"mask": BAND}),
        Call((8, 2), ATTENTION, {}, {"mask": ADDED, "need_weights": True}),
        Call((8, 2), ATTENTION, {}, {"mask": np.zeros((3, 4), bool)}),
        Call((8, 2), ATTENTION, {}, {"mask": mg.tensor(ADDED)}),
        Call((8, 2), ((2, 3, 8),) * 3, {}, {"is_causal": True}),
    ],
    "PairwiseDistance": [Call((), ((3, 4), (3, 4)))],
    "PReLU": [Call((3,))],
    "PixelShuffle": [Call((2,), IMAGES)],
    "PixelUnshuffle": [Call((2,), ((2, 3, 4, 6),))],
    "RMSNorm": [Call((4,))],
    "RecurrentEncoder": [Call((6, 3, 2), (IDS,)), Call((6, 3, 2, "lstm", 2), (IDS, np.array([3, 2])))],
    "RecurrentDecoder": [
        Call((6, 3, 4, 4), (IDS, (2, 3, 4), (2, 4)), {"context_into": "both"}),
        Call((6, 3, 4, 4), (IDS, (2, 3, 4), (2, 4)), {"score": nn.DotScore(), "input_feeding": True}),
        *(
            Call(
                (6, 3, 4, 4, "lstm", nn.AdditiveScore(4, 4, 3), query),
                (IDS, (2, 3, 4), (2, 4), np.array([3, 2])),
                {"context_into": "both", "reach": reach, "window": 1},
            )
            for query in ("previous", "current")
            for reach in ("global", "local-m", "local-p")
        ),
    ],
    "RotaryPosition": [Call((4,))],
    "SinusoidalPosition": [Call((5, 4))],
    "Softmax": [Call((-1,)), Call((-1,), (np.where(BAND, 1.0, -np.inf),))],
    "LogSoftmax": [Call((-1,)), Call((-1,), (np.where(BAND, 1.0, -np.inf),))],
    "Softmin": [Call((-1,))],
    "Threshold": [Call((0.5, -3.0))],
    "Unflatten": [Call((1, (2, 2)), IMAGES)],
    "Unfold": [Call((2, 1, 1), IMAGES)],
    "Upsample": [Call((), IMAGES, {"scale_factor": 2})],
    # recurrent
    **{name: [Call((4, 5)), Call((4, 5, 2)), Call((4, 5), options={"lengths": [1, 3]})]
       for name in ("RNN", "GRU", "LSTM")},
    **{name: [Call((4, 5), ((2, 4),))] for name in ("RNNCell", "GRUCell", "LSTMCell")},
    # convolution and pooling
    **{f"{kind}1d": [Call((4, 3, 2), CURVES)] for kind in ("Conv", "ConvTranspose")},
    **{f"{kind}2d": [Call((4, 3, 2), IMAGES, {"padding": 1})] for kind in ("Conv", "ConvTranspose")},
    **{f"{kind}1d": [Call((3, 2), CURVES, {"padding": 1})] for kind in ("MaxPool", "AvgPool")},
    **{f"{kind}2d": [Call((3, 2), IMAGES, {"padding": 1})] for kind in ("MaxPool", "AvgPool")},
    **{f"Adaptive{kind}1d": [Call((4,), CURVES)] for kind in ("AvgPool", "MaxPool")},
    **{f"Adaptive{kind}2d": [Call((3,), IMAGES)] for kind in ("AvgPool", "MaxPool")},
    **{f"{kind}Pad1d": [Call((2,), CURVES)] for kind in ("Circular", "Reflection", "Replication", "Zero")},
    **{f"{kind}Pad2d": [Call((2,), IMAGES)] for kind in ("Circular", "Reflection", "Replication", "Zero")},
    "BatchNorm1d": [Call((4,), ROWS)],
    "BatchNorm2d": [Call((4,), IMAGES)],
    # stacks
    "TransformerEncoderLayer": [Call((8, 2), ((2, 3, 8),), BLOCK, {"is_causal": True})],
    "TransformerDecoderLayer": [Call((8, 2), ((2, 3, 8), (2, 4, 8)), BLOCK, {"tgt_is_causal": True})],
    "TransformerEncoder": [Call((nn.TransformerEncoderLayer(8, 2, 7), 2), ((2, 3, 8),))],
    "TransformerDecoder": [Call((nn.TransformerDecoderLayer(8, 2, 7), 2), ((2, 3, 8), (2, 4, 8)))],
    "Transformer": [
        Call((8, 2, 1, 1), ((2, 3, 8), (2, 4, 8)), {**BLOCK, "norm_first": first}, options)
        for first in (False, True)
        for options in ({"tgt_is_causal": True}, {"memory_mask": np.zeros((4, 3), bool)})
    ],
    "Seq2Seq": [
        Call(
            (nn.RecurrentEncoder(6, 3, 2), nn.RecurrentDecoder.bahdanau(6, 3, 4, 4)),
            (IDS, np.array([3, 2]), IDS),
        )
    ],
    "Sequential": [Call((nn.Linear(4, 3), nn.ReLU(), nn.Dropout(0.5), nn.Linear(3, 2)))],
    # losses
    "BCELoss": loss(positive(3, 4), positive(3, 4)),
    "BCEWithLogitsLoss": loss((3, 4), positive(3, 4)),
    "CosineEmbeddingLoss": loss((3, 4), (3, 4), SIGNS),
    "CrossEntropyLoss": [*loss((3, 4), CLASSES), Call((), ((3, 4), CLASSES), {"ignore_index": 0})],
    "CTCLoss": [
        Call((), (np.log(np.full((5, 2, 4), 0.25)), np.array([[1, 2], [3, 1]]), np.array([5, 4]), PAIR))
    ],
    "GaussianNLLLoss": loss((3, 4), (3, 4), positive(3, 4)),
    "HingeEmbeddingLoss": loss((3,), SIGNS),
    "KLDivLoss": loss(np.log(positive(3, 4)), positive(3, 4)),
    "MarginRankingLoss": loss((3,), (3,), SIGNS),
    "NLLLoss": loss(np.log(positive(3, 4)), CLASSES),
    "PoissonNLLLoss": loss((3, 4), positive(3, 4)),
    "TripletMarginLoss": loss((3, 4), (3, 4), (3, 4)),
    **{name: loss((3, 4), (3, 4)) for name in ("HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss")},
    "Flatten": [Call(), Call((0,), (np.ones((2, 3, 4)),))],
    # elementwise
    **{
        name: [Call(), Call((), (np.array([-40.0, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 40]),))]
        for name in """CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU Mish RReLU ReLU
        ReLU6 SELU SiLU Sigmoid Softplus Softshrink Softsign Tanh Tanhshrink Identity""".split()
    },
}  # fmt: skip
NO_FORWARD = {"Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList"}
CALLS = [(name, i) for name in LAYERS if hasattr(nn, name) for i in range(len(LAYERS[name]))]


def test_every_layer_is_in_the_table() -> None:
    public = {name: getattr(nn, name) for name in nn.__all__}
    layers = {name for name, x in public.items() if isinstance(x, type) and issubclass(x, nn.Module)}
    assert layers - NO_FORWARD <= set(LAYERS)


def made(name: str, call: Call) -> nn.Module:
    layer = getattr(nn, name)(*call.args, **call.kwargs).astype(np.float64)
    rng = np.random.default_rng(4)
    for parameter in layer.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape)
    return layer


def tensors_in(out: Any) -> list[mg.Tensor]:
    if isinstance(out, mg.Tensor):
        return [out] if out.requires_grad else []
    return [t for part in (out if isinstance(out, (tuple, list)) else ()) for t in tensors_in(part)]


def trained(layer: nn.Module, call: Call, watch: Callable[[], Any], create_graph: bool) -> dict[str, Any]:
    """Forward, backward (of the gradients as well) and a step inside of `watch()`, another step after it."""
    rng = np.random.default_rng(3)
    inputs = [x if isinstance(x, np.ndarray) else rng.normal(size=x) for x in call.inputs]
    inputs = [mg.tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in inputs]
    leaves = [*layer.parameters(), *(x for x in inputs if isinstance(x, mg.Tensor))]
    optimizer = nn.optim.Adam(layer.parameters()) if list(layer.parameters()) else None
    with watch():
        found = tensors_in(layer(*inputs, **call.options))
        if found:
            total = sum(((np.where(np.isfinite(y.data), y, 0.0) ** 2).sum() for y in found), mg.tensor(0.0))
            total.backward(create_graph=create_graph)
            if create_graph and (recorded := [x.grad for x in leaves if x.grad is not None and x.grad.node]):
                sum(((g * g).sum() for g in recorded), mg.tensor(0.0)).backward()
        if optimizer:
            optimizer.step()
        state = {name: x.copy() for name, x in layer.state_dict().items()}
    if optimizer:
        optimizer.step()
    arrays = {f"output {i}": y.data for i, y in enumerate(found)}
    arrays |= {f"leaf {i}": x.data for i, x in enumerate(leaves)}
    arrays |= {f"gradient {i}": x.grad.data for i, x in enumerate(leaves) if x.grad is not None}
    return arrays | state


@each("create_graph", [False, True], ids=["first", "second"])
@each(("name", "which"), CALLS)
def test_a_layer_is_the_same_with_and_without(name: str, which: int, create_graph: bool) -> None:
    call = LAYERS[name][which]
    layer = made(name, call)
    expected = trained(copy.deepcopy(layer), call, contextlib.nullcontext, create_graph)
    got = trained(layer, call, mg.debug, create_graph)
    assert got.keys() == expected.keys()
    for key, array in got.items():
        np.testing.assert_array_equal(array, expected[key], err_msg=key)
        assert (array.flags.writeable, array.dtype) == (expected[key].flags.writeable, expected[key].dtype)


# -- training ------------------------------------------------------------------------------------


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(6, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 7, dropout=0.5)
        self.norm = nn.BatchNorm1d(8)
        self.memory = nn.LSTM(8, 5)
        self.head = nn.Linear(5, 6)

    def forward(self, ids: np.ndarray) -> mg.Tensor:
        h = self.block(self.embed(ids), is_causal=True)  # (B, T, C)
        h = self.norm(h.swapaxes(1, 2)).swapaxes(1, 2)
        return self.head(self.memory(h)[0])

    def loss(self, ids: np.ndarray, targets: np.ndarray) -> mg.Tensor:
        return F.cross_entropy(self(ids).swapaxes(1, 2), targets)


def plainly(model: Model, ids: np.ndarray) -> mg.Tensor:
    return model.loss(ids[:, :-1], ids[:, 1:])


def with_a_checkpoint(model: Model, ids: np.ndarray) -> mg.Tensor:
    hidden = mg.checkpoint(model.block, model.embed(ids[:, :-1]))
    return F.cross_entropy(model.head(model.memory(hidden)[0]).swapaxes(1, 2), ids[:, 1:])


def in_parallel(model: Model, ids: np.ndarray) -> mg.Tensor:
    model.eval()
    return mg.data_parallel(model.loss, ids[:, :-1], ids[:, 1:], threads=2)


def with_a_gradient_penalty(model: Model, ids: np.ndarray) -> mg.Tensor:
    model.eval()
    total = plainly(model, ids)
    total.backward(create_graph=True)
    return total + (model.head.weight.grad**2).sum()


def by_a_generator(model: Model, ids: np.ndarray) -> mg.Tensor:
    def steps() -> Any:
        with mg.debug():
            yield plainly(model, ids)

    return sum(steps(), mg.tensor(0.0))


STEPS = [plainly, with_a_checkpoint, in_parallel, with_a_gradient_penalty, by_a_generator]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("optimizer", [nn.optim.Adam, lambda params: nn.optim.SGD(params, 0.1, momentum=0.9)])
def test_training_is_the_same_with_and_without(step: Any, optimizer: Any) -> None:
    def run(model: Model, watch: Callable[[], Any]) -> list[np.ndarray]:
        rng = np.random.default_rng(1)
        optimiser = optimizer(model.parameters())
        kept = []
        for _ in range(3):
            with watch():
                optimiser.zero_grad()
                loss = step(model, rng.integers(6, size=(4, 5)))
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
            kept.append(loss)  # with what is left of its graph
        assert all(p.data.flags.writeable for p in model.parameters())
        return [*(loss.data for loss in kept), *model.state_dict().values()]

    model = Model()
    for expected, got in zip(
        run(copy.deepcopy(model), contextlib.nullcontext), run(model, mg.debug), strict=True
    ):
        np.testing.assert_array_equal(got, expected)


def test_after_an_error_in_the_block_training_goes_on() -> None:
    model = Model()
    ids = np.array([[1, 2, 3, 4, 5]])
    model.head.weight.data[0, 0] = np.nan
    with pytest.raises(mg.NonFiniteError, match=r"linear passed on a NaN .* in Model\.head"), mg.debug():
        plainly(model, ids)
    model.head.weight.data[0, 0] = 0
    with mg.debug():
        plainly(model, ids).backward()
    nn.optim.SGD(model.parameters(), 0.1).step()


def test_a_mask_of_the_lowest_number_is_no_infinity_that_an_op_makes() -> None:
    layer, x = nn.MultiheadAttention(8, 2), mg.tensor(np.ones((1, 3, 8), np.float32))
    lowest = np.where(nn.causal_mask(3), 0.0, np.finfo(np.float64).min)
    with mg.debug():
        for mask in (lowest, mg.tensor(lowest)):
            layer(x, x, x, mask, need_weights=True)[0].sum().backward()


def test_a_parameter_written_to_by_hand_is_named_with_the_line() -> None:
    model = Model()

    def step() -> None:
        total = plainly(model, np.array([[1, 2, 3, 4, 5]]))
        model.head.weight.data *= 0.9
        total.backward()

    expected = r"`model\.head\.weight\.data \*= 0\.9` writes .* in Model\.head at"
    with pytest.raises(mg.SavedArrayError, match=expected), mg.debug():
        step()
