"""The page ``plant``: what the physics of a factory comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.page import Page
from computefactory.registry import page
from computefactory.report import adequacy, plant_cooling, plant_layout

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["plant"]

PARTS = (plant_layout.sections, adequacy.sections, plant_cooling.sections, plant_layout.limits)


@page("plant")
def plant(result: Result) -> Page:
    """Sections of every part of the plant, in the order of reading."""
    return Page("plant", result.factory.name, tuple(section for part in PARTS for section in part(result)))
