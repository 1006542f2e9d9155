"""The supply stack from file and library: one record an entry of ``power.supply``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from computefactory.errors import UnitError
from computefactory.plant import sources as records
from computefactory.plant.climate import HOURS_OF_DAY
from computefactory.plant.hours import HOURS, cover
from computefactory.plant.supply_limits import hour_name
from computefactory.schema import derive
from computefactory.schema import supply as models
from computefactory.schema.fill import fill
from computefactory.schema.origin import MISSING, TEXT, Sources, Traced
from computefactory.schema.series import PRICE, SHARE, SeriesOf, read_series
from computefactory.schema.zone import site_zone
from computefactory.tables import Refused
from computefactory.units import Kw, Kwh, One, UsdPerKw, UsdPerKwh, UsdPerKwMonth

__all__ = ["is_plain", "onsite_costs", "plain_price", "stack"]

PLAIN = {"kind", "energy", "demand", "fixed", "minimum_take"}
SHOWN = 3
Record = TypeVar("Record")


def is_plain(sources: Sources) -> bool:
    """One tariff of flat energy, monthly demand, fixed charge and minimum take: its bill is a closed form."""
    supply = sources.model.power.supply
    return len(supply) == 1 and all(
        isinstance(each, models.TariffChapter) and each.energy is not None and each.model_fields_set <= PLAIN
        for each in supply.values()
    )


def stack(sources: Sources) -> tuple[records.Source, ...]:
    """Every entry of the file, in its order; nothing for one plain tariff."""
    if is_plain(sources):
        return ()
    supply = sources.model.power.supply
    return tuple(_KINDS[each.kind](sources, name, each) for name, each in supply.items())


def _fill(sources: Sources, record: type[Record], name: str, **by_hand: Any) -> Record:
    """The record of an entry of the supply."""
    path = f"power.supply.{name}"
    return fill(sources, record, f"plant.sources.{name}", path, name=sources.name_at(path, name), **by_hand)


def _tariff(sources: Sources, name: str, model: models.TariffChapter) -> records.Tariff:
    path = f"power.supply.{name}"
    riders = list(model.riders or {})

    def added(function: Callable[..., Any], field: str, unit: object) -> Traced:
        stated = (sources.given(f"{path}.riders.{each}.{field}", unit) for each in riders)
        return sources.derive(function, *(each for each in stated if each))

    return _fill(
        sources,
        records.Tariff,
        name,
        periods=_windows(sources, f"{path}.periods", list(model.periods or {}), UsdPerKwh, covering=True),
        demand_windows=_windows(sources, f"{path}.demand_windows", list(model.demand_windows or {}), UsdPerKwMonth),
        rider_energy=added(derive.energy_riders, "energy", UsdPerKwh),
        rider_demand=added(derive.demand_riders, "demand", UsdPerKwMonth),
        rider_share=added(derive.share_riders, "share", One),
        **_hourly(sources, path, model),
    )


def _hourly(sources: Sources, path: str, model: models.TariffChapter | models.WholesaleChapter) -> dict[str, Traced]:
    return {"hourly": _prices(sources, f"{path}.hourly")} if model.hourly else {}


def _windows(
    sources: Sources, path: str, names: list[str], unit: object, *, covering: bool = False
) -> tuple[records.Window, ...]:
    """Windows of a tariff; energy prices must cover every hour once."""
    found = []
    for name in names:
        where = f"{path}.{name}"
        months, hours = sources.given(f"{where}.months"), sources.given(f"{where}.hours")
        right = [_reads_as(sources, f"{where}.months", months, derive.month_range, "months such as 6-9 or 11-2")]
        right += [_reads_as(sources, f"{where}.hours", hours, derive.last_hour, "hours such as 13-19, 22-6 or 0-24")]
        if not all(right):
            continue
        prefix = f"plant.sources.{where.removeprefix('power.supply.')}"
        price = sources.required(f"{where}.price", unit)
        found.append(fill(sources, records.Window, prefix, where, name=sources.name_at(where, name), price=price))
    if covering and len(found) == len(names) and found:
        _check_cover(sources, path, found)
    return tuple(found)


def _reads_as(
    sources: Sources, path: str, stated: Traced | None, function: Callable[[str], object], expected: str
) -> bool:
    """Whether a window's text can be read; a problem where it cannot."""
    try:
        if stated is not None:
            function(stated.value)
    except ValueError:
        sources.refuse("not_a_window", path, str(stated.value if stated else ""), expected)
        return False
    return True


