"""Valuation as functions of arrays: industrial by parts, cloud by multiples, what a price implies, claims."""

from __future__ import annotations

from computefactory.valuation.claims import NOTHING_OWED, Claims, Convertible, Options, PerShare, per_share
from computefactory.valuation.comparables import Layer, Multiple, growth_multiple, layer_value, median_of
from computefactory.valuation.discounting import annuity, contract_rate, factors, interpolated, present_value
from computefactory.valuation.industrial import PARTS, Rates, Site, part_flows, part_values, sum_of_parts, whole_site
from computefactory.valuation.reverse import Implied, crossing

__all__ = [
    "NOTHING_OWED",
    "PARTS",
    "Claims",
    "Convertible",
    "Implied",
    "Layer",
    "Multiple",
    "Options",
    "PerShare",
    "Rates",
    "Site",
    "annuity",
    "contract_rate",
    "crossing",
    "factors",
    "growth_multiple",
    "interpolated",
    "layer_value",
    "median_of",
    "part_flows",
    "part_values",
    "per_share",
    "present_value",
    "sum_of_parts",
    "whole_site",
]
