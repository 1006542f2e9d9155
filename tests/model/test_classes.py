"""Classes of assets with terms of their own, lines that rise by themselves, what leaving costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError

TEXT = (Path(cf.__file__).parent / "factories" / "iren-horizon.yaml").read_text(encoding="utf-8")
HEAD = TEXT[: TEXT.index("sources:")]


@pytest.fixture
def factory(tmp_path):
    """A factory with something more in its chapter ``build``."""

    def load(build: str, **overrides: Any) -> cf.Result:
        file = tmp_path / "factory.yaml"
        file.write_text(HEAD.replace("  contingency: 0 %  #", f"{build}\n  contingency: 0 %  #"), encoding="utf-8")
        return cf.run(file, overrides={name.replace("__", "."): value for name, value in overrides.items()})

    return load


def lines_of(result: cf.Result, name: str) -> dict[str, np.ndarray]:
    """The lines of one asset in the contract-only case, by month name."""
    lines = result.runs["contract_only"].lines
    assert np.max(np.abs(lines["imbalance"])) <= max(0.01, 1e-12 * np.max(lines["total_assets"]))
    place = [asset.name for asset in result.factory.finance.assets].index(name)
    found = {key: lines[key][place] for key in ("a_capex", "a_in_service", "a_book_depreciation")}
    classes = [item.name == name for item in result.factory.finance.tax_classes]
    return found | {"d_depreciation": lines["d_depreciation"][classes].sum(axis=0)}


def at(result: cf.Result, month: str) -> int:
    return result.factory.timeline.names.index(month)


def test_payments_by_month_leave_as_they_stand(factory):
    result = factory(
        "  classes: {development: {like: soft, payments: {2024-11: 5 million USD, 2025-02: 7.5 million USD}}}"
    )
    found = lines_of(result, "development")
    assert result.factory.timeline.names[0] == "2024-11"
    assert found["a_capex"][at(result, "2024-11")] == pytest.approx(5e6)
    assert found["a_capex"][at(result, "2025-02")] == pytest.approx(7.5e6)
    assert found["a_capex"].sum() == pytest.approx(12.5e6)
    assert found["a_in_service"][at(result, "2026-03")] == pytest.approx(12.5e6 / 4), "with the milestones"


def test_a_class_keeps_its_own_cost_contingency_spending_and_lives(factory):
    result = factory(
        "  classes: {grid: {cost: 60 million USD, contingency: 10 %, book_life: 40 years, tax_life: 5 years, "
        "in_service: 2026-06, spending: {start: 2025-06, duration: 6 months, profile: linear}}}",
        owner__tax_rates__bonus="0 %",
    )
    found = lines_of(result, "grid")
    paid = found["a_capex"][at(result, "2025-06") : at(result, "2025-12")]
    np.testing.assert_allclose(paid, 11e6, rtol=1e-12)
    assert found["a_in_service"][at(result, "2026-06")] == pytest.approx(66e6)
    assert found["a_book_depreciation"][at(result, "2027-01")] == pytest.approx(66e6 / 480)
    year = result.factory.timeline.calendar_year == 2027
    assert found["d_depreciation"][year].sum() == pytest.approx(66e6 * 0.32)


def test_a_stated_cost_goes_before_the_split_of_the_halls(factory):
    plain, stated = factory(""), factory("  classes: {electrical: {cost: 900 million USD}}")
    before = {asset.name: asset.cost for asset in plain.factory.finance.assets}
    after = {asset.name: asset.cost for asset in stated.factory.finance.assets}
    assert after == before | {"electrical": 900e6}


def test_each_line_of_cost_rises_by_itself():
    rises = {
        "operations.facility.cost": "200 USD/kW-year",
        "operations.facility.escalator": "5 %/year",
        "operations.silicon_support.share_of_price": "2 %/year",
        "operations.silicon_support.escalator": "1 %/year",
        "operations.property_tax.share_of_durable": "1 %/year",
        "operations.property_tax.escalator": "-2 %/year",
        "operations.overhead": "12 million USD/year",
        "operations.overhead_escalator": "4 %/year",
    }
    lines = cf.run("iren-horizon", overrides=rises).runs["contract_only"].lines
    names = cf.run("iren-horizon").factory.timeline.names
    first, last = names.index("2027-12"), names.index("2028-01")
    growth = {name: lines[name][last] / lines[name][first] for name in ("facility_cost", "silicon_support", "overhead")}
    assert growth == pytest.approx({"facility_cost": 1.05, "silicon_support": 1.01, "overhead": 1.04})
    assert lines["property_tax"][last] / lines["property_tax"][first] == pytest.approx(0.98)
    assert lines["facility_cost"][first] == pytest.approx(200 * 200_000 / 12 * 1.05**2), "two Januaries after 2025"


def test_leaving_costs_its_money_at_the_exit(factory):
    plain, leaving = factory(""), factory("  decommissioning: 20 million USD", operations__inflation="2 %/year")
    before, after = (result.runs["contract_only"].lines for result in (plain, leaving))
    exit_month = np.flatnonzero(after["at_exit"])[0]
    years = leaving.factory.timeline.years_since_start[exit_month]
    assert after["decommissioning"].sum() == pytest.approx(20e6 * 1.02**years)
    assert after["decommissioning"][exit_month] > 0
    assert before["sale_proceeds"].sum() - after["sale_proceeds"].sum() == pytest.approx(20e6 * 1.02**years)


def test_silicon_may_cost_more_in_one_phase_than_in_another():
    shares = {"2026-03": "30 %", "2026-06": "30 %", "2026-09": "20 %", "2026-12": "20 %"}
    result = cf.run("iren-horizon", overrides={f"silicon.phase_shares.{name}": share for name, share in shares.items()})
    found = lines_of(result, "silicon")
    assert found["a_in_service"][at(result, "2026-03")] == pytest.approx(0.3 * 5.81e9)
    assert found["a_capex"][at(result, "2026-11")] == pytest.approx(0.2 * 5.81e9)


@pytest.mark.parametrize(
    ("build", "paths"),
    [
        ("  classes: {foo: {cost: 1 USD}}", ["build.classes.foo"]),
        ("  classes: {bar: {like: sof, cost: 1 USD}}", ["build.classes.bar.like"]),
        ("  classes: {bar: {like: soft}}", ["build.classes.bar"]),
        ("  classes: {silicon: {cost: 1 USD}}", ["build.classes.silicon"]),
        ("  classes: {shell: {tax_life: 7 years}}", ["build.classes.shell.tax_life"]),
        ("  classes: {shell: {payments: {2026-13: 4 USD}}}", ["build.classes.shell.payments.2026-13"]),
        ("  classes: {shell: {payments: {2126-12: 4 USD}}}", ["build.classes.shell.payments"]),
        ("  classes: {shell: {payments: {2026-02: 4 USD}, cost: 4 USD}}", ["build.classes.shell"]),
        ("  classes: {grid: {cost: 5 USD, in_service: 2100-01}}", ["build.classes.grid.in_service"]),
        ("  classes: {grid: {cost: 5 USD, spending: {start: 2090-01}}}", ["build.classes.grid.spending.duration"]),
        ("  classes: {grid: {cost: -5 USD}}", ["build.classes.grid.cost"]),
    ],
)
def test_what_no_class_can_be_is_refused(factory, build, paths):
    with pytest.raises(FactoryFileError) as error:
        factory(build)
    assert [problem.path for problem in error.value.problems] == paths


@pytest.mark.parametrize("shares", [{"2026-03": "100 %"}, {"2026-03": "30 %", "2026-06": "30 %", "2026-09": "20 %"}])
def test_shares_of_phases_name_every_milestone(shares):
    with pytest.raises(FactoryFileError, match=r"silicon\.phase_shares"):
        cf.run("iren-horizon", overrides={f"silicon.phase_shares.{name}": share for name, share in shares.items()})


def test_a_payment_of_nothing_is_no_error(factory):
    assert lines_of(factory("  classes: {grid: {payments: {2026-02: 0 USD}}}"), "grid")["a_capex"].sum() == 0
