"""The book's inputs: every contract expanded into one part a phase, leases likewise, and the market."""

from __future__ import annotations

from computefactory.offtake import inputs
from computefactory.schema import derive, resolve_terms
from computefactory.schema.contracts import FirmTerms, Floor, HourTerms, LeaseTerms, MinimumVolume, Mining, OnDemand
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_credit import buyer, guarantee
from computefactory.schema.resolve_currency import rising
from computefactory.schema.resolve_dates import Calendar, PhaseDates
from computefactory.units import (
    Count,
    HourPerMonth,
    Kw,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKwh,
    UsdPerKwMonth,
)

__all__ = ["offtake"]

RANKS = {"take_or_pay": 1, "minimum_volume": 2, "on_demand": 3, "floor": 4}


def offtake(sources: Sources, dates: Calendar) -> inputs.Offtake:
    """All parts of all contracts; contracts in the order in which they are served."""
    book = sources.document.model.offtake
    hourly = {name: terms for name, terms in book.items() if isinstance(terms, HourTerms)}
    ranked = sorted(hourly.items(), key=lambda item: (isinstance(item[1], Floor), item[1].rank or RANKS[item[1].kind]))
    contracts = [part for name, terms in ranked for part in _contract(sources, dates, name, terms)]
    leases = [part for name in book if name not in hourly for part in _lease(sources, dates, name)]
    return inputs.Offtake(tuple(contracts), tuple(leases), _merchant(sources, dates))


def _contract(sources: Sources, dates: Calendar, name: str, terms: HourTerms) -> list[inputs.Contract]:
    """One part a phase, each with its own tenor and prepayment."""
    path = f"offtake.{name}"
    tenor = sources.required(f"{path}.tenor", Month)
    found = buyer(sources, path, tenor)
    ramp = sources.given(f"{path}.ramp") or sources.derive(derive.all_reserved)
    escalator = sources.get(f"{path}.escalator", PerYear, ("contract", "default", "escalator"))
    escalator = rising(sources, f"{path}.price", escalator)
    passed = sources.given(f"{path}.electricity")
    shared = (
        found
        | _volume(sources, path, terms)
        | {
            "contract": sources.name_at(path, name),
            "tenor": tenor,
            "escalator": escalator,
            "billing_hours": _billing(sources, path, terms),
            "power_passed_through": sources.derive(derive.passed_through, passed)
            if passed
            else sources.derive(derive.no),
            "payment_terms": resolve_terms.payment_terms(sources, path),
            "floor": sources.derive(derive.yes if isinstance(terms, Floor) else derive.no),
            **resolve_terms.service_level(sources, path),
        }
    )
    limit = sources.given(f"{path}.limit", Usd) if isinstance(terms, Floor) else None
    unlimited = sources.derive(derive.no_limit)
    signed = None if isinstance(terms, OnDemand) else sources.given(f"{path}.signed", "month")
    shared["signed"] = dates.from_start(sources, signed) if signed else sources.derive(derive.never_signed)
    total = sources.required(f"{path}.accelerators", Count)
    accelerators = [sources.derive(derive.phase_accelerators, total, phase.share) for phase in dates.phases]
    owed = shared["committed"] if isinstance(terms, MinimumVolume) else sources.derive(derive.yes)
    parts_of = [item for part in zip(accelerators, dates.starts[name], strict=True) for item in part]
    terms_of = (escalator, tenor, shared["billing_hours"], owed, ramp, *parts_of)
    price = sources.given(f"{path}.price", UsdPerAcceleratorHour) or sources.derive(
        derive.price_of_value, sources.required(f"{path}.total_value", Usd), *terms_of
    )
    shared |= {"price": price, **resolve_terms.extension(sources, path, price, escalator, tenor)}
    parts = []
    for place, phase in enumerate(dates.phases):
        begins = dates.starts[name][place]
        start = dates.from_start(sources, begins)
        late, lost = resolve_terms.lateness(sources, path, dates, phase.share, begins, dates.promised[name][place])
        bill = sources.derive(derive.bill_of_hours, accelerators[place], price, shared["billing_hours"], owed)
        part = (
            shared
            | late
            | {
                "name": _part_name(sources, shared["contract"], phase),
                "accelerators": accelerators[place],
                "start": start,
                "limit": sources.derive(derive.phase_money, limit, phase.share) if limit else unlimited,
                "ramp": _series(sources, derive.ramp_series, ramp, begins, dates),
                "use": _series(sources, derive.use_series, sources.given(f"{path}.used"), begins, dates)
                if isinstance(terms, MinimumVolume)
                else sources.derive(derive.even, dates.timeline),
                **resolve_terms.prepayment(sources, dates, name, place, begins, start, (price, *terms_of)),
                **resolve_terms.exits(sources, path, phase.share, tenor, escalator, ramp, bill, lost),
                **guarantee(sources, path, found, phase.share),
            }
        )
        part["guaranteed"] = found["guaranteed"]
        parts.append(sources.make(inputs.Contract, f"offtake.contracts.{name} {phase.name}", **part))
    return parts


def _series(sources: Sources, function: object, listed: Traced | None, begins: Traced, dates: Calendar) -> Traced:
    """What is listed by age, over the months of the timeline."""
    if listed is None or not listed.value:
        return sources.derive(derive.even, dates.timeline)
    return sources.derive(function, listed, begins, dates.timeline)  # type: ignore[arg-type]


