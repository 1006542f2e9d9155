"""``cf.qualify``: the verdict with cures, a buyer's specification hall by hall, and the next generations of silicon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from computefactory.appraisal.evidence import LIQUID, shown_by_hall
from computefactory.errors import FactNotFound
from computefactory.model import run
from computefactory.qualification import (
    BuyerSpecification,
    Cure,
    Defence,
    HallLimits,
    SiliconGeneration,
    Span,
    TechnicalQualification,
    Verdict,
    add,
    as_dict,
    defend,
    examine,
)
from computefactory.qualification.cure import cures_of, refits, span
from computefactory.qualification.definition import definition
from computefactory.schema.specification import load_specification
from computefactory.strength import with_strength

if TYPE_CHECKING:
    from computefactory.result import Result
    from computefactory.schema import Document, Factory, Overrides

__all__ = ["Qualification", "defences_of", "qualification_of", "qualify"]

DEFAULT = "hyperscale-liquid"
ROWS = ("specification", "cure", "retrofit", "generation", "build", "electrical")
AHEAD = ("next", "next_but_one")
DENSER = (
    ("retrofit", "direct-to-chip liquid-to-liquid", "retrofit_cost_capex"),
    ("retrofit", "electrical re-distribution to 415 V busway", "retrofit_cost_capex"),
)


@dataclass(frozen=True)
class Qualification:
    """What a factory qualifies for: the four specifications, their cures, a buyer's own, the next generations."""

    result: Result
    verdict: Verdict
    cures: Mapping[str, tuple[Cure, ...]]
    technical: TechnicalQualification
    defences: Mapping[str, Defence | None]  # next, next_but_one; None: no such generation is known

    @property
    def card(self) -> dict[str, float | str | None]:
        """The conventional card with the market's cap rate and the class that the redundancy aims at."""
        library = self.result.factory.library
        stated = self.result.factory.document.model.electrical
        usual = library.fact("electrical", "default", "redundancy").value
        chosen = str(stated.redundancy if stated is not None and stated.redundancy else usual)
        return {
            **self.verdict.conventional_card,
            "cap_rate": float(library.fact("comparable", "Stabilised hyperscale", "yield_cost_cap_rate").value),
            "tier": str(library.fact("electrical", chosen, "tier").value),
        }

    @property
    def cure(self) -> tuple[float, float, float]:
        """Low and high cost in USD and months of curing all that can be: a new building needs no refit beside it."""
        built_anew = bool(self.cures["liquid"])
        return add([c for name, cures in self.cures.items() for c in cures if not (built_anew and name == "density")])

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        factory = self.result.factory
        found = as_dict(self.verdict)
        for name, item in found["specifications"].items():
            cures = self.cures[name]
            item["cures"] = [cure.as_dict() for cure in cures]
            item["cure"] = _cure(*add(cures)) if cures else None
        return {
            "kind": "qualification",
            "version": 1,
            "engine": self.result.engine,
            "factory": factory.name,
            "definition": definition(self.result) | {"owner_focus": _finite(factory.finance.capital.owner_focus)},
            **found,
            "beside": _beside(self.result),
            "conventional_card": self.card,
            "cure": _cure(*self.cure),
            "technical_qualification": self.technical.as_dict(),
            "defensibility": {
                name: item.as_dict() if item is not None else None for name, item in self.defences.items()
            },
            "facts": self.result.factory.library.rows_used(ROWS),
        }


def _beside(result: Result) -> dict[str, float | None]:
    """Return against the hurdle, price against unit cost, and the rates of both present values."""
    terms = result.factory.finance.capital
    named = ("project_irr", "price_usd_per_accelerator_hour", "lcoc_usd_per_accelerator_hour", "npv_usd")
    return {
        **{name: result.metrics[name].value for name in named},
        "hurdle": float(terms.discount_rate),
        "rate_of_committed_cash": float(terms.risk_free + terms.operating_premium),
        "rate_of_npv": float(terms.discount_rate),
    }


def _cure(low: float, high: float, months: float) -> dict[str, Any]:
    return {"cost_usd": [low, high], "months": months}


def _finite(value: float) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124  # nan: not given


def qualify(
    source: str | Path | Document | Factory,
    *,
    specification: str | Path | None = None,
    overrides: Overrides | None = None,
    library: Sequence[Path | str] = (),
) -> Qualification:
    """What a factory qualifies for.

    Args:
        source: a path, the name of a shipped factory, or one already loaded.
        specification: a buyer's specification, by path or shipped name; default: ``hyperscale-liquid``.
        overrides: values by path, as in :func:`computefactory.run`.
        library: folders of facts that come before the package's own.

    Raises:
        FactoryFileError: every problem found in the factory or the specification, at once.
    """
    result = run(source, overrides=overrides, library=library)
    return qualification_of(result, specification)


def qualification_of(result: Result, specification: str | Path | None = None) -> Qualification:
    """The same of a result."""
    library = result.factory.library
    wanted: BuyerSpecification = load_specification(specification or DEFAULT, library)
    result = with_strength(result)
    verdict = result.qualification
    return Qualification(
        result,
        verdict,
        {item.name: tuple(cures_of(result, item)) for item in verdict.specifications},
        examine(wanted, shown_by_hall(result)),
        defences_of(result),
    )


def defences_of(result: Result) -> dict[str, Defence | None]:
    """The next and the next-but-one generation of silicon in the halls as they stand."""
    library, plant = result.factory.library, result.factory.plant
    mechanical, electrical = refits(result)
    rebuilt = Span(mechanical.low, electrical.value, electrical.high)
    parts = [span(library.fact(*row)) for row in DENSER]
    denser = Span(*(sum(getattr(part, end) for part in parts) for end in ("low", "value", "high")))
    halls = [
        HallLimits(
            hall.name,
            float(hall.it_capacity),
            min(float(hall.rack_limit), float(cooling.rack_limit)),
            float(hall.architecture.startswith(LIQUID)),
            float(cooling.liquid_supply),
            denser,
            rebuilt,
        )
        for hall, cooling in zip(plant.halls, plant.cooling, strict=True)
    ]
    found: dict[str, Defence | None] = {}
    system: str | None = plant.silicon.system
    for name in AHEAD:
        system = _after(result, system) if system is not None else None
        generation = _generation(result, system) if system is not None else None
        liquid = result.factory.thresholds.liquid_share
        found[name] = defend(halls, generation, liquid) if generation is not None else None
    return found


def _after(result: Result, system: str) -> str | None:
    try:
        return str(result.factory.library.fact("generation", system, "next").value)
    except FactNotFound:
        return None


def _generation(result: Result, system: str) -> SiliconGeneration | None:
    library = result.factory.library
    try:
        numbers = [float(library.fact("system", system, name).value) for name in _FIELDS]
    except FactNotFound:
        return None
    return SiliconGeneration(system, *numbers)


_FIELDS = ("rack_power", "liquid_fraction", "coolant_limit")
