"""The walk back: its order, its cost, what it adds up and what it frees."""

import itertools
import sys

import numpy as np
import pytest

import minigrad as mg
from minigrad import graph
from minigrad.gradients import Part
from minigrad.graph import Node, ancestors, backpropagate
from minigrad.primitive import Primitive
from tests.cases import each

DEEP = 100_000


@pytest.fixture
def pulls(monkeypatch):
    """The nodes that a derivative rule is asked for, in order."""
    seen = []
    pull_back = Primitive.pull_back

    def counting(self, node, saved, g, wanted):
        seen.append(node)
        return pull_back(self, node, saved, g, wanted)

    monkeypatch.setattr(Primitive, "pull_back", counting)
    return seen


# -- depth and cost -------------------------------------------------------------------------------


def test_a_chain_of_100_000_ops_needs_no_recursion():
    x = mg.tensor(np.float64(2.0), requires_grad=True)
    y = x
    for _ in range(DEEP):
        y = y + 1.0
    assert y.item() == 2.0 + DEEP
    assert len(ancestors(y.node)) == DEEP + 1
    y.backward(retain_graph=True)
    assert x.grad.item() == 1
    del y  # freed one after the other, not one inside the other


def test_a_deep_chain_is_freed_without_recursion_even_where_nothing_walked_it():
    y = mg.tensor(1.0, requires_grad=True)
    for _ in range(DEEP):
        y = -y
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        del y
    finally:
        sys.setrecursionlimit(limit)


def test_a_deep_chain_under_create_graph():
    x = mg.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = -y
    y = y * x
    y.backward(create_graph=True)
    assert x.grad.item() == 2
    g, x.grad = x.grad, None
    g.backward()
    assert x.grad.item() == 2


def test_doubling_60_times_visits_each_node_once(pulls):
    x = mg.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert len(pulls) == len(set(pulls)) == 60
    assert x.grad.item() == 2.0**60


def test_doubling_60_times_is_linear_under_create_graph_too(pulls):
    x = mg.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(60):
        y = y + y
    y.backward(create_graph=True)
    assert len(pulls) == 60


def test_grad_walks_only_what_leads_to_its_arguments(pulls):
    side = mg.tensor(3.0, requires_grad=True)

    def f(x):
        costly = side
        for _ in range(10):
            costly = costly * 1.5
        return x * x + costly

    assert mg.grad(f)(2.0).item() == 4
    assert len(pulls) == 2  # the sum and the product
    assert side.grad is None


def test_every_node_is_visited_after_all_that_were_made_from_it(pulls, rng):
    """On random graphs, against an order worked out from the edges."""
    for _ in range(20):
        leaves = [mg.tensor(rng.normal(), requires_grad=True) for _ in range(3)]
        values = list(leaves)
        for _ in range(30):
            a, b = rng.integers(0, len(values), 2)
            values.append(values[a] * values[b] + 0.1 * values[a])
        pulls.clear()
        values[-1].backward(retain_graph=True)
        place = {node: i for i, node in enumerate(pulls)}
        assert len(place) == len(pulls)
        for node in pulls:
            for parent in node.parents:
                if parent in place:
                    assert place[parent] > place[node]


def test_random_graphs_against_finite_differences(rng):
    for _ in range(5):
        plan = [tuple(rng.integers(0, 3 + i, 2)) for i in range(12)]

        def f(*leaves, plan=plan):
            values = list(leaves)
            for i, (a, b) in enumerate(plan):
                values.append(np.tanh(values[a] * values[b]) if i % 2 else values[a] + values[b])
            return values[-1]

        mg.check_grads(f, list(rng.normal(size=3)), order=2, rtol=1e-4, atol=1e-5)


# -- accumulation ---------------------------------------------------------------------------------


def test_two_backward_calls_add_up_to_exactly_twice(rng):
    x = mg.tensor(rng.normal(size=(3, 4)), requires_grad=True)
    np.tanh(x * x).sum().backward()
    once = x.grad.data.copy()
    np.tanh(x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, 2 * once)


def test_two_different_graphs_of_a_leaf_add_up():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    np.exp(x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 3 + np.exp([1, 2]), rtol=1e-6)


def test_accumulation_replaces_the_tensor_and_keeps_what_was_read_before():
    x = mg.tensor([1.0], requires_grad=True)
    (x * 2).backward()
    before = x.grad
    (x * 2).backward()
    assert before.item() == 2
    assert x.grad.item() == 4


def test_many_uses_of_a_leaf_are_summed(rng):
    data = rng.normal(size=5)
    x = mg.tensor(data, requires_grad=True)
    y = x
    for _ in range(7):
        y = y * 1.5 + x + x
    (y + x).sum().backward()
    slope = 1.0
    for _ in range(7):
        slope = slope * 1.5 + 2
    np.testing.assert_allclose(x.grad.data, slope + 1)


