"""The industrial value where inputs move: low and high over their ranges, and the batches in which a price is sought.

Each uncertain row goes to both ends of its range, one at a time. The swings are independent in what they stand for, so
they add up as squares: the low is the value less the root of the sum of the squared falls, the high the same with the
rises. Rent to landlords stays a cost in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.appraisal.industrial import number
from computefactory.scenarios import GIVEN, Trials
from computefactory.schema.origin import Origin

if TYPE_CHECKING:
    from computefactory.appraisal.industrial import Industrial
    from computefactory.result import Result

__all__ = ["PREMIUM", "VALUE", "Move", "lever", "moved_values", "moves_of", "spans_of"]

PREMIUM = "premium for operating risk"
VALUE = "site_value"
# field of the resolved factory -> what it is called
MOVED = {
    "offtake.merchant.price_new": "market price of new silicon",
    "offtake.merchant.decline": "fall of that price with age",
    "offtake.merchant.sold": "share of market hours sold",
    "finance.values.release_rent": "net rent of an empty hall",
    "finance.capital.discount_rate": "discount rate",
}
Row = NDArray[np.float64]
Move = Mapping[str, Row]  # inputs at a few values: numbers of the factory by path, or givens of the valuation


def lever(result: Result, path: str) -> Origin | None:
    """The file's number or library row behind a field, if it is one number."""
    origin = result.factory.origins.get(path)
    plain = origin is not None and origin.kind not in ("derived", "absent") and isinstance(origin.value, float)
    return origin if plain else None


def moved_values(result: Result, industrial: Industrial, moves: Mapping[str, Move]) -> dict[str, Row]:
    """The value at the values of each move, everything else held: a batch of the factory, and one of the valuation."""
    found: dict[str, Row] = {}
    for given in (False, True):
        batch = {name: move for name, move in moves.items() if all(path.startswith(GIVEN) for path in move) is given}
        if batch:
            ends = np.cumsum([len(next(iter(move.values()))) for move in batch.values()])
            values = _batch(result, industrial, list(batch.values()), ends.tolist())
            found |= dict(zip(batch, np.split(values, ends[:-1]), strict=True))
    return found


def _batch(result: Result, industrial: Industrial, moves: Sequence[Mapping[str, Row]], ends: Sequence[int]) -> Row:
    """The value of every scenario: the inputs of a move differ from what they are until its end alone."""
    run, factory, n = industrial.run, result.factory, ends[-1]
    columns: dict[str, Row] = {}
    for move, end in zip(moves, ends, strict=True):
        for name, values in move.items():
            given = name.removeprefix(GIVEN)
            base = run.inputs[given] if given != name else factory.value(name)
            whole = columns.setdefault(name, np.repeat(np.asarray(base, dtype=float)[None], n, axis=0))
            whole[end - len(values) : end] = values
    return Trials(run, columns, [VALUE], model.VALUATION, held=["supply_plan"]).run()[VALUE]


def moves_of(result: Result, industrial: Industrial) -> dict[str, Move]:
    """What is uncertain, at both ends of its range, by what it is called."""
    found: dict[str, Move] = {}
    known = {item.path: item for item in result.factory.levers()}
    for path, label in MOVED.items():
        if (origin := lever(result, path)) is not None:
            end = known.get(origin.key)
            found[label] = {origin.key: np.array([end.low, end.high] if end else [origin.value] * 2)}
    unfinished = number(industrial.run, "valuation_date") < number(industrial.run, "full_operation")
    premium = "unfinished_premium" if unfinished else "operating_premium"
    for name, label, row in (
        ("risk_premium", PREMIUM, ("capital", "default", premium)),
        ("shell_rate", "rate of the shell", ("value", "default", "shell_rate")),
        ("undeveloped_price", "worth of power without halls", ("value", "default", "undeveloped")),
    ):
        fact = result.factory.library.fact(*row)
        value, now = float(fact.value), number(industrial.run, name)
        ends = [now + (value if end is None else end) - value for end in (fact.low, fact.high)]
        found[label] = {f"{GIVEN}{name}": np.array(ends)}
    return found


def spans_of(
    values: Mapping[str, Row], base: float, value: float
) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Change of the value at both ends of each input, from ``base``; low and high of the value."""
    swings = {label: (float(ends[0] - base), float(ends[1] - base)) for label, ends in values.items()}
    falls = sum(min(*ends, 0.0) ** 2 for ends in swings.values())
    rises = sum(max(*ends, 0.0) ** 2 for ends in swings.values())
    return swings, value - float(np.sqrt(falls)), value + float(np.sqrt(rises))
