"""The scenario file: what may stand in it, checked by pydantic, with every mistake in its place."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from coalitions.errors import Problem
from coalitions.files.document import Document
from coalitions.files.spelling import did_you_mean, shown
from coalitions.scenarios.instrument_file import (
    AmendmentModel,
    BudgetModel,
    CombinationModel,
    ConcessionModel,
    EndorsementModel,
    LimitModel,
    LinkModel,
    OperationModel,
    ProviderModel,
    ThirdPartyModel,
)
from coalitions.scenarios.types import (
    LEGAL_BASES,
    LEVELS,
    NO_DAY,
    REFUSED,
    TAGS,
    Amount,
    Day,
    Evidence,
    Expression,
    Figure,
    FigureModel,
    Model,
    Names,
    OneOrMore,
)

__all__ = ["FORMAT", "ScenarioModel", "json_schema", "parse"]

FORMAT = "coalitions/1"


class PriceModel(Model):
    """What concessions must be worth to a state before it abstains, and before it supports."""

    abstain: Figure
    support: Figure


class ChancesModel(Model):
    """Chances of the votes of a state; they sum to 1."""

    for_: Amount = Field(Fraction(0), alias="for")
    abstain: Amount = Fraction(0)
    against: Amount = Fraction(0)


class MarginModel(Model):
    """What an estimated vote hangs on, in standard deviations: at 0 or above it is for."""

    value: Amount
    low: Amount | None = None
    high: Amount | None = None
    band: Amount | None = None


class PositionModel(Evidence):
    """The position of a state: a level, and what would change it."""

    is_: LEVELS = Field(alias="is")
    supports_if: Expression = None
    abstains_if: Expression = None
    opposes_if: Expression = None
    price: PriceModel | None = None
    hidden_objection: Figure | None = None
    firm: bool = False
    chances: ChancesModel | None = None
    margin: MarginModel | None = None


class RouteModel(Model):
    """Several bodies as one route: all of them must decide, or any of them."""

    title: str = ""
    all: Annotated[Names, Field(min_length=2)] | None = None
    any: Annotated[Names, Field(min_length=2)] | None = None
    legitimacy: Amount = Fraction(0)


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
    needs: Annotated[OneOrMore, Field(min_length=1)]
    routes: dict[str, RouteModel] = {}
    legal_basis: LEGAL_BASES
    effect: Figure
    date: Day | None = None
    crosses: Names = []
    recorded: RecordedModel | None = None
    positions: dict[str, PositionModel] = {}
    correlation: Figure | None = None
    sponsors: Names = []
    afterwards: AfterwardsModel | None = None
    note: str = ""


class DoubtsModel(Model):
    """How far parts of a margin may fall short, and how many of them at once."""

    at_once: Amount
    parts: list[Amount] = []
    amendments: dict[str, Amount] = {}


class PayoffStateModel(Model):
    """Weights, reservation point and acquiescence band of one state, and how sure it is."""

    weights: dict[str, Amount]
    reservation: Figure = FigureModel(value=Fraction(0))
    band: Figure
    legitimacy: Amount = Fraction(0)
    burden: dict[str, Figure] = {}
    immovable: bool = False
    hidden_objection: Figure | None = None
    firm: bool = False
    doubts: DoubtsModel | None = None


class PayoffsModel(Model):
    """Weighted payoffs over criteria."""

    unit: str = "margin units"
    criteria: dict[str, str]
    scores: dict[str, dict[str, dict[str, Figure]]]
    states: dict[str, PayoffStateModel]


class ContextModel(Model):
    """Circumstances; words only."""

    sponsors: Names = []
    concerns: Names = []
    expires: Day | None = None
    note: str = ""


class FloorsModel(Model):
    """The least protective effect that is acceptable, and what a unit of it is worth."""

    effect: Figure
    worth: Figure | None = None


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
    correlation: Figure | None = None
    tables: dict[Literal["positions"], str] = {}
    recorded: RecordedModel | None = None
    payoffs: PayoffsModel | None = None
    unit: str = "margin units"
    amendments: dict[str, AmendmentModel] = {}
    concessions: dict[str, ConcessionModel] = {}
    combinations: list[CombinationModel] = []
    limits: list[LimitModel] = []
    links: dict[str, LinkModel] = {}
    providers: dict[str, ProviderModel] = {}
    budgets: list[BudgetModel] = []
    endorsements: dict[str, EndorsementModel] = {}
    operation: OperationModel | None = None
    third_parties: dict[str, ThirdPartyModel] = {}
    bandwagon: dict[str, dict[str, Figure]] = {}
    equilibrium: Literal["best", "least"] = "best"
    resolution: Amount = Fraction(1, 100)
    attribution: Names = []


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, for editors.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    schema: dict[str, Any] = _any_of(ScenarioModel.model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _any_of(schema: Any) -> Any:
    """Turn every oneOf into anyOf: ``{value: 3}`` is a number, but has the form of a table too."""
    if isinstance(schema, list):
        return [_any_of(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {("anyOf" if k == "oneOf" else k): _any_of(part) for k, part in schema.items()}


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
        path = _plain(detail["loc"])
        if detail["type"] == "number" and not document.holds(path):
            path = path[:-1]  # a bare number was read as {value: number}
        where = (path, detail["type"])
        if where in seen:
            continue
        seen.add(where)
        key = detail["type"] == "extra_forbidden" or detail["loc"][-1] == _KEY
        yield document.problem(path, _sentence(detail, path), key=key)


_KEY = "[key]"  # pydantic's mark behind a key that is itself wrong


def _plain(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Take out what pydantic puts into paths: names of union members, marks of keys."""
    return tuple(part for part in loc if part not in (*TAGS, _KEY))


