"""The result of a company as a document: its stored schema, files, the same shape as a factory's; hindsight stamped."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

import computefactory as cf
from computefactory import report
from computefactory.errors import FactoryFileError
from computefactory.registry import COMPANY_PAGES

STORED = Path(__file__).with_name("company-result-1.schema.json")
NAME = "coreweave-2025-03"


@pytest.fixture(scope="module")
def coreweave():
    return cf.run(NAME)


def strict(content):
    """Through JSON and back, refusing what JSON does not have."""
    return json.loads(json.dumps(content, allow_nan=False))


@pytest.mark.parametrize("name", [NAME, "aws-2026-09", "lambda-2026-09", "core-scientific-2026-09"])
def test_the_result_fits_the_stored_schema(name):
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(stored)
    jsonschema.Draft202012Validator(stored).validate(strict(cf.run(name).as_dict()))


def test_it_is_saved_as_a_factory_is(coreweave, tmp_path):
    written = coreweave.save(tmp_path / "out")
    assert [path.name for path in written] == ["result.json", "monthly.parquet", "monthly.csv"]
    frame = pd.read_parquet(written[1])
    assert frame.index[0] == "2025-01"
    assert frame["revenue"].tolist() == coreweave.monthly["revenue"].tolist()
    assert "b_committed_revenue[openai openai]" in frame


def test_a_case_counts_more_than_what_is_sold(coreweave):
    secured = cf.run(NAME, case="secured")
    assert secured.case == "secured"
    assert secured.monthly["revenue"].sum() > coreweave.monthly["revenue"].sum()
    assert cf.run_many(NAME, {"blocks.hopper.margin": [0.5, 0.7]}, keep=("funding_gap_usd",))[
        "funding_gap_usd"
    ].shape == (2,)


def test_hindsight_stands_on_every_page(coreweave):
    seen = cf.run(NAME, hindsight=True)
    stamp = "WITH HINDSIGHT: facts that were not public on 2025-03-31 are read"
    assert not coreweave.stamp
    for name in ("overview", "backlog", "debt", "shares", "facts", "graded", "qualification", "valuation"):
        assert str(COMPANY_PAGES[name](seen).text[0]) == stamp, name
    assert report.table(seen, "forecast", "quarter").stamp == stamp
    assert seen.as_dict()["hindsight"] is True


@pytest.mark.parametrize(
    ("asked", "path"),
    [({"hindsight": True}, "--hindsight"), ({"case": "sold"}, "--case")],
)
def test_what_a_factory_has_not_is_refused(asked, path):
    with pytest.raises(FactoryFileError) as refused:
        cf.run("iren-horizon", **asked)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("not_allowed", path)


def test_what_a_company_has_not_is_refused(cli_errors):
    assert cli_errors("run", NAME, "--resize")[0]["path"] == "--resize"
    assert cli_errors("run", NAME, "--view", "equity")[0]["path"] == "--view"
    assert cli_errors("run", NAME, "--case", "full_life")[0]["code"] == "unknown_case"
    assert cli_errors("show", NAME, "statements")[0]["code"] == "unknown_page"
    assert cli_errors("show", NAME, "debt", "--monthly")[0]["code"] == "not_allowed"
    assert cli_errors("value", NAME, "--at", "2026-01")[0]["path"] == "--at"
    assert cli_errors("qualify", NAME, "--spec", "hyperscale-liquid")[0]["path"] == "--spec"


@pytest.fixture
def cli_errors(capsys):
    """The errors of a command called with ``--json``."""
    from computefactory.cli import main

    def call(*arguments):
        assert main([*arguments, "--json"]) == 2
        return json.loads(capsys.readouterr().out)["errors"]

    return call


def test_every_answer_says_that_it_is_of_a_company(capsys):
    from computefactory.cli import main

    for asked in (
        ["run", NAME],
        ["show", NAME, "debt"],
        ["show", NAME, "forecast"],
        ["qualify", NAME],
        ["value", NAME, "--price", "40 USD/share"],
    ):
        assert main([*asked, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["of"], said["company"]) == ("company", "CoreWeave"), asked
        assert "factory" not in said
    assert set(said["industrial"]["per_share"]) == {"low", "middle", "high"}


def test_a_page_is_within_eighty_columns(capsys):
    from computefactory.cli import main

    for name in (NAME, "coreweave-2026-09", "oracle-2026-09"):
        for page in ("overview", "backlog", "debt", "shares", "forecast"):
            assert main(["show", name, page]) == 0
            said = capsys.readouterr().out
            grids = [line for line in said.splitlines() if line.strip() in ("USD", "m", "MW")]
            assert max(map(len, said.splitlines())) <= 80, page
            assert not [line for line in grids if line.strip() != "MW"], f"{name} {page}: a grid folds"
            assert " nan" not in said
