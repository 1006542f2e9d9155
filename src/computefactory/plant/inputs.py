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
from computefactory.plant.sources import Source
from computefactory.records import Absent, Called, Derived, Doc, FromRow, Like, Stated
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
        "pressure",
        "relative_humidity",
    )

    def __init__(
        self,
        drybulb: NDArray[np.float64],
        relative_humidity: NDArray[np.float64],
        pressure: Pascal | None,
        *,
        name: str = "",
        latitude: Degree | None = None,
        longitude: Degree | None = None,
        elevation: Metre | None = None,
        extreme: Celsius | None = None,
        filled: int = 0,
        dropped: int = 0,
        digest: str = "",
    ) -> None:
        self.drybulb = drybulb  # degC
        self.relative_humidity = relative_humidity  # share 0-1
        self.pressure = pressure  # mean of the year; None: that of the elevation
        self.name = name
        self.latitude, self.longitude, self.elevation = latitude, longitude, elevation
        self.extreme = extreme  # 20-year extreme dry bulb that the file states
        self.filled = filled  # hours bridged by straight lines
        self.dropped = dropped  # hours of 29 February
        self.digest = digest

    def __str__(self) -> str:
        return f"{len(self.drybulb):,} hours of {self.name} ({self.digest})"


@dataclass(frozen=True, slots=True)
class Site:
    """The place: monthly climate normals (twelve values, January first) and design conditions."""

    place: Annotated[str, Doc("Name of the place."), Stated("place")]
    country: Annotated[str, Doc("Country."), Stated("country"), FromRow("place", "=place")]
    region: Annotated[str, Doc("Grid and price region, e.g. US-TX."), Stated("region"), FromRow("place", "=place")]
    latitude: Annotated[Degree, Doc("Latitude."), FromRow("place", "=place")]
    elevation: Annotated[Metre, Doc("Height above the sea."), FromRow("place", "=place")]
    drybulb_mean: Annotated[Normals, Doc("Mean dry bulb by month, degC.")]
    drybulb_max: Annotated[Normals, Doc("Mean daily maximum by month, degC.")]
    drybulb_min: Annotated[Normals, Doc("Mean daily minimum by month, degC.")]
    relative_humidity: Annotated[Normals, Doc("Mean relative humidity by month, share.")]
    extreme_margin: Annotated[
        Kelvin, Doc("20-year extreme dry bulb above the hottest hour of the typical year."), Stated("extreme_margin")
    ]
    anomaly_floor: Annotated[
        Kelvin,
        Doc("Standard deviation of daily mean temperature about the season, at least."),
        Stated("anomaly_floor"),
        FromRow("weather", "default"),
    ]
    anomaly_range: Annotated[
        One,
        Doc("Plus this per K of the annual range of monthly means."),
        Stated("anomaly_range"),
        FromRow("weather", "default"),
    ]
    anomaly_season: Annotated[
        One,
        Doc("Plus this per K that a month is colder than the hottest month."),
        Stated("anomaly_season"),
        FromRow("weather", "default"),
    ]
    persistence: Annotated[
        One,
        Doc("Correlation of a day's anomaly with that of the day before."),
        Stated("persistence"),
        FromRow("weather", "default"),
    ]
    hours: Annotated[
        HourlyYear | None,
        Doc("A weather file instead of normals."),
        Absent(None, "no weather file: the year is made from monthly normals"),
    ]


