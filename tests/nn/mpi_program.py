"""What mpiexec starts in test_mpi.py: python -m tests.nn.mpi_program FOLDER STEPS [HOW A RANK ENDS].

Trains a small net on its ranks, and prints on rank 0 the losses.
"""

import os
import signal
import sys
from typing import Any

import numpy as np

import nn

FOLDER, STEPS, *HOW = sys.argv[1:]
rng = np.random.default_rng(0)
x = rng.normal(size=(60, 4)).astype(np.float32)
y = (x**2).sum(axis=1, keepdims=True)
model = nn.Sequential(nn.Linear(4, 300, rng=rng), nn.Tanh(), nn.Linear(300, 1, rng=rng))


def loss(batch: Any) -> Any:
    if training.ranks.rank == training.ranks.size - 1 and training.number == 13:
        if HOW == ["killed"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if HOW == ["failing"]:
            raise ArithmeticError("not today")
        if HOW == ["asked to end"]:
            os.kill(os.getpid(), signal.SIGTERM)
    return nn.functional.mse_loss(model(batch[0]), batch[1])


training = nn.Training(
    model,
    nn.optim.AdamW(model.parameters(), 1e-2),
    loss,
    nn.data.Batches((x, y), 8, rng=rng),
    int(STEPS),
    every=10,
    out=FOLDER,
    progress=None,
    parallel="mpi",
)
try:
    training.resume()
    losses = [step.loss for step in training]
except nn.TrainingError as error:
    if training.ranks.rank == 0:
        sys.exit(f"error: {error}")
    sys.exit(1)
except ArithmeticError:
    sys.exit(1)
if training.ranks.rank == 0:
    print(*losses)
