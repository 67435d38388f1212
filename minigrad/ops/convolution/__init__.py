"""Convolutions, a file to an idea: `windows` holds the two primitives that all others are made of."""

from minigrad.ops.convolution import convolution, geometry, transposed, unfolding, windows

__all__ = ["convolution", "geometry", "transposed", "unfolding", "windows"]
