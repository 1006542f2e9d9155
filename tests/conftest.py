"""What all tests share: where the project stands, and the weather files beside it when they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parents[1]

# no test is timed; the same examples on every run of CI, where a failure is shown at once instead of made smaller
IN_CI = "CI" in os.environ
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("house", deadline=None, derandomize=IN_CI, phases=PHASES if IN_CI else tuple(Phase))
settings.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Neighbours run in one process, so that what a file's tests share is made once; who is done early takes from the
    others. Another choice by ``--dist`` stands."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's directory."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory that holds the weather files: COMPUTEFACTORY_SHARED, or ``shared`` beside the project."""
    place = Path(os.environ.get("COMPUTEFACTORY_SHARED", ROOT.parent / "shared"))
    if not (place / "weather").is_dir():
        pytest.skip("the weather files (../shared or COMPUTEFACTORY_SHARED) are not here")
    return place
