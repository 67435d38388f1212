"""Examples of docs/reference/layers.md."""

import numpy as np

import minigrad as mg
import nn

# %% nn.ReLU nn.ReLU6 nn.LeakyReLU nn.ELU nn.CELU nn.SELU nn.SiLU nn.GELU nn.Mish nn.Sigmoid nn.Tanh
layer = nn.ReLU()
layer(mg.tensor([-2.0, 0.0, 3.0]))

# %% nn.Hardshrink nn.Hardsigmoid nn.Hardswish nn.Hardtanh nn.LogSigmoid nn.Softshrink nn.Tanhshrink
layer = nn.Hardshrink()
layer(mg.tensor([-2.0, 0.0, 3.0]))

# %% nn.Identity nn.Softplus nn.Softsign nn.Softmax nn.LogSoftmax nn.Softmin
layer = nn.Identity()
layer(mg.tensor([-2.0, 0.0, 3.0]))

# %% nn.PReLU
layer = nn.PReLU()
layer(mg.tensor([-2.0, 0.0, 3.0]))
layer.weight

# %% nn.RReLU
layer = nn.RReLU(rng=np.random.default_rng(0))
layer(mg.tensor([-2.0, -2.0, 3.0]))
layer.eval()(mg.tensor([-2.0, -2.0, 3.0]))

# %% nn.Threshold
layer = nn.Threshold(threshold=1.0, value=-9.0)
layer(mg.tensor([-2.0, 0.0, 3.0]))

# %% nn.GLU
layer = nn.GLU()
layer(mg.tensor([1.0, 2.0, 0.0, -9.0]))

# %% nn.Dropout nn.AlphaDropout
layer = nn.Dropout(p=0.5, rng=np.random.default_rng(0))
layer(mg.tensor([1.0, 2.0, 3.0, 4.0]))
layer.eval()(mg.tensor([1.0, 2.0, 3.0, 4.0]))

# %% nn.Dropout1d
layer = nn.Dropout1d(p=0.5, rng=np.random.default_rng(1))
layer(mg.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]))  # (N, C, L)

# %% nn.Dropout2d
layer = nn.Dropout2d(p=0.5, rng=np.random.default_rng(1))
layer(mg.tensor([[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]]]))  # (N, C, H, W)

# %% nn.Linear
layer = nn.Linear(3, 2, rng=np.random.default_rng(0))
layer(np.ones((5, 3))).shape
layer.weight.shape, layer.bias.shape

# %% nn.Bilinear
layer = nn.Bilinear(3, 4, 2)
layer(np.ones((5, 3)), np.ones((5, 4))).shape

# %% nn.Embedding
layer = nn.Embedding(10, 4)
layer(np.array([[1, 2, 3], [7, 8, 9]])).shape

# %% nn.LayerNorm nn.RMSNorm
layer = nn.LayerNorm(3)
layer(mg.tensor([[1.0, 2.0, 6.0]]))

# %% nn.GroupNorm
layer = nn.GroupNorm(2, 4)
layer(mg.tensor([[1.0, 3.0, 10.0, 20.0]]))

# %% nn.BatchNorm1d
layer = nn.BatchNorm1d(2)
layer(mg.tensor([[1.0, 10.0], [3.0, 30.0]]))
layer.running_mean  # moved a tenth of the way

# %% nn.InstanceNorm1d
layer = nn.InstanceNorm1d(2)
layer(mg.tensor([[[1.0, 3.0], [10.0, 20.0]]]))

# %% nn.BatchNorm2d nn.InstanceNorm2d
layer = nn.BatchNorm2d(3)
layer(np.random.default_rng(0).normal(size=(2, 3, 4, 4))).shape

# %% nn.Conv1d
layer = nn.Conv1d(3, 5, kernel_size=3, padding=1)
layer(np.ones((2, 3, 8))).shape

# %% nn.ConvTranspose1d
layer = nn.ConvTranspose1d(3, 5, kernel_size=2, stride=2)
layer(np.ones((2, 3, 8))).shape

# %% nn.Conv2d
layer = nn.Conv2d(3, 5, kernel_size=3, stride=2, padding=1)
layer(np.ones((2, 3, 8, 8))).shape

# %% nn.ConvTranspose2d
layer = nn.ConvTranspose2d(3, 5, kernel_size=2, stride=2)
layer(np.ones((2, 3, 8, 8))).shape

# %% nn.Unfold
layer = nn.Unfold(kernel_size=2)
layer(np.ones((2, 3, 4, 4))).shape

# %% nn.Fold
layer = nn.Fold(output_size=(4, 4), kernel_size=2)
layer(np.ones((2, 12, 9))).shape

