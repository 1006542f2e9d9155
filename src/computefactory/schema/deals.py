"""Unit prices of a deal from what people write of it."""

from __future__ import annotations

from computefactory.errors import FactoryFileError, Problem, UnitError
from computefactory.offtake import deals
from computefactory.offtake.deals import UnitPrices
from computefactory.schema.quantity import parse_quantity
from computefactory.units import Count, HourPerMonth, Kw, Month, PerYear, Unit, Usd, unit_of

__all__ = ["unit_prices"]

FIELDS: dict[str, object] = {
    "value": Usd,
    "tenor": Month,
    "power": Kw,
    "accelerators": Count,
    "escalator": PerYear,
    "hours": HourPerMonth,
}


def unit_prices(
    value: str | float,
    tenor: str | float,
    *,
    power: str | float | None = None,
    accelerators: str | float | None = None,
    escalator: str | float = 0.0,
    hours: str | float = deals.BILLED_HOURS,
) -> UnitPrices:
    """Unit prices of a deal: USD per year, MW-year, kW-month, accelerator-hour, accelerator.

    ::

        cf.unit_prices("10.2 bn USD", "12 years", power="590 MW").usd_per_kw_month

    Args:
        value: all bills over the tenor.
        tenor: length of the contract.
        power: critical IT power where it is known, else gross.
        accelerators: count; what is called a server or a system is not one.
        escalator: yearly rise of the price: ``first_year`` is then what the first year is of the average.
        hours: hours that a month bills.

    Numbers are in USD, months, kW, accelerators, a year and hours a month.

    Raises:
        FactoryFileError: not quantities of these units, or not above zero.
    """
    given = {"value": value, "tenor": tenor, "power": power, "accelerators": accelerators}
    given |= {"escalator": escalator, "hours": hours}
    found: dict[str, float] = {}
    problems = []
    for name, stated in given.items():
        if stated is None:
            continue
        try:
            found[name] = _number(stated, unit_of(FIELDS[name]))
        except UnitError as error:
            problems.append(Problem(error.code, name, error.given, error.expected, error.hint))
    problems.extend(
        Problem("out_of_range", name, str(given[name]), "more than zero")
        for name, number in found.items()
        if name != "escalator" and not number > 0
    )
    if found.get("escalator", 0.0) <= -1:
        problems.append(Problem("out_of_range", "escalator", str(escalator), "above -100 %/year"))
    if problems:
        raise FactoryFileError(problems)
    return deals.unit_prices(found.pop("value"), found.pop("tenor"), **found)


def _number(stated: str | float, unit: Unit | None) -> float:
    assert unit is not None
    return parse_quantity(stated, unit, unit == unit_of(PerYear)) if isinstance(stated, str) else float(stated)
