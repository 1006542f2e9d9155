"""The page of ``show FILE power``: connection, chain by level, supply and its cost, who bears it, carbon, hours."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.climate import MONTH_STARTS
from computefactory.plant.power import Chain
from computefactory.plant.supply_limits import MONTH_NAMES, hour_name
from computefactory.report.sheet import Cell, Column, Figure, Grid, Of, Section, Sheet, megawatts, worked

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["sheet"]

Array = NDArray[np.float64]
HEAD = "contract_only"
KW_PER_MW, KWH_PER_GWH, G_PER_KG, KG_PER_T = 1e3, 1e6, 1e3, 1e3
STEP = 0.001  # USD/kWh
HALF, SHOWN, ROUNDING = 0.5, 5, 1e-9
CARRIED = ("Of the country; a contract changes the account, not the grid.",)
CHARGES = (
    ("energy", "energy and fuel", "energy_charge"),
    ("demand", "demand", "demand_charge"),
    ("capacity", "capacity", "capacity_charge"),
    ("fixed", "fixed, contracts, upkeep", "fixed_charges"),
    ("riders", "riders on the bill", "rider_charge"),
)
GRID, STATED = "plant.interconnection", "power.interconnection"
RACKS_THAT_FIT = (
    "floor(interconnection_limit / (plant.silicon.rack_power * plant.electrical.provisioning) + 0.000000001)"
)
METER_PEAK = "grid_peak_per_it_kw * (it_design_load + leased_power)"
LEVELS = (  # what leaves a level of the chain, and what it loses
    ("{0}.grid", "0 * {0}.grid"),
    ("{0}.grid - {0}.transformer", "{0}.transformer"),
    ("{0}.cooling", "0 * {0}.grid"),
    ("{0}.it + {0}.distribution", "{0}.ups"),
    ("{0}.it", "{0}.distribution"),
    ("{0}.it", "0 * {0}.grid"),
)
YEAR_ENERGY = "total(grid_energy * first_year)"
SENT = "highest(dispatch.sent)"
YEAR_COST = "total(power_cost * first_year)"
YEAR_HOURS = "total(available_hours * first_year)"
PASSED_ON = "total(over(c_power_recovered)) / total(power_cost)"
UNKNOWN = "not stated"
ONSITE = ("generation", "solar", "wind", "battery")


def sheet(result: Result) -> Sheet:
    """Power of a factory as a page."""
    sections = (
        _connection(result),
        _chain(result),
        _supply(result),
        _cost(result),
        _bearer(result),
        _carbon(result),
        _monthly(result),
        _hourly(result),
    )
    return Sheet("power", result.factory.name, sections)


def _connection(result: Result) -> Section:
    known, grid = result.known, result.factory.plant.interconnection
    stated = result.factory.document.model.power.interconnection
    installed = float(known["it_design_load"]) / KW_PER_MW
    largest = float(known["interconnection_limit"])
    rack = float(result.factory.plant.silicon.rack_power) * float(result.factory.plant.electrical.provisioning)
    firm, may = known["firm_onsite"], float(known["connection_power"])
    racks = floor(largest / rack + ROUNDING) if rack else None
    let = sum(float(lease.power) for lease in result.factory.offtake.leases) / KW_PER_MW
    peak = float(known["grid_peak_per_it_kw"]) * (installed + let)
    swing = f"{stated.load_swing / 3600:,.6g} kW/s" if stated.load_swing is not None else UNKNOWN
    ride = f"{stated.ride_through * 3.6e6:,.6g} ms" if stated.ride_through is not None else UNKNOWN
    figures = [
        Figure("level_kv", "voltage at the meter", float(grid.level), "kV", grid.status, f"{GRID}.level"),
        _mw("capacity_mw", "capacity", float(grid.capacity), f"{GRID}.capacity"),
        _mw("reserved_mw", "reserved for this factory", float(grid.reserved), f"{GRID}.reserved"),
        _mw("firm_mw", "with one transformer out (N-1)", float(grid.firm), f"{GRID}.firm"),
        Figure(
            "apparent_mw",
            "power factor x apparent power",
            _finite(grid.real),
            "MW",
            _note(stated.apparent),
            megawatts(f"{GRID}.real"),
        ),
        _mw("connection_mw", "what may be drawn: the least of them", may, "connection_power"),
        _mw("firm_onsite_mw", "firm plant on the site, hottest hour", float(firm.min()), "lowest(firm_onsite)"),
        _mw("largest_it_mw", "largest IT load in every hour", largest, "interconnection_limit"),
        Figure("racks_that_fit", "racks that it holds", racks, "", "by power alone", RACKS_THAT_FIT),
        Figure("it_load_mw", "IT design load installed", installed, "MW"),
        Figure("leased_mw", "IT power let to tenants", let, "MW", of=megawatts("leased_power")),
        Figure("grid_peak_mw", "peak at the meter, design draw", peak, "MW", of=megawatts(METER_PEAK)),
        Figure(
            "stranded_mw",
            "stranded",
            round(float(known["stranded_power"]) / KW_PER_MW, 9) + 0.0,
            "MW",
            of="stranded_power_mw",
        ),
        Figure(
            "security_usd",
            "deposit held by the utility",
            stated.security,
            "USD",
            _note(stated.security),
            "power.interconnection.security",
        ),
        Figure("load_swing", "fastest change of load allowed", swing, of=Of(f"{STATED}.load_swing", scale=1 / 3600)),
        Figure("ride_through", "voltage dip to ride through", ride, of=Of(f"{STATED}.ride_through", scale=3.6e6)),
    ]
    return Section("connection", "Connection", tuple(figures))


def _mw(name: str, label: str, kw: float, of: str) -> Figure:
    return Figure(name, label, kw / KW_PER_MW, "MW", of=megawatts(of))


def _note(stated: object) -> str:
    return UNKNOWN if stated is None else ""


def _finite(kw: float) -> float | None:
    return float(kw) / KW_PER_MW if np.isfinite(kw) else None


def _levels(chain: Chain, hour: slice | int) -> list[tuple[str, float, float]]:
    """Each level of the chain: its name, what leaves it and what it loses, per kW of design IT."""

    def mean(values: Array) -> float:
        return float(np.mean(values[hour]))

    grid, transformer, cooling = mean(chain.grid), mean(chain.transformer), mean(chain.cooling)
    ups, distribution, it = mean(chain.ups), mean(chain.distribution), mean(chain.it)
    low = grid - transformer
    return [
        ("meter", grid, 0.0),
        ("transformers", low, transformer),
        ("cooling, lighting", cooling, 0.0),
        ("UPS", it + distribution, ups),
        ("busway, PDUs", it, distribution),
        ("IT", it, 0.0),
    ]


def _chain(result: Result) -> Section:
    known, electrical = result.known, result.factory.plant.electrical
    load = float(known["it_design_load"]) / KW_PER_MW
    full, typical = known["full_load_power"], known["typical_power"]
    design = _levels(full, int(np.argmax(full.grid)))
    mean = _levels(typical, slice(None))
    kv = f"{float(result.factory.plant.interconnection.level):g} kV"
    modules = f"{float(electrical.redundancy_modules):.2f} x"
    marks = {"meter": kv, "transformers": "N-1", "UPS": f"{_redundancy(result)} {modules}"}
    rows: list[tuple[Cell, ...]] = []
    for (name, out, lost), (_, out_mean, lost_mean) in zip(design, mean, strict=True):
        efficiency = out / (out + lost) if lost else None
        rows.append((name, marks.get(name, ""), out * load, lost * load, out_mean * load, lost_mean * load, efficiency))
    gap = max(_gap(chain) for chain in (full, typical))
    marked = {"meter": "plant.interconnection.level", "UPS": "plant.electrical.redundancy_modules"}
    places = tuple(
        ("", marked.get(str(row[0]), ""), *_chain_of(out, lost)) for row, (out, lost) in zip(rows, LEVELS, strict=True)
    )
    columns = (
        Column("level", "level"),
        Column("redundancy", "redundancy"),
        Column("design_mw", "design", "MW"),
        Column("design_loss_mw", "lost", "MW"),
        Column("mean_mw", "mean", "MW"),
        Column("mean_loss_mw", "lost", "MW"),
        Column("efficiency", "eff.", "%"),
    )
    closes = worked("the largest |sum of the levels / meter - 1| of any hour", "pue_hourly")
    figures = (Figure("energy_gap", "what does not close, share of the meter", gap, of=closes),)
    return Section("chain", "From the meter to the racks", figures, Grid(columns, tuple(rows), places=places))


def _chain_of(out: str, lost: str) -> tuple[Of | str, ...]:
    """What a level lets through and loses: in the hour of the highest draw, and in the mean."""
    peak = [f"at_peak({part.format('full_load_power')}, full_load_power.grid)" for part in (out, lost)]
    mean = [f"mean({part.format('typical_power')})" for part in (out, lost)]
    loads = (megawatts(f"{part} * it_design_load") for part in (*peak, *mean))
    return (*loads, f"{peak[0]} / ({peak[0]} + {peak[1]})")


def _redundancy(result: Result) -> str:
    stated = result.factory.document.model.electrical
    if stated is not None and stated.redundancy is not None:
        return stated.redundancy
    return str(result.factory.library.fact("electrical", "default", "redundancy").value)


def _gap(chain: Chain) -> float:
    """The largest share of the meter's power that the levels do not account for, over all hours."""
    parts = chain.it + chain.cooling + chain.distribution + chain.ups + chain.transformer
    return float(np.max(np.abs(parts / chain.grid - 1)))


