"""Every op, one package per family; each is its forward and its derivative rules, side by side."""
