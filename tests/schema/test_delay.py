"""Late power: what is anchored to it moves, calendar dates stay, silicon waits or stands idle."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory.timeline import month_name


def months_of(factory):
    start = factory.finance.start
    first = factory.offtake.contracts[0]
    silicon = next(asset for asset in factory.finance.assets if asset.name == "silicon")
    placed = next(month for month, share in enumerate(silicon.placed) if share)
    return {
        "energised": month_name(start + int(factory.plant.phases[0].energised)),
        "delivered": month_name(start + int(factory.plant.phases[0].delivered)),
        "in service": month_name(start + placed),
        "contract": month_name(start + int(first.start)),
    }


def test_what_waits_for_power_moves_with_it():
    moved = months_of(cf.load("iren-horizon", overrides={"power.delay": "{by: 5 months}"}))
    assert moved == {"energised": "2026-08", "delivered": "2026-08", "in service": "2026-08", "contract": "2026-09"}


def test_silicon_that_comes_as_planned_stands_idle():
    moved = months_of(cf.load("iren-horizon", overrides={"power.delay": "{by: 5 months, silicon: comes_as_planned}"}))
    assert moved == {"energised": "2026-08", "delivered": "2026-03", "in service": "2026-08", "contract": "2026-09"}


def test_a_calendar_start_waits_for_late_power():
    changed = {"offtake.microsoft.starts": "2027-01", "power.delay": "{by: 5 months}"}
    factory = cf.load("iren-horizon", overrides=changed)
    starts = [month_name(factory.finance.start + int(part.start)) for part in factory.offtake.contracts]
    assert starts == ["2027-01", "2027-01", "2027-02", "2027-05"]


@pytest.mark.parametrize("silicon", ["waits", "comes_as_planned"])
def test_an_idle_month_costs_and_nothing_else_changes(silicon):
    base = cf.run("iren-horizon")
    late = cf.run("iren-horizon", overrides={"power.delay": f"{{by: 6 months, silicon: {silicon}}}"})
    assert late.metrics["capex_usd"].value == pytest.approx(base.metrics["capex_usd"].value)
    same = late.metrics["revenue_usd_per_year"].value / base.metrics["revenue_usd_per_year"].value
    assert same == pytest.approx(1, abs=0.01)  # leap years and anniversaries


def test_idle_silicon_is_worse_than_silicon_that_waits():
    npv = {
        silicon: cf.run("iren-horizon", overrides={"power.delay": f"{{by: 12 months, silicon: {silicon}}}"})
        .metrics["npv_usd"]
        .value
        for silicon in ("waits", "comes_as_planned")
    }
    assert npv["comes_as_planned"] < npv["waits"]


def test_milestones_that_have_come_are_not_late():
    factory = cf.load("iren-horizon", overrides={"power.delay": "{by: 5 months, after: 2026-09}"})
    months = [month_name(factory.finance.start + int(phase.energised)) for phase in factory.plant.phases]
    assert months == ["2026-03", "2026-06", "2026-09", "2027-05"]
