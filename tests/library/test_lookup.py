import subprocess
import sys

import pytest

from computefactory.errors import FactNotFound, LibraryError
from computefactory.library import COLUMNS, Library, lookup
from computefactory.library.lookup import PACKAGE

UTILISATION = {"table": "system", "key": "GB300 NVL72", "field": "utilisation", "value": "0.9", "unit": "1"}


def test_fact_carries_where_it_stands(library):
    fact = library.fact("system", "GB300 NVL72", "rack_power")
    assert (fact.value, fact.unit, fact.layer, fact.file) == (135.0, "kW", "package", "system.csv")
    stands = (PACKAGE / fact.file).read_text(encoding="utf-8").splitlines()[fact.line - 1]
    assert stands.startswith("GB300 NVL72,")


def test_a_count_is_that_of_the_rows_in_force(library, layer):
    layered = Library.load([layer(UTILISATION)])
    for facts in (library, layered):
        assert [facts.count(table) for table in facts.tables()] == [len(facts.rows(t)) for t in facts.tables()]
    assert layered.count("system") == library.count("system")
    assert library.count("no such table") == 0


def test_used_records_every_look_up_and_nothing_else(library):
    library.fact("place", "Childress TX", "elevation")
    library.fact("place", "Childress TX", "elevation")
    with pytest.raises(FactNotFound):
        library.fact("place", "Childress TX", "altitude")
    assert list(library.used) == [("place", "Childress TX", "elevation")]
    assert library.used["place", "Childress TX", "elevation"].value == 594.0
    assert not Library.load().used


@pytest.mark.parametrize(
    ("table", "key", "field", "near"),
    [
        ("place", "childress", "elevation", "place/Childress TX"),
        ("system", "GB300", "price", "system/GB300 NVL72"),
        ("system", "HGX H10", "price", "system/HGX H100"),
        ("cooling", "direct_to_chip_chiler_trim", "cop_max", "cooling/direct_to_chip_chiller_trim"),
        ("cooling", "air_chiller", "cycles_of_concentrations", "cooling/air_chiller/cycles_of_concentration"),
        ("colling", "air_chiller", "cop_max", "cooling"),
    ],
)
def test_unknown_name_gets_its_neighbours(library, table, key, field, near):
    with pytest.raises(FactNotFound) as caught:
        library.fact(table, key, field)
    assert near in caught.value.nearest
    assert near in str(caught.value)


def test_nothing_near_is_nothing_said(library):
    with pytest.raises(FactNotFound) as caught:
        library.fact("system", "qqqqqq", "price")
    assert caught.value.nearest == []


def test_last_layer_wins_row_by_row(layer, tmp_path):
    first = layer(UTILISATION, {**UTILISATION, "field": "mfu", "value": "0.5"})
    second = tmp_path / "second"
    second.mkdir()
    (second / "x.csv").write_text(
        (first / "own.csv").read_text().replace(",0.9,", ",0.7,").split("system,GB300 NVL72,mfu")[0]
    )
    library = Library.load([first, second])
    assert library.fact("system", "GB300 NVL72", "utilisation").value == 0.7
    assert library.fact("system", "GB300 NVL72", "utilisation").layer == str(second)
    assert library.fact("system", "GB300 NVL72", "mfu").value == 0.5
    assert library.fact("system", "GB300 NVL72", "rack_power").layer == "package"
    assert [f.value for f in library.rows("system") if (f.key, f.field) == ("GB300 NVL72", "utilisation")] == [0.7]


def test_layer_brings_new_tables_keys_and_units(layer):
    library = Library.load([layer({**UTILISATION, "table": "mine", "key": "a", "value": "12", "unit": "USD/MWh"})])
    assert "mine" in library.tables()
    assert library.keys("mine") == ["a"]
    assert library.fields("mine", "a") == ["utilisation"]
    assert library.fact("mine", "a", "utilisation").unit == "USD/MWh"


def test_layer_prefers_its_own_preferred_row(layer):
    rows = {**UTILISATION, "preferred": "yes"}, {**UTILISATION, "value": "0.4"}
    assert Library.load([layer(*rows)]).fact("system", "GB300 NVL72", "utilisation").value == 0.9


