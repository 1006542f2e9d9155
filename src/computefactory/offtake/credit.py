"""What is expected of committed cash after default: of buyers first, then of tenants.

Expected cash multiplies by the chance that the buyer still pays: yearly hazard h, so (1 + h)^-t. A buyer has one curve,
which runs for all its contracts from the first signature, or from month 0 where that is later: it may default while the
site is built. A guarantor of the whole contract fails independently of the buyer; a backstop pays at the buyer's
default, up to its amount then, if the guarantor lives. What a defaulted buyer leaves is let again after a void at a
market price that is down by then (wrong-way risk).
"""

from __future__ import annotations

from computefactory.ledger import MONTHS_PER_YEAR, compound, following, given, line, maximum, minimum, prev, where
from computefactory.units import (
    AcceleratorHour,
    Balance,
    KwMonth,
    Month,
    One,
    PerYear,
    Usd,
    UsdPerAcceleratorHour,
    UsdPerKwMonth,
    Year,
)

c_breach = given(
    "c_breach", PerYear, per="contract", source="steps.sla_exits", doc="Yearly chance that repeated failure ends it."
)


@line(per="contract")
def c_years(c_age: Month) -> Year:
    """Years since the start."""
    return maximum(c_age, 0) / MONTHS_PER_YEAR


@line(per="contract")
def c_exposure(month: Month, c_exposed: Month) -> Year:
    """Years in which the buyer may have defaulted."""
    return maximum(month - c_exposed, 0) / MONTHS_PER_YEAR


@line(per="contract")
def c_buyer_survival(c_hazard: PerYear, c_exposure: Year) -> One:
    """Chance that the buyer has not defaulted."""
    return 1 / compound(c_hazard, c_exposure)


@line(per="contract")
def c_guarantor_survival(c_guarantor_hazard: PerYear, c_exposure: Year) -> One:
    """Chance that the guarantor has not."""
    return 1 / compound(c_guarantor_hazard, c_exposure)


@line(per="contract")
def c_survival(
    c_buyer_survival: One, c_guarantor_survival: One, c_guarantee_full: One, c_breach: PerYear, c_years: Year
) -> One:
    """Chance that somebody still pays: the buyer or a guarantor of the whole, and no repeated failure has ended it."""
    return (c_buyer_survival + c_guarantee_full * (1 - c_buyer_survival) * c_guarantor_survival) / compound(
        c_breach, c_years
    )


@line(per="contract")
def c_to_come(c_to_come: Balance, c_committed_revenue: Usd) -> Balance:
    """Committed revenue of later periods."""
    return following(c_to_come) + following(c_committed_revenue)


@line(per="contract")
def c_backstop_now(c_backstop: Usd, c_backstop_from: Month, c_backstop_over: Month, c_age: Month) -> Usd:
    """What the guarantor would pay at most."""
    return c_backstop * where(
        c_backstop_over > 0, maximum(1 - maximum(c_age - c_backstop_from, 0) / c_backstop_over, 0), 1
    )


@line(per="contract")
def c_backstop_expected(
    c_buyer_survival: One, c_guarantor_survival: One, c_backstop: Usd, c_backstop_now: Usd, c_to_come: Balance
) -> Usd:
    """Expected payment of a guarantor with a limit, at the buyer's default in the period."""
    defaults = (prev(c_buyer_survival, 1) - c_buyer_survival) * (c_backstop > 0)
    return defaults * c_guarantor_survival * minimum(c_backstop_now, c_to_come)


@line(per="contract")
def c_expected(c_committed_revenue: Usd, c_survival: One, c_backstop_expected: Usd) -> Usd:
    """Committed revenue after expected default, guarantor first."""
    return c_committed_revenue * c_survival + c_backstop_expected


