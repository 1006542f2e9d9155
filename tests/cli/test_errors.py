"""What a wrong input says: its place, what was given, what is allowed, a hint; exit status 2, all at once."""

from __future__ import annotations

import pytest

from computefactory import model
from computefactory.cli import main
from computefactory.errors import NoSolution

HEADER = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note"


def test_all_problems_of_a_file_come_at_once_each_with_its_place(cli, errors, spoilt):
    file = spoilt(
        ("system: GB300 NVL72", "sistem: GB300 NVL72"),
        ("34 USD/MWh", "34 USD/MW"),
        ("tenor: 60 months", "tenor: -60 months"),
        ("matures: 2031-12", "matures: 2031-13"),
    )
    lines = file.read_text(encoding="utf-8").splitlines()
    status, _, text = cli("check", file)
    assert status == 2
    for part, path in (
        ("sistem", "silicon.sistem"),
        ("34 USD/MW", "power.supply.grid.energy"),
        ("-60 months", "offtake.microsoft.tenor"),
        ("2031-13", "capital.debt.senior.matures"),
    ):
        number = next(i for i, line in enumerate(lines, start=1) if part in line)
        column = lines[number - 1].index(part) + 1
        assert f"{file}:{number}:{column}: {path}: " in text
        (error,) = (error for error in errors("check", file) if error["path"] == path)
        assert (error["file"], error["line"], error["column"]) == (str(file), number, column)
    assert text.splitlines()[-1].endswith(" problems")


def test_run_and_explain_refuse_what_check_refuses(errors, spoilt):
    file = spoilt(("34 USD/MWh", "34 USD/MW"))
    assert errors("check", file) == errors("run", file) == errors("explain", file, "equity_irr")


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        (
            "capacity: 750 MW, reserved: 300 MW",
            "capacity: 750 mW, reserved: 300 MW",
            "power.interconnection.capacity",
            "MW",
        ),
        ("place: Childress TX", "place: Childres TX", "site.place", "Childress TX"),
        ("system: GB300 NVL72", "system: GB300 NVL27", "silicon.system", "GB300 NVL72"),
        (
            "direct_to_chip_chiller_trim",
            "direct_to_chip_chillertrim",
            "cooling.architecture",
            "direct_to_chip_chiller_trim",
        ),
        (
            "accelerators: 76000\n  total_price",
            "acelerators: 76000\n  total_price",
            "silicon.acelerators",
            "accelerators",
        ),
        ("76000\n  total_price", "-76000\n  total_price", "silicon.accelerators", "accelerator"),
        ("rack_limit: 200 kW", "rack_limit: 100 kW", "build.halls.horizon.rack_limit", "135"),
        ("reserved: 300 MW", "reserved: 160 MW", "power.energised.2026-09", "160 MW"),
        ("reserved: 300 MW", "reserved: 800 MW", "power.interconnection.reserved", "750"),
        ("2026-06: 150 MW", "2026-06: 50 MW", "power.energised.2026-06", "75"),
        ("total_value: 9.7 bn USD", "total_value: 9.7 bn USD\n    price: 3 USD/h", "offtake.microsoft.price", ""),
        ("    total_value: 9.7 bn USD\n", "", "offtake.microsoft", "price"),
        ("closes: 2026-06", "closes: 2033-06", "capital.debt.senior.matures", "2033-06"),
        ("name: IREN Horizon 1-4", "name: IREN Horizon 1-4\nname: again", "", "once"),
        ("share: 20 %", "share: 20", "offtake.microsoft.prepayment.share", "80 %"),
    ],
)
def test_one_mistake_says_where_and_what_to_do(errors, spoilt, old, new, path, told):
    file = spoilt((old, new))
    found = [error for error in errors("check", file) if error["path"].startswith(path)]
    assert found, errors("check", file)
    assert found[0]["line"]
    assert told in f"{found[0]['expected']} {found[0]['hint']} {found[0]['given']}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b"- a\n- list\n",
        b"{",
        b"a: [1, 2",
        b"\xff\xfe\x00",
        b"a: &x [1]\nb: [*x, *x]\n",
        b"\x00" * 64,
    ],
    ids=["empty", "text", "list", "open map", "open list", "not UTF-8", "anchors", "zeros"],
)
def test_what_is_no_factory_file_is_refused(errors, tmp_path, content):
    file = tmp_path / "factory.yaml"
    file.write_bytes(content)
    assert all(error["file"] == str(file) for error in errors("run", file))


def test_a_file_of_fifty_megabytes_is_refused_unread(errors, tmp_path):
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    (error,) = errors("run", file)
    assert "50" in error["given"]


def test_a_folder_and_a_missing_file_are_named(errors, tmp_path):
    assert errors("run", tmp_path)[0]["file"] == str(tmp_path)
    assert errors("run", tmp_path / "absent.yaml")[0]["given"] == str(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("iren-horizont", "iren-horizon"), ("IREN-Horizon", "iren-horizon"), ("legacy-h100", "legacy-h100-hall")],
)
def test_an_unknown_name_gives_the_nearest(errors, given, meant):
    (error,) = errors("run", given)
    assert meant in error["hint"]


