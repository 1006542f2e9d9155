"""``value`` and the three readers' pages on the command line."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
def test_the_page_fits_eighty_columns(cli, name):
    status, out, err = cli("value", name)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    for title in ("TWO VALUES", "BY PARTS", "LAYER BY LAYER", "CLOUD FRAME", "IMPLIES", "FOOTBALL FIELD"):
        assert title in out


def test_a_price_is_read_with_its_unit(cli, errors):
    found = json.loads(cli("value", "iren-horizon", "--price", "11 bn USD", "--json")[1])
    assert found["reverse"]["price_usd"] == 11e9
    assert found["football_field"][-1]["method"] == "price"
    assert errors("value", "iren-horizon", "--price", "12")[0]["code"] == "no_unit"
    assert errors("value", "iren-horizon", "--price", "2 bn USD")[0]["code"] == "below_liquidation"
    assert errors("value", "iren-horizon", "--at", "2201-01")[0]["path"] == "--at"


@pytest.mark.parametrize("name", ["iren-horizon", "legacy-h100-hall"])
@pytest.mark.parametrize(
    ("view", "titles"),
    [
        ("operator", ("FOUR SPECIFICATIONS", "UNIT COST", "WHAT BINDS", "POWER", "DENSITY")),
        ("infrastructure", ("CONTRACT DURATION", "PUE AT DENSITY", "QUALIFICATION RATE", "COVERAGE OF DEBT")),
        ("equity", ("TWO VALUES", "IMPLIES", "RETURNS")),
    ],
)
def test_each_reader_has_a_page(cli, name, view, titles):
    status, out, err = cli("run", name, "--view", view)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert all(title in out for title in titles)
    assert json.loads(cli("run", name, "--view", view, "--json")[1])["kind"] == f"view_{view}"


def test_another_reader_is_refused(errors):
    assert errors("run", "iren-horizon", "--view", "lender")[0]["code"] == "not_allowed"


def test_a_price_out_of_reach_ends_with_the_status_of_solve(cli):
    status, out, err = cli("value", "iren-horizon", "--price", "30 bn USD")
    assert (status, out) == (3, "")
    assert "out of reach: attainable between" in err
    status, out, _ = cli("value", "iren-horizon", "--price", "30 bn USD", "--json")
    assert (status, json.loads(out)["errors"][0]["code"]) == (3, "no_solution")
