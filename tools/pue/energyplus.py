"""EnergyPlus on the same weather: a small hall with an airside economiser, and a loop on dry coolers.

Each model is as small as it can be and both engines get the same numbers; what is compared is what each works out by
itself: mixing and the coil's load, and the fan power of the coolers.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.chillers import coefficient_of_performance, condensing
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import CoolingDraw, cool
from computefactory.plant.fans import air_flow, thin_air
from computefactory.plant.inputs.cooling import Cooling
from computefactory.plant.weather.file import read_weather
from computefactory.schema.standard import cooling_of
from pue.energyplus_models import IT, base, hall, loop
from pue.stations import weather_of

__all__ = ["Compared", "compare", "section", "years"]

Array = NDArray[np.float64]

WARM = 50.0  # degC that no hall reaches: no limit on humidity
NO_LIMITS = {"dew_low": -60.0, "dew_high": WARM, "humidity_low": 0.0, "humidity_high": 1.0}
RATINGS = ("mass_flow", "volume_flow", "site_pressure")
COIL = "Zone Ideal Loads Supply Air Total Cooling Energy"
FAN = "Cooling Tower Fan Electricity Energy"  # what EnergyPlus calls it for fluid coolers too
STATIONS = ("Golden-NREL", "Phoenix", "Chicago", "Miami")


@dataclass(frozen=True, slots=True)
class Compared:
    """A year of one model in both engines."""

    place: str
    model: str
    peer: float
    ours: float
    peer_seconds: float
    our_seconds: float

    @property
    def gap(self) -> float:
        """Ours less the peer's."""
        return self.ours - self.peer


def years() -> dict[str, Path]:
    """The weather that ships with EnergyPlus, by a word of its file name; empty without the package."""
    package = find_spec("pyenergyplus")
    if package is None or package.origin is None:
        return {}
    files = sorted(Path(package.origin).parent.rglob("*.epw"))
    return {name: file for name in STATIONS for file in files if name in file.name}


def _simulate(model: dict[str, Any], weather: Path, variables: tuple[str, ...]) -> tuple[dict[str, Array], float]:
    """Hourly results of a run, and the seconds it took."""
    from pyenergyplus.api import EnergyPlusAPI

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in.epJSON").write_text(json.dumps(base(variables) | model), encoding="utf-8")
        engine = EnergyPlusAPI()
        state = engine.state_manager.new_state()
        engine.runtime.set_console_output_status(state, False)
        started = time.perf_counter()
        arguments = ["-w", str(weather), "-d", str(place / "out"), str(place / "in.epJSON")]
        status = engine.runtime.run_energyplus(state, arguments)
        seconds = time.perf_counter() - started
        engine.state_manager.delete_state(state)
        errors = (place / "out" / "eplusout.err").read_text(encoding="utf-8", errors="replace")
        if status:
            raise RuntimeError(errors[-3000:])
        results = sqlite3.connect(place / "out" / "eplusout.sql")
        found = {name: _series(results, name) for name in variables}
        results.close()
    return found, seconds


def _series(results: sqlite3.Connection, name: str) -> Array:
    rows = results.execute(
        "select d.Value from ReportData d join ReportDataDictionary n using (ReportDataDictionaryIndex)"
        " where n.Name = ? order by d.TimeIndex",
        (name,),
    ).fetchall()
    return np.array([row[0] for row in rows])


def _of(draw: CoolingDraw) -> float:
    return float(1 + draw.power.mean())


def _timed(cooling: Cooling, weather: Weather, liquid: float) -> tuple[CoolingDraw, float]:
    """The year, and the best of three timings: a millisecond is at the mercy of what else runs."""
    best = float("inf")
    for _ in range(3):
        fresh = Weather(weather.drybulb, weather.humidity_ratio, weather.pressure)
        started = time.perf_counter()
        draw = cool(cooling, fresh, 1.0, liquid)
        best = min(best, time.perf_counter() - started)
    return draw, best


