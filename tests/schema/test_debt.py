"""Capital structures that cannot be: each is refused where it stands, with one thing to do."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import schema
from computefactory.errors import FactoryFileError

DEBT = "  debt:\n"
CASES = (  # tranches, code, path
    ("a: {kind: bullet, rate: 6 %/year, matures: 2031-12}", "one_of", "a.amount"),
    ("a: {kind: vendor, amount: 5 million USD, share: 5 %, rate: 6 %/year, matures: 2031-12}", "one_of", "a.share"),
    ("a: {amount: 2 bn USD, rate: 6 %/year, matures: 2031-12}", "not_allowed", "a.amount"),
    ("a: {kind: level, share: 20 %, rate: 6 %/year, matures: 2031-12}", "not_allowed", "a.share"),
    ("a: {rate: 6 %/year, margin: 2 %/year, matures: 2031-12}", "one_of", "a.margin"),
    ("a: {rate: 6 %/year, hedge: {share: 50 %, rate: 4 %/year}, matures: 2031-12}", "one_of", "a.hedge"),
    ("a: {margin_steps: {soon: 2 %/year}, matures: 2031-12}", "not_a_date", "a.margin_steps.soon"),
    ("a: {kind: preferred, amount: 5 million USD, matures: 2031-12}", "missing", "a.rate"),
    ("a: {kind: revolver, amount: 5 million USD, sweep: 50 %, matures: 2031-12}", "not_allowed", "a.sweep"),
    ("a: {rate: 6 %/year, matures: 2031-12, prepaid: 2029-12}", "unpaid_at_maturity", "a.prepaid"),
    ("a: {rate: 6 %/year, matures: 2031-12, make_whole: {spread: 1 %/year}}", "not_allowed", "a.make_whole"),
    ("a: {rate: 6 %/year, matures: 2029-12, refinanced_by: b}", "unknown_name", "a.refinanced_by"),
    (
        "b: {rate: 6 %/year, matures: 2031-12}\n    a: {rate: 6 %/year, matures: 2029-12, refinanced_by: b}",
        "unknown_name",
        "a.refinanced_by",
    ),
    (
        "a: {rate: 6 %/year, matures: 2029-12, refinanced_by: b}\n    b: {rate: 6 %/year, matures: 2029-06}",
        "dates_out_of_order",
        "b.matures",
    ),
    (
        (
            "a: {rate: 6 %/year, matures: 2029-12, refinanced_by: b}\n"
            "    b: {rate: 6 %/year, closes: 2029-11, matures: 2031-12}"
        ),
        "dates_out_of_order",
        "b.closes",
    ),
    ("a: {rate: 6 %/year, matures: 2026-11}", "dates_out_of_order", "a.matures"),
    ("a: {rate: 6 %/year, closes: 2027-01, matures: 2031-12}", "dates_out_of_order", "a.closes"),
    ("a: {rate: 6 %/year, matures: 2031-12, amortises_until: 2031-06}", "dates_out_of_order", "a.amortises_until"),
    ("a: {rate: 6 %/year, matures: 2031-12, max_gearing: 150 %}", "out_of_range", "a.max_gearing"),
    ("a: {rate: 6 %/year, matures: 2031-12, max_advance: nothing}", "not_a_quantity", "a.max_advance"),
    (
        "a: {rate: 6 %/year, closes: 2026-06, available_until: 2026-05, matures: 2031-12}",
        "dates_out_of_order",
        "a.available_until",
    ),
    ("a: {rate: 6 %/year, available_until: 2032-01, matures: 2031-12}", "dates_out_of_order", "a.available_until"),
    ("a: {rate: 6 %/year, matures: 2031-12, secures: rent}", "not_allowed", "a.secures"),
    ("a: {rate: 6 %/year, matures: 2031-12, cap_rate: 6 %/year}", "not_allowed", "a.cap_rate"),
    ("a: {rate: 6 %/year, matures: 2031-12, currency: GBP}", "no_rate", "a.currency"),
    ("a: {rate: 6 %/year, matures: 2031-12, offtaker: microsft}", "unknown_name", "a.offtaker"),
    (
        (
            "a: {kind: delayed_draw, offtaker: microsoft, matures: 2031-12}\n"
            "    b: {kind: delayed_draw, offtaker: microsoft, matures: 2031-12}"
        ),
        "contradiction",
        "b.offtaker",
    ),
    (
        (
            "a: {rate: 6 %/year, matures: 2031-12, draw_order: [prepayment, pro_rata]}\n"
            "    b: {rate: 6 %/year, matures: 2031-12, draw_order: [prepayment, debt, equity]}"
        ),
        "contradiction",
        "b.draw_order",
    ),
    (
        (
            "a: {kind: sweep, rate: 6 %/year, matures: 2029-12, refinanced_by: b}\n"
            "    b: {rate: 6 %/year, matures: 2031-12}"
        ),
        "not_allowed",
        "a.refinanced_by",
    ),
)


@pytest.fixture
def with_debt(tmp_path):
    """The shipped factory with other tranches."""
    text = schema.shipped_text("iren-horizon")
    head, tail = text.split(DEBT)[0], text[text.index("owner:") : text.index("sources:\n")]

    def write(tranches: str):
        path = tmp_path / "factory.yaml"
        path.write_text(f"{head}{DEBT}    {tranches}\n{tail}", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("tranches", "code", "path"), CASES, ids=[f"{code} {path}" for _, code, path in CASES])
def test_a_structure_that_cannot_be_is_refused(with_debt, tranches, code, path):
    with pytest.raises(FactoryFileError) as error:
        schema.load(with_debt(tranches))
    found = [(item.code, item.path, item.line) for item in error.value.problems]
    assert (code, f"capital.debt.{path}") in [item[:2] for item in found]
    assert all(line for *_, line in found)


def test_without_a_rate_the_loan_is_priced_by_the_buyer(with_debt):
    """Microsoft is AAA: the library's overnight rate and its margin for that letter."""
    factory = cf.load(with_debt("a: {kind: delayed_draw, offtaker: microsoft, matures: 2031-12}"))
    (loan,) = factory.finance.tranches
    margin = factory.library.fact("margin", "AAA", "spread").value
    assert (loan.fixed_share, set(loan.margin)) == (0.0, {margin})
    assert factory.finance.base_rate[0] == factory.library.fact("capital", "default", "base_rate").value


