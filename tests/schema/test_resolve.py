import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from computefactory import schema
from computefactory.errors import FactoryFileError
from computefactory.library import COLUMNS, Library
from computefactory.schema import derive
from computefactory.schema.origin import hints
from computefactory.timeline import Timeline, month_name, month_number
from computefactory.units import unit_of

YEAR = re.compile(r"(?<=industrial_price_)\d{4}$")
FACTORIES = ["iren-horizon", "legacy-h100-hall"]


def leaves(record, path):
    """Every field that is no record, with the name that origins know it by."""
    for item in fields(record):
        value = getattr(record, item.name)
        place = f"{path}.{item.name}"
        if is_dataclass(value):
            yield from leaves(value, place)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for one, name in zip(value, names_of(value, record), strict=True):
                yield from leaves(one, f"{place}.{name}")
        elif value is not None and not (
            isinstance(value, tuple)
            and not value
            and item.name in ("contracts", "leases", "sources", "tranches", "generations", "silicon_terms")
        ):
            yield place, value


def names_of(records, holder):
    """Cooling has no name of its own: it goes by the hall's."""
    return [item.name for item in (records if hasattr(records[0], "name") else holder.halls)]


def everything(factory):
    for name in ("plant", "offtake", "finance", "thresholds"):
        yield from leaves(getattr(factory, name), name)


@pytest.mark.parametrize("name", FACTORIES)
def test_every_leaf_has_an_origin_with_its_value(name, library):
    factory = schema.resolve(schema.load(name), library)
    found = dict(everything(factory))
    assert len(found) > 150
    assert set(found) <= set(factory.origins)
    for path, value in found.items():
        np.testing.assert_equal(factory.origins[path].value, value, err_msg=path)


@pytest.mark.parametrize("name", FACTORIES)
def test_every_derived_value_can_be_derived_again(name, library):
    factory = schema.resolve(schema.load(name), library)
    derived = [origin for origin in factory.origins.values() if origin.kind == "derived"]
    assert len(derived) > 60
    for origin in derived:
        again = getattr(derive, origin.path)(*(item.value for item in origin.inputs))
        np.testing.assert_equal(again, origin.value, err_msg=origin.key)
        assert origin.formula
        assert all(factory.origins[key].key == key for key in origin.parents)


@pytest.mark.parametrize("name", FACTORIES)
def test_every_origin_ends_in_the_file_or_the_library(name, library, text):
    factory = schema.resolve(schema.load(name), library)
    content = schema.shipped_text(name).splitlines()
    for origin in factory.origins.values():
        for leaf in origin.leaves():
            if leaf.kind == "fact":
                assert (leaf.source, leaf.as_of, leaf.layer) != ("", "", "")
            else:
                assert content[leaf.line - 1].strip()
                assert leaf.source or leaf.key.endswith("(name)")
        assert origin.as_dict()["kind"] == origin.kind


@pytest.mark.parametrize("name", FACTORIES)
def test_removing_any_row_that_was_used_makes_it_fail_and_names_it(name, library):
    document = schema.load(name)
    resolved = schema.resolve(document, library)
    system = resolved.plant.silicon.system
    later = {row[2] == "next" and str(library.fact(*row).value) for row in library.used}
    rows = [fact for table in library.tables() for fact in library.rows(table)]
    used = sorted(library.used)
    assert len(used) > 150
    for row in used:
        kept = Library.of(fact for fact in rows if fact.table == row[0] and (fact.table, fact.key, fact.field) != row)
        rest = library.layers
        shortened = Library((*[_only(layer, row[0]) for layer in rest], *kept.layers))
        if row == ("generation", system, "next") or (row[0] == "system" and row[1] in later - {system}):
            assert schema.resolve(document, shortened).finance.values.upgrade_cost == 0  # no later one is known
            continue
        with pytest.raises(FactoryFileError) as error:
            schema.resolve(document, shortened)
        name = YEAR.sub("", "/".join(row))  # of a yearly price the year asked for is the latest
        assert any(name in str(p) for p in error.value.problems), row


def _only(layer, table):
    """The layer without a table."""
    return replace(layer, tables={name: read for name, read in layer.tables.items() if name != table})


# numbers against closed forms


def test_the_price_of_a_total_value_is_the_quotient_by_the_hours(factory):
    price = 9.7e9 / (76_000 * 730 * 60)
    for part in factory.offtake.contracts:
        assert part.price == pytest.approx(price, rel=1e-12)
    assert sum(part.accelerators for part in factory.offtake.contracts) == pytest.approx(76_000)


