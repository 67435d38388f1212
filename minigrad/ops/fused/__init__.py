"""Ops written twice: composed, to be read, and fused, to touch memory as seldom as can be."""

from minigrad.ops.fused.attention import attention_weights, scaled_dot_product_attention
from minigrad.ops.fused.cross_entropy import cross_entropy
from minigrad.ops.fused.gelu import gelu
from minigrad.ops.fused.layer_norm import layer_norm
from minigrad.ops.fused.linear import linear

__all__ = [
    "attention_weights","cross_entropy", "gelu", "layer_norm", "linear", "scaled_dot_product_attention"]
