"""One number at a time: arithmetic, exponentials, trigonometry, choices, activations."""
