"""The named metrics: what each is called, where it comes from, and in which unit it leaves the program.

A metric is a ledger line of one run or a step of the plant, scaled to the unit in its name; no arithmetic happens here
beyond that scale. Definitions are those of the conventions; ``docs/reference/metrics.md`` is generated from this table.
Adding one takes one row here, below it the line or step where that is new: every face reads ``DEFINITIONS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from computefactory.entries import Registry
from computefactory.finance.cases import HEAD, NO_TEST
from computefactory.finance.default import NEVER
from computefactory.ledger import irr_roots, without_dust

__all__ = [
    "DEFINITIONS",
    "METRICS",
    "RETURNS",
    "VALUES",
    "Definition",
    "Metric",
    "definition_of",
    "existing",
    "lines_beside",
    "measure",
    "metric",
    "rate",
]

MEGAWATT = 1e-3  # MW per kW
LOST = -0.99  # a year: below it a rate of return says only that what was put in is lost


@dataclass(frozen=True, slots=True)
class Definition:
    """``source`` is ``step``, ``input`` (dotted path) or the name of a run; ``key`` is what to read there.

    It does not exist where the line ``unpaid`` still owes in the last month, where a line that it ``needs`` is nothing,
    at ``never`` or above, or below ``least``, where a rate of return is a total loss; of a rate of return, ``flows`` is
    the line whose root it is. ``parts`` are lines that sum to it.
    """

    name: str
    label: str
    unit: str
    source: str
    key: str
    scale: float = 1.0
    flows: str = ""
    unpaid: str = ""
    needs: str = ""
    never: float = np.inf
    least: float = -np.inf
    parts: tuple[str, ...] = ()

    def read(self, inputs: Any) -> Any:
        """What stands at the dotted path among the inputs."""
        for attribute in self.key.split("."):
            inputs = getattr(inputs, attribute)
        return inputs


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with its unit; ``value`` is None with a ``reason`` where it does not exist."""

    name: str
    label: str
    unit: str
    value: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    range: tuple[float, float] | None = None
    confidence: str = ""
    reason: str = ""
    roots: tuple[float, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON object; optional fields only where they say something."""
        result: dict[str, Any] = {"value": self.value, "unit": self.unit, "label": self.label}
        for name in ("parts", "range", "confidence", "reason", "roots"):
            content = getattr(self, name)
            if content:
                result[name] = (
                    dict(content) if name == "parts" else list(content) if isinstance(content, tuple) else content
                )
        return result


_VALUATION = "valuation"
LCOC_PARTS = ("power", "silicon", "cooling", "interconnect", "shell", "people", "other", "tax")
DEFINITIONS: Registry[Definition] = Registry("metric")


def metric(
    name: str, label: str, unit: str, source: str, key: str = "", scale: float = 1.0, **rules: Any
) -> Definition:
    """Register a metric; ``key`` is its name where nothing else is said.

    Raises:
        ValueError: the name is taken, or there is no unit.
    """
    if not unit:
        raise ValueError(f"metric {name!r} has no unit")
    return DEFINITIONS.add(name, Definition(name, label, unit, source, key or name, scale, **rules))


METRICS: tuple[Definition, ...] = (
    metric("it_capacity_mw", "IT capacity", "MW", "step", "it_capacity", MEGAWATT),
    metric("it_load_mw", "IT design load installed", "MW", "step", "it_design_load", MEGAWATT),
    metric("accelerators_installed", "accelerators installed", "count", "step"),
    metric("accelerators_active", "accelerators active", "count", "step"),
    metric("accelerators_sold", "accelerators under contract", "count", "step"),
    metric("rack_power_kw", "rack power, design", "kW", "step", "rack_power"),
    metric(
        "accelerators_per_m2_white_space", "accelerators per m2 of white space", "1/m2", "step", "density_white_space"
    ),
    metric("accelerators_per_m2_building", "accelerators per m2 of building", "1/m2", "step", "density_building"),
    metric("pue_annual", "PUE, typical year", "1", "step"),
    metric("pue_design", "PUE in the hour that binds the connection", "1", "step"),
    metric("tue_annual", "TUE: facility / compute energy", "1", "step"),
    metric("wue_l_per_kwh", "WUE: site water / IT energy", "L/kWh", "step", "wue_annual"),
    metric("power_cost_usd_per_grid_kwh", "all-in power cost at the meter", "USD/kWh", HEAD),
    metric("power_cost_usd_per_it_kwh", "all-in power cost at the IT", "USD/kWh", HEAD),
    metric("energy_kwh_per_accelerator_hour", "energy per accelerator-hour", "kWh/accelerator-hour", HEAD),
    metric("energy_usd_per_accelerator_hour", "power cost per accelerator-hour", "USD/accelerator-hour", HEAD),
    metric("power_served", "energy served / energy asked for", "1", "step"),
    metric("stranded_power_mw", "grid power that nothing draws", "MW", "step", "stranded_power", MEGAWATT),
    metric("availability", "availability", "1", "step"),
    metric("goodput", "goodput of the reference job", "1", "step"),
    metric("delivered_accelerator_hours_per_year", "delivered accelerator-hours a year", "accelerator-hour", HEAD),
    metric(
        "lcoc_usd_per_accelerator_hour",
        "levelised cost of an accelerator-hour",
        "USD/accelerator-hour",
        "unit_cost",
        "lcoc",
        parts=LCOC_PARTS,
    ),
    metric(
        "lcoc_real_usd_per_accelerator_hour",
        "levelised cost of an accelerator-hour, real",
        "USD/accelerator-hour",
        "unit_cost",
        "lcoc_real",
    ),
    metric("lcoc_usd_per_pflop_day", "levelised cost of useful work", "USD/PFLOP-day", "unit_cost", "lcoc_per_work"),
    metric(
        "tokens_per_accelerator_hour",
        "tokens of an available accelerator-hour",
        "token/accelerator-hour",
        "step",
        "tokens_per_hour",
        1e6,
    ),
    metric(
        "lcoc_usd_per_million_tokens", "levelised cost of tokens", "USD/million tokens", "unit_cost", "lcoc_per_token"
    ),
    metric("useful_pflop_days_per_year", "useful work of a year, if all hours are used", "PFLOP-day", HEAD),
    metric(
        "price_usd_per_accelerator_hour",
        "contract price, first year, by accelerators",
        "USD/accelerator-hour",
        HEAD,
        "average_price",
    ),
    metric("capex_usd", "capex before financing", "USD", HEAD, "first_cost"),
    metric("funded_cost_usd", "funded cost with interest, fees, reserve", "USD", HEAD),
    metric("revenue_usd_per_year", "revenue, first full year", "USD", HEAD),
    metric("ebitda_usd_per_year", "EBITDA, first full year", "USD", HEAD),
    metric("ebitda_margin", "EBITDA margin", "1", HEAD),
    metric("coverage", "committed / sellable", "1", HEAD),
    metric("committed_capex_cover", "committed cash / plant to pay", "1", HEAD),
    metric("speculative_capex_share", "capex spent before signature", "1", HEAD),
    metric("weighted_tenor_months", "tenor left at full operation, by value", "month", HEAD),
    metric("contract_cash_usd", "contract cash alone: nothing sold, no residual", "USD", HEAD),
    metric("contract_payback_months", "payback by contract cash alone", "month", HEAD, unpaid="unpaid_by_contracts"),
    metric("debt_usd", "debt committed", "USD", HEAD, "commitment"),
    metric("min_dscr", "lowest cover, 12-month look-back", "1", HEAD, never=NO_TEST),
    metric("average_dscr", "cash over service, first to last service", "1", HEAD),
    metric("mean_dscr", "mean of the covers tested", "1", HEAD),
    metric("llcr", "loan life cover, underwritten full operation", "1", HEAD),
    metric("plcr", "project life cover, underwritten full operation", "1", HEAD),
    metric("average_life_years", "weighted average life of the debt", "year", HEAD, "average_life", least=1e-9),
    metric("funding_gap_usd", "funding gap: not covered by planned sources", "USD", HEAD),
    metric("default_month", "month of default from month 0, if nobody cures", "month", HEAD, never=float(NEVER)),
    metric("loss_at_default_usd", "lenders' loss at that default", "USD", HEAD, "loss_at_default"),
)
RETURNS: tuple[Definition, ...] = (
    metric("project_irr", "unlevered IRR after tax", "1", "case", flows="project_flow", least=LOST),
    metric(
        "project_irr_before_tax", "unlevered IRR before tax", "1", "case", flows="project_flow_before_tax", least=LOST
    ),
    metric(
        "project_irr_with_prepayment",
        "unlevered IRR with customer prepayments",
        "1",
        "case",
        flows="project_flow_with_prepayment",
        least=LOST,
    ),
    metric("equity_irr", "equity IRR", "1", "case", flows="equity_flow", least=LOST),
    metric("npv_usd", "NPV at the discount rate", "USD", "case"),
    metric("moic", "equity multiple", "1", "case", least=0.0),
    metric("payback_months", "payback", "month", "case", unpaid="unpaid"),
    metric(
        "payback_after_prepayment_months",
        "payback after customer prepayments",
        "month",
        "case",
        unpaid="unpaid_after_prepayment",
    ),
)
VALUES: tuple[Definition, ...] = (  # evaluated when they are asked for
    metric("industrial_enterprise_value_usd", "industrial value of the enterprise", "USD", _VALUATION),
    metric("industrial_equity_value_usd", "industrial value of the equity", "USD", _VALUATION),
    metric(
        "industrial_value_usd_per_share",
        "industrial value of a share, diluted",
        "USD/share",
        _VALUATION,
        needs="industrial_shares",
    ),
    metric("cloud_enterprise_value_usd", "cloud value of the enterprise", "USD", _VALUATION, needs="cloud_known"),
    metric("cloud_equity_value_usd", "cloud value of the equity", "USD", _VALUATION, needs="cloud_known"),
    metric(
        "cloud_value_usd_per_share", "cloud value of a share, diluted", "USD/share", _VALUATION, needs="cloud_shares"
    ),
)


def definition_of(name: str) -> Definition | None:
    """The metric of a name."""
    return DEFINITIONS.get(name)


def rate(flows: Any, periods_per_year: float) -> tuple[float | None, str, tuple[float, ...]]:
    """The internal rate of return, or None with the reason and all roots.

    ``total_loss``: money goes in and none comes back; ``not_unique``: several roots; ``does_not_exist``: no root.
    """
    counted = without_dust(flows)
    if counted and max(counted) <= 0:
        return None, "total_loss", ()
    roots = irr_roots(flows, periods_per_year)
    if len(roots) == 1:
        return roots[0], "", ()
    return None, "not_unique" if roots else "does_not_exist", roots


def lines_beside(definition: Definition) -> tuple[str, ...]:
    """The lines that :func:`existing` needs beside the metric's own."""
    return tuple(name for name in (definition.unpaid, definition.needs) if name)


def existing(definition: Definition, lines: Mapping[str, Any]) -> Any:
    """The metric of many cases, nan where :func:`measure` would give a reason instead."""
    value = np.asarray(lines[definition.key], dtype=float)
    missing = ~np.isfinite(value) | (value >= definition.never) | (value < definition.least)
    if definition.unpaid:
        missing |= lines[definition.unpaid][:, -1] > 0
    if definition.needs:
        missing |= lines[definition.needs] <= 0
    return np.where(missing, np.nan, value * definition.scale)


def measure(definition: Definition, value: Any, lines: Mapping[str, Any], periods_per_year: float) -> Metric:
    """The metric from the raw value of its source."""
    found = Metric(definition.name, definition.label, definition.unit, None)
    if definition.flows:
        if not np.any(lines["revenue"]):
            return replace(found, reason="not_applicable")
        number, reason, roots = rate(lines[definition.flows], periods_per_year)
        if number is not None and number < definition.least:
            return replace(found, reason="total_loss")
        return replace(found, value=number, reason=reason, roots=roots)
    if definition.unpaid and float(lines[definition.unpaid][-1]) > 0:
        return replace(found, reason="does_not_exist")
    number = float(value)
    lacking = bool(definition.needs) and not lines[definition.needs]
    if lacking or not isfinite(number) or number >= definition.never or number < definition.least:
        return replace(found, reason="not_applicable")
    parts = {part: float(lines[f"lcoc_{part}"]) for part in definition.parts}
    return replace(found, value=number * definition.scale, parts=parts)
