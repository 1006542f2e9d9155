"""The page of ``show FILE power``: connection, chain by level, supply and its cost, who bears it, carbon, hours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from computefactory.names import number_of
from computefactory.page import Cell, Column, Figure, Grid, Of, Page, Section, megawatts, worked
from computefactory.plant.power import Chain
from computefactory.plant.supply_limits import MONTH_NAMES, hour_name
from computefactory.registry import page
from computefactory.report import power_cost
from computefactory.report.named import FiguresOf, filled

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["power"]

Array = NDArray[np.float64]
KW_PER_MW = 1e3
SHOWN = 5
GRID, STATED = "plant.interconnection", "power.interconnection"
METER_PEAK = "grid_peak_per_it_kw * (it_design_load + leased_power)"
LEVELS = (  # what leaves a level of the chain, and what it loses
    ("{0}.grid", "0 * {0}.grid"),
    ("{0}.grid - {0}.transformer", "{0}.transformer"),
    ("{0}.cooling", "0 * {0}.grid"),
    ("{0}.it + {0}.distribution", "{0}.ups"),
    ("{0}.it", "{0}.distribution"),
    ("{0}.it", "0 * {0}.grid"),
)
UNKNOWN = "not stated"


@page("power")
def power(result: Result) -> Page:
    """Power of a factory as a page."""
    sections = (
        _connection(result),
        _chain(result),
        power_cost.supply(result),
        power_cost.cost(result),
        power_cost.bearer(result),
        power_cost.carbon(result),
        _monthly(result),
        _hourly(result),
    )
    return Page("power", result.factory.name, sections)


def _connection(result: Result) -> Section:
    grid, stated = result.factory.plant.interconnection, result.factory.document.model.power.interconnection
    swing = f"{stated.load_swing / 3600:,.6g} kW/s" if stated.load_swing is not None else UNKNOWN
    ride = f"{stated.ride_through * 3.6e6:,.6g} ms" if stated.ride_through is not None else UNKNOWN
    shown = FiguresOf(result)
    stranded = round(float(result.known["stranded_power"]) / KW_PER_MW, 9) + 0.0
    figures = (
        shown("level_kv", "voltage at the meter", "kV", f"{GRID}.level", grid.status),
        shown("capacity_mw", "capacity", "MW", megawatts(f"{GRID}.capacity")),
        shown("reserved_mw", "reserved for this factory", "MW", megawatts(f"{GRID}.reserved")),
        shown("firm_mw", "with one transformer out (N-1)", "MW", megawatts(f"{GRID}.firm")),
        shown("apparent_mw", "power factor x apparent power", "MW", megawatts(f"{GRID}.real"), _note(stated.apparent)),
        shown("connection_mw", "what may be drawn: the least of them", "MW", megawatts("connection_power")),
        shown("firm_onsite_mw", "firm plant on the site, hottest hour", "MW", megawatts("lowest(firm_onsite)")),
        shown("largest_it_mw", "largest IT load in every hour", "MW", megawatts("interconnection_limit")),
        _racks(result),
        shown("it_load_mw", "IT design load installed", "MW"),
        shown("leased_mw", "IT power let to tenants", "MW", megawatts("leased_power")),
        shown("grid_peak_mw", "peak at the meter, design draw", "MW", megawatts(METER_PEAK)),
        Figure("stranded_mw", "stranded", stranded, "MW", of="stranded_power_mw"),
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
    )
    return Section("connection", "Connection", figures)


def _racks(result: Result) -> Figure:
    """Racks of this kind that the connection holds beside the tenants, as the page of the plant has them."""
    label = "racks that it holds, with their fabric"
    if "power" not in result.known["limits"].racks:
        return Figure("racks_that_fit", label, None, note="tenants bring their own")
    return FiguresOf(result)("racks_that_fit", label, "", "limits.racks.power", "by power alone")


def _note(stated: object) -> str:
    return UNKNOWN if stated is None else ""


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
    load = _metered(result) / KW_PER_MW
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
        ("", marked.get(str(row[0]), ""), *_chain_of(out, lost, power_cost.metered(result)))
        for row, (out, lost) in zip(rows, LEVELS, strict=True)
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


def _chain_of(out: str, lost: str, metered: str) -> tuple[Of | str, ...]:
    """What a level lets through and loses: in the hour of the highest draw, and in the mean."""
    peak = [f"at_peak({part.format('full_load_power')}, full_load_power.grid)" for part in (out, lost)]
    mean = [f"mean({part.format('typical_power')})" for part in (out, lost)]
    loads = (megawatts(f"{part} * {metered}") for part in (*peak, *mean))
    return (*loads, f"{peak[0]} / ({peak[0]} + {peak[1]})")


def _metered(result: Result) -> float:
    """The design load behind the meter."""
    load = number_of(result, Of(power_cost.metered(result)))
    assert load is not None
    return load


def _redundancy(result: Result) -> str:
    stated = result.factory.document.model.electrical
    if stated is not None and stated.redundancy is not None:
        return stated.redundancy
    return str(result.factory.library.fact("electrical", "default", "redundancy").value)


def _gap(chain: Chain) -> float:
    """The largest share of the meter's power that the levels do not account for, over all hours."""
    parts = chain.it + chain.cooling + chain.distribution + chain.ups + chain.transformer
    return float(np.max(np.abs(parts / chain.grid - 1)))


def _monthly(result: Result) -> Section:
    """The typical year by month: load, sources, highest draw."""
    columns = [
        Column("month", "month"),
        Column(
            "load_gwh", "load", "GWh", of=Of(f"by_month(typical_power.grid) * {power_cost.metered(result)}", scale=1e-6)
        ),
        Column("peak_mw", "peak", "MW", of=megawatts(f"facility_peak_per_it_kw * {power_cost.metered(result)}")),
    ]
    named = [source.name for source in result.factory.plant.sources]
    columns += [
        Column(f"{name}_gwh", name, "GWh", of=Of(f"by_month(dispatch.sent[{name}])", scale=1e-6)) for name in named
    ]
    places = tuple(Of(item=str(k + 1)) for k in range(len(MONTH_NAMES)))
    grid = filled(result, columns, ((month,) for month in MONTH_NAMES), places)
    return Section("monthly", "Typical year by month", grid=replace(grid, long=len(named) > SHOWN))


def _hourly(result: Result) -> Section:
    """The typical year by hour, for files."""
    known, plant = result.known, result.factory.plant
    load = known["typical_power"].grid * _metered(result)
    found = known["dispatch"]
    columns = [
        Column("hour", "hour"),
        Column("time", "time"),
        Column("load_kw", "load", "kW", of=f"typical_power.grid * {power_cost.metered(result)}"),
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
