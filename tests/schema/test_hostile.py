"""A valid file, spoilt in one place at a time: the message has a stable code, the path and the line."""

import pytest

# what is replaced, by what, code, path, what the line holds afterwards
SPOILT = [
    # missing
    ("name: IREN Horizon 1-4\n", "", "missing", "name", "kind: factory"),
    ("site: {place: Childress TX}", "site: {}", "missing", "site.place", "site:"),
    ("    tenor: 60 months\n", "", "missing", "offtake.microsoft.tenor", "kind: take_or_pay"),
    ("    kind: take_or_pay\n", "", "missing", "offtake.microsoft.kind", "buyer:"),
    ("total_value: 9.7 bn USD", "guaranteed: false", "one_of", "offtake.microsoft.price", "kind: take_or_pay"),
    (", installed: construction}", "}", "missing", "cooling.installed", "cooling: {arch"),
    ("accelerators: 76000\n  total", "accelerators:\n  total", "empty", "silicon.accelerators", "  accelerators:"),
    ("  book_life: 60 months", "  book_life:", "empty", "silicon.book_life", "  book_life:"),
    # misspelt
    ("tenor: 60", "tennor: 60", "unknown_field", "offtake.microsoft.tennor", "tennor"),
    ("rack_limit: 200 kW", "racklimit: 200 kW", "unknown_field", "build.halls.horizon.racklimit", "racklimit"),
    ("buyer: Microsoft ", "buyer: Microsft ", "unknown_name", "offtake.microsoft.buyer", "Microsft"),
    ("system: GB300 NVL72", "system: GB300 NVL 72", "unknown_name", "silicon.system", "NVL 72"),
    ("place: Childress TX", "place: Childres TX", "unknown_name", "site.place", "Childres "),
    ("chiller_trim", "chiler_trim", "not_allowed", "cooling.architecture", "chiler_trim"),
    ("kind: take_or_pay", "kind: take_and_pay", "not_allowed", "offtake.microsoft.kind", "take_and_pay"),
    ("level: transmission", "level: transmision", "not_allowed", "power.interconnection.level", "transmision"),
    ("    - silicon.system", "    - silicon.sytem", "unknown_path", "sources.", "silicon.sytem"),
    # wrong dimension, prefix, kind
    ("capacity: 750 MW", "capacity: 750 MWh", "wrong_dimension", "power.interconnection.capacity", "750 MWh"),
    ("capacity: 750 MW", "capacity: 750 mW", "absurd_prefix", "power.interconnection.capacity", "750 mW"),
    ("2026-03: 75 MW", "2026-03: 75", "no_unit", "power.energised.2026-03", "2026-03: 75"),
    ("energy: 34 USD/MWh", "energy: 34 USD/MW", "wrong_dimension", "power.supply.grid.energy", "34 USD/MW"),
    ("energy: 34 USD/MWh", "energy: 34 EUR/MWh", "unknown_unit", "power.supply.grid.energy", "EUR"),
    ("rate: 6.00 %/year", "rate: 6.00 %", "wrong_dimension", "capital.debt.senior.rate", "6.00 %"),
    ("rate: 6.00 %/year", "rate: 12:30", "wrong_unit", "capital.debt.senior.rate", "12:30"),
    ("status: energised", "status: NO", "not_allowed", "power.interconnection.status", "status: NO"),
    ("buyer: Microsoft", "guaranteed: NO", "wrong_kind", "offtake.microsoft.guaranteed", "NO"),
    ("name: IREN Horizon 1-4", "name: 5", "wrong_kind", "name", "name: 5"),
    ("site: {place: Childress TX}", "site: Childress TX", "wrong_kind", "site", "site:"),
    ("[servers, fabric, storage]", "servers", "wrong_kind", "silicon.price_includes", "price_includes"),
    ("tenor: 60 months", "tenor: 60.5 months", "not_whole", "offtake.microsoft.tenor", "60.5"),
    # out of range
    ("accelerators: 76000\n  total", "accelerators: -5\n  total", "negative", "silicon.accelerators", "-5"),
    ("covenant_dscr: 1.05", "covenant_dscr: .nan", "not_finite", "capital.debt.senior.covenant_dscr", ".nan"),
    ("share: 20 %", "share: 120 %", "out_of_range", "offtake.microsoft.prepayment.share", "120 %"),
    ("oversubscription: 1", "oversubscription: 500", "out_of_range", "interconnect.oversubscription", "500"),
    ("credited_from: 25", "credited_from: 61", "out_of_range", "offtake.microsoft.prepayment.credited_from", "61"),
    ("  book_life:", "  utilisation: 0 %\n  book_life:", "out_of_range", "silicon.utilisation", "utilisation: 0"),
    ("  book_life:", "  noncompute_share: 1\n  book_life:", "above_limit", "silicon.noncompute_share", "noncompute"),
    ("cooling:", "electrical: {ups: 0 %}\ncooling:", "out_of_range", "electrical.ups", "electrical:"),
    (
        "  supply:\n",
        "  supply:\n    cut: {kind: interruptible, power: 1 MW, hours: 9000 hours}\n",
        "above_limit",
        "power.supply.cut.hours",
        "9000",
    ),
    (
        "  supply:\n",
        "  supply:\n    store: {kind: battery, power: 1 MW, energy: 1 MWh, efficiency: 0 %}\n",
        "out_of_range",
        "power.supply.store.efficiency",
        "store:",
    ),
    # dates
    ("2026-12: 300 MW", "2026-13: 300 MW", "not_a_date", "power.energised.2026-13", "2026-13"),
    ("signed: 2025-11-03", "signed: 2025-11-31", "not_a_date", "offtake.microsoft.signed", "2025-11-31"),
    (
        "2026-06: 150 MW, 2026-09",
        "2026-10: 150 MW, 2026-09",
        "dates_out_of_order",
        "power.energised.2026-09",
        "2026-10",
    ),
    ("2026-06: 150 MW", "2026-06: 50 MW", "not_cumulative", "power.energised.2026-06", "2026-06: 50"),
    ("duration: 15 months", "duration: 17 months", "dates_out_of_order", "build.spending.duration", "17 months"),
    ("start: 2025-09", "start: 2027-01", "dates_out_of_order", "build.spending.start", "2027-01"),
    (
        "signed: 2025-11-03",
        "signed: 2027-02-03",
        "dates_out_of_order",
        "offtake.microsoft.starts",
        "after: energised, lag: 1",
    ),
    (
        "starts: {after: energised, lag: 1 month}",
        "starts: 2026-04",
        "dates_out_of_order",
        "offtake.microsoft.starts",
        "2026-04",
    ),
    ("matures: 2031-12\n", "matures: 2026-05\n", "dates_out_of_order", "capital.debt.senior.matures", "2026-05"),
    ("closes: 2026-06\n", "closes: 2027-06\n", "dates_out_of_order", "capital.debt.senior.closes", "2027-06"),
    ("after: energised, lag: 0", "after: signed, lag: 0", "not_allowed", "silicon.delivered.after", "signed, lag"),
    # limits
    ("reserved: 300 MW", "reserved: 800 MW", "above_limit", "power.interconnection.reserved", "800 MW"),
    ("2026-12: 300 MW", "2026-12: 400 MW", "above_limit", "power.energised.2026-12", "400 MW"),
    ("rack_limit: 200 kW", "rack_limit: 100 kW", "rack_too_dense", "build.halls.horizon.rack_limit", "100 kW"),
    (
        "rack_limit: 200 kW",
        "rack_limit: 200 kW, space_racks: 900",
        "above_limit",
        "build.halls.horizon.space_racks",
        "900",
    ),
    ("it_capacity: 200 MW", "it_capacity: 100 MW", "over_capacity", "build.halls", "horizon:"),
    (
        "accelerators: 76000\n    total",
        "accelerators: 80000\n    total",
        "oversold",
        "offtake.microsoft.accelerators",
        "80000",
    ),
    ("  price_includes", "  spares: 76000\n  price_includes", "above_limit", "silicon.spares", "spares"),
    # one of two
    (
        "total_value: 9.7 bn USD",
        "total_value: 9.7 bn USD\n    price: 3 USD/GPU-hour",
        "one_of",
        "offtake.microsoft.total_value",
        "9.7 bn",
    ),
    (
        "total_price: 5.81 bn USD",
        "total_price: 5.81 bn USD\n  price: 3 USD/GPU",
        "one_of",
        "silicon.total_price",
        "5.81 bn",
    ),
    ("[prepayment, debt, equity]", "[equity, debt]", "not_allowed", "capital.debt.senior.draw_order", "[equity"),
    ("secures: silicon", "max_gearing: 170 %", "out_of_range", "capital.debt.senior.max_gearing", "170 %"),
    # the frame
    ("schema: 1", "schema: 7", "schema_version", "schema", "schema: 7"),
    ("schema: 1", "schema: one", "not_allowed", "schema", "schema: one"),
    ("kind: factory", "kind: portfolio", "wrong_kind_of_file", "kind", "portfolio"),
    ("name: IREN", "name: Other\nname: IREN", "duplicate_key", "", "name: IREN"),
    (
        "    grid:\n",
        "    gas: {kind: tariff}\n    grid:\n",
        "one_of",
        "power.supply.gas.energy",
        "    gas:",
    ),
]


