"""Dated comparables: a row of the table ``multiple`` is one company at one month, keyed ``group/company/month``.

A row counts from the month in which it was public. Of each company the newest row counts, so a value asked for a month
stands on what could be read in that month.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.errors import FactNotFound
from computefactory.library.lookup import Library
from computefactory.library.rows import Fact
from computefactory.timeline import month_number

__all__ = ["CLOUD", "EBITDA", "LAYERS", "TABLE", "Peer", "multiple_of", "peers_at", "words_of", "year_after"]

TABLE = "multiple"
CLOUD = ("ev_revenue_fy1", "ev_revenue_ltm")  # this year's consensus, else the last twelve months
EBITDA = (
    "ev_ebitda_fy2",
    "ev_ebitda_fy1",
    "ev_ebitda_ltm",
)  # a builder's EBITDA of this year is of a part of its sites
_INDUSTRY = ("ev_ebitda_fy1", "ev_ebitda_ltm")
LAYERS = {"shell": _INDUSTRY, "silicon": _INDUSTRY, "cloud": CLOUD}


@dataclass(frozen=True, slots=True)
class Peer:
    """A company of a group at a month."""

    key: str
    group: str
    company: str
    date: str
    known: str

    def age(self, month: int) -> int:
        """Months from its date to another."""
        return month - month_number(self.date)


def peers_at(library: Library, group: str, month: int, names: tuple[str, ...]) -> list[Peer]:
    """The newest row of each company of a group that was known in a month and has one of the multiples."""
    newest: dict[str, Peer] = {}
    for peer in _rows(library, group):
        if month_number(peer.known) <= month and not set(names).isdisjoint(library.fields(TABLE, peer.key)):
            before = newest.get(peer.company)
            if before is None or month_number(before.date) <= month_number(peer.date):
                newest[peer.company] = peer
    return list(newest.values())


def multiple_of(library: Library, peer: Peer, names: tuple[str, ...]) -> Fact | None:
    """The first of several multiples that a row has."""
    held = library.fields(TABLE, peer.key)
    return next((library.fact(TABLE, peer.key, name) for name in names if name in held), None)


def year_after(library: Library, multiple: Fact) -> Fact | None:
    """Of a multiple of the year under way that of the year after it, where its row has one."""
    stem, _, year = multiple.field.rpartition("_")
    return library.seen(TABLE, multiple.key, f"{stem}_fy2") if year == "fy1" else None


def words_of(library: Library, peer: Peer, name: str) -> str:
    """What is said of a company whatever the month."""
    try:
        return str(library.fact(TABLE, f"{peer.group}/{peer.company}", name).value)
    except FactNotFound:
        return "not judged"


def _rows(library: Library, group: str) -> list[Peer]:
    found = []
    for key in library.keys(TABLE):
        first, *rest = key.split("/")
        if first == group and len(rest) >= 2:  # noqa: PLR2004  # a company and its month
            company, date = "/".join(rest[:-1]), rest[-1]
            said = [library.seen(TABLE, key, field) for field in library.fields(TABLE, key)]
            known = max(fact.known for fact in said if fact is not None)
            found.append(Peer(key, group, company, date, known[: len("2025-03")]))
    return found
