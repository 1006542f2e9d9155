"""``ask FILE time-to-power``: when power comes, what waiting costs, and what bridging the wait would cost and bring.

Where the connection is only asked for, its date is an expert's range of waits of large loads in the region; where it is
agreed or built, it is the file's plan with the slippage that campuses have shown. The value of speed is the value on
time less the *mean* value over that distribution, NPV(0) - E[NPV(T)]: value is not a straight line in the delay, so
NPV(E[T]) would be another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from computefactory import model
from computefactory.errors import FactNotFound, FactoryFileError, Problem
from computefactory.finance.cases import HEAD
from computefactory.library import Library
from computefactory.library.rows import Fact
from computefactory.page import Cell, Column, Figure, Grid, Page, Section, worked
from computefactory.plant import first_power
from computefactory.registry import study
from computefactory.scenarios import Trials
from computefactory.schema import Factory
from computefactory.schema.schedule import milestones
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, month_name, month_number

__all__ = ["Bridge", "TimeToPower", "page", "time_to_power"]

Series = NDArray[np.float64]
Places = NDArray[np.int64]
ASKED_FOR = ("queued", "study")
SHOWN = (0, 1, 3, 6, 12, 18, 24, 36, 48, 72, 96, 144)  # months late that the page has a row for
LATEST = SHOWN[-1]  # months: what comes later is worth as much as what comes then
DAYS_PER_MONTH = 365.25 / 12
KW_PER_MW = KWH_PER_MWH = 1000.0
NPV = "npv_usd"
BRIDGES = ("rented_turbines", "engines", "fuel_cells", "battery_and_non_firm_grid")
CHANCES = ((0.1, "p10"), (0.5, "p50"), (0.9, "p90"))
CURVES = (
    ("contracted_mw", "contracted"),
    ("planned_mw", "planned"),
    ("energised_p10_mw", "P10"),
    ("energised_expected_mw", "expected"),
    ("energised_p90_mw", "P90"),
    ("delivered_expected_mw", "delivered"),
)
WAIT = ("plant.interconnection.reserved", "finance.full_operation")
AHEAD = worked("the last milestone's power less what has come by then", "plant.phases.power")
LATE = worked("mean of the equally likely months late", *WAIT)
DELAYED = worked("npv_usd without debt, underwritten with what has not come so much later", "npv_usd")
MONTH = worked("npv_usd on time less a month later, without debt", "npv_usd")
EXPECTED = worked("mean of npv_usd without debt over the months late", "npv_usd")
SPEED = worked("npv_usd on time less its mean over the months late", "npv_usd")
CURVE = worked("of contracts, milestones and what draws, moved by the months late", "peak_power", "plant.phases.power")
BRIDGE = ("bridge/default/fuel_price", "plant.supply.energy", "finance.capital.discount_rate")
_MONTH_OF_STATUS = re.compile(r"([A-Z][a-z]{2}) (\d{4})\)?$")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Bridge:
    """Temporary power against the wait: what it costs and what starting earlier brings, both in money of month 0."""

    name: str
    lead_months: float
    months_gained: float
    cost_usd: float
    cost_low_usd: float
    cost_high_usd: float
    gain_usd: float
    source: str

    @property
    def net_usd(self) -> float:
        """Gain less cost."""
        return self.gain_usd - self.cost_usd


@dataclass(frozen=True, slots=True)
class TimeToPower:
    """The answer; months late are against the file's plan, ``late`` holds equally likely ones."""

    as_of: int
    status: str
    first_planned: int
    ahead: tuple[str, ...]  # milestones that have not come
    evidence: str
    labelled: str  # what kind of knowledge the distribution is
    late: Series
    withdrawal: tuple[float, float, float]
    delays: Series  # months at which values stand
    waits: Series  # NPV there, the silicon waiting
    idles: Series  # NPV there, the silicon standing idle
    power_ahead: float  # kW that has not come
    curves: dict[str, Series]  # MW by month
    months: tuple[str, ...]
    bridges: tuple[Bridge, ...]
    slippage: first_power.Slippage

    def quantile(self, chance: float) -> float:
        """Months late that are not passed with that chance."""
        return float(np.quantile(self.late, chance))

    def mean_value(self, values: Series) -> float:
        """Mean NPV over the distribution."""
        return float(np.interp(self.late, self.delays, values).mean())

    def month_costs(self, values: Series) -> float:
        """What one month of delay costs at the start."""
        return float(values[0] - np.interp(1.0, self.delays, values))


