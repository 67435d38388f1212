"""What people get wrong most, and what they bring along: part of the gallery of `test_errors`."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg

AxisError = np.exceptions.AxisError
Case = tuple[Callable[[], Any], type[Exception], list[str]]


def ones(*shape: int) -> mg.Tensor:
    return mg.tensor(np.ones(shape), requires_grad=True)


class TheirTensor:
    """As one of PyTorch's, which may not be installed: it refuses to become an array."""

    __module__ = "torch"

    def __init__(
        self, requires_grad: bool = False, device: str = "cpu", dtype: str = "torch.float32"
    ) -> None:
        self.requires_grad, self.device, self.dtype = requires_grad, device, dtype

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError("no")


class Stubborn:
    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError("its own words")


def own(**rules: Callable[..., Any]) -> Callable[..., Any]:
    @mg.primitive
    def halve(x: Any, by: Any) -> Any:
        return x * 0.5 * by

    halve.vjp(**rules)
    return halve


SHAPES: dict[str, Case] = {
    # -- products
    "matmul, transposed": (
        lambda: ones(2, 3) @ ones(2, 3),
        ValueError,
        ["matmul of (2, 3) and (2, 3)", "axis 1) has 3", "axis 0 of the second 2", "write a @ b.T"],
    ),
    "matmul, the other transposed": (lambda: ones(3, 2) @ ones(3, 4), ValueError, ["write a.T @ b"]),
    "matmul, the other way round": (lambda: ones(4, 2) @ ones(3, 4), ValueError, ["write b @ a"]),
    "matmul of stacks, transposed": (lambda: ones(5, 2, 3) @ ones(5, 2, 3), ValueError, ["a @ b.mT"]),
    "matmul of vectors": (lambda: ones(3) @ ones(2), ValueError, ["(3,) and (2,)", "np.outer(a, b)"]),
    "matmul of a vector": (lambda: ones(3) @ ones(4, 5), ValueError, ["(3,)", "(4, 5)", "axis 0"]),
    "matmul by a vector": (lambda: ones(4, 5) @ ones(4), ValueError, ["axis 1) has 5", "a.T @ b"]),
    "matmul by a number": (lambda: ones(2, 2) @ ones(), ValueError, ["one of these is a number", "a * b"]),
    "matmul of other batches": (
        lambda: ones(2, 3, 4) @ ones(5, 4, 6),
        ValueError,
        ["(2, 3, 4) and (5, 4, 6)", "axis 0 of the result would be 2", "5 by the second"],
    ),
    "an array by a tensor": (lambda: np.ones((2, 3)) @ ones(2, 3), ValueError, ["matmul", "a @ b.T"]),
    "dot": (lambda: np.dot(ones(2, 3), ones(4, 2, 3)), ValueError, ["dot of (2, 3) and (4, 2, 3)", "b.mT"]),
    "inner": (lambda: mg.inner(ones(2, 3), ones(3, 2)), ValueError, ["3 and 2", "write a @ b"]),
    "vdot": (lambda: mg.vdot(ones(2, 3), ones(3)), ValueError, ["6 and 3", "one size"]),
    "vecdot": (lambda: mg.vecdot(ones(2, 3), ones(2, 4)), ValueError, ["axis -1", "3 and 4"]),
    "matvec": (lambda: mg.matvec(ones(2, 3), ones(2)), ValueError, ["matvec", "3", "2"]),
    "vecmat": (lambda: mg.vecmat(ones(2), ones(3, 4)), ValueError, ["vecmat", "2", "3"]),
    "tensordot of another length": (
        lambda: mg.tensordot(ones(2, 3), ones(2, 3), ([0, 1], [0, 0])),
        ValueError,
        ["axis 1 is 3 and axis 0 is 2", "axes=([axes of a], [axes of b])"],
    ),
    "tensordot of other numbers": (
        lambda: mg.tensordot(ones(2, 3), ones(2, 3), ([0, 1], [0])), ValueError, ["there are 2 and 1"]
    ),
    "solve": (
        lambda: np.linalg.solve(ones(3, 3), ones(2)),
        ValueError,
        ["(3, 3) and (2,)", "axis 0 of the second has 2", "3 rows"],
    ),
    "linear with another bias": (
        lambda: mg.linear(ones(2, 3), ones(4, 3), ones(5)),
        ValueError,
        ["weight (4, 3)", "bias (5,)", "must be (4,)"],
    ),
    "conv2d with the channels last": (
        lambda: mg.conv2d(ones(1, 8, 8, 3), ones(4, 3, 2, 2)),
        ValueError,
        ["input of 8 channels", "channels come last", "x.transpose(0, 3, 1, 2)"],
    ),
    "lstm of other channels": (
        lambda: mg.lstm(ones(2, 5, 4), ones(12, 6), ones(12, 3)),
        ValueError,
        ["x (2, 5, 4)", "weight_ih (12, 6)", "or x (B, T, 6) for this weight"],
    ),
    # -- einsum
    "einsum of another length": (
        lambda: mg.einsum("ij,jk->ik", ones(2, 3), ones(4, 2)),
        ValueError,
        ["'j' is 3 in operand 0, (2, 3) (axis 1)", "4 in operand 1, (4, 2) (axis 0)"],
    ),
    "einsum of too many letters": (
        lambda: mg.einsum("ijk,jk->ik", ones(2, 3), ones(3, 2)),
        ValueError,
        ["operand 0 is (2, 3), which has 2 axes", "'ijk' name 3"],
    ),
    "einsum to a letter of nobody": (
        lambda: mg.einsum("ij->iz", ones(2, 3)), ValueError, ["'z' stands in the output and in no operand"]
    ),
    "einsum to a letter twice": (lambda: mg.einsum("ij->ii", ones(2, 3)), ValueError, ["'i' stands twice"]),
    "einsum of digits": (lambda: mg.einsum("i1->i", ones(2, 3)), ValueError, ["'1' is none"]),
    "einsum under an ellipsis": (
        lambda: mg.einsum("b...i,b...i->b", ones(2, 3, 4), ones(3, 3, 4)), ValueError, ["'b' is 2", "3 in"]
    ),
    # -- broadcasting
    "broadcast of vectors": (
        lambda: ones(2) + ones(3),
        ValueError,
        ["add cannot broadcast (2,) with (3,)", "axis 0", "has 2 and the second 3", "[:, None]"],
    ),
    "broadcast of a column": (
        lambda: ones(3, 4) * ones(3),
        ValueError,
        ["(3, 4) with (3,)", "axis 1 of the result (axis -1)", "has 4 and the second 3", "b[:, None]"],
    ),
    "broadcast of a column to the left": (lambda: ones(3) - ones(3, 4), ValueError, ["write a[:, None]"]),
    "broadcast of a transposed": (lambda: ones(3, 4) / ones(4, 3), ValueError, ["axis 0", "write b.T"]),
    "broadcast of others": (lambda: np.maximum(ones(2, 3), ones(4)), ValueError, ["maximum", "axis -1"]),
    "broadcast of a list": (lambda: ones(3) ** [1.0, 2.0], ValueError, ["power", "(3,) with (2,)"]),
    "where, the condition": (
        lambda: mg.where(np.ones(2, bool), ones(3), 0.0),
        ValueError,
        ["the condition and x, (2,) with (3,)", "axis 0"],
    ),
    "where, a branch": (
        lambda: np.where(np.ones(2, bool), ones(2), ones(3)), ValueError, ["the condition and y"]
    ),
    "clip by others": (lambda: ones(3).clip(ones(2)), ValueError, ["clip", "(3,) with (2,)"]),
    "broadcast_to": (
        lambda: mg.broadcast_to(ones(3), (2, 4)),
        ValueError,
        ["(3,) to (2, 4)", "axis 1 of the shape is 4", "has 3", "mg.tile"],
    ),
    "broadcast_to of a column": (lambda: mg.broadcast_to(ones(2), (2, 4)), ValueError, ["x[..., None]"]),
    "broadcast_to fewer axes": (
        lambda: mg.broadcast_to(ones(2, 3), (3,)), ValueError, ["2 axes", "only adds axes"]
    ),
    "broadcast_arrays": (lambda: mg.broadcast_arrays(ones(2), ones(3)), ValueError, ["(2,) with (3,)"]),
    # -- joining
    "concatenate": (
        lambda: mg.concatenate([ones(2, 3), ones(2, 4)]),
        ValueError,
        ["(2, 3) and (2, 4) (array 1)", "axis 1 has 3 and 4", "write axis=1"],
    ),
    "concatenate that nothing helps": (
        lambda: mg.concatenate([ones(2, 3), ones(3, 4)], axis=1), ValueError, ["axis 0 has 2 and 3", "pad"]
    ),
    "concatenate of other ranks": (
        lambda: np.concatenate([ones(2, 3), ones(3)]),
        ValueError,
        ["(2, 3) and (3,)", "2 axes and 1", "x[None] for array 1"],
    ),
    "concatenate without a list": (
        lambda: mg.concatenate(ones(2), ones(2)), TypeError, ["one list", "concatenate([a, b], axis=0)"]
    ),
    "concatenate of numbers": (
        lambda: mg.concatenate([ones(), ones()]), ValueError, ["numbers", "mg.stack([...])"]
    ),
    "stack of others": (
        lambda: mg.stack([ones(2), ones(3)]),
        ValueError,
        ["(2,) and (3,) (array 1)", "axis 0 has 2 and 3", "mg.concatenate"],
    ),
    "stack of other ranks": (lambda: mg.stack([ones(2), ones(2, 1)]), ValueError, ["1 axis and 2"]),
    "stack without a list": (lambda: mg.stack(ones(2), ones(2)), TypeError, ["one list"]),
    "vstack": (lambda: np.vstack([ones(2), ones(3)]), ValueError, ["vstack of (1, 2) and (1, 3)", "axis 1"]),
    "hstack": (
        lambda: mg.hstack([ones(2, 3), ones(3, 3)]),
        ValueError,
        ["hstack", "axis 0 has 2 and 3", "mg.concatenate(arrays, axis=0)"],
    ),
    "dstack": (lambda: mg.dstack([ones(2), ones(3)]), ValueError, ["dstack of (1, 2, 1) and (1, 3, 1)"]),
    "column_stack": (lambda: mg.column_stack([ones(2), ones(3)]), ValueError, ["column_stack", "axis 0"]),
    "append": (lambda: mg.append(ones(2, 3), ones(2, 4), axis=0), ValueError, ["append", "axis 1 has 3"]),
    # -- other shapes
    "reshape to more": (
        lambda: ones(2, 3).reshape(4, 2),
        ValueError,
        ["(2, 3) to (4, 2)", "6 elements do not make 8", "(-1, 2), whose -1 would be 3"],
    ),
    "reshape with a rest": (
        lambda: ones(2, 3).reshape(-1, 4), ValueError, ["6 elements", "parts of 4", "no number for -1"]
    ),
    "reshape with -1 twice": (lambda: ones(2, 3).reshape(-1, -1), ValueError, ["one length at most"]),
    "reshape by fractions": (lambda: ones(2, 3).reshape(6 / 2, 2), TypeError, ["3.0", "// in place of /"]),
    "flatten from an axis": (lambda: ones(2, 3).flatten(1), ValueError, ["t.reshape(t.shape[0], -1)"]),
    "transpose of two axes of three": (
        lambda: ones(2, 3, 4).transpose(0, 1), ValueError, ["all 3 axes", "(1, 0, 2)", "t.swapaxes(0, 1)"]
    ),
    "transpose by fewer axes": (lambda: mg.permute_dims(ones(2, 3), (0,)), ValueError, ["all 2 axes"]),
    "transpose with an axis twice": (lambda: ones(2, 3).transpose(1, 1), ValueError, ["1 is there twice"]),
    "transpose by another axis": (lambda: ones(2, 3).transpose(0, 2), AxisError, ["no axis 2", "-2 to 1"]),
    "squeeze of more": (lambda: ones(2, 3).squeeze(0), ValueError, ["axis 0 of (2, 3)", "length is 2"]),
    "pad by other pairs": (
        lambda: mg.pad(ones(2, 3), ((1, 1), (1, 1), (1, 1))), ValueError, ["3 pairs", "2 axes", "one for all"]
    ),
    "repeat of other numbers": (
        lambda: ones(3).repeat([1, 2]), ValueError, ["repeat of (3,)", "(2,) for 3 elements", "one number"]
    ),
    "diagonal of a vector": (lambda: ones(3).diagonal(), ValueError, ["(3,)", "needs two", "mg.diag(x)"]),
    "trace of a vector": (lambda: ones(3).trace(), ValueError, ["needs two"]),
    "inv of a rectangle": (
        lambda: np.linalg.inv(ones(2, 3)),
        np.linalg.LinAlgError,
        ["linalg.inv of (2, 3)", "square", "2 and 3"],
    ),
    "det of a vector": (lambda: np.linalg.det(ones(3)), np.linalg.LinAlgError, ["(..., n, n)", "1 axis"]),
    "comparison": (lambda: ones(2) < ones(3), ValueError, ["operator.lt", "(2,) with (3,)", "axis 0"]),
    "equality": (lambda: ones(4) == np.ones(3), ValueError, ["operator.eq", "(4,) with (3,)"]),
    "floor division": (lambda: ones(2) // ones(3), ValueError, ["(2,) with (3,)"]),
    "cross of other numbers": (
        lambda: mg.cross(ones(2, 3), ones(4, 3)), ValueError, ["(2, 3) with (4, 3)", "axis 0"]
    ),
    "topk along another axis": (lambda: mg.topk(ones(3), 2, axis=2), IndexError, ["axis 2", "1 axis"]),
    "an axis that was handed on": (lambda: mg.diff(ones(3), axis=2), AxisError, ["diff got axis 2"]),
    "a list of axes": (lambda: ones(2, 3).sum([0, 1]), TypeError, ["[0, 1]", "write axis=(0, 1)"]),
    "an axis that is a number": (lambda: ones(2).mean(1.0), TypeError, ["axis as an integer", "1.0"]),
    "an axis too far": (
        lambda: ones(2, 3).sum(axis=2), AxisError, ["sum got axis 2", "array (2, 3) has 2 axes", "-2 to 1"]
    ),
    "an axis of a number": (lambda: ones().max(axis=3), AxisError, ["0-d array has no axis"]),
    "an axis of the result too far": (lambda: mg.stack([ones(2)], axis=3), AxisError, ["result has 2 axes"]),
    "an axis too far in a composite": (lambda: mg.split(ones(4), 2, axis=1), AxisError, ["split got axis 1"]),
    "an axis too far in a plain function": (lambda: ones(2).argmax(1), AxisError, ["argmax got axis 1"]),
}  # fmt: skip

INDICES: dict[str, Case] = {
    "an index outside": (
        lambda: ones(2, 3)[0, 3], IndexError, ["index 3", "axis 1 of (2, 3)", "length is 3", "-3 to 2"]
    ),
    "a negative index outside": (lambda: ones(2, 3)[:, -4], IndexError, ["index -4", "axis 1"]),
    "an index behind an ellipsis": (lambda: ones(2, 3)[..., [0, 7]], IndexError, ["index 7", "axis 1"]),
    "an index behind a mask": (lambda: ones(2, 3)[[True, False], 5], IndexError, ["index 5", "axis 1"]),
    "an index array outside": (lambda: ones(2, 3)[np.array([0, 2])], IndexError, ["index 2", "axis 0"]),
    "an index of a number": (lambda: ones()[0], IndexError, ["0-d", "t.item()"]),
    "an index of an empty axis": (lambda: ones(0)[0], IndexError, ["length is 0", "nothing in it"]),
    "indices too many": (lambda: ones(2, 3)[0, 1, 2], IndexError, ["too many", "(2, 3)", "3,", "2 axes"]),
    "ellipsis twice": (lambda: ones(2, 3)[..., ...], IndexError, ["one `...`"]),
    "a mask of another length": (
        lambda: ones(2, 3)[np.ones(3, bool)], IndexError, ["mask of shape (3,)", "axis 0 of (2, 3)"]
    ),
    "a float tensor as index": (
        lambda: ones(3)[mg.tensor([1.0])], IndexError, ["float32 of shape (1,)", "i.astype(int)"]
    ),
    "a slice by a fraction": (lambda: ones(3)[: 3 / 2], TypeError, ["1.5", "// in place of /"]),
    "a slice by no step": (lambda: ones(3)[::0], ValueError, ["t[::-1]"]),
    "a name as index": (lambda: ones(3)["a"], IndexError, ["no fields", "'a'"]),
    "index arrays of other lengths": (
        lambda: ones(4, 4)[[0, 1], [0, 1, 2]],
        IndexError,
        ["(2,)", "(3,)", "axis 0 has 2 and 3", "np.ix_(i, j)"],
    ),
    "take outside": (lambda: mg.take(ones(2, 3), [5], axis=1), IndexError, ["index 5", "axis 1 of (2, 3)"]),
    "take by floats": (lambda: mg.take(ones(3), [0.5]), TypeError, ["integer indices", "float64"]),
    "take_along_axis outside": (
        lambda: mg.take_along_axis(ones(2, 3), np.array([[0, 3], [0, 0]]), 1),
        IndexError,
        ["index 3", "axis 1"],
    ),
    "take_along_axis of another length": (
        lambda: mg.take_along_axis(ones(2, 3), np.zeros((3, 1), int), 1), IndexError, ["axis 0 has 2 and 3"]
    ),
    "take_along_axis by floats": (
        lambda: mg.take_along_axis(ones(2, 3), ones(2, 3).detach(), 1), IndexError, ["float64", "astype(int)"]
    ),
    "index_put of other values": (
        lambda: mg.index_put(ones(3), [0, 1], ones(3)), ValueError, ["shape (3,)", "t[index] of shape (2,)"]
    ),
    "index_put of more axes": (
        lambda: mg.index_put(ones(3), [0, 1], ones(2, 2)), ValueError, ["(2, 2)", "more axes"]
    ),
}  # fmt: skip

CALLS: dict[str, Case] = {
    "sum(dim=)": (
        lambda: mg.sum(ones(2, 3), dim=0, keepdim=True),
        TypeError,
        ["sum has no argument 'dim'", "write axis=", "sum(x, axis=None, dtype=None, *, keepdims=False"],
    ),
    "keepdim=": (lambda: mg.max(ones(2), keepdim=True), TypeError, ["write keepdims="]),
    "t.mean(dim=)": (lambda: ones(2).mean(dim=0), TypeError, ["mean has no argument 'dim'", "axis="]),
    "t.cumsum(dim=)": (lambda: ones(2).cumsum(dim=0), TypeError, ["write axis="]),
    "t.argmax(dim=)": (lambda: ones(2).argmax(dim=0), TypeError, ["argmax has no argument 'dim'", "axis="]),
    "t.any(dim=)": (lambda: ones(2).any(dim=0), TypeError, ["write axis="]),
    "t.squeeze(dim=)": (lambda: ones(1).squeeze(dim=0), TypeError, ["write axis="]),
    "t.softmax(dim=)": (lambda: ones(2).softmax(dim=0), TypeError, ["write axis="]),
    "softmax(dim=)": (lambda: mg.softmax(ones(2), dim=1), TypeError, ["softmax(x, axis=-1)"]),
    "stack(dim=)": (lambda: mg.stack([ones(2)], dim=0), TypeError, ["stack has no argument", "axis="]),
    "split(dim=)": (lambda: mg.split(ones(2), 2, dim=0), TypeError, ["write axis="]),
    "diagonal(dim1=)": (lambda: ones(2, 2).diagonal(dim1=0), TypeError, ["write axis2="]),
    "argsort(descending=)": (lambda: ones(2).argsort(descending=True), TypeError, ["give -t"]),
    "flatten(start_dim=)": (
        lambda: ones(2).flatten(start_dim=1), TypeError, ["t.reshape(t.shape[0], -1)"]
    ),
    "var(unbiased=)": (lambda: ones(2).var(unbiased=False), TypeError, ["write ddof=0"]),
    "relu(inplace=)": (lambda: mg.relu(ones(2), inplace=True), TypeError, ["new tensor"]),
    "exp(input=)": (lambda: mg.exp(input=ones(2)), TypeError, ["write x=, or give it first"]),
    "tensor(device=)": (
        lambda: mg.tensor([1.0], device="cpu"), TypeError, ["no device but the CPU", "tensor(data"]
    ),
    "grad(argnum=)": (lambda: mg.grad(np.sin, argnum=1), TypeError, ["did you mean argnums="]),
    "grad at x": (lambda: mg.grad(np.sum, np.ones(2)), TypeError, ["gives a function", "mg.grad(f)(x)"]),
    "hessian at x": (lambda: mg.hessian(np.sum, ones(2)), TypeError, ["mg.grad(f)(x)"]),
    "jacobian at x": (lambda: mg.jacobian(np.sin, np.ones(2)), TypeError, ["mg.jacobian(f)(x)"]),
    "a misspelt keyword": (lambda: mg.sum(ones(2), axsi=0), TypeError, ["did you mean axis="]),
    "a keyword of nobody": (lambda: mg.exp(ones(2), colour=1), TypeError, ["'colour'", "exp(x)"]),
    "keepdims in the place of dtype": (lambda: ones(2).sum(0, True), TypeError, ["write keepdims=True"]),
    "a tensor of PyTorch with a gradient": (
        lambda: mg.tensor(TheirTensor(requires_grad=True)),
        TypeError,
        ["PyTorch that requires a gradient", "mg.tensor(x.detach().numpy())"],
    ),
    "one in a list": (lambda: mg.tensor([[TheirTensor(True)]]), TypeError, ["x.detach()"]),
    "one as an operand": (lambda: ones(2) * TheirTensor(True), TypeError, ["x.detach()"]),
    "one of bfloat16": (
        lambda: mg.exp(TheirTensor(dtype="torch.bfloat16")), TypeError, ["of bfloat16", "x.float().numpy()"]
    ),
    "one on another device": (
        lambda: mg.tensor(TheirTensor(device="cuda:0")), TypeError, ["on cuda:0", ".cpu()"]
    ),
    "what gives no array": (lambda: mg.tensor(Stubborn()), TypeError, ["its own words"]),
    "an op without rules": (
        lambda: own()(ones(2), 1.0),
        TypeError,
        ["halve has no derivative by 'x'", "state the rule, halve.vjp(x=lambda g, x: ...)"],
    ),
    "an op that lacks a rule": (
        lambda: own(x=lambda g, by: g * 0.5 * by)(ones(2), ones(2)),
        TypeError,
        ["state the rule, halve.vjp(by=lambda g, by: ...)", "or write t.detach()"],
    ),
    "cross_entropy with one-hot targets": (
        lambda: mg.cross_entropy(ones(2, 3), np.eye(3)[:2]), ValueError, ["(2, 3)", "targets.argmax(axis)"]
    ),
    "cross_entropy with recorded targets": (
        lambda: mg.cross_entropy(ones(2, 3), ones(2)),
        TypeError,
        ["'targets'", "integers are wanted", "t.detach().astype(int)"],
    ),
    "a recorded index": (
        lambda: ones(3)[ones(1)], TypeError, ["'index'", "integers are wanted", "t.detach().astype(int)"]
    ),
    "an option of nobody that is recorded": (
        lambda: mg.exp(ones(2), colour=ones(2)), TypeError, ["no argument 'colour'"]
    ),
    "cross_entropy with the classes on axis 1": (
        lambda: mg.cross_entropy(ones(2, 3, 4), np.zeros((2, 4), int)),
        ValueError,
        ["classes on axis -1", "must have shape (2, 3)", "write mg.cross_entropy(..., axis=1)"],
    ),
    "cross_entropy with the classes on the last axis": (
        lambda: mg.cross_entropy(ones(2, 3, 4), np.zeros((2, 3), int), axis=1),
        ValueError,
        ["must have shape (2, 4)", "write mg.cross_entropy(..., axis=2)"],
    ),
}  # fmt: skip

# Names, and a piece of what each is answered with.
OF_TENSOR = {
    "view": "t.reshape(...)", "permute": "t.transpose(2, 0, 1)", "unsqueeze": "t[:, None]",
    "cuda": "memory of the CPU", "cpu": "leave it out", "to": "t.astype(np.float32)", "type": "t.astype",
    "float": "np.float32", "long": "np.int64", "half": "np.float16", "numel": "t.size", "dim": "t.ndim",
    "zero_": "t.data[...] = 0", "add_": "t += other", "copy_": "t.data[...] = other",
    "expand": "mg.broadcast_to(t, shape)", "contiguous": "leave it out", "norm": "np.linalg.norm(t)",
    "mm": "a @ b", "matmul": "t @ other", "t": "t.T", "detach_": "t = t.detach()",
    "requires_grad_": "t.requires_grad = True", "masked_fill": "mg.where(mask, value, t)",
    "gather": "mg.take_along_axis", "scatter_": "t[index] = values", "scatter_add_": "accumulate=True",
    "pow": "t ** exponent", "clamp": "t.clip(low, high)", "clone": "t.copy()", "chunk": "mg.array_split",
    "grad_fn": "t.node", "index_select": "mg.take(t, indices, axis)", "inverse": "np.linalg.inv(t)",
    "relu_": "t = t.relu(...)", "floor_": "t = mg.floor(t)", "topk": "mg.topk(t, ...)",
    "isnan": "np.isnan(t)", "kron": "mg.kron(t, ...)", "slogdet": "np.linalg.slogdet(t)",
    "tril": "mg.tril(t)",
    "i0": "np.i0(t.detach().numpy())", "reshap": "did you mean t.reshape?", "gard": "did you mean t.grad?",
    "Shape": "did you mean t.shape?", "bogus": "mg.OPS lists", "fromhex": "mg.OPS lists",
}  # fmt: skip
OF_ENGINE = {
    "zeros": "np.zeros(shape, np.float32)", "ones": "np.ones", "arange": "np.arange", "eye": "np.eye",
    "linspace": "np.linspace", "full": "np.full", "zeros_like": "np.zeros_like(t)",
    "randn": "rng.normal(size=shape)", "rand": "rng.random(shape, np.float32)", "randint": "rng.integers",
    "manual_seed": "np.random.default_rng(0)", "argmax": "np.argmax(t), which gives a plain array",
    "cat": "mg.concatenate(tensors, axis=0)", "device": "leave it out", "float32": "np.float32",
    "Variable": "requires_grad=True", "nn": "import nn", "optim": "from nn import optim",
    "clamp": "t.clip(low, high)", "unsqueeze": "mg.expand_dims", "mm": "a @ b", "bmm": "a @ b",
    "from_numpy": "mg.tensor(array)", "save": "np.savez", "load": "np.load", "relu_": "t = mg.relu(t)",
    "enable_grad": "mg.no_grad()", "inference_mode": "with mg.no_grad():", "vmap": "mg.per_example_grad",
    "gradcheck": "mg.check_grads(f, (x,))", "norm": "np.linalg.norm(t)", "mse_loss": "F.mse_loss(...)",
    "isfinite": "np.isfinite(t)", "svd": "np.linalg.svd(t)", "det": "np.linalg.det(t)",
    "value_and_gradient": "did you mean mg.value_and_grad?", "sofmax": "did you mean mg.softmax?",
    "no_gard": "did you mean mg.no_grad?", "i0": "np.i0", "bogus": "mg.OPS lists",
}  # fmt: skip

MISTAKES: dict[str, Case] = {
    **SHAPES,
    **INDICES,
    **CALLS,
    **{
        f"t.{name}": (
            lambda name=name: getattr(ones(2), name), AttributeError, [f"Tensor has no {name!r}: ", words]
        )
        for name, words in OF_TENSOR.items()
    },
    **{
        f"mg.{name}": (
            lambda name=name: getattr(mg, name), AttributeError, ["'minigrad'", f"{name!r}: ", words]
        )
        for name, words in OF_ENGINE.items()
    },
    "t.__bogus__": (lambda: ones(2).__bogus__, AttributeError, ["no attribute '__bogus__'"]),
    "mg.__bogus__": (lambda: mg.__bogus__, AttributeError, ["no attribute '__bogus__'"]),
}  # fmt: skip
