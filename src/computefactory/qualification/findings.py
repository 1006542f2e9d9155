"""What a lender would ask about a result: shortfalls, covenant, debt above cost, coolant hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.finance.covenants import below
from computefactory.offtake.merchant import residual, running_cost
from computefactory.offtake.service_levels import paid_whatever_runs
from computefactory.timeline import HOURS_PER_YEAR

if TYPE_CHECKING:
    from computefactory.schema import Factory

__all__ = ["balloons_above", "findings", "sized_as_stated"]

FORCED_SALE = 12  # months of age at which a forced sale is reckoned

CENT, MILLION = 0.01, 1e6
ROUNDING = 1e-3  # of a balloon, that is none above
SIZING = (  # terms that only say how much is lent, and when
    "sizing_dscr",
    "merchant_dscr",
    "max_advance",
    "max_gearing",
    "max_commitment",
    "cap_rate",
    "tail",
    "amount",
    "share",
    "amortises_until",
    "closes",
    "available_until",
    "draw_order",
    "distribution_at_close",
    "repayment",
    "repayment_amounts",
    "balloon",
)


def findings(factory: Factory, known: Mapping[str, Any], lines: Mapping[str, Any]) -> list[str]:
    """Sentences for the contract-only case; nothing of this stops a run."""
    names = factory.timeline.names
    found = []
    found += _shortfalls(names, lines)
    found += _not_lent(factory, lines)
    found += _covenants(factory, lines) + _ends(factory, lines)
    if not lines["revenue"].any():
        found.append("there is no revenue: no rate of return is quoted")
    early, put_in = lines["early_distribution"].sum(), lines["source_equity"].sum()
    if early > put_in + CENT:
        found.append(f"debt above the cost: {(early - put_in) / MILLION:,.1f} million USD is distributed at close")
    elif early > CENT:
        found.append(f"the debt closes after owners have paid and returns {early / MILLION:,.1f} million USD to them")
    for rank, terms in enumerate(factory.finance.tranches):
        lost, lent = np.flatnonzero(lines["t_cancelled"][rank] > CENT), float(lines["t_draw"][rank].sum())
        asked = max(float(np.max(terms.amount)), float(lines["t_commitment"][rank]))
        if terms.takes_out and asked > lent + CENT:
            amounts = f"{lent / MILLION:,.1f} of {asked / MILLION:,.1f} million USD"
            found.append(f"{terms.name} lends {amounts}: {terms.takes_out} owes no more when it is taken out")
        elif lost.size:
            amount = f"{lines['t_cancelled'][rank].sum() / MILLION:,.1f} million USD"
            found.append(
                f"{amount} of {terms.name} is not needed or not available: it is cancelled in {names[lost[-1]]}"
            )
    saved = -float(lines["tax_paid"][lines["building"] > 0].sum())
    if saved > CENT:
        found.append(f"early operations hold {saved / MILLION:,.1f} million USD of tax that losses save their owner")
    for value in known["refresh_value"]:
        if value < 0:
            worth = f"{value / MILLION:,.1f} million USD"
            found.append(f"silicon is not replaced as planned: a replacement has a net present value of {worth}")
    found.extend(_below_liquidation(factory, lines))
    for step, what in (("coolant_hours_exceeded", "coolant"), ("air_hours_exceeded", "inlet air")):
        if known[step] > 0:
            found.append(f"{what} is warmer than the silicon's limit in {known[step]:,.0f} hours of a typical year")
    found += _outages(factory, known)
    silicon = factory.plant.silicon
    warmest, limit = known["coolant_warmest"], float(np.min(silicon.coolant_limit))
    if warmest > limit:
        found.append(f"coolant reaches {warmest:.1f} degC in the 20-year extreme; the silicon accepts {limit:.0f} degC")
    if known["chiller_hours_outside"] > 0:
        hours = f"{known['chiller_hours_outside']:,.0f} hours of a typical year"
        found.append(f"the chiller works on condenser water above its map in {hours}: its power there is estimated")
    for source in factory.plant.sources:
        late = getattr(source, "lead_time", 0.0) - min(phase.energised for phase in factory.plant.phases)
        if late > 0:
            found.append(
                f"{source.name} takes {source.lead_time:g} months from order: ordered with the first dollar it comes "  # type: ignore[union-attr]
                f"{late:g} months after the first phase is energised"
            )
    if known["supply_limits"] > 0:
        hours = f"{known['supply_limits']:,.0f} hours of a typical year"
        found.append(f"load is shed in {hours}: {1 - known['power_served']:.2%} of the energy, as lost production")
    return found


def _outages(factory: Factory, known: Mapping[str, Any]) -> list[str]:
    """An availability below any that a site is run at, and who bears it."""
    least = float(factory.plant.reliability.least_believed)
    site, own = float(known["site_availability"]), float(known["availability"])
    reached = min(site, own) if factory.plant.accelerators else site
    if reached >= least:
        return []
    said = f"availability is {reached:.1%}, below the {least:.0%} that any site is run at"
    names = paid_whatever_runs(factory.offtake)
    if names:
        said += f"; {', '.join(names)} pays as if all were there: no service level is stated, the customer bears it"
    return [said]


def sized_as_stated(overrides: Mapping[str, Any]) -> list[str]:
    """Terms set over the file that size a loan, which stays as the file sizes it."""
    paths = [path for path in overrides if path.startswith("capital.debt.") and path.split(".")[-1] in SIZING]
    return [f"{path} sizes a loan, and the debt stays as the file sizes it: --resize sizes it anew" for path in paths]


def balloons_above(
    factory: Factory, known: Mapping[str, Any], given: Mapping[str, Any], lines: Mapping[str, Any]
) -> list[str]:
    """Balloons above what a sculpted loan would owe then: what the contracts after it carry at the loan's own cover.

    ``given`` and ``lines`` are of the run that sized the debt.
    """
    found = []
    months = np.arange(len(factory.timeline.names))
    cash, due = np.asarray(lines["sizing_cfads"]), np.asarray(lines["t_planned_balloon"])
    for rank, terms in enumerate(factory.finance.tranches):
        end, amount = int(terms.ends), float(due[rank].sum())
        if amount < CENT or terms.preferred or terms.revolving or (terms.refinanced_by and not terms.balloon_share):
            continue
        rate, part = np.asarray(lines["t_charge"])[rank], np.asarray(given["t_receipts"])
        service = np.asarray(lines["t_unit_service"]) * np.asarray(lines["t_commitment"])[:, None]
        ahead = (service[:rank] * (part[:rank] * part[rank] > 0)).sum(0)
        carried = np.maximum(cash * part[rank] / np.asarray(given["t_dscr_sizing"])[rank] - ahead, 0)
        later = (months > end) & (months + float(terms.tail) <= float(known["contract_end"]))
        owed = float((carried[later] / np.cumprod(1 + rate[later])).sum())
        if amount > owed * (1 + ROUNDING) + CENT:
            found.append(
                f"{terms.name}: its balloon of {amount / MILLION:,.1f} million USD in {factory.timeline.names[end]} is "
                f"more than the {owed / MILLION:,.1f} million USD that a sculpted loan would owe: what contracted cash "
                "after it carries at the loan's own cover"
            )
    return found


def _shortfalls(names: Sequence[str], lines: Mapping[str, Any]) -> list[str]:
    """What planned sources leave open until completion, and what cash cannot pay after it; owners pay in."""
    found = []
    until, cured = lines["completing"] > 0, lines["cure"]
    for when, said in (
        (until, "planned sources are short in {} before completion and owners pay in {} million USD"),
        (~until, "cash falls short in {} after full operation and owners pay in: at most {} million USD"),
    ):
        short = np.where(when & (cured > CENT), cured, 0.0)
        if short.any():
            amount = short.sum() if when is until else short.max()
            worst = f" in {names[int(np.argmax(short))]}" if when is not until else ""
            found.append(said.format(_months(int(np.count_nonzero(short))), f"{amount / MILLION:,.1f}") + worst)
    unpaid = np.flatnonzero(lines["at_default"])
    if unpaid.size:
        found.append(f"service is unpaid in {names[unpaid[0]]} if nobody cures: a default, whatever the next test date")
    return found


def _below_liquidation(factory: Factory, lines: Mapping[str, Any]) -> list[str]:
    """Contracts that bring less than a forced sale of their silicon in its first year, at the low-case value."""
    installed = factory.plant.accelerators
    if not installed:
        return []
    cost = float(lines["silicon_cost"]) / installed
    low, rate = factory.finance.values.silicon_low, factory.finance.capital.discount_rate
    energy = float(lines["energy_usd_per_accelerator_hour"])
    running = running_cost(
        1.0,
        energy if np.isfinite(energy) else 0.0,
        cost * float(factory.finance.operations.silicon_support) / HOURS_PER_YEAR,
    )
    found = {}
    for item in factory.offtake.contracts:
        scrap = cost * low[min(int(item.tenor), len(low) - 1)]
        worth = residual(item.price * item.sold, running, -item.escalator, rate, HOURS_PER_YEAR, int(item.tenor), scrap)
        if not item.floor and worth < cost * low[min(FORCED_SALE, len(low) - 1)]:
            found[item.contract] = (
                f"{item.contract} at {item.price:.2f} USD/h is worth less than a forced sale of its silicon: "
                f"{worth:,.0f} against {cost * low[FORCED_SALE]:,.0f} USD an accelerator"
            )
    return list(found.values())


def _short_of(cover: float, threshold: float) -> str:
    """A cover below its threshold, with the digits that tell the two apart."""
    digits = next((places for places in range(2, 9) if round(cover, places) < round(threshold, places)), 9)
    return f"{cover:.{digits}f}"


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"


def _not_lent(factory: Factory, lines: Mapping[str, Any]) -> list[str]:
    """Tranches that the file asks for and no limit leaves anything of."""
    pairs = zip(factory.finance.tranches, lines["t_commitment"], strict=True)
    names = [terms.name for terms, lent in pairs if lent < CENT]
    return [f"{name} is asked for and sized at nothing: show FILE loans says which limit binds" for name in names]


def _covenants(factory: Factory, lines: Mapping[str, Any]) -> list[str]:
    """Tranches whose cover breaks the covenant, and cash that a lock-up holds back."""
    names, tranches = factory.timeline.names, factory.finance.tranches
    found = []
    for terms, cover in zip(tranches, lines["t_dscr"], strict=True):
        low = float(cover.min())
        if below(low, terms.covenant_dscr):
            lowest = _short_of(low, terms.covenant_dscr)
            broken = f"lowest cover {lowest}x is below the covenant of {terms.covenant_dscr:.2f}x"
            first = names[int(np.argmax(below(cover, terms.covenant_dscr)))]
            found.append(broken if len(tranches) == 1 else f"{terms.name}: {broken}, first in {first}")
    locked = np.flatnonzero(lines["locked"])
    if locked.size:
        held = lines["cash"][locked].max() / MILLION
        when = f"from {names[locked[0]]}, {_months(locked.size)} in all"
        most = f"at most {held:,.1f} million USD are held" if held * MILLION > CENT else "there is nothing to hold"
        found.append(f"low cover locks up distributions {when}: {most}")
    return found


def _ends(factory: Factory, lines: Mapping[str, Any]) -> list[str]:
    """What a tranche's end leaves unpaid, and owners' money that pays it."""
    names = factory.timeline.names
    found = []
    series = (lines[name] for name in ("t_balance", "t_scheduled_principal", "t_balloon_due"))
    for terms, owed, due, balloon in zip(factory.finance.tranches, *series, strict=True):
        end = int(terms.ends)
        short = min(float(lines["cure"][end]), float(due[end]))
        if owed[-1] > CENT:
            found.append(f"{terms.name} still owes {owed[-1] / MILLION:,.1f} million USD at the end")
        elif owed[end] > CENT:
            found.append(f"{terms.name} owes {owed[end] / MILLION:,.1f} million USD after it should have ended")
        elif (
            balloon[end] > CENT and (terms.profile_ends > terms.ends or terms.balloon_share) and not terms.refinanced_by
        ):
            until = names[min(int(terms.profile_ends), len(names) - 1)]
            profile = f"a profile to {until} is an assumption, and the balloon" if not terms.balloon_share else "it is"
            found.append(
                f"{terms.name} falls due with a balloon of {balloon[end] / MILLION:,.1f} million USD in {names[end]}, "
                f"and no tranche repays it: {profile} a risk of refinancing"
            )
        elif terms.balloon and short > CENT:
            amount = f"{due[end] / MILLION:,.1f} million USD in {names[end]}"
            found.append(f"{terms.name} falls due with {amount}: owners pay {short / MILLION:,.1f} million of it")
    return found
