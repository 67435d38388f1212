"""A Module as a notebook shows it: a tree that folds, with shapes, counts and norms of gradients."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import minigrad as mg
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module


def module_html(module: "Module") -> str:
    """The tree of what belongs to a module; what stands in it twice is shown once, and then named."""
    style = Path(__file__).with_suffix(".css").read_text("utf-8")
    tree = _branch(module, "", "", {}, open=True)
    return mg.fragment(mg.markup("div", tree, class_="module-tree"), styles=[style])


def _branch(module: "Module", name: str, path: str, seen: dict[int, str], open: bool = False) -> str:
    line = [mg.markup("bdi", name, class_="module-name"), " ", mg.markup("b", type(module).__name__), " "]
    if id(module) in seen:
        same = f"the same as {seen[id(module)] or 'the outermost'}"
        return mg.markup("div", *line, mg.markup("span", same, class_="minigrad-facts"))
    seen[id(module)] = path
    inside = [_table(module, path, seen)]
    for child_name, child in module.named_children():
        inside.append(_branch(child, child_name, f"{path}.{child_name}".lstrip("."), seen))
    line.append(_listed([module.extra_repr(), *_facts(list(module.parameters()))], " · "))
    if not any(inside):
        return mg.markup("div", *line)
    return mg.markup("details", mg.markup("summary", *line), *inside, open=open)


def _facts(parameters: list[Parameter]) -> list[str]:
    """How many numbers, how many of them are held fixed, and the norm of all their gradients."""
    count = sum(p.size for p in parameters)
    fixed = sum(p.size for p in parameters if not p.requires_grad)
    facts = [f"{count:,} parameters" if count != 1 else "1 parameter"] if count else []
    facts += ["fixed" if fixed == count else f"{fixed:,} of them fixed"] if fixed else []
    return [*facts, *_gradient(parameters)]


def _gradient(parameters: list[Parameter]) -> list[str]:
    """√Σ g² over all gradients there are, marked where it is no number; [] where there is none."""
    with np.errstate(over="ignore"):  # of gradients beyond 1e154 the norm is infinite
        squares = [np.square(p.grad.data, dtype=np.float64).sum() for p in parameters if p.grad is not None]
    if not squares:
        return []
    norm = np.sqrt(np.sum(squares))
    said = f"gradient {norm:.3g}"
    return [said if np.isfinite(norm) else mg.markup("b", said, class_="minigrad-wrong")]


def _listed(facts: list[str], between: str) -> str:
    """Those that are not empty, text or markup, in a row."""
    row = [part for fact in facts if fact for part in (between, fact)][1:]
    return mg.markup("span", *row, class_="minigrad-facts")


def _table(module: "Module", path: str, seen: dict[int, str]) -> str | None:
    """The parameters and buffers of the module itself, one a row."""
    rows = []
    for name, value in (*_own_parameters(module), *module.named_buffers(recurse=False)):
        at = f"{path}.{name}".lstrip(".")
        facts = _tensor_facts(value) if id(value) not in seen else [f"the same as {seen[id(value)]}"]
        seen.setdefault(id(value), at)
        cells = [mg.markup("td", mg.markup("bdi", name)), mg.markup("td", _form(value))]
        rows.append(mg.markup("tr", *cells, mg.markup("td", _listed(facts, ", "))))
    return mg.markup("table", *rows) if rows else None


def _own_parameters(module: "Module") -> list[tuple[str, Parameter]]:
    return [(name, value) for name, value in vars(module).items() if isinstance(value, Parameter)]


def _tensor_facts(value: Any) -> list[str]:
    if not isinstance(value, Parameter):
        return ["buffer"]
    if not value.requires_grad:
        return ["fixed"]
    return _gradient([value])


def _form(value: Any) -> str:
    """2 × 3, and the dtype where it is not the usual one."""
    shape = " × ".join(map(str, value.shape)) or "one number"
    return shape if value.dtype == np.float32 else f"{shape} {value.dtype}"