@pytest.mark.parametrize(
    ("pairs", "path", "told"),
    [
        (["silicon.totl_price=6 bn USD"], "silicon.totl_price", "total_price"),
        (["silicon.total_price=6 bn kWh"], "silicon.total_price", "USD"),
        (["silicon.total_price=6 bn"], "silicon.total_price", "6 bn USD"),
        (["silicon.total_price"], "silicon.total_price", "PATH=VALUE"),
        (["=3"], "", "PATH=VALUE"),
        (["silicon.accelerators=1", "silicon.accelerators=2"], "silicon.accelerators", "once"),
        (["offtake.amazon.price=3 USD/GPU-hour"], "offtake.amazon", ""),
        (["silicon.accelerators=[1, 2"], "silicon.accelerators", "value"),
        (["name.first=x"], "name.first", "path"),
    ],
)
def test_a_wrong_set_is_a_problem_of_set(errors, pairs, path, told):
    found = errors("run", "iren-horizon", *(part for pair in pairs for part in ("--set", pair)))
    assert found[0]["file"] == "--set"
    assert found[0]["path"].startswith(path)
    assert told in f"{found[0]['expected']} {found[0]['hint']}"


def test_several_wrong_sets_come_at_once(errors):
    found = errors("run", "iren-horizon", "--set", "site.place=Nowhere", "--set", "power.supply.grid.energy=3 USD")
    assert {error["path"] for error in found} >= {"power.supply.grid.energy"}
    found = errors("run", "iren-horizon", "--set", "site.place=Nowhere", "--set", "silicon.system=Abacus")
    assert {error["path"] for error in found} == {"site.place", "silicon.system"}


@pytest.mark.parametrize("verb", [("run", "iren-horizon"), ("check", "iren-horizon"), ("library",)])
def test_a_library_that_is_not_there_is_named(errors, tmp_path, verb):
    (error,) = errors(*verb, "--library", tmp_path / "absent")
    assert error["file"] == str(tmp_path / "absent")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("one,two\n1,2\n", "table"),
        (f"{HEADER}\ntax,united_states,federal,abc,%,,,2026,a test,,low,,\n", "column value"),
        (f"{HEADER}\ntax,united_states,federal,30,furlong,,,2026,a test,,low,,\n", "furlong"),
        (f"{HEADER}\ntax,united_states,federal,30,USD,,,2026,a test,,low,,\n", "USD"),
        (f"{HEADER}\ntax,united_states,federal,30,%,40,50,2026,a test,,low,,\n", "40"),
        (f"{HEADER}\ntax,united_states,federal,30,%,,,2026,a test,,certain,,\n", "certain"),
        (f"{HEADER}\ntax,united_states,federal,30,%\n", "5 columns"),
        ("\x00\x01", "mine.csv"),
    ],
)
def test_a_malformed_library_is_refused_with_its_place(errors, tmp_path, content, told):
    (tmp_path / "mine.csv").write_text(content, encoding="utf-8")
    found = errors("run", "iren-horizon", "--library", tmp_path)
    text = " ".join(str(value) for error in found for value in error.values())
    assert told in text
    assert "mine.csv" in text
    assert [error["line"] for error in found] == [2] * len(found) or not content.startswith(HEADER)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["library", "sillicon"], "silicon"),
        (["library", "CoreWeave"], "operator/CoreWeave"),
        (["library", "operator/CoreWeave/2025-06-30", "--as-of", "2025-03-31"], "public on 2025-06-30"),
        (["library", "operator", "--as-of", "spring"], "2025-03-31"),
        (["library", "tax", "united_state"], "united_states"),
        (["explain", "iren-horizon", "equity_ir"], "equity_irr"),
        (["explain", "iren-horizon", "equity_irr", "--month", "1999-01"], "2025-09"),
        (["explain", "iren-horizon", "equity_irr", "--month", "soon"], "YYYY-MM"),
        (["explain", "iren-horizon", "equity_irr", "--case", "best"], "contract_only"),
        (["explain", "iren-horizon", "equity_irr", "--depth", "0"], ""),
        (["run"], "FILE"),
        (["runn", "iren-horizon"], "run"),
        (["run", "iren-horizon", "--sett", "a=b"], "--set"),
    ],
)
def test_a_wrong_command_is_told_what_is_right(errors, arguments, told):
    (error,) = errors(*arguments)
    assert told in " ".join(str(value) for value in error.values())


def test_init_never_overwrites(cli, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    status, _, err = cli("init", file)
    assert status == 2
    assert "never overwrites" in err
    assert file.read_text(encoding="utf-8") == "mine"
    assert cli("init", tmp_path)[0] == 2
    assert cli("init", tmp_path / "new.yaml", "--like", "irn")[0] == 2
    assert cli("init", tmp_path / "absent" / "new.yaml")[0] == 2
    assert cli("init", file / "new.yaml")[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_no_solution_is_status_three(cli, monkeypatch):
    def fail(*_, **__):
        raise NoSolution("the price does not exist")

    monkeypatch.setattr(model, "run", fail)
    status, _, err = cli("run", "iren-horizon")
    assert status == 3
    assert "the price does not exist" in err


def test_our_bug_is_status_one_and_asks_for_a_report(cli, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("oops")

    monkeypatch.delenv("COMPUTEFACTORY_DEBUG", raising=False)
    monkeypatch.setattr(model, "run", fail)
    status, _, err = cli("run", "iren-horizon")
    assert status == 1
    assert "our bug" in err
    monkeypatch.setenv("COMPUTEFACTORY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["run", "iren-horizon"])
