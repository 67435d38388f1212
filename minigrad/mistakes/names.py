"""What to write here for names that people bring along from PyTorch, NumPy's arrays, JAX and autograd.

Each answer is the clause after "there is no ...": mostly a line to write, in which t is the tensor.
"""

from inspect import signature

import numpy as np

from minigrad.mistakes.guess import guess
from minigrad.numpy_names import PLAIN
from minigrad.registry import OPS

_CPU = "everything lives in the memory of the CPU: leave it out"

# Said of a tensor, t.name, and as a function, mg.name(t).
EITHER = {
    # -- shape
    "permute": "write t.transpose(2, 0, 1), or mg.permute_dims(t, (2, 0, 1))",
    "unsqueeze": "write t[:, None], or mg.expand_dims(t, axis)",
    "movedim": "write mg.moveaxis(t, source, destination)",
    "swapdims": "write t.swapaxes(axis1, axis2)",
    "adjoint": "write t.mT",
    "t": "write t.T",
    "unflatten": "write t.reshape(...)",
    "narrow": "write a slice, t[:, start : start + length]",
    "unbind": "write mg.unstack(t, axis)",
    "chunk": "write mg.array_split(t, n, axis)",
    "tensor_split": "write mg.array_split(t, n, axis)",
    "repeat_interleave": "write t.repeat(n, axis)",
    "expand": "write mg.broadcast_to(t, shape)",
    "numel": "write t.size",
    "as_strided": "write mg.sliding_window_view(t, shape)",
    "split_with_sizes": "write mg.split(t, cuts, axis)",
    # -- products
    "mm": "write a @ b",
    "bmm": "write a @ b",
    "mv": "write a @ b",
    "addmm": "write c + a @ b",
    "baddbmm": "write c + a @ b",
    "chain_matmul": "write np.linalg.multi_dot([a, b, c])",
    "ger": "write mg.outer(a, b)",
    "norm": "write np.linalg.norm(t)",
    "inverse": "write np.linalg.inv(t)",
    "pinverse": "write np.linalg.pinv(t)",
    "logdet": "write np.linalg.slogdet(t)",
    "dist": "write np.linalg.norm(a - b)",
    "cdist": "write np.linalg.norm(a[:, None] - b, axis=-1)",
    # -- elementwise
    "mul": "write a * b",
    "div": "write a / b",
    "sub": "write a - b",
    "neg": "write -t",
    "eq": "write a == b",
    "ne": "write a != b",
    "lt": "write a < b",
    "le": "write a <= b",
    "gt": "write a > b",
    "ge": "write a >= b",
    "clamp": "write t.clip(low, high)",
    "clamp_min": "write mg.maximum(t, low)",
    "clamp_max": "write mg.minimum(t, high)",
    "rsqrt": "write 1 / mg.sqrt(t)",
    "lerp": "write a + weight * (b - a)",
    "sgn": "write np.sign(t)",
    "frac": "write t - np.trunc(t)",
    "erfc": "write 1 - mg.erf(t)",
    "logit": "write mg.log(t / (1 - t))",
    "xlogy": "write mg.where(a == 0, 0, a * mg.log(mg.where(a == 0, 1, b)))",
    "addcmul": "write t + value * a * b",
    "addcdiv": "write t + value * a / b",
    "masked_fill": "write mg.where(mask, value, t)",
    "masked_select": "write t[mask]",
    # -- places
    "gather": "write mg.take_along_axis(t, indices, axis)",
    "take_along_dim": "write mg.take_along_axis(t, indices, axis)",
    "index_select": "write mg.take(t, indices, axis)",
    "index_add": "write mg.index_put(t, index, values, accumulate=True)",
    "index_copy": "write mg.index_put(t, index, values)",
    "index_fill": "write mg.index_put(t, index, value)",
    "scatter": "write mg.index_put(t, index, values)",
    "kthvalue": "write mg.sort(t)[..., k - 1]",
    "msort": "write mg.sort(t, axis=0)",
    "cummax": "write np.maximum.accumulate(t.detach().numpy())",
    # -- reductions
    "std_mean": "write t.std(axis), t.mean(axis)",
    "var_mean": "write t.var(axis), t.mean(axis)",
    "aminmax": "write t.min(axis), t.max(axis)",
    "cummin": "write np.minimum.accumulate(t.detach().numpy())",
    "histc": "write np.histogram(t, bins)",
    # -- what a tensor is
    "clone": "write t.copy()",
    "cuda": _CPU,
    "is_floating_point": 'write t.dtype.kind == "f"',
    "bernoulli": "write rng.random(t.shape) < t, rng being np.random.default_rng(0)",
    "multinomial": "write rng.choice(len(p), n, p=p), rng being np.random.default_rng(0)",
}

