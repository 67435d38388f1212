"""What optimisers and schedules take: groups, and saved states; and every error of theirs."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.optim import (
    ASGD,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Muon,
    NAdam,
    Optimizer,
    RAdam,
    RMSprop,
)
from tests.cases import each


def parameter(*shape: int) -> nn.Parameter:
    p = nn.Parameter(np.ones(shape))
    p.grad = mg.tensor(np.full(shape, 0.5))
    return p


A, B, C = parameter(2), parameter(3), parameter(2, 2)
BUILD: dict[str, Callable[[Any], Optimizer]] = {
    "SGD": lambda p: SGD(p, 0.1, momentum=0.9),
    "Adam": lambda p: Adam(p, 0.1),
    "AdamW": lambda p: AdamW(p, 0.1),
    "RMSprop": lambda p: RMSprop(p, 0.1),
    "Adagrad": lambda p: Adagrad(p, 0.1),
    "Adadelta": lambda p: Adadelta(p, 0.1),
    "Adamax": lambda p: Adamax(p, 0.1),
    "NAdam": lambda p: NAdam(p, 0.1),
    "RAdam": lambda p: RAdam(p, 0.1),
    "ASGD": lambda p: ASGD(p, 0.1),
    "Lion": lambda p: Lion(p, 0.1),
}
ELSEWHERE = {"Muon", "LBFGS"}  # below, and in test_lbfgs: one is of matrices, the other of one group


def saved(name: str = "Adam", *groups: list[Any]) -> dict[str, Any]:
    """The state of an optimiser over these groups, after a step."""
    optimizer = BUILD[name](copy.deepcopy([{"params": group} for group in groups or [[A, B]]]))
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = mg.tensor(np.full(p.shape, 0.5))
    optimizer.step()
    return optimizer.state_dict()


def test_every_optimiser_is_built() -> None:
    public = {name for name in nn.optim.__all__ if isinstance(getattr(nn.optim, name), type)}
    assert set(BUILD) == public - {"Optimizer"} - ELSEWHERE


# -- groups -------------------------------------------------------------------------------------


@each("name", BUILD)
def test_a_group_added_later_is_as_one_given_at_first(name: str) -> None:
    first, later = copy.deepcopy((A, B)), copy.deepcopy((A, B))
    whole = BUILD[name]([{"params": first[:1]}, {"params": first[1:], "lr": 0.5}])
    grown = BUILD[name](later[:1])
    group = {"params": later[1], "lr": 0.5}  # one parameter alone, as PyTorch takes it in a group
    grown.add_param_group(group)
    assert group == {"params": later[1], "lr": 0.5}
    for optimizer, parameters in ((whole, first), (grown, later)):
        for p in parameters:
            p.grad = mg.tensor(np.full(p.shape, 0.5))
        optimizer.step()
    assert whole.state_dict()["param_groups"] == grown.state_dict()["param_groups"]
    for p, q in zip(first, later, strict=True):
        np.testing.assert_array_equal(p.numpy(), q.numpy())


def test_a_refused_group_changes_nothing() -> None:
    optimizer = SGD([A])
    for wrong in ({"params": [B, A]}, {"params": [B], "lr": -1.0}, {"params": {B}}):
        with pytest.raises((TypeError, ValueError)):
            optimizer.add_param_group(wrong)
    assert [group["params"] for group in optimizer.param_groups] == [[A]]


def test_named_parameters_keep_their_names() -> None:
    layer = nn.Linear(2, 1)
    optimizer = SGD(layer.named_parameters())
    assert optimizer.param_groups[0]["params"] == [layer.weight, layer.bias]
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]
    SGD(layer.parameters()).load_state_dict(optimizer.state_dict())
    optimizer.add_param_group({"params": [("a", A)]})
    assert optimizer.param_groups[1]["param_names"] == ["a"]


# -- loading ------------------------------------------------------------------------------------


def with_group(state_dict: dict[str, Any], **settings: Any) -> dict[str, Any]:
    group = {**state_dict["param_groups"][0], **settings}
    return {**state_dict, "param_groups": [{k: v for k, v in group.items() if v is not None}]}


def with_state(state_dict: dict[str, Any], **entry: Any) -> dict[str, Any]:
    entry = {**state_dict["state"][1], **entry}
    return {**state_dict, "state": {1: {k: v for k, v in entry.items() if v is not None}}}


ANOTHER = "it is of another optimiser, or damaged"
SETTINGS = ", ".join(Adam([A]).defaults)
PARTS = "has a list of dicts under 'param_groups', and a dict of dicts under 'state'"
ADAM_HAS = f"and Adam has {SETTINGS}: {ANOTHER}"
STATES: list[tuple[Any, str]] = [
    (None, "and this one is NoneType"),
    ({}, "and this one is empty"),
    ({"state": {}, "groups": []}, "and this one is 'state', 'groups'"),
    (saved() | {"param_groups": {}}, PARTS),
    (saved() | {"param_groups": [1]}, PARTS),
    (saved() | {"state": [{}]}, PARTS),
    (saved() | {"state": {0: 1}}, PARTS),
    (saved("Adam", [A], [B]), "the state dict has 2 parameter groups, this optimiser 1"),
    (
        saved("Adam", [A]),
        "group 0 of the state dict has 1 parameters, this optimiser's 2: build it with the groups that were "
        "saved, or their settings would go to other parameters",
    ),
    (saved("SGD"), "group 0 of the state dict lacks betas, eps"),
    (with_group(saved(), eps=None), f"group 0 of the state dict lacks eps, {ADAM_HAS}"),
    (with_group(saved(), params=None), f"group 0 of the state dict lacks params, {ADAM_HAS}"),
    (with_group(saved(), momentum=0.9), f"group 0 of the state dict has momentum, {ADAM_HAS}"),
    (
        with_group(saved(), decoupled_weight_decay=True),
        "Adam adds weight decay to the gradient and AdamW shrinks the weights by it, and this state is of "
        "the other: load it into AdamW",
    ),
    (with_group(saved(), lr=-1.0), "lr must not be negative, and is -1.0"),
    (saved() | {"state": {-1: {}}}, "a state for parameter -1, and this optimiser has 2 parameters"),
    (saved() | {"state": {"b": {}}}, "a state for parameter b, and this optimiser has 2 parameters"),
    (
        with_state(saved(), exp_avg_sq=None),
        "the state of parameter 1 in the state dict has step, exp_avg, and Adam keeps step, exp_avg, "
        f"exp_avg_sq: {ANOTHER}",
    ),
    (
        saved() | {"state": {0: {"momentum_buffer": np.zeros(2)}}},
        "the state of parameter 0 in the state dict has momentum_buffer, and Adam keeps",
    ),
    (with_state(saved(), exp_avg=np.zeros(2)), "exp_avg of parameter 1 has shape (2,), the parameter (3,)"),
    (with_state(saved(), exp_avg=0.0), "exp_avg of parameter 1 has shape (), the parameter (3,)"),
    (with_state(saved(), step=np.zeros(3)), "step of parameter 1 counts steps, and is array("),
    (with_state(saved(), step=-1), "step of parameter 1 counts steps, and is -1"),
]  # fmt: skip


def test_numbers_of_a_state_are_numbers() -> None:
    optimizer = ASGD([A, B])
    for wrong in (np.zeros(2), "1", np.nan):
        with pytest.raises(ValueError, match="the state dict's eta of parameter 1 is a number, and is "):
            optimizer.load_state_dict(with_state(saved("ASGD"), eta=wrong))
    optimizer.load_state_dict(with_state(saved("ASGD"), eta=np.array(0.25)))
    assert optimizer.state[B]["eta"] == 0.25


def test_a_group_that_muon_refuses_changes_nothing() -> None:
    optimizer = Muon([C])
    with pytest.raises(ValueError, match="Muon updates matrices"):
        optimizer.add_param_group({"params": [A]})
    assert [group["params"] for group in optimizer.param_groups] == [[C]]
    optimizer.add_param_group({"params": [parameter(3, 3)], "lr": 0.5})
    optimizer.step()
    assert len(optimizer.state) == 2


@each(("state_dict", "text"), STATES, ids=lambda x: x[:40] if isinstance(x, str) else "")
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(state_dict: Any, text: str) -> None:
    optimizer = Adam([A, B], lr=0.7)
    with pytest.raises(ValueError) as error:
        optimizer.load_state_dict(state_dict)
    assert text in str(error.value)
    assert optimizer.state == {}
    assert optimizer.param_groups == [{**optimizer.defaults, "params": [A, B]}]


def test_sgd_refuses_the_state_of_adam_and_takes_its_own_without_momentum() -> None:
    with pytest.raises(ValueError, match="lacks momentum, dampening, nesterov"):
        SGD([A, B]).load_state_dict(saved("Adam"))
    plain = SGD([A, B])
    plain.load_state_dict(SGD([A, B], 0.5).state_dict())
    assert plain.param_groups[0]["lr"] == 0.5


def test_numbers_come_as_files_give_them_and_arrays_in_the_parameters_dtype() -> None:
    state = saved()
    entry = {"step": np.array(3.0), "exp_avg": np.ones(2, np.float32), "exp_avg_sq": [1.0, 1.0]}
    optimizer = Adam([A, B])
    optimizer.load_state_dict(state | {"state": {"0": entry}})
    assert optimizer.state[A]["step"] == 3
    assert optimizer.state[A]["exp_avg"].dtype == optimizer.state[A]["exp_avg_sq"].dtype == np.float64
    optimizer.step()
    assert optimizer.state[A]["step"] == 4


def test_an_optimiser_of_ones_own_may_keep_what_it_likes() -> None:
    class Rows(Optimizer):
        def update(self, p: Any, g: Any, state: Any, group: Any) -> None:
            state["row"] = np.arange(5)

    optimizer = Rows([parameter(2)], {"lr": 0.1})
    optimizer.step()
    again = Rows([parameter(2)], {"lr": 0.2})
    again.load_state_dict(optimizer.state_dict())
    np.testing.assert_equal(again.state_dict(), optimizer.state_dict())


# -- errors -------------------------------------------------------------------------------------


def appended() -> None:
    optimizer = Adam([A])
    optimizer.param_groups.append({"params": [B]})
    optimizer.step()


NO_ORDER = "an optimiser keeps its state by the place of each parameter, and a set has no order: give a list"
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: SGD(A),
        TypeError,
        "an optimiser takes a list of parameters, and got a Parameter of shape (2,): write [x]",
    ),
    (lambda: SGD({A, B}), TypeError, NO_ORDER),
    (lambda: Adam([{"params": frozenset([A, B])}]), TypeError, NO_ORDER),
    (
        lambda: SGD(nn.Linear(1, 1)),  # type: ignore[arg-type]
        TypeError,
        "an optimiser takes parameters, and got a Linear: give model.parameters()",
    ),
    (
        lambda: SGD({"params": [A]}),
        TypeError,
        "an optimiser takes a list of parameters, or of groups, and got a dict: give model.parameters(), or "
        "[group]",
    ),
    (
        lambda: Adam([A], lr="0.1"),  # type: ignore[arg-type]
        TypeError,
        "Adam takes lr as a number, and got '0.1': write float(...)",
    ),
    (
        lambda: SGD([{"params": [A], "momentum": None}]),
        TypeError,
        "momentum is a number, and a NoneType was given: None",
    ),
    (lambda: Adam([A], betas=0.9), ValueError, "betas must be in [0, 1), and are 0.9"),  # type: ignore[arg-type]
    (lambda: SGD(iter([])), ValueError, "the optimiser got no parameters: give model.parameters()"),
    (
        lambda: SGD([{"params": [A]}, B]),
        TypeError,
        'a group of parameters is a dict, {"params": [...], "lr": ...}, and this one is a Parameter',
    ),
    (
        lambda: SGD([{"lr": 0.1, "weights": [A]}]),
        ValueError,
        'a group of parameters has them under "params", and this one has \'lr\', \'weights\'',
    ),
    (
        lambda: SGD([A, B.data]),
        TypeError,
        "an optimiser takes nn.Parameter, and got a ndarray: make it one, nn.Parameter(x), or give "
        "model.parameters()",
    ),
    (
        lambda: SGD([("a", A)]).add_param_group({"params": [B]}),
        ValueError,
        "some groups of the optimiser have named parameters and others have not: give "
        "model.named_parameters() for all, or model.parameters()",
    ),
    (
        lambda: SGD([A]).add_param_group({"params": [B, A]}),
        ValueError,
        "a parameter is in two groups, or twice in one: it would be updated twice a step",
    ),
    (lambda: SGD([{"params": [A], "lr": -1}]), ValueError, "lr must not be negative, and is -1"),
    (
        lambda: Adam([A], lr=float("nan")),
        ValueError,
        "Adam got lr=nan, which is no number: look for what made it",
    ),
    (lambda: Adam([A], betas=(0.9,)), ValueError, "betas must be in [0, 1), and are (0.9,)"),  # type: ignore[arg-type]
    (
        appended,
        ValueError,
        f"a group of the optimiser has no {SETTINGS}: write add_param_group(group), which fills in what is "
        "missing, in the place of param_groups.append(group)",
    ),
]  # fmt: skip


@each(("provoke", "kind", "text"), ERRORS, ids=[text[:40] for _, _, text in ERRORS])
def test_errors(provoke: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as error:
        provoke()
    assert str(error.value) == text


def test_averages_of_float16_are_loaded_as_they_are_kept() -> None:
    p = nn.Parameter(np.ones(2, np.float16))
    p.grad = mg.tensor(np.full(2, 1e-5, np.float16))
    optimizer = Adam([p])
    optimizer.step()
    again = Adam([p])
    again.load_state_dict(optimizer.state_dict())
    np.testing.assert_equal(again.state_dict(), optimizer.state_dict())
    assert again.state[p]["exp_avg_sq"].dtype == np.float32
    assert (again.state[p]["exp_avg_sq"] > 0).all()
