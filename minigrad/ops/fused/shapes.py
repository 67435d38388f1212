"""Shapes that fused ops ask for."""

Shape = tuple[int, ...]


def broadcasts(shape: Shape, whole: Shape) -> bool:
    """Whether an array of `shape` broadcasts to `whole` as it is."""
    if shape == whole[len(whole) - len(shape) :]:  # nearly always
        return True
    lengths = zip(reversed(shape), reversed(whole), strict=False)
    return len(shape) <= len(whole) and all(n in (1, m) for n, m in lengths)
