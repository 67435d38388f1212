"""Examples of docs/reference/functional.md."""

import numpy as np

import minigrad as mg
import nn

# %% nn.functional.relu nn.functional.relu6 nn.functional.leaky_relu nn.functional.elu nn.functional.celu
x = mg.tensor([-2.0, 0.0, 3.0])
nn.functional.relu(x)
mg.elementwise_grad(nn.functional.relu)(x)

# %% nn.functional.selu nn.functional.silu nn.functional.gelu nn.functional.mish nn.functional.sigmoid
x = mg.tensor([-2.0, 0.0, 3.0])
nn.functional.selu(x)
mg.elementwise_grad(nn.functional.selu)(x)

# %% nn.functional.logsigmoid nn.functional.softplus nn.functional.softsign nn.functional.tanh
x = mg.tensor([-2.0, 0.0, 3.0])
nn.functional.logsigmoid(x)
mg.elementwise_grad(nn.functional.logsigmoid)(x)

# %% nn.functional.tanhshrink nn.functional.softshrink nn.functional.hardshrink nn.functional.hardtanh
x = mg.tensor([-2.0, 0.0, 3.0])
nn.functional.tanhshrink(x)
mg.elementwise_grad(nn.functional.tanhshrink)(x)

# %% nn.functional.hardsigmoid nn.functional.hardswish nn.functional.rrelu
x = mg.tensor([-2.0, 0.0, 3.0])
nn.functional.hardsigmoid(x)
mg.elementwise_grad(nn.functional.hardsigmoid)(x)

# %% nn.functional.threshold
nn.functional.threshold(mg.tensor([-2.0, 0.0, 3.0]), 1.0, -9.0)

# %% nn.functional.prelu
x, slope = mg.tensor([-2.0, 0.0, 3.0]), mg.tensor([0.25])
nn.functional.prelu(x, slope)
mg.grad(lambda slope: nn.functional.prelu(x, slope).sum())(slope)

# %% nn.functional.glu
nn.functional.glu(mg.tensor([1.0, 2.0, 0.0, -9.0]))

# %% nn.functional.softmax nn.functional.log_softmax nn.functional.softmin
x = mg.tensor([1.0, 2.0, 3.0])
nn.functional.softmax(x)
mg.grad(lambda x: nn.functional.softmax(x)[0])(x)

# %% nn.functional.gumbel_softmax
scores = mg.tensor([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
nn.functional.gumbel_softmax(scores, hard=True, rng=np.random.default_rng(0))

# %% nn.functional.dropout
x = mg.tensor([1.0, 2.0, 3.0, 4.0])
nn.functional.dropout(x, p=0.5, rng=np.random.default_rng(0))
nn.functional.dropout(x, p=0.5, training=False)

# %% nn.functional.alpha_dropout
x = mg.tensor([1.0, 2.0, 3.0, 4.0])
nn.functional.alpha_dropout(x, p=0.5, training=True, rng=np.random.default_rng(0))

# %% nn.functional.dropout1d
x = mg.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]])  # (N, C, L)
nn.functional.dropout1d(x, p=0.5, rng=np.random.default_rng(1))

# %% nn.functional.dropout2d
x = mg.tensor([[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]])  # (N, C, H, W)
nn.functional.dropout2d(x, p=0.5, rng=np.random.default_rng(1))

# %% nn.functional.dropout_mask
nn.functional.dropout_mask((2, 4), np.float32, p=0.5, rng=np.random.default_rng(0))

# %% nn.functional.linear
x, weight, bias = (
    mg.tensor([1.0, 2.0]),
    mg.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 3.0]]),
    mg.tensor([0.0, 0.0, 1.0]),
)
nn.functional.linear(x, weight, bias)

# %% nn.functional.bilinear
x1, x2, weight = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]), mg.tensor([[[1.0, 0.0], [0.0, 10.0]]])
nn.functional.bilinear(x1, x2, weight)

