"""Who buys and who stands behind: rating, default rate, guarantor, backstop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.problems import near
from computefactory.units import One, PerYear, Usd

__all__ = ["buyer", "carries", "credit", "grade_of", "guarantee", "lent_on", "proxies"]

UNRATED = "unrated"
SHORT = 3  # letters: words no longer than that are in many names
RECOVERY = "Bonds and notes, long-term average (discounted ultimate recovery)"


def proxies(sources: Sources) -> list[str]:
    """A word on every buyer or guarantor that the library does not know: it counts as unrated."""
    found = []
    for name, terms in sources.model.offtake.items():
        if terms.guaranteed and terms.guarantor is None:
            told = f"offtake.{name}.guaranteed counts in the verdict alone"
            found.append(f"{told}: margin, value and losses follow the guarantor, once it is named")
        for who, field, said in (
            ("buyer", "rating", (terms.rating, terms.hazard, terms.spread)),
            ("guarantor", "guarantor_rating", (terms.guarantor_rating,)),
        ):
            party = getattr(terms, who)
            if party and all(term is None for term in said) and _stranger(sources, party):
                hint = _alike(party, sources.library.keys("buyer"))
                unknown = f"the library has no {who} {party} (offtake.{name}.{who}): it counts as unrated"
                found.append(f"{unknown}; {hint}state a {field}")
    return found


def _alike(party: str, known: Sequence[str]) -> str:
    """Names of the library that share a word with a party, as a hint."""
    words = {word for word in party.casefold().split() if len(word) > SHORT}
    close = [name for name in known if words & set(name.casefold().split())]
    return f"it has {' and '.join(close[:3])}; " if close else ""


def _stranger(sources: Sources, party: str) -> bool:
    """Whether the library has no such buyer, and none of nearly that name: then it would be a misspelling."""
    known = sources.library.keys("buyer")
    return party not in known and _row_of(sources, party) == party and not near(party, known)


def _row_of(sources: Sources, party: str) -> str:
    """The library's name of a party that signs under another; its own where there is none."""
    library, name = sources.library, party.casefold()
    for key in library.keys("buyer") if party not in library.keys("buyer") else ():
        also = library.seen("buyer", key, "also")
        if name == key.casefold() or (
            also and name in (each.strip() for each in str(also.value).casefold().split(";"))
        ):
            return key
    return party


def buyer(sources: Sources, path: str) -> dict[str, Traced | Callable[[], Traced]]:
    """The rating of who buys, and the default rate that goes with it; a buyer without a rating counts as unrated."""
    name = sources.given(f"{path}.buyer")
    stated, named_by = _grade(sources, path, name, "buyer", "rating")
    found: dict[str, Traced | Callable[[], Traced]] = {
        "recovery": lambda: sources.get(f"{path}.recovery", One, ("recovery", RECOVERY, "average_recovery")),
        "hazard_of_grade": lambda: sources.fact(
            PerYear, "rating", stated or UNRATED, "hazard", path=f"{path}.hazard", named_by=named_by
        ),
    }
    return found | ({"rating": stated} if stated else {})


def _grade(sources: Sources, path: str, party: Traced | None, who: str, field: str) -> tuple[Traced | None, str]:
    """The letter grade, and the field of the file that names it; None where there is none."""
    stated = sources.given(f"{path}.{field}")
    named_by = f"{path}.{field}" if stated else ""
    if stated is None and party is not None and not _stranger(sources, party.value):
        row = _row_of(sources, party.value)
        stated = sources.fact("text", "buyer", row, "rating", path=f"{path}.{field}", named_by=f"{path}.{who}")
    rated = stated is not None and stated.value != UNRATED
    return (stated if rated else None), named_by


def grade_of(sources: Sources, path: str) -> Traced | None:
    """The letter grade of the buyer at a path of the file, stated or of the library; None where it has none."""
    return _grade(sources, path, sources.given(f"{path}.buyer"), "buyer", "rating")[0]


def lent_on(sources: Sources, name: str) -> Traced | str:
    """The grade that lenders look to, unrated where there is none."""
    return credit(sources, name).get("credit", UNRATED)


def credit(sources: Sources, name: str) -> dict[str, Traced]:
    """The grade of who stands behind a contract: of who guarantees the whole, or of the buyer where that is better."""
    path = f"offtake.{name}"
    parties = {"buyer": "rating"}
    if not sources.given(f"{path}.backstop.amount", Usd):
        parties["guarantor"] = "guarantor_rating"
    found = []
    for who, field in parties.items():
        stated, named_by = _grade(sources, path, sources.given(f"{path}.{who}"), who, field)
        number = sources.fact(One, "rating", stated, "number", named_by=named_by) if stated else MISSING
        if stated and number.origin is not None:
            found.append({"credit": stated, "credit_number": number})
    return min(found, key=lambda one: float(one["credit_number"].value), default={})


def carries(sources: Sources, name: str) -> Traced | None:
    """1 where a guarantor rated investment grade carries a contract: all of it, or a sum where the buyer is weaker."""
    path = f"offtake.{name}"
    guarantor = sources.given(f"{path}.guarantor")
    if guarantor is None:
        return None
    found = _passes(sources, path, guarantor, "guarantor", "guarantor_rating")
    buyer_passes = _passes(sources, path, sources.given(f"{path}.buyer"), "buyer", "rating")
    partial = sources.given(f"{path}.backstop.amount", Usd) is not None
    weak = buyer_passes is None or not buyer_passes.value
    return found if found is not None and found.value and (weak or not partial) else None


def _passes(sources: Sources, path: str, party: Traced | None, who: str, field: str) -> Traced | None:
    """1 where the grade of a party is at least the weakest that passes; None where it has none."""
    grade, named_by = _grade(sources, path, party, who, field)
    if grade is None:
        return None
    number = sources.fact(One, "rating", grade, "number", named_by=named_by)
    weakest = sources.fact(One, "specification", "compute_factory", "buyer_rating_number")
    return None if number.origin is None else sources.derive(derive.investment_grade, number, weakest)


def guarantee(sources: Sources, path: str) -> dict[str, Traced]:
    """The default rate of the guarantor; without a backstop the whole contract is as good as its guarantor."""
    name = sources.given(f"{path}.guarantor")
    if name is None:
        return {}
    stated, named_by = _grade(sources, path, name, "guarantor", "guarantor_rating")
    found = {"guarantor_hazard": sources.fact(PerYear, "rating", stated or UNRATED, "hazard", named_by=named_by)}
    if sources.given(f"{path}.backstop.amount", Usd):
        return found
    found["guarantee_full"] = sources.derive(derive.guarantees_all, name)
    if stated:
        number = sources.fact(One, "rating", stated, "number", named_by=named_by)
        weakest = sources.fact(One, "specification", "compute_factory", "buyer_rating_number")
        found["guaranteed"] = sources.derive(derive.investment_grade, number, weakest)
    return found
