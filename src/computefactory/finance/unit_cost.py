"""Levelised cost of an accelerator-hour (LCOC): what an hour must earn, after tax, to return the cost of capital.

After tax and independent of the price, at the after-tax WACC, nominal, over the silicon's economic life:

    LCOC = [PV(capex) - t PV(tax depreciation) + (1-t) PV(opex) - PV(residual after tax)] / [(1-t) PV(hours)]

the textbook revenue-requirement identity (Short, Packey & Holt, NREL/TP-462-5173, 1995, eq. 4-13 f.) with hours in
place of energy. Durables leave at cost less straight line, silicon at nothing. The parts are pre-tax; ``tax`` is the
rest, so that the parts add up. These lines belong to the run with ``case.unit_cost``: everything runs to the end of
the silicon's economic life whatever is sold.
"""

from __future__ import annotations

from computefactory.ledger import given, line, over, total
from computefactory.units import AcceleratorHour, Balance, One, Usd, UsdPerAcceleratorHour

a_part_power = given("a_part_power", One, per="asset", source="finance.assets.part_power", doc="1: electrical, grid.")
a_part_cooling = given("a_part_cooling", One, per="asset", source="finance.assets.part_cooling", doc="1: mechanical.")
a_part_silicon = given("a_part_silicon", One, per="asset", source="finance.assets.part_silicon", doc="1: accelerators.")
a_part_fabric = given("a_part_fabric", One, per="asset", source="finance.assets.part_fabric", doc="1: fabric.")


@line(per="asset")
def a_capex_pv(a_capex: Usd, growth: One) -> Usd:
    """Spending in money of month 0."""
    return a_capex / growth


@line(per="asset")
def a_residual_pv(a_durable_value: Balance, at_exit: One, growth: One) -> Usd:
    """Depreciated cost at the exit in money of month 0."""
    return a_durable_value * at_exit / growth


@line(per="asset")
def a_own(a_consumable: One, silicon_share: One) -> One:
    """Share of the asset that serves the factory's own silicon: tenants use the rest of the durable layer."""
    return a_consumable + (1 - a_consumable) * silicon_share


@line(per="asset")
def a_capital(a_capex_pv: Usd, a_residual_pv: Usd, a_own: One) -> Usd:
    """Spending less residual, in money of month 0."""
    return (a_capex_pv - a_residual_pv) * a_own


@line(per="asset")
def a_capital_cost(a_capital: Usd) -> Usd:
    """Capital cost of the asset, present value before tax."""
    return total(a_capital)


@line(per="asset")
def a_power_capital(a_capital_cost: Usd, a_part_power: One) -> Usd:
    """Capital cost of electrical plant and grid connection."""
    return a_capital_cost * a_part_power


@line(per="asset")
def a_cooling_capital(a_capital_cost: Usd, a_part_cooling: One) -> Usd:
    """Capital cost of mechanical plant."""
    return a_capital_cost * a_part_cooling


@line(per="asset")
def a_silicon_capital(a_capital_cost: Usd, a_part_silicon: One) -> Usd:
    """Capital cost of accelerators."""
    return a_capital_cost * a_part_silicon


@line(per="asset")
def a_fabric_capital(a_capital_cost: Usd, a_part_fabric: One) -> Usd:
    """Capital cost of the fabric."""
    return a_capital_cost * a_part_fabric


@line
def capital_cost(a_capital_cost: Usd) -> Usd:
    """Capital cost, present value before tax."""
    return over(a_capital_cost)


@line
def power_capital(a_power_capital: Usd) -> Usd:
    """Capital cost of electrical plant and grid connection."""
    return over(a_power_capital)


@line
def cooling_capital(a_cooling_capital: Usd) -> Usd:
    """Capital cost of mechanical plant."""
    return over(a_cooling_capital)


@line
def silicon_capital(a_silicon_capital: Usd) -> Usd:
    """Capital cost of accelerators."""
    return over(a_silicon_capital)


@line
def fabric_capital(a_fabric_capital: Usd) -> Usd:
    """Capital cost of the fabric."""
    return over(a_fabric_capital)


@line
def shell_capital(
    capital_cost: Usd, power_capital: Usd, cooling_capital: Usd, silicon_capital: Usd, fabric_capital: Usd
) -> Usd:
    """Capital cost of everything else: shell, land, soft cost."""
    return capital_cost - power_capital - cooling_capital - silicon_capital - fabric_capital


@line
def building_cost(rent_paid: Usd, property_tax: Usd, silicon_share: One) -> Usd:
    """Rent paid and property tax for the factory's own part of the building."""
    return (rent_paid + property_tax) * silicon_share


@line
def people_cost(facility_cost: Usd, silicon_share: One) -> Usd:
    """Staff, maintenance and insurance of the factory's own part of the building."""
    return facility_cost * silicon_share


