"""Small files of every kind for ``walk_fields``: what stands in them, and which values their fields get."""

from __future__ import annotations

from typing import Any

__all__ = ["APART", "BASES", "EXAMPLES", "SILENT", "TYPICAL", "VALUES"]

SITE = """
kind: factory
schema: 1
name: A small factory
site: {place: Dallas TX}
power:
  interconnection: {capacity: 60 MW, level: transmission, status: energised}
  energised: {2026-12: 30 MW}
  supply: {grid: {kind: tariff, energy: 50 USD/MWh}}
silicon:
  system: GB300 NVL72
  accelerators: 7200
  price: 60000 USD/accelerator
  price_includes: [servers, fabric, storage]
  delivered: {after: energised, lag: 0 months}
  paid: {before_delivery: 1 month}
cooling: {architecture: direct_to_chip_chiller_trim, installed: construction}
interconnect: {fabric: rail_optimised, oversubscription: 1}
build:
  halls: {one: {it_capacity: 20 MW, rack_limit: 200 kW, cost: 10 million USD/MW}}
  spending: {start: 2026-01, duration: 10 months, profile: linear}
owner: {name: Owner, tax: united_states, losses: carried_forward}
"""
FIRM = "buyer: Microsoft, signed: 2026-01, accelerators: 7000, price: 3 USD/GPU-hour, tenor: 60 months"
STARTS = "starts: {after: energised, lag: 1 month}"
LET = "buyer: Microsoft, signed: 2026-01, power: 15 MW, price: 150 USD/kW-month, electricity: passed_through"
ON_DEMAND = "accelerators: 7000, price: 3 USD/GPU-hour, tier: neocloud, commitment: on_demand, share_sold: 80 %"


def book(*terms: str, more: str = "", silicon: tuple[str, str] = ("", "")) -> str:
    """The site with contracts ``a``, ``b`` … and further chapters; ``silicon``: other words for its."""
    text = SITE.replace(*silicon) if silicon[0] else SITE
    entries = "".join(f"  {name}: {{{each}, {STARTS}}}\n" for name, each in zip("abc", terms, strict=False))
    return f"{text}offtake:\n{entries}{more}"


ANCHOR = f"kind: take_or_pay, {FIRM}"
PLAIN = book(ANCHOR)
NO_SILICON = ("accelerators: 7200", "accelerators: 0")
GRID = "{grid: {kind: tariff, energy: 50 USD/MWh}}"
EXITS = f"{ANCHOR}, exits: {{x: {{cause: convenience, notice: 6 months}}}}"


def loan(kind: str, terms: str = "", *, rate: str = "rate: 6 %/year") -> str:
    """The anchor contract with one loan."""
    stated = ", ".join(part for part in (kind and f"kind: {kind}", "matures: 2031-06", rate, terms) if part)
    return book(ANCHOR, more=f"capital:\n  debt:\n    senior: {{{stated}}}\n")


def fed_by(terms: str, *, alone: bool = False, shortage: bool = False) -> str:
    """The anchor contract with a source ``x``, before the grid's tariff or in its place."""
    grid = "" if alone else ", grid: {kind: tariff, energy: 50 USD/MWh}"
    supply = f"{{x: {{{terms}}}{grid}}}"
    text = PLAIN.replace(GRID, supply)
    return text.replace("  supply:", "  shortage: {allowed: true}\n  supply:") if shortage else text


def cooled_by(architecture: str, terms: str = "installed: construction") -> str:
    """A site of air-cooled racks under another architecture."""
    text = PLAIN.replace(
        "architecture: direct_to_chip_chiller_trim, installed: construction", f"architecture: {architecture}, {terms}"
    )
    text = text.replace("system: GB300 NVL72", "system: HGX H100").replace("accelerators: 72", "accelerators: 52")
    return text.replace("accelerators: 7000", "accelerators: 5000").replace("cost: 10", "space_racks: 9000, cost: 10")


