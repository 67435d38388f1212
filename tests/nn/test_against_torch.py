"""Every layer, loss and optimiser against PyTorch's of the same name: one line of a table each.

A layer takes over PyTorch's state dict as it is, and then must give the same output and the same
gradient for every input and every parameter.
"""

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from nn.optim import lr_scheduler
from tests.cases import each
from tests.nn.case import KINKS, SMALL_LAYERS, Case

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

# Largest difference allowed, relative to the largest element: rounding, and no more.
TOLERANCE = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-5}
DTYPES = [np.float64, np.float32]
dtypes = each("dtype", DTYPES, ids=["float64", "float32"])

TRI = np.tri(4, dtype=bool)
BAND = np.array([[1, 1, 0, 0, 1], [0, 1, 1, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 1, 0]], bool)  # (T, S)
ADDED = np.where(BAND, np.linspace(-1, 1, 20).reshape(4, 5), -np.inf)
LENGTHS = np.array([3, 5])
PADDED = np.arange(5) >= LENGTHS[:, None]  # True = blocked, as PyTorch's key_padding_mask has it
PADDED_4 = np.arange(4) >= np.array([3, 4])[:, None]


STEEP = np.array([-100.0, -40, -3, -1, -0.2, 0, 0.2, 1, 3, 40, 100])  # no 0 < |x - 20| < 3: see Softplus
FIRST = {"batch_first": True}
SMALL = {"dim_feedforward": 7, "dropout": 0.0, **FIRST}
SELF, CROSS = {"inputs": ((2, 4, 8),), "feed": "aaa"}, {"inputs": ((2, 4, 8), (2, 5, 8)), "feed": "abb"}
THREE = {"inputs": ((2, 4, 8), (2, 5, 6), (2, 5, 3)), "feed": "abc"}
TARGET = {"inputs": ((2, 4, 8), (2, 5, 8)), "feed": "ab"}
SEQUENCE = {"inputs": ((2, 4, 8),)}
CAUSAL = {"ours": {"is_causal": True}, "theirs": {"src_mask": ~TRI}}
PAIR = {"inputs": ((2, 5, 6), (2, 4, 6)), "feed": "ab"}
CAUSAL_TARGET = {"ours": {"tgt_is_causal": True}, "theirs": {"tgt_mask": ~TRI}}

# Each mask in our words and in PyTorch's.
HEADS = np.random.default_rng(8).random((2, 3, 5, 5)) < 0.5  # (B, H, T, S)
HEADS[..., 0] = True
PER_HEAD = HEADS[:, :, :4]
ATTENTION_MASKS = [
    ({"mask": BAND}, {"attn_mask": ~BAND}),
    ({"mask": ADDED}, {"attn_mask": ADDED}),
    ({"is_causal": True}, {"attn_mask": ~np.tri(4, 5, dtype=bool)}),
    ({"mask": nn.padding_mask(LENGTHS, 5)}, {"key_padding_mask": PADDED}),
    ({"mask": nn.padding_mask(LENGTHS, 5) & PER_HEAD},
     {"key_padding_mask": PADDED, "attn_mask": ~PER_HEAD.reshape(6, 4, 5)}),
]  # fmt: skip
ODD = {"inputs": ((2, 4, 6), (2, 5, 6)), "feed": "abb"}
WIDE = {"inputs": ((2, 4, 6), (2, 5, 7), (2, 5, 3)), "feed": "abc"}
FORMS = [
    ({"bias": False}, ODD),
    ({"add_bias_kv": True, "add_zero_attn": True, "bias": False}, ODD),
    ({"kdim": 7, "vdim": 3}, WIDE),
    ({"kdim": 7, "vdim": 3, "bias": False}, WIDE),
    ({"kdim": 7, "vdim": 3, "add_bias_kv": True}, WIDE),
    ({"kdim": 7, "vdim": 3, "add_zero_attn": True}, WIDE),
    ({"kdim": 7, "vdim": 3, "add_bias_kv": True, "add_zero_attn": True, "bias": False}, WIDE),
]
SOURCE, IN_PYTORCH = nn.padding_mask(LENGTHS, 5), {
    "src_key_padding_mask": PADDED, "memory_key_padding_mask": PADDED
}  # fmt: skip
TRANSFORMER_MASKS = [
    ({"tgt_is_causal": True}, {"tgt_mask": ~TRI}),
    ({"src_mask": SOURCE, "memory_mask": SOURCE}, IN_PYTORCH),
    ({"src_mask": SOURCE, "memory_mask": SOURCE,
      "tgt_mask": nn.padding_mask([3, 4], 4), "tgt_is_causal": True},
     IN_PYTORCH | {"tgt_key_padding_mask": PADDED_4, "tgt_mask": ~TRI}),
    ({"src_is_causal": True, "tgt_mask": TRI, "memory_is_causal": True},
     {"src_mask": ~np.tri(5, dtype=bool), "tgt_mask": ~TRI, "memory_mask": ~np.tri(4, 5, dtype=bool)}),
    ({"src_mask": HEADS & SOURCE, "tgt_mask": HEADS[..., :4, :4], "memory_mask": PER_HEAD},
     {"src_mask": ~HEADS.reshape(6, 5, 5), "src_key_padding_mask": PADDED,
      "tgt_mask": ~HEADS[..., :4, :4].reshape(6, 4, 4), "memory_mask": ~PER_HEAD.reshape(6, 4, 5)}),
    ({"memory_mask": ADDED}, {"memory_mask": ADDED}),
]  # fmt: skip