@line
def own_opex(power_cost: Usd, silicon_support: Usd, overhead: Usd, building_cost: Usd, people_cost: Usd) -> Usd:
    """Operating cost of the factory's own silicon, without what tenants cause."""
    return power_cost + silicon_support + overhead + building_cost + people_cost


@line
def opex_discounted(own_opex: Usd, growth: One) -> Usd:
    """Operating cost in money of month 0."""
    return own_opex / growth


@line
def opex_pv(opex_discounted: Usd) -> Usd:
    """Present value of operating cost."""
    return total(opex_discounted)


@line
def power_discounted(power_cost: Usd, growth: One) -> Usd:
    """Grid power in money of month 0."""
    return power_cost / growth


@line
def power_pv(power_discounted: Usd) -> Usd:
    """Present value of grid power."""
    return total(power_discounted)


@line
def people_discounted(people_cost: Usd, growth: One) -> Usd:
    """Staff, maintenance and insurance in money of month 0."""
    return people_cost / growth


@line
def people_pv(people_discounted: Usd) -> Usd:
    """Present value of staff, maintenance and insurance."""
    return total(people_discounted)


@line
def support_discounted(silicon_support: Usd, growth: One) -> Usd:
    """Silicon support in money of month 0."""
    return silicon_support / growth


@line
def support_pv(support_discounted: Usd) -> Usd:
    """Present value of silicon support."""
    return total(support_discounted)


@line
def building_discounted(building_cost: Usd, growth: One) -> Usd:
    """Rent paid and property tax in money of month 0."""
    return building_cost / growth


@line
def building_pv(building_discounted: Usd) -> Usd:
    """Present value of rent paid and property tax."""
    return total(building_discounted)


@line(per="asset")
def a_shield(a_tax_depreciation: Usd, a_basis_sold: Usd, a_own: One, growth: One) -> Usd:
    """Tax depreciation, with the basis that leaves at the exit, in money of month 0."""
    return (a_tax_depreciation + a_basis_sold) * a_own / growth


@line(per="asset")
def a_shield_pv(a_shield: Usd) -> Usd:
    """Present value of the asset's tax depreciation."""
    return total(a_shield)


@line
def shield_pv(a_shield_pv: Usd) -> Usd:
    """Present value of tax depreciation."""
    return over(a_shield_pv)


@line(per="asset")
def a_residual(a_residual_pv: Usd, a_own: One) -> Usd:
    """Durable residual of the factory's own part, in money of month 0."""
    return a_residual_pv * a_own


@line(per="asset")
def a_residual_total(a_residual: Usd) -> Usd:
    """Present value of the asset's residual."""
    return total(a_residual)


@line
def residual_pv(a_residual_total: Usd) -> Usd:
    """Present value of the durable residual."""
    return over(a_residual_total)


@line
def hours_discounted(available_hours: AcceleratorHour, growth: One) -> AcceleratorHour:
    """Available accelerator-hours, discounted."""
    return available_hours / growth


@line
def hours_pv(hours_discounted: AcceleratorHour) -> AcceleratorHour:
    """Available accelerator-hours, discounted."""
    return total(hours_discounted)


@line
def lcoc(
    capital_cost: Usd, residual_pv: Usd, opex_pv: Usd, shield_pv: Usd, tax_rate: One, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Levelised cost of an available accelerator-hour."""
    return (capital_cost - tax_rate * (shield_pv - residual_pv) + (1 - tax_rate) * opex_pv) / (
        (1 - tax_rate) * hours_pv
    )


@line
def lcoc_power(power_pv: Usd, power_capital: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Power: energy, demand, electrical plant and grid connection."""
    return (power_pv + power_capital) / hours_pv


@line
def lcoc_silicon(silicon_capital: Usd, support_pv: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Silicon: accelerators and their support."""
    return (silicon_capital + support_pv) / hours_pv


@line
def lcoc_cooling(cooling_capital: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Cooling: mechanical plant (its energy stands under power)."""
    return cooling_capital / hours_pv


@line
def lcoc_interconnect(fabric_capital: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Interconnect: fabric that the silicon price does not include."""
    return fabric_capital / hours_pv


@line
def lcoc_shell(shell_capital: Usd, building_pv: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Shell: building, land, rent and property tax."""
    return (shell_capital + building_pv) / hours_pv


@line
def lcoc_people(people_pv: Usd, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """People: staff, maintenance and insurance of the building."""
    return people_pv / hours_pv


@line
def lcoc_other(
    opex_pv: Usd, power_pv: Usd, support_pv: Usd, people_pv: Usd, building_pv: Usd, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Other operating cost."""
    return (opex_pv - power_pv - support_pv - people_pv - building_pv) / hours_pv


@line
def lcoc_tax(
    lcoc: UsdPerAcceleratorHour, capital_cost: Usd, opex_pv: Usd, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Tax: what the hour must earn beyond cost to pay income tax on it."""
    return lcoc - (capital_cost + opex_pv) / hours_pv
