"""What is read first of an underwriting: the debt and what limits it, sources and uses, the limit that binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.errors import Problem
from computefactory.finance.cases import HEAD, NO_TEST
from computefactory.finance.covenants import ROUNDING, below
from computefactory.finance.debt_sizing import NO_LIMIT
from computefactory.schema.disclosed import disclosed
from computefactory.units import finite

if TYPE_CHECKING:
    from computefactory.finance.loans import Tranche
    from computefactory.metrics import Metric
    from computefactory.workings import Run, Workings

__all__ = ["LIMITS", "SOURCES", "USES", "binding_by_month", "binding_constraint", "debt", "sources_and_uses", "unmet"]

SOURCES = {  # of money to full operation, and the line whose sum it is
    "customer prepayments": "source_prepayment",
    "early operations": "source_operations",
    "debt": "source_debt",
    "preferred equity": "source_preferred",
    "equity": "equity_left_in",
}
USES = {  # of it, beside what is built
    "interest": "used_interest",
    "principal": "used_repayment",
    "fees": "used_fees",
    "reserve": "used_reserve",
    "distribution at close": "paid_out_at_close",
    "cash left": "cash_at_conversion",
}
CENT = 0.01
BRINGS_ITS_COST = "a dollar of it brings as much cost (its reserve, fees, interest) as it may carry"
LIMITS = {  # limit: the line that holds it for each tranche
    "cover": "t_debt_at_dscr",
    "loan_to_value": "t_debt_at_ltv",  # of a sculpted tranche month by month, cover beside it
    "backstop": "t_debt_at_backstop",
    "advance": "t_debt_at_advance",
    "gearing": "t_debt_at_gearing",
    "stated": "t_stated_limit",
    "commitment_cap": "t_max_commitment",
    "takeout": "t_debt_at_takeout",
}


TERMS = {  # limit: the term of the tranche that switches it off
    "loan_to_value": "max_ltv",
    "backstop": "backed",
    "advance": "max_advance",
    "gearing": "max_gearing",
}


UNMET = {"takeout": "what is owed then by the loan that it takes out", "commitment_cap": "max_commitment"}


def debt(work: Workings) -> dict[str, Any]:
    """The JSON object of all debt: the total with the first tranche's terms, then every tranche under its name."""
    tranches = work.factory.finance.tranches
    if work.sized is None or not tranches:
        return {"name": None, "debt_usd": 0.0, "binding_limit": None, "limits": {}, "sized_on": None}
    found = {item.name: _tranche(work, rank) for rank, item in enumerate(tranches)}
    first, terms = found[tranches[0].name], tranches[0]
    return {
        "name": terms.name,
        "debt_usd": float(work.sized.lines["commitment"]),
        **{name: first[name] for name in ("binding_limit", "next_limit", "binding_by_month", "limits", "no_limit")},
        **{name: first[name] for name in ("sizing_dscr", "max_advance", "max_ltv", "max_gearing", "rate_per_year")},
        **{name: first[name] for name in ("matures", "disclosed")},
        "covenant_dscr": float(terms.covenant_dscr),
        "sized_on": f"contracted revenue only{_apart(work)}",
        "downside": _downside(work, terms),
        **_shortfall(work),
        "tranches": found,
    }


def _apart(work: Workings) -> str:
    """What the run has and the sizing of the debt had not: overrides, events of the file."""
    events = work.factory.document.model.events
    assert work.sized is not None
    overridden = work.sized.factory.overrides != work.factory.overrides
    return ", before --set" * overridden + ", as if no event happened" * bool(events)


def _limits(sized: Run, rank: int) -> dict[str, float]:
    """What each limit lends of a tranche."""
    return {
        name: float((sized.lines if key in sized.lines else sized.inputs)[key][rank]) for name, key in LIMITS.items()
    }


