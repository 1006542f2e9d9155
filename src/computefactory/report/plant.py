"""The page ``plant``: what the physics of a factory comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from computefactory.page import Page
from computefactory.registry import itself, page
from computefactory.report import adequacy as enough
from computefactory.report import plant_cooling, plant_layout
from computefactory.studies.relief import ReliefStudy, relief
from computefactory.studies.training import Adequacy, adequacy

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["plant"]


@page("plant", itself, adequacy, relief)
def plant(result: Result, fabric: Adequacy | None, relieved: ReliefStudy | None) -> Page:
    """Sections of every part of the plant, in the order of reading."""
    sections = (
        *plant_layout.sections(result),
        *enough.sections(fabric),
        *plant_cooling.sections(result),
        *plant_layout.limits(result, relieved),
    )
    return Page("plant", result.factory.name, sections)
