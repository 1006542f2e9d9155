"""Where a number comes from: the tree from any name, path or formula down to file lines, library rows and the calendar.

What can be asked for, the first that fits:

* a *metric* (a line or step in the unit of its name), a ledger *line* or *given* (its formula), a *step* (the name of
  its function, which can be called again);
* a number of a page that the page works out itself: ``page:section.figure``, ``page:section.column`` with an item;
* a row of the library: ``table/key/field``;
* a path: into the record of a step (``layout_record.racks``), among the inputs (``plant.silicon.rack_power``,
  ``finance.tranches[senior].covenant_dscr``) or of the file (``silicon.total_price``);
* a formula of all these but rows and pages: ``total(power_cost * first_year) / it_load_mw``.

An item picks from every axis that has it: by its own name, or by that of its contract or buyer. A month is a month, a
quarter or a year; the flows of a longer period are added. Leaves are fields with their place, calendar series and
conventions. A node that stands elsewhere in the tree, and another month of a line, are shown and not opened again.
"""

from __future__ import annotations

from computefactory.explanation.node import Node
from computefactory.explanation.opened import STEPS
from computefactory.explanation.tree import Explainer, explain

__all__ = ["STEPS", "Explainer", "Node", "explain"]
