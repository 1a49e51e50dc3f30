"""A rule of a body, bound on a day."""

from __future__ import annotations

import datetime

from coalitions.bodies.body import load_body
from coalitions.bodies.rosters import bind_decision


def day(text):
    return datetime.date.fromisoformat(text)


def bound(body, decision=None, reading=None, on=None, **options):
    return bind_decision(load_body(body), decision, reading, on and day(on), **options)
