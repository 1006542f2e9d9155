"""What the engine says, for the comparison at the end of each worked example: the only module that imports it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

import computefactory as cf
from worked import plain


class Engine:
    """A factory as the engine underwrites it: its calendar, series and metrics."""

    def __init__(self, name):
        self.result = cf.run(name)
        self.months = np.array([plain.month(each) for each in self.result.months])

    def series(self, line, case="contract_only"):
        """A monthly line, summed over its items where it has some."""
        lines = self.result.series[case]
        if line in lines:
            return np.asarray(lines[line])
        parts = [values for name, values in lines.items() if name.startswith(line + "[")]
        if not parts:
            raise LookupError(line)
        return np.sum(parts, axis=0)

    def total(self, line, case="contract_only", until="9999-12"):
        """Sum of a line over all months, or over those up to one."""
        return plain.total(self.months, self.series(line, case), until)

    def year(self, line, which, case="contract_only"):
        """Sum of a line over a calendar year."""
        return plain.year(self.months, self.series(line, case), which)

    def at(self, line, when, case="contract_only"):
        """A line in one month."""
        return float(self.series(line, case)[self.months == when][0])

    def first(self, line, case="contract_only"):
        """The first month in which a line is not zero."""
        return int(self.months[np.flatnonzero(self.series(line, case))[0]])

    def last(self, line, case="contract_only"):
        """The last month in which a line is not zero."""
        return int(self.months[np.flatnonzero(self.series(line, case))[-1]])

    def metric(self, name, case="contract_only"):
        """A metric by its name."""
        return self.result.metric(name, case).value

    def part(self, name, which):
        """A part of a metric."""
        return self.result.metrics[name].parts[which]

    def step(self, name):
        """The result of a step of the plant."""
        return self.result.known[name]

    def input(self, path):
        """What the engine took from the file or the library, by its dotted name."""
        value = self.result.factory
        for name in path.split("."):
            value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        return value

    def asset(self, name):
        """The record of an asset."""
        return next(asset for asset in self.result.factory.finance.assets if asset.name == name)


def agrees(ours, theirs):
    """Whether two figures agree to a millionth of their size; months, counts and names exactly."""
    return theirs == ours if isinstance(ours, (int, str)) else theirs == pytest.approx(ours, rel=1e-6, abs=0)
