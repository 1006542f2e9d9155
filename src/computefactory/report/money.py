"""Tables of a result for people: which lines a page shows, and how months become quarters and years.

Flows are summed over the longer period, balances and ratios take its last month. Nothing is calculated again here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.errors import FactoryFileError, Problem
from computefactory.page import Of, PageNumber, inert
from computefactory.timeline import quarter_name
from computefactory.units import parse_unit, shown

if TYPE_CHECKING:
    from computefactory.underwriting import Underwritten

__all__ = ["COMPANY_TABLES", "PERIODS", "TABLES", "Row", "Table", "kept_at_end", "table", "tables_of"]

PERIODS = ("month", "quarter", "year")
CENT = 0.01
USD = parse_unit("USD")
FLOWS = (USD, *map(parse_unit, ("kW*h", "accelerator*h", "PFLOP*day", "Mtoken", "L")))  # what a longer period adds up
# page -> section -> lines of the ledger, in the order of reading
TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "statements": {
        "income statement": (
            "revenue",
            "opex",
            "ebitda",
            "rent_difference",
            "financing_revenue",
            "depreciation",
            "interest_expense",
            "accretion",
            "gain_on_disposal",
            "tax_paid",
            "net_income",
        ),
        "cash flow": (
            "ebitda",
            "tied_up",
            "prepayment_in",
            "prepayment_credit",
            "tax_paid",
            "tax_unpaid",
            "sale_proceeds",
            "capex",
            "financing_fees",
            "interest",
            "planned_draw",
            "repayment",
            "revolver_draw",
            "prepaid_debt",
            "reserve_move",
            "preferred_in",
            "preferred_paid",
            "equity_in",
            "distribution",
            "cash",
        ),
        "balance sheet": (
            "cash",
            "reserves",
            "property_plant_equipment",
            "receivable",
            "rent_accrued",
            "lease_right",
            "leaseback_right",
            "financing_cost",
            "total_assets",
            "debt_balance",
            "letter_claims",
            "deferred_revenue",
            "refund_owed",
            "preferred_balance",
            "deferred_interest",
            "payable",
            "tax_payable",
            "lease_liability",
            "leaseback_liability",
            "owners_equity",
            "liabilities_and_equity",
            "imbalance",
        ),
    },
    "debt": {
        "all debt": (
            "planned_draw",
            "interest",
            "repayment",
            "revolver_draw",
            "prepaid_debt",
            "debt_balance",
            "financing_fees",
        ),
        "tranches": ("t_draw", "t_cancelled", "t_rate", "t_interest", "t_fees", "t_repayment", "t_balance"),
        "cover": (
            "cfads",
            "service",
            "dscr",
            "t_dscr",
            "locked",
            "reserve_target",
            "debt_reserve",
            "reserve_drawn",
            "letter_claims",
            "other_reserves",
            "funding_gap",
            "service_unpaid",
            "cure",
        ),
        "limits at sizing": ("sizing_cfads", "t_debt_service_capacity", "t_limit_at_dscr", "t_limit_at_ltv", "t_limit"),
    },
    "tax": {
        "income": (
            "income",
            "tax_depreciation",
            "state_depreciation",
            "interest_allowed",
            "state_tax",
            "mid_quarter",
            "j_taxable",
        ),
        "losses, interest carried": ("j_nol_opening", "j_nol_used", "j_nol_closing", "disallowed_interest"),
        "tax": ("tax_paid", "withholding", "project_tax", "lender_tax"),
    },
    "sources": {
        "uses": ("used_capex", "used_interest", "used_repayment", "used_fees", "used_reserve"),
        "sources": (
            "source_prepayment",
            "source_operations",
            "source_debt",
            "source_preferred",
            "t_draw",
            "source_equity",
            "early_distribution",
        ),
    },
}
COMPANY_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "forecast": {
        "capacity": ("billing_power", "delivered_power"),
        "revenue": ("committed_revenue", "on_demand_revenue", "unsold_revenue", "factory_revenue", "revenue"),
        "earnings": (
            "contract_cost",
            "overhead",
            "adjusted_ebitda",
            "stock_compensation",
            "depreciation",
            "operating_income",
            "interest",
            "tax",
        ),
        "cash": (
            "adjusted_ebitda",
            "prepayments",
            "credits",
            "capex",
            "interest",
            "capitalised_interest",
            "principal",
            "draws",
            "tax",
            "proceeds",
            "factory_retained",
            "cash",
            "funding_gap",
        ),
        "balances": ("backlog", "deferred_revenue", "debt_balance", "net_debt", "nol"),
    },
}
WHERE_ANY = (  # lines that only some capital structures and terms have
    "revolver_draw",
    "prepaid_debt",
    "t_cancelled",
    "preferred_in",
    "preferred_paid",
    "preferred_balance",
    "source_preferred",
    "locked",
    "reserve_drawn",
    "letter_claims",
    "refund_owed",
    "other_reserves",
    "funding_gap",
    "service_unpaid",
    "rent_difference",
    "financing_revenue",
    "accretion",
    "tied_up",
    "tax_unpaid",
    "receivable",
    "rent_accrued",
    "lease_right",
    "leaseback_right",
    "deferred_interest",
    "payable",
    "tax_payable",
    "lease_liability",
    "leaseback_liability",
    "state_depreciation",
    "state_tax",
    "mid_quarter",
)
YEAR_TO_DATE = (
    "interest_allowed",
    "j_taxable",
    "j_nol_used",
)  # they grow through the tax year: the last month says all


@dataclass(frozen=True, slots=True)
class Row:
    """One line over the periods of a table."""

    section: str
    name: str
    label: str
    unit: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows over the same columns, each named by its last month or year."""

    page: str
    title: str
    case: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    of: str = "factory"
    stamp: str = ""  # what stands on every page of the result
    left: str = ""  # what is not shown

    def as_dict(self) -> dict[str, Any]:
        """The JSON object; what is not a number is null."""
        rows = [
            {
                "section": row.section,
                "name": row.name,
                "label": row.label,
                "unit": row.unit,
                "values": [float(value) if np.isfinite(value) else None for value in row.values],
            }
            for row in self.rows
        ]
        return {
            "kind": "table",
            "version": 1,
            **({} if self.of == "factory" else {"of": self.of, self.of: self.title}),
            "page": self.page,
            "case": self.case,
            "columns": list(self.columns),
            "rows": rows,
        }

    def as_csv(self) -> str:
        """Comma-separated text: section, line, unit, then one column a period; empty where a value does not exist."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["section", "line", "unit", *self.columns])
        for row in self.rows:
            head = map(inert, (row.section, row.name, row.unit))
            writer.writerow([*head, *(repr(float(value)) if np.isfinite(value) else "" for value in row.values)])
        return text.getvalue()

    def numbers(self) -> Iterator[PageNumber]:
        """Every number with what it is to ``explain``: a row's name, a column as the month, quarter or year."""
        for row in self.rows:
            for column, value in zip(self.columns, row.values, strict=True):
                of = Of(row.name, month=column, case=self.case)
                yield PageNumber(row.section, row.name, row.label, float(value), row.unit, of)

    def columns_of(self) -> dict[str, list[Any]]:
        """The same as columns by name, for a columnar file."""
        head = {"section": [row.section for row in self.rows], "line": [row.name for row in self.rows]}
        body = {column: [float(row.values[k]) for row in self.rows] for k, column in enumerate(self.columns)}
        return {**head, "unit": [row.unit for row in self.rows], **body}


