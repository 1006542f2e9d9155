"""The command line called in this process, and files to spoil."""

from __future__ import annotations

import json

import pytest

from computefactory import schema
from computefactory.cli import main


@pytest.fixture
def cli(capsys):
    """Runs one command: (exit status, standard output, standard error); a traceback anywhere fails the test."""

    def call(*arguments):
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    return call


@pytest.fixture
def errors(cli):
    """The errors of a command called with ``--json``, each a JSON object; nothing else is printed."""

    def call(*arguments):
        status, out, err = cli(*arguments, "--json")
        assert (status, err) == (2, "")
        (name,) = found = json.loads(out)
        assert name == "errors"
        keys = {"code", "file", "line", "column", "path", "given", "expected", "hint"}
        assert all(error.keys() == keys for error in found["errors"])
        return found["errors"]

    return call


@pytest.fixture(scope="session")
def text():
    return schema.shipped_text("iren-horizon")


@pytest.fixture
def spoilt(tmp_path, text):
    """A file: the shipped one with parts of its text replaced."""

    def write(*replacements):
        changed = text
        for old, new in replacements:
            assert old in changed
            changed = changed.replace(old, new, 1)
        file = tmp_path / "spoilt.yaml"
        file.write_text(changed, encoding="utf-8")
        return file

    return write
