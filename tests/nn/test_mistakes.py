"""What people get wrong with layers and what they bring along: the answers, each with its words."""

import ast
import inspect
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from nn import optim
from nn.optim import lr_scheduler
from tests.cases import each

torch = pytest.importorskip("torch")

SOURCE = Path(nn.__file__).parent
# The files whose every error is in the table below.
ANSWERING = ["mistakes.py", "constructors.py", "moving.py", "inputs.py", "__init__.py"]


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


def bad_property() -> None:
    class Model(nn.Module):
        @property
        def width(self) -> int:
            return self.lenght

    Model().width  # noqa: B018 - the look-up is what fails


class Own(nn.Module):
    def __init__(self, width: int) -> None:
        self.width = width


LINEAR, THEIRS = nn.Linear(2, 3), torch.nn.Linear(2, 3)
WEIGHTS = {name: value.detach() for name, value in THEIRS.state_dict().items()}
LAYER = "the state dict does not fit Linear, and nothing was loaded:"

Row = tuple[Callable[[], Any], type[Exception], list[str]]
TABLE: dict[str, Row] = {
    # -- arguments that nobody takes
    "Tanh(3)": (lambda: nn.Tanh(3), TypeError, ["Tanh takes no arguments, and got 3", "write Tanh()"]),
    "ReLU(bogus=)": (lambda: nn.ReLU(bogus=1), TypeError, ["ReLU has no argument 'bogus'", "ReLU(inplace"]),
    "too many": (lambda: nn.GLU(1, 2), TypeError, ["GLU got 2 arguments by position", "GLU(dim=-1)"]),
    "misspelt": (lambda: nn.Linear(in_feature=2, out_features=3), TypeError, ["did you mean in_features="]),
    "axis": (lambda: nn.Softmax(axis=1), TypeError, ["Softmax has no argument 'axis'", "write dim="]),
    "device": (lambda: nn.Linear(2, 3, device="cpu"), TypeError, ["no device but the CPU", "bias=True"]),
    "dtype": (lambda: nn.Linear(2, 3, dtype=float), TypeError, [".astype(np.float64)"]),
    "size_average": (lambda: nn.MSELoss(size_average=False), TypeError, ['reduction="mean"']),
    "of one's own": (lambda: Own(weight=3), TypeError, ["Own has no argument 'weight'", "Own(width)"]),
    "of an optimiser": (
        lambda: optim.Adam(LINEAR.parameters(), learning_rate=1), TypeError, ["write lr=", "Adam(params, lr="]
    ),
    "a float as size": (
        lambda: nn.Linear(4 / 2, 3),
        TypeError,
        ["in_features as an integer", "2.0", "// for /"],
    ),
    "a string as size": (lambda: nn.LSTM("4", 3), TypeError, ["input_size as an integer", "'4'"]),
    "less than nothing": (lambda: nn.Linear(-1, 3), ValueError, ["in_features", "at least 0", "-1"]),
    "Conv1d in steps of 0": (
        lambda: nn.Conv1d(2, 2, 1, stride=0), ValueError, ["stride=0", "must be at least 1"],
    ),
    "LayerNorm(4.0)": (lambda: nn.LayerNorm(4.0), TypeError, ["normalized_shape in integers", "4.0"]),
    "Conv1d of half a place": (lambda: nn.Conv1d(2, 3, 2.5), TypeError, ["kernel_size in integers", "2.5"]),
    "inplace": (lambda: nn.ReLU(inplace=True), ValueError, ["inplace=True", "leave it out"]),
    "inplace, by position": (lambda: nn.LeakyReLU(0.1, True), ValueError, ["leaky_relu got inplace=True"]),
    "Dropout in place": (lambda: nn.Dropout(0.5, True), ValueError, ["inplace=True"]),
    "a seed for rng": (lambda: nn.Linear(2, 3, rng=0), TypeError, ["got 0", "np.random.default_rng(seed)"]),
    "a size that is missing": (
        lambda: nn.Linear(4),
        TypeError,
        ["Linear needs out_features", "in_features, out"],
    ),
    "a layer made of a tensor": (
        lambda: nn.ReLU(zeros(2)),
        TypeError,
        ["a tensor for its inplace", "ReLU(...)(x)"],
    ),
    "a loss made of tensors": (
        lambda: nn.CrossEntropyLoss(zeros(2, 3), np.zeros(2, int)),
        TypeError,
        ["for its ignore_index", "CrossEntropyLoss(...)(x)"],
    ),
    "Tanh of a tensor": (lambda: nn.Tanh(zeros(2)), TypeError, ["got a tensor", "Tanh()"]),
    "a loss that was not called": (lambda: nn.MSELoss().backward(), AttributeError, ["loss = layer(x)"]),
    "Sequential of a list": (lambda: nn.Sequential([LINEAR]), TypeError, ["write Sequential(*modules)"]),
    "ModuleList of lists": (lambda: nn.ModuleList([[LINEAR]]), TypeError, ["write extend(modules)"]),
    "a class for a module": (lambda: nn.Sequential(nn.Tanh), TypeError, ["write Tanh(), which makes one"]),
    "ModuleList of one": (lambda: nn.ModuleList(LINEAR), TypeError, ["write ModuleList([Linear])"]),
    "an optimiser of a model": (lambda: optim.SGD(LINEAR), TypeError, ["got a Linear", "model.parameters()"]),
    "an optimiser of a method": (lambda: optim.SGD(LINEAR.parameters), TypeError, ["got a method"]),
    "data by another name": (
        lambda: nn.data.Vocabulry, AttributeError, ["did you mean nn.data.Vocabulary?"]
    ),
    "packed sequences": (
        lambda: nn.utils.rnn.pack_padded_sequence(zeros(2, 3, 4), [1, 3]),
        AttributeError,
        ["'nn.utils.rnn' has no attribute 'pack_padded_sequence'", "lengths: gru(x, lengths=lengths)"],
    ),
    "unpacked ones": (
        lambda: nn.utils.rnn.pad_packed_sequence, AttributeError, ["gru(x, lengths=lengths) gives padded"]
    ),
    "lists of sequences": (
        lambda: nn.utils.rnn.pack_sequence, AttributeError, ["write nn.utils.rnn.pad_sequence(sequences)"]
    ),
    "norms of a model": (
        lambda: nn.utils.clip_grad_norm_(LINEAR, 1.0),
        TypeError,
        ["clip_grad_norm_ takes parameters", "a Linear"],
    ),
    "values of a model": (lambda: nn.utils.clip_grad_value_(LINEAR, 1.0), TypeError, ["model.parameters()"]),
    "step(loss)": (
        lambda: optim.SGD(LINEAR.parameters()).step(zeros()),
        TypeError,
        ["got a Tensor", "loss.backward(), then"],
    ),
    "a number for a rule": (
        lambda: lr_scheduler.LambdaLR(optim.SGD(LINEAR.parameters()), 0.5), TypeError, ["lambda step: 0.5"]
    ),
    # -- of functions
    "F.softmax(axis=)": (
        lambda: F.softmax(zeros(2), axis=0),
        TypeError,
        ["write dim=", "softmax(input, dim=-1"],
    ),
    "F.normalize(axis=)": (lambda: F.normalize(zeros(2, 2), axis=1), TypeError, ["write dim="]),
    "F.pairwise_distance(keepdims=)": (
        lambda: F.pairwise_distance(zeros(2, 2), zeros(2, 2), keepdims=True), TypeError, ["write keepdim="]
    ),
    "an error inside of one": (lambda: F.softmax("x"), TypeError, ["real numbers", "a str"]),
    "dropout of integers": (lambda: F.dropout(np.arange(3)), TypeError, ["dropout takes floats", "int64"]),
    "RMSNorm of integers": (
        lambda: nn.RMSNorm(3)(np.arange(3)),
        TypeError,
        ["rms_norm takes floats", "int64"],
    ),
    "Embedding of floats": (
        lambda: nn.Embedding(3, 2)(zeros(2)),
        TypeError,
        ["integer indices", "x.astype(int)"],
    ),
    "Embedding of a recorded tensor": (
        lambda: nn.Embedding(3, 2)(mg.tensor([1.0], requires_grad=True)),
        TypeError,
        ["float32", "x.astype(int)"],
    ),
    "one_hot of floats": (lambda: F.one_hot(zeros(2), 3), TypeError, ["one_hot takes integer indices"]),
    "Embedding of rows of other lengths": (
        lambda: nn.Embedding(3, 2)([[0, 1], [2]]), TypeError, ["no rectangle", "padding_idx"]
    ),
    "classes on the last axis": (
        lambda: F.cross_entropy(zeros(2, 3, 4), np.zeros((2, 3), int)),
        ValueError,
        ["classes on axis 1", "(2, 4)", "write mg.cross_entropy(..., axis=2)"],
    ),
    # -- names
    "an attribute": (
        lambda: LINEAR.wieght,
        AttributeError,
        ["'Linear' object", "'wieght'", "mean 'weight'?"],
    ),
    "a method": (lambda: LINEAR.paramters(), AttributeError, ["did you mean 'parameters'?"]),
    "an attribute of nobody": (lambda: LINEAR.bogus, AttributeError, ["no attribute 'bogus'"]),
    "a private one": (lambda: LINEAR._weight_, AttributeError, ["no attribute '_weight_'"]),
    "cuda": (lambda: LINEAR.cuda(), AttributeError, ["no device but the CPU: leave it out"]),
    "in a property": (bad_property, AttributeError, ["'lenght'"]),
    "nn.Liner": (lambda: nn.Liner, AttributeError, ["module 'nn'", "did you mean nn.Linear?"]),
    "nn.Softmax2d": (lambda: nn.Softmax2d, AttributeError, ["write nn.Softmax(dim=-3)"]),
    "nn.Bogus": (lambda: nn.Bogus, AttributeError, ["dir(nn) lists what there is"]),
    "nn.__bogus__": (lambda: nn.__bogus__, AttributeError, ["'__bogus__'"]),
    "F.softmx": (lambda: F.softmx, AttributeError, ["did you mean nn.functional.softmax?"]),
    "nn.decoding.generat": (
        lambda: nn.decoding.generat,
        AttributeError,
        ["did you mean nn.decoding.generate?"],
    ),
    "F.relu_": (lambda: F.relu_, AttributeError, ["in place: write relu"]),
    "optim.SparseAdam": (lambda: optim.SparseAdam, AttributeError, ["write nn.optim.Adam(params)"]),
    "swa_utils.AverageModel": (
        lambda: optim.swa_utils.AverageModel, AttributeError, ["nn.optim.swa_utils.AveragedModel?"]
    ),
    "optim.Adm": (lambda: optim.Adm, AttributeError, ["did you mean nn.optim.Adam?"]),
    "lr_scheduler.LambdLR": (lambda: lr_scheduler.LambdLR, AttributeError, ["LambdaLR?"]),
    "init.xavier_unifrm_": (lambda: nn.init.xavier_unifrm_, AttributeError, ["nn.init.xavier_uniform_?"]),
    "utils.clip_grad_norm": (lambda: nn.utils.clip_grad_norm, AttributeError, ["clip_grad_norm_(parameters"]),
    # -- devices and dtypes
    'to("cuda")': (lambda: LINEAR.to("cuda:0"), ValueError, ["to('cuda:0')", 'write "cpu"']),
    "to(torch.bfloat16)": (lambda: LINEAR.to(torch.bfloat16), TypeError, ["no bfloat16", "np.float16"]),
    "to(3)": (lambda: LINEAR.to(3), TypeError, ["to(3)", "np.float64", '"cpu"']),
    "to(int)": (lambda: LINEAR.to(np.int64), TypeError, ["computes in floats", "int64"]),
    # -- a tuple on its way
    "LSTM in a Sequential": (
        lambda: nn.Sequential(nn.LSTM(2, 3), nn.Linear(3, 1))(zeros(1, 4, 2)),
        TypeError,
        ["LSTM gives a tuple of 2", "Linear takes one tensor", "out, state = self.rnn(x)", "out[0]"],
    ),
    "GRU of one step, whose parts are alike": (
        lambda: nn.Sequential(nn.GRU(2, 2), nn.Tanh())(zeros(1, 1, 2)),
        TypeError,
        ["GRU gives a tuple", "Tanh"],
    ),
    "a tuple given": (
        lambda: nn.Sequential(nn.Tanh())((zeros(2), zeros(2))),
        TypeError,
        ["the input is a tuple"],
    ),
    # -- states of others
    "bfloat16 of torch": (
        lambda: LINEAR.load_state_dict({k: v.bfloat16() for k, v in WEIGHTS.items()}),
        nn.StateDictError,
        [LAYER, "weight is bfloat16, which NumPy does not have", "{name: value.float() for name, value in"],
    ),
    "a float8 of torch": (
        lambda: LINEAR.load_state_dict({k: v.to(torch.float8_e5m2) for k, v in WEIGHTS.items()}),
        nn.StateDictError,
        ["weight is float8_e5m2"],
    ),
    "parameters of torch": (
        lambda: LINEAR.load_state_dict(dict(THEIRS.named_parameters())),
        nn.StateDictError,
        ["weight is a Parameter", "value.detach().cpu()"],
    ),
    "a path": (lambda: LINEAR.load_state_dict("model.npz"), TypeError, ["got a str", "nn.load(path)"]),
    "a model": (lambda: LINEAR.load_state_dict(LINEAR), TypeError, ["got a Linear", "other.state_dict()"]),
    "a checkpoint": (
        lambda: LINEAR.load_state_dict({"model": WEIGHTS, "epoch": 3}),
        nn.StateDictError,
        ["under 'model'", "load state_dict['model']"],
    ),
    "a prefix": (
        lambda: LINEAR.load_state_dict({f"module.{k}": v for k, v in WEIGHTS.items()}),
        nn.StateDictError,
        ["'module.' in front", "name.removeprefix('module.')"],
    ),
    "a text for a number": (lambda: nn.Dropout("x"), TypeError, ["Dropout takes p as a number, and got 'x'"]),
    "no number": (lambda: optim.SGD([], lr=float("nan")), ValueError, ["SGD got lr=nan", "what made it"]),
    "a number for a text": (lambda: nn.GELU(1), TypeError, ["approximate as a text, and got 1", "in quotes"]),
    "more than can be counted": (lambda: nn.Linear(10**30, 2), ValueError, ["nothing can count"]),
    "a rule too many": (
        lambda: lr_scheduler.LambdaLR(optim.SGD(LINEAR.parameters()), [float, float]),
        ValueError,
        ["2 functions", "1 groups"],
    ),
}  # fmt: skip