def time_to_power(factory: Factory, as_of: str | None = None) -> TimeToPower:
    """When power comes and what the wait is worth.

    Args:
        factory: as loaded; the milestones are its plan.
        as_of: month of the knowledge, ``YYYY-MM``; default: this month.

    Raises:
        FactoryFileError: no evidence for this place, or a wrong month.
    """
    now = _month(as_of)
    facts = factory.library
    grid = factory.document.model.power
    phases = milestones(grid, factory.document.model.phases)
    planned = {phase.name: phase.planned for phase in phases}
    status = grid.interconnection.status
    ahead = tuple(name for name, month in planned.items() if month > now or status != "energised")
    first = planned[ahead[0]] if ahead else max(planned.values())
    slippage = first_power.fit_slippage(*_campuses(facts))
    late, evidence, labelled = _late(factory, status, first - now, slippage) if ahead else _come()
    delays = _delays(facts, late, first - now)
    waits, idles = (_values(factory, ahead, planned, delays, kind) for kind in ("waits", "comes_as_planned"))
    withdrawal = facts.fact("time_to_power", status, "withdrawal")
    missing = sum(phase.power for phase in phases if phase.name in ahead)
    names, curves = _curves(factory, ahead, planned, late, now)
    return TimeToPower(
        now,
        status,
        first,
        ahead,
        evidence,
        labelled,
        late,
        (_number(withdrawal.value), _number(withdrawal.low), _number(withdrawal.high)),
        delays,
        waits,
        idles,
        missing,
        curves,
        names,
        tuple(_bridges(factory, late, first - now, delays, waits, missing)) if ahead else (),
        slippage,
    )


def _delays(facts: Library, late: Series, months_ahead: int) -> Series:
    """Months late at which the factory is underwritten again: every month that power or a bridge may come in.

    A year's end makes steps in the value: lines between months further apart miss them.
    """
    leads = [_number(facts.fact("bridge", name, "lead_time").value) - max(months_ahead, 0) for name in BRIDGES]
    most = min(int(np.ceil(late.max())), LATEST)
    whole = [edge for lead in leads for edge in (int(np.floor(lead)), int(np.ceil(lead)))]
    months = {*SHOWN, *range(int(np.floor(late.min())), most + 1), *whole}
    return np.array(sorted(month for month in months if 0 <= month <= max(most, 1)), dtype=float)


def _number(value: float | str | None) -> float:
    return float(value) if value is not None else float("nan")


def _month(text: str | None) -> int:
    if text is None:
        today = date.today()  # noqa: DTZ011  # the user's own calendar
        return today.year * MONTHS_PER_YEAR + today.month - 1
    try:
        return month_number(text)
    except ValueError:
        raise FactoryFileError([Problem("not_a_date", "--as-of", text, "a month such as 2026-11")]) from None


def _come() -> tuple[Series, str, str]:
    return np.zeros(1), "every milestone has come", "observed"


def _late(factory: Factory, status: str, months_ahead: int, slippage: first_power.Slippage) -> tuple[Series, str, str]:
    """Months late against the plan, the evidence in words and what kind of knowledge it is."""
    if status not in ASKED_FOR:
        late = first_power.late_by(slippage, float(-months_ahead) if months_ahead < 0 else -np.inf)
        words = (
            f"slippage of {slippage.observed} campuses delivered and {slippage.censored} not yet delivered when last "
            f"seen (library table campus): Gumbel, mode {slippage.location:.1f}, scale {slippage.scale:.1f} months"
        )
        return late, words, "fitted to few and censored observations"
    whole, words = _whole_wait(factory)
    share = factory.library.fact("time_to_power", status, "remaining")
    remaining = (_number(share.low), _number(share.value), _number(share.high))
    months = first_power.wait(whole, remaining)
    words += f"; of it {share.value:g} ({share.low:g} to {share.high:g}) lies ahead ({status}, {share.source})"
    return np.maximum(months - months_ahead, 0.0), words, "expert range, triangular"


