"""The file's chapters ``build`` and ``operations``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from computefactory.schema.silicon import CoolingChapter
from computefactory.schema.types import (
    Area,
    Chapter,
    Date,
    FloorLoad,
    Hours,
    Life,
    Mass,
    Money,
    MoneyPerYear,
    MonthName,
    PerHour,
    PerKw,
    PerKwMonth,
    PerKwYear,
    PositiveAccelerators,
    PositiveNumber,
    PositivePower,
    Rate,
    Share,
    SignedRate,
    Tenor,
    Text,
    Voltage,
    optional,
)


class HallChapter(Chapter):
    """A data hall."""

    it_capacity: PositivePower = Field(description="IT power that it can feed and cool")
    rack_limit: PositivePower = Field(description="highest power of one rack")
    cost: PerKw | None = optional("cost per IT capacity; nothing where the building is leased")
    accelerators: PositiveAccelerators | None = optional("installed here; default: by IT capacity")
    cooling: CoolingChapter | None = optional("cooling of this hall where it differs")
    space_racks: PositiveNumber | None = optional("rack positions")
    white_space: Area | None = optional("area of the hall")
    floor_rating: FloorLoad | None = optional("uniform load that the floor can bear")
    building_area: Area | None = optional("area of the building")
    rack_mass_limit: Mass | None = optional("mass of one rack that the floor carries")
    feed_voltage: Voltage | None = optional("voltage of the feed to a rack")


class Spending(Chapter):
    """When the durable layer is paid."""

    start: Date = Field(description="month of the first payment")
    duration: Tenor | None = optional("months over which it is paid")
    profile: Literal["s_curve", "linear"] | None = optional("how payments spread; default: s_curve")


class AssetClass(Chapter):
    """One class of assets where it differs: its cost, when it is paid, what it adds, how it is written off."""

    like: Text | None = optional("class of the library that a name of your own follows, such as soft")
    cost: Money | None = optional("cost before contingency (or: payments)")
    payments: dict[MonthName, Money] | None = optional(
        "what is paid in each month before contingency (or: cost and spending)", min_length=1
    )
    spending: Spending | None = optional("when it is paid; default: as its layer")
    in_service: Date | None = optional("month it enters service; default: as its layer")
    contingency: Share | None = optional("contingency, share of cost")
    acquired: Date | None = optional("month of the binding contract, for tax; default: as its layer")
    book_life: Life | None = optional("straight-line life in the books")
    tax_life: Life | None = optional("US recovery period: 5, 15 or 39 years")


class BuildingLease(Chapter):
    """Rent that the factory pays for a building it does not own."""

    rent: PerKwMonth = Field(description="rent per IT power")
    power: PositivePower | None = optional("IT power it is paid on; default: the halls' capacity")
    escalator: SignedRate | None = optional("yearly rise of the rent")
    accounting: Literal["operating", "finance"] | None = optional("kind of lease in the books")
    rate: Rate | None = optional("yearly rate at which the factory could borrow to own it")


class Build(Chapter):
    """Halls and their cost."""

    halls: dict[Text, HallChapter] = Field(min_length=1, description="halls by name")
    spending: Spending = Field(description="when the durable layer is paid")
    acquired: Date | None = optional("month of the binding contract, for tax; default: first payment")
    lease: BuildingLease | None = optional("rent paid, where the building is leased")
    land: Money | None = optional("cost of land")
    grid_upgrade: Money | None = optional("cost of the connection")
    storage: Money | None = optional("cost of storage that the price of silicon does not include")
    contingency: Share | None = optional("contingency on the durable layer, share of cost")
    classes: dict[Text, AssetClass] | None = optional("classes of assets, by name, where they differ")
    decommissioning: Money | None = optional("cost of leaving at the exit, at today's prices")
    durable_life: Life | None = optional("straight-line life of the durable layer")
    release_rent: PerKwMonth | None = optional("net rent of the empty shell let again")
    release_life: Life | None = optional("how long the empty shell can be let again")


class Facility(Chapter):
    """Staff, maintenance and insurance of the building."""

    cost: PerKwYear = Field(description="cost per IT capacity and year")
    per: Literal["it_capacity"] = Field("it_capacity", description="what the cost is per")
    escalator: SignedRate | None = optional("yearly rise; default: inflation")


class SiliconSupport(Chapter):
    """Support and spare parts of the silicon."""

    share_of_price: Rate = Field(description="share of the silicon's price a year")
    escalator: SignedRate | None = optional("yearly rise")


class PropertyTax(Chapter):
    """Property tax."""

    share_of_durable: Rate = Field(description="share of the cost of the durable layer a year")
    escalator: SignedRate | None = optional("yearly rise of what it is assessed on")


class JobChapter(Chapter):
    """The reference training job."""

    accelerators: PositiveAccelerators | None = optional("its size")
    write: Hours | None = optional("time to write a checkpoint")
    restart: Hours | None = optional("time to restart")
    detect: Hours | None = optional("time to find and swap a failed node")


class ReliabilityChapter(Chapter):
    """Failure and repair."""

    failures: PerHour | None = optional("failures of a node per hour")
    repair: Hours | None = optional("mean time to repair a node")
    facility: Share | None = optional("availability of the building")
    fabric: Share | None = optional("availability of the network")
    planned: Share | None = optional("share of time in planned maintenance")
    job: JobChapter | None = optional("the reference training job")


class OperationsChapter(Chapter):
    """Operating cost, each line its own base: nothing is counted in two."""

    facility: Facility | None = optional("building")
    silicon_support: SiliconSupport | None = optional("silicon")
    property_tax: PropertyTax | None = optional("property tax")
    overhead: MoneyPerYear | None = optional("overhead of the factory")
    overhead_escalator: SignedRate | None = optional("yearly rise of overhead; default: inflation")
    inflation: SignedRate | None = optional("yearly rise of operating cost")
    reliability: ReliabilityChapter | None = optional("failure and repair")
