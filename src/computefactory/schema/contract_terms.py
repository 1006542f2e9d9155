"""Terms that contracts of several kinds may have: prepayment, exits, service levels, lateness, guarantees, options."""

from __future__ import annotations

import re
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

DAYS = re.compile(r"\s*(\d+)\s*(?:day|days)\s*")
DAYS_PER_MONTH = 365.25 / 12


def _whole_months(value: Any) -> Any:
    """Notice is often given in days: 90 days are three months."""
    match = DAYS.fullmatch(value) if isinstance(value, str) else None
    return f"{ceil(int(match[1]) / DAYS_PER_MONTH - 1e-9)} months" if match else value


Notice = Annotated[t.Lag, BeforeValidator(_whole_months)]


class Prepayment(Chapter):
    """Money that the customer pays ahead; credited in equal months to the end of each part's tenor."""

    share: t.Share | None = optional("share of the value of each part (or: amount)")
    amount: t.Money | None = optional("sum paid ahead for all parts, by their value (or: share)")
    paid_before_start: t.Lag = required("months before the part starts")
    credited_from: t.Lag = required("first month of the part's tenor that is credited; 1 is its first")
    refundable: t.Flag | None = optional("true where both sides can unwind it: it is then shown as debt; default false")


class Exit(Chapter):
    """A way out of a contract. Only one at convenience, or a long stop, lowers what is committed."""

    cause: Literal["convenience", "failure", "change_of_control", "regulation", "other"] = required(
        "convenience: the buyer may simply leave; anything else needs a cause"
    )
    after: Notice | None = optional("months from the start before notice may be given; default 0")
    notice: Notice = required("months from notice to the end (days are read as months)")
    fee: t.Money | None = optional("fee for all parts, by accelerators or power")
    fee_months: t.Lag | None = optional("fee in months of the bill at the exit")
    fee_share: t.Share | None = optional("fee as a share of all bills still to come")


class Breach(Chapter):
    """Repeated failure of the service level that lets the buyer leave."""

    below: t.Share = required("monthly availability that counts as a failure")
    times: t.Rank = required("failures that let the buyer leave")
    within: t.Tenor = required("months in which they are counted")


class ServiceLevel(Chapter):
    """Credits against the monthly bill by that month's availability."""

    below: tuple[t.Share, ...] | None = optional("availability below which each band begins, falling")
    credit: tuple[t.Share, ...] | None = optional("credit of each band, share of the monthly bill, rising")
    cap: t.Share | None = optional("most that is credited in a month, share of the bill")
    maintenance: Literal["excluded", "counted"] | None = optional(
        "whether planned maintenance counts as outage; default excluded"
    )
    terminates: Breach | None = optional("repeated failure that lets the buyer leave")


class Lateness(Chapter):
    """What is paid while a part is late, before acceptance; service credits begin only after it."""

    damages: t.MoneyPerHour | None = optional("for all parts together, such as 100000 USD/day")
    cap: t.Money | None = optional("most that is paid for all parts; default no cap")
    guaranteed: t.Date | None = optional("month promised; default: the start without power.delay")
    long_stop: t.Lag | None = optional("months late after which the buyer may leave")


class Backstop(Chapter):
    """What a guarantor pays at most; without it the guarantor stands in for the whole contract."""

    amount: t.Money = required("most that the guarantor pays, for all parts")
    amortises_after: t.Lag | None = optional("months from the start before it begins to fall; default 0")
    amortises_over: t.Tenor | None = optional("months in which it falls to nothing; default: it stays")


class Extension(Chapter):
    """An option to go on; its owner decides on the market price expected on the day of notice."""

    owner: Literal["buyer", "seller"] = required("who may extend")
    term: t.Tenor = required("length of the extension")
    notice: Notice = required("months before the end at which the owner decides")
    price: t.PerAcceleratorHour | None = optional("price in the extension; default: that of the last year")


class LeaseExtension(Chapter):
    """A tenant's or landlord's option to go on; decided on the rent expected on the day of notice."""

    owner: Literal["buyer", "seller"] = required("who may extend")
    term: t.Tenor = required("length of the extension")
    notice: Notice = required("months before the end at which the owner decides")
    price: t.PerKwMonth | None = optional("rent in the extension; default: that of the last year")
