"""Does self-attention learn long-range dependencies?  Shown on a language where the answer is known."""