def _check_cover(sources: Sources, path: str, windows: list[records.Window]) -> None:
    """Hours without a price, and hours with two."""
    _, count = cover([records.Window(w.name, 0.0, w.months, w.days, w.first, w.last, w.rest) for w in windows])
    for wrong, code, what in ((count == 0, "hours_uncovered", "no price"), (count > 1, "hours_twice", "two prices")):
        if wrong.any():
            hours = np.flatnonzero(wrong)
            shown = ", ".join(hour_name(int(hour)) for hour in hours[:SHOWN])
            of_day = {int(hour) % HOURS_OF_DAY for hour in hours}
            given = f"{len(hours):,} of {HOURS:,} hours have {what} (of the day: {_spans(of_day)}), the first: {shown}"
            hint = "a period without months, days and hours takes the rest" if code == "hours_uncovered" else ""
            sources.refuse(code, path, given, "one price for every hour of the year", hint)


def _spans(hours: set[int]) -> str:
    """``0-6, 22-24`` of hours of the day."""
    starts = sorted(hour for hour in hours if hour - 1 not in hours)
    ends = sorted(hour + 1 for hour in hours if hour + 1 not in hours)
    return ", ".join(f"{first}-{last}" for first, last in zip(starts, ends, strict=True))


def _series(sources: Sources, path: str, of: SeriesOf, function: Callable[..., Any]) -> Traced:
    """The hours of a file that the factory file names; what was done to read them is noted."""
    file, zone = sources.file_at(f"{path}.file"), site_zone(sources)
    unit = sources.stated(f"{path}.unit", TEXT, "", "that of the heading, else the unit of the field")
    column = sources.stated(f"{path}.column", TEXT, "", "the only one that can be meant")
    try:
        found = read_series(str(file.value), of, unit=str(unit.value), column=str(column.value), zone=zone.value)
    except Refused as error:
        at = f"{Path(str(file.value)).name}, line {error.line:,}: " if error.line else ""
        sources.refuse("wrong_series", f"{path}.file", at + error.given, error.expected, error.hint)
        return MISSING
    except UnitError as error:
        sources.refuse(error.code, f"{path}.unit", str(unit.value), error.expected, error.hint)
        return MISSING
    for note in found.notes:
        sources.account.say(note)
    return sources.derive(function, file, unit, column, zone)


def _prices(sources: Sources, path: str) -> Traced:
    return _series(sources, path, PRICE, derive.price_series)


def _shares(sources: Sources, path: str) -> Traced:
    found = _series(sources, path, SHARE, derive.share_series)
    values = found.value or (0.0,)
    if min(values) < 0 or max(values) > 1:
        given = f"{min(values):g} to {max(values):g}"
        sources.refuse("out_of_range", f"{path}.file", given, "shares from 0 to 1")
    return found


def _wholesale(sources: Sources, name: str, model: models.WholesaleChapter) -> records.Wholesale:
    path = f"power.supply.{name}"
    market = None
    if model.market:
        row = sources.required(f"{path}.market.row")
        market = fill(sources, records.Market, f"plant.sources.{name}.market", f"{path}.market", row=row)
    return _fill(sources, records.Wholesale, name, market=market, **_hourly(sources, path, model))


def _shape(sources: Sources, name: str, row: str) -> records.Shape:
    """Output by the hour: a stated series, else the sun's or the wind's year to the capacity factor."""
    path = f"power.supply.{name}"
    kind = sources.required(f"{path}.kind")
    profile = {}
    if sources.given(f"{path}.profile.file", some=True):
        profile["profile"] = _shares(sources, f"{path}.profile")
    return fill(sources, records.Shape, f"plant.sources.{name}.shape", path, kind=kind, row=row, **profile)