def _whole_wait(factory: Factory) -> tuple[tuple[float, float, float], str]:
    """The wait of a large load in the region: from the file, else the library's row for the place."""
    stated = factory.document.model.power.interconnection.wait
    if stated is not None:
        return (stated.low, stated.likely, stated.high), (
            f"stated in the file: {stated.low:g} to {stated.high:g} months, likely {stated.likely:g}"
        )
    facts, site = factory.library, factory.plant.site
    name = _evidence(facts, site.place, site.region, site.country)
    if name is None:
        hint = "state it in the file: power.interconnection.wait: {low: …, likely: …, high: …}"
        problem = factory.document.places.problem(
            "no_evidence", "site.place", site.place, "a place whose wait for power is known", hint
        )
        raise FactoryFileError([problem])
    field = next(item for item in facts.fields("interconnection", name) if item.startswith("large_load_"))
    fact = facts.fact("interconnection", name, field)
    likely = _number(fact.value)
    low = fact.low if fact.low is not None else likely * _default(facts, "low_factor")
    high = fact.high if fact.high is not None else likely * _default(facts, "high_factor")
    words = (
        f"{name}: {likely:g} months ({low:g} to {high:g}), {fact.source}, {fact.as_of}, confidence {fact.confidence}"
    )
    return (low, likely, high), words


def _evidence(facts: Library, *names: str) -> str | None:
    for name in names:
        try:
            return str(facts.fact("load_queue", name, "evidence").value)
        except FactNotFound:
            continue
    return None


def _default(facts: Library, field: str) -> float:
    return _number(facts.fact("time_to_power", "default", field).value)


def _campuses(facts: Library) -> tuple[list[float], list[float]]:
    """Months late of delivered campuses, and at least how late the others were when last seen."""
    observed, at_least = [], []
    for key in facts.keys("campus"):
        names = facts.fields("campus", key)
        if not {"planned_date", "status"} <= set(names):
            continue
        planned = _day(str(facts.fact("campus", key, "planned_date").value))
        status = str(facts.fact("campus", key, "status").value)
        seen = _MONTH_OF_STATUS.search(status)
        delivered = status.startswith(("actual", "recalled"))
        if delivered and "actual_or_latest_date" in names:
            actual = _day(str(facts.fact("campus", key, "actual_or_latest_date").value))
            observed.append((actual - planned).days / DAYS_PER_MONTH)
        elif seen:
            month = _MONTHS.index(seen[1]) + 1
            at_least.append((date(int(seen[2]), month, 28) - planned).days / DAYS_PER_MONTH)
    return observed, at_least


def _day(text: str) -> date:
    return date.fromisoformat(text if text.count("-") > 1 else f"{text}-28")


def _values(factory: Factory, ahead: tuple[str, ...], planned: dict[str, int], delays: Series, silicon: str) -> Series:
    """NPV before financing at a few delays of what has not come."""
    last_come = max((month for name, month in planned.items() if name not in ahead), default=None)
    after = f", after: {month_name(last_come)}" if last_come is not None else ""
    texts = [f"{{by: {months:g} months{after}, silicon: {silicon}}}" for months in delays]
    return Trials(factory, {"power.delay": texts}, [NPV]).run()[NPV]


def _curves(
    factory: Factory, ahead: tuple[str, ...], planned: dict[str, int], late: Series, now: int
) -> tuple[tuple[str, ...], dict[str, Series]]:
    """MW by month: contracted, planned, expected and probable energised, delivered."""
    timeline = factory.timeline
    last = max(planned.values()) + int(np.ceil(np.quantile(late, 0.9))) + 2
    months = np.arange(timeline.start, min(max(last, now + 2), timeline.start + timeline.periods))
    steps = {phase.name: phase.power for phase in factory.plant.phases}

    def reached(name: str, months_late: float) -> Series:
        moved = planned[name] + (months_late if name in ahead else 0.0)
        return np.asarray(steps[name] * (months >= np.ceil(moved - 1e-9)))

    def energised(months_late: float) -> Series:
        return np.asarray(sum(reached(name, months_late) for name in steps))

    known = model.run_steps(factory, limits=False)
    lines = model.evaluate(factory, known, HEAD, None).lines
    running = lines["peak_power"] + (lines["l_let"] / timeline.months).sum(axis=0) * known["pue_design"]
    place = months - timeline.start
    delivered = np.array([_shifted(running, place, now - timeline.start, by) for by in np.ceil(late - 1e-9)])
    return tuple(month_name(int(month)) for month in months), {
        "contracted_mw": _contracted(factory, known, place) / KW_PER_MW,
        "planned_mw": energised(0.0) / KW_PER_MW,
        "energised_expected_mw": np.mean([energised(by) for by in late], axis=0) / KW_PER_MW,
        "energised_p10_mw": energised(float(np.quantile(late, 0.9))) / KW_PER_MW,
        "energised_p90_mw": energised(float(np.quantile(late, 0.1))) / KW_PER_MW,
        "delivered_expected_mw": delivered.mean(axis=0) / KW_PER_MW,
    }


