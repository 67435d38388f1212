"""Hooks of modules: the handle that registering one gives back, and how gradients reach one."""

from collections.abc import Callable
from functools import partial
from typing import Any, Self

import minigrad as mg

Hook = Callable[..., Any]


class RemovableHandle:
    """Takes its hook away: by `remove()`, or at the end of a `with` block."""

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        self._hooks = hooks
        self._key = max(hooks, default=0) + 1
        hooks[self._key] = hook

    def remove(self) -> None:
        """Take the hook away; a second time this does nothing."""
        self._hooks.pop(self._key, None)
        self._hooks = {}  # so that a later hook of the same key stays

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class BackwardWatch:
    """One call of a module, whose hooks are to see the gradients of its inputs and of what it gave.

    Inputs and outputs pass as aliases, so that the gradient at an input is the share of this call.
    The hooks run when the gradients of all inputs that require one have arrived.
    """

    def __init__(self, module: Any, hooks: dict[int, Hook]) -> None:
        self._module = module
        self._hooks = hooks
        self._at_inputs: dict[int, Any] = {}
        self._at_outputs: dict[int, Any] = {}
        self._watched_inputs: tuple[int, ...] = ()
        self._watched_outputs: tuple[int, ...] = ()
        self._lengths = (0, 0)

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the forward is to be called with in the place of `args`."""
        passed, self._watched_inputs = _aliases(args, self._input_arrived)
        self._lengths = (len(args), 0)
        return passed

    def outputs(self, out: Any) -> Any:
        """What the call is to give in the place of `out`."""
        outs = out if isinstance(out, tuple) else (out,)
        passed, self._watched_outputs = _aliases(outs, self._output_arrived)
        self._lengths = (self._lengths[0], len(outs))
        return passed if isinstance(out, tuple) else passed[0]

    def _output_arrived(self, i: int, g: mg.Tensor) -> None:
        self._at_outputs[i] = g
        if not self._watched_inputs and len(self._at_outputs) == len(self._watched_outputs):
            self._run_hooks()

    def _input_arrived(self, i: int, g: mg.Tensor) -> mg.Tensor | None:
        self._at_inputs[i] = g
        return self._run_hooks() if len(self._at_inputs) == len(self._watched_inputs) else None

    def _run_hooks(self) -> mg.Tensor | None:
        """Call the hooks; what they give in the place of the gradient of the only input, or None."""
        before = tuple(self._at_inputs.get(i) for i in range(self._lengths[0]))
        grad_input, grad_output = before, tuple(self._at_outputs.get(i) for i in range(self._lengths[1]))
        self._at_inputs, self._at_outputs = {}, {}
        for hook in tuple(self._hooks.values()):
            replaced = hook(self._module, grad_input, grad_output)
            if replaced is not None:
                grad_input = replaced if isinstance(replaced, tuple) else (replaced,)
        if grad_input is before:
            return None
        if len(self._watched_inputs) != 1 or len(grad_input) != len(before):
            raise TypeError(
                f"a backward hook of {type(self._module).__name__} gave {len(grad_input)} gradients for "
                f"{len(self._watched_inputs)} inputs that require one: it may replace the gradient where "
                "there is one such input, and must otherwise return None"
            )
        return grad_input[self._watched_inputs[0]]


def _aliases(values: tuple[Any, ...], arrived: Hook) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """The values, with an alias whose gradient is watched for each recorded tensor, and which those are."""
    passed, watched = list(values), []
    for i, value in enumerate(values):
        if isinstance(value, mg.Tensor) and value.requires_grad:
            alias = mg.alias(value)
            if alias.requires_grad:  # else nothing is being recorded
                alias.register_hook(partial(arrived, i))
                passed[i] = alias
                watched.append(i)
    return tuple(passed), tuple(watched)
