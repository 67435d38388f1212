"""The kernels as loops, compiled by Numba for float32: one pass over memory where NumPy makes many.

All stand in one file, because the cache on disk notices changes of the file that a loop stands in, not
of what it calls.  Loops run on one thread: at these sizes a second one gains less than it costs, and no
thread pool of Numba's survives a fork.  Sums are vectorised, so their order depends on the processor, but
on nothing else: the same call gives the same bits.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core.compiler_lock import global_compiler_lock

from minigrad.forks import wait_for
from minigrad.kernels.gelu_constants import CUBIC, FAR, INV_SQRT_2_PI, SPREAD, SQRT_2_OVER_PI, TAIL

F = TypeVar("F", bound=Callable[..., Any])


def loop(*, sums: bool = False) -> Callable[[F], F]:
    """Compile at the first call; `sums` lets the terms of sums be taken in the order of vectors."""
    flags = {"contract", "reassoc"} if sums else {"contract"}
    options: dict[str, Any] = {"error_model": "numpy", "fastmath": flags, "nogil": True}

    def decorate(function: F) -> F:
        compiled: Any = numba.njit(function, **options)
        with suppress(RuntimeError):  # where there is no directory that a cache could be written to
            compiled.enable_caching()
        return compiled

    return decorate


f4 = np.float32
ZERO, HALF, ONE, TWO = f4(0), f4(0.5), f4(1), f4(2)

# -- exponentials -------------------------------------------------------------------------------

# exp(x) = 2ⁿ·eʳ with n = round(x/ln 2), ln 2 in two parts, so that n·LN2_HIGH is exact.
LOG2_E, LN2_HIGH, LN2_LOW = f4(1 / math.log(2)), f4(0.693359375), f4(math.log(2) - 0.693359375)
ROUND = f4(1.5 * 2**23)  # adding this leaves n in the last bits
BIAS, MANTISSA = np.int32(126), np.int32(23)
LEAST, MOST = f4(-86.6), f4(89)  # below is nearly a denormal number, above infinity
# (eʳ - 1 - r)/r² on |r| <= ln 2/2, a minimax fit: relative error of eʳ 3e-9.
TANH_MOST = f4(40)  # tanh(20) is 1
E0, E1, E2, E3, E4 = map(f4, (0.49999993, 0.1666652, 0.041668389, 0.0083687174, 0.0013814594))


@loop()
def exp(x):
    """eˣ, its error below 2 units in the last place; 0 where it is below 2e-38."""
    clipped = min(max(x, LEAST), MOST)
    shifted = f4(clipped * LOG2_E + ROUND)
    n = shifted - ROUND
    r = (clipped - n * LN2_HIGH) - n * LN2_LOW
    tail = E0 + r * (E1 + r * (E2 + r * (E3 + r * E4)))
    half_power = np.int32((shifted.view(np.int32) + BIAS) << MANTISSA)  # the bits of 2ⁿ⁻¹
    y = (ONE + (r + r * r * tail)) * half_power.view(np.float32) * TWO
    return ZERO if x < LEAST else y


@loop()
def tanh(x):
    """(e²ˣ - 1)/(e²ˣ + 1), by way of e²ˣ - 1, which keeps its digits where x is small."""
    doubled = min(max(TWO * x, -TANH_MOST), TANH_MOST)
    shifted = f4(doubled * LOG2_E + ROUND)
    n = shifted - ROUND
    r = (doubled - n * LN2_HIGH) - n * LN2_LOW
    tail = E0 + r * (E1 + r * (E2 + r * (E3 + r * E4)))
    power = np.int32((shifted.view(np.int32) + BIAS + np.int32(1)) << MANTISSA).view(np.float32)
    exp_minus_one = power * (r + r * r * tail) + (power - ONE)
    return exp_minus_one / (exp_minus_one + TWO)


P0, P1, P2, P3, P4, P5, P6, P7, P8, P9 = map(f4, TAIL)
NARROW = f4(SPREAD)


@loop()
def normal_cdf(x):
    """Φ(x), the normal distribution function, within 2e-7."""
    t = ONE / (ONE + NARROW * abs(x))
    fit = P5 + t * (P6 + t * (P7 + t * (P8 + t * P9)))
    fit = P0 + t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * fit))))
    tail = exp(-HALF * x * x) * t * fit
    return tail if x < ZERO else ONE - tail


# -- gelu ---------------------------------------------------------------------------------------

# (1 + tanh u)/2 is 1/(1 + exp(-2u)), and 2u = x·(LINEAR + CUBE·x²).
LINEAR, CUBE = f4(2 * SQRT_2_OVER_PI), f4(2 * SQRT_2_OVER_PI * CUBIC)
THREE_CUBE, PEAK = f4(3) * CUBE, f4(INV_SQRT_2_PI)
MOST_NEAR = f4(FAR)


@loop()
def tanh_gate(x):
    return ONE / (ONE + exp(-x * (LINEAR + CUBE * x * x)))


@loop()
def gelu_tanh_loop(x, y):
    for i in range(x.size):
        y[i] = x[i] * tanh_gate(x[i])


@loop()
def gelu_tanh_backward_loop(g, x, g_x):
    for i in range(x.size):
        v, p = min(max(x[i], -MOST_NEAR), MOST_NEAR), tanh_gate(x[i])
        g_x[i] = g[i] * (p + v * p * (ONE - p) * (LINEAR + THREE_CUBE * v * v))


@loop()
def gelu_erf_loop(x, y):
    for i in range(x.size):
        y[i] = x[i] * normal_cdf(x[i])


@loop()
def gelu_erf_backward_loop(g, x, g_x):
    for i in range(x.size):
        v = x[i]
        g_x[i] = g[i] * (normal_cdf(v) + v * PEAK * exp(-HALF * v * v))


def gelu(x, approximate):
    y = np.empty_like(x)
    run = gelu_tanh_loop if approximate == "tanh" else gelu_erf_loop
    run(x.ravel(), y.ravel())
    return y, None


def gelu_backward(g, x, gate, approximate):
    g_x = np.empty_like(x)
    run = gelu_tanh_backward_loop if approximate == "tanh" else gelu_erf_backward_loop
    run(g.ravel(), x.ravel(), g_x.ravel())
    return g_x


# -- softmax ------------------------------------------------------------------------------------

ORDER = np.int32(0x7FFFFFFF)
LANES = 16
NOTHING = f4(-np.inf)


@loop()
def ordered(x):
    """An integer that grows with x: integers have a maximum in vectors, floats do not, for NaN's sake."""
    bits = f4(x).view(np.int32)
    return np.int32(bits ^ ((bits >> np.int32(31)) & ORDER))