@dataclass(frozen=True, slots=True)
class Interconnection:
    """The connection to the grid."""

    capacity: Annotated[Kw, Doc("Capacity of the connection."), Stated("capacity")]
    reserved: Annotated[
        Kw, Doc("Grid power reserved for this factory."), Called("reserved_power"), Stated("reserved"), Like("capacity")
    ]
    firm: Annotated[Kw, Doc("N-1 transformer capacity."), Stated("firm"), Like("capacity")]
    level: Annotated[Kilovolt, Doc("Voltage.")]
    status: Annotated[str, Doc("queued, study, agreement, construction, energised."), Stated("status")]
    dedicated_substation: Annotated[
        One,
        Doc("1: it has a substation of its own."),
        Stated("dedicated_substation", "flag"),
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

    energy: Annotated[UsdPerKwh, Doc("Energy charge."), Called("energy_price"), Stated("energy")]
    demand: Annotated[
        UsdPerKwMonth,
        Doc("Charge on the monthly peak."),
        Called("demand_price"),
        Stated("demand"),
        FromRow("supply", "default"),
    ]
    fixed: Annotated[
        UsdPerMonth, Doc("Fixed monthly charge."), Called("fixed_charge"), Stated("fixed"), FromRow("supply", "default")
    ]
    minimum_take: Annotated[
        One,
        Doc("Minimum take, share of its base."),
        Called("minimum_take"),
        Stated("minimum_take.share"),
        FromRow("supply", "default"),
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
        Stated("allowed", "flag"),
        Absent(0.0, "load is shed only where the utility may interrupt"),
    ]
    lost_load: Annotated[
        UsdPerKwh, Doc("Worth of a kWh that is not served."), Stated("lost_load"), FromRow("supply", "default")
    ]


@dataclass(frozen=True, slots=True)
class Phase:
    """A cumulative milestone: from ``month`` on, ``energised`` kW are available at the meter."""

    name: Annotated[str, Doc("YYYY-MM of the milestone.")]
    month: Annotated[Month, Doc("Month of the milestone, from month 0.")]
    energised: Annotated[Kw, Doc("Power energised from then on, cumulative.")]
    share: Annotated[One, Doc("Its own share of the final power; the shares sum to 1.")]


@dataclass(frozen=True, slots=True)
class Silicon:
    """Accelerator systems as racked."""

    system: Annotated[str, Doc("The system as racked."), Stated("system")]
    accelerators: Annotated[Count, Doc("Accelerators installed."), Called("accelerators"), Stated("accelerators")]
    available: Annotated[
        Count,
        Doc("What the vendor can deliver."),
        Stated("available"),
        Absent(float("nan"), "no limit of the vendor is stated"),
    ]
    spares: Annotated[
        Count,
        Doc("Accelerators that stand in for others."),
        Stated("spares_in_rack", "spares_of_racks", ("accelerators", "accelerators_per_rack")),
        Stated("spares"),
        FromRow("silicon", "default"),
    ]
    spares_in_rack: Annotated[
        Count,
        Doc("Spares of each rack, standing in for that rack only."),
        Stated("spares_in_rack"),
        Absent(0.0, "spares serve the whole site"),
    ]
    accelerators_per_node: Annotated[
        Count,
        Doc("The unit that fails together in the failure statistics."),
        Stated("accelerators_per_node"),
        FromRow("system", "=system"),
    ]
    accelerators_per_rack: Annotated[
        Count, Doc("Accelerators of a rack."), Stated("accelerators_per_rack"), FromRow("system", "=system")
    ]
    rack_power: Annotated[Kw, Doc("Design power of a rack."), Stated("rack_power"), FromRow("system", "=system")]
    rack_mass: Annotated[Kilogram, Doc("Mass of a rack."), Stated("rack_mass"), FromRow("system", "=system")]
    rack_area: Annotated[
        SquareMetre,
        Doc("Floor that bears a rack: its own and half of the aisles."),
        Stated("rack_area"),
        FromRow("layout", "default"),
    ]
    utilisation: Annotated[
        One,
        Doc("Mean IT draw / design draw."),
        Called("draw_share"),
        Stated("utilisation"),
        FromRow("system", "=system"),
    ]
    liquid_fraction: Annotated[
        One, Doc("Share of rack heat into liquid."), Stated("liquid_fraction"), FromRow("system", "=system")
    ]
    support_power: Annotated[
        KwPerAccelerator,
        Doc("Design power of storage, management and head nodes, per accelerator."),
        Stated("support_power"),
        FromRow("system", "=system"),
    ]
    noncompute_share: Annotated[
        One,
        Doc("Share of IT power in server fans and PSU losses (TUE)."),
        Stated("noncompute_share"),
        FromRow("system", "=system"),
    ]
    coolant_limit: Annotated[
        Celsius,
        Doc("Highest supply temperature the silicon accepts (liquid)."),
        Stated("coolant_limit"),
        FromRow("system", "=system"),
    ]
    inlet_limit: Annotated[
        Celsius, Doc("Highest inlet air temperature."), Stated("inlet_limit"), FromRow("system", "=system")
    ]
    scale_up_domain: Annotated[
        Count, Doc("Accelerators of a scale-up domain."), Stated("scale_up_domain"), FromRow("system", "=system")
    ]
    scale_up_bandwidth: Annotated[
        Gbps,
        Doc("Of an accelerator inside its domain, both ways together."),
        Stated("scale_up_bandwidth"),
        FromRow("system", "=system"),
    ]
    bf16_dense: Annotated[
        Tflops, Doc("Dense BF16 rate of an accelerator."), Stated("bf16_dense"), FromRow("system", "=system")
    ]
    nic_rate: Annotated[
        Gbps, Doc("Scale-out bandwidth per accelerator."), Stated("nic_rate"), FromRow("system", "=system")
    ]
    mfu: Annotated[One, Doc("Model FLOP utilisation in training."), Stated("mfu"), FromRow("system", "=system")]


@dataclass(frozen=True, slots=True)
class Hall:
    """A data hall: what it can power, cool and carry, and the cooling built into it."""

    name: Annotated[str, Doc("Its name in the file.")]
    architecture: Annotated[str, Doc("direct_to_chip_chiller_trim, air_chiller ...")]
    liquid_from: Annotated[
        str, Doc("construction, retrofit, none."), Absent("none", "the architecture brings no liquid to the rack")
    ]
    it_capacity: Annotated[Kw, Doc("IT that it can power and cool."), Stated("it_capacity")]
    rack_limit: Annotated[Kw, Doc("Most for one rack."), Stated("rack_limit")]
    racks: Annotated[One, Doc("Racks installed."), Derived("racks", ("installed", "accelerators_per_rack"))]
    rack_power: Annotated[Kw, Doc("Design power of the racks installed here.")]
    space_racks: Annotated[
        One, Doc("Rack positions."), Stated("space_racks"), Absent(float("nan"), "not stated in the file")
    ]
    white_space: Annotated[
        SquareMetre, Doc("White space."), Stated("white_space"), Absent(float("nan"), "not stated in the file")
    ]
    building_area: Annotated[
        SquareMetre,
        Doc("Area of the building."),
        Stated("building_area"),
        Absent(float("nan"), "not stated in the file"),
    ]
    floor_rating: Annotated[
        KgPerM2,
        Doc("Uniform load that the floor bears."),
        Stated("floor_rating"),
        Absent(float("nan"), "not stated in the file"),
    ]


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

    architecture: Annotated[str, Doc("How heat leaves the racks."), Stated("architecture")]
    rack_limit: Annotated[
        Kw,
        Doc("Densest rack that the architecture can hold."),
        Stated("rack_limit"),
        FromRow("cooling", "=architecture"),
    ]
    liquid_supply: Annotated[
        Celsius,
        Doc("Secondary (technology) supply to the cold plates."),
        Stated("liquid_supply"),
        FromRow("cooling", "=architecture"),
    ]
    air_supply: Annotated[
        Celsius,
        Doc("Supply air to the rack for the air share."),
        Stated("air_supply"),
        FromRow("cooling", "=architecture"),
    ]
    chilled_water: Annotated[
        Celsius,
        Doc("Leaving water of the air-side chiller."),
        Stated("chilled_water"),
        FromRow("cooling", "=architecture"),
    ]
    dry_cooler_approach: Annotated[
        Kelvin, Doc("Water above the dry bulb."), Stated("dry_cooler_approach"), FromRow("cooling", "=architecture")
    ]
    cdu_approach: Annotated[
        Kelvin, Doc("Secondary above primary water."), Stated("cdu_approach"), FromRow("cooling", "=architecture")
    ]
    coil_approach: Annotated[
        Kelvin, Doc("Air above water."), Stated("coil_approach"), FromRow("cooling", "=architecture")
    ]
    tower_approach: Annotated[
        Kelvin, Doc("Water above the wet bulb."), Stated("tower_approach"), FromRow("cooling", "=architecture")
    ]
    condenser_rise: Annotated[
        Kelvin,
        Doc("Condenser water, entering to leaving; air-cooled: condensing side above the dry bulb."),
        Stated("condenser_rise"),
        FromRow("cooling", "=architecture"),
    ]
    water_rise: Annotated[
        Kelvin,
        Doc("Facility and chilled water, supply to return."),
        Stated("water_rise"),
        FromRow("cooling", "=architecture"),
    ]
    carnot_fraction: Annotated[
        One, Doc("COP over that of Carnot."), Stated("carnot_fraction"), FromRow("cooling", "=architecture")
    ]
    cop_max: Annotated[One, Doc("Highest COP."), Stated("cop_max"), FromRow("cooling", "=architecture")]
    water_cooled: Annotated[
        One,
        Doc("1: condenser on towers, 0: air-cooled (dry)."),
        Stated("water_cooled"),
        FromRow("cooling", "=architecture"),
    ]
    fan_pressure: Annotated[
        Pascal, Doc("Pressure of the room fans."), Stated("fan_pressure"), FromRow("cooling", "=architecture")
    ]
    fan_efficiency: Annotated[
        One, Doc("Efficiency of the room fans."), Stated("fan_efficiency"), FromRow("cooling", "=architecture")
    ]
    air_rise: Annotated[Kelvin, Doc("Air through the racks."), Stated("air_rise"), FromRow("cooling", "=architecture")]
    heat_rejection_fan: Annotated[
        One,
        Doc("Power of dry cooler or tower fans per heat at full flow."),
        Stated("heat_rejection_fan"),
        FromRow("cooling", "=architecture"),
    ]
    pump_power: Annotated[
        One,
        Doc("Pump power per heat in liquid at design flow."),
        Stated("pump_pressure", "pump_power", ("pump_efficiency", "water_rise")),
        Stated("pump_power"),
        FromRow("cooling", "=architecture"),
    ]
    cycles_of_concentration: Annotated[
        One,
        Doc("Minerals in the tower's water over those in make-up."),
        Stated("cycles_of_concentration"),
        FromRow("cooling", "=architecture"),
    ]
    drift: Annotated[
        LitrePerKwh, Doc("Per kWh of heat rejected on a tower."), Stated("drift"), FromRow("cooling", "=architecture")
    ]
    lighting: Annotated[
        One, Doc("Lighting and other, kW per design IT kW."), Stated("lighting"), FromRow("cooling", "=architecture")
    ]
    exchanger_approach: Annotated[
        Kelvin,
        Doc("Plate exchanger of a tower economiser: chilled over tower water."),
        Stated("exchanger_approach"),
        FromRow("cooling", "=architecture"),
    ]
    adiabatic_approach: Annotated[
        Kelvin,
        Doc("Wetted or sprayed air above its wet bulb."),
        Stated("adiabatic_approach"),
        FromRow("cooling", "=architecture"),
    ]
    rejection_air_rise: Annotated[
        Kelvin,
        Doc("Air through a dry cooler at the design heat."),
        Stated("rejection_air_rise"),
        FromRow("cooling", "=architecture"),
    ]
    dew_low: Annotated[
        Celsius, Doc("Lowest dew point of supply air."), Stated("dew_low"), FromRow("air_class", "=air_class")
    ]
    dew_high: Annotated[
        Celsius, Doc("Highest dew point of supply air."), Stated("dew_high"), FromRow("air_class", "=air_class")
    ]
    humidity_low: Annotated[
        One, Doc("Lowest relative humidity of supply air."), Stated("humidity_low"), FromRow("air_class", "=air_class")
    ]
    humidity_high: Annotated[
        One,
        Doc("Highest relative humidity of supply air."),
        Stated("humidity_high"),
        FromRow("air_class", "=air_class"),
    ]
    immersion_capture: Annotated[
        One,
        Doc("Share of the heat of immersed racks that the tank takes."),
        Stated("immersion_capture"),
        FromRow("cooling", "=architecture"),
    ]
    chiller_modules: Annotated[
        One,
        Doc("Machines that share the load, where a regression is given."),
        Stated("chiller_modules"),
        FromRow("cooling", "=architecture"),
    ]
    water_volume: Annotated[
        LitrePerKw,
        Doc("Water in the loop to the racks, per kW of design IT."),
        Stated("water_volume"),
        FromRow("cooling", "=architecture"),
    ]
    chiller: Annotated[
        Chiller | None,
        Doc("A machine's curves."),
        Absent(None, "no machine's curves are named: the Carnot fraction is used"),
    ]


@dataclass(frozen=True, slots=True)
class Electrical:
    """The chain external to the IT equipment (ISO/IEC 30134-2)."""

    transformer: Annotated[
        One, Doc("Efficiency of the transformer."), Stated("transformer"), FromRow("electrical", "=redundancy")
    ]
    ups: Annotated[
        One, Doc("Efficiency of the UPS at and above half load."), Stated("ups"), FromRow("electrical", "=redundancy")
    ]
    ups_no_load: Annotated[
        One,
        Doc("Loss of the UPS at no load, share of its rating."),
        Stated("ups_no_load"),
        FromRow("electrical", "=redundancy"),
    ]
    distribution: Annotated[
        One, Doc("Efficiency of the distribution."), Stated("distribution"), FromRow("electrical", "=redundancy")
    ]
    power_factor: Annotated[One, Doc("Power factor."), Stated("power_factor"), FromRow("electrical", "=redundancy")]
    redundancy_modules: Annotated[
        One,
        Doc("UPS rating / design IT (2 for 2N): part load of each module is load / this."),
        Stated("redundancy_modules"),
        FromRow("electrical", "=redundancy"),
    ]
    transformer_no_load: Annotated[
        One,
        Doc("Share of the loss at design load that is there at no load; nan: one efficiency at all loads."),
        Stated("transformer_no_load"),
        FromRow("electrical", "=redundancy"),
    ] = float("nan")
    provisioning: Annotated[
        One,
        Doc("Rack power that is provided for / design rack power."),
        Stated("provisioning"),
        FromRow("electrical", "=redundancy"),
    ] = 1.0


@dataclass(frozen=True, slots=True)
class Network:
    """Scale-out fabric: a fat tree of one switch model; and the scale-up network inside a domain."""

    fabric: Annotated[
        str, Doc("fat_tree, rail_optimised, rail_leaves."), Stated("fabric"), FromRow("network", "default")
    ]
    oversubscription: Annotated[One, Doc("Of the leaves."), Stated("oversubscription"), FromRow("network", "default")]
    core_oversubscription: Annotated[
        One, Doc("Between pods."), Stated("core_oversubscription"), FromRow("network", "default")
    ]
    pod: Annotated[
        Count,
        Doc("Accelerators below one set of spines."),
        Stated("pod"),
        Absent(float("nan"), "as many below one set of spines as the switch allows"),
    ]
    rails: Annotated[One, Doc("Rails of a node."), Absent(1.0, "a fat tree has one rail")]
    switch: Annotated[str, Doc("Switch model."), Stated("switch"), FromRow("system", "=system")]
    switch_radix: Annotated[One, Doc("Ports at the port rate."), Stated("switch_radix"), FromRow("network", "=switch")]
    port_rate: Annotated[Gbps, Doc("Rate of a port."), Stated("port_rate"), FromRow("network", "=switch")]
    switch_power: Annotated[
        Kw, Doc("Of a switch without optics."), Stated("switch_power"), FromRow("network", "=switch")
    ]
    transceiver_power: Annotated[
        Kw, Doc("Of a module at the port rate."), Stated("transceiver_power"), FromRow("network", "=switch")
    ]
    switch_price: Annotated[Usd, Doc("Price of a switch."), Stated("switch_price"), FromRow("network", "=switch")]
    transceiver_price: Annotated[
        Usd, Doc("Price of a module."), Stated("transceiver_price"), FromRow("network", "=switch")
    ]
    fibre_price: Annotated[Usd, Doc("Price of an optical cable."), Stated("fibre_price"), FromRow("network", "default")]
    copper_price: Annotated[
        Usd, Doc("Price of a copper cable with its ends."), Stated("copper_price"), FromRow("network", "default")
    ]
    copper_share: Annotated[
        One, Doc("Of the links to accelerators."), Stated("copper_share"), FromRow("network", "default")
    ]
    nic_price: Annotated[Usd, Doc("Price of a NIC."), Stated("nic_price"), FromRow("network", "=switch")]
    included: Annotated[
        One,
        Doc("1: the silicon price includes the fabric (sized, not costed again)."),
        Stated("/silicon.price_includes", "includes_fabric"),
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
        Stated("failures"),
        Derived("failures_of_node", ("known_failures", "accelerators_per_node", "known_node")),
    ]
    repair: Annotated[Hour, Doc("Mean time to repair a node."), Stated("repair"), FromRow("reliability", "default")]
    facility: Annotated[
        One, Doc("Availability of the building."), Stated("facility"), FromRow("reliability", "default")
    ]
    fabric: Annotated[One, Doc("Availability of the fabric."), Stated("fabric"), FromRow("reliability", "default")]
    planned: Annotated[
        One, Doc("Share of time in planned maintenance."), Stated("planned"), FromRow("reliability", "default")
    ]
    job: Annotated[
        Count, Doc("Accelerators in the reference job."), Stated("job.accelerators"), FromRow("reliability", "default")
    ]
    checkpoint_write: Annotated[
        Hour, Doc("Time to write a checkpoint."), Stated("job.write"), FromRow("reliability", "default")
    ]
    restart: Annotated[Hour, Doc("Time to restart."), Stated("job.restart"), FromRow("reliability", "default")]
    detect: Annotated[Hour, Doc("Detection and swap."), Stated("job.detect"), FromRow("reliability", "default")]


@dataclass(frozen=True, slots=True)
class Production:
    """The model that runs and how it is served."""

    parameters: Annotated[One, Doc("Parameters of the model."), Stated("model.parameters")]
    active: Annotated[One, Doc("Parameters used for a token."), Stated("model.active"), Like("parameters")]
    bytes_per_parameter: Annotated[
        One, Doc("Bytes of a parameter."), Stated("model.bytes_per_parameter"), FromRow("production", "default")
    ]
    kv_bytes_per_token: Annotated[
        One, Doc("Bytes of the cache per token."), Stated("model.kv_bytes_per_token"), FromRow("production", "default")
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
        Stated("training_share"),
        FromRow("production", "default"),
    ]
    input_tokens: Annotated[One, Doc("Tokens of a prompt."), Stated("input_tokens"), FromRow("production", "default")]
    output_tokens: Annotated[
        One, Doc("Tokens of an answer."), Stated("output_tokens"), FromRow("production", "default")
    ]
    interactivity: Annotated[
        TokenPerSecond,
        Doc("Wanted for a user where no batch is stated."),
        Stated("interactivity"),
        FromRow("production", "default"),
    ]
    batch: Annotated[
        One,
        Doc("Requests that a replica decodes together."),
        Stated("batch"),
        Absent(float("nan"), "as many requests at a time as memory and interactivity allow"),
    ]
    replica: Annotated[
        Count, Doc("Accelerators that hold the model together."), Stated("replica"), Like("scale_up_domain")
    ]
    rate: Annotated[Tflops, Doc("Dense rate in inference."), Stated("rate"), Like("rate_of_width")]
    inference_mfu: Annotated[
        One, Doc("Model FLOP utilisation in inference."), Stated("inference_mfu"), FromRow("production", "default")
    ]
    bandwidth_efficiency: Annotated[
        One,
        Doc("Share of the memory bandwidth that is reached."),
        Stated("bandwidth_efficiency"),
        FromRow("production", "default"),
    ]
    memory: Annotated[Gigabit, Doc("Memory of an accelerator."), FromRow("system", "=system")]
    memory_usable: Annotated[
        One,
        Doc("Share of it that weights and cache may take."),
        Stated("memory_usable"),
        FromRow("production", "default"),
    ]
    memory_bandwidth: Annotated[Gbps, Doc("Memory bandwidth of an accelerator."), FromRow("system", "=system")]
    software_improvement: Annotated[
        PerYear,
        Doc("Yearly gain of tokens by software."),
        Stated("software_improvement"),
        FromRow("production", "default"),
    ]
    measured: Annotated[
        TokenPerSecond,
        Doc("Measured tokens per accelerator."),
        Absent(float("nan"), "nothing is measured of this model on this system"),
    ]
    roofline_reached: Annotated[
        One,
        Doc("Measured / roofline, the middle of published results."),
        Stated("roofline_reached"),
        Like("roofline_of_kind"),
    ]
    roofline_low: Annotated[One, Doc("Measured / roofline, lowest seen.")]
    roofline_high: Annotated[One, Doc("Measured / roofline, highest seen.")]


@dataclass(frozen=True, slots=True)
class Plant:
    """All of the above for one factory."""

    workload: Annotated[
        str, Doc("What the factory is for."), Stated("workload"), Absent("not named", "not named in the file")
    ]
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


GIVENS = (
    *givens_of(Silicon, "plant.silicon"),
    *givens_of(Interconnection, "plant.interconnection"),
    *givens_of(Supply, "plant.supply"),
)
