"""What a company answers to the rows of a comparison, each with who says so, or what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from computefactory.analysis.company_facts import UNRATED, BlockBuyer, buyers_of, kind_of_company
from computefactory.analysis.kind import BlockVerdict, CompanyKind
from computefactory.analysis.side_by_side import Answer, missing, number
from computefactory.analysis.value import value_of
from computefactory.analysis.worth_scenarios import MIDDLE
from computefactory.appraisal.market import GROUPS, MULTIPLES, Three, listed
from computefactory.company.inputs import SOLD
from computefactory.names import number_of
from computefactory.page import Of, usd, worked
from computefactory.schema.document import ASSUMED
from computefactory.timeline import month_number

if TYPE_CHECKING:
    from computefactory.analysis.run import CompanyResult
    from computefactory.company.inputs import Block
    from computefactory.schema.resolve_company import Company

__all__ = ["answers_of_company", "market_of"]

UNNAMED = "nobody is named"
NAMED = 3  # sources that are named in a row
USUAL_TENOR = "company/default/tenor"
SOON = "24 months"
NO_MW = "the MW are not known"
LEDGER = {  # row: metric, fields of the blocks that it rests on, what is missing where there is none
    "billing_mw": ("billing_mw", ("power",), NO_MW),
    "contracted_mw": ("sold_mw", ("full_power",), NO_MW),
    "price_usd_per_mw_year": ("price_usd_per_mw_year", ("price",), "no revenue of known MW"),
    "margin": ("contract_margin", ("margin",), "no cost of revenue is known"),
    "capex_usd_per_mw": ("capex_usd_per_mw", ("capex",), "no plant at cost, or no MW, is known"),
}
SHARE = worked("MW-weighted over the blocks that are sold")
BY_REVENUE = worked("share of revenue by what is sold, or by customer")
SQUARES = worked("sum of squared shares of the customers that are named")
BOOK = worked("book over the revenue of the newest quarter, times four", "book_at_start")
LEVERAGE = "net debt over EBITDA of the next twelve months of what is sold"
TENOR = worked("months from the question to the end of contracts, by book")


def answers_of_company(result: CompanyResult) -> dict[str, Answer]:
    """An answer to every row that is asked of all files."""
    kind = kind_of_company(result)
    return {
        "class": Answer(kind.verdict, f"by billing MW {kind.stages['billing'].kind}"),
        **{name: _specification(kind, name) for name in ("density", "liquid", "power", "offtake")},
        "owner_focus": number(
            kind.owner_focus, BY_REVENUE, _first(kind, "revenue by what is sold"), "revenue by what is sold"
        ),
        **_customers(result, kind),
        **_commitment(result, kind),
        **{name: _metric(result, *told) for name, told in LEDGER.items()},
        "rack_power_kw": _hardware(kind, lambda block: block.facts.rack_power, "no system is stated"),
        "liquid_share": _hardware(kind, lambda block: block.facts.liquid, "no cooling is stated"),
        "debt_to_ebitda": _leverage(result),
    }


def rests_on(company: Company, paths: Iterable[str]) -> str:
    """Who says what fields rest on: rows of the library, sources of the file, the author."""
    said: dict[str, None] = {}
    dates = {leaf.key for leaf in company.origins["company.terms.as_of"].leaves()}  # of the balance sheet
    for path in paths:
        origin = company.origins.get(path)
        for leaf in origin.leaves() if origin is not None else ():
            if leaf.key in dates:
                continue
            if leaf.kind == "fact":
                said[leaf.path] = None
            else:
                said["assumed by the author" if leaf.source == ASSUMED else leaf.source or "stated by the author"] = (
                    None
                )
    words = list(said)
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return "; ".join(words[:NAMED]) + more if words else "calculated"


def _first(kind: CompanyKind, name: str) -> str:
    return kind.facts.evidence.get(name, "")


def _specification(kind: CompanyKind, name: str) -> Answer:
    """Shares of what is sold by the outcome of one of the four."""
    power, results = 0.0, dict[str, float]()
    for block in kind.blocks:
        outcome = next((item.result for item in block.specifications if item.name == name), "not shown")
        size = block.facts.sold if isfinite(block.facts.sold) else 0.0
        results[outcome] = results.get(outcome, 0.0) + size
        power += size
    if not power:
        return missing(NO_MW)
    words = ", ".join(f"{100 * size / power:.0f} % {outcome}" for outcome, size in results.items() if size > 0)
    evidence = dict.fromkeys(
        item.evidence for block in kind.blocks for item in block.specifications if item.name == name
    )
    return Answer(words, f"of MW sold; evidence: {', '.join(evidence)}")


def _customers(result: CompanyResult, kind: CompanyKind) -> dict[str, Answer]:
    """Who buys: how many are named, the largest, how unlike they are, the weakest grade."""
    company, buyers = result.factory, buyers_of(result, kind.facts.blocks)
    named = {buyer.name: buyer.credit for buyer in buyers if buyer.named}
    others = any(not buyer.named for buyer in buyers)
    sizes: dict[str, float] = {}
    for buyer in buyers:
        sizes[buyer.name] = sizes.get(buyer.name, 0.0) + _size(company, buyer)
    whole = sum(sizes.values())
    squares = sum((size / whole) ** 2 for buyer, size in sizes.items() if buyer in named) if whole > 0 else nan
    count = f"{len(named)} named{' and others' if others else ''}" if named or not others else "many, none named"
    numbers = {letter: company.library.seen("rating", letter, "number") for letter in named.values()}
    order = {letter: float(fact.value) if fact is not None else np.inf for letter, fact in numbers.items()}
    worst = max(order, key=order.__getitem__, default=None)
    sold = [block for block in company.blocks if block.stage == SOLD]
    said = rests_on(company, [f"company.blocks.{block.name}.customer" for block in sold])
    largest = _first(kind, "largest customer")
    return {
        "customers": Answer(count, said) if sold else missing("no customers are stated"),
        "largest_customer_share": number(
            kind.facts.largest_customer, BY_REVENUE, largest, "share of the largest customer"
        ),
        "customer_concentration": number(squares, SQUARES, said, NO_MW),
        "worst_credit": Answer(worst or UNRATED, "of those named; table rating")
        if named
        else missing("nobody is named"),
    }


def _size(company: Company, buyer: BlockBuyer) -> float:
    """MW sold to a customer; of the only block its share, which needs none."""
    only = next(iter(company.document.company.blocks.values()))
    if len(company.document.company.blocks) > 1 or only.factory:
        return buyer.sold
    return next((float(each.share) for each in only.customers.values() if each.buyer == buyer.name and each.share), nan)


def _commitment(result: CompanyResult, kind: CompanyKind) -> dict[str, Answer]:
    """What of revenue is owed, for how long, and how many years of revenue the book is."""
    company = result.factory
    business = company.document.company.business
    committed = sum(float(line.share) for line in business.values() if line.committed)
    owed = [block for block in company.blocks if block.stage == SOLD and float(block.book) > 0]
    known = [block for block in owed if _ends(company, block)]
    owing = [(float(block.book), float(block.until - company.terms.as_of)) for block in known]
    for each in result.inside.values():
        value, tenor = (number_of(each, Of(name)) for name in ("committed_value", "weighted_tenor_months"))
        owing += [(value, tenor)] if value and tenor else []
    book = sum(value for value, _ in owing)
    months = sum(value * tenor for value, tenor in owing)
    return {
        "committed_share": number(
            committed if any(part.committed is not None for part in business.values()) else None,
            BY_REVENUE,
            _said(company, "business"),
            "share of revenue that is owed",
        ),
        "tenor_months": number(
            months / book if book else None,
            TENOR,
            rests_on(company, [f"company.blocks.{block.name}.until" for block in known]),
            "no book, or no end of its contracts, is known",
        ),
        "book_years": number(kind.facts.book_years, BOOK, _book(company, owed), "no book, or no revenue, is known"),
    }


def _ends(company: Company, block: Block) -> bool:
    """Whether somebody says when its contract ends: the usual tenor of such contracts says nothing of this one."""
    leaves = company.origins[f"company.blocks.{block.name}.until"].leaves()
    return not any(leaf.path == USUAL_TENOR for leaf in leaves)


def _book(company: Company, blocks: Sequence[Block]) -> str:
    """Who says what the book is, and how soon it lands."""
    book = company.document.company.book
    within = sum(share for span, share in (book.schedule or {}).items() if span == SOON) if book is not None else 0.0
    soon = f"; {100 * within:.0f} % of it within {SOON}" if within else ""
    return rests_on(company, [f"company.blocks.{block.name}.book" for block in blocks]) + soon


def _said(company: Company, path: str) -> str:
    source = company.document.source_of(path)
    return "assumed by the author" if source == ASSUMED else source or "stated by the author"


def _metric(result: CompanyResult, name: str, fields: Sequence[str], why: str) -> Answer:
    metric = result.metrics[name]
    company = result.factory
    paths = [f"company.blocks.{block.name}.{field}" for block in company.blocks if _counts(block) for field in fields]
    value = metric.value or None
    return number(value, Of(name), rests_on(company, paths), why)


def _counts(block: Block) -> bool:
    return block.stage == SOLD


def _hardware(kind: CompanyKind, of: Callable[[BlockVerdict], float], why: str) -> Answer:
    """A figure of the systems, by MW sold; of blocks whose MW are not known their plain mean, said so."""
    known = [block for block in kind.blocks if isfinite(of(block))]
    sized = [block for block in known if isfinite(block.facts.sold)]
    if not known:
        return missing(why)
    evidence = ", ".join(dict.fromkeys(block.facts.hardware for block in sized or known))
    power = sum(block.facts.sold for block in sized)
    if not power:
        names = ", ".join(dict.fromkeys(block.facts.block for block in known))
        return Answer(sum(map(of, known)) / len(known), f"{evidence}; {names} alone, MW not known", of=SHARE)
    whole = sum(block.facts.sold for block in kind.blocks if isfinite(block.facts.sold))
    value = sum(of(block) * block.facts.sold for block in sized) / power
    return Answer(value, f"{evidence}; of {100 * power / whole:.0f} % of MW sold", of=SHARE)


def _leverage(result: CompanyResult) -> Answer:
    """Net debt over adjusted EBITDA of the next twelve months of what is sold."""
    debt, earned = result.metrics["net_debt_usd"].value, _ebitda(result)
    of = worked(LEVERAGE, "opening_net_debt", "adjusted_ebitda")
    return number(
        debt / earned if debt is not None and earned else None, of, LEVERAGE, "no debt, or no EBITDA, is known"
    )


def _ebitda(result: CompanyResult) -> float | None:
    """Adjusted EBITDA of the next twelve months, where there is any."""
    earned = float(np.asarray(result.valued[MIDDLE].lines["ebitda_next_twelve_months"]))
    return earned if isfinite(earned) and earned > 0 else None


def market_of(result: CompanyResult) -> dict[str, Answer]:
    """The market's own multiples of the company at the date, and our two values of it, middle."""
    found = _multiples(result.factory)
    valued = value_of(result)
    for name, frame in {"industrial": valued.industrial, "cloud": valued.cloud}.items():
        enterprise, share = f"{name}_enterprise_value_usd", f"{name}_value_usd_per_share"
        why = (valued.no_cloud,) if frame is None else frame.reasons
        found[enterprise] = _of_three(None if frame is None else frame.enterprise, enterprise, why, usd)
        found[share] = _of_three(None if frame is None else frame.per_share, share, why, lambda x: f"{x:,.2f}")
    industrial, earned = valued.industrial.enterprise, _ebitda(result)
    of = worked("industrial value over adjusted EBITDA of the next twelve months", "industrial_enterprise_value_usd")
    ratio = industrial[1] / earned if industrial and earned else None
    found["industrial_ev_to_ebitda"] = number(ratio, of, "calculated", "no value, or no EBITDA, is known")
    debt = result.metrics["net_debt_usd"].value
    facilities = [f"company.facilities.{item.name}.balance" for item in result.factory.facilities]
    found["net_debt_usd"] = number(
        debt, Of("net_debt_usd"), rests_on(result.factory, facilities), "debt or cash is not known"
    )
    return found


def _of_three(three: Three | None, name: str, why: Sequence[str], said: Callable[[float], str]) -> Answer:
    """The middle of low, middle and high, with the ends as its evidence; or the first reason that there is none."""
    if three is None:
        return missing(why[0])
    return number(three[1], Of(name), f"between {said(three[0])} and {said(three[2])}", "facts are missing")


def _multiples(company: Company) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    month = month_number(company.as_of)
    own = [name for name in (company.name, company.operator) if name]
    rows = [each for group in GROUPS for each in listed(company.library, group, month) if each.peer.company in own]
    for name in MULTIPLES:
        fact = next((fact for each in rows if (fact := each.multiples[name]) is not None), None)
        why = f"a segment of {company.parent}" if company.parent else "no multiple of it was known at that date"
        found[name] = missing(why) if fact is None else Answer(float(fact.value), fact.path, of=Of(fact.path))
    return found