LAYERS = [
    Case("Linear", (4, 3)),
    Case("Linear", (4, 3, False)),
    Case("Linear", (4, 3), inputs=((4,),)),
    Case("Linear", (4, 3), inputs=((0, 4),)),
    Case("Linear", (4, 3), inputs=((2, 1, 3, 4),)),
    Case("Embedding", (6, 3), inputs=(np.array([[0, 5, 2], [2, 2, 1]]),)),
    Case("Embedding", (6, 3), inputs=(np.array(4),)),
    Case("LayerNorm", (4,)),
    Case("LayerNorm", ((3, 4),)),
    Case("LayerNorm", ([4], 0.1)),
    Case("LayerNorm", (4,), {"elementwise_affine": False}),
    Case("LayerNorm", ((3, 4),), {"bias": False}),
    Case("ReLU", inputs=(STEEP,)),
    Case("LeakyReLU", inputs=(STEEP,)),
    Case("LeakyReLU", (0.3,), inputs=(STEEP,)),
    Case("ELU", inputs=(STEEP,)),
    Case("ELU", (0.7,), inputs=(STEEP,)),
    Case("GELU", inputs=(STEEP,)),
    Case("GELU", ("tanh",), inputs=(STEEP,)),
    Case("SiLU", inputs=(STEEP,)),
    Case("Sigmoid", inputs=(STEEP,)),
    Case("Tanh", inputs=(STEEP,)),
    Case("Softplus", inputs=(STEEP,)),
    Case("Identity", inputs=(STEEP,)),
    Case("Softmax", (-1,)),
    Case("Softmax", (1,)),
    Case("Softmax", (0,), inputs=(STEEP,)),
    Case("LogSoftmax", (-1,)),
    Case("LogSoftmax", (0,)),
    Case("LogSoftmax", (0,), inputs=(STEEP,)),
    Case("Dropout", (0.0,)),
    Case("MultiheadAttention", (8, 2), FIRST, **SELF),
    Case("MultiheadAttention", (8, 1), FIRST, **SELF),
    Case("MultiheadAttention", (8, 8), FIRST, **CROSS),
    Case("MultiheadAttention", (8, 2), FIRST | {"bias": False}, **CROSS),
    Case("MultiheadAttention", (8, 2), FIRST | {"kdim": 6, "vdim": 3}, **THREE),
    Case("MultiheadAttention", (8, 2), FIRST | {"kdim": 6, "vdim": 3, "bias": False}, **THREE),
    Case("MultiheadAttention", (8, 2), FIRST, **CROSS, ours={"mask": BAND}, theirs={"attn_mask": ~BAND}),
    Case("MultiheadAttention", (8, 2), FIRST, **CROSS, ours={"mask": ADDED}, theirs={"attn_mask": ADDED}),
    Case(
        "MultiheadAttention", (8, 2), FIRST, **SELF, ours={"is_causal": True}, theirs={"attn_mask": ~TRI}
    ),
    Case(
        "MultiheadAttention", (8, 2), FIRST, **CROSS,
        ours={"mask": nn.padding_mask(LENGTHS, 5)}, theirs={"key_padding_mask": PADDED},
    ),
    Case(
        "MultiheadAttention", (8, 2), FIRST, **CROSS,
        ours={"mask": nn.padding_mask(LENGTHS, 5) & (BAND | (np.arange(5) == 0))},
        theirs={"key_padding_mask": PADDED, "attn_mask": ~(BAND | (np.arange(5) == 0))},
    ),
    Case(
        "MultiheadAttention", (8, 2), FIRST, **SELF,
        ours={"mask": nn.padding_mask([3, 4], 4), "is_causal": True},
        theirs={"key_padding_mask": PADDED_4, "attn_mask": ~TRI},
    ),
    Case(  # each sequence with a mask of its own: PyTorch wants it repeated for each head
        "MultiheadAttention", (8, 2), FIRST, **CROSS,
        ours={"mask": np.stack([BAND, BAND[::-1]])},
        theirs={"attn_mask": ~np.repeat(np.stack([BAND, BAND[::-1]]), 2, axis=0)},
    ),
    *[
        Case(
            "MultiheadAttention", (8, 2), FIRST | {"add_bias_kv": learned, "add_zero_attn": zeros}, **what,
            ours=ours, theirs=theirs,
        )
        for learned, zeros in ((True, False), (False, True), (True, True))
        for what, ours, theirs in (
            (SELF, {"is_causal": True}, {"attn_mask": ~TRI}),
            (CROSS, {"mask": ADDED}, {"attn_mask": ADDED}),
            (CROSS, {"mask": nn.padding_mask(LENGTHS, 5)}, {"key_padding_mask": PADDED}),
        )
    ],
    *[
        Case("TransformerEncoderLayer", (8, 2), SMALL | {"norm_first": first, "activation": act}, **SEQUENCE)
        for first in (False, True) for act in ("relu", "gelu")
    ],
    *[
        Case("TransformerEncoderLayer", (8, 2), SMALL | {"norm_first": first}, **SEQUENCE, **CAUSAL)
        for first in (False, True)
    ],
    Case("TransformerEncoderLayer", (8, 2), SMALL | {"bias": False, "layer_norm_eps": 0.1}, **SEQUENCE),
    Case(
        "TransformerEncoderLayer", (8, 2), SMALL, **SEQUENCE,
        ours={"mask": nn.padding_mask([3, 4], 4)}, theirs={"src_key_padding_mask": PADDED_4},
    ),
    *[
        Case("TransformerDecoderLayer", (8, 2), SMALL | {"norm_first": first, "activation": act}, **TARGET)
        for first in (False, True) for act in ("relu", "gelu")
    ],
    *[
        Case("TransformerDecoderLayer", (8, 2), SMALL | {"norm_first": first}, **TARGET, **CAUSAL_TARGET)
        for first in (False, True)
    ],
    Case("TransformerDecoderLayer", (8, 2), SMALL | {"bias": False}, **TARGET),
    Case(
        "TransformerDecoderLayer", (8, 2), SMALL, **TARGET,
        ours={"tgt_mask": TRI, "memory_mask": nn.padding_mask(LENGTHS, 5)},
        theirs={"tgt_mask": ~TRI, "memory_key_padding_mask": PADDED},
    ),
    *[
        Case("MultiheadAttention", (6, 3), FIRST | form, **what, ours=ours, theirs=theirs)
        for form, what in FORMS for ours, theirs in ATTENTION_MASKS
    ],
    *[
        Case("Transformer", (6, 3, 1, 2), SMALL | {"norm_first": first, "activation": act}, **PAIR)
        for first in (False, True) for act in ("relu", "gelu")
    ],
    Case("Transformer", (6, 3, 2, 1), SMALL | {"bias": False, "layer_norm_eps": 0.1}, **PAIR),
    Case("Transformer", (6, 1, 1, 1), SMALL, inputs=((1, 1, 6), (1, 1, 6)), feed="ab"),
    *[
        Case("Transformer", (6, 3, 1, 2), SMALL | {"norm_first": first}, **PAIR, ours=ours, theirs=theirs)
        for first in (False, True) for ours, theirs in TRANSFORMER_MASKS
    ],
    *SMALL_LAYERS,
]  # fmt: skip

