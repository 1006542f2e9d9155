"""Published chiller curves: their own reference points, the limits of their maps, staging."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant import air
from computefactory.plant.chillers import regression
from computefactory.plant.climate import Weather
from computefactory.plant.cooling import cool
from computefactory.plant.inputs.cooling import Chiller
from computefactory.schema import derive

LIBRARY = Library.load()


def machine(name):
    def of(field):
        return LIBRARY.fact("chiller", name, field).value

    curves = (derive.coefficients(str(of(field))) for field in ("cap_f_t", "eir_f_t", "eir_f_plr"))
    ends = ("part_load_min", "evap_leaving_min", "evap_leaving_max", "cond_entering_min", "cond_entering_max")
    return Chiller(name, float(of("cop_nominal")), *curves, *(float(of(end)) for end in ends))


@pytest.fixture(params=LIBRARY.keys("chiller"))
def name(request):
    return request.param


def test_the_reference_point_gives_the_reference_cop(name):
    chiller = machine(name)
    cold, entering = (float(LIBRARY.fact("chiller", name, end).value) for end in ("evap_leaving", "cond_entering"))
    hottest = chiller.condenser_max
    capacity = _capacity(chiller, cold, entering) / _capacity(chiller, cold, hottest)
    work, outside = regression(chiller, 1.0, np.array([capacity]), 1.0, cold, np.array([entering]))
    assert capacity / work[0] == pytest.approx(chiller.cop, rel=0.03)  # the fits are within 3 % of their own point
    assert outside[0] == 0


def _capacity(chiller, x, y):
    a, b, c, d, e, f = chiller.capacity_curve
    return a + b * x + c * x * x + d * y + e * y * y + f * x * y


def test_beyond_the_map_is_counted_and_never_cheaper(name):
    chiller = machine(name)
    entering = np.array([chiller.condenser_max, chiller.condenser_max + 5.0])
    work, outside = regression(chiller, 4.0, np.array([0.8, 0.8]), 1.0, chiller.evaporator_max, entering)
    assert list(outside) == [0, 1]
    assert work[1] > work[0]


def test_colder_than_the_map_is_held_at_its_edge(name):
    chiller = machine(name)
    entering = np.array([chiller.condenser_min, chiller.condenser_min - 20.0])
    work, outside = regression(chiller, 4.0, np.array([0.5, 0.5]), 1.0, chiller.evaporator_max, entering)
    assert work[0] == work[1]
    assert not outside.any()


def test_few_machines_run_and_the_last_one_cycles():
    chiller = machine("Carrier_19XR_1143kW_6_57COP_VSD")
    entering = np.array([chiller.condenser_max])

    def work(heat, modules):
        return regression(chiller, modules, np.array([heat]), 1.0, 10.0, entering)[0][0]

    assert work(0.25, 4.0) == pytest.approx(work(1.0, 1.0) / 4)  # one of four, full
    least = chiller.part_load_min
    assert work(least / 2, 1.0) == pytest.approx(work(least, 1.0) / 2)  # cycles: half the time at its least load
    assert work(0.0, 4.0) == 0


def test_water_that_the_machine_was_never_measured_at_is_refused(hall):
    chiller = machine("Carrier_19XR_1143kW_6_57COP_VSD")
    wet = replace(hall.cooling[0], water_cooled=1.0, condenser_rise=5.0, chiller=chiller, chilled_water=18.0)
    pressure = air.pressure_at(0)
    weather = Weather(np.array([20.0]), np.array([0.01]), pressure)
    with pytest.raises(FactoryFileError, match="machine's map") as error:
        cool(wet, weather, 1.0, 0.0)
    assert error.value.problems[0].code == "outside_map"
    assert cool(replace(wet, chilled_water=10.0), weather, 1.0, 0.0).chillers[0] > 0
