"""Cases: a lender's own and a user's, each the factory with what it sets, the debt as the base sizes it."""

from __future__ import annotations

import json

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.cli import main
from computefactory.errors import FactoryFileError
from computefactory.registry import STUDIES

LENDER = (
    "base", "price", "late_6", "late_12", "customer_gone", "not_renewed", "residual_low", "power", "rates", "together",
)  # fmt: skip
SHOWN = ("min_dscr", "average_dscr", "llcr", "equity_irr", "npv_usd")
HEAD = "kind: scenario\nschema: 1\nname: mine\ncases:\n"


@pytest.fixture(scope="module")
def iren():
    return {case.name: case for case in cf.cases("iren-horizon")}


def own(tmp_path, cases):
    """A file of cases, its first case in line 5."""
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + cases, encoding="utf-8")
    return file


def numbers(result):
    return {name: result.metrics[name].value for name in SHOWN}


def problems(tmp_path, cases, name="iren-horizon"):
    with pytest.raises(FactoryFileError) as error:
        cf.cases(name, add=own(tmp_path, cases))
    return error.value.problems


@pytest.mark.parametrize("name", sorted(schema.names()))
def test_every_shipped_factory_answers_every_case_with_numbers_or_a_reason(name):
    found = STUDIES["cases"](cf.load(name)).as_dict()["cases"]
    rows = {row["case"]: row for row in found["rows"]}
    assert tuple(rows) == LENDER
    lent = bool(cf.load(name).finance.debt)
    for case, row in rows.items():
        told = next(words for words in found["text"] if words.startswith(f"{case}: "))
        assert row["label"] in told
        if row["npv_usd"] is None:
            assert row["note"], case
            assert row["note"] in told
        else:
            assert (row["min_dscr"] is not None) == lent
    assert rows["price"]["npv_usd"] < rows["base"]["npv_usd"]
    assert rows["late_12"]["npv_usd"] < rows["late_6"]["npv_usd"] < rows["base"]["npv_usd"]
    assert rows["together"]["npv_usd"] < min(rows[case]["npv_usd"] for case in ("price", "late_12", "customer_gone"))
    assert ("nothing moves" in rows["rates"]["note"]) is (name != "nothing floats")
    assert rows["not_renewed"]["note"] == "no contract can be extended"


@pytest.mark.parametrize(
    ("case", "overrides"),
    [
        ("base", {}),
        ("price", {"offtake.microsoft.total_value": "7.76 bn USD"}),
        ("late_6", {"power.delay": "{by: 6 months, silicon: comes_as_planned}"}),
        ("customer_gone", {"events": "{x: {kind: default, contract: microsoft, after: 12 months}}"}),
        ("power", {"power.supply.grid.energy": "51 USD/MWh", "power.supply.grid.demand": "5.25 USD/kW-month"}),
    ],
)
def test_a_case_is_the_file_with_what_it_sets(iren, case, overrides):
    alone = cf.run("iren-horizon", overrides=overrides)
    assert numbers(iren[case].result) == pytest.approx(numbers(alone), rel=1e-9)
    assert iren[case].result.metrics["debt_usd"].value == iren["base"].result.metrics["debt_usd"].value


def test_gaps_and_first_breach_stand_with_their_months(iren):
    """Late power takes prepayments and early cash from the sources: a gap by month whose sum is the metric; the first
    breach is a test below the covenant, or service that nobody pays."""
    late, gone = iren["late_6"], iren["customer_gone"]
    assert sum(late.gap.values()) == pytest.approx(late.value("funding_gap_usd"), rel=1e-12)
    assert iren["base"].gap == {}
    assert iren["base"].breach is None
    month, test = gone.breach
    assert test == "senior DSCR"
    assert month == min(item["month"] for item in gone.result.debt["tranches"]["senior"]["defaults"])
    assert gone.default_month >= month
    rows = {row["case"]: row for row in STUDIES["cases"](cf.load("iren-horizon")).as_dict()["gaps"]["rows"]}
    assert "not_renewed" not in rows
    assert (rows["late_6"]["first_month"], rows["late_6"]["last_month"]) == (min(late.gap), max(late.gap))
    assert rows["late_6"]["largest_usd"] == max(late.gap.values())
    assert rows["customer_gone"]["default_month"] == gone.default_month


