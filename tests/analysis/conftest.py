"""Files side by side that several tests look at, compared once."""

from __future__ import annotations

import pytest

import computefactory as cf


@pytest.fixture(scope="session")
def pair():
    """A factory and a hall that is none."""
    return cf.compare("iren-horizon", "legacy-h100-hall")


@pytest.fixture(scope="session")
def pairs():
    """The two pairs of companies that the framework sets against each other."""
    return cf.compare("coreweave-2026-09", "aws-2026-09"), cf.compare("lambda-2026-09", "google-cloud-2026-09")


@pytest.fixture(scope="session")
def dated():
    """One company on two days."""
    return cf.compare("coreweave-2025-03", "coreweave-2025-05")
