"""The terms of a valuation: what it takes from the file and the library beside the factory's own inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from computefactory.library.peers import LAYERS, multiple_of, peers_at
from computefactory.schema import derive
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve import Factory
from computefactory.units import Month, One, PerYear, Usd
from computefactory.valuation import Buyer, Estimate, Holder, ShellAsset, ValuationTerms

__all__ = ["UNRATED", "Question", "valued"]

UNRATED = "unrated"
NONE_KNOWN = "no such company's multiple was known at that date"
ESTIMATES = {"low": derive.lowest_of, "middle": derive.median_of, "high": derive.highest_of}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the month (calendar months from month 0; None: full operation), how default and leases count."""

    date: float | None = None
    expected: bool = False
    leases_as_debt: bool = False


def valued(factory: Factory, question: Question) -> Factory:
    """The factory with the terms of its valuation."""
    sources = Sources(factory.document, factory.library, factory.varied, factory.origins)
    full = sources.kept("finance.full_operation")
    date = full if question.date is None else sources.asked("date", question.date, Month)
    finished = np.all(np.asarray(date.value) >= factory.finance.full_operation)
    terms = fill(
        sources,
        ValuationTerms,
        "valuation",
        "capital.claims",
        valuation_date=date,
        default_in_cash=sources.asked("default in cash", float(question.expected), One),
        leases_as_debt=sources.asked("leases as debt", float(question.leases_as_debt), One),
        market_rate=sources.kept("finance.capital.discount_rate"),
        risk_premium=sources.kept("finance.capital.operating_premium")
        if finished
        else sources.fact(PerYear, "capital", "default", "unfinished_premium"),
        contracts=tuple(_buyers(sources, "contracts", factory.offtake.contracts, date)),
        leases=tuple(_buyers(sources, "leases", factory.offtake.leases, date)),
        assets=tuple(_asset(sources, item.name) for item in factory.finance.assets),
        status=sources.kept("plant.interconnection.status"),
        estimates=tuple(_estimates(sources, int(np.min(date.value)) + factory.timeline.start)),
        holders=tuple(_holders(sources)),
    )
    sources.check()
    return replace(factory, origins=sources.origins, valuation=terms)


def _buyers(sources: Sources, book: str, parts: tuple[Any, ...], date: Traced) -> Iterator[Buyer]:
    """The rates of each part of the book."""
    points = [
        point
        for name in sources.library.fields("risk_free", "USD")
        for rate in [sources.fact(PerYear, "risk_free", "USD", name)]
        for point in (sources.named_by(rate, name.removeprefix("month_")), rate)
    ]
    for part in parts:
        kept = {name: sources.kept(f"offtake.{book}.{part.name}.{name}") for name in ("name", "contract", "credit")}
        dates = [sources.kept(f"offtake.{book}.{part.name}.{name}") for name in ("start", "tenor", "committed_until")]
        left = sources.derive(derive.tenor_left, *dates, date)
        letter = sources.fact("text", "rating", part.credit or UNRATED, "letter")
        yield fill(
            sources,
            Buyer,
            f"valuation.{book}.{part.name}",
            **kept,
            tenor_left=left,
            risk_free=sources.derive(derive.risk_free_at, left, *points),
            spread=sources.fact(PerYear, "credit_spread", letter, "spread"),
        )


def _asset(sources: Sources, name: str) -> ShellAsset:
    layer, named = (sources.kept(f"finance.assets.{name}.{field}") for field in ("layer", "name"))
    return fill(sources, ShellAsset, f"valuation.assets.{name}", name=named, layer=layer)


def _estimates(sources: Sources, month: int) -> Iterator[Estimate]:
    """Low, middle and high of a few companies each, as they were known in a calendar month."""
    share = sources.fact(One, "value", "default", "liquidation_share")
    rows = {layer: _multiples(sources, layer, month) for layer in LAYERS}
    for place, (name, function) in enumerate(ESTIMATES.items()):
        at = sources.asked(name, place)
        multiples = {
            f"{layer}_multiple": sources.derive(function, *facts)
            if facts
            else sources.absent(f"valuation.estimates.{name}.{layer}_multiple", 0.0, One, NONE_KNOWN)
            for layer, facts in rows.items()
        }
        yield fill(
            sources,
            Estimate,
            f"valuation.estimates.{name}",
            name=name,
            place=at,
            liquidation_share=share if name == "middle" else sources.end(share, name),
            **multiples,
        )


def _multiples(sources: Sources, layer: str, month: int) -> list[Traced]:
    """Of every company beside a layer the newest multiple that was known."""
    peers = peers_at(sources.library, layer, month, LAYERS[layer])
    facts = [multiple_of(sources.library, peer, LAYERS[layer]) for peer in peers]
    return [sources.fact(One, fact.table, fact.key, fact.field) for fact in facts if fact is not None]


def _holders(sources: Sources) -> Iterator[Holder]:
    """The shares, then options and notes in the order of the price from which they share in the equity."""
    chapter = sources.model.capital
    claims = chapter.claims if chapter is not None else None
    shares = field_of(sources, ValuationTerms, "shares_stated", "capital.claims")
    start = sources.absent("capital.claims.shares.above", 0.0, Usd, "the shares are held at any price")
    found: list[dict[str, Any]] = [{"name": "shares", "above": start, "shares": shares}]
    for name in claims.options if claims is not None else ():
        count, strike = _both(sources, f"options.{name}", {"count": One, "strike": Usd})
        pays = sources.derive(derive.money_for_shares, count, strike)
        found.append({"name": f"options {name}", "above": strike, "shares": count, "pays": pays})
    for name in claims.convertibles if claims is not None else ():
        owed, price = _both(sources, f"convertibles.{name}", {"amount": Usd, "conversion_price": Usd})
        becomes = sources.derive(derive.shares_at_price, owed, price)
        found.append({"name": f"note {name}", "above": price, "shares": becomes, "owed": owed})
    found.sort(key=lambda holder: float(np.min(holder["above"].value)))
    for holder, after in zip(found, [*found[1:], None], strict=True):
        higher = [after["above"]] if after else []
        ends = {"until": higher[0]} if higher else {}
        last = sources.derive(derive.is_last, holder["above"], *higher)
        yield fill(sources, Holder, f"valuation.holders.{holder['name']}", last=last, **holder, **ends)


def _both(sources: Sources, path: str, units: dict[str, object]) -> list[Traced]:
    return [sources.required(f"capital.claims.{path}.{name}", unit) for name, unit in units.items()]
