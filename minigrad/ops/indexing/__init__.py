"""Reading, writing and adding up at an index."""
