"""The tests: ``make check`` runs those that are not slow, ``make test`` all."""

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # the tests run side by side already
