"""The first twelve full months after full operation: the figures people quote a year."""

from __future__ import annotations

from computefactory.ledger import given, line, total, where
from computefactory.units import AcceleratorHour, Kwh, KwhPerAcceleratorHour, One, Usd, UsdPerAcceleratorHour, UsdPerKwh

first_year = given(
    "first_year", One, series=True, source="steps.first_year", doc="1 in the first 12 full months after full operation."
)


@line
def revenue_usd_per_year(revenue: Usd, first_year: One) -> Usd:
    """Revenue of the first 12 full months; prepayment credits do not lower it."""
    return total(revenue * first_year)


@line
def ebitda_usd_per_year(ebitda: Usd, first_year: One) -> Usd:
    """EBITDA of the first 12 full months."""
    return total(ebitda * first_year)


@line
def ebitda_margin(ebitda_usd_per_year: Usd, revenue_usd_per_year: Usd) -> One:
    """EBITDA / revenue of the first 12 full months."""
    return ebitda_usd_per_year / revenue_usd_per_year


@line
def power_cost_of_year(power_cost: Usd, first_year: One) -> Usd:
    """All-in power cost of the factory's own silicon in the first 12 full months."""
    return total(power_cost * first_year)


@line
def grid_energy_of_year(grid_energy: Kwh, first_year: One) -> Kwh:
    """Grid energy of the factory's own silicon in the first 12 full months."""
    return total(grid_energy * first_year)


@line
def power_bill_of_year(power_cost: Usd, tenants_power_cost: Usd, first_year: One) -> Usd:
    """All-in power cost of the first 12 full months, with miners and with tenants whose rent includes it."""
    return total((power_cost + tenants_power_cost) * first_year)


@line
def bought_energy_of_year(bought_energy: Kwh, first_year: One) -> Kwh:
    """Energy that the factory pays for in the first 12 full months, at the meter."""
    return total(bought_energy * first_year)


@line
def bought_it_energy_of_year(bought_it_energy: Kwh, first_year: One) -> Kwh:
    """Of it what reaches IT."""
    return total(bought_it_energy * first_year)


@line
def available_of_year(available_hours: AcceleratorHour, first_year: One) -> AcceleratorHour:
    """Available accelerator-hours of the first 12 full months."""
    return total(available_hours * first_year)


@line
def delivered_accelerator_hours_per_year(delivered_hours: AcceleratorHour, first_year: One) -> AcceleratorHour:
    """Delivered accelerator-hours of the first 12 full months."""
    return total(delivered_hours * first_year)


@line
def power_cost_usd_per_grid_kwh(power_bill_of_year: Usd, bought_energy_of_year: Kwh) -> UsdPerKwh:
    """All-in power cost per kWh at the meter."""
    return power_bill_of_year / bought_energy_of_year


@line
def power_cost_usd_per_it_kwh(power_bill_of_year: Usd, bought_it_energy_of_year: Kwh) -> UsdPerKwh:
    """All-in power cost per kWh that reaches IT."""
    return power_bill_of_year / bought_it_energy_of_year


@line
def energy_kwh_per_accelerator_hour(
    grid_energy_of_year: Kwh, available_of_year: AcceleratorHour
) -> KwhPerAcceleratorHour:
    """Energy at the meter per available accelerator-hour."""
    return grid_energy_of_year / available_of_year


@line
def energy_usd_per_accelerator_hour(
    power_cost_of_year: Usd, available_of_year: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """All-in power cost per available accelerator-hour."""
    return power_cost_of_year / available_of_year


@line
def funded_cost_usd(used_capex: Usd, used_interest: Usd, used_repayment: Usd, used_fees: Usd, used_reserve: Usd) -> Usd:
    """Cost to full operation with interest, fees and reserve."""
    return total(used_capex + used_interest + used_repayment + used_fees + used_reserve)


@line
def gearing(commitment: Usd, funded_cost_usd: Usd) -> One:
    """Debt / funded cost."""
    return where(funded_cost_usd > 0, commitment / funded_cost_usd, 0)
