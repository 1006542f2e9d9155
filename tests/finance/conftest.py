"""The small factory as a fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from small_factory import inputs, ledger


@pytest.fixture
def run() -> Callable[..., Mapping[str, Any]]:
    """Run the small factory: keyword choices by ``choices=``, givens by name."""

    def underwrite(choices: Mapping[str, str] | None = None, **changes: Any) -> Mapping[str, Any]:
        book = ledger(**(choices or {}))
        return book.run(inputs(book, **changes))

    return underwrite
