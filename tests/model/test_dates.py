"""A delay moves what is anchored to what is late, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory.timeline import month_name
from factory_file import month, text

DELAY = 3
LATE = {
    "power.energised": "{2026-06: 75 MW, 2026-09: 150 MW, 2026-12: 225 MW, 2027-03: 300 MW}",
}


def calendar(factory, number):
    return month_name(factory.timeline.start + int(number))


def spent(factory, name):
    """Calendar months in which an asset is paid, with the shares."""
    (asset,) = (item for item in factory.finance.assets if item.name == name)
    return {calendar(factory, i): share for i, share in enumerate(asset.spending) if share}


def later(name):
    year, number = (int(part) for part in name.split("-"))
    return month_name(year * 12 + number - 1 + DELAY)


@pytest.fixture(scope="module")
def base():
    return cf.load("iren-horizon")


@pytest.fixture(scope="module")
def late():
    return cf.load("iren-horizon", overrides=LATE)


def test_what_is_anchored_to_the_energy_moves_with_it(base, late):
    for before, after in zip(base.offtake.contracts, late.offtake.contracts, strict=True):
        for field in ("start", "prepaid", "credited_from"):
            assert calendar(late, getattr(after, field)) == later(calendar(base, getattr(before, field)))
        assert (before.tenor, before.accelerators) == (after.tenor, after.accelerators)
        assert before.price == pytest.approx(after.price)
    assert calendar(late, late.finance.full_operation) == later(calendar(base, base.finance.full_operation))
    assert {later(name): share for name, share in spent(base, "silicon").items()} == spent(late, "silicon")


def test_what_has_a_date_stays(base, late):
    assert spent(base, "shell") == spent(late, "shell")
    for field in ("closes", "matures"):
        assert calendar(base, getattr(base.finance.debt, field)) == calendar(late, getattr(late.finance.debt, field))
    for before, after in zip(base.offtake.contracts, late.offtake.contracts, strict=True):
        assert calendar(base, before.signed) == calendar(late, after.signed)


def test_delivered_silicon_is_paid_when_it_was_to_be(base):
    fixed = {"silicon.delivered": "2026-03"}
    one, other = cf.load("iren-horizon", overrides=fixed), cf.load("iren-horizon", overrides={**fixed, **LATE})
    assert spent(one, "silicon") == spent(other, "silicon") == {"2026-02": 1.0}
    starts = [calendar(factory, factory.offtake.contracts[0].start) for factory in (one, other)]
    assert later(starts[0]) == starts[1]


def test_a_contract_with_a_date_keeps_it():
    fixed = {"offtake.microsoft.starts": "2027-06"}
    factories = [cf.load("iren-horizon", overrides={**fixed, **more}) for more in ({}, LATE)]
    assert {calendar(factory, part.start) for factory in factories for part in factory.offtake.contracts} == {"2027-06"}


def test_rent_for_the_building_is_due_whether_it_has_energy_or_not():
    rents = []
    for more in ({}, {"power.delay": "{by: 3 months}"}):
        result = cf.run("legacy-h100-hall", overrides=more)
        rents.append(
            dict(zip(result.factory.timeline.names, result.runs["contract_only"].lines["rent_paid"], strict=True))
        )
    before, after = rents
    paid = {name: rent for name, rent in before.items() if rent}
    assert {name: after[name] for name in paid} == paid


def test_a_later_start_of_the_same_contract_earns_the_same_sum(base, late):
    before, after = (cf.run(factory).runs["contract_only"].lines["revenue"] for factory in (base, late))
    first, second = np.flatnonzero(before)[0], np.flatnonzero(after)[0]
    assert second - first == DELAY
    np.testing.assert_allclose(before.sum(), after.sum(), rtol=1e-9)


def test_months_are_named_as_the_calendar_does():
    assert [month(number) for number in (0, 11, 12, 14)] == ["2025-01", "2025-12", "2026-01", "2026-03"]
    assert text({"a": 1}) == '{\n "a": 1\n}'
