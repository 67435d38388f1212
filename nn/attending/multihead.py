"""Multi-head attention.

`MultiheadAttention.forward` is the whole path: project, split into heads and turn by place; join to what a
cache keeps; append extra keys; attend and join the heads; project again.  That self-attention does most of it
in one op is no second path, but a second kind of heads which go the same way: see heads.py.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
from nn import functional as F
from nn import init
from nn.attending import extra_keys
from nn.attending.attended import Attended, show, watched
from nn.attending.cache import KeyValueCache
from nn.attending.heads import AnyHeads, Heads, PackedHeads, split, turn
from nn.attending.past import Memory, Past
from nn.attending.position import RotaryPosition
from nn.batch_first import refuse_time_first
from nn.inputs import plain
from nn.layers.linear import Linear
from nn.masks import Masks, for_heads, refuse_masks
from nn.module import Module
from nn.parameter import Parameter
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

QUERIES, KEYS, VALUES = range(3)  # the parts of a projection


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
        self.on_attention: Callable[[Attended], None] | None = None
        self.reweigh: Callable[[Attended], np.ndarray] | None = None

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
        past = self._past(cache, is_memory, query, key)
        heads = self._project(query, key, value, past)  # (B, H, T, D) and twice (B, H, S, D)
        scores = heads.shape_of_scores if past is None else None  # else `past` knows how many keys there are
        masks = Masks(for_heads(mask, heads.dtype, scores), is_causal, self.window)
        heads, masks = self._remember(heads, masks, past)
        heads, masks = self._with_extra_keys(heads, masks)
        mixed, weights = self._attend(heads, masks, need_weights)  # (B, T, C) and (B, H, T, S)
        if weights is not None and average_attn_weights:
            weights = weights.mean(axis=1)  # (B, T, S)
        return self.out_proj(mixed), weights

    def _check(self, query: mg.Tensor, key: mg.Tensor, value: mg.Tensor) -> None:
        given = (query.shape, key.shape, value.shape)
        if not len(given[0]) == len(given[1]) == len(given[2]) == 3:
            raise ValueError(
                f"attention takes query (B, T, C), key and value (B, S, C), and got {_listed(given)}: write "
                "x[None] for a batch of one"
            )
        (batch, new, _), length = given[0], given[1][1]
        c, k, v = self.embed_dim, self.kdim, self.vdim
        if given != ((batch, new, c), (batch, length, k), (batch, length, v)):
            raise ValueError(
                f"attention takes query (B, T, {c}), key (B, S, {k}) and value (B, S, {v}) of one batch, key "
                f"and value of one length, and got {_listed(given)}: write mg.broadcast_to(x, shape) where "
                "one is meant for the whole batch"
            )

    def _past(
        self, cache: KeyValueCache | None, is_memory: bool, query: mg.Tensor, key: mg.Tensor
    ) -> Past | None:
        """What the cache, if there is one, keeps of this layer's calls before."""
        if cache is None:
            return None
        new = query.shape[1]
        return cache.memory_of(self, new) if is_memory else cache.places_of(self, new, key.shape[1])

    def _project(self, query: mg.Tensor, key: mg.Tensor, value: mg.Tensor, past: Past | None) -> AnyHeads:
        """Queries, keys and values of each head, queries and keys turned by their places."""
        first = 0 if past is None else past.length
        if isinstance(past, Memory):
            known = past.recall(
                plain(key),
                plain(value),
                lambda: (self._heads_of(KEYS, key).data, self._heads_of(VALUES, value).data),
            )
            return Heads(self._heads_of(QUERIES, query, first), *map(mg.Tensor, known))
        if query is key is value and self.in_proj_weight is not None:
            projected = mg.linear(query, self.in_proj_weight, self.in_proj_bias)  # (B, T, 3C)
            return PackedHeads(projected, self.num_heads, self.rotary, first)
        return Heads(
            self._heads_of(QUERIES, query, first),  # (B, H, T, D)
            self._heads_of(KEYS, key, first),  # (B, H, S, D)
            self._heads_of(VALUES, value),  # (B, H, S, D)
        )

    def _heads_of(self, part: int, x: mg.Tensor, first: int = 0) -> mg.Tensor:
        """The queries, keys or values of each head: x (B, T, ·) -> (B, H, T, D)."""
        rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
        weight: mg.Tensor | None = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)[part]
        if self.in_proj_weight is not None:
            weight = self.in_proj_weight[rows]
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        heads = split(mg.linear(x, weight, bias), self.num_heads)  # (B, H, T, D)
        return heads if part == VALUES else turn(heads, self.rotary, first)

    def _remember(self, heads: AnyHeads, masks: Masks, past: Past | None) -> tuple[AnyHeads, Masks]:
        """With the keys and values of all places so far, and one mask for the queries, which are the last."""
        if past is None:
            return heads, masks
        q, k, v = heads.unrecorded()
        new = q.shape[2]
        mask = past.mask(masks.mask, masks.is_causal, new, masks.window)  # (..., T, S)
        return Heads(q, *map(mg.Tensor, past.append(k.data, v.data, new))), Masks(mask)

    def _with_extra_keys(self, heads: AnyHeads, masks: Masks) -> tuple[AnyHeads, Masks]:
        """With a learned key and value, and a pair of zeros, at the end, as far as the layer has them."""
        if self.bias_k is None and not self.add_zero_attn:
            return heads, masks
        q, k, v = heads.apart()
        mask = masks.joined((q.shape[2], k.shape[2]))  # (..., T, S)
        if self.bias_k is not None and self.bias_v is not None:
            more = split(self.bias_k, self.num_heads), split(self.bias_v, self.num_heads)  # (1, H, 1, D)
            k, v, mask = extra_keys.append(k, v, mask, *more)  # (B, H, S + 1, D)
        if self.add_zero_attn:
            nothing = np.zeros((1, 1, 1, k.shape[-1]), k.dtype)
            k, v, mask = extra_keys.append(k, v, mask, nothing, nothing)
        return Heads(q, k, v), Masks(mask)

    def _attend(
        self, heads: AnyHeads, masks: Masks, need_weights: bool
    ) -> tuple[mg.Tensor, mg.Tensor | None]:
        """The heads' outputs side by side, (B, T, C), and if they are needed the weights, (B, H, T, S)."""
        changed = show(self, heads.attended(masks)) if watched(self) else None  # (B, H, T, S)
        dropped = self._dropout_mask(heads)  # (B, H, T, S)
        if changed is None and not need_weights:
            return heads.attend(masks, dropped), None
        heads = heads.apart()
        weights = heads.weights(masks) if changed is None else mg.tensor(changed)
        return heads.mix(weights, dropped), weights if need_weights else None

    def _dropout_mask(self, heads: AnyHeads) -> np.ndarray | None:
        if not (self.training and self.dropout):
            return None
        return F.dropout_mask(heads.shape_of_scores, heads.dtype, self.dropout, rng=self.rng)

    def extra_repr(self) -> str:
        window = "" if self.window is None else f", window={self.window}"
        return f"{self.embed_dim}, num_heads={self.num_heads}, dropout={self.dropout}{window}"


def _listed(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes)
