"""A compute factory, or a data centre operator with GPU inventory? The four specifications, with margin and evidence.

Thresholds are library rows (``specification/compute_factory``) and are printed with the verdict. Each specification
is judged by hall, then weighted by IT power where that makes sense. Its evidence is what the file says and from whom:
``disclosed`` (a named source), ``stated`` (the author, an assumption included) or ``none`` (a library default). Without
evidence a specification is *not shown*: never a pass and never a fail. Beside the verdict stands the conventional card
of a data centre: the asset that reads well there and fails here is the case that the framework is about.

A plant without accelerators of its own is a *powered shell*, or a *mine* where most of its power hashes: what does not
apply to it is *not applicable*, with why. Kinds follow from what the plant runs and sells, never from names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import inf, isfinite
from typing import Annotated, Any

from computefactory.records import Doc, FromRow
from computefactory.units import Kilovolt, Kw, One, UsdPerKwh

__all__ = [
    "FACTORY",
    "MINE",
    "NOT_APPLICABLE",
    "OPERATOR",
    "SHELL",
    "UNDETERMINED",
    "Check",
    "Flip",
    "HallFacts",
    "Specification",
    "Strength",
    "Thresholds",
    "Verdict",
    "as_dict",
    "density",
    "judge",
    "kind_of",
    "liquid",
    "not_applicable",
    "offtake",
    "power",
    "weakest",
]

FACTORY = "compute factory"
OPERATOR = "data centre operator with GPU inventory"
SHELL = "powered shell"
MINE = "mine"
UNDETERMINED = "not determined"
NOT_APPLICABLE = "not applicable"
HALF = 0.5
_STRENGTH = {"none": 0, "stated": 1, "disclosed": 2}
_SIGNED = ("agreement", "construction", "energised")
_LIQUID_TO_CHIP = ("direct_to_chip", "immersion")


OF_FACTORY = FromRow("specification", "compute_factory")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The rows of ``specification/compute_factory`` and the price to beat."""

    density_share: Annotated[One, Doc("Least share of IT power in dense racks."), OF_FACTORY]
    density_rack_power: Annotated[Kw, Doc("Power above which a rack is dense."), OF_FACTORY]
    liquid_share: Annotated[One, Doc("Least share of rack heat in liquid."), OF_FACTORY]
    interconnection_level: Annotated[Kilovolt, Doc("Least voltage of the connection."), OF_FACTORY]
    power_price: Annotated[UsdPerKwh, Doc("Industrial price of the region.")]
    power_price_year: Annotated[str, Doc("Year of that price.")]
    coverage: Annotated[One, Doc("Least coverage."), OF_FACTORY]
    committed_capex_cover: Annotated[One, Doc("Least cover of the capex by what is committed."), OF_FACTORY]
    speculative_share: Annotated[One, Doc("Most of the capex that is spent before it is contracted."), OF_FACTORY]
    buyer_rating_number: Annotated[
        One, Doc("Weakest rating that passes."), FromRow("rating", "=buyer_rating", "number")
    ]
    buyer_rating: Annotated[str, Doc("Its letter grade."), OF_FACTORY]


@dataclass(frozen=True, slots=True)
class Check:
    """One number against one threshold; ``margin`` is positive where it passes, ``value`` none where none is shown."""

    name: str
    value: float | str | None
    threshold: float | str
    unit: str
    passes: bool
    margin: float | None = None

    @property
    def fails(self) -> bool:
        """A number that is shown and does not pass."""
        return self.value is not None and not self.passes


@dataclass(frozen=True, slots=True)
class Specification:
    """One of the four: ``result`` is ``pass``, ``fail``, ``not shown`` or ``not applicable`` (``missing``: why)."""

    name: str
    title: str
    result: str
    evidence: str
    checks: tuple[Check, ...]
    halls: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    assumed: bool = False  # rests on something that the file marks as assumed


@dataclass(frozen=True, slots=True)
class Flip:
    """A row that turns the verdict inside its range: its value, its ends, and where it does, in its canonical unit."""

    row: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    flips_at: float
    to: str
    check: str  # what decides otherwise there


