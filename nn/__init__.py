"""nn: layers, losses, optimisers and state over minigrad, under PyTorch's names.

Reading order: `module` (what a layer is) and `layers` (`linear` first), then `attending` or `recurrent`.
`functional` holds the layers as functions; `optim`, `data`, `training` and `saving` train a model and keep
it; `convert` and `exporting` take it to other programs; `decoding` and `seq2seq` have it write; `explain`
and `pictures` look inside.  What stands beside these folders is shared by several.
"""

__minigrad_layers__ = True  # mg.debug() shows the line that calls a layer, not one inside it

import types
import typing

from nn import (
    convert as convert,
    data as data,
    decoding as decoding,
    explain as explain,
    functional as functional,
    init as init,
    mistakes,
    optim as optim,
    parallel as parallel,
    utils as utils,
)
from nn.attending.alibi import ALiBi as ALiBi
from nn.attending.attended import Attended as Attended
from nn.attending.attention_layer import Attention as Attention
from nn.attending.cache import KeyValueCache as KeyValueCache
from nn.attending.gpt import GPT as GPT
from nn.attending.multihead import MultiheadAttention as MultiheadAttention
from nn.attending.position import (
    LearnedPosition as LearnedPosition,
    RotaryPosition as RotaryPosition,
    SinusoidalPosition as SinusoidalPosition,
)
from nn.attending.recording import AttentionMaps as AttentionMaps, record_attention as record_attention
from nn.attending.scored_attention import attention as attention
from nn.attending.scores import (
    AdditiveScore as AdditiveScore,
    ConcatScore as ConcatScore,
    DotScore as DotScore,
    GeneralScore as GeneralScore,
    ScaledDotScore as ScaledDotScore,
)
from nn.attending.transformer import Transformer as Transformer
from nn.attending.transformer_layers import (
    TransformerDecoderLayer as TransformerDecoderLayer,
    TransformerEncoderLayer as TransformerEncoderLayer,
)
from nn.attending.transformer_stacks import (
    TransformerDecoder as TransformerDecoder,
    TransformerEncoder as TransformerEncoder,
)
from nn.container import ModuleDict as ModuleDict, ModuleList as ModuleList, Sequential as Sequential
from nn.exporting.onnx_file import export_onnx as export_onnx
from nn.exporting.tracing import ExportError as ExportError
from nn.functional_call import functional_call as functional_call
from nn.hooks import BackwardWatch as BackwardWatch, RemovableHandle as RemovableHandle
from nn.layers.activation import (
    GELU as GELU,
    GLU as GLU,
    Identity as Identity,
    LogSigmoid as LogSigmoid,
    LogSoftmax as LogSoftmax,
    Mish as Mish,
    Sigmoid as Sigmoid,
    SiLU as SiLU,
    Softmax as Softmax,
    Softmin as Softmin,
    Softplus as Softplus,
    Softsign as Softsign,
    Tanh as Tanh,
    Tanhshrink as Tanhshrink,
)
from nn.layers.activation_piecewise import (
    CELU as CELU,
    ELU as ELU,
    SELU as SELU,
    Hardshrink as Hardshrink,
    Hardsigmoid as Hardsigmoid,
    Hardswish as Hardswish,
    Hardtanh as Hardtanh,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    ReLU as ReLU,
    ReLU6 as ReLU6,
    RReLU as RReLU,
    Softshrink as Softshrink,
    Threshold as Threshold,
)
from nn.layers.batchnorm import BatchNorm1d as BatchNorm1d, BatchNorm2d as BatchNorm2d
from nn.layers.convolution import (
    Conv1d as Conv1d,
    Conv2d as Conv2d,
    ConvTranspose1d as ConvTranspose1d,
    ConvTranspose2d as ConvTranspose2d,
    Fold as Fold,
    Unfold as Unfold,
)
from nn.layers.dropout import (
    AlphaDropout as AlphaDropout,
    Dropout as Dropout,
    Dropout1d as Dropout1d,
    Dropout2d as Dropout2d,
)
from nn.layers.embedding import Embedding as Embedding
from nn.layers.instancenorm import InstanceNorm1d as InstanceNorm1d, InstanceNorm2d as InstanceNorm2d
from nn.layers.linear import Bilinear as Bilinear, Linear as Linear
from nn.layers.loss import (
    BCELoss as BCELoss,
    BCEWithLogitsLoss as BCEWithLogitsLoss,
    CrossEntropyLoss as CrossEntropyLoss,
    CTCLoss as CTCLoss,
    GaussianNLLLoss as GaussianNLLLoss,
    HuberLoss as HuberLoss,
    KLDivLoss as KLDivLoss,
    L1Loss as L1Loss,
    MSELoss as MSELoss,
    NLLLoss as NLLLoss,
    PoissonNLLLoss as PoissonNLLLoss,
    SmoothL1Loss as SmoothL1Loss,
)
from nn.layers.margin_loss import (
    CosineEmbeddingLoss as CosineEmbeddingLoss,
    CosineSimilarity as CosineSimilarity,
    HingeEmbeddingLoss as HingeEmbeddingLoss,
    MarginRankingLoss as MarginRankingLoss,
    PairwiseDistance as PairwiseDistance,
    TripletMarginLoss as TripletMarginLoss,
)
from nn.layers.normalization import GroupNorm as GroupNorm, LayerNorm as LayerNorm, RMSNorm as RMSNorm
from nn.layers.padding import (
    CircularPad1d as CircularPad1d,
    CircularPad2d as CircularPad2d,
    ConstantPad1d as ConstantPad1d,
    ConstantPad2d as ConstantPad2d,
    ReflectionPad1d as ReflectionPad1d,
    ReflectionPad2d as ReflectionPad2d,
    ReplicationPad1d as ReplicationPad1d,
    ReplicationPad2d as ReplicationPad2d,
    ZeroPad1d as ZeroPad1d,
    ZeroPad2d as ZeroPad2d,
)
from nn.layers.pooling import (
    AdaptiveAvgPool1d as AdaptiveAvgPool1d,
    AdaptiveAvgPool2d as AdaptiveAvgPool2d,
    AdaptiveMaxPool1d as AdaptiveMaxPool1d,
    AdaptiveMaxPool2d as AdaptiveMaxPool2d,
    AvgPool1d as AvgPool1d,
    AvgPool2d as AvgPool2d,
    MaxPool1d as MaxPool1d,
    MaxPool2d as MaxPool2d,
)
from nn.layers.resize import (
    Flatten as Flatten,
    PixelShuffle as PixelShuffle,
    PixelUnshuffle as PixelUnshuffle,
    Unflatten as Unflatten,
    Upsample as Upsample,
)
from nn.masks import causal_mask as causal_mask, padding_mask as padding_mask, window_mask as window_mask
from nn.module import Module as Module
from nn.parameter import Parameter as Parameter
from nn.parameter_container import ParameterDict as ParameterDict, ParameterList as ParameterList
from nn.pictures.attention import draw_attention as draw_attention
from nn.pictures.attention_page import show_attention as show_attention
from nn.recurrent.cells import GRUCell as GRUCell, LSTMCell as LSTMCell, RNNCell as RNNCell
from nn.recurrent.layers import GRU as GRU, LSTM as LSTM, RNN as RNN
from nn.saving.checkpoints import Checkpoints as Checkpoints
from nn.saving.weights import load as load, load_metadata as load_metadata, save as save
from nn.saving.whole_files import FileError as FileError
from nn.seq2seq import (
    RecurrentDecoder as RecurrentDecoder,
    RecurrentEncoder as RecurrentEncoder,
    Seq2Seq as Seq2Seq,
)
from nn.state import StateDictError as StateDictError
from nn.summary import Summary as Summary, summary as summary
from nn.training.health.telling import HealthWarning as HealthWarning
from nn.training.progress import Progress as Progress
from nn.training.rate_finder import LearningRates as LearningRates, find_learning_rate as find_learning_rate
from nn.training.report.report import write_report as write_report
from nn.training.training import Step as Step, Training as Training
from nn.training.update import TrainingError as TrainingError

# What is imported above, without the modules that it comes from.
__all__ = sorted(
    ["convert", "data", "decoding", "explain", "functional", "init", "optim", "utils"]
    + [name for name, value in globals().items() if name[0] != "_" and type(value) is not types.ModuleType]
)

if not typing.TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise mistakes.unknown_name("nn", name, __all__)
