"""What to write instead: sentences for arguments and names that are not there.

PyTorch's names mostly work here as they are; these are the others, and misspelt ones.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_DEVICE = "there is no device but the CPU: leave it out"

ARGUMENTS = {
    "device": _DEVICE,
    "dtype": "parameters start as float32: leave it out, and convert the layer, .astype(np.float64)",
    "axis": "write dim=",
    "keepdims": "write keepdim=",
    "inplace": "it gives a new tensor: leave it out",
    "generator": "write rng=, a np.random.Generator",
    "seed": "write rng=np.random.default_rng(seed)",
    "learning_rate": "write lr=",
    "foreach": "leave it out: it would change the speed only",
    "fused": "leave it out: it would change the speed only",
    "capturable": _DEVICE,
    "differentiable": "steps are not recorded: write the update with mg.grad and arrays",
    "size_average": 'write reduction="mean", "sum" or "none"',
    "reduce": 'write reduction="mean", "sum" or "none"',
}

OF_MODULE = {
    "cuda": _DEVICE,
    "xpu": _DEVICE,
    "mps": _DEVICE,
    "device": _DEVICE,
    "bfloat16": "NumPy has no bfloat16: write .half(), or .float()",
    "type": "write .astype(np.float64)",
    "compile": "nothing is compiled here: leave it out",
    "share_memory": "threads share memory as it is: leave it out, see mg.data_parallel",
    "grad": "a module's parameters have gradients: write [p.grad for p in model.parameters()]",
    "backward": "a layer is called first: write loss = layer(x), then loss.backward()",
    "data": "a module's parameters have data: write [p.data for p in model.parameters()]",
    "shape": "write [p.shape for p in model.parameters()]",
    "fit": "write the loop: optimizer.zero_grad(), loss.backward(), optimizer.step()",
    "predict": "write model.eval(), and with mg.no_grad(): model(x)",
    "summary": "write nn.summary(model, x)",
    "num_parameters": "write sum(p.size for p in model.parameters())",
}

# Of the modules nn, nn.functional, nn.optim ...: names of PyTorch's for what is elsewhere here.
ELSEWHERE = {
    "Softmax2d": "write nn.Softmax(dim=-3)",
    "DataParallel": "write mg.data_parallel(f, x)",
    "SyncBatchNorm": "there is one process: write nn.BatchNorm2d",
    "Swish": "write nn.SiLU()",
    "Tensor": "write mg.Tensor",
    "tensor": "write mg.tensor(data)",
    "no_grad": "write with mg.no_grad():",
    "grad": "write mg.grad(f)",
    "F": "write from nn import functional as F",
    "pack_padded_sequence": "padded sequences go to the layer with their lengths: gru(x, lengths=lengths)",
    "pad_packed_sequence": "gru(x, lengths=lengths) gives padded outputs",
    "pack_sequence": "write nn.utils.rnn.pad_sequence(sequences), and gru(x, lengths=lengths)",
    "PackedSequence": "padded sequences go to the layer with their lengths: gru(x, lengths=lengths)",
    "clip_grad_norm": "write nn.utils.clip_grad_norm_(parameters, max_norm)",
    "multi_head_attention_forward": "write nn.MultiheadAttention(embed_dim, num_heads)",
    "swish": "write F.silu(x)",
    "softmax2d": "write F.softmax(x, dim=-3)",
    "upsample": "write F.interpolate(x, scale_factor=2)",
    "SparseAdam": "gradients are not sparse: write nn.optim.Adam(params)",
}


def guess(name: str, known: Iterable[str]) -> str | None:
    """The nearest of `known`, letters of another case counting as the same; None where none is near."""
    by_lower = {other.lower(): other for other in known if not other.startswith("_")}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


def unknown_name(package: str, name: str, known: Iterable[str]) -> AttributeError:
    """What to raise for `package.name`, which is not there."""
    said = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(said)
    inplace = name.removesuffix("_")
    if name in ELSEWHERE:
        said += f": {ELSEWHERE[name]}"
    elif inplace != name and inplace in known:
        said += f": it would change its input in place: write {inplace}"
    else:
        close = guess(name, known)
        said += f": did you mean {package}.{close}?" if close else f": dir({package}) lists what there is"
    return AttributeError(said)


def unknown_attribute(module: Any, name: str) -> AttributeError:
    """What to raise for an attribute that a module does not have."""
    said = f"{type(module).__name__!r} object has no attribute {name!r}"
    if not name.isidentifier() or name.startswith("_"):
        return AttributeError(said)
    if name in OF_MODULE:
        return AttributeError(f"{said}: {OF_MODULE[name]}")
    close = guess(name, (*vars(module), *dir(type(module))))
    return AttributeError(f"{said}: did you mean {close!r}?" if close else said)


def unknown_argument(name: str, signature: inspect.Signature, kwargs: Mapping[str, Any]) -> str | None:
    """A sentence about the first of `kwargs` that the signature does not have."""
    parameters = signature.parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return None
    unknown = next((key for key in kwargs if key not in parameters), None)
    if unknown is None:
        return None
    close = guess(unknown, parameters)
    written = ARGUMENTS.get(unknown, "")
    if written.startswith("write ") and written[6:].partition("=")[0] not in parameters:
        written = ""
    instead = written or (f"did you mean {close}=" if close else "leave it out")
    return f"{name} has no argument {unknown!r}: {instead}; it is {name}{plain(signature)}"


def plain(signature: inspect.Signature) -> str:
    """The signature without types."""
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def answers(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function that has a `dim` say what to write for an argument that it does not have."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except TypeError:
            said = unknown_argument(function.__name__, inspect.signature(function), kwargs)
            if said is None:
                raise
            raise TypeError(said) from None

    return call
