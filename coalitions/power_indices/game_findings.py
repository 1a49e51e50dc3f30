"""The properties of a simple game one by one, as an answer shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from solvers.counting.simple_games import SimpleGame, simple_game
from solvers.errors import LimitError, SolverError
from solvers.rules.rule import Rule
from solvers.simple_games.dimension import Dimension, dimension
from solvers.simple_games.game_properties import Property
from solvers.simple_games.swaps import QuickProperties
from solvers.simple_games.weightedness import Weightedness, weightedness

__all__ = ["PROPERTIES", "Finding", "Findings"]

PROPERTIES = {
    "players": "members who vote, and how many kinds of them the rule knows",
    "winning": "how many coalitions win",
    "proper": "no two winning coalitions without a common member",
    "strong": "the complement of a losing coalition wins",
    "decisive": "proper and strong: of a coalition and its complement exactly one wins (self-dual)",
    "dual": "how the game stands to its dual, in which what blocks here wins",
    "veto": "members without whom nothing wins",
    "dictator": "a member who wins alone, and without whom nothing wins",
    "null": "members who never make a difference",
    "symmetric": "classes of members who can stand for each other",
    "complete": "of any two members one is at least as desirable (swap robust)",
    "weighted": "weights and a quota decide, or coalitions that trade show that none do",
    "least_weights": "weights with the least sum, sought however long it takes",
    "dimension": "the fewest weighted games whose intersection it is",
}
"""What there is, in words."""

SECONDS = 5.0  # that a count may take by its own estimate, where nobody asked for it by name
MAX_KINDS = 60  # kinds of members that are compared by programmes, where nobody asked
MAX_SLOW = 12  # kinds of members that are compared by counting all coalitions
MAX_MINIMISED = 20  # kinds of members whose least weights are sought where the rule has weights
DUAL = {
    "equal": "equal to its dual: what blocks wins",
    "smaller": "smaller than its dual: what wins blocks, and more blocks than wins",
    "larger": "larger than its dual: what blocks wins, and more wins than blocks",
    "neither": "neither: some coalitions win without blocking, and some block without winning",
}

Coalition = tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """One property and what shows it; players are numbers.

    Parameters
    ----------
    name : str
        Of the property.
    value : bool, int or str
        The answer as plain data; long integers as text.
    text : str
        The answer in a word or two.
    why : str
        What the coalitions and players show, or what the answer rests on.
    coalitions : tuple of tuple of int
        Coalitions that show it.
    words : tuple of str
        What each of them does.
    players : tuple of int
        Players in question.
    groups : tuple of (str, tuple of int)
        Groups of players, each with a label.
    method : str
        How it was found.
    data : dict
        More of the answer, as plain data.
    """

    name: str
    value: Any
    text: str
    why: str = ""
    coalitions: tuple[Coalition, ...] = ()
    words: tuple[str, ...] = ()
    players: Coalition = ()
    groups: tuple[tuple[str, Coalition], ...] = ()
    method: str = ""
    data: tuple[tuple[str, Any], ...] = ()

    def to_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """Return plain data.

        Parameters
        ----------
        names : sequence of str
            Of the players.

        Returns
        -------
        dict
        """
        return {
            "value": self.value,
            "text": self.text,
            "why": self.why,
            "coalitions": [[names[i] for i in c] for c in self.coalitions],
            "players": [names[i] for i in self.players],
            "groups": [[names[i] for i in group] for _, group in self.groups],
            "method": self.method,
        } | dict(self.data)


def _plain(found: Property, word: str) -> Finding:
    """Show a property that holds, or fails by coalitions that all do the same."""
    words = (word,) * len(found.coalitions)
    text = "yes" if found.holds else "no"
    return Finding(
        found.name, found.holds, text, found.why, found.coalitions, words, found.players,
        method=found.method,
    )  # fmt: skip


class Findings:
    """The findings about one rule, each made when it is asked for.

    Parameters
    ----------
    rule : Rule
        A rule on yes and not-yes.
    asked : bool
        Whether the properties were asked for by name, so that none is left out for its time.
    """

    def __init__(self, rule: Rule, asked: bool) -> None:
        self.rule, self.asked = rule, asked
        self.game: SimpleGame = simple_game(rule)
        self.properties = QuickProperties(rule)

    def of(self, name: str) -> Finding:
        """Return one finding.

        Parameters
        ----------
        name : str
            In ``PROPERTIES``.

        Returns
        -------
        Finding

        Raises
        ------
        LimitError
            If it is too large, or takes long and was not asked for by name.
        SolverError
            If a solver breaks down.
        """
        found: Finding = getattr(self, f"_{name}")()
        return found

    def _players(self) -> Finding:
        kinds = len(self.game.types)
        text = f"{self.rule.n_players}, of {kinds} {'kind' if kinds == 1 else 'kinds'} by the rule"
        return Finding("players", self.rule.n_players, text, data=(("kinds", kinds),))

    def _winning(self) -> Finding:
        from solvers.counting import count_totals

        if not self.asked:
            from solvers.counting import ALL_TOTALS
            from solvers.counting.counts import choose

            seconds = choose(ALL_TOTALS, self.game).seconds(self.game)
            if seconds > SECONDS:
                raise LimitError(
                    f"an exact count takes about {seconds:,.0f} s; ask for it with "
                    f"--property winning"
                )
        totals = count_totals(self.rule)
        told = f"{totals.winning:,} coalitions"
        return Finding("winning", str(totals.winning), told, method=totals.method)

    def _proper(self) -> Finding:
        return _plain(self.properties.proper, "wins")

    def _strong(self) -> Finding:
        return _plain(self.properties.strong, "loses")

    def _decisive(self) -> Finding:
        found, proper = self.properties.decisive, self.properties.proper
        if self.asked:
            return _plain(found, "loses" if proper.holds else "wins")
        why = "" if found.holds else f"not {'strong' if proper.holds else 'proper'}"
        return Finding("decisive", found.holds, "yes" if found.holds else "no", why,
                       method=found.method)  # fmt: skip

    def _dual(self) -> Finding:
        word = self.properties.dual
        return Finding("dual", word, DUAL[word], method=self.properties.decisive.method)

    def _veto(self) -> Finding:
        found = self.properties.vetoers
        text = "nobody" if not found else f"{len(found)} of {self.rule.n_players}"
        return Finding("veto", len(found), text, players=found, method="definition")

    def _dictator(self) -> Finding:
        found = self.properties.dictator
        if found is None:
            return Finding("dictator", False, "nobody", method="definition")
        return Finding("dictator", True, "yes", players=(found,), method="definition")

    @cached_property
    def _slow(self) -> str | None:
        """Why members are not compared one by one unless somebody asks."""
        kinds, cells = len(self.game.types), 1
        for players in self.game.types:
            cells *= len(players) + 1
        one_leaf = isinstance(self.game.root, int)
        if self.asked or one_leaf or self.properties.quick or cells <= 200_000:
            return None
        most = MAX_SLOW if self.rule.n_players <= 30 else MAX_KINDS
        if kinds <= most:
            return None
        return f"{kinds} kinds of members are compared one by one, which takes long"

    def _null(self) -> Finding:
        if self.game.is_nested:
            nulls = self._weakest()
            text = "nobody" if not nulls else f"{len(nulls)} of {self.rule.n_players}"
            return Finding("null", len(nulls), text, players=nulls, method="from the weakest on")
        self._refuse_slow("null")
        found = self.properties.null_players
        text = "nobody" if not found else f"{len(found)} of {self.rule.n_players}"
        return Finding("null", len(found), text, players=found, method="member by member")

    def _weakest(self) -> Coalition:
        """Collect null players where the weights of all leaves order the players alike."""
        weights = self.game.weights
        types = sorted(self.game.types, key=lambda t: [w[t[0]] for w in weights])
        found = list[int]()
        for players in types:
            if not self.properties.null(players[0]).holds:
                break
            found += players
        return tuple(sorted(found))

    def _refuse_slow(self, name: str) -> None:
        if self._slow is not None:
            raise LimitError(f"{self._slow}; ask for it with --property {name}")

    def _symmetric(self) -> Finding:
        self._refuse_slow("symmetric")
        classes = self.properties.symmetric
        number = len(classes)
        text = f"{number} {'class' if number == 1 else 'classes'}"
        order = "the most desirable first" if self.properties.complete.holds else ""
        groups = tuple(("", c) for c in classes) if number > 1 else ()
        return Finding(
            "symmetric", number, text, order, groups=groups, method=self.properties.complete.method
        )

    def _complete(self) -> Finding:
        if self.game.is_nested:
            why = "in every requirement the weights of the members have the same order"
            return Finding("complete", True, "yes", why, method="dominance")
        self._refuse_slow("complete")
        found = self.properties.complete
        if found.holds:
            return _plain(found, "wins")
        return Finding(
            "complete", False, "no", found.why, found.coalitions, ("wins",) * 2, found.players,
            method=found.method,
        )  # fmt: skip

    @cached_property
    def _weights(self) -> Weightedness:
        root, kinds = self.game.root, len(self.game.types)
        if isinstance(root, int) and kinds > MAX_MINIMISED:
            given = self.game.weights[root], self.game.thresholds[root]
            return Weightedness(*given, least=False)
        return weightedness(self.rule)

    def _weighted(self) -> Finding:
        try:
            found = self._weights
        except (LimitError, SolverError) as error:
            return self._by_dimension(error)
        return self._told("weighted", found)

    def _least_weights(self) -> Finding:
        return self._told("least_weights", weightedness(self.rule))

    def _told(self, name: str, found: Weightedness) -> Finding:
        if found.weights is not None and found.quota is not None:
            least = "no smaller sum of weights will do" if found.least else (
                "the weights of the rule; smaller ones may do (--property least_weights)"
            )  # fmt: skip
            return self._with_weights(
                name, found.weights, found.quota, least, found.solver or "the rule"
            )
        coalitions = (*found.winning, *found.losing)
        words = ("wins",) * len(found.winning) + ("loses",) * len(found.losing)
        why = "winning coalitions exchange members and all lose"
        return Finding(name, False, "no", why, coalitions, words, method=found.solver)

    def _with_weights(
        self, name: str, weights: Coalition, quota: int, why: str, method: str
    ) -> Finding:
        groups = dict[int, list[int]]()
        for i, weight in enumerate(weights):
            groups.setdefault(weight, []).append(i)
        order = sorted(groups.items(), reverse=True)
        shown = tuple((f"weight {w:,}: ", tuple(players)) for w, players in order)
        data = (("quota", quota), ("weights", dict(zip(self.rule.names, weights, strict=True))))
        why = f"quota {quota:,} of {sum(weights):,}; {why}"
        return Finding(name, True, "yes", why, groups=shown, method=method, data=data)

    def _by_dimension(self, error: Exception) -> Finding:
        """Weights, or two coalitions that trade, from a search for the dimension."""
        found = self._bounds
        if found.upper == 1 and found.games:
            weights, quota = found.games[0]
            why = "smaller weights may do"
            return self._with_weights("weighted", weights, quota, why, found.upper_by)
        if not found.trades:
            raise error
        trade = found.trades[0]
        why = "winning coalitions exchange members and all lose"
        words = ("wins", "wins", "loses", "loses")
        coalitions = (*trade.winning, *trade.losing)
        return Finding("weighted", False, "no", why, coalitions, words, method="a trade")

    @cached_property
    def _bounds(self) -> Dimension:
        try:
            known: Weightedness | None = self._weights
        except (LimitError, SolverError):
            known = None
        return dimension(self.rule, known, sought=True)

    def _dimension(self) -> Finding:
        found = self._bounds
        upper = found.upper
        if found.exact is not None:
            text = str(found.exact)
        elif upper is None:
            text = f"at least {found.lower}"
        else:
            most = f"{upper:,}" if upper < 10**15 else f"about 10^{len(str(upper)) - 1}"
            text = f"at least {found.lower}, at most {most}"
        why = f"at least: {found.lower_by}"
        why += f"; at most: {found.upper_by}" if upper is not None and upper > 1 else ""
        words, names = ("loses",) * len(found.clique), self.rule.names
        data = (
            ("lower", found.lower),
            ("upper", None if upper is None else str(upper)),
            ("games", [
                {"quota": q, "weights": dict(zip(names, w, strict=True))} for w, q in found.games
            ]),
            ("trades", [
                {"losing": [[names[i] for i in c] for c in trade.losing],
                 "winning": [[names[i] for i in c] for c in trade.winning]}
                for trade in found.trades
            ]),
        )  # fmt: skip
        return Finding(
            "dimension", found.exact, text, why if upper != 1 else "a weighted game",
            found.clique, words, method=found.upper_by, data=data,
        )  # fmt: skip
