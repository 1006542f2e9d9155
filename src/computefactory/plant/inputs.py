"""What the plant chapter needs to know of a factory: frozen records in canonical units.

Filled by ``schema.resolve`` from the factory file and the reference library; every field keeps its origin there.
Numbers may be floats or arrays of shape (scenario,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from computefactory.ledger.fields import givens_of
from computefactory.plant import air
from computefactory.plant.sources import Source
from computefactory.records import UNREAD, Absent, Called, Derived, Doc, FromRow, Like, Needs, Stated
from computefactory.units import (
    Celsius,
    Count,
    Degree,
    Gbps,
    Gigabit,
    Hour,
    Kelvin,
    KgPerM2,
    Kilogram,
    Kilovolt,
    Kw,
    KwPerAccelerator,
    LitrePerKw,
    LitrePerKwh,
    Metre,
    Month,
    One,
    Pascal,
    PerHour,
    PerYear,
    SquareMetre,
    Tflops,
    TokenPerSecond,
    Usd,
    UsdPerKw,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerMonth,
)

Normals = tuple[float, ...]  # twelve monthly values, January first
OF_SYSTEM = FromRow("system", "=system")
OF_ARCHITECTURE = FromRow("cooling", "=architecture")
OF_AIR_CLASS = FromRow("air_class", "=air_class")
OF_FAN_RATING = FromRow("fan_rating", "=fan_rating")
OF_CHAIN = FromRow("electrical", "=redundancy")
OF_NETWORK = FromRow("network", "default")
OF_SWITCH = FromRow("network", "=switch")
RELIABILITY = FromRow("reliability", "default")
PRODUCTION = FromRow("production", "default")
WEATHER = FromRow("weather", "default")
OF_PLACE = FromRow("place", "=place")
SUPPLY = FromRow("supply", "default")
IN_COPPER = Needs(("copper_share",), "no link is copper: copper_share is 0")
FIRST = "silicon"  # the name of the generation that the file's chapter ``silicon`` describes
NOT_STATED = Absent(float("nan"), "not stated in the file")


class HourlyYear:
    """8,760 hours of outdoor air from a weather file, January first; one value, never a column of scenarios."""

    __slots__ = (
        "digest",
        "dropped",
        "drybulb",
        "elevation",
        "extreme",
        "filled",
        "latitude",
        "longitude",
        "name",
        "notes",
        "pressure",
        "vapour",
        "zone",
    )

    def __init__(
        self,
        drybulb: NDArray[np.float64],
        vapour: NDArray[np.float64],
        pressure: NDArray[np.float64] | None,
        *,
        name: str = "",
        latitude: Degree | None = None,
        longitude: Degree | None = None,
        elevation: Metre | None = None,
        extreme: Celsius | None = None,
        filled: int = 0,
        dropped: int = 0,
        notes: tuple[str, ...] = (),
        zone: float | None = None,
        digest: str = "",
    ) -> None:
        self.drybulb = drybulb  # degC
        self.vapour = vapour  # Pa, of water in the air
        self.pressure = pressure  # Pa, of the station by the hour; None: that of the elevation
        self.name = name
        self.latitude, self.longitude, self.elevation = latitude, longitude, elevation
        self.extreme = extreme  # 20-year extreme dry bulb that the file states
        self.filled = filled  # hours bridged by straight lines
        self.dropped = dropped  # hours of 29 February
        self.notes = notes  # of how it was read
        self.zone = zone  # hours that its clock is ahead of UTC
        self.digest = digest

    @property
    def relative_humidity(self) -> NDArray[np.float64]:
        """Share 0-1 (ASHRAE Fundamentals 2017, chapter 1, eq. 22)."""
        return np.asarray(self.vapour / air.saturation_pressure(self.drybulb))

    def __str__(self) -> str:
        return f"{len(self.drybulb):,} hours of {self.name} ({self.digest})"


NEVER = 12_000.0  # months: later than anything
OWNED = "the factory owns its building"


@dataclass(frozen=True, slots=True)
class Site:
    """The place: monthly climate normals (twelve values, January first) and design conditions."""

    place: Annotated[str, Doc("Name of the place."), Stated()]
    country: Annotated[str, Doc("Country."), Stated(), OF_PLACE]
    region: Annotated[str, Doc("Grid and price region, e.g. US-TX."), Stated(), OF_PLACE]
    latitude: Annotated[Degree, Doc("Latitude."), OF_PLACE]
    elevation: Annotated[Metre, Doc("Height above the sea."), OF_PLACE]
    drybulb_mean: Annotated[Normals, Doc("Mean dry bulb by month, degC.")]
    drybulb_max: Annotated[Normals, Doc("Mean daily maximum by month, degC.")]
    drybulb_min: Annotated[Normals, Doc("Mean daily minimum by month, degC.")]
    relative_humidity: Annotated[Normals, Doc("Mean relative humidity by month, share.")]
    extreme_margin: Annotated[
        Kelvin, Doc("20-year extreme dry bulb above the hottest hour of the typical year."), Stated()
    ]
    anomaly_floor: Annotated[
        Kelvin,
        Doc("Standard deviation of daily mean temperature about the season, at least."),
        Stated(),
        WEATHER,
    ]
    anomaly_range: Annotated[
        One,
        Doc("Plus this per K of the annual range of monthly means."),
        Stated(),
        WEATHER,
    ]
    anomaly_season: Annotated[
        One,
        Doc("Plus this per K that a month is colder than the hottest month."),
        Stated(),
        WEATHER,
    ]
    persistence: Annotated[
        One,
        Doc("Correlation of a day's anomaly with that of the day before."),
        Stated(),
        WEATHER,
    ]
    dew_limit: Annotated[
        Celsius,
        Doc("Dew point above which hours are counted: the recommended limit of supply air."),
        FromRow("specification", "supply_air", "dew_point_at_most"),
    ]
    hours: Annotated[
        HourlyYear | None,
        Doc("A weather file instead of normals."),
        Absent(None, "no weather file: the year is made from monthly normals"),
    ]


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


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the site with dates of its own: it lives from acceptance to its own end; months from month 0."""

    name: Annotated[str, Doc("Its name, or YYYY-MM of its milestone.")]
    power: Annotated[Kw, Doc("Power at the meter that the phase adds.")]
    share: Annotated[One, Doc("Its share of the building.")]
    silicon: Annotated[One, Doc("Its share of the accelerators of its generation.")]
    outlay: Annotated[One, Doc("Its share of the price of its generation.")]
    energised: Annotated[Month, Doc("Month from which its power is there.")]
    delivered: Annotated[Month, UNREAD, Doc("Month in which its silicon is delivered.")]
    accepted: Annotated[Month, Doc("Month from which it works: accelerator-hours and power start.")]
    rent_from: Annotated[Month, Doc("First month of rent for its share of a leased building."), Absent(NEVER, OWNED)]
    rent_agreed_until: Annotated[
        Month, Doc("Month after the lease's tenor."), Absent(NEVER, "leased as long as the plant runs, or owned")
    ]
    rent_until: Annotated[Month, Doc("Month after the lease, its extension with it."), Like("rent_agreed_until")]
    generation: Annotated[
        One, Doc("Place of its generation of silicon, 0 or 1."), Absent(0.0, "there is one generation")
    ] = 0.0