def _volume(sources: Sources, path: str, terms: HourTerms) -> dict[str, Traced]:
    """How much is owed, how much is used, and what becomes of the difference."""
    plain = {"shortfall": sources.derive(derive.yes), "make_up": sources.derive(derive.at_once)}
    if isinstance(terms, MinimumVolume):
        used = sources.required(f"{path}.used")
        return {
            "committed": sources.required(f"{path}.minimum", One),
            "sold": sources.derive(derive.last_use, used),
            "shortfall": sources.given(f"{path}.shortfall", One) or plain["shortfall"],
            "make_up": sources.given(f"{path}.make_up", Month) or plain["make_up"],
        }
    if isinstance(terms, OnDemand):
        sold = sources.required(f"{path}.share_sold", One)
        return plain | {"committed": sources.derive(derive.no), "sold": sold}
    owed = derive.no if isinstance(terms, Floor) else derive.yes
    return plain | {"committed": sources.derive(owed), "sold": sources.derive(derive.yes)}


def _billing(sources: Sources, path: str, terms: HourTerms) -> Traced:
    """Hours of a standard month; 0 where the calendar's are billed, as they are on demand and by a floor."""
    if not isinstance(terms, FirmTerms) or terms.billing == "calendar":
        return sources.derive(derive.calendar_hours)
    return sources.get(f"{path}.billing_hours", HourPerMonth, ("contract", "default", "billing_hours"))


def _part_name(sources: Sources, contract: Traced, phase: PhaseDates) -> Traced:
    return sources.derive(derive.part_name, contract, sources.kept(f"plant.phases.{phase.name}.name"))


def _lease(sources: Sources, dates: Calendar, name: str) -> list[inputs.Lease]:
    """One part a phase; power that mines is one that nobody owes anything for."""
    path = f"offtake.{name}"
    terms = sources.document.model.offtake[name]
    tenor = sources.required(f"{path}.tenor", Month)
    escalator = sources.get(f"{path}.escalator", PerYear, ("contract", "default", "lease_escalator"))
    escalator = rising(sources, f"{path}.price", escalator)
    power = sources.required(f"{path}.power", Kw)
    found = buyer(sources, path, tenor)
    none, nothing = sources.derive(derive.no), sources.derive(derive.no_long_stop)
    shared = found | {
        "contract": sources.name_at(path, name),
        "tenor": tenor,
        "payment_terms": resolve_terms.payment_terms(sources, path),
    }
    if isinstance(terms, LeaseTerms):
        expenses = sources.given(f"{path}.expenses")
        shared |= {
            "committed": sources.derive(derive.yes),
            "signed": dates.from_start(sources, sources.required(f"{path}.signed", "month")),
            "escalator": escalator,
            "price": sources.given(f"{path}.price", UsdPerKwMonth)
            or sources.derive(
                derive.rent_of_value, sources.required(f"{path}.total_value", Usd), escalator, tenor, power
            ),
            "power_passed_through": sources.derive(derive.passed_through, sources.required(f"{path}.electricity")),
            "full_draw": none,
            "upkeep_passed": sources.derive(derive.upkeep_passed, expenses) if expenses else none,
            "property_tax_passed": sources.derive(derive.property_tax_passed, expenses) if expenses else none,
        }
    else:
        shared |= {
            "committed": none,
            "signed": sources.derive(derive.never_signed),
            "escalator": sources.given(f"{path}.escalator", PerYear) or sources.derive(derive.no_hazard),
            "price": sources.derive(derive.rent_of_mining, sources.required(f"{path}.price", UsdPerKwh)),
            "power_passed_through": none,
            "full_draw": sources.derive(derive.yes),
            "upkeep_passed": none,
            "property_tax_passed": none,
        }
    parts = []
    for phase, begins in zip(dates.phases, dates.starts[name], strict=True):
        let = sources.derive(derive.phase_power, power, phase.share)
        bill = sources.derive(derive.bill_of_power, let, shared["price"])
        ramp = sources.derive(derive.all_reserved)
        part = shared | {
            "name": _part_name(sources, shared["contract"], phase),
            "power": let,
            "start": dates.from_start(sources, begins),
            "path": _path(sources, path, begins, dates)
            if isinstance(terms, Mining)
            else sources.derive(derive.even, dates.timeline),
            **resolve_terms.exits(sources, path, phase.share, tenor, shared["escalator"], ramp, bill, nothing),
            **guarantee(sources, path, found, phase.share),
        }
        part["guaranteed"] = found["guaranteed"]
        parts.append(sources.make(inputs.Lease, f"offtake.leases.{name} {phase.name}", **part))
    return parts


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


def _merchant(sources: Sources, dates: Calendar) -> inputs.Merchant:
    system = sources.document.model.silicon.system
    tier = sources.get("merchant.tier", "text", ("merchant", "default", "tier"))
    commitment = sources.get("merchant.commitment", "text", ("merchant", "default", "commitment"))
    row = f"{system}/{tier.value}/{commitment.value}"
    price = MISSING  # one problem is enough for a system that the library does not know
    if ("system", system) not in sources.unknown:
        price = sources.get("merchant.price", UsdPerAcceleratorHour, ("merchant", row, "price_new"))
    begins = sources.given("merchant.path_from", "month") or dates.full_operation
    return sources.make(
        inputs.Merchant,
        "offtake.merchant",
        price_new=price,
        path=_path(sources, "merchant", begins, dates),
        decline=sources.get("merchant.decline", PerYear, ("merchant", "default", "decline")),
        sold=sources.get("merchant.sold", One, ("merchant", "default", "sold")),
        tier=tier,
        commitment=commitment,
        void=sources.get("merchant.void", Month, ("merchant", "default", "void")),
        wrong_way=sources.get("merchant.wrong_way", One, ("merchant", "default", "wrong_way")),
    )
