"""What a lender's file may get wrong: each refused with the place, the reason and what to do."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError

PHASE = "{{energised: {}, power: 150 MW, accelerators: 38000}}"
PHASES = f"{{a: {PHASE.format('2026-03')}, b: {PHASE.format('2026-12')}}}"
IN_PHASES = {"power.energised": "null", "phases": PHASES}
BULLET = "{{secures: silicon, kind: bullet, amount: {}, rate: 7 %/year, {}}}"
WRONG = {
    "a limit path that cannot be met": (
        "iren-horizon",
        {"capital.debt.senior": BULLET.format("3 bn USD", "matures: 2031-12, max_ltv: 10 %")},
        "capital.debt.senior.amount",
        "max_ltv",
    ),
    "a cap below the amount": (
        "iren-horizon",
        {"capital.debt.senior": BULLET.format("3 bn USD", "matures: 2031-12, max_commitment: 2 bn USD")},
        "capital.debt.senior.amount",
        "max_commitment",
    ),
    "a takeout above what is owed": (
        "iren-horizon",
        {
            "capital.debt.senior.refinanced_by": "later",
            "capital.debt.senior.prepaid": "2029-12",
            "capital.debt.later": BULLET.format("5 bn USD", "closes: 2029-12, matures: 2031-12"),
        },
        "capital.debt.later.amount",
        "owed then",
    ),
    "a schedule that does not repay": (
        "iren-horizon",
        {"capital.debt.senior.kind": "scheduled", "capital.debt.senior.repayment": "{2030-12: 50 %}"},
        "capital.debt.senior.repayment",
        "100 %",
    ),
    "an event on a contract that does not exist": (
        "iren-horizon",
        {"events": "{x: {kind: default, contract: microsft, after: 12 months}}"},
        "events.x.contract",
        "did you mean microsoft",
    ),
    "an event of a buyer that does not exist": (
        "iren-horizon",
        {"events": "{x: {kind: default, buyer: Microsft, after: 12 months}}"},
        "events.x.buyer",
        "did you mean Microsoft",
    ),
    "rent after the lease": (
        "coreweave-leased-100mw",
        {"build.lease.tenor": "36 months"},
        "build.lease.tenor",
        "no longer than the lease of its building",
    ),
    "tenant funding above cost": (
        "core-scientific-590mw",
        {"offtake.coreweave.tenant_funding": "{amount: 50 bn USD}"},
        "offtake.coreweave.tenant_funding",
        "at most the cost of the building",
    ),
    "overlapping phases: one hall twice": (
        "iren-horizon",
        {
            "power.energised": "null",
            "phases": "{a: {energised: 2026-03, power: 150 MW, halls: [horizon]}, "
            "b: {energised: 2026-12, power: 150 MW, halls: [horizon]}}",
        },
        "phases.b.halls.0",
        "at most its 200,000 kW",
    ),
    "overlapping phases: more power than there is": (
        "iren-horizon",
        {
            "power.energised": "null",
            "phases": "{a: {energised: 2026-03, power: 250 MW}, b: {energised: 2026-12, power: 250 MW}}",
        },
        "phases",
        "at most what the connection has reserved",
    ),
    "overlapping phases: milestones beside them": (
        "iren-horizon",
        {"phases": PHASES},
        "phases",
        "power.energised, or the chapter phases",
    ),
    "a contract larger than its phases": (
        "iren-horizon",
        {**IN_PHASES, "offtake.microsoft.phases": "[a]"},
        "offtake.microsoft.accelerators",
        "at most the 38,000 accelerators of that phase",
    ),
    "a contract on a phase that does not exist": (
        "iren-horizon",
        {**IN_PHASES, "offtake.microsoft.phases": "[a, c]"},
        "offtake.microsoft.phases.1",
        "a phase: a, b",
    ),
    "a loan currency without a rate": (
        "iren-horizon",
        {"capital.debt.senior.max_commitment": "3 bn EUR"},
        "capital.debt.senior.max_commitment",
        "state capital.fx",
    ),
    "a horizon without end": (
        "iren-horizon",
        {"offtake.microsoft.tenor": ".inf"},
        "offtake.microsoft.tenor",
        "finite",
    ),
    "a horizon of a thousand years": (
        "iren-horizon",
        {"power.energised": "{9999-12: 9 MW}"},
        "power.energised.9999-12",
        "between 1990 and 2200",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_lender_would_get_wrong_is_refused_with_place_and_reason(case):
    name, overrides, path, said = WRONG[case]
    with pytest.raises(FactoryFileError) as error:
        cf.run(name, overrides=overrides, resize=True)
    problem = next(item for item in error.value.problems if item.path == path)
    assert said in str(problem), problem
    assert problem.given
    assert problem.file


def test_the_place_is_a_line_of_the_file(tmp_path):
    """Written into the file, the same mistake is shown with its line."""
    file = tmp_path / "wrong.yaml"
    text = schema.shipped_text("iren-horizon")
    event = "events: {x: {kind: default, contract: microsft, after: 12 months}}\n"
    file.write_text(event + text, encoding="utf-8")
    with pytest.raises(FactoryFileError) as error:
        cf.run(file)
    (problem,) = error.value.problems
    assert (problem.path, problem.line, problem.file) == ("events.x.contract", 1, str(file))
    assert problem.column == event.index("microsft") + 1