def tables_of(result: Underwritten) -> dict[str, dict[str, tuple[str, ...]]]:
    """The tables that a result has."""
    return COMPANY_TABLES if result.of == "company" else TABLES


def table(result: Underwritten, page: str, period: str = "year", case: str = "", most: int | None = None) -> Table:
    """A table of a result, by default in the case of its metrics; ``most`` is how many periods are shown.

    Raises:
        FactoryFileError: no such page or case.
    """
    tables, case = tables_of(result), case or result.head
    if page not in tables:
        raise FactoryFileError([Problem("unknown_page", page, "no such page", ", ".join(tables))])
    if case not in result.runs:
        raise FactoryFileError([Problem("unknown_case", "--case", case, ", ".join(result.runs))])
    runs = [result.runs[case]]
    if result.sized is not None and result.sized.timeline == result.factory.timeline:
        runs.append(result.sized)
    keys, columns = _columns(result, period)
    rows = []
    for section, names in tables[page].items():
        for name in names:
            run = next((run for run in runs if name in run.lines), None)
            if run is None:
                continue  # a line of conventions that this factory did not choose
            owner: Any = next(
                item for run in runs for item in (run.ledger.lines.get(name), run.ledger.givens.get(name)) if item
            )
            last = kept_at_end(name, owner)
            label = getattr(owner, "label", "") or getattr(owner, "doc", "")
            values = np.atleast_2d(np.asarray(run.lines[name], dtype=float))
            items = [f"[{item}]" for item in result.items(owner.per)] if owner.per else [""]
            for item, series in zip(items, values, strict=True):
                if (owner.per or name in WHERE_ANY or result.of == "company") and not np.any(series):
                    continue
                found = _aggregate(series, keys, last=last)
                rows.append(Row(section, f"{name}{item}", label, shown(owner.unit), found))
    busy = np.flatnonzero(np.any([np.abs(row.values) > CENT for row in rows if row.unit == "USD"], axis=0))
    end = int(busy[-1]) + 1 if busy.size else len(columns)
    shown_end = end if most is None else min(end, most)
    trimmed = tuple(Row(row.section, row.name, row.label, row.unit, row.values[:shown_end]) for row in rows)
    left = f"{end - shown_end} more {period}s to {columns[end - 1]}" if shown_end < end else ""
    return Table(page, result.factory.name, case, columns[:shown_end], trimmed, result.of, result.stamp, left)


def kept_at_end(name: str, owner: Any) -> bool:
    """Whether a longer period shows the last month of a line: balances, ratios, what grows through the tax year."""
    return bool(owner.unit.stock or owner.unit not in FLOWS or name in YEAR_TO_DATE)


def _columns(result: Underwritten, period: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """For each month the number of its column, and the columns' names."""
    names = result.factory.timeline.names
    if period == "month":
        texts = names
    elif period == "quarter":
        texts = [quarter_name(name) for name in names]
    else:
        texts = [name[:4] for name in names]
    unique = tuple(dict.fromkeys(texts))
    place = {text: k for k, text in enumerate(unique)}
    return np.array([place[text] for text in texts]), unique


def _aggregate(series: NDArray[np.float64], keys: NDArray[np.int64], *, last: bool) -> NDArray[np.float64]:
    if last:
        ends = np.flatnonzero(np.append(np.diff(keys), 1))
        return series[ends]
    return np.asarray(np.bincount(keys, weights=series), dtype=float)
