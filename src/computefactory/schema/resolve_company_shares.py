"""Who shares in the equity of a company: shares, options, units, warrants, notes, shares that may be put.

Stated in the file, else the newest rows of the library: where the file counts the classes all is its own, else rows
give each kind of holder that it leaves out. A share that may be put is a claim at its put price while the value of a
share is below it, and a share above it: it joins like a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from computefactory.schema import derive
from computefactory.schema.figures import Figures
from computefactory.schema.fill import fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_company_notes import Notes
from computefactory.units import One, Shares, Usd, UsdPerShare
from computefactory.valuation import Holder

__all__ = ["basic", "holders"]

CLASSES = ("shares_outstanding_class_a", "shares_outstanding_class_b", "shares_outstanding", "shares")
STRIKES = (  # count and strike of rows
    ("options", "options_outstanding", "options_exercise_price"),
    ("warrants", "warrants_outstanding", "warrants_exercise_price"),
)
UNITS = "rsu_outstanding"
PUT = ("redeemable_class_a_shares", "redeemable_class_a_put_price")


def holders(sources: Sources, figures: Figures, notes: Notes) -> Iterator[Holder]:
    """The shares, then who joins at a price, in the order of that price; none where no share count is known."""
    if sources.document.company.parent is not None:
        return
    held = _classes(sources, figures)
    if not held:
        notes.lack("the number of shares", "value of a share", "shares.classes")
        return
    start = sources.absent("shares.above", 0.0, Usd, "the shares are held at any price")
    found: list[dict[str, Any]] = [
        {"name": "shares", "above": start, "shares": sources.derive(derive.number_of, *held)}
    ]
    found += [*_joining(sources, figures), *_stated(sources)]
    found.sort(key=lambda holder: float(np.min(holder["above"].value)))
    for holder, after in zip(found, [*found[1:], None], strict=True):
        higher = [after["above"]] if after else []
        ends = {"until": higher[0]} if higher else {}
        last = sources.derive(derive.is_last, holder["above"], *higher)
        yield fill(sources, Holder, f"company.holders.{holder['name']}", last=last, **holder, **ends)


def basic(sources: Sources, figures: Figures) -> Traced:
    """All shares outstanding, those that may be put too; 0 where none are known."""
    shares = sources.document.company.shares
    held = [] if sources.document.company.parent is not None else _classes(sources, figures)
    if not held:
        return sources.absent("shares", 0.0, One, "no number of shares is known")
    held += [sources.required(f"shares.redeemable.{name}.count", One) for name in (shares.redeemable if shares else ())]
    if _of_rows(sources, "redeemable") and (row := figures.newest(Shares, "instant", PUT[0])) is not None:
        held.append(row.traced)
    return sources.derive(derive.number_of, *held)


def _classes(sources: Sources, figures: Figures) -> list[Traced]:
    shares = sources.document.company.shares
    if shares is not None and shares.classes:
        return [sources.required(f"shares.classes.{name}", One) for name in shares.classes]
    newest = figures.newest(Shares, "instant", *CLASSES)
    if newest is None:
        return []
    same = [figures.on(Shares, newest.end, name) for name in CLASSES[:2]]
    both = [figure.traced for figure in same if figure is not None]
    return both or [newest.traced]


def _of_rows(sources: Sources, kind: str) -> bool:
    """Whether rows give a kind of holder: the file neither counts the classes nor states that kind."""
    shares = sources.document.company.shares
    return shares is None or not (shares.classes or getattr(shares, kind))


def _joining(sources: Sources, figures: Figures) -> Iterator[dict[str, Any]]:
    """Options, units, warrants and shares that may be put, as rows give them."""
    for name, counted, priced in STRIKES:
        if not _of_rows(sources, name):
            continue
        count = figures.newest(Shares, "instant", counted)
        strike = figures.newest(UsdPerShare, "instant", priced)
        if count is not None and strike is not None:
            number = sources.derive(derive.number_of, count.traced)
            price = sources.derive(derive.price_of_share, strike.traced)
            yield _option(sources, name, number, price)
    units = figures.newest(Shares, "instant", UNITS)
    if units is not None and _of_rows(sources, "units"):
        yield _unit(sources, "units", sources.derive(derive.number_of, units.traced))
    count, put = (figures.newest(unit, "instant", name) for unit, name in zip((Shares, UsdPerShare), PUT, strict=True))
    if count is not None and put is not None and _of_rows(sources, "redeemable"):
        number = sources.derive(derive.number_of, count.traced)
        yield _put(sources, "redeemable shares", number, sources.derive(derive.price_of_share, put.traced))


def _stated(sources: Sources) -> Iterator[dict[str, Any]]:
    shares = sources.document.company.shares
    if shares is None:
        return
    for kind in ("options", "warrants"):
        for name in getattr(shares, kind):
            path = f"shares.{kind}.{name}"
            yield _option(
                sources,
                f"{kind} {name}",
                sources.required(f"{path}.count", One),
                sources.required(f"{path}.strike", Usd),
            )
    for name in shares.units:
        yield _unit(sources, f"units {name}", sources.required(f"shares.units.{name}", One))
    for name in shares.convertibles:
        path = f"shares.convertibles.{name}"
        owed, price = sources.required(f"{path}.amount", Usd), sources.required(f"{path}.conversion_price", Usd)
        becomes = sources.derive(derive.shares_at_price, owed, price)
        yield {"name": f"note {name}", "above": price, "shares": becomes, "owed": owed}
    for name in shares.redeemable:
        path = f"shares.redeemable.{name}"
        count, put = sources.required(f"{path}.count", One), sources.required(f"{path}.put", Usd)
        yield _put(sources, f"redeemable {name}", count, put)


def _option(sources: Sources, name: str, count: Traced, strike: Traced) -> dict[str, Any]:
    pays = sources.derive(derive.money_for_shares, count, strike)
    return {"name": name, "above": strike, "shares": count, "pays": pays}


def _unit(sources: Sources, name: str, count: Traced) -> dict[str, Any]:
    """Units pay nothing: they are shares at any price."""
    nothing = sources.absent(f"shares.{name}.strike", 0.0, Usd, "units pay no strike")
    return {"name": name, "above": nothing, "shares": count}


def _put(sources: Sources, name: str, count: Traced, put: Traced) -> dict[str, Any]:
    owed = sources.derive(derive.owed_for_put, count, put)
    return {"name": name, "above": put, "shares": count, "owed": owed}
