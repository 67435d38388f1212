"""Layers of a Transformer one after the other."""

from copy import deepcopy
from typing import Any

import minigrad as mg
from nn.attending.cache import KeyValueCache
from nn.attending.transformer_layers import Mask, TransformerDecoderLayer, TransformerEncoderLayer
from nn.container import ModuleList
from nn.masks import refuse_masks
from nn.module import Module
from nn.sizes import check_sizes


class TransformerEncoder(Module):
    """`num_layers` copies of a layer one after the other, then `norm` if given.

    As in PyTorch the copies start out equal; to draw each one's values, set nn.init on them.
    `enable_nested_tensor` and `mask_check` are PyTorch's, for its speed, and change nothing.
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self.layers = _copies(encoder_layer, num_layers)
        self.norm = norm

    def forward(
        self,
        src: mg.Tensor,
        mask: Mask = None,
        is_causal: bool | None = False,
        cache: KeyValueCache | None = None,
        **theirs: Any,
    ) -> mg.Tensor:
        if theirs:
            refuse_masks(type(self).__name__, "mask", theirs)
        x = src
        for layer in self.layers:
            x = layer(x, mask, bool(is_causal), cache)  # (B, T, C)
        return x if self.norm is None else self.norm(x)


class TransformerDecoder(Module):
    """`num_layers` copies of a layer in a row, all attending to one memory, then `norm` if given."""

    def __init__(
        self, decoder_layer: TransformerDecoderLayer, num_layers: int, norm: Module | None = None
    ) -> None:
        self.layers = _copies(decoder_layer, num_layers)
        self.norm = norm

    def forward(self, tgt: mg.Tensor, memory: mg.Tensor, *masks: Any, **named_masks: Any) -> mg.Tensor:
        """Masks, and a cache, as TransformerDecoderLayer takes them."""
        x = tgt
        for layer in self.layers:
            x = layer(x, memory, *masks, **named_masks)
        return x if self.norm is None else self.norm(x)


def _copies(layer: Module, count: int) -> ModuleList:
    """Copies with parameters of their own and one generator: with one each all would drop the same places."""
    check_sizes("a stack of layers", 0, num_layers=count)
    if not isinstance(layer, Module):
        raise TypeError(
            f"a stack is made of copies of a layer, and got a {type(layer).__name__}: write "
            "nn.TransformerEncoderLayer(...), or a layer of your own"
        )
    shared = {id(rng): rng for module in layer.modules() if (rng := vars(module).get("rng")) is not None}
    return ModuleList(deepcopy(layer, dict(shared)) for _ in range(count))
