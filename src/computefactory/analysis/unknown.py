"""What of a company's value is not known, and why: facts that nobody states, shares that do not exist."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

from computefactory.company.inputs import SOLD
from computefactory.company.worth_inputs import PARTS

if TYPE_CHECKING:
    from computefactory.analysis.evaluation import CompanyRun
    from computefactory.schema.resolve_company import Company

__all__ = ["next_year_known", "no_enterprise", "no_equity", "no_share"]

DECIDES = re.compile(r"book\.amount|blocks\.[^.]+\.(?:margin|capex|price|power|power\.sold|full|tenor_left)")
DATES = re.compile(r"blocks\.[^.]+\.(?:full|tenor_left|power\.sold)")  # when revenue comes, and of how much
CLAIMS = ("debt", "cash.unrestricted")  # paths of what ranks ahead of the owners, and of what is held against it
WORTH = "industrial value"  # what a rate that is not known decides
NAMED = 3  # facts named in a sentence; the page lists all
BROUGHT = ("contracts", "after_contracts", "shells", "land", "factories")  # parts that bring anything


def no_enterprise(company: Company, run: CompanyRun) -> str:
    """Why there is no industrial value; nothing where there is one."""
    without = [
        f"the contract margin of {block.block}"
        for block in company.blocks
        if block.stage <= SOLD and not block.factory and block.book > 0 and not block.margin > 0
    ]
    parts = {name: run.number(f"{name}_value") for name in PARTS}
    brings = all(map(isfinite, parts.values())) and any(parts[name] for name in BROUGHT)
    if brings and not without:
        return ""
    named = [item.name for item in company.missing if DECIDES.fullmatch(item.path) or item.decides == WORTH]
    return f"no industrial value: nobody states {_listed(named or without) or 'what it has sold'}"


def next_year_known(company: Company) -> bool:
    """Whether the next twelve months' revenue rests on dates and power that somebody states."""
    return not any(DATES.fullmatch(item.path) for item in company.missing)


def no_equity(company: Company) -> str:
    """Why there is no value of the equity; nothing where there is one."""
    if company.parent:
        return f"a segment of {company.parent}: debt, cash and shares are its parent's"
    named = [item.name for item in company.missing if item.path in CLAIMS]
    return f"no equity value: nobody states {_listed(named)}" if named else ""


def no_share(company: Company) -> str:
    """Why there is no value of a share; nothing where there is one."""
    known = company.parent or company.records_of("holder")
    return "" if known else "no value of a share: nobody states the number of shares"


def _listed(names: list[str]) -> str:
    """The first few names, and how many there are beside them."""
    several = list(dict.fromkeys(names))
    rest = [f"and {len(several) - NAMED} facts more"] if len(several) > NAMED else []
    return "; ".join([*several[:NAMED], *rest])
