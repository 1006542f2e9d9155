"""What the chapters of a company file must agree on: shares that sum, stages in order, nothing counted twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from computefactory.schema.checks import sources as source_checks
from computefactory.schema.checks.plant import Found
from computefactory.schema.company import (
    BlockChapter,
    BookChapter,
    Business,
    FacilityChapter,
    LeasesChapter,
    SharesChapter,
    Stages,
)
from computefactory.schema.currency import rate_of
from computefactory.schema.problems import Places
from computefactory.schema.quantity import parse_quantity
from computefactory.timeline import month_name, month_number
from computefactory.units import parse_unit

__all__ = ["CHECKS", "months_of", "reached"]

ROUNDING = 1e-6  # shares written to four digits of a per cent
WITHIN = (  # each stage within the other
    ("secured", "pipeline"),
    ("sold", "secured"),
    ("energised", "secured"),
    ("billing", "sold"),
    ("billing", "energised"),
)
UNDERWRITTEN = ("factory", "customers")  # what a block with a factory file of its own may state
HOLDERS = ("classes", "redeemable", "options", "units", "warrants", "convertibles")
_YEAR = re.compile(r"(19|20|21)\d\d")


def reached(levels: Mapping[str, float], month: int) -> float | None:
    """The last level of a stage that is reached by a calendar month; None before the first."""
    stated = [(month_number(name), power) for name, power in levels.items()]
    past = [entry for entry in stated if entry[0] <= month]
    return max(past, key=lambda entry: entry[0])[1] if past else None


def months_of(span: str) -> float:
    """The months of the key of a schedule."""
    return parse_quantity(span, parse_unit("month"))


def _rates(at: Places, fx: Mapping[str, float]) -> Found:
    for code in fx:
        given = at.given(f"fx.{code}")
        if "/" in given and rate_of(given.strip("'\""), code) is None:
            yield at.problem("not_a_quantity", f"fx.{code}", given, f"a rate of {code} against USD: 1.08 USD/{code}")


def _business(at: Places, business: Mapping[str, Business]) -> Found:
    total = sum(part.share for part in business.values())
    if business and abs(total - 1) > ROUNDING:
        yield at.problem(
            "not_allowed", "business", f"shares that sum to {total:.4g}", "shares of revenue that sum to 1"
        )


def _stages(at: Places, blocks: Mapping[str, BlockChapter]) -> Found:
    for name, block in blocks.items():
        if block.power is None:
            continue
        for stage in dict.fromkeys(stage for pair in WITHIN for stage in pair):
            yield from _cumulative(at, f"blocks.{name}.power.{stage}", getattr(block.power, stage) or {})
        for inner, outer in WITHIN:
            yield from _within(at, f"blocks.{name}.power", block.power, inner, outer)


def _cumulative(at: Places, path: str, levels: Mapping[str, float]) -> Found:
    """Where a stage falls: levels count from the start, and what ends is said by the block's contracts."""
    months = sorted(levels, key=month_number)
    for before, month in pairwise(months):
        if levels[month] < levels[before] * (1 - ROUNDING):
            given = f"{levels[month] / 1e3:,.6g} MW in {month}"
            expected = f"at least the {levels[before] / 1e3:,.6g} MW of {before}: levels are cumulative"
            yield at.problem("out_of_order", f"{path}.{month}", given, expected)
            return


def _within(at: Places, path: str, power: Stages | None, inner: str, outer: str) -> Found:
    """Where more of a block is in a stage than in the one that it must be in before."""
    smaller, larger = getattr(power, inner), getattr(power, outer)
    for month in sorted({*smaller, *larger}) if smaller and larger else ():
        less, more = (reached(levels, month_number(month)) for levels in (smaller, larger))
        if less is not None and more is not None and less > more * (1 + ROUNDING):
            where = f"{path}.{inner}.{month}" if month in smaller else f"{path}.{outer}.{month}"
            given = f"{less / 1e3:,.6g} MW {inner} in {month}"
            yield at.problem("out_of_order", where, given, f"at most what is {outer} then, {more / 1e3:,.6g} MW")
            return


def _customers(at: Places, blocks: Mapping[str, BlockChapter]) -> Found:
    for name, block in blocks.items():
        stated = [customer.share for customer in block.customers.values() if customer.share is not None]
        path = f"blocks.{name}.customers"
        if sum(stated) > 1 + ROUNDING:
            yield at.problem("above_limit", path, f"shares that sum to {100 * sum(stated):.4g} %", "at most 100 %")
        elif len(stated) == len(block.customers) > 0 and sum(stated) < 1 - ROUNDING:
            hint = "add the rest: others: {buyer: various}"
            given = f"shares that sum to {100 * sum(stated):.4g} %"
            yield at.problem("not_allowed", path, given, "shares of the block that sum to 100 %", hint)


