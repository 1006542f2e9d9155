"""``computefactory workbook``: shipped factories calculated again by another program, and places it cannot write to."""

from __future__ import annotations

import json
import os
import re
import zipfile
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import computefactory as cf
from computefactory.ledger.workbook import write_workbook
from small_factory import SENIOR, TIMELINE, inputs, ledger
from spreadsheet import Book, calculated, cells_of, compare, needs_office, recalculated, rewritten

VARIANTS = {  # a shipped factory, and what is set over it with the debt sized anew; iren-horizon has a test of its own
    "legacy-h100-hall": ("legacy-h100-hall", {}),  # no debt
    "core-scientific-590mw": ("core-scientific-590mw", {}),  # a landlord, several leases
    "coreweave-leased-100mw": ("coreweave-leased-100mw", {}),  # a leased shell
    "inference-site": ("inference-site", {}),  # on demand
    "stargate-abilene": ("stargate-abilene", {}),  # many phases
    "four tranches, pro rata, losses at once": (
        "iren-horizon",
        {
            "owner.losses": "used_at_once",
            "capital.debt.senior.draw_order": "[prepayment, pro_rata]",
            "capital.debt.senior.max_gearing": "30 %",
            "offtake.microsoft.escalator": "2 %/year",
            "capital.debt.senior.dsra_held": "letter_of_credit",
            "capital.debt.shell": "{kind: level, secures: durable, rate: 6.5 %/year, matures: 2031-12}",
            "capital.debt.rcf": "{kind: revolver, amount: 50 million USD, rate: 7 %/year, matures: 2031-12}",
            "capital.debt.pref": "{kind: preferred, amount: 200 million USD, rate: 12 %/year, matures: 2031-12}",
        },
    ),
}
FACTORIES = ("iren-horizon", "legacy-h100-hall")
CHANGES = {
    "power.supply.grid.energy": "45 USD/MWh",
    "offtake.microsoft.total_value": "10.4 bn USD",
    "silicon.total_price": "6.1 bn USD",
    "capital.debt.senior.rate": "7.25 %/year",
    "operations.facility.cost": "260 USD/kW-year",
}


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Finds the workbook of a variant, written once."""
    from computefactory import workbook

    folder = tmp_path_factory.mktemp("books")
    found = {}

    def book(name):
        if name not in found:
            factory, changes = VARIANTS.get(name, (name, {}))
            result = cf.run(factory, overrides=changes or None, resize=bool(changes))
            assert workbook.write(result, folder / f"{name}.xlsx") > 50_000
            found[name] = result, folder / f"{name}.xlsx"
        return found[name]

    return book


def items_of(result, run):
    return {axis: result.items(axis) for axis in run.ledger.sheet.axes}


def test_a_workbook_is_written(cli, tmp_path):
    name = "legacy-h100-hall"
    status, out, err = cli("workbook", name, "-o", tmp_path / "model.xlsx")
    assert (status, err) == (0, "")
    assert str(tmp_path / "model.xlsx") in out
    assert [path.name for path in tmp_path.iterdir()] == ["model.xlsx"]
    status, out, _ = cli("workbook", name, "-o", tmp_path / "model.xlsx", "--json")
    said = json.loads(out)
    assert (status, said["kind"], said["file"]) == (0, "workbook", str(tmp_path / "model.xlsx"))
    assert said["formulas"] > 5_000
    with zipfile.ZipFile(tmp_path / "model.xlsx") as parts:
        assert not [part for part in parts.namelist() if "vba" in part.lower() or "external" in part.lower()]


def agrees(book, result):
    """Every line, every month, strings and errors included; and what the workbook says of itself."""
    run = result.sized or result.runs["contract_only"]
    assert compare(book, run.ledger.lines.values(), run.lines, items_of(result, run)) > 50_000
    assert not book.errors()
    assert book.row("Checks", "master check")[6] == "ok"
    assert set(book.column("Reconciliation", 8)[7:]) == {"ok"}
    assert book.row("Summary", "master check")[1] == "ok"
    for name in ("equity_irr", "project_irr"):
        wanted = result.metrics[name].value
        assert book.row("Numbers", name)[4] == ("none" if wanted is None else pytest.approx(wanted, rel=1e-9))
    for name in ("industrial_enterprise_value_usd", "industrial_equity_value_usd", "cloud_enterprise_value_usd"):
        wanted = result.metric(name).value
        assert book.row("Value_Numbers", name)[4] == pytest.approx(wanted, rel=1e-9)
    cost = result.metrics["lcoc_usd_per_accelerator_hour"].value
    if cost is not None:
        assert book.row("UnitCost_Numbers", "lcoc (UnitCost)")[4] == pytest.approx(cost, rel=1e-9)


@needs_office
@pytest.mark.parametrize("name", VARIANTS)
def test_another_program_calculates_the_same_from_nothing(books, tmp_path, name):
    result, path = books(name)
    (book,) = recalculated(tmp_path, rewritten(path, tmp_path / "book.xlsx"))
    agrees(book, result)


def test_a_second_program_calculates_the_same_from_nothing(tmp_path):
    """All money lines over eight years: it takes minutes for a shipped factory."""
    shell = replace(SENIOR, name="shell", kind="level", secures="durable", sizing_dscr=1.5, sweep=0.5)
    lines = ledger()
    values = inputs(lines, tranches=(SENIOR, shell), state_rate=0.05, tax={"by_quarter": True, "own_state": True})
    results = lines.run(values)
    sizes = {given.per: len(values[name]) for name, given in lines.givens.items() if given.per and name in values}
    items = {axis: [f"{axis}{k}" for k in range(size)] for axis, size in sizes.items()}
    full = tmp_path / "full.xlsx"
    count = write_workbook(lines, values, results, full, title="small", periods=TIMELINE.names, items=items)
    assert count > 30_000
    assert results["commitment"] > 1e6
    book = calculated(rewritten(full, tmp_path / "bare.xlsx"))
    assert compare(book, lines.lines.values(), results, items) > 30_000
    assert not book.errors()
    assert set(book.column("Reconciliation", 8)[7:]) == {"ok"}


def test_what_the_formulas_are_made_of(books):
    """Live, and not the engine's values looked up."""
    _, path = books("iren-horizon")
    file = openpyxl.load_workbook(path, read_only=True)
    live = 0
    for sheet in file:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            assert "Reconciliation!$F" not in cell.value
            live += not re.fullmatch(r"=(\w+!)?\$?[A-Z]+\$?\d+", cell.value)
    file.close()
    assert live > 50_000


