"""Proof of a derivative: the gradient that the engine gives, against finite differences.

`check` compares them, `differences` measures slopes and finds kinks, `diagnosis` guesses what went wrong.
"""

from minigrad.checking.check import GradientError as GradientError, check_grads as check_grads
from minigrad.checking.differences import KinkWarning as KinkWarning
