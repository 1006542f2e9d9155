"""What people read of a result: money over time (``Table``), and pages of named figures and words (``Page``).

Nothing is calculated here: a page lays out what lines, steps and studies have found, with unit and source. ``TABLES``
names the tables, :data:`computefactory.registry.PAGES` the pages.
"""

from __future__ import annotations

from computefactory.report.files import write
from computefactory.report.money import PERIODS, TABLES, Row, Table, kept_at_end, table
from computefactory.report.pages import Pages

__all__ = ["PERIODS", "TABLES", "Pages", "Row", "Table", "kept_at_end", "table", "write"]
