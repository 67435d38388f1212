"""Examples of docs/reference/windows.md."""

import numpy as np

import minigrad as mg

# %% mg.conv1d
x, kernel = mg.tensor([[1.0, 2.0, 4.0, 8.0]]), mg.tensor([[[1.0, -1.0]]])  # (C, L), (O, C, K)
mg.conv1d(x, kernel)
mg.grad(lambda kernel: mg.conv1d(x, kernel).sum())(kernel)

# %% mg.conv_transpose1d
x, kernel = mg.tensor([[1.0, 2.0, 4.0]]), mg.tensor([[[1.0, -1.0]]])
mg.conv_transpose1d(x, kernel, stride=2)

# %% mg.conv2d
images, kernels = np.ones((2, 3, 8, 8)), np.ones((5, 3, 3, 3))
mg.conv2d(images, kernels, padding=1, stride=2).shape

# %% mg.conv_transpose2d
images, kernels = np.ones((2, 5, 4, 4)), np.ones((5, 3, 3, 3))
mg.conv_transpose2d(images, kernels, stride=2).shape

# %% mg.unfold
columns = mg.unfold(np.ones((2, 3, 4, 4)), kernel_size=2)
columns.shape  # 9 windows of 3·2·2

# %% mg.fold
columns = np.ones((1, 4, 9))  # 9 windows of 2 x 2
mg.fold(columns, output_size=4, kernel_size=2)

# %% mg.sliding_window_view
x = mg.tensor([1.0, 2.0, 3.0, 4.0])
mg.sliding_window_view(x, 3)
mg.grad(lambda x: mg.sliding_window_view(x, 3).sum())(x)

# %% mg.sliding_windows
x = mg.tensor([1.0, 2.0, 3.0, 4.0])
mg.sliding_windows(x, kernel=(2,), stride=(1,), dilation=(2,))  # (K, P)

# %% mg.overlap_add
windows = mg.tensor([[1.0, 2.0], [3.0, 4.0]])  # (K, P)
mg.overlap_add(windows, size=(3,), stride=(1,), dilation=(1,))

# %% mg.avg_pool1d mg.max_pool1d mg.adaptive_avg_pool1d mg.adaptive_max_pool1d
x = mg.tensor([[1.0, 3.0, 2.0, 8.0]])
mg.avg_pool1d(x, 2)
mg.grad(lambda x: mg.avg_pool1d(x, 2).sum())(x)

# %% mg.avg_pool2d mg.max_pool2d
x = mg.tensor([[[1.0, 3.0], [2.0, 8.0]]])
mg.avg_pool2d(x, 2)
mg.grad(lambda x: mg.avg_pool2d(x, 2).sum())(x)

# %% mg.adaptive_avg_pool2d mg.adaptive_max_pool2d
x = mg.tensor([[[1.0, 3.0, 5.0], [2.0, 8.0, 0.0]]])
mg.adaptive_avg_pool2d(x, (2, 1))
mg.grad(lambda x: mg.adaptive_avg_pool2d(x, (2, 1)).sum())(x)
