"""What explains minigrad, and what draws the pictures in it."""