@each("case", TABLE)
def test_words(case: str) -> None:
    action, kind, pieces = TABLE[case]
    with pytest.raises(kind) as caught:
        action()
    assert type(caught.value) is kind
    for piece in pieces:
        assert piece in str(caught.value)
    for package, name in re.findall(r"\b(mg|np|nn|F)\.(\w+)", str(caught.value)):
        assert hasattr({"mg": mg, "np": np, "nn": nn, "F": F}[package], name), f"{package}.{name}"


def test_every_answer_is_in_the_table() -> None:
    reached = set()
    for action, kind, _ in TABLE.values():
        with pytest.raises(kind) as caught:
            action()
        error: BaseException | None = caught.value
        while error is not None:
            trace = error.__traceback__
            while trace is not None:
                reached.add((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
                trace = trace.tb_next
            error = error.__cause__ or error.__context__
    raised = {
        (str(path), node.lineno)
        for path in SOURCE.rglob("*.py")
        if path.name in ANSWERING
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and node.exc is not None
    }
    assert raised - reached == set()


def test_no_name_that_is_answered_is_there() -> None:
    from nn.mistakes import ELSEWHERE, OF_MODULE

    assert not [name for name in OF_MODULE if hasattr(nn.Module, name)]
    assert not [name for name in ELSEWHERE if hasattr(nn, name) or hasattr(F, name) or hasattr(optim, name)]


def test_has_attribute_is_right() -> None:
    assert hasattr(LINEAR, "weight")
    assert not hasattr(LINEAR, "wieght")
    assert getattr(nn, "Liner", None) is None


# -- what works as it is ------------------------------------------------------------------------


@each("where", ["cpu", torch.device("cpu"), None, np.float64, "float64", torch.float64])
def test_a_model_goes_to_the_cpu_or_to_a_dtype(where: Any) -> None:
    layer = nn.Linear(2, 3)
    assert layer.to(where) is layer
    wanted = np.float32 if where is None or str(where) == "cpu" else np.float64
    assert layer.weight.dtype == wanted
    assert layer.cpu().to("cpu", np.float64, non_blocking=True).weight.dtype == np.float64
    assert layer.to(nn.Linear(1, 1).weight).weight.dtype == np.float32  # like another
    assert layer.to(device="cpu", dtype="float16").weight.dtype == np.float16


SIZED: list[Callable[[Callable[[int], Any]], nn.Module]] = [
    lambda n: nn.Linear(n(2), n(3)),
    lambda n: nn.Bilinear(n(2), n(2), n(3)),
    lambda n: nn.LayerNorm(n(4)),
    lambda n: nn.LayerNorm((n(2), n(4))),
    lambda n: nn.RMSNorm(n(4)),
    lambda n: nn.GroupNorm(n(2), n(4)),
    lambda n: nn.BatchNorm1d(n(4)),
    lambda n: nn.InstanceNorm1d(n(4), affine=True),
    lambda n: nn.Embedding(n(5), n(4), n(0)),
    lambda n: nn.Conv1d(n(2), n(4), n(3), n(1), n(1), n(1), n(2)),
    lambda n: nn.Conv2d(n(2), n(4), (n(3), n(1)), padding=n(1)),
    lambda n: nn.ConvTranspose2d(n(2), n(4), n(3), n(2)),
    lambda n: nn.LSTM(n(2), n(100), n(2)),  # whose 4·100 rows a narrow integer cannot count
    lambda n: nn.GRUCell(n(2), n(3)),
    lambda n: nn.MultiheadAttention(n(4), n(2)),
    lambda n: nn.TransformerEncoderLayer(n(4), n(2), n(8)),
    lambda n: nn.PReLU(n(3)),
]


@each("size", [np.int64, np.int32, np.uint8])
@each("build", SIZED, ids=lambda build: type(build(int)).__name__)
def test_sizes_may_be_numpys_integers(build: Callable[[Callable[[int], Any]], nn.Module], size: Any) -> None:
    expected, got = build(int), build(size)
    assert {k: v.shape for k, v in got.state_dict().items()} == {
        k: v.shape for k, v in expected.state_dict().items()
    }
    assert "np." not in repr(got)


POOLED: list[tuple[Callable[[Callable[[int], Any]], nn.Module], tuple[int, ...]]] = [
    (lambda n: nn.MaxPool1d(n(2), n(1)), (1, 2, 6)),
    (lambda n: nn.AvgPool2d((n(2), n(1))), (1, 2, 6, 6)),
    (lambda n: nn.AdaptiveAvgPool1d(n(3)), (1, 2, 6)),
    (lambda n: nn.Flatten(n(1)), (2, 3, 4)),
    (lambda n: nn.Unflatten(n(1), (n(2), n(3))), (2, 6)),
    (lambda n: nn.PixelShuffle(n(2)), (1, 4, 2, 2)),
    (lambda n: nn.Upsample(n(4)), (1, 2, 3)),
    (lambda n: nn.Unfold(n(2)), (1, 2, 4, 4)),
]


@each(("build", "shape"), POOLED, ids=lambda x: type(x(int)).__name__ if callable(x) else "")
def test_places_may_be_numpys_integers(build: Any, shape: tuple[int, ...]) -> None:
    x = mg.tensor(np.random.default_rng(0).normal(size=shape))
    np.testing.assert_array_equal(build(np.int64)(x).data, build(int)(x).data)


WITH_WEIGHTS: list[tuple[nn.Module, tuple[int, ...]]] = [
    (nn.Linear(3, 2), (4, 3)),
    (nn.Conv1d(2, 3, 2), (1, 2, 5)),
    (nn.Conv2d(2, 3, 2, padding=1, padding_mode="reflect"), (1, 2, 4, 4)),
    (nn.ConvTranspose1d(2, 3, 2), (1, 2, 5)),
    (nn.LSTM(3, 2, 2), (1, 4, 3)),
    (nn.GRUCell(3, 2), (4, 3)),
]


@each("kind", [np.uint8, np.int64, bool])
@each(("layer", "shape"), WITH_WEIGHTS, ids=lambda x: type(x).__name__)
def test_integers_are_taken_as_the_floats_of_the_weight(layer: nn.Module, shape: Any, kind: Any) -> None:
    x = np.random.default_rng(0).integers(0, 3, shape).astype(kind)
    for given in (x, mg.tensor(x)):
        got, expected = layer(given), layer(x.astype(np.float32))
        got, expected = (y[0] if isinstance(y, tuple) else y for y in (got, expected))
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got.data, expected.data)
    got.sum().backward()


def test_inplace_false_is_as_nothing() -> None:
    for name in (
        "ReLU ReLU6 LeakyReLU ELU SELU CELU SiLU Mish Hardtanh Hardswish Hardsigmoid RReLU Dropout Dropout1d "
        "Dropout2d AlphaDropout".split()
    ):
        layer = getattr(nn, name)
        assert repr(layer(inplace=False)) == repr(layer())
    assert repr(nn.Threshold(1.0, 2.0, False)) == repr(nn.Threshold(1.0, 2.0))


def test_a_tuple_passes_to_a_module_of_ones_own() -> None:
    class Last(nn.Module):
        def forward(self, given: tuple[mg.Tensor, Any]) -> mg.Tensor:
            return given[0][:, -1]

    model = nn.Sequential(nn.LSTM(2, 3), nn.Identity(), nn.Sequential(Last(), nn.Linear(3, 1)))
    assert model(zeros(5, 4, 2)).shape == (5, 1)


def test_lambda_lr_takes_a_function_for_each_group() -> None:
    a, b = nn.Parameter(np.zeros(2)), nn.Parameter(np.zeros(2))
    a.grad = b.grad = zeros(2)
    optimizer = optim.SGD([{"params": [a], "lr": 1.0}, {"params": [b], "lr": 2.0}])
    schedule = lr_scheduler.LambdaLR(optimizer, [lambda step: 1 / (step + 1), lambda step: 0.5])
    assert schedule.get_last_lr() == [1.0, 1.0]
    optimizer.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.5, 1.0]


