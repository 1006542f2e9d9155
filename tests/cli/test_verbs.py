"""Every verb does what the help says, in text and in JSON."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from ruamel.yaml import YAML

import computefactory
from computefactory import schema
from computefactory.library import Library

FACTORIES = ["iren-horizon", "legacy-h100-hall"]


@pytest.mark.parametrize("name", FACTORIES)
def test_run_prints_the_page_in_eighty_columns(cli, name):
    status, out, err = cli("run", name)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "\x1b" not in out  # piped: no colours
    for title in ("UNIT COST", "SOURCES AND USES", "RETURNS", "FOUR SPECIFICATIONS", "WHAT BINDS", "DEPENDS MOST ON"):
        assert title in out


def test_the_page_shows_the_numbers_of_the_json(cli):
    page = cli("run", "iren-horizon")[1]
    result = json.loads(cli("run", "iren-horizon", "--json")[1])
    assert f"Verdict: {result['qualification']['verdict']}" in page
    assert f"{100 * result['metrics']['equity_irr']['value']:.1f} %" in page
    assert f"{result['metrics']['pue_annual']['value']:.3f}" in page


def test_run_by_path_is_run_by_name(cli, tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    by_path, by_name = (json.loads(cli("run", source, "--json")[1]) for source in (file, "iren-horizon"))
    assert by_path == by_name


def test_options_may_stand_before_the_file(cli):
    assert cli("check", "--json", "iren-horizon") == cli("check", "iren-horizon", "--json")


def test_set_changes_the_result_and_is_named_in_it(cli):
    result = json.loads(cli("run", "iren-horizon", "--set", "silicon.total_price=6.2 bn USD", "--json")[1])
    assert result["engine"]["overrides"] == {"silicon.total_price": "6.2 bn USD"}
    base = json.loads(cli("run", "iren-horizon", "--json")[1])
    assert result["metrics"]["capex_usd"]["value"] - base["metrics"]["capex_usd"]["value"] == pytest.approx(0.39e9)
    assert result["engine"]["file_hash"] == base["engine"]["file_hash"]


def test_a_library_folder_comes_before_the_package(cli, tmp_path):
    header = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note"
    row = "tax,united_states,federal,30,%,,,2026-11,a test,,low,,"
    assert Library.load().fact("tax", "united_states", "federal")
    (tmp_path / "mine.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    facts = json.loads(cli("run", "iren-horizon", "--library", tmp_path, "--json")[1])["facts"]
    (used,) = (fact for fact in facts if (fact["table"], fact["field"]) == ("tax", "federal"))
    assert (used["value"], used["source"], used["layer"]) == (pytest.approx(0.30), "a test", str(tmp_path))


def test_a_bad_row_of_a_library_folder_is_told_with_its_line(cli, tmp_path):
    (tmp_path / "mine.csv").write_text("key,a [kW],source\nk,1,assumed\nj,much,assumed\n", encoding="utf-8")
    status, told, _ = cli("run", "iren-horizon", "--library", tmp_path, "--json")
    (error,) = json.loads(told)["errors"]
    assert (status, error["code"], error["line"]) == (2, "library_row", 3)
    assert (error["file"], error["path"]) == (str(tmp_path / "mine.csv"), "column a [kW]")


def test_output_is_the_result_and_its_months(cli, tmp_path):
    status, out, _ = cli("run", "iren-horizon", "-o", tmp_path / "new" / "folder", "--json")
    assert status == 0
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == ["monthly.csv", "monthly.parquet", "result.json"]
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == json.loads(out)
    parquet = pd.read_parquet(folder / "monthly.parquet")
    text = pd.read_csv(folder / "monthly.csv", index_col="month")
    pd.testing.assert_frame_equal(parquet, text, check_exact=False, rtol=1e-12)
    assert parquet.index[0] == "2025-09"


def test_output_is_named_on_the_page(cli, tmp_path):
    assert str(tmp_path / "result.json") in cli("run", "iren-horizon", "-o", tmp_path)[1].replace("\n", "")


@pytest.mark.parametrize("name", FACTORIES)
def test_check_finds_nothing_wrong_with_what_ships(cli, name):
    assert cli("check", name)[0] == 0
    assert json.loads(cli("check", name, "--json")[1])["errors"] == []


def test_explain_names_formula_and_place(cli):
    status, out, _ = cli("explain", "iren-horizon", "equity_flow", "--month", "2027-03", "--depth", "9")
    assert status == 0
    assert out.startswith("equity_flow[2027-03] = ")
    assert "iren-horizon.yaml:" in out
    assert "library " in out


def test_explain_goes_as_deep_as_asked(cli):
    lengths = [len(cli("explain", "iren-horizon", "equity_irr", "--depth", depth)[1]) for depth in (1, 2, 4)]
    assert lengths == sorted(set(lengths))


def test_explain_gives_the_value_of_the_case(cli):
    tree = json.loads(cli("explain", "iren-horizon", "equity_irr", "--case", "full_life", "--json")[1])
    result = json.loads(cli("run", "iren-horizon", "--json")[1])
    assert tree["value"] == result["returns"]["full_life"]["equity_irr"]["value"]


def test_library_lists_tables_rows_and_one_key(cli):
    counts = json.loads(cli("library", "--json")[1])
    assert sum(counts.values()) > 1000
    rows = json.loads(cli("library", "tax", "--json")[1])
    assert len(rows) == counts["tax"]
    status, out, _ = cli("library", "tax", "united_states")
    assert status == 0
    assert "united_states  federal = 0.21 (" in out
    assert out.count("confidence") == sum(row["key"] == "united_states" for row in rows)


def test_init_writes_a_file_that_runs(cli, tmp_path):
    for like in FACTORIES:
        file = tmp_path / f"my-{like}.yaml"
        assert cli("init", file, "--like", like)[0] == 0
        assert file.read_text(encoding="utf-8") == schema.shipped_text(like)
        assert cli("check", file)[0] == 0


def test_schema_describes_what_ships(cli):
    import jsonschema

    found = json.loads(cli("schema")[1])
    jsonschema.Draft202012Validator.check_schema(found)
    for name in FACTORIES:
        written = YAML(typ="safe").load(schema.shipped_text(name))  # knows dates, JSON does not
        jsonschema.Draft202012Validator(found).validate(json.loads(json.dumps(written, default=str)))


def test_help_has_at_most_sixteen_verbs_under_five_headings(cli):
    status, out, _ = cli("--help")
    assert status == 0
    below = [part.strip().splitlines() for part in re.split(r"(?:Write|Answer|Ask|Hand on|Look up):\n", out)[1:]]
    assert len(below) == 5
    assert 6 <= sum(map(len, below)) <= 16
    assert not any(line.endswith("...") for verbs in below for line in verbs), "what a verb does fits its line"


def test_a_page_is_drawn_as_a_picture(cli, tmp_path):
    for page, shown in (("valuation", "bn USD, by method"), ("overview", "VERDICT"), ("statements", "INCOME")):
        assert cli("show", "iren-horizon", page, "-o", tmp_path / "x.svg")[0] == 0
        assert shown.lower() in (tmp_path / "x.svg").read_text(encoding="utf-8").replace("&#160;", " ").lower()
    status, _, err = cli("show", "iren-horizon", "valuation", "-o", tmp_path / "x.pdf")
    assert (status, ".svg" in err) == (2, True)


def test_the_package_offers_what_it_names():
    assert all(hasattr(computefactory, name) for name in computefactory.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = computefactory.nothing


@pytest.mark.parametrize("said", [("--case", "full_life"), ("--quarterly",)])
def test_a_page_without_periods_and_cases_takes_none(errors, said):
    (problem,) = errors("show", "legacy-h100-hall", "returns", *said)
    assert problem["code"] == "not_allowed"
    assert "statements" in problem["expected"]