# %% nn.functional.embedding
weight = mg.tensor([[0.0, 0.1], [1.0, 1.1], [2.0, 2.1]])
nn.functional.embedding(np.array([2, 0, 2]), weight)
mg.grad(lambda weight: nn.functional.embedding(np.array([2, 0, 2]), weight).sum())(weight)

# %% nn.functional.one_hot
nn.functional.one_hot(np.array([2, 0]), num_classes=3)

# %% nn.functional.scaled_dot_product_attention
rng = np.random.default_rng(0)
query, key, value = (rng.normal(size=(2, 4, 5, 8)) for _ in range(3))  # (B, heads, T, D)
nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True).shape

# %% nn.functional.layer_norm nn.functional.rms_norm
x = mg.tensor([[1.0, 2.0, 6.0]])
nn.functional.layer_norm(x, (3,))
mg.grad(lambda x: nn.functional.layer_norm(x, (3,))[0, 2])(x)

# %% nn.functional.group_norm
x = mg.tensor([[1.0, 3.0, 10.0, 20.0]])  # four channels in two groups
nn.functional.group_norm(x, 2)

# %% nn.functional.instance_norm
x = mg.tensor([[[1.0, 3.0], [10.0, 20.0]]])  # (N, C, L)
nn.functional.instance_norm(x)

# %% nn.functional.batch_norm
x = mg.tensor([[1.0, 10.0], [3.0, 30.0]])  # (N, C)
mean, var = np.zeros(2), np.ones(2)
nn.functional.batch_norm(x, mean, var, training=True)
mean, var  # moved a tenth of the way

# %% nn.functional.normalize
x = mg.tensor([[3.0, 4.0], [0.0, 2.0]])
nn.functional.normalize(x)

# %% nn.functional.avg_pool1d nn.functional.max_pool1d
x = mg.tensor([[1.0, 3.0, 2.0, 8.0]])
nn.functional.avg_pool1d(x, 2)
mg.grad(lambda x: nn.functional.avg_pool1d(x, 2).sum())(x)

# %% nn.functional.adaptive_avg_pool1d nn.functional.adaptive_max_pool1d
x = mg.tensor([[1.0, 3.0, 2.0, 8.0]])
nn.functional.adaptive_avg_pool1d(x, 2)
mg.grad(lambda x: nn.functional.adaptive_avg_pool1d(x, 2).sum())(x)

# %% nn.functional.avg_pool2d nn.functional.max_pool2d
x = mg.tensor([[[1.0, 3.0], [2.0, 8.0]]])
nn.functional.avg_pool2d(x, 2)
mg.grad(lambda x: nn.functional.avg_pool2d(x, 2).sum())(x)

# %% nn.functional.adaptive_avg_pool2d nn.functional.adaptive_max_pool2d
x = mg.tensor([[[1.0, 3.0, 5.0], [2.0, 8.0, 0.0]]])
nn.functional.adaptive_avg_pool2d(x, (2, 1))
mg.grad(lambda x: nn.functional.adaptive_avg_pool2d(x, (2, 1)).sum())(x)

# %% nn.functional.interpolate
x = mg.tensor([[[1.0, 3.0]]])  # (N, C, L)
nn.functional.interpolate(x, scale_factor=2)
nn.functional.interpolate(x, size=4, mode="linear")

# %% nn.functional.pad
x = mg.tensor([[1.0, 2.0]])
nn.functional.pad(x, (1, 2))
nn.functional.pad(x, (0, 0, 1, 0), value=9.0)

# %% nn.functional.pixel_shuffle
x = mg.tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]])  # (C·r², H, W)
nn.functional.pixel_shuffle(x, 2)

# %% nn.functional.pixel_unshuffle
x = mg.tensor([[[1.0, 2.0], [3.0, 4.0]]])  # (C, H·r, W·r)
nn.functional.pixel_unshuffle(x, 2).shape

# %% nn.functional.cross_entropy
scores = mg.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
nn.functional.cross_entropy(scores, np.array([0, 2]))
mg.grad(lambda scores: nn.functional.cross_entropy(scores, np.array([0, 2])))(scores)

