"""The end of the page ``book``: contract prices against the market, and what lateness costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from computefactory.offtake.inputs import Contract
from computefactory.page import Cell, Column, Figure, Grid, Of, Section, worked
from computefactory.timeline import month_name

if TYPE_CHECKING:
    from computefactory.studies.book import Book

__all__ = ["lateness", "market"]

HOURS_PER_DAY = 24
MILLION = 1e6
PAID = "sum(over(c_held * c_price_now)) / sum(over(c_held))"
PAID_BY_MARKET = "sum(over(c_merchant_price * c_held)) / sum(over(c_held))"
A_DAY, LARGEST_BILL = "sum(offtake.contracts.damages) * 24", "highest(items(c_base_billed))"
SILICON = (
    "silicon_cost / accelerators_installed",
    "energy_usd_per_accelerator_hour",
    *(f"offtake.merchant.{name}" for name in ("price_new", "decline", "sold")),
    "finance.capital.discount_rate",
    "availability",
)


def market(book: Book) -> Section | None:
    """Price of committed hours against the market price of silicon of the same age."""
    lines, timeline = book.lines, book.result.factory.timeline
    held = np.asarray(lines["c_held"])
    price = np.asarray(lines["c_price_now"])
    weight = held.sum(axis=0) if held.size else np.zeros(timeline.periods)
    paid = (held * price).sum(axis=0) if held.size else weight
    by_market = (held * lines["c_merchant_price"]).sum(axis=0) if held.size else weight
    rows: list[tuple[Cell, ...]] = []
    for year in np.unique(timeline.calendar_year.astype(int)):
        inside = (timeline.calendar_year == year) & (weight > 0)
        if not inside.any():
            continue
        ours = float(paid[inside].sum() / weight[inside].sum())
        market = float(by_market[inside].sum() / weight[inside].sum())
        rows.append((str(year), ours, market, ours / market - 1 if market else None))
    columns = (
        Column("year", "year"),
        Column("contract_usd_per_hour", "contract", "USD/h", of=PAID),
        Column("market_usd_per_hour", "market", "USD/h", of=PAID_BY_MARKET),
        Column("above_market", "above market", "%", of=f"{PAID} / ({PAID_BY_MARKET}) - 1"),
    )
    found = book.market
    if found is None and not rows:
        return None
    figures: tuple[Figure, ...] = ()
    if found:
        figures = (
            Figure(
                "anchor_usd_per_hour",
                "price that would pay an entrant, first year",
                found.anchor,
                "USD/h",
                of=worked("the price whose margins over the life are worth the silicon less its scrap", *SILICON),
            ),
            Figure(
                "running_cost_usd_per_hour",
                "running cost: below it silicon stands",
                found.running,
                "USD/h",
                of=worked(
                    "power of an hour + support of the silicon", *SILICON[:2], "finance.operations.silicon_support"
                ),
            ),
            Figure(
                "best_life_months",
                "life by the replacement rule",
                found.kept.life,
                "months",
                of=worked("the age at which margins and scrap of a chain of replacements are worth most", *SILICON),
            ),
            Figure(
                "life_given_months",
                "economic life as given",
                book.result.factory.finance.economic_life,
                "months",
                of="finance.economic_life",
            ),
        )
    grid = Grid(columns, tuple(rows), places=tuple(Of(month=str(row[0])) for row in rows))
    return Section("market", "Price against the market", figures, grid)


def lateness(book: Book) -> Section | None:
    """What a month of delay costs under the contracts, up to their caps."""
    rows: list[tuple[Cell, ...]] = []
    for entry in book.entries:
        parts = [part for part in entry.parts if isinstance(part, Contract) and part.damages]
        if not parts:
            continue
        rate = sum(part.damages for part in parts) * HOURS_PER_DAY
        cap = sum(part.damages_cap for part in parts)
        stop = max(part.long_stop for part in parts)
        rows.append(
            (
                entry.name,
                rate / MILLION,
                cap / MILLION if cap else None,
                cap / rate if cap else None,
                month_name(int(book.result.factory.timeline.start + stop)) if np.isfinite(stop) else None,
                float(entry.damages.sum()) / MILLION,
                float(entry.billed.max()) / MILLION,
            )
        )
    if not rows:
        return None
    columns = (
        Column("contract", "contract"),
        Column("damages_million_usd_per_day", "a day", "m USD", of=Of(A_DAY, scale=1 / MILLION)),
        Column("cap_million_usd", "cap", "m USD", of=Of("sum(offtake.contracts.damages_cap)", scale=1 / MILLION)),
        Column("days_to_cap", "days to cap", of=f"sum(offtake.contracts.damages_cap) / ({A_DAY})"),
        Column("long_stop", "long stop"),
        Column("due_million_usd", "due as dated", "m USD", of=Of("total(sum(c_damages))", scale=1 / MILLION)),
        Column("bill_million_usd_per_month", "bill a month", "m USD", of=Of(LARGEST_BILL, scale=1 / MILLION)),
    )
    return Section("lateness", "Lateness", grid=Grid(columns, tuple(rows)))