def _ppa(sources: Sources, name: str, model: models.PpaChapter) -> records.Ppa:
    row = "ppa" if model.shape in (None, "baseload") else model.shape
    priced = [
        each
        for each in sources.model.power.supply.values()
        if getattr(each, "hourly", None) or each.kind == "wholesale"
    ]
    if not priced:
        sources.account.idle(f"power.supply.{name}.negative_prices", "nothing here has a price by the hour")
    return _fill(sources, records.Ppa, name, shape=_shape(sources, name, row))


def _generation(sources: Sources, name: str, model: models.GenerationChapter) -> records.Generation:
    path = f"power.supply.{name}"
    known = sources.fact(Kw, "generation", model.technology, "unit", named_by=f"{path}.technology")
    return _fill(sources, records.Generation, name, known_unit=known)


def _renewable(sources: Sources, name: str, model: models.Solar) -> records.Renewable:
    return _fill(sources, records.Renewable, name, shape=_shape(sources, name, model.kind))


def _interruptible(sources: Sources, name: str, _: Any) -> records.Interruptible:
    path = f"power.supply.{name}.notice"
    sources.account.idle(path, "the load is as low in the hours that are cut, whatever the notice")
    return _fill(sources, records.Interruptible, name)


_KINDS: dict[str, Callable[[Sources, str, Any], Any]] = {
    "tariff": _tariff,
    "wholesale": _wholesale,
    "ppa": _ppa,
    "generation": _generation,
    "solar": _renewable,
    "wind": _renewable,
    "battery": lambda sources, name, _: _fill(sources, records.Battery, name),
    "interruptible": _interruptible,
}


def onsite_costs(sources: Sources) -> dict[str, Traced]:
    """Cost of plant on the site, one asset class a kind."""
    costs: dict[str, list[Traced]] = {}
    for name, each in sources.model.power.supply.items():
        path = f"power.supply.{name}"
        if isinstance(each, models.BatteryChapter):
            rate = sources.get(f"{path}.capex", UsdPerKwh, ("supply", each.kind, "capex"))
            cost = sources.derive(derive.cost_of_storage, rate, sources.required(f"{path}.energy", Kwh))
        elif isinstance(each, (models.GenerationChapter, models.Solar)):
            key = (
                ("generation", each.technology) if isinstance(each, models.GenerationChapter) else ("supply", each.kind)
            )
            rate = sources.get(f"{path}.capex", UsdPerKw, (*key, "capex"))
            cost = sources.derive(derive.cost_of_plant, rate, sources.required(f"{path}.capacity", Kw))
        else:
            continue
        costs.setdefault(each.kind, []).append(cost)
    return {
        kind: found[0] if len(found) == 1 else sources.derive(derive.sum_of, *found) for kind, found in costs.items()
    }


def plain_price(sources: Sources) -> Traced:
    """What tenants pay a kWh where a stack feeds the site: the mean price of the first that sells energy."""
    for name, each in sources.model.power.supply.items():
        path, kept = f"power.supply.{name}", f"plant.sources.{name}"
        if isinstance(each, models.TariffChapter) and each.carries != "delivery":
            flat = sources.kept(f"{kept}.energy")
            if not each.periods:
                return sources.derive(derive.mean_price, flat, sources.kept(f"{kept}.hourly"))
            fields = ("price", "months", "days", "first", "last")
            parts = [sources.kept(f"{kept}.periods.{window}.{field}") for window in each.periods for field in fields]
            return sources.derive(derive.window_mean, flat, *parts)
        if isinstance(each, models.WholesaleChapter):
            adder = sources.kept(f"{kept}.adder")
            if each.market:
                return sources.derive(derive.energy_riders, adder, sources.kept(f"{kept}.market.stated"))
            return sources.derive(derive.mean_price, adder, sources.kept(f"{kept}.hourly"))
        if isinstance(each, models.PpaChapter):
            return sources.required(f"{path}.price", UsdPerKwh)
        if isinstance(each, models.GenerationChapter):
            parts = [sources.kept(f"{kept}.{field}") for field in ("heat_rate", "fuel_price", "om")]
            return sources.derive(derive.fuel_cost, *parts)
    return sources.absent("plant.supply.energy", 0.0, UsdPerKwh, "nothing sells energy by the kWh")