every_layer = each("case", LAYERS, ids=str)
quiet = pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")  # PyTorch's way to be fast


def assert_close(ours: Any, theirs: Any, what: str) -> None:
    got, expected = ours, theirs.detach().numpy()
    assert got.shape == expected.shape, what
    assert got.dtype == expected.dtype, what
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(got, expected, rtol=0, atol=TOLERANCE[got.dtype] * scale, err_msg=what)


def arrays_for(inputs: tuple[Any, ...], dtype: Any) -> list[np.ndarray]:
    """Arrays as they are (floats in `dtype`), and normal numbers for shapes."""
    rng = np.random.default_rng(3)
    arrays = [x if isinstance(x, np.ndarray) else rng.normal(size=x) for x in inputs]
    return [x.astype(dtype) if x.dtype.kind == "f" else x for x in arrays]


def to_torch(x: Any, dtype: Any) -> Any:
    """An array (floats in `dtype`) as PyTorch's, anything else as it is."""
    if not isinstance(x, np.ndarray):
        return x
    return torch.from_numpy(np.array(x.astype(dtype) if x.dtype.kind == "f" else x))


def leaves_of(arrays: list[np.ndarray]) -> tuple[list[Any], list[Any]]:
    ours = [mg.tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in arrays]
    theirs = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    return ours, theirs


