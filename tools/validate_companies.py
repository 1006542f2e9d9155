"""Grade forecasts of companies on what they reported later, and their values on the prices after; nothing is tuned.

    python tools/validate_companies.py

Writes ``docs/validation/companies.md``. Every reported figure and price is a row of the library that no run could read:
it was public only after the day of the question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from build_reference import table
from computefactory.analysis.causes import CAUSES
from computefactory.analysis.graded import Graded, GradedCell, GradedLine, forecast_of, grade, graded
from computefactory.analysis.guidance import StatedGuidance
from computefactory.analysis.reported import LINES
from computefactory.analysis.run import CompanyResult
from computefactory.analysis.run import run as run_company
from computefactory.analysis.value import CompanyValuation, value_of
from computefactory.library import Fact, Library
from computefactory.library.operators import TABLE, ReportDefinition, period_of, periods, reported
from computefactory.report.company_graded import MEANS, definitions, graded_page, wrong_first
from computefactory.report.graded_picture import graded_picture

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "companies.md"
PICTURE = "companies-coreweave.svg"
MADE = "tests/analysis/companies"  # files of earlier days, for grading alone
LIBRARY = Library.load()
SCALES = {"USD": (1e-6, "million USD"), "kW": (1e-3, "MW")}
COREWEAVE = ("coreweave-2025-03", "coreweave-2025-05")
CORE_SCIENTIFIC, NEBIUS = f"{MADE}/core-scientific-2025-08.yaml", f"{MADE}/nebius-2026-03.yaml"
HOSTING = ReportDefinition("ai_hpc_hosting_revenue")  # of the business that the file of Core Scientific is of
NSCALE = "nscale-2026-09"
WHY = """\
* *Value.* Prices were paid for contracts that were not signed: what was sold is worth less than the debt, and the book
  grew nearly fourfold in the year after the offering. The method values what is signed; it has no view of what will be.
* *EBITDA.* Its small error is two errors that cancel. Revenue is forecast too low for want of later business, the
  margin of the last full year too high: cost came ahead of revenue as the company grew, which no contract margin holds.
* *Revenue in the first quarters* is missed by price: the last quarter is divided by the MW at its end, the only figure
  known, where its mean was smaller, so a MW is priced too low.
* *Capital cost* uses construction in progress before it pays a dollar. The company paid on, for capacity still to be
  sold.
* *Interest and net debt* follow from that: debt for later business is no part of the forecast.
* *A landlord's dates*, as signed and half a year late, were still too early by two quarters: the MW of Core Scientific
  err in timing first.
* *Nebius's margin* is the zone that another company gave for mature contracts: too high for a year of growth."""


@cache
def run(source: str) -> CompanyResult:
    """A company at its date."""
    return run_company(ROOT / source if source.endswith(".yaml") else source)


@cache
def valued(source: str) -> CompanyValuation:
    """Its two values."""
    return value_of(run(source))


@cache
def grades(source: str) -> Graded:
    """It graded; of a business of a company on the rows of that business."""
    result = run(source)
    if source != CORE_SCIENTIFIC:
        return graded(result)
    lines = {line.name: line for line in LINES}
    return grade(
        forecast_of(result),
        LIBRARY,
        operator="Core Scientific",
        as_of=result.as_of,
        name=result.name,
        lines=[replace(lines["revenue"], definitions=((HOSTING,),)), lines["billing_power"]],
    )


def percent(share: float | None) -> str:
    """A share as a whole per cent."""
    return "-" if share is None else f"{100 * share:+.0f} %"


def size(share: float | None, n: int) -> str:
    """A mean error without sign and over how many quarters."""
    return "none" if share is None else f"{100 * share:.0f} % ({n})"


def amount(value: float | None, line: GradedLine) -> str:
    """A number in the page's unit."""
    return "-" if value is None else f"{value * SCALES[line.line.unit][0]:,.0f}"


def scores(found: Graded) -> str:
    """Forecast, growth held and guidance, line by line."""
    head = ("line", "n", "missing", "mean error", "mean absolute error", "growth held (n)", "guidance (n)")
    rows = [
        (
            line.line.label,
            str(line.ours.n),
            str(len(line.missing)),
            percent(line.ours.mean),
            size(line.ours.mean_absolute, line.ours.n),
            size(line.growth.mean_absolute, line.growth.n),
            size(line.guidance.mean_absolute, line.guidance.n),
        )
        for line in found.lines
    ]
    return "\n".join(table(head, rows))


