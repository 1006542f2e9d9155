"""Compare what IREN and its lenders disclosed with what the program makes of the same factory; nothing is tuned.

    python tools/validate_iren.py

Writes ``docs/validation/iren-horizon.md``. Disclosed figures are rows of the library and lines of the factory file;
ours are runs of the shipped file, once as it stands and then with one thing changed at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import computefactory as cf
from build_reference import table
from computefactory import model
from computefactory.finance.cases import RETURN_CASES
from computefactory.ledger import irr_roots
from computefactory.library import Library
from computefactory.units import shown

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "iren-horizon.md"
NAME = "iren-horizon"
DEAL = ("deal", "IREN-MSFT")
FACILITY = ("debt", "IREN Microsoft GPU financing")
COVER, ADVANCE = ("cover", "compute AAA", "dscr"), ("debt", "default", "max_advance")
BILLION, MILLION, KW_PER_MW, MONTHS = 1e9, 1e6, 1e3, 12
RETURN_LOW, RETURN_HIGH = 0.10, 0.12  # as the row deal/IREN-MSFT/disclosed_return says in words
SAME = 1e-9  # relative
CASES = {"contract_only": "contract only", "contract_and_residual": "contract and residual", "full_life": "full life"}
HALL_COST = "file:build.halls.horizon.cost"
OPEX = {  # ledger line -> what it is, the lever that moves it
    "power_cost": ("grid power, all-in", "file:power.supply.grid.energy"),
    "facility_cost": ("staff, maintenance, insurance", "library:operations/default/facility"),
    "silicon_support": ("support of the silicon", "library:operations/default/silicon_support"),
    "property_tax": ("property tax", "library:operations/default/property_tax"),
    "overhead": ("overhead", "library:operations/default/overhead"),
}


@dataclass(frozen=True)
class Study:
    """The shipped factory, its result, and variations of it."""

    library: Library
    result: cf.Result

    @classmethod
    def make(cls) -> Study:
        """Run the shipped file as it stands."""
        return cls(Library.load(), model.run(NAME))

    def fact(self, place: tuple[str, str], name: str) -> Any:
        """A disclosed figure."""
        return self.library.fact(*place, name).value

    @cached_property
    def lines(self) -> dict[str, Any]:
        """The contract-only run."""
        return dict(self.result.runs["contract_only"].lines)

    @cached_property
    def amount(self) -> float:
        """The disclosed loan."""
        return float(self.fact(FACILITY, "amount"))

    @property
    def silicon_price(self) -> float:
        """What the silicon costs, as the file says."""
        return float(self.lines["silicon_cost"])

    def sized(self, cover: float, advance: float = np.nan, **tax: Any) -> model.Run:
        """The debt sized with other terms; without an advance rate cover alone sizes it."""
        factory = self.result.factory
        assert factory.finance.debt is not None
        debt = replace(factory.finance.debt, sizing_dscr=cover, max_advance=advance, max_gearing=np.nan)
        money = replace(factory.finance, tranches=(debt,), tax=replace(factory.finance.tax, **tax))
        return model.evaluate(replace(factory, finance=money), dict(self.result.known), model.HEAD, None)

    def cover_of(self, amount: float, **tax: Any) -> float:
        """The sizing cover at which cover alone lends ``amount``; checked by sizing again."""
        one = float(self.sized(1.0, **tax).lines["commitment"])
        cover = one / amount  # cover alone: the commitment is a present value over the cover
        again = float(self.sized(cover, **tax).lines["commitment"])
        if abs(again / amount - 1) > SAME:
            raise AssertionError(f"cover {cover:.3f} sizes {again:,.0f} USD, not {amount:,.0f}")
        return cover

    def with_debt(self, amount: float) -> dict[str, Any]:
        """The contract-only run with a loan of ``amount`` that cover alone would size."""
        sized = self.sized(self.cover_of(amount))
        known = dict(self.result.known)
        return dict(model.evaluate(self.result.factory, known, model.HEAD, model.freeze(sized)).lines)

    def moved(self, lever: str, value: float) -> dict[str, Any]:
        """The contract-only run with one input moved."""
        return dict(model.run(self.result.factory.with_values({lever: value})).runs["contract_only"].lines)


# printing


def bn(value: float) -> str:
    """Money in billions."""
    return f"{value / BILLION:.2f} bn USD"


def percent(value: float | None, digits: int = 1) -> str:
    """A share; a rate that does not exist says so."""
    return "none exists" if value is None or not np.isfinite(value) else f"{100 * value:.{digits}f} %"


def points(value: float) -> str:
    """A difference of shares."""
    return f"{100 * value:+.1f} points"


def rate(flow: NDArray[np.float64]) -> float | None:
    """The only rate of return of monthly flows, or None."""
    roots = irr_roots(flow, MONTHS)
    return roots[0] if len(roots) == 1 else None


def cite(study: Study, place: tuple[str, str], name: str) -> str:
    """The row of a disclosed figure, its source and its date."""
    fact = study.library.fact(*place, name)
    source = f"[{fact.source}]({fact.address})" if fact.address else fact.source
    return f"`{'/'.join(place)}/{name}`: {source}, {fact.as_of}, confidence {fact.confidence}"


# sections


def summary(study: Study) -> list[str]:
    """Every comparison in one table."""
    lines, amount = study.lines, study.amount
    own = float(lines["commitment"]) if "commitment" in lines else study.result.debt["debt_usd"]
    margin = float(study.fact(DEAL, "noi_or_ebitda_margin"))
    served = study.with_debt(amount)
    covenant = study.result.debt["covenant_dscr"]
    stated = f"{percent(RETURN_LOW, 0)} to {percent(RETURN_HIGH, 0)}"
    after, before = float(lines["project_irr"]), float(lines["project_irr_before_tax"])
    own_basis = on_its_own_basis(study) or np.nan
    rows = [
        ("debt", bn(amount), bn(own), f"{100 * (own / amount - 1):+.0f} %", "[Debt](#debt)"),
        (
            "EBITDA margin",
            percent(margin),
            percent(float(lines["ebitda_margin"])),
            points(float(lines["ebitda_margin"]) - margin),
            "[Margin](#ebitda-margin)",
        ),
        (
            "EBITDA a year",
            bn(float(study.fact(DEAL, "noi_per_year"))),
            bn(float(lines["ebitda_usd_per_year"])),
            f"{100 * (float(lines['ebitda_usd_per_year']) / float(study.fact(DEAL, 'noi_per_year')) - 1):+.1f} %",
            "[Margin](#ebitda-margin)",
        ),
        (
            "unlevered return, no residual, before tax",
            stated,
            percent(before),
            _outside(before),
            "[Return](#unlevered-return)",
        ),
        (
            "unlevered return, no residual, after tax",
            stated,
            percent(after),
            _outside(after),
            "[Return](#unlevered-return)",
        ),
        (
            "the same on its own basis: before tax, prepayments in, halls at cost",
            stated,
            percent(own_basis),
            _outside(own_basis),
            "[Return](#unlevered-return)",
        ),
        (
            f"lowest cover with {bn(amount)}",
            f"covenant {covenant:.2f}x",
            f"{float(served['min_dscr']):.2f}x",
            f"{float(served['min_dscr']) - covenant:+.2f}x above the covenant",
            "[Cover](#cover)",
        ),
    ]
    return table(("what", "disclosed", "ours", "difference", "explained"), rows)


def _outside(value: float) -> str:
    """How far a rate lies outside the stated range."""
    if value < RETURN_LOW:
        return f"{points(value - RETURN_LOW)} against the low end"
    return f"{points(value - RETURN_HIGH)} against the high end" if value > RETURN_HIGH else "inside"


def debt(study: Study) -> list[str | list[str]]:
    """What library rows would lend, and what the disclosed loan implies."""
    cover, advance = (study.library.fact(*row) for row in (COVER, ADVANCE))
    covers, rates = (sorted({row.low or 0.0, float(row.value), row.high or 0.0}) for row in (cover, advance))
    found = {(c, a): float(study.sized(c, a).lines["commitment"]) for c in covers for a in (*rates, np.nan)}
    head = ("sizing cover", *(f"advance rate {percent(a, 0)}" for a in rates), "cover alone")
    rows = [(f"{c:.2f}x", *(bn(amount) for (at, _), amount in found.items() if at == c)) for c in covers]
    both = [amount for (_, a), amount in found.items() if np.isfinite(a)]
    inside = min(both) <= study.amount <= max(both)
    word = "inside" if inside else "above" if study.amount > max(both) else "below"
    implied, untaxed = study.cover_of(study.amount), study.cover_of(study.amount, in_sizing=0.0)
    limits, debt_usd = study.result.debt["limits"], study.result.debt["debt_usd"]
    binding = study.result.debt["binding_limit"]
    return [
        (
            f"The file enters no amount. Sized from library rows (cover {covers[0]:.2f}x to {covers[2]:.2f}x, "
            f"{cover.source}; debt and prepayments to the cost of silicon {percent(rates[0], 0)} to "
            f"{percent(rates[-1], 0)}, {advance.source}):"
        ),
        table(head, rows),
        (
            f"With both limits the range is {bn(min(both))} to {bn(max(both))}. The disclosed {bn(study.amount)} is "
            f"**{word}** that range. On the rows as they stand {binding} binds at {bn(debt_usd)}; the advance on the "
            f"silicon would lend {bn(limits['advance'])}, its cost less what the customer pays ahead. What the "
            "disclosed loan implies:"
        ),
        table(
            ("implied by the disclosed loan", "value", "how"),
            [
                (
                    "sizing cover",
                    f"{implied:.2f}x",
                    f"cover alone, solved for the loan; library {covers[0]:.2f}x to {covers[2]:.2f}x",
                ),
                ("sizing cover before tax", f"{untaxed:.2f}x", "the same with cash before unlevered tax"),
                (
                    "advance on the price",
                    percent(study.amount / study.silicon_price),
                    f"{bn(study.amount)} / {bn(study.silicon_price)} of silicon",
                ),
            ],
        ),
        "Why ours differs:",
        (
            "* The lender's case counts committed receipts *less the prepayment credits* "
            f"({bn(float(study.lines['prepayment_credit'].sum()))} over the contract), all operating cost and "
            "unlevered tax. "
            "Cash in the years of the credits is lower.\n"
            "* The rows of cover are recalled, by the letter of who pays, and advance rates assumed: confidence low. "
            "No covenant on value is disclosed, and none is applied.\n"
            "* The disclosed facility is drawn until May 2027; ours is drawn by full operation "
            f"({study.result.factory.timeline.names[int(study.result.factory.finance.full_operation)]})."
        ),
    ]


def cover(study: Study) -> list[str | list[str]]:
    """Cover with the disclosed loan."""
    served = study.with_debt(study.amount)
    names = study.result.factory.timeline.names
    tested = np.flatnonzero(np.asarray(served["tested"]) > 0)
    worst = names[int(tested[np.argmin(np.asarray(served["dscr"])[tested])])]
    own = study.lines
    covenant = study.result.debt["covenant_dscr"]
    rows = [
        ("lowest cover", f"{float(served['min_dscr']):.2f}x, {worst}", f"{float(own['min_dscr']):.2f}x"),
        ("average cover", f"{float(served['average_dscr']):.2f}x", f"{float(own['average_dscr']):.2f}x"),
        ("loan life cover", f"{float(served['llcr']):.2f}x", f"{float(own['llcr']):.2f}x"),
    ]
    return [
        (
            f"Covenant: at least {covenant:.2f}x ({study.fact(FACILITY, 'covenants')}). Ours: CFADS after the "
            "owner's tax over "
            "debt service, twelve-month look-back, quarterly from the first full year."
        ),
        table(("", f"with {bn(study.amount)}", "as we size it"), rows),
        "The loan here has the cover that it implies (above), sculpted; so the lowest cover is near that by "
        "construction. "
        "The disclosed schedule is not known. "
        + (
            "The covenant holds with our figures."
            if float(served["min_dscr"]) >= covenant
            else "With our figures the covenant would break: our cash is lower, or the true schedule is slower "
            "than sculpted."
        ),
    ]


def margin(study: Study) -> list[str | list[str]]:
    """The first full year's cost, by row."""
    lines = study.lines
    first = np.asarray(study.result.known["first_year"])
    revenue, ours = float(lines["revenue_usd_per_year"]), float(lines["ebitda_margin"])
    disclosed = float(study.fact(DEAL, "noi_or_ebitda_margin"))
    gap = (ours - disclosed) * revenue
    levers = {lever.path: lever for lever in study.result.factory.levers()}
    rows, enough = [], []
    for name, (label, path) in OPEX.items():
        cost = float((np.asarray(lines[name]) * first).sum())
        lever = levers.get(path)
        ends = what = needed = ""
        if lever is not None:
            at = [float(study.moved(path, value)["ebitda_margin"]) for value in (lever.low, lever.high)]
            mark = ", ten per cent either way" if lever.assumed_range else ""
            what = f"{lever.base:g} ({lever.low:g} to {lever.high:g}{mark}) {shown(lever.unit)}"
            ends = f"{percent(at[0])} to {percent(at[1])}"
            slope = (at[1] - at[0]) / (lever.high - lever.low)
            if slope:
                alone = lever.base + (disclosed - ours) / slope
                needed = f"{alone:.4g} {shown(lever.unit)}"
                if lever.low <= alone <= lever.high:
                    enough.append(label)
        rows.append((label, f"{cost / MILLION:.1f}", percent(cost / revenue), what, ends, needed))
    total = revenue - float(lines["ebitda_usd_per_year"])
    rows.append(("all operating cost", f"{total / MILLION:.1f}", percent(total / revenue), "", "", ""))
    return [
        (
            f"Disclosed: {percent(disclosed, 0)} of {bn(revenue)} a year. Ours: {percent(ours)}, "
            f"{abs(gap) / MILLION:.0f} million USD a year {'less' if gap > 0 else 'more'} cost. First twelve "
            "full months; the last "
            "column is what the row alone would have to be for the disclosed margin."
        ),
        table(
            (
                "row",
                "million USD",
                "of revenue",
                "row's value (low to high)",
                "margin over that range",
                "for the disclosed margin",
            ),
            rows,
        ),
        (
            f"Within its own range, {' or '.join(enough)} alone explains the difference. "
            if enough
            else "No row explains the difference alone within its own range. "
        )
        + "None of these rows is disclosed. The energy price, the cost of the building's staff and the support "
        "of the silicon "
        "are assumed; what the company counts in its margin (share of overhead, insurance, network) is not disclosed "
        "either.",
    ]


