"""What is borrowed: one frozen record a tranche, in canonical units; months count from month 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Annotated, cast

import numpy as np

from computefactory.records import (
    UNREAD,
    Absent,
    ByMonth,
    Called,
    Derived,
    Doc,
    FromRow,
    Like,
    Needs,
    Stated,
    worked_out_of,
)
from computefactory.units import Month, One, PerYear, Usd, UsdPerYear

__all__ = ["KINDS", "STATED", "Reserves", "Tranche"]

KINDS = (
    "sculpted",
    "delayed_draw",
    "level",
    "equal_principal",
    "scheduled",
    "bullet",
    "sweep",
    "revolver",
    "vendor",
    "preferred",
)
STATED = ("bullet", "revolver", "vendor", "preferred")  # their amount is stated, the others are sized on cash
UNCAPPED = 1e15  # USD, above any loan
PROFILES = {  # how principal falls due where none is stated
    "sculpted": "sculpted",
    "delayed_draw": "sculpted",
    "level": "level",
    "equal_principal": "equal",
    "scheduled": "scheduled",
    "bullet": "bullet",
    "sweep": "bullet",
    "revolver": "none",
    "vendor": "level",
    "preferred": "bullet",
}
DEBT = FromRow("debt", "default")
SIZED = Needs(("sized",), "its amount is stated: nothing is sized")
DRAWN = Needs(("drawn",), "a revolver is drawn when cash is short and holds no reserve")


@dataclass(frozen=True, slots=True)
class Reserves:
    """Cash held beside the debt service reserves."""

    maintenance: Annotated[
        Month,
        Called("maintenance_months"),
        Doc("Months of the building's cost held."),
        Stated(),
        FromRow("reserves", "default"),
    ]
    refresh: Annotated[
        Month,
        Called("refresh_months"),
        Doc("Months over which a replacement is saved for."),
        Stated(),
        FromRow("reserves", "default"),
    ]


@dataclass(frozen=True, slots=True)
class Tranche:
    """One tranche, sized by limit paths in the sizing case or of a stated amount; ranks in the order of the file."""

    name: Annotated[str, Doc("Its name in the file.")]
    kind: Annotated[str, Doc("How it is repaid."), Stated(), DEBT]
    secures: Annotated[str, Doc("silicon, durable, all, rent."), Stated(), DEBT]
    offtaker: Annotated[
        str,
        Doc("Contract that it is repaid from."),
        Stated(),
        Absent("", "repaid from all committed receipts"),
    ]
    backed: Annotated[
        One,
        Doc("1: it is lent on a guarantor's backstop, up to its sum and while it stands."),
        Absent(0.0, "no backstop of a stated sum carries it alone"),
    ]
    refinanced_by: Annotated[
        str,
        Doc("Tranche that repays what it owes at its end."),
        Stated(),
        Absent("", "repaid from cash"),
    ]
    takes_out: Annotated[str, Doc("Tranches that it repays."), Absent("", "it repays no other tranche")]
    closes: Annotated[Month, Doc("First month it can be drawn.")]
    begins: Annotated[Month, Doc("First month of service."), Derived("begins", ("full_operation", "closes"))]
    matures: Annotated[Month, UNREAD, Doc("Month of maturity by its terms.")]
    ends: Annotated[Month, Doc("Month at whose end nothing is owed.")]
    profile_ends: Annotated[
        Month,
        Doc("Month in which its repayment profile would end."),
        Stated("amortises_until", "months_from_start", ("month_0",)),
        Like("matures"),
    ]
    balloon_share: Annotated[
        One,
        Doc("Share of the commitment that falls due at maturity beside regular payments."),
        Stated("balloon"),
        Absent(0.0, "regular payments repay it"),
    ]
    repaid_share: Annotated[
        tuple[float, ...], ByMonth(One), Doc("Share of the commitment that falls due by the schedule stated, by month.")
    ]
    available_until: Annotated[
        Month,
        Doc("Last month it can be drawn."),
        Stated(read="months_from_start", others=("month_0",)),
        Like("begins"),
    ]
    distributes: Annotated[
        One,
        Doc("1: what is not needed is drawn at its close and paid to owners."),
        Stated("distribution_at_close", "is_true"),
        DRAWN,
        Absent(0.0, "what is not needed is cancelled"),
    ]
    prepaid: Annotated[
        One,
        Doc("1: ends before its maturity and pays a make-whole."),
        Stated(read="is_prepaid"),
        Absent(0.0, "it runs to its maturity"),
    ]
    make_whole_spread: Annotated[
        PerYear,
        Called("spread"),
        Doc("Over the risk-free rate, in a make-whole."),
        Stated("make_whole.spread"),
        Absent(0.0, "no make-whole is agreed: none is due where nothing is prepaid"),
    ]
    fixed_share: Annotated[
        One,
        Doc("Share at the fixed or swapped rate; the rest floats."),
        Stated("rate", "all_fixed"),
        Stated("hedge.share"),
        Absent(0.0, "all of it floats"),
    ]
    fixed_rate: Annotated[
        PerYear,
        Doc("Fixed rate, or swap rate of the hedged share."),
        Stated("rate"),
        Stated("hedge.rate"),
        Absent(0.0, "nothing is swapped"),
    ]
    margin: Annotated[tuple[float, ...], ByMonth(PerYear), Doc("Margin over the floating or swap rate, by month.")]
    day_count: Annotated[str, Doc("30/360, actual/360."), Stated(), DEBT]
    drawn_early: Annotated[
        One,
        Doc("Part of its period that a draw bears interest in."),
        Stated("draws_fall", "drawn_early"),
        DRAWN,
        FromRow("debt", "default", "draws_fall", "drawn_early"),
    ]
    sizing_dscr: Annotated[
        One,
        UNREAD,
        Doc("Cover that service is sized at."),
        Stated(),
        SIZED,
        Like("default_dscr"),
    ]
    merchant_dscr: Annotated[
        One,
        UNREAD,
        Doc("Cover on cash that is not committed."),
        Stated(),
        SIZED,
        Absent(nan, "cash that is not committed does not count"),
    ]
    max_advance: Annotated[
        One,
        UNREAD,
        Doc("Most of the cost of what it secures, with those ahead and customers' prepayments on silicon."),
        Stated(),
        SIZED,
        Like("default_advance"),
    ]
    max_ltv: Annotated[
        One,
        UNREAD,
        Doc("Most to the value of what it secures, with those ahead, in every month."),
        Stated(),
        Absent(nan, "no covenant on the value of what it secures is stated"),
    ]
    cap_rate: Annotated[
        PerYear,
        Doc("Yearly net rent to income value, of what is secured on rent."),
        Stated(),
        Absent(0.0, "rent is worth what is still to come under contract, at the rate of the loan"),
    ]
    max_gearing: Annotated[
        One,
        UNREAD,
        Doc("Most of funded cost, with those ahead."),
        Stated(),
        SIZED,
        Like("default_gearing"),
    ]
    max_commitment: Annotated[
        Usd, Doc("Most that is lent in any case."), Stated(), Absent(UNCAPPED, "no sum limits it")
    ]
    tail: Annotated[
        Month, Doc("Months of contract that must be left at its end."), Stated(), SIZED, Like("default_tail")
    ]
    moratorium: Annotated[
        Month, Doc("Months of service with interest only."), Absent(0.0, "principal is due from the first service")
    ]
    interest_covered: Annotated[
        One,
        Doc("1: it owes no more than what the cash of every period pays the interest on."),
        Absent(0.0, "cover is that of twelve months"),
    ]
    amount: Annotated[Usd, Doc("Amount stated."), Stated(), Absent(0.0, "no amount is stated")]
    share: Annotated[One, Doc("Share stated of what it pays for."), Stated(), Absent(0.0, "no share is stated")]
    covenant_dscr: Annotated[One, UNREAD, Doc("Cover below which it is in default."), Stated(), DEBT]
    lockup_dscr: Annotated[
        One,
        Called("lockup"),
        Doc("Cover below which nothing is distributed."),
        Stated(),
        DEBT,
    ]
    upfront_fee: Annotated[One, Doc("Fee at close, share of the commitment."), Stated(), DEBT]
    commitment_fee: Annotated[PerYear, Doc("Yearly fee on the undrawn commitment."), Stated(), DEBT]
    agency_fee: Annotated[UsdPerYear, Doc("Yearly fee of the agent."), Stated(), DEBT]
    dsra: Annotated[
        Month,
        Called("reserve_months"),
        Doc("Months of service in reserve."),
        Stated(),
        DRAWN,
        DEBT,
    ]
    dsra_held: Annotated[
        str, Doc("cash, letter_of_credit."), Stated(), Needs(("dsra",), "no reserve is held: dsra is 0"), DEBT
    ]
    letter_fee: Annotated[
        PerYear,
        Doc("Yearly fee of the letter of credit."),
        Stated(),
        Needs(("letter",), "it needs dsra_held: letter_of_credit beside it"),
        DEBT,
    ]
    sweep: Annotated[
        One,
        Called("sweep_share"),
        Doc("Share of the cash after service and reserves that prepays it."),
        Stated(),
        DEBT,
    ]
    downside: Annotated[
        One,
        UNREAD,
        Doc("Share by which the cash falls in the case shown at a cover of one."),
        DEBT,
    ]

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
    @worked_out_of("kind")
    def sculpted(self) -> One:
        """1: principal follows the cash."""
        return float(self.profile == "sculpted")

    @property
    @worked_out_of("kind")
    def level(self) -> One:
        """1: equal payments of principal and interest."""
        return float(self.profile == "level")

    @property
    @worked_out_of("kind")
    def equal(self) -> One:
        """1: equal principal."""
        return float(self.profile == "equal")

    @property
    @worked_out_of("kind")
    def scheduled(self) -> One:
        """1: principal by the months that the file states."""
        return float(self.profile == "scheduled")

    @property
    @worked_out_of("kind")
    def bullet(self) -> One:
        """1: all principal at its end."""
        return float(self.profile == "bullet")

    @property
    @worked_out_of("kind")
    def on_path(self) -> One:
        """1: sized on its limit path."""
        return float(self.kind in ("sculpted", "delayed_draw", "sweep"))

    @property
    @worked_out_of("kind")
    def stated(self) -> One:
        """1: its amount or share of the cost is stated."""
        return float(self.kind in STATED)

    @property
    def sized(self) -> bool:
        """Whether limits say how much is lent."""
        return self.kind not in STATED

    @property
    def drawn(self) -> bool:
        """Whether it is drawn for what is built."""
        return self.kind != "revolver"

    @property
    @worked_out_of("kind")
    def revolving(self) -> One:
        """1: drawn when cash is short, repaid when it is not."""
        return float(self.kind == "revolver")

    @property
    @worked_out_of("kind")
    def preferred(self) -> One:
        """1: preferred equity, paid after lenders from what is left."""
        return float(self.kind == "preferred")

    @property
    @worked_out_of("kind")
    def of_silicon(self) -> One:
        """1: a share of the silicon's cost, 0: of all cost."""
        return float(self.kind == "vendor")

    @property
    @worked_out_of("secures")
    def on_silicon(self) -> One:
        """1: secured on the silicon."""
        return float(self.secures in ("silicon", "all"))

    @property
    @worked_out_of("secures")
    def on_durable(self) -> One:
        """1: secured on the durable layer, as such or for its rent."""
        return float(self.secures in ("durable", "all", "rent"))

    @property
    @worked_out_of("secures")
    def on_rent(self) -> One:
        """1: what it is secured on is valued by its contracted rent."""
        return float(self.secures == "rent")

    @property
    @worked_out_of("offtaker")
    def tied(self) -> One:
        """1: repaid from one contract's receipts."""
        return float(bool(self.offtaker))

    @property
    @worked_out_of("refinanced_by")
    def refinanced(self) -> One:
        """1: what is owed at its end is repaid by a later tranche."""
        return float(bool(self.refinanced_by))

    @property
    @worked_out_of("takes_out")
    def refinances(self) -> One:
        """1: drawn to repay tranches ahead that end then."""
        return float(bool(self.takes_out))

    @property
    @worked_out_of("refinanced_by")
    def balloon(self) -> One:
        """1: what is owed at its end is no regular service."""
        return float(self.profile == "bullet" or bool(self.refinanced_by) or self.profile_ends > self.ends)

    @property
    @worked_out_of("day_count")
    def actual(self) -> One:
        """1: interest by actual days / 360, 0: by 30 / 360."""
        return float(self.day_count == "actual/360")

    @property
    @worked_out_of("dsra_held")
    def letter(self) -> One:
        """1: the reserve is a letter of credit, no cash."""
        return float(self.dsra_held == "letter_of_credit")

    @property
    @worked_out_of("sizing_dscr")
    def sizing_cover(self) -> Annotated[One, Called("dscr_sizing")]:
        """Cover that service is sized at; 1 where only the cash itself limits it."""
        return _or_one(self.sizing_dscr)

    @property
    @worked_out_of("max_advance")
    def has_advance(self) -> One:
        """1: limited by the cost of what it secures."""
        return _stated(self.max_advance)

    @property
    @worked_out_of("max_advance")
    def advance(self) -> One:
        """Loan, with those ahead and prepayments on silicon, to the cost of what it secures."""
        return _or_one(self.max_advance)

    @property
    @worked_out_of("max_ltv")
    def has_ltv(self) -> One:
        """1: limited by the value of what it secures."""
        return _stated(self.max_ltv)

    @property
    @worked_out_of("max_ltv")
    def ltv(self) -> One:
        """Loan, with those ahead, to the value of what it secures."""
        return _or_one(self.max_ltv)

    @property
    @worked_out_of("max_gearing")
    def has_gearing(self) -> One:
        """1: limited by a share of funded cost."""
        return _stated(self.max_gearing)

    @property
    @worked_out_of("max_gearing")
    def gearing(self) -> One:
        """Loan, with those ahead, to funded cost."""
        return cast("float", np.where(np.isnan(self.max_gearing), 0.0, self.max_gearing))

    @property
    @worked_out_of("merchant_dscr")
    def merchant(self) -> One:
        """1: cash that is not committed counts too."""
        return _stated(self.merchant_dscr)

    @property
    @worked_out_of("merchant_dscr")
    def merchant_cover(self) -> Annotated[One, Called("merchant_dscr")]:
        """Cover on cash that is not committed."""
        return _or_one(self.merchant_dscr)


def _stated(limit: One) -> One:
    """0 where a limit is not a number: none is stated."""
    return cast("float", 1.0 - np.isnan(limit))


def _or_one(limit: One) -> One:
    """The limit, or 1."""
    return cast("float", np.where(np.isnan(limit), 1.0, limit))
