"""A year of cooling at a site: beside EnergyPlus on the same models in the same run, and a thousand of them.

    python benchmarks/plant.py [--years N]

``pip install --group benchmarks`` first. The models are those of ``tools/validate_pue.py``: a hall with an airside
economiser and a loop on dry coolers. The second part makes the typical year of N sites x designs from monthly normals
and runs it through cooling and the electrical chain, on two threads.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from computefactory.library import Library
from computefactory.plant.climate import typical_weather
from computefactory.plant.cooling import ARCHITECTURES, cool
from computefactory.plant.inputs import Cooling, Site
from computefactory.plant.power import chain
from computefactory.schema.standard import cooling_of, site_of
from pue import energyplus, sites

LOAD, LIQUID = 0.8, 0.8
THREADS = 2


def beside_energyplus(library: Library) -> None:
    """Seconds of a year in both engines; the best of three of ours, since it is so short."""
    found = energyplus.compare(library)
    if not found:
        print("EnergyPlus (pyenergyplus-lbnl) is not installed")
        return
    print(f"{'model':<22}{'weather':<14}{'EnergyPlus':>12}{'ours':>12}{'times':>8}{'PUE gap':>10}")
    for each in found:
        ratio = each.peer_seconds / each.our_seconds
        peer, ours = f"{each.peer_seconds:.3f} s", f"{1e3 * each.our_seconds:.2f} ms"
        print(f"{each.model:<22}{each.place:<14}{peer:>12}{ours:>12}{ratio:>8.0f}{each.gap:>+10.4f}")


def many(library: Library, years: int) -> float:
    """Seconds for so many site-years, weather included."""
    electrical = sites.electrical_of(library)
    places = [site_of(library, place) for place in library.keys("place")]
    designs = [cooling_of(library, name) for name in ARCHITECTURES]
    jobs = [(places[k % len(places)], designs[k % len(designs)]) for k in range(years)]

    def one(job: tuple[Site, Cooling]) -> float:
        site, cooling = job
        share = 0.0 if ARCHITECTURES[cooling.architecture].liquid == "none" else LIQUID
        return float(chain(LOAD, cool(cooling, typical_weather(site), LOAD, share), electrical).grid.mean())

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(one, jobs))
    assert min(results) > LOAD
    return time.perf_counter() - started


def main() -> None:
    """Print both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=1000, help="sites x designs")
    years = parser.parse_args().years
    library = Library.load()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    beside_energyplus(library)
    print(f"{years:,} site-years, each with its own weather: {many(library, years):.2f} s on {THREADS} threads")


if __name__ == "__main__":
    main()
