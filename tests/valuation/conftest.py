"""Lines of the valuation over whatever lines of a factory a test puts under them."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import model
from computefactory.schema.resolve_valuation import Question
from computefactory.valuation.lines import LINES


class Valued:
    """A full-life run of the old hall (one contract, one lease), whose lines and givens a test may replace."""

    def __init__(self):
        self.full = cf.run("legacy-h100-hall").runs["full_life"]
        self.run = model.with_valuation(self.full, Question())
        self.months = self.run.timeline.month
        own = {item.name for item in LINES}
        self.own = [name for name in self.run.ledger.lines if name in own]

    def __call__(self, lines=None, **given):
        """Every line of the valuation, some of the lines under it given; ``lines`` may be its own too."""
        known = self.full.lines | (lines or {})
        wanted = [name for name in self.own if name not in known]
        return self.run.ledger.run({**self.run.inputs, **given}, wanted=wanted, known=known) | (lines or {})


@pytest.fixture(scope="session")
def valued():
    return Valued()
