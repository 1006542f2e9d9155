"""The book's inputs: every contract expanded into one part a phase, leases likewise, and the market."""

from __future__ import annotations

from typing import Any

import numpy as np

from computefactory.offtake import inputs
from computefactory.plant.inputs.clusters import FIRST
from computefactory.schema import derive
from computefactory.schema.contracts import FirmTerms, Floor, HourTerms, LeaseTerms, Mining, OfftakeTerms, OnDemand
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_credit import buyer, credit, guarantee
from computefactory.schema.resolve_dates import Calendar, PartDates
from computefactory.schema.resolve_events import ended, way_out
from computefactory.schema.schedule import chapter_of
from computefactory.units import (
    Count,
    HourPerMonth,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKw,
    UsdPerKwh,
    UsdPerKwMonth,
)

__all__ = ["market_price", "offtake"]

TOLERANCE = 1 + 1e-9
RANKS = {"take_or_pay": 1, "minimum_volume": 2, "on_demand": 3, "floor": 4}


def offtake(sources: Sources, dates: Calendar) -> inputs.Offtake:
    """All parts of all contracts; contracts in the order in which they are served."""
    book = sources.model.offtake
    hourly = {name: terms for name, terms in book.items() if isinstance(terms, HourTerms)}
    ranked = sorted(hourly.items(), key=lambda item: (isinstance(item[1], Floor), item[1].rank or RANKS[item[1].kind]))
    exposed = _exposures(sources, dates)
    if len(hourly) == 1:
        sources.account.idle(f"offtake.{next(iter(hourly))}.rank", "it alone is sold by the hour")
    contracts = [part for name, terms in ranked for part in _contract(sources, dates, name, terms, exposed[name])]
    leases = [part for name in book if name not in hourly for part in _lease(sources, dates, name, exposed[name])]
    return inputs.Offtake(tuple(contracts), tuple(leases), _merchant(sources, dates))


def _contract(
    sources: Sources, dates: Calendar, name: str, terms: HourTerms, exposed: dict[str, Traced]
) -> list[inputs.Contract]:
    """One part a phase, each with its own tenor and prepayment."""
    path = f"offtake.{name}"
    if isinstance(terms, OnDemand):
        _compare(sources, path, terms)
    ramp = sources.given(f"{path}.ramp") or sources.absent(f"{path}.ramp", (), "", "no ramp: all from the first month")
    shared = _shared(sources, dates, path, name, exposed)
    total = sources.required(f"{path}.accelerators", Count)
    accelerators = [sources.derive(derive.phase_accelerators, total, part.share) for part in dates.parts[name]]
    owed = sources.given(f"{path}.minimum", One, some=True)
    owed = owed or sources.absent(f"{path}.minimum", 1.0, One, "all that is reserved is billed")
    sized = list(zip(accelerators, dates.parts[name], strict=True))
    agreed = [item for count, part in sized for item in (count, part.promised, part.agreed)]
    now = [item for count, part in sized for item in (count, part.begins, part.tenor)]
    escalator = field_of(sources, inputs.Contract, "escalator", path)
    billing = _billing(sources, path, terms)
    terms_of = (escalator, billing, owed, ramp)
    price = sources.given(f"{path}.price", UsdPerAcceleratorHour) or sources.derive(
        derive.price_of_value, sources.required(f"{path}.total_value", Usd), *terms_of, *agreed
    )
    parts = []
    for count, part in sized:
        late, lost = _lateness(sources, path, dates, part)
        bill = sources.derive(derive.bill_of_hours, count, price, billing, owed)
        own = (
            shared
            | _of_part(sources, shared["contract"], part)
            | {
                "accelerators": count,
                "price": price,
                "escalator": escalator,
                "billing_hours": billing,
                **late,
                **_prepayment(sources, dates, path, part, price, *terms_of, *now),
                **_exits(sources, path, part.share, lost, part.tenor, escalator, ramp, bill),
                **_ended(sources, dates, path, part, shared, escalator, ramp, bill),
            }
        )
        parts.append(fill(sources, inputs.Contract, f"offtake.contracts.{name} {part.phase.name}", path, **own))
    return parts


