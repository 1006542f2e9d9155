"""The shelf each collected file goes to: every row in the library's one shape, or out with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from library.book import RECALLED, Book, Line, stated
from library.text import Quantity, quantity, slug

ABOUT = ("as_of", "source", "source_url", "confidence", "note")  # columns about the row, not of it
TIERS = {"specialty": "neocloud", "long tail": "marketplace"}
# fields of system rows: (column, field, unit, factor)
SYSTEM = (
    ("launch_year", "launch_year", "year of launch", 1.0),
    ("bf16_dense_tflops", "bf16_dense", "TFLOP/s", 1.0),
    ("fp8_dense_tflops", "fp8_dense", "TFLOP/s", 1.0),
    ("fp4_dense_tflops", "fp4_dense", "TFLOP/s", 1.0),
    ("hbm_gb", "memory", "GB", 1.0),
    ("hbm_tbps", "memory_bandwidth", "TB/s", 1.0),
    ("scale_up_domain", "scale_up_domain", "accelerator", 1.0),
    ("scale_up_gb_s_per_gpu_bidir", "scale_up_bandwidth", "GB/s", 1.0),
    ("tdp_w", "accelerator_power", "kW", 1e-3),
    ("accel_per_server", "accelerators_per_node", "accelerator", 1.0),
    ("server_max_kw", "server_power", "kW", 1.0),
    ("accel_per_rack", "accelerators_per_rack", "accelerator", 1.0),
    ("rack_kw_design", "rack_power", "kW", 1.0),
    ("price_usd_per_accel", "price", "USD/accelerator", 1.0),
    ("price_usd_per_server_or_rack", "price_of_server_or_rack", "USD", 1.0),
    ("ethash_mh_s", "ethash_rate", "MH/s", 1.0),
    ("ethash_w", "ethash_power", "kW", 1e-3),
)
SYSTEM_WORDS = (
    *(("vendor", "vendor"), ("architecture", "architecture"), ("server_or_rack", "form"), ("cooling", "cooling")),
    *(("fp16_or_fp32_note", "other_formats"), ("price_as_of", "price_as_of")),
)
SYSTEM_NAMES = {
    "H100 SXM5 80GB": "HGX H100",
    "H200 SXM 141GB": "HGX H200",
    "B200 SXM 180GB": "HGX B200",
    "B300 SXM 288GB": "HGX B300",
    "A100 SXM4 80GB": "HGX A100",
    "Tesla V100 SXM2 32GB": "DGX-1 V100",
    "Tesla P100 SXM2": "DGX-1 P100",
    "Vera Rubin NVL72 (announced as NVL144)": "Vera Rubin NVL72",
    "Rubin Ultra NVL576 (Kyber; 144 packages)": "Rubin Ultra NVL576",
    "Helios rack, Instinct MI455X (MI450 series)": "Helios MI455X",
    "Trainium2 (Trn2 UltraServer)": "Trainium2",
    "Trainium3 (Trn3 UltraServer)": "Trainium3",
    "Gaudi 3 (HL-325L)": "Gaudi 3",
    "P106-100 (mining GTX 1060)": "P106-100",
}
NOTED = ("price", "rack_power")  # fields whose row repeats the system's note
ESTIMATED = re.compile(r"server[^.;]*(recalled|estimate)|(recalled|estimate)[^.;]*server", re.IGNORECASE)
ESTIMATE_RANGE = 0.15  # either way, on a figure that nobody published
COUNTED = ("accelerator", "year of launch")  # what is counted has no such range
COOLING = {
    "air CRAH + chiller": "air_chiller",
    "air + airside economiser": "air_economiser",
    "air + evaporative/adiabatic": "air_adiabatic",
    "rear-door heat exchanger": "rear_door",
    "direct-to-chip + dry cooler": "direct_to_chip_dry_cooler",
    "direct-to-chip + adiabatic cooler": "direct_to_chip_adiabatic",
    "direct-to-chip + chiller trim": "direct_to_chip_chiller_trim",
    "single-phase immersion": "immersion_single_phase",
    "two-phase immersion": "immersion_two_phase",
}
COOLING_FIELDS = {
    "supported rack power": "supported_rack_power",
    "supply temperature (air or facility water)": "supply_temperature",
    "annual PUE, temperate site, new build": "published_pue",
    "WUE, site": "published_wue",
    "cooling plant capex": "plant_cost",
    "fan power (room and outdoor)": "published_fan_power",
    "pump power (all loops)": "published_pump_power",
}
LETTERS = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC/C")
AGENCIES = {
    "S&P": "rating_s_and_p",
    "Moody's": "rating_moodys",
    "Fitch/DBRS": "rating_fitch_or_dbrs",
    "outlook": "outlook",
}
BUYERS = {
    "Meta Platforms": "Meta",
    "CoreWeave (corporate)": "CoreWeave",
    "SpaceX (owner of xAI after merger)": "SpaceX",
}


def take(book: Book, lines: list[Line]) -> None:
    """Every line onto its shelf."""
    for line in lines:
        shelf = SHELVES.get(line.file)
        if shelf is None:
            raise SystemExit(f"{line.file}: no shelf takes it; add one to tools/library/shelves.py")
        shelf(book, line)


def _plain(table: str, key: tuple[str, ...], name: tuple[str, ...]) -> Callable[[Book, Line], None]:
    """A shelf for files with value and unit columns: the columns that make the key, and those that make the field."""

    def shelf(book: Book, line: Line) -> None:
        value = stated(line)
        if value.value == "":
            book.skip(line, "no value was found")
            return
        book.add(line, table, ", ".join(line[c] for c in key if line[c]), slug(*(line[c] for c in name)), value)

    return shelf


def _wide(table: str, key: tuple[str, ...], units: dict[str, tuple[str, str]]) -> Callable[[Book, Line], None]:
    """A shelf for files with one column a figure: ``units`` gives (field, unit as stated) of a column, else words."""

    def shelf(book: Book, line: Line) -> None:
        for column, text in line.cell.items():
            if text.strip() and column not in (*key, *ABOUT, "unit"):
                name, unit = units.get(column, (column, ""))
                book.add(line, table, ", ".join(line[c] for c in key if line[c]), name, quantity(text, unit))

    return shelf


def _accelerators(book: Book, line: Line) -> None:
    key = SYSTEM_NAMES.get(line["model"], line["model"])
    book.add(line, "system", key, "model", Quantity(f"{line['vendor']} {line['model']}", "text"))
    for column, name in SYSTEM_WORDS:
        if line[column]:
            book.add(line, "system", key, name, Quantity(line[column], "text"), note="")
    estimated = ESTIMATED.search(line["note"]) is not None
    for column, name, unit, factor in SYSTEM:
        if not line[column]:
            continue
        number = float(line[column]) * factor
        guessed = estimated and name in ("server_power", "rack_power")
        value = Quantity(number, unit)
        if guessed or line["source"].startswith(RECALLED):
            spread = 0.0 if unit in COUNTED else ESTIMATE_RANGE
            value = Quantity(number, unit, number * (1 - spread), number * (1 + spread))
        if guessed:
            book.add(line, "system", key, name, value, source="recalled, unverified (engineering estimate)", address="")
            continue
        about_price = line["price_as_of"] if name.startswith("price") else ""
        dated = re.match(r"20\d\d(?:-\d\d)?", about_price)
        note = line["note"] if name in NOTED else ""
        book.add(line, "system", key, name, value, as_of=dated[0] if dated else "", note=note)
    if line["coolant_supply_c"]:
        text = line["coolant_supply_c"].split(" ")[0].rstrip(",")
        span = quantity(text, "C")
        top = span.high or float(span.value)
        value = Quantity(top, "degC", span.low or top, top, f"stated as {line['coolant_supply_c']} C")
        book.add(line, "system", key, "coolant_limit", value, source="recalled, unverified", address="")


def _cooling(book: Book, line: Line) -> None:
    value = stated(line)
    if line["architecture"] in COOLING:
        book.add(line, "cooling", COOLING[line["architecture"]], COOLING_FIELDS[line["metric"]], value)
    else:
        book.add(line, "cooling_study", line["architecture"], slug(line["metric"]), value)


def _climate(book: Book, line: Line) -> None:
    key = line["place"]
    check = "" if line["mean_check_vs_itu"] == "pass" else "monthly means fail the check against ITU-R P.1510"
    as_of = "1991-2020" if line["as_of"] == "normals" else line["as_of"]
    note = "; ".join(part for part in (line["basis"], check, line["note"]) if part)
    for column, name, unit in (
        ("country", "country", "text"),
        ("latitude", "latitude", "deg"),
        ("longitude", "longitude", "deg"),
        ("elevation_m", "elevation", "m"),
    ):
        value = Quantity(line[column] if unit == "text" else float(line[column]), unit)
        book.add(line, "place", key, name, value, as_of=as_of, note="" if unit == "text" else line["basis"])
    for column, name, unit, factor, either_way in (
        ("monthly_mean_drybulb_c", "drybulb_mean", "degC", 1.0, 1.5),
        ("monthly_mean_daily_max_c", "drybulb_max", "degC", 1.0, 2.0),
        ("monthly_mean_daily_min_c", "drybulb_min", "degC", 1.0, 2.0),
        ("monthly_mean_rh_pct", "relative_humidity", "1", 0.01, 0.1),
    ):
        for month, number in enumerate(json.loads(line[column]), start=1):
            middle = number * factor
            ends = (middle - either_way, middle + either_way) if line["source"].startswith("recalled") else (None, None)
            low, high = ends if unit == "degC" or ends[0] is None else (max(0.0, ends[0]), min(1.0, ends[1] or 1.0))
            about = note if month == 1 else check
            book.add(
                line, "place", key, f"{name}_{month:02d}", Quantity(middle, unit, low, high), as_of=as_of, note=about
            )


def _credit(book: Book, line: Line) -> None:
    table = line["table"]
    if table.startswith("transition"):
        book.skip(line, "full transition matrix of a rating agency: kept for checking, not distributed")
    elif table == "cumulative_default_extrapolated":
        book.skip(line, "own extrapolation beyond the study's fifteen years, not the agency's")
    elif table == "cumulative_default":
        if line["entity"] in LETTERS:
            grade = "CCC" if line["entity"] == "CCC/C" else line["entity"]
            name = f"cumulative_default_{int(line['horizon']):02d}"
            book.add(line, "rating", grade, name, stated(line), note="letter grade only" if name.endswith("01") else "")
        else:
            book.skip(line, "default rates are distributed by letter grade only")
    elif not line["value"]:
        book.skip(line, "no value was found")
    elif table == "counterparty_rating":
        key = BUYERS.get(line["entity"], line["entity"])
        book.add(line, "buyer", key, AGENCIES[line["metric"]], Quantity(line["value"], "text"))
    elif table == "curve":
        book.add(line, "curve", line["entity"], slug(line["horizon"], line["metric"]), stated(line))
    else:
        shelf = {"oas": "spread", "hyperscaler_spread": "spread"}.get(table, table)
        book.add(line, shelf, line["entity"], slug(line["metric"]), stated(line))


def _debt(book: Book, line: Line) -> None:
    key = line["facility"]
    numbers = {
        "size_usd_billion": ("amount", "USD bn"),
        "tenor_years": ("tenor", "years"),
        "spread_over_sofr_bp": ("spread", "bp"),
    }
    words = {"rate": "rate_stated", "spread_over_sofr_bp": "spread_stated", "drawn_usd_billion": "drawn_stated_bn_usd"}
    for column, text in line.cell.items():
        if not text.strip() or column in ("facility", *ABOUT):
            continue
        name, unit = numbers.get(column, (words.get(column, column), "text"))
        value = quantity(text, unit)
        if value.unit == "text":
            name = words.get(column, name)
        book.add(line, "debt", key, name, Quantity(value.value, "text") if value.unit == "text" else value)
    rate = re.match(r"(?:effective |blended )?(\d[\d.]*(?:-\d[\d.]*)?)%", line["rate"])
    if rate:
        value = quantity(rate[1], "%/yr")
        book.add(line, "debt", key, "rate", Quantity(value.value, "1/year", value.low, value.high, line["rate"]))


def _mlperf(book: Book, line: Line) -> None:
    words = ("round", "benchmark", "scenario", "submitter", "system")
    count = f"{line['n_accelerators']}x {line['accelerator']}" if line["accelerator"] else "no accelerator"
    key = ", ".join([*(line[column] for column in words), count])
    book.add(line, "mlperf", key, "result", quantity(line["value"], line["unit"]))
    if line["per_accelerator_value"]:
        unit = "accelerator-hour" if line["unit"] == "minutes" else "tokens/s"
        book.add(line, "mlperf", key, "per_accelerator", quantity(line["per_accelerator_value"], unit), note="")
    for column in ("n_accelerators", "nodes"):
        if line[column]:
            book.add(line, "mlperf", key, column, quantity(line[column], "count"), note="")


def _operator_pue(book: Book, line: Line) -> None:
    key = f"{line['operator']}, {line['site_or_region']}"
    year = re.search(r"20\d\d", line["as_of"])
    for column, name, unit in (("pue", "pue", "1"), ("wue_l_per_kwh", "wue", "L/kWh")):
        if line[column]:
            book.add(line, "operator_pue", key, f"{name}_{year[0]}" if year else name, quantity(line[column], unit))


def _prices(book: Book, line: Line) -> None:
    value = stated(line)
    name = slug(line["kind"], line["commitment"], line["provider"], line["date"])
    book.add(line, "price", line["item"], name, value)


def _power_prices(book: Book, line: Line) -> None:
    value, region, metric = stated(line), line["region"], line["metric"]
    year = line["as_of"][:4]
    if metric == "average industrial price":
        book.add(line, "region", region, f"industrial_price_{year}", value)
    elif metric == "average commercial price":
        book.add(line, "region", region, f"commercial_price_{year}", value)
    elif metric == "average industrial price, month":
        book.add(line, "region", region, f"industrial_price_of_{slug(line['as_of'])}", value)
    elif metric == "large industrial all-in price, planning value":
        book.add(
            line, "region", region, f"industrial_price_{line['as_of'][-4:]}", value, note=_said(metric, line["note"])
        )
    else:
        book.add(line, "power_price", region, slug(line["category"], metric), value)


def _said(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _markets(book: Book, line: Line) -> None:
    if line["indicator"] == "submarine_cables":
        book.skip(line, "the source is under CC BY-NC-SA 3.0, which a permissive licence cannot pass on")
        return
    about = _said(line["country"], line["note"])
    book.add(line, "market", line["iso3"], line["indicator"], stated(line), note=about)


def _unread(book: Book, line: Line) -> None:
    book.skip(line, "no part of the model reads it yet")


def _markets_wide(book: Book, line: Line) -> None:
    book.skip(line, "the wide form of markets.csv")


_VOLATILITY = {
    **{name: (name, "USD/MWh") for name in ("mean", "median", "sd", "p05", "p95", "p99", "max")},
    **{
        f"pct_hours_{tail}": (f"share_of_hours_{tail}", "%")
        for tail in ("over_100", "over_200", "over_1000", "negative")
    },
    "hours": ("hours", "h"),
    "lag1_autocorr": ("lag_1_autocorrelation", "1"),
}
_DEALS = {
    "tcv_usd_billion": ("total_value", "USD bn"),
    "tenor_years": ("tenor", "years"),
    "critical_it_mw": ("critical_it", "MW"),
    "gross_mw": ("gross_power", "MW"),
    "gpu_type": ("accelerator_type", "text"),
    "gpu_count": ("accelerators", "accelerator"),
    "prepayment_pct": ("prepayment", "%"),
    "noi_or_ebitda_margin_pct": ("noi_or_ebitda_margin", "%"),
    "avg_annual_noi_usd_million": ("noi_per_year", "USD_million"),
    "implied_usd_million_per_critical_mw_year": ("revenue_per_critical_it", "million USD/MW-year"),
}
_LEI_MASANET = {
    **{f"pue_{end}": (f"pue_{end}", "1") for end in ("p05", "p95", "mid")},
    **{f"wue_{end}_l_per_kwh": (f"wue_{end}", "L/kWh") for end in ("p05", "p95", "mid")},
}
_CHILLER = {
    "capacity_kw": ("capacity", "kW"),
    "cop_nominal": ("cop_nominal", "1"),
    "plr_min": ("part_load_min", "1"),
    **{
        f"{side}_c": (side, "C")
        for side in (
            *("evap_leaving", "cond_entering", "evap_leaving_min", "evap_leaving_max"),
            *("cond_entering_min", "cond_entering_max"),
        )
    },
}
_CAMPUS = {"mw": ("power", "MW"), "delay_months": ("delay", "months")}
SHELVES: dict[str, Callable[[Book, Line], None]] = {
    "accelerators.csv": _accelerators,
    "building.csv": _plain("building", ("market",), ("category", "metric")),
    "campus_delays.csv": _wide("campus", ("project",), _CAMPUS),
    "chiller_curves.csv": _wide("chiller", ("chiller",), _CHILLER),
    "climate.csv": _climate,
    "comps.csv": _plain("comparable", ("name",), ("group", "metric")),
    "cooling.csv": _cooling,
    "credit.csv": _credit,
    "deals.csv": _wide("deal", ("deal_id",), _DEALS),
    "debt.csv": _debt,
    "eras.csv": _plain("era", ("era",), ("field",)),
    "interconnect.csv": _plain("interconnect", ("item",), ("category", "key")),
    "interconnection.csv": _plain("interconnection", ("region",), ("category", "metric")),
    "lei_masanet_2022_pue_wue.csv": _wide("lei_masanet_2022", ("climate_zone", "reference_city", "case"), _LEI_MASANET),
    "markets.csv": _markets,
    "markets_wide.csv": _markets_wide,
    "mlperf.csv": _mlperf,
    "operator_pue_wue.csv": _operator_pue,
    "operators.csv": _plain("operator", ("operator",), ("metric", "period_end")),
    "power_prices.csv": _power_prices,
    "prices.csv": _prices,
    "reliability.csv": _plain("reliability", ("subject",), ("topic", "metric", "scale")),
    "retrofit.csv": _plain("retrofit", ("subject",), ("category", "metric")),
    **dict.fromkeys(("eras_additions.csv", "installed_base.csv", "throughput.csv", "workloads.csv"), _unread),
    "wholesale_volatility.csv": _wide("wholesale_price", ("market", "year"), _VOLATILITY),
}
