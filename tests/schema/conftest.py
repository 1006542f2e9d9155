"""A valid file to spoil, and ways to load what was spoilt."""

from __future__ import annotations

import pytest

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import Library


@pytest.fixture(scope="session")
def text():
    return schema.shipped_text("iren-horizon")


@pytest.fixture
def library():
    return Library.load()


@pytest.fixture
def factory(library):
    return schema.resolve(schema.load("iren-horizon"), library)


@pytest.fixture
def legacy(library):
    return schema.resolve(schema.load("legacy-h100-hall"), library)


@pytest.fixture
def problems(tmp_path):
    """The problems of a text as a file, read and resolved."""

    def find(content, overrides=None):
        file = tmp_path / "factory.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(FactoryFileError) as error:
            schema.resolve(schema.load(file, overrides), Library.load())
        assert {p.file for p in error.value.problems} <= {str(file), "--set"}
        return error.value.problems

    return find


@pytest.fixture(scope="session")
def line_of():
    """Number of the first line of a text that holds a part of it."""

    def find(content, part):
        return next(number for number, line in enumerate(content.splitlines(), start=1) if part in line)

    return find
