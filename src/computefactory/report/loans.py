"""What each lender asks of a result: commitment and the limit that binds it, month by month, covenants and downside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.finance.cases import NO_TEST
from computefactory.finance.covenants import below
from computefactory.finance.sizing import NO_LIMIT
from computefactory.page import Column, Figure, Grid, Of, Page, Section, worked
from computefactory.registry import page

if TYPE_CHECKING:
    from computefactory.finance.loans import Tranche
    from computefactory.result import Result

__all__ = ["debt", "loans"]

HEAD = "contract_only"
CENT = 0.01
TESTS, COVENANT = ("t_dscr", "t_tested"), "finance.tranches.covenant_dscr"
LIMITS = {  # limit: the line that holds it for each tranche
    "cover": "t_debt_at_dscr",
    "loan_to_value": "t_debt_at_ltv",  # of a sculpted tranche month by month, cover beside it
    "gearing": "t_debt_at_gearing",
    "stated": "t_stated_limit",
    "commitment_cap": "t_max_commitment",
    "takeout": "t_debt_at_takeout",
}


def debt(result: Result) -> dict[str, Any]:
    """The JSON object of all debt: the total with the first tranche's terms, then every tranche under its name."""
    tranches = result.factory.finance.tranches
    if result.sized is None or not tranches:
        return {"name": None, "debt_usd": 0.0, "binding_limit": None, "limits": {}, "sized_on": None}
    found = {item.name: _tranche(result, rank) for rank, item in enumerate(tranches)}
    first, terms = found[tranches[0].name], tranches[0]
    return {
        "name": terms.name,
        "debt_usd": float(result.sized.lines["commitment"]),
        **{name: first[name] for name in ("binding_limit", "binding_by_month", "limits")},
        **{name: first[name] for name in ("sizing_dscr", "max_ltv", "max_gearing", "rate_per_year", "matures")},
        "covenant_dscr": float(terms.covenant_dscr),
        "sized_on": f"contracted revenue only{', before --set' * result.sized_before_overrides}",
        "downside": _downside(result, terms),
        "tranches": found,
    }


@page("loans")
def loans(result: Result) -> Page:
    """The page of all tranches: what limits each, its covenants, and every test below one."""
    found = result.debt
    if not found.get("tranches"):
        return Page("loans", result.factory.name, (Section("debt", "Debt", text=("There is none.",)),))
    downside = found["downside"]
    low = result.metrics["min_dscr"].value
    figures = (
        Figure("debt_usd", "committed at close", found["debt_usd"], "USD", f"sized on {found['sized_on']}"),
        Figure("min_dscr", "lowest cover of all debt", low, "", "12-month look-back at quarter ends"),
        Figure(
            "downside_dscr",
            f"lowest cover with {100 * downside['cash_lower_by']:.0f} % less cash",
            downside["min_dscr"],
            "",
            "passes at 1.00x" if downside["passes"] else "below 1.00x",
            Of("min_dscr * (1 - finance.tranches.downside)", result.factory.finance.tranches[0].name),
        ),
        Figure("llcr", "loan life cover", result.metrics["llcr"].value),
    )
    sections = [
        Section("debt", "Debt", figures),
        Section("tranches", "Tranches in order of rank", grid=_terms(found["tranches"])),
        Section("limits", "Limits, the smallest binds", grid=_limits(found["tranches"])),
        Section("covenants", "Covenants", grid=_covenants(found["tranches"])),
        Section("tests", "Cover at every test", grid=_tests(result)),
        Section("binding", "What limits each month", grid=_months(result)),
    ]
    return Page("loans", result.factory.name, tuple(sections))


def _terms(tranches: Mapping[str, Any]) -> Grid:
    columns = (
        Column("tranche", "tranche"),
        Column("kind", "kind"),
        Column("commitment_usd", "commitment", "USD", of=Of("t_commitment", case="sized")),
        Column("rate_per_year", "rate at close", "1/year", of=Of("t_rate", case="sized")),
        Column("closes", "closes"),
        Column("ends", "ends"),
        Column("refinanced_by", "then"),
    )
    rows = tuple((name, *(item[one.name] for one in columns[1:])) for name, item in tranches.items())
    return Grid(columns, rows, places=tuple(Of(item=name, month=item["closes"]) for name, item in tranches.items()))


