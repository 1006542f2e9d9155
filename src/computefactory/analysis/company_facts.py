"""From a company underwritten to what its class rests on: MW, hardware, power, offtake and customers, with evidence."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.analysis.kind import (
    BlockFacts,
    CompanyFacts,
    CompanyKind,
    class_thresholds,
    classified,
    with_class_strength,
)
from computefactory.company.inputs import SOLD
from computefactory.library import operators
from computefactory.schema.document import ASSUMED

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.company.inputs import Block
    from computefactory.schema.company import BlockChapter
    from computefactory.schema.resolve_company import Company

__all__ = ["company_facts", "kind_of_company"]

UNRATED = "unrated"
MANY = ("", "various")  # buyers that nobody names
LIQUID = ("direct_to_chip", "immersion")
SHARE_OF_CUSTOMER = "customer_share_"
TOGETHER = ("top", "largest_two")  # of several customers
QUARTERS = 4  # of a year
NO_REVENUE_SPLIT = "nobody states it"


def kind_of_company(result: CompanyResult) -> CompanyKind:
    """What a company is, with every row that turns it."""
    library = result.factory.library
    need = class_thresholds(library)
    found = with_class_strength(classified(company_facts(result), need), need, library)
    return replace(found, engine=result.as_dict()["engine"], stamp=result.stamp)


def company_facts(result: CompanyResult) -> CompanyFacts:
    """What the class of a company rests on."""
    company = result.factory
    file = company.document.company
    revenue: dict[str, float] = {}
    for line in file.business.values():
        revenue[line.sells] = revenue.get(line.sells, 0.0) + float(line.share)
    blocks = tuple(_block(result, block) for block in company.blocks if block.stage == SOLD)
    largest, who = _largest(company, blocks)
    evidence = {
        "revenue by what is sold": _said(company, "business") if revenue else NO_REVENUE_SPLIT,
        "largest customer": who,
    }
    return CompanyFacts(
        name=company.name,
        as_of=company.as_of,
        parent=file.parent or "",
        blocks=blocks,
        revenue=revenue,
        product_lines=float(len(file.business)) if file.business else nan,
        largest_customer=largest,
        evidence=evidence,
        book_years=_book_years(result),
    )


def _book_years(result: CompanyResult) -> float:
    """The book over the revenue of the newest quarter, a year of it."""
    company, backlog = result.factory, result.metrics["backlog_usd"].value
    operator = company.document.company.operator
    revenue = operators.like(company.library, operator, "revenue", "quarter") if operator else None
    return backlog / (float(revenue.value) * QUARTERS) if backlog and revenue is not None else nan


def _said(company: Company, path: str) -> str:
    """Who says what stands at a path of the file, in words."""
    source = company.document.source_of(path)
    if source is None:
        return "stated by the author"
    return "assumed by the author" if source == ASSUMED else f"disclosed: {source}"


def _evidence(company: Company, path: str) -> str:
    """``disclosed`` by a named source, else ``stated``."""
    return "stated" if company.document.source_of(path) in (None, ASSUMED) else "disclosed"


def _block(result: CompanyResult, block: Block) -> BlockFacts:
    company = result.factory
    chapter = company.document.company.blocks.get(block.block)
    if block.factory:
        return _inside(result, block)
    billing, sold = _power(block, chapter)
    path = f"blocks.{block.block}"
    return BlockFacts(
        block.name,
        block.block,
        block.sells,
        billing,
        sold,
        **_hardware(company, chapter),
        **_connection(company, path, chapter),
        **_offtake(company, path, chapter, block),
        sources={
            "hardware": _said(company, f"{path}.system"),
            "power": _said(company, f"{path}.power"),
            "offtake": _said(company, f"{path}.customers"),
        },
    )


def _inside(result: CompanyResult, block: Block) -> BlockFacts:
    """A block with a factory file of its own: what it bills in the month of the question, and in the end."""
    power = np.asarray(block.factory_power or (0.0,), dtype=float)
    month = min(int(result.factory.terms.as_of), len(power) - 1)
    bills, sold = float(power[month]), float(power.max())
    verdict = result.inside[block.name].qualification
    return BlockFacts(block.name, block.block, block.sells, bills, sold, factory=verdict)


def _power(block: Block, chapter: BlockChapter | None) -> tuple[float, float]:
    """What bills and what is sold; nan where nobody knows."""
    ordered = chapter is not None and any((chapter.full, chapter.starts, chapter.value, chapter.deal))
    billing = float(block.power)
    if billing == 0 and not ordered and not (chapter and chapter.power and chapter.power.billing):
        billing = nan
    sold = float(block.full_power)
    if block.sells == "mining":
        return billing, 0.0  # nobody owes it anything
    return billing, sold if isfinite(sold) and sold > 0 else nan


def _hardware(company: Company, chapter: BlockChapter | None) -> dict[str, Any]:
    """System, density and cooling with their evidence; where no cooling is stated, heat by liquid is inferred."""
    if chapter is None or chapter.system is None:
        return {"hardware": "none"}
    library = company.library
    rows = {name: library.seen("system", chapter.system, name) for name in ("rack_power", "liquid_fraction")}
    rack, liquid = (float(fact.value) if fact is not None else nan for fact in rows.values())
    said = chapter.evidence or "none"
    if chapter.cooling is not None and not chapter.cooling.startswith(LIQUID):
        liquid = 0.0
    elif chapter.cooling is None and said in ("stated", "disclosed"):
        said = "inferred"
    return {"system": chapter.system, "rack_power": rack, "liquid": liquid, "hardware": said}


def _connection(company: Company, path: str, chapter: BlockChapter | None) -> dict[str, Any]:
    """The connection of shells of its own; that of a leased shell is its landlord's."""
    owned = chapter is not None and chapter.shell is not None and chapter.shell.tenure == "owned"
    if chapter is None or chapter.power is None or not owned:
        return {"power": "none"}
    status = "energised" if chapter.power.energised else "agreement" if chapter.power.secured else ""
    return {"connection": status, "power": _evidence(company, f"{path}.power") if status else "none"}


