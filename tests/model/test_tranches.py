"""Several tranches in a factory file: sized, frozen, shown, in batches and in the workbook's checks."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory import model, schema
from computefactory.registry import PAGES

TRANCHES = """  debt:
    ddtl: {kind: delayed_draw, offtaker: microsoft, closes: 2026-03, matures: 2031-09, day_count: actual/360}
    shell: {secures: durable, closes: 2026-01, rate: 6.5 %/year, matures: 2029-12, amortises_until: 2031-12,
      sizing_dscr: 1.3, refinanced_by: takeout}
    takeout: {kind: level, secures: durable, rate: 6.2 %/year, matures: 2031-12, sizing_dscr: 1.25}
    vendor: {kind: vendor, share: 10 %, rate: 9 %/year, matures: 2029-12}
    rcf: {kind: revolver, amount: 50 million USD, rate: 7 %/year, matures: 2031-12}
    pref: {kind: preferred, amount: 200 million USD, rate: 12 %/year, matures: 2031-12}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    text = schema.shipped_text("iren-horizon")
    place = tmp_path_factory.mktemp("tranches") / "factory.yaml"
    content = text.split("  debt:\n")[0] + TRANCHES + text[text.index("owner:") : text.index("sources:\n")]
    place.write_text(content, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def result(path):
    return cf.run(path)


def test_every_tranche_has_its_place_in_the_result(result):
    found = result.debt["tranches"]
    assert list(found) == ["ddtl", "shell", "takeout", "vendor", "rcf", "pref"]
    at_close = sum(item["commitment_usd"] for name, item in found.items() if name not in ("takeout", "pref"))
    assert result.debt["debt_usd"] == pytest.approx(at_close, rel=1e-12)
    assert found["takeout"]["commitment_usd"] <= found["shell"]["balloon_usd"]
    for item in found.values():
        assert item["commitment_usd"] == pytest.approx(min(item["limits"].values()), rel=1e-12)
    assert found["vendor"]["lockups"][0]["dscr"] < 1.15
    lines = result.runs["contract_only"].lines
    assert np.abs(lines["imbalance"]).max() <= max(0.01, 1e-12 * lines["total_assets"].max())
    assert lines["t_balance"][:, -1] == pytest.approx(np.zeros(6), abs=0.01)


def test_warnings_name_the_tranche_and_the_month(result):
    assert any(text.startswith("vendor: lowest cover") and "first in 20" in text for text in result.warnings)
    assert any("locks up distributions from" in text for text in result.warnings)


def test_frozen_tranches_stay_when_a_price_moves(path, result):
    lower = cf.run(path, overrides={"offtake.microsoft.total_value": "8.5 bn USD"})
    for name in model.FROZEN:
        np.testing.assert_array_equal(lower.runs["contract_only"].lines[name], result.runs["contract_only"].lines[name])
    assert lower.debt["tranches"]["ddtl"]["lowest_dscr"] < result.debt["tranches"]["ddtl"]["lowest_dscr"]


def test_a_batch_gives_what_each_gives_alone(path):
    keep = ("equity_irr", "t_balance", "t_dscr", "distribution")
    prices = np.array([30.0, 60.0]) / 1000
    many = cf.run_many(path, {"power.supply.grid.energy": prices}, keep=keep)
    alone = cf.run(path, overrides={"power.supply.grid.energy": "60 USD/MWh"}).runs["contract_only"].lines
    for name in keep:
        np.testing.assert_allclose(many[name][1], alone[name], rtol=1e-9, atol=1e-3)


def test_the_page_of_loans_says_what_binds(result):
    page = PAGES["loans"](result).as_dict()
    binding = {row["loan"]: row["limit"] for row in page["what_binds"]["rows"] if row["limit"].endswith(" binds")}
    assert binding["ddtl"].startswith("cover at ")
    assert binding["rcf"] == "the amount stated binds"
    tests = PAGES["covenants"](result).as_dict()["tests"]["rows"]
    assert {row["state"] for row in tests if row["tranche"] == "vendor"} >= {"locked up"}
    assert {row["binds"] for row in page["binding"]["rows"] if row["tranche"] == "ddtl"} <= {
        "",
        "cover",
        "loan_to_value",
    }


def test_two_contracts_split_the_receipts_between_their_loans(path, tmp_path):
    """Half of Microsoft's hours go to Meta: each loan is sized on its own half."""
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("  microsoft:"), text.index("capital:")
    contract = text[begin:end].rstrip().replace("76000", "38000").replace("9.7 bn", "4.85 bn")
    other = contract.replace("  microsoft:", "  meta:").replace("buyer: Microsoft", "buyer: Meta")
    loans = "".join(
        f"    {name}: {{kind: delayed_draw, offtaker: {name}, rate: 6 %/year, closes: 2026-03, matures: 2031-12, "
        "max_commitment: 900 bn USD}\n"
        for name in ("microsoft", "meta")
    )
    changed = f"{text[:begin]}{contract}\n{other}\n\ncapital:\n  debt:\n{loans}{text[text.index('owner:') :]}"
    both = tmp_path / "both.yaml"
    both.write_text(changed, encoding="utf-8")
    limits = [item["limits"]["cover"] for item in cf.run(both).debt["tranches"].values()]
    assert limits[0] == pytest.approx(limits[1], rel=1e-9)
    whole = tmp_path / "whole.yaml"
    together = "    one: {rate: 6 %/year, closes: 2026-03, matures: 2031-12}\n"
    whole.write_text(
        f"{text[:begin]}{contract}\n{other}\n\ncapital:\n  debt:\n{together}{text[text.index('owner:') :]}"
    )
    assert sum(limits) == pytest.approx(cf.run(whole).debt["limits"]["cover"], rel=1e-9)


@pytest.mark.parametrize("cover", [1.05, 1.2, 1.3])
def test_a_loan_sized_at_its_covenant_passes_it(cover):
    """Without tax the sizing case is the contract's: cover is what it was sized at, to rounding on either side."""
    overrides = {f"capital.debt.senior.{name}_dscr": cover for name in ("sizing", "covenant", "lockup")}
    more = {"owner.tax": "bahrain", "capital.debt.senior.max_advance": "none"}
    result = cf.run("iren-horizon", overrides=overrides | more, resize=True)
    assert result.metrics["min_dscr"].value == pytest.approx(cover, rel=1e-12)
    assert not result.runs["contract_only"].lines["locked"].any()
    assert not any("cover" in text for text in result.warnings)
    assert not result.debt["tranches"]["senior"]["lockups"]
    assert not result.debt["tranches"]["senior"]["defaults"]


def test_a_loan_sized_below_its_covenant_fails_it():
    overrides = {
        "capital.debt.senior.sizing_dscr": 1.0499,
        "owner.tax": "bahrain",
        "capital.debt.senior.max_advance": "none",
    }
    result = cf.run("iren-horizon", overrides=overrides, resize=True)
    assert any("1.0499x is below the covenant of 1.05x" in text for text in result.warnings)
