"""Levelised cost of an accelerator-hour (LCOC): what an hour must earn, after tax, to return the cost of capital.

After tax and independent of the price, at the after-tax WACC, nominal, over the silicon's economic life:

    LCOC = [PV(capex) - t PV(tax depreciation) + (1-t) PV(opex) - PV(residual after tax)] / [(1-t) PV(hours)]

the textbook revenue-requirement identity (Short, Packey & Holt, NREL/TP-462-5173, 1995, eq. 4-13 f.) with hours in
place of energy. Durables leave at cost less straight line, silicon at nothing. The parts are pre-tax; ``tax`` is the
rest, so that the parts add up. *Real*, the same costs are spread over hours at the real rate ``(1 + nominal) / (1 +
inflation) - 1``: the price in money of month 0 that rises with inflation and pays as much. These lines belong to the
run with ``case.unit_cost``: each phase runs from acceptance to the end of its silicon's economic life whatever is sold,
so that the cost of the site is discounted cost over discounted hours of all phases. A phase leaves with its share of
the durable layer, as old as it is itself.

Useful work and tokens: the cost of an available hour, spread over what the hours get done.
Both are present values over the same hours, so ``cost of work = LCOC x PV(available hours) / PV(work)`` and the lines
belong to the run with ``case.unit_cost``. Lost work (goodput) makes work dearer and hours no dearer.
"""

from __future__ import annotations

from computefactory.ledger import compound, following, given, line, maximum, minimum, over, prev, total, where
from computefactory.units import (
    AcceleratorHour,
    Balance,
    Count,
    Hour,
    MillionTokens,
    MillionTokensPerAcceleratorHour,
    Month,
    One,
    PerYear,
    PflopDay,
    PflopDayPerAcceleratorHour,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerMillionTokens,
    UsdPerPflopDay,
    Year,
)


@line(per="asset")
def a_own(a_consumable: One, silicon_share: One) -> One:
    """Share of the asset that serves the factory's own silicon: tenants use the rest of the durable layer."""
    return a_consumable + (1 - a_consumable) * silicon_share


@line
def building_kept(p_share: One, p_in_service: One) -> One:
    """Share of the building whose phase has not ended."""
    return over(p_share * p_in_service)


@line
def silicon_kept(p_silicon: One, p_generation: One, p_in_service: One) -> One:
    """Share of the first generation's silicon whose phase has not ended."""
    return over(p_silicon * (1 - p_generation) * p_in_service)


@line
def second_silicon_kept(p_silicon: One, p_generation: One, p_in_service: One) -> One:
    """Share of the second generation's silicon whose phase has not ended."""
    return over(p_silicon * p_generation * p_in_service)


@line(per="phase")
def p_leaving(p_share: One, p_in_service: One) -> One:
    """Share of the building that leaves with the end of the phase."""
    return p_share * (p_in_service - following(p_in_service))


@line
def building_leaving(p_leaving: One) -> One:
    """Share of the building whose phase ends with the period."""
    return over(p_leaving)


@line
def use_of_leaving(p_leaving: One, p_energised: Month, month: Month, months: Month) -> Month:
    """Months for which what leaves has had power, by its share of the building."""
    return over(p_leaving * (month + months - p_energised))


@line
def power_month(p_share: One, p_energised: Month) -> Month:
    """Month of power, mean over the building."""
    return over(p_share * p_energised)


@line(per="asset")
def a_late(a_placed: One, month: Month, power_month: Month) -> Month:
    """Months from power to service, mean over the asset."""
    return total(a_placed * month) - power_month


@line(per="asset")
def a_left(
    a_first_cost: Usd,
    a_consumable: One,
    a_depreciable: One,
    a_late: Month,
    building_leaving: One,
    use_of_leaving: Month,
    a_life: Month,
) -> Usd:
    """Durables at the ends of their phases: cost less straight line over their own time in service."""
    worn = (use_of_leaving - a_late * building_leaving) / a_life * a_depreciable
    return a_first_cost * (1 - a_consumable) * maximum(building_leaving - worn, 0)


