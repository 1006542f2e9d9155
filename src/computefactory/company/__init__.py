"""A company as blocks of capacity with a book, debt, leases and shares: its records, and the lines of its ledger."""

from __future__ import annotations

from computefactory.company import financing, forecast
from computefactory.company.inputs import GIVENS
from computefactory.finance.assets import years
from computefactory.finance.returns import elapsed_years
from computefactory.finance.tax import year_start
from computefactory.ledger import collect
from computefactory.plant.tariff import month, months

__all__ = ["LINES"]

LINES = (*GIVENS, month, months, years, elapsed_years, year_start, *collect(forecast, financing))