@dataclass(frozen=True, slots=True)
class Silicon:
    """Accelerator systems as racked."""

    system: Annotated[str, Doc("The system as racked."), Stated()]
    accelerators: Annotated[Count, Doc("Accelerators installed."), Stated()]
    available: Annotated[
        Count,
        Doc("What the vendor can deliver."),
        Stated(),
        Absent(float("nan"), "no limit of the vendor is stated"),
    ]
    spares: Annotated[
        Count,
        Doc("Accelerators that stand in for others."),
        Stated("spares_in_rack", "spares_of_racks", ("accelerators", "accelerators_per_rack")),
        Stated(),
        FromRow("silicon", "default"),
    ]
    spares_in_rack: Annotated[
        Count,
        Doc("Spares of each rack, standing in for that rack only."),
        Stated(),
        Absent(0.0, "spares serve the whole site"),
    ]
    accelerators_per_node: Annotated[
        Count,
        Doc("The unit that fails together in the failure statistics."),
        Stated(),
        OF_SYSTEM,
    ]
    accelerators_per_rack: Annotated[Count, Doc("Accelerators of a rack."), Stated(), OF_SYSTEM]
    rack_power: Annotated[Kw, Doc("Design power of a rack."), Stated(), OF_SYSTEM]
    rack_mass: Annotated[Kilogram, Doc("Mass of a rack."), Stated(), OF_SYSTEM]
    rack_area: Annotated[
        SquareMetre,
        Doc("Floor that bears a rack: its own and half of the aisles."),
        Stated(),
        FromRow("layout", "default"),
    ]
    utilisation: Annotated[
        One,
        Doc("Mean IT draw / design draw."),
        Called("draw_share"),
        Stated(),
        OF_SYSTEM,
    ]
    liquid_fraction: Annotated[One, Doc("Share of rack heat into liquid."), Stated(), OF_SYSTEM]
    support_power: Annotated[
        KwPerAccelerator,
        Doc("Design power of storage, management and head nodes, per accelerator."),
        Stated(),
        OF_SYSTEM,
    ]
    noncompute_share: Annotated[
        One,
        Doc("Share of IT power in server fans and PSU losses (TUE)."),
        Stated(),
        OF_SYSTEM,
    ]
    coolant_limit: Annotated[
        Celsius,
        Doc("Highest supply temperature the silicon accepts (liquid)."),
        Stated(),
        OF_SYSTEM,
    ]
    inlet_limit: Annotated[Celsius, Doc("Highest inlet air temperature."), Stated(), OF_SYSTEM]
    scale_up_domain: Annotated[Count, Doc("Accelerators of a scale-up domain."), Stated(), OF_SYSTEM]
    scale_up_bandwidth: Annotated[
        Gbps,
        Doc("Of an accelerator inside its domain, both ways together."),
        Stated(),
        OF_SYSTEM,
    ]
    bf16_dense: Annotated[Tflops, Doc("Dense BF16 rate of an accelerator."), Stated(), OF_SYSTEM]
    nic_rate: Annotated[Gbps, Doc("Scale-out bandwidth per accelerator."), Stated(), OF_SYSTEM]
    mfu: Annotated[One, Doc("Model FLOP utilisation in training."), Stated(), OF_SYSTEM]


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