def _tranche(work: Workings, rank: int) -> dict[str, Any]:
    assert work.sized is not None
    terms, sizing = work.factory.finance.tranches[rank], work.sized.lines
    names = work.factory.timeline.names
    limits = {name: value for name, value in _limits(work.sized, rank).items() if value < NO_LIMIT}
    rates = work.sized.lines["t_rate"][rank]
    opened = min(max(int(terms.closes), 0), len(names) - 1)
    lowest = _lowest(work, rank)
    binding, following = [*sorted(limits, key=limits.__getitem__), None, None][:2]
    return {
        "kind": terms.kind,
        "secures": terms.secures,
        "commitment_usd": float(sizing["t_commitment"][rank]),
        "drawn_usd": float(work.runs[HEAD].lines["t_draw"][rank].sum()),
        "cancelled_usd": float(work.runs[HEAD].lines["t_cancelled"][rank].sum()),
        "binding_limit": binding,
        "next_limit": following,
        "binding_by_month": binding_by_month(work.sized, rank),
        "limits": limits,
        **_currency(work, terms, float(sizing["t_commitment"][rank])),
        "no_limit": _no_limit(work, terms, limits),
        "sizing_dscr": float(terms.sizing_cover),
        "max_advance": finite(terms.max_advance),
        "max_ltv": finite(terms.max_ltv),
        "max_gearing": finite(terms.max_gearing),
        "rate_per_year": float(rates[opened]),
        "closes": names[opened],
        "matures": names[int(terms.matures)],
        "ends": names[int(terms.ends)],
        "tail_months": float(work.known["contract_end"] - terms.ends),
        "offtaker": terms.offtaker or None,
        "refinanced_by": terms.refinanced_by or None,
        "disclosed": _disclosed(work, terms, float(sizing["t_commitment"][rank])),
        "balloon_usd": float(sizing["t_planned_balloon"][rank].sum()),
        "make_whole_usd": float(sizing["t_make_whole"][rank].sum()),
        "lowest_dscr": lowest,
        "recovery_at_default": finite(work.runs[HEAD].lines["t_recovery"][rank]) if _default(work) else None,
        "covenant_dscr": float(terms.covenant_dscr),
        "lockup_dscr": float(terms.lockup_dscr),
        "lockups": _below(work, rank, float(terms.lockup_dscr)),
        "defaults": _below(work, rank, float(terms.covenant_dscr)),
    }


def _no_limit(work: Workings, terms: Tranche, limits: Mapping[str, float]) -> dict[str, str]:
    """The limits that are none, and why."""
    origins = work.factory.origins
    never = finite(terms.max_gearing) is not None  # a share of cost is given, and every loan keeps it
    return {
        name: BRINGS_ITS_COST if name == "gearing" and never else origins[f"finance.tranches.{terms.name}.{term}"].note
        for name, term in TERMS.items()
        if name not in limits and not terms.stated
    }


def _currency(work: Workings, terms: Tranche, commitment: float) -> dict[str, Any]:
    """The currency of a loan and its commitment in it, at the file's rate."""
    capital = work.factory.document.model.capital
    code = capital.debt[terms.name].currency if capital else None
    rate = (capital.fx or {})[code] if capital and code else 1.0
    return {"currency": code or "USD", "commitment_in_currency": commitment / rate}


def _disclosed(work: Workings, terms: Tranche, ours: float) -> dict[str, Any] | None:
    """What was lent, as a row of the library has it, and by what share ours is more."""
    found = disclosed(work.factory, terms.name)
    return None if found is None else {**asdict(found), "ours_above_it": ours / found.amount_usd - 1}


def _default(work: Workings) -> str | None:
    """The month in which service is first unpaid if nobody cures; None where it is always paid."""
    months = np.flatnonzero(work.runs[HEAD].lines["at_default"])
    return work.factory.timeline.names[months[0]] if months.size else None


def _shortfall(work: Workings) -> dict[str, Any]:
    """The funding gap by month, and the default that follows if nobody cures it."""
    gap = work.runs[HEAD].lines["funding_gap"]
    months = [
        {"month": work.factory.timeline.names[month], "gap_usd": float(gap[month])} for month in np.flatnonzero(gap)
    ]
    return {"funding_gap": months, "default_month": _default(work)}


def _lowest(work: Workings, rank: int) -> float | None:
    """The lowest cover at any test of a tranche."""
    low = float(work.runs[HEAD].lines["t_dscr"][rank].min())
    return low if low < NO_TEST else None


def _below(work: Workings, rank: int, threshold: float) -> list[dict[str, Any]]:
    """Every test below a threshold: month, cover, and how much cash was missing."""
    lines: Mapping[str, Any] = work.runs[HEAD].lines
    cover = lines["t_dscr"][rank]
    return [
        {
            "month": work.factory.timeline.names[i],
            "dscr": float(cover[i]),
            "missing_usd": float(threshold * lines["t_service_year"][rank][i] - lines["t_cfads_year"][rank][i]),
        }
        for i in np.flatnonzero(below(cover, threshold))
    ]


