"""Errors of the engine: each message is one sentence for the person who can mend the input."""

from __future__ import annotations

__all__ = ["EngineError", "GameError", "LimitError", "RuleError", "SolverError"]


class EngineError(ValueError):
    """Base of every error that a wrong input can cause."""


class RuleError(EngineError):
    """A decision rule, or a vote profile given to it, is malformed."""


class GameError(EngineError):
    """A game is malformed."""


class LimitError(EngineError):
    """A problem is too large for the method asked for; the message names the limit."""


class SolverError(EngineError):
    """A solver is missing, was given options it does not know, or broke down."""
