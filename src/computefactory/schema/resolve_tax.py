"""The owner's taxes from file and library: rates, what each asset class may deduct, the conventions they bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from computefactory.finance import inputs
from computefactory.schema import derive
from computefactory.schema.fill import fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.schema.resolve_dates import Calendar
from computefactory.schema.resolve_debt import sizing_tax
from computefactory.timeline import MONTHS_PER_YEAR, month_number
from computefactory.units import Month, One, PerYear

__all__ = ["Regime", "jurisdictions", "regime", "tax", "views"]

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

    def classes(
        self, asset: Traced, place: Traced, like: str, acquired: Traced, life: Traced | None
    ) -> tuple[inputs.TaxClass, ...]:
        """The tax classes of an asset that is acquired in a month; ``life`` where the file states its recovery.

        One for both returns, or one for each where the state does not follow what is expensed federally; and one for
        each quarter where a mid-quarter year may come and leaves a table anything to hold.
        """
        sources = self.sources
        bonus = self._bonus(like, acquired)
        own = sources.derive(derive.conforming, bonus, self.state_bonus)
        levied = _levied(self.state)
        returns = [("", bonus)]
        joint = {"state": sources.derive(derive.is_levied, self.state)} if levied else {}
        if levied and not _same(bonus, own):
            returns, joint = [("", bonus), (" state", own)], {}
        left = any(not _all(expensed) for _, expensed in returns)
        rule, quarters = self._tables(like, life, by_quarter=left and self.convention.value != "half_year")
        made = []
        for which, expensed in returns:
            later = () if _all(expensed) else quarters
            tested = {"tested": sources.derive(derive.gives_way, *(one["quarter"] for one in later))} if later else {}
            for number, terms in enumerate((rule | tested, *(rule | one for one in later))):
                name = f"{asset.value}{which}{f' Q{number}' if number else ''}"
                named = sources.named_by(asset, name)
                alone = {"state": sources.derive(derive.in_state, named)} if which else joint
                path = f"finance.tax_classes.{name}"
                shares = {"asset": place, "bonus": expensed, **alone, **terms}
                made.append(fill(sources, inputs.TaxClass, path, name=named, **shares))
        return tuple(made)

    def _tables(
        self, like: str, life: Traced | None, *, by_quarter: bool
    ) -> tuple[dict[str, Traced], tuple[dict[str, Traced], ...]]:
        """How a class is written off, and the table of each quarter of placing in service."""
        sources = self.sources
        if not self.macrs:
            return self._rate(like), ()
        key = sources.fact("text", "asset", like, "macrs") if life is None else self._class_of(life)
        if key.origin is None:
            return {}, ()
        convention = sources.fact("text", "property", key, "convention")
        if convention.value == "mid_month":
            half = sources.derive(derive.is_mid_month, convention)
            real = sources.fact(Month, "property", key, "life")
            return {"by_month": half, "mid_month": half, "tax_life": real}, ()
        rule = {"schedule": self._table(key, str(key.value))}
        if not by_quarter:
            return rule, ()
        names = [sources.named_by(key, f"{key.value} mid-quarter Q{number}") for number in QUARTERS]
        return rule, tuple(
            {"schedule": self._table(key, str(name.value)), "quarter": sources.derive(derive.quarter_of, name)}
            for name in names
        )

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
            self.dates.complete,
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
        method = self.row("text", f"{group.value}_method")
        if method.value == "declining_balance":
            return {"schedule": sources.derive(derive.declining_balance, rate)}
        return {
            "by_month": sources.derive(derive.is_straight_line, method),
            "tax_life": sources.derive(derive.life_of_rate, rate),
        }


def _all(shares: Traced) -> bool:
    """Everything is expensed at once, so no table is left to apply."""
    return all(share >= 1 if isinstance(share, float) else bool(np.all(share >= 1)) for share in shares.value or ())


def _same(federal: Traced, state: Traced) -> bool:
    """Whether the state lets the same shares be expensed at once."""
    pairs = zip(federal.value or (), state.value or (), strict=True)
    return all(one == other if type(one) is type(other) is float else np.all(one == other) for one, other in pairs)


def _levied(rate: Traced) -> bool:
    return bool(np.any(np.asarray(rate.value, dtype=float) > 0)) if rate.origin else False


def regime(sources: Sources, dates: Calendar) -> Regime:
    """The regime that the owner names, or its region's."""
    region = sources.kept("plant.site.region")
    name = sources.get("owner.tax", "text", ("region", region, "tax"))
    state = sources.get("owner.tax_rates.state", One, ("region", region, "state_income_tax"))
    share = sources.get("owner.tax_rates.state_bonus", One, ("region", region, "state_bonus"))
    if not _levied(state):
        sources.account.idle("owner.tax_rates.state_bonus", "the state levies no income tax")
    depreciates = sources.fact("text", "tax", name, "depreciation", named_by="owner.tax")
    convention = sources.get("owner.tax_convention", "text", ("tax", name, "convention"), named_by="owner.tax")
    return Regime(sources, dates, name, depreciates, convention, state, share)


