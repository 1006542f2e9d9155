"""Rows behind the verdict and the value, drawn from collected facts: buyers' thresholds, cures, multiples, spreads."""

from __future__ import annotations

from dataclasses import replace

from library.book import Book, Line, stated
from library.text import Quantity

HYPERSCALE = "hyperscale / NVIDIA DGX-Ready style"
# metric of a recalled procurement value -> field, factor to the engine's unit, unit, low, high
PROCUREMENT: dict[str, tuple[str, float, str, float | None, float | None]] = {
    "rack power for liquid-cooled tier": ("rack_power_at_least", 1.0, "kW", 80.0, 140.0),
    "electrical feed": ("feed_voltage_at_least", 1e-3, "kV", 0.4, 0.48),
    "floor point load": ("rack_mass_at_least", 1.0, "kg", 1360.0, 2000.0),
    "PUE ceiling in hyperscale leases": ("pue_at_most", 1.0, "1", 1.15, 1.3),
    "uptime clause": ("availability_at_least", 1e-2, "1", 0.9999, 0.99999),
    "inter-site fibre latency, training campus": ("fibre_latency_at_most", 1 / 3.6e6, "h", 0.5 / 3.6e6, 2 / 3.6e6),
    "delivery from signature": ("delivery_at_most", 1.0, "month", 12.0, 24.0),
    "contiguous block": ("block_at_least", 1e3, "kW", 24e3, 100e3),
}
WAITS = {  # price and tax region -> the large-load wait of a grid in it
    "default": "US average",
    "US-TX": "Oncor/ERCOT (Dallas)",
    "US-VA": "Dominion (Virginia)",
    "US-OH": "Columbus OH (AEP)",
    "US-CA": "Silicon Valley (SVP/PG&E)",
    "US-PA": "Pittsburgh (Duquesne)",
    "US-GA": "Georgia Power",
    "US-IL": "ComEd (Chicago)",
    "US-AZ": "APS/SRP (Phoenix)",
    "US-LA": "Entergy Louisiana/Mississippi",
    "US-MS": "Entergy Louisiana/Mississippi",
    "US-WY": "Black Hills/Cheyenne",
    "US-IA": "MidAmerican (Iowa)",
    "US-OR": "Portland General (Hillsboro)",
    "US-TN": "TVA (Memphis)",
    "US-IN": "NIPSCO (Indiana)",
    "US-ND": "Montana-Dakota/Otter Tail (Ellendale)",
}
# layer/name of a multiple -> group, name, metric, as of
MULTIPLES: dict[str, tuple[str, str, str, str]] = {
    "shell/towers: American Tower": ("dc_reit_tower", "American Tower", "EV/EBITDA LTM", "2025 (EQIX price $886.7)"),
    "shell/pipelines: Williams": ("lng_midstream", "Williams", "EV/EBITDA LTM", ""),
    "shell/pipelines: Enterprise Products": ("lng_midstream", "Enterprise Products", "EV/EBITDA LTM", ""),
    "shell/pipelines: Enbridge": ("lng_midstream", "Enbridge", "EV/EBITDA LTM", ""),
    "shell/LNG: Cheniere": ("lng_midstream", "Cheniere Energy (LNG)", "EV/EBITDA LTM", ""),
    "shell/power: Vistra": ("contracted_power", "Vistra", "EV/EBITDA 2026E", ""),
    "shell/power: Constellation": ("contracted_power", "Constellation", "EV/EBITDA 2026E", ""),
    "shell/power: Talen": ("contracted_power", "Talen (pro forma)", "EV/EBITDA 2026E", ""),
    "silicon/aircraft: AerCap": ("aircraft_lessor", "AerCap", "EV/EBITDA LTM", ""),
    "silicon/aircraft: Air Lease": ("aircraft_lessor", "Air Lease", "EV/EBITDA LTM", ""),
    "silicon/ships: US shipping": ("industrial", "Shipbuilding & Marine", "EV/EBITDA", ""),
    "silicon/rigs: US oilfield": ("industrial", "Oilfield Svcs/Equip. (rigs)", "EV/EBITDA", ""),
}
CLOUD = {
    "MongoDB": "MongoDB",
    "Alphabet": "Alphabet (largest cloud comps table, row 1, $3.6T)",
    "Microsoft": "Microsoft (row 2, $3.0T)",
    "Amazon": "Amazon (row 3, $2.4T)",
    "Oracle": "Oracle (row 4, EV $543bn)",
}
SPREADS = {"AAA": "AAA", "AA": "AA", "A": "A", "BBB": "BBB", "BB": "BB", "B": "B", "CCC": "CCC and lower"}
TENORS = {"2Y": "024", "5Y": "060", "10Y": "120", "30Y": "360"}


