"""The file's chapters ``silicon``, ``cooling`` and ``interconnect``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

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

    after: Literal["energised", "delivered", "signed"] = required("what it waits for")
    lag: t.Lag = required("months after it")


def kind_of_date(value: Any) -> str:
    """Which of the two ways a date is stated in."""
    return "anchor" if isinstance(value, (dict, Chapter)) else "date"


When = Annotated[Annotated[Anchor, Tag("anchor")] | Annotated[t.Date, Tag("date")], Discriminator(kind_of_date)]


class Paid(Chapter):
    """When the silicon is paid."""

    before_delivery: t.Lag = required("months before delivery")


class SiliconChapter(Chapter):
    """What is bought; fields of the library's row of the system may be given here instead."""

    system: t.Text = required("library row of the system, such as GB300 NVL72")
    accelerators: t.Accelerators = required(
        "accelerators installed (ordered); 0 where tenants bring theirs: their racks are of this system"
    )
    available: t.PositiveAccelerators | None = optional("accelerators that the vendor can deliver")
    spares: t.Accelerators | None = optional("of them held as spares for the whole site")
    spares_in_rack: t.Accelerators | None = optional("of each rack, held as spares for that rack (or: spares)")
    total_price: t.Money | None = optional("price of all of it (or: price)")
    price: t.PerAccelerator | None = optional("price of one accelerator as racked (or: total_price)")
    price_includes: tuple[Literal["servers", "fabric", "storage"], ...] | None = optional(
        "what the price pays for: it is sized, not costed again"
    )
    delivered: When = required("a month, or {after: energised, lag: 0 months}")
    paid: Paid = required("when it is paid")
    phase_shares: dict[t.Text, t.Share] | None = optional(
        "share of the price that each milestone's silicon costs; default: by its power"
    )
    acquired: t.Date | None = optional("month of the binding contract, for tax; default: first payment")
    utilisation: t.PositiveShare | None = optional("mean electrical draw / design draw")
    economic_life: t.Life | None = optional("how long it earns")
    book_life: t.Life | None = optional("how long it is depreciated in the books")
    refresh: tuple[t.Lag, ...] | None = optional("months after full operation at which it is replaced", min_length=1)
    refresh_cost: t.Number | None = optional("cost of a replacement, share of the first")
    accelerators_per_node: t.PositiveAccelerators | None = optional("accelerators that fail together")
    accelerators_per_rack: t.PositiveAccelerators | None = optional("accelerators in a rack")
    rack_mass: t.Mass | None = optional("mass of a rack as installed")
    rack_area: t.Area | None = optional("floor that bears a rack: its own and half of the aisles")
    rack_power: t.PositivePower | None = optional("design power of a rack")
    liquid_fraction: t.Share | None = optional("share of rack heat into liquid")
    support_power: t.PowerPerAccelerator | None = optional("storage and head nodes, per accelerator")
    noncompute_share: t.Share | None = optional("share of IT power in server fans and PSU losses")
    coolant_limit: t.Temperature | None = optional("highest coolant supply temperature")
    inlet_limit: t.Temperature | None = optional("highest inlet air temperature")
    scale_up_domain: t.PositiveAccelerators | None = optional("accelerators in a scale-up domain")
    scale_up_bandwidth: t.Bandwidth | None = optional(
        "bandwidth of an accelerator inside its domain, both ways together"
    )
    bf16_dense: t.Computing | None = optional("dense BF16 rate of an accelerator")
    nic_rate: t.Bandwidth | None = optional("scale-out bandwidth of an accelerator")
    mfu: t.Share | None = optional("share of the peak rate that a model uses")


class SiliconOfGeneration(SiliconChapter):
    """A second generation of silicon beside the first: what is bought, as in the chapter silicon."""

    accelerators: t.PositiveAccelerators = required("accelerators installed (ordered)")
    market_price: t.PerAcceleratorHour | None = optional(
        "market price of an hour on it when new; default: the library's row of the system"
    )


