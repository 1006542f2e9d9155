"""Parts of the page ``plant``: where the machines stand, how they are joined, what limits them."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from computefactory.page import Column, Figure, Grid, Of, Section, megawatts, worked
from computefactory.report.named import FiguresOf, filled
from computefactory.report.phases import phases
from computefactory.studies.relief import ReliefStudy

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["limits", "sections", "use_of"]

KW_PER_MW = 1e3
SHARE, USD = "%", "USD"
NPV = ("npv_usd", "accelerators_installed")
STEP = ("racks", "steps.peak_power", "it_design_load")
FIBRES = "(fabric_bill.links - fabric_bill.copper_links)"
EACH = "fabric_bill.cost_usd / fabric_bill.nics"
BILL = {  # what count, power and cost of each row of the bill are
    **{
        f"{name} switches": (count, f"{count} * plant.network.switch_power", f"{count} * plant.network.switch_price")
        for name, count in (
            ("leaf", "fabric_bill.leaves"),
            ("spine", "fabric_bill.spines"),
            ("core", "fabric_bill.cores"),
        )
    },
    "transceivers": tuple(f"fabric_bill.transceiver{part}" for part in ("s", "_power_kw", "_cost_usd")),
    "fibre cables": (FIBRES, f"0 * {FIBRES}", f"{FIBRES} * plant.network.fibre_price"),
    "copper cables": tuple(f"fabric_bill.copper_links * {each}" for each in ("1", "0", "plant.network.copper_price")),
    "network cards": ("fabric_bill.nics", "0 * fabric_bill.nics", "fabric_bill.nic_cost_usd"),
    "all": (
        "fabric_bill.switches + fabric_bill.transceivers + fabric_bill.links + fabric_bill.nics",
        "fabric_bill.power_kw",
        "fabric_bill.cost_usd",
    ),
}


def sections(result: Result) -> tuple[Section, ...]:
    """Layout, halls and, where the silicon is the factory's own, what joins it."""
    joined = (_scale_up(result), _fabric(result), _bill(result)) if result.factory.plant.silicon.accelerators else ()
    several = (_generations(result),) if result.factory.plant.generations else ()
    return (_layout(result), *several, _halls(result), phases(result), *joined)


def limits(result: Result, study: ReliefStudy | None) -> tuple[Section, ...]:
    """What binds, and what relief of it is worth; a landlord has no accelerators to choose."""
    return (_limits(result), *([_relief(study)] if study is not None else []))


def _layout(result: Result) -> Section:
    shown = FiguresOf(result)
    figures = [
        shown("racks", "racks", "", "racks"),
        shown("rack_positions", "rack positions", "", "layout_record.rack_positions"),
        shown("rack_power_kw", "design power of a rack", "kW"),
        shown("white_space_m2", "white space", "m2", "layout_record.white_space"),
        shown("building_area_m2", "building", "m2", "layout_record.building_area"),
    ]
    for name, what in (("white_space", "white space"), ("building", "building")):
        label, of = f"accelerators on {what}", f"accelerators_per_m2_{name} * 0.3048 ** 2"  # the international foot
        figures.append(shown(f"accelerators_per_m2_{name}", label, "1/m2"))
        figures.append(shown(f"accelerators_per_ft2_{name}", label, "1/ft2", of))
    dense, floor = "layout_record.it_kw_per_m2_white_space", "layout_record.floor_load"
    whole = "layout_record.white_space_load"
    figures += [
        shown("it_kw_per_m2_white_space", "IT power on white space", "kW/m2", dense),
        shown("rack_mass_kg", "mass of a rack", "kg", "plant.silicon.rack_mass"),
        shown("floor_load_kg_per_m2", "load under racks and half aisles", "kg/m2", floor),
        shown("white_space_load_kg_per_m2", "load over the white space", "kg/m2", whole),
    ]
    missing = ("State build.halls.*.white_space and building_area for what is not given.",)
    return Section(
        "layout", "Layout", tuple(figures), text=missing if isnan(result.known["layout_record"].white_space) else ()
    )