def _offtake(company: Company, path: str, chapter: BlockChapter | None, block: Block) -> dict[str, Any]:
    """What is owed of the life that is left, and by whom."""
    signed = chapter is not None and bool(chapter.deal or chapter.value)
    known = signed or float(block.on_demand) > 0 or bool(company.document.company.business)
    lacking = {item.path for item in company.missing}
    left = float(block.retires - company.terms.as_of)
    tenor = float(block.until - company.terms.as_of)
    covered = nan if f"{path}.tenor_left" in lacking or left <= 0 else min(max(tenor, 0.0) / left, 1.0)
    named = block.customer not in MANY
    number = company.library.seen("rating", block.credit, "number") if named else None
    return {
        "committed": 1 / (1 + float(block.on_demand)) if known else nan,
        "life_covered": covered,
        "rating": block.credit if named else "",
        "rating_number": float(number.value) if number is not None else inf if named else nan,
        "offtake": _evidence(company, f"{path}.customers") if chapter is not None else "none",
    }


def _largest(company: Company, blocks: tuple[BlockFacts, ...]) -> tuple[float, str]:
    """The largest customer's share of revenue, and who says so: the newest row, else the file by billing MW."""
    row = _reported(company)
    if row is not None:
        return row
    file = company.document.company
    named = [customer for chapter in file.blocks.values() for customer in chapter.customers.values()]
    if not named:
        return nan, "nobody states it"
    said = "; ".join(dict.fromkeys(_said(company, f"blocks.{name}.customers") for name in file.blocks))
    if len(file.blocks) == 1:
        shares = [float(each.share or 0.0) for each in named if each.buyer not in MANY]
        return max(shares, default=0.0), said if shares else f"many, none of them named; {said}"
    sums: dict[str, float] = {}
    for block, facts in zip((item for item in company.blocks if item.stage == SOLD), blocks, strict=True):
        sums[block.customer] = sums.get(block.customer, 0.0) + facts.billing
    total = sum(sums.values())
    known = max((power for buyer, power in sums.items() if buyer not in MANY), default=0.0)
    return (known / total, f"{said}; by MW that bill") if total > 0 else (nan, "nobody states it")


def _reported(company: Company) -> tuple[float, str] | None:
    """The share of the largest customer in the newest period of which the company reported one."""
    operator = company.document.company.operator
    if operator is None:
        return None
    for period in reversed(operators.periods(company.library, operator)):
        key = f"{operator}/{period}"
        fields = [name for name in company.library.fields(operators.TABLE, key) if name.startswith(SHARE_OF_CUSTOMER)]
        alone = [name for name in fields if not name.removeprefix(SHARE_OF_CUSTOMER).startswith(TOGETHER)]
        facts = [company.library.fact(operators.TABLE, key, name) for name in alone]
        if facts:
            largest = max(facts, key=lambda fact: float(fact.value))
            return float(largest.value), f"disclosed: {largest.path}"
    return None