def phased(phases: str, terms: str = ANCHOR, generations: str = "", halls: str = "") -> str:
    """A site whose power comes by phases."""
    text = book(terms).replace("  energised: {2026-12: 30 MW}\n", "")
    text = text.replace("silicon:\n  system", f"phases: {{{phases}}}\nsilicon:\n  system", 1)
    if halls:
        text = text.replace("halls: {one:", f"halls: {{{halls}, one:")
    return text.replace("\ncooling:", f"\n{generations}cooling:") if generations else text


TWO = "one: {energised: 2026-12, power: 20 MW, halls: [one]}, two: {energised: 2027-03, power: 10 MW, halls: [two]"
SECOND = "two: {it_capacity: 8 MW, rack_limit: 200 kW, cost: 10 million USD/MW}"
OLD = (
    "generations:\n  old: {system: GB200 NVL72, accelerators: 1440, delivered: {after: energised, lag: 0 months}, "
    "paid: {before_delivery: 1 month}, price: 50000 USD/accelerator, price_includes: [servers, fabric, storage]}\n"
)
LEASED = PLAIN.replace(", cost: 10 million USD/MW", "").replace(
    "  spending:", "  lease: {rent: 100 USD/kW-month, tenor: 120 months}\n  spending:"
)
ARCHITECTURES = {
    "air_adiabatic": "",
    "immersion_single_phase": "",
}
STATED = {
    "bullet": "amount: 50 million USD",
    "revolver": "amount: 20 million USD",
    "vendor": "share: 30 %",
    "preferred": "amount: 30 million USD",
    "scheduled": "repayment: {2028-01: 50 %, 2030-01: 50 %}",
}
DELAYED = f"{ANCHOR}, delay: {{damages: 100000 USD/day, cap: 2 million USD, long_stop: 12 months}}"
GUARANTEED = (
    "kind: take_or_pay, buyer: A startup, rating: CCC, guarantor: Microsoft, signed: 2026-01, " + FIRM.split(", ", 2)[2]
)