def on_its_own_basis(study: Study) -> float | None:
    """The return before tax with customer prepayments in, the halls at the exit at what they cost."""
    lines = {name: np.asarray(value) for name, value in study.lines.items()}
    prepaid = lines["project_flow_with_prepayment"] - lines["project_flow"]
    written_off = (lines["durable_cost"] - lines["durable_value"]) * lines["at_exit"]
    return rate(lines["project_flow_before_tax"] + prepaid + written_off)


def returns(study: Study) -> list[str | list[str]]:
    """Unlevered return in every reading."""
    rows = []
    for case in RETURN_CASES:
        lines = study.result.runs[case].lines
        prepaid = np.asarray(lines["project_flow_with_prepayment"]) - np.asarray(lines["project_flow"])
        flows = [np.asarray(lines[name]) for name in ("project_flow_before_tax", "project_flow")]
        found = [rate(flow + extra) for flow in flows for extra in (0.0, prepaid)]
        rows.append((CASES[case], *(percent(value) for value in found)))
    return [
        (
            f"Disclosed, in words: {study.fact(DEAL, 'disclosed_return')}. The basis of that reading (before "
            "or after tax, with "
            "or without the buildings) is not given. It is reproduced before tax, with the "
            "customer's prepayments in and the "
            f"halls at the exit at what they cost: **{percent(on_its_own_basis(study))}**. Ours in the table counts "
            "prepayments as financing, tax as a cost, and halls at cost less straight line by class; "
            "contract cash alone, with "
            f"nothing sold, is {bn(float(study.lines['contract_cash_usd']))}."
        ),
        table(("case", "before tax", "before tax, with prepayments", "after tax", "after tax, with prepayments"), rows),
        *capital(study),
    ]