def _shifted(series: Series, place: Places, now: int, by: float) -> Series:
    """A series whose rises after now come later."""
    before = np.minimum(place, max(now, 0)).astype(int)
    moved = np.clip(place - int(by), 0, len(series) - 1).astype(int)
    return np.asarray(np.where(place <= now, series[place], np.maximum(series[before], series[moved])))


def _contracted(factory: Factory, known: model.Values, place: Places) -> Series:
    """kW at the meter that signed contracts and leases are for, once signed."""
    pue, book = float(known["pue_design"]), factory.offtake
    installed = float(factory.plant.accelerators)
    each = float(known["it_design_load"]) / installed if installed else 0.0
    signed = [
        *((part.signed, part.accelerators * each) for part in book.contracts if part.committed),
        *((part.signed, part.power) for part in book.leases),
    ]
    return np.asarray(sum(power * pue * (place >= month) for month, power in signed), dtype=float) + np.zeros(
        len(place)
    )


def _bridges(
    factory: Factory, late: Series, months_ahead: int, delays: Series, values: Series, power: float
) -> Iterator[Bridge]:
    """Each option ordered now: it is there after its lead time and works until the grid comes."""
    facts = factory.library
    fuel = facts.fact("bridge", "default", "fuel_price")
    hours = _number(facts.fact("contract", "default", "billing_hours").value)  # of a standard month
    energy = factory.plant.supply.energy
    growth = (1 + factory.finance.capital.discount_rate) ** (1 / MONTHS_PER_YEAR)
    until = np.maximum(months_ahead, 0) + late  # months from now in which the grid comes
    for name in BRIDGES:
        rows = {field: facts.fact("bridge", name, field) for field in facts.fields("bridge", name)}
        lead = _number(rows["lead_time"].value)
        arrives = np.minimum(until, np.maximum(lead, max(months_ahead, 0)))
        working = until - arrives
        gain = np.interp(np.maximum(arrives - max(months_ahead, 0), 0), delays, values) - np.interp(
            late, delays, values
        )
        kept = growth ** -(arrives + working / 2)
        cost, *ends = (
            power * float(np.mean(_cost(rows, fuel, pick, energy, working, hours) * kept))
            for pick in ("value", "low", "high")
        )
        source = f"{rows['lead_time'].source}, {rows['lead_time'].as_of}"
        yield Bridge(name, lead, float(working.mean()), cost, min(ends), max(ends), float(gain.mean()) + 0.0, source)


def _cost(rows: Mapping[str, Fact], fuel: Fact, pick: str, energy: float, working: Series, hours: float) -> Series:
    """USD per kW for each of the equally likely waits: plant less resale, rent, and what its energy costs more."""
    other = {"low": "high", "high": "low"}.get(pick, pick)  # a high resale makes it cheap
    part = {field: _number(getattr(row, other if field == "resale" else pick)) for field, row in rows.items()}
    own = part["heat_rate"] * _number(getattr(fuel, pick)) / KWH_PER_MWH + part["operation"]
    dearer = own - energy if part["heat_rate"] else own  # a battery draws the grid's energy
    plant = part["capex"] * (1 - part["resale"]) * (working > 0)
    return np.asarray(plant + working * (part["rent"] + hours * part["firm"] * dearer))


@study("time-to-power")
def page(factory: Factory, as_of: str | None = None) -> Page:
    """The answer as a page."""
    found = time_to_power(factory, as_of)
    sections = [_when(found), *([_value(found)] if found.ahead else []), _capacity(found)]
    if found.bridges:
        sections.append(_bridging(found))
    return Page("time_to_power", factory.name, tuple(sections), asked=month_name(found.as_of))