def _limits(tranches: Mapping[str, Any]) -> Grid:
    columns = (
        Column("tranche", "tranche"),
        Column("limit", "limit"),
        Column("amount_usd", "amount", "USD"),
        Column("binds", "binds"),
    )
    rows = [
        (name, limit.replace("_", " "), value, "binds" if limit == item["binding_limit"] else "")
        for name, item in tranches.items()
        for limit, value in item["limits"].items()
    ]
    places = [Of(LIMITS[limit], name, case="sized") for name, item in tranches.items() for limit in item["limits"]]
    return Grid(columns, tuple(rows), places=tuple(places))


def _covenants(tranches: Mapping[str, Any]) -> Grid:
    columns = (
        Column("tranche", "tranche"),
        Column("lowest_dscr", "lowest", of="lowest(t_dscr)"),
        Column("lockup_dscr", "lock-up at", of="finance.tranches.lockup_dscr"),
        Column(
            "lockups", "below", of=worked("tests of cover below the lock-up", *TESTS, "finance.tranches.lockup_dscr")
        ),
        Column("covenant_dscr", "default at", of="finance.tranches.covenant_dscr"),
        Column("defaults", "below", of=worked("tests of cover below the covenant", *TESTS, COVENANT)),
        Column("first", "first"),
    )
    rows = []
    for name, item in tranches.items():
        if not item["covenant_dscr"] and not item["lockup_dscr"]:
            continue
        broken = item["lockups"] or item["defaults"]
        first = broken[0]["month"] if broken else ""
        counts = len(item["lockups"]), len(item["defaults"])
        tests = (item["lowest_dscr"], item["lockup_dscr"], counts[0], item["covenant_dscr"], counts[1])
        rows.append((name, *tests, first))
    return Grid(columns, tuple(rows))


def _tests(result: Result) -> Grid:
    """Every test of every tranche: for files."""
    lines, names = result.runs[HEAD].lines, result.factory.timeline.names
    columns = (
        Column("tranche", "tranche"),
        Column("month", "month"),
        Column("dscr", "cover", of="t_dscr"),
        Column("margin_usd", "cash above the covenant", "USD", of=f"cfads_year - {COVENANT} * t_service_year"),
        Column("state", "state"),
    )
    rows = []
    for rank, terms in enumerate(result.factory.finance.tranches):
        for month in np.flatnonzero(lines["t_tested"][rank]):
            cover = float(lines["t_dscr"][rank][month])
            served = float(lines["t_service_year"][rank][month])
            margin = float(lines["cfads_year"][month]) - float(terms.covenant_dscr) * served
            locked = "locked up" if below(cover, terms.lockup_dscr) else "passed"
            state = "default" if below(cover, terms.covenant_dscr) else locked
            rows.append((terms.name, names[month], cover, margin, state))
    places = tuple(Of(item=row[0], month=row[1]) for row in rows)
    return Grid(columns, tuple(rows), long=True, places=places, key=(0, 1))


def _months(result: Result) -> Grid:
    """For every month of service the most that each tranche may owe, and why: for files."""
    assert result.sized is not None
    lines, names = result.sized.lines, result.sized.timeline.names
    columns = (
        Column("tranche", "tranche"),
        Column("month", "month"),
        Column("limit_by_cover_usd", "by cover", "USD", of=Of("t_limit_at_dscr", case="sized")),
        Column("limit_by_value_usd", "by value", "USD", of=Of("t_limit_at_ltv", case="sized")),
        Column("owed_usd", "owed", "USD", of=Of("t_balance", case="sized")),
        Column("binds", "binds"),
    )
    rows = []
    for rank, terms in enumerate(result.factory.finance.tranches):
        binding = _binding_by_month(result, rank)
        for month in np.flatnonzero(lines["t_repaying"][rank]):
            cover, value, owed = (
                float(lines[name][rank][month]) for name in ("t_limit_at_dscr", "t_limit_at_ltv", "t_balance")
            )
            limited = value if terms.has_ltv else None
            rows.append((terms.name, names[month], cover, limited, owed, binding.get(names[month], "")))
    places = tuple(Of(item=row[0], month=row[1]) for row in rows)
    return Grid(columns, tuple(rows), long=True, places=places, key=(0, 1))