def binding_by_month(sized: Run, rank: int) -> dict[str, str]:
    """For each month of service which limit of the path binds; empty where no value limits it."""
    lines, terms = sized.lines, sized.factory.finance.tranches[rank]
    if not terms.has_ltv or terms.stated:
        return {}
    value, cover = lines["t_limit_at_ltv"][rank], lines["t_limit_at_dscr"][rank]
    names = sized.timeline.names
    return {
        names[i]: "loan_to_value" if value[i] < cover[i] else "cover" for i in np.flatnonzero(lines["t_repaying"][rank])
    }


def _downside(work: Workings, terms: Tranche) -> dict[str, Any]:
    """Lowest cover of all debt with less cash, against a cover of one."""
    low, share = float(work.runs[HEAD].lines["min_dscr"]), float(terms.downside)
    cover = low * (1 - share) if low < NO_TEST else None
    return {"cash_lower_by": share, "min_dscr": cover, "at_least": 1.0, "passes": cover is None or cover >= 1.0}


def sources_and_uses(work: Workings) -> dict[str, dict[str, float]]:
    """Money to full operation; both sides add up to the same.

    Equity is what owners have left in: what a later closing of the debt pays back to them is taken off.
    """
    lines = work.runs[HEAD].lines
    building = lines["building"] > 0
    assets = {
        item.name: float(row[building].sum())
        for item, row in zip(work.factory.finance.assets, lines["a_capex"], strict=True)
    }
    uses = {**assets, **{name: float(np.sum(lines[line])) for name, line in USES.items()}}
    sources = {name: float(np.sum(lines[line])) for name, line in SOURCES.items()}
    sources = {name: value for name, value in sources.items() if value or name != "preferred equity"}
    return {"sources": sources, "uses": {name: value for name, value in uses.items() if value}}


def unmet(sized: Run) -> list[Problem]:
    """Amounts that the file states of a loan and a limit that it states beside does not allow."""
    problems = []
    for rank, terms in enumerate(sized.factory.finance.tranches):
        values = _limits(sized, rank)
        problems += _unkept(sized, rank)
        stated, least = values.pop("stated"), min(values, key=values.__getitem__)
        if stated >= NO_LIMIT or values[least] >= stated * (1 - ROUNDING):
            continue
        path, places = f"capital.debt.{terms.name}", sized.factory.document.places
        field = "amount" if places.node(f"{path}.amount") else "share"
        expected = f"at most {values[least]:,.0f} USD, {UNMET.get(least, TERMS.get(least, least))}"
        hint = "state less, or another limit"
        problems.append(places.problem("above_limit", f"{path}.{field}", f"{stated:,.0f} USD", expected, hint))
    return problems


def _unkept(sized: Run, rank: int) -> list[Problem]:
    """A covenant on value that no loan keeps: what it secures is worth nothing when service begins."""
    terms, places = sized.factory.finance.tranches[rank], sized.factory.document.places
    path = f"capital.debt.{terms.name}.max_ltv"
    if not terms.has_ltv or not places.node(path):
        return []
    worth = float(sized.lines["t_value"][rank] @ sized.lines["t_at_conversion"][rank])
    if worth > CENT:
        return []
    expected = f"a loan on what has a value while it is owed: {terms.secures} has none when service begins"
    hint = "secures: what it is lent on; or max_ltv: none"
    return [places.wrong("limit_unmet", path, expected, hint)]


def binding_constraint(work: Workings, metrics: Mapping[str, Metric]) -> dict[str, Any]:
    """Utilisation of each limit of the plant and of the book; the largest binds, then comes the next."""
    sold = metrics["accelerators_sold"].value or 0.0
    active = metrics["accelerators_active"].value or 0.0
    utilisation = {**work.known["limits"].utilisation, **({"offtake": sold / active} if active else {})}
    available = float(work.factory.finance.capital.available)
    if available == available:  # noqa: PLR0124  # nan: none is stated
        utilisation["capital"] = (metrics["funded_cost_usd"].value or 0.0) / available
    first, *rest = sorted(utilisation, key=utilisation.__getitem__, reverse=True)
    return {"binding": first, "next": rest[0] if rest else None, "utilisation": utilisation}