def test_steps_hold_from_their_months_in_whatever_order_they_stand():
    steps = [("2027-06", "4 %/year"), ("2030-01", "5 %/year")]
    rising, falling = (
        cf.load("iren-horizon", overrides={f"capital.base_curve.{month}": rate for month, rate in listed})
        for listed in (steps, steps[::-1])
    )
    assert rising.finance.base_rate == falling.finance.base_rate
    assert rising.finance.base_rate[-1] == pytest.approx(0.05)


def test_margin_steps_by_age_and_by_month(with_debt):
    factory = cf.load(
        with_debt(
            "a: {margin: 2 %/year, margin_steps: {24 months: 2.5 %/year, 2030-01: 3 %/year}, closes: 2026-06, "
            "matures: 2031-12}"
        )
    )
    margin = dict(zip(factory.timeline.names, factory.finance.tranches[0].margin, strict=True))
    assert [margin[month] for month in ("2028-05", "2028-06", "2029-12", "2030-01")] == [0.02, 0.025, 0.025, 0.03]


def test_dates_of_a_refinancing_follow_the_loan_it_repays(with_debt):
    factory = cf.load(
        with_debt("a: {rate: 6 %/year, matures: 2029-12, refinanced_by: b}\n    b: {rate: 6 %/year, matures: 2031-12}")
    )
    first, second = factory.finance.tranches
    assert (second.closes, second.begins, second.takes_out) == (first.ends, first.ends + 1, "a")
