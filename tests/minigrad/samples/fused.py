"""Fused ops, and rotation."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.minigrad.samples.domains import Draw, real
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample

_ANGLES = np.linspace(0.1, 2.0, 6).reshape(3, 2)
for _shape in [(3, 4), (2, 2, 3, 4), (0, 3, 4)]:
    sample("rotate", lambda f, x: f(x, np.cos(_ANGLES).astype(x.dtype), np.sin(_ANGLES).astype(x.dtype)),
           real(*_shape), torch=None)  # fmt: skip

sample("linear", lambda f, x, w, b: f(x, w, b), real(2, 3), real(4, 3), real(4))
sample("linear", lambda f, x, w: f(x, w), real(2, 2, 3), real(4, 3))
sample("linear", lambda f, x, w, b: f(x, w, b), real(3), real(2, 3), real(2))
sample("linear", lambda f, x, w, b: f(x, w, b), real(0, 3), real(2, 3), real(2))
sample("linear", lambda f, x, w, b: f(x, w, bias=b), real(2, 0), real(2, 0), real(2))
sample("linear", lambda f, x: f(x, x), real(2, 2))


def _torch_norm(dims: tuple[int, ...]) -> Callable[..., Any]:
    return lambda t, x, *affine: t.nn.functional.layer_norm(x, dims, *affine)


sample("layer_norm", lambda f, x, w, b: f(x, w, b), real(3, 4), real(4), real(4), torch=_torch_norm((4,)))
sample("layer_norm", lambda f, x: f(x), real(2, 2, 3), torch=_torch_norm((3,)))
sample("layer_norm", lambda f, x, w: f(x, w), real(2, 3), real(3), torch=_torch_norm((3,)))
sample("layer_norm", lambda f, x, b: f(x, None, b), real(2, 3), real(3), torch=None)
sample("layer_norm", lambda f, x, w, b: f(x, w, b, axis=(-2, -1)), real(2, 2, 3), real(2, 3), real(2, 3),
       torch=_torch_norm((2, 3)))  # fmt: skip
sample(
    "layer_norm",
    lambda f, x, w, b: f(x, w, b, axis=1, eps=0.1),
    real(2, 3, 2),
    real(3, 1),
    real(3, 1),
    torch=None,
)
sample("layer_norm", lambda f, x, w, b: f(x, w, b), real(3, 4), real(), real(1), torch=None)
sample(
    "layer_norm",
    lambda f, x, w, b: f(x, weight=w, bias=b),
    real(0, 4),
    real(4),
    real(4),
    torch=_torch_norm((4,)),
)

_CLASSES = np.array([0, 2, 1, 2])
_IGNORING = np.array([0, -100, 1, -100])
for _targets, _options in [
    (_CLASSES, {}), (_CLASSES, {"reduction": "sum"}), (_CLASSES, {"reduction": "none"}), (_IGNORING, {}),
    (_IGNORING, {"reduction": "none"}), (_IGNORING, {"label_smoothing": 0.2}),
    (_CLASSES, {"ignore_index": 2}), (_CLASSES, {"label_smoothing": 0.1, "reduction": "sum"}),
]:  # fmt: skip
    sample(
        "cross_entropy",
        lambda f, x, targets=_targets, options=_options: f(x, targets, **options),
        real(4, 3),
        torch=lambda t, x, targets=_targets, options=_options: t.nn.functional.cross_entropy(
            x, t.tensor(targets), **options
        ),
    )
sample("cross_entropy", lambda f, x: f(x, np.array([[0, 2], [1, 1]]), axis=1), real(2, 3, 2),
       torch=lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([[0, 2], [1, 1]])))  # fmt: skip
sample("cross_entropy", lambda f, x: f(x, np.array(1)), real(3), torch=None)
sample("cross_entropy", lambda f, x: f(x, np.zeros(0, int), reduction="sum"), real(0, 3), torch=None)

_TORCH_ATTENTION = "scaled_dot_product_attention"
_ALIVE = np.array([[True, False, True], [True, True, False]])
_DROPPED = np.array([[2.0, 0.0, 2.0], [2.0, 2.0, 0.0]])


def _attention(*draws: Draw, torch: bool = True, mask: np.ndarray | None = None, **options: Any) -> None:
    sample(
        "scaled_dot_product_attention",
        lambda f, q, k, v, *m: f(q, k, v, *(m or ((mask,) if mask is not None else ())), **options),
        *draws,
        torch=(
            lambda t, q, k, v, *m: t.nn.functional.scaled_dot_product_attention(
                q, k, v, *(m or ((t.tensor(mask),) if mask is not None else ())), **options
            )
        )
        if torch
        else None,
    )


_attention(real(2, 3), real(3, 3), real(3, 2))
_attention(real(2, 2, 2, 3), real(2, 2, 3, 3), real(2, 2, 3, 2))
_attention(real(3, 2), real(3, 2), real(3, 2), is_causal=True)
_attention(real(2, 2), real(3, 2), real(3, 2), mask=_ALIVE)
_attention(real(2, 2), real(3, 2), real(3, 2), real(2, 3))
_attention(real(2, 2, 2), real(2, 3, 2), real(2, 3, 2), real(3))
_attention(real(2, 2), real(3, 2), real(3, 2), scale=0.3)
_attention(real(2, 2), real(3, 2), real(3, 2), torch=False, mask=_ALIVE, is_causal=True)
_attention(real(2, 2, 2), real(3, 2), real(1, 3, 2), torch=False)
_attention(real(2, 2), real(3, 2), real(3, 2), torch=False, mask=np.array([[True] * 3, [False] * 3]))
_attention(real(0, 2), real(3, 2), real(3, 2), torch=False)
_attention(real(2, 2), real(0, 2), real(0, 2), torch=False)
for _options in (
    {},
    {"attn_mask": _ALIVE},
    {"is_causal": True},
    {"scale": 0.3, "attn_mask": _ALIVE[[True, False]]},
):
    sample("attention_weights", lambda f, q, k, o=_options: f(q, k, **o), real(2, 2), real(3, 2), torch=None)
sample("attention_weights", lambda f, q, k, m: f(q, k, m), real(2, 2, 2), real(3, 2), real(3), torch=None)
sample("attention_weights", lambda f, q, k: f(q, k), real(0, 2), real(3, 2), torch=None)
for _mask in (None, _ALIVE, _ALIVE[[True, False]], np.zeros((2, 1), bool)):
    sample("masked_softmax", lambda f, x, m=_mask: f(x, m), real(2, 3), torch=None)
sample("masked_softmax", lambda f, x: f(x, _ALIVE[[True, False]]), real(2, 2, 3), torch=None)
sample("masked_softmax", lambda f, x: f(x, np.array([True, False])), real(0, 2), torch=None)
sample("masked_softmax", lambda f, x: f(x), real(2, 0), torch=None)
sample("scaled_dot_product_attention", lambda f, q, k, v: f(q, k, v, dropout_mask=_DROPPED.astype(q.dtype)),
       real(2, 2), real(3, 2), real(3, 2), torch=None)  # fmt: skip


def _heads_in_torch(t: Any, x: Any, heads: int, mask: Any = None, **options: Any) -> Any:
    batch, length, channels = x.shape
    parts = x.reshape(batch, length, 3, heads, channels // 3 // heads).permute(2, 0, 3, 1, 4)
    mask = t.tensor(mask) if isinstance(mask, np.ndarray) else mask
    with t.nn.attention.sdpa_kernel(t.nn.attention.SDPBackend.MATH):  # the others have no second order
        mixed = t.nn.functional.scaled_dot_product_attention(*parts, mask, **options)
    return mixed.transpose(1, 2).reshape(batch, length, channels // 3)


def _self_attention(*draws: Draw, torch: bool = True, heads: int = 2, **options: Any) -> None:
    def call(f: Any, x: Any, *masks: Any) -> Any:
        """With the floats among the options in the dtype of x."""
        arrays = {name: v for name, v in options.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"}
        return f(x, heads, *masks, **options | {name: v.astype(x.dtype) for name, v in arrays.items()})

    def in_torch(t: Any, x: Any, *masks: Any) -> Any:
        others = dict(options)
        return _heads_in_torch(t, x, heads, *(masks or (others.pop("attn_mask", None),)), **others)

    sample("self_attention", call, *draws, torch=in_torch if torch else None)


_KEYS = np.array([[[[True, True, False]]], [[[True, False, True]]]])
_SELF_DROPPED = np.array([[2.0, 0.0, 2.0], [2.0, 2.0, 0.0], [0.0, 2.0, 2.0]])
_TURN = {"cos": np.cos(_ANGLES[:, :1]), "sin": np.sin(_ANGLES[:, :1])}
_self_attention(real(2, 3, 12))
_self_attention(real(1, 3, 3), heads=1)
_self_attention(real(2, 3, 6), is_causal=True)
_self_attention(real(2, 3, 6), attn_mask=_KEYS)
_self_attention(real(1, 3, 6), real(3, 3))
_self_attention(real(2, 2, 6), real(2, 1, 2))
_self_attention(real(1, 3, 6), torch=False, attn_mask=_ALIVE[[0, 1, 1]] & False)
_self_attention(real(2, 1, 6))
_self_attention(real(0, 3, 6))
_self_attention(real(2, 0, 6), torch=False)
_self_attention(real(1, 4, 6), torch=False, window=2)
_self_attention(real(1, 4, 6), torch=False, window=2, is_causal=True)
_self_attention(real(2, 3, 12), torch=False, **_TURN)
_self_attention(real(1, 3, 12), torch=False, attn_mask=_KEYS[:1], is_causal=True, **_TURN)
_self_attention(real(0, 3, 12), torch=False, **_TURN)
_self_attention(real(1, 3, 6), torch=False, dropout_mask=_SELF_DROPPED)

NOT_0D |= {
    "attention_weights": "needs two axes",
    "cross_entropy": "needs an axis of classes",
    "layer_norm": "needs an axis",
    "linear": "needs an axis of features",
    "masked_softmax": "needs an axis",
    "rotate": "needs an axis of channels",
    "scaled_dot_product_attention": "needs two axes",
    "self_attention": "needs three axes",
}

WITHOUT_TORCH |= {"attention_weights", "masked_softmax", "rotate"}
