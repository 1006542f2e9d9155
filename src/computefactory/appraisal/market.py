"""Companies in four groups as the market priced them at a date: newest rows, multiples, ages, value of an income."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Any

from computefactory.library import Library
from computefactory.library.peers import CLOUD, EBITDA, Peer, multiple_of, peers_at, words_of
from computefactory.library.rows import Fact

__all__ = ["CALIBRATORS", "GROUPS", "NONE_KNOWN", "Group", "ListedCompany", "Three", "calibrated", "grouped", "listed"]

CALIBRATORS = ("customer_diversity", "flexible_demand", "price_risk")
Three = tuple[float, float, float]
GROUPS = {  # of companies: what each is called, what stands beside it, the multiple that counts
    "compute_factory": ("compute factories", ("factory",), "ev_ebitda"),
    "powered_land": ("powered land", ("landlord", "mine"), "ev_ebitda"),
    "reit": ("data-centre REITs", ("landlord",), "ev_ebitda"),
    "cloud": ("clouds", ("factory",), "ev_revenue"),
}
MULTIPLES = {"ev_revenue": CLOUD, "ev_ebitda": EBITDA}
NONE_KNOWN = "no such company's multiple was known at that date"


@dataclass(frozen=True, slots=True)
class ListedCompany:
    """A company's newest row at a date, its multiples and their age."""

    peer: Peer
    multiples: Mapping[str, Fact | None]
    age: int  # months
    stale: bool

    def value(self, name: str) -> float | None:
        """One of its multiples."""
        fact = self.multiples[name]
        return None if fact is None else float(fact.value)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        facts = [fact for fact in self.multiples.values() if fact is not None]
        found: dict[str, Any] = {
            "name": self.peer.company,
            "date": self.peer.date,
            "known": self.peer.known,
            "age_months": self.age,
            "stale": self.stale,
        }
        for name, fact in self.multiples.items():
            found |= {name: self.value(name), f"{name}_of": None if fact is None else fact.field.rpartition("_")[2]}
        return found | ({"source": facts[0].source, "confidence": facts[0].confidence} if facts else {})


@dataclass(frozen=True, slots=True)
class Group:
    """One of the four groups at a date; ``values`` are of the enterprise at its lowest, median and highest multiple."""

    name: str
    label: str
    beside: bool  # what is valued is of the group's kind
    companies: tuple[ListedCompany, ...]
    counted: str  # the multiple that counts
    multiples: Three | None
    values: Three | None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {
            "label": self.label,
            "of_this_kind": self.beside,
            "multiple": self.counted,
            "companies": [company.as_dict() for company in self.companies],
        }
        for name, three in (("multiples", self.multiples), ("enterprise_value_usd", self.values)):
            found[name] = None if three is None else dict(zip(("low", "median", "high"), three, strict=True))
        return found | ({} if self.multiples else {"reason": NONE_KNOWN})


def listed(
    library: Library, group: str, month: int, but: Collection[str] = (), rows: Sequence[str] = ()
) -> tuple[ListedCompany, ...]:
    """Companies of a group as they were known in a calendar month, the newest row of each; ``but``: not these.

    ``rows``: the groups of the table that it takes together, where they are not the one of its name.
    """
    stale = float(library.fact("value", "default", "stale_after").value)
    return tuple(
        ListedCompany(
            peer,
            {name: multiple_of(library, peer, names) for name, names in MULTIPLES.items()},
            peer.age(month),
            peer.age(month) > stale,
        )
        for each in rows or (group,)
        for peer in peers_at(library, each, month, MULTIPLES[GROUPS[group][2]])
        if peer.company not in but
    )


def grouped(
    name: str, companies: tuple[ListedCompany, ...], income: Callable[[Fact], float], left: float, *, beside: bool
) -> Group:
    """A group of companies, with what each makes of the income that it is of, where that is known, and what is left."""
    label, _, counted = GROUPS[name]
    known = [fact for each in companies if (fact := each.multiples[counted]) is not None]
    multiples = [float(fact.value) for fact in known]
    seen = [(float(fact.value), income(fact)) for fact in known]
    values = [multiple * max(amount, 0.0) + left for multiple, amount in seen if isfinite(amount)]
    return Group(name, label, beside, companies, counted, _three(multiples), _three(values))


def _three(found: Sequence[float]) -> Three | None:
    """The lowest, the median and the highest; None of none."""
    return (min(found), float(median(found)), max(found)) if found else None


def calibrated(library: Library, peer: Peer) -> dict[str, str]:
    """What the multiple of a company is calibrated to, in words."""
    return {name: words_of(library, peer, name) for name in CALIBRATORS}
