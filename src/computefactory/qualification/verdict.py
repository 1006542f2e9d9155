"""From a result to the verdict: gathers what the four specifications ask and the evidence the file gives for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from computefactory import qualification
from computefactory.qualification import MINE, SHELL, HallFacts, Specification, Thresholds, Verdict
from computefactory.qualification.definition import power_of_miners, power_of_tenants
from computefactory.steps import number
from computefactory.units import Kilovolt, Kw, One, UsdPerKwh

if TYPE_CHECKING:
    from computefactory.schema import Factory
    from computefactory.workings import Workings

Record = TypeVar("Record", "Facts", HallFacts)
__all__ = ["LINES", "Facts", "facts_of", "specifications_of", "verdict_of"]

NO_SILICON = "no accelerators of its own: the racks are the tenants'"
HASHES = "it runs no racks of accelerators: its machines hash"
NOBODY_OWES = "a hash price has no buyer who owes it"
LINES = ("power_cost_usd_per_grid_kwh", "coverage", "committed_capex_cover", "speculative_capex_share")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the four specifications are judged on."""

    kind: str  # a mine, a powered shell, or nothing: judged
    halls: tuple[HallFacts, ...]
    status: str
    level: Kilovolt
    dedicated: bool
    price: UsdPerKwh
    coverage: One
    tenor_covers_debt: One  # 1: the committed tenor reaches beyond the debt's
    cover: One
    speculative: One
    worst_rating: One
    rating: str
    guaranteed: bool
    scale_up_domains: One
    committable: bool  # somebody owes it something

    def at(self, scenario: int) -> Facts:
        """Those of one scenario, where some have one value for each."""

        def one(record: Record) -> Record:
            varied = {item.name: getattr(record, item.name) for item in fields(record)}
            return replace(
                record,
                **{
                    name: value[scenario].item() for name, value in varied.items() if np.ndim(value) and name != "halls"
                },
            )

        return replace(one(self), halls=tuple(map(one, self.halls)))


def facts_of(factory: Factory, it_design_load: Kw, lines: Mapping[str, Any]) -> Facts:
    """The facts of a factory, of the design load of its own silicon and of the :data:`LINES` of contracts alone.

    Numbers, or one a scenario.
    """
    site, book = factory.plant, factory.offtake
    committed = [item for item in book.committable if item.committed or item.kind == "floor"]
    debt = factory.finance.debt
    ends = [item.start + item.committed_until for item in committed]
    worst = max(committed, key=lambda item: np.nan_to_num(item.credit_number, nan=np.inf), default=None)
    let = power_of_tenants(book)
    price, coverage, cover, speculative = (number(lines[name]) for name in LINES)
    return Facts(
        qualification.kind_of(float(np.max(it_design_load)), power_of_miners(book), let),
        tuple(_halls(factory)),
        site.interconnection.status,
        site.interconnection.level,
        site.interconnection.dedicated_substation > 0,
        price,
        coverage,
        number(_least(ends) > factory.finance.last_maturity) if debt and ends else 0.0,
        cover,
        speculative,
        worst.credit_number if worst else np.inf,
        worst.credit if worst else "",
        bool(committed) and all(item.guaranteed for item in committed),
        _domains(factory),
        bool(let or book.contracts),
    )


def _halls(factory: Factory) -> list[HallFacts]:
    site = factory.plant
    own = np.any(site.silicon.accelerators)  # else tenants fill the halls with racks of the same system
    return [
        HallFacts(
            hall.name,
            hall.racks * hall.rack_power if own else hall.it_capacity,
            site.standing(hall).rack_power,
            number(np.minimum(hall.rack_limit, cooling.rack_limit)),
            site.standing(hall).liquid_fraction,
            hall.architecture,
            hall.liquid_from,
        )
        for hall, cooling in zip(site.halls, site.cooling, strict=True)
    ]


def _domains(factory: Factory) -> float:
    """Full scale-up domains of the smallest contract; a tenant's racks are of the same system."""
    site, domains = factory.plant, dict[str, float]()
    for part in factory.offtake.contracts:
        domain = site.standing(site.phases[int(part.phase)]).scale_up_domain
        domains[part.contract] = domains.get(part.contract, 0.0) + part.accelerators / domain
    of_rack = site.silicon.accelerators_per_rack / site.silicon.scale_up_domain
    for let in factory.offtake.leases:
        if not let.full_draw:
            domains[let.contract] = domains.get(let.contract, 0.0) + let.power / site.silicon.rack_power * of_rack
    return _least(list(domains.values()))


def _least(values: Sequence[float]) -> float:
    """The smallest of numbers, each one or one a scenario; 0 of none."""
    return number(reduce(np.minimum, values)) if values else 0.0


def specifications_of(facts: Facts, need: Thresholds, evidence: Mapping[str, str]) -> tuple[Specification, ...]:
    """The four specifications judged; of a kind that one says nothing of, why."""
    judged = (
        qualification.density(facts.halls, need, evidence["density"]),
        qualification.liquid(facts.halls, need, evidence["liquid"]),
        qualification.power(facts.status, facts.level, facts.dedicated, facts.price, need, evidence["power"]),
        qualification.offtake(
            facts.coverage,
            facts.tenor_covers_debt > 0,
            facts.cover,
            facts.speculative,
            facts.worst_rating,
            facts.rating,
            facts.guaranteed,
            facts.scale_up_domains,
            need,
            evidence["offtake"],
        ),
    )
    why = {SHELL: {"density": NO_SILICON}, MINE: {"density": HASHES, "liquid": HASHES}}.get(facts.kind, {})
    if not facts.committable:
        why = why | {"offtake": NOBODY_OWES}
    return tuple(
        qualification.not_applicable(item.name, item.title, why[item.name]) if item.name in why else item
        for item in judged
    )


def verdict_of(work: Workings) -> Verdict:
    """The four specifications judged on the contract-only case, and the conventional card."""
    factory = work.factory
    facts = facts_of(factory, float(work.known["it_design_load"]), work.runs["contract_only"].lines)
    rests_on = _rests_on(factory)
    evidence = {
        name: qualification.weakest([factory.evidence(path) for path in paths]) for name, paths in rests_on.items()
    }
    marked = tuple(
        replace(item, assumed=bool(item.checks) and any(factory.assumed(path) for path in rests_on[item.name]))
        for item in specifications_of(facts, factory.thresholds, evidence)
    )
    return qualification.judge(marked, _card(work), facts.kind)


def _rests_on(factory: Factory) -> dict[str, Sequence[str]]:
    """Fields whose evidence each specification needs."""
    halls, book = [f"plant.halls.{hall.name}" for hall in factory.plant.halls], factory.offtake
    return {
        "density": ["plant.silicon.system", *(f"{path}.rack_limit" for path in halls)],
        "liquid": [f"{path}.{name}" for path in halls for name in ("architecture", "liquid_from")],
        "power": ["plant.interconnection.status", "plant.supply.energy"],
        "offtake": [
            *(f"offtake.contracts.{item.name}.buyer" for item in book.contracts),
            *(f"offtake.leases.{item.name}.buyer" for item in book.leases),
        ],
    }


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
        if not lease.full_draw  # nobody rents what hashes
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
