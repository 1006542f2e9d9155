"""Fault A8: rent of a leased building ran for the whole campus from month 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.timeline import month_number

CORE, ABILENE = "coreweave-leased-100mw", "stargate-abilene"


def rent_of(result: cf.Result, case: str = "contract_only") -> dict[str, float]:
    """Rent paid by month, where there is any."""
    rent = result.runs[case].lines["rent_paid"]
    return {name: paid for name, paid in zip(result.factory.timeline.names, rent, strict=True) if paid}


def test_a08_abilene_pays_for_halls_that_are_handed_over() -> None:
    """Rent by phase from hand-over instead of 2.62 bn USD for halls that were not: IRR 15.8 became about 19.3 %."""
    assert cf.run(ABILENE).metrics["project_irr"].value == pytest.approx(0.193, abs=0.005)


def test_a08_the_leased_hundred_megawatts_earn_a_little() -> None:
    """CoreWeave-style equity IRR -2.5 became about +1.6 %; with the debt of lenders' terms as they are now, 1.3 %."""
    assert cf.run(CORE).metrics["equity_irr"].value == pytest.approx(0.016, abs=0.005)


def test_a08_each_phase_pays_from_its_hand_over() -> None:
    """100 MW at 137.5 USD/kW-month, a third each in June, August, October: a third, two thirds, all of it."""
    rent = rent_of(cf.run(CORE))
    months = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
    assert next(iter(rent)) == "2026-06"
    assert [rent[month] / 13.75e6 for month in months] == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3, 1])


def test_a08_the_rent_rises_on_the_anniversary_of_each_phase() -> None:
    """3 % a year on a third of the rent each: in June, August and October, not in January."""
    rent = list(rent_of(cf.run(CORE)).values())
    rises = np.diff(rent[5:17])  # November 2026 to October 2027
    expected = {7: 1 / 3, 9: 1 / 3, 11: 1 / 3}  # June, August, October
    assert rises == pytest.approx([13.75e6 * 0.03 * expected.get(k + 1, 0.0) for k in range(11)], abs=1)


@pytest.mark.parametrize("name", [CORE, ABILENE])
def test_a08_earlier_spending_on_the_shell_does_not_move_the_rent(name: str) -> None:
    """Spending on the shell that starts twelve months earlier leaves the landlord's rent as it was, month for month."""
    start = cf.load(name).document.model.build.spending.start - 12
    earlier = {"build.spending.start": f"{start // 12}-{start % 12 + 1:02d}"}
    assert rent_of(cf.run(name, overrides=earlier)) == pytest.approx(rent_of(cf.run(name)))


def test_a08_late_power_does_not_move_the_rent_unless_it_is_anchored_to_it() -> None:
    """Six months late: the rent starts at the planned hand-over; `after: energised` makes it wait."""
    late = {"power.delay": "{by: 6 months}"}
    stays, waits = (
        cf.run(CORE, overrides={**late, **more})
        for more in ({}, {"build.lease.starts": "{after: energised, lag: 1 month}"})
    )
    assert next(iter(rent_of(stays))) == "2026-06"
    assert next(iter(rent_of(waits))) == "2027-01"


@pytest.mark.parametrize(
    ("starts", "first"),
    [("2026-05", ["2026-05"] * 3), ("{after: handed_over, lag: 3 months}", ["2026-09", "2026-11", "2027-01"])],
)
def test_a08_rent_starts_when_the_lease_says(starts: str, first: list[str]) -> None:
    """A month for all phases, or a time free of rent after each hand-over."""
    factory = cf.load(CORE, overrides={"build.lease.starts": starts})
    start = factory.timeline.start
    assert [start + phase.rent_from for phase in factory.plant.phases] == [month_number(month) for month in first]


def test_a08_extension_and_end_of_the_lease() -> None:
    """63 months and 6 more at a rent of their own; then every case gives the phase back, and says so."""
    lease = {"build.lease.tenor": "63 months", "build.lease.extension": "{term: 6 months, rent: 200 USD/kW-month}"}
    result = cf.run(CORE, overrides=lease)
    rent = rent_of(result, "unit_cost")
    assert list(rent)[-1] == "2032-06", "the last phase, 69 months from October 2026"
    assert any("months before its silicon's economic life" in warning for warning in result.warnings)
    phase = result.runs["unit_cost"].lines["p_rent"][0]
    extended = month_number("2026-06") + 63 - result.factory.timeline.start
    assert phase[extended] == pytest.approx(100e3 / 3 * 200)
    assert phase[extended - 1] == pytest.approx(100e3 / 3 * 137.5 * 1.03**5)
    assert not np.any(result.runs["full_life"].lines["available_hours"][extended + 6 + 4 :])


@pytest.mark.parametrize(
    ("lease", "code", "path"),
    [
        ({"build.lease.tenor": "61 months"}, "after_the_lease", "build.lease.tenor"),
        ({"build.lease.extension": "{term: 6 months}"}, "missing", "build.lease.tenor"),
    ],
)
def test_a08_rent_after_the_lease_is_refused(lease: Mapping[str, str], code: str, path: str) -> None:
    """A contract of 60 months that starts two months after the lease needs one of 62; an extension follows a tenor."""
    with pytest.raises(FactoryFileError) as error:
        cf.load(CORE, overrides=lease)
    assert [(problem.code, problem.path) for problem in error.value.problems] == [(code, path)]


