"""A gallery of the engine's errors: each says what was given, what was needed, what to write instead."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.primitive import primitive
from minigrad.registry import register
from tests.cases import each
from tests.minigrad.errors_of_mistakes import MISTAKES
from tests.minigrad.errors_of_moving import MOVING


def leaf(*shape):
    return mg.tensor(np.ones(shape, np.float32), requires_grad=True)


def ones(*shape):
    return np.ones(shape, np.float32)


def op(forward, **rules):
    forward.__name__ = "_halve"
    made = primitive(forward)
    made.vjp(**rules)
    return made


def walked_twice():
    y = np.exp(leaf(2)).sum()
    y.backward()
    y.backward()


def in_place_on_a_leaf():
    t = leaf(2)
    t += 1


def in_place_under_no_grad():
    t = leaf(2) * 2
    with mg.no_grad():
        t += 1


def fused_wrongly():
    halve = mg.fused(inputs=("x", "y"))(op(lambda x, y: (x + y) * 0.5, x=lambda g: g, y=lambda g: g).forward)
    halve.forward(lambda x, y: ((x + y) * 0.5, None))
    halve.backward(lambda g, residuals, wanted, x, y: (g * 0.5,))
    halve(leaf(2), leaf(2)).backward(ones(2))


def hooked_wrongly():
    t = leaf(2)
    t.register_hook(lambda g: ones(2))
    (t * 2).sum().backward()


def switched_off():
    (leaf(2) * 2).requires_grad = False


def item_assigned():
    leaf(2)[0] = 1.0


def a_name_for_plain_data():
    mg.tensor([1.0]).name = "y"


def default_of_integers():
    with mg.default_dtype(np.int64):
        pass


class Handling(np.ndarray):
    def __array_ufunc__(self, *call, **options):
        return NotImplemented


def a_number_assigned(x):
    buffer = np.zeros(1)
    buffer[0] = x
    return x


attend = mg.scaled_dot_product_attention

# What is done, the exception, and pieces of its text (or of its note, which names the op).
GALLERY = {
    # -- NumPy's options that an op lacks
    "out": (
        lambda: np.mean(leaf(2), out=np.zeros(())),
        TypeError,
        ["np.mean on a tensor takes no out: omit `out` and take the result"],
    ),
    # -- making tensors
    "ragged": (lambda: mg.tensor([[1, 2], [3]]), TypeError, ["list", "rectangle", "same length", "mg.stack"]),
    "ragged operand": (lambda: mg.exp([[1, 2], [3]]), TypeError, ["rectangle"]),
    "strings": (lambda: mg.tensor(["a"]), TypeError, ["not <U1", "list", "np.asarray(x, float)"]),
    "None": (lambda: mg.tensor(None), TypeError, ["not object", "NoneType"]),
    "complex": (lambda: mg.tensor(1j), TypeError, ["not complex128"]),
    "masked": (lambda: mg.tensor(np.ma.array([1.0])), TypeError, ["no mask", "x.filled(0)", "mg.where"]),
    "masked operand": (lambda: leaf(1) * np.ma.array([1.0]), TypeError, ["no mask", "x.filled(0)"]),
    "complex operand": (
        lambda: leaf(2) * np.array([1j, 2]),
        TypeError,
        ["multiply gave complex", "real numbers", "float32[2], complex128[2]"],
    ),
    "operand of objects": (lambda: leaf(1) + np.array([1], object), TypeError, ["add gave object"]),
    "objects": (lambda: mg.exp(object()), TypeError, ["real numbers", "object"]),
    "integers with a gradient": (
        lambda: mg.tensor(np.arange(3), requires_grad=True),
        TypeError,
        ["only floats have gradients", "int64", "dtype=np.float32"],
    ),
    "booleans with a gradient": (
        lambda: mg.tensor([True], requires_grad=True), TypeError, ["only floats have gradients", "bool"]
    ),
    "no_grad of a tensor": (
        lambda: mg.no_grad(leaf(1)),
        TypeError,
        ["got a Tensor", "`with mg.no_grad():` around the lines"],
    ),
    "a number taken by math": (
        lambda: mg.grad(lambda x: x * math.sin(x))(np.array(1.0)),
        mg.GraphCutError,
        ["no gradient will pass", "write np.sin(t), or float(t)"],
    ),
    "a number assigned to an array": (
        lambda: mg.grad(a_number_assigned)(np.array(1.0)),
        mg.GraphCutError,
        ["no gradient will pass", "mg.index_put(array, index, t)", "mg.stack"],
    ),
    "an array that handles functions": (
        lambda: mg.add(leaf(2), np.ones(2).view(Handling)),
        TypeError,
        ["given a Handling", "np.asarray(x)", "call NumPy's function"],
    ),
    "default of integers": (default_of_integers, TypeError, ["float dtype", "int64"]),
    "as complex": (lambda: leaf(2).astype(complex), TypeError, ["complex128", "real numbers"]),
    # -- backward
    "backward of data": (
        lambda: mg.tensor([1.0]).backward(), RuntimeError, ["requires_grad=True", "outside mg.no_grad()"]
    ),
    "backward of many": (
        lambda: (leaf(2, 3) * 2).backward(), ValueError, ["(2, 3)", "t.sum().backward()", "(gradient)"]
    ),
    "backward of none": (lambda: (leaf(0) * 2).backward(), ValueError, ["(0,)"]),
    "gradient of another shape": (
        lambda: (leaf(2, 3) * 2).backward(ones(3)),
        ValueError,
        ["got shape (3,)", "(2, 3)", "np.broadcast_to(gradient, (2, 3))"],
    ),
    "gradient that is ragged": (lambda: leaf(2).backward([[1], [1, 2]]), TypeError, ["rectangle"]),
    "freed graph": (walked_twice, mg.GraphFreedError, ["'sum'", "backward(retain_graph=True)", "again"]),
    # -- leaves and modes
    "in place on a leaf": (
        in_place_on_a_leaf, RuntimeError, ["`+=` on a leaf", "with mg.no_grad(): t += ...", "u = t.copy()"]
    ),
    "in place under no_grad": (in_place_under_no_grad, RuntimeError, ["`+=`", "t.detach().copy()"]),
    "in place where memory shows several times": (
        lambda: (np.broadcast_to(leaf(3) * 2, (2, 3))).__iadd__(1.0),
        RuntimeError,
        ["`+=` on the result of broadcast_to", "t = t.copy()"],
    ),
    "in place to another shape": (
        lambda: (leaf(1) * 2).__iadd__(ones(3)), ValueError, ["(1,) into (3,)", "a shape stays", "u = t op x"]
    ),
    "in place to another dtype": (
        lambda: mg.tensor(np.arange(2)).__iadd__(leaf(2)),
        TypeError,
        ["`+=`", "int64 into float64", "t = t.astype(np.float64)"],
    ),
    "a hook where no gradient flows": (
        lambda: mg.tensor([1.0]).register_hook(print), RuntimeError, ["register_hook", "requires_grad=True"]
    ),
    "a gradient retained where none flows": (
        lambda: mg.tensor([1.0]).retain_grad(), RuntimeError, ["retain_grad", "requires_grad=True"]
    ),
    "a hook that gives something else": (
        hooked_wrongly, TypeError, ["None or a Tensor", "shape (2,)", "returned a ndarray"]
    ),
    "switched off": (switched_off, ValueError, ["leaf only", "t.detach()"]),
    "item assigned": (item_assigned, RuntimeError, ["`t[index] = value` on a leaf", "mg.no_grad()"]),
    "a name for plain data": (a_name_for_plain_data, ValueError, ["requires no gradient", "mg.record()"]),
    # -- data out
    "item of many": (lambda: leaf(2, 2).item(), ValueError, ["exactly one", "(2, 2)", "t.numpy().tolist()"]),
    "float of many": (lambda: float(leaf(2)), ValueError, ["exactly one", "(2,)"]),
    "a float as an index": (lambda: range(leaf()), TypeError, ["0-d", "float32", "int(t.item())"]),
    "many as an index": (lambda: range(mg.tensor([1, 2], int)), TypeError, ["0-d", "shape (2,)"]),
    "truth of many": (lambda: bool(leaf(2)), ValueError, ["(2,)", "(t > 0).any()"]),
    "len of 0-d": (lambda: len(leaf()), TypeError, ["0-d", "t.item()"]),
    "iteration over 0-d": (lambda: list(leaf()), TypeError, ["0-d"]),
    # -- shapes (the words for each mistake are in errors_of_mistakes.py), with a note of who was asked
    "add": (
        lambda: leaf(2) + leaf(3),
        ValueError,
        ["(2,) with (3,)", "axis 0", "minigrad's add", "float32[2], float32[3]"],
    ),
    "matmul": (lambda: leaf(2, 3) @ leaf(2, 3), ValueError, ["matmul", "a @ b.T", "float32[2, 3]"]),
    "matmul of 0-d": (lambda: leaf() @ leaf(2), ValueError, ["a * b", "minigrad's matmul"]),
    "reshape": (lambda: leaf(2, 3).reshape(4, 2), ValueError, ["to (4, 2)", "minigrad's reshape"]),
    "axis": (lambda: leaf(2).sum(axis=1), np.exceptions.AxisError, ["axis 1", "minigrad's sum"]),
    "index": (lambda: leaf(2)[5], IndexError, ["index 5", "minigrad's getitem"]),
    "index of floats": (lambda: leaf(2)[mg.tensor([1.0])], IndexError, ["integer", "minigrad's getitem"]),
    "stack": (lambda: mg.stack([leaf(2), leaf(3)]), ValueError, ["same shape", "minigrad's stack"]),
    "concatenate nothing": (lambda: mg.concatenate([]), ValueError, ["at least one", "concatenate"]),
    "split": (lambda: mg.split(leaf(5), 2), ValueError, ["length 5", "2 equal parts", "split(x, [2, 5])"]),
    "einsum of one operand": (
        lambda: mg.einsum("ij,jk->ik", leaf(2, 3)), ValueError, ["names 2 operands", "1 were given", "commas"]
    ),
    "einsum without its ellipsis": (
        lambda: mg.einsum("...i->i", leaf(2, 3)), ValueError, ["1 axes under `...`", "write `...` there too"]
    ),
    "einsum of other lengths": (
        lambda: mg.einsum("ij,jk->ik", leaf(2, 3), leaf(4, 2)), ValueError, ["minigrad's einsum"]
    ),
    "take_along_axis": (
        lambda: mg.take_along_axis(leaf(2, 3), np.array([0]), 0), ValueError, ["2 axes", "indices of 1"]
    ),
    "scatter_add outside": (
        lambda: mg.scatter_add(ones(1), np.array([3]), (2,)),
        IndexError,
        ["index 3", "size 2", "minigrad's scatter_add"],
    ),
    "rotate by too few angles": (
        lambda: mg.rotate(leaf(3, 2), ones(1, 1), ones(1, 1)),
        ValueError,
        ["x (3, 2), cos (1, 1) and sin (1, 1)", "a row for each place"],
    ),
    "layer_norm with weights of a larger batch": (
        lambda: mg.layer_norm(leaf(2, 3), ones(4, 1, 3)),
        ValueError,
        ["weight (4, 1, 3)", "does not broadcast to x (2, 3)"],
    ),
    "rotate": (
        lambda: mg.rotate(leaf(2, 3), ones(2, 1), ones(2, 1)), ValueError, ["(2, 3)", "(2, 1)", "even"]
    ),
    "linear": (
        lambda: mg.linear(leaf(2, 3), leaf(3, 4)),
        ValueError,
        ["x (2, 3)", "weight (3, 4)", "(out_features, in_features)"],
    ),
    "no such name": (lambda: mg.no_such_name, AttributeError, ["minigrad", "no_such_name"]),
    "attention with no window": (
        lambda: attend(ones(2, 2), ones(2, 2), ones(2, 2), window=0),
        ValueError,
        ["window=0", "the least is 1"],
    ),
    "attention with half a place": (
        lambda: attend(ones(2, 2), ones(2, 2), ones(2, 2), window=2.5), TypeError, ["window=2.5", "int(...)"]
    ),
    "attention of vectors": (lambda: attend(ones(3), ones(3), ones(3)), ValueError, ["(..., T, D)", "(3,)"]),
    "attention of other widths": (
        lambda: attend(ones(2, 3), ones(2, 4), ones(2, 4)),
        ValueError,
        ["query (2, 3)", "key (2, 4)", "last axis", "the one before"],
    ),
    "attention of one query to two batches": (
        lambda: attend(ones(1, 2, 3), ones(2, 2, 3), ones(2, 2, 3)),
        ValueError,
        ["query (1, 2, 3), key (2, 2, 3)", "are those of query", "mg.broadcast_to(query, ...)"],
    ),
    "attention with a mask of two batches": (
        lambda: mg.attention_weights(ones(1, 2, 3), ones(1, 4, 3), ones(2, 2, 4)),
        ValueError,
        ["attention_weights got query (1, 2, 3), key (1, 4, 3)", "attn_mask (2, 2, 4)", "to (1, 2, 4)"],
    ),
    "masked_softmax of integers that hide": (
        lambda: mg.masked_softmax(ones(2, 3), np.array([0, 1, 1])),
        TypeError,
        ["a mask of int64", "mask.astype(bool), True = counts", "floats are added to x"],
    ),
    "masked_softmax with a mask of more rows": (
        lambda: mg.masked_softmax(ones(1, 3), np.ones((2, 3), bool)),
        ValueError,
        ["x (1, 3) and a mask (2, 3)", "does not broadcast"],
    ),
    "attention with a dropout_mask of other keys": (
        lambda: attend(ones(2, 3), ones(4, 3), ones(4, 3), dropout_mask=ones(2, 3).data),
        ValueError,
        ["dropout_mask (2, 3), which does not broadcast to (2, 4)"],
    ),
    "attention with a mask of integers": (
        lambda: attend(ones(2, 2), ones(2, 2), ones(2, 2), np.array([0, 1])),
        TypeError,
        ["attn_mask of int64", "attn_mask.astype(bool)", "True = may attend"],
    ),
    "self_attention of other channels": (
        lambda: mg.self_attention(ones(2, 4, 8), 2),
        ValueError,
        ["2 heads", "side by side, (B, T, 3C)", "C a multiple of 2", "got (2, 4, 8)"],
    ),
    "self_attention of one sequence": (
        lambda: mg.self_attention(leaf(4, 12), 2), ValueError, ["(B, T, 3C)", "got (4, 12)"]
    ),
    "self_attention of one sequence, composed": (
        lambda: mg.OPS["self_attention"].composed(leaf(4, 12), 2), ValueError, ["(B, T, 3C)", "got (4, 12)"]
    ),
    "self_attention without heads": (
        lambda: mg.self_attention(ones(2, 4, 12), 0), ValueError, ["0 heads", "a multiple of 1"]
    ),
    "self_attention with half of an angle": (
        lambda: mg.self_attention(ones(2, 4, 12), 2, cos=ones(4, 1)),
        ValueError,
        ["cos without sin", "give both", "or none"],
    ),
    "self_attention with the other half": (
        lambda: mg.self_attention(ones(2, 4, 12), 2, sin=ones(4, 1)), ValueError, ["sin without cos"]
    ),
    "self_attention with the mask of a larger batch": (
        lambda: mg.self_attention(ones(1, 4, 12), 2, ones(3, 1, 4, 4)),
        ValueError,
        ["attn_mask (3, 1, 4, 4)", "does not broadcast to (B, H, T, T)", "here (1, 2, 4, 4)"],
    ),
    "self_attention with a mask of five axes": (
        lambda: mg.self_attention(ones(1, 4, 12), 2, ones(1, 1, 1, 4, 4)),
        ValueError,
        ["attn_mask (1, 1, 1, 4, 4)", "here (1, 2, 4, 4)"],
    ),
    "self_attention with the dropout of other heads": (
        lambda: mg.self_attention(ones(2, 4, 12), 2, dropout_mask=ones(2, 3, 4, 4)),
        ValueError,
        ["dropout_mask (2, 3, 4, 4)", "here (2, 2, 4, 4)"],
    ),
    "a fused op on integers": (
        lambda: mg.gelu(np.arange(3)),
        TypeError,
        ["gelu takes floats, and got int64: write x.astype(np.float32)"],
    ),
    "gelu": (lambda: mg.gelu(leaf(2), approximate="erf"), ValueError, ['"none" or "tanh"', "'erf'"]),
    "cross_entropy with a class too many": (
        lambda: mg.cross_entropy(leaf(2, 3), np.array([0, 3])),
        IndexError,
        ["target 3", "3 classes", "0 to 2", "-100"],
    ),
    "cross_entropy with targets of another shape": (
        lambda: mg.cross_entropy(leaf(2, 3), np.array([[0], [1]])),
        ValueError,
        ["logits (2, 3)", "targets (2, 1)", "must have shape (2,)"],
    ),
    "cross_entropy with probabilities": (
        lambda: mg.cross_entropy(leaf(2, 3), ones(2)), ValueError, ["class numbers", "float32", "astype(int)"]
    ),
    "cross_entropy reduced": (
        lambda: mg.cross_entropy(leaf(1, 3), np.array([0]), reduction="max"),
        ValueError,
        ['"mean", "sum" or "none"', "'max'"],
    ),
    "cross_entropy of a part of the targets": (
        lambda: mg.data_parallel(lambda x: mg.cross_entropy(x, np.array([0, -100])), ones(4, 3), threads=2),
        ValueError,
        ["not ignored", "data_parallel", 'reduction="none"', "divide their sum by the number"],
    ),
    "cross_entropy smoothed too much": (
        lambda: mg.cross_entropy(leaf(1, 3), np.array([0]), label_smoothing=-0.1),
        ValueError,
        ["label_smoothing=-0.1", "from 0 to 1"],
    ),
    "rnn of one sequence": (
        lambda: mg.rnn(ones(5, 4), ones(3, 4), ones(3, 3)),
        ValueError,
        ["(B, T, input_size)", "(5, 4)", "x[None]"],
    ),
    "lstm of no steps": (
        lambda: mg.lstm(ones(2, 0, 4), ones(12, 4), ones(12, 3)), ValueError, ["(2, 0, 4)", "at least one"]
    ),
    "gru with the weight of another": (
        lambda: mg.gru(ones(2, 5, 4), ones(9, 4), ones(12, 3)),
        ValueError,
        ["weight_hh (12, 3)", "(3 * hidden_size, hidden_size)"],
    ),
    "lstm with another weight_ih": (
        lambda: mg.lstm(ones(2, 5, 4), ones(12, 3), ones(12, 3)),
        ValueError,
        ["weight_ih (12, 3)", "must be (12, 4)"],
    ),
    "gru with a mask of numbers": (
        lambda: mg.gru(ones(2, 5, 4), ones(9, 4), ones(9, 3), mask=np.ones((2, 5), int)),
        TypeError,
        ["gru got a mask of int64", "True = the step counts", "write mask.astype(bool)"],
    ),
    "lstm with the mask of others": (
        lambda: mg.lstm(ones(2, 5, 4), ones(12, 4), ones(12, 3), mask=np.ones((5, 2), bool)),
        ValueError,
        ["x (2, 5, 4) and mask (5, 2)", "must be (B, T), (2, 5)"],
    ),
    "rnn that is not": (
        lambda: mg.rnn(ones(2, 5, 4), ones(3, 4), ones(3, 3), nonlinearity="sin"),
        ValueError,
        ['"tanh" or "relu"', "'sin'"],
    ),
    # -- convolution and pooling
    "conv2d of a matrix": (
        lambda: mg.conv2d(leaf(5, 5), leaf(1, 1, 3, 3)),
        ValueError,
        ["conv2d takes an input (N, C, H, W) or (C, H, W)", "got (5, 5)", "reshape", "length 1"],
    ),
    "conv1d of other channels": (
        lambda: mg.conv1d(leaf(2, 3, 8), leaf(4, 2, 3)),
        ValueError,
        ["weight (4, 2, 3)", "input of 3 channels in 1 groups", "(out_channels, in_channels // groups"],
    ),
    "conv2d with the weight of conv1d": (
        lambda: mg.conv2d(leaf(2, 3, 8, 8), leaf(4, 3, 3)),
        ValueError,
        ["weight (4, 3, 3)", "with 2 kernel sizes"],
    ),
    "conv1d in other groups": (
        lambda: mg.conv1d(leaf(2, 4, 8), leaf(3, 2, 3), groups=2),
        ValueError,
        ["weight (3, 2, 3)", "in 2 groups", "groups must divide both"],
    ),
    "conv1d with another bias": (
        lambda: mg.conv1d(leaf(2, 3, 8), leaf(4, 3, 3), leaf(3)),
        ValueError,
        ["bias (3,) for 4 output channels", "must be (4,)"],
    ),
    "conv1d with too large a kernel": (
        lambda: mg.conv1d(leaf(1, 1, 3), leaf(1, 1, 3), padding=1, dilation=3),
        ValueError,
        ["kernel (3,)", "covers (7,) with dilation (3,)", "input of (5,)", "smaller kernel"],
    ),
    "conv1d with the same and a stride": (
        lambda: mg.conv1d(leaf(1, 1, 3), leaf(1, 1, 3), padding="same", stride=2),
        ValueError,
        ['"same" with stride 1', "got 'same' with stride (2,)", "padding in numbers"],
    ),
    "conv2d with three strides": (
        lambda: mg.conv2d(leaf(1, 3, 3), leaf(1, 1, 3, 3), stride=(1, 2, 3)),
        ValueError,
        ["conv2d takes stride as a number of at least 1, or one for each of its 2 axes", "(1, 2, 3)"],
    ),
    "conv1d with a stride of 0": (
        lambda: mg.conv1d(leaf(1, 1, 3), leaf(1, 1, 3), stride=0), ValueError, ["stride", "at least 1, or"]
    ),
    "max_pool1d with half a kernel": (
        lambda: mg.max_pool1d(leaf(1, 1, 3), 2.5), ValueError, ["kernel_size as a number", "got 2.5"]
    ),
    "conv_transpose1d of other channels": (
        lambda: mg.conv_transpose1d(leaf(2, 3, 8), leaf(4, 2, 3)),
        ValueError,
        ["weight (4, 2, 3)", "input of 3 channels", "(in_channels, out_channels // groups"],
    ),
    "conv_transpose1d with much output_padding": (
        lambda: mg.conv_transpose1d(leaf(1, 1, 3), leaf(1, 1, 2), output_padding=1),
        ValueError,
        ["output_padding (1,), stride (1,) and dilation (1,)", "less than stride or dilation"],
    ),
    "conv_transpose1d of nothing left": (
        lambda: mg.conv_transpose1d(leaf(1, 1, 3), leaf(1, 1, 2), padding=2),
        ValueError,
        ["makes (4,) of an input of (3,)", "padding (2,)", "leaves nothing", "smaller padding"],
    ),
    "unfold with too large a kernel": (
        lambda: mg.unfold(leaf(1, 3, 3), (4, 2)), ValueError, ["unfold", "kernel (4, 2)", "input of (3, 3)"]
    ),
    "fold of other columns": (
        lambda: mg.fold(leaf(2, 8, 5), (3, 4), 2),
        ValueError,
        ["input (2, 8, 5)", "windows (2, 2) in (2, 3) places", "(N, C·4, 6) or (C·4, 6)"],
    ),
    "avg_pool2d over nothing": (
        lambda: mg.avg_pool2d(leaf(1, 1, 2, 2), 2, divisor_override=0),
        ValueError,
        ["divisor_override=0", "write None for the count"],
    ),
    "max_pool1d with much padding": (
        lambda: mg.max_pool1d(leaf(1, 1, 3), 2, padding=2),
        ValueError,
        ["padding (2,) for a kernel (2,)", "half a kernel at most", "mg.pad(input, ...)"],
    ),
    "avg_pool2d with too large a kernel": (
        lambda: mg.avg_pool2d(leaf(1, 3, 3), 4), ValueError, ["avg_pool2d", "(4, 4)", "input of (3, 3)"]
    ),
    "adaptive_avg_pool1d of nothing": (
        lambda: mg.adaptive_avg_pool1d(leaf(1, 1, 0), 2), ValueError, ["input of (0,)", "at least 1"]
    ),
    "adaptive_avg_pool2d into three": (
        lambda: mg.adaptive_avg_pool2d(leaf(1, 3, 3), (1, None, 1)), ValueError, ["output_size", "2 axes"]
    ),
    # -- choosing, reducing, ordering
    "where with one branch": (
        lambda: mg.where([True], leaf(1)), ValueError, ["both x and y", "mg.where(condition)"]
    ),
    "select of too few": (
        lambda: mg.select([[True], [False]], [leaf(1)]),
        ValueError,
        ["2 conditions", "1 choices", "one choice to each"],
    ),
    "choose out of range": (
        lambda: mg.choose([0, 2], [leaf(2), leaf(2)]),
        ValueError,
        ["0 to 2", "2 choices", "0 to 1", 'mode="clip"'],
    ),
    "clip with a bound twice": (
        lambda: mg.clip(leaf(2), 0, min=0), ValueError, ["two names", "mg.clip(x, min="]
    ),
    "ddof twice": (
        lambda: mg.var(leaf(2), ddof=1, correction=1), ValueError, ["ddof=1", "correction=1", "one of them"]
    ),
    "average of nothing": (
        lambda: mg.average(leaf(2), weights=[1.0, -1.0]), ZeroDivisionError, ["add up to 0", "another sum"]
    ),
    "average with other weights": (
        lambda: mg.average(leaf(2, 3), 0, [1.0, 2.0, 3.0]), ValueError, ["(3,)", "(2, 3)", "axis 0"]
    ),
    "cumulative_sum of a matrix": (lambda: mg.cumulative_sum(leaf(2, 3)), ValueError, ["2 axes", "axis=..."]),
    "sort by fields": (lambda: mg.sort(leaf(2), order="x"), TypeError, ["order='x'", "omit it"]),
    "partition by fields": (
        lambda: mg.partition(leaf(2), 1, order="x"), TypeError, ["order='x'", "omit it"]
    ),
    "sort in place": (lambda: leaf(2).sort(), TypeError, ["in place", "np.sort(t)", "t.data.sort(...)"]),
    "partition in place": (lambda: leaf(2).partition(1), TypeError, ["in place", "np.partition(t, kth)"]),
    "topk of too many": (lambda: mg.topk(leaf(2), 3), ValueError, ["k = 3", "length 2", "0 to that length"]),
    "quantile beyond 1": (lambda: mg.quantile(leaf(2), 1.5), ValueError, ["q = 1.5", "0 to 1", "0 to 100"]),
    "quantile of another method": (
        lambda: mg.quantile(leaf(2), 0.5, method="weibull"), ValueError, ["linear, lower", "'weibull'"]
    ),
    "median of nothing": (lambda: mg.median(leaf(0)), ValueError, ["no quantile", "(0,)"]),
    "quantile by a graph": (lambda: mg.quantile(leaf(2), leaf()), TypeError, ["cut its graph", "t.detach()"]),
    "diff less than none": (lambda: mg.diff(leaf(3), -1), ValueError, ["n = -1", "0 or more"]),
    "gradient of other spacings": (
        lambda: mg.gradient(leaf(3, 3), 1.0, 1.0, 1.0), TypeError, ["3 spacings", "2 axes", "one number"]
    ),
    "gradient of another order": (
        lambda: mg.gradient(leaf(5), edge_order=3), ValueError, ["1 and 2", "not 3"]
    ),
    "gradient of too few": (lambda: mg.gradient(leaf(1)), ValueError, ["length 1", "at least 2"]),
    "gradient at other places": (
        lambda: mg.gradient(leaf(3), ones(2)), ValueError, ["(2,)", "length 3", "(3,)"]
    ),
    "interp with a period": (
        lambda: mg.interp(leaf(2), ones(2), ones(2), period=1.0),
        ValueError,
        ["period=1.0", "np.remainder(x, period)"],
    ),
    "interp of other points": (
        lambda: mg.interp(leaf(2), ones(2), ones(3)), ValueError, ["(2,)", "(3,)", "one length"]
    ),
    # -- calls
    "an operand too many": (lambda: mg.exp(leaf(2), leaf(2)), TypeError, ["exp()", "2 were given"]),
    "an operand too few": (lambda: mg.multiply(leaf(2)), TypeError, ["missing", "'b'", "multiply"]),
    "PyTorch's dim": (lambda: mg.sum(leaf(2), dim=0), TypeError, ["'dim'", "minigrad's sum"]),
    "a graph into a constant": (
        lambda: mg.rotate(ones(2, 2), leaf(2, 1), ones(2, 1)),
        TypeError,
        ["rotate has no derivative by 'cos'", "t.detach()"],
    ),
    "a graph into an option": (
        lambda: mg.leaky_relu(leaf(2), negative_slope=leaf()), TypeError, ["'negative_slope'", "t.detach()"]
    ),
    # -- grad
    "grad of an array": (
        lambda: mg.grad(lambda x: x * 2)(ones(3)), TypeError, ["one number", "shape (3,)", ".sum() or"]
    ),
    "grad of a float": (lambda: mg.grad(lambda x: 1.0)(1.0), TypeError, ["a float", "mg.* or np.*"]),
    "grad of nothing": (lambda: mg.grad(lambda x: None)(1.0), TypeError, ["a NoneType"]),
    "grad by integers": (lambda: mg.grad(mg.sum)(np.arange(3)), TypeError, ["only floats", "int64"]),
    "grad by a missing argument": (
        lambda: mg.grad(lambda x: x, 2)(1.0), TypeError, ["argument 2", "called with 1"]
    ),
    "grad by one too far back": (lambda: mg.grad(lambda x: x, -2)(1.0), TypeError, ["argument -2"]),
    # -- check_grads
    "check_grads of float32": (
        lambda: mg.check_grads(mg.exp, (ones(2),)), TypeError, ["float64", "argument 0 is float32", "astype"]
    ),
    "check_grads of nothing": (lambda: mg.check_grads(mg.exp, (np.arange(2),)), TypeError, ["got none"]),
    "check_grads that fails": (
        lambda: mg.check_grads(lambda x: x * x.detach(), (np.ones(2),)),
        mg.GradientError,
        ["order 1, argument 0", "2 of 2", "index (", "expected", "got"],
    ),
    # -- writing ops
    "a rule for no operand": (
        lambda: op(lambda x: x, y=lambda g: g), TypeError, ["halve.vjp", "'y'", "no operand", "it has x"]
    ),
    "a rule that reads what is not there": (
        lambda: op(lambda x, axis=0: x, x=lambda g, y: g),
        TypeError,
        ["rule for 'x' of halve reads y", "axis, axis_shape, out, x, x_shape"],
    ),
    "a rule that gives another shape": (
        lambda: op(lambda x: x * 0.5, x=lambda g: g[:1])(leaf(3)).backward(ones(3)),
        ValueError,
        ["derivative of 'halve'", "shape (1,)", "operand of shape (3,)"],
    ),
    "a rule that gives too few axes": (
        lambda: op(lambda x: x * 0.5, x=lambda g: g.sum(axis=0))(leaf(2, 3)).backward(ones(2, 3)),
        ValueError,
        ["derivative of 'halve'", "shape (3,)", "(2, 3)"],
    ),
    "a rule of another shape under create_graph": (
        lambda: op(lambda x: x * 0.5, x=lambda g: g[:1])(leaf(3)).backward(ones(3), create_graph=True),
        ValueError,
        ["derivative of 'halve'", "shape (1,)"],
    ),
    "a backward that gives too few": (
        fused_wrongly, ValueError, ["halve gave 1 gradients", "2 operands of `inputs`", "None where"]
    ),
    "a name that is taken": (lambda: register("exp", mg.exp), ValueError, ["'exp'", "another name"]),
    **MOVING,
    **MISTAKES,
}  # fmt: skip


def text_of(error):
    return "\n".join([str(error), *getattr(error, "__notes__", ())])


@each("case", GALLERY)
def test_error(case):
    action, kind, pieces = GALLERY[case]
    with pytest.raises(kind) as caught:
        action()
    assert type(caught.value) is kind or kind is ValueError
    for piece in pieces:
        assert piece in text_of(caught.value)


@each("case", GALLERY)
def test_what_an_error_tells_to_write_exists(case):
    """Each `mg.name` and `np.name` in an error's text can be written."""
    action, kind, _ = GALLERY[case]
    with pytest.raises(kind) as caught:
        action()
    for package, name in re.findall(r"\b(mg|np)\.(\w+)", text_of(caught.value)):
        assert hasattr({"mg": mg, "np": np}[package], name), f"{package}.{name}"


