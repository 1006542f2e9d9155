"""One answer a file in one row: a number or a word with its evidence, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from computefactory.page import Of, is_number
from computefactory.units import finite

__all__ = ["MARKET", "SUBJECTS", "Answer", "ComparedGroup", "ComparedRow", "missing", "number"]

DUST = 1e-12  # of the larger: numbers that differ by less are the same


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file answers to one row: its value with evidence and what ``explain`` is asked, or what is missing."""

    value: float | str | None
    evidence: str = ""
    missing: str = ""
    of: Of | str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {"value": self.value}
        found |= {name: said for name in ("evidence", "missing") if (said := getattr(self, name))}
        of = Of(self.of) if isinstance(self.of, str) else self.of
        return found | ({"of": of.as_dict()} if is_number(self.value) and of.name else {})


def missing(why: str) -> Answer:
    """No answer, and why."""
    return Answer(None, missing=why)


def number(value: float | None, of: Of | str, evidence: str, why: str) -> Answer:
    """A number that exists, or why it does not."""
    found = None if value is None else finite(float(value))
    return missing(why) if found is None else Answer(found, evidence, of=of)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One thing asked of every file, in one unit; ``answers`` in their order."""

    name: str
    label: str
    unit: str
    answers: tuple[Answer, ...]

    @property
    def difference(self) -> float | None:
        """Of two files: the second less the first; None where one has no number."""
        values = [answer.value for answer in self.answers]
        if len(values) != 2 or not all(is_number(value) for value in values):  # noqa: PLR2004  # two files
            return None
        first, second = values
        assert isinstance(first, (int, float))
        assert isinstance(second, (int, float))
        return 0.0 if abs(second - first) <= DUST * max(abs(first), abs(second)) else second - first

    def as_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """The JSON object; a difference only where there is one."""
        told = {name: answer.as_dict() for name, answer in zip(names, self.answers, strict=True)}
        found: dict[str, Any] = {"label": self.label, "unit": self.unit or "1", "answers": told}
        return found | ({} if self.difference is None else {"difference": self.difference})


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """Rows of one subject."""

    name: str
    title: str
    rows: tuple[ComparedRow, ...]


# name, title, rows of (name, label, unit): asked of every file, whatever it describes
Rows = tuple[tuple[str, str, str], ...]
SUBJECTS: tuple[tuple[str, str, Rows], ...] = (
    (
        "what_it_is",
        "What it is",
        (
            ("class", "class", ""),
            ("density", "  racks dense enough", ""),
            ("liquid", "  liquid from construction", ""),
            ("power", "  power at the interconnection", ""),
            ("offtake", "  committed offtake", ""),
            ("owner_focus", "focus: share of revenue from one product", "%"),
        ),
    ),
    (
        "customers",
        "Customer diversity",
        (
            ("customers", "customers", "count"),
            ("largest_customer_share", "largest customer", "%"),
            ("customer_concentration", "concentration (HHI)", "1"),
            ("worst_credit", "weakest credit of those who owe", ""),
        ),
    ),
    (
        "commitment",
        "Commitment",
        (
            ("committed_share", "share of revenue that is owed", "%"),
            ("tenor_months", "tenor, by value", "month"),
            ("book_years", "book over a year's revenue", "year"),
        ),
    ),
    (
        "plant",
        "Density and cooling",
        (
            ("billing_mw", "critical IT that bills", "MW"),
            ("contracted_mw", "critical IT sold", "MW"),
            ("rack_power_kw", "power of a rack", "kW"),
            ("liquid_share", "rack heat by liquid, as built", "%"),
        ),
    ),
    (
        "economics",
        "Economics",
        (
            ("price_usd_per_mw_year", "price", "USD/MW-year"),
            ("margin", "margin before overhead and depreciation", "%"),
            ("capex_usd_per_mw", "capital cost", "USD/MW"),
            ("debt_to_ebitda", "debt over EBITDA", "1"),
        ),
    ),
)

MARKET: tuple[str, str, Rows] = (  # asked where a company is among the files
    "market",
    "Value and price",
    (
        ("ev_ebitda", "market: EV / EBITDA", "x"),
        ("ev_revenue", "market: EV / revenue", "x"),
        ("industrial_enterprise_value_usd", "industrial value of the enterprise", "USD"),
        ("industrial_ev_to_ebitda", "industrial value / EBITDA, next year", "x"),
        ("cloud_enterprise_value_usd", "cloud value of the enterprise", "USD"),
        ("net_debt_usd", "net debt", "USD"),
        ("industrial_value_usd_per_share", "industrial value of a share", "USD/share"),
        ("cloud_value_usd_per_share", "cloud value of a share", "USD/share"),
    ),
)
