"""A Tensor as a notebook shows it: its values, where they come from, and its gradient to be unfolded."""

from typing import Any

import numpy as np

from minigrad.pages.array_markup import array_markup
from minigrad.pages.arrays import array_data
from minigrad.pages.markup import Markup, joined, markup
from minigrad.pages.page import fragment, own

_BUDGET = 1024  # cells, of which each is an element of the page


def tensor_html(tensor: Any) -> str:
    """Kind, name, op, values and gradient of a Tensor, as markup for a notebook."""
    shown = [_head(tensor), _array(tensor.data)]
    if tensor.grad is not None:
        shown.append(_gradient(tensor.grad.data))
    return fragment(joined(*shown), styles=[own("arrays.css")])


def _head(tensor: Any) -> Markup:
    named = markup("bdi", tensor.name) if tensor.name else None
    facts = markup("span", _facts(tensor), class_="minigrad-facts")
    return markup("div", markup("b", type(tensor).__name__), " ", named, " " if named else None, facts)


def _facts(tensor: Any) -> str:
    if not tensor.requires_grad:
        return "requires no gradient"
    if tensor.is_leaf:
        return "requires_grad" + ("" if tensor.grad is not None else ", no grad yet")
    within = f" in {tensor.node.path}" if tensor.node.path else ""
    return f"op {tensor.node.op.name}{within}"


def _array(array: np.ndarray) -> Markup:
    return array_markup(array_data(array, budget=_BUDGET))


def _gradient(array: np.ndarray) -> Markup:
    with np.errstate(over="ignore"):  # of gradients beyond 1e154 the norm is infinite
        norm = np.sqrt(np.square(array, dtype=np.float64).sum())
    summary = markup("summary", "grad ", markup("span", f"of norm {norm:.4g}", class_="minigrad-facts"))
    return markup("details", summary, _array(array))
