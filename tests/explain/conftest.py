"""Both shipped factories, underwritten once."""

from __future__ import annotations

import pytest

import computefactory as cf


@pytest.fixture(scope="session", params=["iren-horizon", "legacy-h100-hall"])
def result(request):
    return cf.run(request.param)
