"""Moving elements about: other axes, flips, diagonals and triangles, grids."""
