"""A company file rolled forward: what rows say comes out, what was signed comes in, each change told."""

from __future__ import annotations

import pytest

from computefactory import schema
from computefactory.analysis.run import run
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.schema.resolve_company import company
from computefactory.schema.rolled import rolled

LIBRARY = Library.load()


@pytest.mark.parametrize("day", ["2025-06-30", "2025-11-30", "2026-03-31", "2026-09-30"])
def test_coreweave_of_march_2025_is_still_a_company_on_a_later_day(day, tmp_path):
    text, told = rolled(schema.load("coreweave-2025-03", kind="company"), LIBRARY, day)
    file = tmp_path / "later.yaml"
    file.write_text(text, encoding="utf-8")
    later = company(schema.load(file, kind="company"), LIBRARY)
    assert later.as_of == day
    assert later.balance_date > "2024-12-31"
    assert "# all that bills" in text
    assert "it is in the cash of" in "".join(told)


def test_an_order_of_may_2025_comes_in_and_its_deal_is_named():
    text, told = rolled(schema.load("coreweave-2025-03", kind="company"), LIBRARY, "2025-06-30")
    assert "deal: CRWV-OAI-2" in text
    assert any(change.startswith("blocks.crwv_oai_2: added") for change in told)
    assert any("debt.magnetar: added" in change for change in told)


@pytest.mark.parametrize(("day", "inside"), [("2025-06-30", False), ("2025-11-30", True)])
def test_an_order_beside_the_book_comes_into_it_where_the_book_rose_by_it(day, inside, tmp_path):
    """Obligations fell from 15.1 to 14.7 bn USD in the quarter in which OpenAI signed; they were 50 in autumn."""
    text, told = rolled(schema.load("coreweave-2025-03", kind="company"), LIBRARY, day)
    assert any(change.startswith(f"blocks.openai: in_book: {str(inside).lower()}") for change in told)
    file = tmp_path / "later.yaml"
    file.write_text(text, encoding="utf-8")
    found = run(file)
    assert ("book and blocks do not hold" in " ".join(found.warnings)) == inside
    if not inside:
        assert found.quarterly("revenue")[0] / 1e6 == pytest.approx(1_213, rel=0.01)  # reported later


@pytest.mark.parametrize("day", ["2025-03-30", "2025-03-31", "soon", "2025-13-01"])
def test_a_day_that_is_none_or_earlier_is_refused(day):
    with pytest.raises(FactoryFileError):
        rolled(schema.load("coreweave-2025-03", kind="company"), LIBRARY, day)


def test_init_writes_a_company_and_rolls_it(cli, tmp_path):
    same, later = tmp_path / "same.yaml", tmp_path / "later.yaml"
    assert cli("init", same, "--like", "coreweave-2025-03")[0] == 0
    assert same.read_text(encoding="utf-8") == schema.shipped_text("coreweave-2025-03", "company")
    status, out, _ = cli("init", later, "--like", same, "--as-of", "2025-06-30")
    assert status == 0
    assert "as_of: 2025-03-31 is now 2025-06-30" in out
    status, out, _ = cli("check", later)
    assert status == 0
    assert "missing: when magnetar matures" in out
    assert cli("init", tmp_path / "no.yaml", "--like", "iren-horizon", "--as-of", "2025-06-30")[0] == 2


@pytest.mark.parametrize("name", ["coreweave", "iren", "nebius"])
def test_names_that_yaml_reads_as_dates_may_stand_in_a_file_rolled_forward(name, tmp_path):
    """``sources`` may name a path below a month or a day, which YAML reads as a date and no text."""
    text, _ = rolled(schema.load(name, kind="company"), LIBRARY, "2026-10-31")
    file = tmp_path / "later.yaml"
    file.write_text(text, encoding="utf-8")
    assert company(schema.load(file, kind="company"), LIBRARY).as_of == "2026-10-31"
