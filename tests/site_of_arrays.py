"""The industrial value and dilution as functions of arrays, apart from the lines: what these must give; quiet sites."""

from __future__ import annotations

from math import inf

import numpy as np

MONEY = (
    *("power_cost", "silicon_support", "tenants_power_cost", "rent_paid", "overhead", "opex", "renewal_revenue"),
    *("re_lease_revenue", "sale_proceeds", "capex", "project_tax", "project_flow", "silicon_value"),
    "shell_refit",
)
OF_ITEMS = ("c_revenue", "c_committed_revenue", "l_revenue", "l_committed_rent", "l_power_cost", "c_held", "l_let")
QUIET = {  # nothing happens, and nobody pays
    "a_refresh": 0.0, "a_capex": 0.0, "a_wear": 0.0, "running": 0.0, "cost_index": 1.0,
    **dict.fromkeys((*MONEY, *OF_ITEMS), 0.0),
}  # fmt: skip
RATES = {"shell_now": "shell", "shell_after": "shell", "shell_upgrade": "shell"}


def present_value(flows, rate, months, at):
    """Value at the opening of a month of flows (..., month) at the ends of that month and of those after it."""
    return np.sum(flows * factors(rate, months, at), axis=-1)


def factors(rate, months, at):
    """Discount factors of the ends of months from the opening of one on."""
    elapsed = (months - at + 1) / 12
    return np.where(elapsed > 0, np.asarray(1.0 + np.asarray(rate))[..., None] ** -np.maximum(elapsed, 0.0), 0.0)


def share(part, whole):
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def part_flows(site):
    """Monthly flows of every part; ``site`` has money by month, or by item and month for the book.

    ``shares`` is the part of the own silicon that an item reserves, ``power`` the kW of leases.
    """
    sold = site["shares"].sum(axis=0)
    shares = site["shares"] * np.where(sold > 1.0, 1.0 / np.maximum(sold, 1.0), 1.0)
    each = site["power"] + shares * site["own"]
    used = each.sum(axis=0) + site["own"] * (1.0 - np.minimum(sold, 1.0))
    running = share(site["building"], used)
    landlord = share(site["landlord"], used)
    let = site["power"]
    own_power = each - let
    charge = own_power * (site["rent"] + running) + let * (running + landlord)
    idle_silicon = site["own"] * (1.0 - np.minimum(sold, 1.0)) * (site["rent"] + running)
    promised = np.minimum(site["committed"], site["revenue"])
    firm = np.maximum(share(promised, site["revenue"]), 0.0)
    contracts = promised - firm * (site["direct"] + shares * site["silicon"] + charge)
    market = (
        site["other"]
        + (site["revenue"] - promised).sum(axis=0)
        - (site["direct"] * (1 - firm)).sum(axis=0)
        - (1.0 - (firm * shares).sum(axis=0)) * site["silicon"]
        - idle_silicon
        - ((1 - firm) * charge).sum(axis=0)
        - site["refresh"]
    )
    in_use = used > 0
    idle = np.where(in_use, 0.0, site["building"])
    return {
        "contracts": contracts,
        "merchant": market,
        "shell_now": (site["rent"] - landlord) * site["own"],
        "shell_after": np.where(in_use, 0.0, -site["landlord"]) + site["relet"] + site["sale"] - idle,
        "shell_upgrade": -site["refit"],
        "cost_to_complete": -site["capex"],
        "overhead": -site["overhead"],
        "tax": -site["tax"],
    }


def part_values(site, months, at, book, market, shell):
    """Value of every part at a date: one rate for each item of the book, one for the market, one for the shell."""
    flows = part_flows(site)
    rates = {"market": market, "shell": shell}
    gained = {
        name: np.maximum(year_to_date(flow, site["year_start"]), 0)
        for name, flow in {
            "contracts": flows["contracts"],
            "merchant": flows["merchant"],
            "shell": flows["shell_now"] + flows["shell_after"] + flows["shell_upgrade"],
        }.items()
    }
    known = {
        "contracts": factors(book, months, at),
        "merchant": factors(market, months, at),
        "shell": factors(shell, months, at),
    }
    every = gained["contracts"].sum(axis=0) + gained["merchant"] + gained["shell"]
    worth = (gained["contracts"] * known["contracts"]).sum(axis=0)
    worth = worth + gained["merchant"] * known["merchant"] + gained["shell"] * known["shell"]
    taxed = np.where(every > 0, share(worth, every), known["merchant"])
    found = {
        name: float(present_value(flow, rates[RATES.get(name, "market")], months, at))
        for name, flow in flows.items()
        if name not in ("contracts", "tax")
    }
    found["tax"] = float(np.sum(flows["tax"] * taxed))
    return found | {"contracts": float(present_value(flows["contracts"], book, months, at).sum())}


def year_to_date(flows, year_start):
    """Sums (..., month) since the tax year began."""
    sums, running = np.zeros_like(flows), np.zeros(flows.shape[:-1])
    for month, first in enumerate(year_start):
        running = flows[..., month] + (0.0 if first else running)
        sums[..., month] = running
    return sums


def per_share(equity, shares, options, notes):
    """Price, diluted shares and notes that stay debt: each piece between two triggers is tried.

    ``options`` are (count, strike), ``notes`` (amount, conversion price).
    """
    triggers = sorted({0.0, *(strike for _, strike in options), *(price for _, price in notes)})
    for low, high in zip(triggers, [*triggers[1:], inf], strict=True):
        joined = [(count, strike) for count, strike in options if strike <= low]
        debt = sum(amount for amount, price in notes if price > low)
        count = shares + sum(count for count, _ in joined) + sum(a / p for a, p in notes if p <= low)
        price = max((equity - debt + sum(count * strike for count, strike in joined)) / count, 0.0)
        if price <= high:
            break
    back = sum(count * strike / price for count, strike in joined) if price else 0.0
    return price, count - back, debt


def flat(valued, **changes):
    """Lines of one level, some of them replaced."""
    return {
        name: np.broadcast_to(value, np.shape(valued.run.lines[name])).astype(float)
        for name, value in (QUIET | changes).items()
    }


def at_one_rate(inputs, rate):
    """Every rate the same."""
    nothing = dict.fromkeys(("risk_premium", "market_rate", "shell_rate"), 0.0)
    nothing |= {name: np.zeros_like(inputs[name]) for name in ("c_spread", "l_spread")}
    book = {name: np.full_like(inputs[name], rate) for name in ("c_risk_free", "l_risk_free")}
    return nothing | book | {"market_rate": rate, "shell_rate": rate}
