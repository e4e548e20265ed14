"""Speech to text: voice activity, packing, recognition, words with times."""

import os

# The recogniser's threads must not spin while they wait for each other: beside other busy
# processes that doubles its CPU time. Read when the library loads, hence here.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
