"""Derived inputs: every number that is neither stated nor looked up is made by a function here.

A function's name stands in the origin of its result and its arguments are the origins below it, so ``explain`` can
call it again. Money, rates and counts may be arrays of shape (scenario,); months and shares of phases are plain.
One namespace, a module a subject: a name is used once.
"""

from __future__ import annotations

from computefactory.schema.derive.choices import *
from computefactory.schema.derive.company import *
from computefactory.schema.derive.dates import *
from computefactory.schema.derive.debt import *
from computefactory.schema.derive.finance import *
from computefactory.schema.derive.offtake import *
from computefactory.schema.derive.plant import *
from computefactory.schema.derive.supply import *
from computefactory.schema.derive.tax import *
from computefactory.schema.derive.valuation import *
