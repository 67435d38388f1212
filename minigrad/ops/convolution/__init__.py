"""Convolutions, a file to an idea: `windows` holds the two primitives that all others are made of."""
