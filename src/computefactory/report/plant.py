"""The page ``plant``: what the physics of a factory comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.report import adequacy, plant_cooling, plant_layout
from computefactory.report.sheet import Sheet

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["sheet"]

PARTS = (plant_layout.sections, adequacy.sections, plant_cooling.sections, plant_layout.limits)


def sheet(result: Result) -> Sheet:
    """Sections of every part of the plant, in the order of reading."""
    return Sheet("plant", result.factory.name, tuple(section for part in PARTS for section in part(result)))
