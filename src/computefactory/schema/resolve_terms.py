"""Terms of one part of a contract: ways out, service levels, lateness, prepayment, extension."""

from __future__ import annotations

import numpy as np

from computefactory.schema import derive
from computefactory.schema.contracts import FirmTerms, OfftakeTerms
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_dates import Calendar
from computefactory.units import Hour, Month, One, Usd, UsdPerAcceleratorHour, UsdPerHour

__all__ = ["exits", "extension", "lateness", "payment_terms", "prepayment", "service_level", "terms_at"]


TOLERANCE = 1 + 1e-9


def terms_at(sources: Sources, path: str) -> OfftakeTerms:
    """The file's model of a contract."""
    terms: OfftakeTerms = sources.document.model.offtake[path.removeprefix("offtake.")]
    return terms


def exits(
    sources: Sources,
    path: str,
    share: Traced,
    tenor: Traced,
    escalator: Traced,
    ramp: Traced,
    bill: Traced,
    lost: Traced,
) -> dict[str, Traced]:
    """The exit at convenience that costs the buyer least, and its fee."""
    groups: list[Traced] = []
    for name, way in (terms_at(sources, path).exits or {}).items():
        if way.cause != "convenience":
            continue
        at = f"{path}.exits.{name}"
        after = sources.given(f"{at}.after", Month) or sources.derive(derive.at_once)
        fee = sources.given(f"{at}.fee", Usd)
        groups += [
            sources.derive(derive.first_exit, tenor, sources.required(f"{at}.notice", Month), after),
            sources.derive(derive.phase_money, fee, share) if fee else sources.derive(derive.no_fee),
            sources.given(f"{at}.fee_months", Month) or sources.derive(derive.at_once),
            sources.given(f"{at}.fee_share", One) or sources.derive(derive.no),
        ]
    if not groups and lost.value == 0:
        return {"committed_until": tenor, "exit_fee": sources.derive(derive.no_fee)}
    facts = (tenor, escalator, ramp, bill, lost, *groups)
    return {
        "committed_until": sources.derive(derive.committed_until, *facts),
        "exit_fee": sources.derive(derive.exit_fee, *facts),
    }


def service_level(sources: Sources, path: str) -> dict[str, Traced]:
    """Bands of service credits and repeated failure; nothing where the contract has none."""
    terms = terms_at(sources, path)
    at = f"{path}.service_level"
    outage = sources.fact(Hour, "contract", "default", "outage")
    none = {
        "sla_below": sources.derive(derive.no_bands),
        "sla_credit": sources.derive(derive.no_bands),
        "sla_cap": sources.derive(derive.no),
        "sla_planned": sources.derive(derive.no),
        "sla_outage": outage,
        "breach_below": sources.derive(derive.no),
        "breach_times": sources.derive(derive.no),
        "breach_within": sources.derive(derive.at_once),
    }
    if not isinstance(terms, FirmTerms) or terms.service_level is None:
        return none
    level = terms.service_level
    maintenance = sources.given(f"{at}.maintenance")
    found = {
        "sla_below": sources.given(f"{at}.below") or none["sla_below"],
        "sla_credit": sources.given(f"{at}.credit") or none["sla_credit"],
        "sla_cap": sources.given(f"{at}.cap", One) or sources.derive(derive.yes),
        "sla_planned": sources.derive(derive.counted, maintenance) if maintenance else none["sla_planned"],
    }
    if level.terminates:
        found |= {
            "breach_below": sources.required(f"{at}.terminates.below", One),
            "breach_times": sources.required(f"{at}.terminates.times", One),
            "breach_within": sources.required(f"{at}.terminates.within", Month),
        }
    return none | found


