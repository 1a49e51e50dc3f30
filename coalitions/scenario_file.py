"""The scenario file: what may stand in it, checked by pydantic, with every mistake in its place."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from coalitions.document import Document
from coalitions.errors import Problem
from coalitions.spelling import did_you_mean, shown

__all__ = ["FORMAT", "ScenarioModel", "json_schema", "parse"]

FORMAT = "coalitions/1"
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


def _exact(value: object) -> object:
    """Take a number as it is written: 0.65 is 13/20."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        raise PydanticCustomError("number", "must be a number")
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise PydanticCustomError("number", "must be a number") from None


def _day(value: object) -> object:
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("day", "must be a date such as 2011-03-17") from None


def _figure(value: object) -> object:
    return value if isinstance(value, dict) else {"value": value}


def _needs(value: object) -> object:
    return [value] if isinstance(value, str) else value


Amount = Annotated[Fraction, BeforeValidator(_exact), WithJsonSchema({"type": "number"})]
Day = Annotated[
    datetime.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})
]
Expression = Annotated[Any, WithJsonSchema({"type": ["string", "object"]})]
Names = list[str]


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


Figure = Annotated[FigureModel, BeforeValidator(_figure)]


class PositionModel(Evidence):
    """The position of a state: a level, and conditions under which it votes otherwise."""

    is_: LEVELS = Field(alias="is")
    supports_if: Expression = None
    abstains_if: Expression = None
    opposes_if: Expression = None


class RosterModel(Model):
    """A roster of the scenario's own; the note is repeated on every output."""

    members: list[str] | None = None
    groups: dict[str, Names] = {}
    weights: dict[str, dict[str, int]] = {}
    table: str | None = None
    note: str = Field(min_length=1)


class BodyModel(Model):
    """A body that decides: a shipped one, a file, or one defined here."""

    use: str | None = None
    define: dict[str, Any] | None = None
    decision: str | None = None
    reading: str | None = None
    absent: Names = []
    recused: Names = []
    roster: RosterModel | None = None
    legitimacy: Amount = Fraction(0)


class RecordedModel(Model):
    """A vote as it was cast: by document symbol, member by member, or in totals."""

    symbol: str | None = None
    vote_id: str | None = None
    votes: dict[Literal["for", "against", "abstain", "absent"], Names] | None = None
    totals: dict[Literal["for", "against", "abstain"], int] | None = None
    without_vote: bool = False
    source: str = ""


class AfterwardsModel(Model):
    """What came after the vote: adoption is not action."""

    outcome: str
    vote: str
    deployment: str
    protection: str
    sources: Names = []


class OptionModel(Model):
    """A text that may be adopted."""

    title: str
    needs: Annotated[list[str], BeforeValidator(_needs), Field(min_length=1)]
    legal_basis: LEGAL_BASES
    effect: Figure
    date: Day | None = None
    crosses: Names = []
    recorded: RecordedModel | None = None
    positions: dict[str, PositionModel] = {}
    sponsors: Names = []
    afterwards: AfterwardsModel | None = None
    note: str = ""


class PayoffStateModel(Model):
    """Weights, reservation point and acquiescence band of one state."""

    weights: dict[str, Amount]
    reservation: Figure = FigureModel(value=Fraction(0))
    band: Figure
    legitimacy: Amount = Fraction(0)
    burden: dict[str, Figure] = {}


class PayoffsModel(Model):
    """Weighted payoffs over criteria."""

    unit: str = "margin units"
    criteria: dict[str, str]
    scores: dict[str, dict[str, dict[str, Figure]]]
    states: dict[str, PayoffStateModel]


class AmendmentModel(Evidence):
    """A change of the text."""

    title: str
    cost: Figure = FigureModel(value=Fraction(0))
    effect: Figure = FigureModel(value=Fraction(0))
    margins: dict[str, Figure] = {}
    requires: Names = []
    excludes: Names = []
    crosses: Names = []
    options: Names | None = None


class ConcessionModel(Evidence):
    """Something lawful that is offered to states."""

    title: str = ""
    kind: Literal["transfer", "item"]
    type: INSTRUMENTS
    provider: str = ""
    to: Annotated[list[str], BeforeValidator(_needs)] = ["all"]
    value: dict[str, Figure] | Figure = FigureModel(value=Fraction(1))
    cost: Figure = FigureModel(value=Fraction(1))
    cap: dict[str, Figure] | Figure | None = None
    trust: dict[str, Figure] | Figure = FigureModel(value=Fraction(1))


class BudgetModel(Evidence):
    """A limit on what some concessions cost together."""

    limit: Figure
    of: Names | None = None


class EndorsementModel(Evidence):
    """Something others have said or done, on which positions may depend."""

    title: str
    given: bool


class ContextModel(Model):
    """Circumstances; words only."""

    sponsors: Names = []
    concerns: Names = []
    expires: Day | None = None
    note: str = ""


class FloorsModel(Model):
    """The least protective effect that is acceptable."""

    effect: Figure