@each("create_graph", [False, True])
def test_gradients_of_two_leaves_never_share_memory(create_graph):
    x, y = (mg.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    (x + y).backward(np.array([1.0, 1.0], np.float32), create_graph=create_graph)
    x.grad.data[...] = 99
    np.testing.assert_array_equal(y.grad.data, [1, 1])


def test_the_gradient_given_is_neither_kept_nor_changed():
    g = np.array([1.0, 2.0])
    x = mg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    (x + 0.0).backward(g)
    x.grad.data[...] = 0
    np.testing.assert_array_equal(g, [1, 2])
    leaf = mg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    leaf.backward(g)
    assert not np.shares_memory(leaf.grad.data, g)


def test_a_shared_gradient_is_not_added_to_in_place():
    """c = a + b passes one g to both; what a gets besides must not reach b."""
    a, b = (mg.tensor([1.0, 1.0], requires_grad=True) for _ in range(2))
    c = a + b
    (c.sum() + (a * 10).sum()).backward()
    np.testing.assert_array_equal(a.grad.data, [11, 11])
    np.testing.assert_array_equal(b.grad.data, [1, 1])


@each("uses", list(itertools.permutations(range(4))))
def test_accumulation_in_any_order_of_borrowed_and_owned(uses):
    """Views, g itself, and new arrays meet at one node, in every order."""
    kinds = [
        lambda t: t + other,
        lambda t: t.reshape(4).reshape(2, 2),
        lambda t: t * 3.0,
        lambda t: t.T,
    ]
    other = mg.tensor(np.zeros((2, 2)), requires_grad=True)
    x = mg.tensor(np.arange(4.0).reshape(2, 2), requires_grad=True)
    hub = x * 1.0
    g = np.array([[1.0, 2.0], [3.0, 4.0]])
    total = kinds[uses[0]](hub)
    for i in uses[1:]:
        total = total + kinds[i](hub)
    total.backward(g)
    np.testing.assert_array_equal(x.grad.data, g + g + 3 * g + g.T)
    np.testing.assert_array_equal(other.grad.data, g)


def test_0d_accumulation():
    x = mg.tensor(3.0, requires_grad=True)
    y = x * x + x * x + x + x
    y.backward()
    assert x.grad.item() == 14
    assert type(x.grad.data) is np.ndarray
    assert x.grad.data.flags.writeable


def test_only_leaves_get_grad():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    plain = mg.tensor([1.0, 1.0])
    middle = x * plain
    out = middle.sum()
    out.backward()
    assert x.grad is not None
    assert middle.grad is None
    assert out.grad is None
    assert plain.grad is None


def test_a_leaf_that_is_gone_is_passed_over():
    x = mg.tensor([1.0], requires_grad=True)
    y = mg.tensor([2.0], requires_grad=True)
    out = x * y
    del x
    out.backward()
    assert y.grad.item() == 1


# -- freeing --------------------------------------------------------------------------------------


def test_a_second_walk_names_the_op_and_the_way_out():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = np.tanh(x).sum()
    y.backward()
    with pytest.raises(mg.GraphFreedError, match=r"at op 'sum'.*retain_graph=True"):
        y.backward()


def test_a_walk_that_runs_into_a_freed_part_names_the_op_there():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    middle = np.tanh(x)
    middle.sum().backward()
    with pytest.raises(mg.GraphFreedError, match="at op 'tanh'"):
        (middle * 2).sum().backward()


def test_an_op_that_saves_nothing_is_freed_as_well():
    x = mg.tensor([1.0], requires_grad=True)
    y = -x
    y.backward()
    with pytest.raises(mg.GraphFreedError, match="at op 'negative'"):
        y.backward()


def test_retain_graph_permits_a_second_walk():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = np.tanh(x).sum()
    y.backward(retain_graph=True)
    once = x.grad.data.copy()
    y.backward()
    np.testing.assert_array_equal(x.grad.data, 2 * once)
    with pytest.raises(mg.GraphFreedError):
        y.backward()


def test_create_graph_retains_as_well():
    x = mg.tensor([2.0], requires_grad=True)
    y = x * x
    y.backward(create_graph=True)
    y.backward()
    assert x.grad.item() == 8


def test_grad_leaves_what_lies_beyond_its_arguments_walkable():
    """The inner graph is freed on the way; what an argument was computed from is not."""
    w = mg.tensor(3.0, requires_grad=True)
    h = w * w
    assert mg.grad(lambda t: t * t)(h).item() == 18
    h.backward()
    assert w.grad.item() == 6


# -- orders ---------------------------------------------------------------------------------------


def test_third_derivative_by_create_graph():
    x = mg.tensor(np.float64(1.5), requires_grad=True)
    y = np.sin(x) * x**3
    for _ in range(2):
        y.backward(create_graph=True)
        y, x.grad = x.grad, None
    y.backward()
    c, s, v = np.cos(1.5), np.sin(1.5), 1.5
    expected = -c * v**3 + 3 * (-s) * 3 * v**2 + 3 * c * 6 * v + s * 6
    np.testing.assert_allclose(x.grad.item(), expected, rtol=1e-12)


def test_a_gradient_recorded_is_a_function_of_the_leaf():
    x = mg.tensor(np.array([1.0, 2.0]), requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    penalty = (x.grad * x.grad).sum()
    x.grad = None
    penalty.backward()
    np.testing.assert_allclose(x.grad.data, 36 * np.array([1.0, 2.0]) ** 3)


def test_without_create_graph_gradients_are_plain():
    x = mg.tensor([1.0], requires_grad=True)
    (x * x).backward()
    assert x.grad.node is None


def test_accumulated_recorded_gradients_stay_recorded():
    x = mg.tensor(np.array([2.0]), requires_grad=True)
    (x * x).backward(create_graph=True)
    (x * x * x).backward(create_graph=True)
    g, x.grad = x.grad, None
    g.backward()
    assert x.grad.item() == 2 + 6 * 2


def test_recorded_gradients_accumulate_recorded_inside_no_grad_too():
    x = mg.tensor(np.array([2.0]), requires_grad=True)
    y, z = x * x, x * x * x
    with mg.no_grad():
        y.backward(create_graph=True)
        z.backward(create_graph=True)
    g, x.grad = x.grad, None
    g.backward()
    assert x.grad.item() == 2 + 6 * 2


# -- the rule's own contract ----------------------------------------------------------------------


def test_targets_that_the_root_does_not_depend_on_get_nothing():
    x, other = (mg.tensor([1.0], requires_grad=True) for _ in range(2))
    y = x * 2
    assert backpropagate(y.node, np.ones(1, np.float32), [other.node]) == {}


def test_the_root_itself_may_be_a_target():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    found = backpropagate(y.node, np.ones(2, np.float32), [y.node, x.node])
    np.testing.assert_array_equal(found[y.node], [1, 1])
    np.testing.assert_array_equal(found[x.node], [2, 2])


def test_no_result_of_a_walk_shares_memory_with_its_seed_or_another_result():
    """Through + a gradient passes as it is: it is the seed's memory, and both operands'."""
    x, y = (mg.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    z = x + y
    total = z.reshape(2, 1)
    seed = np.ones((2, 1), np.float32)
    targets = [total.node, z.node, x.node, y.node]
    with mg.no_grad():
        found = backpropagate(total.node, seed, targets)
    arrays = [seed, *(found[target] for target in targets)]
    for a, b in itertools.combinations(arrays, 2):
        assert not np.shares_memory(a, b)


@each("interior", [False, True])
def test_what_vjp_gives_is_no_memory_of_its_cotangent(interior):
    seed = np.array([1.0, 2.0])
    pull = mg.vjp(lambda x: x + 0.0 if interior else x, np.zeros(2))[1]
    g = pull(seed)[0]
    assert not np.shares_memory(g.data, seed)


def test_an_interior_target_and_one_behind_it():
    x = mg.tensor([3.0], requires_grad=True)
    h = x * x
    y = h * x
    found = backpropagate(y.node, np.ones(1, np.float32), [h.node, x.node])
    assert found[h.node].item() == 3
    assert found[x.node].item() == 27


def test_serials_grow():
    x = mg.tensor([1.0], requires_grad=True)
    a = x * 2
    b = a + x
    assert x.node.serial < a.node.serial < b.node.serial
    assert [n.serial for n in ancestors(b.node)] == sorted(n.serial for n in ancestors(b.node))
    assert isinstance(a.node, Node)
    assert graph.ancestors(x.node) == [x.node]


# -- parts ----------------------------------------------------------------------------------------


def test_what_reads_a_part_adds_to_that_part_alone(monkeypatch):
    """A loop over x[t] makes the zeros of x once, not in every step."""
    made = []
    monkeypatch.setattr(Part, "as_whole", lambda self, whole=Part.as_whole: made.append(self) or whole(self))
    x = mg.tensor(np.arange(12.0).reshape(6, 2), requires_grad=True)
    sum(((i + 1) * x[i] * x[i] for i in range(6)), mg.tensor(0.0)).sum().backward()
    np.testing.assert_array_equal(x.grad.data, 2 * x.data * np.arange(1, 7)[:, None])
    assert len(made) == 1


@each("order", [1, -1])
def test_parts_meet_whole_gradients_in_either_order(order):
    x = mg.tensor(np.arange(4.0), requires_grad=True)
    terms = [x * 2, x[1:3] * 3, x[[0, 0, 3]] * 5][::order]
    sum((term.sum() for term in terms), mg.tensor(0.0)).backward()
    np.testing.assert_array_equal(x.grad.data, [12, 5, 5, 7])


def test_a_part_is_never_added_to_an_array_of_somebody_else():
    """The seed is the caller's, and passes unchanged to x before the part of x[0] comes."""
    seed = np.ones(3)
    x = mg.tensor(np.zeros(3), requires_grad=True)
    y = x * 1.0
    z = y[:1] * 7.0
    (y + mg.concatenate([z, z, z])).backward(seed)
    np.testing.assert_array_equal(seed, 1)
    np.testing.assert_array_equal(x.grad.data, [22, 1, 1])
