"""The lines of a valuation as answers: industrial value by parts, and the steps from an enterprise to its equity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from computefactory.schema.resolve_valuation import UNRATED, Question
from computefactory.valuation import PARTS

if TYPE_CHECKING:
    from computefactory.valuation import ValuationTerms
    from computefactory.workings import Run

__all__ = ["Equity", "Industrial", "ValuePart", "equity_of", "industrial_of", "number", "terms_of"]

STEPS = {  # step -> its sign and line
    "debt": (-1, "debt_claim"),
    "cash": (1, "cash_held"),
    "customers_money": (1, "customers_money"),
    "financing_fees": (-1, "fees_claim"),
    "leases": (-1, "leases_value"),
    "other_debt": (-1, "other_debt"),
    "preferred": (-1, "preferred_claim"),
    "minorities": (-1, "minorities"),
    "owner_cash": (1, "owner_cash"),
    "operating_losses": (1, "losses_value"),
}
OF_WHICH = {
    "silicon_residual": "silicon_residual",
    "shell": "shell_value",
    "depreciated_replacement_without_grid": "shell_replacement",
    "energised_scarcity": "energised_scarcity",
}
ITEM_LINES = {  # of an item; axis, kind
    "tenor": "floor({0}_tenor_left + 0.5)",  # as it is shown
    "risk_free": "{0}_risk_free",
    "spread": "{0}_spread * (1 - default_in_cash)",
    "premium": "risk_premium",
    "rate": "{0}_rate",
    "value": "{0}_{1}_value",
}
WORDS = (  # part, line, what it is called; or by the kind of site
    ("contracts", "silicon_contracts_value", "contracts, net of the shell's rent"),
    ("contracts", "tenants_value", "leases, net of what their halls cost"),
    ("merchant", "silicon_market_value", "market margins, to retirement"),
    ("merchant", "loose_rent_value", "rent that no tenant owes"),
    ("merchant", "hash_value", "hash margins"),
    ("scrap", "scrap_value", "silicon at retirement"),
    ("shell_now", "shell_now_value", "shell: rent of the silicon"),
    (
        "shell_after",
        "shell_after_value",
        {
            "factory": "shell: let again, and what is left",
            "landlord": "re-let rent, and what is left",
            "mine": "site let again, and what is left",
        },
    ),
    ("shell_upgrade", "shell_upgrade_value", "upgrade before the shell is let again"),
    (
        "undeveloped",
        "undeveloped_value",
        {"factory": "power without halls", "landlord": "power not let", "mine": "power that nothing draws"},
    ),
    ("cost_to_complete", "cost_to_complete_value", "cost to complete"),
    ("overhead", "overhead_value", "overhead"),
    ("tax", "tax_value", "unlevered tax"),
    ("leases", "leases_value", "rent to landlords, counted as debt"),
)
RATE = ("name", "contract", "tenor", "rating", "risk_free", "spread", "premium", "rate")  # of an item, in JSON


def terms_of(run: Run) -> ValuationTerms:
    """The terms of a valuation's run."""
    assert run.factory.valuation is not None
    return run.factory.valuation


def number(run: Run, name: str) -> float:
    """One number of a run, line or given."""
    return float(run.lines[name] if name in run.lines else run.inputs[name]) + 0.0  # no minus before nothing


class ValuePart(NamedTuple):
    """A part of the value, or of one of its parts: where it belongs, its line, what it is called here, USD."""

    part: str
    line: str
    label: str
    value: float