# Packages and files with tests of their own for what they raise.
TESTED_ELSEWHERE = {
    "array_api", "array_namespace", "autodiff", "checking", "commands", "debugging", "dlpack", "drawing",
    "exploring", "interchange", "learn", "linalg", "numpy_protocols", "pages", "settings",
}  # fmt: skip


def test_every_error_of_the_engine_is_in_the_gallery_or_tested_elsewhere():
    """Each `raise` of minigrad is reached by a case: its line must be among those that were run."""
    room = Path(mg.__file__).parent
    raised = set()
    for action, kind, _ in GALLERY.values():
        with pytest.raises(kind) as caught:
            action()
        raised |= {(Path(entry.path).resolve(), entry.lineno + 1) for entry in caught.traceback}
    unreached = []
    for path in sorted(room.rglob("*.py")):
        if TESTED_ELSEWHERE & set(path.relative_to(room).with_suffix("").parts):
            continue
        for first, last in _raise_statements(path):
            if not any((path.resolve(), line) in raised for line in range(first, last + 1)):
                unreached.append(f"{path.relative_to(room)}:{first}")
    assert not unreached


def _raise_statements(path):
    import ast

    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Raise)
            and node.exc is not None
            and "NotImplemented" not in ast.dump(node.exc)
        ):
            yield node.lineno, node.end_lineno


def test_notes_describe_what_was_given():
    with pytest.raises(ValueError, match="broadcast") as caught:
        mg.add(np.ones((2, 3)), mg.tensor(np.ones((4, 5), np.float32)))
    assert caught.value.__notes__ == ["in minigrad's add, given float64[2, 3], float32[4, 5]"]


def test_freed_error_is_a_runtime_error_and_gradient_error_an_assertion():
    assert issubclass(mg.GraphFreedError, RuntimeError)
    assert issubclass(mg.GradientError, AssertionError)
