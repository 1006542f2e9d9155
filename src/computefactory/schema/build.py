"""The file's chapters ``build`` and ``operations``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from computefactory.schema import types as t
from computefactory.schema.silicon import CoolingChapter, kind_of_date
from computefactory.schema.types import Chapter, optional, required


class HallChapter(Chapter):
    """A data hall."""

    it_capacity: t.PositivePower = required("IT power that it can feed and cool")
    rack_limit: t.PositivePower = required("highest power of one rack")
    cost: t.PerKw | None = optional("cost per IT capacity; nothing where the building is leased")
    accelerators: t.PositiveAccelerators | None = optional("installed here; default: by IT capacity")
    cooling: CoolingChapter | None = optional("cooling of this hall where it differs")
    space_racks: t.PositiveNumber | None = optional("rack positions")
    white_space: t.Area | None = optional("area of the hall")
    floor_rating: t.FloorLoad | None = optional("uniform load that the floor can bear")
    building_area: t.Area | None = optional("area of the building")
    rack_mass_limit: t.Mass | None = optional("mass of one rack that the floor carries")
    feed_voltage: t.Voltage | None = optional("voltage of the feed to a rack")


class Spending(Chapter):
    """When the durable layer is paid."""

    start: t.Date = required("month of the first payment")
    duration: t.Tenor | None = optional("months over which it is paid")
    profile: Literal["s_curve", "linear"] | None = optional("how payments spread; default: s_curve")


class AssetClass(Chapter):
    """One class of assets where it differs: its cost, when it is paid, what it adds, how it is written off."""

    like: t.Text | None = optional("class of the library that a name of your own follows, such as soft")
    cost: t.Money | None = optional("cost before contingency (or: payments)")
    payments: dict[t.MonthName, t.Money] | None = optional(
        "what is paid in each month before contingency (or: cost and spending)", min_length=1
    )
    spending: Spending | None = optional("when it is paid; default: as its layer")
    in_service: t.Date | None = optional("month it enters service; default: as its layer")
    contingency: t.Share | None = optional("contingency, share of cost")
    acquired: t.Date | None = optional("month of the binding contract, for tax; default: as its layer")
    book_life: t.Life | None = optional("straight-line life in the books")
    tax_life: t.Life | None = optional("US recovery period: 5, 15 or 39 years")


class LeaseAnchor(Chapter):
    """A month that moves with the halls."""

    after: Literal["handed_over", "energised"] = required("what it waits for, of each phase")
    lag: t.Lag = required("months after it: free of rent")


class LeaseExtension(Chapter):
    """An option to stay: it is used as long as the plant runs."""

    term: t.Tenor = required("how long the lease goes on")
    rent: t.PerKwMonth | None = optional("rent per IT power in its first year; default: the rent goes on")


LeaseStart = Annotated[
    Annotated[LeaseAnchor, Tag("anchor")] | Annotated[t.Date, Tag("date")], Discriminator(kind_of_date)
]


class BuildingLease(Chapter):
    """Rent that the factory pays for a building it does not own, each phase for its share of it."""

    rent: t.PerKwMonth = required("rent per IT power")
    power: t.PositivePower | None = optional("IT power it is paid on; default: the halls' capacity")
    escalator: t.SignedRate | None = optional(
        "rise of the rent on each anniversary of its start; default: a library row"
    )
    starts: LeaseStart | None = optional(
        "a month, or {after: handed_over, lag: 3 months}; default: each phase when its halls are handed over"
    )
    tenor: t.Tenor | None = optional("length of the lease; default: as long as the plant runs")
    extension: LeaseExtension | None = optional("option to stay after the tenor")
    accounting: Literal["operating", "finance"] | None = optional("kind of lease in the books")
    rate: t.Discount | None = optional("yearly rate at which the factory could borrow to own it")


class Build(Chapter):
    """Halls and their cost."""

    halls: dict[t.Text, HallChapter] = required("halls by name", min_length=1)
    spending: Spending = required("when the durable layer is paid")
    acquired: t.Date | None = optional("month of the binding contract, for tax; default: first payment")
    lease: BuildingLease | None = optional("rent paid, where the building is leased")
    land: t.Money | None = optional("cost of land")
    grid_upgrade: t.Money | None = optional("cost of the connection")
    storage: t.Money | None = optional("cost of storage that the price of silicon does not include")
    contingency: t.Share | None = optional("contingency on the durable layer, share of cost")
    classes: dict[t.Text, AssetClass] | None = optional("classes of assets, by name, where they differ")
    decommissioning: t.Money | None = optional("cost of leaving at the exit, at today's prices")
    durable_life: t.Life | None = optional("straight-line life of the durable layer")
    release_rent: t.PerKwMonth | None = optional("net rent of the empty shell let again")
    release_life: t.Life | None = optional("how long the empty shell can be let again")


class Facility(Chapter):
    """Staff, maintenance and insurance of the building."""

    cost: t.PerKwYear = required("cost per IT capacity and year")
    per: Literal["it_capacity"] = Field("it_capacity", description="what the cost is per")
    escalator: t.SignedRate | None = optional("yearly rise; default: inflation")


class SiliconSupport(Chapter):
    """Support and spare parts of the silicon."""

    share_of_price: t.Rate = required("share of the silicon's price a year")
    escalator: t.SignedRate | None = optional("yearly rise")


class PropertyTax(Chapter):
    """Property tax."""

    share_of_durable: t.Rate = required("share of the cost of the durable layer a year")
    escalator: t.SignedRate | None = optional("yearly rise of what it is assessed on")


class JobChapter(Chapter):
    """The reference training job."""

    accelerators: t.PositiveAccelerators | None = optional("its size")
    write: t.Hours | None = optional("time to write a checkpoint")
    restart: t.Hours | None = optional("time to restart")
    detect: t.Hours | None = optional("time to find and swap a failed node")
    interval: t.PositiveHours | None = optional("work between checkpoints; default: what loses least")
    shrinks: t.Flag | None = optional("true: it runs on with the nodes that are up; false: it needs all of them")


class ReliabilityChapter(Chapter):
    """Failure and repair."""

    failures: t.PerHour | None = optional("failures of a node per hour")
    repair: t.Hours | None = optional("mean time to repair a node")
    facility: t.Share | None = optional("availability of the building")
    fabric: t.Share | None = optional("availability of the network")
    planned: t.Share | None = optional("share of time in planned maintenance")
    job: JobChapter | None = optional("the reference training job")


class OperationsChapter(Chapter):
    """Operating cost, each line its own base: nothing is counted in two."""

    facility: Facility | None = optional("building")
    silicon_support: SiliconSupport | None = optional("silicon")
    property_tax: PropertyTax | None = optional("property tax")
    overhead: t.MoneyPerYear | None = optional("overhead of the factory")
    overhead_escalator: t.SignedRate | None = optional("yearly rise of overhead; default: inflation")
    inflation: t.SignedRate | None = optional("yearly rise of operating cost")
    reliability: ReliabilityChapter | None = optional("failure and repair")
