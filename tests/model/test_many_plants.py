"""Many plants at once: a short year corrected and checked gives what whole years give, and no hours are kept."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import computefactory as cf
from computefactory import model, response, steps
from computefactory.errors import FactoryFileError

COOLING = {
    "cooling.dry_cooler_approach": (6.0, 10.0),
    "cooling.liquid_supply": (38.0, 42.0),
    "cooling.chilled_water": (16.0, 22.0),
    "cooling.fan_pressure": (300.0, 500.0),
}
BATCHES = {
    "load": {"silicon.utilisation": (0.55, 0.95)},
    "cooling": COOLING | {"silicon.utilisation": (0.6, 0.9)},
    "chain": {"silicon.utilisation": (0.3, 0.9), "electrical.ups": (0.94, 0.98)},
    "silicon": {"silicon.accelerators": (76_000.0, 76_600.0), "operations.reliability.repair": (12.0, 48.0)},
}
LINES = ("energy_charge", "demand_charge", "npv_usd")


def drawn(ranges, n, seed=3):
    random = np.random.default_rng(seed)
    found = {path: random.uniform(low, high, n) for path, (low, high) in ranges.items()}
    return {path: np.round(values) if path.endswith("accelerators") else values for path, values in found.items()}


def stepped(ranges, n, **options):
    return model.run_steps(cf.load("iren-horizon", overrides=drawn(ranges, n)), **options)


@pytest.mark.parametrize("name", BATCHES)
def test_many_plants_are_single_plants(name):
    n, looked = 600, (0, 1, 2)
    changes = drawn(BATCHES[name], n)
    outcome = cf.Scenarios("iren-horizon", changes, ("pue_annual", "it_load_mw", *LINES)).run()
    assert all(error <= response.BY_MONTH for error in outcome.tabulated.values())
    assert outcome.tabulated
    for i in looked:
        alone = cf.run("iren-horizon", overrides={path: float(values[i]) for path, values in changes.items()})
        assert outcome["pue_annual"][i] == pytest.approx(alone.metrics["pue_annual"].value, abs=1e-4)
        assert outcome["it_load_mw"][i] == pytest.approx(alone.metrics["it_load_mw"].value, rel=1e-12)
        for line in LINES:
            whole = np.asarray(alone.runs[model.HEAD].lines[line])
            np.testing.assert_allclose(outcome[line][i], whole, rtol=0, atol=1e-4 * np.abs(whole).max(), err_msg=line)


def test_a_few_plants_are_worked_out_hour_by_hour():
    few = cf.Scenarios("iren-horizon", drawn(BATCHES["load"], 20), ["pue_annual"]).run()
    assert few.tabulated == {}


def test_no_hours_are_kept_of_many_plants():
    known = stepped(BATCHES["cooling"], 300)
    assert isinstance(known, steps.Batch)
    assert not {"typical_cooling", "full_load_power", "typical_weather", "pue_hourly"} & known.keys()
    longest = max(np.size(value) for each in known.values() if isinstance(each, steps.Varying) for value in each.values)
    assert longest <= 24  # months, or the uses of eight limits


def test_a_plant_more_takes_a_kilobyte():
    def taken(n):
        tracemalloc.start()
        known = stepped(BATCHES["cooling"], n)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert known["pue_annual"].stack().shape == (n,)
        return size

    taken(10)  # what is imported and cached once
    assert (taken(1_600) - taken(400)) / 1_200 < 3_000


def test_what_a_table_does_not_give_closely_is_worked_out():
    """Hours above a limit jump; they are not what a polynomial says."""
    known = stepped(BATCHES["cooling"], 300)
    assert known.response is not None
    free = known["free_hours"]
    assert all(hours.free == round(hours.free) for hours in free.values)


def test_a_scenario_over_a_limit_is_refused_among_many():
    changes = drawn(BATCHES["silicon"], 400)
    changes["silicon.accelerators"][17] = 400_000.0
    with pytest.raises(FactoryFileError, match="capacity"):
        cf.run_many("iren-horizon", changes)
