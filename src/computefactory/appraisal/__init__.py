"""What a factory qualifies for: a result, a specification and the library gathered into an answer."""

from __future__ import annotations

from computefactory.appraisal.definition import definition
from computefactory.appraisal.qualifying import Qualification, qualification_of, qualify

__all__ = ["Qualification", "definition", "qualification_of", "qualify"]
