"""Instruments in a scenario file: what can be conceded, linked, endorsed, contributed."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from coalitions.scenarios.types import (
    INSTRUMENTS,
    Evidence,
    Figure,
    FigureByState,
    FigureModel,
    Model,
    Names,
    OneOrMore,
)

__all__ = [
    "AmendmentModel",
    "BudgetModel",
    "CombinationModel",
    "ConcessionModel",
    "ContributionModel",
    "EndorsementModel",
    "LimitModel",
    "LinkModel",
    "NeedModel",
    "OperationModel",
    "ProviderModel",
    "ThirdPartyModel",
]

NOTHING = FigureModel(value=Fraction(0))
ONE = FigureModel(value=Fraction(1))


class AmendmentModel(Evidence):
    """A change of the text."""

    title: str
    cost: Figure = NOTHING
    effect: Figure = NOTHING
    margins: dict[str, Figure] = {}
    requires: Names = []
    excludes: Names = []
    crosses: Names = []
    options: Names | None = None
    harm: dict[str, Figure] = {}


class CombinationModel(Evidence):
    """What several amendments do only together, beyond what each does alone."""

    of: Annotated[Names, Field(min_length=2)]
    cost: Figure = NOTHING
    effect: Figure = NOTHING
    margins: dict[str, Figure] = {}
    crosses: Names = []
    unlawful: bool = False


class LimitModel(Evidence):
    """At most so many of some amendments; of all of them when none are named."""

    of: Names | None = None
    at_most: int = Field(ge=0)


class LinkModel(AmendmentModel):
    """Another item of business that is adopted with the text, by its own body or not at all."""

    needs: str | None = None


class ConcessionModel(Evidence):
    """Something lawful that is offered to states."""

    title: str = ""
    kind: Literal["transfer", "item"]
    type: INSTRUMENTS
    provider: str = ""
    to: OneOrMore = ["all"]
    value: FigureByState = ONE
    cost: Figure = ONE
    cap: FigureByState | None = None
    trust: FigureByState = ONE
    escrow: Figure | None = None
    harm: dict[str, Figure] = {}


class ProviderModel(Evidence):
    """Who pays: its budget, what it costs to open a channel to a state, whom it may give to."""

    budget: Figure
    channel: Figure = NOTHING
    to: Names | None = None


class BudgetModel(Evidence):
    """A limit on what some concessions cost together, or on how many units are given."""

    limit: Figure
    of: Names | None = None
    provider: str | None = None
    counts: Literal["cost", "units"] = "cost"


class EndorsementModel(Evidence):
    """Something others have said or done, on which positions may depend; some can be had."""

    title: str
    given: bool
    legitimacy: Figure = NOTHING
    obtained_at: Figure | None = None


class NeedModel(Evidence):
    """What the operation needs."""

    title: str = ""
    amount: Figure
    amendments: dict[str, Figure] = {}


class ContributionModel(Evidence):
    """What a state can give towards a need."""

    most: Figure
    cost: Figure = NOTHING
    burden: Figure = NOTHING
    supporters_only: bool = True


class OperationModel(Model):
    """What carrying the text out takes, and who can give it."""

    needs: Annotated[dict[str, NeedModel], Field(min_length=1)]
    contributions: dict[str, dict[str, ContributionModel]]


class ThirdPartyModel(Evidence):
    """People or a state without a vote whom the package must not harm beyond a floor."""

    title: str
    margin: Figure = NOTHING
    floor: Figure
