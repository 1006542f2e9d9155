"""What the plant chapter needs to know of a factory: frozen records in canonical units.

Filled by ``schema.resolve`` from the factory file and the reference library; every field keeps its origin there.
Numbers may be floats or arrays of shape (scenario,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from computefactory.plant.sources import Source
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

    place: str
    country: str
    region: str  # grid and price region, e.g. US-TX
    latitude: Degree
    elevation: Metre
    drybulb_mean: Normals  # degC
    drybulb_max: Normals  # mean daily maximum, degC
    drybulb_min: Normals  # mean daily minimum, degC
    relative_humidity: Normals  # mean, share 0-1
    extreme_margin: Kelvin  # 20-year extreme dry bulb above the hottest hour of the typical year (assumed)
    anomaly_floor: Kelvin  # standard deviation of daily mean temperature about the season, at least
    anomaly_range: One  # plus this per K of the annual range of monthly means
    anomaly_season: One  # plus this per K that a month is colder than the hottest month
    persistence: One  # correlation of a day's anomaly with that of the day before
    hours: HourlyYear | None  # a weather file instead of normals


@dataclass(frozen=True, slots=True)
class Interconnection:
    """The connection to the grid."""

    capacity: Kw
    reserved: Kw
    firm: Kw  # N-1 transformer capacity; equals capacity where the file says nothing
    level: Kilovolt
    status: str  # queued, study, agreement, construction, energised
    dedicated_substation: One
    real: Kw = float("inf")  # power factor x apparent power, where the connection is in MVA


@dataclass(frozen=True, slots=True)
class Supply:
    """A grid tariff: energy, monthly demand, minimum take, fixed."""

    energy: UsdPerKwh
    demand: UsdPerKwMonth
    fixed: UsdPerMonth
    minimum_take: One  # share of the base below
    minimum_take_of_reserved: One  # 1: of the reserved MW; 0: of the energised MW
    minimum_take_on_energy: One  # 1: the minimum applies to energy too; 0: to demand only


@dataclass(frozen=True, slots=True)
class Shortage:
    """What happens where supply does not reach: refused, or shed at the worth of lost production."""

    allowed: One  # 1: load may be shed in any hour; 0: only where the utility may interrupt
    lost_load: UsdPerKwh


@dataclass(frozen=True, slots=True)
class Phase:
    """A cumulative milestone: from ``month`` on, ``energised`` kW are available at the meter."""

    name: str  # YYYY-MM of the milestone
    month: Month  # months from month 0
    energised: Kw  # cumulative
    share: One  # this phase's own share of the final energised kW; the shares sum to 1


@dataclass(frozen=True, slots=True)
class Silicon:
    """Accelerator systems as racked."""

    system: str
    accelerators: Count  # installed (ordered)
    available: Count  # what the vendor can deliver; nan: no such limit is stated
    spares: Count
    spares_in_rack: Count  # of each rack, standing in for that rack only; 0: spares serve the whole site
    accelerators_per_node: Count  # the unit that fails together in the failure statistics
    accelerators_per_rack: Count
    rack_power: Kw  # design, per rack
    rack_mass: Kilogram
    rack_area: SquareMetre  # of floor that bears a rack: its own and half of the aisles
    utilisation: One  # mean electrical draw / design draw
    liquid_fraction: One  # share of rack heat into liquid
    support_power: KwPerAccelerator  # storage, management, head nodes: design kW per accelerator
    noncompute_share: One  # share of IT power in server fans and PSU losses (TUE)
    coolant_limit: Celsius  # highest supply temperature the silicon accepts (liquid)
    inlet_limit: Celsius  # highest inlet air temperature
    scale_up_domain: Count
    scale_up_bandwidth: Gbps  # of an accelerator inside its domain, both ways together
    bf16_dense: Tflops  # per accelerator
    nic_rate: Gbps  # scale-out bandwidth per accelerator
    mfu: One


@dataclass(frozen=True, slots=True)
class Hall:
    """A data hall: what it can power, cool and carry, and the cooling built into it."""

    name: str
    architecture: str  # direct_to_chip_chiller_trim, air_chiller …
    liquid_from: str  # construction, retrofit, none
    it_capacity: Kw
    rack_limit: Kw
    racks: One  # installed
    rack_power: Kw  # design kW of the racks installed here
    space_racks: One  # rack positions; nan: not given
    white_space: SquareMetre  # nan: not given
    building_area: SquareMetre  # nan: not given
    floor_rating: KgPerM2  # uniform; nan: not given


@dataclass(frozen=True, slots=True)
class Chiller:
    """A machine's published regression (``Chiller:Electric:EIR``): its curves, and the temperatures they hold for."""

    name: str
    cop: One  # at the reference point
    capacity_curve: tuple[float, ...]  # of leaving chilled and entering condenser water: six coefficients
    energy_curve: tuple[float, ...]  # energy-input ratio over its reference, the same six
    part_load_curve: tuple[float, ...]  # of the part load: three
    part_load_min: One
    evaporator_min: Celsius
    evaporator_max: Celsius
    condenser_min: Celsius
    condenser_max: Celsius