def randomise(module: Any) -> None:
    """Fill all parameters: zeros and ones, as biases and norms start with, would hide mistakes."""
    torch.manual_seed(7)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(0, 0.5)


def load(ours: nn.Module, theirs: Any, dtype: Any) -> None:
    theirs.to(torch.from_numpy(np.zeros(0, dtype)).dtype)
    randomise(theirs)
    ours.astype(dtype)
    ours.load_state_dict(theirs.state_dict())


def agree(
    ours: nn.Module,
    theirs: Any,
    arrays: list[np.ndarray],
    our_call: Callable[..., Any],
    their_call: Callable[..., Any],
) -> None:
    """Same output, same gradient of each input, same name, order and gradient of each parameter."""
    inputs, their_inputs = leaves_of(arrays)
    out, their_out = our_call(*inputs), their_call(*their_inputs)
    assert_close(out.numpy(), their_out, "output")
    g = np.asarray(np.random.default_rng(5).normal(size=out.shape), out.dtype)
    if out.requires_grad:
        out.backward(g)
    if their_out.requires_grad:
        their_out.backward(torch.from_numpy(g))
    for i, (x, t) in enumerate(zip(inputs, their_inputs, strict=True)):
        if t.requires_grad:
            assert_close(x.grad.numpy(), t.grad, f"gradient of input {i}")
    own, other = dict(ours.named_parameters()), dict(theirs.named_parameters())
    assert list(own) == list(other)
    for name, parameter in own.items():
        assert_close(parameter.grad.numpy(), other[name].grad, f"gradient of {name}")


@dtypes
@quiet
@every_layer
def test_layer(case: Case, dtype: Any) -> None:
    draws = "Dropout" in case.name or case.name == "RReLU"
    kwargs = {"rng": np.random.default_rng(0)} if draws else {}
    ours = getattr(nn, case.name)(*case.args, **case.kwargs, **kwargs)
    theirs = getattr(torch.nn, case.name)(*case.args, **case.kwargs)
    load(ours, theirs, dtype)
    places = [ord(letter) - ord("a") for letter in case.feed]
    given = {k: v.astype(dtype) if v is ADDED else v for k, v in case.ours.items()}
    expected = {k: to_torch(v, dtype) for k, v in case.theirs.items()}

    def first(out: Any) -> Any:
        return out[0] if isinstance(out, tuple) else out

    agree(
        ours,
        theirs,
        arrays_for(case.inputs, dtype),
        lambda *inputs: first(ours(*[inputs[i] for i in places], **given)),
        lambda *inputs: first(theirs(*[inputs[i] for i in places], **expected)),
    )


@quiet
@every_layer
def test_state_dict_has_the_same_names_in_the_same_order(case: Case) -> None:
    ours = getattr(nn, case.name)(*case.args, **case.kwargs)
    theirs = getattr(torch.nn, case.name)(*case.args, **case.kwargs)
    assert [(name, x.shape) for name, x in ours.state_dict().items()] == [
        (name, tuple(x.shape)) for name, x in theirs.state_dict().items()
    ]
    # By this order optimisers keep their states.
    assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]


