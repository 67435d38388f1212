"""Module: something with parameters, and modules inside it, that is called on tensors."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

import numpy as np

import minigrad as mg
from nn import state
from nn.constructors import check_arguments
from nn.hooks import BackwardWatch, Hook, RemovableHandle
from nn.inputs import with_pythons_integers
from nn.mistakes import unknown_attribute
from nn.moving import dtype_of
from nn.parameter import Parameter, forget_gradient

# The path that the outermost module of the running call stands under, and the paths of all
# modules inside it, by identity: so each node knows its module's full path.
_frame: ContextVar[tuple[str, dict[int, str]]] = ContextVar("nn.frame", default=("", {}))
_NOWHERE = nullcontext()


class _Outermost:
    """The scope of a module that no other has called: it names all modules inside it."""

    __slots__ = ("_modules", "_scope", "_token")

    def __init__(self, module: "Module", inputs: Any) -> None:
        named = list(module.named_modules())
        self._modules = {id(inner): name for name, inner in named}
        kinds = {name: type(inner) for name, inner in named}
        self._scope = mg.scope(type(module).__name__, kinds=kinds, inputs=inputs)

    def __enter__(self) -> None:
        self._scope.__enter__()
        self._token = _frame.set((mg.current_scope(), self._modules))

    def __exit__(self, *exception: Any) -> None:
        _frame.reset(self._token)
        self._scope.__exit__(*exception)


class Module:
    """Base of all layers and models: write `__init__`, which sets attributes, and `forward`.

    Attributes that are Parameters or Modules belong to it, in the order in which they were set.
    `training` says which way layers such as Dropout behave.
    """

    training: bool
    _kinds: dict[str, str]  # name -> "parameter", "buffer" or "module": what belongs to it, if only None now
    _buffers: dict[str, bool]  # name -> whether the state dict holds it
    _forward_hooks: dict[int, Hook]
    _forward_pre_hooks: dict[int, Hook]
    _backward_hooks: dict[int, Hook]
    _backward_pre_hooks: dict[int, Hook]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__.startswith("nn.") and "__init__" in vars(cls):
            cls.__init__ = with_pythons_integers(vars(cls)["__init__"])  # type: ignore[method-assign]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # Here and not in __init__, so that a subclass that forgets super().__init__() still works.
        if args or kwargs:
            check_arguments(cls, args, kwargs)
        self = super().__new__(cls)
        kinds = ("forward", "forward_pre", "backward", "backward_pre")
        hooks: dict[str, Any] = {f"_{kind}_hooks": {} for kind in kinds}
        vars(self).update(training=True, _kinds={}, _buffers={}, **hooks)
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
            if not (watched or self._has_hooks()):
                return self.forward(*args, **kwargs)
            with self._scope(args, kwargs) if watched else _NOWHERE:
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

    def _scope(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> AbstractContextManager[Any]:
        root, paths = _frame.get()
        path = paths.get(id(self))
        if path is not None:
            return mg.scope(path, below=root, inputs=(args, kwargs))
        return _Outermost(self, (args, kwargs))

    def _before_forward(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], BackwardWatch | None]:
        for hook in tuple(self._forward_pre_hooks.values()):
            replaced = hook(self, args)
            if replaced is not None:
                args = replaced if isinstance(replaced, tuple) else (replaced,)
        if not (self._backward_hooks or self._backward_pre_hooks):
            return args, None
        watch = BackwardWatch(self, self._backward_hooks, self._backward_pre_hooks)
        return watch.inputs(args), watch

    def _after_forward(self, args: tuple[Any, ...], out: Any, watch: BackwardWatch | None) -> Any:
        for hook in tuple(self._forward_hooks.values()):
            replaced = hook(self, args, out)
            out = out if replaced is None else replaced
        return out if watch is None else watch.outputs(out)

    def _has_hooks(self) -> bool:
        return bool(
            self._forward_pre_hooks or self._forward_hooks or self._backward_hooks or self._backward_pre_hooks
        )

    def register_forward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args, out)` after each forward; what it returns, if anything, replaces out.

        The handle's `remove()` removes the hook.
        """
        return RemovableHandle(self._forward_hooks, hook)

    def register_forward_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args)` before each forward; what it returns, if anything, replaces args.

        That is a tuple of all arguments, or the only one.  The handle's `remove()` removes the hook.
        """
        return RemovableHandle(self._forward_pre_hooks, hook)

    def register_full_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when backward has passed each later call.

        Both are tuples: of a gradient for each positional input, and for each output.  Tuples, lists and
        dicts of tensors among them are the same of gradients, and None stands for what has none: a number,
        an input that requires none, an output that was not used.  What the hook returns, if anything,
        replaces grad_input: a tuple of as many, or the only one.  As in PyTorch it is not called where
        backward comes to no input although one requires a gradient.  The handle's `remove()` removes it.
        """
        return RemovableHandle(self._backward_hooks, hook)

    def register_full_backward_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, grad_output)` before backward passes each later call.

        What it returns, if anything, replaces grad_output, as `register_full_backward_hook` has it.
        """
        return RemovableHandle(self._backward_pre_hooks, hook)

    # -- what belongs to it -------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a Parameter or Module, and an array in a buffer's place, belongs to the module.

        Raises TypeError for what would be lost there: anything but a Parameter, a Module or None in the
        place of one, and lists, tuples and dicts of them.
        """
        kind = self._kinds.get(name)
        new = _kind_of(value)
        if kind == "parameter" and value is not None and new != "parameter":
            raise TypeError(
                f"{type(self).__name__}.{name} is a parameter, and a {type(value).__name__} in its place "
                f"would not be learned: write self.{name} = nn.Parameter(x), or self.{name}.data[...] = x"
            )
        if new is not None:
            _check_name(new, name)
            if new != kind:
                self._forget(name)  # so that it comes last, and is of one kind only
            self._kinds[name] = new
            if isinstance(value, Parameter) and value.requires_grad:
                value.name = name
        elif kind == "module" and value is not None:
            raise TypeError(
                f"{type(self).__name__}.{name} is a module, and a {type(value).__name__} in its place would "
                f"lose its parameters: choose another name, or write del self.{name} before"
            )
        elif any(_kind_of(x) for x in _members(value)):
            container = "ModuleDict({...})" if isinstance(value, dict) else "ModuleList([...])"
            raise TypeError(
                f"{type(self).__name__}.{name} is a {type(value).__name__} of modules or parameters, which "
                f"would not be found: write self.{name} = nn.{container}, or set each as an attribute"
            )
        elif kind == "buffer" and value is not None:
            value = self._as_buffer(name, value)
        super().__setattr__(name, value)

    if not TYPE_CHECKING:  # to the checker an attribute that is not there stays an error

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):  # a property has failed: its own error is the one to see
                return object.__getattribute__(self, name)
            raise unknown_attribute(self, name)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        self._forget(name)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Set an array that is state but not learned; `persistent` has the state dict hold it.

        None is no state, until an array is set there.  Raises ValueError for a name with a dot, and for one
        that is taken by something else than a buffer; TypeError for what is no array of numbers.
        """
        self._check_free("buffer", name)
        value = None if tensor is None else self._as_buffer(name, tensor)
        self._buffers[name] = persistent
        self._kinds[name] = "buffer"
        setattr(self, name, value)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set a parameter under a name that need not be an identifier; None leaves its place empty.

        Raises ValueError for a name with a dot, and for one that is taken by something else than a
        parameter; TypeError for what is no parameter.
        """
        self._check_free("parameter", name)
        if not isinstance(param, Parameter | None):
            raise TypeError(
                f"register_parameter takes an nn.Parameter or None, and got a {type(param).__name__}: write "
                f"register_parameter({name!r}, nn.Parameter(x)), or register_buffer({name!r}, x) for an "
                "array that is not learned"
            )
        self._kinds[name] = "parameter"
        setattr(self, name, param)

    def add_module(self, name: str, module: "Module | None") -> None:
        """Set `module` under a name that need not be an identifier.

        Raises ValueError for a name with a dot, which would look like a path, and for one that is taken
        by something else than a module; TypeError for what is none.
        """
        self._check_free("module", name)
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"add_module takes an nn.Module or None, and got a {type(module).__name__}")
        self._kinds[name] = "module"
        setattr(self, name, module)

    def register_module(self, name: str, module: "Module | None") -> None:
        """`add_module` under its other name."""
        self.add_module(name, module)

    def set_submodule(self, target: str, module: "Module") -> None:
        """Put `module` at a dotted path, in the place of one that is there or as a new one.

        Raises AttributeError where the path to it does not lead through modules.
        """
        path, _, name = target.rpartition(".")
        self.get_submodule(path).add_module(name, module)

    def _check_free(self, kind: str, name: str) -> None:
        _check_name(kind, name)
        if hasattr(self, name) and self._kinds.get(name) != kind:
            raise ValueError(f"{type(self).__name__} has a {name!r} of its own: choose another name")

    def _as_buffer(self, name: str, value: Any) -> np.ndarray:
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            raise TypeError(
                f"{type(self).__name__}.{name} is a buffer, an array of numbers, and got a "
                f"{type(value).__name__}: choose another name for what is none"
            )
        return array

    def _forget(self, name: str) -> None:
        """That there is an attribute of this name, whatever it was."""
        for known in (vars(self), self._kinds, self._buffers):
            known.pop(name, None)

    def get_submodule(self, target: str) -> "Module":
        """The module at a dotted path, as `named_modules` gives it; "" is this one.

        Raises AttributeError where there is none, and names those that there are.
        """
        module = self
        for name in target.split(".") if target else ():
            inside = dict(module.named_children())
            if name not in inside:
                raise AttributeError(
                    f"{type(self).__name__} has no module {target!r}: {type(module).__name__} has no "
                    f"{name!r} inside, but {', '.join(map(repr, inside)) or 'nothing'}"
                )
            module = inside[name]
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted path.  Raises AttributeError where there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        value = vars(module).get(name)
        if not isinstance(value, Parameter):
            own = ", ".join(repr(name) for name, _ in module.named_parameters(recurse=False))
            raise AttributeError(
                f"{type(self).__name__} has no parameter {target!r}: {type(module).__name__} has "
                f"{own or 'no parameters'} of its own"
            )
        return value

    def get_buffer(self, target: str) -> np.ndarray:
        """The buffer at a dotted path.  Raises AttributeError where there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if name not in module._buffers:
            own = ", ".join(map(repr, module._buffers))
            raise AttributeError(
                f"{type(self).__name__} has no buffer {target!r}: {type(module).__name__} has "
                f"{own or 'no buffers'} of its own"
            )
        array: np.ndarray = vars(module)[name]
        return array

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

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, each once; without `recurse` this module's own."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once (also where modules share it), with dotted paths below `prefix`.

        Without `recurse` those of this module alone.
        """
        seen: set[int] = set()
        for path, module in self.named_modules(prefix) if recurse else ((prefix, self),):
            for name, value in vars(module).items():
                if isinstance(value, Parameter) and id(value) not in seen:
                    seen.add(id(value))
                    yield _join(path, name), value

    def buffers(self, recurse: bool = True) -> Iterator[np.ndarray]:
        """All buffers, each once; without `recurse` this module's own."""
        return (array for _, array in self.named_buffers(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, np.ndarray]]:
        """All buffers, each once, with dotted paths below `prefix`; without `recurse` this module's own."""
        seen: set[int] = set()
        for path, module in self.named_modules(prefix) if recurse else ((prefix, self),):
            for name in module._buffers:
                array = vars(module)[name]
                if array is not None and id(array) not in seen:
                    seen.add(id(array))
                    yield _join(path, name), array

    # -- what can be done to it ---------------------------------------------------------------

    def apply(self, fn: Callable[["Module"], Any]) -> Self:
        """Call `fn` on every module inside, then on this one: to initialise, for example."""
        for child in self.children():
            child.apply(fn)
        fn(self)
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

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; with set_to_none=False those that there are become zeros."""
        for parameter in self.parameters():
            forget_gradient(parameter, set_to_none)

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
                if buffer is not None and buffer.dtype.kind == "f":
                    setattr(module, name, buffer.astype(dtype))
        return self

    def to(self, *where: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False) -> Self:
        """PyTorch's: a dtype (NumPy's, or PyTorch's) is `astype`; of devices there is "cpu" alone.

        Raises ValueError for another device, TypeError for what is neither.
        """
        for given in (*where, device, dtype):
            wanted = dtype_of(given)
            if wanted is not None:
                self.astype(wanted)
        return self

    def cpu(self) -> Self:
        """The module itself, which is in the memory of the CPU already."""
        return self

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

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> state.IncompatibleKeys:
        """Take over the values of `state_dict`: arrays, or whatever np.asarray takes.

        Gives the names that it lacked, `.missing_keys`, and those that were not wanted,
        `.unexpected_keys`: both empty if `strict`.

        Raises nn.StateDictError, with every difference listed and nothing loaded, where a shape or
        a kind of number is wrong or, if `strict`, names are missing or unexpected.
        """
        return state.load(self, state_dict, strict)

    # -- how it reads -------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What to print between the parentheses: the layer's settings."""
        return ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: a tree that folds, and the text of `repr`."""
        from nn.module_tree import module_html  # a program outside of notebooks has no use for it

        return {"text/html": module_html(self), "text/plain": repr(self)}

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        name = type(self).__name__
        if not lines:
            return f"{name}({self.extra_repr()})"
        head = [self.extra_repr()] if self.extra_repr() else []
        return f"{name}(\n  " + "\n  ".join(head + lines) + "\n)"


def _kind_of(value: Any) -> str | None:
    if isinstance(value, Parameter):
        return "parameter"
    return "module" if isinstance(value, Module) else None


def _check_name(kind: str, name: Any) -> None:
    if not isinstance(name, str):
        raise TypeError(f"a {kind}'s name is a string, and this one is {name!r}")
    if "." in name or not name:
        raise ValueError(f"a {kind}'s name is not empty and has no dot, and this one is {name!r}")


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
