"""Multi-head attention."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

import minigrad as mg
from nn import extra_keys, init
from nn import functional as F
from nn.cache import KeyValueCache
from nn.linear import Linear
from nn.masks import as_mask, refuse_masks
from nn.module import Module
from nn.parameter import Parameter
from nn.position import RotaryPosition
from nn.sizes import check_sizes

_PARAMETERS = (
    "in_proj_weight",
    "q_proj_weight",
    "k_proj_weight",
    "v_proj_weight",
    "in_proj_bias",
    "bias_k",
    "bias_v",
)

Triple = tuple[mg.Tensor, mg.Tensor, mg.Tensor]  # queries, keys and values


class MultiheadAttention(Module):
    """Attention in `num_heads` subspaces of the channels, side by side, then mixed by `out_proj`.

    query (B, T, C), key (B, S, kdim), value (B, S, vdim) -> (B, T, C).  Vaswani et al. (2017), section
    3.2.2.  Parameters are named and shaped as PyTorch's: `in_proj_weight` (3C, C) holds the
    projections of query, key and value one after the other, unless kdim or vdim differs from C.
    `rotary` turns queries and keys by their places first.  `window` lets position t attend to
    |t - s| < window only (Beltagy et al., 2020, section 3.1), at a cost that grows with T, not T².
    `add_bias_kv` has a learned key and value, `bias_k` and `bias_v` (1, 1, C), that every query may attend
    to beside the S; `add_zero_attn` a key and value of zeros.
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = True,
        *,
        rotary: RotaryPosition | None = None,
        window: int | None = None,
        rng: init.Rng = None,
    ) -> None:
        check_sizes("MultiheadAttention", 1, embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                f"{embed_dim} channels cannot be shared by {num_heads} heads: embed_dim must be a "
                f"multiple of num_heads, for example {embed_dim // num_heads * num_heads or num_heads}"
            )
        if window is not None and window < 1:
            raise ValueError(
                f"MultiheadAttention got window={window}: it counts the position itself, so the least is 1"
            )
        refuse_time_first(batch_first)
        rng = init.generator(rng)
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.rng = rng
        self.kdim = kdim = embed_dim if kdim is None else kdim
        self.vdim = vdim = embed_dim if vdim is None else vdim
        check_sizes("MultiheadAttention", 0, kdim=kdim, vdim=vdim)
        for name in _PARAMETERS:
            self.register_parameter(name, None)
        if kdim == vdim == embed_dim:
            self.in_proj_weight = Parameter(np.zeros((3 * embed_dim, embed_dim), np.float32))
        else:
            self.q_proj_weight = Parameter(np.zeros((embed_dim, embed_dim), np.float32))
            self.k_proj_weight = Parameter(np.zeros((embed_dim, kdim), np.float32))
            self.v_proj_weight = Parameter(np.zeros((embed_dim, vdim), np.float32))
        if bias:
            self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, np.float32))
        if add_bias_kv:
            self.bias_k = Parameter(np.zeros((1, 1, embed_dim), np.float32))
            self.bias_v = Parameter(np.zeros((1, 1, embed_dim), np.float32))
        self.add_zero_attn = add_zero_attn
        self.out_proj = Linear(embed_dim, embed_dim, bias, rng=np.random.default_rng(0))
        self.reset_parameters(rng)
        self.rotary = rotary
        self.window = window
        self.on_weights: Callable[[np.ndarray], None] | None = None

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all weights again, as at first; the biases of the projections are 0."""
        rng = init.generator(rng)
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight, rng=rng)
        self.out_proj.reset_parameters(rng)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra, rng=rng)

    def forward(
        self,
        query: mg.Tensor,
        key: mg.Tensor,
        value: mg.Tensor,
        mask: np.ndarray | None = None,
        is_causal: bool = False,
        need_weights: bool = False,
        cache: KeyValueCache | None = None,
        is_memory: bool = False,
        *,
        average_attn_weights: bool = False,
        **theirs: Any,
    ) -> tuple[mg.Tensor, mg.Tensor | None]:
        """The output (B, T, C), and the weights of each head (B, H, T, S) if they are needed, else None.

        `mask` is (T, S), (B, T, S) or broadcasts to (B, H, T, S): True = may attend, or floats to add.

        With `average_attn_weights` the weights are the mean over the heads, (B, T, S).  PyTorch's
        `key_padding_mask` and `attn_mask`, where True is what may not, are answered with what to write.

        With a `cache` query, key and value are the new places alone, which see those before too: S counts
        all so far.  With `is_memory` key and value (B, S, C) are the same in every call, and projected
        in the first.

        Raises ValueError for shapes that do not fit, and where a mask would make the batch larger.
        """
        refuse_masks(type(self).__name__, "mask", theirs)
        self._check(query, key, value)
        has_more_keys = self.bias_k is not None or self.add_zero_attn
        is_itself = query is key is value and self.in_proj_weight is not None
        if cache is None and is_itself and not need_weights and not has_more_keys:
            return self.out_proj(self._attend_to_itself(query, mask, is_causal)), None
        window = self.window
        if cache is None:
            q, k, v = self._project(query, key, value)  # (B, H, T, D), (B, H, S, D), (B, H, S, D)
            if self.rotary is not None:
                q, k = self.rotary(q), self.rotary(k)
            mask = _for_heads(mask, q.dtype, (*q.shape[:-1], k.shape[-2]))
        else:
            with_cache = self._recall if is_memory else self._append
            q, k, v, mask = with_cache(cache, (query, key, value), mask, is_causal)
            is_causal, window = False, None  # the mask says it, with queries that are the last of the places
        if has_more_keys:
            mask = extra_keys.mask(mask, is_causal, window, (q.shape[-2], k.shape[-2]))
            is_causal, window = False, None
            k, v, mask = self._with_more_keys(k, v, mask)
        dropped = self._dropout_mask((*q.shape[:-1], k.shape[-2]), q.dtype)
        weights = None
        if need_weights or self.on_weights is not None:
            weights = mg.attention_weights(q, k, mask, is_causal, window=window)  # (B, H, T, S)
            if self.on_weights is not None:
                self.on_weights(weights.numpy())
        if need_weights:
            assert weights is not None
            mixed = (weights if dropped is None else weights * dropped) @ v
        else:
            mixed = mg.scaled_dot_product_attention(q, k, v, mask, is_causal, None, dropped, window)
        if weights is not None and average_attn_weights:
            weights = weights.mean(axis=1)  # (B, T, S)
        return self.out_proj(self._join_heads(mixed)), weights if need_weights else None

    def _with_more_keys(self, k: mg.Tensor, v: mg.Tensor, mask: Any) -> tuple[mg.Tensor, mg.Tensor, Any]:
        """Keys and values (B, H, S + 1 or 2, D) with a learned pair, and a pair of zeros, at the end."""
        if self.bias_k is not None and self.bias_v is not None:
            more = self._split_heads(self.bias_k), self._split_heads(self.bias_v)  # (1, H, 1, D)
            k, v, mask = extra_keys.append(k, v, mask, *more)
        if self.add_zero_attn:
            nothing = np.zeros((1, 1, 1, k.shape[-1]), k.dtype)
            k, v, mask = extra_keys.append(k, v, mask, nothing, nothing)
        return k, v, mask

    def _check(self, query: mg.Tensor, key: mg.Tensor, value: mg.Tensor) -> None:
        shapes = tuple(map(tuple, (query.shape, key.shape, value.shape)))
        got = ", ".join(map(str, shapes))
        if any(len(shape) != 3 for shape in shapes):
            raise ValueError(
                f"attention takes query (B, T, C), key and value (B, S, C), and got {got}: write x[None] for "
                "a batch of one"
            )
        batch, length = query.shape[0], key.shape[1]
        c, k, v = self.embed_dim, self.kdim, self.vdim
        if (*shapes[0][::2], *shapes[1], *shapes[2]) != (batch, c, batch, length, k, batch, length, v):
            raise ValueError(
                f"attention takes query (B, T, {c}), key (B, S, {k}) and value (B, S, {v}) of one batch, key "
                f"and value of one length, and got {got}: write mg.broadcast_to(x, shape) where one is meant "
                "for the whole batch"
            )

    def _attend_to_itself(self, x: mg.Tensor, mask: np.ndarray | None, is_causal: bool) -> mg.Tensor:
        """The heads' outputs side by side, (B, T, C): one projection and one op do for all of them."""
        batch, length, _ = x.shape
        projected = mg.linear(x, self.in_proj_weight, self.in_proj_bias)  # (B, T, 3C)
        mask = _for_heads(mask, projected.dtype, (batch, self.num_heads, length, length))
        cos, sin = (None, None) if self.rotary is None else self.rotary.turns(length, projected.dtype)
        if self.on_weights is not None:
            with mg.no_grad():
                q, k, _ = map(self._split_heads, mg.split(projected, 3, axis=-1))
                if cos is not None:
                    q, k = mg.rotate(q, cos, sin), mg.rotate(k, cos, sin)
                self.on_weights(mg.attention_weights(q, k, mask, is_causal, window=self.window).numpy())
        dropped = self._dropout_mask((batch, self.num_heads, length, length), projected.dtype)
        return mg.self_attention(projected, self.num_heads, mask, is_causal, dropped, self.window, cos, sin)

    def _dropout_mask(self, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray | None:
        if not (self.training and self.dropout):
            return None
        return F.dropout_mask(shape, dtype, self.dropout, rng=self.rng)

    def _project(self, query: mg.Tensor, key: mg.Tensor, value: mg.Tensor) -> Triple:
        """Queries, keys and values of each head, (B, H, T, D) and twice (B, H, S, D)."""
        if not (query is key is value) or self.in_proj_weight is None:
            q, k, v = (self._project_to(i, x) for i, x in enumerate((query, key, value)))
            return q, k, v
        projected = mg.linear(query, self.in_proj_weight, self.in_proj_bias)  # (B, T, 3C)
        if mg.is_watched():
            q, k, v = map(self._split_heads, mg.split(projected, 3, axis=-1))
            return q, k, v
        width = self.embed_dim // self.num_heads
        parts = projected.data.reshape(*query.shape[:2], 3, self.num_heads, width)
        q, k, v = map(mg.Tensor, parts.transpose(2, 0, 3, 1, 4))
        return q, k, v

    def _project_to(self, part: int, x: mg.Tensor) -> mg.Tensor:
        """The query (part 0), key (1) or value (2) of each head: x (B, T, ·) -> (B, H, T, D)."""
        rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
        weight: mg.Tensor | None = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)[part]
        if self.in_proj_weight is not None:
            weight = self.in_proj_weight[rows]
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        return self._split_heads(mg.linear(x, weight, bias))

    def _append(
        self, cache: KeyValueCache, inputs: Triple, mask: Any, is_causal: bool
    ) -> tuple[mg.Tensor, mg.Tensor, mg.Tensor, Any]:
        """Queries of the new places, keys and values of all so far, and the mask between them."""
        new = inputs[0].shape[1]
        places = cache.places_of(self, new, inputs[1].shape[1])
        q, k, v = self._project(*inputs)  # (B, H, T, D) each
        if self.rotary is not None:
            q, k = self.rotary(q, places.length), self.rotary(k, places.length)
        mask = places.mask(_for_heads(mask, q.dtype), is_causal, new, self.window)  # (..., T, S)
        kept, kept_values = places.append(k.data, v.data)  # (B, H, S, D)
        return q, mg.Tensor(kept), mg.Tensor(kept_values), mask

    def _recall(
        self, cache: KeyValueCache, inputs: Triple, mask: Any, is_causal: bool
    ) -> tuple[mg.Tensor, mg.Tensor, mg.Tensor, Any]:
        """Queries of the new places, keys and values of the memory, and the mask between them."""
        query, key, value = inputs
        new = query.shape[1]
        memory = cache.memory_of(self, new)
        q = self._project_to(0, query)  # (B, H, T, D)
        if self.rotary is not None:
            q = self.rotary(q, memory.length)

        def project() -> tuple[np.ndarray, np.ndarray]:
            k = self._project_to(1, key)  # (B, H, S, D)
            return (k if self.rotary is None else self.rotary(k)).data, self._project_to(2, value).data

        k, v = memory.recall(key.data, value.data, project)  # (B, H, S, D)
        mask = memory.mask(_for_heads(mask, q.dtype), is_causal, new, self.window)  # (..., T, S)
        memory.length += new
        return q, mg.Tensor(k), mg.Tensor(v), mask

    def _split_heads(self, x: mg.Tensor) -> mg.Tensor:
        batch, length, channels = x.shape
        return x.reshape(batch, length, self.num_heads, channels // self.num_heads).swapaxes(1, 2)

    def _join_heads(self, x: mg.Tensor) -> mg.Tensor:
        """(B, H, T, D) -> (B, T, C)."""
        shape = (x.shape[0], x.shape[2], self.embed_dim)
        if mg.is_watched():
            return x.swapaxes(1, 2).reshape(shape)
        return mg.Tensor(x.data.swapaxes(1, 2).reshape(shape))

    def extra_repr(self) -> str:
        window = "" if self.window is None else f", window={self.window}"
        return f"{self.embed_dim}, num_heads={self.num_heads}, dropout={self.dropout}{window}"


@contextmanager
def record_attention(model: Module) -> Iterator[dict[str, np.ndarray]]:
    """Have every MultiheadAttention in `model` leave its weights, (B, H, T, S), under its dotted path.

    with nn.record_attention(model) as maps, mg.no_grad():
        model(x)
    maps["layers.0.self_attn"]  # of the last call
    """
    maps: dict[str, np.ndarray] = {}
    layers = {path: m for path, m in model.named_modules() if isinstance(m, MultiheadAttention)}
    before = {path: layer.on_weights for path, layer in layers.items()}

    def keep(path: str, weights: np.ndarray) -> None:
        if mg.is_part_of_batch():
            raise RuntimeError(
                "record_attention keeps the weights of one call, and data_parallel makes several, each with "
                "a part of the batch: call the model without data_parallel"
            )
        maps[path] = weights

    for path, layer in layers.items():
        layer.on_weights = partial(keep, path)
    try:
        yield maps
    finally:
        for path, layer in layers.items():
            layer.on_weights = before[path]


def refuse_time_first(batch_first: bool) -> None:
    """Raise ValueError for batch_first=False, which PyTorch has and this library does not."""
    if not batch_first:
        raise ValueError(
            "batch_first=False is not here, since every array in this library is (B, T, C): omit it "
            "and give x.swapaxes(0, 1)"
        )


def _for_heads(mask: Any, dtype: np.dtype, weights: tuple[int, ...] | None = None) -> Any:
    """`mask`, if any, as it broadcasts to (B, H, T, S), the shape of the `weights` where that is known.

    Raises ValueError where it does not.
    """
    if mask is None:
        return None
    mask = as_mask(mask, dtype)
    for_heads = mask[:, None] if mask.ndim == 3 else mask  # (B, 1, T, S): the same for all heads
    if weights is not None:
        lengths = zip(reversed(for_heads.shape), reversed(weights), strict=False)
        if for_heads.ndim > 4 or not all(n in (1, m) for n, m in lengths):
            raise ValueError(
                f"attention got a mask {tuple(mask.shape)}: it is (T, S), (B, T, S) or broadcasts to "
                f"(B, H, T, S), here {weights}"
            )
    return for_heads