@dataclass(frozen=True)
class Industrial:
    """Value by parts at the date of the question; ``run`` has every line of it."""

    question: Question
    run: Run
    month: str
    enterprise_value: float  # with leases as debt the rent still to be paid is added back, and is owed instead
    parts: Mapping[str, float]
    items: tuple[Mapping[str, Any], ...]  # what buyers have promised: rate and what it is made of, value
    contracts: Mapping[str, float]  # by contract
    of_which: Mapping[str, float]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What earns here: own silicon (a factory), tenants (a landlord), machines that mine."""
        lines, book = self.run.lines, self.run.factory.offtake
        found = {
            "factory": bool(np.any(lines["silicon_power"] != 0)),
            "landlord": any(not lease.full_draw for lease in book.leases),
            "mine": any(lease.full_draw for lease in book.leases),
        }
        return tuple(name for name, here in found.items() if here)

    @cached_property
    def in_words(self) -> tuple[ValuePart, ...]:
        """The parts in the words of what earns here: a factory's first, else a landlord's, else a mine's."""
        kind = (*self.kinds, "factory")[0]
        return tuple(
            ValuePart(part, line, words if isinstance(words, str) else words[kind], value)
            for part, line, words in WORDS
            if (value := number(self.run, line))
        )

    def as_dict(self) -> dict[str, Any]:
        """The JSON object, without the equity."""
        terms = terms_of(self.run)
        return {
            "enterprise_value_usd": self.enterprise_value,
            "parts": dict(self.parts),
            "in_words": [{"part": each.part, "label": each.label, "usd": each.value} for each in self.in_words],
            "kinds": list(self.kinds),
            "contracts": dict(self.contracts),
            "of_which": dict(self.of_which),
            "rates": {
                "market": terms.market_rate,
                "shell": terms.shell_rate,
                "contracts": [{name: item[name] for name in RATE} for item in self.items],
            },
            "credit": "expected" if self.question.expected else "spread",
            "leases": "as_debt" if self.question.leases_as_debt else "in_cash",
            "lease_liability_usd": number(self.run, "rent_liability"),
            "whole_site_difference_usd": number(self.run, "whole_site_difference"),
        }


def industrial_of(run: Run, question: Question) -> Industrial:
    """The industrial value of a valuation's run."""
    items = (*_items(run, "c", "contract"), *_items(run, "l", "lease"))
    contracts: dict[str, float] = {}
    for item in items:
        contracts[item["contract"]] = contracts.get(item["contract"], 0.0) + item["value"]
    return Industrial(
        question,
        run,
        run.timeline.names[int(np.searchsorted(run.timeline.month, terms_of(run).valuation_date))],
        number(run, "industrial_enterprise_value_usd"),
        {name: number(run, f"{name}_value") for name in (*PARTS, *["leases"] * question.leases_as_debt)},
        items,
        contracts,
        {name: number(run, line) for name, line in OF_WHICH.items()},
    )


def _items(run: Run, axis: str, kind: str) -> list[dict[str, Any]]:
    """Parts of contracts or leases; sales as they come are no contract: their value is the market's."""
    terms, lines = terms_of(run), run.lines
    return [
        {
            "name": buyer.name,
            "contract": buyer.contract,
            "tenor": buyer.tenor_left,
            "rating": buyer.credit or UNRATED,
            "risk_free": buyer.risk_free,
            "spread": buyer.spread * (1 - terms.default_in_cash),
            "premium": terms.risk_premium,
            "rate": float(lines[f"{axis}_rate"][place]),
            "value": float(lines[f"{axis}_{kind}_value"][place]),
            "most": float(lines[f"{axis}_most"][place]),
            "lines": {name: line.format(axis, kind) for name, line in ITEM_LINES.items()},
        }
        for place, buyer in enumerate(getattr(terms, f"{kind}s"))
        if np.any(lines[f"{axis}_promised"][place] != 0)
    ]


@dataclass(frozen=True, slots=True)
class Equity:
    """Every step from enterprise to equity; ``steps`` add up to ``value``, of shares, options and converted notes."""

    enterprise_value: float
    steps: Mapping[str, float]
    value: float
    price: float | None  # USD a share; None where no shares are stated
    shares: float  # diluted
    restricted_cash: float

    @property
    def claims(self) -> float:
        """Net claims: enterprise less equity value."""
        return -sum(self.steps.values())

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = {"enterprise_value_usd": self.enterprise_value, **self.steps}
        found["equity_value_usd"] = self.value
        found["restricted_cash_not_counted"] = self.restricted_cash
        return found | ({"usd_per_share": self.price, "diluted_shares": self.shares} if self.price is not None else {})


def equity_of(run: Run, frame: str) -> Equity:
    """The equity in a frame, industrial or cloud."""
    terms = terms_of(run)
    steps = {name: sign * number(run, line) + 0.0 for name, (sign, line) in STEPS.items()}
    if any(holder.owed for holder in terms.holders):
        steps["convertibles"] = -number(run, f"{frame}_notes")
    return Equity(
        number(run, f"{frame}_enterprise_value_usd"),
        steps,
        number(run, f"{frame}_equity_value_usd"),
        number(run, f"{frame}_value_usd_per_share") if terms.shares_stated else None,
        number(run, f"{frame}_shares"),
        number(run, "restricted_cash_not_counted"),
    )
