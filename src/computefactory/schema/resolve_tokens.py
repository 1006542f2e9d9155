"""The model that runs from file and library, and what a benchmark measured on the same system."""

from __future__ import annotations

import re

import numpy as np

from computefactory.plant import inputs
from computefactory.plant.tokens import cache_of_request, weights
from computefactory.schema import derive
from computefactory.schema.origin import Sources, Traced
from computefactory.units import Count, Gbps, Gigabit, One, PerYear, Tflops, TokenPerSecond

__all__ = ["production"]

_PATH, _MODEL = "production", "production.model"
_OF_MODEL = ("bytes_per_parameter", "kv_bytes_per_token")
_OF_SERVICE = {
    "training_share": One,
    "input_tokens": One,
    "output_tokens": One,
    "interactivity": TokenPerSecond,
    "inference_mfu": One,
    "bandwidth_efficiency": One,
    "memory_usable": One,
    "software_improvement": PerYear,
}
GIGABIT = 8.0  # per GB
_RATES = ("bf16_dense", "fp8_dense", "fp4_dense")
_SEEN = ("roofline_low", "roofline_high")
_KEY = re.compile(r"v(?P<major>\d+)\.(?P<minor>\d+), (?P<task>[^,]+), .*")


def production(sources: Sources) -> inputs.Production | None:
    """None where the file names no model."""
    if sources.document.model.production is None:
        return None
    system = sources.document.model.silicon.system
    parameters = sources.required(f"{_MODEL}.parameters", One)
    model = {name: sources.get(f"{_MODEL}.{name}", One, ("production", "default", name)) for name in _OF_MODEL}
    service = {
        name: sources.get(f"{_PATH}.{name}", unit, ("production", "default", name))
        for name, unit in _OF_SERVICE.items()
    }
    active = sources.given(f"{_MODEL}.active", One) or sources.derive(derive.all_active, parameters)
    context = sources.given(f"{_MODEL}.context", One) or sources.derive(
        derive.mean_context, service["input_tokens"], service["output_tokens"]
    )
    rate = sources.given(f"{_PATH}.rate", Tflops) or sources.derive(
        derive.inference_rate, model["bytes_per_parameter"], *_rates(sources, system)
    )
    made = sources.make(
        inputs.Production,
        "plant.production",
        parameters=parameters,
        active=active,
        context=context,
        batch=sources.given(f"{_PATH}.batch", One) or sources.derive(derive.no_batch),
        replica=sources.given(f"{_PATH}.replica", Count) or sources.kept("plant.silicon.scale_up_domain"),
        rate=rate,
        memory=sources.fact(Gigabit, "system", system, "memory", named_by="silicon.system"),
        memory_bandwidth=sources.fact(Gbps, "system", system, "memory_bandwidth", named_by="silicon.system"),
        measured=_measured(sources, system),
        roofline_reached=sources.given(f"{_PATH}.roofline_reached", One)
        or sources.derive(derive.by_kind, parameters, active, *_kinds(sources, "roofline_reached")),
        **{name: sources.derive(derive.by_kind, parameters, active, *_kinds(sources, name)) for name in _SEEN},
        **model,
        **service,
    )
    if not sources.problems:
        _check(sources, made)
    return made


def _rates(sources: Sources, system: str) -> list[Traced]:
    """Dense rates from wide to narrow numbers; a width that the system lacks runs at the one before."""
    found = [sources.kept("plant.silicon.bf16_dense")]
    for name in _RATES[1:]:
        known = name in sources.library.fields("system", system)
        found.append(sources.fact(Tflops, "system", system, name) if known else found[-1])
    return found


def _kinds(sources: Sources, name: str) -> tuple[Traced, Traced]:
    """What measured systems reach of the roofline: dense models, and mixtures of experts."""
    dense = sources.fact(One, "production", "default", name)
    return dense, sources.fact(One, "production", "default", f"{name}_mixture")


def _measured(sources: Sources, system: str) -> Traced:
    """The middle of the newest round's results on this system, where the file names a benchmark."""
    model = sources.document.model.production
    benchmark = model.model.benchmark if model else None
    if benchmark is None:
        return sources.derive(derive.not_measured)
    scenario = (model.model.scenario if model else None) or "Server"
    keys = [key for key in sources.library.keys("mlperf") if _rate_of(sources, key)]
    tasks = sorted({match["task"] for key in keys if (match := _KEY.fullmatch(key))})
    if benchmark not in tasks:
        sources.refuse("unknown_name", f"{_MODEL}.benchmark", benchmark, f"one of {', '.join(tasks)}")
        return sources.derive(derive.not_measured)
    named = str(sources.library.fact("system", system, "model").value) if system in _systems(sources) else system
    found: dict[tuple[int, int], list[str]] = {}
    for key in keys:
        match = _KEY.fullmatch(key)
        if match and match["task"] == benchmark and f", {scenario}, " in key and _same(named, key.rpartition(", ")[2]):
            found.setdefault((int(match["major"]), int(match["minor"])), []).append(key)
    if not found:
        return sources.derive(derive.not_measured)
    rows = [sources.fact(TokenPerSecond, "mlperf", key, "per_accelerator") for key in found[max(found)]]
    return sources.derive(derive.middle_rate, *rows)


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
    stated = sources.document.model.production
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