@needs_office
def test_inputs_changed_in_the_sheet_are_inputs_changed_in_the_file(books, tmp_path):
    result, path = books("iren-horizon")
    base, items = result.sized, items_of(result, result.sized)
    resized = cf.run("iren-horizon", overrides=CHANGES, resize=True).sized
    frozen = cf.run("iren-horizon", overrides=CHANGES).runs["contract_only"]
    book, cells, moved = Book(path), {}, []
    for name, given in base.ledger.givens.items():
        if not given.of and not np.array_equal(base.inputs[name], resized.inputs[name]):  # no cell is typed twice
            moved.append(name)
            cells |= cells_of(book, given, base.inputs[name], resized.inputs[name], items)
    assert {"energy_price", "c_price", "a_cost", "t_fixed_rate", "facility_rate"} <= set(moved)
    hold = ("Inputs", f"E{book.places['Inputs', 'hold'] + 1}")
    copies = [rewritten(path, tmp_path / f"hold{k}.xlsx", cells | {hold: k}) for k in (0, 1)]
    live, held = recalculated(tmp_path, *copies)
    compare(live, resized.ledger.lines.values(), resized.lines, items)
    compare(held, frozen.ledger.lines.values(), frozen.lines, items)
    assert not live.errors()
    assert not held.errors()
    assert abs(resized.lines["commitment"] - base.lines["commitment"]) > 1e6
    assert held.row("Numbers", "commitment")[4] == pytest.approx(base.lines["commitment"], rel=1e-12)
    for changed in (live, held):
        assert changed.row("Checks", "master check")[6] == "ok"
        assert changed.row("Reconciliation", "equity_irr")[8] == "differs"