# base: the file, and the paths that it is about (none: all but those apart)
BASES: dict[str, tuple[str, str]] = {
    "plain": (PLAIN, ""),
    "take_or_pay": (PLAIN, "offtake.a"),
    "late": (book(DELAYED).replace("  supply:", "  delay: {by: 3 months}\n  supply:"), "offtake.a.delay power.delay"),
    "spread": (book(f"kind: take_or_pay, {FIRM}, spread: 3 %/year"), "offtake.a.spread offtake.a.recovery"),
    "guaranteed": (
        book(f"{GUARANTEED}, backstop: {{amount: 100 million USD, amortises_over: 24 months}}"),
        "offtake.a.guarantor offtake.a.guarantor_rating offtake.a.backstop offtake.a.rating offtake.a.guaranteed",
    ),
    "two": (
        book(
            ANCHOR.replace("7000", "3000"),
            f"kind: minimum_volume, {FIRM}, minimum: 60 %, used: [30 %]".replace("7000", "4000"),
        ),
        "offtake.b.rank offtake.b.make_up offtake.b.shortfall offtake.b.used",
    ),
    "minimum_volume": (book(f"kind: minimum_volume, {FIRM}, minimum: 50 %, used: [70 %]"), "offtake.a"),
    "on_demand": (book(f"kind: on_demand, {ON_DEMAND}, tenor: 60 months"), "offtake.a"),
    "floor": (book(f"kind: floor, {FIRM}"), "offtake.a"),
    "colocation": (book(f"kind: colocation, {LET}, tenor: 120 months", silicon=NO_SILICON), "offtake.a"),
    "powered_shell": (book(f"kind: powered_shell, {LET}, tenor: 120 months", silicon=NO_SILICON), "offtake.a"),
    "mining": (
        book("kind: mining, power: 15 MW, price: 0.115 USD/kWh, tenor: 60 months", silicon=NO_SILICON),
        "offtake.a",
    ),
    "sculpted": (loan(""), "capital.debt.senior"),
    **{f"loan_{kind}": (loan(kind, STATED.get(kind, "")), "capital.debt.senior") for kind in ("level", *STATED)},
    "floating": (loan("", rate=""), "capital.debt.senior capital.base_rate capital.base_curve"),
    "letter": (loan("", "dsra: 6 months, dsra_held: letter_of_credit"), "capital.debt.senior.letter_fee"),
    "merchant_cash": (
        book(
            ANCHOR.replace("7000", "3000"),
            f"kind: on_demand, {ON_DEMAND}, tenor: 60 months".replace("7000", "4000"),
            more="capital:\n  debt:\n    senior: {matures: 2031-06, rate: 6 %/year}\n",
        ),
        "capital.debt.senior.merchant_dscr",
    ),
    "on_rent": (
        book(
            f"kind: colocation, {LET}, tenor: 120 months",
            silicon=NO_SILICON,
            more="capital:\n  debt:\n    senior: {secures: rent, matures: 2034-12, rate: 6 %/year}\n",
        ),
        "capital.debt.senior.secures capital.debt.senior.cap_rate",
    ),
    "takeout": (
        loan("", "prepaid: 2029-06, make_whole: {spread: 1 %/year}, refinanced_by: later")
        + "    later: {matures: 2031-06, rate: 6 %/year}\n",
        "capital.debt.senior.prepaid capital.debt.senior.make_whole capital.debt.senior.refinanced_by",
    ),
    "foreign": (
        book(ANCHOR.replace("3 USD", "3 EUR") + ", escalator: 2 %/year", more="capital: {fx: {EUR: 1.08 USD/EUR}}\n"),
        "capital.fx capital.inflation_abroad",
    ),
    "taxed": (
        PLAIN.replace("Dallas TX", "Santa Clara (San Jose) CA")
        .replace(
            "  spending:",
            "  acquired: 2024-06\n  classes: {x: {like: soft, cost: 10 million USD, acquired: 2024-06}}\n  spending:",
        )
        .replace("  paid:", "  acquired: 2024-06\n  paid:")
        + "capital:\n  debt:\n    senior: {matures: 2031-06, rate: 6 %/year}\n",
        "owner",
    ),
    "tariff": (fed_by("kind: tariff, energy: 50 USD/MWh, demand: 5 USD/kW-month", alone=True), "power.supply.x"),
    "periods": (
        fed_by("kind: tariff, periods: {day: {price: 60 USD/MWh, hours: 8-20}, rest: {price: 40 USD/MWh}}", alone=True),
        "power.supply.x.periods",
    ),
    "hourly": (fed_by("kind: tariff, hourly: {file: price.csv}", alone=True), "power.supply.x.hourly"),
    "wholesale": (fed_by("kind: wholesale, hourly: {file: price.csv}", alone=True), "power.supply.x"),
    "market": (fed_by('kind: wholesale, market: {row: "ERCOT, 2024"}', alone=True), "power.supply.x"),
    "ppa": (fed_by("kind: ppa, price: 40 USD/MWh, volume: 10 MW"), "power.supply.x"),
    "solar_ppa": (
        fed_by("kind: ppa, price: 40 USD/MWh, volume: 10 MW, shape: solar"),
        "power.supply.x.capacity_factor power.supply.x.shape",
    ),
    "generation": (
        fed_by("kind: generation, technology: gas_engine, capacity: 10 MW, fuel_price: 2 USD/MMBtu"),
        "power.supply.x",
    ),
    "solar": (fed_by("kind: solar, capacity: 5 MW"), "power.supply.x"),
    "wind": (fed_by("kind: wind, capacity: 5 MW"), "power.supply.x"),
    "battery": (
        fed_by("kind: battery, power: 5 MW, energy: 20 MWh").replace(
            "energy: 50 USD/MWh", "periods: {day: {price: 160 USD/MWh, hours: 8-20}, rest: {price: 20 USD/MWh}}"
        ),
        "power.supply.x",
    ),
    "interruptible": (
        fed_by("kind: interruptible, power: 15 MW, hours: 100 h", shortage=True).replace(
            "capacity: 60 MW", "capacity: 30 MW"
        ),
        "power.supply.x power.shortage",
    ),
    "phases": (phased(f"{TWO}}}", halls=SECOND), "phases"),
    "generations": (phased(f"{TWO}, generation: old}}", f"{ANCHOR}, generation: silicon", OLD, SECOND), "generations"),
    "leased": (LEASED, "build.lease"),
    "leased_phases": (
        phased("one: {energised: 2026-12, power: 30 MW}")
        .replace(", cost: 10 million USD/MW", "")
        .replace("  spending:", "  lease: {rent: 100 USD/kW-month}\n  spending:"),
        "phases",
    ),
    "default": (
        book(
            f"{EXITS}, prepayment: {{share: 20 %, paid_before_start: 3 months, credited_from: 25 months}}",
            more="events: {e: {kind: default, contract: a, month: 2028-01}}\n",
        ),
        "events",
    ),
    "exit": (book(EXITS, more="events: {e: {kind: exit, contract: a, month: 2029-01}}\n"), "events"),
    "late_delivery": (book(DELAYED, more="events: {e: {kind: late_delivery, contract: a, by: 3 months}}\n"), "events"),
    "production": (PLAIN + "production: {model: {parameters: 70e9}}\n", "production"),
    "towers": (PLAIN.replace("installed: construction}", "installed: construction, water_cooled: 1}"), "cooling"),
    "halls": (
        PLAIN.replace(
            "cost: 10 million USD/MW}",
            "cost: 10 million USD/MW, cooling: {architecture: direct_to_chip_dry_cooler, installed: construction}}",
        ),
        "build.halls.one.cooling.architecture build.halls.one.cooling.installed build.halls.one.accelerators",
    ),
    "redundant": (PLAIN.replace("\ninterconnect:", "\nelectrical: {redundancy: 2N}\ninterconnect:"), "electrical"),
    "fabric": (
        PLAIN.replace("price_includes: [servers, fabric, storage]", "price_includes: [servers]").replace(
            "oversubscription: 1}", "oversubscription: 1, copper_share: 20 %, pod: 1152}"
        ),
        "interconnect",
    ),
    **{name: (cooled_by(name, terms), "cooling") for name, terms in ARCHITECTURES.items()},
}