def _halls(result: Result) -> Section:
    columns = (
        Column("hall", "hall"),
        Column("it_capacity_mw", "IT", "MW", of=megawatts("plant.halls.it_capacity")),
        Column("racks", "racks", of="plant.halls.racks"),
        Column("rack_limit_kw", "rack limit", "kW", of="plant.halls.rack_limit"),
        Column("cooling_rack_limit_kw", "cooling's", "kW", of="plant.cooling.rack_limit"),
        Column("cooling", "cooling"),
    )
    words = ((hall.name, hall.architecture.replace("_", " ")) for hall in result.factory.plant.halls)
    return Section("halls", "Halls", grid=filled(result, columns, words))


def _generations(result: Result) -> Section:
    """What stands at the site side by side, and what an hour on each costs."""
    columns = (
        Column("generation", "generation"),
        Column("system", "system"),
        Column("accelerators", "active"),
        Column("racks", "racks"),
        Column("it_mw", "IT", "MW"),
        Column("availability", "availability", SHARE),
        Column("goodput", "goodput", SHARE),
        Column("lcoc", "LCOC", "USD/h"),
    )
    clusters = result.factory.plant.clusters
    scales = {"active": 1.0, "racks": 1.0, "loads": 1 / KW_PER_MW, "availability": 1.0, "goodput": 1.0}
    places: list[tuple[Of | str, ...]] = [
        (
            *("", ""),
            *(Of(f"generation_{name}", item=each.name, scale=scale) for name, scale in scales.items()),
            Of(f"lcoc_of_{order}", case="unit_cost"),
        )
        for each, order in zip(clusters, ("first", "second"), strict=True)
    ]
    text = (
        "Each has a fabric of its own; tiers and rates below are those of the first.",
        "LCOC: its own silicon, the rest by the IT load that runs, tax in proportion; by hours the site's own.",
    )
    words = ((each.name, each.silicon.system) for each in clusters)
    return Section("generations", "Generations of silicon", grid=filled(result, columns, words, places), text=text)


def _scale_up(result: Result) -> Section:
    found, silicon = result.known["scale_up"], result.factory.plant.silicon
    inside = found.racks_of_domain <= 1
    figures = [
        FiguresOf(result)(name, label, unit, f"scale_up.{field}", note)
        for name, label, field, unit, note in (
            ("domains", "full domains", "domains", "", f"of {silicon.scale_up_domain:,.0f} accelerators"),
            ("racks_of_domain", "racks of a domain", "racks_of_domain", "", ""),
            ("scale_up_rate_gbps", "rate of an accelerator, each way", "rate", "Gb/s", ""),
            ("scale_up_over_scale_out", "times its network card", "over_scale_out", "", ""),
            ("scale_up_optics", "modules that optics would take", "optics", "", "a domain"),
            ("scale_up_optics_kw", "their power", "optics_power_kw", "kW", "a domain"),
            ("scale_up_optics_usd", "their cost", "optics_cost_usd", USD, "a domain"),
        )
    ]
    text = (
        "Copper inside the rack carries it: it is part of the system's price and power."
        if inside
        else "The domain leaves the rack: part of the optics above is needed and not in the bill below."
    )
    return Section("scale_up", "Scale-up network", tuple(figures), text=(text,))


def _fabric(result: Result) -> Section:
    network, shown = result.factory.plant.network, FiguresOf(result)
    figures = [
        Figure("fabric", "kind", network.fabric.replace("_", " ")),
        Figure("switch", "switch", network.switch),
        *(
            shown(name, label, unit, f"fabric_bill.{field}", note)
            for name, label, field, unit, note in (
                ("tiers", "tiers", "tiers", "", ""),
                ("planes", "planes", "planes", "", ""),
                ("pods", "pods of a plane", "pods", "", ""),
                ("leaf_accelerators", "accelerators below one leaf", "leaf_accelerators", "", "all planes together"),
                ("pod_accelerators", "accelerators of a pod", "pod_accelerators", "", ""),
                ("leaf_rate_gbps", "rate to any below the same leaf", "leaf_rate", "Gb/s", ""),
                ("pod_rate_gbps", "to any in the pod, all at once", "pod_rate", "Gb/s", ""),
                ("core_rate_gbps", "to any, all at once", "core_rate", "Gb/s", ""),
                ("reach", "endpoints that three tiers could hold", "reach", "", ""),
                ("least_switches", "switches if every tree were full", "least_switches", "", ""),
            )
        ),
        shown("fabric_power_mw", "power", "MW", megawatts("fabric_bill.power_kw")),
        shown("fabric_share_of_it", "of the IT design load", SHARE, "fabric_bill.power_kw / it_design_load"),
        shown("fabric_usd_per_accelerator", "cost of an accelerator's share", USD, EACH),
    ]
    text = ["Network cards and the optics in them draw from the rack: their power is in its design power."]
    if network.included:
        text.append("The price of the silicon includes the fabric: it is sized here and not costed again.")
    return Section("fabric", "Scale-out fabric", tuple(figures), text=tuple(text))


