"""Models written as ONNX compute the same there, for any number of examples, or are refused in a sentence."""

import collections
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install onnx")
from minigrad.registry import OPS
from nn.exporting.elementwise import ONE, TWO
from nn.exporting.mappings import MAPPINGS
from tests.onnx_runs import assert_same_elsewhere, evaluated, referred

Shapes = tuple[tuple[int, ...], ...]


class Of(nn.Module):
    """A module of a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def forward(self, *inputs: Any) -> Any:
        return self.function(*inputs)


def ups(**settings: Any) -> nn.Module:
    return nn.Upsample(scale_factor=2, **settings)


CELL, HEADS, GRU = nn.LSTMCell(8, 8), nn.MultiheadAttention(8, 2, add_bias_kv=True), nn.GRU(3, 2)
IMAGES, CURVES, TEXTS = ((3, 4, 6, 6),), ((3, 4, 9),), ((3, 5, 8),)
LAYERS: list[tuple[str, nn.Module, Shapes]] = [
    ("a perceptron", nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2, bias=False)), ((3, 4),)),
    ("Conv2d", nn.Sequential(nn.Conv2d(4, 6, 3, 2, 1, groups=2), nn.BatchNorm2d(6), nn.ReLU()), IMAGES),
    ("Conv2d without pads", nn.Conv2d(4, 2, (2, 3), bias=False), IMAGES),
    ("Conv1d", nn.Conv1d(4, 4, 3, dilation=2, padding="same"), CURVES),
    ("ConvTranspose1d", nn.ConvTranspose1d(4, 6, 3, 2, 1, output_padding=1, groups=2), CURVES),
    ("ConvTranspose2d", nn.ConvTranspose2d(4, 2, 3, (2, 1)), IMAGES),
    ("unfolded", Of(lambda x: np.ones((2, 36), np.float32) @ F.unfold(x, 3)), IMAGES),
    ("MaxPool2d", nn.MaxPool2d(3, 2, 1), IMAGES),
    ("MaxPool1d", nn.MaxPool1d(2), CURVES),
    ("AvgPool2d", nn.AvgPool2d(2), IMAGES),
    ("AdaptiveAvgPool2d", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), IMAGES),
    ("padding", nn.Sequential(nn.ConstantPad2d((1, 2, 0, 1), 0.5), nn.ReflectionPad2d(1)), IMAGES),
    ("Upsample", nn.Sequential(ups(), ups(mode="bilinear")), IMAGES),
    ("PixelShuffle", nn.PixelShuffle(2), IMAGES),
    ("GroupNorm", nn.GroupNorm(2, 4), IMAGES),
    ("InstanceNorm1d", nn.InstanceNorm1d(4), CURVES),
    ("RMSNorm", nn.RMSNorm(8), TEXTS),
    ("LayerNorm", nn.Sequential(nn.LayerNorm((5, 8)), nn.LayerNorm(8, elementwise_affine=False)), TEXTS),
    ("LSTM", nn.LSTM(8, 3, 2, bidirectional=True), TEXTS),
    ("GRU", nn.GRU(8, 3, bias=False), TEXTS),
    ("RNN", nn.Sequential(nn.RNN(8, 3, nonlinearity="relu")), TEXTS),
    ("LSTM from a state", Of(lambda x, h: CELL(x, (h, h))), ((3, 8), (3, 8))),
    ("MultiheadAttention", Of(lambda x: HEADS(x, x, x)[0]), TEXTS),
    ("rotary", nn.TransformerEncoderLayer(8, 2, 16, rotary=nn.RotaryPosition(4), norm_first=True), TEXTS),
    ("window", nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", window=2), TEXTS),
    ("Attention", nn.Attention(nn.ConcatScore(8, 8, 4)), TEXTS * 3),
    (
        "activations",
        nn.Sequential(
            *(
                getattr(nn, name)()
                for name in "ELU CELU LeakyReLU SiLU Softsign LogSigmoid ReLU6 Hardtanh Mish SELU Hardswish "
                "Softplus LogSoftmax".split()
            )
        ),
        ((3, 4),),
    ),
    ("slices", Of(lambda x: x[:, None, 1:, ::2][..., -1] + x[:, [0, 2]][..., -3, None]), TEXTS),
    ("backwards", Of(lambda x: mg.flip(x[:, ::-2], 1) * x[-1, :3]), TEXTS),
    ("joined", Of(lambda x: mg.concatenate([mg.stack([x, x], axis=2)[:, :, 0], x * 2], axis=-1)), TEXTS),
    ("by the batch", Of(lambda x: x.sum(axis=0) / x.shape[0] + x.mean(axis=(0, 1)) * x.max()), TEXTS),
    ("flat", Of(lambda x: x.reshape(-1, 8) @ np.ones((8, 3), np.float32)), TEXTS),
    ("axes", Of(lambda x: mg.moveaxis(mg.squeeze(mg.expand_dims(x, 1), 1), 1, 2).transpose(0, 2, 1)), TEXTS),
    ("reduced", Of(lambda x: x.min(axis=1) + mg.logsumexp(x, axis=1) * mg.prod(x, axis=1)), TEXTS),
    ("spread", Of(lambda x: mg.broadcast_to(x[:, :1], x.shape) + mg.copy(+x).astype(np.float32)), TEXTS),
    ("in float64", Of(lambda x: mg.exp(x.astype(np.float64)) + np.float64(1)), TEXTS),
    ("where", Of(lambda x: mg.where(np.tri(5, 8, dtype=bool), x, -np.inf).max(axis=2, keepdims=True)), TEXTS),
]  # fmt: skip


@each(("name", "model", "shapes"), LAYERS, ids=lambda x: x if isinstance(x, str) else "")
def test_a_layer_is_the_same_elsewhere(
    name: str, model: nn.Module, shapes: Shapes, rng: np.random.Generator, tmp_path: Path
) -> None:
    inputs = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    assert_same_elsewhere(model, inputs, tmp_path / "it.onnx")


@each("op", [*ONE, *TWO])
def test_an_op_on_each_element(op: str, rng: np.random.Generator, tmp_path: Path) -> None:
    """In (0.1, 0.9), where all but arccosh have values."""
    least, operands = (1.1 if op == "arccosh" else 0.1), (1 if op in ONE else 2)

    def function(*inputs: Any) -> Any:
        return OPS[op](*[mg.sigmoid(x) * 0.8 + least for x in inputs])

    inputs = [rng.normal(size=(3, 4)).astype(np.float32) for _ in range(operands)]
    assert_same_elsewhere(Of(function), inputs, tmp_path / "it.onnx")


def test_every_mapping_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = {*ONE, *TWO}
    for name, function in MAPPINGS.items():
        monkeypatch.setitem(MAPPINGS, name, lambda g, call, f=function: tried.add(call.op) or f(g, call))
    for _, model, shapes in LAYERS:
        nn.export_onnx(model, tuple(np.ones(shape, np.float32) for shape in shapes), tmp_path / "it")
    assert set(MAPPINGS) - tried == set()


def test_onnxs_own_evaluator_agrees_as_well(rng: np.random.Generator, tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 2))
    assert_same_elsewhere(model, [rng.normal(size=(3, 4)).astype(np.float32)], tmp_path / "it", referred)


def test_a_model_that_writes(rng: np.random.Generator, tmp_path: Path) -> None:
    model = nn.GPT(11, 8, 8, 2, 2, dropout=0.5)
    assert_same_elsewhere(model, [rng.integers(0, 11, (3, 5))], tmp_path / "it.onnx")
    tokens = onnx.load(tmp_path / "it.onnx").graph.initializer
    weights = {one.name: onnx.numpy_helper.to_array(one) for one in tokens}
    for name in ("token.weight", "blocks.1.linear2.weight", "norm.bias"):  # as they are saved
        np.testing.assert_array_equal(weights[name], model.state_dict()[name])


def test_arguments_and_names(rng: np.random.Generator, tmp_path: Path) -> None:
    model, path = nn.Transformer(8, 2, 1, 1, 16), tmp_path / "it.onnx"
    source, target = (rng.normal(size=(2, n, 8)).astype(np.float32) for n in (5, 4))
    names = {"input_names": ["source", "target"], "output_names": ["states"]}
    assert_same_elsewhere(model, [source, target], path, kwargs={"tgt_is_causal": True}, **names)
    graph = onnx.load(path).graph
    told = [(x.name, [d.dim_param or d.dim_value for d in x.type.tensor_type.shape.dim])
            for x in (*graph.input, *graph.output)]  # fmt: skip
    assert told == [
        ("source", ["batch", 5, 8]), ("target", ["batch", 4, 8]), ("states", ["batch", 4, 8])
    ]  # fmt: skip


def test_layers_are_the_nodes_that_runtimes_know(tmp_path: Path) -> None:
    def kinds(model: nn.Module, *shape: int) -> collections.Counter[str]:
        nn.export_onnx(model, np.ones(shape, np.float32), tmp_path / "it")
        return collections.Counter(node.op_type for node in onnx.load(tmp_path / "it").graph.node)

    found = kinds(nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(2)), 2, 1, 6, 6)
    assert found["Conv"] == found["MaxPool"] == 1
    assert not found["Gather"] + found["Pad"] + found["MatMul"]
    assert kinds(nn.LSTM(3, 2), 2, 40, 3)["LSTM"] == 1
    assert kinds(nn.TransformerEncoderLayer(4, 2), 2, 3, 4)["LayerNormalization"] == 2


def test_the_model_stays_as_it_was(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5), nn.BatchNorm1d(3))
    before = model.state_dict()
    nn.export_onnx(model, np.ones((2, 3), np.float32), tmp_path / "it")
    assert model.training
    assert model[1].training
    np.testing.assert_equal(model.state_dict(), before)
    out = evaluated(tmp_path / "it", [np.ones((1, 3), np.float32)])[0]
    np.testing.assert_allclose(out, model.eval()(np.ones((1, 3), np.float32)).numpy(), rtol=1e-6)


def lengths_outside(x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
    return x * (np.arange(3) < lengths[:, None])


X = np.arange(6, dtype=np.float32).reshape(2, 3)
OTHERWISE = (
    "depends on the inputs, but not by ops: compute it by those of minigrad from what the model is given"
)
REFUSED: dict[str, tuple[Any, Any, type[Exception], str]] = {
    "an op": (
        Of(lambda x: mg.sort(mg.cumsum(x, axis=1))),
        X,
        nn.ExportError,
        "the op cumsum in Of has no counterpart in ONNX here: compute it by other ops, or export the part of "
        "the model before it",
    ),
    "a number out of it": (Of(lambda x: x * float(x.numpy().max())), X, nn.ExportError, OTHERWISE),
    "a mask out of it": (Of(lambda x: mg.where(x.numpy() > 2, x, 0)), X, nn.ExportError, OTHERWISE),
    "lengths": (
        Of(lengths_outside), (X, np.array([1, 2])), nn.ExportError, f"b of the op multiply in Of {OTHERWISE}",
    ),
    "lengths that are the same": (
        Of(lengths_outside),
        (X, np.array([3, 3])),
        nn.ExportError,
        "no op reads input_1: what it decides outside of ops would be built into the file; leave it out, or "
        "give it as kwargs",
    ),
    "another way": (
        Of(lambda x: mg.exp(x) if x.numpy().max() > 4 else mg.sin(x)),
        X,
        nn.ExportError,
        "the model calls other ops where the inputs are others",
    ),
    "more examples": (
        Of(lambda x: mg.pad(x, 1)),
        X,
        nn.ExportError,
        f"the shape of what the op pad in Of gives {OTHERWISE}",
    ),
    "no tensor": (Of(lambda x: None), X, nn.ExportError, "gives no tensor that ops made from its inputs"),
    "a constant": (Of(lambda x: mg.tensor([1.0])), X, nn.ExportError, "gives no tensor that ops made"),
    "two arrays of places": (
        Of(lambda x: x[:, [0, 1], [1, 2]]), np.ones((2, 3, 3)), nn.ExportError, "an index of several arrays",
    ),
    "a mask of places": (
        Of(lambda x: x[:, np.array([True, False, True])]), X, nn.ExportError, "and not by ndarray",
    ),
    "a slice of examples": (Of(lambda x: x[: len(x) - 1] * 2), X, nn.ExportError, "depends on the inputs"),
    "all examples": (Of(lambda x: x[: len(x)] * 2), X, nn.ExportError, "a slice of examples is not exported"),
    "shorter sequences": (
        Of(lambda x: GRU(x, lengths=np.full(len(x), 2))[0]),
        np.ones((2, 4, 3), np.float32),
        nn.ExportError,
        "gru over shorter sequences, or with weights that are computed, is not exported",
    ),
    "a reduction of some": (
        Of(lambda x: mg.sum(x, where=X[0] > 1)), X, nn.ExportError, "sum with initial= or where= is not",
    ),
    "Fortran": (Of(lambda x: x.reshape((3, -1), order="F")), X, nn.ExportError, "in the order of Fortran"),
    "many pads": (
        Of(lambda x: mg.pad(x, ((0, 0), (1, 1)), constant_values=((0, 0), (3, 4)))),
        X,
        nn.ExportError,
        "pad with several values is not exported",
    ),
    "layer_norm": (
        Of(lambda x: mg.layer_norm(x, axis=0)), X, nn.ExportError, "layer_norm over axes 0 of 2 is not",
    ),
    "softmax": (
        Of(lambda x: mg.softmax(x, axis=(0, 1))), X, nn.ExportError, "softmax over several axes is not",
    ),
    "one example": (nn.Tanh(), X[:1], ValueError, "to see what depends on them, and got (1, 3)"),
    "other numbers": (nn.Tanh(), (X, X[:1]), ValueError, "of as many examples each"),
    "no input": (nn.Tanh(), (), ValueError, "and got none: give arrays (N, ...)"),
    "float64": (nn.Linear(3, 2), X.astype(float), nn.ExportError, "give inputs of the dtype of the weights"),
    "no module": (mg.tanh, X, TypeError, "export_onnx takes an nn.Module, and got a"),
    "a number": (nn.Tanh(), 3.0, ValueError, "and got ()"),
}  # fmt: skip


@each("case", REFUSED)
def test_what_cannot_be_exported_is_refused(case: str, tmp_path: Path) -> None:
    model, inputs, kind, text = REFUSED[case]
    with pytest.raises(kind) as caught:
        nn.export_onnx(model, inputs, tmp_path / "it.onnx")
    assert text in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_names_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    for names in (["a", "b"], [], "x"):
        with pytest.raises(ValueError, match="the model has 1 inputs, and input_names is"):
            nn.export_onnx(nn.Tanh(), X, tmp_path / "it", input_names=names)
    with pytest.raises(ValueError, match="the model has 2 outputs, and output_names is"):
        nn.export_onnx(Of(lambda x: (x + 1, x * 2)), X, tmp_path / "it", output_names=["a", "a"])


def test_more_than_a_file_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["nn.exporting.onnx_file"], "LARGEST", 100)
    with pytest.raises(nn.ExportError, match="and an ONNX file holds 100: export its parts one by one"):
        nn.export_onnx(nn.Linear(3, 2), X, tmp_path / "it")
    monkeypatch.undo()
    with pytest.raises(nn.FileError, match="cannot be written"):
        nn.export_onnx(nn.Linear(3, 2), X, tmp_path / "no" / "it")


def test_without_onnx_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="which is not installed: pip install onnx"):
        nn.export_onnx(nn.Linear(3, 2), X, tmp_path / "it")
