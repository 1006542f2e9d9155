"""From a company underwritten to what its class rests on: MW, hardware, power, offtake and customers, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite, nan
from typing import TYPE_CHECKING, Any, NamedTuple

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
from computefactory.qualification import FACTORY, OPERATOR
from computefactory.schema.document import ASSUMED
from computefactory.strength import with_strength
from computefactory.studies.book import study
from computefactory.units import Kw

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.company.inputs import Block
    from computefactory.schema.company import BlockChapter
    from computefactory.schema.resolve_company import Company

__all__ = ["BlockBuyer", "buyers_of", "company_facts", "kind_of_company"]

UNRATED = "unrated"
MANY = ("", "various")  # buyers that nobody names
LIQUID_CHECK = "rack heat by liquid"
LIQUID = ("direct_to_chip", "immersion")
SHARE_OF_CUSTOMER = "customer_share_"
TOGETHER = ("top", "largest_two")  # of several customers
QUARTERS = 4  # of a year
NOBODY = "nobody states it"


def kind_of_company(result: CompanyResult) -> CompanyKind:
    """What a company is, with every row that turns it."""
    library = result.factory.library
    need = class_thresholds(library)
    facts = company_facts(replace(result, inside={name: with_strength(each) for name, each in result.inside.items()}))
    found = with_class_strength(classified(facts, need), need, library)
    return replace(found, engine=result.engine, stamp=result.stamp)


def company_facts(result: CompanyResult) -> CompanyFacts:
    """What the class of a company rests on."""
    company = result.factory
    file = company.document.company
    revenue: dict[str, float] = {}
    for line in file.business.values():
        revenue[line.sells] = revenue.get(line.sells, 0.0) + float(line.share)
    blocks = tuple(_block(result, block) for block in company.blocks if block.stage == SOLD)
    largest, who = _largest(result, blocks)
    evidence = {
        "revenue by what is sold": _said(company, "business") if revenue else NOBODY,
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
    """A block with a factory file of its own: what it bills at the balance date and in the end, and its verdict."""
    inside = result.inside[block.name]
    verdict = inside.qualification
    checks = {check.name: check.value for item in verdict.specifications for check in item.checks}
    liquid = next((value for name, value in checks.items() if name.startswith(LIQUID_CHECK)), None)
    rack = inside.metrics["rack_power_kw"].value
    evidence = {item.name: item.evidence for item in verdict.specifications}
    return BlockFacts(
        block.name,
        block.block,
        block.sells,
        float(block.factory_billing),
        float(np.max(block.factory_power, initial=0.0)),
        rack_power=rack if rack is not None and verdict.kind in (FACTORY, OPERATOR) else nan,
        liquid=liquid if isinstance(liquid, float) else nan,
        hardware=evidence["density"],
        factory=verdict,
    )


def _power(block: Block, chapter: BlockChapter | None) -> tuple[float, float]:
    """What bills and what is sold; nan where nobody knows."""
    ordered = chapter is not None and any((chapter.full, chapter.starts, chapter.value, chapter.deal))
    billing = float(block.power + block.new_power)
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


class BlockBuyer(NamedTuple):
    """Who buys part of what is sold: of a factory inside, by what each of its buyers owes."""

    name: str
    credit: str
    billing: Kw
    sold: Kw

    @property
    def named(self) -> bool:
        """Whether it is one buyer, and not many."""
        return self.name not in MANY


def buyers_of(result: CompanyResult, blocks: Sequence[BlockFacts]) -> list[BlockBuyer]:
    """Who buys each block that is sold, in their order."""
    found: list[BlockBuyer] = []
    records = [block for block in result.factory.blocks if block.stage == SOLD]
    for block, facts in zip(records, blocks, strict=True):
        if not block.factory:
            found.append(BlockBuyer(block.customer, block.credit, facts.billing, facts.sold))
            continue
        book = study(result.inside[block.name])
        credit = {part.buyer: part.credit for entry in book.entries for part in entry.parts}
        found += [
            BlockBuyer(name, credit[name], share * facts.billing, share * facts.sold)
            for name, share in book.shares.items()
        ]
    return found


def _largest(result: CompanyResult, blocks: Sequence[BlockFacts]) -> tuple[float, str]:
    """The largest customer's share of revenue, and who says so: the newest row, else the file by billing MW."""
    company = result.factory
    row = _reported(company)
    if row is not None:
        return row
    chapters = company.document.company.blocks
    stated = {name: chapter for name, chapter in chapters.items() if chapter.customers or chapter.factory}
    if not stated:
        return nan, NOBODY
    said = "; ".join(
        dict.fromkeys(
            f"the factory {chapter.factory}" if chapter.factory else _said(company, f"blocks.{name}.customers")
            for name, chapter in stated.items()
        )
    )
    only = next(iter(chapters.values()))
    if len(chapters) == 1 and not only.factory:
        shares = [float(each.share or 0.0) for each in only.customers.values() if each.buyer not in MANY]
        return max(shares, default=0.0), said if shares else f"many, none of them named; {said}"
    sums: dict[str, float] = {}
    for buyer in buyers_of(result, blocks):
        key = buyer.name if buyer.named else MANY[-1]
        sums[key] = sums.get(key, 0.0) + buyer.billing
    total = sum(sums.values())
    known = max((power for name, power in sums.items() if name not in MANY), default=0.0)
    return (known / total, f"{said}; by MW that bill") if total > 0 else (nan, NOBODY)


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
