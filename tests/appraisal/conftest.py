"""The two shipped factories, qualified once."""

from __future__ import annotations

import pytest

import computefactory as cf


@pytest.fixture(scope="session")
def iren():
    return cf.run("iren-horizon")


@pytest.fixture(scope="session")
def legacy():
    return cf.run("legacy-h100-hall")