def _shared(sources: Sources, dates: Calendar, path: str, name: str, exposed: dict[str, Traced]) -> dict[str, Any]:
    """What all parts of a contract or lease share and their fields cannot say."""
    return {
        "contract": sources.name_at(path, name),
        "month_0": dates.month_0,
        "timeline": dates.timeline,
        **exposed,
        **buyer(sources, path),
        **guarantee(sources, path),
        **credit(sources, name),
    }


def _exposures(sources: Sources, dates: Calendar) -> dict[str, dict[str, Traced]]:
    """When each buyer's curve begins, and when the last of its contracts ends: one for all that it has signed."""
    groups: dict[tuple[str | None, str], list[str]] = {}
    for name, terms in sources.model.offtake.items():
        groups.setdefault((terms.buyer, "" if terms.buyer else name), []).append(name)
    return {name: found for names in groups.values() for found in [_exposure(sources, dates, names)] for name in names}


def _exposure(sources: Sources, dates: Calendar, names: list[str]) -> dict[str, Traced]:
    """The same of one buyer's contracts."""
    signed = [month for name in names if (month := sources.given(f"offtake.{name}.signed", "month", some=True))]
    parts = [part for name in names for part in dates.parts[name]]
    first = sources.derive(derive.first_month, *(signed or [part.begins for part in parts]))
    ends = [sources.derive(derive.ends, part.begins, part.tenor) for part in parts]
    return {
        "exposed": sources.derive(derive.exposed, first, dates.month_0),
        "last_end": dates.from_start(sources, sources.derive(derive.last_of, *ends)),
    }


def _billing(sources: Sources, path: str, terms: HourTerms) -> Traced:
    """Hours of a standard month; 0 where the calendar's are billed, as they are on demand and by a floor."""
    if not isinstance(terms, FirmTerms) or terms.billing == "calendar":
        return sources.absent(f"{path}.billing_hours", 0.0, HourPerMonth, "billed by the hours of the calendar")
    return sources.get(f"{path}.billing_hours", HourPerMonth, ("contract", "default", "billing_hours"))


def _of_part(sources: Sources, contract: Traced, part: PartDates) -> dict[str, Any]:
    """What a part has of its phase."""
    phase = sources.kept(f"plant.phases.{part.phase.name}.name")
    return {
        "name": sources.derive(derive.part_name, contract, phase),
        "phase": part.place,
        "begins": part.begins,
        "tenor": part.tenor,
        "share": part.share,
    }


def _terms_at(sources: Sources, path: str) -> OfftakeTerms:
    """The file's model of a contract."""
    terms: OfftakeTerms = sources.model.offtake[path.removeprefix("offtake.")]
    return terms


def _exits(sources: Sources, path: str, share: Traced, lost: Traced | None, *bill: Traced) -> dict[str, Traced]:
    """The exit at convenience that costs the buyer least, and its fee; nothing where there is none.

    ``bill`` is the tenor, the escalator, the ramp and the bill of a month of the first year.
    """
    groups: list[Traced] = []
    for name, way in (_terms_at(sources, path).exits or {}).items():
        if isinstance(_terms_at(sources, path), (OnDemand, Mining)):
            for field in way.model_fields_set:
                why = "nobody owes anything under a contract of its kind"
                sources.account.idle(f"{path}.exits.{name}.{field}", why)
        if way.cause != "convenience":
            continue
        notice, wait, *fees = way_out(sources, f"{path}.exits.{name}", share)
        groups += [sources.derive(derive.first_exit, bill[0], notice, wait), *fees]
    if not groups and (lost is None or lost.value == 0):
        return {}
    lost = lost or sources.absent(f"{path}.delay.long_stop", 0.0, One, "no date lets the buyer leave")
    facts = (*bill, lost, *groups)
    return {
        "committed_until": sources.derive(derive.committed_until, *facts),
        "exit_fee": sources.derive(derive.exit_fee, *facts),
    }