def test_every_layer_that_both_libraries_have_is_in_the_table() -> None:
    below = {"Hardsigmoid", "Module", "TransformerEncoder", "TransformerDecoder"}
    in_test_recurrent = {"RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell"}
    in_test_containers = {"ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "Sequential"}
    in_test_losses = {name for name in nn.__all__ if name.endswith("Loss")}
    in_test_convolution = {
        "Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d", "MaxPool1d", "MaxPool2d", "AvgPool1d",
        "AvgPool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
        "Unfold", "Fold",
    }  # fmt: skip
    shared = {
        name
        for name in nn.__all__
        if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
        if hasattr(torch.nn, name)
    }
    elsewhere = in_test_recurrent | in_test_containers | in_test_losses | in_test_convolution
    assert {case.name for case in LAYERS} == shared - below - elsewhere


def _has_signature(name: str) -> bool:
    """Whether PyTorch's function is written in Python; minigrad's own ops speak NumPy."""
    theirs = getattr(torch.nn.functional, name, None)
    if not (inspect.isfunction(theirs) and inspect.isfunction(getattr(F, name))):
        return False
    return "kwargs" not in inspect.signature(theirs).parameters


CALLED_ALIKE = [
    *((nn, torch.nn, case.name) for case in LAYERS),
    *((nn, torch.nn, name) for name in ("Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d")),
    *((nn, torch.nn, name) for name in ("MaxPool1d", "AvgPool1d", "AvgPool2d", "AdaptiveAvgPool2d")),
    *((nn, torch.nn, name) for name in ("Unfold", "Fold")),
    *((F, torch.nn.functional, name) for name in ("unfold", "fold", "adaptive_avg_pool2d")),
    *((nn, torch.nn, name) for name in nn.__all__ if name.endswith("Loss")),
    *((nn, torch.nn, name) for name in ("TransformerEncoder", "TransformerDecoder")),
    *((nn.optim, torch.optim, name) for name in nn.optim.__all__ if name[0].isupper() and name != "Lion"),
    *(
        (lr_scheduler, torch.optim.lr_scheduler, name)
        for name in lr_scheduler.__all__
        if name[:6] != "Warmup"
    ),
    (nn.utils.rnn, torch.nn.utils.rnn, "pad_sequence"),
    *((nn.utils, torch.nn.utils, name) for name in nn.utils.__all__ if callable(getattr(nn.utils, name))),
    *((nn.init, torch.nn.init, name) for name in ("calculate_gain", "trunc_normal_", "orthogonal_")),
    *((nn.init, torch.nn.init, name) for name in ("eye_", "dirac_", "sparse_")),
    (nn.Embedding, torch.nn.Embedding, "from_pretrained"),
    *((nn, torch.nn, name) for name in ("MaxPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d")),
    *((F, torch.nn.functional, name) for name in F.__all__ if _has_signature(name)),
    *(
        (nn.init, torch.nn.init, name)
        for name in ("uniform_", "normal_", "xavier_uniform_", "xavier_normal_")
    ),
    *((nn.init, torch.nn.init, name) for name in ("kaiming_uniform_", "kaiming_normal_", "zeros_", "ones_")),
]
MEANT = {
    "batch_first": True,
    "dim": -1,
    "activation": "relu",
}  # defaults that differ from PyTorch's on purpose


@each(
    ("lib", "their_lib", "name"),
    dict.fromkeys(CALLED_ALIKE),
    ids=[name for _, _, name in dict.fromkeys(CALLED_ALIKE)],
)
def test_arguments_in_the_same_order_with_the_same_defaults(lib: Any, their_lib: Any, name: str) -> None:
    ours = inspect.signature(getattr(lib, name)).parameters
    theirs = inspect.signature(getattr(their_lib, name)).parameters
    shared = [argument for argument in ours if argument in theirs]
    assert shared == [argument for argument in theirs if argument in ours]
    assert shared or not set(ours) - {"args", "kwargs"}
    for argument in shared:
        expected = theirs[argument].default
        if argument != "dim" or expected is None:
            expected = MEANT.get(argument, expected)
        if ours[argument].default is not inspect.Parameter.empty:
            assert ours[argument].default == expected, argument


def test_defaults_of_functional_attention() -> None:
    """PyTorch's is built in and has no signature to read."""
    assert {
        k: p.default for k, p in inspect.signature(F.scaled_dot_product_attention).parameters.items()
    } == {
        **dict.fromkeys(("query", "key", "value"), inspect.Parameter.empty),
        "attn_mask": None,
        "dropout_p": 0.0,
        "is_causal": False,
        "scale": None,
        "rng": None,
        "window": None,
        "enable_gqa": False,
    }


# -- attention --------------------------------------------------------------------------------


@each("kind", ["none", "bool", "float", "padding"])
def test_weights_of_each_head(kind: str) -> None:
    ours, theirs = nn.MultiheadAttention(8, 2), torch.nn.MultiheadAttention(8, 2, batch_first=True)
    load(ours, theirs, np.float64)
    (q, kv), (their_q, their_kv) = leaves_of(arrays_for(((2, 4, 8), (2, 5, 8)), np.float64))
    mask, masks = {
        "none": (None, {}),
        "bool": (BAND, {"attn_mask": torch.from_numpy(~BAND)}),
        "float": (ADDED, {"attn_mask": torch.from_numpy(ADDED)}),
        "padding": (nn.padding_mask(LENGTHS, 5), {"key_padding_mask": torch.from_numpy(PADDED)}),
    }[kind]
    out, weights = ours(q, kv, kv, mask, need_weights=True)
    their_out, their_weights = theirs(their_q, their_kv, their_kv, **masks, average_attn_weights=False)
    assert weights.shape == (2, 2, 4, 5)
    assert_close(weights.numpy(), their_weights, "weights")
    assert_close(out.numpy(), their_out, "output")
    g = np.random.default_rng(6).normal(size=weights.shape)
    (out.sum() + (weights * g).sum()).backward()
    (their_out.sum() + (their_weights * torch.from_numpy(g)).sum()).backward()
    assert_close(q.grad.numpy(), their_q.grad, "gradient of query")
    assert_close(kv.grad.numpy(), their_kv.grad, "gradient of key and value")
    assert_close(ours.in_proj_weight.grad.numpy(), theirs.in_proj_weight.grad, "gradient of in_proj_weight")


@dtypes
@each(
    "options",
    [
        {},
        {"attn_mask": BAND},
        {"attn_mask": ADDED},
        {"attn_mask": nn.padding_mask(LENGTHS, 5)},
        {"is_causal": True},
        {"scale": 0.3},
        {"attn_mask": BAND, "scale": 2.0},
    ],
    ids=["plain", "bool", "float", "padding", "causal", "scale", "bool-scale"],
)
def test_functional_attention(options: dict[str, Any], dtype: Any) -> None:
    """The mask's polarity is the same here: True = may attend."""
    agree(
        nn.Identity(),
        torch.nn.Identity(),
        arrays_for(((2, 3, 4, 6), (2, 3, 5, 6), (2, 3, 5, 7)), dtype),
        lambda *inputs: F.scaled_dot_product_attention(*inputs, **options),
        lambda *inputs: torch.nn.functional.scaled_dot_product_attention(
            *inputs, **{k: to_torch(v, dtype) for k, v in options.items()}
        ),
    )


def test_a_mask_that_is_learned_gets_its_gradient() -> None:
    agree(
        nn.Identity(),
        torch.nn.Identity(),
        arrays_for(((2, 3, 4, 6), (2, 3, 5, 6), (2, 3, 5, 7), (3, 4, 5)), np.float64),
        F.scaled_dot_product_attention,
        torch.nn.functional.scaled_dot_product_attention,
    )


# -- stacks, containers and a whole model -----------------------------------------------------


@dtypes
@each("norm_first", [False, True], ids=["post", "pre"])
@each("normed", [False, True], ids=["bare", "norm"])
def test_encoder_stack(norm_first: bool, normed: bool, dtype: Any) -> None:
    settings = SMALL | {"norm_first": norm_first}
    ours = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(8, 2, **settings), 3, nn.LayerNorm(8) if normed else None
    )
    theirs = torch.nn.TransformerEncoder(
        torch.nn.TransformerEncoderLayer(8, 2, **settings),
        3,
        torch.nn.LayerNorm(8) if normed else None,
        enable_nested_tensor=False,
    )
    load(ours, theirs, dtype)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    agree(
        ours,
        theirs,
        arrays_for(((2, 4, 8),), dtype),
        lambda x: ours(x, is_causal=True),
        lambda x: theirs(x, torch.from_numpy(~TRI)),
    )


