"""The first page of a result: six lines, input to output, unit cost, money, returns, specifications, what it hangs on.

Every number in it is a :class:`~computefactory.page.Said`: its text, its value and what it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from computefactory import __version__
from computefactory.page import Cell, Column, Grid, Of, Page, Said, Section, Words, is_number, money, styled, worked
from computefactory.qualification.definition import definition, power_of_miners, power_of_tenants
from computefactory.registry import itself, page
from computefactory.report.covenants import first_breach, lowest_test
from computefactory.report.plant_layout import use_of
from computefactory.report.qualify import check_of, short
from computefactory.report.returns import SALE, UNCOMMITTED, sale_month, sold, uncommitted
from computefactory.report.standing import standing
from computefactory.report.what_binds import what_binds
from computefactory.studies.break_even import BreakEven, break_even
from computefactory.studies.sensitivity import Swing, sensitivities, swings_and_strength
from computefactory.summary import SOURCES, USES

if TYPE_CHECKING:
    from computefactory.metrics import Metric
    from computefactory.qualification import Check, Strength, Verdict
    from computefactory.result import Result

__all__ = ["overview", "swings"]

BAR = 24
THREE = {"what": 16, "value": 16, "remark": 46}
MILLION, BILLION, MEGAWATT = 1e6, 1e9, 1e-3
TEN_THOUSAND = 1e4  # from here on four digits would be written with an exponent
SAID_FROM = 0.01  # of revenue
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
RESULT_STYLE = {"pass": "green", "fail": "red", "not shown": "yellow", "not applicable": "dim"}
VERDICT_STYLE = {
    "compute factory": "bold green",
    "compute factory (marginal)": "bold yellow",
    "not determined": "bold yellow",
}
EVEN = "returns:break_even.break_even_price_usd_per_accelerator_hour"
OF_SUM = ("equity_left_in", "paid_out_at_close")
SUMS = {name: line if line in OF_SUM else f"total({line})" for name, line in (SOURCES | USES).items()}
ALL_USES = "total(over(a_capex) * building) + total(used_interest + used_repayment + used_fees + used_reserve)"
ALL_USES += " + paid_out_at_close + total(cash_at_conversion)"
ALL_SOURCES = "total(source_prepayment + source_operations + source_debt + source_preferred)"
ALL_SOURCES += " + equity_left_in"


@page("overview", itself, swings_and_strength, break_even)
def overview(result: Result, found: tuple[Sequence[Swing], Strength], even: BreakEven) -> Page:
    """All sections in the order of reading."""
    moved, strength = found
    verdict = replace(result.qualification, strength=strength)
    sections = [_definition(result), _flow(result), _unit_cost(result, even), _sources_and_uses(result), *_debt(result)]
    sections += [_returns(result), _specifications(result), _binding(result), _depends(moved)]
    if result.warnings:
        warnings = tuple(f"- {warning}" for warning in result.warnings)
        sections.append(Section("warnings", "Warnings", text=warnings))
    title, text = result.factory.name, (_verdict(verdict), *standing(result, verdict))
    return Page("overview", title, tuple(sections), note=f"computefactory {__version__}", text=text)


@page("sensitivity", itself, sensitivities)
def swings(result: Result, moved: Sequence[Swing]) -> Page:
    """Every input with its range and the equity IRR at both ends."""
    columns = (
        Column("input", "input", hidden=True),
        Column("label", "input"),
        Column("unit_of_input", "unit"),
        Column("low", "low", of=worked("low end of the input's range, or a tenth less")),
        Column("high", "high", of=worked("high end of the input's range, or a tenth more")),
        Column(
            "at_low", "at low", "%", of=worked("equity_irr with the input at its low end, debt frozen", "equity_irr")
        ),
        Column(
            "at_high", "at high", "%", of=worked("equity_irr with the input at its high end, debt frozen", "equity_irr")
        ),
    )
    rows = tuple((item.path, item.label, item.unit, item.low, item.high, item.at_low, item.at_high) for item in moved)
    return Page(
        "sensitivity",
        result.factory.name,
        (Section("swings", "Equity IRR over each input's range", grid=Grid(columns, rows)),),
    )


def _number(metric: Metric, kind: str, case: str = "") -> str | Said:
    value, of = metric.value, Of(metric.name, case=case)
    if value is None:
        return REASONS.get(metric.reason, "none")
    if kind == "percent":
        return _share(value, of)
    if kind == "usd":
        return money(value, of)
    return Said(f"{value:.0f} months" if kind == "months" else f"{value:.2f}x", value, of)


def _share(value: float, of: Of | str, digits: int = 1) -> Said:
    """A share as people say it, and what it is of."""
    return Said(f"{100 * value:z.{digits}f} %", value, of)


def _brief(value: float) -> str:
    """A number in few characters."""
    if abs(value) >= BILLION:
        return f"{value / BILLION:.2f} bn"
    if abs(value) >= MILLION:
        return f"{value / MILLION:.1f} m"
    return f"{value:,.0f}" if abs(value) >= TEN_THOUSAND else f"{value:,.4g}"


def _laid_out(
    name: str, title: str, note: Words, columns: dict[str, int], rows: Iterable[tuple[Cell, ...]], right: str = ""
) -> Section:
    """A section of one grid without headings: columns by name with their widths, ``right`` those of numbers."""
    numbers = right.split()
    heads = tuple(Column(key, "", width=width, right=key in numbers) for key, width in columns.items())
    return Section(name, title, grid=Grid(heads, tuple(rows)), note=note)


def _verdict(found: Verdict) -> Words:
    style = VERDICT_STYLE.get(found.verdict, "bold red")
    return ("Verdict: ", Said(found.verdict, style=style), f"  ({found.passed})")


def _definition(result: Result) -> Section:
    columns = {"what": 12, "is": 66}
    return _laid_out("definition", "A compute factory in six lines", "", columns, definition(result).items())


def _metric(result: Result, name: str, form: str, scale: float = 1.0) -> Said:
    """A metric's number in a form; 0 where it does not exist."""
    value = result.metrics[name].value or 0.0
    return Said(form.format(value / scale), value, name)