APART = (
    "offtake",
    "capital.debt",
    "events",
    "phases",
    "generations",
    "production",
    "build.lease",
    "cooling",
)  # bases of their own

# the least that a chapter needs where a base lacks it
EXAMPLES: dict[str, dict[str, Any]] = {
    "Wait": {"low": "12 months", "likely": "24 months", "high": "36 months"},
    "Delay": {"by": "3 months"},
    "PhaseChapter": {"energised": "2026-12", "power": "30 MW"},
    "ShortageChapter": {"allowed": True},
    "Anchor": {"after": "energised", "lag": "2 months"},
    "LeaseAnchor": {"after": "energised", "lag": "2 months"},
    "Paid": {"before_delivery": "2 months"},
    "Spending": {"start": "2026-02", "duration": "6 months"},
    "AssetClass": {"like": "soft", "cost": "10 million USD"},
    "LeaseExtension": {"term": "12 months"},
    "BuildingLease": {"rent": "100 USD/kW-month"},
    "Facility": {"cost": "200 USD/kW-year"},
    "SiliconSupport": {"share_of_price": "3 %/year"},
    "PropertyTax": {"share_of_durable": "1.5 %/year"},
    "ProductionChapter": {"model": {"parameters": "70e9"}},
    "Prepayment": {"share": "10 %", "paid_before_start": "3 months", "credited_from": "5 months"},
    "Exit": {"cause": "convenience", "notice": "6 months"},
    "Breach": {"below": "99.99 %", "times": "2", "within": "6 months"},
    "Credits": {"below": "[99.99 %]", "credit": "[10 %]"},
    "ServiceLevel": {"below": "[99.99 %]", "credit": "[10 %]"},
    "Backstop": {"amount": "100 million USD"},
    "Extension": {"owner": "buyer", "term": "12 months", "notice": "6 months"},
    "LeaseOption": {"owner": "buyer", "term": "12 months", "notice": "6 months"},
    "TenantFunding": {"amount": "5 million USD"},
    "Lateness": {"damages": "100000 USD/day"},
    "MinimumTake": {"share": "95 %"},
    "Hourly": {"file": "share.csv"},
    "Period": {"price": "60 USD/MWh"},
    "DemandWindow": {"price": "10 USD/kW-month"},
    "Ratchet": {"share": "95 %", "months": "11 months"},
    "Rider": {"energy": "2 USD/MWh"},
    "MarketChapter": {"row": "ERCOT, 2024"},
    "Hedge": {"share": "50 %", "rate": "4 %/year"},
    "MakeWhole": {"spread": "0.5 %/year"},
    "DebtChapter": {"matures": "2031-06", "rate": "6 %/year"},
    "SaleLeaseback": {
        "sells": "building",
        "sold": "2029-01",
        "price": "100 million USD",
        "rent": "1 million USD/month",
    },
    "Options": {"count": "1000", "strike": "5 USD"},
    "Convertible": {"amount": "10 million USD", "conversion_price": "10 USD"},
    "TaxHoliday": {"length": "24 months"},
}