OF_TENSOR = {
    "view": "write t.reshape(...), which copies only where it must",
    "view_as": "write t.reshape(other.shape)",
    "reshape_as": "write t.reshape(other.shape)",
    "expand_as": "write mg.broadcast_to(t, other.shape)",
    "contiguous": "t.reshape(...) needs none, so leave it out; for a copy write t.copy()",
    "is_contiguous": "write t.data.flags.c_contiguous",
    "stride": "write t.data.strides",
    "dim": "write t.ndim",
    "ndimension": "write t.ndim",
    "nelement": "write t.size",
    "matmul": "write t @ other",
    "pow": "write t ** exponent",
    "add": "write t + other",
    "subtract": "write t - other",
    "multiply": "write t * other",
    "divide": "write t / other",
    "amax": "write t.max(axis)",
    "amin": "write t.min(axis)",
    "split": "write mg.split(t, n, axis), whose n counts the parts",
    "select": "write an index, t[:, i]",
    "flat": "write t.ravel()",
    "H": "write t.T",
    "cpu": "t is in the memory of the CPU already: leave it out",
    "is_cuda": _CPU,
    "get_device": _CPU,
    "pin_memory": _CPU,
    "to": "write t.astype(np.float32) for another dtype; there is no device but the CPU",
    "type": "write t.astype(np.float32), or t.dtype for what it is",
    "type_as": "write t.astype(other.dtype)",
    "float": "write t.astype(np.float32)",
    "double": "write t.astype(np.float64)",
    "half": "write t.astype(np.float16)",
    "bfloat16": "NumPy has no bfloat16: write t.astype(np.float16), or np.float32",
    "long": "write t.astype(np.int64)",
    "int": "write t.astype(np.int32)",
    "short": "write t.astype(np.int16)",
    "byte": "write t.astype(np.uint8)",
    "bool": "write t.astype(bool)",
    "grad_fn": "write t.node, the place in the graph, and t.node.op for what made it",
    "requires_grad_": "write t.requires_grad = True",
    "detach_": "write t = t.detach()",
    "zero_": "write t.data[...] = 0, or for a gradient t.grad = None",
    "zero_grad": "write t.grad = None",
    "copy_": "write t.data[...] = other",
    "fill_": "write t.data[...] = value",
    "set_": "write t.data = array",
    "normal_": "write t.data[...] = rng.normal(size=t.shape), rng being np.random.default_rng(0)",
    "uniform_": "write t.data[...] = rng.uniform(size=t.shape), rng being np.random.default_rng(0)",
    "add_": "write t += other",
    "sub_": "write t -= other",
    "mul_": "write t *= other",
    "div_": "write t /= other",
    "pow_": "write t **= exponent",
    "clamp_": "write np.clip(t.data, low, high, out=t.data)",
    "masked_fill_": "write t[mask] = value",
    "scatter_": "write t[index] = values",
    "scatter_add_": "write t = mg.index_put(t, index, values, accumulate=True)",
    "index_add_": "write t = mg.index_put(t, index, values, accumulate=True)",
    "index_copy_": "write t[index] = values",
    "index_fill_": "write t[index] = value",
    "index_put_": "write t[index] = values",
    "new_zeros": "write np.zeros(shape, t.dtype)",
    "new_ones": "write np.ones(shape, t.dtype)",
    "new_full": "write np.full(shape, value, t.dtype)",
    "new_empty": "write np.empty(shape, t.dtype)",
    "new_tensor": "write mg.tensor(data, t.dtype)",
    "itemsize": "write t.dtype.itemsize",
    "element_size": "write t.dtype.itemsize",
    "nbytes": "write t.data.nbytes",
    "strides": "write t.data.strides",
    "flags": "write t.data.flags",
    "base": "write t.data.base",
    "tobytes": "write t.data.tobytes()",
    "tofile": "write t.data.tofile(path)",
    "register_post_accumulate_grad_hook": "write t.register_hook(f), which runs before",
    "value": "write t.data, or t.item() of one element",
    "values": "write t.data",
    "shape_as_list": "write list(t.shape)",
    "gradient": "write t.grad",
    "creator": "write t.node.op",
}

_MADE = "write mg.tensor(np.{0}), with requires_grad=True for a leaf to learn"
_DRAWN = "write mg.tensor(rng.{0}), rng being np.random.default_rng(0)"
_DTYPE = "dtypes are NumPy's: write np.{0}"
_LAYERS = "layers stand beside minigrad, not in it: write import nn"
_FUNCTIONAL = "it is with the layers: write from nn import functional as F, and F.{0}(...)"

