"""Attention over long sequences: beside PyTorch's, and what it costs in three forms as sequences grow.

    python -m benchmarks.attention [--quick] [--out FOLDER]

Causal, 4 heads, forward and backward, float32, two threads.  Plain is three ops, which keep arrays of
T × T; blockwise is `mg.scaled_dot_product_attention`, which holds a block of them at a time; with a local
window it does not compute what lies outside of the window either.  Each form at each length has a process
of its own, so that the peak of memory is its own.  Ours and PyTorch's, plain and blockwise are compared in
the middle rows of output and gradients.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

import minigrad as mg
from benchmarks.command import parser_for, show
from benchmarks.contest import ONE_THREAD, Contestant, Measured, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed
from benchmarks.plots import RESULTS, Line, Panel, exponent, save

Form = Callable[[mg.Tensor, mg.Tensor, mg.Tensor], mg.Tensor]  # q, k, v (1, H, T, D) -> (1, H, T, D)
HEADS, WINDOW = 4, 64
TWO_THREADS = dict.fromkeys(ONE_THREAD, "2")
LOADING = 128  # the length at which each one runs first, to load what a library loads when it is used
LINEAR = 1.15  # the exponent that counts as such


def plain(length: int) -> Form:
    """softmax(q·kᵀ·scale + mask)·v as it is written."""
    mask = np.triu(np.full((length, length), -np.inf, np.float32), 1)
    return lambda q, k, v: mg.softmax(q @ k.swapaxes(-1, -2) * (1 / math.sqrt(q.shape[-1])) + mask) @ v


def blockwise(length: int) -> Form:
    """The fused op."""
    return partial(mg.scaled_dot_product_attention, is_causal=True)


def local_window(length: int) -> Form:
    """The fused op over the last few positions."""
    return partial(mg.scaled_dot_product_attention, is_causal=True, window=WINDOW)


FORMS: dict[str, Callable[[int], Form]] = {
    "plain": plain,
    "blockwise": blockwise,
    f"local window of {WINDOW}": local_window,
}
LOOKS = dict(zip(FORMS, ("second", "first", "third"), strict=True))


def arrays(length: int, width: int) -> list[np.ndarray]:
    """q, k, v and the output's gradient."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=(1, HEADS, length, width)).astype(np.float32) for _ in range(4)]


