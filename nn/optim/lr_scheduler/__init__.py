"""Learning rates that change from step to step, as torch.optim.lr_scheduler."""

from typing import TYPE_CHECKING

from nn.mistakes import unknown_name
from nn.optim.lr_scheduler.composed import ChainedScheduler, SequentialLR
from nn.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from nn.optim.lr_scheduler.cyclic import CyclicLR
from nn.optim.lr_scheduler.functions import LambdaLR, MultiplicativeLR
from nn.optim.lr_scheduler.one_cycle import OneCycleLR
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.lr_scheduler.slopes import ConstantLR, LinearLR, PolynomialLR
from nn.optim.lr_scheduler.stairs import ExponentialLR, MultiStepLR, StepLR
from nn.optim.lr_scheduler.warmup import WarmupCosineLR

__all__ = [
    "ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR",
    "ExponentialLR", "LRScheduler", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR", "OneCycleLR",
    "PolynomialLR", "ReduceLROnPlateau", "SequentialLR", "StepLR", "WarmupCosineLR",
]  # fmt: skip


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.optim.lr_scheduler", name, __all__)
