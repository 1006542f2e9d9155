"""Files written and run, and results compared number by number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import computefactory as cf
from factory_file import text

SCALE_FREE = 1e-9


@pytest.fixture
def underwrite(tmp_path_factory):
    """Runs a tree as a file."""
    folder = tmp_path_factory.mktemp("files")

    def call(tree, write=None, **options):
        file = folder / "factory.yaml"
        file.write_text(text(tree, write) if write else text(tree), encoding="utf-8")
        return cf.run(file, **options)

    return call


def numbers(result) -> Iterator[tuple[str, float | None, str]]:
    """Every number of the result that the file and the facts decide: name, value, unit."""
    content = result.as_dict()
    for name, metric in content["metrics"].items():
        yield name, metric["value"], metric["unit"]
        for part, value in metric.get("parts", {}).items():
            yield f"{name}.{part}", value, metric["unit"]
    for case, metrics in content["returns"].items():
        for name, metric in metrics.items():
            yield f"{case}.{name}", metric["value"], metric["unit"]
    for side, rows in content["sources_and_uses"].items():
        for name, value in rows.items():
            yield f"{side}.{name}", value, "USD"
    for name, value in content["debt"]["limits"].items():
        yield f"limit.{name}", value, "USD"
    for name, value in content["binding_constraint"]["utilisation"].items():
        yield f"use.{name}", value, "1"
    for item in content["qualification"]["specifications"].values():
        for check in item["checks"]:
            if not isinstance(check["value"], str):
                yield f"check.{check['name']}", check["value"], check["unit"]


def differences(one, other, *, money: float = 1.0, leave=()) -> list[str]:
    """Numbers of ``other`` that are not those of ``one``, money times ``money``; empty where all agree.

    A sum of money that cancels to nearly nothing is measured against the capex.
    """
    first, second = (
        {name: (value, unit) for name, value, unit in numbers(result) if name not in leave} for result in (one, other)
    )
    capex = first["capex_usd"][0]
    found = [f"{name} is in one only" for name in first.keys() ^ second.keys()]
    for name in first.keys() & second.keys():
        (a, unit), (b, _) = first[name], second[name]
        if a is None or b is None:
            found += [f"{name}: {a} and {b}"] if a is not b else []
            continue
        wanted = a * money if unit.startswith("USD") else a
        least = capex * money if unit == "USD" else 1.0
        if not abs(b - wanted) <= SCALE_FREE * max(abs(wanted), abs(b), least):
            found.append(f"{name}: {wanted!r} and {b!r}")
    return sorted(found)


@pytest.fixture(name="differences")
def _differences():
    return differences


@pytest.fixture(scope="session")
def iren():
    return cf.run("iren-horizon")


@pytest.fixture(scope="session")
def legacy():
    return cf.run("legacy-h100-hall")