def our_run(form: str, length: int, width: int) -> Callable[[], np.ndarray]:
    """Forward and backward of a form, giving the middle rows of output and gradients, (4, 1, H, D)."""
    attend = FORMS[form](length)
    *inputs, g = arrays(length, width)
    q, k, v = (mg.tensor(x, requires_grad=True) for x in inputs)

    def run() -> np.ndarray:
        q.grad = k.grad = v.grad = None
        out = attend(q, k, v)
        out.backward(g)
        return np.stack([np.asarray(x)[..., length // 2, :] for x in (out.numpy(), q.grad, k.grad, v.grad)])

    return run


def torch_run(length: int, width: int) -> Callable[[], np.ndarray]:
    """The same of PyTorch's scaled_dot_product_attention."""
    import torch

    q, k, v, g = map(torch.from_numpy, arrays(length, width))
    for x in (q, k, v):
        x.requires_grad_()

    def run() -> np.ndarray:
        q.grad = k.grad = v.grad = None
        out = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        out.backward(g)
        return np.stack([x[..., length // 2, :].numpy() for x in (out.detach(), q.grad, k.grad, v.grad)])

    return run


def our_contestant(form: str, length: int, width: int) -> Callable[[], np.ndarray]:
    """`our_run` as a program takes it: memory is kept, and the kernels are loaded."""
    mg.kernels.keep_heap()
    our_run(form, LOADING, width)()
    return our_run(form, length, width)


def torch_contestant(length: int, width: int) -> Callable[[], np.ndarray]:
    """`torch_run`, PyTorch's own libraries loaded."""
    torch_run(LOADING, width)()
    return torch_run(length, width)


# -- beside PyTorch --------------------------------------------------------------------------------


def measure_long(quick: bool) -> list[Figure]:
    """Time and memory at some lengths, and how our memory grows around them."""
    shortest, *lengths, longest = (256, 512, 1024) if quick else (2048, 4096, 8192, 16384)
    rows = []
    peaks = {length: once(length).peak_bytes for length in (shortest, longest)}
    for length in lengths:
        measured = race(length, quick)
        peaks[length] = measured["ours"].peak_bytes
        rows += long_rows(length, measured["ours"], measured.get("theirs"))
    note = f"{peaks[shortest] / 1e6:.1f} MB at {shortest:,}, {peaks[longest] / 1e6:.1f} MB at {longest:,}"
    what = f"attention, T = {shortest:,} to {longest:,}, memory: exponent"
    growth = exponent(list(peaks), list(peaks.values()), whole=True)
    return [*rows, Figure(what, growth, None, "exponent", LINEAR, note=f"about 1 is linear in T; {note}")]


def once(length: int) -> Measured:
    """Ours alone, for its memory."""
    contestants = {"ours": Contestant(our_contestant, "blockwise", length, 64, env=TWO_THREADS)}
    return in_turn(contestants, rounds=1, repeats=0, warm_up=0)["ours"]


def race(length: int, quick: bool) -> dict[str, Measured]:
    """Ours and PyTorch's in turn."""
    contestants = {"ours": Contestant(our_contestant, "blockwise", length, 64, env=TWO_THREADS)}
    if is_installed("torch"):
        contestants["theirs"] = Contestant(torch_contestant, length, 64, env=TWO_THREADS)
    measured = in_turn(contestants, rounds=2 if quick else 5, repeats=1, warm_up=0)
    if "theirs" in measured:
        difference(measured.values(), 1e-4)
    return measured


def long_rows(length: int, ours: Measured, theirs: Measured | None) -> list[Figure]:
    """Time and peak memory at one length."""
    note = "" if theirs else f"PyTorch is {NOT_INSTALLED}"
    seconds, peak = (theirs.median * 1e3, theirs.peak_bytes / 1e6) if theirs else (None, None)
    return [
        Figure(f"attention, T = {length:,}", ours.median * 1e3, seconds, "ms", 1.3, note=note),
        Figure(f"attention, T = {length:,}, peak memory", ours.peak_bytes / 1e6, peak, "MB", note=note),
    ]


# -- the price of attention ------------------------------------------------------------------------


def measure_price(quick: bool, out: Path | None) -> list[Figure]:
    """Exponents of time and memory of the three forms, and price_of_attention.{svg,png}."""
    times, peaks, found = [], [], {}
    print(f"\n{'':<20}{'length':>8}{'time':>14}{'peak memory':>14}")
    for form in FORMS:
        lengths = lengths_of(form, quick)
        found[form] = measured = [price(form, length) for length in lengths]
        times.append(named_line(form, lengths, [1e3 * one.median for one in measured]))
        peaks.append(named_line(form, lengths, [one.peak_bytes / 1e6 for one in measured]))
    for pair in zip(found["plain"], found["blockwise"], strict=False):  # at the lengths that both have
        difference(pair, 1e-4)
    if out is not None:
        save(out, "price_of_attention", panels(times, peaks))
    return [
        row
        for form, time, peak in zip(FORMS, times, peaks, strict=True)
        for row in price_rows(form, time, peak)
    ]


def lengths_of(form: str, quick: bool) -> list[int]:
    """Powers of two; the plain form stops where its arrays are some hundred MB each."""
    if quick:
        return [256, 512]
    return [2**power for power in range(8, 13 if form == "plain" else 15)]


def price(form: str, length: int) -> Measured:
    """One form at one length, printed."""
    contestant = Contestant(our_contestant, form, length, 32, env=TWO_THREADS)
    repeats = min(9, max(1, 2**14 // length))
    measured = in_turn({form: contestant}, rounds=1, repeats=repeats, warm_up=length < 2**12, pause=0)[form]
    row = f"{measured.median * 1e3:11.1f} ms{measured.peak_bytes / 1e6:11.1f} MB"
    print(f"{form:<20}{length:>8,}{row}", flush=True)
    return measured


def named_line(form: str, lengths: Sequence[int], values: Sequence[float]) -> Line:
    """A line that tells its exponent at its end."""
    return Line(f"{form}\nexponent {exponent(lengths, values):.2f}", lengths, values, LOOKS[form])


def panels(times: Sequence[Line], peaks: Sequence[Line]) -> list[Panel]:
    """Time and memory side by side; no memory where the system does not tell."""
    axis = "sequence length T (4 heads of 32 channels, causal)"
    found = [Panel("Time of attention, forward and backward", axis, "ms", times)]
    if all(math.isfinite(y) for line in peaks for y in line.ys):
        found.append(Panel("Peak memory of attention, forward and backward", axis, "MB", peaks))
    return found


def price_rows(form: str, time: Line, peak: Line) -> list[Figure]:
    """The exponents of one form."""
    longest = f"{time.ys[-1]:,.0f} ms and {peak.ys[-1]:,.1f} MB at T = {time.xs[-1]:,}"
    what = f"attention, {form}"
    aim = None if form == "plain" else LINEAR
    expected = "about 2 is what T × T arrays cost" if form == "plain" else "about 1 is linear in T"
    return [
        Figure(f"{what}, time: exponent", exponent(time.xs, time.ys), None, "exponent", note=longest),
        Figure(f"{what}, memory: exponent", exponent(peak.xs, peak.ys), None, "exponent", aim, note=expected),
    ]


def measure(quick: bool, out: Path | None = None) -> list[Figure]:
    """The rows of both; the plot goes into the folder `out`."""
    return measure_long(quick) + measure_price(quick, out)


def main() -> None:
    """Print the tables and draw the plot."""
    parser = parser_for(__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the plot, default %(default)s")
    args = parser.parse_args()
    show(measure(args.quick, args.out))


if __name__ == "__main__":
    main()
