"""Pooling over windows and over bins."""

import minigrad as mg

adaptive_avg_pool1d = mg.adaptive_avg_pool1d
adaptive_avg_pool2d = mg.adaptive_avg_pool2d
adaptive_max_pool1d = mg.adaptive_max_pool1d
adaptive_max_pool2d = mg.adaptive_max_pool2d
avg_pool1d = mg.avg_pool1d
avg_pool2d = mg.avg_pool2d
max_pool1d = mg.max_pool1d
max_pool2d = mg.max_pool2d