@loop()
def unordered(bits):
    """The number of which `ordered` gives this integer."""
    return np.int32(bits ^ ((bits >> np.int32(31)) & ORDER)).view(np.float32)


@loop()
def hide(row, i, low, high):
    """Where row i begins and ends to see, in whole vectors; what it does not see of them becomes -inf."""
    first, last = min(max(i + low, 0), row.size), min(max(i + high + 1, 0), row.size)
    if first >= last:
        return 0, 0
    begin = first // LANES * LANES
    end = min((last + LANES - 1) // LANES * LANES, row.size)
    for j in range(begin, first):
        row[j] = NOTHING
    for j in range(last, end):
        row[j] = NOTHING
    return begin, end


@loop(sums=True)
def exp_scores_loop(scores, queries, low, high, known, top, total):
    for i in range(scores.shape[0]):
        row = scores[i]
        begin, end = hide(row, i % queries, low, high)
        seen = row[begin:end]
        if not known:
            greatest = ordered(NOTHING)
            for j in range(seen.size):
                greatest = max(greatest, ordered(seen[j]))
            top[i] = unordered(greatest)
        shift = ZERO if top[i] == NOTHING else top[i]
        sum_ = ZERO
        for j in range(seen.size):
            seen[j] = exp(seen[j] - shift)
            sum_ += seen[j]
        total[i] = sum_
        row[:begin] = ZERO
        row[end:] = ZERO


def exp_scores(scores, low, high, top=None):
    total, known = np.empty((*scores.shape[:-1], 1), scores.dtype), top is not None
    top = top if known else np.empty_like(total)
    rows = scores.reshape(-1, scores.shape[-1])
    exp_scores_loop(rows, scores.shape[-2], low, high, known, top.ravel(), total.ravel())
    return top, total


@loop()
def scores_backward_loop(g, shift, weights):
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            g[i, j] = (g[i, j] - shift[i]) * weights[i, j]


def scores_backward(g, shift, weights):
    columns = g.shape[-1]
    scores_backward_loop(g.reshape(-1, columns), shift.ravel(), weights.reshape(-1, columns))


# -- layer_norm ---------------------------------------------------------------------------------


@loop(sums=True)
def layer_norm_loop(x, weight, bias, eps, y, mean, scale):
    count = f4(x.shape[1])
    for i in range(x.shape[0]):
        total = ZERO
        for j in range(x.shape[1]):
            total += x[i, j]
        mean[i] = total / count
        squares = ZERO
        for j in range(x.shape[1]):
            squares += (x[i, j] - mean[i]) * (x[i, j] - mean[i])
        scale[i] = ONE / np.sqrt(squares / count + eps)
        for j in range(x.shape[1]):
            y[i, j] = (x[i, j] - mean[i]) * scale[i] * weight[j] + bias[j]


def layer_norm(x, weight, bias, axis, eps):
    if axis not in (-1, x.ndim - 1) or not (_is_row(weight, x) and _is_row(bias, x)):
        return NotImplemented
    columns = x.shape[-1]
    y, mean = np.empty_like(x), np.empty((*x.shape[:-1], 1), x.dtype)
    scale = np.empty_like(mean)
    layer_norm_loop(
        x.reshape(-1, columns), weight, bias, f4(eps), y.reshape(-1, columns), mean.ravel(), scale.ravel()
    )
    return y, mean, scale


@loop(sums=True)
def layer_norm_backward_loop(g, x, mean, scale, weight, g_x, g_weight, g_bias):
    count = f4(g.shape[1])
    for i in range(g.shape[0]):
        mean_h = mean_product = ZERO
        for j in range(g.shape[1]):
            h = g[i, j] * weight[j]
            mean_h += h
            mean_product += h * (x[i, j] - mean[i])
        mean_h /= count
        mean_product *= scale[i] / count
        for j in range(g.shape[1]):
            normal = (x[i, j] - mean[i]) * scale[i]
            g_x[i, j] = (g[i, j] * weight[j] - mean_h - normal * mean_product) * scale[i]
            g_weight[j] += g[i, j] * normal
            g_bias[j] += g[i, j]


def layer_norm_backward(g, x, mean, scale, weight, bias, axis):
    if axis not in (-1, g.ndim - 1) or not (_is_row(weight, g) and _is_row(bias, g)):
        return NotImplemented
    columns = g.shape[-1]
    g_x = np.empty_like(g)
    g_weight, g_bias = np.zeros(columns), np.zeros(columns)  # sums of many rows, so in float64
    layer_norm_backward_loop(
        g.reshape(-1, columns), x.reshape(-1, columns), mean.ravel(), scale.ravel(), weight,
        g_x.reshape(-1, columns), g_weight, g_bias,
    )  # fmt: skip
    return g_x, g_weight.astype(g.dtype), g_bias.astype(g.dtype)


def _is_row(parameter, x):
    return np.shape(parameter) == x.shape[-1:]


# -- lstm ---------------------------------------------------------------------------------------


@loop()
def quarters(row):
    """What belongs to the gates i, f, g and o."""
    n = row.size // 4
    return row[:n], row[n : 2 * n], row[2 * n : 3 * n], row[3 * n :]


# One short loop for each thing, since only those become loops over vectors.


@loop()
def lstm_step_loop(gates, product, scale, before, cell, tanh_cell, h):
    for b in range(cell.shape[0]):
        gate = gates[b]
        for j in range(gate.size):
            gate[j] = tanh(gate[j] + product[b, j]) * scale[j] + (ONE - scale[j])
        i, f, g, o = quarters(gate)
        for j in range(i.size):
            cell[b, j] = f[j] * before[b, j] + i[j] * g[j]
        for j in range(i.size):
            tanh_cell[b, j] = tanh(cell[b, j])
        for j in range(i.size):
            h[b, j] = o[j] * tanh_cell[b, j]


def lstm_step(gates, product, scale, before, cell, tanh_cell, h):
    lstm_step_loop(gates, product, scale, before, cell, tanh_cell, h)


@loop()
def lstm_slopes_loop(gates, before, tanh_cell, slopes, to_cell):
    for b in range(before.shape[0]):
        i, f, g, o = quarters(gates[b])
        to_i, to_f, to_g, to_o = quarters(slopes[b])
        y = tanh_cell[b]
        for j in range(i.size):
            to_i[j] = i[j] * (ONE - i[j]) * g[j]
        for j in range(i.size):
            to_f[j] = f[j] * (ONE - f[j]) * before[b, j]
        for j in range(i.size):
            to_g[j] = (ONE - g[j] * g[j]) * i[j]
        for j in range(i.size):
            to_o[j] = o[j] * (ONE - o[j]) * y[j]
        for j in range(i.size):
            to_cell[b, j] = (ONE - y[j] * y[j]) * o[j]


def lstm_slopes(gates, before, tanh_cell):
    slopes, to_cell, hidden = np.empty_like(gates), np.empty_like(tanh_cell), tanh_cell.shape[2]
    lstm_slopes_loop(
        gates.reshape(-1, 4 * hidden), before.reshape(-1, hidden), tanh_cell.reshape(-1, hidden),
        slopes.reshape(-1, 4 * hidden), to_cell.reshape(-1, hidden),
    )  # fmt: skip
    return slopes, to_cell


@loop()
def lstm_step_backward_loop(slopes, to_cell, gates, y, s):
    for b in range(s.shape[0]):
        to_i, to_f, to_g, to_o = quarters(slopes[b])
        f = quarters(gates[b])[1]
        for j in range(f.size):
            s[b, j] += y[b, j] * to_cell[b, j]
        for j in range(f.size):
            to_i[j] *= s[b, j]
        for j in range(f.size):
            to_f[j] *= s[b, j]
        for j in range(f.size):
            to_g[j] *= s[b, j]
        for j in range(f.size):
            to_o[j] *= y[b, j]
        for j in range(f.size):
            s[b, j] *= f[j]


def lstm_step_backward(slopes, to_cell, gates, y, s):
    lstm_step_backward_loop(slopes, to_cell, gates, y, s)


# -- adam ---------------------------------------------------------------------------------------


@loop()
def adam_loop(p, g, m, v, beta1, beta2, keep, decay, rate, root, eps):
    """Of numbers in float64, which cost a call less than float32 made by the caller."""
    beta1_, rest1, beta2_, rest2 = f4(beta1), f4(1 - beta1), f4(beta2), f4(1 - beta2)
    keep_, decay_, rate_, root_, eps_ = f4(keep), f4(decay), f4(rate), f4(root), f4(eps)
    for i in range(p.size):
        d = g[i] + decay_ * p[i]
        m_i = beta1_ * m[i] + rest1 * d
        v_i = beta2_ * v[i] + rest2 * d * d
        m[i] = m_i
        v[i] = v_i
        p[i] = keep_ * p[i] - rate_ * m_i / (np.sqrt(v_i) * root_ + eps_)


def adam(p, g, m, v, betas, keep, decay, rate, root, eps):
    numbers = (*betas, keep, decay, rate, root, eps)
    adam_loop(p.ravel(), g.ravel(), m.ravel(), v.ravel(), *map(float, numbers))


# -- forks --------------------------------------------------------------------------------------

wait_for(global_compiler_lock)  # of Numba: a child that was born while it was held could compile nothing