MALFORMED = (
    ({"value": "much"}, ":2: column value: 'much'; expected a number"),
    ({"value": "inf"}, ":2: column value: 'inf'; expected a finite number"),
    ({"value": ""}, ":2: column value: nothing; expected some text"),
    ({"source": " "}, ":2: column source"),
    ({"as_of": ""}, ":2: column as_of"),
    ({"unit": ""}, ":2: column unit"),
    ({"confidence": "sure"}, ":2: column confidence: 'sure'; expected high or medium or low"),
    ({"preferred": "no"}, ":2: column preferred: 'no'; expected yes or nothing"),
    ({"low": "0.95"}, ":2: column low: '0.95'; expected at most the value 0.9"),
    ({"high": "0.5"}, ":2: column high: '0.5'; expected at least the value 0.9"),
    ({"unit": "text", "low": "1"}, ":2: column low: '1'; expected nothing where the unit is text"),
    ({"note": "one,too many"}, ":2: 14 columns; expected 13"),
    ({"unit": "furlong"}, ":2: column unit: 'furlong'; expected a unit of the list, 1 or text (furlong is not)"),
    ({"as_of": "2099-01"}, ":2: column as_of: '2099-01'; expected a date that has come"),
)


def test_malformed_row_names_file_row_and_column(layer):
    for wrong, says in MALFORMED:
        folder = layer({**UTILISATION, **wrong})
        with pytest.raises(LibraryError) as caught:
            Library.load([folder])
        assert says in str(caught.value), wrong
        assert [problem.file for problem in caught.value.problems] == [str(folder / "own.csv")]


def test_row_number_is_the_line_of_the_file(layer):
    with pytest.raises(LibraryError, match=r":3: column value"):
        Library.load([layer(UTILISATION, {**UTILISATION, "field": "mfu", "value": "x"})])


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (("table", "key", "field"), "column value is missing"),
        ((), "column table is missing"),
        (("colour",), "column table is missing"),
    ],
)
def test_header_that_is_not_ours(layer, header, says):
    with pytest.raises(LibraryError, match=says):
        Library.load([layer(header=header)])


@pytest.mark.parametrize("name", ["own.csv", "sources.csv"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_another_separator_is_named(tmp_path, sign, name):
    (tmp_path / name).write_text(sign.join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(LibraryError, match="expected a comma between cells") as refused:
        Library.load([tmp_path])
    assert repr(sign) in str(refused.value)


def test_header_with_a_column_too_many_or_in_another_order(layer):
    with pytest.raises(LibraryError, match="column colour in the first row is unknown"):
        Library.load([layer(header=(*COLUMNS, "colour"))])
    with pytest.raises(LibraryError, match="another order"):
        Library.load([layer(header=COLUMNS[::-1])])


def test_two_rows_of_one_place_need_exactly_one_preferred(layer):
    with pytest.raises(LibraryError, match=r"system/GB300 NVL72/utilisation stands 2 times \(lines 2, 3\)"):
        Library.load([layer(UTILISATION, {**UTILISATION, "value": "0.8"})])
    both = {**UTILISATION, "preferred": "yes"}
    with pytest.raises(LibraryError, match="expected yes in exactly one of them"):
        Library.load([layer(both, {**both, "value": "0.8"})])


def test_folder_without_tables_and_binary_file(tmp_path):
    with pytest.raises(LibraryError, match="no CSV table"):
        Library.load([tmp_path / "nowhere"])
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(LibraryError, match="expected a CSV table in UTF-8"):
        Library.load([tmp_path])


def test_hash_follows_every_byte(layer):
    plain = Library.load().hash
    assert len(plain) == 16
    assert plain == Library.load().hash
    folder = layer(UTILISATION)
    with_layer = Library.load([folder]).hash
    layer({**UTILISATION, "note": "x"})
    assert len({plain, with_layer, Library.load([folder]).hash}) == 3


def test_library_of_given_facts_holds_no_other(library):
    library.fact("place", "Childress TX", "elevation")
    library.fact("place", "Childress TX", "latitude")
    kept = [fact for fact in library.used.values() if fact.field == "elevation"]
    small = Library.of(kept)
    assert small.fact("place", "Childress TX", "elevation") == kept[0]
    assert small.hash != library.hash
    with pytest.raises(FactNotFound):
        small.fact("place", "Childress TX", "latitude")


def test_looking_up_imports_nothing_heavy():
    heavy = "{'pandas', 'pint', 'pydantic', 'numpy', 'scipy', 'ruamel'}"
    code = (
        "import sys; from computefactory.library import Library; "
        "Library.load().fact('place', 'Dallas TX', 'elevation'); "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_tables_asked_for_are_read(monkeypatch, library):
    seen = []
    lookup._package.cache_clear()
    monkeypatch.setattr(
        lookup, "read_rows", lambda sheet, read=lookup.read_rows: (seen.append(sheet.file.stem), read(sheet))[1]
    )
    Library.load().fact("tax", "united_states", "federal")
    lookup._package.cache_clear()
    assert seen == ["tax"]
