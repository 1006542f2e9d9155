"""Money: assets, operating cost, tax, debt, cash, returns, unit cost, and what the committed book covers.

``LINES`` is the factory's own chain. Beside it stand projects without a plant (``Project``, ``underwrite`` …) and the
rates of return under the names the field uses (``irr``, ``npv`` …).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from computefactory.finance import (
    assets,
    by_phase,
    collateral,
    commitment,
    covenants,
    debt_draws,
    debt_schedule,
    debt_sizing,
    default,
    depreciation,
    first_year,
    lease_accounting,
    leaseback,
    long_prepayments,
    reserves,
    returns,
    revenue_and_costs,
    sizing_case,
    statements,
    tax,
    unit_cost,
    waterfall,
    working_capital,
)
from computefactory.finance.inputs import GIVENS
from computefactory.ledger import collect

if TYPE_CHECKING:
    from computefactory.finance.project import Underwriting, price_for, underwrite, underwrite_many
    from computefactory.finance.project_inputs import Asset, Conventions, Debt, Flow, Project, Replacement, Tax
    from computefactory.finance.rates import (
        Rate,
        irr,
        level_payment,
        mirr,
        moic,
        nominal_rate,
        npv,
        payback,
        rate_of_return,
        xirr,
        xnpv,
    )
    from computefactory.finance.schedules import macrs, straight_line, with_bonus

__all__ = [
    "LINES",
    "Asset",
    "Conventions",
    "Debt",
    "Flow",
    "Project",
    "Rate",
    "Replacement",
    "Tax",
    "Underwriting",
    "irr",
    "level_payment",
    "macrs",
    "mirr",
    "moic",
    "nominal_rate",
    "npv",
    "payback",
    "price_for",
    "rate_of_return",
    "straight_line",
    "underwrite",
    "underwrite_many",
    "with_bonus",
    "xirr",
    "xnpv",
]

LINES = [
    *GIVENS,
    *collect(
        assets,
        by_phase,
        leaseback,
        depreciation,
        revenue_and_costs,
        tax,
        debt_schedule,
        sizing_case,
        collateral,
        debt_sizing,
        debt_draws,
        reserves,
        covenants,
        working_capital,
        waterfall,
        default,
        returns,
        unit_cost,
        commitment,
        first_year,
        lease_accounting,
        long_prepayments,
        statements,
    ),
]

_EXPORTS = {
    "project": ("Underwriting", "price_for", "underwrite", "underwrite_many"),
    "project_inputs": ("Asset", "Conventions", "Debt", "Flow", "Project", "Replacement", "Tax"),
    "rates": (
        "Rate",
        "irr",
        "level_payment",
        "mirr",
        "moic",
        "nominal_rate",
        "npv",
        "payback",
        "rate_of_return",
        "xirr",
        "xnpv",
    ),
    "schedules": ("macrs", "straight_line", "with_bonus"),
}
_HOMES = {name: module for module, names in _EXPORTS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what projects and rates need when it is asked for: underwriting a factory does without."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"computefactory.finance.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'computefactory.finance' has no attribute {name!r}")