@dataclass(frozen=True, slots=True)
class Electrical:
    """The chain external to the IT equipment (ISO/IEC 30134-2)."""

    transformer: Annotated[One, Doc("Efficiency of the transformer."), Stated(), OF_CHAIN]
    ups: Annotated[One, Doc("Efficiency of the UPS at and above half load."), Stated(), OF_CHAIN]
    ups_no_load: Annotated[
        One,
        Doc("Loss of the UPS at no load, share of its rating."),
        Stated(),
        OF_CHAIN,
    ]
    distribution: Annotated[One, Doc("Efficiency of the distribution."), Stated(), OF_CHAIN]
    power_factor: Annotated[One, Doc("Power factor."), Stated(), OF_CHAIN]
    redundancy_modules: Annotated[
        One,
        Doc("UPS rating / design IT (2 for 2N): part load of each module is load / this."),
        Stated(),
        OF_CHAIN,
    ]
    transformer_no_load: Annotated[
        One,
        Doc("Share of the loss at design load that is there at no load; nan: one efficiency at all loads."),
        Stated(),
        OF_CHAIN,
    ] = float("nan")
    provisioning: Annotated[
        One,
        Doc("Rack power that is provided for / design rack power."),
        Stated(),
        OF_CHAIN,
    ] = 1.0


