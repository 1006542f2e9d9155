"""Folders of facts: each table, column and key changes the result, is refused, or a warning names it."""

from __future__ import annotations

import pytest

from computefactory.errors import ComputeFactoryError
from computefactory.model import load

LONG = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note\n"


@pytest.fixture
def told(tmp_path):
    """The warnings of a factory over a folder of one table."""

    def read(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        factory = load("iren-horizon", library=[tmp_path])
        return factory, " | ".join(warning for warning in factory.warnings if "library folder" in warning)

    return read


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("sytem.csv", "key,rack_power [kW],source\nGB300 NVL72,160,assumed\n", "the table sytem of a library folder"),
        ("system.csv", "key,colour,source\nGB300 NVL72,red,assumed\n", "the field colour of system"),
        ("x.csv", "key,field,value,unit,source,note\nGB300 NVL72,rack_power,160,kW,assumed,\n", "the table x"),
        ("x.csv", LONG + "operations,default,silicon_suport,0.03,1/year,,,2026-10,q,,high,,\n", "(silicon_support?)"),
        ("x.csv", LONG + "operations,defalt,silicon_support,0.03,1/year,,,2026-10,q,,high,,\n", "operations/defalt"),
    ],
)
def test_d_a_table_field_or_key_that_nothing_reads_is_named(told, name, text, words):
    """A misspelt table, field or key of a user's folder, or a column like none, is named in a warning."""
    assert words in told(name, text)[1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("system.csv", "key,rack_power [W],source\nGB300 NVL72,160000,assumed\n"),
        (
            "system.csv",
            "source,rack_power [kW],key\nassumed,160,GB300 NVL72\n".replace(
                "source,rack_power [kW],key", "key,source,rack_power [kW]"
            ).replace("assumed,160,GB300 NVL72", "GB300 NVL72,assumed,160"),
        ),
        ("system.csv", "\ufeffkey,rack_power [MW],source\nGB300 NVL72,0.16,assumed\nMy rack,0.1,assumed\n"),
        ("any.csv", LONG + "system,GB300 NVL72,rack_power,160,kW,,,2026-10,q,,high,,\n"),
    ],
)
def test_d_what_is_read_is_read_in_its_unit_and_nothing_is_said(told, name, text):
    """160 kW a rack in W, kW or MW, in any order of columns, with a mark of encoding, in any form: 160 kW."""
    factory, said = told(name, text)
    assert factory.plant.silicon.rack_power == pytest.approx(160.0)
    assert not said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key,rack_power [W],rack_power [kW],source\nGB300 NVL72,160000,160,assumed\n", "again"),
        ("key;rack_power [kW];source\nGB300 NVL72;160,5;assumed\n", "a comma between cells"),
        ('key,rack_power [kW],source\nGB300 NVL72,"160,5",assumed\n', "a number"),
        ("key,rack_power [MWh],source\nGB300 NVL72,160,assumed\n", "kW or a unit like it"),
        ("key,rack_power [kW],source,\nGB300 NVL72,160,assumed,stray\n", "a heading over every cell"),
        ("key,rack_power,source\nGB300 NVL72,160,assumed\n", "a number in kW"),
    ],
)
def test_d_what_contradicts_or_cannot_be_read_is_refused(told, text, words):
    """Two columns of one field, semicolons, a decimal comma, an energy for a power, a cell without a heading, a number
    without a unit: refused with row and column."""
    with pytest.raises(ComputeFactoryError) as error:
        told("system.csv", text)
    assert words in str(error.value)
