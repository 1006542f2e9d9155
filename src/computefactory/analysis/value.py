"""What a company is worth as an industrial plant and as a cloud, and what a price of it implies.

Each is low, middle and high, three scenarios of one batch. The company's own multiple, or that of its parent, is never
its comparable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.analysis.asked_price import Priced, priced
from computefactory.analysis.fit import below_reported
from computefactory.analysis.implied import implied_by, per_megawatt
from computefactory.analysis.unknown import next_year_known, no_enterprise, no_equity, no_share
from computefactory.analysis.worth_scenarios import (
    CLOUDS,
    MIDDLE,
    cloud_multiple,
    clouds_of,
    itself_and_parent,
    month_of,
)
from computefactory.appraisal.market import GROUPS, Group, ListedCompany, Three, calibrated, grouped, listed
from computefactory.company.inputs import SOLD
from computefactory.company.worth_inputs import PARTS
from computefactory.library.peers import CLOUD, TABLE
from computefactory.schema.resolve_worth import SCENARIOS, CloudMultiple, ebitda_of_last_year, is_last

if TYPE_CHECKING:
    from computefactory.analysis.evaluation import CompanyRun
    from computefactory.analysis.run import CompanyResult
    from computefactory.appraisal.implied import Implied
    from computefactory.library import Fact, Library
    from computefactory.schema.resolve_company import Company
    from computefactory.schema.resolve_company_notes import Missing

__all__ = ["CompanyValuation", "Frame", "value_of"]

BESIDE = {  # what a company sells -> groups of companies that stand beside it
    "accelerators": ("compute_factory", "cloud"),
    "shell": ("powered_land", "reit"),
    "mining": ("powered_land",),
    "cloud": ("cloud",),
}
BILLION = 1e9
REVENUES = {"revenue_last": "revenue of the last twelve months", "revenue_next": "revenue of the next twelve months"}
STEPS = {  # from the enterprise to its owners: sign, line or given
    "debt": (-1, "debt_principal"),
    "notes_in_debt": (1, "notes_in_debt"),
    "finance_leases": (-1, "finance_leases"),
    "lease_liability": (-1, "lease_liability"),
    "preferred": (-1, "preferred"),
    "minorities": (-1, "minorities"),
    "cash": (1, "opening_cash"),
    "proceeds": (1, "proceeds_had"),
}


@dataclass(frozen=True)
class Frame:
    """One frame, industrial or cloud: enterprise, equity and share; low, middle and high, or None and why."""

    name: str
    runs: Mapping[str, CompanyRun]
    no_enterprise: str = ""
    no_equity: str = ""
    no_share: str = ""

    def three(self, line: str) -> Three:
        """A line in the three scenarios."""
        low, middle, high = (self.runs[name].number(line) for name in SCENARIOS)
        return low, middle, high

    @property
    def enterprise(self) -> Three | None:
        """Value of the enterprise."""
        return None if self.no_enterprise else self.three(f"{self.name}_enterprise_value_usd")

    @property
    def equity(self) -> Three | None:
        """Value of the equity; below nothing it is a shortfall."""
        unknown = self.no_enterprise or self.no_equity
        return None if unknown else self.three(f"{self.name}_equity_value_usd")

    @property
    def per_share(self) -> Three | None:
        """Value of a share, diluted."""
        unknown = self.no_enterprise or self.no_equity or self.no_share
        return None if unknown else self.three(f"{self.name}_value_usd_per_share")

    @property
    def shares(self) -> float | None:
        """Diluted shares at the middle value."""
        return None if self.per_share is None else self.runs[MIDDLE].number(f"{self.name}_shares")

    @property
    def steps(self) -> Mapping[str, float]:
        """From the enterprise to its owners, middle: they add up to the equity; none where it is not known."""
        if self.equity is None:
            return {}
        run = self.runs[MIDDLE]
        steps = {name: sign * run.number(line) + 0.0 for name, (sign, line) in STEPS.items()}
        return steps | {"notes_and_puts": -run.number(f"{self.name}_notes") + 0.0}

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is not known and why, the first thing first."""
        return tuple(filter(None, (self.no_enterprise, self.no_equity, self.no_share)))

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        threes = {
            "enterprise_value_usd": self.enterprise,
            "equity_value_usd": self.equity,
            "per_share": self.per_share,
        }
        found: dict[str, Any] = {name: _ends(three) for name, three in threes.items()}
        short = None if self.equity is None else max(-self.equity[1], 0.0)
        found |= {"shortfall_usd": short, "diluted_shares": self.shares, "steps": dict(self.steps)}
        return found | ({"reasons": list(self.reasons)} if self.reasons else {})


