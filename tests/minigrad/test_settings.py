"""A setting of another kind is refused in a sentence, by all that makes pictures and pages."""

import re

import pytest

import minigrad as mg
from tests.cases import each
from tests.minigrad.test_drawing import leaf


@each(
    "give, words",
    [
        (
            lambda y: mg.draw(y, "graph.svg"),
            "draw takes values as True or False, and got a path: write draw(...).save('graph.svg')",
        ),
        (
            lambda y: mg.draw(y, costs=1),
            "draw takes costs as True or False, and got 1: write costs=True",
        ),
        (lambda y: mg.draw(y, depth="1"), "draw takes depth as an integer, and got '1': write int(...)"),
        (lambda y: mg.draw(y, depth=1.5), "draw takes depth as an integer, and got 1.5: write int(...)"),
        (lambda y: mg.draw(y, depth=True), "draw takes depth as an integer, and got True: write int(...)"),
        (
            lambda y: mg.draw(y, gradients=None),
            "draw takes gradients as True or False, and got None: write gradients=True",
        ),
        (lambda y: mg.draw(y, fold=3), "draw takes fold as a text or a list of them, and got 3"),
        (
            lambda y: mg.draw(y, expand=["linear", None]),
            "draw takes expand as a text or a list of them, and got ['linear', None]",
        ),
        (lambda y: mg.draw(y, title=None), "draw takes title as a text, and got None: write it in quotes"),
        (
            lambda y: mg.explore(y, "walk.html", title=3),
            "explore takes title as a text, and got 3: write it in quotes",
        ),
        (lambda y: mg.page(3, ""), "page takes title as a text, and got 3: write it in quotes"),
        (lambda y: mg.page("a", 3), "page takes body as a text, and got 3: write it in quotes"),
    ],
)
def test_a_setting_of_another_kind_is_refused(give, words):
    with pytest.raises(TypeError, match=f"^{re.escape(words)}$"):
        give(mg.exp(leaf(1.0, "x")))