def test_a_covenant_on_value_breaks_where_the_residual_is_low():
    """With a maintenance value of 55 % the base keeps its path, and silicon at the low of its rows breaks it."""
    found = {
        case.name: case for case in cf.cases(cf.load("iren-horizon", overrides={"capital.debt.senior.max_ltv": "55 %"}))
    }
    assert found["base"].breach is None
    month, test = found["residual_low"].breach
    assert test == "senior LTV"
    lines, place = found["residual_low"].result.runs["contract_only"].lines, found["base"].result.months.index(month)
    assert lines["t_loan_to_value"][0][place] > 0.55


def test_the_residual_at_its_low_takes_the_low_of_every_row(iren):
    low = iren["residual_low"].result.factory
    assert low.value("library:residual/low_case/month_36") == 0.25
    assert low.value("library:values/default/release_rent") == 70.0
    assert iren["residual_low"].value("equity_irr", "contract_and_residual") < iren["base"].value(
        "equity_irr", "contract_and_residual"
    )


def test_all_together_sets_what_each_of_them_sets():
    terms = {case.name: case for case in schema.load_cases()}
    each = [set(terms[name].stated) for name in terms if name not in ("base", "late_6", "together")]
    assert set(terms["together"].stated) == set().union(*each)


def test_rates_move_what_floats():
    """A loan without a fixed rate pays 200 bp more, on the amount that the base has sized."""
    floating = cf.load(
        "coreweave-leased-100mw",
        overrides={"capital.debt.ddtl.rate": "null", "capital.debt.ddtl.margin": "2.25 %/year"},
    )
    found = {case.name: case for case in cf.cases(floating)}
    assert found["rates"].note == ""
    assert found["rates"].value("min_dscr") < found["base"].value("min_dscr")
    row = "library:capital/default/base_rate"
    assert found["rates"].result.factory.value(row) == pytest.approx(0.02 + float(floating.value(row)), abs=1e-12)
    stated = cf.load(floating.document, overrides={"capital.base_rate": "4 %/year"})
    higher = next(case for case in cf.cases(stated) if case.name == "rates").result.factory.document.model.capital
    assert higher.base_rate == pytest.approx(0.06, abs=1e-12)


def test_extensions_are_taken_away_where_a_contract_has_one():
    terms = next(case for case in schema.load_cases() if case.name == "not_renewed")
    factory = cf.load(
        "iren-horizon",
        overrides={"offtake.microsoft.extension": "{owner: buyer, term: 24 months, notice: 6 months}"},
    )
    assert terms.changes(factory, "").overrides == {"offtake.microsoft.extension": None}


def test_cases_of_one_s_own_stand_below(tmp_path, capsys):
    file = own(
        tmp_path,
        "  cheap: {label: silicon 10 % cheaper, set: {silicon.total_price: {times: 90 %}}}\n"
        "  dear:\n    label: dearer and late\n    set:\n"
        "      build.halls.*.cost: {plus: 1 million USD/MW}\n"
        "      offtake.*.tenor: 48 months\n"
        "      capital.debt.senior.matures: 2030-10\n"
        "  both: {label: both, together: [cheap]}\n",
    )
    assert main(["ask", "iren-horizon", "cases", "--add", str(file), "--json"]) == 0
    rows = {row["case"]: row for row in json.loads(capsys.readouterr().out)["cases"]["rows"]}
    assert tuple(rows) == (*LENDER, "cheap", "dear", "both")
    assert rows["cheap"]["npv_usd"] == rows["both"]["npv_usd"] > rows["base"]["npv_usd"]
    alone = cf.run("iren-horizon", overrides={"silicon.total_price": "5.229 bn USD"})
    assert rows["cheap"]["npv_usd"] == pytest.approx(alone.metrics["npv_usd"].value, rel=1e-9)


def test_a_table_as_a_file(tmp_path, capsys):
    assert main(["ask", "legacy-h100-hall", "cases", "-o", str(tmp_path / "cases.csv")]) == 0
    capsys.readouterr()
    text = (tmp_path / "cases.csv").read_text(encoding="utf-8")
    assert text.count("equity_irr_residual") == len(LENDER)


