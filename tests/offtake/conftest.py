"""The small factory as lines, and a small factory file whose book is written by the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from small_factory import book_file, inputs, ledger

FIRM = "buyer: Microsoft, signed: 2025-11, accelerators: 7200, price: 3 USD/GPU-hour, starts: 2027-01"


@pytest.fixture
def run() -> Callable[..., Mapping[str, Any]]:
    """Run the small factory: keyword choices by ``choices=``, givens by name."""

    def underwrite(choices: Mapping[str, str] | None = None, **changes: Any) -> Mapping[str, Any]:
        book = ledger(**(choices or {}))
        return book.run(inputs(book, **changes))

    return underwrite


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """The small factory's file with the contracts given by name, each the inside of a YAML map."""

    return partial(book_file, tmp_path)


@pytest.fixture
def lines(write: Callable[..., Path]) -> Callable[..., Mapping[str, Any]]:
    """The contract-only lines of the small factory's file with these contracts."""

    def underwrite(_more: str = "", **contracts: str) -> Mapping[str, Any]:
        return cf.run(write(_more, **contracts)).runs["contract_only"].lines

    return underwrite


@pytest.fixture
def problems(write: Callable[..., Path]) -> Callable[..., dict[str, str]]:
    """Code by path of the problems of such a file."""

    def find(_more: str = "", **contracts: str) -> dict[str, str]:
        with pytest.raises(FactoryFileError) as error:
            cf.run(write(_more, **contracts))
        return {problem.path: problem.code for problem in error.value.problems}

    return find
