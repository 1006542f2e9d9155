"""The cases that both versions are asked: shipped factories, the same under stress, and files with every term awake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

__all__ = ["CASES", "FOLDER", "SHIPPED", "Case", "chosen", "digest"]

FOLDER = Path(__file__).resolve().parent / "cases"
SHIPPED = (
    "core-scientific-590mw",
    "coreweave-leased-100mw",
    "inference-site",
    "iren-horizon",
    "legacy-h100-hall",
    "stargate-abilene",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A factory (shipped name, or a file of the folder ``cases``) and what is set in it, as ``--set`` would."""

    name: str
    file: str
    settings: Mapping[str, str] = field(default_factory=dict)
    resize: bool = False
    fast: bool = False

    @property
    def path(self) -> Path | None:
        """Its own file; None for a shipped factory."""
        found = FOLDER / self.file
        return found if found.suffix == ".yaml" else None


CHEAPER: Mapping[str, Mapping[str, str]] = {  # a fifth less on every contract
    "core-scientific-590mw": {"offtake.coreweave.price": "96 USD/kW-month"},
    "coreweave-leased-100mw": {"offtake.customer.price": "2.3312 USD/GPU-hour"},
    "inference-site": {
        "offtake.application.price": "2.08 USD/GPU-hour",
        "offtake.merchant.price": "2.56 USD/GPU-hour",
    },
    "iren-horizon": {"offtake.microsoft.total_value": "7.76 bn USD"},
    "legacy-h100-hall": {
        "offtake.on_demand.price": "2.08 USD/GPU-hour",
        "offtake.tenants.price": "144 USD/kW-month",
    },
    "stargate-abilene": {"offtake.openai.total_value": "64 bn USD"},
}
COUNTRY: Mapping[str, str] = {
    "core-scientific-590mw": "germany",
    "coreweave-leased-100mw": "france",
    "inference-site": "india",
    "iren-horizon": "japan",
    "legacy-h100-hall": "united_kingdom",
    "stargate-abilene": "brazil",
}
WITH_DEBT = ("core-scientific-590mw", "coreweave-leased-100mw", "iren-horizon")
LAPSING = {"owner.tax_rates.loss_life": "3 years"}
OWN_TAX = {"owner.tax_rates.state": "5 %", "owner.tax_rates.state_bonus": "40 %"}
PRO_RATA = "[prepayment, pro_rata]"
CONVENTIONS: tuple[Case, ...] = (  # one case for each way that the lines are chosen today
    Case(
        "iren-horizon/pro-rata-geared",
        "iren-horizon",
        {
            "capital.debt.senior.draw_order": PRO_RATA,
            "capital.debt.senior.max_gearing": "60 %",
            "capital.debt.senior.draws_fall": "middle",
        },
        resize=True,
    ),
    Case(
        "iren-horizon/equity-first",
        "iren-horizon",
        {"capital.debt.senior.draw_order": "[prepayment, equity, debt]", "capital.debt.senior.draws_fall": "start"},
        resize=True,
    ),
    Case("iren-horizon/untaxed-sizing", "iren-horizon", {"capital.debt.senior.sizing_tax": "none"}, resize=True),
    Case("iren-horizon/own-state-tax", "iren-horizon", OWN_TAX, resize=True),
    Case(
        "iren-horizon/half-year-state-tax",
        "iren-horizon",
        {**OWN_TAX, "owner.tax_convention": "half_year"},
        resize=True,
    ),
    Case(
        "core-scientific-590mw/own-state-tax",
        "core-scientific-590mw",
        {**OWN_TAX, "owner.tax_rates.loss_life": "5 years"},
        resize=True,
    ),
    Case("stargate-abilene/own-state-tax", "stargate-abilene", OWN_TAX, resize=True),
    Case("inference-site/lapsing-losses", "inference-site", LAPSING, resize=True),
    Case("coreweave-leased-100mw/lapsing-losses", "coreweave-leased-100mw", LAPSING),
    Case(
        "iren-horizon/awake-lapsing",
        "iren-horizon.yaml",
        {"owner.tax_rates.loss_life": "4 years", "build.classes.mechanical.tax_life": "15 years"},
        resize=True,
    ),
    Case("iren-horizon/awake-late", "iren-horizon.yaml", {"power.delay.by": "6 months"}),
    Case("stargate-abilene/awake-lapsing", "stargate-abilene.yaml", {"owner.losses": "carried_forward", **LAPSING}),
    Case(
        "core-scientific-590mw/awake-cheaper", "core-scientific-590mw.yaml", {"offtake.shell.price": "60 USD/kW-month"}
    ),
    Case("inference-site/losses-at-once", "inference-site", {"owner.losses": "used_at_once"}),
)


def _stressed(name: str) -> tuple[Case, ...]:
    """A shipped factory under the four stresses."""
    found = [
        Case(f"{name}/price", name, CHEAPER[name]),
        Case(f"{name}/delay", name, {"power.delay.by": "5 months"}),
        Case(f"{name}/tax", name, {"owner.tax": COUNTRY[name]}, resize=True),
    ]
    if name in WITH_DEBT:
        found += [
            Case(f"{name}/price-resized", name, CHEAPER[name], resize=True),
            Case(f"{name}/no-debt", name, {"capital.debt": "null"}),
        ]
    return tuple(found)


CASES: tuple[Case, ...] = (
    *(Case(name, name, fast=True) for name in SHIPPED),
    *(Case(f"{name}/awake", f"{name}.yaml", fast=True) for name in SHIPPED if (FOLDER / f"{name}.yaml").is_file()),
    *(case for name in SHIPPED for case in _stressed(name)),
    *CONVENTIONS,
)


def chosen(patterns: list[str], *, fast: bool) -> list[Case]:
    """The cases that a pattern names (``iren-horizon/*``); all, or the fast ones, where none is given."""
    if patterns:
        return [case for case in CASES if any(fnmatchcase(case.name, pattern) for pattern in patterns)]
    return [case for case in CASES if case.fast or not fast]


def digest(case: Case) -> str:
    """A digest of the case and its file."""
    text = case.path.read_text(encoding="utf-8") if case.path else ""
    told = json.dumps([case.file, dict(case.settings), case.resize, text])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
