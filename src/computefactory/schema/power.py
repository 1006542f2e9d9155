"""The file's chapters ``site``, ``power`` and ``electrical``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from computefactory.schema import types as t
from computefactory.schema.supply import ShortageChapter, Supply
from computefactory.schema.types import Chapter, optional, required


class SiteChapter(Chapter):
    """Where the factory stands; climate, altitude, region and tax come from the library."""

    place: t.Text = required("library row of the place, such as Childress TX")
    weather: t.Text | None = optional(
        "file of hourly weather instead of the place's normals: EPW, TMY3 or CSV, beside this file"
    )
    country: t.Text | None = optional("country, for a place that the library lacks")
    region: t.Text | None = optional("grid, price and tax region, such as US-TX")
    utc_offset: t.Zone | None = optional(
        "standard time ahead of UTC, such as -6 h, for files whose stamps state a zone"
    )
    fibre_latency: t.Hours | None = optional("round trip by fibre to the buyer's other sites")
    extreme_margin: t.Difference | None = optional("20-year extreme above the hottest typical hour")
    anomaly_floor: t.Difference | None = optional("least spread of daily means about the season")
    anomaly_range: t.Number | None = optional("spread of daily means per K of the yearly range")
    anomaly_season: t.Number | None = optional("more spread per K that a month is colder")
    persistence: t.Share | None = optional("correlation of a day's anomaly with the day before")


def _kind_of_level(value: Any) -> str:
    return "name" if isinstance(value, str) and not value[:1].isdigit() else "voltage"


Level = Annotated[
    Annotated[Literal["transmission", "distribution"], Tag("name")] | Annotated[t.Voltage, Tag("voltage")],
    Discriminator(_kind_of_level),
]


class Wait(Chapter):
    """Months from now until a connection that is only asked for is there: an expert's range."""

    low: t.Lag = required("shortest")
    likely: t.Lag = required("most likely")
    high: t.Lag = required("longest")


class InterconnectionChapter(Chapter):
    """The connection to the grid."""

    capacity: t.PositivePower = required("capacity of the connection")
    reserved: t.PositivePower | None = optional("part of it reserved for this factory; default: all")
    firm: t.PositivePower | None = optional("what remains with one transformer out; default: the capacity")
    apparent: t.Apparent | None = optional("apparent power; times the power factor it limits too")
    level: Level = required("transmission, distribution or the voltage, such as 138 kV")
    status: Literal["queued", "study", "agreement", "construction", "energised"] = required("how far it is")
    wait: Wait | None = optional("whole wait, where no row of the library stands for the place")
    security: t.Money | None = optional("deposit held by the utility, given back; reported, not a cost")
    upgrade_cost: t.Money | None = optional("cost of the connection; adds to build.grid_upgrade")
    load_swing: t.RampRate | None = optional("fastest change of load that the utility allows")
    ride_through: t.Hours | None = optional("voltage dip that the load must ride through, such as 150 ms")
    dedicated_substation: t.Flag | None = optional("true where the substation serves this factory alone")


class Delay(Chapter):
    """How late power comes against the milestones; what is anchored to them moves, calendar dates stay."""

    by: t.Lag = required("months after each milestone")
    after: t.Date | None = optional("milestones up to this month have come as planned; default: none has")
    silicon: Literal["waits", "comes_as_planned"] | None = optional(
        "waits (default): what is delivered after energised moves too; comes_as_planned: it stands idle"
    )


class PowerChapter(Chapter):
    """Connection, milestones, supply."""

    interconnection: InterconnectionChapter = required("the connection to the grid")
    energised: dict[t.MonthName, t.Milestone] | None = optional(
        "cumulative milestones at the meter: {2026-03: 75 MW, 2026-06: 150 MW}; each is a phase (or: phases)",
        min_length=1,
    )
    delay: Delay | None = optional("power later than its milestones, to see what a delay costs")
    supply: dict[t.Text, Supply] = required("what feeds the site, by name", min_length=1)
    shortage: ShortageChapter | None = optional("what happens where the supply does not reach; default: refused")


def _kind_of_halls(value: Any) -> str:
    return "parts" if isinstance(value, dict) else "whole"


Halls = Annotated[
    Annotated[tuple[t.Text, ...], Field(min_length=1), Tag("whole")]
    | Annotated[dict[t.Text, t.PositivePower], Field(min_length=1), Tag("parts")],
    Discriminator(_kind_of_halls),
]


class PhaseChapter(Chapter):
    """A part of the site that is energised, delivered and accepted on dates of its own."""

    energised: t.Date = required("month from which its power is there")
    power: t.Milestone = required("power at the meter that it adds")
    halls: Halls | None = optional(
        "halls of build.halls that it fills, or the IT power that it takes of each; default: its share by its power"
    )
    generation: t.Text | None = optional("generation of silicon that stands in it; default: silicon")
    accelerators: t.PartOfAccelerators | None = optional("accelerators of its generation; default: by its power")
    delivered: t.Date | None = optional("month in which its silicon is delivered; default: as silicon.delivered")
    accepted: t.Date | None = optional(
        "month from which it works; default: the first start of what is sold from it, if that comes in time"
    )
    handed_over: t.Date | None = optional(
        "month in which the landlord hands its halls over; default: when its power is planned"
    )
    lease: t.Date | None = optional("month in which rent starts for it; default: as build.lease.starts")


class ElectricalChapter(Chapter):
    """The electrical chain of the building; what is not given comes from the row of its redundancy."""

    redundancy: Literal["N", "N+1", "2N", "block"] | None = optional("redundancy of the UPS")
    transformer: t.PositiveShare | None = optional("efficiency of the transformers")
    ups: t.PositiveShare | None = optional("efficiency of the UPS at and above half load")
    ups_no_load: t.Share | None = optional("UPS loss at no load, share of its rating")
    distribution: t.PositiveShare | None = optional("efficiency of the distribution")
    transformer_no_load: t.Share | None = optional(
        "share of the transformers' loss at design load that is there at no load"
    )
    power_factor: t.PositiveShare | None = optional("power factor at the meter")
    provisioning: t.PositiveNumber | None = optional(
        "rack power that is provided for / design rack power: below 1 racks share power"
    )
    redundancy_modules: t.PositiveNumber | None = optional("UPS rating / design IT")
