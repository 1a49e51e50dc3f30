"""What scenario files are made of: words to choose from, exact numbers, evidence, days, names."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

__all__ = [
    "INSTRUMENTS",
    "LEGAL_BASES",
    "LEVELS",
    "NO_DAY",
    "REFUSED",
    "TAGS",
    "Amount",
    "Day",
    "Evidence",
    "Expression",
    "Figure",
    "FigureByState",
    "FigureModel",
    "Model",
    "Names",
    "OneOrMore",
    "as_figure",
    "number_or_states",
]

INSTRUMENTS = Literal[
    "aid",
    "burden_relief",
    "debt_relief",
    "guarantee",
    "other_lawful",
    "sanctions_relief",
    "seat",
    "technical_support",
    "trade",
    "visit",
]
REFUSED: Final = frozenset(
    {
        *("blackmail", "bribe", "bribery", "coercion", "corruption", "covert_pressure"),
        *("deception", "disinformation", "espionage", "extortion", "false_information"),
        *("kickback", "threat", "threat_of_force", "unlawful", "unlawful_force"),
    }
)
"""Words for instruments that are refused by name."""
LEGAL_BASES = Literal[
    "chapter_vii",
    "host_consent",
    "article_51",
    "article_53_with_council",
    "non_enforcement",
    "contested",
    "none",
]
LEVELS = Literal["for", "leans_for", "abstain", "leans_against", "against", "unknown"]

LARGEST: Final = 10**15
"""Largest number that is read: beyond it, floats of the solvers no longer hold whole numbers."""
FINEST: Final = 10**30
"""Largest denominator of a number."""
_NUMBER: Final = re.compile(
    r"[-+]?(\d{1,30}/\d{1,30}|(\d{1,30}\.?\d{0,30}|\.\d{1,30})(e[-+]?\d{1,3})?)", re.ASCII
)
NO_DAY: Final = datetime.date.min
"""Stands in for a day that is missing or wrong; it cannot be written."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TAGS: Final = ("(one number)", "(by state)")
"""What pydantic puts into the path of a mistake about one number, or one for each state."""


def _exact(value: object) -> object:
    """Take a number as it is written: 0.65 is 13/20."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, int) and abs(value) > LARGEST:  # before it is written out
        raise PydanticCustomError("number", "is too large a number")
    text = str(value).strip().lower()
    if not _NUMBER.fullmatch(text):
        raise PydanticCustomError("number", "must be a number")
    try:
        number = Fraction(text)
    except ZeroDivisionError:
        raise PydanticCustomError("number", "must be a number") from None
    if abs(number) > LARGEST:
        raise PydanticCustomError("number", "is too large a number")
    if number.denominator > FINEST:
        raise PydanticCustomError("number", "has too many digits after the point")
    return number


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if _DAY.fullmatch(value) and (day := datetime.date.fromisoformat(value)) != NO_DAY:
            return day
    except ValueError:
        pass
    raise PydanticCustomError("day", "must be a date such as 2011-03-17")


def as_figure(value: object) -> object:
    """Take a bare number for the full form with only its value.

    Parameters
    ----------
    value : object
        What stands in the file.

    Returns
    -------
    object
        The full form, for pydantic to check.
    """
    return value if isinstance(value, dict) else {"value": value}


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def number_or_states(value: object) -> str:
    """Tell one number from a table of numbers by state, by its tag.

    Parameters
    ----------
    value : object
        What stands in the file.

    Returns
    -------
    str
        The tag of the form.
    """
    by_state = isinstance(value, dict) and "value" not in value
    return TAGS[1] if by_state else TAGS[0]


Amount = Annotated[Fraction, BeforeValidator(_exact), WithJsonSchema({"type": "number"})]
Day = Annotated[
    datetime.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
Expression = Annotated[Any, WithJsonSchema({"type": ["string", "object"]})]
Names = list[str]
OneOrMore = Annotated[
    list[str],
    BeforeValidator(_one_or_more),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Model(BaseModel):
    """Base: unknown keys are mistakes, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Evidence(Model):
    """Where a statement comes from."""

    origin: Literal["recorded", "stated", "estimated", "assumed"] = "assumed"
    source: str = ""
    date: Day | None = None
    confidence: Literal["high", "medium", "low", ""] = ""
    note: str = ""


class FigureModel(Evidence):
    """A number with its interval and its origin."""

    value: Amount
    low: Amount | None = None
    high: Amount | None = None
    unit: str = ""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow a bare number beside the full form."""
        return {"anyOf": [{"type": "number"}, handler(core_schema)]}


Figure = Annotated[FigureModel, BeforeValidator(as_figure)]
FigureByState = Annotated[
    Annotated[Figure, Tag(TAGS[0])] | Annotated[dict[str, Figure], Tag(TAGS[1])],
    Discriminator(number_or_states),
]