# %% nn.AvgPool1d nn.MaxPool1d nn.AdaptiveAvgPool1d nn.AdaptiveMaxPool1d
layer = nn.AvgPool1d(2)
layer(mg.tensor([[1.0, 3.0, 2.0, 8.0]]))

# %% nn.AvgPool2d nn.MaxPool2d
layer = nn.AvgPool2d(2)
layer(mg.tensor([[[1.0, 3.0], [2.0, 8.0]]]))

# %% nn.AdaptiveAvgPool2d nn.AdaptiveMaxPool2d
layer = nn.AdaptiveAvgPool2d((2, 1))
layer(mg.tensor([[[1.0, 3.0, 5.0], [2.0, 8.0, 0.0]]]))

# %% nn.ZeroPad1d nn.CircularPad1d nn.ReflectionPad1d nn.ReplicationPad1d
layer = nn.ZeroPad1d(2)
layer(mg.tensor([[1.0, 2.0, 3.0]]))

# %% nn.ConstantPad1d
layer = nn.ConstantPad1d((1, 2), 9.0)
layer(mg.tensor([[1.0, 2.0, 3.0]]))

# %% nn.ZeroPad2d nn.CircularPad2d nn.ReflectionPad2d nn.ReplicationPad2d
layer = nn.ZeroPad2d(1)
layer(mg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))

# %% nn.ConstantPad2d
layer = nn.ConstantPad2d(1, 9.0)
layer(mg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))

# %% nn.Flatten
layer = nn.Flatten()
layer(np.ones((2, 3, 4))).shape

# %% nn.Unflatten
layer = nn.Unflatten(1, (3, 4))
layer(np.ones((2, 12))).shape

# %% nn.PixelShuffle
layer = nn.PixelShuffle(2)
layer(np.ones((1, 12, 5, 5))).shape

# %% nn.PixelUnshuffle
layer = nn.PixelUnshuffle(2)
layer(np.ones((1, 3, 10, 10))).shape

# %% nn.Upsample
layer = nn.Upsample(scale_factor=2)
layer(mg.tensor([[[1.0, 3.0]]]))

# %% nn.CrossEntropyLoss
loss = nn.CrossEntropyLoss()
loss(mg.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2]))

# %% nn.NLLLoss
loss = nn.NLLLoss()
loss(mg.log([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]), np.array([0, 2]))

# %% nn.BCELoss
loss = nn.BCELoss()
loss(mg.tensor([0.9, 0.2]), mg.tensor([1.0, 0.0]))

# %% nn.BCEWithLogitsLoss
loss = nn.BCEWithLogitsLoss()
loss(mg.tensor([2.0, -1.0]), mg.tensor([1.0, 0.0]))

# %% nn.MSELoss nn.L1Loss nn.HuberLoss nn.SmoothL1Loss
loss = nn.MSELoss()
loss(mg.tensor([1.0, 2.0, 3.0]), mg.tensor([1.0, 2.5, 6.0]))

# %% nn.KLDivLoss
loss = nn.KLDivLoss(reduction="sum")
loss(mg.log([0.5, 0.5]), mg.tensor([0.9, 0.1]))

# %% nn.PoissonNLLLoss
loss = nn.PoissonNLLLoss()
loss(mg.tensor([0.0, 1.0]), mg.tensor([1.0, 3.0]))

# %% nn.GaussianNLLLoss
loss = nn.GaussianNLLLoss()
loss(mg.tensor([0.0, 1.0]), mg.tensor([0.5, 1.0]), mg.tensor([1.0, 0.25]))

# %% nn.CTCLoss
loss = nn.CTCLoss()
log_p = nn.functional.log_softmax(np.zeros((4, 1, 3)))  # (T, N, C)
loss(log_p, np.array([[1, 2]]), np.array([4]), np.array([2]))

# %% nn.CosineEmbeddingLoss
loss = nn.CosineEmbeddingLoss()
loss(mg.tensor([[1.0, 0.0]]), mg.tensor([[3.0, 4.0]]), np.array([1]))

# %% nn.HingeEmbeddingLoss
loss = nn.HingeEmbeddingLoss()
loss(mg.tensor([0.3, 0.3]), np.array([1, -1]))

# %% nn.MarginRankingLoss
loss = nn.MarginRankingLoss()
loss(mg.tensor([2.0, 2.0]), mg.tensor([1.0, 1.0]), np.array([1, -1]))

# %% nn.TripletMarginLoss
loss = nn.TripletMarginLoss()
loss(mg.tensor([[0.0, 0.0]]), mg.tensor([[0.0, 1.0]]), mg.tensor([[1.5, 0.0]]))

# %% nn.CosineSimilarity nn.PairwiseDistance
layer = nn.CosineSimilarity()
layer(mg.tensor([[1.0, 0.0]]), mg.tensor([[3.0, 4.0]]))