class ScenarioModel(Model):
    """A scenario file."""

    format: Literal["coalitions/1"]
    title: str
    date: Day
    marking: str = "unclassified"
    fictional: bool = False
    summary: str = ""
    context: ContextModel = ContextModel()
    bodies: dict[str, BodyModel] = Field(min_length=1)
    options: dict[str, OptionModel] = Field(min_length=1)
    floors: FloorsModel
    never: list[str] = Field(min_length=1)
    positions: dict[str, PositionModel] = {}
    tables: dict[Literal["positions"], str] = {}
    recorded: RecordedModel | None = None
    payoffs: PayoffsModel | None = None
    unit: str = "margin units"
    amendments: dict[str, AmendmentModel] = {}
    concessions: dict[str, ConcessionModel] = {}
    budgets: list[BudgetModel] = []
    endorsements: dict[str, EndorsementModel] = {}
    resolution: Amount = Fraction(1, 100)
    attribution: Names = []


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, for editors.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    schema = ScenarioModel.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def parse(document: Document) -> tuple[ScenarioModel | None, list[Problem]]:
    """Check a document against the schema.

    Parameters
    ----------
    document : Document
        A scenario file as it was read.

    Returns
    -------
    model : ScenarioModel or None
        The scenario without its wrong parts, so that further checks can run on the rest; None
        when nothing usable is left.
    problems : list of Problem
        Every mistake, with its place and what would be right.
    """
    if not isinstance(document.data, dict):
        return None, [document.problem((), "a scenario is a mapping; `coalitions init` makes one")]
    stated = document.data.get("format")
    if stated != FORMAT:
        what = "is missing" if stated is None else f"is {shown(stated)}"
        message = f"'format' {what}; this version reads {FORMAT}"
        return None, [document.problem(("format",), message)]
    data: dict[str, Any] = copy.deepcopy(document.data)
    problems: list[Problem] = []
    for round_ in range(20):
        try:
            return ScenarioModel.model_validate(data), problems
        except ValidationError as error:
            details = error.errors(include_url=False)
            if round_ == 0:
                problems = list(_problems(document, details))
            if not all([_prune(data, detail["loc"]) for detail in details]):
                break
    return None, problems


def _problems(document: Document, details: Iterable[ErrorDetails]) -> Iterable[Problem]:
    seen = set()
    for detail in details:
        path = tuple(p for p in detail["loc"] if not _is_tag(p))
        where = (path, detail["type"])
        if where in seen:
            continue
        seen.add(where)
        yield document.problem(
            path, _sentence(detail, path), key=detail["type"] == "extra_forbidden"
        )


def _is_tag(part: object) -> bool:
    """Pydantic puts the names of union members into paths."""
    return isinstance(part, str) and part.startswith(("function-before", "dict["))


def _sentence(detail: ErrorDetails, path: tuple[str | int, ...]) -> str:
    kind, given = detail["type"], shown(detail.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key {path[-1]!r}{did_you_mean(str(path[-1]), _known_keys(path))}"
    if kind == "missing":
        return "is missing" + _WHY.get(str(path[-1]), "")
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        words = [w.strip("' ") for w in expected.replace(" or ", ",").split(",")]
        word = str(detail.get("input"))
        return f"{given} must be {expected}{did_you_mean(word, words)}"
    if kind in ("number", "day"):
        return f"{given} {detail['msg']}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty" + _WHY.get(str(path[-1]), "")
    wanted = {
        "string_type": "text",
        "dict_type": "a mapping",
        "list_type": "a list",
        "bool_type": "true or false",
        "int_type": "a whole number",
        "model_type": "a mapping",
    }.get(kind)
    return f"{given} must be {wanted}" if wanted else f"{given}: {detail['msg']}"


_WHY = {
    "floors": ": the cheapest text that passes is the empty text, so say what effect is the least "
    "acceptable",
    "never": ": name at least one red line, such as amnesty_for_atrocity_crimes",
    "legal_basis": ": an option without a legal basis cannot be judged; 'contested' and 'none' are "
    "answers",
    "note": ": say where this roster comes from",
}


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    """Keys of the model in which an unknown key stands."""
    model: Any = ScenarioModel
    for part in path[:-1]:
        model = _below(model, part)
        if model is None:
            return []
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _below(model: Any, part: str | int) -> Any:
    from typing import get_args, get_origin

    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                return _model_in(field.annotation)
        return None
    if get_origin(model) in (dict, list):
        return _model_in(get_args(model)[-1])
    return None


def _model_in(annotation: Any) -> Any:
    from typing import get_args, get_origin

    if isinstance(annotation, type) or get_origin(annotation) in (dict, list):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None and found is not type(None):
            return found
    return None


_STAND_INS: dict[str, Any] = {
    "title": "untitled",
    "date": "2000-01-01",
    "floors": {"effect": 0},
    "never": ["none named"],
}


def _prune(data: Any, loc: tuple[str | int, ...]) -> bool:
    """Take a wrong part out; False when that leaves nothing to check."""
    path = [p for p in loc if not _is_tag(p)]
    parents: list[tuple[Any, Any]] = []
    here = data
    for part in path:
        inside = isinstance(here, dict) and part in here
        inside = inside or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        if not inside:
            break
        parents.append((here, part))
        here = here[part]
    if not parents:  # something mandatory is missing at the top: go on with a stand-in
        key = str(path[0]) if path else ""
        if key not in _STAND_INS or key in data:
            return False
        data[key] = _STAND_INS[key]
        return True
    holder, part = parents[-1]
    if isinstance(holder, dict):
        holder.pop(part, None)
    else:
        holder[part] = None
    return True