def test_every_input_says_where_it_comes_from(books):
    for result, path in map(books, FACTORIES):
        run = result.sized or result.runs["contract_only"]
        book = Book(path)
        for name, given in run.ledger.givens.items():
            sheet = "Inputs"
            for item in result.items(given.per) if given.per else [None]:
                own = book.row(sheet, name if item is None else f"{name}[{item}]")[3]
                source = own or book.row(sheet, name)[3]
                assert source, f"{name}[{item}]"
                assert source != given.source, f"{name}: {source} is a name of ours"
                assert "/" not in source.partition(" ")[0], f"{name}: {source} shows a path of this machine"
    book = Book(books("iren-horizon")[1])
    assert book.row("Inputs", "t_fixed_rate[senior]")[3].startswith("iren-horizon.yaml:")
    assert "library" in book.row("Inputs", "t_dscr_sizing[senior]")[3]


def test_overrides_keep_the_debt_as_the_file_sizes_it(cli, tmp_path):
    change = ("--set", "power.supply.grid.energy=45 USD/MWh")
    for name, options in (("frozen", change), ("sized", (*change, "--resize")), ("life", ("--case", "full_life"))):
        assert cli("workbook", "iren-horizon", "-o", tmp_path / f"{name}.xlsx", *options)[0] == 0
    frozen, sized, life = (Book(tmp_path / f"{name}.xlsx") for name in ("frozen", "sized", "life"))
    base = cf.run("iren-horizon")
    assert frozen.row("Numbers", "commitment")[4] == pytest.approx(base.metrics["debt_usd"].value, rel=1e-12)
    assert "power.supply.grid.energy=45 USD/MWh" in frozen.row("Summary", "set over the file")[1]
    anew = cf.run("iren-horizon", overrides={"power.supply.grid.energy": "45 USD/MWh"}, resize=True)
    assert sized.row("Numbers", "commitment")[4] == pytest.approx(anew.metrics["debt_usd"].value, rel=1e-12)
    irr = base.returns["full_life"]["equity_irr"].value
    assert life.row("Numbers", "equity_irr")[4] == pytest.approx(irr, rel=1e-12)


@pytest.mark.parametrize("place", ["folder.xlsx", "missing/book.xlsx", "file/book.xlsx", "book.xls", "book"])
def test_a_place_it_cannot_write_to_is_one_problem(errors, tmp_path, place):
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (error,) = errors("workbook", "iren-horizon", "-o", tmp_path / place)
    assert error["path"] == "-o"
    assert error["code"] == ("unwritable" if place.endswith("xlsx") else "unknown_format")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder.xlsx"]


def test_a_case_that_does_not_exist(errors, tmp_path):
    (error,) = errors("workbook", "iren-horizon", "-o", tmp_path / "book.xlsx", "--case", "best")
    assert (error["code"], error["path"]) == ("unknown_case", "--case")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_workbook_before(cli, tmp_path, monkeypatch):
    (tmp_path / "book.xlsx").write_bytes(b"before")

    def full(self, content):
        self.touch()
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    status, out, err = cli("workbook", "iren-horizon", "-o", tmp_path / "book.xlsx")
    monkeypatch.undo()
    assert (status, out) == (2, "")
    assert str(tmp_path / "book.xlsx") in err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("book.xlsx", b"before")]


def test_names_that_look_like_formulas_are_text(tmp_path):
    """A factory file from somebody else may name things ``=...``: nothing of it is calculated."""
    from computefactory import workbook

    names = ["=HYPERLINK(A1)", "+1+1", "-2", "@SUM(A1)"]
    text = (Path(cf.__file__).parent / "factories" / "iren-horizon.yaml").read_text(encoding="utf-8")
    text = text.replace("name: IREN Horizon 1-4", f"name: '{names[0]}'").replace("name: IREN,", f"name: '{names[3]}',")
    text = text.replace("    horizon:", f"    '{names[2]}':").replace("\n  microsoft:", f"\n  '{names[1]}':")
    file, target = tmp_path / "hostile.yaml", tmp_path / "hostile.xlsx"
    file.write_text(text[: text.index("sources:")], encoding="utf-8")
    workbook.write(cf.run(file), target)
    sheets = openpyxl.load_workbook(target, read_only=True)
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    starting = [cell for cell in cells if cell.value.startswith(tuple(names))]
    assert starting
    assert {cell.data_type for cell in starting} == {"s"}
    of_contract = [cell for cell in cells if names[1] in cell.value]
    assert len(of_contract) > 20
    assert {cell.data_type for cell in of_contract} == {"s"}
    assert not [cell for cell in cells if cell.data_type == "f" and "HYPERLINK" in cell.value]
    assert sheets["Inputs"]["A1"].value == f"{names[0]}: Inputs"
    sheets.close()
