"""What holds for every test."""

from __future__ import annotations

import os

# As in the speech worker, and before anything loads numpy: a spectrogram computed by several
# threads differs in its last digits, which may turn a comma.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