@dataclass(frozen=True, slots=True)
class Cooling:
    """One cooling architecture with its parameters (library rows ``cooling/<architecture>/<field>``)."""

    architecture: str
    rack_limit: Kw  # what the architecture can hold
    liquid_supply: Celsius  # secondary (technology) supply to the cold plates
    air_supply: Celsius  # supply air to the rack for the air share
    chilled_water: Celsius  # leaving water of the air-side chiller
    dry_cooler_approach: Kelvin
    cdu_approach: Kelvin
    coil_approach: Kelvin
    tower_approach: Kelvin
    condenser_rise: Kelvin  # condenser water, entering to leaving; air-cooled: condensing side above the dry bulb
    water_rise: Kelvin  # facility and chilled water, supply to return
    carnot_fraction: One
    cop_max: One
    water_cooled: One  # 1: condenser on towers; 0: air-cooled (dry)
    fan_pressure: Pascal  # room fans
    fan_efficiency: One
    air_rise: Kelvin
    heat_rejection_fan: One  # dry cooler or tower fan kW per kW of heat at full flow
    pump_power: One  # kW per kW of heat in liquid at design flow
    cycles_of_concentration: One
    drift: LitrePerKwh  # per kWh of heat rejected on a tower
    lighting: One  # lighting and other, kW per design IT kW
    exchanger_approach: Kelvin  # plate exchanger of a tower economiser: chilled over tower water
    adiabatic_approach: Kelvin  # wetted or sprayed air above its wet bulb
    rejection_air_rise: Kelvin  # air through a dry cooler at the design heat
    dew_low: Celsius  # supply air: lowest and highest dew point and relative humidity
    dew_high: Celsius
    humidity_low: One
    humidity_high: One
    immersion_capture: One  # share of the heat of immersed racks that the tank takes
    chiller_modules: One  # machines that share the load, where a regression is given
    water_volume: LitrePerKw  # water in the loop to the racks, per kW of design IT
    chiller: Chiller | None  # None: Carnot fraction


@dataclass(frozen=True, slots=True)
class Electrical:
    """The chain external to the IT equipment (ISO/IEC 30134-2)."""

    transformer: One  # efficiency
    ups: One  # efficiency at and above half load
    ups_no_load: One  # loss at no load as a share of rating
    distribution: One  # efficiency
    power_factor: One
    redundancy_modules: One  # UPS rating / design IT (2 for 2N): part load of each module is load / this
    transformer_no_load: One = float("nan")  # share of the loss at design load that is there at no load; nan: one
    # efficiency at all loads
    provisioning: One = 1.0  # rack power that is provided for / design rack power


@dataclass(frozen=True, slots=True)
class Network:
    """Scale-out fabric: a fat tree of one switch model; and the scale-up network inside a domain."""

    fabric: str  # fat_tree, rail_optimised, rail_leaves
    oversubscription: One  # of the leaves
    core_oversubscription: One  # between pods
    pod: Count  # accelerators below one set of spines; nan: as many as the switch allows
    rails: One
    switch: str
    switch_radix: One  # ports at the port rate
    port_rate: Gbps
    switch_power: Kw  # without optics
    transceiver_power: Kw  # of a module at the port rate
    switch_price: Usd
    transceiver_price: Usd
    fibre_price: Usd  # a cable
    copper_price: Usd  # a cable with its ends
    copper_share: One  # of the links to accelerators
    nic_price: Usd
    included: One  # 1: the silicon price includes the fabric (sized, not costed again)
    scale_up_module_rate: Gbps  # of the optics that would carry it, each way
    scale_up_module_power: Kw
    scale_up_module_price: Usd


@dataclass(frozen=True, slots=True)
class Reliability:
    """Failure and repair; the training job."""

    failures: PerHour  # per node
    repair: Hour  # mean time to repair a node
    facility: One  # availability of the building
    fabric: One
    planned: One  # share of time in planned maintenance
    job: Count  # accelerators in the reference job
    checkpoint_write: Hour
    restart: Hour
    detect: Hour  # detection and swap


@dataclass(frozen=True, slots=True)
class Production:
    """The model that runs and how it is served."""

    parameters: One
    active: One  # of them used for a token
    bytes_per_parameter: One
    kv_bytes_per_token: One
    context: One  # tokens in the cache of a request, on average
    training_share: One  # of the hours; the rest serve
    input_tokens: One
    output_tokens: One
    interactivity: TokenPerSecond  # wanted for a user where no batch is stated
    batch: One  # requests that a replica decodes together; nan: as many as memory and interactivity allow
    replica: Count  # accelerators that hold the model together
    rate: Tflops  # dense, in inference
    inference_mfu: One
    bandwidth_efficiency: One
    memory: Gigabit  # of an accelerator
    memory_usable: One
    memory_bandwidth: Gbps
    software_improvement: PerYear
    measured: TokenPerSecond  # per accelerator; nan: none for this system
    roofline_reached: One  # measured / roofline, the middle of published results
    roofline_low: One  # measured / roofline, lowest and highest seen
    roofline_high: One


@dataclass(frozen=True, slots=True)
class Plant:
    """All of the above for one factory."""

    workload: str
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
    hall_cost: UsdPerKw  # for cost per kW displays; spending itself is finance's
    production: Production | None = None  # None: no model is named, so nothing is said of tokens
