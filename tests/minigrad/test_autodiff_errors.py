"""A gallery of the errors of derivatives: what was given, what is needed, what to write instead."""

from pathlib import Path
from threading import Lock

import numpy as np
import pytest

import minigrad as mg
from minigrad.primitive import primitive
from tests.cases import each
from tests.minigrad.test_errors import _raise_statements

A = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0]])
X = np.array([0.3, -0.4, 1.2])
RNG = np.random.default_rng(0)


def f(x):
    return np.tanh(A @ x)


def leaf():
    return mg.tensor(X, requires_grad=True)


def leaf_in_a_checkpoint():
    kept = []
    mg.checkpoint(lambda x: x * (kept.append(leaf()) or kept[0]), leaf())


def chance_in_a_checkpoint():
    mg.checkpoint(lambda x: x * np.random.default_rng().normal(), leaf()).sum().backward()


def exchange_in_a_checkpoint():
    held = [leaf()]
    y = mg.checkpoint(lambda x: x * held[0], leaf()).sum()
    held[0] = leaf()
    y.backward()


def parallel(function, *batched, threads=2):
    """Called by a name, so that the errors can be held to it."""

    def part(*args):
        return function(*args)

    part.__qualname__ = "part"
    return mg.data_parallel(part, *(batched or (A.T,)), threads=threads)


def written(x):
    x.data[0] += 1.0
    return x * x


def hooked(hook):
    x = mg.tensor(X, requires_grad=True)
    y, z = mg.hooked([x * 1, x * 2], hook)
    (y + z).sum().backward()


def chance_in_threads():
    parallel(lambda x: mg.tensor(x).mean() + RNG.normal())


def leaf_in_threads():
    kept = []
    parallel(lambda x: x * (kept.append(leaf()) or kept[-1])[:1])


def kept_in_threads():
    kept, lock, t = [], Lock(), leaf()

    def once(x):
        with lock:
            if not kept:
                kept.append(np.exp(t))
        return (x * kept[0][:1]).mean()

    parallel(once)


def broken_in_threads():
    parallel(lambda x: {}[len(x)])


def _op(rule):
    def _sine(x):
        return np.sin(x)

    op = primitive(_sine)
    op.vjp(x=rule)
    return op


def wrong_rule():
    mg.check_grads(_op(lambda g, x: 2 * g * np.cos(x)), (X,))


def wrong_at_second_order():
    """Right on arrays, where g is data; on Tensors it loses the graph of g."""
    cut = lambda g, x: mg.stop_gradient(g) * np.cos(x)
    mg.check_grads(_op(cut), (X,), order=1, modes=("rev", "fwd"))