@pytest.mark.parametrize(
    ("cases", "path", "line", "said"),
    [
        ("  a: {label: a, set: {offtake.*.prise: {times: 80 %}}}", "set.offtake.*.prise", 5, "did you mean price"),
        ("  a: {label: a, set: {silicn.price: 1 USD}}", "set.silicn.price", 5, "did you mean silicon"),
        (
            "  a: {label: a, set: {offtake.microsft.price: 3 USD/GPU-hour}}",
            "microsft.price",
            5,
            "did you mean microsoft",
        ),
        ("  a: {label: a, set: {offtake.microsft.price: {times: 2}}}", "microsft.price", 5, "there is no microsft"),
        ("  a: {label: a, set: {silicon.total_price: 5 bn EUR/day}}", "set.silicon.total_price", 5, "expected"),
        ("  a: {label: a, set: {silicon.total_price: {times: many}}}", "set.silicon.total_price", 5, "quantity"),
        ("  a: {label: a, set: {silicon.total_price: {times: [1, 2]}}}", "set.silicon.total_price", 5, "[1, 2]"),
        ("  a: {label: a, set: {silicon.total_price: {plus: 5 %}}}", "set.silicon.total_price", 5, "USD"),
        ("  a: {label: a, set: {silicon.total_price: {at: low}}}", "set.silicon.total_price", 5, "library:"),
        ("  a: {label: a, set: {library:residul/*: {at: low}}}", "set.library:residul/*", 5, "did you mean residual"),
        ("  a: {label: a, set: {library:residual/*: 3}}", "set.library:residual/*", 5, "{at: low}"),
        ("  a: {label: a, set: {name: {times: 2}}}", "set.name", 5, "no such number"),
        (
            "  a: {label: a, set: {offtake.microsoft.tenor: 24 months}}",
            "cases.a",
            5,
            "offtake.microsoft.prepayment.credited_from: 25 months",
        ),
        ("  a: {label: a, together: [b]}\n  b: {label: b}", "cases.a.together.0", 5, "cases that set something"),
        ("  a: {label: a, set: {name: x}, together: [a]}", "cases.a", 5, "one of them"),
        ("  a: {set: {name: x}}", "cases.a.label", 5, "missing"),
        ("  a: {label: a, sets: {name: x}}", "cases.a.sets", 5, "did you mean set"),
        ("  {}", "cases", 5, "at least one entry"),
    ],
)
def test_what_is_wrong_in_a_file_of_cases_has_its_place(tmp_path, cases, path, line, said):
    found = problems(tmp_path, cases)
    problem = found[0]
    assert problem.path.endswith(path) or path in problem.path, problem
    assert (problem.line, problem.file.endswith("mine.yaml")) == (line, True), problem
    assert said in str(problem), problem


def test_two_cases_on_one_path_do_not_hold_together(tmp_path):
    cases = (
        "  a: {label: a, set: {silicon.total_price: {times: 2}}}\n"
        "  b: {label: b, set: {silicon.total_price: {times: 3}}}\n"
        "  c: {label: c, together: [a, b]}\n"
    )
    (problem,) = problems(tmp_path, cases)
    assert (problem.path, problem.line) == ("cases.c.together.1", 7)


def test_other_kinds_of_file_and_other_questions(tmp_path, capsys):
    file = own(tmp_path, "  a: {label: a}\n")
    assert main(["check", str(file)]) == 0
    assert main(["schema", "scenario"]) == 0
    assert "cases" in json.loads(capsys.readouterr().out.partition("\n")[2])["properties"]
    assert main(["ask", "iren-horizon", "break-even", "--add", str(file)]) == 2
    assert "break-even has none" in capsys.readouterr().err
    assert main(["ask", "iren-horizon", "cases", "--add", "iren-horizon"]) == 2
    assert "the shipped cases are lender" in capsys.readouterr().err
    wrong = tmp_path / "factory.yaml"
    wrong.write_text("kind: factory\nschema: 1\n", encoding="utf-8")
    assert main(["ask", "iren-horizon", "cases", "--add", str(wrong)]) == 2
    assert "expected scenario" in capsys.readouterr().err
