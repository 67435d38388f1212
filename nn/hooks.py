"""Hooks of modules: the handle that registering one gives back, and how gradients reach one."""

import warnings
from collections.abc import Callable
from typing import Any, Self

import minigrad as mg
from nn.nest import Places, tensors_in, with_tensors

Hook = Callable[..., Any]


class RemovableHandle:
    """Removes its hook: by `remove()`, or at the end of a `with` block."""

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        self._hooks = hooks
        self._key = max(hooks, default=0) + 1
        hooks[self._key] = hook

    def remove(self) -> None:
        """Remove the hook; a second time this does nothing."""
        self._hooks.pop(self._key, None)
        self._hooks = {}  # so that a later hook of the same key stays

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class BackwardWatch:
    """One call of a module, whose hooks are to see the gradients of its inputs and of what it gave.

    Inputs and outputs pass as aliases, so that the gradient at an input is the share of this call.  When
    those of the outputs are there `pre_hooks` run; and `hooks` when those of the inputs are, or at once
    where no input requires one.  What got no gradient has None, as an output that nobody used.
    """

    def __init__(self, module: Any, hooks: dict[int, Hook], pre_hooks: dict[int, Hook]) -> None:
        self._name = type(module).__name__
        self._module = module
        self._hooks = hooks
        self._pre_hooks = pre_hooks
        self._args = self._out = Places(())
        self._inputs_are_watched = False
        self._grad_output: tuple[Any, ...] | None = None  # from the outputs' gradients to the inputs'

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the forward is to be called with in the place of `args`."""
        tensors = tensors_in(args)
        aliases = mg.hooked(tensors, self._at_inputs)
        self._inputs_are_watched = any(a is not b for a, b in zip(tensors, aliases, strict=True))
        self._args = Places(args)
        return tuple(with_tensors(args, aliases))

    def outputs(self, out: Any) -> Any:
        """What the call is to give in the place of `out`."""
        tensors = tensors_in(out)
        if not tensors and mg.is_recording():
            warnings.warn(
                f"{self._name} gave a {type(out).__name__}, and no tensor in tuples, lists or dicts, so that "
                "its backward hooks will not be called",
                stacklevel=4,
            )
        self._out = Places(out if isinstance(out, tuple) else (out,))
        return with_tensors(out, mg.hooked(tensors, self._at_outputs))

    def _at_outputs(self, gradients: tuple[Any, ...]) -> list[Any] | None:
        before = grad_output = self._out.filled(gradients)
        for hook in tuple(self._pre_hooks.values()):
            replaced = hook(self._module, grad_output)
            grad_output = grad_output if replaced is None else _as_tuple(replaced)
        new = None if grad_output is before else self._flat(self._out, grad_output, "outputs")
        self._grad_output = grad_output
        if not self._inputs_are_watched:
            self._run_hooks(self._args.filled([None] * self._args.count))
        return new

    def _at_inputs(self, gradients: tuple[Any, ...]) -> list[Any] | None:
        if self._grad_output is None:  # they came from within, past the outputs
            return None
        before = self._args.filled(gradients)
        grad_input = self._run_hooks(before)
        return None if grad_input is before else self._flat(self._args, grad_input, "inputs")

    def _run_hooks(self, grad_input: tuple[Any, ...]) -> tuple[Any, ...]:
        grad_output, self._grad_output = self._grad_output, None
        for hook in tuple(self._hooks.values()):
            replaced = hook(self._module, grad_input, grad_output)
            grad_input = grad_input if replaced is None else _as_tuple(replaced)
        return grad_input

    def _flat(self, places: Places, given: tuple[Any, ...], what: str) -> list[Any]:
        values = places.values_of(given)
        if values is None:
            raise TypeError(
                f"a backward hook of {self._name} gave {len(given)} gradients in the place of those of its "
                f"{what}, and must return None or as many, in the same tuple, lists and dicts"
            )
        return values


def _as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)
