"""The engine of Sulcus: images, networks, ConvCRF, corrections and exports, without a screen."""

import os

# Threads that spin while they wait make small operations a hundred times slower as soon as another
# program is busy: 4.8 s instead of 16 ms for a slice of 91 x 109. Read when OpenMP is first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
