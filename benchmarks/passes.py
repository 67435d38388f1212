"""What a pass over memory costs: the figures behind docs/speed.md.

    python -m benchmarks.passes

One pass reads arrays and writes one.  How long that takes depends on where they lie: in the caches of the
core, or in main memory, which is several times as slow; and on whether the result is written to memory that
the process has, or to pages that the system must find, clear and map first.  Last, one function as many
passes and as one.
"""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.machine import description
from minigrad import kernels

Run = Callable[[], object]
STEP = 2**24  # elements that a step makes: 64 MB
SIZES = {"32 KB": 2**13, "512 KB": 2**17, "8 MB": 2**21, "128 MB": 2**25}  # elements of float32


def seconds(call: Run, least: float = 0.05) -> float:
    """The median of calls, as many as `least` seconds have room for."""
    call()
    found: list[float] = []
    while sum(found) < least or len(found) < 5:
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def of_a_pass(n: int) -> tuple[float, float, float]:
    """ns per element: x + y to an array that is there, x + y to new ones, tanh x to one that is there.

    The new ones are as a training step makes them: many, and all given back at its end.
    """
    x, y, out = (np.full(n, 0.5, np.float32) for _ in range(3))
    many = max(STEP // n, 1)
    kept = seconds(lambda: np.add(x, y, out=out))
    fresh = seconds(lambda: [np.add(x, y) for _ in range(many)]) / many
    tanh = seconds(lambda: np.tanh(x, out=out))
    return kept / n * 1e9, fresh / n * 1e9, tanh / n * 1e9


def gelu_ways(x: np.ndarray) -> tuple[Run, Run, Run]:
    """gelu(x), its tanh form: as one would write it, in one buffer, and as one loop."""
    c = math.sqrt(2 / math.pi)
    return (
        lambda: 0.5 * x * (1 + np.tanh(c * (x + 0.044715 * x * x * x))),
        lambda: kernels.gelu.twin(x, "tanh")[0],
        lambda: kernels.gelu(x, "tanh")[0],
    )


def of_gelu() -> list[tuple[str, float]]:
    """ms of gelu on 768 × 512."""
    names = "nine passes, each into a new array", "eight passes, most in place", "one loop (where Numba is)"
    ways = gelu_ways(np.random.default_rng(0).normal(size=(768, 512)).astype(np.float32))
    return [(name, seconds(way) * 1e3) for name, way in zip(names, ways, strict=True)]


def of_products() -> list[tuple[str, float]]:
    """GFLOP/s of one large product, and of many small ones with a transposed view and without."""
    rng = np.random.default_rng(0)
    a, w = (rng.normal(size=shape).astype(np.float32) for shape in [(768, 128), (128, 512)])
    q, k = (rng.normal(size=(48, 64, 32)).astype(np.float32) for _ in range(2))
    k_in_order = np.ascontiguousarray(k.mT)
    small = 2 * q.size * 64
    return [
        ("(768, 128) @ (128, 512)", 2 * a.size * 512 / seconds(lambda: a @ w) / 1e9),
        ("48 of (64, 32) @ (32, 64), a transposed view", small / seconds(lambda: q @ k.mT) / 1e9),
        ("48 of (64, 32) @ (32, 64), put in order before", small / seconds(lambda: q @ k_in_order) / 1e9),
    ]


def main() -> None:
    """Print the tables."""
    print(f"{description()}\n\nns per element, float32      x + y  x + y, new arrays   tanh(x)")
    for name, n in SIZES.items():
        kept, fresh, tanh = of_a_pass(n)
        print(f"arrays of {name:>7} {kept:16.2f} {fresh:18.2f} {tanh:9.2f}")
    print("\ngelu of 768 × 512, ms")
    for name, ms in of_gelu():
        print(f"{name:<46} {ms:6.2f}")
    print("\nproducts, GFLOP/s")
    for name, rate in of_products():
        print(f"{name:<46} {rate:6.0f}")


if __name__ == "__main__":
    main()
