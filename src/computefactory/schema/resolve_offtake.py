"""The book's inputs: every contract expanded into one part a phase, leases likewise, and the market."""

from __future__ import annotations

from computefactory.offtake import inputs
from computefactory.schema import derive
from computefactory.schema.contracts import OnDemand, TakeOrPay
from computefactory.schema.origin import MISSING, Sources, Traced
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
    UsdPerKwMonth,
)

__all__ = ["offtake"]

UNRATED = "unrated"


def offtake(sources: Sources, dates: Calendar) -> inputs.Offtake:
    """All parts of all contracts."""
    contracts: list[inputs.Contract] = []
    leases: list[inputs.Lease] = []
    for name, terms in sources.document.model.offtake.items():
        if isinstance(terms, (TakeOrPay, OnDemand)):
            contracts.extend(_contract(sources, dates, name, committed=isinstance(terms, TakeOrPay)))
        else:
            leases.extend(_lease(sources, dates, name))
    return inputs.Offtake(tuple(contracts), tuple(leases), _merchant(sources))


def _contract(sources: Sources, dates: Calendar, name: str, *, committed: bool) -> list[inputs.Contract]:
    """One part a phase, each with its own tenor and prepayment."""
    path = f"offtake.{name}"
    shared = _buyer(sources, path) | {
        "contract": sources.name_at(path, name),
        "tenor": sources.required(f"{path}.tenor", Month),
        "escalator": sources.get(f"{path}.escalator", PerYear, ("contract", "default", "escalator")),
        "committed": sources.derive(derive.yes if committed else derive.no),
        "billing_hours": _billing(sources, path),
    }
    total = sources.required(f"{path}.accelerators", Count)
    accelerators = [sources.derive(derive.phase_accelerators, total, phase.share) for phase in dates.phases]
    shared["price"] = sources.given(f"{path}.price", UsdPerAcceleratorHour) or sources.derive(
        derive.price_of_value,
        sources.required(f"{path}.total_value", Usd),
        shared["escalator"],
        shared["tenor"],
        shared["billing_hours"],
        *(item for part in zip(accelerators, dates.starts[name], strict=True) for item in part),
    )
    if committed:
        shared["sold"] = sources.derive(derive.yes)
        shared["signed"] = dates.from_start(sources, sources.required(f"{path}.signed", "month"))
    else:
        shared["sold"] = sources.required(f"{path}.share_sold", One)
        shared["signed"] = sources.derive(derive.never_signed)
    parts = []
    for place, phase in enumerate(dates.phases):
        title = f"{name} {phase.name}"
        begins = dates.starts[name][place]
        start = dates.from_start(sources, begins)
        part = shared | {
            "name": _part_name(sources, shared["contract"], phase),
            "accelerators": accelerators[place],
            "start": start,
            **_prepayment(sources, dates, name, place, begins, start),
        }
        parts.append(sources.make(inputs.Contract, f"offtake.contracts.{title}", **part))
    return parts


def _prepayment(
    sources: Sources, dates: Calendar, name: str, place: int, begins: Traced, start: Traced
) -> dict[str, Traced]:
    """What is paid ahead of a part; where nothing is, its dates are the start's."""
    path = f"offtake.{name}.prepayment"
    if name not in dates.prepaid:
        return {"prepayment": sources.derive(derive.no), "prepaid": start, "credited_from": start}
    counted = sources.required(f"{path}.credited_from", Month)
    return {
        "prepayment": sources.required(f"{path}.share", One),
        "prepaid": dates.from_start(sources, dates.prepaid[name][place]),
        "credited_from": sources.derive(derive.credited_month, begins, counted, dates.month_0),
    }


def _billing(sources: Sources, path: str) -> Traced:
    """Hours of a standard month; 0 where the calendar's are billed, as they are on demand."""
    terms = sources.document.model.offtake[path.removeprefix("offtake.")]
    if isinstance(terms, OnDemand) or (isinstance(terms, TakeOrPay) and terms.billing == "calendar"):
        return sources.derive(derive.calendar_hours)
    return sources.get(f"{path}.billing_hours", HourPerMonth, ("contract", "default", "billing_hours"))


def _part_name(sources: Sources, contract: Traced, phase: PhaseDates) -> Traced:
    return sources.derive(derive.part_name, contract, sources.kept(f"plant.phases.{phase.name}.name"))


def _lease(sources: Sources, dates: Calendar, name: str) -> list[inputs.Lease]:
    path = f"offtake.{name}"
    shared = _buyer(sources, path) | {
        "contract": sources.name_at(path, name),
        "tenor": sources.required(f"{path}.tenor", Month),
        "escalator": sources.get(f"{path}.escalator", PerYear, ("contract", "default", "lease_escalator")),
        "committed": sources.derive(derive.yes),
        "signed": dates.from_start(sources, sources.required(f"{path}.signed", "month")),
        "price": sources.required(f"{path}.price", UsdPerKwMonth),
        "power_passed_through": sources.derive(derive.passed_through, sources.required(f"{path}.electricity")),
    }
    power = sources.required(f"{path}.power", Kw)
    parts = []
    for phase, begins in zip(dates.phases, dates.starts[name], strict=True):
        part = shared | {
            "name": _part_name(sources, shared["contract"], phase),
            "power": sources.derive(derive.phase_power, power, phase.share),
            "start": dates.from_start(sources, begins),
        }
        parts.append(sources.make(inputs.Lease, f"offtake.leases.{name} {phase.name}", **part))
    return parts


def _buyer(sources: Sources, path: str) -> dict[str, Traced]:
    """Who buys, and how likely it is to pay; a buyer without a rating counts as unrated."""
    buyer = sources.given(f"{path}.buyer")
    stated = sources.given(f"{path}.rating")
    if stated is None and buyer is not None:
        stated = sources.fact("text", "buyer", buyer.value, "rating", path=f"{path}.rating", named_by=f"{path}.buyer")
    rated = stated is not None and stated.value != UNRATED
    grade = stated if rated and stated else UNRATED
    named_by = f"{path}.rating" if sources.given(f"{path}.rating") else ""
    guaranteed = sources.given(f"{path}.guaranteed")
    if rated:
        number = sources.fact(One, "rating", grade, "number", named_by=named_by)
    else:
        number = sources.derive(derive.unknown)
    return {
        "kind": sources.required(f"{path}.kind"),
        "buyer": buyer or sources.derive(derive.no_buyer),
        "rating": stated if rated and stated else sources.derive(derive.unrated),
        "rating_number": number,
        "guaranteed": sources.derive(derive.flag, guaranteed) if guaranteed else sources.derive(derive.no),
        "hazard": sources.get(f"{path}.hazard", PerYear, ("rating", grade, "hazard"), named_by=named_by),
    }


def _merchant(sources: Sources) -> inputs.Merchant:
    system = sources.document.model.silicon.system
    tier = sources.get("merchant.tier", "text", ("merchant", "default", "tier"))
    commitment = sources.get("merchant.commitment", "text", ("merchant", "default", "commitment"))
    row = f"{system}/{tier.value}/{commitment.value}"
    price = MISSING  # one problem is enough for a system that the library does not know
    if ("system", system) not in sources.unknown:
        price = sources.get("merchant.price", UsdPerAcceleratorHour, ("merchant", row, "price_new"))
    return sources.make(
        inputs.Merchant,
        "offtake.merchant",
        price_new=price,
        decline=sources.get("merchant.decline", PerYear, ("merchant", "default", "decline")),
        sold=sources.get("merchant.sold", One, ("merchant", "default", "sold")),
        tier=tier,
        commitment=commitment,
    )
