"""The model that runs from file and library, and what a benchmark measured on the same system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from computefactory.plant import inputs
from computefactory.plant.tokens import cache_of_request, most_of, most_reached, weights
from computefactory.schema import derive
from computefactory.schema.fill import field_of, fill
from computefactory.schema.origin import MISSING, Sources, Traced
from computefactory.units import One, Tflops, TokenPerSecond

__all__ = ["beyond", "production", "unlike"]

_PATH, _MODEL = "production", "production.model"
_REQUEST = ("input_tokens", "output_tokens", "model.context", "batch", "interactivity")
_FIRST = "what was measured goes first"
GIGABIT = 8.0  # per GB
_ROUNDING = 1e-9
_RATES = ("bf16_dense", "fp8_dense", "fp4_dense")
_KEY = re.compile(r"v(?P<major>\d+)\.(?P<minor>\d+), (?P<task>[^,]+), .*")


def production(sources: Sources, at: str, kept: str) -> inputs.Production | None:
    """What runs on a generation of silicon; None where the file names no model."""
    if sources.model.production is None:
        return None
    system = str(sources.required(f"{at}.system").value)
    named = _named(sources)
    if "parameters" not in named and not sources.given(f"{_MODEL}.parameters"):
        sources.refuse("missing", _MODEL, "neither parameters nor a name", "parameters, or the name of a known model")
        return None
    parameters, active, width = (
        field_of(sources, inputs.Production, name, _PATH, **named)
        for name in ("parameters", "active", "bytes_per_parameter")
    )
    calibration = _usual(sources, "calibration")
    made = fill(
        sources,
        inputs.Production,
        f"{kept}.production",
        _PATH,
        system=sources.required(f"{at}.system"),
        scale_up_domain=sources.kept(f"{kept}.silicon.scale_up_domain"),
        scale_up_bandwidth=sources.kept(f"{kept}.silicon.scale_up_bandwidth"),
        nic_rate=sources.kept(f"{kept}.silicon.nic_rate"),
        rate_of_width=lambda: sources.derive(derive.inference_rate, width, *_rates(sources, system, kept)),
        mfu_of_kind=lambda: sources.derive(
            derive.by_kind, parameters, active, *(_usual(sources, f"inference_mfu{kind}") for kind in ("", "_mixture"))
        ),
        aspect=lambda: _usual(sources, "aspect"),
        chosen=_chosen(sources, named, parameters, active),
        calibration_low=sources.end(calibration, "low"),
        calibration_high=sources.end(calibration, "high"),
        **named,
        **_measured(sources, system),
    )
    if not sources.problems:
        _check(sources, made)
    return made


def _usual(sources: Sources, name: str) -> Traced:
    """A default of the library."""
    return sources.fact(One, "production", "default", name)


def _named(sources: Sources) -> dict[str, Traced]:
    """What the library's row of a named model says and the file does not."""
    name = sources.given(f"{_MODEL}.name")
    if name is None:
        return {}
    known = sources.library.keys("language_model")
    if name.value not in known:
        sources.refuse("unknown_name", f"{_MODEL}.name", str(name.value), f"one of {', '.join(known)}")
        return {}
    return {
        field: sources.fact(One, "language_model", name, field)
        for field in sources.library.fields("language_model", str(name.value))
        if not sources.given(f"{_MODEL}.{field}")
    }


def _chosen(sources: Sources, named: Mapping[str, Traced], parameters: Traced, active: Traced) -> Traced:
    """Share of the experts that a token goes to: of stated or known experts, else as mixtures usually have it."""

    def known(name: str) -> Traced | None:
        return sources.given(f"{_MODEL}.{name}", One) or named.get(name)

    experts, wants = known("experts"), None
    if experts is None and sources.given(f"{_MODEL}.experts_per_token"):
        wants = "experts_per_token", "experts", "the experts of a layer"
    elif experts is not None and known("active") is None:
        wants = "experts", "active", "the parameters used for a token"
    if wants:
        stated, lacking, meaning = wants
        sources.refuse("missing", f"{_MODEL}.{stated}", f"{stated} without {lacking}", f"{meaning}, as {lacking}")
        return MISSING
    if experts is None:
        return sources.derive(derive.usual_chosen, parameters, active, _usual(sources, "always_used"))
    return sources.derive(
        derive.chosen_share, experts, known("experts_per_token") or _usual(sources, "experts_per_token")
    )