def causes(found: Graded) -> str:
    """Errors by cause: mean share of what was reported."""
    rows = [
        (line.line.label, *(percent(shares[name]) for name in CAUSES), percent(sum(shares.values())))
        for line in found.lines
        if (shares := line.shares) is not None
    ]
    return "\n".join(table(("line", *(name.replace("_", " ") for name in CAUSES), "error"), rows))


def quarters(line: GradedLine) -> str:
    """One line, quarter by quarter."""
    used = [name for name in CAUSES if any(cell.causes.get(name) for cell in line.cells)]
    head = (
        "to",
        "forecast",
        "reported",
        "error",
        *(name.replace("_", " ") for name in used),
        "growth held",
        "guidance",
    )

    def row(cell: GradedCell) -> tuple[str, ...]:
        said = cell.reported.value if cell.reported else None
        return (
            cell.end,
            amount(cell.forecast, line),
            "missing" if said is None else amount(said, line),
            percent(cell.share),
            *(amount(cell.causes.get(name), line) for name in used),
            amount(cell.growth, line),
            amount(cell.guided, line),
        )

    unit = SCALES[line.line.unit][1]
    return f"**{line.line.label}**, {unit}\n\n" + "\n".join(table(head, [row(cell) for cell in line.cells]))


def promised(each: StatedGuidance) -> tuple[str, ...]:
    """Guidance and what came of it, in its own period."""
    scale, unit = SCALES.get(each.unit, (1.0, each.unit))
    said = each.reported.value if each.reported else None
    span = " to ".join(dict.fromkeys(f"{end * scale:,.0f}" for end in (each.low, each.high)))
    return (
        each.period,
        each.what.replace("_", " "),
        f"{span} {unit} ({each.known})",
        "not found" if said is None else f"{said * scale:,.0f}",
        "-" if not said else percent(each.middle / said - 1),
        "-" if each.forecast is None else f"{each.forecast * scale:,.0f}",
        "-" if each.forecast is None or not said else percent(each.forecast / said - 1),
    )


def section(source: str) -> Iterator[str]:
    """One company from one day."""
    found = grades(source)
    yield f"## {found.company} from {found.as_of}"
    yield (
        f"`{source}`. {found.floor} n = {found.n} quarters x lines, {found.missing} missing. Shares of an error are "
        "means over the quarters, of what was reported."
    )
    yield scores(found)
    yield causes(found)
    if found.guidance:
        yield "Guidance known on the day, in its own period, and ours for the same:"
        head = ("for", "what", "guided (said on)", "reported", "error of its middle", "ours", "error of ours")
        yield "\n".join(table(head, map(promised, found.guidance)))
    else:
        yield f"Guidance known on {found.as_of}: none in the facts."
    yield from (quarters(line) for line in found.lines if line.ours.n)
    yield "\n".join(f"{'  ' * said.startswith(' ')}* {said.strip()}" for said in definitions(found))


@dataclass(frozen=True)
class Price:
    """What a CoreWeave share cost on a day, and how that is known."""

    day: str
    value: float
    fact: Fact
    note: str


def prices() -> tuple[Price, ...]:
    """Prices since the offering: as reported, else the market value over a count of shares that was reported."""
    found: dict[str, Price] = {}
    for name in ("ipo_price", "share_price"):
        rows = reported(LIBRARY, "CoreWeave", name)
        found |= {day: Price(day, float(fact.value), fact, "") for day, fact in rows.items()}
    counts = {
        day: fact
        for name in ("shares_outstanding", "shares_basic_weighted")
        for day, fact in reported(LIBRARY, "CoreWeave", name).items()
    }
    for day, fact in reported(LIBRARY, "CoreWeave", "market_cap").items():
        if day not in found and day > "2025-04":
            count = counts[min(counts, key=lambda of: (abs(_days(of) - _days(day)), of))]
            note = f"market value over {float(count.value) / 1e6:.1f} m shares of {period_of(count)}"
            found[day] = Price(day, float(fact.value) / float(count.value), fact, note)
    return tuple(found[day] for day in sorted(found))


