"""The named metrics: what each is called, where it comes from, and in which unit it leaves the program.

A metric is a ledger line of one run or a step of the plant, scaled to the unit in its name; no arithmetic happens here
beyond that scale. Definitions are those of the conventions; ``docs/reference/metrics.md`` is generated from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from computefactory.finance.cases import NO_TEST
from computefactory.ledger import irr_roots, without_dust

__all__ = [
    "METRICS",
    "RETURNS",
    "VALUES",
    "Definition",
    "Metric",
    "definition_of",
    "existing",
    "lines_beside",
    "measure",
    "rate",
]

MEGAWATT = 1e-3  # MW per kW


@dataclass(frozen=True, slots=True)
class Definition:
    """``source`` is ``step``, ``input`` (dotted path) or the name of a run; ``key`` is what to read there."""

    name: str
    label: str
    unit: str
    source: str
    key: str
    scale: float = 1.0

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


_HEAD = "contract_only"
METRICS: tuple[Definition, ...] = (
    Definition("it_capacity_mw", "IT capacity", "MW", "step", "it_capacity", MEGAWATT),
    Definition("it_load_mw", "IT design load installed", "MW", "step", "it_design_load", MEGAWATT),
    Definition("accelerators_installed", "accelerators installed", "count", "input", "plant.silicon.accelerators"),
    Definition("accelerators_active", "accelerators active", "count", "step", "accelerators_active"),
    Definition("accelerators_sold", "accelerators under contract", "count", "step", "accelerators_sold"),
    Definition("rack_power_kw", "rack power, design", "kW", "input", "plant.silicon.rack_power"),
    Definition(
        "accelerators_per_m2_white_space", "accelerators per m2 of white space", "1/m2", "step", "density_white_space"
    ),
    Definition("accelerators_per_m2_building", "accelerators per m2 of building", "1/m2", "step", "density_building"),
    Definition("pue_annual", "PUE, typical year", "1", "step", "pue_annual"),
    Definition("pue_design", "PUE in the hour that binds the connection", "1", "step", "pue_design"),
    Definition("tue_annual", "TUE: facility / compute energy", "1", "step", "tue_annual"),
    Definition("wue_l_per_kwh", "WUE: site water / IT energy", "L/kWh", "step", "wue_annual"),
    Definition(
        "power_cost_usd_per_grid_kwh", "all-in power cost at the meter", "USD/kWh", _HEAD, "power_cost_usd_per_grid_kwh"
    ),
    Definition(
        "power_cost_usd_per_it_kwh", "all-in power cost at the IT", "USD/kWh", _HEAD, "power_cost_usd_per_it_kwh"
    ),
    Definition(
        "energy_kwh_per_accelerator_hour",
        "energy per accelerator-hour",
        "kWh/accelerator-hour",
        _HEAD,
        "energy_kwh_per_accelerator_hour",
    ),
    Definition(
        "energy_usd_per_accelerator_hour",
        "power cost per accelerator-hour",
        "USD/accelerator-hour",
        _HEAD,
        "energy_usd_per_accelerator_hour",
    ),
    Definition("power_served", "energy served / energy asked for", "1", "step", "power_served"),
    Definition("stranded_power_mw", "grid power that nothing draws", "MW", "step", "stranded_power", MEGAWATT),
    Definition("availability", "availability", "1", "step", "availability"),
    Definition("goodput", "goodput of the reference job", "1", "step", "goodput"),
    Definition(
        "delivered_accelerator_hours_per_year",
        "delivered accelerator-hours a year",
        "accelerator-hour",
        _HEAD,
        "delivered_accelerator_hours_per_year",
    ),
    Definition(
        "lcoc_usd_per_accelerator_hour",
        "levelised cost of an accelerator-hour",
        "USD/accelerator-hour",
        "unit_cost",
        "lcoc",
    ),
    Definition(
        "lcoc_usd_per_pflop_day", "levelised cost of useful work", "USD/PFLOP-day", "unit_cost", "lcoc_per_work"
    ),
    Definition(
        "tokens_per_accelerator_hour",
        "tokens of an available accelerator-hour",
        "token/accelerator-hour",
        "step",
        "tokens_per_hour",
        1e6,
    ),
    Definition(
        "lcoc_usd_per_million_tokens", "levelised cost of tokens", "USD/million tokens", "unit_cost", "lcoc_per_token"
    ),
    Definition(
        "useful_pflop_days_per_year",
        "useful work of a year, if all hours are used",
        "PFLOP-day",
        _HEAD,
        "useful_pflop_days_per_year",
    ),
    Definition(
        "price_usd_per_accelerator_hour",
        "contract price, first year, by accelerators",
        "USD/accelerator-hour",
        _HEAD,
        "average_price",
    ),
    Definition("capex_usd", "capex before financing", "USD", _HEAD, "first_cost"),
    Definition("funded_cost_usd", "funded cost with interest, fees, reserve", "USD", _HEAD, "funded_cost_usd"),
    Definition("revenue_usd_per_year", "revenue, first full year", "USD", _HEAD, "revenue_usd_per_year"),
    Definition("ebitda_usd_per_year", "EBITDA, first full year", "USD", _HEAD, "ebitda_usd_per_year"),
    Definition("ebitda_margin", "EBITDA margin", "1", _HEAD, "ebitda_margin"),
    Definition("coverage", "committed / sellable", "1", _HEAD, "coverage"),
    Definition("committed_capex_cover", "committed cash / plant to pay", "1", _HEAD, "committed_capex_cover"),
    Definition("speculative_capex_share", "capex spent before signature", "1", _HEAD, "speculative_capex_share"),
    Definition(
        "weighted_tenor_months", "tenor left at full operation, by value", "month", _HEAD, "weighted_tenor_months"
    ),
    Definition("debt_usd", "debt committed", "USD", _HEAD, "commitment"),
    Definition("min_dscr", "lowest cover, 12-month look-back", "1", _HEAD, "min_dscr"),
    Definition("average_dscr", "average cover", "1", _HEAD, "average_dscr"),
    Definition("llcr", "loan life cover", "1", _HEAD, "llcr"),
)

RETURNS: tuple[Definition, ...] = (
    Definition("project_irr", "unlevered IRR after tax", "1", "case", "project_irr"),
    Definition("project_irr_before_tax", "unlevered IRR before tax", "1", "case", "project_irr_before_tax"),
    Definition(
        "project_irr_with_prepayment",
        "unlevered IRR with customer prepayments",
        "1",
        "case",
        "project_irr_with_prepayment",
    ),
    Definition("equity_irr", "equity IRR", "1", "case", "equity_irr"),
    Definition("npv_usd", "NPV at the discount rate", "USD", "case", "npv_usd"),
    Definition("moic", "equity multiple", "1", "case", "moic"),
    Definition("payback_months", "payback", "month", "case", "payback_months"),
    Definition(
        "payback_after_prepayment_months",
        "payback after customer prepayments",
        "month",
        "case",
        "payback_after_prepayment_months",
    ),
)

_WORTH = "valuation"
VALUES: tuple[Definition, ...] = (  # evaluated when they are asked for
    Definition(
        "industrial_enterprise_value_usd",
        "industrial value of the enterprise",
        "USD",
        _WORTH,
        "industrial_enterprise_value_usd",
    ),
    Definition(
        "industrial_equity_value_usd", "industrial value of the equity", "USD", _WORTH, "industrial_equity_value_usd"
    ),
    Definition(
        "industrial_value_usd_per_share",
        "industrial value of a share, diluted",
        "USD/share",
        _WORTH,
        "industrial_value_usd_per_share",
    ),
    Definition(
        "cloud_enterprise_value_usd", "cloud value of the enterprise", "USD", _WORTH, "cloud_enterprise_value_usd"
    ),
    Definition("cloud_equity_value_usd", "cloud value of the equity", "USD", _WORTH, "cloud_equity_value_usd"),
    Definition(
        "cloud_value_usd_per_share", "cloud value of a share, diluted", "USD/share", _WORTH, "cloud_value_usd_per_share"
    ),
)

_FLOWS = {
    "project_irr": "project_flow",
    "project_irr_before_tax": "project_flow_before_tax",
    "project_irr_with_prepayment": "project_flow_with_prepayment",
    "equity_irr": "equity_flow",
}
_PAYBACK = {"payback_months": "unpaid", "payback_after_prepayment_months": "unpaid_after_prepayment"}
_SHARES = {f"{name}_value_usd_per_share": f"{name}_shares" for name in ("industrial", "cloud")}
LCOC_PARTS = ("power", "silicon", "cooling", "interconnect", "shell", "people", "other", "tax")


def definition_of(name: str) -> Definition | None:
    """The metric of a name."""
    return next((item for item in (*METRICS, *RETURNS, *VALUES) if item.name == name), None)


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
    return tuple(told[definition.name] for told in (_PAYBACK, _SHARES) if definition.name in told)


def existing(definition: Definition, lines: Mapping[str, Any]) -> Any:
    """The metric of many cases, nan where :func:`measure` would give a reason instead."""
    value = np.asarray(lines[definition.key], dtype=float)
    missing = np.zeros(value.shape, dtype=bool)
    if definition.name in _PAYBACK:
        missing = lines[_PAYBACK[definition.name]][:, -1] > 0
    elif definition.name == "min_dscr":
        missing = value >= NO_TEST
    elif definition.name == "moic":
        missing = value < 0
    elif definition.name in _SHARES:
        missing = lines[_SHARES[definition.name]] <= 0
    return np.where(missing | ~np.isfinite(value), np.nan, value * definition.scale)


def measure(definition: Definition, value: Any, lines: Mapping[str, Any], periods_per_year: float) -> Metric:
    """The metric from the raw value of its source."""
    name = definition.name
    if name in _FLOWS:
        if not np.any(lines["revenue"]):
            return Metric(name, definition.label, definition.unit, None, reason="not_applicable")
        found, reason, roots = rate(lines[_FLOWS[name]], periods_per_year)
        return Metric(name, definition.label, definition.unit, found, reason=reason, roots=roots)
    number = float(value) * definition.scale
    if name in _PAYBACK and float(lines[_PAYBACK[name]][-1]) > 0:
        return Metric(name, definition.label, definition.unit, None, reason="does_not_exist")
    if name in _SHARES and not lines[_SHARES[name]]:
        return Metric(name, definition.label, definition.unit, None, reason="not_applicable")
    if not isfinite(number) or (name == "min_dscr" and number >= NO_TEST) or (name == "moic" and number < 0):
        return Metric(name, definition.label, definition.unit, None, reason="not_applicable")
    parts = {}
    if name == "lcoc_usd_per_accelerator_hour":
        parts = {part: float(lines[f"lcoc_{part}"]) for part in LCOC_PARTS}
    return Metric(name, definition.label, definition.unit, number, parts=parts)
