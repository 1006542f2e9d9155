"""Life, replacement and market price of the silicon of each phase: those of its generation."""

from __future__ import annotations

from computefactory.finance.inputs import SiliconTerms
from computefactory.ledger import given
from computefactory.offtake.inputs import Merchant
from computefactory.plant.by_phase import of_phases
from computefactory.plant.inputs.phases import Phase
from computefactory.steps import elementwise
from computefactory.units import Month, One, UsdPerAcceleratorHour

__all__ = ["STEPS"]


@elementwise()
def phase_lives(
    phases: tuple[Phase, ...], economic_life: Month, silicon_terms: tuple[SiliconTerms, ...]
) -> tuple[Month, ...]:
    """Economic life of the silicon of each phase."""
    return of_phases(phases, (economic_life, *(each.economic_life for each in silicon_terms)))


@elementwise()
def phase_refresh_costs(
    phases: tuple[Phase, ...], refresh_cost: One, silicon_terms: tuple[SiliconTerms, ...]
) -> tuple[One, ...]:
    """Cost of a replacement of the silicon of each phase, share of the first's."""
    return of_phases(phases, (refresh_cost, *(each.refresh_cost for each in silicon_terms)))


@elementwise()
def phase_prices(
    phases: tuple[Phase, ...], merchant: Merchant, silicon_terms: tuple[SiliconTerms, ...]
) -> tuple[UsdPerAcceleratorHour, ...]:
    """Market price of an hour on new silicon of each phase."""
    return of_phases(phases, (merchant.price_new, *(each.market_price for each in silicon_terms)))


p_life = given("p_life", Month, per="phase", source="steps.phase_lives", doc="Economic life of the phase's silicon.")
p_refresh_cost = given(
    "p_refresh_cost",
    One,
    per="phase",
    source="steps.phase_refresh_costs",
    doc="Cost of a replacement of the phase's silicon, share of the first's.",
)
STEPS = (phase_lives, phase_refresh_costs, phase_prices)
