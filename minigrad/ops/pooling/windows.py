"""Where the windows of a pooling lie: how much border an input needs for them."""

from minigrad.ops.convolution.geometry import Size, Sizes, per_axis, places, spans


def border(op: str, padding: Size, kernel: Sizes) -> Sizes:
    """`padding` for each axis.  Raises ValueError where a window could lie in it entirely."""
    widths = per_axis(padding, len(kernel), op, "padding", least=0)
    if any(2 * b > k for b, k in zip(widths, kernel, strict=True)):
        raise ValueError(
            f"{op} got padding {widths} for a kernel {kernel}: it may be half a kernel at most, or a window "
            "would lie outside the input; write mg.pad(input, ...) before, if that is meant"
        )
    return widths


def after(
    op: str, size: Sizes, kernel: Sizes, stride: Sizes, before: Sizes, dilation: Sizes, ceil_mode: bool
) -> Sizes:
    """The border after each axis: `before` again, and with `ceil_mode` what a last window lacks.

    That window is one which starts inside the input or the border before it.
    """
    widths = []
    reaches = spans(kernel, dilation)
    for n, reach, s, b in zip(size, reaches, stride, before, strict=True):
        room = n + 2 * b - reach
        last = -(-room // s) if ceil_mode else room // s
        if ceil_mode and last * s >= n + b:
            last -= 1
        widths.append(b + max(last * s - room, 0))
    canvas = tuple(n + b + w for n, b, w in zip(size, before, widths, strict=True))
    places(canvas, kernel, stride, dilation, op)
    return tuple(widths)