def _sentence(detail: ErrorDetails, path: tuple[str | int, ...]) -> str:
    kind, given = detail["type"], shown(detail.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key {path[-1]!r}{did_you_mean(str(path[-1]), _known_keys(path))}"
    if kind == "missing":
        return "is missing" + _WHY.get(str(path[-1]), "")
    if kind == "literal_error" and path[-1] == "type" and str(detail.get("input")) in REFUSED:
        return (
            f"{given} is refused: deception, bribery, threats of unlawful force and covert "
            f"pressure are no instruments of this engine"
        )
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
    "date": NO_DAY,
    "bodies": {"-": {}},
    "options": {"-": {}},
    "floors": {"effect": 0},
    "never": ["none named"],
}


def _stand_in(data: dict[str, Any], path: tuple[str | int, ...]) -> Any:
    """Give what the further checks take for a mandatory part that is missing or wrong."""
    if len(path) == 1:
        return copy.deepcopy(_STAND_INS.get(str(path[0])))
    if path[-1] == "is":
        return "unknown"
    if path[0] != "options" or len(path) != 3:
        return None
    bodies = data.get("bodies")
    needs = list(bodies) if isinstance(bodies, dict) and bodies else ["-"]
    of_option = {"title": "", "needs": needs, "legal_basis": "none", "effect": 0}
    return of_option.get(str(path[2]))


def _prune(data: Any, loc: tuple[str | int, ...]) -> bool:
    """Take a wrong part out; False when that leaves nothing to check."""
    path = _plain(loc)
    if path[:1] == ("options",) and path[2:] == ("date",):
        data["options"][path[1]]["date"] = NO_DAY  # not that of the scenario: others may vote
        return True
    parents: list[tuple[Any, Any]] = []
    here = data
    for part in path:
        inside = isinstance(here, dict) and part in here
        inside = inside or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        if not inside:
            break
        parents.append((here, part))
        here = here[part]
    if len(parents) == len(path) - 1:  # something mandatory is missing: go on with a stand-in
        value = _stand_in(data, path)
        if value is not None:
            here[path[-1]] = value
            return True
    if not parents:
        return False
    while isinstance(parents[-1][0], list):  # taking out an entry would shift those behind it
        parents.pop()
    holder, part = parents[-1]
    holder.pop(part, None)
    return True