@dtypes
@each("norm_first", [False, True], ids=["post", "pre"])
def test_decoder_stack(norm_first: bool, dtype: Any) -> None:
    settings = SMALL | {"norm_first": norm_first, "activation": "gelu"}
    ours = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, **settings), 2, nn.LayerNorm(8))
    theirs = torch.nn.TransformerDecoder(
        torch.nn.TransformerDecoderLayer(8, 2, **settings), 2, torch.nn.LayerNorm(8)
    )
    load(ours, theirs, dtype)
    agree(
        ours,
        theirs,
        arrays_for(((2, 4, 8), (2, 5, 8)), dtype),
        lambda x, m: ours(x, m, memory_mask=nn.padding_mask(LENGTHS, 5), tgt_is_causal=True),
        lambda x, m: theirs(
            x, m, tgt_mask=torch.from_numpy(~TRI), memory_key_padding_mask=torch.from_numpy(PADDED)
        ),
    )


def language_model(lib: Any) -> Any:
    """Built by the same code in both libraries."""

    class Model(lib.Module):
        def __init__(self) -> None:
            super().__init__()
            self.token = lib.Embedding(11, 8)
            self.blocks = lib.ModuleList([lib.TransformerEncoderLayer(8, 2, **SMALL) for _ in range(2)])
            self.head = lib.Sequential(lib.LayerNorm(8), lib.Linear(8, 16), lib.GELU(), lib.Linear(16, 11))

        def forward(self, ids: Any, **mask: Any) -> Any:
            x = self.token(ids)
            for block in self.blocks:
                x = block(x, **mask)
            return self.head(x)

    return Model()


