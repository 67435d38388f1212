"""What a line of the tables of layers says, and the layers that are only elementwise or small."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """`name(*args, **kwargs)` in both libraries, called on the inputs that the letters of `feed` pick.

    `ours` and `theirs` are keywords of the two calls, which differ where masks do.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Any, ...] = ((2, 3, 4),)
    feed: str = "a"
    ours: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        settings = [*map(str, self.args), *(f"{k}={v}" for k, v in self.kwargs.items() if k != "batch_first")]
        masks = [*self.ours, *(["self"] if self.feed == "aaa" else [])]
        return f"{self.name}({','.join(settings)}){'-'.join(['', *masks])}".replace(" ", "")


# No kink (0, ±0.5, ±1, ±3, 6) is left out: there the two libraries must agree as well.
KINKS = np.array([-40.0, -3, -2, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 2, 3, 5, 6, 7, 40])
IMAGES, CURVES, TWO = {"inputs": ((2, 4, 3, 2),)}, {"inputs": ((3, 4, 5),)}, {"feed": "ab"}
PAIR = {"inputs": ((3, 4), (3, 4)), **TWO}

SMALL_LAYERS = [
    *[
        Case(name, inputs=(KINKS,))
        for name in (
            "CELU Hardshrink Hardswish Hardtanh LogSigmoid Mish ReLU6 SELU Softshrink Softsign "
            "Tanhshrink PReLU"
        ).split()
    ],
    Case("CELU", (0.5,), inputs=(KINKS,)),
    Case("Hardshrink", (1.0,), inputs=(KINKS,)),
    Case("Softshrink", (1.0,), inputs=(KINKS,)),
    Case("Hardtanh", (-2.0, 3.0), inputs=(KINKS,)),
    Case("Threshold", (0.5, -3.0), inputs=(KINKS,)),
    Case("Softplus", (2.0, 5.0), inputs=(KINKS,)),
    Case("Softplus", (0.5,), inputs=(KINKS,)),
    Case("PReLU", (3,)),
    Case("PReLU", (4, 0.1), **IMAGES),
    Case("RReLU", (0.2, 0.2), inputs=(KINKS,)),
    Case("GLU"),
    Case("GLU", (1,), **IMAGES),
    Case("Softmin", (1,)),
    Case("Embedding", (6, 3, 2), inputs=(np.array([[0, 5, 2], [2, 2, 1]]),)),
    Case("Embedding", (6, 3, -1), inputs=(np.array([[0, 5, 2], [2, 2, 1]]),)),
    Case("Bilinear", (4, 3, 5), inputs=((2, 4), (2, 3)), **TWO),
    Case("Bilinear", (4, 3, 5, False), inputs=((6, 2, 4), (6, 2, 3)), **TWO),
    Case("RMSNorm", (4,)),
    Case("RMSNorm", ((3, 4), 0.1)),
    Case("RMSNorm", (4,), {"elementwise_affine": False}),
    Case("GroupNorm", (2, 4), **IMAGES),
    Case("GroupNorm", (4, 4, 0.1), **CURVES),
    Case("GroupNorm", (1, 4, 1e-5, False), inputs=((3, 4),)),
    Case("InstanceNorm1d", (4, 0.1), **CURVES),
    Case("InstanceNorm2d", (4,), {"affine": True}, **IMAGES),
    Case("BatchNorm1d", (4,), inputs=((3, 4),)),
    Case("BatchNorm1d", (4, 0.1), **CURVES),
    Case("BatchNorm1d", (4,), {"affine": False}, **CURVES),
    Case("BatchNorm2d", (4,), **IMAGES),
    Case("BatchNorm2d", (4,), {"momentum": None}, **IMAGES),
    Case("BatchNorm2d", (4,), {"track_running_stats": False}, **IMAGES),
    Case("Dropout1d", (0.0,)),
    Case("Dropout2d", (0.0,), **IMAGES),
    Case("AlphaDropout", (0.0,)),
    Case("Flatten"),
    Case("Flatten", (0, 1), **IMAGES),
    Case("Flatten", (-2,), **IMAGES),
    Case("Unflatten", (1, (2, 2)), **IMAGES),
    Case("Unflatten", (-3, (-1, 2)), **IMAGES),
    Case("PixelShuffle", (2,), **IMAGES),
    Case("PixelUnshuffle", (2,), inputs=((2, 3, 4, 6),)),
    Case("Upsample", (), {"scale_factor": 2}, **IMAGES),
    Case("Upsample", ((5, 4),), **IMAGES),
    Case("CosineSimilarity", **PAIR),
    Case("CosineSimilarity", (0, 0.1), **PAIR),
    Case("PairwiseDistance", **PAIR),
    Case("PairwiseDistance", (1.0, 0.1, True), **PAIR),
    Case("CosineSimilarity", (0,), inputs=((1, 3), (2, 1)), **TWO),  # broadcast along `dim` itself
    Case("PReLU", inputs=(np.array(-2.0),)),
    *[
        Case(f"{name}Norm{'' if name == 'Group' else '2d'}", args, {"bias": False}, **IMAGES)
        for name, args in (("Group", (2, 4)), ("Batch", (4,)), ("Instance", (4, 1e-5, 0.1, True)))
    ],
    *[
        Case(f"InstanceNorm{n}d", (4, 0.1, 0.3, affine, True), inputs=((2, 4, 3, 5)[: n + 2],))
        for n in (1, 2)
        for affine in (False, True)
    ],
    *[Case(f"InstanceNorm{n}d", (4, 0.1), inputs=((4, 3, 5)[: n + 1],)) for n in (1, 2)],
    Case("Embedding", (6, 3, None, 0.7, 1.0), inputs=(np.array([[0, 5, 2], [2, 2, 1]]),)),
    Case("Embedding", (6, 3, 1), {"scale_grad_by_freq": True}, inputs=(np.array([[0, 5, 2], [2, 2, 1]]),)),
    *[
        Case(f"{name}Pad{n}d", ((2, 1, 1, 2)[: 2 * n],), inputs=((2, 3, 4, 5)[: n + 2],))
        for name in ("Zero", "Reflection", "Replication", "Circular")
        for n in (1, 2)
    ],
    *[
        Case(f"{name}Pad{n}d", (1,), inputs=((3, 4, 5)[: n + 1],))
        for name in ("Zero", "Reflection", "Replication", "Circular")
        for n in (1, 2)
    ],
    *[
        Case(f"ConstantPad{n}d", ((-1, 2, 0, -1)[: 2 * n], 0.5), inputs=((2, 3, 4, 5)[: n + 2],))
        for n in (1, 2)
    ],
    *[
        Case("Upsample", (), {"scale_factor": 1.7, "mode": mode, "align_corners": align}, inputs=(shape,))
        for mode, shape in (("linear", (2, 3, 4)), ("bilinear", (2, 3, 4, 2)), ("bicubic", (1, 2, 3, 4)))
        for align in (False, True)
    ],
]
