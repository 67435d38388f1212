"""Trees of arrays: taken apart and put together, as arguments and results of every derivative."""

from collections import OrderedDict, defaultdict
from typing import NamedTuple

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff.tree import LEAF, flatten, flatten_like, map_leaves, paths, unflatten
from tests.cases import each


class Layer(NamedTuple):
    weight: object
    bias: object


TREES = [
    1.0,
    None,
    (),
    [],
    {},
    (1.0, 2.0),
    {"b": 1.0, "a": {"x": (2.0, None)}},
    [Layer(1.0, None), (Layer({"k": 2.0}, 3.0),)],
    {3: 1.0, "3": 2.0, (0, 1): 3.0},
]


@each("tree", TREES, ids=str)
def test_flatten_and_unflatten_undo_each_other(tree):
    leaves, structure = flatten(tree)
    again = unflatten(structure, leaves)
    assert again == tree
    assert type(again) is type(tree)
    assert flatten(again) == (leaves, structure)
    assert len(list(paths(structure))) == len(leaves)


def test_the_order_of_leaves_is_that_of_the_tree():
    leaves, structure = flatten({"b": 1, "a": [2, {"z": 3, "y": 4}]})
    assert leaves == [[2, {"z": 3, "y": 4}]] or leaves == [1, 2, 3, 4]
    assert list(paths(structure, "p")) == ["p['b']", "p['a'][0]", "p['a'][1]['z']", "p['a'][1]['y']"]
    assert list(unflatten(structure, leaves)) == ["b", "a"]
    assert list(paths(flatten(Layer(1, (2, 3)))[1], "p")) == ["p.weight", "p.bias[0]", "p.bias[1]"]


def test_a_list_of_numbers_is_one_array():
    for numbers in ([1.0, 2.0], [[1, 2], [3, 4]], [np.float64(1.0), True]):
        assert flatten(numbers) == ([numbers], LEAF)
    for tree in ((1.0, 2.0), [1.0, np.ones(2)], [1.0, None], [[1.0], (2.0,)], [mg.tensor(1.0)]):
        assert len(flatten(tree)[0]) == len(tree) - (None in map(type, tree)) or None in tree


def test_subclasses_of_dict_come_back_as_dicts():
    for given in (OrderedDict(b=1.0, a=2.0), defaultdict(list, b=1.0, a=2.0)):
        again = map_leaves(lambda x: -x, given)
        assert type(again) is dict
        assert list(again.items()) == [("b", -1.0), ("a", -2.0)]


def test_the_same_structure_may_have_its_keys_in_another_order():
    structure = flatten({"a": 1, "b": {"c": 2, "d": 3}})[1]
    assert flatten_like(structure, {"b": {"d": 30, "c": 20}, "a": 10}, "v") == [10, 20, 30]


@each(
    ("tree", "text"),
    [
        ({"a": 1.0}, r"v is a dict with the keys 'a', and a dict with the keys 'a', 'b' is needed there"),
        ({"a": 1.0, "b": [1.0]}, r"v\['b'\] is a list, and a tuple with 1 entry is needed"),
        (
            {"a": 1.0, "b": (1.0, 2.0)},
            r"v\['b'\] is a tuple with 2 entries, and a tuple with 1 entry is needed",
        ),
        ({"a": 1.0, "b": None}, r"v\['b'\] is a NoneType with 0 entries, and a tuple with 1 entry is needed"),
        ({"a": (1.0,), "b": (1.0,)}, r"v\['a'\] is a tuple, and an array is needed there"),
        ({"a": None, "b": (1.0,)}, r"v\['a'\] is a NoneType, and an array is needed there"),
        (3.0, r"v is a float, and a dict with the keys 'a', 'b' is needed"),
    ],
    ids=str,
)
def test_another_structure_is_refused_with_its_place(tree, text):
    structure = flatten({"a": 1.0, "b": (2.0,)})[1]
    with pytest.raises(TypeError, match=text):
        flatten_like(structure, tree, "v")


