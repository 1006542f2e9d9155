"""Tokens by hand, at their limits, and against what was measured."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.library import Library
from computefactory.plant.inputs import Production
from computefactory.plant.tokens import (
    decode_step,
    inference_tokens,
    prefill_time,
    served,
    tokens_of,
    touched,
    training_tokens_of,
)
from computefactory.registry import PAGES

DENSE = Production(  # 70e9 parameters in FP8 on H100 as its vendor states it: 3.35 TB/s, 80 GB
    parameters=70e9,
    active=70e9,
    bytes_per_parameter=1.0,
    kv_bytes_per_token=160e3,
    context=1000.0,
    training_share=0.0,
    input_tokens=500.0,
    output_tokens=500.0,
    interactivity=10.0,
    batch=1.0,
    replica=1.0,
    rate=1979.0,
    inference_mfu=0.5,
    bandwidth_efficiency=1.0,
    memory=640.0,
    memory_usable=1.0,
    memory_bandwidth=26_800.0,
    software_improvement=0.0,
    measured=nan,
    roofline_reached=0.8,
    roofline_low=0.5,
    roofline_high=1.5,
)
MIXTURE = replace(DENSE, parameters=671e9, active=37e9, replica=72.0)


def test_a_token_alone_reads_the_weights_once():
    memory, arithmetic = decode_step(replace(DENSE, kv_bytes_per_token=1e-9), 1.0)
    assert memory == pytest.approx(70e9 / 3.35e12)  # 20.9 ms
    assert arithmetic == pytest.approx(2 * 70e9 / (0.5 * 1.979e15))  # 0.14 ms


def test_the_cache_of_a_request_is_read_with_the_weights():
    memory, _ = decode_step(DENSE, 10.0)
    assert memory == pytest.approx((70e9 + 10 * 160e3 * 1000) / 3.35e12)
    halves, _ = decode_step(replace(DENSE, replica=2.0, bandwidth_efficiency=0.5), 10.0)
    assert halves == pytest.approx(memory)


def test_many_requests_are_limited_by_arithmetic():
    short = replace(DENSE, context=1.0, memory=1e9, batch=1e5, input_tokens=1e-9)
    found = served(short)
    assert found is not None
    assert found.arithmetic_step > found.memory_step
    assert found.tokens == pytest.approx(0.5 * 1.979e15 / (2 * 70e9))


def test_input_and_output_share_the_time():
    found = served(DENSE)
    assert found is not None
    step = (70e9 + 160e6) / 3.35e12
    assert found.tokens == pytest.approx(1 / (step + 2 * 70e9 / (0.5 * 1.979e15)))
    assert found.fits == 62  # 10 GB beside the weights, 0.16 GB each


def test_training_by_six_operations_a_parameter(campus):
    silicon = replace(campus.silicon, bf16_dense=1000.0, mfu=0.4)
    assert training_tokens_of(DENSE, silicon, 0.9) == pytest.approx(1000e12 * 0.4 * 0.9 / (6 * 70e9))
    whole = replace(DENSE, training_share=1.0)
    assert tokens_of(whole, nan, 800.0) == pytest.approx(800 * 3600 / 1e6)
    assert tokens_of(replace(DENSE, training_share=0.25), 400.0, 800.0) == pytest.approx(500 * 3600 / 1e6)


def test_without_a_model_nothing_is_said(campus):
    assert served(None) is None
    assert isnan(training_tokens_of(None, campus.silicon, 0.9))
    assert isnan(tokens_of(None, inference_tokens(None, None), nan))


def test_what_was_measured_goes_first():
    assert inference_tokens(replace(DENSE, measured=3820.0), served(DENSE)) == 3820.0
    assert inference_tokens(DENSE, served(DENSE)) == pytest.approx(0.8 * served(DENSE).tokens)


def test_experts_touched():
    assert touched(671e9, 37e9, 1.0) == pytest.approx(37e9)
    assert touched(671e9, 37e9, 1e4) == pytest.approx(671e9)
    assert touched(671e9, 37e9, 2.0) == pytest.approx(37e9 * (2 - 37 / 671))
    assert touched(70e9, 70e9, 1.0) == touched(70e9, 70e9, 64.0) == 70e9


def test_no_request_is_served_faster_than_the_weights_are_read():
    found = served(replace(DENSE, batch=nan, interactivity=50.0))  # alone: 47.7 tokens/s
    assert found is not None
    assert found.batch == 0
    assert isnan(found.tokens)
    assert found.interactivity == pytest.approx(1 / ((70e9 + 160e6) / 3.35e12))


@given(st.floats(1.0, 47.0), st.sampled_from([DENSE, MIXTURE]))
def test_the_largest_batch_is_the_largest(interactivity, model):
    asked = replace(model, batch=nan, interactivity=interactivity)
    found = served(asked)
    assert found is not None
    assert found.batch >= 1
    assert found.interactivity >= interactivity * (1 - 1e-6)
    assert found.batch == found.fits or max(decode_step(asked, found.batch + 1)) > 1 / interactivity


@given(st.floats(1, 1e4), st.floats(1.01, 10), st.sampled_from([DENSE, MIXTURE]))
def test_a_step_never_gets_shorter_and_tokens_never_fewer_with_the_batch(batch, more, model):
    few, many = decode_step(model, batch), decode_step(model, batch * more)
    assert max(many) >= max(few)
    assert batch * more / max(many) >= batch / max(few) * (1 - 1e-12)


@given(st.floats(1.0, 5.0), st.sampled_from(["memory_bandwidth", "rate", "memory", "inference_mfu"]))
def test_better_machines_never_make_fewer(gain, name):
    base = replace(DENSE, batch=nan, inference_mfu=0.2)
    better = served(replace(base, **{name: getattr(base, name) * gain}))
    assert better is not None
    assert better.tokens >= served(base).tokens * (1 - 1e-9)


def test_a_cache_of_nothing_fits_very_often():
    assert served(replace(DENSE, kv_bytes_per_token=1e-315)).fits > 1e9
    assert served(replace(DENSE, parameters=81e9, active=81e9)).fits == 0


def test_prefill_is_arithmetic():
    assert prefill_time(70e9, 1000.0, 0.5) == pytest.approx(2 * 70e9 / 500e12)


# measured: MLPerf's requests (mean tokens in and out of each data set) and widths that submitters used

TASKS = {  # parameters, active, input, output, bytes of cache a token, tokens a second for a user
    "llama2-70b-99.9": (70e9, 70e9, 294, 294, 163840, 10),
    "llama3.1-405b": (405e9, 405e9, 9428, 684, 258048, 6),
    "llama3.1-8b": (8e9, 8e9, 778, 73, 65536, 10),
    "deepseek-r1": (671e9, 37e9, 800, 3880, 35136, 10),
}
MEASURED = [  # system, task, tokens/s of an accelerator: medians of a round, Server
    ("HGX H100", "llama2-70b-99.9", 3819.9),  # v5.1
    ("HGX H100", "llama3.1-405b", 35.2),
    ("HGX H200", "llama2-70b-99.9", 4145.4),
    ("HGX H200", "llama3.1-8b", 7246.3),
    ("HGX B200", "llama2-70b-99.9", 12397.5),
    ("HGX B200", "llama3.1-405b", 155.6),
    ("GB300 NVL72", "llama3.1-405b", 170.1),
    ("Instinct MI300X", "llama2-70b-99.9", 3093.5),
    ("Instinct MI355X", "llama2-70b-99.9", 12909.4),  # v6.1
    ("HGX B200", "deepseek-r1", 1828.8),
    ("GB300 NVL72", "deepseek-r1", 8064.0),  # v6.0
    ("Vera Rubin NVL72", "deepseek-r1", 16331.8),  # v6.1
]


@pytest.mark.parametrize(("system", "task", "measured"), MEASURED)
def test_published_results_lie_in_the_range_that_the_page_states(system, task, measured):
    library = Library.load()

    def default(name):
        return library.fact("production", "default", name).value

    def of(name):
        return library.fact("system", system, name).value

    parameters, active, asked, answered, cache, speed = TASKS[task]
    narrow = "fp4_dense" in library.fields("system", system)
    model = replace(
        DENSE,
        parameters=parameters,
        active=active,
        bytes_per_parameter=0.5 if narrow else 1.0,
        kv_bytes_per_token=cache,
        context=asked + answered / 2,
        input_tokens=asked,
        output_tokens=answered,
        interactivity=speed,
        batch=nan,
        replica=of("scale_up_domain"),
        rate=of("fp4_dense" if narrow else "fp8_dense"),
        inference_mfu=default("inference_mfu"),
        bandwidth_efficiency=default("bandwidth_efficiency"),
        memory=8 * of("memory"),
        memory_usable=default("memory_usable"),
        memory_bandwidth=8000 * of("memory_bandwidth"),
    )
    reached = measured / served(model).tokens
    kind = "_mixture" if active < parameters else ""
    low, high = (default(f"roofline_{end}{kind}") for end in ("low", "high"))
    assert low * 0.95 <= reached <= high * 1.05


# the chapter in a file

CHAPTER = {
    "production.model.parameters": "70 billion",
    "production.software_improvement": "10 %/year",
}


def run(**more):
    return cf.run("legacy-h100-hall", overrides={**CHAPTER, **more})


def metric(result, name):
    return result.metrics[name].value


def test_cost_of_tokens_is_the_hours_cost_over_its_tokens():
    plain = run(**{"production.software_improvement": "0 %/year"})
    tokens = metric(plain, "tokens_per_accelerator_hour")
    assert tokens == pytest.approx(plain.known["served"].tokens * 0.7 * 3600)  # 0.7: the library
    cost = metric(plain, "lcoc_usd_per_accelerator_hour") / tokens * 1e6
    assert metric(plain, "lcoc_usd_per_million_tokens") == pytest.approx(cost)
    assert metric(run(), "lcoc_usd_per_million_tokens") < cost


def test_a_benchmark_stands_for_its_model():
    found = run(**{"production.model.benchmark": "llama2-70b-99.9"})
    assert metric(found, "tokens_per_accelerator_hour") == pytest.approx(3819.945 * 3600)  # v5.1, 16 and 32 H100


def test_a_mixture_reaches_less_of_its_roofline():
    mixture = {"production.model.active": "10 billion"}
    found = run(**mixture)
    assert found.known["inference_tokens"] == pytest.approx(0.06 * found.known["served"].tokens)
    stated = run(**mixture, **{"production.roofline_reached": "0.2"})
    assert stated.known["inference_tokens"] == pytest.approx(0.2 * found.known["served"].tokens)


def test_no_model_no_tokens():
    found = cf.run("legacy-h100-hall")
    for name in ("tokens_per_accelerator_hour", "lcoc_usd_per_million_tokens"):
        assert found.metrics[name].value is None
        assert found.metrics[name].reason == "not_applicable"


def test_one_by_one_is_as_many_at_once():
    file = cf.load("legacy-h100-hall", overrides=CHAPTER)
    many = cf.run_many(file, {"production.model.parameters": [70e9, 35e9]}, keep=["lcoc_per_token"], case="unit_cost")
    each = [
        metric(run(**{"production.model.parameters": f"{n} billion"}), "lcoc_usd_per_million_tokens") for n in (70, 35)
    ]
    np.testing.assert_allclose(many["lcoc_per_token"], each, rtol=1e-9)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("production.model.parameters", "0", "out_of_range"),
        ("production.model.parameters", "-1", "negative"),
        ("production.model.active", "71 billion", "contradiction"),
        ("production.model.parameters", "3000 billion", "above_limit"),
        ("production.model.benchmark", "llama9", "unknown_name"),
        ("production.batch", "1.5", "not_whole"),
        ("production.batch", "1000000", "above_limit"),
        ("production.interactivity", "30", "no_unit"),
        ("production.output_tokens", "0", "out_of_range"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(path, value, code):
    with pytest.raises(FactoryFileError) as caught:
        run(**{path: value})
    assert [problem.code for problem in caught.value.problems] == [code]


def test_the_page_says_where_tokens_come_from():
    page = PAGES["output"](run()).as_dict()
    assert page["tokens"]["tokens_per_accelerator_hour"]["value"] > 0
    assert "roofline" in str(page["tokens"])
    first, *_, last = page["tokens"]["rows"]
    assert last["cost_faster"] < last["cost"] < last["cost_without"] == pytest.approx(first["cost_without"])
    assert "tokens" not in PAGES["output"](cf.run("legacy-h100-hall")).as_dict()
