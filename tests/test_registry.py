"""What is registered: each name once, and what the sources declare is what their modules define."""

from __future__ import annotations

import pytest

from computefactory.entries import Registry
from computefactory.metrics import DEFINITIONS, metric
from computefactory.registry import COMPANY_PAGES, PAGES, PICTURES, STUDIES


def test_a_name_stands_once():
    registry = Registry[int]("metric")
    registry.add("moic", 1)
    with pytest.raises(ValueError, match="'moic' is registered twice"):
        registry.add("moic", 2)
    assert dict(registry) == {"moic": 1}
    with pytest.raises(KeyError):
        registry["irr"]


@pytest.mark.parametrize("registry", [PAGES, COMPANY_PAGES, PICTURES, STUDIES], ids=lambda registry: registry.kind)
def test_what_is_declared_is_defined(registry):
    assert all(callable(registry[name]) for name in registry)
    assert set(registry.homes) == set(registry._entries)


def test_a_metric_has_a_unit_and_a_name_of_its_own():
    with pytest.raises(ValueError, match="'churn' has no unit"):
        metric("churn", "churn of customers", "", "step")
    with pytest.raises(ValueError, match="'moic' is registered twice"):
        metric("moic", "equity multiple", "1", "case")
    assert "churn" not in DEFINITIONS