class _Year:
    """Lines of the first twelve full months, and the typical year by source."""

    def __init__(self, result: Result) -> None:
        self.lines, self.weight = result.runs[HEAD].lines, result.known["first_year"]
        self.energy = float(self.lines["grid_energy"] @ self.weight)
        self.it = float(self.lines["it_energy"] @ self.weight)
        self.hours = float(self.lines["available_hours"] @ self.weight)

    def usd(self, name: str) -> float:
        return float(self.lines[name] @ self.weight) if name in self.lines else 0.0

    def item(self, name: str, place: int) -> float:
        return float(self.lines[name][place] @ self.weight)


def _supply(result: Result) -> Section:
    year, plant, found = _Year(result), result.factory.plant, result.known["dispatch"]
    columns = (
        Column("source", "source"),
        Column("kind", "kind"),
        Column("energy_gwh", "energy", "GWh", of=Of("total(s_energy * first_year)", scale=1e-6)),
        Column("share", "share", "%", of=f"total(s_energy * first_year) / {YEAR_ENERGY}"),
        Column("peak_mw", "peak", "MW", of=megawatts("{}")),
        Column("cost_usd", "a year", "USD", of="total(s_cost * first_year)"),
        Column("usd_per_kwh", "each", "USD/kWh", of="total(s_cost * first_year) / total(s_energy * first_year)"),
    )
    if not plant.sources:
        (name,) = result.factory.document.model.power.supply
        peak = float(year.lines["peak_power"].max()) / KW_PER_MW
        each = year.usd("power_cost") / year.energy if year.energy else None
        row = (name, "tariff", year.energy / KWH_PER_GWH, 1.0, peak, year.usd("power_cost"), each)
        whole = worked("there is no other source", YEAR_ENERGY)
        of = (Of(YEAR_ENERGY, scale=1e-6), whole, megawatts("highest(peak_power)"))
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
        share = None if carried or not year.energy else energy / year.energy
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
    return Section("supply", "Supply, first full year", grid=grid, text=tuple(words))


