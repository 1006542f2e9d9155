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
)


class HallChapter(Chapter):
    """A data hall."""

    it_capacity: PositivePower = Field(description="IT power that it can feed and cool")
    rack_limit: PositivePower = Field(description="highest power of one rack")
    cost: PerKw | None = Field(None, description="cost per IT capacity; nothing where the building is leased")
    accelerators: PositiveAccelerators | None = Field(None, description="installed here; default: by IT capacity")
    cooling: CoolingChapter | None = Field(None, description="cooling of this hall where it differs")
    space_racks: PositiveNumber | None = Field(None, description="rack positions")
    white_space: Area | None = Field(None, description="area of the hall")
    floor_rating: FloorLoad | None = Field(None, description="uniform load that the floor can bear")
    building_area: Area | None = Field(None, description="area of the building")
    rack_mass_limit: Mass | None = Field(None, description="mass of one rack that the floor carries")
    feed_voltage: Voltage | None = Field(None, description="voltage of the feed to a rack")


class Spending(Chapter):
    """When the durable layer is paid."""

    start: Date = Field(description="month of the first payment")
    duration: Tenor | None = Field(None, description="months over which it is paid")
    profile: Literal["s_curve", "linear"] | None = Field(None, description="how payments spread; default: s_curve")


class AssetClass(Chapter):
    """One class of assets where it differs: its cost, when it is paid, what it adds, how it is written off."""

    like: Text | None = Field(None, description="class of the library that a name of your own follows, such as soft")
    cost: Money | None = Field(None, description="cost before contingency (or: payments)")
    payments: dict[MonthName, Money] | None = Field(
        None, min_length=1, description="what is paid in each month before contingency (or: cost and spending)"
    )
    spending: Spending | None = Field(None, description="when it is paid; default: as its layer")
    in_service: Date | None = Field(None, description="month it enters service; default: as its layer")
    contingency: Share | None = Field(None, description="contingency, share of cost")
    acquired: Date | None = Field(None, description="month of the binding contract, for tax; default: as its layer")
    book_life: Life | None = Field(None, description="straight-line life in the books")
    tax_life: Life | None = Field(None, description="US recovery period: 5, 15 or 39 years")


class BuildingLease(Chapter):
    """Rent that the factory pays for a building it does not own."""

    rent: PerKwMonth = Field(description="rent per IT power")
    power: PositivePower | None = Field(None, description="IT power it is paid on; default: the halls' capacity")
    escalator: SignedRate | None = Field(None, description="yearly rise of the rent")
    accounting: Literal["operating", "finance"] | None = Field(None, description="kind of lease in the books")
    rate: Rate | None = Field(None, description="yearly rate at which the factory could borrow to own it")


class Build(Chapter):
    """Halls and their cost."""

    halls: dict[Text, HallChapter] = Field(min_length=1, description="halls by name")
    spending: Spending = Field(description="when the durable layer is paid")
    acquired: Date | None = Field(None, description="month of the binding contract, for tax; default: first payment")
    lease: BuildingLease | None = Field(None, description="rent paid, where the building is leased")
    land: Money | None = Field(None, description="cost of land")
    grid_upgrade: Money | None = Field(None, description="cost of the connection")
    storage: Money | None = Field(None, description="cost of storage that the price of silicon does not include")
    contingency: Share | None = Field(None, description="contingency on the durable layer, share of cost")
    classes: dict[Text, AssetClass] | None = Field(None, description="classes of assets, by name, where they differ")
    decommissioning: Money | None = Field(None, description="cost of leaving at the exit, at today's prices")
    durable_life: Life | None = Field(None, description="straight-line life of the durable layer")
    release_rent: PerKwMonth | None = Field(None, description="net rent of the empty shell let again")
    release_life: Life | None = Field(None, description="how long the empty shell can be let again")


class Facility(Chapter):
    """Staff, maintenance and insurance of the building."""

    cost: PerKwYear = Field(description="cost per IT capacity and year")
    per: Literal["it_capacity"] = Field("it_capacity", description="what the cost is per")
    escalator: SignedRate | None = Field(None, description="yearly rise; default: inflation")


class SiliconSupport(Chapter):
    """Support and spare parts of the silicon."""

    share_of_price: Rate = Field(description="share of the silicon's price a year")
    escalator: SignedRate | None = Field(None, description="yearly rise")


class PropertyTax(Chapter):
    """Property tax."""

    share_of_durable: Rate = Field(description="share of the cost of the durable layer a year")
    escalator: SignedRate | None = Field(None, description="yearly rise of what it is assessed on")


class JobChapter(Chapter):
    """The reference training job."""

    accelerators: PositiveAccelerators | None = Field(None, description="its size")
    write: Hours | None = Field(None, description="time to write a checkpoint")
    restart: Hours | None = Field(None, description="time to restart")
    detect: Hours | None = Field(None, description="time to find and swap a failed node")


class ReliabilityChapter(Chapter):
    """Failure and repair."""

    failures: PerHour | None = Field(None, description="failures of a node per hour")
    repair: Hours | None = Field(None, description="mean time to repair a node")
    facility: Share | None = Field(None, description="availability of the building")
    fabric: Share | None = Field(None, description="availability of the network")
    planned: Share | None = Field(None, description="share of time in planned maintenance")
    job: JobChapter | None = Field(None, description="the reference training job")


class OperationsChapter(Chapter):
    """Operating cost, each line its own base: nothing is counted in two."""

    facility: Facility | None = Field(None, description="building")
    silicon_support: SiliconSupport | None = Field(None, description="silicon")
    property_tax: PropertyTax | None = Field(None, description="property tax")
    overhead: MoneyPerYear | None = Field(None, description="overhead of the factory")
    overhead_escalator: SignedRate | None = Field(None, description="yearly rise of overhead; default: inflation")
    inflation: SignedRate | None = Field(None, description="yearly rise of operating cost")
    reliability: ReliabilityChapter | None = Field(None, description="failure and repair")
