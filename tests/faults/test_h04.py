"""H4: availability reaches money wherever a contract lets it, and where none does the page says who bears it."""

from __future__ import annotations

from functools import cache
from math import exp
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.offtake.service_levels import Downtime, expected_loss
from computefactory.registry import PAGES
from computefactory.studies.elasticity import elasticities
from small_factory import book_file

BROKEN = {"operations__reliability__facility": "20 %"}
RATIO = 0.2 / 0.9995  # of the building's availability, to that of the library
STARTS = "starts: {after: energised, lag: 1 month}, tenor: 60 months"
HOURS = f"buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/accelerator-hour, {STARTS}"
LEVEL = "service_level: {below: [99 %, 95 %], credit: [10 %, 30 %], cap: 25 %}"
RENT = f"signed: 2025-11, buyer: CoreWeave, power: 5 MW, price: 120 USD/kW-month, electricity: passed_through, {STARTS}"
KINDS = {
    "take_or_pay": f"kind: take_or_pay, {HOURS}",
    "short": f"kind: take_or_pay, {HOURS}".replace("60 months", "24 months"),
    "minimum_volume": f"kind: minimum_volume, minimum: 50 %, used: [90 %], {HOURS}",
    "on_demand": (
        f"kind: on_demand, accelerators: 7200, price: 3 USD/accelerator-hour, tier: neocloud, commitment: on_demand, "
        f"share_sold: 60 %, {STARTS}"
    ),
    "floor": f"kind: floor, {HOURS}",
    "colocation": f"kind: colocation, {RENT}",
    "mining": f"kind: mining, power: 5 MW, price: 0.1 USD/kWh, {STARTS}",
}
OWN = ("take_or_pay", "short", "minimum_volume", "on_demand", "floor")


@cache
def underwritten(kind: str, level: str = "", **changes: str) -> cf.Result:
    """One contract of a kind, with its service level."""
    own = {} if kind in OWN else {"silicon.accelerators": "0"}
    with TemporaryDirectory() as folder:
        file = book_file(Path(folder), one=f"{KINDS[kind]}{', ' if level else ''}{level}")
        return cf.run(file, overrides={name.replace("__", "."): value for name, value in changes.items()} | own)


def revenue(kind: str, level: str = "", **changes: str) -> float:
    """Revenue of the first full year."""
    return float(underwritten(kind, level, **changes).metrics["revenue_usd_per_year"].value)


def ratio(kind: str, level: str = "") -> float:
    """Revenue with a building that runs 20 % of the time over that with the library's."""
    return revenue(kind, level, **BROKEN) / revenue(kind, level)


@pytest.mark.parametrize("kind", ["on_demand", "floor", "mining"])
def test_h04_what_is_paid_as_delivered_moves(kind: str) -> None:
    """`facility: 20 %` left revenue as it was; right: sales on demand, a floor and a mine fall in proportion."""
    assert ratio(kind) == pytest.approx(RATIO, rel=1e-6)


@pytest.mark.parametrize("kind", ["take_or_pay", "colocation"])
def test_h04_without_a_service_level_the_customer_bears_it(kind: str) -> None:
    """What is owed is billed whatever runs: no money moves, the pages say so and a warning too."""
    assert ratio(kind) == pytest.approx(1, rel=1e-9)
    result = underwritten(kind, **BROKEN)
    assert any("availability is" in text and "one pays" in text for text in result.warnings)
    pages = ["book", "output"] if kind in OWN else ["book"]
    for page in pages:
        said = " ".join(text for part in PAGES[page](result).sections for text in part.text)
        assert "the customer bears low availability" in said


def test_h04_a_minimum_is_owed_and_the_rest_moves() -> None:
    """Of 90 % used of which 50 % are owed, a site that runs a fifth of the time is paid the 50 %."""
    sound = 0.9 * underwritten("minimum_volume").known["availability"]
    assert ratio("minimum_volume") == pytest.approx(0.5 / sound, rel=1e-9)


@pytest.mark.parametrize("kind", ["take_or_pay", "minimum_volume", "colocation"])
def test_h04_a_service_level_moves_money(kind: str) -> None:
    """Credits of 25 % of the bill, the cap, in every month in which the building runs a fifth of the time."""
    found = ratio(kind, LEVEL)
    assert 0.74 * ratio(kind) < found < 0.78 * ratio(kind)


