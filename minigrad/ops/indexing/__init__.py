"""Reading, writing and adding up at an index, and choosing by a condition."""
