"""Ops written twice: composed, to be read, and fused, to touch memory as seldom as can be."""

from minigrad.ops.fused.attention import attention_weights, scaled_dot_product_attention
from minigrad.ops.fused.cross_entropy import cross_entropy
from minigrad.ops.fused.gelu import gelu
from minigrad.ops.fused.layer_norm import layer_norm
from minigrad.ops.fused.linear import linear
from minigrad.ops.fused.recurrent_gru import gru
from minigrad.ops.fused.recurrent_lstm import lstm
from minigrad.ops.fused.recurrent_rnn import rnn

__all__ = [
    "attention_weights", "cross_entropy", "gelu", "gru", "layer_norm", "linear", "lstm", "rnn",
    "scaled_dot_product_attention",
]  # fmt: skip