@dtypes
def test_a_model_written_once_for_both(dtype: Any) -> None:
    ours, theirs = language_model(nn), language_model(torch.nn)
    load(ours, theirs, dtype)
    ids, targets = np.random.default_rng(1).integers(0, 11, (2, 2, 4))

    def our_loss() -> Any:
        return nn.CrossEntropyLoss()(ours(ids, is_causal=True).swapaxes(1, 2), targets)

    def their_loss() -> Any:
        scores = theirs(torch.from_numpy(ids), src_mask=torch.from_numpy(~TRI))
        return torch.nn.CrossEntropyLoss()(scores.swapaxes(1, 2), torch.from_numpy(targets))

    agree(ours, theirs, [], our_loss, their_loss)


def test_a_module_in_two_places_has_both_names() -> None:
    def tied(lib: Any) -> Any:
        layer = lib.Linear(3, 3)
        return lib.Sequential(layer, lib.Tanh(), layer)

    ours, theirs = tied(nn), tied(torch.nn)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    load(ours, theirs, np.float64)
    agree(ours, theirs, arrays_for(((2, 3),), np.float64), ours, theirs)


def test_the_way_back_into_torch() -> None:
    ours = nn.TransformerEncoderLayer(8, 2, **SMALL)
    theirs = torch.nn.TransformerEncoderLayer(8, 2, **SMALL)
    theirs.load_state_dict({name: torch.from_numpy(x) for name, x in ours.state_dict().items()})
    agree(ours, theirs, arrays_for(((2, 4, 8),), np.float32), ours, theirs)


# -- losses and functions ---------------------------------------------------------------------

SHAPES = [(5, 4), (2, 4, 3), (2, 4, 3, 2), (4,)]


@dtypes
@each("shape", SHAPES, ids=str)
def test_cross_entropy_with_every_option(shape: tuple[int, ...], dtype: Any) -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 3, shape).astype(dtype)
    targets = rng.integers(0, 4, shape[:1] + shape[2:] if len(shape) > 1 else ())
    some_ignored = np.where(np.arange(targets.size).reshape(targets.shape) % 3 == 1, -100, targets)
    for reduction, smoothing, ignore in itertools.product(
        ["mean", "sum", "none"], [0.0, 0.1, 1.0], [-100, int(targets.flat[-1])]
    ):
        if ignore != -100 and targets.size == 1:
            continue  # nothing is left to take a mean over
        options = {"reduction": reduction, "label_smoothing": smoothing, "ignore_index": ignore}
        ours, theirs = nn.CrossEntropyLoss(**options), torch.nn.CrossEntropyLoss(**options)
        t = some_ignored if ignore == -100 else targets
        agree(
            ours,
            theirs,
            [scores],
            lambda x, ours=ours, t=t: ours(x, t),
            lambda x, theirs=theirs, t=t: theirs(x, torch.from_numpy(np.asarray(t))),
        )


def test_hardsigmoid() -> None:
    """In float32 alone: in float64 PyTorch's derivative is 1/6 of float32."""
    ours, theirs = nn.Hardsigmoid(), torch.nn.Hardsigmoid()
    agree(ours, theirs, [KINKS.astype(np.float32)], ours, theirs)


@each("momentum", [0.1, 0.7, None])
def test_running_statistics_over_three_batches(momentum: float | None) -> None:
    ours, theirs = nn.BatchNorm1d(4, momentum=momentum), torch.nn.BatchNorm1d(4, momentum=momentum)
    load(ours, theirs, np.float32)
    rng = np.random.default_rng(2)
    for _ in range(3):
        x = rng.normal(2, 3, (5, 4, 3)).astype(np.float32)
        ours(mg.tensor(x))
        theirs(torch.tensor(x))
    for name, array in list(ours.state_dict().items())[:-1]:
        assert_close(array, theirs.state_dict()[name], name)
    assert int(ours.num_batches_tracked) == 3
    agree(ours.eval(), theirs.eval(), arrays_for(((2, 4, 3),), np.float32), ours, theirs)


