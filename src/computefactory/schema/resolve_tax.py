"""The owner's taxes from file and library."""

from __future__ import annotations

from computefactory.finance import inputs
from computefactory.schema.origin import Sources, Traced
from computefactory.units import One

__all__ = ["tax", "tax_rate"]


def tax(sources: Sources) -> inputs.Tax:
    """Rates of the owner's income tax."""
    region = sources.kept("plant.site.region")
    state = sources.get("owner.tax_rates.state", One, ("region", region, "state_income_tax"))
    rates = {name: tax_rate(sources, name) for name in ("federal", "loss_limit", "interest_limit")}
    return sources.make(inputs.Tax, "finance.tax", state=state, **rates)


def tax_rate(sources: Sources, name: str) -> Traced:
    """A rate of the tax regime that the owner names, or of its region's."""
    region = sources.kept("plant.site.region")
    regime = sources.get("owner.tax", "text", ("region", region, "tax"))
    return sources.get(f"owner.tax_rates.{name}", One, ("tax", regime, name), named_by="owner.tax")
