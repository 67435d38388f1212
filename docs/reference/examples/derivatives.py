"""Examples of docs/reference/derivatives.md."""

import numpy as np

import minigrad as mg

# %% mg.grad
mg.grad(lambda x: (x**2).sum())(np.array([1.0, 2.0, 3.0]))
mg.grad(mg.grad(np.sin))(1.0)  # -sin(1)

# %% mg.value_and_grad
mg.value_and_grad(lambda x: (x**2).sum())(np.array([1.0, 2.0, 3.0]))

# %% mg.elementwise_grad
mg.elementwise_grad(np.tanh)(np.array([0.0, 1.0]))

# %% mg.stop_gradient
mg.grad(lambda x: x * mg.stop_gradient(x))(3.0)

# %% mg.jacobian
mg.jacobian(lambda x: mg.stack([x[0] * x[1], x[0] ** 2]))(np.array([2.0, 5.0]))

# %% mg.hessian
mg.hessian(lambda x: x[0] ** 2 * x[1])(np.array([2.0, 5.0]))

# %% mg.vjp
y, pull = mg.vjp(np.sin, np.array([0.0, 1.0]))
y
pull(np.array([1.0, 10.0]))

# %% mg.jvp
mg.jvp(np.sin, (np.array([0.0, 1.0]),), (np.array([1.0, 10.0]),))

# %% mg.hvp
mg.hvp(lambda x: x[0] ** 2 * x[1], (np.array([2.0, 5.0]),), (np.array([1.0, 0.0]),))

# %% mg.ggnvp
x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
predict, loss = lambda w: np.tanh(mg.matvec(x, w)), lambda p: ((p - y) ** 2).sum()
mg.ggnvp(predict, loss, (np.array([0.1, 0.2]),), (np.array([1.0, 0.0]),))

# %% mg.per_example_grad
loss = lambda w, x, y: (mg.dot(w, x) - y) ** 2
w, x, y = np.array([1.0, -1.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0])
mg.per_example_grad(loss)(w, x, y)

# %% mg.backward_leaf_by_leaf
first, last = mg.tensor(2.0, requires_grad=True), mg.tensor(5.0, requires_grad=True)
y = mg.sin(first) * last
mg.backward_leaf_by_leaf(y, lambda leaf: print(leaf.item(), leaf.grad.item()))

# %% mg.checkpoint
x = mg.tensor([1.0, 2.0], requires_grad=True)
y = mg.checkpoint(lambda x: np.exp(np.sin(x)), x)  # keeps x alone
y.sum().backward()
x.grad

# %% mg.CheckpointError
x = mg.tensor([1.0, 2.0], requires_grad=True)
counts = iter(range(9))
y = mg.checkpoint(lambda x: x * next(counts), x)
try:
    y.sum().backward()
except mg.CheckpointError as error:
    print(error)

# %% mg.cores
mg.cores() >= 1

# %% mg.data_parallel
x = np.arange(4.0)
w = mg.tensor(3.0, requires_grad=True, dtype=float)
y = mg.data_parallel(lambda x: w * x**2, x, threads=2)
y.sum().backward()
y, w.grad

# %% mg.hooked
x = mg.tensor([1.0, 2.0], requires_grad=True)
(seen,) = mg.hooked([x], lambda gradients: print(gradients))
(seen**2).sum().backward()

# %% mg.check_grads
mg.check_grads(np.tanh, (np.array([0.5, -1.0]),))  # right: says nothing
try:
    mg.check_grads(lambda x: mg.stop_gradient(x) * x, (np.array([3.0]),))
except mg.GradientError as error:
    print(error)


# %% mg.GradientError
@mg.primitive
def square(x):
    return np.square(x)


square.vjp(x=lambda g, x: g * x)  # the 2 is missing
try:
    mg.check_grads(square, (np.array([3.0]),))
except mg.GradientError as error:
    print(error)

# %% mg.KinkWarning
import warnings

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always", mg.KinkWarning)
    mg.check_grads(mg.relu, (np.array([0.0, 1.0]),))
print(seen[0].message)


# %% mg.primitive
@mg.primitive
def cube(x):
    return x**3


cube.vjp(x=lambda g, x: 3 * g * x**2)
mg.grad(cube)(2.0)
mg.check_grads(cube, (np.array([1.0, -2.0]),))


# %% mg.fused
@mg.fused(inputs=("x",))
def swish(x):
    return x * mg.sigmoid(x)


@swish.forward
def swish_forward(x):
    s = 1 / (1 + np.exp(-x))
    return x * s, s


@swish.backward
def swish_backward(g, s, wanted, x):
    return (g * (s + x * s * (1 - s)),)


mg.grad(swish)(2.0)
mg.check_grads(swish, (np.array([1.0, -2.0]),))