@pytest.mark.parametrize("billing", ["standard", "calendar"])
@pytest.mark.parametrize("escalator", ["0 %/year", "3 %/year", "-2 %/year"])
def test_all_bills_sum_to_the_total_value(library, billing, escalator):
    overrides = {"offtake.microsoft.billing": billing, "offtake.microsoft.escalator": escalator}
    factory = schema.resolve(schema.load("iren-horizon", overrides), library)
    total = 0.0
    for part in factory.offtake.contracts:
        for age in range(int(part.tenor)):
            month = Timeline(factory.timeline.start + int(part.start) + age, 1)
            hours = part.billing_hours or float(month.hours[0])
            total += part.accelerators * hours * part.price * (1 + part.escalator) ** (age // 12)
    assert total == pytest.approx(9.7e9, rel=1e-12)


def test_each_phase_starts_its_own_part_tenor_and_prepayment(factory):
    start = month_number("2025-09")
    assert (factory.timeline.start, factory.finance.start) == (start, start)
    for phase, part in zip(factory.plant.phases, factory.offtake.contracts, strict=True):
        energised = month_number(phase.name) - start
        assert part.name == f"microsoft {phase.name}"
        assert (phase.energised, part.start, part.prepaid) == (energised, energised + 1, energised - 2)
        assert part.credited_from == part.start + 24
        assert (part.tenor, part.committed, part.signed, phase.share) == (60, 1, 2, 0.25)
    assert factory.finance.full_operation == month_number("2027-01") - start
    assert month_name(start + factory.timeline.periods - 1).endswith("-12")
    assert factory.timeline.periods > factory.finance.full_operation + 239


def test_uneven_phases_share_by_their_own_power(library):
    energised = "{2026-03: 60 MW, 2026-12: 300 MW}"
    factory = schema.resolve(schema.load("iren-horizon", {"power.energised": energised}), library)
    assert [phase.share for phase in factory.plant.phases] == pytest.approx([0.2, 0.8])
    assert [part.accelerators for part in factory.offtake.contracts] == pytest.approx([15_200, 60_800])


@pytest.mark.parametrize(
    ("starts", "first"),
    [
        ("{after: delivered, lag: 3 months}", "2026-06"),
        ("{after: signed, lag: 14 months}", "2027-01"),
        ("2027-02", "2027-02"),
    ],
)
def test_a_start_waits_for_its_anchor(library, starts, first):
    factory = schema.resolve(schema.load("iren-horizon", {"offtake.microsoft.starts": starts}), library)
    assert factory.offtake.contracts[0].start == month_number(first) - factory.timeline.start


def test_spending_and_service_sum_to_one_and_nothing_serves_unpaid(factory, legacy):
    for each in (factory, legacy):
        for asset in each.finance.assets:
            spent, placed = np.array(asset.spending), np.array(asset.placed)
            assert spent.shape == placed.shape == (each.timeline.periods,)
            assert spent.sum() == pytest.approx(1)
            assert placed.sum() == pytest.approx(1)
            assert np.all(np.cumsum(placed) <= np.cumsum(spent) + 1e-9)


def test_durable_spending_follows_the_stated_months(factory):
    shell = np.array(factory.finance.assets[0].spending)
    assert np.flatnonzero(shell).tolist() == list(range(15))
    assert shell[:15] == pytest.approx(shell[:15][::-1])  # an S-curve is symmetric
    assert shell[7] == shell.max()


def test_month_0_holds_the_first_dollar_whatever_it_is(library):
    for overrides, first in [
        ({}, "2025-09"),
        ({"silicon.paid.before_delivery": "9 months"}, "2025-06"),
        ({"offtake.microsoft.prepayment.paid_before_start": "12 months"}, "2025-04"),
        ({"capital.debt.senior.closes": "2025-01"}, "2025-01"),
    ]:
        factory = schema.resolve(schema.load("iren-horizon", overrides), library)
        assert factory.timeline.start == month_number(first)


def test_a_price_that_includes_fabric_leaves_it_out_of_the_assets(factory, legacy):
    assert [asset.name for asset in factory.finance.assets] == ["shell", "electrical", "mechanical", "silicon"]
    assert factory.plant.network.included == 1
    costs = {asset.name: asset.cost for asset in legacy.finance.assets}
    assert {"fabric", "storage"} <= set(costs)
    assert costs["silicon"] == 3200 * 26_000
    assert sum(costs[name] for name in ("shell", "electrical", "mechanical")) == pytest.approx(8_000 * 500)


def test_durable_classes_split_the_halls_cost(factory):
    cost = {asset.name: asset.cost for asset in factory.finance.assets}
    assert sum(cost[name] for name in ("shell", "electrical", "mechanical")) == pytest.approx(200_000 * 15_000)
    assert factory.plant.hall_cost == pytest.approx(15_000)


def test_tax_schedules_are_the_printed_ones(factory):
    """IRS Publication 946, table A-1: five- and fifteen-year property, half-year convention."""
    classes = factory.finance.tax_classes
    schedules = {item.name: item.schedule for item in classes}
    assert schedules["silicon"] == pytest.approx((0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576))
    assert len(schedules["electrical"]) == 16
    for item in classes:
        assert sum(item.schedule) == pytest.approx(1 - item.by_month)
    shell = next(item for item in classes if item.name == "shell")
    assert (shell.by_month, shell.tax_life, shell.mid_month) == (1, 468, 1), "39 years, mid-month"


def test_failures_go_with_the_size_of_the_node(factory, legacy):
    per_accelerator = [
        each.plant.reliability.failures / each.plant.silicon.accelerators_per_node for each in (factory, legacy)
    ]
    assert per_accelerator[0] == pytest.approx(per_accelerator[1])


def test_the_legacy_hall_is_what_it_says(legacy):
    assert legacy.plant.silicon.rack_power == 10.2
    assert legacy.plant.halls[0].rack_limit == 12
    assert legacy.plant.halls[0].liquid_from == "none"
    assert sum(lease.power for lease in legacy.offtake.leases) == pytest.approx(0.4 * 8_000)
    assert legacy.finance.operations.lease_rent > 0
    assert legacy.finance.debt is None
    (sold,) = legacy.offtake.contracts
    assert (sold.committed, sold.billing_hours, sold.sold) == (0, 0, 0.75)
    assert np.isnan(sold.signed)


# what the file may say instead of the library


def test_a_row_is_held_to_what_a_file_may_say_in_its_place(tmp_path):
    rows = (("rack_power", -60, "kW"), ("utilisation", 3, "1"), ("accelerators_per_rack", 0, "accelerator"))
    lines = [f"system,GB300 NVL72,{name},{value},{unit},,,2026-01,a measurement,,low,," for name, value, unit in rows]
    (tmp_path / "own.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    with pytest.raises(FactoryFileError) as refused:
        schema.resolve(schema.load("iren-horizon"), Library.load([tmp_path]))
    assert [(problem.path.rsplit("/", 1)[1], problem.line) for problem in refused.value.problems] == [
        (name, line) for line, (name, _, _) in enumerate(rows, start=2)
    ]


def test_the_file_wins_over_the_library_and_a_layer_over_the_package(library, tmp_path):
    row = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note\n"
    (tmp_path / "mine.csv").write_text(
        row + "system,GB300 NVL72,rack_power,0.14,MW,0.13,0.15,2026-11,a measurement,,high,,\n", encoding="utf-8"
    )
    layered = Library.load([tmp_path])
    factory = schema.resolve(schema.load("iren-horizon"), layered)
    origin = factory.origins["plant.silicon.rack_power"]
    assert factory.plant.silicon.rack_power == pytest.approx(140)
    assert (origin.low, origin.high) == (pytest.approx(130), pytest.approx(150))
    assert (origin.layer, origin.source) == (str(tmp_path), "a measurement")
    stated = schema.resolve(schema.load("iren-horizon", {"silicon.rack_power": "138 kW"}), layered)
    assert stated.plant.silicon.rack_power == 138
    assert stated.origins["plant.silicon.rack_power"].kind == "file"


def test_a_layer_in_a_wrong_unit_is_named(tmp_path):
    row = "table,key,field,value,unit,low,high,as_of,source,address,confidence,preferred,note\n"
    (tmp_path / "mine.csv").write_text(
        row + "capital,default,discount_rate,10,kW,,,2026-11,mine,,low,,\n", encoding="utf-8"
    )
    with pytest.raises(FactoryFileError) as error:
        schema.resolve(schema.load("iren-horizon"), Library.load([tmp_path]))
    (problem,) = error.value.problems
    assert (problem.code, problem.path) == ("library_unit", "capital/default/discount_rate")


def test_a_buyer_that_no_row_knows_may_be_rated_in_the_file(library):
    overrides = {"offtake.microsoft.buyer": "Unheard-of Ltd", "offtake.microsoft.rating": "BB"}
    part = schema.resolve(schema.load("iren-horizon", overrides), library).offtake.contracts[0]
    assert (part.buyer, part.rating, part.credit_number) == ("Unheard-of Ltd", "BB", 12)
    overrides["offtake.microsoft.rating"] = "unrated"
    part = schema.resolve(schema.load("iren-horizon", overrides), library).offtake.contracts[0]
    assert part.rating == ""
    assert np.isnan(part.credit_number)
    assert part.hazard > 0


def test_all_sold_with_spares_is_a_warning_and_no_error(library):
    factory = schema.resolve(schema.load("iren-horizon", {"silicon.spares": 500}), library)
    assert "no spare is left" in factory.warnings[0]


def test_evidence_is_as_strong_as_the_weakest_source(factory):
    assert factory.evidence("plant.halls.horizon.rack_limit") == "disclosed"
    assert factory.evidence("plant.halls.horizon.architecture") == "stated"
    assert factory.evidence("plant.silicon.rack_power") == "none"
    assert factory.evidence("offtake.contracts.microsoft 2026-03.price") == "none"  # its billing hours are a row


def test_facts_used_are_those_looked_up(factory, library):
    listed = {(fact["table"], fact["key"], fact["field"]) for fact in factory.facts_used()}
    assert listed == set(library.used)


# scenarios


def test_arrays_run_through_every_derivation(library):
    values = np.array([9.0e9, 9.7e9, 12e9])
    varied = schema.resolve(schema.load("iren-horizon", {"offtake.microsoft.total_value": values}), library)
    np.testing.assert_allclose(varied.offtake.contracts[0].price, values / (76_000 * 730 * 60))
    for i, value in enumerate(values):
        one = schema.resolve(schema.load("iren-horizon", {"offtake.microsoft.total_value": float(value)}), library)
        assert one.offtake.contracts[0].price == pytest.approx(varied.offtake.contracts[0].price[i], rel=1e-15)


VARIED = {
    "silicon.accelerators": (75_998.0, 76_000.0),
    "silicon.rack_power": (130.0, 140.0),
    "build.halls.horizon.cost": (14_000.0, 16_000.0),
    "build.halls.horizon.it_capacity": (190_000.0, 200_000.0),
    "offtake.microsoft.escalator": (0.0, 0.03),
    "offtake.microsoft.billing_hours": (720.0, 744.0),
    "offtake.microsoft.prepayment.share": (0.1, 0.2),
    "capital.discount_rate": (0.08, 0.12),
    "operations.facility.cost": (200.0, 240.0),
    "operations.reliability.repair": (12.0, 24.0),
    "power.supply.grid.energy": (0.03, 0.04),
    "interconnect.switch_price": (1e5, 2e5),
}


@pytest.mark.parametrize("path", VARIED)
def test_a_scenario_is_the_single_run(library, path):
    both = np.array(VARIED[path])
    base = {"silicon.price_includes": "[servers]", "offtake.microsoft.accelerators": 70_000.0}
    many = dict(everything(schema.resolve(schema.load("iren-horizon", {**base, path: both}), library)))
    for i, value in enumerate(both):
        one = dict(everything(schema.resolve(schema.load("iren-horizon", {**base, path: float(value)}), library)))
        for place, single in one.items():
            found = many[place][i] if isinstance(many[place], np.ndarray) else many[place]
            if isinstance(single, float):
                assert found == pytest.approx(single, rel=1e-14, nan_ok=True), place
            else:
                assert found == single, place


def test_a_scenario_out_of_limits_is_refused(library):
    with pytest.raises(FactoryFileError) as error:
        schema.resolve(schema.load("iren-horizon", {"silicon.rack_power": np.array([130.0, 201.0])}), library)
    assert "rack_too_dense" in {p.code for p in error.value.problems}


# levers


def test_a_lever_moves_what_rests_on_it(factory):
    levers = {lever.path: lever for lever in factory.levers()}
    value = levers["file:offtake.microsoft.total_value"]
    assert (value.low, value.high, value.assumed_range) == (pytest.approx(8.73e9), pytest.approx(10.67e9), True)
    rack = levers["library:capital/default/discount_rate"]
    assert (rack.low, rack.base, rack.high, rack.assumed_range) == (0.08, 0.10, 0.12, False)
    moved = factory.with_values({value.path: np.array([value.low, value.high]), rack.path: 0.12})
    np.testing.assert_allclose(moved.offtake.contracts[0].price, [0.9 * 2.91396299, 1.1 * 2.91396299], rtol=1e-8)
    assert moved.finance.capital.discount_rate == 0.12
    assert moved.with_values({rack.path: 0.08}).finance.capital.discount_rate == 0.08
    assert factory.finance.capital.discount_rate == 0.10


def test_levers_are_numbers_with_units_and_leave_the_calendar_alone(factory, legacy):
    for each in (factory, legacy):
        levers = each.levers()
        assert len({lever.path for lever in levers}) == len(levers) > 80
        for lever in levers:
            assert lever.low <= lever.base <= lever.high
            assert lever.low < lever.high
            assert each.origins[lever.path].value == lever.base
            assert "tenor" not in lever.path
            assert "energised" not in lever.path
            assert lever.label


def test_units_of_origins_are_those_of_the_fields(factory):
    for path, _ in everything(factory):
        record = factory
        for part in path.split(".")[:-1]:
            record = getattr(record, part, None)
        if is_dataclass(record):
            unit = unit_of(hints(type(record))[path.rpartition(".")[2]])
            assert unit is None or factory.origins[path].unit == str(unit)
