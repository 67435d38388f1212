"""`python -m minigrad.learn`."""

import sys

from minigrad.learn.command import main

sys.exit(main())
