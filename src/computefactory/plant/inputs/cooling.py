"""How heat leaves the racks: architectures and chillers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Doc, FromRow, Stated
from computefactory.units import Celsius, Kelvin, Kw, LitrePerKw, LitrePerKwh, One, Pascal

OF_ARCHITECTURE = FromRow("cooling", "=architecture")
OF_AIR_CLASS = FromRow("air_class", "=air_class")
OF_FAN_RATING = FromRow("fan_rating", "=fan_rating")


@dataclass(frozen=True, slots=True)
class Chiller:
    """A machine's published regression (``Chiller:Electric:EIR``): its curves, and the temperatures they hold for."""

    name: Annotated[str, Doc("The machine.")]
    cop: Annotated[One, Doc("COP at the reference point."), FromRow("chiller", "=name", "cop_nominal")]
    capacity_curve: Annotated[
        tuple[float, ...],
        Doc("Of leaving chilled and entering condenser water: six coefficients."),
        FromRow("chiller", "=name", "cap_f_t", "coefficients"),
    ]
    energy_curve: Annotated[
        tuple[float, ...],
        Doc("Energy-input ratio over its reference, the same six."),
        FromRow("chiller", "=name", "eir_f_t", "coefficients"),
    ]
    part_load_curve: Annotated[
        tuple[float, ...],
        Doc("Of the part load: three coefficients."),
        FromRow("chiller", "=name", "eir_f_plr", "coefficients"),
    ]
    part_load_min: Annotated[One, Doc("Least part load."), FromRow("chiller", "=name", "part_load_min")]
    evaporator_min: Annotated[
        Celsius, Doc("Lowest leaving chilled water."), FromRow("chiller", "=name", "evap_leaving_min")
    ]
    evaporator_max: Annotated[
        Celsius, Doc("Highest leaving chilled water."), FromRow("chiller", "=name", "evap_leaving_max")
    ]
    condenser_min: Annotated[
        Celsius, Doc("Lowest entering condenser water."), FromRow("chiller", "=name", "cond_entering_min")
    ]
    condenser_max: Annotated[
        Celsius, Doc("Highest entering condenser water."), FromRow("chiller", "=name", "cond_entering_max")
    ]


@dataclass(frozen=True, slots=True)
class Cooling:
    """One cooling architecture with its parameters (library rows ``cooling/<architecture>/<field>``)."""

    architecture: Annotated[str, Doc("How heat leaves the racks."), Stated()]
    rack_limit: Annotated[
        Kw,
        Doc("Densest rack that the architecture can hold."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    liquid_supply: Annotated[
        Celsius,
        Doc("Secondary (technology) supply to the cold plates."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    air_supply: Annotated[
        Celsius,
        Doc("Supply air to the rack for the air share."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    chilled_water: Annotated[
        Celsius,
        Doc("Leaving water of the air-side chiller; in a coil of refrigerant (dx) what evaporates there."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    dry_cooler_approach: Annotated[Kelvin, Doc("Water above the dry bulb."), Stated(), OF_ARCHITECTURE]
    cdu_approach: Annotated[Kelvin, Doc("Secondary above primary water."), Stated(), OF_ARCHITECTURE]
    coil_approach: Annotated[Kelvin, Doc("Air above water."), Stated(), OF_ARCHITECTURE]
    tower_approach: Annotated[Kelvin, Doc("Water above the wet bulb."), Stated(), OF_ARCHITECTURE]
    condenser_rise: Annotated[
        Kelvin,
        Doc("Condenser water, entering to leaving; air-cooled: condensing side above the dry bulb."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    water_rise: Annotated[
        Kelvin,
        Doc("Facility and chilled water, supply to return."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    carnot_fraction: Annotated[One, Doc("COP over that of Carnot."), Stated(), OF_ARCHITECTURE]
    cop_max: Annotated[One, Doc("Highest COP."), Stated(), OF_ARCHITECTURE]
    water_cooled: Annotated[
        One,
        Doc("1: condenser on towers, 0: air-cooled (dry)."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    fan_pressure: Annotated[Pascal, Doc("Pressure of the room fans."), Stated(), OF_ARCHITECTURE]
    fan_efficiency: Annotated[One, Doc("Efficiency of the room fans."), Stated(), OF_ARCHITECTURE]
    density_exponent: Annotated[
        One,
        Doc("Fan power goes with one over the density of air to this, by what the rating means."),
        Stated(),
        OF_FAN_RATING,
    ]
    air_rise: Annotated[Kelvin, Doc("Air through the racks."), Stated(), OF_ARCHITECTURE]
    sensible_heat_ratio: Annotated[
        One,
        Doc("Sensible share of the heat that closed coils take; what condenses on them is given back to the air."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    humidifier_power: Annotated[
        One,
        Doc("Power of the humidifiers per heat of the water that they give: steam about 1.1, sprays next to nothing."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    heat_rejection_fan: Annotated[
        One,
        Doc("Power of dry cooler or tower fans per heat at full flow."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    pump_power: Annotated[
        One,
        Doc("Pump power per heat in liquid at design flow."),
        Stated("pump_pressure", "pump_power", ("pump_efficiency", "water_rise")),
        Stated(),
        OF_ARCHITECTURE,
    ]
    cycles_of_concentration: Annotated[
        One,
        Doc("Minerals in the tower's water over those in make-up."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    drift: Annotated[LitrePerKwh, Doc("Per kWh of heat rejected on a tower."), Stated(), OF_ARCHITECTURE]
    lighting: Annotated[One, Doc("Lighting and other, kW per design IT kW."), Stated(), OF_ARCHITECTURE]
    exchanger_approach: Annotated[
        Kelvin,
        Doc("Plate exchanger of a tower economiser: chilled over tower water."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    adiabatic_approach: Annotated[
        Kelvin,
        Doc("Wetted or sprayed air above its wet bulb."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    rejection_air_rise: Annotated[
        Kelvin,
        Doc("Air through a dry cooler at the design heat."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    dew_low: Annotated[Celsius, Doc("Lowest dew point of supply air."), Stated(), OF_AIR_CLASS]
    dew_high: Annotated[Celsius, Doc("Highest dew point of supply air."), Stated(), OF_AIR_CLASS]
    humidity_low: Annotated[One, Doc("Lowest relative humidity of supply air."), Stated(), OF_AIR_CLASS]
    humidity_high: Annotated[
        One,
        Doc("Highest relative humidity of supply air."),
        Stated(),
        OF_AIR_CLASS,
    ]
    immersion_capture: Annotated[
        One,
        Doc("Share of the heat of immersed racks that the tank takes."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    chiller_modules: Annotated[
        One,
        Doc("Machines that share the load, where a regression is given."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    water_volume: Annotated[
        LitrePerKw,
        Doc("Water in the loop to the racks, per kW of design IT."),
        Stated(),
        OF_ARCHITECTURE,
    ]
    chiller: Annotated[
        Chiller | None,
        Doc("A machine's curves."),
        Absent(None, "no machine's curves are named: the Carnot fraction is used"),
    ]
