"""Whether replacing the silicon is worth it: in the full-life case a refresh is made only where its value is positive.

What new silicon would earn at the market price of its age until it retires, less its cost and what it costs to run,
against letting the empty shell: before tax, at the discount rate, at today's prices. It uses what is known on the day.
"""

from __future__ import annotations

import numpy as np

from computefactory.finance.inputs import Capital, Operations, SiliconTerms
from computefactory.offtake.inputs import Merchant
from computefactory.plant.inputs import Cluster, Silicon, Supply, silicon_of
from computefactory.timeline import MONTH_HOURS, MONTHS_PER_YEAR
from computefactory.units import Count, Kw, Month, One, Usd, UsdPerKwMonth

__all__ = ["STEPS"]


def refresh_value(
    refresh: tuple[int, ...],
    silicon_terms: tuple[SiliconTerms, ...],
    merchant: Merchant,
    supply: Supply,
    operations: Operations,
    capital: Capital,
    relet_rent: UsdPerKwMonth,
    silicon_outlays: tuple[Usd, ...],
    economic_life: Month,
    refresh_cost: One,
    silicon: Silicon,
    generations: tuple[Cluster, ...],
    generation_active: tuple[Count, ...],
    generation_availability: tuple[One, ...],
    generation_loads: tuple[Kw, ...],
    load_shares: tuple[One, ...],
    it_capacity: Kw,
    pue_annual: One,
    pue_design: One,
    owns_building: One,
) -> tuple[Usd, ...]:
    """Net present value of one replacement of each generation, against letting its part of the empty shell.

    0 where none is planned.
    """
    worth = []
    for place, each in enumerate(silicon_of(silicon, generations)):
        other = silicon_terms[place - 1] if place else None
        if not (other.refresh if other else refresh):
            worth.append(0.0)
            continue
        life = other.economic_life if other else economic_life
        months = np.arange(int(life))
        price = (other.market_price if other else merchant.price_new) * (1 - merchant.decline) ** (
            months / MONTHS_PER_YEAR
        )
        sold = generation_active[place] * MONTH_HOURS * generation_availability[place] * merchant.sold
        load, outlay = generation_loads[place], silicon_outlays[place]
        building = operations.facility * operations.facility_base / MONTHS_PER_YEAR
        shell = relet_rent * it_capacity * owns_building
        running = (
            load * each.utilisation * pue_annual * MONTH_HOURS * supply.energy
            + load * pue_design * supply.demand
            + outlay * operations.silicon_support / MONTHS_PER_YEAR
            + (building + shell) * load_shares[place]
        )
        factor = (1 + capital.discount_rate) ** (-(months + 1) / MONTHS_PER_YEAR)
        cost = outlay * (other.refresh_cost if other else refresh_cost)
        worth.append(float(((price * sold - running) * factor).sum() - cost))
    return tuple(worth)


def refresh_made(
    refresh: tuple[int, ...], silicon_terms: tuple[SiliconTerms, ...], refresh_value: tuple[Usd, ...]
) -> tuple[tuple[int, ...], ...]:
    """Replacements that are made of each generation: those planned, where they are worth their cost."""
    planned = (refresh, *(each.refresh for each in silicon_terms))
    return tuple(each if value > 0 else () for each, value in zip(planned, refresh_value, strict=True))


STEPS = (refresh_value, refresh_made)
