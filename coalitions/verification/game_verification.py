"""Re-checking saved properties of a game: what shows them is judged again by the rule alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from coalitions.verification.verification import Check
from solvers.errors import EngineError
from solvers.rules.rule import AllOf, Quota, Rule
from solvers.simple_games.separation import dual_game, separate, wins

__all__ = ["property_checks"]

Names = Sequence[str]


def property_checks(certificate: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Check]:
    """Judge every coalition, weight and trade of a saved answer anew.

    Parameters
    ----------
    certificate, answer : mapping
        Parts of a saved result of kind ``game-properties``.

    Yields
    ------
    Check
        That members are alike, that a member is null and how many coalitions win are computed
        again; that no smaller weights will do is not proved.

    Raises
    ------
    EngineError
        If the rule or a property is malformed.

    Examples
    --------
    >>> from coalitions.bodies.body import load_body
    >>> from coalitions.power_indices.game import game
    >>> from coalitions.bodies.rosters import bind_decision
    >>> saved = game(bind_decision(load_body("[51; 50, 49, 1]"))).to_dict()
    >>> all(check.holds for check in property_checks(saved["certificate"], saved["answer"]))
    True
    """
    whole = Rule.from_dict(certificate["rule"])
    checks = _Checks(whole.project(certificate["not_yes"]))
    found = certificate["properties"]
    same = answer["properties"] == found and answer["not_yes"] == certificate["not_yes"]
    yield Check("the answer states the certified properties", same)
    for name, entry in found.items():
        check = getattr(checks, f"of_{name}", None)
        if check is None:
            raise EngineError(f"no property {name!r}")
        what, holds = check(entry)
        yield Check(f"{name.replace('_', ' ')}: {what}", bool(holds))


class _Checks:
    """The checks of one rule, a method for each property."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.number = {name: i for i, name in enumerate(rule.names)}

    def _wins(self, names: Names) -> bool:
        return wins(self.rule, tuple(self.number[n] for n in names))

    def _none(self, first: Rule, second: Rule) -> bool:
        return separate(first, second).coalition is None

    def of_players(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        kinds = len(self.rule.types()) >= entry["kinds"]
        return "they are those of the rule", entry["value"] == self.rule.n_players and kinds

    def of_winning(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        from solvers.counting import count_totals

        return "counted again", entry["value"] == str(count_totals(self.rule).winning)

    def of_proper(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        if entry["value"]:
            pair = self.rule, dual_game(self.rule)
            return "nothing wins that does not block", self._none(*pair)
        one, two = entry["coalitions"]
        good = not set(one) & set(two) and self._wins(one) and self._wins(two)
        return "two coalitions without a common member win", good

    def of_strong(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        if entry["value"]:
            return "what blocks wins", self._none(dual_game(self.rule), self.rule)
        one, two = entry["coalitions"]
        whole = sorted([*one, *two]) == sorted(self.rule.names)
        return "a coalition and its complement lose", whole and not (
            self._wins(one) or self._wins(two)
        )

    def of_decisive(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        dual = dual_game(self.rule)
        equal = self._none(self.rule, dual) and self._none(dual, self.rule)
        return "compared with the dual again", equal == entry["value"]

    def of_dual(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        dual = dual_game(self.rule)
        ends = self._none(self.rule, dual), self._none(dual, self.rule)
        words = {(True, True): "equal", (True, False): "smaller", (False, True): "larger"}
        return "compared with the dual again", words.get(ends, "neither") == entry["value"]

    def of_veto(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        names = self.rule.names
        found = [n for n in names if not self._wins([m for m in names if m != n])]
        return "nothing wins without them", found == entry["players"]

    def of_dictator(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        _, vetoes = self.of_veto(entry)
        if entry["value"]:
            (name,) = entry["players"]
            return "wins alone, and nothing wins without", self._wins([name]) and vetoes
        return "nobody wins alone who is needed", not any(
            self._wins([n]) and not self._wins([m for m in self.rule.names if m != n])
            for n in self.rule.names
        ) or self._wins([])

    def of_null(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        from solvers.simple_games.swaps import QuickProperties

        properties, found = QuickProperties(self.rule), set(entry["players"])
        heads = [players[0] for players in self.rule.types()]
        same = [properties.null(i).holds == (self.rule.names[i] in found) for i in heads]
        return "members of each kind looked at again", all(same)

    def of_symmetric(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        from solvers.simple_games.swaps import QuickProperties

        classes = [[self.rule.names[i] for i in c] for c in QuickProperties(self.rule).symmetric]
        same = entry["value"] == len(classes)
        return "classes found again", same and (entry["groups"] or classes) == classes

    def of_complete(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        from solvers.simple_games.swaps import QuickProperties

        if entry["value"]:
            return "compared again", QuickProperties(self.rule).complete.holds
        (a, b), (one, two) = entry["players"], entry["coalitions"]
        changed = [b if n == a else n for n in one], [a if n == b else n for n in two]
        good = self._wins(one) and self._wins(two) and not any(map(self._wins, changed))
        return "two members, each of whom is better somewhere", good and a in one and b in two

    def of_weighted(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        if entry["value"]:
            game = self._weighted(entry["weights"], entry["quota"])
            same = self._none(self.rule, game) and self._none(game, self.rule)
            return "the weights decide as the rule does", same
        half = len(entry["coalitions"]) // 2
        return "winning coalitions trade and lose", self._trade(
            entry["coalitions"][:half], entry["coalitions"][half:]
        )

    of_least_weights = of_weighted

    def of_dimension(self, entry: Mapping[str, Any]) -> tuple[str, bool]:
        games = [self._weighted(g["weights"], g["quota"]).root for g in entry["games"]]
        good = not games or len(games) == int(entry["upper"])
        if games:
            both = Rule(self.rule.n_players, AllOf(tuple(games)))
            good &= self._none(self.rule, both) and self._none(both, self.rule)
        good &= all(self._trade(t["winning"], t["losing"]) for t in entry["trades"])
        clique = entry["coalitions"]
        pairs = {frozenset(map(frozenset, t["losing"])) for t in entry["trades"]}
        good &= len(pairs) == len(clique) * (len(clique) - 1) // 2
        good &= not clique or entry["lower"] == len(clique)
        good &= entry["value"] in (None, entry["lower"])
        return "weighted games and trades judged again", good

    def _weighted(self, weights: Mapping[str, int], quota: int) -> Rule:
        zeros = (0,) * self.rule.n_players
        column = tuple(weights[n] for n in self.rule.names)
        return Rule(self.rule.n_players, Quota(column, zeros, zeros, quota))

    def _trade(self, winning: Sequence[Names], losing: Sequence[Names]) -> bool:
        same = Counter(chain(*winning)) == Counter(chain(*losing))
        same &= len(winning) == len(losing) > 0
        return same and all(map(self._wins, winning)) and not any(map(self._wins, losing))