def _ended(
    sources: Sources, dates: Calendar, path: str, part: PartDates, shared: dict[str, Any], *bill: Traced
) -> dict[str, Traced]:
    """What an event does to a part of a contract."""
    starts = tuple(each.begins for each in dates.parts[path.removeprefix("offtake.")])
    guaranteed = shared.get("guarantee_full")
    return ended(sources, dates.month_0, path, starts, part.begins, part.share, guaranteed, part.tenor, *bill)


def _lateness(sources: Sources, path: str, dates: Calendar, part: PartDates) -> tuple[dict[str, Traced], Traced | None]:
    """Dates of a part that is paid for while it is late, and whether a long stop has passed."""
    terms = _terms_at(sources, path)
    at = f"{path}.delay"
    if not isinstance(terms, FirmTerms) or terms.delay is None:
        return {}, None
    guaranteed = sources.given(f"{at}.guaranteed", "month") or part.promised
    stop = sources.given(f"{at}.long_stop", Month)
    found = {"guaranteed_start": dates.from_start(sources, guaranteed)}
    if stop is None:
        return found, None
    last = dates.from_start(sources, sources.derive(derive.later, guaranteed, stop))
    return found | {"long_stop": last}, sources.derive(derive.past_long_stop, part.begins, guaranteed, stop)


def _prepayment(sources: Sources, dates: Calendar, path: str, part: PartDates, *value: Traced) -> dict[str, Traced]:
    """When a part is paid ahead, and a sum paid ahead as a share of its value."""
    if part.prepaid is None:
        return {}
    found = {"prepaid": dates.from_start(sources, part.prepaid)}
    at = f"{path}.prepayment.amount"
    amount = sources.given(at, Usd)
    if amount is None:
        return found
    paid = sources.derive(derive.share_of_value, amount, *value)
    if paid.origin is not None and np.any(np.asarray(paid.value) > TOLERANCE):
        worth = float(np.min(np.asarray(amount.value) / np.asarray(paid.value)))
        expected = f"at most the contract's value, {worth:,.0f} USD"
        sources.refuse("above_limit", at, sources.document.places.given(at), expected)
    return found | {"prepayment": paid}


def _lease(sources: Sources, dates: Calendar, name: str, exposed: dict[str, Traced]) -> list[inputs.Lease]:
    """One part a phase; power that mines is one that nobody owes anything for."""
    path = f"offtake.{name}"
    terms = sources.model.offtake[name]
    power = sources.required(f"{path}.power", Kw)
    lets = [sources.derive(derive.phase_power, power, part.share) for part in dates.parts[name]]
    shared = _shared(sources, dates, path, name, exposed)
    if isinstance(terms, LeaseTerms):
        escalator = field_of(sources, inputs.Lease, "escalator", path)
        agreed = [item for let, part in zip(lets, dates.parts[name], strict=True) for item in (let, part.agreed)]
        price = sources.given(f"{path}.price", UsdPerKwMonth) or sources.derive(
            derive.rent_of_value, sources.required(f"{path}.total_value", Usd), escalator, *agreed
        )
    else:
        escalator = sources.stated(f"{path}.escalator", PerYear, 0.0, "the revenue of a kWh does not rise")
        price = sources.derive(derive.rent_of_mining, sources.required(f"{path}.price", UsdPerKwh))
    ramp = sources.absent(f"{path}.ramp", (), "", "no ramp: all from the first month")
    parts = []
    for part, let in zip(dates.parts[name], lets, strict=True):
        bill = sources.derive(derive.bill_of_power, let, price)
        own = (
            shared
            | _of_part(sources, shared["contract"], part)
            | {
                "power": let,
                "price": price,
                "escalator": escalator,
                **_funding(sources, path, part, let),
                **_exits(sources, path, part.share, None, part.tenor, escalator, ramp, bill),
                **_ended(sources, dates, path, part, shared, escalator, ramp, bill),
            }
        )
        if isinstance(terms, Mining) and terms.path:
            own["path"] = _path(sources, path, part.begins, dates)
        parts.append(fill(sources, inputs.Lease, f"offtake.leases.{name} {part.phase.name}", path, **own))
    return parts


