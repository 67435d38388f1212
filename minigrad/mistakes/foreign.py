"""Tensors of other libraries whose numbers NumPy cannot read as they are."""

from typing import Any


def refused(data: Any) -> str | None:
    """What to write for `data`, which NumPy could not read; None where it is of no library that is known.

    Lists are looked into, since NumPy names what is in them no better.
    """
    tensor = _inside(data)
    if tensor is None:
        return None
    dtype = str(tensor.dtype).removeprefix("torch.")
    if getattr(tensor, "requires_grad", False):
        return (
            "a tensor of PyTorch that requires a gradient cannot become one here, and its graph ends where "
            "it leaves PyTorch: write mg.tensor(x.detach().numpy())"
        )
    if str(getattr(tensor, "device", "cpu")) != "cpu":
        return (
            f"a tensor of PyTorch on {tensor.device} has to come to the CPU: write mg.tensor(x.cpu().numpy())"
        )
    return f"a tensor of PyTorch of {dtype}, which NumPy does not have: write mg.tensor(x.float().numpy())"


def _inside(data: Any) -> Any:
    """A tensor of PyTorch, or the first in a list; None where there is none."""
    if isinstance(data, (list, tuple)):
        return next((found for part in data if (found := _inside(part)) is not None), None)
    return data if type(data).__module__.partition(".")[0] == "torch" else None