def draw(book: Book, lines: list[Line]) -> None:
    """All rows."""
    _specifications(book, lines)
    _cures(book, lines)
    _multiples(book, lines)
    _rates(book, lines)


def _find(lines: list[Line], file: str, **match: str) -> list[Line]:
    return [line for line in lines if line.file == file and all(line[c] == text for c, text in match.items() if text)]


def _one(lines: list[Line], file: str, **match: str) -> Line:
    found = _find(lines, file, **match)
    if len(found) != 1:
        raise SystemExit(f"{file}: {len(found)} rows where {match}; expected one")
    return found[0]


def _specifications(book: Book, lines: list[Line]) -> None:
    key = "hyperscale_liquid"
    for metric, (name, factor, unit, low, high) in PROCUREMENT.items():
        line = _one(lines, "retrofit.csv", subject=HYPERSCALE, metric=metric)
        value = Quantity(float(line["value"]) * factor, unit, low, high, f"stated as {line['value']} {line['unit']}")
        book.add(line, "specification", key, name, value)
    line = _one(lines, "retrofit.csv", subject=HYPERSCALE, metric="facility water class")
    value = Quantity(40.0, "degC", 32.0, 45.0, "stated as W40: water at up to 40 degC (ASHRAE class)")
    book.add(line, "specification", key, "coolant_supply_at_most", value)
    line = _one(lines, "retrofit.csv", subject="NVIDIA Blackwell", metric="direct liquid cooling")
    key = "nvidia_blackwell"
    liquid = Quantity(1.0, "1", 1.0, 1.0, "stated as mandatory")
    book.add(line, "specification", key, "liquid_to_chip_at_least", liquid)
    mass = Quantity(1360.0, "kg", None, None, "stated as about 1,360 kg per rack")
    book.add(line, "specification", key, "rack_mass_at_least", mass, note="")
    line = _one(lines, "cooling.csv", architecture="GB200 NVL72", metric="rack power")
    book.add(line, "specification", key, "rack_power_at_least", stated(line))


def _cures(book: Book, lines: list[Line]) -> None:
    for region, name in WAITS.items():
        (line,) = [
            line
            for line in _find(lines, "interconnection.csv", region=name)
            if line["category"] == "large_load" and line["unit"] in ("years", "months")
        ]
        book.add(line, "cure", region, "connection_wait", stated(line), note=f"{name}; {line['note']}".rstrip("; "))
    line = _one(lines, "interconnection.csv", metric="large-load interconnection (substation, lines, breaker station)")
    ends = [float(line[column]) / 1e3 for column in ("value", "low", "high")]
    value = Quantity(ends[0], "USD/kW", ends[1], ends[2], f"stated as {line['value']} USD/MW")
    book.add(line, "cure", "default", "connection_cost", value)


def _multiples(book: Book, lines: list[Line]) -> None:
    for key, (group, name, metric, as_of) in MULTIPLES.items():
        line = _one(lines, "comps.csv", group=group, name=name, metric=metric, as_of=as_of)
        book.add(line, "multiple", key, "ev_ebitda", stated(line))
    for key, name in CLOUD.items():
        (line,) = [x for x in _find(lines, "comps.csv", group="cloud", metric="EV/LTM revenue") if x["name"] == name]
        book.add(line, "multiple", f"cloud/{key}", "ev_revenue", stated(line))
    line = _one(lines, "comps.csv", group="dc_ma", name="Listed bitcoin-miner power shells", metric="EV per MW")
    value = replace(stated(line), low=0.0, high=8000.0)
    book.add(line, "value", "default", "undeveloped", value, note="energised land without halls; high: Aligned, all MW")
    line = _one(lines, "interconnection.csv", metric="share of 2000-2019 requests built by end 2024")
    queued = replace(stated(line), unit="1", low=0.1, high=0.4)
    book.add(line, "value", "queued", "energises", queued, note="generators' queue, for want of one of loads")


def _rates(book: Book, lines: list[Line]) -> None:
    for letter, entity in SPREADS.items():
        line = max(_find(lines, "credit.csv", table="oas", entity=entity), key=lambda item: item["as_of"])
        value = replace(stated(line), unit="1/year")
        if line["source"].startswith("recalled"):
            number = float(value.value)
            value = replace(value, low=number * 0.75, high=number * 1.25)
        book.add(line, "credit_spread", letter, "spread", value)
    for horizon, months in TENORS.items():
        found = [x for x in _find(lines, "credit.csv", table="curve", horizon=horizon) if "CMT" in x["metric"]]
        line = max(found, key=lambda item: item["as_of"])
        book.add(line, "risk_free", "USD", f"month_{months}", replace(stated(line), unit="1/year"))
