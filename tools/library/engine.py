"""The rows the engine asks for by name, drawn from collected facts (what no fact covers is in ``assumed.csv``)."""

from __future__ import annotations

import re
from dataclasses import replace
from math import log

from library.book import COLLECTED, RECALLED, Book, Line, stated
from library.paths import hash_path
from library.shelves import COOLING as ARCHITECTURES
from library.shelves import SYSTEM_NAMES, TIERS
from library.text import Quantity, quantity

# file, the columns that find its row -> table, key, field: the fact as it stands
DRAWN: tuple[tuple[str, dict[str, str], str, str, str], ...] = (
    ("building.csv", {"metric": "facility opex without power, large AI site"}, "operations", "default", "facility"),
    ("building.csv", {"metric": "property tax without abatement"}, "operations", "default", "property_tax"),
    ("building.csv", {"metric": "insurance share of capex"}, "operations", "default", "insurance"),
    ("building.csv", {"metric": "maintenance share of capex"}, "operations", "default", "maintenance"),
    ("building.csv", {"metric": "greenfield build time"}, "build", "default", "spending_duration"),
    (
        "reliability.csv",
        {"metric": "full-cluster re-initialisation after one GPU failure"},
        "reliability",
        "default",
        "restart",
    ),
    (
        "interconnect.csv",
        {"item": "NVIDIA Quantum-2 QM9700 (InfiniBand NDR)", "key": "price"},
        "network",
        "Quantum-2 QM9700",
        "switch_price",
    ),
    (
        "interconnect.csv",
        {"item": "64-port 800G Ethernet switch, generic"},
        "network",
        "Ethernet 64x800",
        "switch_price",
    ),
    ("interconnect.csv", {"item": "fiber trunk MPO-16", "key": "price"}, "network", "default", "fibre_price"),
    ("interconnect.csv", {"item": "1.6T twin-port", "key": "price"}, "scale_up", "default", "module_price"),
    ("interconnect.csv", {"item": "1.6T twin-port", "key": "power"}, "scale_up", "default", "module_power"),
    ("credit.csv", {"table": "curve", "horizon": "5Y"}, "capital", "default", "risk_free"),
    ("credit.csv", {"table": "curve", "horizon": "Effective fed funds"}, "capital", "default", "base_rate"),
)
OPTICS = (  # item, key, field, networks that use it
    (
        "800G OSFP DR8",
        "price",
        "transceiver_price",
        ("Quantum-X800 Q3400", "Spectrum-4 SN5600", "Ethernet 64x800", "Tomahawk 5"),
    ),
    (
        "800G OSFP",
        "power",
        "transceiver_power",
        ("Quantum-X800 Q3400", "Spectrum-4 SN5600", "Ethernet 64x800", "Tomahawk 5"),
    ),
    ("400G QSFP-DD", "price", "transceiver_price", ("Quantum-2 QM9700",)),
    ("NVIDIA ConnectX-7", "price", "nic_price", ("Quantum-2 QM9700",)),
)
HYPERSCALE_AIR = "model input: hyperscale airside economiser + adiabatic"
HYPERSCALE_WATER = "model input: hyperscale water-cooled chiller + waterside economiser"
MIDSIZE = "model input: midsize chiller plants"
LIQUID = ("direct_to_chip_chiller_trim", "direct_to_chip_dry_cooler", "direct_to_chip_adiabatic")
IMMERSED = ("immersion_single_phase", "immersion_two_phase")
FREE_AIR = ("air_economiser", "air_adiabatic")
CHILLED_AIR = ("air_chiller", "air_cooled_chiller", "dx")
ALL_COOLING = (*CHILLED_AIR, "waterside_economiser", *FREE_AIR, "rear_door", *LIQUID, *IMMERSED)
# architecture and metric of a fact -> field, the architectures that take it
COOLING: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("components", "cooling tower approach (water leaving minus wet bulb)", "tower_approach", ALL_COOLING),
    ("components", "dry cooler approach (fluid leaving minus dry bulb)", "dry_cooler_approach", ALL_COOLING),
    ("components", "CDU approach (secondary supply minus facility supply)", "cdu_approach", ALL_COOLING),
    ("components", "air coil approach", "coil_approach", ALL_COOLING),
    (
        "components",
        "waterside economiser heat exchanger approach",
        "exchanger_approach",
        ALL_COOLING,
    ),
    ("components", "adiabatic pad approach to wet bulb at full wetting", "adiabatic_approach", ALL_COOLING),
    (MIDSIZE, "CRAH fan pressure", "fan_pressure", CHILLED_AIR),
    (
        MIDSIZE,
        "CRAH fan efficiency",
        "fan_efficiency",
        (*CHILLED_AIR, "waterside_economiser", "rear_door", *LIQUID, *IMMERSED),
    ),
    (MIDSIZE, "air temperature rise", "air_rise", CHILLED_AIR),
    (MIDSIZE, "cycles of concentration", "cycles_of_concentration", (*CHILLED_AIR, "rear_door")),
    (MIDSIZE, "lighting share of IT", "lighting", (*CHILLED_AIR, "rear_door")),
    (HYPERSCALE_AIR, "CRAH fan pressure", "fan_pressure", FREE_AIR),
    (HYPERSCALE_AIR, "CRAH fan efficiency", "fan_efficiency", FREE_AIR),
    (HYPERSCALE_AIR, "air temperature rise", "air_rise", FREE_AIR),
    (
        HYPERSCALE_AIR,
        "cycles of concentration",
        "cycles_of_concentration",
        ("waterside_economiser", *FREE_AIR, *LIQUID, *IMMERSED),
    ),
    (HYPERSCALE_WATER, "facility water delta T", "water_rise", ALL_COOLING),
    (HYPERSCALE_WATER, "CRAH fan pressure", "fan_pressure", ("waterside_economiser", "rear_door", *LIQUID, *IMMERSED)),
)
# published figures of an architecture -> the engine's field
PUBLISHED = {
    "supply temperature (air or facility water)": "liquid_supply",
    "pump power (all loops)": "pump_power",
}
AIR_SUPPLIED = ("air CRAH + chiller", "air + airside economiser", "air + evaporative/adiabatic")
WATER_CLASSES = ("ASHRAE facility water class", "ASHRAE technology cooling class")
GRADES = (
    *("AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "BB-", "B+", "B", "B-"),
    *("CCC+", "CCC", "CCC-", "CC", "C", "D"),
)
MOODYS = (
    *("Aaa", "Aa1", "Aa2", "Aa3", "A1", "A2", "A3", "Baa1", "Baa2", "Baa3", "Ba1", "Ba2", "Ba3", "B1", "B2", "B3"),
    *("Caa1", "Caa2", "Caa3", "Ca", "C"),
)
PUB_946 = "IRS Publication 946, Appendix A"
PUB_946_ADDRESS = "https://www.irs.gov/publications/p946"
MACRS = {  # percent by tax year: 200 or 150 % declining balance
    "5": ("20.00 32.00 19.20 11.52 11.52 5.76", "Table A-1, half-year"),
    "15": (
        "5.00 9.50 8.55 7.70 6.93 6.23 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.95",
        "Table A-1, half-year",
    ),
    "5 mid-quarter Q1": ("35.00 26.00 15.60 11.01 11.01 1.38", "Table A-2, mid-quarter, placed in the first quarter"),
    "5 mid-quarter Q2": ("25.00 30.00 18.00 11.37 11.37 4.26", "Table A-3, mid-quarter, placed in the second quarter"),
    "5 mid-quarter Q3": ("15.00 34.00 20.40 12.24 11.30 7.06", "Table A-4, mid-quarter, placed in the third quarter"),
    "5 mid-quarter Q4": ("5.00 38.00 22.80 13.68 10.94 9.58", "Table A-5, mid-quarter, placed in the fourth quarter"),
    "15 mid-quarter Q1": (
        "8.75 9.13 8.21 7.39 6.65 5.99 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 5.90 0.74",
        "Table A-2, mid-quarter, placed in the first quarter",
    ),
    "15 mid-quarter Q2": (
        "6.25 9.38 8.44 7.59 6.83 6.15 5.91 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 2.21",
        "Table A-3, mid-quarter, placed in the second quarter",
    ),
    "15 mid-quarter Q3": (
        "3.75 9.63 8.66 7.80 7.02 6.31 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.91 3.69",
        "Table A-4, mid-quarter, placed in the third quarter",
    ),
    "15 mid-quarter Q4": (
        "1.25 9.88 8.89 8.00 7.20 6.48 5.90 5.90 5.90 5.91 5.90 5.91 5.90 5.91 5.90 5.17",
        "Table A-5, mid-quarter, placed in the fourth quarter",
    ),
    "39": (
        " ".join(["1.177", *["2.564"] * 38, "1.391"]),
        "Table A-7a, mid-month, placed in July, the middle of a year",
    ),
}
STATES = {"United States": "US"}
COST_FACTOR_SPREAD = 0.06  # either way, on a recalled factor
HOURS_PER_DAY = 24.0
PUBLIC_FAILURES = (1.9, 6.5)  # per 1,000 node-days: the span of public fleets of eight-accelerator nodes


def draw(book: Book, lines: list[Line]) -> None:
    """All drawn rows."""
    facts = _Facts(lines)
    for file, match, table, key, name in DRAWN:
        line = facts.one(file, **match)
        book.add(line, table, key, name, _ranged(_yearly(stated(line), name), line))
    for item, which, name, networks in OPTICS:
        line = facts.one("interconnect.csv", item=item, key=which)
        for network in networks:
            book.add(line, "network", network, name, _ranged(stated(line), line))
    _systems(book, facts)
    _cooling(book, facts)
    _electrical(book, facts)
    _reliability(book, facts)
    _regions(book, facts)
    _build(book, facts)
    _money(book, facts)
    _ratings(book, facts)
    hash_path(book, lines)
    _tax(book)


class _Facts:
    """Collected lines, found by the text of their columns."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines

    def all(self, file: str, **match: str) -> list[Line]:
        return [x for x in self.lines if x.file == file and all(x[c] == text for c, text in match.items())]

    def one(self, file: str, **match: str) -> Line:
        found = self.all(file, **match)
        if len(found) != 1:
            raise SystemExit(f"{file}: {len(found)} rows where {match}; expected one")
        return found[0]


def _yearly(value: Quantity, name: str) -> Quantity:
    return replace(value, unit="1/year") if name in ("risk_free", "base_rate") else value


def _ranged(value: Quantity, line: Line) -> Quantity:
    """A recalled value that the engine uses has a range: a quarter either way where the row gives none."""
    recalled = line["source"].startswith(RECALLED) and isinstance(value.value, float)
    if not recalled or (value.low is not None and value.high is not None):
        return value
    number = float(value.value)
    low = number * 0.75 if value.low is None else value.low
    return replace(value, low=low, high=number * 1.25 if value.high is None else value.high)


def _systems(book: Book, facts: _Facts) -> None:
    """What other tables say of a system; two public rack powers stand side by side with one preferred."""
    reasons = {
        "GB300 NVL72": "the vendor's own rack budget, the sum of its eighteen trays, against 137 kW in a write-up",
        "GB200 NVL72": "nominal rack power; two sources agree",
        "Vera Rubin NVL72": "the highest power profile (Max-P) is what a hall must hold",
    }
    for row in book.rows:
        if row.table == "system" and row.field == "rack_power" and row.key in reasons:
            row.preferred, row.note = True, f"preferred: {reasons[row.key]}; {row.note}"
    for key in reasons:
        line = facts.one("cooling.csv", architecture=key, metric="rack power")
        book.add(line, "system", key, "rack_power", stated(line))
    line = facts.one("cooling.csv", architecture="GB200 NVL72", metric="liquid heat-capture fraction")
    book.add(line, "system", "GB200 NVL72", "liquid_fraction", stated(line))
    for line in facts.all("accelerators.csv"):
        key = SYSTEM_NAMES.get(line["model"], line["model"])
        if "(100%)" in line["cooling"]:
            book.add(line, "system", key, "liquid_fraction", Quantity(1.0, "1", 0.9, 1.0, line["cooling"]))
        elif line["cooling"].startswith("air"):
            book.add(
                line, "system", key, "liquid_fraction", Quantity(0.0, "1", 0.0, 0.0, f"cooling: {line['cooling']}")
            )
    rates = {
        "NVIDIA ConnectX-7": ("HGX H100", "HGX H200", "HGX B200", "GB200 NVL72"),
        "NVIDIA ConnectX-8 SuperNIC": ("HGX B300", "GB300 NVL72"),
        "NVIDIA ConnectX-9": ("Vera Rubin NVL72",),
    }
    for item, keys in rates.items():
        line = facts.one("interconnect.csv", item=item, key="rate per GPU" if item.endswith("9") else "rate")
        for key in keys:
            book.add(line, "system", key, "nic_rate", stated(line))
    line = facts.one("reliability.csv", subject="Llama 3 405B", metric="BF16 MFU", scale="16,384 H100, DP128")
    book.add(
        line, "system", "HGX H100", "mfu", Quantity(0.41, "1", 0.38, 0.43, "stated as 41 % at 16,384 accelerators")
    )


def _cooling(book: Book, facts: _Facts) -> None:
    for architecture, metric, name, takers in COOLING:
        line = facts.one("cooling.csv", architecture=architecture, metric=metric)
        for key in takers:
            book.add(line, "cooling", key, name, stated(line))
    for line in facts.all("cooling.csv"):
        if line["architecture"] not in ARCHITECTURES:
            continue
        key, metric, value = ARCHITECTURES[line["architecture"]], line["metric"], stated(line)
        if metric in PUBLISHED:
            name = PUBLISHED[metric]
            if name == "liquid_supply" and line["architecture"] in AIR_SUPPLIED:
                name = "air_supply"
            book.add(line, "cooling", key, name, value)
        elif metric == "supported rack power":
            low, high = float(value.value), value.high or 0.0
            note = f"the densest published, not the usual {low:g} kW: a limit, against which a rack is checked"
            book.add(line, "cooling", key, "rack_limit", Quantity(high, "kW", low, high), note=note)
    for line in facts.all("cooling.csv"):
        if line["architecture"] in WATER_CLASSES:  # the class stands first in the metric: W32 maximum supply ...
            book.add(line, "water_class", line["metric"].split()[0], "supply_max", stated(line))
    line = facts.one("cooling.csv", metric="Carnot fraction across 157 catalogue machines")
    for key in ALL_COOLING:
        book.add(line, "cooling", key, "carnot_fraction", stated(line))


def _electrical(book: Book, facts: _Facts) -> None:
    transformer = facts.one("building.csv", metric="medium-voltage transformer efficiency")
    ups = facts.one("building.csv", metric="UPS double conversion efficiency")
    wide = facts.one("cooling.csv", architecture=HYPERSCALE_WATER, metric="UPS efficiency")
    loss = facts.one("cooling.csv", architecture=HYPERSCALE_WATER, metric="power distribution loss")
    factors = {"N": "N: capex factor", "N+1": "N+1: capex factor", "2N": "2N: capex factor"}
    for key, metric in factors.items():
        book.add(transformer, "electrical", key, "transformer", stated(transformer))
        note = "preferred: double conversion from half load up is what the engine asks for"
        book.add(ups, "electrical", key, "ups", stated(ups), note=note, preferred=True)
        book.add(wide, "electrical", key, "ups", stated(wide))
        kept, low, high = (1 - float(loss[column]) for column in ("value", "high", "low"))
        book.add(loss, "electrical", key, "distribution", Quantity(kept, "1", low, high, "one less the stated loss"))
        line = facts.one("building.csv", metric=metric)
        factor = float(line["value"])
        spread = 0.0 if key == "2N" else COST_FACTOR_SPREAD
        value = Quantity(factor, "1", factor - spread, factor + spread)
        book.add(line, "electrical", key, "cost_factor", value, note="of 2N electrical and mechanical cost")


def _reliability(book: Book, facts: _Facts) -> None:
    line = facts.one("reliability.csv", metric="implied unexpected interruptions per node-day")
    low, high = (each / 1000 / HOURS_PER_DAY for each in PUBLIC_FAILURES)
    rate = Quantity(float(line["value"]) / HOURS_PER_DAY, "1/h", low, high, f"stated as {line['value']} per node-day")
    note = "per node of eight accelerators; public fleets span 1.9 to 6.5 per 1,000 node-days"
    book.add(line, "reliability", "default", "failures", rate, note=note)
    line = facts.one("reliability.csv", metric="blocking write assumed in validated model")
    write = Quantity(float(line["value"]) / 3600, "h", 1 / 3600, 60 / 3600, "stated as 20 s")
    book.add(line, "reliability", "default", "checkpoint_write", write)


def _regions(book: Book, facts: _Facts) -> None:
    """The grid, price and tax region of a US place is its state; elsewhere the assumed rows say it."""
    for line in facts.all("climate.csv"):
        state = re.search(r"\b[A-Z]{2}\b", line["place"])
        if line["country"] in STATES and state:
            value = Quantity(f"{STATES[line['country']]}-{state[0]}", "text")
            book.own("place", line["place"], "region", value, "the state in the place's name", COLLECTED)


def _build(book: Book, facts: _Facts) -> None:
    """Cost of the durable layer per kW of IT: by market, and its split into asset classes."""
    newest: dict[str, Line] = {}
    for line in facts.all("building.csv", category="construction"):
        if line["unit"] == "USD/W" and line["as_of"] >= newest.get(line["market"], line)["as_of"]:
            newest[line["market"]] = line
    for market, line in newest.items():
        book.add(line, "build", market, "hall_cost", stated(line))
    line = facts.one("building.csv", market="US 19-market average")
    value = Quantity(
        float(line["value"]) * 1e3, "USD/kW", 9300.0, 15000.0, "stated as 11.7 million USD/MW, range 9.3-15.0"
    )
    book.add(line, "build", "default", "hall_cost", value)
    part = {x["metric"]: float(x["value"]) / 100 for x in facts.all("building.csv", category="breakdown")}
    powered = part["critical capacity (electrical and mechanical)"] + part["white space fit-out"]
    line = facts.one("building.csv", metric="critical capacity (electrical and mechanical)")
    electrical, low, high = 0.6, 0.5, 0.7  # of critical capacity and white space; no public split found
    about = (
        "critical capacity (53 %) and white space (10 %), split 60 to 40 between electrical and mechanical (assumed)"
    )
    for name, share in (("electrical_share", electrical), ("mechanical_share", 1 - electrical)):
        ends = (low, high) if name == "electrical_share" else (1 - high, 1 - low)
        value = Quantity(powered * share, "1", powered * ends[0], powered * ends[1])
        book.add(line, "build", "default", name, value, note=about, confidence="low")
    shell = facts.one("building.csv", metric="shell", category="breakdown")
    note = "shell (21 %), site (10 %), back of house (4 %) and office (2 %)"
    book.add(shell, "build", "default", "shell_share", Quantity(1 - powered, "1"), note=note)
    split = facts.one("interconnect.csv", key="GPU nodes / networking / storage+ancillary")
    nodes, networking, storage = (float(share) for share in split["value"].split("/"))
    for name, number in (("fabric_share", networking / nodes), ("storage_share", storage / nodes)):
        value = Quantity(number, "1", number * 0.7, number * 1.5, f"stated as {split['value']} {split['unit']}")
        book.add(split, "build", "default", name, value, note="of the price of the accelerator nodes")
    for rent in facts.all("building.csv", category="colo_rent"):
        if "Dallas" in rent["market"] or rent["market"] == "US primary average":
            key = "default" if rent["market"] == "US primary average" else rent["market"]
            book.add(rent, "rent", key, "colocation", stated(rent))


def _money(book: Book, facts: _Facts) -> None:
    """Low-case residuals, margins, merchant prices."""
    for months in (12, 24, 36, 48, 60):
        label = f"{months}{'+' if months == 60 else ''} months"  # noqa: PLR2004
        line = facts.one("prices.csv", kind="residual", item="H100", commitment=label)
        book.add(line, "residual", "low_case", f"month_{months:02d}", replace(stated(line), unit="1"))
    for grade, facility in (("A", "CoreWeave DDTL 4.0, IG customer"), ("BB", "CoreWeave DDTL 5.0, non-IG customers")):
        line = facts.one("credit.csv", entity=facility, metric="margin over SOFR")
        book.add(line, "margin", grade, "spread", stated(line))
    for line in facts.all("prices.csv", kind="rental", as_of="2026-05"):
        tier = TIERS.get(line["provider"], line["provider"])
        system = {"A100 80GB": "HGX A100", "H100 SXM": "HGX H100", "H200 SXM": "HGX H200"}.get(line["item"], "")
        if system and line["source"].startswith("Mercatus") and line["commitment"] == "on-demand":
            _merchant(book, line, system, tier, "on_demand")
    line = facts.one("prices.csv", provider="market (SemiAnalysis index)", commitment="1y contract", date="2026-03")
    _merchant(book, line, "HGX H100", "neocloud", "1_year", 1.7, 3.0)
    for item, system in (("B200", "HGX B200"), ("GB200 NVL72", "GB200 NVL72")):
        line = facts.one("prices.csv", item=item, provider="CoreWeave", commitment="on-demand")
        _merchant(book, line, system, "neocloud", "on_demand", float(line["value"]) * 0.4, float(line["value"]))


def _merchant(
    book: Book, line: Line, system: str, tier: str, commitment: str, low: float | None = None, high: float | None = None
) -> None:
    value = stated(line)
    if low is not None:
        value = replace(value, low=low, high=high)
    key = f"{system}/{tier}/{commitment}"
    book.add(line, "merchant", key, "price_new", value)
    for name, text in (("tier", tier), ("commitment", commitment)):
        book.add(line, "merchant", key, name, Quantity(text, "text"), note="")


def _ratings(book: Book, facts: _Facts) -> None:
    """Number of each grade, its default hazard from five years of its letter, and the grade of each buyer."""
    curve = {
        "CCC" if x["entity"] == "CCC/C" else x["entity"]: x
        for x in facts.all("credit.csv", table="cumulative_default", horizon="5")
    }
    for number, grade in enumerate(GRADES, start=1):
        letter = grade.rstrip("+-")
        book.own("rating", grade, "number", Quantity(float(number), "1"), "order of the S&P scale", "2026")
        if letter in curve:
            hazard = -log(1 - float(curve[letter]["value"]) / 100) / 5
            note = "constant hazard with the same five-year default rate as the letter grade"
            value = Quantity(hazard, "1/year")
            book.add(curve[letter], "rating", grade, "hazard", value, note=note, confidence="medium")
    for number, grade in enumerate(MOODYS, start=1):
        if grade not in GRADES:
            book.own("rating", grade, "number", Quantity(float(number), "1"), "order of the Moody's scale", "2026")
            letter = GRADES[number - 1].rstrip("+-")
            if letter in curve:
                hazard = -log(1 - float(curve[letter]["value"]) / 100) / 5
                note = f"that of {letter}, the same place on the S&P scale"
                value = Quantity(hazard, "1/year")
                book.add(curve[letter], "rating", grade, "hazard", value, note=note, confidence="medium")
    for line in facts.all("credit.csv", table="counterparty_rating", metric="S&P"):
        if line["value"]:
            key = next(r.key for r in book.shipped[line.file, line.number])
            book.add(line, "buyer", key, "rating", Quantity(line["value"], "text"))
            book.add(line, "buyer", key, "rating_agency", Quantity("S&P", "text"), note="")


def _tax(book: Book) -> None:
    """MACRS percentages as the IRS prints them (never by formula: the printed rows are rounded to sum to 100)."""
    for key, (percents, table) in MACRS.items():
        for year, percent in enumerate(percents.split(), start=1):
            value = quantity(percent, "percent")
            book.own("macrs", key, f"year_{year:02d}", value, f"{PUB_946}, {table}", "2024", PUB_946_ADDRESS)
    for key, convention in (("5", "half_year"), ("15", "half_year"), ("39", "mid_month")):
        life = Quantity(float(key) * 12, "month", wording=f"stated as {key} years")
        source = f"{PUB_946.partition(',')[0]}, chapter 4"
        book.own("property", key, "life", life, source, "2024", PUB_946_ADDRESS)
        book.own("property", key, "convention", Quantity(convention, "text"), source, "2024", PUB_946_ADDRESS)