def _cost(result: Result) -> Section:
    year, known = _Year(result), result.known
    figures: list[Figure] = []
    for name, label, line in CHARGES:
        amount = year.usd(line)
        if amount:
            of = f"total({line} * first_year)"
            figures.append(Figure(f"{name}_usd", label, amount, "USD", of=of))
            each, of = _over(amount, year.energy), f"{of} / {YEAR_ENERGY}"
            figures.append(Figure(f"{name}_usd_per_grid_kwh", "  per kWh at the meter", each, "USD/kWh", of=of))
    total = year.usd("power_cost")
    peak = float(known["peak_power"])
    load = float(known["typical_power"].grid.mean()) * float(known["it_design_load"])
    firm = min(float(known["connection_power"]) + float(known["firm_onsite"].min()), peak)
    shed = known["dispatch"].shed
    hours = float(known["supply_limits"])
    accelerators = float(result.factory.plant.silicon.accelerators)
    figures += [
        Figure(name, label, value, unit, of=of)
        for name, label, value, unit, of in (
            ("power_cost_usd", "all-in", total, "USD", YEAR_COST),
            (
                "usd_per_grid_kwh",
                "  per kWh at the meter",
                _over(total, year.energy),
                "USD/kWh",
                f"{YEAR_COST} / {YEAR_ENERGY}",
            ),
            (
                "usd_per_it_kwh",
                "  per kWh at the IT",
                _over(total, year.it),
                "USD/kWh",
                f"{YEAR_COST} / total(it_energy * first_year)",
            ),
            (
                "usd_per_accelerator_hour",
                "  per accelerator-hour",
                _over(total, year.hours),
                "USD/h",
                f"{YEAR_COST} / {YEAR_HOURS}",
            ),
            (
                "kwh_per_accelerator_hour",
                "energy per accelerator-hour",
                _over(year.energy, year.hours),
                "kWh",
                f"{YEAR_ENERGY} / {YEAR_HOURS}",
            ),
            ("peak_mw", "facility peak, design draw", peak / KW_PER_MW, "MW", megawatts("steps.peak_power")),
            (
                "load_factor",
                "mean load / peak",
                _over(load, peak),
                "%",
                "mean(typical_power.grid) * it_design_load / steps.peak_power",
            ),
            (
                "firm_share",
                "peak that firm supply carries",
                _over(firm, peak),
                "%",
                "minimum(connection_power + lowest(firm_onsite), steps.peak_power) / steps.peak_power",
            ),
            ("unserved_hours", "hours with load shed, typical year", hours, "h", "supply_limits"),
            (
                "unserved_kwh",
                "energy not served",
                float(shed.sum()) if shed.size else 0.0,
                "kWh",
                "total(dispatch.shed)",
            ),
            ("power_served", "energy served", float(known["power_served"]), "%", "power_served"),
            (
                "accelerators_per_grid_mw",
                "accelerators per MW of grid peak",
                _over(accelerators, peak / KW_PER_MW),
                "",
                "plant.silicon.accelerators / (steps.peak_power / 1000)",
            ),
            (
                "revenue_usd_per_grid_mw",
                "revenue a year per MW of grid peak",
                _over(year.usd("revenue"), peak / KW_PER_MW),
                "USD",
                "total(revenue * first_year) / (steps.peak_power / 1000)",
            ),
        )
    ]
    return Section("cost", "Cost, first full year", tuple(figures))


