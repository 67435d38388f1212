"""Module: something with parameters, and modules inside it, that is called on tensors."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Self

import numpy as np

import minigrad as mg
from nn import state
from nn.hooks import BackwardWatch, Hook, RemovableHandle
from nn.parameter import Parameter

# The path that the outermost module of the running call stands under, and the paths of all
# modules inside it, by identity: so each node knows its module's full path.
_frame: ContextVar[tuple[str, dict[int, str]]] = ContextVar("nn.frame", default=("", {}))
_NOWHERE = nullcontext()


class Module:
    """Base of all layers and models: write `__init__`, which sets attributes, and `forward`.

    Attributes that are Parameters or Modules belong to it, in the order in which they were set.
    `training` says which way layers such as Dropout behave.
    """

    training: bool
    _buffers: dict[str, bool]  # name -> whether the state dict holds it
    _forward_hooks: dict[int, Hook]
    _forward_pre_hooks: dict[int, Hook]
    _backward_hooks: dict[int, Hook]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # Here and not in __init__, so that a subclass that forgets super().__init__() still works.
        self = super().__new__(cls)
        hooks: dict[str, Any] = {f"_{which}_hooks": {} for which in ("forward", "forward_pre", "backward")}
        vars(self).update(training=True, _buffers={}, **hooks)
        return self

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The module's computation: every subclass writes its own."""
        raise NotImplementedError(
            f"{type(self).__name__} has no forward: define `def forward(self, x): ...` and call the "
            "module itself, model(x)"
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # No helper stands between this call and forward's: a level of nesting costs these two frames.
        watched = mg.is_watched()  # else nobody asks for paths, and to name the modules takes time
        try:
            with self._in_its_scope() if watched else _NOWHERE:
                if not self._has_hooks():
                    return self.forward(*args, **kwargs)
                args, watch = self._before_forward(args)
                return self._after_forward(args, self.forward(*args, **kwargs), watch)
        except RecursionError as error:
            if not hasattr(error, "__notes__"):
                error.add_note(
                    f"in {type(self).__name__}, inside of modules: each level of nesting takes two of the "
                    f"{sys.getrecursionlimit()} calls that Python allows inside each other; put the modules "
                    "side by side in one nn.Sequential, or write sys.setrecursionlimit(10_000)"
                )
            raise

    @contextmanager
    def _in_its_scope(self) -> Iterator[None]:
        root, paths = _frame.get()
        path = paths.get(id(self))
        if path is not None:
            with mg.scope(path, below=root):
                yield
            return
        # The outermost module: it names all the others.
        with mg.scope(type(self).__name__):
            token = _frame.set((mg.current_scope(), {id(m): name for name, m in self.named_modules()}))
            try:
                yield
            finally:
                _frame.reset(token)

    def _before_forward(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], BackwardWatch | None]:
        for hook in tuple(self._forward_pre_hooks.values()):
            replaced = hook(self, args)
            if replaced is not None:
                args = replaced if isinstance(replaced, tuple) else (replaced,)
        if not self._backward_hooks:
            return args, None
        watch = BackwardWatch(self, self._backward_hooks)
        return watch.inputs(args), watch

    def _after_forward(self, args: tuple[Any, ...], out: Any, watch: BackwardWatch | None) -> Any:
        for hook in tuple(self._forward_hooks.values()):
            replaced = hook(self, args, out)
            out = out if replaced is None else replaced
        return out if watch is None else watch.outputs(out)

    def _has_hooks(self) -> bool:
        return bool(self._forward_pre_hooks or self._forward_hooks or self._backward_hooks)

    def register_forward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args, out)` after each forward; what it returns, if anything, replaces out.

        The handle's `remove()` takes the hook away again.
        """
        return RemovableHandle(self._forward_hooks, hook)

    def register_forward_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args)` before each forward; what it returns, if anything, replaces args.

        That is a tuple of all arguments, or the only one.  The handle's `remove()` takes the hook away.
        """
        return RemovableHandle(self._forward_pre_hooks, hook)

    def register_full_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when backward has passed each later call.

        Both are tuples: of a gradient for each positional input (None where it requires none) and each
        output.  With one input that requires a gradient, what the hook returns, if anything, replaces
        that gradient.  The handle's `remove()` takes the hook away again.
        """
        return RemovableHandle(self._backward_hooks, hook)

    # -- what belongs to it -------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            if value.requires_grad:
                value.name = name
        elif isinstance(vars(self).get(name), Parameter) and value is not None:
            raise TypeError(
                f"{type(self).__name__}.{name} is a parameter, and a {type(value).__name__} in its place "
                f"would not be learned: write self.{name} = nn.Parameter(x), or self.{name}.data[...] = x"
            )
        elif any(isinstance(x, (Module, Parameter)) for x in _members(value)):
            container = "ModuleDict({...})" if isinstance(value, dict) else "ModuleList([...])"
            raise TypeError(
                f"{type(self).__name__}.{name} is a {type(value).__name__} of modules or parameters, which "
                f"would not be found: write self.{name} = nn.{container}, or set each as an attribute"
            )
        elif name in self._buffers:
            value = np.asarray(value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._buffers.pop(name, None)
        super().__delattr__(name)

    def register_buffer(self, name: str, array: Any, persistent: bool = True) -> None:
        """Set an array that is state but not learned; `persistent` has the state dict hold it."""
        self._buffers[name] = persistent
        setattr(self, name, array)

    def add_module(self, name: str, module: "Module") -> None:
        """Set `module` under a name that need not be an identifier.

        Raises ValueError for a name with a dot, which would look like a path, and for one that is taken
        by something else than a module.
        """
        if "." in name or not name:
            raise ValueError(f"a module's name is not empty and has no dot, and this one is {name!r}")
        if hasattr(self, name) and not isinstance(vars(self).get(name), Module):
            raise ValueError(f"{type(self).__name__} has a {name!r} of its own: choose another name")
        setattr(self, name, module)

    def children(self) -> Iterator["Module"]:
        """The modules directly inside."""
        return (module for _, module in self.named_children())

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules directly inside, with their attribute names."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def modules(self) -> Iterator["Module"]:
        """This module and all modules inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module (under `prefix`) and all inside it, each once, with dotted paths."""
        seen: set[int] = set()
        stack = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            inside = [(_join(path, name), child) for name, child in module.named_children()]
            stack.extend(reversed(inside))

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once (also where modules share it), with dotted paths."""
        seen: set[int] = set()
        for path, module in self.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, Parameter) and id(value) not in seen:
                    seen.add(id(value))
                    yield _join(path, name), value

    def buffers(self) -> Iterator[np.ndarray]:
        """All buffers."""
        return (array for _, array in self.named_buffers())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """All buffers with dotted paths."""
        for path, module in self.named_modules():
            for name in module._buffers:
                yield _join(path, name), vars(module)[name]

    # -- what can be done to it ---------------------------------------------------------------

    def apply(self, function: Callable[["Module"], Any]) -> Self:
        """Call `function` on every module inside, then on this one: to initialise, for example."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside to training (or, with False, to evaluation)."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let all parameters be learned, or hold them fixed."""
        for path, parameter in self.named_parameters():
            if parameter.requires_grad != requires_grad:
                parameter.requires_grad = requires_grad
                if requires_grad:  # a new leaf, which has no name yet
                    parameter.name = path.rpartition(".")[2]
        return self

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def astype(self, dtype: Any) -> Self:
        """Convert parameters and float buffers to a float dtype, in place.

        Raises TypeError for another dtype: parameters have gradients, which are floats.
        """
        if np.dtype(dtype).kind != "f":
            raise TypeError(
                f"a module computes in floats, and cannot be converted to {np.dtype(dtype)}: give "
                "np.float32, np.float64 or np.float16"
            )
        for parameter in self.parameters():
            wanted, name = parameter.requires_grad, parameter.name
            parameter.requires_grad = False
            parameter.data = parameter.data.astype(dtype)
            parameter.grad = None
            if wanted:
                parameter.requires_grad = True
                parameter.name = name
        for module in self.modules():
            for name in module._buffers:
                buffer = vars(module)[name]
                if buffer.dtype.kind == "f":
                    setattr(module, name, buffer.astype(dtype))
        return self

    def to(self, dtype: Any) -> Self:
        """`astype` under PyTorch's name; there is but one device."""
        return self.astype(dtype)

    def half(self) -> Self:
        """`astype(np.float16)`."""
        return self.astype(np.float16)

    def float(self) -> Self:
        """`astype(np.float32)`."""
        return self.astype(np.float32)

    def double(self) -> Self:
        """`astype(np.float64)`."""
        return self.astype(np.float64)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of all parameters and persistent buffers, by dotted path."""
        return {name: array.copy() for name, array in state.arrays_of(self).items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> None:
        """Take over the values of `state_dict`: arrays, or whatever np.asarray takes.

        Raises nn.StateDictError, with every difference listed and nothing loaded, where a shape or
        a kind of number is wrong or, if `strict`, names are missing or unexpected.
        """
        state.load(self, state_dict, strict)

    # -- how it reads -------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What to print between the parentheses: the layer's settings."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        name = type(self).__name__
        if not lines:
            return f"{name}({self.extra_repr()})"
        head = [self.extra_repr()] if self.extra_repr() else []
        return f"{name}(\n  " + "\n  ".join(head + lines) + "\n)"


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
