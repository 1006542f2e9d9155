"""What brings power to the site: the connection, a plain tariff, and what happens where supply falls short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Called, Doc, FromRow, Like, Needs, Stated
from computefactory.units import Kilovolt, Kw, One, UsdPerKwh, UsdPerKwMonth, UsdPerMonth

SUPPLY = FromRow("supply", "default")


@dataclass(frozen=True, slots=True)
class Interconnection:
    """The connection to the grid."""

    capacity: Annotated[Kw, Doc("Capacity of the connection."), Stated()]
    reserved: Annotated[
        Kw, Doc("Grid power reserved for this factory."), Called("reserved_power"), Stated(), Like("capacity")
    ]
    firm: Annotated[Kw, Doc("N-1 transformer capacity."), Stated(), Like("capacity")]
    level: Annotated[Kilovolt, Doc("Voltage.")]
    status: Annotated[str, Doc("queued, study, agreement, construction, energised."), Stated()]
    dedicated_substation: Annotated[
        One,
        Doc("1: it has a substation of its own."),
        Stated(read="flag"),
        Absent(0.0, "no substation of its own is stated"),
    ]
    real: Annotated[
        Kw,
        Doc("Power factor times apparent power, where the connection is in MVA."),
        Stated("apparent", "real_power", ("power_factor",)),
        Absent(float("inf"), "no apparent power is stated"),
    ] = float("inf")


@dataclass(frozen=True, slots=True)
class Supply:
    """A grid tariff: energy, monthly demand, minimum take, fixed."""

    energy: Annotated[UsdPerKwh, Doc("Energy charge."), Called("energy_price"), Stated()]
    demand: Annotated[
        UsdPerKwMonth,
        Doc("Charge on the monthly peak."),
        Called("demand_price"),
        Stated(),
        SUPPLY,
    ]
    fixed: Annotated[UsdPerMonth, Doc("Fixed monthly charge."), Called("fixed_charge"), Stated(), SUPPLY]
    minimum_take: Annotated[
        One,
        Doc("Minimum take, share of its base."),
        Called("minimum_take"),
        Stated("minimum_take.share"),
        Needs(("demand", "minimum_take_on_energy"), "it needs demand beside it, or applies_to: energy"),
        SUPPLY,
    ]
    minimum_take_of_reserved: Annotated[
        One,
        Doc("1: the minimum is a share of reserved power, 0: of energised power."),
        Called("take_of_reserved"),
        Stated("minimum_take.of", "of_reserved"),
        Absent(0.0, "a minimum is a share of energised power"),
    ]
    minimum_take_on_energy: Annotated[
        One,
        Doc("1: the minimum take binds energy too, 0: demand only."),
        Called("take_on_energy"),
        Stated("minimum_take.applies_to", "on_energy"),
        Absent(0.0, "a minimum binds demand only"),
    ]


@dataclass(frozen=True, slots=True)
class Shortage:
    """What happens where supply does not reach: refused, or shed at the worth of lost production."""

    allowed: Annotated[
        One,
        Doc("1: load may be shed in any hour; 0: only where the utility may interrupt."),
        Stated(read="flag"),
        Absent(0.0, "load is shed only where the utility may interrupt"),
    ]
    lost_load: Annotated[UsdPerKwh, Doc("Worth of a kWh that is not served."), Stated(), SUPPLY]
