"""What stands beside a verdict: the rows that turn it, its return against the hurdle, price against cost, the rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from computefactory.page import Column, Grid, Of, Said, Section, Words, worked
from computefactory.qualification import FACTORY, MINE, OPERATOR, SHELL

if TYPE_CHECKING:
    from computefactory.qualification import Flip, Strength, Verdict
    from computefactory.result import Result

__all__ = ["measured", "standing", "strength"]

NOUNS = {FACTORY: "a factory", OPERATOR: "an operator", SHELL: "a shell", MINE: "a mine"}
HURDLE, COST, PRICE = "finance.capital.discount_rate", "lcoc_usd_per_accelerator_hour", "price_usd_per_accelerator_hour"
SHARES = ("", "1/year")
TEN = 10.0  # from here on a ratio is shown whole
NAMED = 5  # rows that are named below a verdict; the page of the qualification has all
ONE_AT_A_TIME = "one row at a time, over the range that its source gives; what the file states with a source stands"


def standing(result: Result, verdict: Verdict, *, rest: str = "(qualify)") -> tuple[Words, ...]:
    """Lines below a verdict; ``rest`` says where the rows stand that are not named."""
    return (*_turned(verdict.strength, rest), *_return(result, verdict), *_price(result), _rates(result))


def _turned(found: Strength | None, rest: str) -> Iterator[Words]:
    if found is None or not found.flips:
        return
    pieces: list[str | Said] = [f"turned by, one of {found.rows} rows at a time: "]
    for place, flip in enumerate(found.flips[:NAMED]):
        side = "above" if flip.flips_at > flip.value else "below"
        at = Said(_number(flip.flips_at, flip.unit), flip.flips_at, Of("qualification:turns.flips_at", flip.label))
        pieces += ["; " if place else "", f"{flip.label} {side} ", at]
    more = len(found.flips) - NAMED
    yield (*pieces, f"; and {more} more {rest}") if more > 0 else tuple(pieces)


def _return(result: Result, verdict: Verdict) -> Iterator[Words]:
    """One line of return against the hurdle."""
    irr, hurdle = result.metrics["project_irr"].value, float(result.factory.finance.capital.discount_rate)
    against = (" against a hurdle of ", Said(f"{100 * hurdle:.1f} %", hurdle, HURDLE))
    if irr is None:
        yield ("no rate of return exists", *against)
        return
    of_a_kind = f": {NOUNS[verdict.kind]} by kind, " if verdict.kind in NOUNS else ": "
    side = "below its hurdle" if irr < hurdle else "at or above its hurdle"
    yield ("earns ", Said(f"{100 * irr:.1f} %", irr, "project_irr"), *against, f"{of_a_kind}{side}")


def _price(result: Result) -> Iterator[Words]:
    """A price below the unit cost is said."""
    price, cost = result.metrics[PRICE].value, result.metrics[COST].value
    if price is not None and cost is not None:
        side = "below" if price < cost else "above"
        short = (result.metrics["npv_usd"].value or 0.0) < 0
        pieces = Said(f"{price:.3f}", price, PRICE), f": {side} its unit cost of ", Said(f"{cost:.3f}", cost, COST)
        yield (
            "sells at ",
            *pieces,
            " USD an available accelerator-hour",
            ", yet below break-even" * (short and side == "above"),
        )


def _rates(result: Result) -> Words:
    """The rates of both present values."""
    terms = result.factory.finance.capital
    book = float(terms.risk_free + terms.operating_premium)
    cover = Said(f"{100 * book:.2f} %", book, "finance.capital.risk_free + finance.capital.operating_premium")
    npv = Said(f"{100 * float(terms.discount_rate):.2f} %", float(terms.discount_rate), HURDLE)
    return ("present values: committed cash at ", cover, " (risk-free and premium), NPV at ", npv, " (the file's)")


def strength(verdict: Verdict) -> tuple[Section, ...]:
    """Every row that turns the verdict, with its range; nothing where none was asked for or could."""
    found = verdict.strength
    if found is None or not found.rows:
        return ()
    columns = (
        Column("row", "row", hidden=True),
        Column("label", "label", hidden=True),
        Column("name", "row"),
        Column("unit", "unit", hidden=True),
        Column("value", "value", of=worked("the row's value, or what the file assumes instead")),
        Column("low", "low", of=worked("low end of the row's range"), hidden=True),
        Column("high", "high", of=worked("high end of the row's range"), hidden=True),
        Column("range", "range"),
        Column("flips_at", "turns at", of=worked("this row alone moved until the verdict is another", "coverage")),
        Column("check", "check", hidden=True),
    )
    rows = tuple(_row(flip) for flip in found.flips)
    text = [f"{found.rows} rows moved, {ONE_AT_A_TIME}.", *_together(found)]
    if not rows:
        text.insert(0, "No row turns it.")
    return (Section("turns", "What turns the verdict", grid=Grid(columns, rows, key=(1,)), text=tuple(text)),)


def _row(flip: Flip) -> tuple[str | float, ...]:
    unit = "%" if flip.unit in SHARES else flip.unit
    scale = 100 if unit == "%" else 1
    span = f"{scale * flip.low:,.4g}–{scale * flip.high:,.4g}"
    numbers = flip.low, flip.high, span, flip.flips_at
    return (flip.row, flip.label, _short(flip.row), unit, flip.value, *numbers, flip.check)


def _short(row: str) -> str:
    """A row's table, its key where that says something, and its field; a path of the file as it is."""
    table, *key, name = row.replace("_", " ").split("/") if "/" in row else ("", row)
    return name if not table else f"{' '.join([table, *(part for part in key if part != 'default')])}: {name}"


def _together(found: Strength) -> Iterator[str]:
    if found.together is None:
        return
    checks = [check for item in found.together.specifications for check in item.checks if check.fails]
    failing = ", ".join(
        f"{check.name} {measured(check.value, check.unit)}" for check in checks if isinstance(check.value, float)
    )
    yield f"All rows at their worse ends together: {found.together.kind}{f' ({failing})' if failing else ''}."


def measured(value: float, unit: str) -> str:
    """The number of a check with its unit."""
    digits = 4 if unit == "USD/kWh" else 2 if unit == "1" and abs(value) < TEN else 0
    return f"{value:,.{digits}f}{'' if unit == '1' else ' ' + unit}"


def _number(value: float, unit: str) -> str:
    """A value as people say it."""
    if unit in SHARES:
        return f"{100 * value:.2f} %" + " a year" * bool(unit)
    return f"{value:,.4g} {unit}"
