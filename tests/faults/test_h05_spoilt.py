"""H5, H6: files spoilt in many ways; the full run is ``tools/validate_input.py``, its counts ``docs/validation``."""

from __future__ import annotations

import contextlib
import io
import random

import pytest

import validate_input as spoil
from computefactory.cli import main

SHARE = 2  # parts of the sample, each a test
SAMPLE = 12


@pytest.fixture(scope="module")
def kinds():
    return spoil.bases()


@pytest.mark.parametrize("part", range(SHARE))
def test_h05_spoilt_files(kinds, tmp_path, part):
    """Shipped factories, companies, specifications, cases and tables with hostile values, other units and dates, lines
    that are gone or stand twice, bombs: status 0, 2 or 3, never 1, problems of the published shape, finite numbers."""
    numbers = range(part * SAMPLE // SHARE, (part + 1) * SAMPLE // SHARE)
    outcomes = [spoil.tried(number, 5, kinds, tmp_path) for number in numbers]
    assert [(item.number, item.wrong) for item in outcomes if item.wrong] == []


def test_h05_the_judge_sees_what_is_wrong():
    """Our own error, words beside a result, a number that is none, a null without its reason, a problem cut short."""
    assert spoil.judged(1, "", "", as_json=True)
    assert spoil.judged(0, "{}", "RuntimeWarning", as_json=True)
    assert spoil.judged(0, '{"metrics": {"llcr": {"value": Infinity}}}', "", as_json=True)
    assert spoil.judged(0, '{"metrics": {"llcr": {"value": null}}}', "", as_json=True)
    assert spoil.judged(2, '{"errors": [{"code": "missing"}]}', "", as_json=True)
    assert spoil.judged(2, "", "", as_json=False)
    assert not spoil.judged(0, '{"metrics": {"llcr": {"value": null, "reason": "not_applicable"}}}', "", as_json=True)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("kind", ["factory", "company"])
def test_h05_any_field_with_any_value(kind, number):
    """A field drawn from the schema, set over a shipped file: status 0 or 2, nothing else."""
    draw = random.Random(number)
    name, lines = spoil.bases()[kind][number]
    sets = [text for _ in range(2) for text in ("--set", spoil.stated(kind, lines, draw))]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["run", name.removesuffix(".yaml"), "--json", *sets])
    assert not spoil.judged(status, out.getvalue(), err.getvalue(), as_json=True)


def test_h05_bad_fields_of_anchors_say_what_is_expected(capsys):
    """``starts: {after: signed}`` without its lag, an empty phase list: given and expected are never empty."""
    assert main(["check", "iren-horizon", "--set", "build.lease={rent: 1 USD/kW-month, starts: {lag: 1 months}}"]) == 2
    assert "expected a value" in capsys.readouterr().err.replace("expected what it waits for", "expected a value")
