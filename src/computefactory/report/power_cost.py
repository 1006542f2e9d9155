"""Parts of the page ``power``: supply by source, its cost, who bears it, its carbon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.finance.cases import HEAD
from computefactory.page import Cell, Column, Figure, Grid, Of, Section, megawatts, worked
from computefactory.plant.climate import MONTH_STARTS
from computefactory.report.named import FiguresOf

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["bearer", "carbon", "cost", "metered", "supply"]

KW_PER_MW, KWH_PER_GWH, G_PER_KG, KG_PER_T = 1e3, 1e6, 1e3, 1e3
STEP = 0.001  # USD/kWh
HALF = 0.5
CARRIED = ("Of the country; a contract changes the account, not the grid.",)
ONSITE = ("generation", "solar", "wind", "battery")
CHARGES = (
    ("energy", "energy and fuel", "energy_charge"),
    ("demand", "demand", "demand_charge"),
    ("capacity", "capacity", "capacity_charge"),
    ("fixed", "fixed, contracts, upkeep", "fixed_charges"),
    ("riders", "riders on the bill", "rider_charge"),
)
YEAR_ENERGY = "total(bought_energy * first_year)"
OWN_ENERGY = "total(grid_energy * first_year)"  # of the factory's own silicon
SENT = "highest(dispatch.sent)"
YEAR_COST = "total((power_cost + tenants_power_cost) * first_year)"
OWN_COST = "total(power_cost * first_year)"
YEAR_HOURS = "total(available_hours * first_year)"
PASSED_ON = "total(over(c_power_recovered)) / total(power_cost + tenants_power_cost)"


def metered(result: Result) -> str:
    """The design load behind the meter: own silicon and tenants; a supply stack is dispatched for own silicon."""
    return "it_design_load" if result.factory.plant.sources else "(it_design_load + leased_power)"


class _Year:
    """Lines of the first twelve full months, and the typical year by source."""

    def __init__(self, result: Result) -> None:
        self.lines, self.weight = result.runs[HEAD].lines, result.known["first_year"]
        self.energy = float(self.lines["bought_energy"] @ self.weight)
        self.own = float(self.lines["grid_energy"] @ self.weight)

    def usd(self, name: str) -> float:
        return float(self.lines[name] @ self.weight) if name in self.lines else 0.0

    def item(self, name: str, place: int) -> float:
        return float(self.lines[name][place] @ self.weight)


def supply(result: Result) -> Section:
    """Energy, highest draw and cost of each source."""
    year, plant, found = _Year(result), result.factory.plant, result.known["dispatch"]
    columns = (
        Column("source", "source"),
        Column("kind", "kind"),
        Column("energy_gwh", "energy", "GWh", of=Of("total(s_energy * first_year)", scale=1e-6)),
        Column("share", "share", "%", of=f"total(s_energy * first_year) / {OWN_ENERGY}"),
        Column("peak_mw", "peak", "MW", of=megawatts("{}")),
        Column("cost_usd", "a year", "USD", of="total(s_cost * first_year)"),
        Column("usd_per_kwh", "each", "USD/kWh", of="total(s_cost * first_year) / total(s_energy * first_year)"),
    )
    if not plant.sources:
        (name,) = result.factory.document.model.power.supply
        peak = float((year.lines["peak_power"] + year.lines["tenants_peak"]).max()) / KW_PER_MW
        each = year.usd("power_bill") / year.energy if year.energy else None
        row = (name, "tariff", year.energy / KWH_PER_GWH, 1.0, peak, year.usd("power_bill"), each)
        whole = worked("there is no other source", YEAR_ENERGY)
        of = (Of(YEAR_ENERGY, scale=1e-6), whole, megawatts("highest(peak_power + tenants_peak)"))
        return Section(
            "supply",
            "Supply, first full year",
            grid=Grid(columns, (row,), places=(("", "", *of, YEAR_COST, f"{YEAR_COST} / {YEAR_ENERGY}"),)),
        )
    rows: list[tuple[Cell, ...]] = []
    names: list[str] = []  # of the highest draw
    for place, source in enumerate(plant.sources):
        energy, cost = year.item("s_energy", place), year.item("s_cost", place)
        carried = source.kind == "tariff" and bool(source.delivery)  # type: ignore[union-attr]
        share = None if carried or not year.own else energy / year.own
        each = cost / energy if energy > 0 else None
        metered = found.swing if source.kind == "tariff" else 1.0  # as the bill of the plain tariff has it
        top = float((np.maximum.reduceat(found.sent[place], MONTH_STARTS) * metered).max()) / KW_PER_MW
        kind = "delivery" if carried else source.kind
        rows.append((source.name, kind, energy / KWH_PER_GWH, share, top, cost, each))
        names.append("highest(top_by_month(dispatch.sent) * dispatch.swing)" if source.kind == "tariff" else SENT)
    carrying = any(row[1] == "delivery" for row in rows)
    words = ["Delivery carries what others sell: it is no energy of its own."] if carrying else []
    if any(source.kind in ONSITE for source in plant.sources):
        words.append("Plant on the site stands under capex; its cost a kWh here is fuel and upkeep.")
    places = tuple(Of(name, str(row[0])) for name, row in zip(names, rows, strict=True))
    grid = Grid(columns, tuple(rows), places=places)
    figures = []
    if any(source.kind == "battery" for source in plant.sources):
        label = "cost of this plan above the cheapest, at most"
        figures.append(FiguresOf(result)("plan_above_usd", label, "USD", "supply_plan.above", "typical year"))
        words.append("Stores are as full at the end of a month as at its beginning, and do one thing in an hour.")
    return Section("supply", "Supply, first full year", tuple(figures), grid, tuple(words))


def cost(result: Result) -> Section:
    """The bill by charge, and what it comes to by kWh, hour and accelerator."""
    year, shown = _Year(result), FiguresOf(result)
    figures: list[Figure] = []
    billed = OWN_ENERGY if result.factory.plant.sources else YEAR_ENERGY  # a stack's bill is for own silicon
    for name, label, line in CHARGES:
        if year.usd(line):
            of = f"total({line} * first_year)"
            figures.append(shown(f"{name}_usd", label, "USD", of))
            figures.append(shown(f"{name}_usd_per_grid_kwh", "  per kWh at the meter", "USD/kWh", f"{of} / {billed}"))
    peak = f"(peak_per_it_kw * {metered(result)})"
    mean_load = f"mean(typical_power.grid) * {metered(result)}"
    firm, per_mw = f"minimum(connection_power + lowest(firm_onsite), {peak})", f"({peak} / 1000)"
    figures += [
        shown(name, label, unit, of)
        for name, label, unit, of in (
            ("power_cost_usd", "all-in", "USD", YEAR_COST),
            ("usd_per_grid_kwh", "  per kWh at the meter", "USD/kWh", f"{YEAR_COST} / {YEAR_ENERGY}"),
            ("usd_per_it_kwh", "  per kWh at the IT", "USD/kWh", f"{YEAR_COST} / total(bought_it_energy * first_year)"),
            ("usd_per_accelerator_hour", "  per accelerator-hour", "USD/h", f"{OWN_COST} / {YEAR_HOURS}"),
            ("kwh_per_accelerator_hour", "energy per accelerator-hour", "kWh", f"{OWN_ENERGY} / {YEAR_HOURS}"),
            ("peak_mw", "facility peak, design draw", "MW", megawatts(peak)),
            ("load_factor", "mean load / peak", "%", f"{mean_load} / {peak}"),
            ("firm_share", "peak that firm supply carries", "%", f"{firm} / {peak}"),
            ("unserved_hours", "hours with load shed, typical year", "h", "supply_limits"),
            ("unserved_kwh", "energy not served", "kWh", "total(dispatch.shed)"),
            ("power_served", "energy served", "%", "power_served"),
            (
                "accelerators_per_grid_mw",
                "accelerators per MW of grid peak",
                "",
                f"accelerators_installed / {per_mw}",
            ),
            (
                "revenue_usd_per_grid_mw",
                "revenue a year per MW of grid peak",
                "USD",
                f"total(revenue * first_year) / {per_mw}",
            ),
        )
    ]
    return Section("cost", "Cost, first full year", tuple(figures))


def bearer(result: Result) -> Section:
    """What a dearer kWh costs the factory: its ledger again with that price, all else as it stands."""
    run = result.runs[HEAD]
    raised: dict[str, Any] = dict(run.inputs)
    raised["energy_price"] = run.inputs["energy_price"] + STEP
    if result.factory.plant.sources:
        price = np.array(run.inputs["s_energy_price"], dtype=float)
        for place, source in enumerate(result.factory.plant.sources):
            carried = source.kind == "tariff" and bool(source.delivery)  # type: ignore[union-attr]
            price[place] += 0.0 if carried or source.kind == "battery" else STEP
        raised["s_energy_price"] = price
    change = (run.ledger.run(raised)["npv_usd"] - run.lines["npv_usd"]) / STEP
    cost = float((run.lines["power_cost"] + run.lines["tenants_power_cost"]).sum())
    passed = float(np.sum(run.lines["c_power_recovered"]))
    share = passed / cost if cost else None
    who = "the customer" if share and share > HALF else "the operator: its prices are fixed"
    if not cost and run.lines["tenants_own_power"].any():
        who = "the tenants: they pay for their own power"
    return Section(
        "bearer",
        "Who bears the price of power",
        (
            Figure(
                "npv_usd_per_cent",
                "NPV lost by one cent more a kWh",
                -change / 100,
                "USD",
                "contract only",
                worked(
                    "npv_usd less npv_usd with a dearer kWh from every source, for a cent", "npv_usd", "energy_price"
                ),
            ),
            Figure("passed_on", "power cost passed on to customers", share, "%", of=PASSED_ON),
            Figure("bearer", "borne by", who),
        ),
    )


def carbon(result: Result) -> Section:
    """Grid carbon by two sources, and what is burnt on the site."""
    found, plant = result.known["dispatch"], result.factory.plant
    year = _Year(result)
    grid = year.energy
    burnt = 0.0
    if plant.sources:
        scale = year.own / (float(found.load.sum() - found.shed.sum()) or 1.0)
        grid = float(found.imports.sum()) * scale
        for place, source in enumerate(plant.sources):
            if source.kind == "generation":
                per_kwh = float(source.heat_rate * source.fuel_carbon)  # type: ignore[union-attr]
                burnt += year.item("s_energy", place) * per_kwh / KG_PER_T
    figures = []
    for field in ("grid_carbon_intensity", "grid_carbon_intensity_owid"):
        fact = _of_country(result, field)
        if fact is None:
            continue
        tonnes = grid * float(fact.value) / G_PER_KG / KG_PER_T
        maps = field == "grid_carbon_intensity"
        name, label = ("electricity_maps", "Electricity Maps") if maps else ("owid", "Our World in Data")
        note = f"{float(fact.value):.0f} g/kWh, {fact.as_of}"
        of = worked("kWh from the grid x carbon of a kWh", YEAR_ENERGY, f"market/{fact.key}/{field}")
        figures.append(Figure(f"grid_t_{name}", f"CO2 of the grid's kWh, {label}", tonnes, "t", note, of))
    if not figures:
        figures.append(Figure("grid_t", "CO2 of the grid's kWh", None, "t", f"no row for {plant.site.country}"))
    if burnt:
        of = worked("kWh of each generator x heat rate x carbon of its fuel", "over(total(s_energy * first_year))")
        figures.append(Figure("onsite_t", "CO2 of fuel burnt on the site", burnt, "t", of=of))
    return Section("carbon", "Carbon, first full year", tuple(figures), text=CARRIED)


def _of_country(result: Result, field: str) -> Any:
    library, country = result.factory.library, result.factory.plant.site.country
    for key in library.keys("market"):
        if library.fact("market", key, "country").value == country and field in library.fields("market", key):
            return library.fact("market", key, field)
    return None
