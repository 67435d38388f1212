"""Linear algebra.  A matrix is the last two axes of an array; the axes before them are a batch."""
