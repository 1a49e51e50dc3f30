"""Which states can be brought to act together, at what price, and will it hold."""

from __future__ import annotations

from coalitions.version import __version__

__all__ = ["__version__"]
