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
from types import SimpleNamespace

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


def rents(months, phases, lasts, rent, escalator):
    """Sum over phases of rent (1 + e)^(whole years since hand-over), each from its hand-over to its last month."""
    return sum(
        part * anniversaries(months, first, escalator) * between(months, first, last)
        for first, last, part in zip(phases, np.broadcast_to(lasts, len(phases)), rent, strict=True)
    )


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


def racks_of_72(accelerators, rack_kw, radix, oversubscription, kind):
    """Design IT load, racks + support of accelerators + network, and availability where a tray of four fails as one.

    The network has four planes, one for each accelerator of a tray.
    """
    trays = accelerators // 4
    fabric_kw, _ = network(4, trays, radix, oversubscription, kind)
    load = -(-accelerators // 72) * rack_kw + accelerators * row("system", "*", "support_power") + fabric_kw
    return load, availability(trays, trays, accelerators_of_node=4)


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


# --- operation ------------------------------------------------------------------------------------------------------


def sold_by_the_hour(months, sale, share_up, first, last):
    """Price (1 + e)^(whole years) × accelerators × availability × share sold × hours of the calendar."""
    price = number(sale["price"]) * anniversaries(months, first, number(sale.get("escalator", 0)))
    hours_sold = sale["accelerators"] * share_up * number(sale["share_sold"]) * hours(months)
    return price * hours_sold * between(months, first, last)


def prepayment(months, terms, paid, starts, ends, share):
    """A phase's part of a sum some months before its start, taken off its bills in equal parts from a month on."""
    before, since = (int(number(terms[name])) for name in ("paid_before_start", "credited_from"))
    return (
        at(months, starts - before, share * paid),
        between(months, starts + since - 1, ends, share * paid / (ends - starts - since + 2)),
    )


def billed(months, by_month, load, minimum):
    """kW that are billed: those at the highest hour of the typical month times the load, a minimum at least."""
    return np.maximum(load * np.array(by_month)[months % 12], minimum)


def bill(grid, kwh, kw):
    """kWh × energy price, which is by MWh, + kW × demand price."""
    return kwh * number(grid["energy"]) / 1e3 + kw * number(grid["demand"])


def facility(months, it_kw, stands):
    """Staff, maintenance and insurance of a month: rate / 12 × kW of IT × share that stands, dearer each January."""
    dearer = steps(months, default("operations", "inflation"), months[0])
    return default("operations", "facility") / 12 * it_kw * stands * dearer


def support(price, works):
    """Support of a month: rate / 12 × price of the silicon × share at work."""
    return default("operations", "silicon_support") / 12 * price * works


def property_tax(cost, stands):
    """Property tax of a month: rate / 12 × cost of the building × share that stands."""
    return default("operations", "property_tax") / 12 * cost * stands


def by_class(cost):
    """A building's cost split into its classes."""
    return {kind: cost * default("build", f"{kind}_share") for kind in ("shell", "electrical", "mechanical")}


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


def durables_left(cost, placed, last):
    """What halls fetch at the end of their last month: of each class its cost × (1 - months in service / life)."""
    shares = {name: default("build", f"{name}_share") for name in ("electrical", "mechanical")}
    shares["shell"] = 1 - sum(shares.values())
    return sum(
        share * cost * (1 - (last - placed + 1) / row("asset", name, "book_life")) for name, share in shares.items()
    )


def relet(months, when, it_kw, rate, refit=0.0):
    """Worth of an empty shell: after the void its years of rent × kW less a refit in USD/kW with the first of them.

    At the prices of its month, (1 + i)^years, at a yearly rate.
    """
    level = it_kw * steps(when, default("operations", "inflation"), months[0])
    rents = default("values", "release_rent") * annuity(rate, default("values", "release_life"))
    return level * (rents - refit / (1 + monthly(rate))) / (1 + monthly(rate)) ** default("merchant", "void")


def denser():
    """USD/kW of more power a rack where liquid is in the hall: liquid loops and busways."""
    works = ("direct-to-chip liquid-to-liquid", "electrical re-distribution to 415 V busway")
    return sum(row("retrofit", each, "retrofit_cost_capex") for each in works)


def rebuilt():
    """USD/kW of liquid brought into a hall of air: a new hall, less what a refit saves of it."""
    new = row("retrofit", "greenfield liquid-cooled", "retrofit_cost_headline_capex")
    return new * (1 - default("cure", "refit_saving_electrical"))


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


def committed_cover(months, rating, signed, bills, cost, plant):
    """PV(bills × chance that the buyer still pays - cost) / PV(plant): does the contract alone pay the plant?

    The chance is (1 + h)^-years from the signature; the rate is the risk-free one and an operating premium; the cost
    has the tax, and the plant is less what is left of it at the end.
    """
    rate = default("capital", "risk_free") + default("capital", "operating_premium")
    paid = bills * survival(months, rating, max(signed, months[0]))
    return present(months, paid - cost, rate) / present(months, plant, rate)


# --- tax ------------------------------------------------------------------------------------------------------------


def building_depreciation(months, when, cost, until, life=39):
    """Straight line over 39 years by month from the middle of the month of placing in service (section 168(d)(2))."""
    each_month = np.asarray(cost) / (12 * life)
    return between(months, when, until, each_month) - at(months, when, each_month / 2)


def shell_written_off(months, when, cost, last, life=39):
    """The same until each part's last month, when what is left, cost × (1 - (months - ½) / life), is deducted too."""
    left = cost * (1 - (last - when + 0.5) / (12 * life))
    return building_depreciation(months, when, cost, last, life) + at(months, last, left)


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


def dollar(path, last_built, served, charge):
    """What becomes of a dollar lent along the path of what is owed, whatever limit binds.

    Service = repaid + interest on what is owed before; the reserve, from the last month of building on, is what the
    next months' service will be.
    """
    share = path / path[last_built]
    before = np.roll(share, 1) * served
    repaid, interest = (before - share) * served, before * charge
    reserve = ahead(repaid + interest, int(default("debt", "dsra")))
    reserve[:last_built] = 0.0
    return {"owed": share, "repaid": repaid, "interest": interest, "service": repaid + interest, "reserve": reserve}


def built(cost, customers, close, charge, reserve, commitment, to_owners=0.0):
    """Draws, interest, fees and owners' money by month of building, whose last pays the reserve too; cash left over.

    Customers' money pays first and waits in the bank; then the loan, from its close on; then owners, who may receive a
    sum from it at its close. What is undrawn in the end is cancelled.
    """
    upfront, standby = default("debt", "upfront_fee"), default("debt", "commitment_fee")
    drawn, interest, fees, owners = (np.zeros(len(cost)) for _ in range(4))
    balance = bank = 0.0
    for now in range(len(cost)):
        interest[now] = balance * charge
        if now >= close:
            fees[now] = upfront * commitment * (now == close) + standby / 12 * (commitment - balance)
        need = cost[now] + interest[now] + fees[now] + reserve * (now == len(cost) - 1)
        bank += customers[now]
        paid = min(bank, need)
        bank, need = bank - paid, need - paid
        if now >= close:
            drawn[now] = min(need + to_owners * (now == close), commitment - balance)
        owners[now] = need - drawn[now]
        balance += drawn[now]
    return SimpleNamespace(drawn=drawn, interest=interest, fees=fees, owners=owners, bank=bank, reserve=reserve)


def built_with_all(cost, customers, close, charge, reserve, commitment):
    """The same, where all is drawn: owners receive at the close what will not be needed. ``reserve`` is a dollar's."""

    def when_owners_receive(to_owners):
        return built(cost, customers, close, charge, commitment * reserve, commitment, to_owners)

    return when_owners_receive(
        root(lambda to_owners: commitment - when_owners_receive(to_owners).drawn.sum() - 0.01, 0.0, commitment)
    )


def built_with_need(cost, customers, close, charge, reserve, commitment):
    """The same, where owners receive nothing and the reserve is that of what is drawn. ``reserve`` is a dollar's."""

    def with_reserve_of(lent):
        return built(cost, customers, close, charge, lent * reserve, commitment)

    return with_reserve_of(root(lambda lent: with_reserve_of(lent).drawn.sum() - lent, 0.0, commitment))


def funded(cost, building):
    """Cost + interest and fees while building + first reserve."""
    return cost + building.interest.sum() + building.fees.sum() + building.reserve


def cost_limit(cost, building, most):
    """The loan that is a share of funded cost, which the loan itself raises: L = g × funded(L)."""
    share = default("debt", "max_gearing")
    return root(lambda lent: share * funded(cost, building(lent)) - lent, 0.0, most)


def loan(lent, of_a_dollar, building, charge):
    """So many dollars by month, from the first draw to the last repayment, with the interest and fees of building."""
    by_month = {name: lent * values for name, values in of_a_dollar.items()}
    before = len(building.drawn)
    by_month["interest"][:before] = building.interest
    by_month["fees"] = np.append(building.fees, np.zeros(len(by_month["owed"]) - before))
    return SimpleNamespace(lent=lent, building=building, charge=charge, **by_month)


def owned(months, project, sold, debt, served, rates):
    """Tax of owners, cash for debt service, covers, and what owners pay and receive, of a plant with a loan.

    Cash = EBITDA - credits - tax, which deducts interest up to a limit; the tax of the sale is the sale's. Loan life
    cover = PV(cash) / loan. Owners pay while it is built, then receive EBITDA + sale - credits - tax - service after
    the reserve. Early cash pays for building after tax without debt: what debt saves of that stays in the bank.

    ``project`` is EBITDA, credits, depreciation and tax without debt or sale; ``sold`` the sale and the basis sold.
    """
    ebitda, credited, depreciation, tax_before = project
    built_in = np.arange(len(months)) < len(debt.building.drawn)
    last_built = built_in.sum() - 1
    limits = (*rates, row("tax", "united_states", "interest_limit"))
    unsold, tax = (
        owner_tax(months, (ebitda - debt.fees + gain, depreciation), debt.interest, *limits)
        for gain in (0.0, sold[0] - sold[1])
    )
    cash = (ebitda - credited - unsold) * served
    bank = debt.building.bank + (tax_before - tax)[built_in].sum()
    free = (ebitda + sold[0] - credited - tax - debt.service)[~built_in]
    received, _ = waterfall(free, debt.reserve[~built_in], debt.reserve[last_built], bank)
    return SimpleNamespace(
        tax=tax,
        cash=cash,
        covers=look_back(months, cash, debt.service),
        life_cover=present_monthly(cash[last_built:], debt.charge) / debt.lent,
        equity=np.append(-debt.building.owners, received),
    )


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
