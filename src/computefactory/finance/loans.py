"""What is borrowed: one frozen record a tranche, in canonical units; months count from month 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from computefactory.units import Month, One, PerYear, Usd, UsdPerYear

__all__ = ["KINDS", "STATED", "Reserves", "Tranche"]

KINDS = (
    "sculpted",
    "delayed_draw",
    "level",
    "equal_principal",
    "bullet",
    "sweep",
    "revolver",
    "vendor",
    "preferred",
)
STATED = ("bullet", "revolver", "vendor", "preferred")  # their amount is stated, the others are sized on cash
PROFILES = {  # how principal falls due where none is stated
    "sculpted": "sculpted",
    "delayed_draw": "sculpted",
    "level": "level",
    "equal_principal": "equal",
    "bullet": "bullet",
    "sweep": "bullet",
    "revolver": "none",
    "vendor": "level",
    "preferred": "bullet",
}


@dataclass(frozen=True, slots=True)
class Reserves:
    """Cash held beside the debt service reserves."""

    maintenance: Month  # months of the building's next cost
    refresh: Month  # months over which a replacement of the silicon is saved for


@dataclass(frozen=True, slots=True)
class Tranche:
    """One tranche, sized by limit paths in the sizing case or of a stated amount; ranks in the order of the file."""

    name: str
    kind: str
    secures: str  # silicon, durable, all
    offtaker: str  # contract that it is repaid from; "" all
    refinanced_by: str  # tranche that repays what it owes at its end; ""
    takes_out: str  # tranches that it repays, for the reader; "" none
    closes: Month  # first month it can be drawn
    begins: Month  # first month of service
    matures: Month  # by its terms
    ends: Month  # balance is zero at the end of this month: maturity, or an earlier prepayment
    profile_ends: Month  # end of the repayment profile: later than its end in a mini-perm
    prepaid: One  # 1: ends before its maturity, with a make-whole
    make_whole_spread: PerYear
    fixed_share: One  # share at the fixed or swap rate
    fixed_rate: PerYear
    margin: tuple[float, ...]  # by month
    day_count: str  # 30/360, actual/360
    drawn_early: One  # part of the period that a draw bears interest in
    sizing_dscr: One
    merchant_dscr: One  # nan: uncommitted cash does not count
    max_ltv: One  # on the value of what it secures; nan: no such limit
    max_gearing: One  # of funded cost; nan: no such limit
    max_commitment: Usd
    tail: Month
    amount: Usd  # stated; 0 where a share is, or where it is sized
    share: One  # of what it pays for
    covenant_dscr: One
    lockup_dscr: One
    upfront_fee: One
    commitment_fee: PerYear
    agency_fee: UsdPerYear
    dsra: Month
    dsra_held: str  # cash, letter_of_credit
    letter_fee: PerYear
    sweep: One
    downside: One  # share by which the cash falls in the case shown at a cover of one

    # switches of the ledger's lines, each worked out of one field

    @property
    def rate(self) -> float:
        """All-in rate when it closes, where it is fixed: nan where it floats."""
        return float(self.fixed_rate) if self.fixed_share == 1 and not any(self.margin) else float("nan")

    @property
    def profile(self) -> str:
        """How its principal falls due."""
        return PROFILES[self.kind]

    @property
    def sculpted(self) -> One:
        """1: principal follows the cash."""
        return float(self.profile == "sculpted")

    @property
    def level(self) -> One:
        """1: equal payments."""
        return float(self.profile == "level")

    @property
    def equal(self) -> One:
        """1: equal principal."""
        return float(self.profile == "equal")

    @property
    def bullet(self) -> One:
        """1: principal at the end."""
        return float(self.profile == "bullet")

    @property
    def on_path(self) -> One:
        """1: sized on its limit path; a sweep is sized as if it were sculpted."""
        return float(self.kind in ("sculpted", "delayed_draw", "sweep"))

    @property
    def stated(self) -> One:
        """1: its amount is stated."""
        return float(self.kind in STATED)

    @property
    def revolving(self) -> One:
        """1: drawn and repaid as cash needs."""
        return float(self.kind == "revolver")

    @property
    def preferred(self) -> One:
        """1: preferred equity."""
        return float(self.kind == "preferred")

    @property
    def of_silicon(self) -> One:
        """1: its share is of the silicon's cost."""
        return float(self.kind == "vendor")

    @property
    def on_silicon(self) -> One:
        """1: secured on the silicon."""
        return float(self.secures in ("silicon", "all"))

    @property
    def on_durable(self) -> One:
        """1: secured on the durable layer."""
        return float(self.secures in ("durable", "all"))

    @property
    def tied(self) -> One:
        """1: repaid from one contract."""
        return float(bool(self.offtaker))

    @property
    def refinanced(self) -> One:
        """1: a later tranche repays what it owes at its end."""
        return float(bool(self.refinanced_by))

    @property
    def refinances(self) -> One:
        """1: it repays other tranches."""
        return float(bool(self.takes_out))

    @property
    def balloon(self) -> One:
        """1: what is owed at its end is no regular service."""
        return float(self.profile == "bullet" or bool(self.refinanced_by))

    @property
    def actual(self) -> One:
        """1: interest by actual days / 360."""
        return float(self.day_count == "actual/360")

    @property
    def letter(self) -> One:
        """1: the reserve is a letter of credit."""
        return float(self.dsra_held == "letter_of_credit")

    @property
    def has_ltv(self) -> One:
        """1: limited by value."""
        return _stated(self.max_ltv)

    @property
    def ltv(self) -> One:
        """The limit by value; 1 where there is none."""
        return _or_one(self.max_ltv)

    @property
    def has_gearing(self) -> One:
        """1: limited by gearing."""
        return _stated(self.max_gearing)

    @property
    def gearing(self) -> One:
        """The limit by gearing; 0 where there is none."""
        return cast("float", np.where(np.isnan(self.max_gearing), 0.0, self.max_gearing))

    @property
    def merchant(self) -> One:
        """1: uncommitted cash counts."""
        return _stated(self.merchant_dscr)

    @property
    def merchant_cover(self) -> One:
        """Cover on uncommitted cash; 1 where it does not count."""
        return _or_one(self.merchant_dscr)


def _stated(limit: One) -> One:
    """0 where a limit is not a number: none is stated."""
    return cast("float", 1.0 - np.isnan(limit))


def _or_one(limit: One) -> One:
    """The limit, or 1."""
    return cast("float", np.where(np.isnan(limit), 1.0, limit))