def _days(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def three(values: tuple[float, ...] | None) -> str:
    """Low, middle and high."""
    return "-" if values is None else " / ".join(f"{value:,.1f}" for value in values)


def value_rows() -> Iterator[tuple[str, ...]]:
    """Both values of CoreWeave at both dates."""
    for source in COREWEAVE:
        found = valued(source)
        for name, frame in (("industrial", found.industrial), ("cloud", found.cloud)):
            if frame is None:
                yield (run(source).as_of, name, found.no_cloud, "", "")
                continue
            enterprise, equity = (
                None if values is None else tuple(value / 1e9 for value in values)
                for values in (frame.enterprise, frame.equity)
            )
            yield (run(source).as_of, name, three(enterprise), three(equity), three(frame.per_share))


def price_rows() -> Iterator[tuple[str, ...]]:
    """Each price beside the values a share that were calculated before it."""
    for price in prices():
        cells = [
            price.day,
            f"{price.value:,.2f}",
            "; ".join(filter(None, (price.fact.field.replace("_", " "), price.note))),
        ]
        for source in COREWEAVE:
            found = valued(source)
            for frame in (found.industrial, found.cloud):
                worth = None if frame is None else frame.per_share
                known = worth is not None and price.day >= run(source).as_of[:7]
                cells.append(percent(worth[1] / price.value - 1) if known and worth else "-")
        yield tuple(cells)


def nscale() -> Iterator[str]:
    """What Nscale's filing says, and what the method can say of it."""
    result, found = run(NSCALE), valued(NSCALE)
    yield "## Nscale's filing"
    rows = [
        (period_of(fact), name.replace("_", " "), filed(fact), fact.note or "-")
        for name in sorted(
            {name for day in periods(LIBRARY, "Nscale") for name in LIBRARY.fields(TABLE, f"Nscale/{day}")}
        )
        for fact in reported(LIBRARY, "Nscale", name).values()
        if fact.unit != "text"
    ]
    yield (
        f"The filing of 2026-09-18 is read at {result.as_of} and no quarter was reported since: nothing can be graded. "
        "It gives sums without terms:"
    )
    yield "\n".join(table(("of", "what", "filed", "note"), rows))
    worth = found.industrial.per_share
    yield (
        f"Of {len(result.factory.missing)} facts the file lacks, these decide: "
        + "; ".join(f"{each.name} ({each.decides})" for each in result.factory.missing)
        + f". Industrial value of a share: {three(worth) if worth else 'none'}."
    )


def filed(fact: Fact) -> str:
    """A number of a row in the page's unit."""
    scale, unit = SCALES.get(fact.unit, (1.0, fact.unit))
    return f"{float(fact.value) * scale:,.6g} {unit}"


def wrong() -> Iterator[str]:
    """What the method got wrong: values first, then every line of every grading, the worst first."""
    paid = prices()
    for source in COREWEAVE:
        worth = valued(source).industrial.per_share
        later = [price.value for price in paid if price.day >= run(source).as_of]
        if worth is not None:
            yield (
                f"* The industrial value of a CoreWeave share at {run(source).as_of} is {worth[1]:,.1f} USD "
                f"({worth[0]:,.1f} to {worth[2]:,.1f}); it traded between {min(later):,.0f} and {max(later):,.0f} USD "
                "after."
            )
    for source in (*COREWEAVE, CORE_SCIENTIFIC, NEBIUS):
        found = grades(source)
        for words in wrong_first(found):
            yield f"* {found.company} from {found.as_of}, {words}."


def page() -> str:
    """The whole page."""
    head = ("at", "value", "enterprise, bn USD", "equity, bn USD", "USD a share")
    columns = [f"{name}, {run(source).as_of}" for source in COREWEAVE for name in ("industrial", "cloud")]
    parts = [
        "# Companies: forecasts graded",
        (
            "Written by `tools/validate_companies.py`; do not edit. Each file is run on what was public on its day and "
            "set against what was reported later. No parameter was set by looking at it: a run reads no row that was "
            "known later (a test poisons every such cell and finds the run unchanged). How a company is read, and how "
            "an error is split: [companies](../explanation/companies.md)."
        ),
        "## What the method got wrong",
        "\n".join(wrong()),
        "## Why, as far as the facts tell",
        WHY,
        f"![CoreWeave graded from 2025-03-31]({PICTURE})",
        "## Two values and the prices after",
        "Low / middle / high; equity below zero is a shortfall, and 0 a share.",
        "\n".join(table(head, value_rows())),
        "Middle value a share against the price, from the day of the question on:",
        "\n".join(table(("day", "price, USD", "how it is known", *columns), price_rows())),
        "## How an error is split",
        "\n".join(f"* {line}" for line in MEANS.splitlines()),
    ]
    for source in (*COREWEAVE, CORE_SCIENTIFIC, NEBIUS):
        parts += section(source)
    parts += nscale()
    return "\n\n".join(parts) + "\n"


def picture() -> str:
    """CoreWeave from the day of its offering, as a picture."""
    return graded_picture(graded_page(grades(COREWEAVE[0])))


def main() -> None:
    """Write the page and its picture."""
    for path, text in ((PAGE, page()), (PAGE.with_name(PICTURE), picture())):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