def _over(amount: float, base: float) -> float | None:
    return amount / base if base else None


def _bearer(result: Result) -> Section:
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
    cost = float(run.lines["power_cost"].sum())
    passed = float(np.sum(run.lines["c_power_recovered"]))
    share = passed / cost if cost else None
    of = PASSED_ON if "c_power_recovered" in run.lines else worked("no buyer pays for power apart", "power_cost")
    who = "the customer" if share and share > HALF else "the operator: its prices are fixed"
    if not cost and not run.lines["tenants_power_cost"].sum() and run.lines["tenants_own_power"].any():
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
            Figure("passed_on", "power cost passed on to customers", share, "%", of=of),
            Figure("bearer", "borne by", who),
        ),
    )


def _carbon(result: Result) -> Section:
    """Grid carbon by two sources, and what is burnt on the site."""
    found, plant = result.known["dispatch"], result.factory.plant
    year = _Year(result)
    grid = year.energy
    burnt = 0.0
    if plant.sources:
        scale = year.energy / (float(found.load.sum() - found.shed.sum()) or 1.0)
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
    country = result.factory.plant.site.country
    for fact in result.factory.library.rows("market"):
        if fact.field == field and fact.note.partition(";")[0].strip() == country:
            return fact
    return None


def _monthly(result: Result) -> Section:
    """The typical year by month: load, sources, highest draw."""
    known, plant = result.known, result.factory.plant
    load = known["typical_power"].grid * float(known["it_design_load"])
    columns = [
        Column("month", "month"),
        Column("load_gwh", "load", "GWh", of=Of("by_month(typical_power.grid) * it_design_load", scale=1e-6)),
        Column("peak_mw", "peak", "MW", of=megawatts("facility_peak_per_it_kw * it_design_load")),
    ]
    found = known["dispatch"]
    named = [source.name for source in plant.sources]
    columns += [
        Column(f"{name}_gwh", name, "GWh", of=Of(f"by_month(dispatch.sent[{name}])", scale=1e-6)) for name in named
    ]
    sums = np.add.reduceat(load, MONTH_STARTS) / KWH_PER_GWH
    tops = known["facility_peak_per_it_kw"] * float(known["it_design_load"]) / KW_PER_MW
    parts = [np.add.reduceat(sent, MONTH_STARTS) / KWH_PER_GWH for sent in found.sent]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month, float(sums[k]), float(tops[k]), *(float(part[k]) for part in parts))
        for k, month in enumerate(MONTH_NAMES)
    )
    places = tuple(Of(item=str(k + 1)) for k in range(len(rows)))
    grid = Grid(tuple(columns), rows, long=len(named) > SHOWN, places=places)
    return Section("monthly", "Typical year by month", grid=grid)


def _hourly(result: Result) -> Section:
    """The typical year by hour, for files."""
    known, plant = result.known, result.factory.plant
    load = known["typical_power"].grid * float(known["it_design_load"])
    found = known["dispatch"]
    columns = [
        Column("hour", "hour"),
        Column("time", "time"),
        Column("load_kw", "load", "kW", of="typical_power.grid * it_design_load"),
    ]
    series = [load]
    for place, source in enumerate(plant.sources):
        columns += [
            Column(f"{source.name}_kw", source.name, "kW", of=f"dispatch.sent[{source.name}]"),
            Column(f"{source.name}_price", "price", "USD/kWh", of=f"dispatch.price[{source.name}]"),
        ]
        series += [found.sent[place], found.price[place]]
    if plant.sources:
        columns.append(Column("shed_kw", "shed", "kW", of="dispatch.shed"))
        series.append(found.shed)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (hour, hour_name(hour), *(float(value) for value in row)) for hour, row in enumerate(zip(*series, strict=True))
    )
    places = tuple(Of(item=str(hour + 1)) for hour in range(len(rows)))
    return Section("hourly", "Typical year by hour", grid=Grid(tuple(columns), rows, long=True, places=places))