@line(per="contract")
def c_re_let_share(
    c_hazard: PerYear,
    month: Month,
    c_exposed: Month,
    re_let_void: Month,
    c_guarantee_full: One,
    c_guarantor_survival: One,
) -> One:
    """Chance that the capacity has been let again after a default and a void."""
    return (1 - 1 / compound(c_hazard, maximum(month - c_exposed - re_let_void, 0) / MONTHS_PER_YEAR)) * (
        1 - c_guarantee_full * c_guarantor_survival
    )


@line(per="contract")
def c_re_let_expected(
    c_committed_served: AcceleratorHour,
    c_re_let_share: One,
    c_merchant_price: UsdPerAcceleratorHour,
    merchant_sold: One,
    wrong_way: One,
) -> Usd:
    """Expected revenue of committed capacity let again after default, at the market price of that state."""
    return c_committed_served * c_re_let_share * merchant_sold * c_merchant_price * (1 - wrong_way)


# tenants


@line(per="lease")
def l_exposure(month: Month, l_exposed: Month) -> Year:
    """Years in which the tenant may have defaulted."""
    return maximum(month - l_exposed, 0) / MONTHS_PER_YEAR


@line(per="lease")
def l_tenant_survival(l_hazard: PerYear, l_exposure: Year) -> One:
    """Chance that the tenant has not defaulted."""
    return 1 / compound(l_hazard, l_exposure)


@line(per="lease")
def l_guarantor_survival(l_guarantor_hazard: PerYear, l_exposure: Year) -> One:
    """Chance that the guarantor has not."""
    return 1 / compound(l_guarantor_hazard, l_exposure)


@line(per="lease")
def l_survival(l_tenant_survival: One, l_guarantor_survival: One, l_guarantee_full: One) -> One:
    """Chance that somebody still pays: the tenant, or a guarantor of the whole."""
    return l_tenant_survival + l_guarantee_full * (1 - l_tenant_survival) * l_guarantor_survival


@line(per="lease")
def l_to_come(l_to_come: Balance, l_committed_rent: Usd) -> Balance:
    """Committed rent of later periods."""
    return following(l_to_come) + following(l_committed_rent)


@line(per="lease")
def l_backstop_now(l_backstop: Usd, l_backstop_from: Month, l_backstop_over: Month, l_age: Month) -> Usd:
    """What the guarantor would pay at most."""
    return l_backstop * where(
        l_backstop_over > 0, maximum(1 - maximum(l_age - l_backstop_from, 0) / l_backstop_over, 0), 1
    )


@line(per="lease")
def l_backstop_expected(
    l_tenant_survival: One, l_guarantor_survival: One, l_backstop: Usd, l_backstop_now: Usd, l_to_come: Balance
) -> Usd:
    """Expected payment of a guarantor with a limit, at the tenant's default in the period."""
    defaults = (prev(l_tenant_survival, 1) - l_tenant_survival) * (l_backstop > 0)
    return defaults * l_guarantor_survival * minimum(l_backstop_now, l_to_come)


@line(per="lease")
def l_expected(l_committed_rent: Usd, l_survival: One, l_backstop_expected: Usd) -> Usd:
    """Committed rent after expected default, guarantor first."""
    return l_committed_rent * l_survival + l_backstop_expected


@line(per="lease")
def l_re_let_share(
    l_hazard: PerYear,
    month: Month,
    l_exposed: Month,
    re_let_void: Month,
    l_guarantee_full: One,
    l_guarantor_survival: One,
) -> One:
    """Chance that the space has been let again after a default and a void."""
    return (1 - 1 / compound(l_hazard, maximum(month - l_exposed - re_let_void, 0) / MONTHS_PER_YEAR)) * (
        1 - l_guarantee_full * l_guarantor_survival
    )


@line(per="lease")
def l_re_let_expected(
    l_let: KwMonth,
    l_committed: One,
    l_re_let_share: One,
    release_rent: UsdPerKwMonth,
    cost_index: One,
    wrong_way: One,
    held: One,
) -> Usd:
    """Expected rent of space let again after default, at the market rent of that state."""
    return l_let * l_committed * l_re_let_share * release_rent * cost_index * (1 - wrong_way) * held