def test_a08_a_block_that_is_added_dips_the_margin() -> None:
    """44 % more in a quarter, rent and fixed cost one to two months before revenue: a dip of three to five points."""
    lag = {
        "power.energised": "{2026-01: 104 MW, 2027-01: 127 MW, 2027-03: 150 MW}",
        "power.supply.grid.energy": "95 USD/MWh",
        "build.spending": "{start: 2025-08, duration: 5 months, profile: linear}",
        "capital.debt": None,
    }
    result = cf.run(CORE, overrides=lag)
    lines, names = result.runs["contract_only"].lines, result.factory.timeline.names

    def margin(first: str) -> float:
        quarter = slice(names.index(first), names.index(first) + 3)
        return float(lines["ebitda"][quarter].sum() / lines["revenue"][quarter].sum())

    before, added, next_one, later = (margin(month) for month in ("2026-10", "2027-01", "2027-04", "2027-07"))
    assert 0.03 <= before - added <= 0.05
    assert added < next_one < later
    assert later == pytest.approx(before, abs=0.01)


@pytest.mark.parametrize("accounting", ["operating", "finance"])
def test_a08_the_books_close_with_leases_that_begin_one_after_the_other(accounting: str) -> None:
    """Liability and right of each phase begin with its own lease and end with it; the balance sheet closes."""
    result = cf.run(CORE, overrides={"build.lease.accounting": accounting})
    lines, names = result.runs["contract_only"].lines, result.factory.timeline.names
    begun = [name for name, amount in zip(names, lines["lease_begun"], strict=True) if amount]
    assert begun == ["2026-06", "2026-08", "2026-10"]
    assert lines["rent_expense"].sum() == pytest.approx(lines["rent_paid"].sum(), rel=1e-9)
    assert lines["lease_right"][-1] == pytest.approx(0, abs=1)
    assert lines["lease_liability"][-1] == pytest.approx(0, abs=1)


def test_a08_phases_by_name_are_handed_over_and_rented_on_their_own_dates(tmp_path: Path) -> None:
    """Hall by hall: hand-over, a first month of rent of its own, a contract that waits for the later of both."""
    text, count = re.subn(r"  energised: \{.*\n", "", schema.shipped_text(CORE))
    assert count == 1
    hall = "    leased: {it_capacity: 100 MW, rack_limit: 150 kW, cost: 0.75 million USD/MW}"
    assert hall in text
    halls = (
        hall.replace("leased", "north").replace("100 MW", "40 MW"),
        hall.replace("leased", "south").replace("100 MW", "60 MW"),
    )
    text = text.replace(hall, "\n".join(halls)).replace(
        "escalator: 3 %/year}", "starts: {after: handed_over, lag: 2 months}}"
    )
    text += (
        "phases:\n"
        "  north: {energised: 2026-06, power: 60 MW, halls: [north], accelerators: 15200, handed_over: 2026-04}\n"
        "  south: {energised: 2026-08, power: 90 MW, halls: [south], accelerators: 22800, lease: 2026-07}\n"
    )
    file = tmp_path / "halls.yaml"
    file.write_text(text)
    rent = rent_of(cf.run(file))
    assert [rent[month] / 13.75e6 for month in ("2026-06", "2026-07")] == pytest.approx([0.4, 1.0])
    assert next(iter(rent)) == "2026-06"
    late = cf.load(file, overrides={"phases.north.handed_over": "2026-08"})
    assert late.plant.phases[0].accepted == month_number("2026-08") - late.timeline.start
    with pytest.raises(FactoryFileError) as error:
        cf.load(file, overrides={"phases.north.handed_over": "2026-09"})
    assert [problem.path for problem in error.value.problems] == ["offtake.customer.starts"]
    hour = cf.run_many(file, {"build.halls.north.it_capacity": [40e3, 50e3]}, keep=["lcoc_usd_per_accelerator_hour"])
    costs = hour["lcoc_usd_per_accelerator_hour"]
    assert costs[0] == pytest.approx(cf.run(file).metrics["lcoc_usd_per_accelerator_hour"].value)
    more = cf.run(file, overrides={"build.halls.north.it_capacity": "50 MW"})
    assert costs[1] == pytest.approx(more.metrics["lcoc_usd_per_accelerator_hour"].value)


def test_a08_what_runs_beyond_the_lease_because_power_is_late_is_said() -> None:
    """A lease of 62 months and power eight months late: eight months of every part without a building, named."""
    late = {"build.lease.tenor": "62 months", "power.delay": "{by: 8 months}"}
    said = [warning for warning in cf.run(CORE, overrides=late).warnings if "beyond the lease" in warning]
    assert len(said) == 3
    assert all("8 months beyond" in warning for warning in said)