def _flow(result: Result) -> Section:
    lines = result.runs["contract_only"].lines
    price = result.metrics["power_cost_usd_per_grid_kwh"].value
    each = result.metrics["energy_kwh_per_accelerator_hour"].value
    revenue, ebitda = (result.metrics[f"{name}_usd_per_year"].value or 0.0 for name in ("revenue", "ebitda"))
    rows: tuple[tuple[Cell, ...], ...] = (
        (
            "grid energy",
            "none bought" if price is None else _energy(lines, "bought_energy_of_year"),
            "tenants pay their own"
            if price is None
            else _metric(result, "power_cost_usd_per_grid_kwh", "{:.4f} USD/kWh all-in"),
        ),
        (
            "  reaches IT",
            "" if price is None else _energy(lines, "bought_it_energy_of_year"),
            (
                _metric(result, "pue_annual", "PUE {:.3f}; "),
                _metric(result, "tue_annual", "TUE {:.3f}; "),
                _metric(result, "wue_l_per_kwh", "WUE {:.2f} L/kWh"),
            ),
        ),
        *_let(result),
        *([] if each is None else _computes(result)),
        (
            "revenue",
            money(revenue, "revenue_usd_per_year"),
            (
                "EBITDA ",
                money(ebitda, "ebitda_usd_per_year"),
                " (",
                _number(result.metrics["ebitda_margin"], "percent"),
                ")",
            ),
        ),
    )
    return _laid_out("flow", "Input to output", "first full year", THREE, rows, "value")


def _let(result: Result) -> Iterator[tuple[Cell, ...]]:
    """Power that tenants or miners take."""
    of_capacity = ("of ", _metric(result, "it_capacity_mw", "{:,.1f} MW"), " that can be powered and cooled")
    book, mines = result.factory.offtake, "offtake.leases.full_draw"
    for label, power, share in (
        ("let to tenants", power_of_tenants(book), f"(1 - {mines})"),
        ("miners", power_of_miners(book), mines),
    ):
        if power:
            of = Of(f"over(offtake.leases.power * {share})", scale=MEGAWATT)
            yield label, Said(f"{power * MEGAWATT:,.1f} MW", power * MEGAWATT, of), of_capacity


