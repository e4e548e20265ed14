"""Speech to text: voice activity, packing, recognition, words with times."""

import os

# Threads that spin while they wait for each other take CPU time from whatever runs beside them.
# Both are read when the libraries load, hence here.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # the recogniser's own
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's, in the spectrogram: a third of it all
