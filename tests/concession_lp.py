"""A small exact linear programme for oracles, which shares no code with the one in use."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

ZERO, ONE = Fraction(0), Fraction(1)


def least(price: Sequence[Fraction], rows) -> list[Fraction] | None:
    """Minimise price . x over x >= 0 and rows (a, b) that mean a . x <= b, exactly.

    Dictionaries of Chvatal: basic variables are expressed in the others; a first phase with one
    extra variable that loosens every row. None when no point exists.
    """
    n, m = len(price), len(rows)
    extra = n + m
    # body[i] = [b, coefficients of the variables outside]: x_basic = b - sum(a x)
    outside = [*range(n), extra]
    basis = list(range(n, n + m))
    body = [[b, *a, -ONE] for a, b in rows]

    def pivot(r: int, c: int, goals) -> None:
        row = body[r]
        factor = row[c + 1]
        row[c + 1] = ONE
        body[r] = row = [x / factor for x in row]
        for line in (*(line for k, line in enumerate(body) if k != r), *goals):
            if line[c + 1]:
                by = line[c + 1]
                line[c + 1] = ZERO
                for k, x in enumerate(row):
                    if x:
                        line[k] -= by * x
        basis[r], outside[c] = outside[c], basis[r]

    def descend(goal, others) -> None:
        while True:
            falling = [c for c, v in enumerate(goal[1:]) if v < 0]
            if not falling:
                return
            c = min(falling, key=lambda k: outside[k])
            limits = [
                (line[0] / line[c + 1], basis[r], r)
                for r, line in enumerate(body)
                if line[c + 1] > 0
            ]
            if not limits:
                raise ValueError("no least point: a price is negative")
            pivot(min(limits)[2], c, [goal, *others])

    # goal = [-value, reduced costs]
    cost = [ZERO, *price, ZERO]
    if any(line[0] < 0 for line in body):
        loosen = [ZERO, *([ZERO] * n), ONE]
        worst = min(range(m), key=lambda r: (body[r][0], r))
        pivot(worst, n, [cost, loosen])
        descend(loosen, [cost])
        if loosen[0] != 0:
            return None
        if extra in basis:
            r = basis.index(extra)
            c = next((c for c, x in enumerate(body[r][1:]) if x), None)
            if c is not None:
                pivot(r, c, [cost])
            else:
                del body[r], basis[r]
    if extra in outside:
        c = outside.index(extra)
        del outside[c]
        for line in (*body, cost):
            del line[c + 1]
    descend(cost, [])
    values = dict(zip(basis, (line[0] for line in body), strict=True))
    return [values.get(j, ZERO) for j in range(n)]