@dataclass(frozen=True, slots=True)
class Strength:
    """Whether a verdict holds over the ranges of the rows it rests on, one at a time."""

    rows: int  # that were moved
    flips: tuple[Flip, ...] = ()
    together: Verdict | None = None  # of a factory, with every row at its worse end


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plant is, its four specifications and the conventional card; its strength where it was asked for."""

    kind: str
    specifications: tuple[Specification, ...]
    conventional_card: Mapping[str, float | None]
    strength: Strength | None = None

    @property
    def verdict(self) -> str:
        """In words; marginal where it does not hold over the ranges of its rows."""
        return f"{self.kind} (marginal)" if self.strength is not None and self.strength.flips else self.kind

    @property
    def passed(self) -> str:
        """How many of the four pass, and how many of those on assumptions."""
        passed = [item for item in self.specifications if item.result == "pass"]
        assumed = sum(item.assumed for item in passed)
        applying = sum(item.result != NOT_APPLICABLE for item in self.specifications)
        of = f"{applying} specifications" if applying == len(self.specifications) else f"{applying} that apply"
        return f"{len(passed)} of {of}" + (f", {assumed} of them on assumptions" if assumed else "")


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What the density and cooling specifications ask of a hall."""

    name: str
    it_power: Kw  # installed design load
    rack_power: Kw
    rack_limit: Kw  # the smaller of the hall's and the cooling's
    liquid_fraction: One
    architecture: str
    liquid_from: str


def _at_least(name: str, value: float, threshold: float, unit: str) -> Check:
    return _shown(Check(name, value, threshold, unit, value >= threshold, value - threshold))


def _at_most(name: str, value: float, threshold: float, unit: str) -> Check:
    return _shown(Check(name, value, threshold, unit, value <= threshold, threshold - value))


def _shown(check: Check) -> Check:
    """What is divided by nothing has no value: no energy bought, no capex, nothing to sell; of no capex all is paid."""
    if isfinite(check.margin or 0.0):
        return check
    return replace(check, value=None, passes=check.passes and check.margin == inf, margin=None)


def _specification(
    name: str, title: str, checks: Sequence[Check], passes: bool, evidence: str, missing: str, halls: Mapping[str, str]
) -> Specification:
    nothing = evidence == "none" or not (passes or any(check.fails for check in checks))
    result = "not shown" if nothing else "pass" if passes else "fail"
    return Specification(name, title, result, evidence, tuple(checks), halls, "" if result == "pass" else missing)


def _of_checks(name: str, title: str, checks: Sequence[Check], evidence: str) -> Specification:
    """A specification that passes where all its checks do, whatever the hall."""
    failed = [check.name for check in checks if not check.passes]
    return _specification(name, title, checks, not failed, evidence, "; ".join(failed), {})


def not_applicable(name: str, title: str, why: str) -> Specification:
    """A specification that says nothing of this kind of plant."""
    return Specification(name, title, NOT_APPLICABLE, "none", (), missing=why)


def weakest(evidence: Sequence[str]) -> str:
    """The weakest of several pieces of evidence."""
    return min(evidence, key=_STRENGTH.__getitem__, default="none")


def density(halls: Sequence[HallFacts], need: Thresholds, evidence: str) -> Specification:
    """Share of IT power in racks whose installed and supported power are above the threshold."""
    total = sum(hall.it_power for hall in halls)
    passing = {hall.name: min(hall.rack_power, hall.rack_limit) > need.density_rack_power for hall in halls}
    share = sum(hall.it_power for hall in halls if passing[hall.name]) / total if total else 0.0
    installed = sum(hall.it_power * hall.rack_power for hall in halls) / total if total else 0.0
    checks = [
        _at_least("share of IT power in dense racks", share, need.density_share, "1"),
        Check(
            "rack power",
            installed,
            need.density_rack_power,
            "kW",
            installed > need.density_rack_power,
            installed - need.density_rack_power,
        ),
    ]
    return _specification(
        "density",
        "GPU density",
        checks,
        share >= need.density_share,
        evidence,
        f"racks above {need.density_rack_power:g} kW, installed and supported by the hall",
        {name: "pass" if ok else "fail" for name, ok in passing.items()},
    )


def liquid(halls: Sequence[HallFacts], need: Thresholds, evidence: str) -> Specification:
    """Share of rack heat taken by liquid in the original build; rear doors and retrofits do not count."""

    def share_of(hall: HallFacts) -> float:
        original = hall.liquid_from == "construction" and hall.architecture.startswith(_LIQUID_TO_CHIP)
        return hall.liquid_fraction if original else 0.0

    total = sum(hall.it_power for hall in halls)
    share = sum(hall.it_power * share_of(hall) for hall in halls) / total if total else 0.0
    return _specification(
        "liquid",
        "Liquid from construction",
        [_at_least("rack heat by liquid in the original build", share, need.liquid_share, "1")],
        share >= need.liquid_share,
        evidence,
        "liquid cooling to the chip as part of the original build",
        {hall.name: "pass" if share_of(hall) >= need.liquid_share else "fail" for hall in halls},
    )