def _computes(result: Result) -> Iterator[tuple[Cell, ...]]:
    """Accelerators of its own and what they deliver."""
    yield (
        "IT design load",
        _metric(result, "it_load_mw", "{:,.1f} MW"),
        ("of ", _metric(result, "it_capacity_mw", "{:,.1f} MW"), " that can be powered and cooled"),
    )
    yield (
        "accelerators",
        _metric(result, "accelerators_active", "{:,.0f}"),
        (
            _metric(result, "rack_power_kw", "{:,.0f} kW a rack"),
            _metric(result, "energy_kwh_per_accelerator_hour", "; {:.2f} kWh an hour at the meter"),
        ),
    )
    yield (
        "delivered",
        _metric(result, "delivered_accelerator_hours_per_year", "{:,.1f} M h", MILLION),
        "accelerator-hours after availability, goodput",
    )


def _energy(lines: Any, name: str) -> Said:
    value = float(lines[name])
    return Said(f"{value / MILLION:,.0f} GWh", value, name)


def _unit_cost(result: Result, even: BreakEven) -> Section:
    cost = result.metrics["lcoc_usd_per_accelerator_hour"]
    title, note = "Unit cost", "levelised after tax, USD per available accelerator-hour"
    if cost.value is None:
        return Section("unit_cost", title, text=("no accelerator-hours are produced",), note=note)
    largest = max(cost.parts.values())
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            Said(f"{value:.3f}", value, Of(f"lcoc_{name}", case="unit_cost")),
            "█" * round(BAR * value / largest) if value > 0 else "",
            _share(value / cost.value, Of(f"lcoc_{name} / lcoc", case="unit_cost")),
        )
        for name, value in sorted(cost.parts.items(), key=lambda item: -item[1])
        if abs(value) >= SHOWN_FROM
    ]
    rows.append(("total", Said(f"{cost.value:.3f}", cost.value, cost.name), "", ""))
    real = result.metrics["lcoc_real_usd_per_accelerator_hour"]
    if real.value is not None:
        rows.append(("in real terms", Said(f"{real.value:.3f}", real.value, real.name), "rising with inflation", ""))
    price = result.metrics["price_usd_per_accelerator_hour"]
    if price.value is not None:
        rows.append(("sold at", Said(f"{price.value:.3f}", price.value, price.name), "contract price, first year", ""))
        rows.append(_breaks_even(result, even))
    columns = {"part": 16, "cost": 10, "bar": BAR + 2, "share": 10}
    laid_out = _laid_out("unit_cost", title, note, columns, rows, "cost share")
    return replace(laid_out, text=_sold(result) if price.value is not None else ())


def _breaks_even(result: Result, even: BreakEven) -> tuple[Cell, ...]:
    """The price at which the contracts alone earn the file's own rate."""
    if even.price is None:
        return ("breaks even", "none", even.reason, "")
    rate = _share(float(result.factory.finance.capital.discount_rate), "finance.capital.discount_rate")
    return ("breaks even at", Said(f"{even.price:.3f}", even.price, EVEN), ("contracts alone earn ", rate), "")


def _sold(result: Result) -> tuple[Words, ...]:
    """Where the contracts alone are worth less than they cost, a price above the levelised cost is no margin: said."""
    npv = result.metrics["npv_usd"].value
    if npv is None or npv >= 0:
        return ()
    return (("sold below break-even: the contracts alone are worth ", money(npv, "npv_usd")),)


def _sources_and_uses(result: Result) -> Section:
    table = result.sources_and_uses
    sides: list[list[tuple[Cell, Cell]]] = [
        [(name, money(value, SUMS.get(name) or Of("total(a_capex * building)", name))) for name, value in side.items()]
        for side in (table["uses"], table["sources"])
    ]
    longest = max(map(len, sides))
    left, right = ([*side, *[("", "")] * (longest - len(side))] for side in sides)
    rows: list[tuple[Cell, ...]] = [(*use, *source) for use, source in zip(left, right, strict=True)]
    uses, sources = (sum(table[side].values()) for side in ("uses", "sources"))
    rows.append(("total", money(uses, ALL_USES), "total", money(sources, ALL_SOURCES)))
    month = result.factory.timeline.names[int(result.factory.finance.full_operation)]
    columns = {"use": 21, "used": 16, "source": 21, "given": 16}
    return _laid_out("sources_and_uses", "Sources and uses", f"to full operation, {month}", columns, rows, "used given")


