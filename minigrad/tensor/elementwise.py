"""Functions of each element, and softmax, as methods: `t.tanh()` is `mg.tanh(t)`."""

from typing import TYPE_CHECKING, Any

from minigrad.registry import OPS

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class Elementwise:
    __slots__ = ()

    # `options` are those of the op by keyword.

    def abs(self) -> "Tensor":
        return OPS["absolute"](self)

    def exp(self) -> "Tensor":
        return OPS["exp"](self)

    def expm1(self) -> "Tensor":
        return OPS["expm1"](self)

    def log(self) -> "Tensor":
        return OPS["log"](self)

    def log1p(self) -> "Tensor":
        return OPS["log1p"](self)

    def log2(self) -> "Tensor":
        return OPS["log2"](self)

    def log10(self) -> "Tensor":
        return OPS["log10"](self)

    def sqrt(self) -> "Tensor":
        return OPS["sqrt"](self)

    def square(self) -> "Tensor":
        return OPS["square"](self)

    def reciprocal(self) -> "Tensor":
        return OPS["reciprocal"](self)

    def sin(self) -> "Tensor":
        return OPS["sin"](self)

    def cos(self) -> "Tensor":
        return OPS["cos"](self)

    def tan(self) -> "Tensor":
        return OPS["tan"](self)

    def sinh(self) -> "Tensor":
        return OPS["sinh"](self)

    def cosh(self) -> "Tensor":
        return OPS["cosh"](self)

    def tanh(self) -> "Tensor":
        return OPS["tanh"](self)

    def erf(self) -> "Tensor":
        return OPS["erf"](self)

    def sigmoid(self) -> "Tensor":
        return OPS["sigmoid"](self)

    def relu(self) -> "Tensor":
        return OPS["relu"](self)

    def gelu(self, approximate: str = "none") -> "Tensor":
        return OPS["gelu"](self, approximate)

    def silu(self) -> "Tensor":
        return OPS["silu"](self)

    def softplus(self) -> "Tensor":
        return OPS["softplus"](self)

    def softmax(self, axis: int | tuple[int, ...] = -1, **options: Any) -> "Tensor":
        return OPS["softmax"](self, axis, **options)

    def log_softmax(self, axis: int | tuple[int, ...] = -1, **options: Any) -> "Tensor":
        return OPS["log_softmax"](self, axis, **options)

    def logsumexp(
        self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False, **options: Any
    ) -> "Tensor":
        return OPS["logsumexp"](self, axis, keepdims, **options)
