"""The decorator of kernels, where no folder can be written."""

from __future__ import annotations

import numba
import pytest

from solvers.kernels import _compile


def add(x, y):
    return x + y


def test_compiles_without_a_cache_where_none_can_be_written(monkeypatch):
    real = numba.njit
    asked = []

    def njit(**options):
        asked.append(options)
        if options.get("cache"):
            raise RuntimeError("cannot cache function 'add': no locator available")
        return real(**options)

    monkeypatch.setattr(numba, "njit", njit)
    assert _compile.kernel(add)(2, 3) == 5
    assert asked == [{"cache": True, "nogil": True}, {"nogil": True}]


def test_other_errors_are_not_swallowed(monkeypatch):
    def njit(**options):
        raise RuntimeError("something else")

    monkeypatch.setattr(numba, "njit", njit)
    with pytest.raises(RuntimeError, match="something else"):
        _compile.kernel(add)