@pytest.mark.parametrize(("part", "by", "code", "path", "holds"), SPOILT, ids=[f"{s[2]}:{s[3]}" for s in SPOILT])
def test_a_spoilt_file_says_what_and_where(text, problems, line_of, part, by, code, path, holds):
    assert part in text
    spoilt = text.replace(part, by, 1)
    found = [p for p in problems(spoilt) if p.code == code and p.path.startswith(path)]
    assert found
    assert found[0].line == line_of(spoilt, holds)
    assert found[0].column
    assert found[0].given
    assert found[0].expected


def test_a_kind_that_is_a_list_is_named_in_words(text, problems):
    assert problems(text.replace("kind: factory", "kind: [factory]", 1))[0].given == "a list"


HINTS = [
    ("tenor: 60", "tennor: 60", "did you mean tenor"),
    ("system: GB300 NVL72", "system: GB300 NVL 72", "did you mean GB300 NVL72"),
    ("capacity: 750 MW", "capacity: 750 mW", "750 MW?"),
    ("chiller_trim", "chiler_trim", "did you mean direct_to_chip_chiller_trim"),
]


@pytest.mark.parametrize(("part", "by", "hint"), HINTS)
def test_a_near_name_is_suggested(text, problems, part, by, hint):
    assert any(hint in p.hint for p in problems(text.replace(part, by, 1)))


