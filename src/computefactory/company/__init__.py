"""A company as blocks of capacity with a book, debt, leases and shares: its records, and the lines of its ledger."""

from __future__ import annotations

from computefactory.company import financing, forecast, worth, worth_inputs
from computefactory.company.inputs import GIVENS
from computefactory.finance.assets import years
from computefactory.finance.returns import elapsed_years
from computefactory.finance.tax import year_start
from computefactory.ledger import collect
from computefactory.plant.tariff import month, months
from computefactory.valuation import shares

__all__ = ["LINES", "VALUE_LINES"]

LINES = (*GIVENS, month, months, years, elapsed_years, year_start, *collect(forecast, financing))
VALUE_LINES = (*worth_inputs.GIVENS, *collect(worth, shares))  # they stand over the lines of what is sold
