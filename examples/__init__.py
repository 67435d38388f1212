"""Programs to run: `python -m examples.char_transformer`, `python -m examples.long_range`."""