def test_a_rack_that_does_not_fit_shows_both_numbers(text, problems):
    by_hall = problems(text.replace("rack_limit: 200 kW", "rack_limit: 100 kW", 1))
    assert [("135" in p.given, "100" in p.expected) for p in by_hall] == [(True, True)]
    by_cooling = problems(text.replace("direct_to_chip_chiller_trim", "air_chiller", 1))
    dense = next(p for p in by_cooling if p.code == "rack_too_dense")
    assert dense.path == "cooling.architecture"
    assert "135" in dense.given
    assert "air_chiller" in dense.expected


def test_all_problems_come_at_once_in_the_order_of_the_file(text, problems):
    spoilt = text
    for part, by in [
        ("name: IREN", "name: Other\nname: IREN"),
        ("capacity: 750 MW", "capacity: 750 mW"),
        ("2026-06: 150 MW", "2026-06: 50 MW"),
        ("tenor: 60", "tennor: 60"),
        ("start: 2025-09", "start: 2027-01"),
        ("matures: 2031-12", "matures: 2026-05"),
        ("system: GB300", "sytem: GB300"),
    ]:
        assert part in spoilt
        spoilt = spoilt.replace(part, by, 1)
    found = problems(spoilt)
    codes = {p.code for p in found}
    assert codes == {"duplicate_key", "absurd_prefix", "unknown_field", "missing", "dates_out_of_order", "unknown_path"}
    assert [p.line for p in found] == sorted(p.line for p in found)
    assert sum(p.code == "unknown_field" for p in found) == 2


def test_names_that_the_library_lacks_come_all_at_once(text, problems):
    spoilt = (
        text.replace("Childress TX", "Nowhere")
        .replace("GB300 NVL72", "X1")
        .replace("buyer: Microsoft", "buyer: Microsft")
    )
    assert [p.code for p in problems(spoilt)] == ["unknown_name"] * 3


@pytest.mark.parametrize("content", [b"- a\n- b\n", b"just text\n", b"", b"\x89PNG\r\n\x1a\n\x00", b"{}", b"5"])
def test_what_is_no_factory_at_all_is_refused(problems, content):
    found = problems(content)
    assert found
    assert len(found) == 1 or {p.code for p in found} == {"missing"}
