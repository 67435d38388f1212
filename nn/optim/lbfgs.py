"""Newton's method from gradients alone, for a loss that is the same at every call."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.curvature import ROWS, Memory, checked, direction, empty, remember
from nn.optim.line_search import Point, strong_wolfe
from nn.optim.loading import check_parts
from nn.optim.optimizer import Optimizer, warn_of_no_gradient
from nn.optim.settings import check_choice, check_named
from nn.sizes import check_sizes


class LBFGS(Optimizer):
    """Limited-memory BFGS (Nocedal and Wright, 2006, algorithm 7.5), as PyTorch's.

        def closure():
            optimizer.zero_grad()
            loss = loss_of(model)
            loss.backward()
            return loss

        optimizer.step(closure)  # up to max_iter iterations

    θ ← θ - t·H·g, H an estimate of the inverse Hessian from the last `history_size` changes of gradient and
    parameters.  t is `lr` (at first lr·min(1, 1/Σ|g|)), or with line_search_fn="strong_wolfe" where a search
    from there leads to.  A step ends where the greatest |g| is at most `tolerance_grad`, or loss or
    parameters change by less than `tolerance_change`, or after `max_eval` losses (5/4·max_iter if None).
    All parameters form one group; those without a gradient count as having a zero one.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        most = max_iter * 5 // 4 if max_eval is None else max_eval
        settings = {"lr": lr, "max_iter": max_iter, "max_eval": most, "tolerance_grad": tolerance_grad}
        more = {"tolerance_change": tolerance_change, "history_size": history_size}
        super().__init__(params, {**settings, **more, "line_search_fn": line_search_fn})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "tolerance_grad", "tolerance_change")
        counts = {name: settings[name] for name in ("max_iter", "max_eval", "history_size")}
        check_sizes("LBFGS", 1, **counts)
        check_choice("line_search_fn", settings["line_search_fn"], (None, "strong_wolfe"))

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS takes all parameters as one group: give model.parameters()")
        super().add_param_group(param_group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Iterations until one of the tolerances or limits; the first loss."""
        if not callable(closure):
            raise TypeError(
                "LBFGS computes the loss several times a step: write step(closure), a function that calls "
                "zero_grad(), computes the loss, calls backward() and gives the loss"
            )
        group = self.param_groups[0]
        memory = self.state.setdefault(group["params"][0], {"func_evals": 0, "n_iter": 0})
        first = closure()
        self.stepped = True
        if all(p.grad is None for p in group["params"]):
            warn_of_no_gradient()
        loss, g, evaluated = float(first), self._gradient(), 1
        memory["func_evals"] += 1
        if _greatest(g) <= group["tolerance_grad"]:
            return first
        for left in reversed(range(group["max_iter"])):
            self._turn(memory, g, loss)
            slope = float(g @ memory["d"])
            if slope > -group["tolerance_change"]:
                break
            there, tried = self._go(memory, Point(0.0, loss, g, slope), closure, left, evaluated)
            change = abs(there.loss - loss)
            loss, g, evaluated = there.loss, there.gradient, evaluated + tried
            memory["func_evals"] += tried
            memory["t"] = there.t
            if (
                evaluated >= group["max_eval"]
                or _greatest(g) <= group["tolerance_grad"]
                or _greatest(there.t * memory["d"]) <= group["tolerance_change"]
                or change < group["tolerance_change"]
            ):
                break
        return first

    def _turn(self, memory: Memory, g: np.ndarray, loss: float) -> None:
        """Have in the memory the direction of the next step, and the first guess of its length."""
        group = self.param_groups[0]
        memory["n_iter"] += 1
        if memory["n_iter"] == 1:
            least = min(1.0, 1 / float(np.abs(g).sum()))
            memory.update(empty(g), d=-g, t=least * float(group["lr"]))
        else:
            remember(memory, g, group["history_size"])
            memory.update(d=direction(memory, g), t=float(group["lr"]))
        memory.update(prev_flat_grad=g, prev_loss=loss)

    def _go(
        self, memory: Memory, start: Point, closure: Callable[[], Any], left: int, evaluated: int
    ) -> tuple[Point, int]:
        """Move the parameters; where they come to, and how often the loss was computed for it.

        Without a search it is not computed once more where no iterations are `left`.
        """
        group, d, t = self.param_groups[0], memory["d"], memory["t"]
        origins = [p.data.copy() for p in group["params"]]

        def place(t: float) -> None:
            parts = np.split(t * d, np.cumsum([x.size for x in origins])[:-1])
            for p, x, part in zip(group["params"], origins, parts, strict=True):
                np.add(x, part.reshape(x.shape), out=p.data, casting="same_kind")

        def at(t: float) -> Point:
            place(t)
            loss = float(closure())
            g = self._gradient()
            return Point(t, loss, g, float(g @ d))

        if group["line_search_fn"]:
            there, tried = strong_wolfe(at, start, t, _greatest(d), group["max_eval"] - evaluated)
            place(there.t)
            return there, tried
        if left:
            return at(t), 1
        place(t)
        return start._replace(t=t), 0

    def _gradient(self) -> np.ndarray:
        """Of all parameters one after the other, (N,); zeros where one has none."""
        parts = [
            np.zeros(p.size, p.dtype) if p.grad is None else p.grad.data.ravel()
            for p in self.param_groups[0]["params"]
        ]
        g = np.concatenate(parts)
        return g.astype(np.result_type(g.dtype, np.float32), copy=False)

    def state_dict(self) -> dict[str, Any]:
        """As of any optimiser; what is kept of several steps is a list, as PyTorch has it."""
        state_dict = super().state_dict()
        for entry in state_dict["state"].values():
            entry.update({name: list(entry[name]) for name in (*ROWS, "ro") if name in entry})
        return state_dict

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        check_parts(state_dict)
        size = sum(p.size for p in self.param_groups[0]["params"])
        state = {place: checked(entry, size) for place, entry in state_dict["state"].items()}
        super().load_state_dict({**state_dict, "state": state})


def _greatest(x: np.ndarray) -> float:
    return float(np.abs(x).max(initial=0.0))