@dataclass(frozen=True, slots=True)
class Network:
    """Scale-out fabric: a fat tree of one switch model; and the scale-up network inside a domain."""

    fabric: Annotated[str, Doc("fat_tree, rail_optimised, rail_leaves."), Stated(), OF_NETWORK]
    oversubscription: Annotated[One, Doc("Of the leaves."), Stated(), OF_NETWORK]
    core_oversubscription: Annotated[One, Doc("Between pods."), Stated(), OF_NETWORK]
    pod: Annotated[
        Count,
        Doc("Accelerators below one set of spines."),
        Stated(),
        Absent(float("nan"), "as many below one set of spines as the switch allows"),
    ]
    rails: Annotated[One, Doc("Rails of a node."), Absent(1.0, "a fat tree has one rail")]
    switch: Annotated[str, Doc("Switch model."), Stated(), OF_SYSTEM]
    switch_radix: Annotated[One, Doc("Ports at the port rate."), Stated(), OF_SWITCH]
    port_rate: Annotated[Gbps, Doc("Rate of a port."), Stated(), OF_SWITCH]
    switch_power: Annotated[Kw, Doc("Of a switch without optics."), Stated(), OF_SWITCH]
    transceiver_power: Annotated[Kw, Doc("Of a module at the port rate."), Stated(), OF_SWITCH]
    switch_price: Annotated[Usd, Doc("Price of a switch."), Stated(), OF_SWITCH]
    transceiver_price: Annotated[Usd, Doc("Price of a module."), Stated(), OF_SWITCH]
    fibre_price: Annotated[Usd, Doc("Price of an optical cable."), Stated(), OF_NETWORK]
    copper_price: Annotated[Usd, Doc("Price of a copper cable with its ends."), Stated(), IN_COPPER, OF_NETWORK]
    copper_share: Annotated[One, Doc("Of the links to accelerators."), Stated(), OF_NETWORK]
    nic_price: Annotated[Usd, Doc("Price of a NIC."), Stated(), OF_SWITCH]
    included: Annotated[
        One,
        Doc("1: the silicon price includes the fabric (sized, not costed again)."),
        Absent(0.0, "the price of the silicon pays for no fabric"),
    ]
    scale_up_module_rate: Annotated[
        Gbps,
        Doc("Of the optics that would carry the scale-up network, each way."),
        FromRow("scale_up", "default", "module_rate"),
    ]
    scale_up_module_power: Annotated[Kw, Doc("Of such a module."), FromRow("scale_up", "default", "module_power")]
    scale_up_module_price: Annotated[Usd, Doc("Of such a module."), FromRow("scale_up", "default", "module_price")]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Failure and repair; the training job."""

    failures: Annotated[
        PerHour,
        Doc("Failures of a node."),
        Stated(),
        Derived("failures_of_node", ("known_failures", "accelerators_per_node", "known_node")),
    ]
    repair: Annotated[Hour, Doc("Mean time to repair a node."), Stated(), RELIABILITY]
    facility: Annotated[One, Doc("Availability of the building."), Stated(), RELIABILITY]
    fabric: Annotated[One, Doc("Availability of the fabric."), Stated(), RELIABILITY]
    planned: Annotated[One, Doc("Share of time in planned maintenance."), Stated(), RELIABILITY]
    least_believed: Annotated[One, Doc("Availability below which a site is broken rather than run."), RELIABILITY]
    job: Annotated[Count, Doc("Accelerators in the reference job."), Stated("job.accelerators"), RELIABILITY]
    shrinks: Annotated[
        One,
        Doc("1: the job runs on with the nodes that are up; 0: it waits for all that it needs."),
        Stated("job.shrinks", "is_true"),
        Absent(1.0, "jobs shrink to the nodes that are up"),
    ]
    interval: Annotated[
        Hour,
        Doc("Work between checkpoints."),
        Stated("job.interval"),
        Absent(float("nan"), "the interval that loses least"),
    ]
    checkpoint_write: Annotated[Hour, Doc("Time to write a checkpoint."), Stated("job.write"), RELIABILITY]
    restart: Annotated[Hour, Doc("Time to restart."), Stated("job.restart"), RELIABILITY]
    detect: Annotated[Hour, Doc("Detection and swap."), Stated("job.detect"), RELIABILITY]


@dataclass(frozen=True, slots=True)
class Production:
    """The model that runs and how it is served."""

    parameters: Annotated[One, Doc("Parameters of the model."), Stated("model.parameters")]
    active: Annotated[One, Doc("Parameters used for a token."), Stated("model.active"), Like("parameters")]
    bytes_per_parameter: Annotated[One, Doc("Bytes of a parameter."), Stated("model.bytes_per_parameter"), PRODUCTION]
    kv_bytes_per_token: Annotated[
        One, Doc("Bytes of the cache per token."), Stated("model.kv_bytes_per_token"), PRODUCTION
    ]
    context: Annotated[
        One,
        Doc("Tokens in the cache of a request, on average."),
        Stated("model.context"),
        Derived("mean_context", ("input_tokens", "output_tokens")),
    ]
    training_share: Annotated[
        One,
        Doc("Share of the hours that train; the rest serve."),
        Stated(),
        PRODUCTION,
    ]
    input_tokens: Annotated[One, Doc("Tokens of a prompt."), Stated(), PRODUCTION]
    output_tokens: Annotated[One, Doc("Tokens of an answer."), Stated(), PRODUCTION]
    interactivity: Annotated[
        TokenPerSecond,
        Doc("Wanted for a user where no batch is stated."),
        Stated(),
        PRODUCTION,
    ]
    batch: Annotated[
        One,
        Doc("Requests that a replica decodes together."),
        Stated(),
        Absent(float("nan"), "as many requests at a time as memory and interactivity allow"),
    ]
    replica: Annotated[Count, Doc("Accelerators that hold the model together."), Stated(), Like("scale_up_domain")]
    chosen: Annotated[One, Doc("Share of the experts that a token goes to; 1: a dense model.")]
    experts_per_token: Annotated[
        One, Doc("Experts that a token goes to."), Stated("model.experts_per_token"), PRODUCTION
    ]
    layers: Annotated[One, Doc("Layers."), Stated("model.layers"), Derived("usual_layers", ("active", "aspect"))]
    width: Annotated[
        One, Doc("Numbers that stand for a token."), Stated("model.width"), Derived("usual_width", ("layers", "aspect"))
    ]
    kv_heads: Annotated[
        One, Doc("Heads that the cache is dealt out by; 1: latent attention."), Stated("model.kv_heads"), PRODUCTION
    ]
    attention_flop: Annotated[
        One,
        Doc("Operations of attention for a token and one before it, in decoding."),
        Stated("model.attention_flop"),
        Derived("usual_attention", ("layers", "width")),
    ]
    activation_bytes: Annotated[One, Doc("Bytes of a number that a group sums."), PRODUCTION]
    dispatch_bytes: Annotated[One, Doc("Bytes of a number sent to an expert and back."), PRODUCTION]
    imbalance: Annotated[One, Doc("Load of the busiest accelerator's experts / mean."), PRODUCTION]
    layer_overhead: Annotated[Hour, Doc("Of a layer in every pass, whatever its size."), PRODUCTION]
    exchange_latency: Annotated[Hour, Doc("Of a layer's exchanges, for each doubling of who takes part."), PRODUCTION]
    scale_up_domain: Annotated[Count, Doc("Accelerators of a scale-up domain.")]
    scale_up_bandwidth: Annotated[Gbps, Doc("Of an accelerator inside its domain, both ways together.")]
    nic_rate: Annotated[Gbps, Doc("Scale-out bandwidth per accelerator.")]
    rate: Annotated[Tflops, Doc("Dense rate in inference."), Stated(), Like("rate_of_width")]
    inference_mfu: Annotated[One, Doc("Model FLOP utilisation in inference."), Stated(), Like("mfu_of_kind")]
    bandwidth_efficiency: Annotated[
        One,
        Doc("Share of the memory bandwidth that is reached."),
        Stated(),
        PRODUCTION,
    ]
    memory: Annotated[Gigabit, Doc("Memory of an accelerator."), OF_SYSTEM]
    memory_usable: Annotated[
        One,
        Doc("Share of it that weights and cache may take."),
        Stated(),
        PRODUCTION,
    ]
    memory_bandwidth: Annotated[Gbps, Doc("Memory bandwidth of an accelerator."), OF_SYSTEM]
    software_improvement: Annotated[
        PerYear,
        Doc("Yearly gain of tokens by software."),
        Stated(),
        PRODUCTION,
    ]
    measured: Annotated[
        TokenPerSecond,
        Doc("Measured tokens per accelerator."),
        Stated(),
        Absent(float("nan"), "nothing is measured of this model on this system"),
    ]
    measured_input: Annotated[
        One,
        Doc("Tokens of the prompts that were measured, where the file asks for requests of its own."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    measured_output: Annotated[
        One,
        Doc("Tokens of their answers."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    measured_interactivity: Annotated[
        TokenPerSecond,
        Doc("Least that a user was given."),
        Absent(float("nan"), "what was measured stands as it is"),
    ]
    roofline_reached: Annotated[
        One,
        Doc("Tokens made / roofline."),
        Stated(),
        Absent(float("nan"), "what is reached follows from exchange, imbalance and overhead"),
    ]
    calibration: Annotated[One, Doc("Measured / estimated."), PRODUCTION]
    calibration_low: Annotated[One, Doc("Measured / estimated, lowest seen.")]
    calibration_high: Annotated[One, Doc("Measured / estimated, highest seen.")]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Silicon of one generation, with the network between it, how it fails and what runs on it."""

    name: Annotated[str, Doc("Its name in the file; the first is called silicon.")]
    silicon: Silicon
    network: Network
    reliability: Reliability
    production: Production | None