# values of fields that are no number or word of a few: the model's name and the field
VALUES: dict[str, Any] = {
    "FactoryFile.name": "Another",
    "FactoryFile.workload": "training",
    "FactoryFile.sources": "{assumed: [name]}",
    "SiteChapter.place": "Frankfurt",
    "SiteChapter.weather": "none.epw",
    "SiteChapter.country": "Germany",
    "SiteChapter.region": "US-CA",
    "SiteChapter.utc_offset": ("-6 h", "-5 h"),
    "SiteChapter.fibre_latency": "20 ms",
    "InterconnectionChapter.level": ("distribution", "13.8 kV"),
    "InterconnectionChapter.load_swing": "1 MW/h",
    "InterconnectionChapter.ride_through": "20 ms",
    "InterconnectionChapter.reserved": "40 MW",
    "InterconnectionChapter.firm": ("40 MW", "25 MW"),
    "InterconnectionChapter.apparent": ("45 MVA", "20 MVA"),
    "PowerChapter.energised": "{2026-12: 35 MW}",
    "Delay.after": "2026-12",
    "PhaseChapter.energised": "2026-11",
    "PhaseChapter.halls": ("[two]", "{one: 20 MW}"),
    "PhaseChapter.generation": "silicon",
    "PhaseChapter.delivered": "2027-01",
    "PhaseChapter.accepted": "2027-02",
    "PhaseChapter.handed_over": "2027-03",
    "PhaseChapter.lease": "2027-06",
    "SiliconChapter.system": ("GB200 NVL72", "HGX B200"),
    "SiliconChapter.accelerators": "7128",
    "SiliconOfGeneration.accelerators": "1368",
    "SiliconChapter.available": ("7000", "8000"),
    "SiliconChapter.price_includes": "[servers]",
    "SiliconChapter.phase_shares": "{2026-12: 90 %}",
    "SiliconChapter.acquired": ("2024-06",),
    "SiliconChapter.refresh": "[60 months]",
    "SiliconChapter.delivered": "2027-01",
    "CoolingChapter.air_class": ("A3", "H1"),
    "CoolingChapter.fan_rating": ("mass_flow", "volume_flow", "site_pressure"),
    "CoolingChapter.water_cooled": ("0", "1"),
    "CoolingChapter.chiller": "York_YT_1125kW_7_92COP_VSD",
    "Interconnect.switch": "Tomahawk 5",
    "Interconnect.core_oversubscription": "4",
    "Spending.start": "2026-03",
    "Build.acquired": "2024-06",
    "AssetClass.like": ("silicon", "shell"),
    "AssetClass.payments": "{2026-03: 20 million USD}",
    "AssetClass.in_service": "2027-06",
    "AssetClass.acquired": "2024-06",
    "AssetClass.tax_life": ("180 months", "468 months"),
    "BuildingLease.starts": ("2027-03", "2090-01"),
    "ServedModel.name": "DeepSeek-R1",
    "ServedModel.benchmark": "llama2-70b-99.9",
    "Credits.below": "[99 %]",
    "Credits.credit": "[20 %]",
    "Credits.cap": "1 %",
    "Lateness.guaranteed": "2026-12",
    "OfftakeTerms.buyer": ("OpenAI", "Nobody known"),
    "OfftakeTerms.rating": ("B", "CCC"),
    "OfftakeTerms.default_curve": "[2 %, 5 %]",
    "OfftakeTerms.guarantor": ("Microsoft", "OpenAI"),
    "OfftakeTerms.guarantor_rating": "BB",
    "OfftakeTerms.starts": "2027-03",
    "OfftakeTerms.phases": ("[2026-12]", "[two]"),
    "OfftakeTerms.ends": "2030-06",
    "TakeOrPay.signed": "2026-06",
    "MinimumVolume.signed": "2026-06",
    "LeaseTerms.signed": "2026-06",
    "Floor.signed": "2026-06",
    "HourTerms.generation": ("silicon", "old"),
    "HourTerms.ramp": "[50 %]",
    "HourTerms.accelerators": ("6900", "3900"),
    "MinimumVolume.used": ("[80 %]", "[20 %]"),
    "Mining.path": "ethereum_2021",
    "MerchantChapter.path": "ethereum_2021",
    "MerchantChapter.path_from": "2028-01",
    "TenantFunding.paid": "2026-05",
    "DefaultEvent.contract": ("a", "b"),
    "DefaultEvent.buyer": "Microsoft",
    "OneDate.month": "2028-06",
    "OneDate.refund": ("after_debt", "before_debt"),
    "ExitEvent.contract": ("a", "b"),
    "ExitEvent.way": ("x", "y"),
    "LateEvent.contract": ("a", "b"),
    "LateEvent.month": ("2026-01", "2027-06"),
    "Hourly.file": ("other.csv", "share.csv"),
    "Hourly.column": ("value", "another"),
    "Hourly.unit": "USD/MWh",
    "Period.months": "6-9",
    "Period.hours": "9-20",
    "DemandWindow.months": "6-9",
    "DemandWindow.hours": "0-6",
    "MarketChapter.row": "CAISO, 2024",
    "GenerationChapter.technology": "fuel_cell",
    "DebtChapter.offtaker": ("a", "b"),
    "DebtChapter.currency": "EUR",
    "DebtChapter.margin_steps": "{2028-06: 3 %/year}",
    "DebtChapter.closes": ("2026-03", "2029-06"),
    "DebtChapter.available_until": "2026-09",
    "DebtChapter.matures": "2030-12",
    "DebtChapter.amortises_until": "2031-11",
    "DebtChapter.repayment": "{2028-01: 40 %, 2030-01: 60 %}",
    "DebtChapter.repayment_amounts": "{2028-01: 50 million USD, 2030-01: 50 million USD}",
    "DebtChapter.refinanced_by": ("x", "later"),
    "DebtChapter.prepaid": "2029-03",
    "DebtChapter.disclosed": "DDTL 2.0",
    "DebtChapter.draw_order": ("[prepayment, equity, debt]", "[prepayment, pro_rata]"),
    "DebtChapter.sizing_dscr": ("2", "none"),
    "DebtChapter.merchant_dscr": ("1.5", "3"),
    "DebtChapter.max_ltv": ("30 %", "5 %"),
    "DebtChapter.covenant_dscr": ("1.2", "9"),
    "DebtChapter.lockup_dscr": ("1.2", "9"),
    "DebtChapter.cap_rate": ("30 %/year", "60 %/year"),
    "DebtChapter.tail": ("24 months", "48 months"),
    "DebtChapter.max_commitment": ("10 million USD", "5 million USD"),
    "DebtChapter.day_count": ("30/360", "actual/360"),
    "CapitalChapter.base_curve": "{2028-06: 5 %/year}",
    "CapitalChapter.fx": ("{EUR: 1.2 USD/EUR}", "{GBP: 1.3 USD/GBP}"),
    "CapitalChapter.inflation_abroad": "{EUR: 3 %/year}",
    "SaleLeaseback.sold": "2030-01",
    "TaxRates.loss_life": "24 months",
    "TaxRates.interest_limit": "1 %",
    "TaxHoliday.length": "36 months",
    "Owner.name": "Somebody else",
    "Owner.tax": "germany",
}

