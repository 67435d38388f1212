"""Where the time of training goes: functions of arrays, in NumPy and as loops compiled by Numba.

Each kernel stands here in NumPy, which is what it does; `compiled` holds the same in one pass over
memory.  That one runs where Numba is installed (`pip install numba`), for arrays of float32 that
lie in one piece; all else, and everything under MINIGRAD_KERNELS=0, is NumPy.  The two agree to the
rounding of float32, and each gives the same bits from run to run.  The loops are compiled when first
called, a second or two each, and kept on disk (NUMBA_CACHE_DIR says where else).

A kernel knows nothing of Tensors and graphs: the fused ops and the optimisers call it.
"""

from minigrad.kernels.adam import adam
from minigrad.kernels.gelu import gelu, gelu_backward
from minigrad.kernels.heap import keep_heap
from minigrad.kernels.layer_norm import layer_norm, layer_norm_backward
from minigrad.kernels.lstm import lstm_slopes, lstm_step, lstm_step_backward
from minigrad.kernels.softmax import exp_scores, scores_backward

__all__ = [
    "adam",
    "exp_scores",
    "gelu",
    "gelu_backward",
    "keep_heap",
    "layer_norm",
    "layer_norm_backward",
    "lstm_slopes",
    "lstm_step",
    "lstm_step_backward",
    "scores_backward",
]