def _ends(three: Three | None) -> dict[str, float] | None:
    return None if three is None else dict(zip(SCENARIOS, three, strict=True))


@dataclass(frozen=True)
class CompanyValuation:
    """Two valuations of a company at its date, the market beside them, and what a price implies."""

    result: CompanyResult
    runs: Mapping[str, CompanyRun]
    clouds: tuple[ListedCompany, ...]
    later: tuple[str, ...]  # clouds whose multiples were public only later
    groups: tuple[Group, ...]
    priced: Priced | None
    implied: tuple[Implied, ...]
    twelve_months: Mapping[str, float | None]  # revenue and EBITDA, the last and the next; None: not known

    @property
    def run(self) -> CompanyRun:
        """The run of the middle values."""
        return self.runs[MIDDLE]

    @cached_property
    def industrial(self) -> Frame:
        """The industrial frame."""
        company = self.result.factory
        return Frame("industrial", self.runs, no_enterprise(company, self.run), no_equity(company), no_share(company))

    @cached_property
    def cloud(self) -> Frame | None:
        """The cloud frame; None where too few clouds' multiples were known, or no revenue that they are of."""
        company = self.result.factory
        known = self.run.number("cloud_known") > 0 and not self.mostly_unsold
        return Frame("cloud", self.runs, "", no_equity(company), no_share(company)) if known else None

    @cached_property
    def mostly_unsold(self) -> str:
        """Of a cloud: that what is sold is no measure of what it earns next; nothing of any other company."""
        cloud = any(block.sells == "cloud" for block in self.result.factory.blocks)
        return next(below_reported(self.result.workings), "") if cloud else ""

    @property
    def parts(self) -> Mapping[str, Three]:
        """The parts of the industrial value, each column adds up to it; none where that is not known."""
        if self.industrial.enterprise is None:
            return {}
        return {name: self.industrial.three(f"{name}_value") for name in PARTS}

    @property
    def claims(self) -> float | None:
        """Net claims ahead of the owners, notes and puts apart; None where they are not known."""
        return None if self.industrial.no_equity else self.run.number("claims_before_notes")

    @cached_property
    def per_megawatt(self) -> float | None:
        """What one MW more like the newest order adds to the value; None where no order says what one costs."""
        return None if self.industrial.enterprise is None else per_megawatt(self.run)

    @property
    def not_valued(self) -> tuple[str, ...]:
        """Blocks that bill or are sold and bring no value: of what is known of them none follows."""
        lines = self.run.lines
        worth = zip(lines["b_contract_value"], lines["b_after_value"], lines["b_shell_value"], strict=True)
        blocks = zip(self.result.factory.blocks, worth, strict=True)
        return tuple(
            dict.fromkeys(
                each.block for each, parts in blocks if each.stage <= SOLD and not each.factory and not any(parts)
            )
        )

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Facts that nobody states, and what each decides."""
        return self.result.factory.missing

    @property
    def cloud_multiples(self) -> Mapping[str, CloudMultiple]:
        """What each cloud is priced at over twelve months' revenue, by its name."""
        found = {each.peer.company: cloud_multiple(self.result.factory, each) for each in self.clouds}
        return {name: multiple for name, multiple in found.items() if multiple is not None}

    @property
    def no_cloud(self) -> str:
        """Why there is no cloud value."""
        if self.cloud is not None:
            return ""
        known = ", ".join(f"{each.peer.company} ({each.peer.date})" for each in self.clouds) or "none"
        after = f"; the next: {', '.join(self.later)}" if self.later else ""
        if self.mostly_unsold:
            return f"no cloud value: {self.mostly_unsold}; its revenue of the next twelve months is not known"
        said = f"no cloud value at this date: clouds with a multiple known on {self.result.as_of}: {known}{after}"
        unknown = [words for name, words in REVENUES.items() if self.twelve_months[name] is None]
        return f"{said}; not known of the company: {', '.join(unknown)}" if unknown else said

    @property
    def own(self) -> Mapping[str, str]:
        """What clouds' multiples are calibrated to, of this company: customers, what is not owed, price risk."""
        blocks, lines = self.result.factory.blocks, self.run.lines
        revenue = self.twelve_months["revenue_next"]
        window = np.asarray(lines["next_year"])
        shares: dict[str, float] = {}
        for block, row in zip(blocks, np.asarray(lines["b_committed_revenue"]), strict=True):
            shares[block.customer] = shares.get(block.customer, 0.0) + float(np.sum(row * window))
        owed = sum(shares.values())
        if not (revenue and revenue > 0 and owed > 0):
            return {"customer_diversity": "no revenue is known", "flexible_demand": "-", "price_risk": "-"}
        largest = 100 * max(shares.values()) / owed
        free = 100 * max(1 - owed / revenue, 0.0)
        alike = 1 / sum((each / owed) ** 2 for each in shares.values())
        return {
            "customer_diversity": f"{alike:.1f} customers of equal size at most; the largest {largest:.0f} %",
            "flexible_demand": f"{free:.0f} % of the next twelve months' revenue is not owed",
            "price_risk": f"{free:.0f} % of it at the market's price",
        }

    @property
    def call_on_the_future(self) -> str:
        """In one sentence what the price was paid for; nothing where none was asked about."""
        if self.priced is None:
            return ""
        worth, claims, price = self.industrial.enterprise, self.claims, self.priced.enterprise
        if worth is None or claims is None or price is None:
            return f"what {self.priced.asked} pays for cannot be said: {self.industrial.reasons[0]}"
        low, middle, high, owed = (f"{each / BILLION:,.1f}" for each in (*worth, claims))
        said = (
            f"at {self.priced.asked} the enterprise costs {price / BILLION:,.1f} bn USD; what it has signed and owns "
            f"is worth {middle} bn as an industrial plant ({low} to {high}), against {owed} bn of net claims"
        )
        if price > worth[2]:
            return f"{said}: the rest is a call on contracts not yet signed, at prices not yet seen"
        if price > worth[1]:
            return f"{said}: the price lies within the range of that, above its middle"
        return f"{said}: that carries the price"

    @property
    def beside_clouds(self) -> str:
        """Where the price lies beside the cloud frame; nothing where there is no price or no cloud value."""
        price = None if self.priced is None else self.priced.enterprise
        worth = None if self.cloud is None else self.cloud.enterprise
        if price is None or worth is None:
            return ""
        low, middle, high = (f"{each / BILLION:,.1f}" for each in worth)
        place = "above all of it" if price > worth[2] else "below all of it" if price < worth[0] else "within it"
        return f"as clouds were priced that day it is worth {middle} bn ({low} to {high}): the price lies {place}"

    @property
    def football_field(self) -> list[dict[str, Any]]:
        """Every method with its low, middle and high, in USD of enterprise value."""
        rows: list[tuple[str, str, float, float, float]] = []
        if (worth := self.industrial.enterprise) is not None:
            rows.append(("industrial", "industrial, by parts", *worth))
        rows += [
            (each.name, f"{each.label}, {each.counted.replace('_', '/').upper()}", *each.values)
            for each in self.groups
            if each.beside and each.values is not None and each.name != "cloud"
        ]
        if self.cloud is not None and (worth := self.cloud.enterprise) is not None:
            rows.append(("cloud", "cloud EV/revenue", *worth))
        if self.priced is not None and (price := self.priced.enterprise) is not None:
            rows.append(("price", "price that is asked about", price, price, price))
        return [
            {"method": name, "label": label, "low_usd": low, "value_usd": middle, "high_usd": high}
            for name, label, low, middle, high in rows
        ]

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        result, cloud = self.result, self.cloud
        return {
            "kind": "valuation",
            "version": 1,
            "of": "company",
            "engine": dict(result.as_dict()["engine"]),
            "company": result.name,
            "as_of": result.as_of,
            "at": result.as_of,
            "hindsight": result.hindsight,
            "industrial": self.industrial.as_dict()
            | {"parts": {name: _ends(three) for name, three in self.parts.items()}},
            "cloud": {"per_share": None, "reason": self.no_cloud} if cloud is None else cloud.as_dict(),
            "clouds": [each.as_dict() | calibrated(result.factory.library, each.peer) for each in self.clouds],
            "this_company": dict(self.own),
            "comparables": {group.name: group.as_dict() for group in self.groups},
            "net_claims_usd": self.claims,
            "restricted_cash_not_counted": float(self.result.factory.terms.restricted_cash),
            "value_usd_of_a_mw_more": self.per_megawatt,
            "not_valued": list(self.not_valued),
            "missing": [{"name": item.name, "decides": item.decides, "path": item.path} for item in self.missing],
            "price": None if self.priced is None else self.priced.as_dict(),
            "implied": {each.name: each.as_dict() for each in self.implied},
            "in_one_sentence": self.call_on_the_future,
            "beside_clouds": self.beside_clouds,
            "football_field": self.football_field,
        }


