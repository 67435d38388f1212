"""Examples of docs/reference/fused.md."""

import numpy as np

import minigrad as mg

# %% mg.linear
x, weight, bias = mg.tensor([1.0, 2.0]), mg.tensor([[1.0, 0.0], [1.0, 1.0]]), mg.tensor([0.0, 9.0])
mg.linear(x, weight, bias)
mg.grad(lambda weight: mg.linear(x, weight, bias).sum())(weight)

# %% mg.gelu
x = mg.tensor([-2.0, 0.0, 3.0])
mg.gelu(x)
mg.elementwise_grad(mg.gelu)(x)

# %% mg.layer_norm
x = mg.tensor([[1.0, 2.0, 6.0]])
mg.layer_norm(x)
mg.grad(lambda x: mg.layer_norm(x)[0, 2])(x)

# %% mg.cross_entropy
logits = mg.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
mg.cross_entropy(logits, np.array([0, 2]))
mg.grad(lambda logits: mg.cross_entropy(logits, np.array([0, 2])))(logits)

# %% mg.masked_softmax
x, mask = mg.tensor([1.0, 2.0, 3.0]), np.array([True, True, False])
mg.masked_softmax(x, mask)
mg.grad(lambda x: mg.masked_softmax(x, mask)[0])(x)

# %% mg.scaled_dot_product_attention
query, key = mg.tensor([[1.0, 0.0], [0.0, 9.0]]), mg.tensor([[1.0, 0.0], [0.0, 1.0]])
value = mg.tensor([[10.0], [20.0]])
mg.scaled_dot_product_attention(query, key, value)
mg.scaled_dot_product_attention(query, key, value, is_causal=True)
mg.grad(lambda value: mg.scaled_dot_product_attention(query, key, value).sum())(value)

# %% mg.attention_weights
query, key = mg.tensor([[1.0, 0.0], [0.0, 9.0]]), mg.tensor([[1.0, 0.0], [0.0, 1.0]])
mg.attention_weights(query, key)
mg.attention_weights(query, key, is_causal=True)

# %% mg.self_attention
projected = np.random.default_rng(0).normal(size=(2, 5, 3 * 8))  # (B, T, 3C)
mg.self_attention(projected, num_heads=4, is_causal=True).shape

# %% mg.rnn
x = np.ones((1, 3, 2))  # (B, T, in)
mg.rnn(x, weight_ih=np.full((1, 2), 0.5), weight_hh=np.full((1, 1), 0.5))

# %% mg.gru
x = np.ones((1, 3, 2))  # (B, T, in)
mg.gru(x, weight_ih=np.full((3, 2), 0.5), weight_hh=np.full((3, 1), 0.5))

# %% mg.lstm
x = np.ones((1, 3, 2))  # (B, T, in)
mg.lstm(x, weight_ih=np.full((4, 2), 0.5), weight_hh=np.full((4, 1), 0.5))  # h of 3 steps, and the last c

# %% mg.kernels.gelu
x = np.array([-2.0, 0.0, 3.0])
out, gate = mg.kernels.gelu(x, "none")
out

# %% mg.kernels.gelu_backward
x = np.array([-2.0, 0.0, 3.0])
out, gate = mg.kernels.gelu(x, "none")
mg.kernels.gelu_backward(np.ones(3), x, gate, "none")

# %% mg.kernels.layer_norm
out, mean, scale = mg.kernels.layer_norm(np.array([[1.0, 2.0, 6.0]]), None, None, axis=-1, eps=1e-5)
out
mean, scale

# %% mg.kernels.layer_norm_backward
x, g = np.array([[1.0, 2.0, 6.0]]), np.array([[0.0, 0.0, 1.0]])
out, mean, scale = mg.kernels.layer_norm(x, None, None, axis=-1, eps=1e-5)
mg.kernels.layer_norm_backward(g, x, mean, scale, None, None, axis=-1)

# %% mg.kernels.exp_scores
scores = np.array([[1.0, 2.0], [3.0, 3.0]])
top, total = mg.kernels.exp_scores(scores, low=-2, high=0)  # causal: row i sees columns i - 2 to i
scores / total

# %% mg.kernels.scores_backward
weights, g = np.array([[0.25, 0.75]]), np.array([[1.0, 0.0]])
mg.kernels.scores_backward(g, (g * weights).sum(axis=-1, keepdims=True), weights)
g

# %% mg.kernels.adam
p, g, m, v = np.array([1.0, -2.0]), np.array([2.0, -4.0]), np.zeros(2), np.zeros(2)
settings = {"betas": (0.9, 0.999), "keep": 1.0, "decay": 0.0, "eps": 1e-8}
mg.kernels.adam(p, g, m, v, **settings, rate=0.1 / (1 - 0.9), root=1 / np.sqrt(1 - 0.999))
p

# %% mg.kernels.keep_heap
mg.kernels.keep_heap() in (True, False)

# %% mg.kernels.lstm_step
gates, before = np.zeros((1, 4)), np.array([[2.0]])  # i, f, g, o of one unit, and its cell
cell, tanh_cell, h = np.empty((1, 1)), np.empty((1, 1)), np.empty((1, 1))
scale = np.array([0.5, 0.5, 1.0, 0.5])
mg.kernels.lstm_step(gates, np.zeros((1, 4)), scale, before, cell, tanh_cell, h)
cell, h

# %% mg.kernels.lstm_slopes
gates = np.full((1, 1, 4), 0.5)  # i, f, g, o of one step, (T, B, 4H)
slopes, to_cell = mg.kernels.lstm_slopes(gates, before=np.array([[[2.0]]]), tanh_cell=np.array([[[0.5]]]))
slopes, to_cell

# %% mg.kernels.lstm_step_backward
gates, s = np.full((1, 4), 0.5), np.zeros((1, 1))
slopes, to_cell = mg.kernels.lstm_slopes(gates[None], np.array([[[2.0]]]), np.array([[[0.5]]]))
mg.kernels.lstm_step_backward(slopes[0], to_cell[0], gates, np.array([[1.0]]), s)
slopes[0]  # ∂a
s  # what goes on to the cell before