# -- how things read ----------------------------------------------------------------------------


def test_a_step_before_any_gradient_is_said_once_there_is_none() -> None:
    layer = nn.Linear(2, 1)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    with pytest.warns(UserWarning, match=r"found no gradient.*call loss.backward\(\)"):
        optimizer.step()
    layer(np.ones((1, 2), np.float32)).sum().backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()
        optimizer.zero_grad()
        optimizer.step()  # as in a step that a loop has left out


def test_an_optimiser_reads_as_pytorchs() -> None:
    ours = optim.SGD([nn.Parameter(np.zeros(2))], lr=0.1, momentum=0.9)
    theirs = torch.optim.SGD([torch.nn.Parameter(torch.zeros(2))], lr=0.1, momentum=0.9)
    lines = repr(ours).splitlines()
    assert lines[:2] == ["SGD (", "Parameter Group 0"]
    assert lines[-1] == ")"
    names = {line.partition(":")[0] for line in repr(theirs).splitlines()}
    assert {line.partition(":")[0] for line in lines} <= names
    assert "    momentum: 0.9" in lines


def test_a_summary_reads_as_its_table() -> None:
    summary = nn.summary(nn.Linear(2, 3), zeros(1, 2))
    assert repr(summary) == str(summary)
    assert "Linear     1×3           9     15" in repr(summary)


# -- the order of arguments ---------------------------------------------------------------------

OF_OLD = {"size_average", "reduce", "_stacklevel", "device", "dtype"}  # deprecated there, or of no use here


def positional(function: Any) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # of a function in C
        return []
    return [
        p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name not in OF_OLD | {"self"}
    ]


@each("room", ["functional", "layers", "optim"])
def test_arguments_stand_in_pytorchs_order(room: str) -> None:
    ours, theirs = {
        "functional": (F, torch.nn.functional),
        "layers": (nn, torch.nn),
        "optim": (optim, torch.optim),
    }[room]
    compared = 0
    for name in ours.__all__:
        here, there = getattr(ours, name), getattr(theirs, name, None)
        if not callable(here) or not callable(there) or name == "ParameterDict":  # whose one is `values`
            continue
        if isinstance(here, type):
            here, there = (None if cls.__init__ is object.__init__ else cls.__init__ for cls in (here, there))
        own, other = (positional(x) if x is not None else [] for x in (here, there))
        shared = min(len(own), len(other))
        assert own[:shared] == other[:shared], name
        compared += shared > 0
    assert compared > {"functional": 40, "layers": 60, "optim": 2}[room]
