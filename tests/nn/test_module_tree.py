"""A module as a notebook shows it: every parameter, count and norm, and what stands in it twice."""

import html
import re

import numpy as np

import minigrad as mg
import nn


def shown(value: object) -> str:
    bundle = value._repr_mimebundle_()  # type: ignore[attr-defined]
    assert bundle["text/plain"] == repr(value)
    return bundle["text/html"]


def words(markup: str) -> list[str]:
    """The lines of the tree, as text."""
    lines = re.split(
        r"<(?:summary|tr|div)\b[^>]*>", re.sub(r"<style>.*?</style>", "", markup, flags=re.DOTALL)
    )
    plain = [html.unescape(re.sub("<[^>]+>", " ", line)) for line in lines]
    return [" ".join(line.split()) for line in plain if line.strip()]


def test_the_tree_of_a_small_model() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1, bias=False))
    model[2].weight.data[...] = 1.0
    model[2].requires_grad_(False)
    model(mg.tensor([[0.0, 0.0]])).sum().backward()
    slope = 1 - np.tanh(model[0].bias.data) ** 2  # ∂out/∂bias; the weights' gradient is 0, as the input is
    norm = f"{np.sqrt(np.sum(slope**2)):.3g}"
    assert words(shown(model)) == [
        f"Sequential 12 parameters · 3 of them fixed · gradient {norm}",
        f"0 Linear in_features=2, out_features=3, bias=True · 9 parameters · gradient {norm}",
        "weight 3 × 2 gradient 0",
        f"bias 3 gradient {norm}",
        "1 Tanh",
        "2 Linear in_features=3, out_features=1, bias=False · 3 parameters · fixed",
        "weight 1 × 3 fixed",
    ]


def test_what_stands_in_it_twice_is_named() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            self.embed = nn.Embedding(4, 2)
            self.out = nn.Linear(2, 4, bias=False)
            self.out.weight = self.embed.weight
            self.again = self.out
            self.register_buffer("steps", np.zeros(()))

    lines = words(shown(Tied()))
    assert lines[0] == "Tied 8 parameters"
    assert "weight 4 × 2 the same as embed.weight" in lines
    assert "again Linear the same as out" in lines
    assert "steps one number float64 buffer" in lines
    assert shown(Tied()).count("<details open>") == 1


def test_names_stay_text_and_gradients_that_are_none_are_no_numbers() -> None:
    model = nn.Module()
    model.register_parameter("<script>alert(1)</script>\0", nn.Parameter(np.float64(1)))
    markup = shown(model)
    assert "<script" not in markup
    assert words(markup) == ["Module 1 parameter", "<script>alert(1)</script>\ufffd one number float64"]
    parameter = next(iter(model.parameters()))
    parameter.grad = mg.tensor(np.nan)
    assert words(shown(model))[0] == "Module 1 parameter · gradient nan"
    assert shown(model).count('<b class="minigrad-wrong">gradient nan</b>') == 2
    parameter.grad = mg.tensor(np.float64(1e200))
    assert words(shown(model))[0] == "Module 1 parameter · gradient inf"


def test_a_summary_is_the_table_that_is_printed() -> None:
    summary = nn.summary(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), np.zeros((5, 2), np.float32))
    table = words(shown(summary))
    assert table == [" ".join(line.split()) for line in repr(summary).splitlines() if "─" not in line]