OF_ENGINE = {
    # -- making tensors: NumPy makes the array
    "zeros": _MADE.format("zeros(shape, np.float32)"),
    "ones": _MADE.format("ones(shape, np.float32)"),
    "full": _MADE.format("full(shape, value, np.float32)"),
    "empty": _MADE.format("empty(shape, np.float32)"),
    "eye": _MADE.format("eye(n, dtype=np.float32)"),
    "identity": _MADE.format("eye(n, dtype=np.float32)"),
    "arange": _MADE.format("arange(n, dtype=np.float32)"),
    "range": _MADE.format("arange(n, dtype=np.float32)"),
    "linspace": _MADE.format("linspace(start, stop, n, dtype=np.float32)"),
    "logspace": _MADE.format("logspace(start, stop, n, dtype=np.float32)"),
    "zeros_like": _MADE.format("zeros_like(t)"),
    "ones_like": _MADE.format("ones_like(t)"),
    "full_like": _MADE.format("full_like(t, value)"),
    "empty_like": _MADE.format("empty_like(t)"),
    "randn": _DRAWN.format("normal(size=shape).astype(np.float32)"),
    "normal": _DRAWN.format("normal(size=shape).astype(np.float32)"),
    "randn_like": _DRAWN.format("normal(size=t.shape).astype(t.dtype)"),
    "rand": _DRAWN.format("random(shape, np.float32)"),
    "rand_like": _DRAWN.format("random(t.shape, t.dtype)"),
    "uniform": _DRAWN.format("uniform(low, high, shape).astype(np.float32)"),
    "randint": _DRAWN.format("integers(low, high, shape)"),
    "randperm": _DRAWN.format("permutation(n)"),
    "random": "write rng = np.random.default_rng(0), and pass rng= to what draws",
    "manual_seed": "write rng = np.random.default_rng(0), and pass rng= to what draws",
    "seed": "write rng = np.random.default_rng(0), and pass rng= to what draws",
    "Generator": "write np.random.default_rng(0)",
    "array": "write mg.tensor(data, requires_grad=True)",
    "asarray": "write mg.tensor(data)",
    "as_tensor": "write mg.tensor(data)",
    "from_numpy": "write mg.tensor(array)",
    "FloatTensor": "write mg.tensor(data, dtype=np.float32)",
    "LongTensor": "write mg.tensor(data, dtype=np.int64)",
    "Variable": "write mg.tensor(data, requires_grad=True)",
    "Value": "write mg.tensor(data, requires_grad=True)",
    "is_tensor": "write isinstance(x, mg.Tensor)",
    # -- dtypes
    "float16": _DTYPE.format("float16"),
    "half": _DTYPE.format("float16"),
    "float32": _DTYPE.format("float32"),
    "float": _DTYPE.format("float32"),
    "float64": _DTYPE.format("float64"),
    "double": _DTYPE.format("float64"),
    "int32": _DTYPE.format("int32"),
    "int64": _DTYPE.format("int64"),
    "long": _DTYPE.format("int64"),
    "uint8": _DTYPE.format("uint8"),
    "bool": _DTYPE.format("bool_"),
    "bfloat16": "NumPy has no bfloat16: write np.float16, or np.float32",
    "finfo": "write np.finfo(t.dtype)",
    "set_default_dtype": "write with mg.default_dtype(np.float64):",
    "get_default_dtype": "write mg.tensor(1.0).dtype",
    "pi": "write np.pi",
    "inf": "write np.inf",
    "nan": "write np.nan",
    "newaxis": "write None, t[:, None]",
    # -- names of one thing
    "cat": "write mg.concatenate(tensors, axis=0)",
    "clone": "write t.copy()",
    "detach": "write t.detach()",
    "view": "write t.reshape(...)",
    "flatten": "write t.ravel(), or t.reshape(t.shape[0], -1) to keep the first axis",
    "device": _CPU,
    "expand_as": "write mg.broadcast_to(t, other.shape)",
    "broadcast_tensors": "write mg.broadcast_arrays(a, b)",
    "trapz": "write mg.trapezoid(y, x)",
    "svd": "write np.linalg.svd(t)",
    "qr": "write np.linalg.qr(t)",
    "nonlinearity": "write mg.relu(t), mg.tanh(t), mg.gelu(t)",
    "swish": "write mg.silu(t)",
    "vmap": "write the batch as the first axis: ops broadcast; for gradients mg.per_example_grad(f)",
    "pmap": "write mg.data_parallel(f, x)",
    "jit": "nothing is compiled here: leave it out",
    "compile": "nothing is compiled here: leave it out",
    "vecjac": "write mg.vjp(f, x)",
    "make_vjp": "write mg.vjp(f, x)",
    "make_jvp": "write mg.jvp(f, (x,), (v,))",
    "jacfwd": "write mg.jacobian(f)",
    "jacrev": "write mg.jacobian(f)",
    "multigrad": "write mg.grad(f, (0, 1))",
    "egrad": "write mg.elementwise_grad(f)",
    "gradcheck": "write mg.check_grads(f, (x,))",
    "custom_vjp": "write @mg.primitive, and the rule with f.vjp(x=lambda g, x: ...)",
    "custom_gradient": "write @mg.primitive, and the rule with f.vjp(x=lambda g, x: ...)",
    "Function": "write @mg.primitive, and the rule with f.vjp(x=lambda g, x: ...)",
    "autograd": "write mg.grad(f)(x), or loss.backward()",
    "backward": "write loss.backward()",
    "enable_grad": "recording is on unless with mg.no_grad() switches it off: leave it out",
    "inference_mode": "write with mg.no_grad():",
    "set_grad_enabled": "write with mg.no_grad():, around what is not to be recorded",
    "is_grad_enabled": "write mg.is_recording()",
    "nograd": "write with mg.no_grad():",
    "detect_anomaly": "write with mg.debug():",
    "set_anomaly_enabled": "write with mg.debug():",
    "numpy": "write import numpy as np: NumPy's functions take tensors as they are",
    "np": "write import numpy as np: NumPy's functions take tensors as they are",
    "save": "write np.savez(path, **arrays)",
    "load": "write np.load(path)",
    "cuda": _CPU,
    "set_num_threads": "the environment variable OPENBLAS_NUM_THREADS sets it, before NumPy is imported",
    # -- what stands above the engine
    "nn": _LAYERS,
    "Module": _LAYERS,
    "Parameter": _LAYERS,
    "optim": "optimisers are with the layers: write from nn import optim",
    "functional": "write from nn import functional as F",
    **{
        name: _FUNCTIONAL.format(name)
        for name in (
            "dropout alpha_dropout embedding batch_norm group_norm instance_norm rms_norm pairwise_distance "
            "cosine_similarity kl_div mse_loss l1_loss nll_loss binary_cross_entropy normalize one_hot prelu "
            "rrelu glu softmin pixel_shuffle pixel_unshuffle interpolate bilinear"
        ).split()
    },
}


