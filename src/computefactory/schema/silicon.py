"""The file's chapters ``silicon``, ``cooling`` and ``interconnect``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from computefactory.schema.types import (
    AboveOne,
    Accelerators,
    Area,
    AtLeastOne,
    Bandwidth,
    Chapter,
    Computing,
    Date,
    DewPoint,
    Difference,
    Lag,
    Life,
    Mass,
    Money,
    Number,
    Oversubscription,
    PerAccelerator,
    PositiveAccelerators,
    PositiveDifference,
    PositiveNumber,
    PositivePower,
    PositiveShare,
    Power,
    PowerPerAccelerator,
    Pressure,
    Share,
    Temperature,
    Text,
    WaterPerKw,
    WaterPerKwh,
)

Architecture = Literal[
    "direct_to_chip_chiller_trim",
    "direct_to_chip_dry_cooler",
    "direct_to_chip_adiabatic",
    "air_chiller",
    "air_cooled_chiller",
    "waterside_economiser",
    "air_economiser",
    "air_adiabatic",
    "dx",
    "rear_door",
    "immersion_single_phase",
    "immersion_two_phase",
]


class Anchor(Chapter):
    """A date that moves with what it waits for."""

    after: Literal["energised", "delivered", "signed"] = Field(description="what it waits for")
    lag: Lag = Field(description="months after it")


def _kind_of_date(value: Any) -> str:
    return "anchor" if isinstance(value, (dict, Anchor)) else "date"


When = Annotated[Annotated[Anchor, Tag("anchor")] | Annotated[Date, Tag("date")], Discriminator(_kind_of_date)]


class Paid(Chapter):
    """When the silicon is paid."""

    before_delivery: Lag = Field(description="months before delivery")


class SiliconChapter(Chapter):
    """What is bought; fields of the library's row of the system may be given here instead."""

    system: Text = Field(description="library row of the system, such as GB300 NVL72")
    accelerators: Accelerators = Field(
        description="accelerators installed (ordered); 0 where tenants bring theirs: their racks are of this system"
    )
    available: PositiveAccelerators | None = Field(None, description="accelerators that the vendor can deliver")
    spares: Accelerators | None = Field(None, description="of them held as spares for the whole site")
    spares_in_rack: Accelerators | None = Field(
        None, description="of each rack, held as spares for that rack (or: spares)"
    )
    total_price: Money | None = Field(None, description="price of all of it (or: price)")
    price: PerAccelerator | None = Field(None, description="price of one accelerator as racked (or: total_price)")
    price_includes: tuple[Literal["servers", "fabric", "storage"], ...] | None = Field(
        None, description="what the price pays for: it is sized, not costed again"
    )
    delivered: When = Field(description="a month, or {after: energised, lag: 0 months}")
    paid: Paid = Field(description="when it is paid")
    phase_shares: dict[Text, Share] | None = Field(
        None, description="share of the price that each milestone's silicon costs; default: by its power"
    )
    acquired: Date | None = Field(None, description="month of the binding contract, for tax; default: first payment")
    utilisation: PositiveShare | None = Field(None, description="mean electrical draw / design draw")
    economic_life: Life | None = Field(None, description="how long it earns")
    book_life: Life | None = Field(None, description="how long it is depreciated in the books")
    refresh: tuple[Lag, ...] | None = Field(
        None, min_length=1, description="months after full operation at which it is replaced"
    )
    refresh_cost: Number | None = Field(None, description="cost of a replacement, share of the first")
    accelerators_per_node: PositiveAccelerators | None = Field(None, description="accelerators that fail together")
    accelerators_per_rack: PositiveAccelerators | None = Field(None, description="accelerators in a rack")
    rack_mass: Mass | None = Field(None, description="mass of a rack as installed")
    rack_area: Area | None = Field(None, description="floor that bears a rack: its own and half of the aisles")
    rack_power: PositivePower | None = Field(None, description="design power of a rack")
    liquid_fraction: Share | None = Field(None, description="share of rack heat into liquid")
    support_power: PowerPerAccelerator | None = Field(None, description="storage and head nodes, per accelerator")
    noncompute_share: Share | None = Field(None, description="share of IT power in server fans and PSU losses")
    coolant_limit: Temperature | None = Field(None, description="highest coolant supply temperature")
    inlet_limit: Temperature | None = Field(None, description="highest inlet air temperature")
    scale_up_domain: PositiveAccelerators | None = Field(None, description="accelerators in a scale-up domain")
    scale_up_bandwidth: Bandwidth | None = Field(
        None, description="bandwidth of an accelerator inside its domain, both ways together"
    )
    bf16_dense: Computing | None = Field(None, description="dense BF16 rate of an accelerator")
    nic_rate: Bandwidth | None = Field(None, description="scale-out bandwidth of an accelerator")
    mfu: Share | None = Field(None, description="share of the peak rate that a model uses")