def _debt(result: Result) -> Iterator[Section]:
    debt = result.debt
    if debt["name"] is None:
        return
    tranches = debt["tranches"]
    lowest, average, llcr = (_number(result.metrics[name], "times") for name in ("min_dscr", "average_dscr", "llcr"))
    committed = money(debt["debt_usd"], "debt_usd")
    when = f"{tested}; " if (tested := lowest_test(result)) else ""
    rows: list[tuple[Cell, ...]]
    if len(tranches) > 1:
        rows = [("committed", committed, "all lenders at close")]
        rows += [_tranche(name, item) for name, item in tranches.items()]
        rows.append(("lowest cover", lowest, (when, "average ", average, "; LLCR ", llcr)))
        title = f"{len(tranches)} tranches in order of rank"
    else:
        covenant = Of("finance.tranches.covenant_dscr", debt["name"])
        least = Said(f"{debt['covenant_dscr']:.2f}x", debt["covenant_dscr"], covenant)
        rows = [
            ("committed", committed, f"binds: {debt['binding_limit'].replace('_', ' ')}"),
            ("lowest cover", lowest, (when, "covenant ", least, "; average ", average, "; LLCR ", llcr)),
        ]
        title = debt["name"]
    rows += _shortfalls(result)
    yield _laid_out("debt", "Debt", f"{title}; sized on {debt['sized_on']}", THREE, rows, "value")
    if binds := what_binds(result):
        yield binds


def _shortfalls(result: Result) -> Iterator[tuple[Cell, ...]]:
    """Rows that a lender must not miss: a covenant broken, sources or cash that are short."""
    breach, gap, unpaid = first_breach(result), result.metrics["funding_gap_usd"], result.metrics["default_month"]
    if breach:
        yield ("first breach", "", breach)
    if gap.value:
        names, step = result.factory.timeline.names, result.factory.timeline.step
        said = "owners cure it; no service is unpaid"
        if unpaid.value is not None:
            said = f"default in {names[int(unpaid.value) // step]} if nobody cures"
        yield ("funding gap", money(gap.value, "funding_gap_usd"), said)


def _tranche(name: str, item: dict[str, Any]) -> tuple[Cell, ...]:
    binds = f"{item['kind'].replace('_', ' ')}; binds: {(item['binding_limit'] or 'nothing').replace('_', ' ')}"
    lowest = item["lowest_dscr"]
    cover = "" if lowest is None else Said(f"{lowest:.2f}x", lowest, Of("lowest(t_dscr)", name))
    committed = money(item["commitment_usd"], Of("t_commitment", name, case="sized"))
    return (f"  {name}", committed, (binds, "; lowest cover " if cover else "", cover))


def _returns(result: Result) -> Section:
    lines = (
        ("project_irr", "unlevered IRR", "percent"),
        ("project_irr_with_prepayment", "  with prepayments", "percent"),
        ("equity_irr", "equity IRR", "percent"),
        ("npv_usd", "NPV", "usd"),
        ("moic", "equity multiple", "times"),
        ("payback_months", "payback", "months"),
        ("payback_after_prepayment_months", "  with prepayments", "months"),
    )
    rows: list[tuple[Cell, ...]] = [("", *CASE_TITLES.values())]
    rows += [
        (label, *(_number(result.returns[case][name], kind, case) for case in CASE_TITLES))
        for name, label, kind in lines
    ]
    columns = {"measure": 20, "contract_only": 18, "contract_and_residual": 19, "full_life": 18}
    page = _laid_out("returns", "Returns", "after tax; debt frozen as sized", columns, rows, " ".join(CASE_TITLES))
    return replace(page, text=tuple(_rests_on(result)))


def _rests_on(result: Result) -> Iterator[Words]:
    """What of contract only is a sale or owed by nobody, and what the contracts bring without."""
    sale, free = sold(result), uncommitted(result)
    cash, payback = result.metrics["contract_cash_usd"], result.metrics["contract_payback_months"]
    if sale:
        yield ("contract only sells the halls for ", money(sale, SALE), f" in {sale_month(result)}")
    if cash.value is not None:
        when = ("payback ", _number(payback, "months")) if payback.value is not None else ("no payback within it",)
        yield ("contract cash alone, nothing sold: ", money(cash.value, cash.name), "; ", *when)
    if free is not None and free >= SAID_FROM:
        yield ("of its revenue ", _share(free, UNCOMMITTED, 0), " is owed by nobody: on demand, mined, or past an exit")


