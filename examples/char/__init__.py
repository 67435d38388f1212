"""A character-level Transformer on real text."""
