"""Space: racks and areas of the halls, and accelerators per square metre."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.plant.inputs import Hall, Silicon
from computefactory.units import KgPerM2, Kw, One, SquareMetre

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
    it_kw_per_m2_white_space: float
    floor_load: KgPerM2  # under the racks and half of the aisles
    white_space_load: KgPerM2  # of all racks over the white space


def layout_record(racks: One, it_design_load: Kw, silicon: Silicon, halls: tuple[Hall, ...]) -> Layout:
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
        it_kw_per_m2_white_space=it_design_load / white,
        floor_load=silicon.rack_mass / silicon.rack_area,
        white_space_load=racks * silicon.rack_mass / white,
    )


def density_white_space(layout_record: Layout) -> float:
    """Accelerators per m2 of white space; nan where no area is given."""
    return layout_record.accelerators_per_m2_white_space


def density_building(layout_record: Layout) -> float:
    """Accelerators per m2 of building; nan where no area is given."""
    return layout_record.accelerators_per_m2_building


STEPS = (layout_record, density_white_space, density_building)
