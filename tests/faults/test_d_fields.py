"""D: what a file states is used, refused, or a warning names it."""

from __future__ import annotations

import pytest

from computefactory import model
from computefactory.errors import FactoryFileError
from small_factory import book_file

ANCHOR = (
    "kind: take_or_pay, buyer: Microsoft, signed: 2026-01, accelerators: 7000, price: 3 USD/GPU-hour, "
    "tenor: 60 months, starts: {after: energised, lag: 1 month}"
)
WINDOWS = {
    "power.supply.grid.demand_windows.night.price": "10 USD/kW-month",
    "power.supply.grid.demand_windows.night.hours": "0-6",
}
RATCHET = {"power.supply.grid.ratchet.share": "90 %", "power.supply.grid.ratchet.months": "11 months"}
TAKE = {"power.supply.grid.minimum_take.share": "90 %"}
LOAN = {
    f"capital.debt.senior.{name}": value
    for name, value in (("kind", "bullet"), ("amount", "50 million USD"), ("rate", "6 %/year"), ("matures", "2031-06"))
}
DEMAND = {"power.supply.grid.demand": "5 USD/kW-month"}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return book_file(tmp_path_factory.mktemp("d"), anchor=ANCHOR)


def named(file, overrides):
    """The fields that warnings of a file say change nothing."""
    warnings = model.load(file, overrides=overrides).warnings
    return [warning.partition(" changes nothing")[0] for warning in warnings if " changes nothing" in warning]


@pytest.mark.parametrize(
    ("overrides", "idle"),
    [
        ({**RATCHET, **WINDOWS}, [*RATCHET]),  # a ratchet keeps the peak of the month, which nothing is charged on
        ({**RATCHET}, [*RATCHET]),
        ({**TAKE}, [*TAKE]),
        ({"power.supply.grid.capacity_hours": "10"}, ["power.supply.grid.capacity_hours"]),
        ({"electrical.power_factor": "90 %"}, ["electrical.power_factor"]),
        ({"cooling.chiller_modules": "2"}, ["cooling.chiller_modules"]),
        ({"interconnect.copper_price": "100 USD"}, ["interconnect.copper_price"]),
        ({"merchant.path_from": "2028-01"}, ["merchant.path_from"]),
        ({"capital.base_rate": "5 %/year"}, ["capital.base_rate"]),
        ({"capital.reserves.refresh": "12 months"}, ["capital.reserves.refresh"]),
        ({"capital.fx.EUR": "1.08 USD/EUR"}, ["capital.fx.EUR"]),
        ({"silicon.refresh_cost": "80 %"}, ["silicon.refresh_cost"]),
        ({"silicon.refresh_cost": "80 %", "silicon.refresh": ["60 months"]}, []),
        ({"operations.overhead_escalator": "3 %/year"}, ["operations.overhead_escalator"]),
        ({"operations.overhead_escalator": "3 %/year", "operations.overhead": "1 million USD/year"}, []),
        ({"owner.losses": "used_at_once", "owner.tax_rates.loss_limit": "50 %"}, ["owner.tax_rates.loss_limit"]),
        ({"offtake.anchor.ends": "2050-01"}, ["offtake.anchor.ends"]),
        ({"offtake.anchor.ends": "2029-01"}, []),
        ({"build.storage": "5 million USD"}, ["build.storage"]),
        ({"owner.tax_rates.state_bonus": "50 %"}, ["owner.tax_rates.state_bonus"]),
        ({"power.shortage.allowed": True}, ["power.shortage.allowed"]),
        ({"offtake.anchor.rank": "1"}, ["offtake.anchor.rank"]),
        ({"phases": "{}", "events": "{}", "generations": "{}"}, ["events", "generations", "phases"]),
        ({**LOAN, "capital.debt.senior.sizing_dscr": "2"}, ["capital.debt.senior.sizing_dscr"]),
        ({**LOAN, "capital.debt.senior.letter_fee": "2 %/year"}, ["capital.debt.senior.letter_fee"]),
        ({"offtake.anchor.delay.cap": "5 million USD"}, ["offtake.anchor.delay.cap"]),
        ({**DEMAND, **RATCHET}, []),
        ({**DEMAND, **TAKE}, []),
        ({**TAKE, "power.supply.grid.minimum_take.applies_to": "energy"}, []),
        ({"offtake.anchor.price": "2.80 EUR/GPU-hour", "capital.fx.EUR": "1.08 USD/EUR"}, []),
        ({}, []),
    ],
)
def test_d_fields_what_lacks_its_companion_is_named(file, overrides, idle):
    """A ratchet or minimum take without a demand charge, a path's month without the path, a rate nobody is priced in:
    right is a warning that names the field, and none beside its companion."""
    assert sorted(named(file, overrides)) == sorted(idle)


