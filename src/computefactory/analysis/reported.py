"""What a company reported of each line that a forecast is graded on, by quarter: one definition a line and company.

Read from the whole library, whatever the date of the question: the grader alone may. Of several definitions the first
is taken that the company reported in any quarter asked about, for all quarters. What was reported in another one is
named and not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from computefactory.library import Fact, Library
from computefactory.library.operators import DEFINITIONS, TABLE, ReportDefinition, amount, end_of, periods, same
from computefactory.timeline import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, month_number

__all__ = ["DEBT", "LINES", "GradedFigure", "ReportedLine", "Reports", "reports_of"]


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """A line that is graded: its series in the run, and the definitions in which companies report it.

    ``flow``: summed over a quarter; without it a balance at its end. Each definition is a tuple of fields of one
    meaning; ``less`` are those of what is taken off.
    """

    name: str
    label: str
    series: str
    unit: str
    flow: bool
    definitions: tuple[tuple[ReportDefinition, ...], ...]
    less: tuple[ReportDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class GradedFigure:
    """One reported figure: the rows it is made of, and how, where it is not simply one row."""

    value: float
    facts: tuple[Fact, ...]
    note: str = ""

    @property
    def known(self) -> str:
        """The day by which all of it was public."""
        return max(fact.known for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Reports:
    """What was reported of a line, by the month number in which its quarter ends.

    ``differs`` says what its definition counts that ours does not, ``others`` are rows in another definition.
    """

    line: ReportedLine
    quarters: Mapping[int, GradedFigure] = field(default_factory=dict)
    others: tuple[Fact, ...] = ()
    differs: str = ""

    @property
    def definition(self) -> str:
        """The fields that it is made of."""
        fields = dict.fromkeys(fact.field for figure in self.quarters.values() for fact in figure.facts)
        said = f" ({self.differs})" if self.differs else ""
        return f"{', '.join(fields)}{said}" if fields else "none reported"


def _each(figure: str) -> tuple[tuple[ReportDefinition, ...], ...]:
    """The definitions of a figure: those that are the same together, then every other alone."""
    return (same(figure), *((each,) for each in DEFINITIONS[figure] if each.differs))


def _alone(*fields: str) -> tuple[tuple[ReportDefinition, ...], ...]:
    return tuple((ReportDefinition(name),) for name in fields)


# principal, or less the discount, which is said; a total of a data vendor may hold leases and is no such figure
_OWED = tuple(each for each in DEFINITIONS["debt"] if each.field != "debt_total")
DEBT = ReportedLine("debt", "financial debt", "debt_balance", "USD", False, (_OWED,))
LINES = (
    ReportedLine("revenue", "revenue", "revenue", "USD", True, _each("revenue")),
    ReportedLine("adjusted_ebitda", "adjusted EBITDA", "adjusted_ebitda", "USD", True, (same("adjusted_ebitda"),)),
    ReportedLine("capex", "capital cost", "capex", "USD", True, _each("capex")),
    ReportedLine("interest", "interest", "interest", "USD", True, (same("interest_expense"),)),
    ReportedLine("billing_power", "billing MW", "billing_power", "kW", False, _alone("active_power", "billing_mw")),
    ReportedLine("net_debt", "net debt", "net_debt", "USD", False, (_OWED,), less=DEFINITIONS["cash"]),
    ReportedLine("rpo", "book: RPO", "backlog", "USD", False, (same("rpo"),)),
    ReportedLine("backlog", "book: backlog", "backlog", "USD", False,
         tuple((each,) for each in DEFINITIONS["rpo"] if each.field != "rpo")),
)  # fmt: skip


def reports_of(library: Library, operator: str, line: ReportedLine, after: int) -> Reports:
    """What an operator reported of a line, in the first definition used in a quarter after a month, else ever."""
    read = [_read(library, operator, line, names) for names in line.definitions]
    used = [each for each in read if any(end > after for end in each.quarters)]
    chosen = next(iter(used or filter(lambda each: each.quarters, read)), Reports(line))
    rest = [each for each in read if each is not chosen]
    others = tuple(
        fact for each in rest for end, figure in each.quarters.items() if end > after for fact in figure.facts
    )
    return replace(chosen, others=others)


def _read(library: Library, operator: str, line: ReportedLine, names: Sequence[ReportDefinition]) -> Reports:
    """All that was reported of a line in one definition."""
    rows = _rows(library, operator, names)
    if line.less:
        cash = _cash(library, operator, line.less)
        rows = {period: _less(figure, cash[period]) for period, figure in rows.items() if period in cash}
    ends = {period: month_number(end_of(library, operator, period)) for period in rows}
    years = {ends[period]: figure for period, figure in rows.items() if period.startswith("FY")}
    dates = {ends[period]: figure for period, figure in rows.items() if not period.startswith("FY")}
    if line.flow:
        halves = _halves(library, operator, names)
        left = _left(years, dates, MONTHS_PER_YEAR) | _left(halves, dates, 2 * MONTHS_PER_QUARTER)
        return Reports(line, dict(sorted((left | dates).items())), differs=names[0].differs)
    return Reports(line, dict(sorted((years | dates).items())), differs=names[0].differs)


def _rows(
    library: Library, operator: str, names: Sequence[ReportDefinition], suffix: str = ""
) -> dict[str, GradedFigure]:
    """By period, the row of the first of several fields that it has; one that counts otherwise says so."""
    found: dict[str, GradedFigure] = {}
    for period in periods(library, operator):
        held = ((each, library.seen(TABLE, f"{operator}/{period}", each.field + suffix)) for each in names)
        row = next(((each, fact) for each, fact in held if fact is not None), None)
        if row is not None:
            each, fact = row
            said = f"{each.field}: {each.differs}" if each.differs and each is not names[0] else ""
            found[period] = GradedFigure(amount(fact), (fact,), said)
    return found


def _halves(library: Library, operator: str, names: Sequence[ReportDefinition]) -> dict[int, GradedFigure]:
    """Flows of a first half year by its last month, as some companies report them: ``capex_h1_2026``."""
    years = sorted({end_of(library, operator, period)[:4] for period in periods(library, operator)})
    rows = [_rows(library, operator, names, f"_h1_{year}") for year in years]
    return {
        month_number(end_of(library, operator, period)): figure for found in rows for period, figure in found.items()
    }


def _cash(library: Library, operator: str, names: Sequence[ReportDefinition]) -> dict[str, GradedFigure]:
    """Cash by period in the first definition that the operator uses at all."""
    return next(filter(None, (_rows(library, operator, (each,)) for each in names)), {})


def _less(figure: GradedFigure, other: GradedFigure) -> GradedFigure:
    return GradedFigure(figure.value - other.value, (*figure.facts, *other.facts), figure.note)


def _left(longer: dict[int, GradedFigure], quarters: dict[int, GradedFigure], months: int) -> dict[int, GradedFigure]:
    """The last quarter of a longer period: what the others leave of it; none where one of them is missing."""
    found: dict[int, GradedFigure] = {}
    for end, whole in longer.items():
        ends = range(end - MONTHS_PER_QUARTER, end - months, -MONTHS_PER_QUARTER)
        known = [quarters[each] for each in ends if each in quarters]
        if end not in quarters and len(known) == len(ends):
            facts = (*whole.facts, *(fact for each in known for fact in each.facts))
            said = f"derived: {months} months less the {months - MONTHS_PER_QUARTER} before"
            found[end] = GradedFigure(whole.value - sum(each.value for each in known), facts, said)
    return found