def _compare_hall(library: Library, place: str, file: Path) -> Compared:
    """No humidity limits, no lighting; the fans give their heat to the hall as in any hall."""
    cooling = cooling_of(library, "air_economiser", lighting=0.0, **NO_LIMITS)
    hours = read_weather(file)
    weather = weather_of(hours)
    draw, ours = _timed(cooling, weather, 0.0)
    fans = float(draw.room_fans.mean())
    wide = replace(cooling, air_rise=cooling.air_rise * (1 + fans))  # at the air flow that the IT asks for
    rated = float(air.density(20.0, 0.0, air.pressure_at(hours.elevation or 0.0)))  # what the peer's volumes are of
    volume = air_flow(cooling, 1.0) * IT / 1e3 / rated
    found, peer = _simulate(hall(wide, IT * (1 + fans), volume), file, (COIL,))
    load = found[COIL] / 3600 / IT
    pumps = cooling.pump_power * (1 + fans) * (load / (1 + fans)) ** 3
    work = (load + pumps) / coefficient_of_performance(cooling, cooling.chilled_water, condensing(cooling, weather))
    outdoors = cooling.heat_rejection_fan * (load + pumps + work) * thin_air(cooling, weather.density)
    theirs = 1 + fans + float(np.mean(pumps + work + outdoors))
    return Compared(place, "airside economiser", theirs, _of(draw), peer, ours)


def _compare_loop(library: Library, place: str, file: Path) -> Compared:
    cooling = cooling_of(library, "direct_to_chip_dry_cooler", lighting=0.0, fan_pressure=0.0)
    draw, ours = _timed(cooling, weather_of(read_weather(file)), 1.0)
    found, peer = _simulate(loop(cooling, 1 + cooling.pump_power), file, (FAN,))
    theirs = 1 + cooling.pump_power + float(found[FAN].mean()) / 3600 / IT
    return Compared(place, "dry cooler", theirs, _of(draw), peer, ours)


def compare(library: Library) -> list[Compared]:
    """Both models at every station; empty without EnergyPlus."""
    return [make(library, place, file) for make in (_compare_hall, _compare_loop) for place, file in years().items()]


def _rated(library: Library, file: Path, rating: str) -> float:
    """Annual PUE of the hall by what the rating of its fans means."""
    cooling = cooling_of(library, "air_economiser", lighting=0.0, fan_rating=rating, **NO_LIMITS)
    return _of(cool(cooling, weather_of(read_weather(file)), 1.0, 0.0))


def section(library: Library) -> str:
    """The part of the page."""
    found = compare(library)
    head = "## A building simulator\n\n"
    if not found:
        return head + "EnergyPlus (`pyenergyplus-lbnl`) was not installed when this page was written.\n"
    lines = (f"| {each.model} | {each.place} | {each.peer:.4f} | {each.ours:.4f} | {each.gap:+.4f} |" for each in found)
    rows = "\n".join(lines)
    worst = {
        model: max(abs(each.gap) for each in found if each.model == model)
        for model in dict.fromkeys(each.model for each in found)
    }
    file = years()["Golden-NREL"]
    by_rating = ", ".join(f"{_rated(library, file, name):.4f} ({name})" for name in RATINGS)
    largest = ", ".join(f"{model} {gap:.4f}" for model, gap in worst.items())
    return f"""{head}EnergyPlus 25.2 on its own weather files, hour by hour, the same inputs in both: a hall
without outside surfaces whose supply air an ideal system keeps at one temperature with an economiser on dry bulb (fan
power, pumps and chiller then reckoned alike from each engine's coil load), and a constant load on
`FluidCooler:TwoSpeed` (its half speed at half the heat). Annual PUE without electrical losses.

| model | weather | EnergyPlus | ours | difference |
| --- | --- | --- | --- | --- |
{rows}

Largest: {largest}; the goals are 0.01 and 0.005. What remains: two-speed fans cycle, ours
follow the cube of flow; EnergyPlus counts the enthalpy of moist air, our coils sensible heat of dry air; it takes
moisture from the file's relative humidity, we from its dew points.

Fans of both are rated alike here. A simulator whose fans are sized by volume in the site's air lets power follow the
cube of volume, 1/density³ for the same heat; ours keep the ducts and go with 1/density². `cooling.fan_rating` takes
either. The airside hall at Golden, 1,829 m, by rating: {by_rating}.
"""