def test_d_fields_a_price_on_demand_is_held_against_its_market(tmp_path):
    """9 USD/GPU-hour on demand where the library knows 2.50 to 3.50: right is a warning with both."""
    terms = "kind: on_demand, accelerators: 7000, price: {} USD/GPU-hour, tier: neocloud, commitment: on_demand"
    rest = "share_sold: 80 %, tenor: 60 months, starts: {after: energised, lag: 1 month}"
    file = book_file(tmp_path, spot=f"{terms.format(9)}, {rest}")
    old = {"silicon.system": "HGX H100", "silicon.rack_power": "40 kW", "silicon.accelerators_per_rack": "32"}
    cool = {"cooling.architecture": "rear_door", "cooling.installed": None}
    (told,) = model.load(file, overrides=old | cool).warnings
    assert "offtake.spot.price is 9 USD/GPU-hour" in told
    assert "2.5 to 3.5" in told
    assert not model.load(file, overrides={**old, **cool, "offtake.spot.price": "3 USD/GPU-hour"}).warnings


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"silicon.price": None}, "price_includes says that fabric is paid for, and no price is stated"),
        (
            {"build.halls.one.cost": None, "build.lease.rent": "100 USD/kW-month", "build.lease.starts": "2090-01"},
            "starts after the last month that is reckoned: none is paid",
        ),
        ({"offtake.anchor.guaranteed": True}, "guaranteed counts in the verdict alone"),
    ],
)
def test_d_fields_what_does_not_do_what_it_seems_to_is_said(file, overrides, words):
    """A leftover price_includes without its price, rent from 2090 on, a nameless guarantor: right is a warning."""
    assert any(words in warning for warning in model.load(file, overrides=overrides).warnings)


def test_d_fields_nobody_owes_a_miner(tmp_path):
    """Rating, guarantor and exits of power that mines: right is a warning that names each."""
    terms = (
        "kind: mining, power: 10 MW, price: 0.115 USD/kWh, tenor: 60 months, starts: {after: energised, lag: 1 month}"
    )
    stated = "rating: B, guarantor: Microsoft, exits: {x: {cause: convenience, notice: 6 months}}"
    file = book_file(tmp_path, miner=f"{terms}, {stated}")
    told = named(file, {"silicon.accelerators": "0"})
    assert {"offtake.miner.rating", "offtake.miner.guarantor", "offtake.miner.exits.x.notice"} <= set(told)


def test_d_fields_what_other_kinds_use_is_refused(file):
    """A floor's limit on a contract that is taken or paid: right is a refusal that lists what the kind has."""
    with pytest.raises(FactoryFileError, match="unknown field limit"):
        model.load(file, overrides={"offtake.anchor.limit": "5 million USD"})


def test_d_fields_another_country_than_the_place_has_is_named(file):
    """Germany beside a place of Texas changed nothing in silence: right is a warning with what the library says."""
    (told,) = [each for each in model.load(file, overrides={"site.country": "Germany"}).warnings if "Germany" in each]
    assert told.startswith("site.country is Germany: the library's row of ")


def test_d_fields_hours_behind_utc_are_taken(file):
    """The schema's own example, -6 h, was refused as impossible; -13 h is."""
    assert named(file, {"site.utc_offset": "-6 h"}) == ["site.utc_offset"]
    with pytest.raises(FactoryFileError, match="at least -12"):
        model.load(file, overrides={"site.utc_offset": "-13 h"})


def test_d_fields_a_wait_is_likely_between_its_ends(file):
    """Likely 20 of 40 to 60 months was taken: right is a refusal."""
    wait = {
        f"power.interconnection.wait.{name}": f"{n} months" for name, n in (("low", 40), ("likely", 20), ("high", 60))
    }
    with pytest.raises(FactoryFileError, match="no less than low"):
        model.load(file, overrides=wait)


def test_d_fields_a_building_is_no_smaller_than_its_hall(file):
    """1 m2 of building around 10,000 m2 of hall was taken: right is a refusal."""
    areas = {"build.halls.one.building_area": "1 m2", "build.halls.one.white_space": "10000 m2"}
    with pytest.raises(FactoryFileError, match="at least its white space"):
        model.load(file, overrides=areas)


def test_d_fields_volts_for_kilovolts_are_named(file):
    """A connection at 138 V was taken in silence: right is a warning with what may have been meant."""
    warnings = model.load(file, overrides={"power.interconnection.level": "138 V"}).warnings
    (told,) = [each for each in warnings if each.startswith("power.interconnection.level")]
    assert "is outside of what is usual" in told
    assert "did you mean 1.38e+05 V" in told


def test_d_fields_a_machine_is_no_larger_than_its_plant(file):
    """A machine of 20 MW in a plant of 10 MW was taken: right is a refusal."""
    plant = {"kind": "generation", "technology": "gas_engine", "capacity": "10 MW", "unit": "20 MW"}
    with pytest.raises(FactoryFileError, match="at most the rating of the plant"):
        model.load(file, overrides={"power.supply.engines": plant})