# %% nn.functional.nll_loss
log_p = mg.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
nn.functional.nll_loss(log_p, np.array([0, 2]))
mg.grad(lambda log_p: nn.functional.nll_loss(log_p, np.array([0, 2])))(log_p)

# %% nn.functional.binary_cross_entropy
p, target = mg.tensor([0.9, 0.2]), mg.tensor([1.0, 0.0])
nn.functional.binary_cross_entropy(p, target)
mg.grad(nn.functional.binary_cross_entropy)(p, target)

# %% nn.functional.binary_cross_entropy_with_logits
scores, target = mg.tensor([2.0, -1.0]), mg.tensor([1.0, 0.0])
nn.functional.binary_cross_entropy_with_logits(scores, target)
mg.grad(nn.functional.binary_cross_entropy_with_logits)(scores, target)

# %% nn.functional.mse_loss nn.functional.l1_loss nn.functional.huber_loss nn.functional.smooth_l1_loss
x, target = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([1.0, 2.5, 6.0])
nn.functional.mse_loss(x, target)
mg.grad(nn.functional.mse_loss)(x, target)

# %% nn.functional.kl_div
log_q, p = mg.log([0.5, 0.5]), mg.tensor([0.9, 0.1])
nn.functional.kl_div(log_q, p, reduction="sum")
mg.grad(lambda log_q: nn.functional.kl_div(log_q, p, reduction="sum"))(log_q)

# %% nn.functional.poisson_nll_loss
log_rate, counts = mg.tensor([0.0, 1.0]), mg.tensor([1.0, 3.0])
nn.functional.poisson_nll_loss(log_rate, counts)
mg.grad(nn.functional.poisson_nll_loss)(log_rate, counts)

# %% nn.functional.gaussian_nll_loss
mean, target, var = mg.tensor([0.0, 1.0]), mg.tensor([0.5, 1.0]), mg.tensor([1.0, 0.25])
nn.functional.gaussian_nll_loss(mean, target, var)
mg.grad(nn.functional.gaussian_nll_loss, argnums=(0, 2))(mean, target, var)

# %% nn.functional.ctc_loss
log_p = nn.functional.log_softmax(np.zeros((4, 1, 3)))  # (T, N, C), each class as likely
nn.functional.ctc_loss(log_p, np.array([[1, 2]]), np.array([4]), np.array([2]), reduction="sum")

# %% nn.functional.cosine_similarity
x1, x2 = mg.tensor([[1.0, 0.0]]), mg.tensor([[3.0, 4.0]])
nn.functional.cosine_similarity(x1, x2)

# %% nn.functional.pairwise_distance
x1, x2 = mg.tensor([[1.0, 0.0]]), mg.tensor([[4.0, 4.0]])
nn.functional.pairwise_distance(x1, x2)

# %% nn.functional.cosine_embedding_loss
x1, x2 = mg.tensor([[1.0, 0.0], [1.0, 0.0]]), mg.tensor([[3.0, 4.0], [3.0, 4.0]])
nn.functional.cosine_embedding_loss(x1, x2, np.array([1, -1]), reduction="none")

# %% nn.functional.hinge_embedding_loss
distances = mg.tensor([0.3, 0.3])
nn.functional.hinge_embedding_loss(distances, np.array([1, -1]), reduction="none")

# %% nn.functional.margin_ranking_loss
first, second = mg.tensor([2.0, 2.0]), mg.tensor([1.0, 1.0])
nn.functional.margin_ranking_loss(first, second, np.array([1, -1]), reduction="none")

# %% nn.functional.triplet_margin_loss
anchor, positive, negative = mg.tensor([[0.0, 0.0]]), mg.tensor([[0.0, 1.0]]), mg.tensor([[1.5, 0.0]])
nn.functional.triplet_margin_loss(anchor, positive, negative)
mg.grad(nn.functional.triplet_margin_loss)(anchor, positive, negative)
