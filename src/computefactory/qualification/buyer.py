"""A named buyer's specification against the halls of a factory: the technical qualification rate.

Every requirement is one quantity with a least or a most. A hall *fails* where one requirement that can be examined is
not met, *passes* where all are met with evidence, and is *not shown* where nothing fails but something has no evidence:
a default of the library proves nothing about a building. The rate is therefore three shares of IT power that add up
to one. Public specifications are thin: a threshold that somebody recalled says so, and the rate carries it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from computefactory.units import (
    Celsius,
    Count,
    Hour,
    Kilogram,
    Kilovolt,
    Kw,
    LitrePerKwh,
    Month,
    One,
    UsdPerKwh,
    finite,
    shown,
    unit_of,
)

__all__ = [
    "QUANTITIES",
    "BuyerSpecification",
    "Finding",
    "HallRate",
    "Requirement",
    "RequirementSubject",
    "Shown",
    "TechnicalQualification",
    "examine",
]

PASS, FAIL, NOT_SHOWN = "pass", "fail", "not shown"
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class RequirementSubject:
    """What a requirement can be about: its words, its unit, and what it would be like to have none of it."""

    title: str
    unit: Any  # an annotation of computefactory.units


QUANTITIES: Mapping[str, RequirementSubject] = {
    "rack_power": RequirementSubject("power of one rack that hall and cooling support", Kw),
    "liquid_to_chip": RequirementSubject("liquid to the chip (1: yes)", One),
    "liquid_share": RequirementSubject("rack heat that leaves by liquid", One),
    "coolant_supply": RequirementSubject("supply temperature of the coolant", Celsius),
    "feed_voltage": RequirementSubject("voltage of the rack feed", Kilovolt),
    "rack_mass": RequirementSubject("mass of one rack that the floor carries", Kilogram),
    "block": RequirementSubject("IT power in one block", Kw),
    "pue": RequirementSubject("PUE, typical year", One),
    "wue": RequirementSubject("WUE, typical year", LitrePerKwh),
    "availability": RequirementSubject("availability of the building", One),
    "delivery": RequirementSubject("signature to the last start", Month),
    "fibre_latency": RequirementSubject("round trip to the other sites of the buyer", Hour),
    "connection_level": RequirementSubject("voltage of the grid connection", Kilovolt),
    "grid_power": RequirementSubject("grid power reserved", Kw),
    "power_price": RequirementSubject("all-in price of power at the meter", UsdPerKwh),
    "accelerators": RequirementSubject("accelerators installed", Count),
    "scale_up_domain": RequirementSubject("accelerators in one scale-up domain", Count),
    "oversubscription": RequirementSubject("oversubscription of the fabric", One),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One quantity with its least or most (nan: none), who says so, and whether that is only recalled."""

    quantity: str
    at_least: float
    at_most: float
    source: str
    confidence: str
    recalled: bool

    @property
    def text(self) -> str:
        """The bounds in words, without unit."""
        words = [
            f"{word} {bound:g}"
            for word, bound in (("at least", self.at_least), ("at most", self.at_most))
            if not isnan(bound)
        ]
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class BuyerSpecification:
    """A specification as it was read; ``contradictions`` have been refused before."""

    name: str
    title: str
    buyer: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the factory shows of a quantity: nan where it has none of it; ``none`` where nothing proves the number."""

    value: float
    evidence: str  # disclosed, stated, none


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement against what a hall shows; ``margin`` is positive where it passes."""

    hall: str
    requirement: Requirement
    value: float
    evidence: str
    result: str
    margin: float


@dataclass(frozen=True, slots=True)
class HallRate:
    """A hall with its IT power and its result."""

    name: str
    it_capacity: Kw
    result: str


