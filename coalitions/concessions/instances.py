"""The library of concession problems with the least costs that are known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from coalitions.errors import InputError
from coalitions.files.datasets import data_root
from coalitions.files.spelling import did_you_mean
from solvers.concessions.data import problem_from_data, problem_to_data
from solvers.concessions.generators import family_rule, private_instruments, tight_budgets
from solvers.concessions.generators_small import small_random
from solvers.concessions.problem import ConcessionProblem
from solvers.errors import GameError

__all__ = [
    "BestKnown",
    "Instance",
    "digest_of",
    "instance_names",
    "instance_rows",
    "load_instance",
    "made",
]

FORMAT: Final = "coalitions-instance/1"
FOLDER: Final = "instances"
CALLS: Final = ("private_instruments", "small_random", "tight_budgets")


@dataclass(frozen=True)
class BestKnown:
    """What is known of the least cost of a package.

    Parameters
    ----------
    cost : Fraction or None
        Exact cost of the best package known; None where there is none.
    bound : Fraction or None
        No package costs less; the cost itself where that is proved.
    proved : bool
        Whether nothing is open: the cost is the least, or there is no package at all.
    by : tuple of str
        Engines that came to this answer independently of one another.
    """

    cost: Fraction | None
    bound: Fraction | None
    proved: bool
    by: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    """One problem of the library.

    Parameters
    ----------
    name, family : str
        The family is what the name begins with.
    title, why, source : str
        What it is, what it is there for, and where its numbers come from.
    members : tuple of str
        Names of the players, where they have any; else empty.
    problem : ConcessionProblem
        The data.
    digest : str
        SHA-256 of the data, as :func:`digest_of` computes it.
    generator : mapping or None
        The call that makes the same problem again, where it was drawn.
    best : BestKnown
        The least cost.
    """

    name: str
    family: str
    title: str
    why: str
    source: str
    members: tuple[str, ...]
    problem: ConcessionProblem
    digest: str
    generator: Mapping[str, Any] | None
    best: BestKnown


def instance_names(family: str | None = None) -> tuple[str, ...]:
    """List the problems of the library.

    Parameters
    ----------
    family : str, optional
        Only those of one family.

    Returns
    -------
    tuple of str
        Sorted.

    Examples
    --------
    >>> [name for name in instance_names("example") if name.startswith("example-x13")]
    ['example-x13-first', 'example-x13-linked', 'example-x13-second']
    """
    found = sorted(path.stem for path in (data_root() / FOLDER).glob("*.json"))
    return tuple(n for n in found if family is None or n.partition("-")[0] == family)


def instance_rows() -> list[dict[str, Any]]:
    """List the library with what is known, without making any problem.

    Returns
    -------
    list of dict
        ``name``, ``family``, ``title``, ``players``, ``cost`` (text, None where there is no
        package), ``proved`` and ``engines`` (how many agree).
    """
    rows = []
    for name in instance_names():
        text = (data_root() / FOLDER / f"{name}.json").read_text(encoding="utf-8")
        data = json.loads(text)
        best = data["best"]
        rows.append(
            {
                "name": name,
                "family": name.partition("-")[0],
                "title": data["title"],
                "players": data["players"],
                "cost": best["cost"],
                "proved": best["proved"],
                "engines": len(best["by"]),
            }
        )
    return rows


def load_instance(name: str) -> Instance:
    """Read a problem of the library, or one from a file.

    Parameters
    ----------
    name : str
        A name that :func:`instance_names` lists, or the path of a file in the same format.

    Returns
    -------
    Instance

    Raises
    ------
    InputError
        If there is none, the file is not in the format, or its data do not have the digest
        that it states.

    Examples
    --------
    >>> instance = load_instance("example-x01")
    >>> instance.best.cost, len(instance.problem.voters)
    (Fraction(9, 1), 7)
    """
    path = data_root() / FOLDER / f"{name}.json"
    if name not in instance_names():
        path = Path(name)
        if not path.is_file():
            hint = did_you_mean(name, instance_names())
            raise InputError.at(
                name, f"no instance of this name is shipped, and it is no file{hint}"
            )
    try:
        return _instance(json.loads(path.read_text(encoding="utf-8")), path.stem)
    except json.JSONDecodeError as error:
        raise InputError.at(
            str(path), f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error
    except GameError as error:
        raise InputError.at(str(path), str(error)) from error
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError.at(
            str(path),
            f"not an instance of the format {FORMAT}, which data/instances/README.md describes: "
            f"{error!r}",
        ) from error


def _instance(data: Mapping[str, Any], name: str) -> Instance:
    if data["format"] != FORMAT:
        raise GameError(f"the format is {data['format']!r}; it must be {FORMAT!r}")
    generator = data.get("generator")
    problem = problem_from_data(data["problem"]) if "problem" in data else made(data["generator"])
    digest = digest_of(problem)
    if digest != data["digest"]:
        raise GameError(
            f"the data have the digest {digest}, not {data['digest']}: they are not those whose "
            f"best cost is stated"
        )
    best = data["best"]
    return Instance(
        name,
        name.partition("-")[0],
        data["title"],
        data["why"],
        data["source"],
        tuple(data.get("members", ())),
        problem,
        digest,
        generator,
        BestKnown(_number(best["cost"]), _number(best["bound"]), best["proved"], tuple(best["by"])),
    )


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def digest_of(problem: ConcessionProblem) -> str:
    """Compute the digest of the data of a problem.

    Parameters
    ----------
    problem : ConcessionProblem
        The data.

    Returns
    -------
    str
        SHA-256 of its plain data as JSON with sorted keys and without blanks, in hexadecimal.
    """
    text = json.dumps(problem_to_data(problem), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def made(generator: Mapping[str, Any]) -> ConcessionProblem:
    """Draw a problem again.

    Parameters
    ----------
    generator : mapping
        ``call``, one of the generators by name, and their arguments; in place of a rule the
        ``rule`` has the arguments of
        :func:`~solvers.concessions.generators.family_rule`.

    Returns
    -------
    ConcessionProblem

    Raises
    ------
    GameError
        If there is no such generator, or it does not take these arguments.

    Examples
    --------
    >>> len(made({"call": "small_random", "seed": 3}).voters)
    6
    """
    arguments = dict(generator)
    call = arguments.pop("call", None)
    if call not in CALLS:
        raise GameError(f"there is no generator {call!r}; there are {', '.join(CALLS)}")
    try:
        if call == "small_random":
            return small_random(**arguments)
        rule = family_rule(**arguments.pop("rule"))
        if call == "tight_budgets":
            low, high = arguments.pop("shares")
            return tight_budgets(rule.n_players, rule, shares=(low, high), **arguments)
        return private_instruments(rule.n_players, rule, **arguments)
    except (TypeError, KeyError) as error:
        raise GameError(f"the generator {call} does not take these arguments: {error}") from error
