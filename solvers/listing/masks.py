"""Minimal winning coalitions in bulk, as masks in arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from solvers.counting.simple_games import simple_game
from solvers.counting.size_and_weight import size_and_weight
from solvers.errors import GameError, LimitError
from solvers.rules.rule import Rule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["MAX_MASK_PLAYERS", "minimal_winning_masks"]

MAX_MASK_PLAYERS = 62
"""Most players of a coalition that is a whole number of 64 bits with a sign."""

TAIL = 11  # players by table: 2**11 completions, whose lists stay in the cache
JUMP_BITS = 12  # the level of a need is looked up by its first bits
FEWEST, MOST, EITHER, BOTH = 0, 1, 2, 3  # which part of a block of completions is wanted


def minimal_winning_masks(rule: Rule, chunk: int = 2**16) -> Iterator[Ints]:
    """List the minimal winning coalitions as arrays of masks.

    Parameters
    ----------
    rule : Rule
        A rule of at most 62 players, none of whose leaves tells an abstention from a vote
        against.
    chunk : int
        Most masks in an array.

    Returns
    -------
    iterator of ndarray of int64
        Player ``i`` is bit ``i``. Every array is a new one. The order is always the same, and
        is not that of size.

    Raises
    ------
    LimitError
        If there are more than 62 players, or a weighted leaf's sums need 63 bits or more.
    GameError
        If `chunk` is less than 1.

    Notes
    -----
    When every leaf counts the members or sums the same weights (a double majority), compiled:
    depth first in falling order of weight, the last eleven players copied from lists by what is
    still needed, so that the time is that of writing the answer. Other rules go through
    `minimal_winning_coalitions`, a thousand times slower.

    References
    ----------
    .. [1] T. Matsui and Y. Matsui, "A survey of algorithms for calculating power indices of
       weighted majority games", Journal of the Operations Research Society of Japan 43 (2000),
       pp. 71-86.

    Examples
    --------
    >>> from solvers.rules.rule import Quota
    >>> rule = Rule(3, Quota((2, 1, 1), (0, 0, 0), (0, 0, 0), 3))
    >>> [bin(mask) for array in minimal_winning_masks(rule) for mask in array]
    ['0b11', '0b101']
    """
    if rule.n_players > MAX_MASK_PLAYERS:
        raise LimitError(
            f"a mask holds at most {MAX_MASK_PLAYERS} players, this rule has {rule.n_players}: "
            f"list coalitions one by one, or count them"
        )
    if chunk < 1:
        raise GameError(f"chunk is {chunk}; an array holds one mask at least")
    form = size_and_weight(simple_game(rule))
    if form is None:
        return _packed(rule, chunk)
    total = sum(form.weights)
    if 2 * total >= 2**63:
        raise LimitError("the weights sum to 2**62 or more: list coalitions one by one")
    least = list(form.below)
    if form.complements:
        least = [total + 1 - b for b in reversed(form.below)]
    return _masks(form.weights, least, chunk)


def _packed(rule: Rule, chunk: int) -> Iterator[Ints]:
    """Pack what the iterator over players gives."""
    import numpy as np

    from solvers.listing import minimal_winning_coalitions

    masks: list[int] = []
    for players in minimal_winning_coalitions(rule):
        masks.append(sum(1 << i for i in players))
        if len(masks) == chunk:
            yield np.array(masks, np.int64)
            masks = []
    if masks:
        yield np.array(masks, np.int64)


@dataclass(frozen=True)
class _Players:
    """Players in falling order of weight: weights, masks, sums from each position on."""

    weights: Ints
    bits: Ints
    rest: Ints
    head: int

    @classmethod
    def of(cls, weights: tuple[int, ...]) -> _Players:
        import numpy as np

        n = len(weights)
        order = sorted(range(n), key=lambda i: (-weights[i], i))
        falling = np.array([weights[i] for i in order], np.int64)
        rest = np.zeros(n + 1, np.int64)
        rest[:n] = np.cumsum(falling[::-1])[::-1]
        bits = np.array([1 << i for i in order], np.int64)
        return cls(falling, bits, rest, max(n - TAIL, 0))

    def state(self, start: int) -> Ints:
        """Return the state of a listing at its beginning."""
        import numpy as np

        state = np.zeros(5 + 2 * self.head + 1, np.int64)
        state[2] = start
        return state


@dataclass(frozen=True)
class _Table:
    """Completions by the last players: sums, sums without the last of them, masks.

    In blocks by their number of players: block c begins at ``blocks[c]``.
    """

    sums: Ints
    low: Ints
    masks: Ints
    blocks: Ints

    @classmethod
    def of(cls, players: _Players) -> _Table:
        import numpy as np

        weights, bits = players.weights[players.head :], players.bits[players.head :]
        sums, low, masks, sizes = (np.zeros(1, np.int64) for _ in range(4))
        for weight, bit in zip(weights, bits, strict=True):  # falling: each is the last so far
            low = np.concatenate([low, sums])
            sums = np.concatenate([sums, sums + weight])
            masks = np.concatenate([masks, masks | bit])
            sizes = np.concatenate([sizes, sizes + 1])
        blocks = np.zeros(weights.size + 2, np.int64)
        blocks[1:] = np.cumsum(np.bincount(sizes, minlength=weights.size + 1))
        order = np.lexsort((-sums, sizes))
        return cls(sums[order], low[order], masks[order], blocks)

    def rising(self) -> _Table:
        """Sort each block by the sum without the last player."""
        import numpy as np

        sizes = np.repeat(np.arange(self.blocks.size - 1), np.diff(self.blocks))
        order = np.lexsort((self.low, sizes))
        return _Table(self.sums[order], self.low[order], self.masks[order], self.blocks)

    def whole(self) -> _Table:
        """Return all completions but the empty one as a single block."""
        import numpy as np

        blocks = np.array([0, self.sums.size - 1])
        return _Table(self.sums[1:], self.low[1:], self.masks[1:], blocks)


@dataclass(frozen=True)
class _Lists:
    """For each block, its levels of need and the completions of each level."""

    levels: Ints
    level_start: Ints
    starts: Ints
    lists: Ints

    @classmethod
    def of(cls, table: _Table) -> _Lists:
        import numpy as np

        from solvers.kernels.minimal_coalitions import tail_lists

        levels, level_start, starts, lists = [], [0], [np.zeros(1, np.int64)], []
        offset = 0
        for first, last in pairwise(table.blocks.tolist()):
            sums, low, masks = (a[first:last] for a in (table.sums, table.low, table.masks))
            # The needs above low[t] and up to sums[t]: the same tail masks complete them from
            # one level of these numbers, exclusive, to the next.
            own = np.unique(np.concatenate([sums, low[low > 0]]))
            begin = np.searchsorted(own, low, "right")
            end = np.searchsorted(own, sums, "right")
            opened = np.bincount(begin, minlength=own.size + 1)
            open_ = np.cumsum(opened - np.bincount(end, minlength=own.size + 1))
            begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(open_[:-1])])
            total = int(begins[-1])
            filled = np.empty(total, np.int64)
            tail_lists(begin, end, masks, begins[:-1].copy(), filled)
            levels.append(own)
            level_start.append(level_start[-1] + own.size)
            starts.append(begins[1:] + offset)
            lists.append(filled)
            offset += total
        return cls(
            np.concatenate(levels),
            np.array(level_start, np.int64),
            np.concatenate(starts),
            np.concatenate(lists),
        )


def _masks(weights: tuple[int, ...], least: list[int], chunk: int) -> Iterator[Ints]:
    import numpy as np

    if least[0] <= 0:  # nobody is needed
        yield np.zeros(1, np.int64)
        return
    players = _Players.of(weights)
    table = _Table.of(players)
    if len(set(least)) == 1:
        if least[0] <= players.rest[0]:
            yield from _plain(players, table.whole(), least[0], chunk)
    else:
        yield from _by_sizes(players, table, least, chunk)


def _plain(players: _Players, table: _Table, quota: int, chunk: int) -> Iterator[Ints]:
    """List the minimal winning coalitions of one quota."""
    import numpy as np

    from solvers.kernels.minimal_coalitions import fill

    own = _Lists.of(table)
    weights, bits, rest, head = players.weights, players.bits, players.rest, players.head
    shift = max(int(own.levels[-1]).bit_length() - JUMP_BITS, 0)
    jump = np.searchsorted(own.levels, np.arange((int(own.levels[-1]) >> shift) + 1) << shift)
    state = players.state(quota)

    def run(out: Ints) -> int:
        return fill(
            weights, bits, rest, head, own.levels, jump, shift, own.starts, own.lists, state, out
        )

    yield from _arrays(run, state, chunk)


def _by_sizes(players: _Players, table: _Table, least: list[int], chunk: int) -> Iterator[Ints]:
    """List size after size, each with the sum that it needs."""
    import numpy as np

    from solvers.kernels.minimal_coalitions import fill_sized

    nothing = np.zeros(1, np.int64)
    own, rising = _Lists(nothing, nothing, nothing, nothing), None
    total = int(players.rest[0])
    weights, bits, rest, head = players.weights, players.bits, players.rest, players.head
    for size, (below, need) in enumerate(pairwise(least), start=1):
        if need > total:
            continue
        kind = FEWEST if below > total else MOST if need <= 0 else EITHER if need == below else BOTH
        block = table
        if kind == MOST:
            block = rising = rising or table.rising()
        elif kind == EITHER and own.levels is nothing:
            own = _Lists.of(table)
        state = players.state(0)

        def run(
            out: Ints,
            size: int = size,
            need: int = need,
            below: int = below,
            kind: int = kind,
            block: _Table = block,
            own: _Lists = own,
            state: Ints = state,
        ) -> int:
            return fill_sized(
                weights, bits, rest, head, size, need, below, kind,
                block.sums, block.low, block.masks, block.blocks,
                own.levels, own.level_start, own.starts, own.lists, state, out,
            )  # fmt: skip

        yield from _arrays(run, state, chunk)


def _arrays(run: Callable[[Ints], int], state: Ints, chunk: int) -> Iterator[Ints]:
    import numpy as np

    while state[0] >= 0:
        out = np.empty(chunk, np.int64)
        found = run(out)
        if found:
            yield out if found == chunk else out[:found].copy()