TYPICAL = {  # of a unit, where neither file nor library says what a field is
    "kW": 5000.0,
    "USD": 5e6,
    "1/year": 0.03,
    "month": 6.0,
    "h": 48.0,
    "accelerator": 1000.0,
    "USD/month": 1e5,
    "USD/h": 5000.0,
    "USD/kW": 900.0,
    "USD/(h·kW)": 0.05,
    "USD/(kW·month)": 5.0,
    "USD/(kW·year)": 20.0,
    "USD/(day·kW)": 0.3,
    "USD/(accelerator·h)": 2.5,
    "m^2": 4000.0,
    "kg/m^2": 2000.0,
}

SILENT: dict[str, str] = {  # model and field: why it is right that it says nothing where it moves nothing
    "FactoryFile.currency": "one word is all that may stand there",
    "Facility.per": "one word is all that may stand there",
    "InterconnectionChapter.wait": "ask time-to-power reads it",
    "Wait.low": "ask time-to-power reads it",
    "Wait.likely": "ask time-to-power reads it",
    "Wait.high": "ask time-to-power reads it",
    "InterconnectionChapter.dedicated_substation": "one of several signs of the verdict",
    "ElectricalChapter.ups_no_load": "counts below half load, as in a redundant chain",
    "Interconnect.core_oversubscription": "counts between pods, where one set of spines does not hold all",
    "AssetClass.acquired": "counts where the law changed between the two months",
    "DebtChapter.merchant_dscr": "counts where hours are sold that nobody is committed to",
    "DebtChapter.draw_order": "one for all loans: of a revolver alone nothing waits for what is built",
    "LeaseAnchor.after": "the halls are handed over in the month in which their power comes",
    "BuildingLease.tenor": "counts where it ends before the plant does",
    "BuildingLease.extension": "counts where the plant outlives the tenor",
    "LeaseExtension.term": "counts where the plant outlives the tenor",
    "CoolingChapter.coil_approach": "counts where the water makes air no cooler than is asked for",
    "CoolingChapter.humidifier_power": "counts where the coil dries the air",
    "DefaultEvent.recovery": "counts where letting again leaves a claim",
    "ShortageChapter.lost_load": "counts where shedding is cheaper than what would serve",
    "SiliconOfGeneration.rack_area": "counts where a hall states what its floor bears",
    "GenerationChapter.minimum_load": "counts where less would run",
    "GenerationChapter.lead_time": "warned of where it comes after its power is needed",
    "Solar.lead_time": "warned of where it comes after its power is needed",
    "Wind.lead_time": "warned of where it comes after its power is needed",
    "BatteryChapter.lead_time": "warned of where it comes after its power is needed",
}
