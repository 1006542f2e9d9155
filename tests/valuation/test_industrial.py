"""The parts add up to the site, whatever the site: the internal rent cancels, nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.valuation import PARTS, Rates, Site, part_flows, part_values, sum_of_parts, whole_site

MONTHS = 36


def made(seed, items, scale=1e6):
    """A random site: any money, shares of the silicon that may exceed it."""
    draw = np.random.default_rng(seed)

    def money(*shape):
        return draw.normal(0, scale, (*shape, MONTHS))

    power = draw.uniform(0, 5e4, MONTHS) * (draw.random(MONTHS) > 0.2)
    return Site(
        months=np.arange(MONTHS, dtype=float),
        book_revenue=money(items),
        book_promised=money(items),
        book_owed=draw.uniform(0, 1, (items, MONTHS)),
        book_shares=draw.uniform(0, 1.5 / max(items, 1), (items, MONTHS)),
        book_power=draw.uniform(0, 1e4, (items, MONTHS)) * (draw.random((items, 1)) > 0.5),
        book_direct=money(items),
        other_revenue=money(),
        silicon_power=power,
        silicon_cost=money(),
        building_cost=money(),
        shell_cost=money(),
        relet_revenue=money(),
        sale=money(),
        refresh=money(),
        first_capex=money(),
        overhead=money(),
        tax=money(),
        rent=draw.uniform(0, 200, MONTHS),
        scrap=money(),
        upgrade=money(),
        undeveloped=0.0,
        energises=1.0,
        undeveloped_value=3000.0,
    )


def own_cash_flow(site):
    """The site as its owner sees it: no rent between the layers anywhere."""
    return (
        site.book_revenue.sum(0) - site.book_direct.sum(0) + site.other_revenue + site.relet_revenue + site.sale
        + site.scrap - site.silicon_cost - site.building_cost - site.shell_cost - site.overhead
        - site.refresh - site.first_capex - site.upgrade - site.tax
    )  # fmt: skip


@given(st.integers(0, 10**6), st.integers(1, 4), st.floats(0.0, 0.4), st.integers(0, MONTHS - 1))
def test_parts_are_the_whole_site_at_the_same_rate(seed, items, rate, at):
    site = made(seed, items)
    flows = part_flows(site)
    whole = own_cash_flow(site)
    largest = np.abs(whole).max()
    assert np.abs(whole_site(flows) - whole).max() <= 1e-9 * largest
    values = part_values(site, flows, Rates.uniform(rate, items), at)
    by_hand = sum(flow / (1 + rate) ** ((t - at) / 12) for t, flow in enumerate(whole) if t >= at)
    assert abs(sum_of_parts(values) - by_hand) <= 1e-9 * largest * MONTHS


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_the_rent_between_the_layers_moves_value_and_makes_none(seed, items):
    site = made(seed, items)
    dear = replace(site, rent=site.rent * 3)
    rates = Rates.uniform(0.1, items)
    one, other = (part_values(each, part_flows(each), rates, 0) for each in (site, dear))
    assert sum_of_parts(one) == pytest.approx(sum_of_parts(other), rel=1e-9, abs=1e-3)
    busy = site.silicon_power.sum() + site.book_power.sum() > 0
    assert not busy or other["shell_now"] > one["shell_now"]


def test_a_level_contract_is_the_bond_of_the_same_flows():
    """Take-or-pay at certainty: 100 a month for five years at 6 %, the first now, in closed form."""
    nothing = np.zeros(60)
    fields = ("other_revenue", "silicon_power", "silicon_cost", "building_cost", "shell_cost", "relet_revenue", "sale")
    fields += ("refresh", "first_capex", "overhead", "tax", "rent", "scrap", "upgrade")
    items = dict.fromkeys(("book_shares", "book_power", "book_direct"), np.zeros((1, 60)))
    site = Site(
        months=np.arange(60.0), book_revenue=np.full((1, 60), 100.0),
        book_promised=np.full((1, 60), 100.0), book_owed=np.ones((1, 60)),
        undeveloped=0, energises=1, undeveloped_value=0,
        **items, **dict.fromkeys(fields, nothing),
    )  # fmt: skip
    v = 1.06 ** (-1 / 12)
    values = part_values(site, part_flows(site), Rates(np.array([0.06]), 0.10, 0.085), 0)
    assert values["contracts"] == pytest.approx(100 * (1 - v**60) / (1 - v), rel=1e-12)
    assert sum_of_parts(values) == pytest.approx(values["contracts"])
    assert set(PARTS) < set(values)


def test_power_without_halls_is_megawatts_times_chance_times_worth():
    site = replace(made(1, 1), undeveloped=50e3, energises=0.4)
    values = part_values(site, part_flows(site), Rates.uniform(0.1, 1), 0)
    assert values["undeveloped"] == pytest.approx(50e3 * 0.4 * 3000)


def test_scenarios_stand_in_front():
    """A leading axis gives what each scenario gives alone."""
    sites = [made(seed, 2) for seed in range(3)]
    together = Site(**{
        name: np.stack([getattr(site, name) for site in sites]) if np.ndim(getattr(sites[0], name)) else value
        for name, value in vars(sites[0]).items()
    } | {"months": sites[0].months})  # fmt: skip
    rates = np.array([0.05, 0.1, 0.2])
    found = part_values(together, part_flows(together), Rates.uniform(rates, 2), 3)
    for k, site in enumerate(sites):
        alone = part_values(site, part_flows(site), Rates.uniform(float(rates[k]), 2), 3)
        assert found["contracts"][k] == pytest.approx(alone["contracts"])
        assert sum_of_parts(found)[k] == pytest.approx(sum_of_parts(alone))
