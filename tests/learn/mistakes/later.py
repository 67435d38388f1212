"""Mistakes in the chapters that finish the tape: what is not recorded, what is recorded twice, and "
"training."""

from functools import partial

from minigrad.learn.chapters import leaves, training, twice
from tests.learn.mistake import Mistake

_leaves, _twice = partial(Mistake, leaves.EXERCISE), partial(Mistake, twice.EXERCISE)
_training = partial(Mistake, training.EXERCISE)
DETACH = "return Var(self.data)\n"
NO_GRAD = """\
    before, recording = recording, False
    try:
        yield
    finally:
        recording = before
"""

MISTAKES = [
    _leaves(DETACH, "return self\n", "went on through detach()"),
    _leaves(DETACH, "return self.data\n", "gives a Var, to be computed with"),
    _leaves(
        DETACH, "cut = Var(self.data)\n        cut.source = self\n        return cut\n", "is still in memory"
    ),
    _leaves(
        "self.parents = parents if recording else ()", "self.parents = parents", "has remembered its parents"
    ),
    _leaves(
        NO_GRAD,
        NO_GRAD.replace("recording = before", "recording = True"),
        "the end of the inner block switched recording on",
    ),
    _leaves(NO_GRAD, "    recording = False\n    yield\n    recording = True\n", "switched recording on"),
    _leaves(
        NO_GRAD,
        "    before, recording = recording, False\n    yield\n    recording = before\n",
        "after an error inside no_grad() recording stays off",
    ),
    _leaves(
        NO_GRAD,
        NO_GRAD.replace("    finally:", "    except ZeroDivisionError:"),
        "x.grad is 18, and yours is 6",
    ),
    _twice(
        "return walk(result).get(x, Var(np.zeros_like(x.data)))",
        "with no_grad():\n        return walk(result)[x]",
        "has no parents",
    ),
    _twice(
        "return walk(result).get(x, Var(np.zeros_like(x.data)))",
        "return walk(result)[x].data",
        "is a Var, to be differentiated again",
    ),
    _twice(
        "sum_to(g * b, a.data.shape)",
        "sum_to(g * b.detach(), a.data.shape)",
        "must read the other operand as a Var",
    ),
    _twice("-1.0 * (y * y)", "-1.0 * (y.data * y.data)", "reads y as a number"),
    _twice(
        "var.grad = var.grad + g.data",
        "var.grad = g",
        "walk inside no_grad()",
        also=(("        with no_grad():\n            for var", "        if True:\n            for var"),),
    ),
    _twice(
        "lambda g: spread(g, x.data.shape)",
        "lambda g: Var(np.broadcast_to(g.data, x.data.shape))",
        "what a sum hands back",
    ),
    _training("x @ self.weight + self.bias", "x @ self.weight", "the bias is missing"),
    _training(
        "rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)",
        "np.ones((inputs, outputs))",
        "the same number",
    ),
    _training(
        "rng.normal(size=(inputs", "np.random.default_rng().normal(size=(inputs", "the same seed gave other"
    ),
    _training("return [self.weight, self.bias]", "return [self.weight]", "lists the weight and the bias"),
    _training("p.data - rate * p.grad", "p.data + rate * p.grad", "that went up"),
    _training("p.data - rate * p.grad", "p.data - p.grad", "was not multiplied by the rate"),
    _training(
        "        p.data = p.data - rate * p.grad\n",
        "        p = Var(p.data - rate * p.grad)\n",
        "p has not moved",
    ),
    _training("        p.grad = np.zeros_like(p.data)\n", "", "set it to 0, or the next step"),
    _training("/ np.sqrt(inputs)", "* 50.0", "and should be below 0.05"),
]
