"""Running an exported model elsewhere: by ONNX Runtime where it is installed, else by onnx itself."""

from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn.nest import tensors_in

COUNTS = (1, 2, 5)  # of examples, other than at the export


def evaluated(path: Path, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the model in a file."""
    try:
        import onnxruntime
    except ImportError:
        return referred(path, inputs)
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    return list(session.run(None, dict(zip(names, inputs, strict=True))))


def referred(path: Path, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The same by onnx.reference, which is NumPy and slow."""
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(path.read_bytes())
    return list(evaluator.run(None, dict(zip(evaluator.input_names, inputs, strict=True))))


def assert_same_elsewhere(
    model: nn.Module, inputs: list[np.ndarray], path: Path, run: Any = evaluated, **given: Any
) -> None:
    """Export `model`, and compare its outputs for other inputs and numbers of examples.

    They agree to 2·10⁻⁶ of the greatest of them.
    """
    rng = np.random.default_rng(1)
    nn.export_onnx(model, tuple(inputs), path, **given)
    model.eval()
    for count in COUNTS:
        others = [np.concatenate([x, x, x])[-count:] for x in inputs]
        others = [x + rng.normal(size=x.shape).astype(x.dtype) if x.dtype.kind == "f" else x for x in others]
        found = run(path, others)
        with mg.no_grad():
            ours = [mg.tensor(x) if x.dtype.kind == "f" else x for x in others]
            expected = [x.numpy() for x in tensors_in(model(*ours, **given.get("kwargs", {})))]
        assert len(found) == len(expected)
        for there, here in zip(found, expected, strict=True):
            assert (there.shape, there.dtype) == (here.shape, here.dtype)
            np.testing.assert_allclose(there, here, rtol=0, atol=2e-6 * max(1, float(np.abs(here).max())))