def test_h04_credits_of_a_lease_by_hand() -> None:
    """Outages of four hours come as a Poisson process: rent less 5 % for one a month and 10 % for two or more."""
    level = "service_level: {below: [99.9 %, 99 %], credit: [5 %, 10 %]}"
    result = underwritten("colocation", level)
    mean = (1 - 0.9995) * 8766 / 12 / 4
    none, one = exp(-mean), mean * exp(-mean)
    expected = 0.05 * one + 0.10 * (1 - none - one)
    assert result.known["lease_credits"] == pytest.approx((expected,), rel=1e-9)
    assert revenue("colocation", level) == pytest.approx(revenue("colocation") * (1 - expected), rel=1e-6)
    assert not any("availability" in text for text in result.warnings)


@pytest.mark.parametrize(("kind", "lost"), [("take_or_pay", 0.0024), ("colocation", 0.0005)])
def test_h04_what_was_not_available_is_not_billed(kind: str, lost: float) -> None:
    """`pro_rata: true`: a take-or-pay or a lease paid for what is delivered, nearly all of it or a fifth."""
    level = "service_level: {pro_rata: true}"
    assert revenue(kind, level) / revenue(kind) == pytest.approx(1 - lost, abs=6e-4)
    assert ratio(kind, level) == pytest.approx(RATIO, abs=4e-3)
    assert not [text for text in underwritten(kind, level, **BROKEN).warnings if "customer bears" in text]


def test_h04_a_capped_loss_by_drawing_months() -> None:
    """E[min(cap, share lost)] of outages and nodes, against a million months drawn at random."""
    month, rng = Downtime(0.01, 4e-5, 1.5, 0.006, 0.002), np.random.default_rng(4)
    nodes = rng.gamma(0.01**2 / 4e-5, 4e-5 / 0.01, 1_000_000)
    lost = nodes + 0.006 * rng.poisson(1.5, 1_000_000) + 0.002
    for cap in (0.005, 0.02, 1.0):
        assert expected_loss(cap, month) == pytest.approx(np.minimum(lost, cap).mean(), rel=2e-3)


def test_h04_hours_of_the_market_move() -> None:
    """After the contract the hours go to the market, which pays for what can be used."""
    sound, broken = (
        underwritten("short", **changes).runs["full_life"].lines["renewal_revenue"].sum() for changes in ({}, BROKEN)
    )
    assert sound > 0
    assert broken / sound == pytest.approx(RATIO, rel=1e-6)


def test_h04_load_that_is_shed_is_an_outage() -> None:
    """A supply that is cut for 400 hours a year: a service level pays for it."""
    cut = {
        "power__supply__cut": "{kind: interruptible, power: 60 MW, hours: 400 hours, discount: 1 USD/kW-month}",
        "power__shortage": "{allowed: true, lost_load: 2 USD/kWh}",
    }
    served = underwritten("take_or_pay", LEVEL, **cut)
    assert served.known["power_served"] == pytest.approx(1 - 400 / 8760, abs=1e-2)  # the hottest hours
    assert revenue("take_or_pay", LEVEL, **cut) < 0.92 * revenue("take_or_pay", LEVEL)


@cache
def iren(facility: str, level: str) -> cf.Result:
    overrides = {"operations.reliability.facility": facility, "offtake.microsoft.service_level": level}
    return cf.run("iren-horizon", overrides=overrides)


def test_h04_cover_and_returns_follow() -> None:
    """IREN with a service level: a worse building lowers revenue, the lowest cover and the return."""
    level = "{below: [99 %, 95 %], credit: [10 %, 30 %], cap: 25 %}"
    sound, worse = iren("99.9 %", level), iren("97 %", level)
    for name in ("revenue_usd_per_year", "min_dscr", "project_irr", "npv_usd"):
        assert float(worse.metrics[name].value) < float(sound.metrics[name].value)


def test_h04_credits_of_a_lease_are_checked() -> None:
    """Bands that do not fall, and what only hours can say, are refused with their place."""
    wrong = "service_level: {below: [99 %, 99.9 %], credit: [5 %, 10 %]}"
    with pytest.raises(FactoryFileError, match="falling thresholds"):
        underwritten("colocation", wrong)
    ends = "service_level: {terminates: {below: 97 %, times: 3, within: 12 months}}"
    with pytest.raises(FactoryFileError, match="terminates"):
        underwritten("colocation", ends)


def test_h04_one_per_cent_of_availability_is_worth_what_a_run_with_less_of_it_says() -> None:
    """IREN bills whatever runs: no return moves with availability (0.027 points came out, of more hours than all)."""
    base = cf.run("iren-horizon")
    less = cf.run("iren-horizon", overrides={"operations.reliability.facility": "98.95 %"})
    (found,) = (item for item in elasticities(base) if item.driver == "availability")
    assert less.metrics["project_irr"].value == pytest.approx(float(base.metrics["project_irr"].value), abs=1e-12)
    assert found.project_irr == pytest.approx(0, abs=1e-12)
    assert found.equity_irr == pytest.approx(0, abs=1e-12)
