"""nn: layers, losses, optimisers and state over minigrad, under PyTorch's names.

Reading order: `module` (what a layer is), `linear`, `attention`, `transformer`; `functional` holds the
layers as functions, `optim` what trains them.
"""

__minigrad_layers__ = True  # mg.debug() shows the line that calls a layer, not one inside it

from typing import TYPE_CHECKING

from nn import functional, init, optim, utils
from nn.activation import (
    GELU,
    GLU,
    Identity,
    LogSigmoid,
    LogSoftmax,
    Mish,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softsign,
    Tanh,
    Tanhshrink,
)
from nn.activation_piecewise import (
    CELU,
    ELU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    PReLU,
    ReLU,
    ReLU6,
    RReLU,
    Softshrink,
    Threshold,
)
from nn.alibi import ALiBi
from nn.attention_recording import record_attention
from nn.batchnorm import BatchNorm1d, BatchNorm2d
from nn.cache import KeyValueCache
from nn.container import ModuleDict, ModuleList, Sequential
from nn.convolution import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Fold, Unfold
from nn.dropout import AlphaDropout, Dropout, Dropout1d, Dropout2d
from nn.embedding import Embedding
from nn.functional_call import functional_call
from nn.hooks import BackwardWatch, RemovableHandle
from nn.instancenorm import InstanceNorm1d, InstanceNorm2d
from nn.linear import Bilinear, Linear
from nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    CTCLoss,
    GaussianNLLLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    PoissonNLLLoss,
    SmoothL1Loss,
)
from nn.margin_loss import (
    CosineEmbeddingLoss,
    CosineSimilarity,
    HingeEmbeddingLoss,
    MarginRankingLoss,
    PairwiseDistance,
    TripletMarginLoss,
)
from nn.masks import causal_mask, padding_mask, window_mask
from nn.mistakes import unknown_name
from nn.module import Module
from nn.multihead import MultiheadAttention
from nn.normalization import GroupNorm, LayerNorm, RMSNorm
from nn.padding import (
    CircularPad1d,
    CircularPad2d,
    ConstantPad1d,
    ConstantPad2d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReplicationPad1d,
    ReplicationPad2d,
    ZeroPad1d,
    ZeroPad2d,
)
from nn.parameter import Parameter
from nn.parameter_container import ParameterDict, ParameterList
from nn.pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    MaxPool1d,
    MaxPool2d,
)
from nn.position import LearnedPosition, RotaryPosition, SinusoidalPosition
from nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from nn.resize import Flatten, PixelShuffle, PixelUnshuffle, Unflatten, Upsample
from nn.state import StateDictError
from nn.summary import Summary, summary
from nn.transformer import (
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "GRU", "LSTM", "RNN", "SELU", "ALiBi", "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AlphaDropout", "AvgPool1d", "AvgPool2d",
    "BCELoss", "BCEWithLogitsLoss", "BackwardWatch", "BatchNorm1d", "BatchNorm2d", "Bilinear", "CTCLoss",
    "CircularPad1d", "CircularPad2d", "ConstantPad1d", "ConstantPad2d", "Conv1d", "Conv2d", "ConvTranspose1d",
    "ConvTranspose2d", "CosineEmbeddingLoss", "CosineSimilarity", "CrossEntropyLoss", "Dropout", "Dropout1d",
    "Dropout2d", "Embedding", "Flatten", "Fold", "GRUCell", "GaussianNLLLoss", "GroupNorm", "Hardshrink",
    "Hardsigmoid", "Hardswish", "Hardtanh", "HingeEmbeddingLoss", "HuberLoss", "Identity", "InstanceNorm1d",
    "InstanceNorm2d", "KLDivLoss", "KeyValueCache", "L1Loss", "LSTMCell", "LayerNorm", "LeakyReLU",
    "LearnedPosition", "Linear", "LogSigmoid", "LogSoftmax", "MSELoss", "MarginRankingLoss", "MaxPool1d",
    "MaxPool2d", "Mish", "Module", "ModuleDict", "ModuleList", "MultiheadAttention", "NLLLoss", "PReLU",
    "PairwiseDistance", "Parameter", "ParameterDict", "ParameterList", "PixelShuffle", "PixelUnshuffle",
    "PoissonNLLLoss", "RMSNorm", "RNNCell", "RReLU", "ReLU", "ReLU6", "ReflectionPad1d", "ReflectionPad2d",
    "RemovableHandle", "ReplicationPad1d", "ReplicationPad2d", "RotaryPosition", "Sequential", "SiLU",
    "Sigmoid", "SinusoidalPosition", "SmoothL1Loss", "Softmax", "Softmin", "Softplus", "Softshrink",
    "Softsign", "StateDictError", "Summary", "Tanh", "Tanhshrink", "Threshold", "TransformerDecoder",
    "TransformerDecoderLayer", "TransformerEncoder", "TransformerEncoderLayer", "TripletMarginLoss",
    "Unflatten", "Unfold", "Upsample", "ZeroPad1d", "ZeroPad2d", "causal_mask", "functional",
    "functional_call", "init", "optim", "padding_mask", "record_attention", "summary", "utils", "window_mask",
]  # fmt: skip


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn", name, __all__)
