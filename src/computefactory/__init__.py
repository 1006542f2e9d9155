"""An AI compute factory, or a company at a date, underwritten from one file: output, cost, cash, debt, value, verdict.

::

    import computefactory as cf

    result = cf.run("iren-horizon")
    result.metrics["equity_irr"].value
    result.monthly  # a pandas frame
    cf.explain(result, "lcoc_usd_per_accelerator_hour")
    cf.run_many("iren-horizon", {"offtake.microsoft.price": prices})
    cf.value("coreweave-2025-03", price="40 USD/share")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from computefactory import finance
    from computefactory.analysis.compare import Comparison
    from computefactory.analysis.run import CompanyResult
    from computefactory.analysis.value import CompanyValuation
    from computefactory.answers import compare, load, qualify, run, run_many, value
    from computefactory.appraisal import Qualification, Valuation
    from computefactory.explanation import explain
    from computefactory.result import Result
    from computefactory.scenarios import Outcome, Scenarios
    from computefactory.schema.deals import unit_prices
    from computefactory.search import solve
    from computefactory.studies.cases import StressCase, cases
    from computefactory.studies.sensitivity import sensitivities

__version__ = "0.1.0"
__all__ = [
    "CompanyResult",
    "CompanyValuation",
    "Comparison",
    "Outcome",
    "Qualification",
    "Result",
    "Scenarios",
    "StressCase",
    "Valuation",
    "cases",
    "compare",
    "explain",
    "finance",
    "load",
    "qualify",
    "run",
    "run_many",
    "sensitivities",
    "solve",
    "unit_prices",
    "value",
]

_HOMES = {"Result": "result", "solve": "search"}
_HOMES |= dict.fromkeys(("load", "qualify", "run", "run_many", "value"), "answers")
_HOMES |= dict.fromkeys(("Qualification", "Valuation"), "appraisal")
_HOMES |= dict.fromkeys(("Scenarios", "Outcome"), "scenarios")
_HOMES |= {"compare": "answers", "Comparison": "analysis.compare"}
_HOMES |= dict.fromkeys(("cases", "StressCase"), "studies.cases")
_HOMES |= {"CompanyResult": "analysis.run", "CompanyValuation": "analysis.value"}
_HOMES |= {"explain": "explanation", "sensitivities": "studies.sensitivity", "unit_prices": "schema.deals"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that the command line answers before the engine is loaded."""
    if name == "finance":
        return importlib.import_module("computefactory.finance")
    if name in _HOMES:
        return getattr(importlib.import_module(f"computefactory.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'computefactory' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What is documented."""
    return sorted([*__all__, "__version__"])
