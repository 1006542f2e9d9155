"""Small files of every kind for ``walk_fields``; what their fields get stands in ``walk_values.yaml``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["APART", "BASES"]

SITE = (Path(__file__).resolve().parents[1] / "tests" / "small_factory.yaml").read_text(encoding="utf-8")
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