@line(per="asset")
def a_capital_cost(a_capex: Usd, a_left: Usd, a_own: One, growth: One) -> Usd:
    """Capital cost of the asset: spending less depreciated cost at the phases' ends, present value before tax."""
    return total((a_capex - a_left) / growth) * a_own


@line
def capital_cost(a_capital_cost: Usd) -> Usd:
    """Capital cost, present value before tax."""
    return over(a_capital_cost)


@line
def residual_pv(a_left: Usd, a_own: One, growth: One) -> Usd:
    """Present value of the durable residual."""
    return total(over(a_left * a_own) / growth)


@line(per="tax_class")
def d_phases_kept(
    d_consumable: One, d_generation: One, silicon_kept: One, second_silicon_kept: One, building_kept: One
) -> One:
    """Share of its asset whose phase has not ended."""
    return where(d_consumable > 0, where(d_generation > 0, second_silicon_kept, silicon_kept), building_kept)


@line(per="tax_class")
def d_entered(d_entered: One, d_placed: One) -> One:
    """Share of its asset that has entered service."""
    return prev(d_entered) + d_placed


@line(per="tax_class")
def d_basis_ended(d_tax_basis: Balance, d_basis_sold: Usd, d_phases_kept: One, d_entered: One, held: One) -> Balance:
    """Basis of the phases that have ended: their share of what has entered service."""
    ended = where(d_entered > 0, (1 - following(d_phases_kept)) / d_entered, 0)
    return (d_tax_basis + d_basis_sold) * minimum(ended, 1) * held


@line(per="tax_class")
def d_written_off(d_depreciation: Usd, d_basis_ended: Balance, d_federal: One, held: One) -> Usd:
    """Federal tax depreciation, and the basis that leaves with its phase; nothing twice."""
    return (d_depreciation + d_basis_ended - prev(d_basis_ended)) * d_federal * held


@line
def shield_pv(d_written_off: Usd, d_consumable: One, silicon_share: One, growth: One) -> Usd:
    """Present value of federal tax depreciation, with the basis that leaves at the phases' ends."""
    return total(over(d_written_off * (d_consumable + (1 - d_consumable) * silicon_share)) / growth)


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
def opex_pv(own_opex: Usd, growth: One) -> Usd:
    """Present value of operating cost."""
    return total(own_opex / growth)


@line
def hours_pv(available_hours: AcceleratorHour, growth: One) -> AcceleratorHour:
    """Available accelerator-hours, discounted."""
    return total(available_hours / growth)


