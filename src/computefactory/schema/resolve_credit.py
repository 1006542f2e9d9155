"""Who buys and who stands behind: rating, default rate, guarantor, backstop."""

from __future__ import annotations

from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced
from computefactory.schema.problems import near
from computefactory.units import Month, One, PerYear, Usd

__all__ = ["buyer", "guarantee", "proxies"]

UNRATED = "unrated"
RECOVERY = "Bonds and notes, long-term average (discounted ultimate recovery)"


def proxies(sources: Sources) -> list[str]:
    """A word on every buyer or guarantor that the library does not know: it counts as unrated."""
    found = []
    for name, terms in sources.document.model.offtake.items():
        for who, said in (
            ("buyer", (terms.rating, terms.hazard, terms.spread)),
            ("guarantor", (terms.guarantor_rating,)),
        ):
            party = getattr(terms, who)
            if party and all(term is None for term in said) and _stranger(sources, party):
                found.append(
                    f"the library has no {who} {party} (offtake.{name}.{who}): it counts as unrated; state a rating"
                )
    return found


def _stranger(sources: Sources, party: str) -> bool:
    """Whether the library has no such buyer, and none of nearly that name: then it would be a misspelling."""
    known = sources.library.keys("buyer")
    return party not in known and not near(party, known)


def buyer(sources: Sources, path: str, tenor: Traced) -> dict[str, Traced]:
    """Who buys, and how likely it is to pay; a buyer without a rating counts as unrated."""
    name = sources.given(f"{path}.buyer")
    stated, named_by = _grade(sources, path, name, "buyer", "rating")
    grade = stated or UNRATED
    guaranteed = sources.given(f"{path}.guaranteed")
    return {
        "kind": sources.required(f"{path}.kind"),
        "buyer": name or sources.derive(derive.no_buyer),
        "rating": stated or sources.derive(derive.unrated),
        "rating_number": sources.fact(One, "rating", grade, "number", named_by=named_by)
        if stated
        else sources.derive(derive.unknown),
        "guaranteed": sources.derive(derive.flag, guaranteed) if guaranteed else sources.derive(derive.no),
        "hazard": _hazard(sources, path, grade, named_by, tenor),
    }


def _grade(sources: Sources, path: str, party: Traced | None, who: str, field: str) -> tuple[Traced | None, str]:
    """The letter grade, and the field of the file that names it; None where there is none."""
    stated = sources.given(f"{path}.{field}")
    named_by = f"{path}.{field}" if stated else ""
    if stated is None and party is not None and not _stranger(sources, party.value):
        stated = sources.fact("text", "buyer", party.value, "rating", path=f"{path}.{field}", named_by=f"{path}.{who}")
    rated = stated is not None and stated.value != UNRATED
    return (stated if rated else None), named_by


def _hazard(sources: Sources, path: str, grade: Traced | str, named_by: str, tenor: Traced) -> Traced:
    """As stated, from a spread, from a curve, or that of the grade."""
    stated = sources.given(f"{path}.hazard", PerYear)
    if stated:
        return stated
    spread = sources.given(f"{path}.spread", PerYear)
    if spread:
        recovery = sources.get(f"{path}.recovery", One, ("recovery", RECOVERY, "average_recovery"))
        return sources.derive(derive.hazard_of_spread, spread, recovery)
    curve = sources.given(f"{path}.default_curve")
    if curve:
        return sources.derive(derive.hazard_of_curve, curve, tenor)
    return sources.fact(PerYear, "rating", grade, "hazard", path=f"{path}.hazard", named_by=named_by)


def guarantee(sources: Sources, path: str, found: dict[str, Traced], share: Traced) -> dict[str, Traced]:
    """The guarantor of a part: of the whole contract, or up to a backstop."""
    name = sources.given(f"{path}.guarantor")
    if name is None:
        return {
            "guarantor": sources.derive(derive.unrated),
            "guarantor_hazard": sources.derive(derive.no_hazard),
            "guarantee_full": sources.derive(derive.no),
            "backstop": sources.derive(derive.no_limit),
            "backstop_from": sources.derive(derive.at_once),
            "backstop_over": sources.derive(derive.at_once),
        }
    stated, named_by = _grade(sources, path, name, "guarantor", "guarantor_rating")
    hazard = sources.fact(PerYear, "rating", stated or UNRATED, "hazard", named_by=named_by)
    amount = sources.given(f"{path}.backstop.amount", Usd)
    after = sources.given(f"{path}.backstop.amortises_after", Month) or sources.derive(derive.at_once)
    over = sources.given(f"{path}.backstop.amortises_over", Month) or sources.derive(derive.at_once)
    if stated and amount is None:  # the whole contract is as good as its guarantor
        number = sources.fact(One, "rating", stated, "number", named_by=named_by)
        weakest = sources.fact(One, "specification", "compute_factory", "buyer_rating_number")
        found["guaranteed"] = sources.derive(derive.investment_grade, number, weakest)
    return {
        "guarantor": name,
        "guarantor_hazard": hazard,
        "guarantee_full": sources.derive(derive.no if amount else derive.yes),
        "backstop": sources.derive(derive.phase_money, amount, share) if amount else sources.derive(derive.no_limit),
        "backstop_from": after,
        "backstop_over": over,
    }
