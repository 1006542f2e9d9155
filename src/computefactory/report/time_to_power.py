"""The page of ``ask FILE time-to-power``: when power comes, what the wait costs, what bridges it."""

from __future__ import annotations

from computefactory.report.sheet import Cell, Column, Figure, Grid, Section, Sheet, worked
from computefactory.schema import Factory
from computefactory.studies.time_to_power import TimeToPower
from computefactory.timeline import month_name

__all__ = ["sheet"]

KW_PER_MW = 1000.0
CHANCES = ((0.1, "p10"), (0.5, "p50"), (0.9, "p90"))
CURVES = (
    ("contracted_mw", "contracted"),
    ("planned_mw", "planned"),
    ("energised_p10_mw", "P10"),
    ("energised_expected_mw", "expected"),
    ("energised_p90_mw", "P90"),
    ("delivered_expected_mw", "delivered"),
)
QUARTER = 3
WAIT = ("plant.interconnection.reserved", "finance.full_operation")
AHEAD = worked("the last milestone's power less what has come by then", "plant.phases.energised")
LATE = worked("mean of the equally likely months late", *WAIT)
DELAYED = worked("npv_usd without debt, underwritten with what has not come so much later", "npv_usd")
MONTH = worked("npv_usd on time less a month later, without debt", "npv_usd")
EXPECTED = worked("mean of npv_usd without debt over the months late", "npv_usd")
SPEED = worked("npv_usd on time less its mean over the months late", "npv_usd")
CURVE = worked(
    "of contracts, milestones and what draws, moved by the months late", "peak_power", "plant.phases.energised"
)
BRIDGE = ("bridge/default/fuel_price", "plant.supply.energy", "finance.capital.discount_rate")


def sheet(factory: Factory, found: TimeToPower) -> Sheet:
    """The study as a page."""
    sections = [_when(found), *([_value(found)] if found.ahead else []), _capacity(found)]
    if found.bridges:
        sections.append(_bridging(found))
    return Sheet("time_to_power", factory.name, tuple(sections), asked=month_name(found.as_of))


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
    )
    grid = Grid(
        (
            Column("late_months", "months late", "month"),
            Column("npv_usd_waits", "NPV, silicon waits", "USD", of=DELAYED),
            Column("npv_usd_idles", "NPV, silicon idles", "USD", of=DELAYED),
        ),
        rows,
    )
    words = "Contracts alone, after tax, in money of month 0; what is anchored to power moves, calendar dates stay."
    return Section("value_of_speed", "What a delay costs", tuple(figures), grid, (words,))


def _capacity(found: TimeToPower) -> Section:
    """Every third month on the screen; files hold the same rows."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month, *(float(found.curves[name][k]) for name, _ in CURVES))
        for k, month in enumerate(found.months)
        if k % QUARTER == 0 or k == len(found.months) - 1
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
