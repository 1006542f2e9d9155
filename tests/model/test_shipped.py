"""Every shipped factory underwrites, its books close, and what it is meant to show shows."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema


@pytest.fixture(scope="module", params=schema.names())
def result(request):
    return cf.run(request.param)


def test_the_books_close_in_every_case(result):
    for run in result.runs.values():
        tolerance = max(0.01, 1e-12 * float(np.max(run.lines["total_assets"])))
        assert np.max(np.abs(run.lines["imbalance"])) <= tolerance


def test_sources_are_uses(result):
    both = result.sources_and_uses
    assert sum(both["sources"].values()) == pytest.approx(sum(both["uses"].values()), abs=1)


def test_numbers_are_finite_or_explained(result):
    for name, metric in result.metrics.items():
        assert metric.value is None or np.isfinite(metric.value), name
        assert metric.value is not None or metric.reason, name


def test_every_input_that_can_move_moves(result):
    swings = cf.sensitivities(result)
    assert swings
    assert all(np.isfinite([swing.low, swing.base, swing.high]).all() for swing in swings)


def test_energy_and_heat_are_sane(result):
    assert 1 <= result.metrics["pue_annual"].value < 1.6
    assert max(result.known["limits"].utilisation.values()) <= 1 + 1e-9


def test_a_landlord_lives_on_rent_and_pays_no_power():
    landlord = cf.run("core-scientific-590mw")
    lines = landlord.runs["contract_only"].lines
    assert landlord.metrics["revenue_usd_per_year"].value == pytest.approx(590_000 * 120 * 12)
    assert 0.98 < landlord.metrics["coverage"].value < 1, "the notes outlive the lease of the first halls"
    assert not lines["power_cost"].any()
    # 590 MW x 120 USD x 144 months, each part for its own tenor
    assert lines["lease_revenue"].sum() == pytest.approx(10.2e9, rel=0.002)


def test_a_leased_shell_earns_the_margin_its_operator_states():
    leased = cf.run("coreweave-leased-100mw")
    assert leased.metrics["revenue_usd_per_year"].value / 100 == pytest.approx(9.7e6, rel=0.005)
    assert leased.metrics["ebitda_margin"].value == pytest.approx(0.72, abs=0.03), "the company says: the 70 % zone"


def test_an_inference_site_lives_on_the_market():
    site = cf.run("inference-site")
    assert site.metrics["coverage"].value < 0.2
    assert site.metrics["npv_usd"].value < site.metric("npv_usd", "full_life").value < 0
    assert site.metric("project_irr", "full_life").value > 2 * site.metrics["project_irr"].value > 0
