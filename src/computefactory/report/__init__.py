"""What people read of a result: money over time (``Table``), and pages of named figures and words (``Page``).

Nothing is calculated here: a page lays out what lines, steps and studies have found, with unit and source. ``TABLES``
names the tables of a factory, ``COMPANY_TABLES`` of a company, :mod:`computefactory.registry` the pages of both.
"""

from __future__ import annotations

from computefactory.report.files import write
from computefactory.report.money import COMPANY_TABLES, PERIODS, TABLES, Row, Table, kept_at_end, table, tables_of
from computefactory.report.pages import Pages

__all__ = [
    "COMPANY_TABLES",
    "PERIODS",
    "TABLES",
    "Pages",
    "Row",
    "Table",
    "kept_at_end",
    "table",
    "tables_of",
    "write",
]
