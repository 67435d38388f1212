"""nn: layers, losses, optimisers and state over minigrad, under PyTorch's names.

Reading order: `module` (what a layer is), `linear`, `attention`, `transformer`; `functional` holds the
layers as functions, `optim` what trains them.
"""

from nn import functional, init, optim, utils
from nn.activation import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.alibi import ALiBi
from nn.attention import MultiheadAttention, record_attention
from nn.container import ModuleList, Sequential
from nn.dropout import Dropout
from nn.embedding import Embedding
from nn.linear import Linear
from nn.loss import CrossEntropyLoss, MSELoss
from nn.masks import causal_mask, padding_mask, window_mask
from nn.module import Module
from nn.normalization import LayerNorm
from nn.parameter import Parameter
from nn.position import LearnedPosition, RotaryPosition, SinusoidalPosition
from nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from nn.state import StateDictError
from nn.summary import Summary, summary
from nn.transformer import (
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

__all__ = [
    "ELU", "GELU", "GRU", "LSTM", "RNN", "ALiBi", "CrossEntropyLoss", "Dropout", "Embedding", "GRUCell",
    "Identity", "LSTMCell", "LayerNorm", "LeakyReLU", "LearnedPosition", "Linear", "LogSoftmax", "MSELoss",
    "Module", "ModuleList", "MultiheadAttention", "Parameter", "RNNCell", "ReLU", "RotaryPosition",
    "Sequential", "SiLU", "Sigmoid", "SinusoidalPosition", "Softmax", "Softplus", "StateDictError", "Summary",
    "Tanh", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder", "TransformerEncoderLayer",
    "causal_mask", "functional", "init", "optim", "padding_mask", "record_attention", "summary", "utils",
    "window_mask",
]  # fmt: skip