def tax(rules: Regime, classes: tuple[inputs.TaxClass, ...]) -> inputs.IncomeTax:
    """Rates and limits of the owner's income tax."""
    sources = rules.sources
    if all(item.by_month or all(np.all(np.asarray(part) >= 1) for part in item.bonus or ()) for item in classes):
        sources.account.idle(
            "owner.tax_convention", "all personal property is expensed at once, or none follows a table"
        )
    if sources.model.owner.losses == "used_at_once":
        for name in ("loss_limit", "loss_life"):
            sources.account.idle(f"owner.tax_rates.{name}", "losses are used at once")
    if not sources.model.tranches:
        sources.account.idle("owner.tax_rates.interest_limit", "there is no debt")
    made = fill(
        sources,
        inputs.IncomeTax,
        "finance.tax",
        "owner.tax_rates",
        regime=rules.name,
        timeline=rules.dates.timeline,
        state=rules.state,
        in_sizing=sizing_tax(sources),
        **_test(rules, classes),
        **_levied_by_month(rules),
    )
    _whole_years(sources, "owner.tax_rates.loss_life", sources.kept("finance.tax.loss_life"))
    return made


def jurisdictions(rules: Regime) -> tuple[inputs.Jurisdiction, ...]:
    """Who levies a tax: the state, where it does, before the nation."""
    sources = rules.sources
    names = ("state", "federal") if _levied(rules.state) else ("federal",)
    return tuple(
        fill(
            sources,
            inputs.Jurisdiction,
            f"finance.jurisdictions.{name}",
            name=sources.named_by(sources.kept(f"finance.tax.{name}"), name),
        )
        for name in names
    )


def views(sources: Sources, levied: tuple[inputs.Jurisdiction, ...]) -> tuple[inputs.View, ...]:
    """The unlevered views, each for every jurisdiction."""
    made = []
    for view in ("project", "lender"):
        for item in levied:
            name = view if item.name == "federal" else f"{view} {item.name}"
            prefix = f"finance.jurisdictions.{item.name}"
            named = sources.named_by(sources.kept(f"{prefix}.name"), name)
            state = sources.kept(f"{prefix}.state")
            made.append(fill(sources, inputs.View, f"finance.views.{name}", name=named, state=state))
    return tuple(made)


def _whole_years(sources: Sources, path: str, length: Traced) -> None:
    """Tax years are whole: a length between two of them would be cut without a word."""
    if length.origin and np.any(np.asarray(length.value) % MONTHS_PER_YEAR):
        given = f"{float(np.min(length.value)):g} months"
        sources.refuse("out_of_range", path, given, "whole years", "tax is reckoned by the year: 5 years, or 60 months")


def _test(rules: Regime, classes: tuple[inputs.TaxClass, ...]) -> dict[str, Traced]:
    """Above which share of late property the mid-quarter convention applies, where a class could follow it."""
    if not any(item.tested for item in classes):
        return {}
    if rules.convention.value == "mid_quarter":
        return {"mid_quarter_test": rules.sources.derive(derive.tested_above, rules.convention)}
    return {"mid_quarter_test": rules.row(One, "mid_quarter_test")}


def _levied_by_month(rules: Regime) -> dict[str, Traced]:
    """The share of the rate that is levied: less in the tax years of a holiday, from the year of the first income."""
    sources, dates = rules.sources, rules.dates
    path = "owner.tax_holiday"
    length = sources.given(f"{path}.length", Month)
    if length is None:
        return {}
    _whole_years(sources, f"{path}.length", length)
    relief = sources.given(f"{path}.relief", One)
    relief = relief or sources.absent(f"{path}.relief", 1.0, One, "nothing is levied in the holiday")
    starts = [part.begins for parts in dates.parts.values() for part in parts]
    return {"levied": sources.derive(derive.levied_after_holiday, length, relief, dates.timeline, *starts)}
