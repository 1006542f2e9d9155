"""B6: a mine and a landlord are kinds of their own, what does not apply to them is said, a mine's power is metered."""

from __future__ import annotations

from pathlib import Path

import pytest

import computefactory as cf
from computefactory.page import plain
from computefactory.qualification import MINE, NOT_APPLICABLE, OPERATOR, SHELL
from computefactory.registry import PAGES
from small_factory import book_file

LET = (
    "kind: {}, buyer: CoreWeave, signed: 2025-11, power: {} MW, price: 120 USD/kW-month, electricity: passed_through, "
    "starts: {{after: energised, lag: 1 month}}, tenor: 144 months"
)
MINED = "kind: mining, power: {} MW, price: 0.115 USD/kWh, starts: 2027-01, tenor: 60 months"
NO_SILICON = {"silicon.accelerators": 0}
DEMAND = {"power.supply.grid.demand": "3 USD/kW-month"}


def results(result: cf.Result) -> dict[str, str]:
    return {item.name: item.result for item in result.qualification.specifications}


def first_page(result: cf.Result) -> str:
    sections = {section.name: section for section in PAGES["overview"](result).sections}
    rows = [plain(cell) for name in ("definition", "flow") for row in sections[name].grid.rows for cell in row]
    return "\n".join(rows)


def test_b06_a_landlord_is_a_powered_shell() -> None:
    """Core Scientific, without accelerators of its own: a powered shell; density does not apply, the rest is judged."""
    result = cf.run("core-scientific-590mw")
    assert result.qualification.verdict == SHELL
    assert results(result)["density"] == NOT_APPLICABLE
    assert {results(result)[name] for name in ("liquid", "power", "offtake")} <= {"pass", "fail", "not shown"}
    assert result.qualification.passed.startswith("0 of 3 that apply")
    page = first_page(result)
    for wrong in ("0-tier", "0 GWh", "0 accelerators", "goodput", "accelerator-hours"):
        assert wrong not in page
    assert "590 MW of IT power let" in page


@pytest.mark.parametrize("kind", ["colocation", "powered_shell"])
def test_b06_a_landlord_as_at_abilene(tmp_path: Path, kind: str) -> None:
    """Halls let to a tenant with silicon of its own, under either kind of lease, are a powered shell."""
    result = cf.run(cf.load(book_file(tmp_path, one=LET.format(kind, 9)), overrides=NO_SILICON))
    assert result.qualification.verdict == SHELL
    assert results(result)["density"] == NOT_APPLICABLE


def test_b06_a_mine_is_a_mine_and_its_power_is_metered(tmp_path: Path) -> None:
    """9 MW that hash in full for a year draw 78.84 GWh at the miners, at the meter times PUE, at energy and demand."""
    untaken = {"power.supply.grid.minimum_take": {"share": "0 %"}}
    result = cf.run(cf.load(book_file(tmp_path, one=MINED.format(9)), overrides=NO_SILICON | DEMAND | untaken))
    assert result.qualification.verdict == MINE
    assert results(result)["density"] == results(result)["liquid"] == results(result)["offtake"] == NOT_APPLICABLE
    lines = result.runs["contract_only"].lines
    pue = result.metrics["pue_annual"].value
    assert lines["bought_it_energy_of_year"] == pytest.approx(9_000 * 8_760)
    assert lines["bought_energy_of_year"] == pytest.approx(9_000 * 8_760 * pue)
    bill = 0.05 * lines["bought_energy_of_year"] + 3 * 9_000 * float(result.known["peak_per_it"][12:24].sum())
    assert lines["power_bill_of_year"] == pytest.approx(bill)
    assert lines["power_cost"].sum() == 0
    assert lines["tenants_power_cost"].sum() == pytest.approx(lines["power_bill"].sum())
    assert result.metrics["power_cost_usd_per_grid_kwh"].value == pytest.approx(bill / lines["bought_energy_of_year"])
    page = first_page(result)
    assert "79 GWh hashed a year" in page
    for wrong in ("0-tier", " 0 GWh", "accelerators", "goodput"):
        assert wrong not in page
    power = PAGES["power"](result)
    (row,) = next(section for section in power.sections if section.name == "supply").grid.rows
    assert row[2] == pytest.approx(lines["bought_energy_of_year"] / 1e6)


def test_b06_a_minimum_take_is_billed_once(tmp_path: Path) -> None:
    """A minimum take of 80 % of 30 MW energised lies above the draw of 9 MW of miners: 24 MW are billed, not 24 + 9."""
    take = {"power.supply.grid.minimum_take": {"share": "80 %", "of": "energised", "applies_to": "demand"}}
    result = cf.run(cf.load(book_file(tmp_path, one=MINED.format(9)), overrides=NO_SILICON | DEMAND | take))
    assert result.runs["contract_only"].lines["billed_demand"][18] == pytest.approx(24_000)


@pytest.mark.parametrize(
    ("mined", "let", "accelerators", "kind"),
    [(9, 1, 0, MINE), (1, 9, 0, SHELL), (1, 1, 7200, OPERATOR), (5, 5, 0, SHELL)],
)
def test_b06_kinds_follow_from_the_power(tmp_path: Path, mined: int, let: int, accelerators: int, kind: str) -> None:
    """What most of the power does decides: hashing, being let, or computing on accelerators of its own."""
    parts = {"one": MINED.format(mined), "two": LET.format("colocation", let)}
    file = book_file(tmp_path, **parts)
    over = {"silicon.accelerators": accelerators}
    halls = {"build.halls.one.it_capacity": "30 MW", "power.energised": "{2026-12: 50 MW}"}
    assert cf.run(cf.load(file, overrides=over | halls)).qualification.verdict == kind


def test_b06_no_kind_follows_from_a_name(tmp_path: Path) -> None:
    """The same plant under the names of the others stays what it is."""
    file = book_file(tmp_path, powered_shell=MINED.format(9))
    text = file.read_text(encoding="utf-8").replace("A small factory", "compute factory, landlord, GPU inventory")
    file.write_text(text, encoding="utf-8")
    assert cf.run(cf.load(file, overrides=NO_SILICON)).qualification.verdict == MINE
