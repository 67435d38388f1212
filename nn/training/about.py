"""What a run was made with and on: what its report says beside the figures."""

import platform
from typing import Any

import numpy as np

import minigrad as mg
from nn.module import Module
from nn.optim import Optimizer


def about(model: Module, optimizer: Optimizer, schedule: Any, steps: int, accumulate: int) -> dict[str, Any]:
    """Names and sizes of what is trained, and the machine, without names of hosts or folders."""
    return {
        "model": type(model).__name__,
        "parameters": sum(p.size for p in model.parameters()),
        "optimizer": type(optimizer).__name__,
        "schedule": None if schedule is None else type(schedule).__name__,
        "steps": steps,
        "accumulate": accumulate,
        "machine": machine(),
    }


def machine() -> dict[str, Any]:
    """What the figures may depend on in their last digits."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": mg.cores(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "NumPy": np.__version__,
        "BLAS": f"{blas['name']} {blas['version']}",
    }