def _rates(sources: Sources, system: str, kept: str) -> list[Traced]:
    """Dense rates from wide to narrow numbers; a width that the system lacks runs at the one before."""
    found = [sources.kept(f"{kept}.silicon.bf16_dense")]
    for name in _RATES[1:]:
        known = name in sources.library.fields("system", system)
        found.append(sources.fact(Tflops, "system", system, name) if known else found[-1])
    return found


def _measured(sources: Sources, system: str) -> dict[str, Traced]:
    """The middle of the newest round's results on this system, where the file names a benchmark."""
    model = sources.model.production
    benchmark = model.model.benchmark if model else None
    if benchmark is None:
        sources.account.idle(f"{_MODEL}.scenario", "it needs benchmark beside it")
        if sources.given(f"{_PATH}.measured"):
            sources.account.idle(f"{_PATH}.roofline_reached", _FIRST)
        return {}
    for name in ("benchmark", "scenario"):
        sources.account.read(f"{_MODEL}.{name}")
    if sources.given(f"{_PATH}.measured"):
        sources.refuse("contradiction", f"{_PATH}.measured", "both measured and a benchmark", "one of the two")
        return {}
    scenario = (model.model.scenario if model else None) or "Server"
    keys = [key for key in sources.library.keys("mlperf") if _rate_of(sources, key)]
    tasks = sorted({match["task"] for key in keys if (match := _KEY.fullmatch(key))})
    if benchmark not in tasks:
        sources.refuse("unknown_name", f"{_MODEL}.benchmark", benchmark, f"one of {', '.join(tasks)}")
        return {}
    named = str(sources.library.fact("system", system, "model").value) if system in _systems(sources) else system
    found: dict[tuple[int, int], list[str]] = {}
    for key in keys:
        match = _KEY.fullmatch(key)
        if match and match["task"] == benchmark and f", {scenario}, " in key and _same(named, key.rpartition(", ")[2]):
            found.setdefault((int(match["major"]), int(match["minor"])), []).append(key)
    if not found:
        return {}
    sources.account.idle(f"{_PATH}.roofline_reached", _FIRST)
    rows = [sources.fact(TokenPerSecond, "mlperf", key, "per_accelerator") for key in found[max(found)]]
    return {"measured": sources.derive(derive.middle_rate, *rows), **_requests(sources, benchmark, scenario)}


def _requests(sources: Sources, benchmark: str, scenario: str) -> dict[str, Traced]:
    """The benchmark's own requests, where the file asks for others: its rate goes from these to those.

    What the file leaves out of a request is as the benchmark has it. A benchmark whose requests are not known cannot
    stand for others: that is refused.
    """
    asked = next((f"{_PATH}.{name}" for name in _REQUEST if sources.given(f"{_PATH}.{name}")), "")
    if not asked:
        return {}
    if benchmark not in sources.library.keys("benchmark"):
        expected = f"no request of its own beside {benchmark}, whose requests the library does not know"
        hint = "leave it out, or leave the benchmark out, or state measured"
        sources.refuse("contradiction", asked, "a request beside a benchmark of another", expected, hint)
        return {}
    own = {
        f"{name}_tokens": sources.fact(One, "benchmark", benchmark, f"{name}_tokens") for name in ("input", "output")
    }
    name, speed = scenario.lower(), "interactivity"
    if name in sources.library.fields("benchmark", benchmark):
        own[speed] = sources.fact(TokenPerSecond, "benchmark", benchmark, name)
    else:
        own[speed] = sources.absent(speed, 0.0, TokenPerSecond, "no user waits: as many at once as fit")
    measured = {f"measured_{field.removesuffix('_tokens')}": value for field, value in own.items()}
    return measured | {field: value for field, value in own.items() if not sources.given(f"{_PATH}.{field}")}


def unlike(sources: Sources, site: inputs.Plant) -> list[str]:
    """A word where a benchmark is not the file's case: not measured on its system, or with other requests."""
    model = sources.model.production
    if model is None or model.model.benchmark is None:
        return []
    name, found = f"{_MODEL}.benchmark {model.model.benchmark}", []
    for each in site.clusters:
        made = each.production
        if made is not None and not np.any(np.isfinite(made.measured)):
            found.append(f"{name}: no result on {each.silicon.system} in the library, so tokens are estimated")
        elif made is not None and np.any(np.isfinite(made.measured_input)):
            asked = f"{float(np.max(made.measured_input)):,.0f} in and {float(np.max(made.measured_output)):,.0f} out"
            found.append(f"{name} is of {asked}: its rate goes to the file's requests by the ratio of two estimates")
    return found


