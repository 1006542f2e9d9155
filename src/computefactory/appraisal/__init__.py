"""What a factory qualifies for and what it is worth: result, specification and library made into answers."""

from __future__ import annotations

from computefactory.appraisal.qualifying import Qualification, qualification_of, qualify
from computefactory.appraisal.valuing import Valuation, value, value_of

__all__ = ["Qualification", "Valuation", "qualification_of", "qualify", "value", "value_of"]
