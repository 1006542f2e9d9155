"""The owner's taxes from file and library: rates, what each asset class may deduct, the conventions they bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from computefactory.finance import inputs
from computefactory.schema import derive
from computefactory.schema.origin import MISSING, Sources, Traced, hints
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_debt import sizing_tax
from computefactory.timeline import MONTHS_PER_YEAR, month_number
from computefactory.units import Month, One, PerYear

__all__ = ["Regime", "conventions", "regime", "tax"]

QUARTERS = (1, 2, 3, 4)
PLACED = "bonus_placed_"


@dataclass(frozen=True, slots=True)
class Regime:
    """What the owner's regime says of all assets; ``macrs`` where classes follow the printed US tables."""

    sources: Sources
    dates: Calendar
    name: Traced
    depreciates: Traced
    convention: Traced
    state: Traced
    state_bonus: Traced

    @property
    def macrs(self) -> bool:
        """Whether classes follow the printed US tables."""
        return str(self.depreciates.value) == "macrs"

    def row(self, unit: object, field: str) -> Traced:
        """A row of the regime."""
        return self.sources.fact(unit, "tax", self.name, field, named_by="owner.tax")

    def depreciation(
        self, asset: str, acquired: Traced, depreciable: Traced, life: Traced | None = None
    ) -> dict[str, Traced]:
        """The tax fields of an asset class that is acquired in a month; ``life`` where the file states its recovery."""
        if depreciable.value == 0:
            return self._nothing()
        bonus = self._bonus(asset, acquired)
        state_bonus = self.sources.derive(derive.conforming, bonus, self.state_bonus)
        table = self._us_tables(asset, bonus, state_bonus, life) if self.macrs else self._rate(asset)
        return {"bonus": bonus, "state_bonus": state_bonus, **table}

    def _nothing(self) -> dict[str, Traced]:
        none = self.sources.derive(derive.no_schedule)
        shares = self.sources.derive(derive.nothing_expensed, self.dates.timeline)
        return self._tables(none) | {"bonus": shares, "state_bonus": shares, "tax_schedule": none}

    def _tables(self, none: Traced) -> dict[str, Traced]:
        """A class that follows no table and no straight line."""
        no = self.sources.derive(derive.no)
        quarters = {f"tax_schedule_q{number}": none for number in QUARTERS}
        return {"by_month": no, "mid_month": no, "tax_life": self.sources.derive(derive.no_life), **quarters}

    def _bonus(self, asset: str, acquired: Traced) -> Traced:
        """Share expensed at once, by month of placing in service."""
        sources = self.sources
        stated = sources.given("owner.tax_rates.bonus", One)
        if not self.macrs:
            group = sources.fact("text", "asset", asset, "tax_group")
            share = stated or self.row(One, f"{group.value}_bonus")
            return sources.derive(derive.expensed, share, self.dates.timeline)
        eligible = sources.fact(One, "asset", asset, "bonus")
        if stated:
            return sources.derive(
                derive.expensed, sources.derive(derive.product, eligible, stated), self.dates.timeline
            )
        later, after, last = (
            self.row(One, "bonus"),
            self.row("text", "bonus_acquired_after"),
            self.dates.phases[-1].milestone,
        )
        if after.origin and acquired.value > month_number(str(after.value)):
            return sources.derive(derive.expensed, sources.derive(derive.product, eligible, later), self.dates.timeline)
        known = [
            int(field.removeprefix(PLACED))
            for field in sources.library.fields("tax", str(self.name.value))
            if field.startswith(PLACED)
        ]
        first, end = (month // MONTHS_PER_YEAR for month in (acquired.value, max(last.value, acquired.value)))
        years = range(min(max(first, min(known)), max(known)), min(end, max(known)) + 1)
        rows = [self.row(One, f"{PLACED}{year}") for year in years]
        names = [sources.named_by(row, str(year)) for row, year in zip(rows, years, strict=True)]
        earlier = [item for pair in zip(names, rows, strict=True) for item in pair]
        return sources.derive(derive.expensed_by_date, eligible, later, acquired, last, self.dates.timeline, *earlier)

    def _us_tables(self, asset: str, bonus: Traced, state_bonus: Traced, life: Traced | None) -> dict[str, Traced]:
        """MACRS: the half-year table, those of each quarter where they may be used, or real property by month."""
        sources = self.sources
        key = sources.fact("text", "asset", asset, "macrs") if life is None else self._class_of(life)
        none = sources.derive(derive.no_schedule)
        if key.origin is None:
            return self._tables(none) | {"tax_schedule": none}
        fixed = self._tables(none)
        if sources.fact("text", "property", key, "convention").value == "mid_month":
            life = sources.fact(Month, "property", key, "life")
            yes = sources.derive(derive.yes)
            return fixed | {"tax_schedule": none, "by_month": yes, "mid_month": yes, "tax_life": life}
        fixed["tax_schedule"] = self._table(key, str(key.value))
        left = self.convention.value == "half_year" or _all(bonus)
        if left and (self.convention.value == "half_year" or not _levied(self.state) or _all(state_bonus)):
            return fixed
        for number in QUARTERS:
            fixed[f"tax_schedule_q{number}"] = self._table(key, f"{key.value} mid-quarter Q{number}")
        return fixed

    def _class_of(self, life: Traced) -> Traced:
        """The printed class of a recovery period."""
        sources = self.sources
        known = {
            float(sources.library.fact("property", key, "life").value): key for key in sources.library.keys("property")
        }
        if float(np.max(life.value)) not in known:
            path = str(life.origin.path) if life.origin else ""
            expected = f"a recovery period of {', '.join(sorted(known.values(), key=float))} years"
            sources.refuse("out_of_range", path, f"{float(np.max(life.value)):g} months", expected)
            return MISSING
        return sources.derive(derive.recovery_class, life)

    def _table(self, key: Traced, name: str) -> Traced:
        years = range(1, int(str(key.value).split()[0]) + 2)
        shares = (self.sources.fact(One, "macrs", name, f"year_{year:02d}") for year in years)
        return self.sources.derive(derive.schedule, *shares)

    def _rate(self, asset: str) -> dict[str, Traced]:
        """A yearly rate of the class's group: a straight line by month, or on the declining balance."""
        sources = self.sources
        group = sources.fact("text", "asset", asset, "tax_group")
        rate = self.row(PerYear, str(group.value))
        none = sources.derive(derive.no_schedule)
        if self.row("text", f"{group.value}_method").value == "declining_balance":
            return self._tables(none) | {"tax_schedule": sources.derive(derive.declining_balance, rate)}
        line = {"by_month": sources.derive(derive.yes), "tax_life": sources.derive(derive.life_of_rate, rate)}
        return self._tables(none) | {"tax_schedule": none, **line}


def _all(shares: Traced) -> bool:
    """Everything is expensed at once, so no table is left to apply."""
    return all(share >= 1 if isinstance(share, float) else bool(np.all(share >= 1)) for share in shares.value or ())


def _levied(rate: Traced) -> bool:
    return bool(np.any(np.asarray(rate.value, dtype=float) > 0)) if rate.origin else False


def regime(sources: Sources, dates: Calendar) -> Regime:
    """The regime that the owner names, or its region's."""
    region = sources.kept("plant.site.region")
    name = sources.get("owner.tax", "text", ("region", region, "tax"))
    state = sources.get("owner.tax_rates.state", One, ("region", region, "state_income_tax"))
    share = sources.get("owner.tax_rates.state_bonus", One, ("region", region, "state_bonus"))
    depreciates = sources.fact("text", "tax", name, "depreciation", named_by="owner.tax")
    convention = sources.get("owner.tax_convention", "text", ("tax", name, "convention"), named_by="owner.tax")
    return Regime(sources, dates, name, depreciates, convention, state, share)


def tax(rules: Regime) -> inputs.Tax:
    """Rates and limits of the owner's income tax."""
    sources = rules.sources
    rates = {
        name: sources.get(
            f"owner.tax_rates.{name}", hints(inputs.Tax)[name], ("tax", rules.name, name), named_by="owner.tax"
        )
        for name in ("federal", "loss_limit", "loss_life", "interest_limit", "withholding")
    }
    _whole_years(sources, "owner.tax_rates.loss_life", rates["loss_life"])
    return sources.make(
        inputs.Tax,
        "finance.tax",
        state=rules.state,
        mid_quarter_test=_test(rules),
        levied=_levied_by_month(rules),
        in_sizing=sizing_tax(sources),
        **rates,
    )


def _whole_years(sources: Sources, path: str, length: Traced) -> None:
    """Tax years are whole: a length between two of them would be cut without a word."""
    if length.origin and np.any(np.asarray(length.value) % MONTHS_PER_YEAR):
        given = f"{float(np.min(length.value)):g} months"
        sources.refuse("out_of_range", path, given, "whole years", "tax is reckoned by the year: 5 years, or 60 months")


def _test(rules: Regime) -> Traced:
    """Above which share of late property the mid-quarter convention applies: below none where it is stated."""
    if rules.convention.value == "mid_quarter":
        return rules.sources.derive(derive.always)
    return rules.row(One, "mid_quarter_test") if rules.macrs else rules.sources.derive(derive.unknown)


def _levied_by_month(rules: Regime) -> Traced:
    """The share of the rate that is levied: less in the tax years of a holiday, from the year of the first income."""
    sources, dates = rules.sources, rules.dates
    length = sources.given("owner.tax_holiday.length", Month)
    if length is None:
        return sources.derive(derive.levied_in_full, dates.timeline)
    _whole_years(sources, "owner.tax_holiday.length", length)
    relief = sources.given("owner.tax_holiday.relief", One) or sources.derive(derive.yes)
    starts = [month for parts in dates.starts.values() for month in parts]
    return sources.derive(derive.levied_after_holiday, length, relief, dates.timeline, *starts)


def conventions(rules: Regime, assets: tuple[inputs.Asset, ...]) -> dict[str, Traced]:
    """The choices that select tax lines."""
    sources = rules.sources
    life = sources.kept("finance.tax.loss_life")
    prefixes = [f"finance.assets.{asset.name}" for asset in assets]
    tables = [sources.kept(f"{prefix}.tax_schedule_q{number}") for prefix in prefixes for number in QUARTERS]
    shares = [sources.kept(f"{prefix}.{name}") for prefix in prefixes for name in ("bonus", "state_bonus")]
    return {
        "loss_life": sources.derive(derive.loss_life, life, rules.dates.timeline),
        "state": sources.derive(derive.state_levied, rules.state),
        "state_schedule": sources.derive(derive.state_schedule, rules.state, *shares),
        "quarters": sources.derive(derive.quarters_used, *tables),
    }