def beyond(sources: Sources, site: inputs.Plant) -> list[str]:
    """A word where the file states more tokens than the machine can make, of any request or as it serves."""
    found = []
    for made in (each.production for each in site.clusters):
        if made is not None and sources.given(f"{_PATH}.measured") and np.any(made.measured > most_of(made)):
            most = f"{float(np.min(most_of(made))):,.0f} tokens/s, what its dense rate allows of any request"
            found.append(f"{_PATH}.measured: {float(np.max(made.measured)):,.0f} tokens/s are above {most}")
        elif made is not None and _one_case(made) and made.roofline_reached > (whole := most_reached(made)):
            share = f"{made.roofline_reached:.3g} of the roofline is above {whole:.3g}"
            found.append(f"{_PATH}.roofline_reached: {share}, all of it at full rates")
    return found


def _one_case(made: inputs.Production) -> bool:
    """Whether every field is one number: no batch of scenarios."""
    return not any(np.ndim(getattr(made, field.name)) for field in fields(made))


def _systems(sources: Sources) -> list[str]:
    return [key for key in sources.library.keys("system") if "model" in sources.library.fields("system", key)]


def _rate_of(sources: Sources, key: str) -> bool:
    """Whether a row is of tokens a second."""
    if "per_accelerator" not in sources.library.fields("mlperf", key):
        return False
    return sources.library.fact("mlperf", key, "per_accelerator").unit == "tokens/s"


def _same(system: str, measured: str) -> bool:
    """Whether ``8x NVIDIA H200-SXM-141GB`` is the library's ``NVIDIA H200 SXM 141GB``."""
    return _chip(measured)[: len(_chip(system))] == _chip(system)


def _chip(text: str) -> list[str]:
    """The words that tell an accelerator from others: no count, no rack, no revision of its socket."""
    text = re.sub(r"^\d+x |\bVirtualized |\(.*\)|\bNVL\d+.*", "", text)
    return re.sub(r"SXM\d", "SXM", text.replace("-", " ")).split()


def _check(sources: Sources, made: inputs.Production) -> None:
    """What cannot be: more active parameters than there are, a model or a batch that no memory holds."""
    if np.any(np.asarray(made.active) > np.asarray(made.parameters)):
        given = f"{float(np.max(made.active)):,.0f} active"
        expected = f"at most the model's {float(np.min(made.parameters)):,.0f}"
        sources.refuse("contradiction", f"{_MODEL}.active", given, expected)
    elif np.any(np.asarray(made.parameters) * made.chosen > np.asarray(made.active) * (1 + _ROUNDING)):
        given = f"a token goes to {float(np.max(made.chosen)):.3g} of the experts"
        expected = (
            f"at most {float(np.min(np.asarray(made.active) / made.parameters)):.3g}, the share of all parameters used"
        )
        sources.refuse("contradiction", f"{_MODEL}.experts_per_token", given, expected)
    stated = sources.model.production
    if stated and stated.batch is not None and stated.interactivity is not None:
        expected = "one of batch and interactivity"
        sources.refuse("contradiction", f"{_PATH}.batch", "both batch and interactivity", expected)
    if np.all((np.asarray(made.training_share) == 1) | np.isfinite(made.measured)):
        return
    room = np.asarray(made.replica * made.memory * made.memory_usable)
    held = np.asarray(weights(made.parameters, made.bytes_per_parameter))
    cache = np.nan_to_num(made.batch, nan=1.0) * cache_of_request(made.kv_bytes_per_token, made.context)
    if np.any(held + cache > room):
        given = (
            f"{float(np.max(held)) / GIGABIT:,.0f} GB of weights and {float(np.max(cache)) / GIGABIT:,.1f} GB of cache"
        )
        expected = f"at most {float(np.min(room)) / GIGABIT:,.0f} GB, what a replica holds"
        where = f"{_PATH}.replica" if sources.given(f"{_PATH}.replica") else f"{_MODEL}.parameters"
        sources.refuse("above_limit", where, given, expected, "more accelerators in a replica, or fewer bytes")