def _when(found: TimeToPower) -> Section:
    figures = [
        Figure("status", "connection", found.status),
        Figure("as_of", "as of", month_name(found.as_of)),
        Figure("power_ahead_mw", "power that has not come", found.power_ahead / KW_PER_MW, "MW", of=AHEAD),
        Figure("first_planned", "next milestone in the file", month_name(found.first_planned)),
    ]
    for chance, name in CHANCES:
        late = found.quantile(chance)
        of = worked(f"months late that are not passed with a chance of {chance:.0%}; {found.evidence}", *WAIT)
        figures.append(Figure(f"{name}_late_months", f"{name.upper()} of months late", late, "month", of=of))
        if found.ahead:
            month = month_name(found.first_planned + int(-(-late // 1)))
            figures.append(Figure(f"{name}_first_power", f"{name.upper()} of first power", month))
    figures += [
        Figure("mean_late_months", "mean of months late", float(found.late.mean()), "month", of=LATE),
        Figure(
            "withdrawal",
            "chance that it never comes",
            found.withdrawal[0],
            "%",
            _range(found),
            f"time_to_power/{found.status}/withdrawal",
        ),
    ]
    return Section("first_power", "When power comes", tuple(figures), text=(f"Evidence: {found.evidence}.",
        f"The distribution is {found.labelled}; it is conditional on coming at all."))  # fmt: skip


def _range(found: TimeToPower) -> str:
    _, low, high = found.withdrawal
    return f"assumed, {low:.0%} to {high:.0%}" if high > low else ""


def _value(found: TimeToPower) -> Section:
    figures = [
        Figure("npv_on_time_usd", "NPV on time, before financing", float(found.waits[0]), "USD", of=DELAYED),
    ]
    for name, label, values in (
        ("waits", "silicon waits", found.waits),
        ("idles", "silicon comes as planned", found.idles),
    ):
        mean = found.mean_value(values)
        figures += [
            Figure(f"month_usd_{name}", f"a month of delay costs, {label}", found.month_costs(values), "USD", of=MONTH),
            Figure(f"npv_expected_usd_{name}", f"E[NPV], {label}", mean, "USD", of=EXPECTED),
            Figure(f"speed_usd_{name}", f"value of speed, {label}", float(values[0]) - mean, "USD", of=SPEED),
        ]
        if found.power_ahead:
            each = (float(values[0]) - mean) / (found.power_ahead / KW_PER_MW)
            figures.append(Figure(f"speed_usd_per_mw_{name}", "  per MW that has not come", each, "USD", of=SPEED))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (float(late), float(waits), float(idles))
        for late, waits, idles in zip(found.delays, found.waits, found.idles, strict=True)
        if late in SHOWN or late == found.delays[-1]
    )
    grid = Grid(
        (
            Column("late_months", "months late", "month"),
            Column("npv_usd_waits", "NPV, silicon waits", "USD", of=DELAYED),
            Column("npv_usd_idles", "NPV, silicon idles", "USD", of=DELAYED),
        ),
        rows,
    )
    words = [
        "Contracts alone, after tax, in money of month 0; what is anchored to power moves, calendar dates stay.",
        f"Means over {len(found.delays)} delays, one for every month in which power may come; some are shown.",
    ]
    if found.late.max() > LATEST:
        words.append(f"Power that comes more than {LATEST} months late is counted as coming then.")
    return Section("value_of_speed", "What a delay costs", tuple(figures), grid, tuple(words))


def _capacity(found: TimeToPower) -> Section:
    """Every third month on the screen; files hold the same rows."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month, *(float(found.curves[name][k]) for name, _ in CURVES))
        for k, month in enumerate(found.months)
        if k % MONTHS_PER_QUARTER == 0 or k == len(found.months) - 1
    )
    columns = (Column("month", "month"), *(Column(name, label, "MW", of=CURVE) for name, label in CURVES))
    words = "At the meter. P10: at least this with 90 %. Delivered: drawn by silicon and tenants at full load."
    return Section("capacity", "Contracted, planned, energised, delivered", (), Grid(columns, rows), (words,))


def _bridging(found: TimeToPower) -> Section:
    columns = (
        Column("option", "option"),
        Column("lead_time_months", "lead", "month"),
        Column(
            "months_gained", "gained", "month", of=worked("mean months from its arrival until the grid comes", *WAIT)
        ),
        Column("cost_usd", "cost", "USD", of=worked("power ahead x (plant less resale, rent, dearer energy)", *BRIDGE)),
        Column(
            "gain_usd", "gain", "USD", of=worked("mean NPV with power at its arrival, less with the wait", "npv_usd")
        ),
        Column("net_usd", "net", "USD", of=worked("gain - cost", "npv_usd", *BRIDGE)),
    )
    places = tuple(("", f"bridge/{item.name}/lead_time", "", "", "", "") for item in found.bridges)
    rows = tuple(
        (
            item.name.replace("_", " "),
            item.lead_months,
            item.months_gained,
            item.cost_usd,
            item.gain_usd,
            item.net_usd,
        )
        for item in found.bridges
    )
    words = [
        f"{item.name.replace('_', ' ')}: cost {item.cost_low_usd / 1e6:,.0f} to {item.cost_high_usd / 1e6:,.0f} m USD "
        f"over its rows' ranges; {item.source}"
        for item in found.bridges
    ]
    title = "Temporary power against the wait, ordered now"
    return Section("bridging", title, (), Grid(columns, rows, places=places), tuple(words))
