"""Write docs/scaling.md, how far training on several ranks scales: python -m docs.scaling

The words and the model stand here; the times are those that `python -m benchmarks --only ranks` left.
"""

import json
import textwrap
from typing import Any, NamedTuple

import numpy as np

from docs.imports import ROOT

PAGE = ROOT / "docs" / "scaling.md"
MEASURED = ROOT / "benchmarks" / "results" / "ranks.json"
BATCH = {"128 channels": 12, "256 channels": 32}  # examples, which is the most ranks that have one each
RANKS = (2, 4, 8, 16, 32)
FRACTIONS = {"1": "all", "2": "half", "4": "a quarter"}


class Network(NamedTuple):
    """What joins ranks on machines of their own; figures as they are sold, not measured here."""

    name: str
    latency: float  # seconds a message
    bandwidth: float  # bytes a second


NETWORKS = (
    Network("1 Gbit/s Ethernet", 50e-6, 1e9 / 8),
    Network("10 Gbit/s Ethernet", 20e-6, 10e9 / 8),
    Network("100 Gbit/s InfiniBand", 2e-6, 100e9 / 8),
)


class Model(NamedTuple):
    """A step of R ranks: fixed + shared/R, and the sums of gradients."""

    fixed: float  # seconds that every rank spends whatever its part: optimiser, clipping, Python
    shared: float  # seconds of forward and backward of the whole batch
    buckets: tuple[int, ...]  # bytes

    @classmethod
    def of(cls, found: dict[str, Any]) -> "Model":
        """The line through the measured steps of the whole batch, a half and a quarter.

        Raises ValueError where it leaves nothing that is fixed, as times of a busy machine may.
        """
        parts = found["1"]["parts"]
        shared, fixed = np.polyfit([1 / int(k) for k in parts], list(parts.values()), 1)
        if fixed <= 0:
            raise ValueError("the steps tell of no fixed part: measure again when the machine is quiet")
        return cls(float(fixed), float(shared), tuple(found["1"]["buckets"]))

    def sums(self, ranks: int, network: Network) -> float:
        """Seconds of the sums of all buckets, each by a ring: 2(R-1) messages of 1/R of it."""
        messages = 2 * (ranks - 1)
        sent = sum(self.buckets) / ranks
        return messages * (len(self.buckets) * network.latency + sent / network.bandwidth)

    def step(self, ranks: int, network: Network, hidden: bool) -> float:
        """Seconds of a step; where they are `hidden`, sums take place while backward goes on.

        Backward is two thirds of the shared part, two products for each one of forward.  What is sent last
        is hidden by nothing.
        """
        sums = self.sums(ranks, network)
        if hidden:
            last = sums * self.buckets[-1] / sum(self.buckets)
            sums = max(sums - 2 / 3 * self.shared / ranks, last)
        return self.fixed + self.shared / ranks + sums

    @property
    def whole(self) -> float:
        """Seconds of a step of one rank."""
        return self.fixed + self.shared

    def efficiency(self, ranks: int, network: Network) -> float:
        """How many times as fast as one, over the number of ranks; sums hidden where they can be."""
        return self.whole / self.step(ranks, network, True) / ranks

    def fastest(self, network: Network, most: int, hidden: bool) -> int:
        """The number of ranks, up to `most`, of the shortest step."""
        return min(range(1, most + 1), key=lambda ranks: self.step(ranks, network, hidden))


def page() -> str:
    """The whole page."""
    measured = json.loads(MEASURED.read_text("utf-8"))
    machine = "  \n".join(measured["machine"])
    sections = "\n\n".join(section(setting, found) for setting, found in measured["settings"].items())
    return f"{HEAD}{machine}\n\n{sections}\n\n{TAIL}"


def section(setting: str, found: dict[str, Any]) -> str:
    """One model: what was measured, what follows on other networks."""
    model, most = Model.of(found), BATCH[setting]
    sent = (
        f"{found['1']['parameters']:,} parameters: each rank sends {sum(model.buckets) / 1e6:.1f} MB of "
        f"gradients a step, in {len(model.buckets)} buckets, whatever the batch."
    )
    title = f"## A char Transformer of {setting}, batch {most}"
    parts = (title, wrapped(sent), measures(model, found), wrapped(on_one_machine(model, found)))
    return "\n\n".join((*parts, wrapped(limits(model, most)), speeds(model, most), ends(model, most)))


def measures(model: Model, found: dict[str, Any]) -> str:
    """The table of times that were measured."""
    one, two = found["1"], found["2"]
    largest = max(two["sums"], key=int)
    rows = {
        **{f"one rank, {FRACTIONS[k]} of the batch": seconds for k, seconds in one["parts"].items()},
        "so each step has a fixed part of": model.fixed,
        "and one that ranks share, of the whole batch": model.shared,
        "two ranks on one machine": two["overlapped"],
        "of it, waiting for sums at the end of backward": two["wait"],
        "two ranks, gradients sent after backward only": two["after"],
        f"sum of {int(largest) / 2**20:.0f} MiB over two ranks, nothing else going on": two["sums"][largest],
    }
    return "\n".join(["| measured | |", "|---|--:|", *(f"| {what} | {ms(s)} |" for what, s in rows.items())])


