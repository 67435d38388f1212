"""Programs to run: `python -m examples.char_transformer`, `python -m examples.long_range`."""

import os

# The matrices here are small: two threads gain a tenth over one when the machine is idle, and lose
# many times as much, waiting for each other, when it is not.  Set the variable to choose otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