class CoolingChapter(Chapter):
    """The cooling architecture; fields of its library row may be given here instead."""

    architecture: Architecture = required("cooling architecture")
    installed: Literal["construction", "retrofit"] | None = optional("when it was built in")
    rack_limit: t.PositivePower | None = optional("rack power that it can hold")
    liquid_supply: t.Temperature | None = optional("coolant supply to the cold plates")
    air_supply: t.Temperature | None = optional("supply air to the racks")
    chilled_water: t.Temperature | None = optional("leaving water of the chiller for air; dx: evaporating refrigerant")
    dry_cooler_approach: t.Difference | None = optional("dry cooler: water above dry bulb")
    cdu_approach: t.Difference | None = optional("coolant above facility water")
    coil_approach: t.Difference | None = optional("supply air above chilled water")
    tower_approach: t.Difference | None = optional("tower: water above wet bulb")
    condenser_rise: t.Difference | None = optional("condenser water, in to out; dry: condensing above dry bulb")
    water_rise: t.PositiveDifference | None = optional("facility and chilled water, supply to return")
    carnot_fraction: t.PositiveShare | None = optional("chiller COP / Carnot COP")
    cop_max: t.PositiveNumber | None = optional("highest chiller COP")
    water_cooled: t.Share | None = optional("1: condenser on towers, 0: dry")
    fan_pressure: t.Pressure | None = optional("pressure of the room fans")
    fan_efficiency: t.PositiveShare | None = optional("efficiency of the room fans")
    fan_rating: t.Text | None = optional(
        "what the rating of fans means at altitude: mass_flow, volume_flow or site_pressure"
    )
    density_exponent: t.DensityExponent | None = optional(
        "fan power goes with 1/density to this; default: of the rating"
    )
    air_rise: t.PositiveDifference | None = optional("air temperature rise through the racks")
    sensible_heat_ratio: t.SensibleShare | None = optional("sensible share of the heat that coils take from the room")
    humidifier_power: t.HumidifierPower | None = optional(
        "humidifier kW per kW of heat in the water it gives: steam 1.1, spray 0"
    )
    heat_rejection_fan: t.Share | None = optional("fan kW per kW of heat rejected at full flow")
    pump_power: t.Share | None = optional("pump kW per kW of heat in liquid")
    cycles_of_concentration: t.AboveOne | None = optional("cycles of concentration of towers")
    exchanger_approach: t.Difference | None = optional("tower economiser: chilled over tower water")
    adiabatic_approach: t.Difference | None = optional("wetted or sprayed air above its wet bulb")
    rejection_air_rise: t.PositiveDifference | None = optional("air through dry coolers, at the design heat")
    air_class: t.Text | None = optional("library row of supply-air humidity: recommended, A1 to A4, H1")
    dew_low: t.DewPoint | None = optional("lowest dew point of supply air; default: of the air class")
    dew_high: t.DewPoint | None = optional("highest dew point of supply air")
    humidity_low: t.Share | None = optional("lowest relative humidity of supply air")
    humidity_high: t.Share | None = optional("highest relative humidity of supply air")
    immersion_capture: t.Share | None = optional("share of the heat of immersed racks that tanks take")
    chiller: t.Text | None = optional("library row of a chiller's curves; default: the Carnot fraction")
    chiller_modules: t.AtLeastOne | None = optional("chillers that share the load, with curves")
    pump_pressure: t.Pressure | None = optional("pressure of the pumps; replaces pump_power")
    pump_efficiency: t.PositiveShare | None = optional("efficiency of the pumps, with pump_pressure")
    water_volume: t.WaterPerKw | None = optional("water in the loop to the racks, per design IT power")
    drift: t.WaterPerKwh | None = optional("drift per kWh of heat rejected on a tower")
    lighting: t.Share | None = optional("lighting and other, kW per design IT kW")


class Interconnect(Chapter):
    """The scale-out network; fields of the library's row of the switch may be given here instead."""

    fabric: Literal["rail_optimised", "rail_leaves", "fat_tree"] | None = optional(
        "planes by rail, leaves by rail under common spines, or nodes on any leaf"
    )
    oversubscription: t.Oversubscription | None = optional("down / up bandwidth of the leaves")
    core_oversubscription: t.Oversubscription | None = optional("down / up bandwidth between pods")
    pod: t.PositiveAccelerators | None = optional(
        "accelerators below one set of spines; default: as many as the switch allows"
    )
    switch: t.Text | None = optional("library row of the switch")
    switch_radix: t.Ports | None = optional("ports of a switch")
    port_rate: t.Bandwidth | None = optional(
        "rate of a port: a slower NIC takes a part of it, a faster one several; default: the NIC's"
    )
    switch_power: t.Power | None = optional("power of a switch without optics")
    transceiver_power: t.Power | None = optional("power of a transceiver at the port's rate")
    switch_price: t.Money | None = optional("price of a switch")
    transceiver_price: t.Money | None = optional("price of a transceiver at the port's rate")
    fibre_price: t.Money | None = optional("price of a fibre cable")
    copper_price: t.Money | None = optional("price of a copper cable with its ends")
    copper_share: t.Share | None = optional("share of the links to accelerators that are copper")
    nic_price: t.Money | None = optional("price of a NIC")
