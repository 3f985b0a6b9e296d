"""Numba as the CRF uses it: where it keeps compiled code, how its threads wait; typed as Any.

Importing this module imports numba (a third of a second), so only the modules that compile do.
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

_SOURCES = (
    "cpu_cells.py", "cpu_grid.py", "cpu_messages.py", "cpu_tables.py", "densecrf_emit.py",
    "densecrf_loops.py", "emit.py", "jit.py", "lattice.py",
    "simd.py", "simd_cells.py", "simd_settle.py",
)  # fmt: skip


def cache_folder() -> Path:
    """Its name holds what the compiled code was made from, and where that lies.

    Numba recompiles when the file of a function changes, but not when a file that it calls does,
    and keeps apart what was compiled at different places.
    """
    digest = hashlib.sha256(str(Path(__file__).parent).encode())
    for name in _SOURCES:
        source = Path(__file__).with_name(name)
        if source.exists():
            digest.update(source.read_bytes())
    return user_cache_path("sulcus", appauthor=False) / "numba" / digest.hexdigest()[:12]


def _layer() -> str:
    """A threading layer whose idle threads sleep, or '' if there is none.

    The one that numba always has, workqueue, spins while it waits: on a busy machine it made a
    solve of 3 ms take 76. OpenMP sleeps with OMP_WAIT_POLICY=PASSIVE, which `engine` asks for.
    """
    for layer, module in (("omp", "omppool"), ("tbb", "tbbpool")):
        try:
            import_module(f"numba.np.ufunc.{module}")
        except ImportError:
            continue
        return layer
    return ""


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder()))
_numba: Any = import_module("numba")
_has_threads = os.environ.get("NUMBA_THREADING_LAYER") or _layer()
if _has_threads:
    _numba.config.THREADING_LAYER = _has_threads

_options: dict[str, Any] = {
    "cache": Path(__file__).exists(),  # numba asks for the source, which a frozen program may lack
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc", "nsz", "arcp"},  # infinities stay infinities
}

types: Any = _numba.types
prange: Any = _numba.prange
loop: Any = _numba.njit(**_options)
inlined: Any = _numba.njit(inline="always", **_options)
parallel: Any = _numba.njit(parallel=bool(_has_threads), **_options)
intrinsic: Any = import_module("numba.extending").intrinsic
code: Any = import_module("numba.core.cgutils")
ir: Any = import_module("llvmlite.ir")


def vector_length() -> int:
    """How many float32 numbers the widest vector of this machine holds."""
    features: str | None = _numba.config.CPU_FEATURES
    if features is None:
        features = import_module("llvmlite.binding").get_host_cpu_features().flatten()
    named = (features or "").split(",")
    if "+avx512f" in named:
        return 16
    return 8 if "+avx2" in named else 4


def thread_count() -> int:
    """How many threads a parallel loop runs on."""
    return _numba.get_num_threads() if _has_threads else 1
