"""What changed in the value of a company between two files of it, by cause.

The older run is turned into the newer one by groups of inputs, one after the other in the order of :data:`CAUSES`: the
months that have passed first (the older file on the newer one's calendar, every date that much nearer), then what was
signed, and so on. Each step's value less that of the step before is what the cause brings; the steps sum to the change
because the first is the older value and the last the newer. Another order would share what causes do together
differently. A block that only one of the files has is signed, or has ended, as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from computefactory.analysis.evaluation import company_ledger
from computefactory.analysis.value import value_of
from computefactory.analysis.worth_scenarios import MIDDLE
from computefactory.gather import gather
from computefactory.timeline import Timeline

if TYPE_CHECKING:
    from computefactory.analysis.evaluation import CompanyRun
    from computefactory.analysis.run import CompanyResult

__all__ = ["CAUSES", "OF_CAUSE", "ChangeStep", "ValueChange", "value_change"]

VALUES = ("industrial_enterprise_value_usd", "industrial_equity_value_usd", "industrial_value_usd_per_share")
CAUSES = {
    "time": "months that have passed",
    "book": "book signed, contracts begun and ended",
    "delivered": "MW delivered and ordered, their cost",
    "price": "price of a MW",
    "margin": "margin and overhead",
    "debt": "debt and other claims",
    "cash": "cash, proceeds, losses carried forward",
    "shares": "shares and what dilutes them",
    "market": "rates and market prices",
}
OF_CAUSE: Mapping[str, tuple[str, ...]] = {
    "time": ("as_of", "month", "months", "years", "elapsed_years", "year_start", "one_year"),
    "book": (
        *("b_stage", "b_until", "b_book", "b_deferred", "b_prepayment", "b_prepaid_lead", "b_scheduled"),
        *("b_on_demand", "schedule", "overhead_until", "revenue_last", "stage"),
    ),
    "delivered": (
        *("b_power", "b_new_power", "b_new_from", "b_full_power", "b_start", "b_ramp", "b_retires", "b_lead"),
        *("b_capex_per_kw", "b_handover"),
        *("b_book_life", "b_owned_shell", "b_shell_rent", "construction", "plant", "plant_life", "land_value"),
        *("b_factory_revenue", "b_factory_ebitda", "b_factory_capex", "b_factory_prepayments", "b_factory_credits"),
        *("b_factory_draws", "b_factory_principal", "b_factory_interest", "b_factory_tax", "b_factory_equity"),
        *("b_factory_depreciation", "b_factory_owed", "b_factory_power", "b_factory_debt", "b_factory_value"),
        "b_factory_billing",
    ),
    "price": ("b_price",),
    "margin": ("b_margin", "overhead_rate", "stock_pay"),
    "debt": (
        *("f_balance", "f_rate", "f_matures", "f_due", "b_advance", "b_loan_rate", "b_loan_tenor", "capitalised"),
        *("finance_leases", "lease_liability", "preferred", "minorities", "notes_in_debt"),
    ),
    "cash": ("opening_cash", "cash_floor", "proceeds", "losses"),
    "shares": ("shares_stated", "h_above", "h_until", "h_last", "h_shares", "h_pays", "h_owed"),
    "market": (
        *("b_risk_free", "b_spread", "b_market_price", "b_decline", "b_sold_after", "premium", "market_rate"),
        *("tax_rate", "loss_limit", "at_lenders", "shell_rate", "shell_life", "cloud_last", "cloud_next"),
        "reinvestment",
    ),
}
DATES = ("b_new_from", "b_start", "b_until", "b_retires", "f_matures", "overhead_until")  # in months from month 0
NOTHING = (  # what a block has none of before it is signed, and after it has gone
    *("b_power", "b_new_power", "b_full_power", "b_book", "b_deferred", "b_prepayment", "b_owned_shell"),
    *("b_factory_debt", "b_factory_value", "b_factory_billing"),
)
Inputs = dict[str, Any]


Known = tuple[float, float | None, float | None]  # enterprise, equity, share


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """What one cause brings, in the order of :data:`CAUSES`; None where the value is not known on one of the days."""

    name: str
    label: str
    enterprise: float
    equity: float | None
    per_share: float | None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """From the older value to the newer one; ``reasons`` say what of it is not known and why."""

    old: Known | None
    new: Known | None
    steps: tuple[ChangeStep, ...]
    reasons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON object."""
        why = {"reasons": list(self.reasons)} if self.reasons else {}
        if self.old is None or self.new is None:
            return {"causes": None, **why}
        names = ("enterprise_value_usd", "equity_value_usd", "usd_per_share")
        return {
            "order": [step.name for step in self.steps],
            "old": dict(zip(names, self.old, strict=True)),
            "new": dict(zip(names, self.new, strict=True)),
            "causes": {
                step.name: {"label": step.label}
                | dict(zip(names, (step.enterprise, step.equity, step.per_share), strict=True))
                for step in self.steps
            },
            **why,
        }