def _tranche(result: Result, rank: int) -> dict[str, Any]:
    assert result.sized is not None
    terms, sizing = result.factory.finance.tranches[rank], result.sized.lines
    given = result.sized.inputs
    names = result.factory.timeline.names
    values = {name: float((sizing if key in sizing else given)[key][rank]) for name, key in LIMITS.items()}
    limits = {name: value for name, value in values.items() if value < NO_LIMIT}
    rates = result.sized.lines["t_rate"][rank]
    opened = min(max(int(terms.closes), 0), len(names) - 1)
    lowest = _lowest(result, rank)
    return {
        "kind": terms.kind,
        "secures": terms.secures,
        "commitment_usd": float(sizing["t_commitment"][rank]),
        "binding_limit": min(limits, key=limits.__getitem__) if limits else None,
        "binding_by_month": _binding_by_month(result, rank),
        "limits": limits,
        "sizing_dscr": float(terms.sizing_dscr),
        "max_ltv": _finite(terms.max_ltv),
        "max_gearing": _finite(terms.max_gearing),
        "rate_per_year": float(rates[opened]),
        "closes": names[opened],
        "matures": names[int(terms.matures)],
        "ends": names[int(terms.ends)],
        "tail_months": float(result.known["contract_end"] - terms.ends),
        "offtaker": terms.offtaker or None,
        "refinanced_by": terms.refinanced_by or None,
        "balloon_usd": float(sizing["t_planned_balloon"][rank].sum()),
        "make_whole_usd": float(sizing["t_make_whole"][rank].sum()),
        "lowest_dscr": lowest,
        "covenant_dscr": float(terms.covenant_dscr),
        "lockup_dscr": float(terms.lockup_dscr),
        "lockups": _below(result, rank, float(terms.lockup_dscr)),
        "defaults": _below(result, rank, float(terms.covenant_dscr)),
    }


def _lowest(result: Result, rank: int) -> float | None:
    """The lowest cover at any test of a tranche."""
    low = float(result.runs[HEAD].lines["t_dscr"][rank].min())
    return low if low < NO_TEST else None


def _below(result: Result, rank: int, threshold: float) -> list[dict[str, Any]]:
    """Every test below a threshold: month, cover, and how much cash was missing."""
    lines: Mapping[str, Any] = result.runs[HEAD].lines
    cover = lines["t_dscr"][rank]
    return [
        {
            "month": result.factory.timeline.names[i],
            "dscr": float(cover[i]),
            "missing_usd": float(threshold * lines["t_service_year"][rank][i] - lines["cfads_year"][i]),
        }
        for i in np.flatnonzero(below(cover, threshold))
    ]


def _binding_by_month(result: Result, rank: int) -> dict[str, str]:
    """For each month of service which limit of the path binds; empty where no value limits it."""
    assert result.sized is not None
    lines, terms = result.sized.lines, result.factory.finance.tranches[rank]
    if not terms.has_ltv or terms.stated:
        return {}
    value, cover = lines["t_limit_at_ltv"][rank], lines["t_limit_at_dscr"][rank]
    names = result.sized.timeline.names
    return {
        names[i]: "loan_to_value" if value[i] < cover[i] else "cover" for i in np.flatnonzero(lines["t_repaying"][rank])
    }


def _downside(result: Result, terms: Tranche) -> dict[str, Any]:
    """Lowest cover of all debt with less cash, against a cover of one."""
    low, share = result.metrics["min_dscr"].value, float(terms.downside)
    cover = None if low is None else low * (1 - share)
    return {"cash_lower_by": share, "min_dscr": cover, "at_least": 1.0, "passes": cover is None or cover >= 1.0}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