def capital(study: Study) -> list[str | list[str]]:
    """Which capital the stated return could be a return on."""
    base = float(study.result.factory.value(HALL_COST)) * KW_PER_MW / MILLION
    durable, silicon = float(study.lines["durable_cost"]), study.silicon_price
    grid = np.linspace(0.01, 20.0, 201)
    kept = ("project_irr_before_tax", "project_irr", "durable_cost")
    found = cf.run_many(NAME, {HALL_COST.removeprefix("file:"): grid * MILLION / KW_PER_MW}, keep=kept)
    costs = (16.0, base, 14.0, 10.0, 5.0, grid[0])
    at = {name: np.interp(costs, grid, values) for name, values in found.items()}
    rows = [
        (
            f"{cost:.0f}" if cost > 1 else "next to nothing",
            bn(at["durable_cost"][i]),
            *(percent(at[name][i]) for name in kept[:2]),
        )
        for i, cost in enumerate(costs)
    ]
    fitting = {
        name: [float(np.interp(-stated, -found[name], grid)) for stated in (RETURN_HIGH, RETURN_LOW)]
        for name in kept[:2]
    }
    before, after = (f"{low:.1f} to {high:.1f}" for low, high in fitting.values())
    yearly, tenor = float(study.fact(DEAL, "noi_per_year")), int(study.fact(DEAL, "tenor"))
    alone = np.r_[-silicon, np.full(tenor, yearly / MONTHS)]
    whole = yearly * tenor / MONTHS
    early = float(study.lines["early_distribution"].sum())
    return [
        (
            f"Why ours is lower. The disclosed EBITDA over the contract, {bn(yearly)} x {tenor // MONTHS} "
            f"years = {bn(whole)}, is "
            f"{'less' if whole < silicon + durable else 'more'} than the plant costs ({bn(silicon)} of silicon "
            f"and {bn(durable)} of "
            "halls). With silicon worth nothing at the end, the return rests on what the halls are still "
            "worth. On the silicon "
            f"alone the same disclosed figures give {percent(rate(alone))} a year before tax (one payment, "
            f"then {tenor} equal "
            "months: arithmetic, not our run). The stated range lies between the two, so it depends on how "
            "much of the halls is "
            "counted. Our run with other costs of the halls:"
        ),
        table(("halls, million USD/MW of IT", "durable cost", "before tax", "after tax"), rows),
        (
            f"The stated {percent(RETURN_LOW, 0)} to {percent(RETURN_HIGH, 0)} would need halls at {before} "
            "million USD/MW before "
            f"tax, or {after} after tax. The file has {base:.0f}; 14 to 16 is what the owner is recalled to "
            "expect (unverified). "
            "Smaller causes: halls are paid from 2025-09 and silicon one month before delivery, while each "
            "phase earns from a "
            "month after it is energised; the price is flat while the cost of the building's staff rises."
        ),
        (
            "The stated return with residual (up to about 19 %) has no stated residual. Ours takes the low case of "
            "the library."
        ),
        f"Levered, ours is {percent(float(study.lines['equity_irr']))} with the debt we size and "
        f"{percent(float(study.with_debt(study.amount)['equity_irr']))} with {bn(study.amount)}: on all "
        "capital of the factory, "
        "after tax, contract only. "
        + (f"Owners pay until the facility closes, and it then pays {bn(early)} back to them. " if early > 1 else "")
        + 'Management\'s "35 %+" does not say on what capital it is reckoned.',
    ]


