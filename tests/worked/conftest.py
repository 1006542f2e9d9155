"""The engine's side of a worked example: its factory, underwritten once."""

from __future__ import annotations

import pytest

from worked.engine import Engine


@pytest.fixture(scope="module")
def engine(request):
    return Engine(request.module.FACTORY)
