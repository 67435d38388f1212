"""Every error that nn raises, with its whole text; and that the table below has them all."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from nn import optim
from tests.cases import each
from tests.nn.errors_of_attention import ATTENTION as OF_ATTENTION
from tests.nn.errors_of_functions import ROWS
from tests.nn.errors_of_options import OPTIONS

SOURCE = Path(nn.__file__).parent
# Files of nn whose errors are tested with their layers.
ELSEWHERE = {
    "alibi.py": "test_alibi_and_windows.py",
    "beams.py": "test_beam_search.py",
    **dict.fromkeys(["cache.py", "past.py"], "test_cache.py"),
    **dict.fromkeys(["checked.py", "sampling.py", "generation.py"], "test_generation.py"),
    **dict.fromkeys(["decoders.py", "rows.py"], "test_decoders.py"),
    "convolution.py": "test_convolution.py",
    "given.py": "test_training_given.py",
    "functional_call.py": "test_functional_call.py",
    "groups.py": "test_optim_state.py",
    "loading.py": "test_optim_state.py",
    **dict.fromkeys(["scheduler.py", "functions.py", "stairs.py", "slopes.py"], "test_schedules.py"),
    **dict.fromkeys(["momentum.py", "one_cycle.py", "plateau.py", "composed.py"], "test_schedules.py"),
    "averaged_model.py": "test_swa_utils.py",
    **dict.fromkeys(["lbfgs.py", "curvature.py"], "test_lbfgs.py"),
    **dict.fromkeys(
        ["mistakes.py", "constructors.py", "moving.py", "inputs.py", "foreign_state.py"], "test_mistakes.py"
    ),
    "__init__.py": "test_mistakes.py",
    "optimizer.py": "test_optim_state.py",
    **dict.fromkeys(["attention.py", "figures.py"], "test_draw_attention.py"),
    **dict.fromkeys(
        ["attention_page.py", "compact.py", "given.py", "reading.py", "snapshots.py"],
        "test_show_attention.py",
    ),
    **dict.fromkeys(["layers.py", "cells.py", "parameters.py"], "test_recurrent.py"),
    "transformer.py": "test_transformer.py",
    **dict.fromkeys(["choices.py", "decoder.py", "model.py"], "test_seq2seq.py"),
    **dict.fromkeys(["explain.py", "ranks.py"], "test_explain.py"),
    **dict.fromkeys(["vocabulary.py", "batches.py", "windows.py"], "test_data.py"),
    **dict.fromkeys(
        [
            "resuming.py",
            "resumable.py",
            "training.py",
            "update.py",
            "evaluation.py",
            "run_files.py",
            "interrupts.py",
        ],
        "test_training.py",
    ),
    "rate_finder.py": "test_rate_finder.py",
    "not_finite.py": "test_health.py",
    **dict.fromkeys(["units.py", "table.py", "symptoms.py"], "test_training.py"),
    **dict.fromkeys(["event_log.py", "snapshots.py", "report.py"], "test_run_report.py"),
    **dict.fromkeys(["communicator.py", "parts.py", "shared_update.py", "together.py"], "test_ranks.py"),
    "mpi.py": "test_ranks.py",
    "encoded_text.py": "test_encoded_text.py",
    "ngram.py": "test_ngram.py",
    **dict.fromkeys(
        ["packing.py", "weights.py", "whole_files.py", "safetensors_format.py"], "test_saving.py"
    ),
    "checkpoints.py": "test_checkpoints.py",
    **dict.fromkeys(
        ["onnx_file.py", "tracing.py", "shapes.py", "products.py", "recurrent.py"], "test_export_onnx.py"
    ),
    "gpt2.py": "test_convert_gpt2.py",
    "torch_tensors.py": "test_convert_to_torch.py",
}


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


def holder(value: Any) -> nn.Module:
    module = nn.Module()
    module.parts = value
    return module


def clip_nan() -> None:
    p = nn.Parameter(np.zeros(2))
    p.grad = mg.tensor(np.array([0.0, np.nan]))
    nn.utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)


def bare_optimiser_step() -> None:
    p = nn.Parameter(np.zeros(2))
    p.grad = mg.tensor(np.zeros(2))
    optim.Optimizer([p], {}).step()


def stepped(*shapes: tuple[int, ...]) -> dict[str, Any]:
    """The state of an Adam over parameters of these shapes."""
    parameters = [nn.Parameter(np.zeros(shape)) for shape in shapes]
    for p in parameters:
        p.grad = mg.tensor(np.zeros(p.shape))
    optimiser = optim.Adam(parameters)
    optimiser.step()
    return optimiser.state_dict()


def recorded_in_parts() -> None:
    with nn.record_attention(ATTENTION):
        mg.data_parallel(lambda x: ATTENTION(x, x, x)[0], zeros(2, 3, 4), threads=2)


P, Q = nn.Parameter(np.zeros(2)), nn.Parameter(np.zeros(2))
MATRIX = nn.Parameter(np.zeros((2, 3)))
ATTENTION = nn.MultiheadAttention(4, 2)
TIME_FIRST = (
    "batch_first=False is not here, since every array in this library is (B, T, C): omit it and give "
    "x.swapaxes(0, 1)"
)
INTEGER_MASK = (
    "a mask is of booleans, True = may attend, or of floats to add, and this one is int64: "
    "write mask.astype(bool)"
)

Row = tuple[Callable[[], Any], type[Exception], str]

RAISED_BY_NN: list[Row] = [
    *ROWS,
    *OPTIONS,
    *OF_ATTENTION,
    # -- modules
    (
        lambda: nn.Module()(1),
        NotImplementedError,
        "Module has no forward: define `def forward(self, x): ...` and call the module itself, model(x)",
    ),
    (
        lambda: holder([nn.Tanh()]),
        TypeError,
        "Module.parts is a list of modules or parameters, which would not be found: "
        "write self.parts = nn.ModuleList([...]), or set each as an attribute",
    ),
    (
        lambda: setattr(nn.Linear(2, 1), "weight", mg.tensor(np.zeros((1, 2)))),
        TypeError,
        "Linear.weight is a parameter, and a Tensor in its place would not be learned: "
        "write self.weight = nn.Parameter(x), or self.weight.data[...] = x",
    ),
    (lambda: nn.ModuleList([1]), TypeError, "a ModuleList holds modules, and got a int"),
    (lambda: nn.Sequential(nn.Tanh(), np.tanh), TypeError, "a Sequential holds modules, and got a ufunc"),
    (
        lambda: nn.Linear(2, 1).load_state_dict({"weight": np.zeros(2), "b": 1}),
        nn.StateDictError,
        "the state dict does not fit Linear, and nothing was loaded:\n"
        "  missing: bias (1,)\n"
        "  unexpected: b\n"
        "  wrong shape: weight is (1, 2) here and (2,) in the state dict",
    ),
    (
        lambda: nn.Embedding(3, 2)([[0, 1], [2]]),
        TypeError,
        "embedding takes integer indices, and got a list that is no rectangle of them: fill the shorter rows "
        "up with a padding_idx",
    ),
    (
        lambda: nn.ModuleList(nn.Tanh()),
        TypeError,
        "a ModuleList takes a list of modules: write ModuleList([Tanh])",
    ),
    (
        lambda: optim.SGD(nn.Linear(2, 1)),
        TypeError,
        "an optimiser takes parameters, and got a Linear: give model.parameters()",
    ),
    (lambda: nn.Module().bogus, AttributeError, "'Module' object has no attribute 'bogus'"),
    (
        lambda: nn.init.xavier_unifrm_,
        AttributeError,
        "module 'nn.init' has no attribute 'xavier_unifrm_': did you mean nn.init.xavier_uniform_?",
    ),
    (
        lambda: nn.Linear(2, 1).load_state_dict([1]),
        TypeError,
        "load_state_dict takes names and arrays, and got a list: give other.state_dict(), or "
        "nn.load(path) of what was saved",
    ),
    (
        lambda: nn.Sequential(nn.GRU(2, 2), nn.Tanh())(zeros(1, 1, 2)),
        TypeError,
        "in this Sequential GRU gives a tuple of 2, and Tanh takes one tensor: write a forward of your own, "
        "`out, state = self.rnn(x)`, or put a module between them that picks out[0]",
    ),
    (
        lambda: nn.Linear(2, 1, rng=0),
        TypeError,
        "rng is a np.random.Generator, and got 0: write np.random.default_rng(seed)",
    ),
    (
        lambda: F.dropout(np.arange(3)),
        TypeError,
        "dropout takes floats, and got int64: write x.astype(np.float32)",
    ),
    (
        lambda: nn.RMSNorm(3)(np.arange(3)),
        TypeError,
        "rms_norm takes floats, and got int64: write x.astype(np.float32)",
    ),
    # -- layers
    (
        lambda: nn.MultiheadAttention(6, 4),
        ValueError,
        "6 channels cannot be shared by 4 heads: embed_dim must be a multiple of num_heads, for example 4",
    ),
    (lambda: nn.MultiheadAttention(4, 2, batch_first=False), ValueError, TIME_FIRST),
    (
        lambda: nn.MultiheadAttention(4, 2, window=0),
        ValueError,
        "MultiheadAttention got window=0: it counts the position itself, so the least is 1",
    ),
    (lambda: nn.TransformerEncoderLayer(4, 2, batch_first=False), ValueError, TIME_FIRST),
    (lambda: nn.TransformerDecoderLayer(4, 2, batch_first=False), ValueError, TIME_FIRST),
    (
        lambda: ATTENTION(zeros(3, 4), zeros(1, 3, 4), zeros(3, 4)),
        ValueError,
        "attention takes query (B, T, C), key and value (B, S, C), and got (3, 4), (1, 3, 4), (3, 4): "
        "write x[None] for a batch of one",
    ),
    (
        lambda: ATTENTION(zeros(1, 3, 4), zeros(2, 3, 4), zeros(2, 3, 4)),
        ValueError,
        "attention takes query (B, T, 4), key (B, S, 4) and value (B, S, 4) of one batch, key and value of "
        "one length, and got (1, 3, 4), (2, 3, 4), (2, 3, 4): write mg.broadcast_to(x, shape) where one is "
        "meant for the whole batch",
    ),
    (
        lambda: ATTENTION(*[zeros(1, 2, 4)] * 3, np.ones((2, 2, 2), bool), need_weights=True),
        ValueError,
        "attention got a mask (2, 2, 2): it is (T, S), (B, T, S) or broadcasts to (B, H, T, S), here "
        "(1, 2, 2, 2)",
    ),
    (
        lambda: nn.MultiheadAttention(8, 0),
        ValueError,
        "MultiheadAttention got num_heads=0: it must be at least 1",
    ),
    (lambda: ATTENTION(*[zeros(1, 2, 4)] * 3, np.eye(2, dtype=int)), TypeError, INTEGER_MASK),
    (
        lambda: F.scaled_dot_product_attention(*[zeros(1, 2, 4)] * 3, np.eye(2, dtype=int)),
        TypeError,
        INTEGER_MASK,
    ),
    (
        recorded_in_parts,
        RuntimeError,
        "record_attention keeps the weights of one call, and data_parallel makes several, each with a part "
        "of the batch: call the model without data_parallel",
    ),
    (
        lambda: nn.padding_mask([2, 5], 4),
        ValueError,
        "padding_mask got lengths from 2 to 5 for 4 places",
    ),
    (
        lambda: nn.window_mask(4, 0),
        ValueError,
        "window_mask got the window 0: it counts the position itself, so the least is 1",
    ),
    (
        lambda: nn.padding_mask([1.5], 4),
        TypeError,
        "padding_mask takes the length of each sequence, integers (B,), and got float64 (1,)",
    ),
    (lambda: nn.padding_mask([-1], 4), ValueError, "padding_mask got lengths from -1 to -1 for 4 places"),
    (
        lambda: nn.TransformerEncoderLayer(4, 2, activation="swish"),
        ValueError,
        'activation is "relu", "gelu" or a function of a tensor, not \'swish\'',
    ),
    (
        lambda: nn.SinusoidalPosition(8, 5),
        ValueError,
        "sinusoidal positions come in pairs of channels, and 5 is odd: use 6",
    ),
    (
        lambda: nn.RotaryPosition(3),
        ValueError,
        "rotary positions turn pairs of channels, and a head has 3: choose an even number of channels per "
        "head",
    ),
    (
        lambda: nn.LearnedPosition(8, 4)(zeros(1, 2, 4), -1),
        ValueError,
        "positions count from 0, and got offset=-1",
    ),
    (
        lambda: nn.SinusoidalPosition(8, 4)(zeros(1, 2, 1)),
        ValueError,
        "these positions are for (B, T, 4), and got (1, 2, 1)",
    ),
    (
        lambda: nn.RotaryPosition(4)(zeros(1, 2, 4), offset=-1),
        ValueError,
        "rotary positions count from 0, and got offset=-1",
    ),
    (
        lambda: nn.SinusoidalPosition(8, 4)(zeros(1, 9, 4)),
        ValueError,
        "these positions reach to length 8, and the input (1, 9, 4) has 9 places: build the layer with a "
        "greater max_length, or cut the input",
    ),
    (
        lambda: nn.LearnedPosition(8, 4)(zeros(9, 4)),
        ValueError,
        "these positions reach to length 8, and the input (9, 4) has 9 places: build the layer with a "
        "greater max_length, or cut the input",
    ),
    (
        lambda: nn.LayerNorm((3, 4))(zeros(2, 4, 3)),
        ValueError,
        "layer_norm over (3, 4) got an input of shape (2, 4, 3): its last axes must be of that shape",
    ),
    (
        lambda: nn.Embedding(5, 2)(np.array([1.0])),
        TypeError,
        "embedding takes integer indices, and got float64: write x.astype(int)",
    ),
    (
        lambda: nn.Embedding(5, 2)([True]),
        TypeError,
        "embedding takes integer indices, and got bool: write x.astype(int)",
    ),
    (
        lambda: nn.Embedding(5, 2)([[0, 5]]),
        IndexError,
        "embedding got the index 5, and there are 5 rows: indices go from 0 to 4",
    ),
    (
        lambda: nn.Embedding(5, 2)([-1]),
        IndexError,
        "embedding got the index -1, and there are 5 rows: indices go from 0 to 4",
    ),
    (lambda: nn.Dropout(1.5), ValueError, "Dropout takes a probability between 0 and 1, and got 1.5"),
    (
        lambda: F.dropout(zeros(2), -0.5),
        ValueError,
        "dropout takes a probability between 0 and 1, and got -0.5",
    ),
    (
        lambda: nn.init.xavier_uniform_(zeros(3)),
        ValueError,
        "fan-in and fan-out need a weight of at least 2 axes, (out, in), and got shape (3,): "
        "use nn.init.normal_ or uniform_ with a scale of your own",
    ),
    # -- losses
    (
        lambda: nn.MSELoss()(zeros(3, 1), zeros(3)),
        ValueError,
        "mse_loss got input (3, 1) and target (3,), which must be of one shape: reshape one of them, or "
        "broadcast it on purpose with mg.broadcast_to",
    ),
    (
        lambda: nn.MSELoss("average")(zeros(3), zeros(3)),
        ValueError,
        'MSELoss takes reduction="mean", "sum" or "none", not \'average\'',
    ),
    (
        lambda: nn.summary(3, zeros(2)),
        TypeError,
        "summary takes a module and what it is called with, summary(model, x), and got 3 first",
    ),
    (
        lambda: nn.AdaptiveAvgPool2d((1, 2, 3)),
        ValueError,
        "AdaptiveAvgPool2d got output_size=(1, 2, 3): give one size, or 2",
    ),
    # -- optimisers
    (
        lambda: optim.SGD([]),
        ValueError,
        "the optimiser got no parameters: give model.parameters()",
    ),
    (
        lambda: optim.SGD([zeros(2)]),
        TypeError,
        "an optimiser takes nn.Parameter, and got a Tensor: make it one, nn.Parameter(x), or give "
        "model.parameters()",
    ),
    (
        lambda: optim.SGD([P, Q, P]),
        ValueError,
        "a parameter is in two groups, or twice in one: it would be updated twice a step",
    ),
    (bare_optimiser_step, NotImplementedError, ""),
    (lambda: optim.SGD([P], lr=-1), ValueError, "lr must not be negative, and is -1"),
    (
        lambda: optim.SGD([P], nesterov=True),
        ValueError,
        "nesterov needs a momentum above 0 and dampening 0",
    ),
    (lambda: optim.Adam([P], betas=(1, 0)), ValueError, "betas must be in [0, 1), and are (1, 0)"),
    *(
        (
            lambda build=build: build([P], lr=0.1, betas=0.9),
            ValueError,
            "betas must be in [0, 1), and are 0.9",
        )
        for build in (optim.AdamW, optim.Adamax, optim.NAdam, optim.RAdam, optim.Lion)
    ),
    *(
        (lambda build=build: build([P], lr=-0.1), ValueError, "lr must not be negative, and is -0.1")
        for build in (optim.RMSprop, optim.Adagrad, optim.Adadelta, optim.ASGD, optim.Muon, optim.Lion)
    ),
    (
        lambda: optim.AdamW([P]).add_param_group({"params": [Q], "decoupled_weight_decay": False}),
        ValueError,
        "Adam adds weight decay to the gradient and AdamW shrinks the weights by it, and this state is of "
        "the other: load it into Adam",
    ),
    (
        lambda: nn.TransformerEncoder(3, 2),
        TypeError,
        "a stack is made of copies of a layer, and got a int: write nn.TransformerEncoderLayer(...), or a "
        "layer of your own",
    ),
    (lambda: optim.Adam([{"params": [P], "lr": "1"}]), TypeError, "lr is a number, and a str was given: '1'"),
    (lambda: optim.Adadelta([P], rho=1.1), ValueError, "rho must be in [0, 1], and is 1.1"),
    (lambda: optim.RMSprop([P], alpha=2), ValueError, "alpha must be in [0, 1], and is 2"),
    (lambda: optim.RMSprop([P], momentum=-1), ValueError, "momentum must not be negative, and is -1"),
    (lambda: optim.Adagrad([P], lr_decay=-1), ValueError, "lr_decay must not be negative, and is -1"),
    (
        lambda: optim.NAdam([P], momentum_decay=-1),
        ValueError,
        "momentum_decay must not be negative, and is -1",
    ),
    (
        lambda: optim.Muon([MATRIX, P]),
        ValueError,
        "Muon updates matrices, and got a parameter of shape (2,): give those of two axes to Muon, and the "
        "others to AdamW",
    ),
    (
        lambda: optim.Muon([MATRIX], adjust_lr_fn="adamw"),
        ValueError,
        "adjust_lr_fn must be None, 'original' or 'match_rms_adamw', and is 'adamw'",
    ),
    (
        lambda: optim.Muon([MATRIX], ns_coefficients=(2, 1)),
        ValueError,
        "ns_coefficients are three numbers, of x, x³ and x⁵, and are (2, 1)",
    ),
    (
        lambda: optim.Adam([{"params": [P]}, {"params": [Q]}]).load_state_dict(stepped((2,))),
        ValueError,
        "the state dict has 1 parameter groups, this optimiser 2",
    ),
    (
        lambda: optim.Adam([P]).load_state_dict(stepped((2,)) | {"state": {1: {}}}),
        ValueError,
        "the state dict has a state for parameter 1, and this optimiser has 1 parameters, counted from 0",
    ),
    (
        lambda: optim.Adam([P]).load_state_dict(stepped((3,))),
        ValueError,
        "the state dict's exp_avg of parameter 0 has shape (3,), the parameter (2,)",
    ),
    (
        lambda: optim.lr_scheduler.WarmupCosineLR(optim.SGD([P]), -1, 10),
        ValueError,
        "warmup_steps must be from 0 to total_steps 10, and is -1",
    ),
    (
        clip_nan,
        RuntimeError,
        "the norm of the gradients is nan, so that they cannot be clipped: look for the first NaN, or lower "
        "the learning rate",
    ),
]

# Mistakes in the use of a layer that the op below it finds.
RAISED_BELOW: list[Row] = [
    (
        lambda: nn.Linear(3, 2)(zeros(5, 4)),
        ValueError,
        "linear got x (5, 4) and weight (2, 3): the last axis of x must be the second of the weight, which "
        "is (out_features, in_features)",
    ),
    (
        lambda: nn.MultiheadAttention(8, 2, rotary=nn.RotaryPosition(8))(*[zeros(1, 2, 8)] * 3),
        ValueError,
        "rotate got x (1, 2, 2, 4) and cos (2, 4): the last axis of x must be even, and twice that of cos",
    ),
    (
        lambda: nn.CrossEntropyLoss()(zeros(5, 3), np.zeros(4, int)),
        ValueError,
        "cross_entropy got logits (5, 3) with the classes on axis 1, and targets (4,): the targets must have "
        "shape (5,)",
    ),
    (
        lambda: nn.CrossEntropyLoss()(zeros(5, 3), np.full(5, 3)),
        IndexError,
        "cross_entropy got the target 3, and there are 3 classes: targets go from 0 to 2, or are -100 to be "
        "ignored",
    ),
    (
        lambda: nn.CrossEntropyLoss(reduction="average")(zeros(5, 3), np.zeros(5, int)),
        ValueError,
        'CrossEntropyLoss takes reduction="mean", "sum" or "none", not \'average\'',
    ),
]


def label(row: Row) -> str:
    return row[2][:40]


@each("row", RAISED_BY_NN + RAISED_BELOW, ids=label)
def test_error(row: Row) -> None:
    provoke, kind, text = row
    with pytest.raises(kind) as error:
        provoke()
    assert type(error.value) is kind
    assert str(error.value) == text


def raises_in_source() -> set[tuple[str, int]]:
    return {
        (str(path), node.lineno)
        for path in SOURCE.rglob("*.py")
        if path.name not in ELSEWHERE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and node.exc is not None  # else it passes on what another raised
    }


def places(error: BaseException) -> Iterator[tuple[str, int]]:
    """The file and the line of the statement, in each frame that the error passed."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def test_no_error_is_missing_from_the_table() -> None:
    seen: set[tuple[str, int]] = set()
    for provoke, kind, _ in RAISED_BY_NN:
        with pytest.raises(kind) as error:
            provoke()
        seen.update(places(error.value))
    assert raises_in_source() - seen == set()
    for tests in ELSEWHERE.values():
        assert "pytest.raises" in Path(__file__).with_name(tests).read_text("utf-8")


def test_a_refused_call_leaves_no_trace() -> None:
    """The mode and the names of modules are as before, so that the next call is not misnamed."""
    model = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(ValueError, match="linear got x"):
        model(zeros(5, 4))
    assert mg.current_scope() == ""
    assert model(zeros(5, 3)).node.path == "Sequential.0"