def _specifications(result: Result) -> Section:
    verdict = result.qualification
    lines: list[Words] = []
    for item in verdict.specifications:
        basis = "assumed by the author" if item.assumed else item.evidence
        outcome = Said(f"{item.result:<10}", style=RESULT_STYLE[item.result])
        lines.append((f"{item.title:<30}", outcome, Said(f"evidence: {basis}" if item.checks else "", style="dim")))
        lines += [_check(check) for check in item.checks]
        if item.missing:
            lines.append(f"    {'why' if item.result == 'not applicable' else 'missing'}: {item.missing}")
    card = verdict.conventional_card
    walt, noi, pue = card["walt_months"], card["noi_yield"], card["pue"]
    page = "qualification:as_a_data_centre"
    words: list[tuple[str | Said, ...]] = [
        ("occupancy ", _share(card["occupancy"] or 0, f"{page}.occupancy", 0)),
        ("no lease term",) if walt is None else ("WALT ", Said(f"{walt:.0f}", walt, f"{page}.walt_months"), " months"),
        *([] if noi is None else [("yield on cost ", _share(noi, "ebitda_usd_per_year / capex_usd"))]),
        *([] if pue is None else [("PUE ", Said(f"{pue:.2f}", pue, "pue_annual"))]),
    ]
    joined = [part for k, cell in enumerate(words) for part in ((", ", *cell) if k else cell)]
    lines.append(styled(("as a data centre: ", *joined), "dim"))
    note = "value against threshold; + passes"
    return Section("specifications", "Four specifications", text=tuple(lines), note=note)


def _check(check: Check) -> Words:
    """A check in one line: passed or not, its value, its threshold."""
    mark = "+" if check.passes else "-" if check.fails else "?"
    value, threshold = (
        _check_value(number, check, column, of)
        for number, column, of in zip(
            (check.value, check.threshold), ("value", "threshold"), check_of(check), strict=True
        )
    )
    return (f"  {mark} {check.name}: ", value, " against ", threshold)


def _check_value(value: Any, check: Check, column: str, of: Of | str) -> str | Said:
    if value is None:
        return "not shown"
    if isinstance(value, str):
        return value
    text = f"{value:,.0f} {check.unit}"
    if check.unit in ("1", "USD/kWh"):
        text = f"{value:.2f}" if check.unit == "1" else f"{value:.4f} {check.unit}"
    named = of if isinstance(of, str) else Of(f"qualification:checks.{column}", short(check))
    return Said(text, float(value), named) if is_number(value) else text


def _binding(result: Result) -> Section:
    utilisation = sorted(result.binding_constraint["utilisation"].items(), key=lambda item: -item[1])
    rows = tuple(
        (name.replace("_", " "), _share(value, use_of(name)), "█" * round(BAR * min(value, 1)))
        for name, value in utilisation
    )
    stranded = result.known["stranded_power"] * MEGAWATT
    note = ("use of each limit; ", Said(f"{stranded:,.0f} MW", stranded, "stranded_power_mw"), " of grid stranded")
    return _laid_out("binding", "What binds", note, {"limit": 24, "use": 10, "bar": BAR + 2}, rows, "use")


def _depends(moved: Sequence[Swing]) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for swing in moved[:3]:
        low, high = (
            Said(_brief(value), value, Of(f"sensitivity:swings.{end}", swing.path))
            for end, value in (("low", swing.low), ("high", swing.high))
        )
        at_low, at_high = (
            "none" if value is None else _share(value, Of(f"sensitivity:swings.{end}", swing.path))
            for end, value in (("at_low", swing.at_low), ("at_high", swing.at_high))
        )
        mark = "*" if swing.assumed_range else ""
        rows.append((swing.label + mark, (low, " to ", high, f" {swing.unit}"), (at_low, " to ", at_high)))
    note = "equity IRR over each input's range; * ten per cent either way"
    columns = {"input": 32, "range": 29, "equity_irr": 17}
    return _laid_out("depends", "It depends most on", note, columns, rows, "equity_irr")
