"""Money: assets, operating cost, tax, debt, cash, returns, unit cost, and what the committed book covers."""

from __future__ import annotations

from computefactory.finance import build, cash, commitment, debt, first_year, opex, returns, statements, tax, unit_cost
from computefactory.finance.tax import VIEWS
from computefactory.ledger import collect

__all__ = ["LINES", "VIEWS"]

LINES = collect(build, opex, tax, debt, cash, returns, unit_cost, commitment, first_year, statements)