def test_none_is_needed_where_none_was():
    with pytest.raises(TypeError, match=r"v\[0\] is a float, and None is needed there"):
        flatten_like(flatten((None,))[1], (1.0,), "v")


# -- as arguments ---------------------------------------------------------------------------------

W = np.array([[1.0, 2.0], [3.0, 4.0]])
B = np.array([0.5, -0.5])
X = np.array([2.0, -1.0])


def network(p, x):
    return np.tanh(x @ p["layers"][0].weight + p["layers"][0].bias).sum() * p["scale"]


def parameters():
    return {"layers": (Layer(W, B),), "scale": np.array(3.0), "nothing": None}


def test_the_gradient_has_the_structure_of_the_argument():
    g = mg.grad(network)(parameters(), X)
    assert list(g) == ["layers", "scale", "nothing"]
    assert type(g["layers"]) is tuple
    assert type(g["layers"][0]) is Layer
    assert g["nothing"] is None
    flat = lambda w, b, s: network({"layers": (Layer(w, b),), "scale": s}, X)
    expected = mg.grad(flat, (0, 1, 2))(W, B, np.array(3.0))
    for got, want in zip(flatten(g)[0], expected, strict=True):
        assert type(got) is mg.Tensor
        assert got.node is None
        np.testing.assert_array_equal(got.data, want.data)


def test_several_arguments_some_of_them_trees():
    gp, gx = mg.grad(network, (0, 1))(parameters(), X)
    assert gx.shape == (2,)
    assert gp["scale"].shape == ()


def test_an_empty_tree_has_an_empty_gradient():
    assert mg.grad(lambda p, x: mg.sum(x))({}, X) == {}
    assert mg.grad(lambda p, x: mg.sum(x))(None, X) is None


def test_leaves_that_are_recorded_stay_in_their_graph():
    w = mg.tensor(W, requires_grad=True)
    g = mg.grad(lambda p: (p["w"] ** 3).sum())({"w": w})
    g["w"].sum().backward()
    np.testing.assert_allclose(w.grad.data, 6 * W)


def test_one_tensor_in_two_places_has_a_gradient_in_each():
    g = mg.grad(lambda p: p["a"] * p["b"] ** 2)(dict.fromkeys("ab", mg.tensor(3.0)))
    assert (g["a"].item(), g["b"].item()) == (9, 18)


def test_nested_derivatives_of_trees():
    """∇|∇f|² over a dict is 2·H·∇f, the product that hvp gives."""
    p = {"w": W, "b": B}
    f = lambda p: np.sin(p["w"] @ p["b"]).sum() + (p["b"] ** 4).sum()
    gradient = mg.grad(f)
    norm = lambda p: sum((g * g).sum() for g in gradient(p).values())
    got = mg.grad(norm)(p)
    (product,) = mg.hvp(f, (p,), (gradient(p),))
    for key in p:
        np.testing.assert_allclose(got[key].data, 2 * product[key].data, rtol=1e-12)


def test_trees_through_products():
    f = lambda p, x: {"y": x @ p["w"], "both": (p["b"] * x, p["b"].sum())}
    p = {"w": W, "b": B}
    y, pull = mg.vjp(f, p, X)
    np.testing.assert_array_equal(y["y"].data, X @ W)
    cotangent = {"y": np.array([1.0, -2.0]), "both": (X, 3.0)}
    gp, gx = pull(cotangent)
    np.testing.assert_allclose(gp["w"].data, np.outer(X, cotangent["y"]))
    np.testing.assert_allclose(gp["b"].data, X * X + 3)
    np.testing.assert_allclose(gx.data, W @ cotangent["y"] + B * X)
    tangents = ({"b": np.array([1.0, 0.5]), "w": np.ones((2, 2))}, np.array([0.1, 0.2]))
    y, t = mg.jvp(f, (p, X), tangents)
    np.testing.assert_allclose(t["y"].data, tangents[1] @ W + X @ tangents[0]["w"])
    np.testing.assert_allclose(t["both"][0].data, tangents[0]["b"] * X + B * tangents[1])
    np.testing.assert_allclose(t["both"][1].data, 1.5)
    # <v, J t> = <Jᵀ v, t>
    left = sum(
        (np.asarray(a) * b.data).sum() for a, b in zip(flatten(cotangent)[0], flatten(t)[0], strict=True)
    )
    right = (gp["w"].data * tangents[0]["w"]).sum() + (gp["b"].data * tangents[0]["b"]).sum()
    np.testing.assert_allclose(left, right + gx.data @ tangents[1])