def power(
    status: str, level: Kilovolt, dedicated: bool, price: UsdPerKwh, need: Thresholds, evidence: str
) -> Specification:
    """A signed connection at transmission level, or a substation of one's own, and power below the industrial price."""
    checks = [
        Check("interconnection", status, " or ".join(_SIGNED), "", status in _SIGNED),
        Check(
            "connection level",
            level,
            need.interconnection_level,
            "kV",
            dedicated or level >= need.interconnection_level,
            level - need.interconnection_level,
        ),
        _at_most(
            f"all-in power against the industrial price of {need.power_price_year}", price, need.power_price, "USD/kWh"
        ),
    ]
    return _of_checks(
        "power",
        "Power at the interconnection",
        checks,
        evidence,
    )


def offtake(
    coverage: One,
    committed_tenor_covers_debt: bool,
    cover: One,
    speculative: One,
    worst_rating: One,
    rating: str,
    guaranteed: bool,
    scale_up_domains: One,
    need: Thresholds,
    evidence: str,
) -> Specification:
    """Committed offtake that pays the plant, signed before it was built, by a buyer that can pay."""
    covered = coverage >= need.coverage or committed_tenor_covers_debt
    checks = [
        _shown(
            Check(
                "coverage, or committed tenor of at least the debt's",
                coverage,
                need.coverage,
                "1",
                covered,
                coverage - need.coverage,
            )
        ),
        _at_least("committed cash / plant to pay", cover, need.committed_capex_cover, "1"),
        _at_most("capex spent before signature", speculative, need.speculative_share, "1"),
        Check(
            "buyer's rating, or a guarantee",
            rating or "unrated",
            need.buyer_rating,
            "",
            guaranteed or worst_rating <= need.buyer_rating_number,
        ),
        _at_least("workload in full scale-up domains", scale_up_domains, 1.0, "1"),
    ]
    return _of_checks(
        "offtake",
        "Committed offtake",
        checks,
        evidence,
    )


def kind_of(own: Kw, mined: Kw, let: Kw) -> str:
    """What a plant is by the IT power that it runs or lets: a mine, a powered shell, or nothing before it is judged."""
    if mined > HALF * (own + mined + let):
        return MINE
    return "" if own > 0 else SHELL


def judge(specifications: Sequence[Specification], card: Mapping[str, float | None], kind: str = "") -> Verdict:
    """All four pass: a compute factory. One fails: an operator. Otherwise nothing can be said; some are of a kind."""
    results = [specification.result for specification in specifications]
    if kind:
        verdict = kind
    elif all(result == "pass" for result in results):
        verdict = FACTORY
    elif "fail" in results:
        verdict = OPERATOR
    else:
        verdict = UNDETERMINED
    return Verdict(verdict, tuple(specifications), dict(card))


def _strength(found: Strength) -> dict[str, Any]:
    """What stands beside a verdict whose strength was asked for."""
    together = found.together
    checks = [check for item in (together.specifications if together else ()) for check in item.checks if check.unit]
    return {
        "marginal": bool(found.flips),
        "rows_moved": found.rows,
        "flips": [asdict(item) for item in found.flips],
        "at_worse_ends_together": together
        and {"kind_of_plant": together.kind, "checks": {check.name: check.value for check in checks}},
    }


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """The JSON object ``qualification``."""
    return {
        "verdict": verdict.verdict,
        "kind_of_plant": verdict.kind,
        **({} if verdict.strength is None else _strength(verdict.strength)),
        "specifications": {
            item.name: {
                "title": item.title,
                "result": item.result,
                "evidence": item.evidence,
                "assumed": item.assumed,
                "missing": item.missing,
                "halls": dict(item.halls),
                "checks": [
                    {
                        "name": check.name,
                        "value": check.value,
                        "threshold": check.threshold,
                        "unit": check.unit,
                        "passes": check.passes,
                        "margin": check.margin,
                        **({"reason": "not_applicable"} if check.value is None else {}),
                    }
                    for check in item.checks
                ],
            }
            for item in verdict.specifications
        },
        "conventional_card": dict(verdict.conventional_card),
    }
