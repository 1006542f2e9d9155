"""The prices in a deal, from what was stated of it: value, tenor, power, accelerators.

Three readings of one rent: USD per MW-year (critical IT power unless only gross is known), USD per kW-month, USD per
accelerator-hour (730 hours a month, as bills run). With an escalator the stated value is spread over rising years, and
the first year is below the average.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.timeline import MONTHS_PER_YEAR
from computefactory.units import Count, HourPerMonth, Kw, Month, PerYear, Usd

__all__ = ["BILLED_HOURS", "UnitPrices", "unit_prices"]

BILLED_HOURS = 730.0  # of a month
KW_PER_MW = 1_000.0


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """Average over the tenor, and what the first year is of the average; None where what it needs is not stated."""

    usd_per_year: Usd
    usd_per_mw_year: float | None
    usd_per_kw_month: float | None
    usd_per_accelerator_hour: float | None
    usd_per_accelerator: float | None
    kw_per_accelerator: float | None
    first_year: float


def unit_prices(
    value: Usd,
    tenor: Month,
    *,
    power: Kw | None = None,
    accelerators: Count | None = None,
    escalator: PerYear = 0.0,
    hours: HourPerMonth = BILLED_HOURS,
) -> UnitPrices:
    """Unit prices of a deal.

    Args:
        value: all bills over the tenor.
        tenor: months.
        power: kW, critical IT where it is known.
        accelerators: count (a "server" or "system" is not one).
        escalator: yearly rise of the price on anniversaries.
        hours: hours that a month bills.

    Raises:
        ValueError: value, tenor, power or accelerators are not above zero.
    """
    given = {"value": value, "tenor": tenor, "power": power, "accelerators": accelerators, "hours": hours}
    for name, number in given.items():
        if number is not None and not number > 0:
            raise ValueError(f"{name} is {number:g}: it must be above zero")
    monthly = value / tenor
    rises = [(1 + escalator) ** (month // MONTHS_PER_YEAR) for month in range(max(int(tenor), 1))]
    per_kw = monthly / power if power else None
    return UnitPrices(
        monthly * MONTHS_PER_YEAR,
        per_kw * MONTHS_PER_YEAR * KW_PER_MW if per_kw else None,
        per_kw,
        monthly / accelerators / hours if accelerators else None,
        value / accelerators if accelerators else None,
        power / accelerators if power and accelerators else None,
        len(rises) / sum(rises),
    )
