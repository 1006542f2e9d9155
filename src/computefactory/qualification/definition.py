"""The definition of a compute factory in six lines: workload, what binds, inputs, process, output, owner."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from computefactory.units import Kw

if TYPE_CHECKING:
    from computefactory.offtake.inputs import Offtake
    from computefactory.result import Result

__all__ = ["definition", "power_of_miners", "power_of_tenants"]

MEGAWATT, MILLION = 1e-3, 1e6


def definition(result: Result) -> dict[str, str]:
    """The six lines by name."""
    site, focus = result.factory.plant, result.factory.finance.capital.owner_focus
    own = any(each.silicon.accelerators for each in site.clusters)
    cooling = ", ".join(dict.fromkeys(hall.architecture.replace("_", " ") for hall in site.halls))
    share = "share of its revenue from this output not given"
    if isfinite(focus):
        share = f"{100 * focus:.1f} % of its revenue from this output"
    inputs = [
        f"{site.interconnection.reserved * MEGAWATT:,.0f} MW of grid",
        *(_silicon(result) if own else _let(result)),
        cooling,
        *([f"{result.known['fabric_bill'].tiers}-tier fabric"] if own else []),
    ]
    process = [f"PUE {_value(result, 'pue_annual'):.3f}"]
    if own:
        process.append(f"availability {100 * _value(result, 'availability'):.1f} %")
        process.append(f"goodput {100 * _value(result, 'goodput'):.1f} %")
    binding = result.binding_constraint["binding"].replace("_", " ")
    return {
        "workload": site.workload,
        "binding": f"{binding} (of the limits below)",
        "inputs": "; ".join(inputs),
        "process": ", ".join(process),
        "output": "; ".join(_output(result, own)),
        "owner": f"{result.factory.owner}; {share}",
    }


def _silicon(result: Result) -> list[str]:
    """The accelerators of its own."""
    every = (each.silicon for each in result.factory.plant.clusters if each.silicon.accelerators)
    return [" and ".join(f"{each.accelerators:,.0f} accelerators in {each.system}" for each in every)]


def _let(result: Result) -> list[str]:
    """What stands in halls without accelerators of the factory's own."""
    book = result.factory.offtake
    tenants, miners = power_of_tenants(book), power_of_miners(book)
    found = [f"the tenants' {result.factory.plant.silicon.system}"] if tenants else []
    return [*found, *([f"{miners * MEGAWATT:,.0f} MW of miners"] if miners else [])]


def power_of_miners(book: Offtake) -> Kw:
    """IT power that hashes; the largest of several scenarios."""
    return sum(float(np.max(let.power)) for let in book.leases if let.full_draw)


def power_of_tenants(book: Offtake) -> Kw:
    """IT power let to tenants; the largest of several scenarios."""
    return sum(float(np.max(let.power)) for let in book.leases if not let.full_draw)


def _output(result: Result, own: bool) -> Iterator[str]:
    """What it makes or lets in its first full year."""
    if own:
        hours = _value(result, "delivered_accelerator_hours_per_year") / MILLION
        yield f"{hours:,.1f} million delivered accelerator-hours a year"
    if tenants := power_of_tenants(result.factory.offtake):
        yield f"{tenants * MEGAWATT:,.0f} MW of IT power let"
    if power_of_miners(result.factory.offtake):
        lines = result.runs["contract_only"].lines
        mined = sum(
            float(row @ result.known["first_year"])
            for let, row in zip(result.factory.offtake.leases, lines["l_it_energy"], strict=True)
            if let.full_draw
        )
        yield f"{mined / MILLION:,.0f} GWh hashed a year"


def _value(result: Result, name: str) -> float:
    """A metric's number; 0 where it does not exist."""
    return result.metrics[name].value or 0.0
