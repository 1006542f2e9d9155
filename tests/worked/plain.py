"""The arithmetic of the worked examples: plain functions of numpy on months, which know nothing of the engine.

A month is a whole number, ``year * 12 + month - 1``; a series is an array with one value a month from month 0 of its
factory. Money falls at the end of its month. Nothing here imports the package: files are read as YAML, rows as CSV.
"""

from __future__ import annotations

import csv
from calendar import monthrange
from functools import cache
from math import comb
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "computefactory"
SCALE = {"bn": 1e9, "million": 1e6, "k": 1e3, "%": 0.01}


# --- what is read ---------------------------------------------------------------------------------------------------


def factory(name):
    """The shipped file as plain maps."""
    return YAML(typ="safe").load((PACKAGE / "factories" / f"{name}.yaml").read_text(encoding="utf-8"))


def number(text):
    """The number that a quantity of the file begins with, its multiplier applied: ``5.81 bn USD`` is 5.81e9."""
    if not isinstance(text, str):
        return float(text)
    value, *words = text.split()
    return float(value) * (SCALE.get(words[0].split("/")[0], 1.0) if words else 1.0)


@cache
def sheet(table):
    """A table of the library, rows by key and columns by their bare name; a sheet of fields has one row a field."""
    with (PACKAGE / "library" / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as text:
        rows = [{head.split(" ")[0]: cell for head, cell in line.items()} for line in csv.DictReader(text)]
    if "field" not in rows[0]:
        return {row["key"]: row for row in rows}
    fields = {}
    for row in rows:
        fields.setdefault(row["key"], {})[row["field"]] = row["value"]
    return fields


def row(table, key, field):
    """A number of the library: what stands in the cell before its range, its source and its remark."""
    return float(sheet(table)[key][field].split(" ")[0])


def default(table, field):
    """The number that a table gives where the file says nothing."""
    return row(table, "default", field)


def milestones(file):
    """The months in which power comes, and the kW at the meter that each adds."""
    stated = file["power"]["energised"]
    return np.array([month(when) for when in stated]), np.diff(
        [number(kw) * 1e3 for kw in stated.values()], prepend=0.0
    )


# --- months ---------------------------------------------------------------------------------------------------------


def month(text):
    """A calendar month as a whole number."""
    year, of_year = str(text)[:7].split("-")
    return int(year) * 12 + int(of_year) - 1


def text(when):
    """A month as people write it."""
    return f"{when // 12}-{when % 12 + 1:02d}"


def calendar(first, last):
    """The months from the first to the last, both counted."""
    return np.arange(first, last + 1)


def hours(months):
    """Hours of each calendar month."""
    return np.array([24.0 * monthrange(int(each) // 12, int(each) % 12 + 1)[1] for each in months])


def at(months, when, amount):
    """Amounts that fall in one month each: one of both, or one of both a phase."""
    return ((months == np.reshape(when, (-1, 1))) * np.reshape(amount, (-1, 1))).sum(axis=0)


def between(months, first, last, weight=1.0):
    """A weight in the months from the first to the last, both counted, else 0: one of each, or one of each a phase."""
    inside = (months >= np.reshape(first, (-1, 1))) & (months <= np.reshape(last, (-1, 1)))
    return (inside * np.reshape(weight, (-1, 1))).sum(axis=0)


def year(months, values, which):
    """Sum of a series over a calendar year."""
    return float(values[months // 12 == which].sum())


def total(months, values, until="9999-12"):
    """Sum of a series, or of its months up to one."""
    return float(values[month(until) >= months].sum())


def steps(months, rate, since):
    """(1 + rate)^(calendar years since): a price that rises each January."""
    return (1 + rate) ** (months // 12 - since // 12)


def anniversaries(months, since, rate):
    """(1 + rate)^(whole years since): a price that rises on each anniversary."""
    return (1 + rate) ** (np.maximum(months - since, 0) // 12)


def evenly(months, start, duration, total):
    """A sum paid in equal parts."""
    return between(months, start, start + duration - 1) * total / duration


def s_curve(months, start, duration, total):
    """A sum paid along the cubic 3x² - 2x³, which is slow at both ends."""
    share = np.clip((np.arange(len(months) + 1) + months[0] - start) / duration, 0.0, 1.0)
    return total * np.diff(3 * share**2 - 2 * share**3)


def metered(months, by_month, load):
    """kWh at the meter: those of a kW in a month of the typical year, by the hours of the real one, times the load."""
    typical = hours(calendar(2025 * 12, 2025 * 12 + 11))  # a year that is no leap year
    return load * (np.array(by_month) / typical)[months % 12] * hours(months)


def in_service(months, paid, power, share):
    """Month in which each phase's part of a building enters service: with its power, or once its share is paid."""
    paid_for = np.cumsum(paid) / paid.sum()
    return np.maximum(power, [months[np.argmax(paid_for > part - 1e-9)] for part in np.cumsum(share)])


# --- plant ----------------------------------------------------------------------------------------------------------


def plane(endpoints, radix, oversubscription=1.0):
    """Switches of one plane of a network, and links between them, in two tiers or, above radix² / 2 endpoints, three.

    Every leaf has as many links to one spine as to another of its pod, every pod as many to one core switch as another.
    """
    down = int(radix * oversubscription / (1 + oversubscription))
    up, leaves = radix - down, -(-endpoints // down)
    if endpoints <= radix**2 / 2:
        spines = -(-up // (radix // leaves))
        return leaves + spines, leaves * up
    half = radix // 2
    pods = -(-leaves // half)
    in_pod = -(-leaves // pods)  # leaves
    spines = -(-up // (half // in_pod))  # of a pod, each with as many links up as down
    cores = -(-spines * in_pod // (radix // pods))
    return leaves + pods * spines + cores, leaves * up + pods * spines * in_pod


def network(planes, endpoints, radix, oversubscription, kind):
    """Power in kW and cost of a network of equal planes: switches, a transceiver at both ends of a link, fibres, cards.

    The transceivers of the servers' cards draw from the servers.
    """
    switches, between_switches = (planes * count for count in plane(endpoints, radix, oversubscription))
    to_servers = planes * endpoints
    transceivers_kw = (to_servers + 2 * between_switches) * row("network", kind, "transceiver_power")
    power = switches * row("network", kind, "switch_power") + transceivers_kw
    link = 2 * row("network", kind, "transceiver_price") + default("network", "fibre_price")
    cost = (
        switches * row("network", kind, "switch_price")
        + (to_servers + between_switches) * link
        + to_servers * row("network", kind, "nic_price")
    )
    return power, cost


def availability(needed, nodes, accelerators_of_node=8):
    """Share of accelerator-hours: a node that fails is back after the repair; building, network and plans stop all."""
    failures = default("reliability", "failures") * accelerators_of_node / default("reliability", "node")
    return (
        nodes_up(needed, nodes, failures, default("reliability", "repair"))
        * default("reliability", "facility")
        * default("reliability", "fabric")
        * (1 - default("reliability", "planned"))
    )


def nodes_up(needed, nodes, failures, repair):
    """E[min(K, n)] / n of nodes that fail alone and are repaired alone: K is binomial with share 1 / (1 + λ R) up."""
    up = 1 / (1 + failures * repair)
    if needed == nodes:
        return up
    spread = np.array([comb(nodes, k) * up**k * (1 - up) ** (nodes - k) for k in range(nodes + 1)])
    return float((spread * np.minimum(np.arange(nodes + 1), needed)).sum() / needed)


# --- worth ----------------------------------------------------------------------------------------------------------


def monthly(rate):
    """The monthly rate that compounds to an effective yearly one."""
    return (1 + rate) ** (1 / 12) - 1


def growth(months, rate):
    """What a dollar of month 0 has become by each month."""
    return (1 + rate) ** ((months - months[0]) / 12)


def present(months, flows, rate):
    """Present value at month 0 of flows at an effective yearly rate."""
    return float((flows / growth(months, rate)).sum())


def present_monthly(flows, rate):
    """Present value, in the month of the first flow, at a rate a month."""
    return float((flows / (1 + rate) ** np.arange(len(flows))).sum())


def irr(flows):
    """The yearly rate at which monthly flows are worth nothing: (1 + r_month)^12 - 1."""
    time = np.arange(len(flows))
    return (1 + root(lambda rate: (flows / (1 + rate) ** time).sum(), -0.05, 0.2)) ** 12 - 1


def payback(flows):
    """Months from month 0 until the sum of all flows stays at zero or above for the first time."""
    return int(np.argmax(np.cumsum(flows) >= 0))


def annuity(rate, months):
    """Worth of a dollar a month for so many months, a month before the first, at an effective yearly rate."""
    return (1 - (1 + monthly(rate)) ** -months) / monthly(rate)


def silicon_low(age):
    """What silicon of an age in months fetches of its price, low case: straight between the yearly values."""
    ages = np.arange(0, 73, 12)
    values = [row("residual", "low_case", f"month_{each:02d}") for each in ages]
    return np.interp(age, ages, values, right=0.0)


def levelised(months, rate, tax, capex, depreciation, opex, durables_left, hours_available):
    """[PV(capex) - τ PV(tax depreciation) + (1 - τ) (PV(opex) - PV(durables left))] / [(1 - τ) PV(hours)].

    Of what the durables fetch, the basis that is left is free of tax: it stands in the depreciation (Short, Packey and
    Holt, NREL/TP-462-5173, 1995, with hours for energy).
    """
    capital = present(months, capex, rate) - tax * present(months, depreciation, rate)
    running = (1 - tax) * present(months, opex - durables_left, rate)
    return (capital + running) / ((1 - tax) * present(months, hours_available, rate))


def survival(months, rating, since):
    """(1 + h)^-years: the chance that a buyer of a letter still pays."""
    return (1 + row("rating", rating, "hazard")) ** (-np.maximum(months - since, 0) / 12)


# --- tax ------------------------------------------------------------------------------------------------------------


def building_depreciation(months, when, cost, until, life=39):
    """Straight line over 39 years by month from the middle of the month of placing in service (section 168(d)(2))."""
    each_month = np.asarray(cost) / (12 * life)
    return between(months, when, until, each_month) - at(months, when, each_month / 2)


def tables(life, when, cost, others=((), ())):
    """Table of each part of a class: mid-quarter where over 40 % of a year's personal property comes in its last.

    ``others`` are months and cost of what is not of the class (section 168(d)(3)).
    """
    every, costs = np.append(when, others[0]), np.append(cost, others[1])
    found = []
    for part in when:
        same_year = every // 12 == part // 12
        late = (
            costs[same_year & (every % 12 >= 9)].sum()
            > row("tax", "united_states", "mid_quarter_test") * costs[same_year].sum()
        )
        found.append(f"{life} mid-quarter Q{part % 12 // 3 + 1}" if late else life)
    return found


def macrs(months, when, cost, bonus, table):
    """A share at once in the month of placing in service with the table's first year; each later year's by month."""
    rates = [float(cell) for name, cell in sheet("macrs")[table].items() if name.startswith("year_") and cell]
    wear = at(months, when, cost * (bonus + (1 - bonus) * rates[0]))
    for later, rate in enumerate(rates[1:], 1):
        first = (when // 12 + later) * 12
        wear = wear + between(months, first, first + 11, cost * (1 - bonus) * rate / 12)
    return wear


def income_tax(months, income, rate, loss_limit):
    """Tax by month, accrued on the year to date; losses of earlier years offset a share of the income (section 172).

    Returns the tax of each month and the losses carried out of each year.
    """
    tax, carried, losses = np.zeros(len(months)), {}, 0.0
    for which in dict.fromkeys(months // 12):
        inside = np.flatnonzero(months // 12 == which)
        so_far = np.cumsum(income[inside])
        used = np.minimum(losses, loss_limit * np.maximum(so_far, 0.0))
        due = rate * (np.maximum(so_far, 0.0) - used)
        tax[inside] = np.diff(due, prepend=0.0)
        losses += max(-so_far[-1], 0.0) - used[-1]
        carried[which] = losses
    return tax, carried


def owner_tax(months, income, interest, rate, loss_limit, interest_limit):
    """Tax by month with debt: interest is deducted up to a share of income before it, the rest later (section 163(j)).

    ``income`` is a pair: before depreciation and interest, and the depreciation.
    """
    earned, depreciation = income
    tax, losses, waiting = np.zeros(len(months)), 0.0, 0.0
    for which in dict.fromkeys(months // 12):
        inside = np.flatnonzero(months // 12 == which)
        so_far, due_interest = np.cumsum(earned[inside]), waiting + np.cumsum(interest[inside])
        allowed = np.minimum(due_interest, interest_limit * np.maximum(so_far, 0.0))
        taxable = so_far - np.cumsum(depreciation[inside]) - allowed
        used = np.minimum(losses, loss_limit * np.maximum(taxable, 0.0))
        tax[inside] = np.diff(rate * (np.maximum(taxable, 0.0) - used), prepend=0.0)
        losses += max(-taxable[-1], 0.0) - used[-1]
        waiting = due_interest[-1] - allowed[-1]
    return tax


# --- debt -----------------------------------------------------------------------------------------------------------


def sizing_cover(kind, rating, served):
    """Cover that service is sized at: the row's for so many months, more for every year of service beyond."""
    beyond = np.maximum(served - row("cover", f"{kind} {rating}", "months"), 0) / 12
    return row("cover", f"{kind} {rating}", "dscr") + row("cover", f"{kind} {rating}", "per_year_longer") * beyond


def owed(cash, cover, charge):
    """What may be owed at the end of each month so that all later service is cash / cover: backwards from nothing."""
    balance = np.zeros(len(cash))
    for month_end in range(len(cash) - 1, 0, -1):
        balance[month_end - 1] = (balance[month_end] + cash[month_end] / cover) / (1 + charge)
    return balance


def owed_with_interest_paid(cash, cover, charge, first, last):
    """The same, where the cash of every next twelve months also pays the interest."""
    balance = np.zeros(len(cash))
    for place in range(last - 1, first - 2, -1):
        carried = (balance[place + 1] + cash[place + 1] / cover) / (1 + charge)
        year = slice(place + 1, min(place + 13, last + 1))
        interest_of_a_dollar = charge * (year.stop - year.start)
        balance[place] = min(carried, max(cash[year].sum(), 0) / cover / interest_of_a_dollar)
    return balance


def built(cost, customers, commitment, close, charge, upfront, standby, to_owners=0.0):
    """Draws, interest, fees and owners' money of a loan drawn as it is needed while building, and cash left at the end.

    Customers' money pays first and waits in the bank; then the loan, from its close on; then owners, who may receive a
    sum from it at its close. What is undrawn in the end is cancelled.
    """
    drawn, interest, fees, owners = (np.zeros(len(cost)) for _ in range(4))
    balance = bank = 0.0
    for now in range(len(cost)):
        interest[now] = balance * charge
        if now >= close:
            fees[now] = upfront * commitment * (now == close) + standby / 12 * (commitment - balance)
        need = cost[now] + interest[now] + fees[now]
        bank += customers[now]
        paid = min(bank, need)
        bank, need = bank - paid, need - paid
        if now >= close:
            drawn[now] = min(need + to_owners * (now == close), commitment - balance)
        owners[now] = need - drawn[now]
        balance += drawn[now]
    return drawn, interest, fees, owners, bank


def drawn_whole(commitment, building):
    """What owners receive at the close so that the whole commitment is drawn; ``building`` tells draws by it."""
    return root(lambda to_owners: commitment - building(to_owners)[0].sum() - 0.01, 0.0, commitment)


def root(function, low, high):
    """Where a falling function is nothing, by bisection."""
    middle = (low + high) / 2
    while low < middle < high:
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
        middle = (low + high) / 2
    return middle


def waterfall(free, target, reserve, cash):
    """What owners receive and what the reserve holds: it is filled up to its target before they are paid.

    ``free`` is what is left after service; ``reserve`` and ``cash`` are there before the first month.
    """
    paid, held = np.zeros(len(free)), np.zeros(len(free))
    for now in range(len(free)):
        cash += free[now]
        to_reserve = min(target[now] - reserve, max(cash, -reserve))
        reserve, cash = reserve + to_reserve, cash - to_reserve
        paid[now], held[now], cash = cash, reserve, 0.0
    return paid, held


def look_back(months, cash, service):
    """Cover at each end of a quarter in which service fell due, over those of its last twelve months with service."""
    tests = {}
    for now in np.flatnonzero(months % 3 == 2):
        served = np.flatnonzero((months > months[now] - 12) & (months <= months[now]) & (service > 0))
        if (service[now - 2 : now + 1] > 0).any():
            tests[int(months[now])] = cash[served].sum() / service[served].sum()
    return tests


def ahead(series, count):
    """Sum of the next months of a series at the end of each month."""
    return np.array([series[now + 1 : now + 1 + count].sum() for now in range(len(series))])
