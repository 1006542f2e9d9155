"""Sheets: what a cell may say, and what is refused with its place."""

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError, LibraryError
from computefactory.library import Library

SOURCES = "id,title,address,as_of,confidence,licence\nquote,Our vendor's quote,https://example.org,2026-10,medium,\n"
ROW = "key,rack_power [kW],switch,price [USD/accelerator] @quote # list,source,note\n"


@pytest.fixture
def sheets(tmp_path):
    """A folder of the user's sheets, by name."""

    def write(**texts: str):
        for name, text in {"sources": SOURCES, **texts}.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_cell_says_value_range_source_and_note(sheets):
    library = Library.load(
        [sheets(system=ROW + "Ours,60 (50..) @assumed # ten racks,A # small (1..2),31000,quote,of all\n")]
    )
    power, switch, price = (library.fact("system", "Ours", name) for name in ("rack_power", "switch", "price"))
    assert (power.value, power.low, power.high, power.unit) == (60.0, 50.0, None, "kW")
    assert (power.source, power.confidence, power.note) == ("assumed", "low", "ten racks")
    assert (switch.value, switch.unit, switch.source, switch.note) == (
        "A",
        "text",
        "Our vendor's quote",
        "small (1..2)",
    )
    assert (price.value, price.as_of, price.address, price.note) == (31000.0, "2026-10", "https://example.org", "list")
    assert (price.line, price.layer, price.confidence) == (
        2,
        str(library.fact("system", "Ours", "price").layer),
        "medium",
    )


def test_a_cell_leaves_out_what_heading_and_row_say(sheets):
    library = Library.load(
        [sheets(mine="key,a [1],b [1] # of b,source,note\nk,1,2,quote,of all\nj,1 # -,,quote,of all\n")]
    )
    notes = [library.fact("mine", *place).note for place in (("k", "a"), ("k", "b"), ("j", "a"))]
    assert notes == ["of all", "of b", ""]
    assert library.fields("mine", "j") == ["a"]


def test_a_list_and_the_package_s_own_sources(sheets):
    library = Library.load(
        [sheets(mine="key,field,value,unit,source,note\nk,a,1 (0.5..2),kW,assumed,x\nk,b,words,,quote,\n")]
    )
    assert library.fact("mine", "k", "a").high == 2.0
    assert library.fact("mine", "k", "b").unit == "text"


def test_a_pattern_fills_what_a_row_leaves_out(sheets):
    library = Library.load(
        [sheets(system="key,rack_mass [kg],mfu [1],source\nOurs NVL9,,0.5,quote\n*9,800,0.1,quote\n")]
    )
    values = [library.fact("system", "Ours NVL9", name).value for name in ("mfu", "rack_mass", "rails", "utilisation")]
    assert values == [0.5, 800.0, 4.0, 0.8]  # own, the layer's pattern, the package's NVL, the package's of all
    assert library.fact("system", "Ours NVL9", "rails").key == "Ours NVL9"
    assert "*9" not in library.keys("system")
    assert library.fact("system", "HGX H100", "rack_mass").value == 900.0


WIDE = "key,a [kW],source\n"
REFUSED = (
    (WIDE + "k,1,unknown\n", "mine.csv:2: column a [kW]: '@unknown'; expected an id of sources.csv"),
    (WIDE + "k,1,qoute\n", "(quote?)"),
    (WIDE + "k,1,\n", ":2: column a [kW]: 'no source'"),
    (WIDE + "k,much,quote\n", ":2: column a [kW]: 'much'; expected a number"),
    (WIDE + "k,nan,quote\n", "expected a finite number"),
    (WIDE + "k,1 (2..3),quote\n", "'2'; expected at most the value 1"),
    (WIDE + "k,1 2,quote\n", "'1 2'; expected a number such as 30000 (25000..35000)"),
    (WIDE + "k,1 (0..1)(,quote\n", "expected a number such as"),
    (WIDE + "k,1,quote\nk,2,quote\n", ":3: column key: k again; expected one row a key: it stands in row 2"),
    (WIDE + ",1,quote\n", ":2: column key: nothing"),
    ("key,a [kW],a [MW],source\nk,1,2,quote\n", ":2: column a [MW]: 'k/a again'"),
    ("key,a [furlong],source\nk,1,quote\n", "a unit of the list, 1 or text (furlong is not)"),
    ("key,a [kw],source\nk,1,quote\n", "(kw is not: kW?)"),
    ("key,a b,source\nk,1,quote\n", ":1: column a b: no name of a field; expected a field and its unit"),
    ("key,a,,source\nk,1,2,quote\n", ":2: 2; expected a heading over every cell"),
    (WIDE + "k,1\n", ":2: 2 columns; expected 3"),
    ("key,a,source\nk,a" + " " * 100_000 + "b,quote\n", "expected a cell of at most 2,000 characters"),
    ("key;a\n", "expected a comma between cells"),
    ("key,field,value,unit,source,note\nk,a,1,kW,quote,\nk,a,2,kW,quote,\n", ":3: column value: 'k/a again'"),
)