@dataclass(frozen=True, slots=True)
class TechnicalQualification:
    """Shares of IT power that pass, are not shown and fail; they add up to one."""

    specification: BuyerSpecification
    halls: tuple[HallRate, ...]
    findings: tuple[Finding, ...]

    def share(self, result: str) -> One:
        """Share of IT power in halls with this result."""
        total = sum(hall.it_capacity for hall in self.halls)
        return sum(hall.it_capacity for hall in self.halls if hall.result == result) / total if total else 0.0

    @property
    def rate(self) -> tuple[One, One]:
        """Proven, and at most: what passes, and what nothing shown speaks against."""
        passed = self.share(PASS)
        return passed, passed + self.share(NOT_SHOWN)

    @property
    def not_shown(self) -> list[str]:
        """Quantities without evidence in some hall."""
        names = [item.requirement.quantity for item in self.findings if item.result == NOT_SHOWN]
        return list(dict.fromkeys(names))

    @property
    def recalled(self) -> int:
        """Requirements whose threshold nobody could source."""
        return sum(item.recalled for item in self.specification.requirements)

    @property
    def confidence(self) -> str:
        """That of the weakest threshold."""
        order = ("low", "medium", "high")
        return min((item.confidence for item in self.specification.requirements), key=order.index, default="low")

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        proven, at_most = self.rate
        return {
            "specification": self.specification.name,
            "title": self.specification.title,
            "buyer": self.specification.buyer,
            "rate": at_most,
            "range": [proven, at_most],
            "unit": "1",
            "shares": {name: self.share(name) for name in (PASS, NOT_SHOWN, FAIL)},
            "requirements": len(self.specification.requirements),
            "recalled": self.recalled,
            "confidence": self.confidence,
            "not_shown": self.not_shown,
            "halls": {
                hall.name: {
                    "it_capacity_kw": hall.it_capacity,
                    "result": hall.result,
                    "requirements": {
                        item.requirement.quantity: _finding(item) for item in self.findings if item.hall == hall.name
                    },
                }
                for hall in self.halls
            },
        }


def _finding(item: Finding) -> dict[str, Any]:
    need = item.requirement
    return {
        "value": finite(item.value),
        "at_least": finite(need.at_least),
        "at_most": finite(need.at_most),
        "unit": unit_name(need.quantity),
        "result": item.result,
        "margin": finite(item.margin),
        "evidence": item.evidence,
        "source": need.source,
        "confidence": need.confidence,
    }


def unit_name(quantity: str) -> str:
    """The unit of a quantity as people write it; 1 for plain numbers."""
    unit = unit_of(QUANTITIES[quantity].unit)
    return (shown(unit) if unit is not None else "") or "1"


def _judge(need: Requirement, shown: Shown) -> tuple[str, float]:
    """The result and the smaller of the two margins; a quantity that the hall has not got fails."""
    if shown.evidence == "none":
        return NOT_SHOWN, float("nan")
    if isnan(shown.value):
        return FAIL, float("nan")
    margins = [margin for margin in (shown.value - need.at_least, need.at_most - shown.value) if not isnan(margin)]
    margin = min(margins)
    return (PASS if margin >= -ROUNDING * max(1.0, abs(shown.value)) else FAIL), margin


def examine(
    specification: BuyerSpecification, halls: Sequence[tuple[str, Kw, Mapping[str, Shown]]]
) -> TechnicalQualification:
    """Every requirement in every hall; a quantity that a hall says nothing of is not shown."""
    findings: list[Finding] = []
    rates: list[HallRate] = []
    for name, capacity, facts in halls:
        results = []
        for need in specification.requirements:
            shown = facts.get(need.quantity, Shown(float("nan"), "none"))
            result, margin = _judge(need, shown)
            results.append(result)
            findings.append(Finding(name, need, shown.value, shown.evidence, result, margin))
        whole = FAIL if FAIL in results else NOT_SHOWN if NOT_SHOWN in results else PASS
        rates.append(HallRate(name, capacity, whole))
    return TechnicalQualification(specification, tuple(rates), tuple(findings))