def _block_terms(at: Places, blocks: Mapping[str, BlockChapter]) -> Found:
    for name, block in blocks.items():
        path = f"blocks.{name}"
        if block.factory is not None:
            for other in sorted(block.model_fields_set - set(UNDERWRITTEN)):
                given = f"factory and {other}"
                yield at.problem("one_of", f"{path}.{other}", given, "the factory's own file says it", key=True)
            continue
        if block.until is not None and block.tenor_left is not None:
            yield at.problem("one_of", f"{path}.tenor_left", "until and tenor_left", "one of them", key=True)
        if block.starts is not None and block.full is not None and block.starts > block.full:
            after = f"a month up to full, {month_name(block.full)}"
            yield at.wrong("dates_out_of_order", f"{path}.starts", after)
        begins = block.full if block.full is not None else block.starts
        if begins is not None and block.until is not None and block.until < begins:
            yield at.wrong("dates_out_of_order", f"{path}.until", f"a month after it is full, {month_name(begins)}")
        if block.owed is not None and not block.up_to:
            hint = "up_to: true where value is the most that the buyer may take"
            yield at.problem("missing", f"{path}.up_to", "owed without up_to", "up_to: true beside it", hint)
        for field in ("up_to", "prepayment", "in_book"):
            if getattr(block, field) is not None and block.value is None and block.deal is None:
                given = f"{field} without a value"
                yield at.problem("missing", f"{path}.{field}", given, "value or deal beside it", key=True)


def _book(at: Places, book: BookChapter) -> Found:
    if book.amount is not None and book.deferred is not None and book.deferred > book.amount:
        most = f"at most the book, {book.amount / 1e9:,.6g} bn USD: deferred revenue is part of it"
        yield at.wrong("above_limit", "book.deferred", most)
    schedule = book.schedule or {}
    total = sum(schedule.values())
    if total > 1 + ROUNDING:
        expected = "at most 100 %: each is what comes after the one before"
        yield at.problem("above_limit", "book.schedule", f"shares that sum to {100 * total:.4g} %", expected)
    spans = [months_of(span) for span in schedule]
    if spans != sorted(set(spans)):
        yield at.problem("dates_out_of_order", "book.schedule", ", ".join(schedule), "times that rise, each once")


def _facilities(at: Places, debt: Mapping[str, FacilityChapter]) -> Found:
    for name, facility in debt.items():
        due = facility.due or {}
        for year in due:
            if not _YEAR.fullmatch(year):
                yield at.problem("not_a_date", f"debt.{name}.due.{year}", year, "a calendar year: 2026", key=True)
        total = sum(due.values())
        if facility.balance is not None and total > facility.balance * (1 + ROUNDING):
            most = f"at most the balance, {facility.balance / 1e6:,.6g} million USD"
            yield at.problem("above_limit", f"debt.{name}.due", f"{total / 1e6:,.6g} million USD", most)


def _leases(at: Places, leases: LeasesChapter, blocks: Mapping[str, BlockChapter]) -> Found:
    rents = [block.shell for block in blocks.values() if block.shell and block.shell.rent is not None]
    if leases.counted == "claim" and not rents:
        expected = "counted: rent, or the rents at blocks.NAME.shell.rent that its cost then leaves out"
        hint = "a liability counted while its rent stays in the margin counts the leases both ways"
        yield at.problem("one_of", "leases.counted", "claim, and rent in the contract margin", expected, hint)


def _holders(shares: SharesChapter) -> Iterator[tuple[str, str]]:
    for chapter in HOLDERS:
        for name in getattr(shares, chapter):
            yield f"shares.{chapter}.{name}", re.sub(r"[\W_]+", "", name.casefold())


def _share_names(at: Places, shares: SharesChapter) -> Found:
    known: dict[str, str] = {}
    for path, name in _holders(shares):
        first = known.setdefault(name, path)
        if first != path:
            yield at.problem(
                "duplicate_key", path, path.rpartition(".")[2], "each name once", f"also {first}", key=True
            )


def _share_count(at: Places, shares: SharesChapter) -> Found:
    if shares.classes and not sum(shares.classes.values()) > 0:
        hint = "leave the classes out where no count is known"
        yield at.problem("not_allowed", "shares.classes", "no share at all", "shares that sum to more than none", hint)


def _segment(at: Places, parent: str, shares: SharesChapter) -> Found:
    del shares
    given = f"shares of a segment of {parent}"
    yield at.problem("one_of", "shares", given, "parent or shares: a segment has no shares", key=True)


CHECKS: tuple[Callable[..., Found], ...] = (
    _rates,
    _business,
    _stages,
    _customers,
    _block_terms,
    _book,
    _facilities,
    _leases,
    _share_names,
    _share_count,
    _segment,
    *source_checks.CHECKS,
)