def test_a_jacobian_between_trees_is_a_tree_of_trees():
    f = lambda p: {"y": p["w"] @ p["b"], "s": p["b"].sum()}
    j = mg.jacobian(f)({"w": W, "b": B})
    assert {k: {q: m.shape for q, m in v.items()} for k, v in j.items()} == {
        "y": {"w": (2, 2, 2), "b": (2, 2)},
        "s": {"w": (2, 2), "b": (2,)},
    }
    np.testing.assert_allclose(j["y"]["b"].data, W)
    np.testing.assert_allclose(j["y"]["w"].data, np.einsum("ik,j->ikj", np.eye(2), B))
    np.testing.assert_array_equal(j["s"]["w"].data, np.zeros((2, 2)))


def test_a_hessian_over_a_tree_has_blocks():
    h = mg.hessian(lambda p: (p["a"] ** 2).sum() * p["b"])({"a": B, "b": 2.0})
    np.testing.assert_allclose(h["a"]["a"].data, 4 * np.eye(2))
    np.testing.assert_allclose(h["a"]["b"].data, 2 * B)
    np.testing.assert_allclose(h["b"]["a"].data, 2 * B)
    assert h["b"]["b"].item() == 0


def test_per_example_gradients_of_trees():
    loss = lambda p, batch: ((batch["x"] @ p["w"] + p["b"]) * batch["k"]).sum()
    batch = {"x": np.arange(6.0).reshape(3, 2), "k": np.array([1.0, 2.0, 3.0])}
    g = mg.per_example_grad(loss)({"w": W, "b": B}, batch)
    assert g["w"].shape == (3, 2, 2)
    np.testing.assert_allclose(g["b"].data, np.array([1.0, 2.0, 3.0])[:, None] * np.ones(2))
    whole = mg.grad(lambda p: sum(loss(p, {k: v[i] for k, v in batch.items()}) for i in range(3)))
    np.testing.assert_allclose(g["w"].data.sum(0), whole({"w": W, "b": B})["w"].data)


def test_integers_in_a_tree_are_refused_with_their_place():
    p = {"w": W, "state": [W, {"step": np.array(3)}]}
    with pytest.raises(TypeError, match=r"argument 0\['state'\]\[1\]\['step'\] is int64"):
        mg.grad(lambda p: p["w"].sum())(p)
    with pytest.raises(TypeError, match="a tensor holds real numbers") as caught:
        mg.grad(lambda x, p: p["w"].sum(), 1)(1.0, {"w": W, "name": "linear"})
    assert caught.value.__notes__ == ["grad was asked to differentiate by argument 1['name']"]


def test_stop_gradient_over_trees():
    x = mg.tensor(X, requires_grad=True)
    tree = mg.stop_gradient({"x": x, "n": 3, "a": X, "more": [x * 2, None]})
    assert tree["x"].node is None
    assert tree["x"].data is x.data
    assert tree["more"][0].node is None
    assert (tree["n"], tree["a"] is X, tree["more"][1]) == (3, True, None)
    np.testing.assert_array_equal(mg.grad(lambda x: (x * mg.stop_gradient(x)).sum())(X).data, X)
