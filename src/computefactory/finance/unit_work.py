"""Levelised cost of useful work: the cost of an available hour, spread over what the hours get done.

Both are present values over the same hours, so ``cost of work = LCOC x PV(available hours) / PV(work)`` and the lines
belong to the run with ``case.unit_cost``. Lost work (goodput) makes work dearer and hours no dearer.
"""

from __future__ import annotations

from computefactory.ledger import given, line, total
from computefactory.units import (
    AcceleratorHour,
    MillionTokens,
    MillionTokensPerAcceleratorHour,
    One,
    PflopDay,
    PflopDayPerAcceleratorHour,
    UsdPerAcceleratorHour,
    UsdPerMillionTokens,
    UsdPerPflopDay,
)

work_rate = given(
    "work_rate", PflopDayPerAcceleratorHour, source="steps.work_rate", doc="Model work in an hour that nothing spoils."
)

token_rate = given(
    "token_rate",
    MillionTokensPerAcceleratorHour,
    source="steps.token_rate",
    doc="Tokens of an available hour at full operation.",
)
software_gain = given(
    "software_gain", One, series=True, source="steps.software_gain", doc="Tokens against those at full operation."
)


@line
def work(delivered_hours: AcceleratorHour, work_rate: PflopDayPerAcceleratorHour) -> PflopDay:
    """Useful model work: kept accelerator-hours times the rate of the model's own operations."""
    return delivered_hours * work_rate


@line
def useful_pflop_days_per_year(work: PflopDay, first_year: One) -> PflopDay:
    """Useful work of the first 12 full months."""
    return total(work * first_year)


@line
def work_pv(work: PflopDay, growth: One) -> PflopDay:
    """Useful work, discounted."""
    return total(work / growth)


@line
def lcoc_per_work(lcoc: UsdPerAcceleratorHour, hours_pv: AcceleratorHour, work_pv: PflopDay) -> UsdPerPflopDay:
    """Levelised cost of useful work."""
    return lcoc * hours_pv / work_pv


@line
def tokens(
    available_hours: AcceleratorHour, token_rate: MillionTokensPerAcceleratorHour, software_gain: One
) -> MillionTokens:
    """Tokens made, if all available hours are used."""
    return available_hours * token_rate * software_gain


@line
def tokens_pv(tokens: MillionTokens, growth: One) -> MillionTokens:
    """Tokens made, discounted."""
    return total(tokens / growth)


@line
def lcoc_per_token(
    lcoc: UsdPerAcceleratorHour, hours_pv: AcceleratorHour, tokens_pv: MillionTokens
) -> UsdPerMillionTokens:
    """Levelised cost of tokens: does not exist without a model."""
    return lcoc * hours_pv / tokens_pv