def of_tensor(name: str, known: list[str]) -> str:
    """The whole sentence for `t.name` on a tensor, which has the attributes `known`."""
    return f"a Tensor has no {name!r}: {_of_tensor(name, known)}"


def _of_tensor(name: str, known: list[str]) -> str:
    found = OF_TENSOR.get(name) or EITHER.get(name)
    if found:
        return found
    base = name.rstrip("_")
    if base != name and (base in known or _function(base)):
        call = f"t.{base}(...)" if base in known else f"{'mg' if base in OPS else 'np'}.{base}(t)"
        return f"a tensor in a graph is not changed in place: write t = {call}"
    return _function(name) or _nearest("t.", name, known)


def of_engine(name: str, known: list[str]) -> str:
    """The whole sentence for `mg.name`, where minigrad has the names `known`."""
    return f"module 'minigrad' has no attribute {name!r}: {_of_engine(name, known)}"


def _of_engine(name: str, known: list[str]) -> str:
    found = OF_ENGINE.get(name) or EITHER.get(name)
    if found:
        return found
    base = name.rstrip("_")
    if base != name and base in known:
        return f"a tensor in a graph is not changed in place: write t = mg.{base}(t)"
    return _function(name) or _nearest("mg.", name, known)


def _function(name: str) -> str | None:
    """For the name of a function that stands elsewhere: among the ops, in NumPy, in np.linalg."""
    if name in OPS:
        operands = [p for p in signature(OPS[name]).parameters.values() if p.default is p.empty]
        return f"write mg.{name}(t{', ...' * (len(operands) > 1)})"
    if name in PLAIN:
        return f"write np.{name}(t), which gives a plain array, since it has no derivative"
    if f"linalg.{name}" in OPS:
        return f"write np.linalg.{name}(t)"
    return None


def _nearest(before: str, name: str, known: list[str]) -> str:
    close = guess(name, known)
    if close:
        return f"did you mean {before}{close}?"
    if hasattr(np, name):
        return f"NumPy's has no derivative here; on plain data write np.{name}(t.detach().numpy())"
    return "mg.OPS lists what can be computed with tensors"