def _bill(result: Result) -> Section:
    columns = (
        Column("part", "part"),
        Column("count", "count"),
        Column("power_kw", "power", "kW"),
        Column("cost_usd", "cost", USD),
    )
    grid = filled(result, columns, ((name,) for name in BILL), [("", *each) for each in BILL.values()])
    shown = [k for k, row in enumerate(grid.rows) if row[1]]
    grid = replace(grid, rows=tuple(grid.rows[k] for k in shown), places=tuple(grid.places[k] for k in shown))
    return Section("bill", "Bill of materials", grid=grid)


def _limits(result: Result) -> Section:
    known, binding = result.known, result.binding_constraint
    figures = (
        Figure("binding", "binds", binding["binding"].replace("_", " ")),
        Figure("next", "next", (binding["next"] or "nothing else").replace("_", " ")),
        Figure("stranded_power_mw", "grid power that nothing can use", known["stranded_power"] / KW_PER_MW, "MW"),
    )
    columns = (Column("limit", "limit"), Column("use", "use", SHARE), Column("racks", "racks it would hold"))
    racks = known["limits"].racks
    used = sorted(binding["utilisation"].items(), key=lambda item: -item[1])
    rows = tuple((name.replace("_", " "), use, racks.get(name)) for name, use in used)
    places = tuple(("", use_of(name), f"limits.racks.{name}") for name, _ in used)
    return Section("limits", "What binds", figures, Grid(columns, rows, places=places))


def use_of(limit: str) -> str:
    """What the use of a limit is: of the plant, the book or the money."""
    return {
        "offtake": "accelerators_sold / accelerators_active",
        "capital": "funded_cost_usd / finance.capital.available",
    }.get(limit, f"limits.utilisation.{limit}")


def _relief(study: ReliefStudy) -> Section:
    """What one step more of each limit is worth."""
    figures = (
        Figure("npv_usd", "NPV as installed, contract only", study.npv, USD),
        Figure(
            "best_accelerators",
            "accelerators that would be best",
            study.best,
            note="within the limits",
            of=worked("of whole racks between what is sold and what the limits hold, where NPV is highest", *NPV),
        ),
        Figure(
            "npv_best_usd", "NPV with them", study.npv_best, USD, of=worked("npv_usd with these accelerators", *NPV)
        ),
        Figure("worth_most", "worth most to relieve", _worth_most(study)),
    )
    columns = (
        Column("limit", "limit"),
        Column("step", "one step"),
        Column("value_usd", "value", USD, of=worked("best NPV with one step more, less without", *NPV)),
        Column("value_with_buyers_usd", "if sold", USD, of=worked("the same, the largest contract taking it", *NPV)),
        Column("money", "buys"),
        Column("price_usd", "price", USD, of=worked("step x price of a unit (library table relief)", *STEP)),
        Column("months", "months"),
    )
    rows = tuple(
        (
            item.limit.replace("_", " "),
            f"{item.size:,.0f} {item.unit}" if item.size else "none",
            item.value,
            item.value_with_buyers,
            item.money,
            item.price or None,
            item.months,
        )
        for item in study.reliefs
    )
    places = tuple(
        (
            "",
            worked("the least whole number of units that holds one rack more", *STEP),
            *("", "", "", ""),
            f"relief/{item.limit}/months",
        )
        for item in study.reliefs
    )
    text = [
        (
            "Value: change of NPV (unlevered, after tax, contract only) with one step more of the limit and only the "
            "number of accelerators free; 'if sold': with the largest contract growing by what is added, at its price. "
            "Price: what the step costs, not in the value."
        ),
        *(f"{item.limit.replace('_', ' ')}: {item.note}." for item in study.reliefs if item.value and item.note),
    ]
    return Section("relief", "What relief is worth", figures, Grid(columns, rows, places=places), text=tuple(text))


def _worth_most(study: ReliefStudy) -> str:
    first = study.reliefs[0]
    return first.limit.replace("_", " ") if first.value > 0 else "nothing: one more rack would lose money"
