"""What it is worth to lift a limit by one step, when only the number of accelerators answers.

The value of a plant is that of the best number of whole racks between what is sold and what its limits hold:
``V(limits) = max_n NPV(n)``, NPV unlevered after tax, contract only. Relief of a limit is worth ``V`` with one more
step of it less ``V``: nothing where it does not bind, and nothing where one more rack would lose money. Beside it the
same with the largest contract growing by as many accelerators, at its price: what a buyer would make of the step.
What the relief itself costs is not in the value; it stands beside, from the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from computefactory.scenarios import Trials
from computefactory.schema import Factory

if TYPE_CHECKING:
    from computefactory.result import Result

__all__ = ["Relief", "ReliefStudy", "relief"]

MEGAWATT = 1e3  # kW
MILLION = 1e6
ROUNDING = 1e-9
GRID = 7  # numbers of racks tried between what is sold and what the limits hold
PER_RACK = ("rack_density", "floor")  # limits of one rack: more racks do not use more of them
KEEP = ("npv_usd", "funded_cost_usd")


@dataclass(frozen=True, slots=True)
class Relief:
    """One limit; ``racks`` more that a step of ``size`` would hold, and what they are worth (USD)."""

    limit: str
    use: float
    size: float
    unit: str
    racks: float
    value: float
    value_with_buyers: float
    money: str  # yes, in part, no
    price: float  # of the step
    months: float
    note: str


@dataclass(frozen=True, slots=True)
class ReliefStudy:
    """Every limit, the largest value first; ``best`` is the best number of accelerators within the limits."""

    reliefs: tuple[Relief, ...]
    installed: float
    best: float
    npv: float
    npv_best: float
    contract: str  # the one that grows; empty: none is in accelerator-hours


def relief(result: Result) -> ReliefStudy | None:
    """The study; None for a landlord, who has no accelerators to choose."""
    if not result.factory.plant.silicon.accelerators:
        return None
    return _Plant(result).study()


class _Plant:
    """One factory with other numbers of accelerators."""

    def __init__(self, result: Result) -> None:
        self.result, self.factory = result, result.factory
        silicon = self.factory.plant.silicon
        self.installed, self.per_rack = float(silicon.accelerators), float(silicon.accelerators_per_rack)
        self.contract, self.sold = _largest(self.factory)
        limits = result.known["limits"]
        self.free = {name: more for name, more in limits.free.items() if isfinite(more)}
        self.use = result.binding_constraint["utilisation"]
        self.known: dict[tuple[float, float], dict[str, float]] = {}

    def study(self) -> ReliefStudy:
        """All limits."""
        self._look([(0.0, 0.0), (self.per_rack, 0.0), (0.0, self.per_rack), (self.per_rack, self.per_rack)])
        if "capital" in self.use:
            self.free["capital"] = self._affordable()
        room = self._room(self.free)
        base, racks = self._best(room)
        grown, _ = self._best(room, grow=True)
        found = []
        for limit in sorted(self.use, key=self.use.__getitem__, reverse=True):
            size, unit, gained = self._step(limit)
            value = with_buyers = 0.0
            if limit == "offtake" and self.contract:
                value = with_buyers = self._more_sold(room) - self.known[0.0, 0.0]["npv_usd"]
            elif gained:
                more = self._room(self._lifted(limit, gained))
                value = self._best(more)[0] - base
                with_buyers = self._best(more, grow=True)[0] - grown
            found.append(self._relief(limit, size, unit, gained, max(value, 0.0), max(with_buyers, 0.0)))
        found.sort(key=lambda item: (-item.value, -item.value_with_buyers, -item.use))
        best = max(self.installed + racks * self.per_rack, 0.0)
        now = self.known[0.0, 0.0]["npv_usd"]
        return ReliefStudy(tuple(found), self.installed, best, now, base, self.contract)

    def _lifted(self, limit: str, gained: float) -> dict[str, float]:
        """Room with one step of a limit; more grid power is also energised."""
        also = ("energised",) if limit == "power" else ()
        return {name: more + (gained if name == limit or name in also else 0.0) for name, more in self.free.items()}

    @staticmethod
    def _room(free: dict[str, float]) -> float:
        """Whole racks that all limits together still hold."""
        return float(floor(max(min(free.values(), default=0.0), 0.0) + ROUNDING))

    def _step(self, limit: str) -> tuple[float, str, float]:
        """A step's size and unit, and how many racks it holds: the least whole number of units that holds one more."""
        if limit in PER_RACK:
            return 0.0, "", 0.0
        if limit == "offtake":
            return 1.0, "rack", 1.0
        known, racks = self.result.known, float(self.result.known["racks"])
        of_rack = {
            "power": known["peak_power"] / racks / MEGAWATT,
            "energised": known["peak_power"] / racks / MEGAWATT,
            "cooling": known["it_design_load"] / racks / MEGAWATT,
        }
        units = dict.fromkeys(of_rack, "MW")
        if limit == "capital":
            of_rack["capital"], units["capital"] = self._cost_of_rack() / MILLION, "million USD"
        free = self.free[limit]
        left = free - floor(free + ROUNDING)
        each = of_rack.get(limit, 1.0)
        size = float(max(ceil((1 - left) * each - ROUNDING), 1))
        return size, units.get(limit, "rack"), size / each

    def _relief(self, limit: str, size: float, unit: str, gained: float, value: float, with_buyers: float) -> Relief:
        library = self.factory.library
        price = library.fact("relief", limit, "price")
        power = float(self.result.known["it_design_load"]) / float(self.result.known["racks"])
        cost = float(price.value) * (size * MEGAWATT if unit == "MW" else gained * power)
        return Relief(
            limit=limit,
            use=self.use[limit],
            size=size,
            unit=unit,
            racks=gained,
            value=value,
            value_with_buyers=with_buyers,
            money=str(library.fact("relief", limit, "money").value),
            price=cost,
            months=float(library.fact("relief", limit, "months").value),
            note=library.fact("relief", limit, "money").note,
        )

    # the money

    def _best(self, room: float, *, grow: bool = False) -> tuple[float, float]:
        """The best NPV within ``room`` more racks, and the racks; with ``grow`` the contract takes what is added."""
        least = 0 if grow else -floor(max(self.installed - self.sold, 0.0) / self.per_rack + ROUNDING)
        tried = sorted({0, *(round(float(n)) for n in np.linspace(least, room, GRID))})
        places = [(n * self.per_rack, n * self.per_rack if grow and self.contract else 0.0) for n in tried]
        self._look(places)
        values = [self.known[place]["npv_usd"] for place in places]
        best = int(np.nanargmax(values))
        return values[best], float(tried[best])

    def _more_sold(self, room: float) -> float:
        """A rack's accelerators more under contract: on silicon that is there, or with one more rack."""
        places = [(0.0, self.per_rack), *([(self.per_rack, self.per_rack)] if room >= 1 else [])]
        if self.installed - self.sold < self.per_rack:
            places = places[1:]  # nothing is left to serve it with
        return max((self.known[place]["npv_usd"] for place in places), default=self.known[0.0, 0.0]["npv_usd"])

    def _cost_of_rack(self) -> float:
        """Funded cost of one rack more."""
        more = self.known[self.per_rack, 0.0]["funded_cost_usd"] - self.known[0.0, 0.0]["funded_cost_usd"]
        return max(more, MILLION * ROUNDING)

    def _affordable(self) -> float:
        """Racks that the money left still pays."""
        left = float(self.factory.finance.capital.available) - self.known[0.0, 0.0]["funded_cost_usd"]
        return left / self._cost_of_rack()

    def _look(self, places: list[tuple[float, float]]) -> None:
        """Run the model where it has not been run: accelerators and contract more than the file says."""
        new = [place for place in dict.fromkeys(places) if place not in self.known]
        if not new:
            return
        found = Trials(self.result, self._columns(new), KEEP).run()
        for i, place in enumerate(new):
            self.known[place] = {name: float(found[name][i]) for name in KEEP}

    def _columns(self, places: list[tuple[float, float]]) -> dict[str, Any]:
        """Counts, and the totals that go with them at the same price each."""
        more, sold = (np.array(side) for side in zip(*places, strict=True))
        columns: dict[str, Any] = {"file:silicon.accelerators": self.installed + more}
        scaled = {"file:silicon.total_price": more / self.installed, "file:build.storage": more / self.installed}
        if self.contract:
            columns[f"file:offtake.{self.contract}.accelerators"] = self._contracted() + sold
            scaled[f"file:offtake.{self.contract}.total_value"] = sold / self._contracted()
        for key, share in scaled.items():
            if key in self.factory.origins:
                columns[key] = float(self.factory.origins[key].value) * (1 + share)
        return columns

    def _contracted(self) -> float:
        return float(self.factory.origins[f"file:offtake.{self.contract}.accelerators"].value)


def _largest(factory: Factory) -> tuple[str, float]:
    """The contract of most accelerators, and the accelerators of all contracts."""
    counts = {
        name: float(factory.origins[key].value)
        for name in factory.document.model.offtake
        if (key := f"file:offtake.{name}.accelerators") in factory.origins
    }
    return max(counts, key=counts.__getitem__, default=""), sum(counts.values())
