"""Qualification: the four specifications of a compute factory, a buyer's own, what curing costs, what comes next."""

from __future__ import annotations

from computefactory.qualification.buyer import (
    QUANTITIES,
    BuyerSpecification,
    Finding,
    HallRate,
    Requirement,
    RequirementSubject,
    Shown,
    TechnicalQualification,
    examine,
)
from computefactory.qualification.cure import Cure, Span, add
from computefactory.qualification.defence import Defence, HallLimits, SiliconGeneration, defend
from computefactory.qualification.four_specifications import (
    FACTORY,
    OPERATOR,
    UNDETERMINED,
    Check,
    HallFacts,
    Specification,
    Thresholds,
    Verdict,
    as_dict,
    density,
    judge,
    liquid,
    offtake,
    power,
    weakest,
)

__all__ = [
    "FACTORY",
    "OPERATOR",
    "QUANTITIES",
    "UNDETERMINED",
    "BuyerSpecification",
    "Check",
    "Cure",
    "Defence",
    "Finding",
    "HallFacts",
    "HallLimits",
    "HallRate",
    "Requirement",
    "RequirementSubject",
    "Shown",
    "SiliconGeneration",
    "Span",
    "Specification",
    "TechnicalQualification",
    "Thresholds",
    "Verdict",
    "add",
    "as_dict",
    "defend",
    "density",
    "examine",
    "judge",
    "liquid",
    "offtake",
    "power",
    "weakest",
]
