"""B4: contract only says what of it is a sale; contract cash alone stands beside it; durables live by class."""

from __future__ import annotations

import numpy as np
import pytest

import computefactory as cf
from computefactory import schema
from computefactory.library import Library
from computefactory.page import plain
from computefactory.registry import PAGES


@pytest.fixture(scope="module", params=["iren-horizon", "inference-site", "core-scientific-590mw"])
def result(request: pytest.FixtureRequest) -> cf.Result:
    return cf.run(request.param)


def words(result: cf.Result) -> str:
    section = next(each for each in PAGES["overview"](result).sections if each.name == "returns")
    return "\n".join(plain(line) for line in section.text)


def test_b04_contract_cash_alone_is_the_flow_without_its_sale(result: cf.Result) -> None:
    """Cash of contracts alone: the project's flow less what is sold, with the tax that the sale brings given back."""
    lines = result.runs["contract_only"].lines
    tax = lines["project_sale_tax"].sum()
    expected = lines["project_flow"].sum() - (lines["sale_proceeds"] + lines["decommissioning"]).sum() + tax
    assert result.metrics["contract_cash_usd"].value == pytest.approx(expected)
    assert not np.any(lines["project_sale_tax"][np.flatnonzero(lines["at_exit"])[0] + 12 :])


def test_b04_iren_does_not_pay_back_within_the_contract() -> None:
    """IREN's contract cash alone is about -0.75 bn: payback is not within the contract, 75 months is the month of the
    sale. Ours is -0.71 bn: the tax on the gain goes with the sale, and losses shelter part of it."""
    result = cf.run("iren-horizon")
    assert result.metrics["contract_cash_usd"].value == pytest.approx(-754e6, rel=0.07)
    payback = result.metrics["contract_payback_months"]
    assert (payback.value, payback.reason) == (None, "does_not_exist")
    assert "no payback within it" in words(result)
    rests = next(each for each in PAGES["returns"](result).sections if each.name == "rests_on")
    figures = {figure.name: figure for figure in rests.figures}
    assert figures["sale_usd"].note == "2031-12"
    assert figures["contract_payback_months"].note == "not within the contract"


def test_b04_the_sale_is_said(result: cf.Result) -> None:
    """The first page names the amount and month of the sale of halls that contract only holds."""
    assert "contract only sells the halls for" in words(result)


def test_b04_on_demand_revenue_is_said() -> None:
    """At a merchant site most of the revenue in contract only is owed by nobody: said; at IREN none of it."""
    assert "is owed by nobody" in words(cf.run("inference-site"))
    assert "is owed by nobody" not in words(cf.run("iren-horizon"))


def test_b04_durables_live_by_class() -> None:
    """Electrical and mechanical plant leave at cost less straight line over 20 years, the building over its own."""
    result, library = cf.run("iren-horizon"), Library.load()
    lines, last = result.runs["contract_only"].lines, int(result.known["contract_end"])
    found = 0.0
    for asset in result.factory.finance.assets:
        if asset.layer != "durable":
            continue
        life = float(library.fact("asset", asset.name, "book_life").value)
        assert asset.life == life
        left = sum(share * (1 - (last - month + 1) / life) for month, share in enumerate(asset.placed) if share)
        found += asset.cost * (1 + asset.contingency) * left
    assert lines["sale_proceeds"][last] == pytest.approx(found)
    assert {asset.life for asset in result.factory.finance.assets if asset.name in ("electrical", "mechanical")} == {
        240.0
    }


def test_b04_a_life_that_the_file_states_holds_for_all_durables() -> None:
    """``build.durable_life`` stated: one life for every class, as before."""
    factory = schema.resolve(schema.load("iren-horizon", {"build.durable_life": "300 months"}), Library.load())
    assert {asset.life for asset in factory.finance.assets if asset.layer == "durable"} == {300.0}


def test_b04_nothing_sold_nothing_changes() -> None:
    """Where durables are worth nothing at the exit, contract cash alone is the whole flow."""
    result = cf.run(cf.load("iren-horizon", overrides={"build.durable_life": "12 months"}))
    lines = result.runs["contract_only"].lines
    assert result.metrics["contract_cash_usd"].value == pytest.approx(
        lines["project_flow"].sum() + lines["project_sale_tax"].sum(), rel=1e-9
    )