def on_one_machine(model: Model, found: dict[str, Any]) -> str:
    """What two ranks gain on one machine, and what sending during backward does, in words."""
    one, two = found["1"], found["2"]
    gain = 1 - two["overlapped"] / two["after"]
    told = f"Sending during backward {'saves' if gain > 0 else 'costs'} {abs(gain):.0%} of a step there."
    if abs(gain) < 0.03:
        told = "Sending during backward gains nothing there: who sums is the core that computes."
    return (
        f"Two ranks on one machine are {one['overlapped'] / two['overlapped']:.2f} times as fast as one; by "
        f"fixed + shared/2 alone they would be {model.whole / (model.fixed + model.shared / 2):.2f} times. "
        f"{told}"
    )


def limits(model: Model, most: int) -> str:
    """What no network changes, in words."""
    return (
        f"No number of ranks can be more than {model.whole / model.fixed:.1f} times as fast, which is the "
        f"whole step over its fixed part, and {most} ranks are the most that have an example each. On "
        "machines of their own, times as fast as one rank, from gradients sent after backward to all of them "
        "hidden behind it as far as it lasts:"
    )


def speeds(model: Model, most: int) -> str:
    """The table of how many times as fast ranks on machines of their own are."""
    names = " | ".join(network.name for network in NETWORKS)
    lines = [f"| ranks | {names} |", "|--:|" + "--:|" * len(NETWORKS)]
    for ranks in (*(r for r in RANKS if r < most), most):
        steps = [(model.step(ranks, n, False), model.step(ranks, n, True)) for n in NETWORKS]
        cells = [f"{model.whole / late:.2f} to {model.whole / early:.2f}" for late, early in steps]
        lines.append(f"| {ranks} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ends(model: Model, most: int) -> str:
    """For each network where more ranks are of no use, in words."""
    lines = []
    for network in NETWORKS:
        fewest, *_, greatest = sorted(model.fastest(network, most, hidden) for hidden in (False, True))
        numbers = f"{fewest} to {greatest}" if fewest < greatest else f"{fewest}"
        end = ", the most there can be" if fewest == most else ""
        half = next((r for r in range(2, most + 1) if model.efficiency(r, network) < 0.5), None)
        lost = f"from {half} on each does less than half of what it could" if half else "none is half idle"
        ranks = "rank" if greatest == 1 else "ranks"
        lines.append(f"- {network.name}: the step is shortest with {numbers} {ranks}{end}; {lost}.")
    return "\n".join(lines)


def wrapped(text: str) -> str:
    """A paragraph in lines."""
    return textwrap.fill(text, 110, break_long_words=False, break_on_hyphens=False)


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.{2 if seconds < 0.01 else 1}f} ms"


HEAD = r"""# How far training on several processes scales, and where it stops

    pip install -e '.[examples,mpi]'
    mpiexec -n 2 python -m examples.char_transformer --data-parallel

`nn.Training(..., parallel="mpi")` shares each batch among the processes that mpiexec has started, its
ranks. All ranks draw the same order, and each computes on rows of its own of every batch, so that no
example is read twice in an epoch. Gradients are summed over the ranks, and every rank takes the same step.
So the losses are those of one process, to rounding, for any number of ranks; and a run that two have saved
can be resumed by four or by one, which is told not to be the same bit for bit.

A step of R ranks takes

$$T(R) = a + \frac{b}{R} + \text{what is left of}\ 2 (R - 1) \left( n \lambda + \frac{G}{R \beta} \right)$$

a: optimiser, clipping and Python, the same on each rank; b: forward and backward of the whole batch; G:
bytes of gradients in n buckets; λ and β: latency and bandwidth of the network, for sums by a ring
(Patarasuk and Yuan, 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations").
Gradients are sent in buckets of about 1 MiB as soon as backward has them, last layers first (Li et al.,
2020, "PyTorch distributed", section 3.2), so that sums can take place while backward goes on. How much of
them is hidden so depends on MPI, which makes progress where it is called: here, whenever a gradient is
there. The two bounds below are nothing hidden, and as much as backward lasts.

a, b, G and n are measured (`python -m benchmarks --only ranks`, then `python -m docs.scaling`). The machines
that this runs on are shared with others, so that figures may be off by much where two ranks want both
cores. λ and β are what such networks are sold by (50, 20 and 2 µs), since there was one machine only: **what
is said of several machines is worked out, not measured**.

"""

TAIL = """## What this says

- For a given batch there is an end. Each rank pays a, and sends all gradients, whatever its part of the
  batch; only b is shared. A batch that grows with the number of ranks, and a learning rate that fits it,
  moves it away.
- Gradients are 4 bytes a parameter, and work is parameters × tokens: it is the tokens of a rank in a step
  that decide. The larger of both models has more of them, and goes further.
- On one machine more ranks than cores are slower than fewer: a rank that waits for a sum keeps its core
  busy. Each rank has a BLAS of its own: set OPENBLAS_NUM_THREADS=1, as the examples do, or give each rank
  cores of its own.
- `parallel=True` shares the batch among the cores of one process by threads: nothing is sent, but what is
  done in Python waits for Python's lock.

## What it does not do

- A model that draws (dropout) is refused, since what is drawn would depend on the number of ranks; so is
  one that normalises over the batch (batch norm), of which a rank sees a part.
- Each rank holds the whole model and the optimiser's averages. Rank 0 alone evaluates,
  writes files and looks at the health of the training (for dead units, in its part of the batch); the others
  wait for it.
- An error of one rank, in its part of a step, in reading its batch, in evaluating or writing, is told on
  all ranks in one sentence. A rank that is killed from outside takes the job with it: mpiexec ends the
  others and says which process it was. Either way the last checkpoint is whole, and the run goes on from
  it. An error of yours in the body of the loop, on one rank alone, would leave the others waiting: `mpiexec
  -n 2 python -m mpi4py program.py` ends all of them.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
