"""Convolution and pooling."""

from collections.abc import Callable
from typing import Any

from tests.minigrad.samples.domains import Draw, apart, real
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample

for _kernel, _stride, _dilation, _shape in [
    ((2,), (1,), (1,), (5,)), ((2,), (3,), (2,), (2, 8)), ((2, 3), (1, 2), (2, 1), (2, 4, 6)),
    ((1, 1), (1, 1), (1, 1), (3, 2)), ((2,), (1,), (1,), (0, 4)),
]:  # fmt: skip
    sample(
        "sliding_windows",
        lambda f, x, k=_kernel, s=_stride, d=_dilation: f(x, k, s, d),
        real(*_shape),
        torch=None,
    )
for _size, _stride, _dilation, _shape in [
    ((6,), (1,), (1,), (2, 5)), ((9,), (3,), (2,), (2, 2, 3)), ((5, 7), (1, 2), (2, 1), (2, 2, 3, 3, 3)),
    ((3, 2), (1, 1), (1, 1), (1, 1, 3, 2)), ((4,), (1,), (1,), (0, 2, 3)),
]:  # fmt: skip
    sample(
        "overlap_add",
        lambda f, x, n=_size, s=_stride, d=_dilation: f(x, n, s, d),
        real(*_shape),
        torch=None,
    )


def _functional(name: str, options: dict[str, Any]) -> Callable[..., Any]:
    return lambda t, *tensors: getattr(t.nn.functional, name)(*tensors, **options)


def _with_options(name: str, *draws: Draw, **options: Any) -> None:
    """A call that is PyTorch's to the letter."""
    sample(name, lambda f, *arrays: f(*arrays, **options), *draws, torch=_functional(name, options))


_with_options("conv1d", real(2, 3, 6), real(2, 3, 3))
_with_options("conv1d", real(2, 3, 6), real(2, 3, 2), real(2), stride=2, padding=1)
_with_options("conv1d", real(1, 4, 7), real(2, 2, 3), real(2), dilation=2, groups=2, padding=(2,))
_with_options("conv1d", real(1, 2, 6), real(1, 2, 3), real(1), padding="same", dilation=2)
sample(  # where one more zero stands on the right, PyTorch warns: it gets the padding in numbers
    "conv1d",
    lambda f, x, w: f(x, w, padding="same"),
    real(1, 2, 6),
    real(1, 2, 4),
    torch=lambda t, x, w: t.conv1d(t.nn.functional.pad(x, (1, 2)), w),
)
_with_options("conv1d", real(1, 2, 4), real(1, 2, 3), padding="valid", stride=2)
_with_options("conv1d", real(3, 5), real(6, 1, 2), real(6), groups=3)  # without a batch; depthwise
_with_options("conv1d", real(0, 2, 5), real(3, 2, 2), real(3))
_with_options("conv1d", real(2, 1, 1), real(1, 1, 1), real(1))
_with_options("conv2d", real(2, 2, 4, 5), real(3, 2, 2, 3))
_with_options("conv2d", real(1, 2, 5, 4), real(2, 2, 3, 2), real(2), stride=(2, 1), padding=(1, 2))
_with_options("conv2d", real(1, 2, 5, 5), real(2, 1, 2, 2), real(2), dilation=(2, 3), groups=2)
sample(
    "conv2d",
    lambda f, x, w, b: f(x, w, b, padding="same", dilation=(1, 2)),
    real(1, 1, 3, 4),
    real(2, 1, 2, 3),
    real(2),
    torch=lambda t, x, w, b: t.conv2d(t.nn.functional.pad(x, (2, 2, 0, 1)), w, b, dilation=(1, 2)),
)
_with_options("conv2d", real(2, 3, 4), real(2, 2, 1, 1), real(2))
_with_options("conv2d", real(0, 1, 3, 3), real(1, 1, 2, 2))

_with_options("conv_transpose1d", real(2, 3, 4), real(3, 2, 3))
_with_options("conv_transpose1d", real(1, 4, 3), real(4, 2, 2), real(4), stride=2, groups=2)
_with_options(
    "conv_transpose1d", real(1, 2, 3), real(2, 1, 3), real(1), stride=3, padding=1, output_padding=2
)
_with_options("conv_transpose1d", real(2, 3), real(2, 2, 2), real(2), dilation=3, output_padding=(1,))
_with_options("conv_transpose1d", real(0, 2, 3), real(2, 1, 2))
_with_options("conv_transpose2d", real(1, 2, 2, 3), real(2, 1, 3, 2), real(1))
_with_options(
    "conv_transpose2d", real(1, 2, 3, 2), real(2, 1, 2, 3), real(2),
    stride=(2, 3), padding=(0, 1), output_padding=(1, 2), groups=2, dilation=(2, 1),
)  # fmt: skip
_with_options("conv_transpose2d", real(1, 2, 2), real(1, 2, 1, 1), real(2), stride=2)
_with_options("conv_transpose2d", real(0, 1, 2, 2), real(1, 1, 2, 2))

