"""From a result to the verdict: gathers what the four specifications ask and the evidence the file gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from computefactory import qualification
from computefactory.qualification import HallFacts, Verdict

if TYPE_CHECKING:
    from computefactory.workings import Workings

__all__ = ["verdict_of"]


def _evidence(work: Workings, paths: Sequence[str]) -> str:
    """What the file says of these fields: a named source, the author, or nothing."""
    return qualification.weakest([work.factory.evidence(path) for path in paths])


def _halls(work: Workings) -> list[HallFacts]:
    site = work.factory.plant
    own = site.silicon.accelerators > 0  # else tenants fill the halls with racks of the same system
    return [
        HallFacts(
            hall.name,
            hall.racks * hall.rack_power if own else hall.it_capacity,
            site.standing(hall).rack_power,
            min(hall.rack_limit, cooling.rack_limit),
            site.standing(hall).liquid_fraction,
            hall.architecture,
            hall.liquid_from,
        )
        for hall, cooling in zip(site.halls, site.cooling, strict=True)
    ]


def verdict_of(work: Workings) -> Verdict:
    """The four specifications judged on the contract-only case, and the conventional card."""
    factory, need = work.factory, work.factory.thresholds
    site, book = factory.plant, factory.offtake
    head = work.runs["contract_only"].lines
    committed = [item for item in book.committable if item.committed or item.kind == "floor"]
    debt = factory.finance.debt
    ends = [item.start + item.committed_until for item in committed]
    worst = max(committed, key=lambda item: np.nan_to_num(item.credit_number, nan=np.inf), default=None)
    domains: dict[str, float] = {}  # full scale-up domains of each contract; a tenant's racks are of the same system
    for part in book.contracts:
        domain = site.standing(site.phases[int(part.phase)]).scale_up_domain
        domains[part.contract] = domains.get(part.contract, 0.0) + part.accelerators / domain
    of_rack = site.silicon.accelerators_per_rack / site.silicon.scale_up_domain
    for let in book.leases:
        if let.kind != "mining":
            domains[let.contract] = domains.get(let.contract, 0.0) + let.power / site.silicon.rack_power * of_rack
    halls = _halls(work)
    hall_paths = [f"plant.halls.{hall.name}" for hall in halls]
    rests_on = {
        "density": ["plant.silicon.system", *(f"{path}.rack_limit" for path in hall_paths)],
        "liquid": [f"{path}.{name}" for path in hall_paths for name in ("architecture", "liquid_from")],
        "power": ["plant.interconnection.status", "plant.supply.energy"],
        "offtake": _offtake_paths(work),
    }
    specifications = (
        qualification.density(
            halls,
            need,
            _evidence(work, rests_on["density"]),
        ),
        qualification.liquid(
            halls,
            need,
            _evidence(work, rests_on["liquid"]),
        ),
        qualification.power(
            site.interconnection.status,
            site.interconnection.level,
            site.interconnection.dedicated_substation > 0,
            float(head["power_cost_usd_per_grid_kwh"]),
            need,
            _evidence(work, rests_on["power"]),
        ),
        qualification.offtake(
            float(head["coverage"]),
            bool(debt and ends and min(ends) > factory.finance.last_maturity),
            float(head["committed_capex_cover"]),
            float(head["speculative_capex_share"]),
            worst.credit_number if worst else np.inf,
            worst.credit if worst else "",
            bool(committed) and all(item.guaranteed for item in committed),
            min(domains.values(), default=0.0),
            need,
            _evidence(work, rests_on["offtake"]),
        ),
    )
    marked = (
        replace(item, assumed=any(factory.assumed(path) for path in rests_on[item.name])) for item in specifications
    )
    return qualification.judge(tuple(marked), _card(work))


def _offtake_paths(work: Workings) -> list[str]:
    book = work.factory.offtake
    return [
        *(f"offtake.contracts.{item.name}.buyer" for item in book.contracts),
        *(f"offtake.leases.{item.name}.buyer" for item in book.leases),
    ]


def _card(work: Workings) -> dict[str, float | None]:
    """How a data centre is read: occupancy, remaining lease term, yield, PUE."""
    head = work.runs["contract_only"].lines
    book = work.factory.offtake
    start = work.factory.finance.full_operation
    sold = sum(item.accelerators * (item.committed or item.sold) for item in book.contracts)
    share = float(work.known["silicon_share"])
    active = float(work.known["accelerators_active"])
    let = sum(lease.power for lease in book.leases)
    capacity = max(float(work.known["it_capacity"]), 1.0)
    occupied = (sold / active if active else 0.0) * float(work.known["it_design_load"]) + let
    rents = [
        (lease.price * lease.power, max(lease.start + lease.tenor - max(start, lease.start), 0.0))
        for lease in book.leases
    ] + [
        (item.price * item.accelerators, max(item.start + item.tenor - max(start, item.start), 0.0))
        for item in book.contracts
        if item.committed
    ]
    weight = sum(rent for rent, _ in rents)
    capex = float(head["first_cost"])
    return {
        "occupancy": min(occupied / capacity, 1.0),
        "walt_months": sum(rent * left for rent, left in rents) / weight if weight else None,
        "noi_yield": float(head["ebitda_usd_per_year"]) / capex if capex else None,
        "pue": float(work.known["pue_annual"]),
        "rack_power_kw": float(work.known["rack_power"]),
        "own_silicon_share": share,
    }