def lateness(
    sources: Sources, path: str, dates: Calendar, share: Traced, begins: Traced, promised: Traced
) -> tuple[dict[str, Traced], Traced]:
    """Damages while a part is late, and whether a long stop has passed."""
    terms = terms_at(sources, path)
    at = f"{path}.delay"
    start = dates.from_start(sources, begins)
    kept = sources.derive(derive.no_long_stop)
    if not isinstance(terms, FirmTerms) or terms.delay is None:
        return {
            "guaranteed_start": start,
            "long_stop": sources.derive(derive.never),
            "damages": sources.derive(derive.no_damages),
            "damages_cap": sources.derive(derive.no_limit),
        }, kept
    guaranteed = sources.given(f"{at}.guaranteed", "month") or promised
    cap = sources.given(f"{at}.cap", Usd)
    stop = sources.given(f"{at}.long_stop", Month)
    last = sources.derive(derive.later, guaranteed, stop) if stop else None
    return {
        "guaranteed_start": dates.from_start(sources, guaranteed),
        "long_stop": dates.from_start(sources, last) if last else sources.derive(derive.never),
        "damages": sources.derive(derive.phase_damages, sources.required(f"{at}.damages", UsdPerHour), share),
        "damages_cap": sources.derive(derive.phase_money, cap, share) if cap else sources.derive(derive.no_limit),
    }, (sources.derive(derive.past_long_stop, begins, guaranteed, stop) if stop else kept)


def prepayment(
    sources: Sources, dates: Calendar, name: str, place: int, begins: Traced, start: Traced, value: tuple[Traced, ...]
) -> dict[str, Traced]:
    """What is paid ahead of a part; where nothing is, its dates are the start's."""
    path = f"offtake.{name}.prepayment"
    if name not in dates.prepaid:
        none = sources.derive(derive.no)
        return {"prepayment": none, "prepaid": start, "credited_from": start, "refundable": none}
    counted = sources.required(f"{path}.credited_from", Month)
    share = sources.given(f"{path}.share", One)
    amount = sources.given(f"{path}.amount", Usd)
    refundable = sources.given(f"{path}.refundable")
    paid = share or sources.derive(derive.share_of_value, amount or sources.required(f"{path}.amount", Usd), *value)
    if amount and paid.origin is not None and np.any(np.asarray(paid.value) > TOLERANCE):
        worth = float(np.min(np.asarray(amount.value) / np.asarray(paid.value)))
        at = f"{path}.amount"
        expected = f"at most the contract's value, {worth:,.0f} USD"
        sources.refuse("above_limit", at, sources.document.places.given(at), expected)
    return {
        "prepayment": paid,
        "prepaid": dates.from_start(sources, dates.prepaid[name][place]),
        "credited_from": sources.derive(derive.credited_month, begins, counted, dates.month_0),
        "refundable": sources.derive(derive.flag, refundable) if refundable else sources.derive(derive.no),
    }


def extension(sources: Sources, path: str, price: Traced, escalator: Traced, tenor: Traced) -> dict[str, Traced]:
    """An option to go on; without one its length is 0."""
    terms = terms_at(sources, path)
    at = f"{path}.extension"
    last = sources.derive(derive.last_price, price, escalator, tenor)
    if not isinstance(terms, FirmTerms) or terms.extension is None:
        none = sources.derive(derive.at_once)
        return {
            "extension": none,
            "extension_notice": none,
            "extension_seller": sources.derive(derive.no),
            "extension_price": last,
        }
    return {
        "extension": sources.required(f"{at}.term", Month),
        "extension_notice": sources.required(f"{at}.notice", Month),
        "extension_seller": sources.derive(derive.sellers, sources.required(f"{at}.owner")),
        "extension_price": sources.given(f"{at}.price", UsdPerAcceleratorHour) or last,
    }


def payment_terms(sources: Sources, path: str) -> Traced:
    """Time from bill to payment: the contract's, else that of all customers."""
    row = ("capital", "default", "customers_pay_after")
    late = sources.given(f"{path}.payment_terms", Hour) or sources.get("capital.payment_terms.customers", Hour, row)
    return sources.derive(derive.months_of_terms, late)
