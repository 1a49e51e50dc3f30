"""One way to compile a kernel, so that every kernel is cached and frees the interpreter lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., object])


def kernel(func: F) -> F:
    """Compile ``func`` with numba on its first call and keep the machine code on disk.

    Parameters
    ----------
    func : callable
        A function of arrays and numbers that numba understands.

    Returns
    -------
    callable
        The compiled function, called in the same way. It releases the interpreter lock,
        so chunks may run in threads. Its code is cached beside the source, or in the user's
        cache folder; where neither can be written it is compiled anew in every process.

    Notes
    -----
    The disk cache notices changes in the file that defines the kernel and in no other:
    kernels that call each other stand in one file, and constants come in as arguments.

    Examples
    --------
    >>> @kernel
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> double(21)
    42
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(func)
    except RuntimeError:  # numba finds no folder that it can write to
        compiled = numba.njit(nogil=True)(func)
    return cast("F", compiled)
