"""Events of the file: which of them ends a contract, when, and what is owed then; which makes it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.schema import derive
from computefactory.schema.contracts import OfftakeTerms
from computefactory.schema.events import DefaultEvent, ExitEvent, LateEvent
from computefactory.schema.origin import Sources, Traced
from computefactory.timeline import month_name
from computefactory.units import Month, One, Usd

if TYPE_CHECKING:
    from computefactory.schema.factory import FactoryFile

__all__ = ["ended", "ending", "late", "unfelt", "way_out"]

RECOVERY = {"secured": "Senior secured bond", "unsecured": "Senior unsecured bond", "subordinated": "Subordinated"}


def ending(model: FactoryFile, name: str) -> tuple[str, DefaultEvent | ExitEvent] | None:
    """The event that ends a contract, with its name; None where none does."""
    buyer = model.offtake[name].buyer
    for title, event in model.events.items():
        own = getattr(event, "contract", None) == name
        if not isinstance(event, LateEvent) and (own or (buyer and getattr(event, "buyer", None) == buyer)):
            return title, event
    return None


def late(sources: Sources, name: str, start: Traced) -> Traced:
    """The start of a part of a contract, after every late delivery."""
    for title, event in sources.model.events.items():
        of_this = isinstance(event, LateEvent) and event.contract == name
        if of_this and (event.month is None or (start.value or 0) >= event.month):
            start = sources.derive(derive.later, start, sources.required(f"events.{title}.by", Month))
    return start


def ended(
    sources: Sources,
    month_0: Traced,
    path: str,
    starts: tuple[Traced, ...],
    begins: Traced,
    share: Traced,
    guaranteed: Traced | None,
    *bill: Traced,
) -> dict[str, Traced]:
    """When an event ends a part of a contract, and what is owed then; nothing where none does.

    ``bill`` is the tenor, the escalator, the ramp and the bill of a month of the first year.
    """
    found = ending(sources.model, path.removeprefix("offtake."))
    if found is None or begins.origin is None:
        return {}
    title, event = found
    at = f"events.{title}"
    kind = sources.given(f"{at}.kind")
    assert kind is not None
    month = _month(sources, at, starts)
    if isinstance(event, ExitEvent):
        terms = _exit(sources, path, event, at, month, starts, begins, share, *bill)
    else:
        terms = _default(sources, event, at, month, share, kind, guaranteed)
    rank = sources.given(f"{at}.refund")
    if getattr(sources.model.offtake[path.removeprefix("offtake.")], "prepayment", None) is None:
        sources.account.idle(f"{at}.refund", f"nothing is prepaid under {path}")
    if rank:
        terms["refund_first"] = sources.derive(derive.before_debt, rank)
    return terms | {"left": sources.derive(derive.months_from_start, terms["left"], month_0)}


def _month(sources: Sources, at: str, starts: tuple[Traced, ...]) -> Traced:
    """The month of an event: stated, or at an age of the contract."""
    stated = sources.given(f"{at}.month", "month")
    first = sources.derive(derive.first_month, *starts)
    return stated or sources.derive(derive.later, first, sources.required(f"{at}.after", Month))


def _default(
    sources: Sources,
    event: DefaultEvent,
    at: str,
    month: Traced,
    share: Traced,
    kind: Traced,
    guaranteed: Traced | None,
) -> dict[str, Traced]:
    row = RECOVERY[event.ranks or "unsecured"]
    recovery = sources.get(f"{at}.recovery", One, ("recovery", row, "average_recovery"))
    leaves = sources.derive(derive.leaves_by_default, guaranteed) if guaranteed else sources.derive(derive.agreed, kind)
    found = {"left": month, "leaves": leaves, "claim_recovery": recovery}
    claim = sources.given(f"{at}.claim", Usd)
    if claim:
        found |= {
            "agreed": sources.derive(derive.agreed, kind),
            "agreed_sum": sources.derive(derive.phase_money, claim, share),
        }
    return found


def _exit(
    sources: Sources,
    path: str,
    event: ExitEvent,
    at: str,
    month: Traced,
    starts: tuple[Traced, ...],
    begins: Traced,
    share: Traced,
    *bill: Traced,
) -> dict[str, Traced]:
    """Notice in a month, of each part no sooner than its terms allow; the fee falls due at the end."""
    terms: OfftakeTerms = sources.model.offtake[path.removeprefix("offtake.")]
    notice, wait, *fees = way_out(sources, f"{path}.exits.{event.way or next(iter(terms.exits or {}))}", share)
    soonest = sources.derive(derive.later, sources.derive(derive.first_month, *starts), wait)
    if month.origin is not None and soonest.origin is not None and month.value < soonest.value:
        where = f"{at}.month" if sources.given(f"{at}.month", "month") else f"{at}.after"
        expected = f"not before {month_name(soonest.value)}, when notice may first be given"
        sources.refuse("dates_out_of_order", where, sources.document.places.given(where), expected)
    given = sources.derive(derive.last_of, month, sources.derive(derive.later, begins, wait))
    end = sources.derive(derive.later, given, notice)
    certain = sources.derive(derive.agreed, sources.required(f"{at}.kind"))
    return {
        "left": end,
        "leaves": certain,
        "agreed": certain,
        "agreed_sum": sources.derive(derive.fee_at_exit, end, begins, *fees, *bill),
        "claim_recovery": certain,
    }


def way_out(sources: Sources, way: str, share: Traced) -> tuple[Traced, ...]:
    """Terms of a way out of a part of a contract: its notice, the wait before it, and the fee in its three forms."""
    no_fee = "no such fee"
    return (
        sources.required(f"{way}.notice", Month),
        sources.stated(f"{way}.after", Month, 0.0, "notice may be given at once"),
        sources.derive(derive.phase_money, sources.stated(f"{way}.fee", Usd, 0.0, no_fee), share),
        sources.stated(f"{way}.fee_months", Month, 0.0, no_fee),
        sources.stated(f"{way}.fee_share", One, 0.0, no_fee),
    )


def unfelt(sources: Sources) -> list[str]:
    """A word on every event that changes nothing, or not what its reader might think."""
    found = []
    for title, event in sources.model.events.items():
        for name, terms in sources.model.offtake.items():
            ends = ending(sources.model, name)
            if ends and ends[0] == title:
                found += _unfelt(sources, title, name)
            elif isinstance(event, LateEvent) and event.contract == name and getattr(terms, "delay", None) is None:
                found.append(f"events.{title}: {name} has no delay terms: lateness is not paid for")
    return found


def _unfelt(sources: Sources, title: str, name: str) -> list[str]:
    """Of an event that ends a contract: outside its life, or a guarantor pays on."""
    fields = ("left", "start", "tenor", "signed", "guarantee_full")
    book = [key.removesuffix(".leaves") for key in sources.origins if key.endswith(".leaves")]
    parts = [key for key in book if key.split(".", 2)[2].startswith(f"{name} ")]
    known = [{field: sources.kept(f"{part}.{field}").value for field in fields} for part in parts]
    if any(part["guarantee_full"] for part in known):
        return [f"events.{title}: a guarantor stands in for all of {name} and pays on: nothing ends"]
    if known and all(part["left"] >= part["start"] + part["tenor"] for part in known):
        return [f"events.{title}: {name} has ended by then: nothing changes"]
    if any(part["left"] < part["signed"] for part in known):
        return [f"events.{title}: {name} is not signed by then: it brings nothing at all"]
    return []
