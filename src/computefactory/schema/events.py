"""The file's chapter ``events``: what happens at a date to a contract. The debt is sized as if nothing did."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from computefactory.schema import types as t
from computefactory.schema.types import Chapter, optional, required

__all__ = ["DefaultEvent", "Event", "ExitEvent", "LateEvent"]

Rank = Literal["secured", "unsecured", "subordinated"]
Refund = Literal["after_debt", "before_debt"]


class OneDate(Chapter):
    """An event at a month, or at an age of the contract."""

    month: t.Date | None = optional("the month, such as 2028-06 (or: after)")
    after: t.Lag | None = optional("months after the contract's first start (or: month)")
    refund: Refund | None = optional("how a prepayment that is paid back ranks; default after_debt")


class DefaultEvent(OneDate):
    """A buyer or tenant pays nothing from a month on; its capacity is let again after the void."""

    kind: Literal["default"] = required("kind of event")
    contract: t.Text | None = optional("the contract (or: buyer)")
    buyer: t.Text | None = optional("the buyer of all the contracts that it has (or: contract)")
    claim: t.Money | None = optional("make-whole or termination sum owed for each contract; default: what is lost")
    ranks: Rank | None = optional("rank of the claim: its recovery is a row; default unsecured")
    recovery: t.Share | None = optional("share of the claim that is recovered (or: ranks)")


class ExitEvent(OneDate):
    """Notice is given under a way out of the contract; its fee falls due at the end."""

    kind: Literal["exit"] = required("kind of event")
    contract: t.Text = required("the contract")
    way: t.Text | None = optional("the way out, a name under the contract's exits; default: its first")


class LateEvent(Chapter):
    """Parts of a contract start late: damages are paid as its delay terms say."""

    kind: Literal["late_delivery"] = required("kind of event")
    contract: t.Text = required("the contract")
    by: t.Tenor = required("months late")
    month: t.Date | None = optional("parts that would start from then on are late; default: all")


Event = Annotated[DefaultEvent | ExitEvent | LateEvent, Field(discriminator="kind")]
