"""Products: of matrices, of tensors, along a line, and of powers."""
