"""Space: racks and areas of the halls, and accelerators per square metre."""

from __future__ import annotations

from dataclasses import dataclass

from computefactory.plant.inputs import Cluster, Hall, Silicon, silicon_of
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


def layout_record(
    racks: One,
    generation_racks: tuple[One, ...],
    it_design_load: Kw,
    silicon: Silicon,
    generations: tuple[Cluster, ...],
    halls: tuple[Hall, ...],
) -> Layout:
    """The plan of the site in numbers; the floor load is that of the heaviest racks."""
    every = silicon_of(silicon, generations)
    accelerators = sum(each.accelerators for each in every)
    mass = sum(count * each.rack_mass for count, each in zip(generation_racks, every, strict=True))
    white = float(sum(hall.white_space for hall in halls))
    building = float(sum(hall.building_area for hall in halls))
    return Layout(
        racks=racks,
        rack_positions=float(sum(hall.space_racks for hall in halls)),
        white_space=white,
        building_area=building,
        accelerators_per_m2_white_space=accelerators / white,
        accelerators_per_m2_building=accelerators / building,
        it_kw_per_m2_white_space=it_design_load / white,
        floor_load=max(each.rack_mass / each.rack_area for each in every),
        white_space_load=mass / white,
    )


def density_white_space(layout_record: Layout) -> float:
    """Accelerators per m2 of white space; nan where no area is given."""
    return layout_record.accelerators_per_m2_white_space


def density_building(layout_record: Layout) -> float:
    """Accelerators per m2 of building; nan where no area is given."""
    return layout_record.accelerators_per_m2_building


STEPS = (layout_record, density_white_space, density_building)
