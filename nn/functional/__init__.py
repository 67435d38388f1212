"""Layers as functions, with PyTorch's names and its `dim`: the one place where dim becomes axis.

One file a family; all of it is `F.<name>` after `from nn import functional as F`.
"""

import types
import typing

from nn import mistakes
from nn.functional.activation import (
    celu as celu,
    elu as elu,
    gelu as gelu,
    glu as glu,
    gumbel_softmax as gumbel_softmax,
    log_softmax as log_softmax,
    logsigmoid as logsigmoid,
    mish as mish,
    selu as selu,
    sigmoid as sigmoid,
    silu as silu,
    softmax as softmax,
    softmin as softmin,
    softplus as softplus,
    tanh as tanh,
    tanhshrink as tanhshrink,
)
from nn.functional.activation_piecewise import (
    hardshrink as hardshrink,
    hardsigmoid as hardsigmoid,
    hardswish as hardswish,
    hardtanh as hardtanh,
    leaky_relu as leaky_relu,
    prelu as prelu,
    relu as relu,
    relu6 as relu6,
    rrelu as rrelu,
    softshrink as softshrink,
    softsign as softsign,
    threshold as threshold,
)
from nn.functional.attention import scaled_dot_product_attention as scaled_dot_product_attention
from nn.functional.classification import (
    binary_cross_entropy as binary_cross_entropy,
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
    cross_entropy as cross_entropy,
    nll_loss as nll_loss,
)
from nn.functional.convolution import (
    conv1d as conv1d,
    conv2d as conv2d,
    conv_transpose1d as conv_transpose1d,
    conv_transpose2d as conv_transpose2d,
    fold as fold,
    unfold as unfold,
)
from nn.functional.ctc import ctc_loss as ctc_loss
from nn.functional.distance import (
    cosine_similarity as cosine_similarity,
    pairwise_distance as pairwise_distance,
)
from nn.functional.dropout import (
    alpha_dropout as alpha_dropout,
    dropout as dropout,
    dropout1d as dropout1d,
    dropout2d as dropout2d,
    dropout_mask as dropout_mask,
)
from nn.functional.embedding import embedding as embedding, one_hot as one_hot
from nn.functional.interpolation import interpolate as interpolate
from nn.functional.linear import bilinear as bilinear, linear as linear
from nn.functional.loss import (
    gaussian_nll_loss as gaussian_nll_loss,
    huber_loss as huber_loss,
    kl_div as kl_div,
    l1_loss as l1_loss,
    mse_loss as mse_loss,
    poisson_nll_loss as poisson_nll_loss,
    smooth_l1_loss as smooth_l1_loss,
)
from nn.functional.margin import (
    cosine_embedding_loss as cosine_embedding_loss,
    hinge_embedding_loss as hinge_embedding_loss,
    margin_ranking_loss as margin_ranking_loss,
    triplet_margin_loss as triplet_margin_loss,
)
from nn.functional.normalization import (
    batch_norm as batch_norm,
    group_norm as group_norm,
    instance_norm as instance_norm,
    layer_norm as layer_norm,
    normalize as normalize,
    rms_norm as rms_norm,
)
from nn.functional.padding import pad as pad
from nn.functional.pooling import (
    adaptive_avg_pool1d as adaptive_avg_pool1d,
    adaptive_avg_pool2d as adaptive_avg_pool2d,
    adaptive_max_pool1d as adaptive_max_pool1d,
    adaptive_max_pool2d as adaptive_max_pool2d,
    avg_pool1d as avg_pool1d,
    avg_pool2d as avg_pool2d,
    max_pool1d as max_pool1d,
    max_pool2d as max_pool2d,
)
from nn.functional.resize import pixel_shuffle as pixel_shuffle, pixel_unshuffle as pixel_unshuffle

# What is imported above, without the modules that it comes from.
__all__ = sorted(
    name for name, value in globals().items() if name[0] != "_" and type(value) is not types.ModuleType
)

if not typing.TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise mistakes.unknown_name("nn.functional", name, __all__)
