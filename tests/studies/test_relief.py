"""Relief of a limit: nothing where it does not bind, the difference of two whole runs where it does."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.studies.relief import relief

# the halls hold no rack more than the 1,056 installed
FULL_HALL = {"build.halls.horizon.it_capacity": "159.7 MW"}


def study(name, **overrides):
    found = relief(cf.run(name, overrides=overrides))
    assert found is not None
    return found, {item.limit: item for item in found.reliefs}


@pytest.fixture(scope="module")
def open_site():
    return study("iren-horizon")


@pytest.fixture(scope="module")
def full_hall():
    return study("iren-horizon", **FULL_HALL)


def test_a_limit_that_does_not_bind_is_worth_nothing(open_site):
    found, limits = open_site
    assert {limits[name].value for name in ("power", "energised", "cooling", "fabric", "rack_density")} == {0}
    assert limits["power"].value_with_buyers == 0
    assert all(item.value >= 0 and item.value_with_buyers >= 0 for item in found.reliefs)


def test_one_rack_more_under_contract_is_two_whole_runs(open_site):
    """72 accelerators and their price, and the contract's value, both in proportion, by the file."""
    _, limits = open_site
    more = 76072 / 76000
    scaled = {
        "silicon.accelerators": "76072",
        "silicon.total_price": f"{5.81 * more!r} bn USD",
        "offtake.microsoft.accelerators": "76072",
        "offtake.microsoft.total_value": f"{9.7 * more!r} bn USD",
    }
    was, now = (cf.run("iren-horizon", overrides=change).metrics["npv_usd"].value for change in ({}, scaled))
    assert limits["offtake"].value == pytest.approx(now - was, abs=1.0)
    assert limits["offtake"].money == "no"


def test_what_binds_is_worth_its_racks_with_buyers(full_hall):
    found, limits = full_hall
    assert limits["cooling"].use > 0.999
    # without buyers more racks only cost; a contract cannot grow where no rack fits
    assert (limits["cooling"].value, limits["offtake"].value) == (0, 0)
    assert limits["cooling"].value_with_buyers > 0
    assert limits["power"].value_with_buyers == 0
    assert found.best == found.installed
    assert limits["cooling"].price == pytest.approx(limits["cooling"].size * 11e6)


def reserved(megawatts):
    """A connection of that size, energised in four equal steps."""
    steps = {f"power.energised.2026-{3 * (i + 1):02d}": f"{megawatts * (i + 1) / 4!r} MW" for i in range(4)}
    return {**steps, "power.interconnection.reserved": f"{megawatts!r} MW"}


def test_power_binds_where_it_is_short():
    peak = cf.run("iren-horizon").known["peak_power"] / 1e3
    _, limits = study("iren-horizon", **reserved(peak + 0.02))
    assert limits["power"].value_with_buyers > 0  # grid power and its milestone together
    assert limits["energised"].value_with_buyers == 0  # the milestone alone is stopped by the connection
    assert limits["power"].racks >= 1


def test_spare_money_and_deliveries_are_limits_where_stated():
    overrides = {"silicon.available": "76000", "capital.available": "100 bn USD"}
    _, limits = study("iren-horizon", **overrides)
    assert limits["silicon"].use == 1
    assert limits["silicon"].value == 0
    assert limits["silicon"].value_with_buyers > 0
    assert limits["capital"].use < 0.2
    assert limits["capital"].value_with_buyers == 0
    result = cf.run("iren-horizon", overrides=overrides)
    assert result.binding_constraint["utilisation"]["silicon"] == 1
    with pytest.raises(FactoryFileError, match=r"silicon\.available"):
        cf.run("iren-horizon", overrides={"silicon.available": "75999"})


def test_unsold_silicon_can_be_sold_and_left_out():
    found, limits = study("legacy-h100-hall")
    assert found.best < found.installed
    assert found.npv_best > found.npv
    assert limits["offtake"].value > 0


def test_a_landlord_has_no_accelerators_to_choose():
    assert relief(cf.run("core-scientific-590mw")) is None
