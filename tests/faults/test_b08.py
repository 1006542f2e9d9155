"""Fault B8: a value counted power twice, discounted tax at another rate than its contract, and lay a month off."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory.appraisal import value_of
from computefactory.library import Library

ENERGISED_LAND = 3000.0  # USD/kW of the library
PEAK = "grid_peak_per_it_kw"


@pytest.fixture(scope="module")
def iren():
    """IREN Horizon as shipped."""
    return cf.run("iren-horizon")


@pytest.fixture(scope="module")
def worth(iren):
    """IREN at full operation."""
    return value_of(iren)


@pytest.fixture(scope="module")
def landlord():
    """Core Scientific: leases only."""
    return cf.value("core-scientific-590mw")


@pytest.fixture(scope="module")
def abilene():
    """Abilene: Oracle's silicon in a leased building."""
    return cf.value("stargate-abilene")


def test_b08_power_that_full_halls_draw_is_in_the_halls(iren, worth) -> None:
    """300 MW of grid and halls of 200 MW of IT: 252.7 m USD of power without halls became 89 m."""
    known = iren.known
    beyond = known["connection_power"] - known[PEAK] * known["it_capacity"]
    assert worth.industrial.parts["undeveloped"] == pytest.approx(beyond * ENERGISED_LAND)
    assert worth.industrial.parts["undeveloped"] == pytest.approx(89e6, rel=0.01)


def test_b08_a_tenants_power_is_its_landlords(abilene) -> None:
    """Abilene stands in a leased building: 926 m USD of power without halls became 0."""
    assert abilene.industrial.parts["undeveloped"] == 0


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_b08_a_part_of_the_building_leased_takes_its_part_of_the_power(iren, worth, share) -> None:
    """Halls rented from another by a quarter and a half: so much less power without halls is the factory's own."""
    run = worth.industrial.run
    leased = share * float(run.known["it_capacity"])
    names = ["undeveloped_value"]
    found = run.ledger.run({**run.inputs, "building_leased": leased}, wanted=names, known=iren.runs["full_life"].lines)
    assert found["undeveloped_value"] == pytest.approx((1 - share) * worth.industrial.parts["undeveloped"])


def test_b08_a_contract_on_silicon_that_outlives_it_pays_for_no_successor(worth) -> None:
    """IREN's contracts end with their silicon: industrial multiples of 2.60 bn USD lay below a forced sale of 6.47."""
    layers, liquidation = worth.comparables.three("e_layers"), worth.comparables.three("e_liquidation")
    assert worth.comparables.number("successor_annuity") == pytest.approx(0, abs=1)
    assert all(above > below for above, below in zip(layers, liquidation, strict=True))
    assert layers[1] < worth.comparables.number("promised_most") + worth.comparables.three("e_shell_layer")[1] + 1


def test_b08_what_nobody_has_promised_bears_its_successor() -> None:
    """The old hall sells by the hour: its silicon bears the whole annuity, and no contract is capped."""
    found = cf.value("legacy-h100-hall").comparables
    cost, life = 3200 * 26000.0, 5
    assert found.number("promised_income") == 0
    assert found.number("successor_annuity") > cost / ((1 - 1.1**-life) / 0.1)  # with its network and contingency


def test_b08_tax_on_a_contract_is_discounted_at_its_rate(iren, worth) -> None:
    """IREN's tax on contracts at about 7 %, not at 10: less of it is discounted away."""
    lines = worth.industrial.run.lines
    tax, month = lines["project_tax"], iren.factory.timeline.month
    date = float(iren.factory.finance.full_operation)
    at_ten = float(np.sum(np.where(month >= date, -tax * 1.1 ** ((date - month - 1) / 12), 0)))
    assert worth.industrial.parts["tax"] < at_ten
    only = month < date + 48  # contracts and their shell alone
    factor, contract, shell = lines["tax_factor"], lines["c_factor"][-1], lines["shell_factor"]
    inside = only & (month >= date) & (lines["shell_gained"] > 0)
    assert np.all(factor[inside] <= contract[inside] + 1e-12)
    assert np.all(factor[inside] >= shell[inside] - 1e-12)


def test_b08_the_value_stands_on_the_day_of_the_debt(iren, worth) -> None:
    """The debt is that of the end of the month before: service discounted at the loan's rate from that day gives it."""
    lines, inputs = iren.runs["full_life"].lines, worth.industrial.run.inputs
    month, date = iren.factory.timeline.month, float(iren.factory.finance.full_operation)
    factor = worth.industrial.run.lines["market_factor"]
    first = int(np.searchsorted(month, date))
    assert factor[first] == pytest.approx(1.1 ** (-1 / 12))
    assert factor[first - 1] == 0
    assert float(inputs["valuation_date"]) == date
    assert worth.industrial_equity.steps["debt"] == -float(lines["debt_balance"][first - 1])


def test_b08_a_landlord_has_no_rent_between_layers(landlord) -> None:
    """Core Scientific's leases are the rent of its shell: 4.7 bn USD, not -1.86 beside a shell of 7.03."""
    parts = landlord.industrial.parts
    assert parts["contracts"] > 4e9
    assert parts["merchant"] == parts["shell_now"] == 0
    lines = landlord.industrial.run.lines
    assert lines["whole_site_difference"] <= 1e-9 * np.abs(lines["project_flow"]).max()


def test_b08_the_highest_grade_has_a_sourced_spread() -> None:
    """AAA at 80 bp as quoted, not at a recalled 35; no grade pays less than a better one."""
    library = Library.load()
    row = library.fact("credit_spread", "AAA", "spread")
    assert row.value == 0.008
    assert "recalled" not in row.source
    grades = [float(library.fact("credit_spread", name, "spread").value) for name in ("AAA", "AA", "A", "BBB", "BB")]
    assert grades == sorted(grades)
