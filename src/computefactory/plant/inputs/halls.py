"""The halls that the silicon stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Derived, Doc, Stated
from computefactory.units import KgPerM2, Kw, One, SquareMetre

NOT_STATED = Absent(float("nan"), "not stated in the file")


@dataclass(frozen=True, slots=True)
class Hall:
    """A data hall: what it can power, cool and carry, and the cooling built into it."""

    name: Annotated[str, Doc("Its name in the file.")]
    architecture: Annotated[str, Doc("direct_to_chip_chiller_trim, air_chiller ...")]
    liquid_from: Annotated[
        str, Doc("construction, retrofit, none."), Absent("none", "the architecture brings no liquid to the rack")
    ]
    it_capacity: Annotated[Kw, Doc("IT that it can power and cool."), Stated()]
    rack_limit: Annotated[Kw, Doc("Most for one rack."), Stated()]
    racks: Annotated[One, Doc("Racks installed."), Derived("racks", ("installed", "accelerators_per_rack"))]
    rack_power: Annotated[Kw, Doc("Design power of the racks installed here.")]
    space_racks: Annotated[One, Doc("Rack positions."), Stated(), NOT_STATED]
    white_space: Annotated[SquareMetre, Doc("White space."), Stated(), NOT_STATED]
    building_area: Annotated[
        SquareMetre,
        Doc("Area of the building."),
        Stated(),
        NOT_STATED,
    ]
    floor_rating: Annotated[
        KgPerM2,
        Doc("Uniform load that the floor bears."),
        Stated(),
        NOT_STATED,
    ]
    generation: Annotated[
        One,
        Doc("Place of its generation of silicon, 0 or 1."),
        Absent(0.0, "there is one generation"),
    ] = 0.0