def value_of(result: CompanyResult, *, price: str | None = None) -> CompanyValuation:
    """The two valuations of a company, and what a price of a share or of all shares implies.

    Raises:
        FactoryFileError: the price is none, in another currency, or of a share where no shares are known.
    """
    company, runs = result.factory, result.valued
    middle, asked = runs[MIDDLE], None
    months = _twelve_months(company, middle)
    if price is not None:
        stated = {"basic": middle.number("shares_stated"), "press": _press(company)}
        claims = None if no_equity(company) else middle.number("claims_before_notes")
        asked = priced(price, company.records_of("holder"), claims, stated, _bases(middle, months))
    target = None if asked is None or no_enterprise(company, middle) else asked.enterprise
    return CompanyValuation(
        result,
        runs,
        clouds_of(company),
        _later(company.library, itself_and_parent(company)),
        _groups(company, months),
        asked,
        () if target is None else implied_by(middle, target),
        months,
    )


def _twelve_months(company: Company, run: CompanyRun) -> dict[str, float | None]:
    """Revenue and adjusted EBITDA of the last and the next twelve months; None where they are not known."""
    following = next_year_known(company)
    found = {
        "revenue_last": run.number("revenue_last"),
        "revenue_next": run.number("revenue_next_twelve_months") if following else nan,
        "ebitda_last": ebitda_of_last_year(company) or nan,
        "ebitda_next": run.number("ebitda_next_twelve_months") if following else nan,
    }
    return {name: value if isfinite(value) and value else None for name, value in found.items()}


