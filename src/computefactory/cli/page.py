"""The page of one factory in the terminal: eighty columns, plain when piped, legible on light and dark."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from computefactory.metrics import Metric
    from computefactory.result import Result

__all__ = ["show"]

WIDTH = 80
BAR = 24
MILLION, BILLION, MEGAWATT = 1e6, 1e9, 1e-3
TEN_THOUSAND = 1e4  # from here on four digits would be written with an exponent
SHOWN_FROM = 0.5e-3  # USD an hour: parts below round to nothing
CASE_TITLES = {
    "contract_only": "contract only",
    "contract_and_residual": "contract + residual",
    "full_life": "full life",
}
REASONS = {
    "does_not_exist": "none exists",
    "not_unique": "not unique",
    "total_loss": "total loss",
    "not_applicable": "not applicable",
}
RESULT_STYLE = {"pass": "green", "fail": "red", "not shown": "yellow"}


def show(result: Result, console: Console | None = None) -> None:
    """Print the page; without ``console`` on standard output, no blanks at the ends of lines."""
    if console is None:
        out = Console(width=WIDTH, highlight=False)
        with out.capture() as page:
            show(result, out)
        sys.stdout.writelines(f"{line.rstrip()}\n" for line in page.get().splitlines())
        return
    out = console
    _header(out, result)
    _definition(out, result)
    _flow(out, result)
    _unit_cost(out, result)
    _sources_and_uses(out, result)
    _debt(out, result)
    _returns(out, result)
    _specifications(out, result)
    _binding(out, result)
    _depends(out, result)
    _warnings(out, result)


def usd(value: float) -> str:
    """Money as people say it."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:,.2f} bn USD"
    if abs(value) >= MILLION:
        return f"{value / MILLION:,.1f} m USD"
    return f"{value:,.0f} USD"


def percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:z.{digits}f} %"


def _number(metric: Metric, kind: str) -> str:
    if metric.value is None:
        return REASONS.get(metric.reason, "none")
    if kind == "percent":
        return percent(metric.value)
    if kind == "usd":
        return usd(metric.value)
    if kind == "months":
        return f"{metric.value:.0f} months"
    return f"{metric.value:.2f}x"


def _title(out: Console, text: str, note: str = "") -> None:
    out.print()
    line = Text(text.upper(), style="bold")
    if note:
        line.append(f"  {note}", style="dim not bold")
    out.print(line)