def value_change(old: CompanyResult, new: CompanyResult) -> ValueChange:
    """What changed in the industrial value, middle, from one file of a company to another."""
    frames = [value_of(each).industrial for each in (old, new)]
    reasons = tuple(dict.fromkeys(reason for frame in frames for reason in frame.reasons))
    if any(frame.enterprise is None for frame in frames):
        return ValueChange(None, None, (), reasons)
    before, after = old.valued[MIDDLE], new.valued[MIDDLE]
    values = [_values(before.lines), *(_values(_lines(inputs)) for inputs in _turned(before, after))]
    equity = all(frame.equity is not None for frame in frames)
    shares = all(frame.per_share is not None for frame in frames)

    def known(found: tuple[float, float, float]) -> Known:
        return found[0], found[1] if equity else None, found[2] if shares else None

    steps = tuple(
        ChangeStep(name, CAUSES[name], *known((now[0] - then[0], now[1] - then[1], now[2] - then[2])))
        for name, then, now in zip(CAUSES, values, values[1:], strict=False)
    )
    return ValueChange(known(values[0]), known(values[-1]), steps, reasons)


def _values(lines: Mapping[str, Any]) -> tuple[float, float, float]:
    enterprise, equity, share = (float(np.asarray(lines[name])) for name in VALUES)
    return enterprise, equity, share


def _lines(inputs: Inputs) -> Mapping[str, Any]:
    return company_ledger(valued=True).run(inputs, VALUES)


def _turned(before: CompanyRun, after: CompanyRun) -> Iterator[Inputs]:
    """The inputs after each cause: the older ones become the newer ones."""
    names = list(dict.fromkeys((*_names(after), *_names(before))))
    new = _spread(after, names, before)
    state = _moved(before, after, _spread(before, names, after))
    yield state
    once = [k for k, name in enumerate(names) if name not in _names(before) or name not in _names(after)]
    for cause in list(CAUSES)[1:]:
        state = state | {given: new[given] for given in OF_CAUSE[cause] if given in new}
        if cause == "book":
            state |= {given: _placed(state[given], new[given], once) for given in _of_blocks()}
        yield state


def _names(run: CompanyRun) -> list[str]:
    return [block.name for block in run.factory.blocks]


def _of_blocks() -> list[str]:
    """The givens on the axis of blocks."""
    return [name for name, given in company_ledger(valued=True).givens.items() if given.per == "block" and not given.of]


def _placed(old: NDArray[np.float64], new: NDArray[np.float64], places: Sequence[int]) -> NDArray[np.float64]:
    """The older values of all blocks with the newer ones at some places."""
    found = old.copy()
    found[places] = new[places]
    return found


def _spread(run: CompanyRun, names: Sequence[str], other: CompanyRun) -> Inputs:
    """The inputs with blocks in the order of ``names``; a block that a file has not is nothing on the other's terms."""
    found = dict(run.inputs)
    for given in _of_blocks():
        values, terms = (np.asarray(each.inputs[given], dtype=float) for each in (run, other))
        whole = np.zeros((len(names), *values.shape[1:]))
        if given not in NOTHING and values.ndim == 1:
            whole[[names.index(name) for name in _names(other)]] = terms
        whole[[names.index(name) for name in _names(run)]] = values
        found[given] = whole
    return found


def _moved(before: CompanyRun, after: CompanyRun, inputs: Inputs) -> Inputs:
    """The older inputs on the newer calendar: dates nearer by the months that have passed, and what lay before gone."""
    timeline = after.timeline
    passed = timeline.start - before.timeline.start
    moved = dict(inputs)
    for given, what in company_ledger(valued=True).givens.items():
        if what.source.startswith("timeline."):
            moved[given] = gather(what, {"timeline": timeline})
        elif given in DATES:
            moved[given] = np.asarray(inputs[given], dtype=float) - passed
        elif what.series and given in inputs:
            moved[given] = _shifted(np.asarray(inputs[given], dtype=float), passed, timeline)
    had = np.asarray(inputs["proceeds"], dtype=float)[: max(passed, 0)].sum()
    return moved | {"as_of": after.inputs["as_of"], "opening_cash": inputs["opening_cash"] + had}


def _shifted(values: NDArray[np.float64], passed: int, timeline: Timeline) -> NDArray[np.float64]:
    """A series by month from a later month 0 on, over the months of a calendar."""
    later = values[..., max(passed, 0) :]
    edges = [(0, 0)] * (values.ndim - 1)
    padded = np.pad(later, [*edges, (max(-passed, 0), max(timeline.periods - later.shape[-1], 0))])
    return np.asarray(padded[..., : timeline.periods])
