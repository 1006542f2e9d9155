"""What a project on its own is: a project in series and numbers, and the conventions it is read by.

Amounts are in one currency. Series run over the periods of operation; ``capex`` alone begins at time 0. Nothing has a
default but what is absent: no growth, no debt, no tax, no reserve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from computefactory.finance.schedules import Schedule

__all__ = ["Asset", "Conventions", "Debt", "Flow", "Project", "Replacement", "Tax"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Revenue or cost by period of operation (a number: the same in each), before growth.

    Either ``amounts`` of money, or ``units`` and the ``unit_price`` of each, both by period. It grows once a year from
    the first year of operation: with inflation where ``indexed``, and by ``escalation``. ``priced``: the project's
    price multiplies it (revenue only).
    """

    amounts: ArrayLike | None = None
    escalation: float = 0
    indexed: bool = False
    priced: bool = True
    units: ArrayLike | None = None
    unit_price: ArrayLike = 1

    @property
    def money(self) -> NDArray[np.float64]:
        """Its amounts: as stated, or units at their price."""
        if self.units is None:
            return np.asarray(self.amounts, dtype=float)
        return np.asarray(np.asarray(self.units, dtype=float) * np.asarray(self.unit_price, dtype=float))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A class of the depreciable basis: its share, and the schedule by year of age. ``state`` None: as federal."""

    share: float
    federal: Schedule
    state: Schedule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """``cost`` (before growth) every ``every`` periods of operation, each with a depreciation of its own."""

    cost: float
    every: int
    federal: Schedule
    state: Schedule | None = None
    escalation: float = 0
    indexed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One loan. Sized by ``fraction`` of all uses, or by ``dscr`` with ``max_fraction`` as its cap.

    ``rate`` is nominal a year, charged by period on what was owed before; ``tenor``, ``moratorium`` (interest only)
    and ``reserve`` (service held in cash) are in months, the first two from the start of operation. ``dscr`` is one
    cover or one for each period of operation. ``draws`` are in step with the cost; or the ``fraction`` of each period's
    uses; or that of its hard cost, and all interest, fees and first reserves; ``drawn``: when in its period.
    """

    rate: float
    tenor: float
    repayment: Literal["level", "equal_principal", "sculpted"]
    fraction: float | None = None
    dscr: ArrayLike | None = None
    max_fraction: float | None = None
    moratorium: float = 0
    fee: float = 0
    reserve: float = 0
    draws: Literal["with_cost", "with_uses", "hard_cost"] = "with_cost"
    drawn: Literal["start", "middle", "end"] = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """Income tax rates; ``loss_limit`` is the share of income that losses carried forward may offset."""

    federal: float = 0
    state: float = 0
    loss_limit: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a project is read; each picks the lines of the ledger that say so."""

    growth: Literal["added", "compounded"] = "compounded"
    salvage: Literal["in_ebitda", "out_of_ebitda"] = "out_of_ebitda"
    replacements: Literal["reserved", "paid"] = "paid"
    basis: Literal["capex", "uses_without_reserves", "all_uses"] = "uses_without_reserves"
    left_over: Literal["lost", "taken"] = "taken"
    losses: Literal["at_once", "carried_forward"] = "carried_forward"
    deducted: Literal["state_from_federal", "federal_from_state", "each_other", "neither"] = "state_from_federal"
    cap: Literal["all_uses", "first_estimate"] = "all_uses"
    at_close: Literal["refused", "distributed"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """``building`` periods from time 0, then ``periods`` of operation, of ``step`` months each (1, 3 or 12).

    ``capex`` is a number (all at time 0) or a series from time 0. ``revenue`` and ``cost`` are amounts, a :class:`Flow`
    or several by name. ``working_reserve`` is in months of cost, ``receivables_reserve`` in months of revenue.
    ``construction_financing`` is paid at time 0: part of the depreciable basis under every convention, none of capex.
    """

    periods: int
    revenue: ArrayLike | Flow | Mapping[str, Flow]
    cost: ArrayLike | Flow | Mapping[str, Flow]
    capex: ArrayLike
    step: Literal[1, 3, 12] = 12
    building: int = 1
    price: float = 1
    inflation: float = 0
    discount_rate: float = 0
    real_discount_rate: float | None = None
    salvage: float = 0
    financing_cost: float = 0
    construction_financing: float = 0
    working_reserve: float = 0
    receivables_reserve: float = 0
    reserve_interest: float = 0
    assets: Mapping[str, Asset] = field(default_factory=dict)
    replacements: Mapping[str, Replacement] = field(default_factory=dict)
    debt: Debt | None = None
    tax: Tax = field(default_factory=Tax)
    conventions: Conventions = field(default_factory=Conventions)