def _rows(out: Console, rows: Sequence[tuple[str, ...]], widths: tuple[int, ...], right: tuple[int, ...] = ()) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1), width=WIDTH)
    for i, width in enumerate(widths):
        table.add_column(width=width, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _header(out: Console, result: Result) -> None:
    from computefactory import __version__

    verdict = result.qualification.verdict
    style = {"compute factory": "bold green", "not determined": "bold yellow"}.get(verdict, "bold red")
    out.print(Text(result.factory.name, style="bold"), Text(f"  computefactory {__version__}", style="dim"), sep="")
    passed = [item for item in result.qualification.specifications if item.result == "pass"]
    assumed = sum(item.assumed for item in passed)
    note = f"{len(passed)} of 4 specifications" + (f", {assumed} of them on assumptions" if assumed else "")
    out.print(Text("Verdict: ").append(verdict, style=style).append(f"  ({note})"))


def _value(result: Result, name: str) -> float:
    """A metric's number for the page; 0 where it does not exist."""
    return result.metrics[name].value or 0.0


def _definition(out: Console, result: Result) -> None:
    from computefactory.appraisal import definition

    _title(out, "A compute factory in six lines")
    _rows(out, list(definition(result).items()), (12, 66))


def _flow(out: Console, result: Result) -> None:
    lines = result.runs["contract_only"].lines
    pue, tue, wue = (_value(result, name) for name in ("pue_annual", "tue_annual", "wue_l_per_kwh"))
    margin = _number(result.metrics["ebitda_margin"], "percent")
    price = result.metrics["power_cost_usd_per_grid_kwh"].value
    each = result.metrics["energy_kwh_per_accelerator_hour"].value
    capacity = f"of {_value(result, 'it_capacity_mw'):,.1f} MW that can be powered and cooled"
    rows = [
        (
            "grid energy",
            f"{lines['grid_energy_of_year'] / MILLION:,.0f} GWh",
            "none bought: tenants pay their own" if price is None else f"{price:.4f} USD/kWh all-in",
        ),
        (
            "  reaches IT",
            f"{lines['it_energy_of_year'] / MILLION:,.0f} GWh",
            f"PUE {pue:.3f}; TUE {tue:.3f}; WUE {wue:.2f} L/kWh",
        ),
        ("IT design load", f"{_value(result, 'it_load_mw'):,.1f} MW", capacity),
        (
            "accelerators",
            f"{_value(result, 'accelerators_active'):,.0f}",
            f"{_value(result, 'rack_power_kw'):,.0f} kW a rack"
            + ("" if each is None else f"; {each:.2f} kWh an hour at the meter"),
        ),
        (
            "delivered",
            f"{_value(result, 'delivered_accelerator_hours_per_year') / MILLION:,.1f} M h",
            "accelerator-hours after availability, goodput",
        ),
        (
            "revenue",
            usd(_value(result, "revenue_usd_per_year")),
            f"EBITDA {usd(_value(result, 'ebitda_usd_per_year'))} ({margin})",
        ),
    ]
    _title(out, "Input to output", "first full year")
    _rows(out, rows, (16, 16, 46), (1,))


def _unit_cost(out: Console, result: Result) -> None:
    cost = result.metrics["lcoc_usd_per_accelerator_hour"]
    _title(out, "Unit cost", "levelised after tax, USD per available accelerator-hour")
    if cost.value is None:
        out.print("no accelerator-hours are produced")
        return
    largest = max(cost.parts.values())
    rows = [
        (name, f"{value:.3f}", "█" * round(BAR * value / largest) if value > 0 else "", percent(value / cost.value))
        for name, value in sorted(cost.parts.items(), key=lambda item: -item[1])
        if abs(value) >= SHOWN_FROM
    ]
    rows.append(("total", f"{cost.value:.3f}", "", ""))
    price = result.metrics["price_usd_per_accelerator_hour"].value
    if price is not None:
        rows.append(("sold at", f"{price:.3f}", "contract price, first year", ""))
    _rows(out, rows, (16, 10, BAR + 2, 10), (1, 3))


def _sources_and_uses(out: Console, result: Result) -> None:
    table = result.sources_and_uses
    total = sum(table["uses"].values())
    _title(
        out,
        "Sources and uses",
        f"to full operation, {result.factory.timeline.names[int(result.factory.finance.full_operation)]}",
    )
    left, right = list(table["uses"].items()), list(table["sources"].items())
    rows = []
    for i in range(max(len(left), len(right))):
        use, source = left[i] if i < len(left) else ("", None), right[i] if i < len(right) else ("", None)
        rows.append(
            (use[0], "" if use[1] is None else usd(use[1]), source[0], "" if source[1] is None else usd(source[1]))
        )
    rows.append(("total", usd(total), "total", usd(sum(table["sources"].values()))))
    _rows(out, rows, (21, 16, 21, 16), (1, 3))


def _debt(out: Console, result: Result) -> None:
    debt = result.debt
    if debt["name"] is None:
        return
    limits = ", ".join(f"{name.replace('_', ' ')} {usd(value)}" for name, value in debt["limits"].items())
    lowest, average, llcr = (_number(result.metrics[name], "times") for name in ("min_dscr", "average_dscr", "llcr"))
    rows = [
        ("committed", usd(debt["debt_usd"]), f"binds: {debt['binding_limit'].replace('_', ' ')} ({limits})"),
        ("lowest cover", lowest, f"covenant {debt['covenant_dscr']:.2f}x; average {average}; LLCR {llcr}"),
    ]
    tranches = debt["tranches"]
    if len(tranches) > 1:
        rows = [("committed", usd(debt["debt_usd"]), "all lenders at close")]
        for name, item in tranches.items():
            binds = (item["binding_limit"] or "nothing").replace("_", " ")
            cover = "" if item["lowest_dscr"] is None else f"; lowest cover {item['lowest_dscr']:.2f}x"
            rows.append(
                (f"  {name}", usd(item["commitment_usd"]), f"{item['kind'].replace('_', ' ')}; binds: {binds}{cover}")
            )
        rows.append(("lowest cover", lowest, f"average {average}; LLCR {llcr}"))
    title = debt["name"] if len(tranches) == 1 else f"{len(tranches)} tranches in order of rank"
    _title(out, "Debt", f"{title}; sized on {debt['sized_on']}")
    _rows(out, rows, (16, 16, 46), (1,))


def _returns(out: Console, result: Result) -> None:
    _title(out, "Returns", "after tax; debt frozen as sized")
    lines = (
        ("project_irr", "unlevered IRR", "percent"),
        ("project_irr_with_prepayment", "  with prepayments", "percent"),
        ("equity_irr", "equity IRR", "percent"),
        ("npv_usd", "NPV", "usd"),
        ("moic", "equity multiple", "times"),
        ("payback_months", "payback", "months"),
        ("payback_after_prepayment_months", "  with prepayments", "months"),
    )
    rows = [("", *CASE_TITLES.values())]
    rows += [
        (label, *(_number(result.returns[case][name], kind) for case in CASE_TITLES)) for name, label, kind in lines
    ]
    _rows(out, rows, (20, 18, 19, 18), (1, 2, 3))


def _specifications(out: Console, result: Result) -> None:
    verdict = result.qualification
    _title(out, "Four specifications", "value against threshold; + passes")
    for item in verdict.specifications:
        head = Text(f"{item.title:<30}").append(f"{item.result:<10}", style=RESULT_STYLE[item.result])
        basis = "assumed by the author" if item.assumed else item.evidence
        out.print(head.append(f"evidence: {basis}", style="dim"))
        for check in item.checks:
            value, threshold = (_check_value(number, check.unit) for number in (check.value, check.threshold))
            mark = "+" if check.passes else "-" if check.fails else "?"
            out.print(f"  {mark} {check.name}: {value} against {threshold}")
        if item.missing:
            out.print(f"    missing: {item.missing}")
    card = verdict.conventional_card
    walt, noi = card["walt_months"], card["noi_yield"]
    parts = [
        f"occupancy {percent(card['occupancy'] or 0, 0)}",
        "no lease term" if walt is None else f"WALT {walt:.0f} months",
        *([] if noi is None else [f"yield on cost {percent(noi)}"]),
        f"PUE {card['pue']:.2f}",
    ]
    out.print(Text("as a data centre: ", style="dim").append(", ".join(parts)))


def _check_value(value: Any, unit: str) -> str:
    if value is None:
        return "not shown"
    if isinstance(value, str):
        return value
    if unit == "1":
        return f"{value:.2f}"
    return f"{value:.4f} {unit}" if unit == "USD/kWh" else f"{value:,.0f} {unit}"


def _binding(out: Console, result: Result) -> None:
    _title(
        out, "What binds", f"use of each limit; {result.known['stranded_power'] * MEGAWATT:,.0f} MW of grid stranded"
    )
    utilisation = sorted(result.binding_constraint["utilisation"].items(), key=lambda item: -item[1])
    _rows(
        out,
        [(name.replace("_", " "), percent(value), "█" * round(BAR * min(value, 1))) for name, value in utilisation],
        (24, 10, BAR + 2),
        (1,),
    )


def _depends(out: Console, result: Result) -> None:
    _title(out, "It depends most on", "equity IRR over each input's range; * ten per cent either way")
    rows = []
    for swing in result.sensitivities[:3]:
        ends = [percent(value) if value is not None else "none" for value in (swing.at_low, swing.at_high)]
        mark = "*" if swing.assumed_range else ""
        rows.append(
            (swing.label + mark, f"{_short(swing.low)} to {_short(swing.high)} {swing.unit}", f"{ends[0]} to {ends[1]}")
        )
    _rows(out, rows, (32, 29, 17), (2,))


def _short(value: float) -> str:
    """A number in few characters."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:.2f} bn"
    if abs(value) >= MILLION:
        return f"{value / MILLION:.1f} m"
    return f"{value:,.0f}" if abs(value) >= TEN_THOUSAND else f"{value:,.4g}"


def _warnings(out: Console, result: Result) -> None:
    if result.warnings:
        _title(out, "Warnings")
        for warning in result.warnings:
            out.print(f"- {warning}")