class CoolingChapter(Chapter):
    """The cooling architecture; fields of its library row may be given here instead."""

    architecture: Architecture = Field(description="cooling architecture")
    installed: Literal["construction", "retrofit"] | None = Field(None, description="when it was built in")
    rack_limit: PositivePower | None = Field(None, description="rack power that it can hold")
    liquid_supply: Temperature | None = Field(None, description="coolant supply to the cold plates")
    air_supply: Temperature | None = Field(None, description="supply air to the racks")
    chilled_water: Temperature | None = Field(None, description="leaving water of the chiller for air")
    dry_cooler_approach: Difference | None = Field(None, description="dry cooler: water above dry bulb")
    cdu_approach: Difference | None = Field(None, description="coolant above facility water")
    coil_approach: Difference | None = Field(None, description="supply air above chilled water")
    tower_approach: Difference | None = Field(None, description="tower: water above wet bulb")
    condenser_rise: Difference | None = Field(
        None, description="condenser water, in to out; dry: condensing above dry bulb"
    )
    water_rise: PositiveDifference | None = Field(None, description="facility and chilled water, supply to return")
    carnot_fraction: PositiveShare | None = Field(None, description="chiller COP / Carnot COP")
    cop_max: PositiveNumber | None = Field(None, description="highest chiller COP")
    water_cooled: Share | None = Field(None, description="1: condenser on towers, 0: dry")
    fan_pressure: Pressure | None = Field(None, description="pressure of the room fans")
    fan_efficiency: PositiveShare | None = Field(None, description="efficiency of the room fans")
    air_rise: PositiveDifference | None = Field(None, description="air temperature rise through the racks")
    heat_rejection_fan: Share | None = Field(None, description="fan kW per kW of heat rejected at full flow")
    pump_power: Share | None = Field(None, description="pump kW per kW of heat in liquid")
    cycles_of_concentration: AboveOne | None = Field(None, description="cycles of concentration of towers")
    exchanger_approach: Difference | None = Field(None, description="tower economiser: chilled over tower water")
    adiabatic_approach: Difference | None = Field(None, description="wetted or sprayed air above its wet bulb")
    rejection_air_rise: PositiveDifference | None = Field(
        None, description="air through dry coolers, at the design heat"
    )
    air_class: Text | None = Field(None, description="library row of supply-air humidity: recommended, A1 to A4, H1")
    dew_low: DewPoint | None = Field(None, description="lowest dew point of supply air; default: of the air class")
    dew_high: DewPoint | None = Field(None, description="highest dew point of supply air")
    humidity_low: Share | None = Field(None, description="lowest relative humidity of supply air")
    humidity_high: Share | None = Field(None, description="highest relative humidity of supply air")
    immersion_capture: Share | None = Field(None, description="share of the heat of immersed racks that tanks take")
    chiller: Text | None = Field(None, description="library row of a chiller's curves; default: the Carnot fraction")
    chiller_modules: AtLeastOne | None = Field(None, description="chillers that share the load, with curves")
    pump_pressure: Pressure | None = Field(None, description="pressure of the pumps; replaces pump_power")
    pump_efficiency: PositiveShare | None = Field(None, description="efficiency of the pumps, with pump_pressure")
    water_volume: WaterPerKw | None = Field(None, description="water in the loop to the racks, per design IT power")
    drift: WaterPerKwh | None = Field(None, description="drift per kWh of heat rejected on a tower")
    lighting: Share | None = Field(None, description="lighting and other, kW per design IT kW")


class Interconnect(Chapter):
    """The scale-out network; fields of the library's row of the switch may be given here instead."""

    fabric: Literal["rail_optimised", "rail_leaves", "fat_tree"] | None = Field(
        None, description="planes by rail, leaves by rail under common spines, or nodes on any leaf"
    )
    oversubscription: Oversubscription | None = Field(None, description="down / up bandwidth of the leaves")
    core_oversubscription: Oversubscription | None = Field(None, description="down / up bandwidth between pods")
    pod: PositiveAccelerators | None = Field(
        None, description="accelerators below one set of spines; default: as many as the switch allows"
    )
    switch: Text | None = Field(None, description="library row of the switch")
    switch_radix: PositiveNumber | None = Field(None, description="ports of a switch")
    port_rate: Bandwidth | None = Field(
        None, description="rate of a port: a slower NIC takes a part of it, a faster one several; default: the NIC's"
    )
    switch_power: Power | None = Field(None, description="power of a switch without optics")
    transceiver_power: Power | None = Field(None, description="power of a transceiver at the port's rate")
    switch_price: Money | None = Field(None, description="price of a switch")
    transceiver_price: Money | None = Field(None, description="price of a transceiver at the port's rate")
    fibre_price: Money | None = Field(None, description="price of a fibre cable")
    copper_price: Money | None = Field(None, description="price of a copper cable with its ends")
    copper_share: Share | None = Field(None, description="share of the links to accelerators that are copper")
    nic_price: Money | None = Field(None, description="price of a NIC")
