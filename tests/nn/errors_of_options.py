"""Errors of options: what layers, functions and helpers may be given beside their input."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn import functional as F


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


def normalised() -> nn.Module:
    """A layer whose weight is kept as length and direction, so that it has none of that name."""
    return nn.utils.weight_norm(nn.Linear(2, 1))


X = zeros(2, 3, 4)
MODEL = nn.Sequential(nn.Linear(2, 1), nn.Tanh())

OPTIONS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # -- sequences of several lengths
    (
        lambda: nn.data.pad([[1], [0.5, 1.0]]),
        ValueError,
        "pad takes sequences of integer ids, each (T,), and number 1 (counted from 0) is float64 of shape "
        "(2,): encode it, or for floats write nn.utils.rnn.pad_sequence",
    ),
    (
        lambda: nn.utils.rnn.pad_sequence([zeros(2, 3), zeros(1, 2)]),
        ValueError,
        "pad_sequence takes sequences (T, *) that differ in T alone, at least one, and got [(2, 3), (1, 2)]",
    ),
    (
        lambda: nn.utils.rnn.pack_padded_sequence,
        AttributeError,
        "module 'nn.utils.rnn' has no attribute 'pack_padded_sequence': padded sequences go to the layer "
        "with their lengths: gru(x, lengths=lengths)",
    ),
    (
        lambda: nn.utils.rnn.pad_sequence([zeros(2)], padding_side="both"),
        ValueError,
        'pad_sequence pads on the "right" or "left", not \'both\'',
    ),
    # -- pooling, padding, interpolation
    (
        lambda: F.pad(zeros(2, 3), (-4, 4)),
        ValueError,
        "pad got (-4, 4) for axis 1 of an input (2, 3): that cuts off more than the 3 that there are",
    ),
    (
        lambda: F.pad(zeros(2, 3), (-2, -2), "reflect"),
        ValueError,
        "pad got (-2, -2) for axis 1 of an input (2, 3): that cuts off more than the 3 that there are",
    ),
    (
        lambda: F.pad(zeros(2, 0), (1, 0), "replicate"),
        ValueError,
        "pad got (1, 0) for axis 1 of an input (2, 0), which holds nothing that mode='replicate' could "
        'repeat: write mode="constant"',
    ),
    (
        lambda: nn.ZeroPad2d((1, 2)),
        ValueError,
        "ZeroPad2d takes one width, or 4, and got (1, 2): give (left, right, top, bottom)",
    ),
    (
        lambda: nn.ReflectionPad1d((1, 2, 3)),
        ValueError,
        "ReflectionPad1d takes one width, or 2, and got (1, 2, 3): give (left, right)",
    ),
    (
        lambda: nn.ConstantPad1d(1, 2.0)(zeros(2, 3, 4, 5)),
        ValueError,
        "ConstantPad1d takes (N, C, L) or (C, L), and got (2, 3, 4, 5): for other axes write F.pad",
    ),
    (
        lambda: nn.CircularPad2d(1)(zeros(2, 3)),
        ValueError,
        "CircularPad2d takes (N, C, H, W) or (C, H, W), and got (2, 3): for other axes write F.pad",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 4, mode="cubic"),
        ValueError,
        "interpolate takes mode='nearest', 'nearest-exact', 'area', 'linear', 'bilinear', 'bicubic', "
        "'trilinear', not 'cubic'",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 4, mode="bilinear"),
        ValueError,
        "interpolate with mode='bilinear' takes (N, C, H, W), and got (1, 1, 2): for 3 axes write "
        'mode="linear"',
    ),
    (
        lambda: F.interpolate(zeros(1, 2), 4),
        ValueError,
        "interpolate with mode='nearest' takes (N, C, *space), and got (1, 2)",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 4, align_corners=True),
        ValueError,
        "interpolate got align_corners=True with mode='nearest': only linear, bilinear, bicubic, trilinear "
        "know corners; leave it out",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2, 2), (4, 4, 4), mode="bilinear"),
        ValueError,
        "interpolate got (4, 4, 4) for 2 spatial axes: give one number, or 2",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 0, mode="linear"),
        ValueError,
        "interpolate was to bring (2,) to (0,): every length must be at least 1",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 3.5),
        TypeError,
        "interpolate takes a size of integers, and got 3.5: write int(...), or scale_factor= for a factor",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 4, mode="linear", antialias=True),
        ValueError,
        "interpolate got antialias=True, which is not here: blur with conv2d before instead",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), 4, recompute_scale_factor=True),
        ValueError,
        "interpolate got recompute_scale_factor=True without scale_factor: leave it out",
    ),
    # -- normalisation, embedding, inplace
    (
        lambda: nn.InstanceNorm1d(3)(zeros(5, 4)),
        ValueError,
        "InstanceNorm1d of 3 features takes (N, C, L) or (C, L), and got (5, 4)",
    ),
    (
        lambda: F.instance_norm(zeros(2, 3, 1)),
        ValueError,
        "instance_norm got (2, 3, 1), one value per channel, which has no variance: give more places, or "
        "normalise over the channels with layer_norm",
    ),
    (
        lambda: mg.data_parallel(lambda x: F.embedding(x, zeros(3, 2), max_norm=1.0).sum(), np.array([1, 2])),
        ValueError,
        "embedding with max_norm changes its weight in place, which the threads of data_parallel share: "
        "call the model without data_parallel, or leave max_norm out",
    ),
    (
        lambda: F.relu(zeros(2), inplace=True),
        ValueError,
        "relu got inplace=True, and functions here leave their inputs as they are: leave it out, and write "
        "x = F.relu(x)",
    ),
    (
        lambda: F.embedding([0], zeros(3, 2), sparse=True),
        ValueError,
        "embedding got sparse=True, and gradients here are arrays of all rows: leave it out",
    ),
    (
        lambda: nn.Embedding(3, 2, sparse=True),
        ValueError,
        "Embedding got sparse=True, and gradients here are arrays of all rows: leave it out",
    ),
    (
        lambda: nn.Embedding.from_pretrained(np.zeros(3)),
        ValueError,
        "from_pretrained takes (num_embeddings, embedding_dim), and got an array (3,)",
    ),
    # -- attention
    (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, attn_mask=np.ones((3, 3), bool)),
        ValueError,
        "MultiheadAttention got attn_mask, which is PyTorch's, where True is what may not be attended to; "
        "masks here say True = may attend: write mask=~attn_mask, a mask that broadcasts to (B, H, T, S)",
    ),
    (
        lambda: nn.MultiheadAttention(4, 2)(X, X, X, key_padding_mask=np.ones((2, 3), bool)),
        ValueError,
        "MultiheadAttention got key_padding_mask, which is PyTorch's, where True is what may not be "
        "attended to; masks here say True = may attend: write mask=~key_padding_mask[:, None, None, :], a "
        "mask that broadcasts to (B, H, T, S)",
    ),
    (
        lambda: nn.TransformerEncoderLayer(4, 2)(X, src_mask=np.zeros((3, 3))),
        ValueError,
        "src_mask is called mask in TransformerEncoderLayer: write mask=src_mask",
    ),
    (
        lambda: nn.TransformerDecoderLayer(4, 2)(X, X, mask=np.ones((3, 3), bool)),
        ValueError,
        "mask is called tgt_mask in TransformerDecoderLayer: write tgt_mask=mask",
    ),
    (
        lambda: nn.TransformerEncoderLayer(4, 2)(X, weights=1),
        TypeError,
        "TransformerEncoderLayer has no argument 'weights'",
    ),
    (
        lambda: nn.TransformerDecoderLayer(4, 2)(X, X, memory_key_padding_mask=np.zeros((2, 3))),
        ValueError,
        "memory_key_padding_mask is called memory_mask in TransformerDecoderLayer: write "
        "memory_mask=memory_key_padding_mask[:, None, None, :]",
    ),
    (
        lambda: F.scaled_dot_product_attention(zeros(3, 2, 4), *[zeros(2, 2, 4)] * 2, enable_gqa=True),
        ValueError,
        "scaled_dot_product_attention with enable_gqa got query (3, 2, 4) and key or value (2, 2, 4): the "
        "query's heads, on axis -3, must be a multiple of theirs",
    ),
    # -- CTC loss
    (
        lambda: F.ctc_loss(zeros(4), [1], [4], [1]),
        ValueError,
        "ctc_loss takes log_probs (T, N, C) or (T, C), and got (4,): of (N, T, C) write x.swapaxes(0, 1)",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [[1], [2]], [4], [1, 1]),
        ValueError,
        "ctc_loss got input_lengths of shape (1,) and int64: give an integer for each of the 2 sequences",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [[1], [2]], [4, 5], [1, 1]),
        ValueError,
        "ctc_loss got input_lengths from 4 to 5: they go from 0 to the 4 that there are",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [[1.0], [2.0]], [4, 4], [1, 1]),
        ValueError,
        "ctc_loss takes targets of integers, (N, S) or all in a row, and got (2, 1) of float64",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [[1], [2]], [4, 4], [1, 1], blank=3),
        ValueError,
        "ctc_loss got blank=3, and there are 3 classes, counted from 0",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [1, 2, 1], [4, 4], [1, 1]),
        ValueError,
        "ctc_loss got targets (3,) for 2 sequences of [1, 1] labels: give (2, S), or the 2 labels in a row",
    ),
    (
        lambda: F.ctc_loss(zeros(4, 2, 3), [[1], [0]], [4, 4], [1, 1]),
        ValueError,
        "ctc_loss got the label 0: labels are classes from 0 to 2 other than the blank, 0",
    ),
    # -- initial values
    (
        lambda: nn.init.kaiming_normal_(zeros(2, 3), mode="fan"),
        ValueError,
        'mode is "fan_in" or "fan_out", not \'fan\'',
    ),
    (
        lambda: nn.init.calculate_gain("gelu"),
        ValueError,
        "calculate_gain knows linear, conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, "
        "conv_transpose3d, sigmoid, tanh, relu, selu, leaky_relu, and got 'gelu': give the nearest of "
        "these, or a deviation of your own to nn.init.normal_",
    ),
    (
        lambda: nn.init.trunc_normal_(zeros(2), a=8.0, b=9.0),
        ValueError,
        "trunc_normal_ got the interval from 8.0 to 9.0 for the mean 0.0 and deviation 1.0: it must not be "
        "empty, nor lie further than 6 deviations from the mean",
    ),
    (
        lambda: nn.init.orthogonal_(zeros(2)),
        ValueError,
        "orthogonal_ needs at least 2 axes, and got shape (2,): use normal_",
    ),
    (
        lambda: nn.init.eye_(zeros(2)),
        ValueError,
        "eye_ fills a matrix, and got shape (2,): for kernels write dirac_",
    ),
    (
        lambda: nn.init.dirac_(zeros(2, 3)),
        ValueError,
        "dirac_ fills a kernel of 3, 4 or 5 axes whose first is a multiple of groups=1, and got shape (2, 3)",
    ),
    (
        lambda: nn.init.sparse_(zeros(2), 0.5),
        ValueError,
        "sparse_ fills a matrix, and got shape (2,)",
    ),
    (
        lambda: nn.init.sparse_(zeros(2, 2), 1.5),
        ValueError,
        "sparse_ takes a share from 0 to 1 as the sparsity, and got 1.5",
    ),
    (
        lambda: nn.init.trunc_normal_(zeros(2), std=0.0),
        ValueError,
        "trunc_normal_ takes a deviation above 0, and got 0.0: for one value write constant_",
    ),
    # -- modules, by path and by name
    (
        lambda: nn.Module().register_parameter("a.b", None),
        ValueError,
        "a parameter's name is not empty and has no dot, and this one is 'a.b'",
    ),
    (
        lambda: nn.Module().register_parameter("forward", None),
        ValueError,
        "Module has a 'forward' of its own: choose another name",
    ),
    (
        lambda: nn.Module().register_parameter("scale", np.ones(2)),
        TypeError,
        "register_parameter takes an nn.Parameter or None, and got a ndarray: write "
        "register_parameter('scale', nn.Parameter(x)), or register_buffer('scale', x) for an array that is "
        "not learned",
    ),
    (
        lambda: MODEL.get_submodule("0.scale"),
        AttributeError,
        "Sequential has no module '0.scale': Linear has no 'scale' inside, but nothing",
    ),
    (
        lambda: MODEL.get_parameter("0.scale"),
        AttributeError,
        "Sequential has no parameter '0.scale': Linear has 'weight', 'bias' of its own",
    ),
    (
        lambda: MODEL.get_parameter("1.weight"),
        AttributeError,
        "Sequential has no parameter '1.weight': Tanh has no parameters of its own",
    ),
    (
        lambda: MODEL.get_buffer("0.mean"),
        AttributeError,
        "Sequential has no buffer '0.mean': Linear has no buffers of its own",
    ),
    # -- helpers
    (
        lambda: nn.utils.clip_grad_value_([], -1.0),
        ValueError,
        "clip_grad_value_ takes a bound of at least 0, and got -1.0",
    ),
    (
        lambda: nn.utils.parameters_to_vector([]),
        ValueError,
        "parameters_to_vector joins parameters of one dtype, and got no parameters",
    ),
    (
        lambda: nn.utils.vector_to_parameters(np.zeros(4), MODEL.parameters()),
        ValueError,
        "vector_to_parameters got an array of shape (4,), and the parameters have 3 elements: give a "
        "vector (3,)",
    ),
    (
        lambda: nn.utils.weight_norm(normalised()),
        ValueError,
        "Linear has weight_norm on 'weight' already",
    ),
    (
        lambda: nn.utils.remove_weight_norm(nn.Linear(2, 1)),
        ValueError,
        "Linear has no weight_norm on 'weight', but on nothing",
    ),
    (
        lambda: normalised().reset_parameters(),
        ValueError,
        "Linear has weight_norm on 'weight': write nn.utils.remove_weight_norm(layer, name) first, then "
        "reset_parameters, then weight_norm again",
    ),
]
