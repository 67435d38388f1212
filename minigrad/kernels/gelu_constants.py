"""The numbers in both forms of gelu, which the loops share with NumPy."""

import math

SQRT_HALF = math.sqrt(0.5)
SQRT_2_OVER_PI = math.sqrt(2 / math.pi)
INV_SQRT_2_PI = 1 / math.sqrt(2 * math.pi)
CUBIC = 0.044715
FAR = 39.0  # where Φ and φ are 0 or 1 in any float, and whose cube float16 still holds
# Φ(-a) = exp(-a²/2)·t·P(t) with t = 1/(1 + SPREAD·a), a >= 0: a minimax fit, relative error 4e-9.
SPREAD = 0.3
TAIL = (
    0.11968663495176972, 0.11957282429773841, 0.11022746562747471, 0.07842491463405363, 0.09605975934159244,
    -0.0792509395981426, 0.19158602052001045, -0.22807075146554862, 0.11237715118205496, -0.02061308121499948,
)  # fmt: skip