@dtypes
@each("reduction", ["mean", "sum", "none"])
def test_mean_squared_error(reduction: str, dtype: Any) -> None:
    ours, theirs = nn.MSELoss(reduction), torch.nn.MSELoss(reduction=reduction)
    agree(ours, theirs, arrays_for(((3, 4), (3, 4)), dtype), ours, theirs)


FUNCTIONS = "relu gelu silu elu leaky_relu sigmoid logsigmoid softplus tanh".split()


@dtypes
@each("name", FUNCTIONS)
def test_functional_activation(name: str, dtype: Any) -> None:
    theirs = getattr(torch.nn.functional, name)
    agree(nn.Identity(), torch.nn.Identity(), [STEEP.astype(dtype)], getattr(F, name), theirs)


@dtypes
@each(
    ("name", "inputs", "args"),
    [
        ("softmax", ((2, 3, 4),), (1,)),
        ("log_softmax", ((2, 3, 4),), (0,)),
        ("linear", ((2, 3), (5, 3), (5,)), ()),
        ("linear", ((2, 3), (5, 3)), ()),
        ("embedding", (np.array([[0, 2], [2, 1]]), (3, 4)), ()),
        ("layer_norm", ((2, 3, 4),), ((3, 4),)),
        ("dropout", ((2, 3),), (0.0,)),
        ("mse_loss", ((2, 3), (2, 3)), ()),
    ],
)
def test_function(name: str, inputs: tuple[Any, ...], args: tuple[Any, ...], dtype: Any) -> None:
    agree(
        nn.Identity(),
        torch.nn.Identity(),
        arrays_for(inputs, dtype),
        lambda *x: getattr(F, name)(*x, *args),
        lambda *x: getattr(torch.nn.functional, name)(*x, *args),
    )


# -- clipping ---------------------------------------------------------------------------------


def with_gradients(scale: float) -> tuple[list[Any], list[Any]]:
    rng = np.random.default_rng(8)
    ours = [nn.Parameter(np.zeros(shape)) for shape in [(3, 4), (), (5,), (2,)]]
    theirs = [torch.nn.Parameter(torch.zeros(p.shape, dtype=torch.float64)) for p in ours]
    for p, q in zip(ours[:3], theirs[:3], strict=True):  # the last has none
        g = np.asarray(rng.normal(0, scale, p.shape))
        p.grad, q.grad = mg.tensor(g), torch.tensor(g)
    return ours, theirs


@each("norm_type", [2, 2.0, 1, 3.0, math.inf])
@each("scale", [0.01, 10.0], ids=["within", "beyond"])
def test_clip_grad_norm(norm_type: float, scale: float) -> None:
    ours, theirs = with_gradients(scale)
    norm = nn.utils.clip_grad_norm_(ours, 1.5, norm_type)
    their_norm = torch.nn.utils.clip_grad_norm_(theirs, 1.5, norm_type)
    assert norm == pytest.approx(float(their_norm), rel=1e-12)
    for p, q in zip(ours[:3], theirs[:3], strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-12)
    assert ours[3].grad is None
    assert nn.utils.clip_grad_norm_(ours, 1.5, norm_type) == pytest.approx(min(norm, 1.5), rel=1e-6)


def test_clip_grad_norm_of_one_tensor_and_of_none() -> None:
    ours, theirs = with_gradients(10.0)
    norm = nn.utils.clip_grad_norm_(ours[0], 1.0)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(theirs[0], 1.0)), rel=1e-12)
    np.testing.assert_allclose(ours[0].grad.numpy(), theirs[0].grad.numpy(), rtol=1e-12)
    assert nn.utils.clip_grad_norm_([ours[3]], 1.0) == 0.0


@each("bad", [np.nan, np.inf])
def test_clip_grad_norm_that_is_no_number(bad: float) -> None:
    ours, theirs = with_gradients(1.0)
    before = [p.grad.numpy().copy() for p in ours[:3]]
    ours[0].grad.data[1, 1] = before[0][1, 1] = bad
    theirs[0].grad[1, 1] = bad
    with pytest.raises(RuntimeError, match="cannot be clipped"):
        nn.utils.clip_grad_norm_(ours, 1.0, error_if_nonfinite=True)
    for p, g in zip(ours, before, strict=False):
        np.testing.assert_array_equal(p.grad.numpy(), g)
    with np.errstate(invalid="ignore"):  # inf·0
        nn.utils.clip_grad_norm_(ours, 1.0)
    torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    for p, q in zip(ours[:3], theirs[:3], strict=True):
        np.testing.assert_array_equal(p.grad.numpy(), q.grad.numpy())
