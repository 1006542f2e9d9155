"""Two generations of silicon at one site: halves of one are the whole, what differs adds up, nonsense is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import computefactory as cf

PHASES = {"one": "2026-03", "two": "2026-06", "three": "2026-09", "four": "2026-12"}
LATER = ("three", "four")
NO_FABRIC_POWER = {"switch_power": "0 kW", "transceiver_power": "0 kW"}  # a fabric of half the size is not half of it


def site() -> dict[str, Any]:
    """IREN Horizon in four phases with a hall each, every hall of one generation."""
    file = YAML(typ="safe").load((files("computefactory") / "factories" / "iren-horizon.yaml").read_text())
    del file["power"]["energised"], file["sources"]
    hall = file["build"]["halls"].pop("horizon") | {"it_capacity": "50 MW"}
    file["build"]["halls"] = {name: dict(hall) for name in PHASES}
    file["phases"] = {name: {"energised": month, "power": "75 MW", "halls": [name]} for name, month in PHASES.items()}
    file["interconnect"] |= NO_FABRIC_POWER
    return file


def halved(file: dict[str, Any], **other: Any) -> dict[str, Any]:
    """The same with the silicon of the last two phases as a generation of its own, sold by a contract of its own."""
    found = deepcopy(file)
    found["silicon"] |= {"accelerators": 38000, "total_price": "2.905 bn USD"}
    found["generations"] = {"second": found["silicon"] | other}
    for name in LATER:
        found["phases"][name]["generation"] = "second"
    whole = found["offtake"].pop("microsoft") | {"accelerators": 38000, "total_value": "4.85 bn USD"}
    found["offtake"] = {"a": whole | {"phases": ["one", "two"]}, "b": whole | {"generation": "second"}}
    return found


@pytest.fixture
def run(tmp_path):
    """A run of a file given as a mapping."""

    def result(file: dict[str, Any], **terms: Any) -> cf.Result:
        path = tmp_path / "factory.yaml"
        path.write_text(json.dumps(file, default=str))
        return cf.run(path, **terms)

    return result


def numbers(result: cf.Result) -> dict[str, float]:
    """Every metric that is a number, and every return of every case."""
    found = {name: item.value for name, item in result.metrics.items() if isinstance(item.value, float)}
    returns = {f"{case} {name}": item.value for case, row in result.returns.items() for name, item in row.items()}
    return found | {name: value for name, value in returns.items() if isinstance(value, float)}


def test_two_equal_generations_of_half_the_size_are_one(run):
    one, two = run(site()), run(halved(site()))
    left, right = numbers(one), numbers(two)
    apart = {"smallest_commitment_domains"}  # of a contract: there are two of half the size
    for name, value in left.items():
        if name not in apart:
            assert right[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
    for line in ("available_hours", "grid_energy", "power_cost", "silicon_support", "cfads", "equity_cash"):
        if line in one.runs["full_life"].lines:
            for case in ("contract_only", "full_life", "unit_cost"):
                np.testing.assert_allclose(one.runs[case].lines[line], two.runs[case].lines[line], rtol=1e-9, atol=1e-3)
