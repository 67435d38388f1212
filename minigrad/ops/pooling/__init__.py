"""Pooling: sliding windows or bins, and the greatest or the average of each."""

from minigrad.ops.pooling import average, bins, maximum, windows

__all__ = ["average", "bins", "maximum", "windows"]
