"""Set up every test run: a fresh cache for compiled kernels, and how hypothesis searches."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

# numba's disk cache does not notice a change in a helper or constant of another file: a stale
# kernel would be tested. Set before anything imports numba.
_cache = tempfile.mkdtemp(prefix="numba-")
os.environ["NUMBA_CACHE_DIR"] = _cache
atexit.register(shutil.rmtree, _cache, ignore_errors=True)

# The first example may compile a kernel, which no deadline survives.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", parent=settings.get_profile("local"), derandomize=True, database=None
)
settings.load_profile("ci" if os.environ.get("CI") else "local")
