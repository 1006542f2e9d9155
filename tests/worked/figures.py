"""Figures that several worked examples compare: ours, and what to ask the engine, which nothing here imports."""

from __future__ import annotations

from worked import plain


def of_operation(months, first_year, kwh, power_cost, facility, ebitda, depreciation):
    """Figures of every example with silicon of its own: what running it costs, earns and deducts."""
    return {
        "power, USD/kWh at the meter": (
            float((power_cost * first_year).sum() / (kwh * first_year).sum()),
            lambda e: e.metric("power_cost_usd_per_grid_kwh"),
        ),
        "building's staff in 2028": (plain.year(months, facility, 2028), lambda e: e.year("facility_cost", 2028)),
        "EBITDA, first full year": (
            plain.total(months, ebitda * first_year),
            lambda e: e.metric("ebitda_usd_per_year"),
        ),
        "tax depreciation in 2026": (plain.year(months, depreciation, 2026), lambda e: e.year("d_depreciation", 2026)),
    }


def of_project(months, last, flow, sale, rate):
    """Figures of every example: its calendar and the worth of its plant without debt."""
    return {
        "month 0": (int(months[0]), lambda e: int(e.months[0])),
        "last revenue": (int(last), lambda e: e.last("revenue")),
        "durables at the exit": (sale, lambda e: e.total("sale_proceeds")),
        "NPV": (plain.present(months, flow, rate), lambda e: e.metric("npv_usd")),
        "IRR": (plain.irr(flow), lambda e: e.metric("project_irr")),
    }


def of_hour(months, available, rate, silicon, people):
    """Parts of an accelerator-hour's cost: PV(what is paid) / PV(hours)."""
    hours = plain.present(months, available, rate)
    return {
        f"{name} in an hour": (
            plain.present(months, paid, rate) / hours,
            lambda e, name=name: e.part("lcoc_usd_per_accelerator_hour", name),
        )
        for name, paid in {"silicon": silicon, "people": people}.items()
    }


def of_limits(limits):
    """Figures of every loan with three limits: each, and which is the lowest."""
    return {
        "debt by cover": (limits["cover"], lambda e: e.result.debt["limits"]["cover"]),
        "debt by advance": (limits["advance"], lambda e: e.result.debt["limits"]["advance"]),
        "debt by cost": (limits["gearing"], lambda e: e.result.debt["limits"]["gearing"]),
        "limit that binds": (min(limits, key=limits.get), lambda e: e.result.debt["binding_limit"]),
    }


def of_loan(months, cost, loan, owned):
    """Figures of every example with a loan: what it costs, how it is covered, and what owners have of it."""
    last_built = len(loan.building.drawn) - 1
    full = int(months[last_built])
    return {
        "interest while building": (
            float(loan.building.interest.sum()),
            lambda e: e.total("interest", until=plain.text(full)),
        ),
        "funded cost": (plain.funded(cost, loan.building), lambda e: e.metric("funded_cost_usd")),
        "fees": (float(loan.fees.sum()), lambda e: e.total("financing_fees")),
        "reserve at full operation": (float(loan.reserve[last_built]), lambda e: e.at("reserves", full)),
        "interest in 2028": (plain.year(months, loan.interest, 2028), lambda e: e.year("interest", 2028)),
        "owner's tax": (plain.total(months, owned.tax), lambda e: e.total("tax_paid")),
        "lowest cover": (min(owned.covers.values()), lambda e: e.metric("min_dscr")),
        "average cover": (float(owned.cash.sum() / loan.service.sum()), lambda e: e.metric("average_dscr")),
        "loan life cover": (owned.life_cover, lambda e: e.metric("llcr")),
        "equity IRR": (plain.irr(owned.equity), lambda e: e.metric("equity_irr")),
    }
