"""Whether replacing the silicon is worth it: in the full-life case a refresh is made only where its value is positive.

What new silicon would earn at the market price of its age until it retires, less its cost and what it costs to run,
against letting the empty shell: before tax, at the discount rate, at today's prices. It uses what is known on the day.
"""

from __future__ import annotations

import numpy as np

from computefactory.finance.inputs import Capital, Operations, Values
from computefactory.offtake.inputs import Merchant
from computefactory.plant.inputs import Supply
from computefactory.plant.meter import each_month
from computefactory.steps import elementwise, number
from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import Count, Kw, Month, One, Usd

__all__ = ["STEPS"]

MONTH_HOURS = 8766 / 12  # of an average month


@elementwise()
def refresh_value(
    refresh: tuple[int, ...],
    merchant: Merchant,
    supply: Supply,
    operations: Operations,
    capital: Capital,
    values: Values,
    silicon_outlay: Usd,
    economic_life: Month,
    refresh_cost: One,
    accelerators_active: Count,
    availability: One,
    it_typical_load: Kw,
    it_design_load: Kw,
    it_capacity: Kw,
    pue_annual: One,
    pue_design: One,
    owns_building: One,
) -> Usd:
    """Net present value of one replacement of all silicon, against letting the empty shell; 0 where none is planned."""
    if not refresh:
        return 0.0
    months = np.arange(int(economic_life))
    price = each_month(merchant.price_new) * each_month(1 - merchant.decline) ** (months / MONTHS_PER_YEAR)
    revenue = price * each_month(accelerators_active * MONTH_HOURS * availability * merchant.sold)
    running = (
        it_typical_load * pue_annual * MONTH_HOURS * supply.energy
        + it_design_load * pue_design * supply.demand
        + silicon_outlay * operations.silicon_support / MONTHS_PER_YEAR
        + operations.facility * operations.facility_base / MONTHS_PER_YEAR
    )
    shell = values.release_rent * it_capacity * owns_building
    factor = each_month(1 + capital.discount_rate) ** (-(months + 1) / MONTHS_PER_YEAR)
    return number(((revenue - each_month(running + shell)) * factor).sum(axis=-1) - silicon_outlay * refresh_cost)


def refresh_made(refresh: tuple[int, ...], refresh_value: Usd) -> tuple[int, ...]:
    """Replacements that are made: those planned, where they are worth their cost."""
    return refresh if refresh_value > 0 else ()


STEPS = (refresh_value, refresh_made)
