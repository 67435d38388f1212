"""Every op, a room to a family; each is its forward and its derivative rules, side by side."""