@line
def lcoc(
    capital_cost: Usd, residual_pv: Usd, opex_pv: Usd, shield_pv: Usd, tax_rate: One, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Levelised cost of an available accelerator-hour."""
    return (capital_cost - tax_rate * (shield_pv - residual_pv) + (1 - tax_rate) * opex_pv) / (
        (1 - tax_rate) * hours_pv
    )


@line
def real_hours_pv(
    available_hours: AcceleratorHour, growth: One, inflation: PerYear, elapsed_years: Year
) -> AcceleratorHour:
    """Available accelerator-hours, discounted at the real rate (Fisher)."""
    return total(available_hours * compound(inflation, elapsed_years) / growth)


@line
def lcoc_real(
    lcoc: UsdPerAcceleratorHour, hours_pv: AcceleratorHour, real_hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Levelised cost of an available accelerator-hour in money of month 0: the price that rises with inflation."""
    return lcoc * hours_pv / real_hours_pv


@line
def lcoc_power(
    power_cost: Usd, growth: One, a_capital_cost: Usd, a_part_power: One, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Power: energy, demand, electrical plant and grid connection."""
    return (total(power_cost / growth) + over(a_capital_cost * a_part_power)) / hours_pv


@line
def lcoc_silicon(
    silicon_support: Usd, growth: One, a_capital_cost: Usd, a_part_silicon: One, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Silicon: accelerators and their support."""
    return (total(silicon_support / growth) + over(a_capital_cost * a_part_silicon)) / hours_pv


@line
def lcoc_cooling(a_capital_cost: Usd, a_part_cooling: One, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Cooling: mechanical plant (its energy stands under power)."""
    return over(a_capital_cost * a_part_cooling) / hours_pv


@line
def lcoc_interconnect(a_capital_cost: Usd, a_part_fabric: One, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Interconnect: fabric that the silicon price does not include."""
    return over(a_capital_cost * a_part_fabric) / hours_pv


@line(per="asset")
def a_part_shell(a_part_power: One, a_part_cooling: One, a_part_silicon: One, a_part_fabric: One) -> One:
    """1: everything else, that is shell, land, soft cost."""
    return 1 - a_part_power - a_part_cooling - a_part_silicon - a_part_fabric


@line
def lcoc_shell(
    building_cost: Usd, growth: One, a_capital_cost: Usd, a_part_shell: One, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Shell: building, land, rent and property tax."""
    return (total(building_cost / growth) + over(a_capital_cost * a_part_shell)) / hours_pv


@line
def lcoc_people(people_cost: Usd, growth: One, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """People: staff, maintenance and insurance of the building."""
    return total(people_cost / growth) / hours_pv


@line
def lcoc_other(overhead: Usd, growth: One, hours_pv: AcceleratorHour) -> UsdPerAcceleratorHour:
    """Other operating cost: overhead."""
    return total(overhead / growth) / hours_pv


@line
def lcoc_tax(
    lcoc: UsdPerAcceleratorHour, capital_cost: Usd, opex_pv: Usd, hours_pv: AcceleratorHour
) -> UsdPerAcceleratorHour:
    """Tax: what the hour must earn beyond cost to pay income tax on it."""
    return lcoc - (capital_cost + opex_pv) / hours_pv


# of each generation of silicon: its own silicon, the rest by the IT load that runs, tax in proportion


@line
def second_hours_pv(
    p_silicon: One,
    p_hours: One,
    p_generation: One,
    p_live: One,
    accelerators_active: Count,
    availability: One,
    hours: Hour,
    growth: One,
) -> AcceleratorHour:
    """Available accelerator-hours of the second generation, discounted."""
    working = over(p_silicon * p_hours * p_generation * p_live)
    return total(working * accelerators_active * availability * hours / growth)


@line
def second_silicon_pv(
    a_capital_cost: Usd,
    a_consumable: One,
    a_generation: One,
    p_silicon_cost: Usd,
    p_silicon: One,
    p_generation: One,
    p_live: One,
    support_rate: PerYear,
    support_index: One,
    years: Year,
    growth: One,
) -> Usd:
    """Second generation's silicon and fabric with their support, present value before tax."""
    support = over(p_silicon_cost * p_silicon * p_generation * p_live) * support_rate * years * support_index
    return over(a_capital_cost * a_consumable * a_generation) + total(support / growth)


@line
def second_load_share(p_silicon: One, p_load: One, p_generation: One, p_live: One, running: One, growth: One) -> One:
    """Share of the second generation in the IT load that runs, discounted."""
    return total(over(p_silicon * p_load * p_generation * p_live) / growth) / total(running / growth)


@line
def lcoc_of_second(
    lcoc: UsdPerAcceleratorHour,
    capital_cost: Usd,
    opex_pv: Usd,
    silicon_support: Usd,
    a_capital_cost: Usd,
    a_consumable: One,
    second_silicon_pv: Usd,
    second_load_share: One,
    second_hours_pv: AcceleratorHour,
    hours_pv: AcceleratorHour,
    growth: One,
) -> UsdPerAcceleratorHour:
    """Levelised cost of an available hour of the second generation."""
    before_tax = capital_cost + opex_pv
    silicon = over(a_capital_cost * a_consumable) + total(silicon_support / growth)
    own = second_silicon_pv + (before_tax - silicon) * second_load_share
    return where(second_hours_pv > 0, own / second_hours_pv * lcoc * hours_pv / before_tax, 0)


@line
def lcoc_of_first(
    lcoc: UsdPerAcceleratorHour,
    hours_pv: AcceleratorHour,
    lcoc_of_second: UsdPerAcceleratorHour,
    second_hours_pv: AcceleratorHour,
) -> UsdPerAcceleratorHour:
    """Levelised cost of an available hour of the first generation: by hours the two come to that of the site."""
    return (lcoc * hours_pv - lcoc_of_second * second_hours_pv) / (hours_pv - second_hours_pv)


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