def silicon_of(first: Silicon, others: tuple[Cluster, ...]) -> tuple[Silicon, ...]:
    """The silicon of every generation."""
    return (first, *(each.silicon for each in others))


@dataclass(frozen=True, slots=True)
class Plant:
    """All of the above for one factory."""

    workload: Annotated[str, Doc("What the factory is for."), Stated(), Absent("not named", "not named in the file")]
    site: Site
    interconnection: Interconnection
    phases: tuple[Phase, ...]
    supply: Supply
    silicon: Silicon
    halls: tuple[Hall, ...]
    cooling: tuple[Cooling, ...]  # one a hall, same order
    electrical: Electrical
    network: Network
    reliability: Reliability
    sources: tuple[Source, ...]  # empty: one plain tariff, ``supply``
    shortage: Shortage
    hall_cost: Annotated[UsdPerKw, Doc("Mean cost of the halls per kW: shown; spending itself is finance's.")]
    production: Production | None = None  # None: no model is named, so nothing is said of tokens
    generations: tuple[Cluster, ...] = ()  # beside the first, which ``silicon`` and the three above are

    @property
    def accelerators(self) -> Count:
        """Accelerators installed, of every generation."""
        return sum(each.silicon.accelerators for each in self.clusters)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Every generation, the first before the others."""
        first = Cluster(FIRST, self.silicon, self.network, self.reliability, self.production)
        return (first, *self.generations)

    def standing(self, place: Phase | Hall) -> Silicon:
        """The silicon that stands in a phase or hall."""
        return self.clusters[int(place.generation)].silicon

    @property
    def energised(self) -> Kw:
        """Power at the meter once every phase is energised."""
        return sum(phase.power for phase in self.phases)


PHASES = {item.name: item for item in givens_of(Phase, "plant.phases", prefix="p_", per="phase")}
GIVENS = (
    *PHASES.values(),
    *givens_of(Silicon, "plant.silicon"),
    *givens_of(Interconnection, "plant.interconnection"),
    *givens_of(Supply, "plant.supply"),
)
