"""Terms of one part of a contract that its fields cannot say: ways out, lateness, sums paid ahead."""

from __future__ import annotations

import numpy as np

from computefactory.schema import derive
from computefactory.schema.contracts import FirmTerms, OfftakeTerms
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.resolve_dates import Calendar
from computefactory.units import Month, One, Usd

__all__ = ["exits", "lateness", "prepayment", "terms_at"]


TOLERANCE = 1 + 1e-9


def terms_at(sources: Sources, path: str) -> OfftakeTerms:
    """The file's model of a contract."""
    terms: OfftakeTerms = sources.document.model.offtake[path.removeprefix("offtake.")]
    return terms


def exits(sources: Sources, path: str, share: Traced, lost: Traced | None, *bill: Traced) -> dict[str, Traced]:
    """The exit at convenience that costs the buyer least, and its fee; nothing where there is none.

    ``bill`` is the tenor, the escalator, the ramp and the bill of a month of the first year.
    """
    groups: list[Traced] = []
    for name, way in (terms_at(sources, path).exits or {}).items():
        if way.cause != "convenience":
            continue
        at = f"{path}.exits.{name}"

        def stated(field: str, unit: object, why: str, at: str = at) -> Traced:
            return sources.given(f"{at}.{field}", unit) or sources.absent(f"{at}.{field}", 0.0, unit, why)

        fee = stated("fee", Usd, "no such fee")
        groups += [
            sources.derive(
                derive.first_exit,
                bill[0],
                sources.required(f"{at}.notice", Month),
                stated("after", Month, "notice may be given at once"),
            ),
            sources.derive(derive.phase_money, fee, share),
            stated("fee_months", Month, "no such fee"),
            stated("fee_share", One, "no such fee"),
        ]
    if not groups and (lost is None or lost.value == 0):
        return {}
    lost = lost or sources.absent(f"{path}.delay.long_stop", 0.0, One, "no date lets the buyer leave")
    facts = (*bill, lost, *groups)
    return {
        "committed_until": sources.derive(derive.committed_until, *facts),
        "exit_fee": sources.derive(derive.exit_fee, *facts),
    }


def lateness(
    sources: Sources, path: str, dates: Calendar, begins: Traced, promised: Traced
) -> tuple[dict[str, Traced], Traced | None]:
    """Dates of a part that is paid for while it is late, and whether a long stop has passed."""
    terms = terms_at(sources, path)
    at = f"{path}.delay"
    if not isinstance(terms, FirmTerms) or terms.delay is None:
        return {}, None
    guaranteed = sources.given(f"{at}.guaranteed", "month") or promised
    stop = sources.given(f"{at}.long_stop", Month)
    found = {"guaranteed_start": dates.from_start(sources, guaranteed)}
    if stop is None:
        return found, None
    last = dates.from_start(sources, sources.derive(derive.later, guaranteed, stop))
    return found | {"long_stop": last}, sources.derive(derive.past_long_stop, begins, guaranteed, stop)


def prepayment(sources: Sources, dates: Calendar, name: str, place: int, *value: Traced) -> dict[str, Traced]:
    """When a part is paid ahead, and a sum paid ahead as a share of its value."""
    if name not in dates.prepaid:
        return {}
    found = {"prepaid": dates.from_start(sources, dates.prepaid[name][place])}
    at = f"offtake.{name}.prepayment.amount"
    amount = sources.given(at, Usd)
    if amount is None:
        return found
    paid = sources.derive(derive.share_of_value, amount, *value)
    if paid.origin is not None and np.any(np.asarray(paid.value) > TOLERANCE):
        worth = float(np.min(np.asarray(amount.value) / np.asarray(paid.value)))
        expected = f"at most the contract's value, {worth:,.0f} USD"
        sources.refuse("above_limit", at, sources.document.places.given(at), expected)
    return found | {"prepayment": paid}