_with_options("unfold", real(2, 2, 3, 4), kernel_size=2)
_with_options("unfold", real(1, 1, 4, 5), kernel_size=(2, 3), dilation=(2, 1), padding=(0, 1), stride=(1, 2))
_with_options("unfold", real(2, 3, 3), kernel_size=(3, 1))
sample("unfold", lambda f, x: f(x, 2), real(0, 1, 3, 3), torch=None)
_with_options("fold", real(2, 8, 6), output_size=(3, 4), kernel_size=2)
_with_options(
    "fold",
    real(1, 6, 6),
    output_size=(4, 5),
    kernel_size=(2, 3),
    dilation=(2, 1),
    padding=(0, 1),
    stride=(1, 2),
)
_with_options("fold", real(6, 3), output_size=3, kernel_size=(3, 1))
sample("fold", lambda f, x: f(x, 3, 2), real(0, 4, 4), torch=None)

for _options in [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 2, "stride": 3, "ceil_mode": True},
    {"kernel_size": 3, "stride": 1, "padding": 1, "ceil_mode": True},
    {"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True},
    {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
]:
    for _shape in [(2, 2, 6), (1, 5)]:
        _with_options("max_pool1d", apart(*_shape), **_options)
        _with_options("avg_pool1d", real(*_shape), **_options)
        _with_options("avg_pool1d", real(*_shape), **_options, count_include_pad=False)
    for _shape in [(1, 2, 4, 5), (1, 3, 4)]:
        _with_options("max_pool2d", apart(*_shape), **_options)
        _with_options("avg_pool2d", real(*_shape), **_options)
        _with_options("avg_pool2d", real(*_shape), **_options, count_include_pad=False)
_with_options("max_pool1d", apart(1, 2, 7), kernel_size=3, dilation=2, stride=1, padding=1)
_with_options("max_pool1d", apart(1, 1, 7), kernel_size=2, dilation=3, stride=2, ceil_mode=True)
_with_options("max_pool1d", apart(1, 1, 2), kernel_size=3, stride=2, ceil_mode=True)
_with_options(
    "max_pool2d", apart(1, 1, 5, 6), kernel_size=(2, 3), stride=(1, 2), padding=(1, 0), dilation=(2, 1)
)
_with_options("avg_pool2d", real(1, 1, 4, 5), kernel_size=(2, 3), stride=(1, 2), padding=(1, 0))
_with_options("avg_pool2d", real(1, 1, 4, 5), kernel_size=2, divisor_override=3)
for _name in ("max_pool1d", "avg_pool1d", "max_pool2d", "avg_pool2d"):
    sample(_name, lambda f, x: f(x, 2), real(0, 1, 3, 3) if "2d" in _name else real(0, 1, 3), torch=None)

for _name, _draw in [("adaptive_avg_pool", real), ("adaptive_max_pool", apart)]:
    for _size in (1, 2, 3, 5, 7):
        _with_options(f"{_name}1d", _draw(2, 2, 6), output_size=_size)
    sample(f"{_name}1d", lambda f, x: f(x, None), real(1, 3), torch=None)
    for _size in (1, (2, 3), (None, 2), (3, 4)):
        _with_options(f"{_name}2d", _draw(1, 2, 4, 3), output_size=_size)
    _with_options(f"{_name}2d", _draw(1, 3, 5), output_size=(2, 4))
    sample(f"{_name}1d", lambda f, x: f(x, 2), real(0, 1, 3), torch=None)
    sample(f"{_name}2d", lambda f, x: f(x, 2), real(0, 1, 3, 3), torch=None)

NOT_0D |= dict.fromkeys(
    [
        "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d",
        "avg_pool1d", "avg_pool2d", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "fold",
        "max_pool1d", "max_pool2d", "overlap_add", "sliding_windows", "unfold",
    ],
    "needs channels and places",
)  # fmt: skip

WITHOUT_TORCH |= {"sliding_windows", "overlap_add"}