def test_a_bad_sheet_is_refused_with_file_row_and_column(sheets):
    for text, says in REFUSED:
        folder = sheets(mine=text)
        with pytest.raises(LibraryError) as caught:
            Library.load([folder])
        assert says in str(caught.value), text
        assert str(folder / "mine.csv") in str(caught.value)


def test_a_bad_source_is_refused(sheets):
    for sources, says in (
        (SOURCES.replace("2026-10", "2099-01"), "a date that has come (2099-01 has not)"),
        (SOURCES.replace("2026-10", ""), "sources.csv:2: column as_of: nothing"),
        (SOURCES.replace("medium", "sure"), "'sure'; expected high or medium or low"),
        (SOURCES + SOURCES.splitlines()[1] + "\n", ":3: column id: quote again"),
        (SOURCES.replace("title,", ""), "expected id, title, address"),
    ):
        with pytest.raises(LibraryError) as caught:
            Library.load([sheets(sources=sources, mine=WIDE + "k,1,quote\n")])
        assert says in str(caught.value), sources


def test_all_problems_of_a_folder_are_told_at_once(sheets):
    folder = sheets(mine=WIDE + "k,x,quote\nj,1,nobody\n", system="key,rack_powr [kW],source\nOurs,1,quote\n")
    with pytest.raises(LibraryError) as caught:
        Library.load([folder])
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[0].endswith(
        "system.csv:1: column rack_powr: no field of this table; expected rack_power, or a name unlike it"
    )


def test_a_column_of_another_year_is_no_misspelling(sheets):
    text = "key,industrial_price_2031 [USD/kWh],colour,source\nUS-TX,0.07,red,quote\n"
    assert Library.load([sheets(region=text)]).fact("region", "US-TX", "industrial_price_2031").value == 0.07


@pytest.mark.parametrize(
    "text", ["\x00", '"', "key\n\n,,,\n", "key,\n", "key,source\nk,quote\n", "\ufeffkey,a\n", "=1+1,key\n"]
)
def test_hostile_sheets_end_in_a_message(sheets, text):
    told = ""
    try:
        keys = Library.load([sheets(mine=text)]).keys("mine")
    except LibraryError as error:
        keys, told = [], str(error)
    assert keys == []
    assert "mine.csv" in told or text.lstrip("\ufeff").startswith("key")


ACCELERATOR = (
    "key,accelerators_per_rack [accelerator],rack_power [kW],scale_up_domain [accelerator],bf16_dense [TFLOP/s],"
    "price [USD/accelerator],rent_neocloud_1_year [USD/accelerator-hour],source\n"
    "Ours,32,60 (50..70),8,1800,31000 (28000..34000) # ten racks,2.60 (2.2..3),quote\n"
)


def test_an_accelerator_is_one_row(sheets):
    folder = sheets(system=ACCELERATOR)
    with pytest.raises(FactoryFileError, match="a row of the library's table system"):
        cf.load("iren-horizon", overrides={"silicon.system": "Ours"})
    result = cf.run("iren-horizon", overrides={"silicon.system": "Ours"}, library=[folder])
    assert result.factory.plant.silicon.rack_power == 60
    assert result.factory.plant.silicon.utilisation == 0.8  # what no row of its own says
    assert result.factory.offtake.merchant.price_new == 2.6
    assert result.metrics["rack_power_kw"].value == pytest.approx(60)
    assert result.factory.origins["plant.silicon.rack_power"].file == str(folder / "system.csv")
