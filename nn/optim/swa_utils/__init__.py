"""Averages of weights over the steps of a training, as torch.optim.swa_utils."""

from typing import TYPE_CHECKING

from nn.mistakes import unknown_name
from nn.optim.swa_utils.averaged_model import (
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)
from nn.optim.swa_utils.swa_lr import SWALR

__all__ = [
    "SWALR", "AveragedModel", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn",
    "get_swa_multi_avg_fn", "update_bn",
]  # fmt: skip


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.optim.swa_utils", name, __all__)