def identity(study: Study) -> list[str | list[str]]:
    """The 96 per cent."""
    value, share = float(study.fact(DEAL, "total_value")), float(study.fact(DEAL, "prepayment"))
    prepaid = value * share
    cover = (prepaid + study.amount) / study.silicon_price
    stated = re.search(r"about (\d+)%", str(study.fact(FACILITY, "advance_rate")))
    said = f"{stated[1]} %" if stated else "that"
    return [
        (
            f"Prepayment {percent(share, 0)} of {bn(value)} = {bn(prepaid)}; with {bn(study.amount)} of debt it is "
            f"{percent(cover)} of {bn(study.silicon_price)} of silicon, the disclosed {said}. This is an "
            "identity of disclosed "
            "figures. It checks that we read them correctly; it says nothing about the model."
        ),
    ]


def sources(study: Study) -> list[str]:
    """The rows that were compared, and what the file had to assume."""
    rows = [(DEAL, name) for name in ("total_value", "noi_or_ebitda_margin", "noi_per_year", "disclosed_return")]
    rows += [(FACILITY, name) for name in ("amount", "rate", "covenants", "rating", "advance_rate")]
    text = [f"* {cite(study, place, name)}" for place, name in rows]
    assumed = sorted(
        {
            origin.path
            for origin in study.result.factory.origins.values()
            if origin.kind == "file" and origin.source == "assumed"
        }
    )
    return ["\n".join(text), "The file marks these as assumed: " + ", ".join(f"`{path}`" for path in assumed) + "."]


def page() -> str:
    """The whole page."""
    study = Study.make()
    parts: Iterable[str | Sequence[str]] = (
        "# IREN Horizon 1-4: disclosed and ours",
        (
            "Written by `tools/validate_iren.py`; do not edit. Disclosed *inputs* (price, silicon, contract, "
            "rate) are in the "
            "factory file. Disclosed *results* are compared here and enter nothing. No input was moved to make "
            "a figure fit."
        ),
        summary(study),
        "## Debt",
        *debt(study),
        "## Cover",
        *cover(study),
        "## EBITDA margin",
        *margin(study),
        "## Unlevered return",
        *returns(study),
        "## The 96 per cent",
        *identity(study),
        "## Sources",
        *sources(study),
    )
    return "\n\n".join(part if isinstance(part, str) else "\n".join(part) for part in parts) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
