"""Moving elements about: other axes, flips, diagonals, borders, repetition, windows, joining."""
