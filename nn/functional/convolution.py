"""Convolutions, and windows taken apart and put together."""

import minigrad as mg

conv1d = mg.conv1d
conv2d = mg.conv2d
conv_transpose1d = mg.conv_transpose1d
conv_transpose2d = mg.conv_transpose2d
fold = mg.fold
unfold = mg.unfold