def _funding(sources: Sources, path: str, part: PartDates, let: Traced) -> dict[str, Traced]:
    """What the tenant pays of the construction for a part."""
    amount = sources.given(f"{path}.tenant_funding.amount", Usd, some=True)
    rate = sources.given(f"{path}.tenant_funding.per_power", UsdPerKw, some=True)
    if amount:
        return {"funding": sources.derive(derive.phase_money, amount, part.share)}
    return {"funding": sources.derive(derive.funding_by_power, rate, let)} if rate else {}


def _path(sources: Sources, path: str, begins: Traced, dates: Calendar) -> Traced:
    """The price path of the library that the file names; before its start the price stands."""
    named = sources.given(f"{path}.path")
    if named is None:
        return sources.derive(derive.even, dates.timeline)
    months = [field for field in sources.library.fields("hash_path", named.value) if field.startswith("month_")]
    rows = [
        sources.fact(One, "hash_path", named, field, named_by=f"{path}.path")
        for field in sorted(months) or ["month_00"]
    ]
    return sources.derive(derive.path_series, begins, dates.timeline, *rows)


def market_price(sources: Sources, at: str, stated: str) -> Traced:
    """Market price of an hour on new silicon of a generation: as stated, else the library's of its system and tier."""
    system = str(sources.required(f"{at}.system").value)
    tier, commitment = (field_of(sources, inputs.Merchant, name, "merchant").value for name in ("tier", "commitment"))
    fact = ("merchant", f"{system}/{tier}/{commitment}", "price_new")
    if (rent := f"rent_{tier}_{commitment}") in sources.library.fields("system", system):
        fact = ("system", system, rent)
    if ("system", system) in sources.unknown:
        return MISSING  # one problem is enough for a system that the library does not know
    return sources.get(stated, UsdPerAcceleratorHour, fact)


def _compare(sources: Sources, path: str, terms: OnDemand) -> None:
    """Say of a price on demand that it is outside of the library's range for its market, or that there is none."""
    system = sources.required(f"{chapter_of(terms.generation or FIRST)}.system").value
    tier, commitment = (sources.required(f"{path}.{field}").value for field in ("tier", "commitment"))
    row = f"{system}/{tier}/{commitment}"
    known = row in sources.library.keys("merchant")
    origin = sources.fact(UsdPerAcceleratorHour, "merchant", row, "price_new").origin if known else None
    if origin is None or origin.low is None or origin.high is None:
        for field in ("tier", "commitment"):
            why = f"the library has no range of prices of {row} to compare the price with"
            sources.account.idle(f"{path}.{field}", why)
    elif np.any(np.asarray(terms.price) < origin.low) or np.any(np.asarray(terms.price) > origin.high):
        price = sources.document.places.given(f"{path}.price")
        paid = f"{origin.low:g} to {origin.high:g} USD/accelerator-hour"
        sources.account.say(f"{path}.price is {price}: the market {row} pays {paid}")


def _merchant(sources: Sources, dates: Calendar) -> inputs.Merchant:
    price = market_price(sources, "silicon", "merchant.price")
    begins = sources.given("merchant.path_from", "month") or dates.full_operation
    path = _path(sources, "merchant", begins, dates)
    if not sources.given("merchant.path"):
        sources.account.idle("merchant.path_from", "it needs path beside it")
    return fill(sources, inputs.Merchant, "offtake.merchant", "merchant", price_new=price, path=path)
