"""The plant's inputs from file and library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from computefactory.errors import FactoryFileError
from computefactory.plant import inputs
from computefactory.plant.weather.file import read_weather
from computefactory.schema import derive
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_cooling import check_halls, cooling, hall, hall_cost
from computefactory.schema.resolve_dates import Calendar, phase_shares
from computefactory.schema.resolve_supply import is_plain, plain_price, stack
from computefactory.schema.resolve_tokens import production
from computefactory.schema.schedule import chapter_of
from computefactory.schema.zone import site_zone
from computefactory.units import Celsius, Count, Kelvin, Kilovolt, One, PerHour, UsdPerKwMonth, UsdPerMonth

__all__ = ["plant"]

MONTHS = range(1, 13)
IN_STACK = "a stack has these charges in its tariffs"
_NORMALS = {"drybulb_mean": Celsius, "drybulb_max": Celsius, "drybulb_min": Celsius, "relative_humidity": One}


def plant(sources: Sources, dates: Calendar) -> inputs.Plant:
    """All physical inputs."""
    model = sources.model
    first = _cluster(sources, inputs.FIRST)
    others = tuple(_cluster(sources, name) for name in model.generations)
    names = list(model.build.halls)
    rejection = tuple(cooling(sources, name) for name in names)
    halls = tuple(hall(sources, name) for name in names)
    site = _site(sources)
    check_halls(sources, halls, rejection)
    chain = _electrical(sources)
    feeds = stack(sources)
    return fill(
        sources,
        inputs.Plant,
        "plant",
        site=site,
        interconnection=_interconnection(sources),
        phases=_phases(sources, dates),
        supply=_supply(sources),
        sources=feeds,
        shortage=_shortage(sources),
        silicon=first.silicon,
        generations=others,
        halls=halls,
        cooling=rejection,
        electrical=chain,
        network=first.network,
        reliability=first.reliability,
        hall_cost=hall_cost(sources),
        production=first.production,
    )


def _elsewhere(sources: Sources, place: str) -> None:
    """Say of a country or region that the library has the place in another."""
    for name in ("country", "region"):
        given, known = getattr(sources.model.site, name), sources.library.seen("place", place, name)
        if given is not None and known and given != known.value:
            sources.account.say(f"site.{name} is {given}: the library's row of {place} says {known.value}")


def _site(sources: Sources) -> inputs.Site:
    place = sources.model.site.place
    hours = _hours(sources)
    if place in sources.library.keys("place"):
        _elsewhere(sources, place)

    def fact(unit: object, name: str) -> Traced:
        return sources.fact(unit, "place", place, name, named_by="site.place")

    def normals(name: str) -> Traced:
        if hours is not None:
            return sources.derive(getattr(derive, f"{name}_of"), hours)
        return sources.derive(derive.monthly, *(fact(_NORMALS[name], f"{name}_{month:02d}") for month in MONTHS))

    of_file: dict[str, Traced] = {"hours": hours} if hours is not None else {}
    for name in ("latitude", "elevation"):
        if hours is not None and getattr(hours.value, name, None) is not None:
            of_file[name] = sources.derive(getattr(derive, f"{name}_of"), hours)
    climate = {name: normals(name) for name in _NORMALS}
    margin = _extreme_margin(sources, hours, climate["drybulb_max"])
    return fill(sources, inputs.Site, "plant.site", "site", extreme_margin=margin, **climate, **of_file)


def _extreme_margin(sources: Sources, hours: Traced | None, warmest: Traced) -> Traced:
    """What the file says; else what the weather file states of its station; else what stations teach."""
    given = sources.given("site.extreme_margin", Kelvin)
    if given is not None:
        return given
    place = sources.model.site.place
    if "extreme_margin" in sources.library.fields("place", place):  # a row of the user's own
        return sources.fact(Kelvin, "place", place, "extreme_margin")
    if hours is None:
        row = {name: ("weather", "default", name) for name in ("extreme_margin", "extreme_slope", "extreme_reference")}
        base = sources.fact(Kelvin, *row["extreme_margin"], path="site.extreme_margin")
        slope = sources.fact(One, *row["extreme_slope"])
        return sources.derive(
            derive.extreme_margin, base, slope, sources.fact(Celsius, *row["extreme_reference"]), warmest
        )
    if hours.value is not None and hours.value.extreme is not None:
        return sources.derive(derive.extreme_margin_of, hours)
    return sources.fact(Kelvin, "weather", "default", "extreme_margin_of_file", path="site.extreme_margin")


def _hours(sources: Sources) -> Traced | None:
    """The weather file, beside the factory file; one given with --set is looked for where the command runs."""
    given = sources.model.site.weather
    if given is None:
        return None
    file, line, _ = sources.document.places.place("site.weather")
    folder = Path() if file in (None, "--set") else Path(str(sources.document.file)).parent
    try:
        year = read_weather(folder / given, path="site.weather", place=(file, line), zone=site_zone(sources).value)
    except FactoryFileError as error:
        sources.problems.extend(error.problems)
        return MISSING
    return sources.read("site.weather", year)


def kept_of(generation: str) -> str:
    """Where a generation is kept among the inputs."""
    return "plant" if generation == inputs.FIRST else f"plant.generations.{generation}"


def _cluster(sources: Sources, name: str) -> inputs.Cluster:
    """A generation of silicon with its network, its failures and what runs on it."""
    at, kept = chapter_of(name), kept_of(name)
    if name != inputs.FIRST:
        why = "the scale-up network is worked out for the first generation alone"
        sources.account.idle(f"{at}.scale_up_bandwidth", why)
    return sources.make(
        inputs.Cluster,
        kept,
        name=sources.name_at(at, name),
        silicon=_silicon(sources, at, f"{kept}.silicon"),
        network=_network(sources, at, kept),
        reliability=_reliability(sources, kept),
        production=production(sources, at, kept),
    )


def _silicon(sources: Sources, at: str, kept: str) -> inputs.Silicon:
    in_rack = sources.given(f"{at}.spares_in_rack", Count)
    if in_rack and sources.given(f"{at}.spares"):
        expected = "one of spares and spares_in_rack"
        sources.refuse("contradiction", f"{at}.spares", "both spares and spares_in_rack", expected)
    made = fill(sources, inputs.Silicon, kept, at)
    spares, accelerators = np.asarray(made.spares, dtype=float), np.asarray(made.accelerators)
    if np.any((spares >= accelerators) & (accelerators > 0)):
        where = f"{at}.spares_in_rack" if in_rack else f"{at}.spares"
        sources.refuse("above_limit", where, "no accelerator is left to work", "fewer spares than accelerators")
    return made


def _interconnection(sources: Sources) -> inputs.Interconnection:
    """The connection to the grid."""
    path = "power.interconnection"
    level = sources.required(f"{path}.level", Kilovolt)
    if isinstance(level.value, str):
        named = sources.fact(Kilovolt, "voltage", level.value, "level", path=f"{path}.level")
        level = sources.derive(derive.voltage, sources.required(f"{path}.level"), named)
    factor = sources.kept("plant.electrical.power_factor")
    places = sources.document.places
    if not sources.given(f"{path}.apparent") and not any("VA" in places.given(each) for each in places.paths):
        sources.account.idle("electrical.power_factor", f"it needs {path}.apparent beside it")
    return fill(sources, inputs.Interconnection, "plant.interconnection", path, level=level, power_factor=factor)


def _phases(sources: Sources, dates: Calendar) -> tuple[inputs.Phase, ...]:
    """The phases, each with its share of what the silicon costs."""
    places = {name: place for place, name in enumerate((inputs.FIRST, *sources.model.generations))}
    return tuple(
        fill(
            sources,
            inputs.Phase,
            f"plant.phases.{phase.name}",
            name=sources.name_at(phase.path.removesuffix(".power"), phase.name),
            power=phase.power,
            share=phase.share,
            silicon=phase.silicon,
            outlay=outlay,
            energised=dates.from_start(sources, phase.milestone),
            delivered=dates.from_start(sources, phase.delivered),
            accepted=dates.from_start(sources, phase.accepted),
            **_of_generation(sources, phase.path, places[phase.generation]),
            **{name: dates.from_start(sources, month) for name, month in phase.rented.items()},
        )
        for phase, outlay in zip(dates.phases, phase_shares(sources, dates), strict=True)
    )


def _of_generation(sources: Sources, path: str, place: int) -> dict[str, Traced]:
    """The place of the generation that stands somewhere; the first where nothing else is said."""
    return {"generation": sources.derive(derive.place, sources.name_at(path, f"{place}"))} if place else {}


def _supply(sources: Sources) -> inputs.Supply:
    """The one plain tariff; beside a stack, what its tenants pay a kWh and nothing else."""
    if not is_plain(sources):
        fields = (
            ("demand", UsdPerKwMonth),
            ("fixed", UsdPerMonth),
            ("minimum_take", One),
            ("minimum_take_of_reserved", One),
            ("minimum_take_on_energy", One),
        )
        none = {name: sources.absent(f"plant.supply.{name}", 0.0, unit, IN_STACK) for name, unit in fields}
        return fill(sources, inputs.Supply, "plant.supply", energy=plain_price(sources), **none)
    (name,) = sources.model.power.supply
    return fill(sources, inputs.Supply, "plant.supply", f"power.supply.{name}")


def _shortage(sources: Sources) -> inputs.Shortage:
    """What happens in hours that the supply does not reach."""
    for name in ("allowed", "lost_load") if is_plain(sources) else ():
        sources.account.idle(f"power.shortage.{name}", "one tariff feeds all of the load")
    return fill(sources, inputs.Shortage, "plant.shortage", "power.shortage")


def _electrical(sources: Sources) -> inputs.Electrical:
    """The electrical chain: the row of its redundancy under what the file states."""
    redundancy = sources.get("electrical.redundancy", "text", ("electrical", "default", "redundancy"))
    return fill(sources, inputs.Electrical, "plant.electrical", "electrical", redundancy=redundancy)


def _network(sources: Sources, at: str, kept: str) -> inputs.Network:
    """The scale-out network of a generation; what the chapter interconnect states holds for every one."""
    system = sources.required(f"{at}.system")
    fabric = field_of(sources, inputs.Network, "fabric", "interconnect")
    rails = {}
    if fabric.value != "fat_tree":
        rails = {"rails": sources.fact(One, "system", system, "rails", named_by=f"{at}.system")}
    if sources.given("interconnect.switch_radix") and not sources.given("interconnect.port_rate"):
        rails["port_rate"] = sources.kept(f"{kept}.silicon.nic_rate")  # ports that the file counts have the NIC's rate
    listed = sources.given(f"{at}.price_includes")
    if listed is not None:
        rails["included"] = sources.derive(derive.includes_fabric, listed)
    return fill(sources, inputs.Network, f"{kept}.network", "interconnect", system=system, **rails)


OF_NODES = (
    *("failures", "repair", "fabric", "job.accelerators", "job.write", "job.restart", "job.detect", "job.interval"),
    "job.shrinks",
)


def _reliability(sources: Sources, kept: str) -> inputs.Reliability:
    """Failure, repair and the reference job, on a generation."""
    path = "operations.reliability"

    def known(name: str, unit: object) -> Traced:
        return sources.fact(unit, "reliability", "default", name, path=f"{path}.failures")

    if not np.any(sources.kept(f"{kept}.silicon.accelerators").value):
        for field in OF_NODES:
            sources.account.idle(f"{path}.{field}", "there are no accelerators")
    return fill(
        sources,
        inputs.Reliability,
        f"{kept}.reliability",
        path,
        accelerators_per_node=sources.kept(f"{kept}.silicon.accelerators_per_node"),
        known_failures=lambda: known("failures", PerHour),
        known_node=lambda: known("node", Count),
    )
