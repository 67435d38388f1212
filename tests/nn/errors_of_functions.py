"""Errors of nn.functional, of the small layers and of the containers: rows of the table in test_errors."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn import functional as F


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


def one_gradient_for_two_inputs() -> None:
    layer = nn.Bilinear(2, 2, 1)
    layer.register_full_backward_hook(lambda module, grad_input, grad_output: grad_input[0])
    layer(*(mg.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))).backward()


ONE_SHAPE = "which must be of one shape: reshape one of them, or broadcast it on purpose with mg.broadcast_to"

ROWS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # -- activations and normalisation
    (
        lambda: F.prelu(zeros(2, 3), zeros(2)),
        ValueError,
        "prelu got 2 slopes for an input (2, 3) of 3 channels, which are axis 1: give one slope, or one per "
        "channel",
    ),
    (
        lambda: F.rms_norm(zeros(2, 3), (2,)),
        ValueError,
        "rms_norm over (2,) got an input of shape (2, 3): its last axes must be of that shape",
    ),
    (
        lambda: F.group_norm(zeros(2, 4), 3),
        ValueError,
        "group_norm got 3 groups for an input (2, 4): the groups must divide the channels, which are axis 1",
    ),
    (
        lambda: nn.GroupNorm(3, 4),
        ValueError,
        "4 channels cannot be cut into 3 groups: num_channels must be a multiple of num_groups",
    ),
    (
        lambda: nn.GroupNorm(0, 4),
        ValueError,
        "GroupNorm got num_groups=0: it must be at least 1",
    ),
    (
        lambda: F.group_norm(zeros(2, 4), 0),
        ValueError,
        "group_norm got 0 groups for an input (2, 4): the groups must divide the channels, which are axis 1",
    ),
    (
        lambda: nn.RMSNorm(()),
        ValueError,
        "RMSNorm got normalized_shape=(): it normalises over one axis at least",
    ),
    (
        lambda: F.layer_norm(zeros(2, 3), ()),
        ValueError,
        "layer_norm got normalized_shape=(): it normalises over one axis at least",
    ),
    (
        lambda: F.rms_norm(zeros(2, 3), (3,), zeros(4, 1, 3)),
        ValueError,
        "rms_norm over (3,) got a weight or bias (4, 1, 3): it must be of that shape",
    ),
    (
        lambda: F.batch_norm(zeros(2, 3), np.zeros(1), np.ones(1)),
        ValueError,
        "a normalisation of (2, 3) got a weight, bias or statistic (1,): there must be one for each channel, "
        "(3,)",
    ),
    (
        lambda: mg.data_parallel(
            lambda x: F.instance_norm(x, np.zeros(3), np.ones(3)), zeros(4, 3, 2), threads=2
        ),
        ValueError,
        "instance_norm follows the statistics of the whole batch, of which data_parallel gives it a part: "
        "call the model without data_parallel, call eval() first, or let it track none",
    ),
    (
        lambda: F.bilinear(zeros(2, 3), zeros(1, 3), zeros(4, 3, 3)),
        ValueError,
        "bilinear got inputs (2, 3) and (1, 3), a weight (4, 3, 3) and a bias None: the inputs must agree "
        "but in the last axis, and the bias be (out,) of a weight (out, in1, in2)",
    ),
    (
        lambda: F.batch_norm(zeros(2, 3), None, None),
        ValueError,
        "batch_norm in evaluation needs running_mean and running_var: give both, or training=True to take "
        "those of the batch",
    ),
    (
        lambda: nn.BatchNorm1d(3)(zeros(1, 3)),
        ValueError,
        "batch_norm in training got (1, 3), one value per channel, which has no variance: give a greater "
        "batch, or call eval() first",
    ),
    (
        lambda: nn.BatchNorm1d(3)(zeros(0, 3)),
        ValueError,
        "batch_norm in training got (0, 3), no value per channel, which has no variance: give a greater "
        "batch, or call eval() first",
    ),
    (
        lambda: mg.data_parallel(nn.BatchNorm1d(3), zeros(4, 3), threads=2),
        ValueError,
        "batch_norm in training normalises over the whole batch, of which data_parallel gives it a part: "
        "call the model without data_parallel, call eval() first, or take LayerNorm or GroupNorm",
    ),
    (
        lambda: nn.BatchNorm2d(3)(zeros(2, 3, 4)),
        ValueError,
        "BatchNorm2d of 3 features takes (N, C, H, W), and got (2, 3, 4)",
    ),
    # -- losses
    (
        lambda: F.l1_loss(zeros(2, 1), zeros(2)),
        ValueError,
        f"l1_loss got input (2, 1) and target (2,), {ONE_SHAPE}",
    ),
    (
        lambda: F.binary_cross_entropy_with_logits(zeros(2, 1), np.zeros(2)),
        ValueError,
        f"binary_cross_entropy_with_logits got input (2, 1) and target (2,), {ONE_SHAPE}",
    ),
    (
        lambda: F.smooth_l1_loss(zeros(2), zeros(2), beta=-1),
        ValueError,
        "smooth_l1_loss takes a beta of at least 0, and got -1",
    ),
    (
        lambda: F.huber_loss(zeros(2), zeros(2), delta=0),
        ValueError,
        "huber_loss takes a delta above 0, and got 0",
    ),
    (
        lambda: F.gaussian_nll_loss(zeros(2), zeros(2), np.array([1.0, -2.0])),
        ValueError,
        "gaussian_nll_loss got the variance -2.0: variances are not negative",
    ),
    (
        lambda: F.binary_cross_entropy(mg.tensor([0.5, 1.5]), np.ones(2)),
        ValueError,
        "binary_cross_entropy takes probabilities, and got from 0.5 to 1.5: for scores write "
        "binary_cross_entropy_with_logits",
    ),
    (
        lambda: F.nll_loss(zeros(2, 3), np.zeros(2)),
        ValueError,
        "nll_loss got an input (2, 3) with the classes on axis 1, and targets (2,) of float64: the targets "
        "must be integers of shape (2,)",
    ),
    (
        lambda: F.nll_loss(zeros(2, 3), np.array([1, -1])),
        IndexError,
        "nll_loss got the target -1, and there are 3 classes: targets go from 0 to 2, or are -100 to be "
        "ignored",
    ),
    (
        lambda: F.kl_div(zeros(2), zeros(2), "average"),
        ValueError,
        'a loss takes reduction="mean", "sum" or "none", not \'average\'',
    ),
    (
        lambda: F.binary_cross_entropy(zeros(4, 1), np.zeros((4, 1)), weight=np.ones(4)),
        ValueError,
        "binary_cross_entropy got weight (4,) for an input (4, 1), to which it does not broadcast: give one "
        "of that shape, or with axes of length 1 where it is the same",
    ),
    (
        lambda: nn.BCEWithLogitsLoss(pos_weight=np.ones((2, 3)))(zeros(3), np.zeros(3)),
        ValueError,
        "binary_cross_entropy_with_logits got pos_weight (2, 3) for an input (3,), to which it does not "
        "broadcast: give one of that shape, or with axes of length 1 where it is the same",
    ),
    (
        lambda: F.gaussian_nll_loss(zeros(2, 3), zeros(2, 3), np.ones(3)),
        ValueError,
        "gaussian_nll_loss got var (3,) for an input (2, 3): give one number, that shape, the shape without "
        "its last axis, or with one axis of length 1",
    ),
    (
        lambda: F.cross_entropy(zeros(2, 3), np.zeros(2, int), weight=np.ones(2)),
        ValueError,
        "cross_entropy got class weights (2,) for an input (2, 3) of 3 classes, which are axis 1: give one "
        "weight per class",
    ),
    (
        lambda: nn.NLLLoss(weight=1.0)(zeros(3), np.array(1)),
        ValueError,
        "nll_loss got class weights () for an input (3,) of 3 classes, which are axis 0: give one weight per "
        "class",
    ),
    (
        lambda: nn.CrossEntropyLoss(label_smoothing=1.5)(zeros(2, 3), np.zeros(2, int)),
        ValueError,
        "cross_entropy got label_smoothing=1.5: it is a share of the target, from 0 to 1",
    ),
    (
        lambda: F.cross_entropy(zeros(2, 3), zeros(2, 3), ignore_index=0),
        ValueError,
        "cross_entropy got ignore_index=0 and a distribution for each target, which no number says to "
        'ignore: multiply the loss of reduction="none" by 0 where it is not to count',
    ),
    (
        lambda: F.kl_div(mg.tensor(0.0), 1.0, "batchmean"),
        ValueError,
        'kl_div with reduction="batchmean" needs a batch on axis 0, and got one number',
    ),
    (
        lambda: mg.data_parallel(lambda x: F.nll_loss(x, np.array([0, -100])), zeros(4, 3), threads=2),
        ValueError,
        "the mean of a loss is over the weights that count, which no part of data_parallel can know of the "
        'whole batch: have it give the losses of reduction="none", and divide their sum by that of the '
        "weights outside",
    ),
    (
        lambda: F.cosine_embedding_loss(zeros(), zeros(), np.array(1)),
        ValueError,
        "cosine_embedding_loss takes vectors, (N, D) or (D,), and got two numbers",
    ),
    # -- embedding, dropout
    (
        lambda: F.embedding([0], zeros(3, 2), 3),
        IndexError,
        "embedding got padding_idx 3, and there are 3 rows",
    ),
    (lambda: nn.Embedding(3, 2, -4), IndexError, "Embedding got padding_idx -4, and has 3 rows"),
    (
        lambda: F.one_hot([0, 3], 3),
        IndexError,
        "one_hot got the index 3, and there are 3 classes: indices go from 0 to 2",
    ),
    (
        lambda: F.dropout1d(zeros(2, 3, 4, 5)),
        ValueError,
        "dropout1d takes (N, C, L) or (C, L), and got (2, 3, 4, 5)",
    ),
    (
        lambda: nn.Dropout2d()(zeros(2, 3)),
        ValueError,
        "dropout2d takes (N, C, H, W) or (C, H, W), and got (2, 3)",
    ),
    # -- places
    (
        lambda: F.pad(zeros(2, 3), (1, 2, 3)),
        ValueError,
        "pad got (1, 2, 3) for an input (2, 3): give a pair per axis, the last axis first, at most 4 numbers",
    ),
    (
        lambda: F.pad(zeros(2, 3), (1, 2), "edge"),
        ValueError,
        "pad takes mode='constant', 'reflect', 'replicate', 'circular', not 'edge'",
    ),
    (
        lambda: F.pixel_shuffle(zeros(2, 6, 3, 3), 2),
        ValueError,
        "pixel_shuffle by 2 got (2, 6, 3, 3): its channels must be a multiple of 4",
    ),
    (
        lambda: F.pixel_unshuffle(zeros(2, 3, 4), 2),
        ValueError,
        "pixel_unshuffle by 2 got (2, 3, 4): its height and width must be multiples of 2",
    ),
    (
        lambda: nn.Upsample(4, 2.0)(zeros(1, 1, 2)),
        ValueError,
        "interpolate takes either size or scale_factor: give exactly one of them",
    ),
    (
        lambda: F.interpolate(zeros(1, 1, 2), scale_factor=0.0),
        ValueError,
        "interpolate got scale_factor=[0.0]: a factor is above 0",
    ),
    (
        lambda: nn.PixelShuffle(-2)(zeros(1, 4, 2, 2)),
        ValueError,
        "pixel_shuffle takes a factor of at least 1 and (..., C, H, W), and got -2 and (1, 4, 2, 2)",
    ),
    (
        lambda: F.one_hot(np.array([0]), 0),
        ValueError,
        "one_hot got num_classes=0 for an input (1,): give at least 1, or -1 for as many as the greatest "
        "number needs",
    ),
    (
        lambda: nn.Flatten(0, 3)(zeros(1, 1, 2)),
        IndexError,
        "Flatten got end_dim=3 for an input (1, 1, 2): its axes go from -3 to 2",
    ),
    (
        lambda: nn.Unflatten(1, (2, -1))(zeros(2, 3)),
        ValueError,
        "Unflatten got the lengths (2, -1) for axis 1 of (2, 3): their product must be 3, and one of them "
        "may be -1",
    ),
    (
        lambda: nn.Flatten(2, 1)(zeros(1, 1, 2)),
        ValueError,
        "Flatten from axis 2 to 1 got (1, 1, 2), where the first comes after the last",
    ),
    # -- modules
    (
        lambda: setattr(nn.Module(), "parts", {"a": nn.Tanh()}),
        TypeError,
        "Module.parts is a dict of modules or parameters, which would not be found: write self.parts = "
        "nn.ModuleDict({...}), or set each as an attribute",
    ),
    (
        lambda: nn.Module().add_module("a.b", nn.Tanh()),
        ValueError,
        "a module's name is not empty and has no dot, and this one is 'a.b'",
    ),
    (
        lambda: setattr(nn.Module(), "a.b", nn.Parameter(np.zeros(2))),
        ValueError,
        "a parameter's name is not empty and has no dot, and this one is 'a.b'",
    ),
    (
        lambda: nn.Module().add_module(0, nn.Tanh()),
        TypeError,
        "a module's name is a string, and this one is 0",
    ),
    (
        lambda: nn.Module().add_module("a", np.tanh),
        TypeError,
        "add_module takes an nn.Module or None, and got a ufunc",
    ),
    (
        lambda: nn.Module().register_parameter("a", np.zeros(2)),
        TypeError,
        "register_parameter takes an nn.Parameter or None, and got a ndarray: write register_parameter('a', "
        "nn.Parameter(x)), or register_buffer('a', x) for an array that is not learned",
    ),
    (
        lambda: nn.Module().register_buffer("a", "text"),
        TypeError,
        "Module.a is a buffer, an array of numbers, and got a str: choose another name for what is none",
    ),
    (
        lambda: nn.Linear(2, 1).register_buffer("weight", np.zeros(2)),
        ValueError,
        "Linear has a 'weight' of its own: choose another name",
    ),
    (
        lambda: setattr(nn.Sequential(nn.Tanh()), "0", np.tanh),
        TypeError,
        "Sequential.0 is a module, and a ufunc in its place would lose its parameters: choose another name, "
        "or write del self.0 before",
    ),
    (
        lambda: setattr(nn.Linear(2, 1), "weight", nn.Tanh()),
        TypeError,
        "Linear.weight is a parameter, and a Tanh in its place would not be learned: write self.weight = "
        "nn.Parameter(x), or self.weight.data[...] = x",
    ),
    (
        lambda: nn.ModuleDict({"items": nn.Tanh()}),
        ValueError,
        "ModuleDict has a 'items' of its own: choose another name",
    ),
    (lambda: nn.ModuleDict({"a": np.tanh}), TypeError, "a ModuleDict holds modules, and got a ufunc"),
    (
        lambda: nn.ParameterDict({"keys": np.zeros(2)}),
        ValueError,
        "ParameterDict has a 'keys' of its own: choose another name",
    ),
    (
        lambda: nn.Linear(2, 1).to(int),
        TypeError,
        "a module computes in floats, and cannot be converted to int64: give np.float32, np.float64 or "
        "np.float16",
    ),
    (
        one_gradient_for_two_inputs,
        TypeError,
        "a backward hook of Bilinear gave 1 gradients in the place of those of its inputs, and must return "
        "None or as many, in the same tuple, lists and dicts",
    ),
    # -- floats below
    (
        lambda: mg.gelu(np.arange(3)),
        TypeError,
        "gelu takes floats, and got int64: write x.astype(np.float32)",
    ),
    (
        lambda: nn.LayerNorm(3)(mg.tensor(np.arange(3))),
        TypeError,
        "layer_norm takes floats, and got int64: write x.astype(np.float32)",
    ),
    (
        lambda: mg.layer_norm(zeros(3), np.array([True, False, True])),
        TypeError,
        "layer_norm takes floats, and got bool: write weight.astype(np.float32)",
    ),
    (
        lambda: F.linear(np.arange(3), np.zeros((2, 3))),
        TypeError,
        "linear takes floats, and got int64: write x.astype(np.float32)",
    ),
    (
        lambda: F.cross_entropy(mg.tensor(np.arange(3)), np.array(1)),
        TypeError,
        "cross_entropy takes floats, and got int64: write logits.astype(np.float32)",
    ),
]
