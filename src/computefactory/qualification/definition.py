"""The definition of a compute factory in six lines: workload, what binds, inputs, process, output, owner."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["definition"]

MEGAWATT, MILLION = 1e-3, 1e6


def definition(result: Result) -> dict[str, str]:
    """The six lines by name."""
    site, focus = result.factory.plant, result.factory.finance.capital.owner_focus
    cooling = ", ".join(dict.fromkeys(hall.architecture.replace("_", " ") for hall in site.halls))
    share = "share of its revenue from this output not given"
    if isfinite(focus):
        share = f"{100 * focus:.1f} % of its revenue from this output"
    inputs = [
        f"{site.interconnection.reserved * MEGAWATT:,.0f} MW of grid",
        " and ".join(
            f"{each.silicon.accelerators:,.0f} accelerators in {each.silicon.system}"
            if each.silicon.accelerators
            else f"the tenants' {each.silicon.system}"
            for each in site.clusters
        ),
        cooling,
        f"{result.known['fabric_bill'].tiers}-tier fabric",
    ]
    process = [
        f"PUE {_value(result, 'pue_annual'):.3f}",
        f"availability {100 * _value(result, 'availability'):.1f} %",
        f"goodput {100 * _value(result, 'goodput'):.1f} %",
    ]
    hours = _value(result, "delivered_accelerator_hours_per_year") / MILLION
    binding = result.binding_constraint["binding"].replace("_", " ")
    return {
        "workload": site.workload,
        "binding": f"{binding} (of the limits below)",
        "inputs": "; ".join(inputs),
        "process": ", ".join(process),
        "output": f"{hours:,.1f} million delivered accelerator-hours a year",
        "owner": f"{result.factory.owner}; {share}",
    }


def _value(result: Result, name: str) -> float:
    """A metric's number; 0 where it does not exist."""
    return result.metrics[name].value or 0.0