ERRORS = {
    "grad of a vector": (lambda: mg.grad(f)(X), TypeError,
        r"grad needs a function whose result is one number as a Tensor, and it gave shape \(2,\): reduce it"),
    "hvp of a vector": (lambda: mg.hvp(f, (X,), (X,)), TypeError, r"hvp needs .* one number .* shape \(2,\)"),
    "hessian of a vector": (lambda: mg.hessian(f)(X), TypeError, r"grad needs .* one number .* shape \(2,\)"),
    "no result": (lambda: mg.grad(lambda x: None)(X), TypeError, "it gave a NoneType"),
    "plain result": (lambda: mg.grad(lambda x: 1.0)(X), TypeError, "it gave a float: reduce it"),
    "jacobian of nothing": (lambda: mg.jacobian(lambda x: None)(X), TypeError,
        "jacobian needs a function that returns a Tensor of floats .*, and it gave a NoneType: compute with"),
    "vjp of an array": (lambda: mg.vjp(lambda x: x.data, X), TypeError,
        r"vjp needs .* it gave a ndarray of shape \(3,\): compute with mg\.\* or np\.\* of the Tensors"),
    "jvp of a half": (lambda: mg.jvp(lambda x: (x, 3), (X,), (X,)), TypeError, "it gave a int: compute"),
    "elementwise of integers": (lambda: mg.elementwise_grad(lambda x: mg.tensor(np.arange(3)))(X), TypeError,
        r"elementwise_grad needs .* it gave int64 shape \(3,\)"),
    "a count": (lambda: mg.grad(lambda x: (x > 0).sum())(X), TypeError, r"Comparisons, .* no derivative"),
    "a place": (lambda: mg.grad(np.argmax)(X), TypeError, r"counts, places and .* carry no derivative"),
    "a whole number": (lambda: mg.grad(lambda x: x.astype(int).sum())(X), TypeError,
        r"it gave int64 shape \(\): .* conversions to integers .* carry no derivative"),
    "integers": (lambda: mg.grad(mg.sum)(np.arange(3)), TypeError,
        r"grad: only floats have gradients, and argument 0 is int64, where .*: give it as x\.astype"),
    "booleans": (lambda: mg.jvp(mg.sum, (True,), (1.0,)), TypeError, "jvp: .* argument 0 is bool"),
    "argnums too large": (lambda: mg.grad(mg.sum, 1)(X), TypeError,
        "grad was asked for argument 1, and the function was called with 1 by position: argnums"),
    "argnums too small": (lambda: mg.jacobian(mg.sum, -2)(X), TypeError, "was asked for argument -2"),
    "argnums by name": (lambda: mg.grad(mg.sum)(a=X), TypeError, "called with 0 by position.*not by name"),
    "argnums a string": (lambda: mg.grad(mg.sum, "a")(X), TypeError,
        "grad takes argnums as an int or a sequence of ints, and got 'a'"),
    "argnums a float": (lambda: mg.grad(mg.sum, 0.5)(X), TypeError,
        "grad takes argnums as an int or a sequence of ints, and got 0.5"),
    "argnums empty": (lambda: mg.grad(mg.sum, ())(X), TypeError, r"argnums as an int .*, and got \(\)"),
    "no pair": (lambda: mg.value_and_grad(mg.sum, has_aux=True)(X), TypeError,
        r"has_aux=True needs a function that returns a pair, .* gave a Tensor: write `return loss, aux`"),
    "primals": (lambda: mg.jvp(f, X, X), TypeError,
        r"jvp takes primals as a tuple with one entry for each argument .*, and got a ndarray .*\(primal,\)"),
    "tangents": (lambda: mg.hvp(mg.sum, (X,), X), TypeError, r"hvp takes tangents as a tuple .*\(tangent,\)"),
    "number of tangents": (lambda: mg.jvp(np.multiply, (X, X), (X,)), TypeError,
        r"jvp got 1 tangents for 2 primals: give one for each, np\.zeros_like\(x\) where"),
    "shape of a tangent": (lambda: mg.jvp(f, (X,), (X[:2],)), ValueError,
        r"the tangent of argument 0 has shape \(2,\), and \(3,\) is needed: write np\.broadcast_to"),
    "structure of a tangent": (lambda: mg.jvp(lambda p: p["w"], ({"w": X},), (X,)), TypeError,
        "the tangent of argument 0 is a ndarray, and a dict with the keys 'w' is needed there"),
    "shape inside of a tangent": (lambda: mg.jvp(lambda p: p["w"], ({"w": X},), ({"w": 1.0},)), ValueError,
        r"the tangent of argument 0\['w'\] has shape \(\), and \(3,\)"),
    "cotangent": (lambda: mg.vjp(f, X)[1](X), ValueError, r"cotangent has shape \(3,\), and \(2,\)"),
    "cotangents": (lambda: mg.vjp(lambda x: (x, x), X)[1](X), TypeError,
        "the cotangent is a ndarray, and a tuple with 2 entries is needed"),
    "a batch without an axis": (lambda: mg.per_example_grad(np.multiply)(X, 1.0), ValueError,
        r"per_example_grad needs batches with one leading axis of the same length, and got the shapes \(\)"),
    "batches of two lengths": (lambda: mg.per_example_grad(lambda w, a, b: w)(1.0, X, A), ValueError,
        r"and got the shapes \(3,\), \(2, 3\): give what all examples share by name, or in argnums"),
    "no batch": (lambda: mg.per_example_grad(mg.sum)(X), ValueError, "got the shapes of none"),
    "not a rectangle": (lambda: mg.grad(mg.sum)([[1.0], [2.0, 3.0]]), TypeError, "not a rectangle"),
    "another kind of branch": (lambda: mg.vjp(lambda x: {"a": x}, X)[1]([X, X]), TypeError,
        "the cotangent is a list with 2 entries, and a dict with the keys 'a' is needed there"),
    "a branch for a leaf": (lambda: mg.vjp(f, X)[1]((X,)), TypeError,
        "the cotangent is a tuple, and an array is needed there"),
    "checkpointed leaf": (leaf_in_a_checkpoint, mg.CheckpointError, "made a tensor .* requires a gradient"),
    "checkpointed chance": (chance_in_a_checkpoint, mg.CheckpointError, "gave another result than the first"),
    "checkpointed exchange": (exchange_in_a_checkpoint, mg.CheckpointError, "computed from other tensors"),
    "a tuple in threads": (lambda: parallel(np.mean, (A, A)), TypeError,
        "data_parallel cuts arrays and Tensors, and got a tuple: give each array as an argument of its own, "
        "and what all parts share by functools.partial"),
    "nothing in threads": (lambda: mg.data_parallel(f), ValueError, "must be of one length, and got none"),
    "a number in threads": (lambda: parallel(f, A, mg.tensor(1.0)), ValueError,
        r"data_parallel cuts its arrays along their first axis, .* and got \(2, 3\), \(\)"),
    "two lengths in threads": (lambda: parallel(f, A, X), ValueError, r"and got \(2, 3\), \(3,\)"),
    "no threads": (lambda: parallel(f, threads=0), ValueError, "got threads=0: at least one must do"),
    "too many threads": (lambda: parallel(f, threads=4), ValueError,
        "data_parallel has 4 threads for a batch of 3: write threads=3"),
    "threads for nothing": (lambda: parallel(f, A[:0]), ValueError, "for a batch of 0: write threads=1"),
    "an array of threads": (lambda: parallel(lambda x: x.mean()), TypeError,
        "data_parallel needs a function that gives a Tensor of floats, with the batch first or of no axes, "
        "and 'part' gave a float64 for a batch of 2"),
    "integers of threads": (lambda: parallel(lambda x: mg.tensor(np.array(len(x)))), TypeError,
        r"and 'part' gave int64 of shape \(\) for a batch of 2"),
    "another axis in threads": (lambda: parallel(lambda x: mg.tensor(x).T, A), TypeError,
        r"and 'part' gave float64 of shape \(3, 1\) for a batch of 1"),
    "parts that do not fit": (lambda: parallel(lambda x: mg.squeeze(x[:, 0])), TypeError,
        r"data_parallel joins what 'part' gives for the parts, and that differs in more than the length of "
        r"the batch: float64 of shape \(2,\), float64 of shape \(\)"),
    "parts of other floats": (lambda: parallel(lambda x: mg.astype(x, f"f{4 * len(x)}")), TypeError,
        r"batch: float64 of shape \(2, 2\), float32 of shape \(1, 2\)"),
    "a written argument": (lambda: mg.check_grads(written, (X,)), ValueError,
        "f has written to argument 0: have it write to a copy"),
    "no return": (lambda: mg.check_grads(lambda x: None, (X,)), TypeError,
        "needs a function that gives Tensors, or a tree of them, and it gave nothing: is a `return` missing"),
    "order 0": (lambda: mg.check_grads(f, (X,), order=0), ValueError,
        "check_grads got order=0: the first derivative is order=1"),
    "a hook's gradients": (lambda: hooked(lambda gradients: gradients[:1]), TypeError,
        "a hook of 2 gradients must return None or as many, and gave 1"),
    "a hook's shapes": (lambda: hooked(lambda gradients: (gradients[0].sum(), None)), TypeError,
        r"a hook must return None or a Tensor of the gradient's shape \(3,\), and it returned shape \(\)"),
    "chance in threads": (chance_in_threads, ValueError,
        "'part' draws random numbers, whose order would depend on the threads of data_parallel: switch its "
        "dropout off, or call it without data_parallel"),
    "a leaf in threads": (leaf_in_threads, ValueError,
        r"'part' made a tensor of shape \(3,\) that requires a gradient, which data_parallel could not leave "
        "on it: create it before, and have the function read it"),
    "kept in threads": (kept_in_threads, ValueError,
        r"'part' kept a tensor of shape \(3,\) in one part and read it in another, and data_parallel walks "
        "each part by itself: compute it before, or anew in each call"),
    "an error in threads": (broken_in_threads, KeyError, "2"),
    "check_grads of float32": (lambda: mg.check_grads(mg.exp, (X.astype(np.float32),)), TypeError,
        r"needs float64, and argument 0 is float32, whose .*: pass x\.astype\(np\.float64\)"),
    "check_grads in a tree": (lambda: mg.check_grads(lambda p: p["w"], ({"w": X.astype(np.float16)},)),
        TypeError, r"argument 0\['w'\] is float16"),
    "check_grads of integers": (lambda: mg.check_grads(mg.exp, (np.arange(3),)), TypeError, "got none"),
    "check_grads of chance": (lambda: mg.check_grads(lambda x: x * RNG.normal(), (X,)), ValueError,
        r"two evaluations at the same arguments differ: f is random: seed it, with rng = np\.random"),
    "check_grads mode": (lambda: mg.check_grads(mg.exp, (X,), modes=("back",)), ValueError,
        r"takes modes out of 'rev' and 'fwd', and got \('back',\)"),
    "a wrong gradient": (wrong_rule, mg.GradientError, "order 1, argument 0: 3 of 3 elements"),
    "a rule that is not linear": (wrong_at_second_order, mg.GradientError,
        "order 1, forward: the derivative in a direction .* by mg.jvp, and .*: a rule isn't linear in g"),
}  # fmt: skip


@each("case", ERRORS)
def test_errors_say_what_to_write_instead(case):
    call, exception, text = ERRORS[case]
    with pytest.raises(exception, match=text):
        call()


def test_every_error_of_these_rooms_is_in_the_gallery():
    """Each `raise` is reached by a case: its line must be among those that were run."""
    raised = set()
    for call, exception, _ in ERRORS.values():
        with pytest.raises(exception) as caught:
            call()
        raised |= {(Path(entry.path).resolve(), entry.lineno + 1) for entry in caught.traceback}
    room = Path(mg.__file__).parent
    for path in [*room.glob("autodiff/*.py"), *room.glob("checking/*.py")]:
        for first, last in _raise_statements(path):
            reached = any((path.resolve(), line) in raised for line in range(first, last + 1))
            assert reached, f"{path.relative_to(room)}:{first}"
