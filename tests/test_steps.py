"""Steps over scenarios: calculated once for each distinct value read; what does not differ does not multiply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from computefactory import steps


@dataclass(frozen=True)
class Machine:
    power: float
    price: float


def test_each_scenario_has_its_own_result():
    def double(machine):
        return 2 * machine.power

    machines = Machine(np.array([1.0, 3.0, 1.0]), 5.0)
    known = steps.run([double], {"machine": machines})
    assert known["double"].stack().tolist() == [2.0, 6.0, 2.0]
    assert len(known["double"].values) == 2


def test_a_change_that_does_not_get_through_costs_nothing_further_down():
    calls = []

    def power(machine):
        return machine.power

    def shares(machine):
        return (machine.power, 1.0)

    def cooling(power, shares):
        calls.append(power)
        return np.array([power])

    machines = Machine(np.array([1.0, 1.0, 1.0]), np.array([5.0, 6.0, 7.0]))
    known = steps.run([power, shares, cooling], {"machine": machines})
    assert (known["power"], known["shares"], known["cooling"].tolist(), calls) == (1.0, (1.0, 1.0), [1.0], [1.0])
    machines = Machine(np.array([1.0, 2.0, 1.0]), np.array([5.0, 6.0, 7.0]))
    known = steps.run([power, shares, cooling], {"machine": machines})
    assert known["cooling"].stack().tolist() == [[1.0], [2.0], [1.0]]
    assert calls == [1.0, 1.0, 2.0]


def test_numbers_that_are_not_a_number_stay_apart_from_those_that_are():
    def share(machine):
        return machine.power / machine.price if machine.price else float("nan")

    machines = Machine(np.array([1.0, 1.0, 1.0]), np.array([2.0, 0.0, 2.0]))
    found = steps.run([share], {"machine": machines})["share"].stack()
    np.testing.assert_array_equal(found, [0.5, np.nan, 0.5])


def test_a_branch_that_reads_more_is_still_calculated_for_each_value():
    calls = []

    def cost(machine):
        calls.append(1)
        return machine.price if machine.power > 2 else 0.0

    machines = Machine(np.array([1.0, 3.0, 1.0, 3.0, 3.0]), np.array([5.0, 6.0, 7.0, 8.0, 6.0]))
    known = steps.run([cost], {"machine": machines})
    assert known["cost"].stack().tolist() == [0.0, 6.0, 0.0, 8.0, 6.0]
    assert len(calls) == 3  # once where the price is not looked at


def test_tuples_of_records_and_of_numbers_are_seen_scenario_by_scenario():
    def total(machines, weights):
        return sum(weight * machine.power for machine, weight in zip(machines, weights, strict=True))

    machines = (Machine(np.array([1.0, 2.0]), 0.0), Machine(10.0, np.array([0.0, 1.0])))
    known = steps.run([total], {"machines": machines, "weights": (1.0, np.array([1.0, 3.0]))})
    assert known["total"].stack().tolist() == [11.0, 32.0]
