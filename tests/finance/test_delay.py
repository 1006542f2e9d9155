"""What a delay may not do, on factories made up by hypothesis, and what no owner may take before lenders are paid.

Power is late by one, five and twelve months; silicon and capex keep their own dates, prices are flat and every month
of the plan earns a margin. Then more delay never raises cumulative CFADS by any date, ``llcr``, NPV at any rate from
zero, nor a rate of return that is not negative, and never lowers unit cost. Single tests move either way.

With tax it may: a plant that ends later may lose fewer of its losses. What is said of cumulative cash and of NPV at a
rate of zero is therefore said before tax there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

import computefactory as cf
from computefactory.result import Result
from factory_file import Quantity, Tree, text, trees

MONTHS = (1, 5, 12)
NOTHING = Quantity(0.0, "rate")
AT_ONCE = {"after": "energised", "lag": Quantity(0.0, "time")}
FREE_POWER = {"kind": "tariff", "energy": Quantity(0.0, "per_kwh"), "demand": Quantity(0.0, "per_kw_month")}
UNTAXED = {"federal": Quantity(0.0, "share"), "state": Quantity(0.0, "share")}
FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CENT = 0.01


def flat(tree: Tree, *, taxed: bool) -> Tree:
    """The factory at prices that do not move: no escalator, power that costs nothing in any season."""
    told = tree.get("operations", {})
    facility = told.get("facility", {}).get("cost", Quantity(150.0, "per_kw_year"))
    support = told.get("silicon_support", {}).get("share_of_price", Quantity(0.01, "rate"))
    return {
        **tree,
        "power": {**tree["power"], "supply": {"grid": FREE_POWER}},
        "operations": {
            **told,
            "inflation": NOTHING,
            "facility": {"cost": facility, "escalator": NOTHING},
            "silicon_support": {"share_of_price": support, "escalator": NOTHING},
            "property_tax": {"share_of_durable": Quantity(0.01, "rate"), "escalator": NOTHING},
        },
        "offtake": {
            name: {**terms, "escalator": NOTHING, "starts": AT_ONCE} for name, terms in tree["offtake"].items()
        },
        "owner": {**tree["owner"], **({} if taxed else {"tax_rates": UNTAXED})},
    }


def lines(result: Result) -> Any:
    return result.runs["contract_only"].lines


def later_and_later(tree: Tree, folder: Any) -> list[Result]:
    """The factory as planned and late by more and more months, with the debt of the plan."""
    file = folder / "factory.yaml"
    file.write_text(text(tree), encoding="utf-8")
    base = cf.run(file)
    plan = lines(base)
    margin = plan["cash_earnings"] - plan["prepayment_credit"]
    assume(np.all(margin[plan["revenue"] > 0] > 0) and np.all(margin > -1))
    late = [{"power.delay": {"by": f"{months} months", "silicon": "comes_as_planned"}} for months in MONTHS]
    return [base, *(cf.run(file, overrides=overrides) for overrides in late)]


def on_one_calendar(name: str, *results: Result) -> Iterator[np.ndarray]:
    """A monthly line of each, from the first month of any to the last of any."""
    starts = [result.factory.timeline.start for result in results]
    ends = [start + result.factory.timeline.periods for start, result in zip(starts, results, strict=True)]
    for start, end, result in zip(starts, ends, results, strict=True):
        yield np.pad(lines(result)[name], (start - min(starts), max(ends) - end))


def worth(flows: np.ndarray, rate: float) -> float:
    return float(flows @ (1 + rate) ** (-np.arange(len(flows)) / 12))


def rises(sooner: float | None, later: float | None, scale: float = 1.0) -> bool:
    return sooner is not None and later is not None and later > sooner + 1e-9 * scale


def check_metrics(sooner: Result, later: Result) -> None:
    cost = later.metrics["capex_usd"].value or 0.0
    assert not rises(sooner.metrics["llcr"].value, later.metrics["llcr"].value)
    assert not rises(*(each.returns["contract_only"]["npv_usd"].value for each in (sooner, later)), scale=cost)
    for name in ("project_irr", "equity_irr"):
        before, after = (each.returns["contract_only"][name].value for each in (sooner, later))
        if before is not None and after is not None and min(before, after) >= 0:
            assert not rises(before, after), name
    price = [each.metrics["lcoc_usd_per_accelerator_hour"].value or 0.0 for each in (sooner, later)]
    assert price[1] >= price[0] * (1 - 1e-9)


@FEW
@given(trees())
def test_more_delay_never_helps(tmp_path: Any, tree: Tree) -> None:
    """Untaxed: cumulative CFADS by every date, value at 0, 3 and 20 %, cover of the loan's life, returns, unit cost."""
    results = later_and_later(flat(tree, taxed=False), tmp_path)
    for sooner, later in pairwise(results):
        before, after = (np.cumsum(row) for row in on_one_calendar("cfads", sooner, later))
        assert np.all(after <= before + 1e-9 * np.abs(before).max() + CENT)
        flows = list(on_one_calendar("project_flow", sooner, later))
        cost = later.metrics["capex_usd"].value or 0.0
        for rate in (0.0, 0.03, 0.2):
            assert worth(flows[1], rate) <= worth(flows[0], rate) + 1e-9 * cost
        check_metrics(sooner, later)


@FEW
@given(trees())
def test_more_delay_never_helps_after_tax(tmp_path: Any, tree: Tree) -> None:
    """Taxed: the same of LLCR, NPV at the file's rate, returns and unit cost; of cash and value at 0 % before tax."""
    results = later_and_later(flat(tree, taxed=True), tmp_path)
    for sooner, later in pairwise(results):
        before, after = (np.cumsum(row) for row in on_one_calendar("cash_earnings", sooner, later))
        assert np.all(after <= before + 1e-9 * np.abs(before).max() + CENT)
        check_metrics(sooner, later)


@FEW
@given(trees())
def test_owners_are_paid_nothing_while_a_lender_is_not(tmp_path: Any, tree: Tree) -> None:
    """Late or not: no distribution in a month whose service is unpaid, nor before reserves are full again."""
    file = tmp_path / "factory.yaml"
    file.write_text(text(tree), encoding="utf-8")
    for months in (0, 4, 9):
        late = {"power.delay": {"by": f"{months} months", "silicon": "comes_as_planned"}} if months else None
        found = lines(cf.run(file, overrides=late))
        paid = (found["distribution"] > CENT) & (found["completing"] == 0)
        assert np.all(found["service_unpaid"][paid] < CENT)
        held = found["t_reserve_held"].sum(axis=0)
        assert np.all(held[paid] >= found["reserve_target"][paid] - CENT)
        assert np.all(found["letter_claims"][paid] < CENT)
        assert np.all(found["cash"] > -CENT)


@pytest.mark.parametrize("silicon", ["waits", "comes_as_planned"])
def test_a_delay_moves_no_date_of_the_debt(silicon: str) -> None:
    """IREN nine months late: the same repayments in the same months, the same test dates, the same first service."""
    base = cf.run("iren-horizon")
    late = cf.run("iren-horizon", overrides={"power.delay": {"by": "9 months", "silicon": silicon}})
    for name in ("repayment", "tested", "planned_draw"):
        before, after = on_one_calendar(name, base, late)
        np.testing.assert_allclose(after, before, atol=CENT)
