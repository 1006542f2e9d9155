"""Space: racks and areas of the halls, and accelerators per square metre."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.plant.inputs import Hall, Silicon
from computefactory.units import One, SquareMetre

__all__ = ["STEPS", "Layout"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Racks and areas; an area is nan where any hall does not give it."""

    racks: One
    rack_positions: One
    white_space: SquareMetre
    building_area: SquareMetre
    accelerators_per_m2_white_space: float
    accelerators_per_m2_building: float


def layout_record(racks: One, silicon: Silicon, halls: tuple[Hall, ...]) -> Layout:
    """The plan of the site in numbers."""
    white = float(sum(hall.white_space for hall in halls))
    building = float(sum(hall.building_area for hall in halls))
    return Layout(
        racks=racks,
        rack_positions=float(sum(hall.space_racks for hall in halls)),
        white_space=white,
        building_area=building,
        accelerators_per_m2_white_space=silicon.accelerators / white,
        accelerators_per_m2_building=silicon.accelerators / building,
    )


def density_white_space(layout_record: Layout) -> float:
    """Accelerators per m2 of white space; nan where no area is given."""
    return layout_record.accelerators_per_m2_white_space


def density_building(layout_record: Layout) -> float:
    """Accelerators per m2 of building; nan where no area is given."""
    return layout_record.accelerators_per_m2_building


STEPS = (layout_record, density_white_space, density_building)