def _press(company: Company) -> float | None:
    """The diluted count that the press used, where the file states one."""
    shares = company.document.company.shares
    return None if shares is None else shares.press


def _bases(run: CompanyRun, months: Mapping[str, float | None]) -> dict[str, float | None]:
    """What the price's enterprise value is set against."""
    return {
        **months,
        "book": run.number("book_at_start"),
        "cash_to_come": run.number("cash_to_come"),
        "plant_and_construction": run.number("plant") + run.number("construction"),
        "usd_per_billing_kw": run.number("power_billing"),
    }


def _later(library: Library, but: Sequence[str]) -> tuple[str, ...]:
    """Clouds whose multiples of revenue were public only later, with the day: the nearest first."""
    rows = [row for row in library.later(TABLE) if row.key.split("/")[0] in CLOUDS and row.field in CLOUD]
    ranked = sorted(rows, key=lambda row: (row.known, row.key))
    names = dict.fromkeys((row.key.split("/")[1], row.known) for row in ranked)
    return tuple(f"{name} (public {known})" for name, known in names if name not in but)[:3]


def _groups(company: Company, months: Mapping[str, float | None]) -> tuple[Group, ...]:
    """The four groups, each multiple on the twelve months that it is of: the last, else the next."""
    beside = {name for block in company.blocks for name in BESIDE.get(block.sells, ())}

    def income(multiple: Fact) -> float:
        of = "revenue" if multiple.field.startswith("ev_revenue") else "ebitda"
        known = months[f"{of}_last" if is_last(multiple) else f"{of}_next"]
        counted = CloudMultiple.at(company.library, multiple, month).value / float(multiple.value)
        return nan if known is None else known * counted

    month, but = month_of(company), itself_and_parent(company)
    companies = {name: listed(company.library, name, month, but) for name in GROUPS} | {"cloud": clouds_of(company)}
    return tuple(grouped(name, companies[name], income, 0.0, beside=name in beside) for name in GROUPS)
