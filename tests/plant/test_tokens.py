"""Tokens by hand, at their limits, and against what was measured."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.plant.inputs.production import Production
from computefactory.plant.tokens import (
    always_read,
    batch_that_fits,
    bound,
    by_batch,
    decoding,
    inference,
    inference_tokens,
    prefilling,
    serve,
    serving,
    tokens_of,
    touched,
    training_tokens_of,
)
from computefactory.registry import PAGES

DENSE = Production(  # 70e9 parameters in FP8 on H100 as its vendor states it: 3.35 TB/s, 80 GB, 450 GB/s each way
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
    chosen=1.0,
    experts_per_token=8.0,
    layers=80.0,
    width=8192.0,
    kv_heads=8.0,
    attention_flop=0.0,
    activation_bytes=2.0,
    dispatch_bytes=3.0,
    imbalance=1.0,
    layer_overhead=0.0,
    exchange_latency=0.0,
    scale_up_domain=8.0,
    scale_up_bandwidth=7200.0,
    nic_rate=400.0,
    rate=1979.0,
    inference_mfu=0.5,
    bandwidth_efficiency=1.0,
    memory=640.0,
    memory_usable=1.0,
    memory_bandwidth=26_800.0,
    software_improvement=0.0,
    measured=nan,
    measured_input=nan,
    measured_output=nan,
    measured_interactivity=nan,
    roofline_reached=nan,
    calibration=1.0,
    calibration_low=0.5,
    calibration_high=2.0,
)
MIXTURE = replace(
    DENSE, parameters=671e9, active=37e9, chosen=8 / 256, replica=72.0, scale_up_domain=72.0, kv_heads=1.0
)
REAL = replace(MIXTURE, imbalance=2.3, layer_overhead=1e-8, exchange_latency=7e-9, bandwidth_efficiency=0.6)
US = 1e-6


def test_a_token_alone_reads_the_weights_once():
    step = decoding(replace(DENSE, kv_bytes_per_token=1e-9), 1.0)
    assert step.weights == pytest.approx(70e9 / 3.35e12)  # 20.9 ms
    assert step.arithmetic == pytest.approx(2 * 70e9 / (0.5 * 1.979e15))  # 0.14 ms
    assert step.reduction == step.dispatch == step.overhead == 0.0
    assert step.seconds == step.weights
    assert step.limit == "weights"


def test_the_cache_of_a_request_is_read_with_the_weights():
    step = decoding(DENSE, 10.0)
    assert step.cache == pytest.approx(10 * 160e3 * 1000 / 3.35e12)
    assert decoding(replace(DENSE, replica=2.0, bandwidth_efficiency=0.5), 10.0).weights == pytest.approx(step.weights)
    assert decoding(replace(DENSE, context=10_000.0), 100.0).limit == "cache"


def test_latent_attention_is_read_by_every_accelerator_of_a_group():
    """One head of cache cannot be dealt out: eight that share a layer read all of it, eight heads an eighth each."""
    alone = replace(DENSE, replica=8.0, memory=70.0)  # no fewer than eight hold 70 GB
    dealt, whole = decoding(alone, 8.0), decoding(replace(alone, kv_heads=1.0), 8.0)
    assert dealt.group == whole.group == 8
    assert whole.cache == pytest.approx(8 * dealt.cache)


def test_sums_between_accelerators_by_hand():
    """Two sums a layer of 16 tokens x 8,192 x 2 bytes around a ring of eight at 450 GB/s: 7/8 of it there and back."""
    alone = replace(DENSE, replica=8.0, memory=70.0, exchange_latency=20 * US / 3600)
    by_hand = 80 * (2 * 2 * 7 / 8 * 16 * 8192 * 2 / 450e9 + 20 * US * 3)  # log2(8) doublings
    assert decoding(alone, 16.0).reduction == pytest.approx(by_hand)
    outside = replace(alone, scale_up_domain=4.0, exchange_latency=0.0)  # beyond its domain: 400 Gb/s
    assert decoding(outside, 16.0).reduction == pytest.approx(80 * 2 * 2 * 7 / 8 * 16 * 8192 * 2 / 50e9)


def test_experts_are_dealt_out_and_their_tokens_sent():
    """Many requests on a rack: each attends for its own, experts lie on all; 8 x 8,192 x 3 bytes a token are sent."""
    many = replace(MIXTURE, imbalance=2.0, memory=1440.0)
    step = decoding(many, 7200.0)
    assert step.group == 1
    always = always_read(many)
    assert step.weights == pytest.approx(((671e9 - always) / 72 * 2 + always) / 3.35e12, rel=1e-6)
    assert step.dispatch == pytest.approx(80 * 100 * 8 * 8192 * 3 * 71 / 72 / 450e9)
    assert step.arithmetic == pytest.approx(2 * 100 * ((37e9 - always) * 2 + always) / (0.5 * 1.979e15))


def test_many_requests_are_limited_by_arithmetic():
    short = replace(DENSE, context=1.0, memory=1e9, batch=1e5, input_tokens=1e-9, output_tokens=1e9)
    found = serving(short)
    assert found.step.limit == "compute"
    assert found.tokens == pytest.approx(0.5 * 1.979e15 / (2 * 70e9))


def test_input_and_output_share_the_time():
    found = serving(DENSE)
    step, taken = (70e9 + 160e6) / 3.35e12, max(500 * 2 * 70e9 / (0.5 * 1.979e15), 70e9 / 3.35e12)
    taken += 500 * 4 * 80 * 8192 * 250 / (0.5 * 1.979e15)
    assert prefilling(DENSE).seconds == pytest.approx(taken)
    assert found.tokens == pytest.approx(1 / (step + taken / 500))
    assert found.fits == 62  # 10 GB beside the weights, 0.16 GB each


def test_training_by_six_operations_a_parameter(campus):
    silicon = replace(campus.silicon, bf16_dense=1000.0, mfu=0.4)
    assert training_tokens_of(DENSE, silicon, 0.9) == pytest.approx(1000e12 * 0.4 * 0.9 / (6 * 70e9))
    whole = replace(DENSE, training_share=1.0)
    assert tokens_of(whole, nan, 800.0) == pytest.approx(800 * 3600 / 1e6)
    assert tokens_of(replace(DENSE, training_share=0.25), 400.0, 800.0) == pytest.approx(500 * 3600 / 1e6)


def test_without_a_model_nothing_is_said(campus):
    assert inference(None) is None
    assert isnan(training_tokens_of(None, campus.silicon, 0.9))
    assert isnan(tokens_of(None, inference_tokens(None, None), nan))


def test_what_was_measured_goes_first():
    assert inference_tokens(replace(DENSE, measured=3820.0), serving(DENSE)) == 3820.0
    assert inference_tokens(DENSE, serving(DENSE)) == serving(DENSE).tokens
    stated = inference_tokens(replace(DENSE, roofline_reached=0.8), serving(DENSE))
    assert stated == pytest.approx(0.8 * bound(DENSE, 1.0, 1.0, 0.5))


def test_what_was_measured_goes_to_other_requests_by_the_ratio_of_the_estimates():
    asked = replace(DENSE, measured=3820.0, measured_input=500.0, measured_output=500.0, measured_interactivity=10.0)
    own = serving(replace(asked, batch=nan, context=750.0))
    assert inference_tokens(asked, serving(asked)) == pytest.approx(3820 * serving(asked).tokens / own.tokens)


def test_experts_touched():
    """Sixteen and a half billion are always read; of the others an expert is missed by B tokens with (31/32)^B."""
    assert always_read(MIXTURE) == pytest.approx((37e9 - 671e9 / 32) / (31 / 32))
    assert always_read(MIXTURE) + touched(MIXTURE, 1.0) == pytest.approx(37e9)
    assert always_read(MIXTURE) + touched(MIXTURE, 1e4) == pytest.approx(671e9)
    routed = 671e9 - always_read(MIXTURE)
    assert touched(MIXTURE, 2.0) == pytest.approx(routed * (2 / 32 - 1 / 32**2))
    assert always_read(DENSE) == 70e9
    assert touched(DENSE, 64.0) == 0


def test_no_request_is_served_faster_than_the_weights_are_read():
    found = serving(replace(DENSE, batch=nan, interactivity=50.0))  # alone: below 47.7 tokens/s
    assert found.batch == 0
    assert isnan(found.tokens)
    assert found.interactivity == pytest.approx(serve(DENSE, 1.0).interactivity)


@given(st.floats(1.0, 45.0), st.sampled_from([DENSE, MIXTURE, REAL]))
def test_the_largest_batch_is_the_largest(interactivity, model):
    asked = replace(model, batch=nan, interactivity=interactivity)
    found = serving(asked)
    assert found.batch >= 1
    assert found.interactivity >= interactivity * (1 - 1e-6)
    assert found.batch == found.fits or serve(asked, found.batch + 1).interactivity < interactivity


@given(st.floats(1, 1e4), st.floats(1.001, 10), st.sampled_from([DENSE, MIXTURE, REAL, replace(REAL, replica=256.0)]))
def test_a_step_never_gets_shorter_and_tokens_never_fewer_with_the_batch(batch, more, model):
    few, many = serve(model, batch), serve(model, batch * more)
    assert many.step.seconds >= few.step.seconds * (1 - 1e-12)
    assert many.interactivity <= few.interactivity * (1 + 1e-12)
    assert many.tokens >= few.tokens * (1 - 1e-9)
    assert many.tokens <= few.tokens * more * (1 + 1e-9)  # nor all at once


@given(st.floats(1, 1e5), st.sampled_from([DENSE, MIXTURE, REAL]), st.floats(1, 1e5), st.floats(1, 1e4))
def test_no_estimate_is_above_the_roofline(batch, model, asked, answered):
    model = replace(model, input_tokens=asked, output_tokens=answered, context=asked + answered / 2)
    found = serve(model, batch)
    assert found.tokens <= bound(model, batch, 1.0, 1.0) * (1 + 1e-9)
    assert found.tokens <= found.roofline * (1 + 1e-9)
    assert found.low <= found.tokens <= found.high * (1 + 1e-9)


@given(
    st.floats(1.0, 5.0),
    st.sampled_from(["memory_bandwidth", "rate", "memory", "inference_mfu", "scale_up_bandwidth", "nic_rate"]),
    st.sampled_from([DENSE, REAL]),
)
def test_better_machines_never_make_fewer(gain, name, model):
    base = replace(model, batch=nan, inference_mfu=0.2)
    better = serving(replace(base, **{name: getattr(base, name) * gain}))
    assert better.tokens >= serving(base).tokens * (1 - 1e-9)


def test_a_cache_of_nothing_fits_very_often():
    assert batch_that_fits(replace(DENSE, kv_bytes_per_token=1e-315)) > 1e9
    assert serving(replace(DENSE, parameters=81e9, active=81e9)).fits == 0


def test_requests_at_once_double_and_hold_the_file_s_own():
    found = by_batch(replace(DENSE, batch=24.0))
    assert [each.batch for each in found] == [1, 2, 4, 8, 16, 24, 32]
    assert found[5].tokens == serving(replace(DENSE, batch=24.0)).tokens


# the chapter in a file

CHAPTER = {
    "production.model.parameters": "70 billion",
    "production.software_improvement": "10 %/year",
}


@cache
def run(**more):
    return cf.run("legacy-h100-hall", overrides={**CHAPTER, **more})


def metric(result, name):
    return result.metrics[name].value


def test_cost_of_tokens_is_the_hours_cost_over_its_tokens():
    plain = run(**{"production.software_improvement": "0 %/year"})
    tokens = metric(plain, "tokens_per_accelerator_hour")
    assert tokens == pytest.approx(plain.known["inference"].tokens * 3600)
    cost = metric(plain, "lcoc_usd_per_accelerator_hour") / tokens * 1e6
    assert metric(plain, "lcoc_usd_per_million_tokens") == pytest.approx(cost)
    assert metric(run(), "lcoc_usd_per_million_tokens") < cost


def test_a_benchmark_stands_for_its_model():
    found = run(**{"production.model.benchmark": "llama2-70b-99.9"})
    assert metric(found, "tokens_per_accelerator_hour") == pytest.approx(3819.945 * 3600)  # v5.1, 16 and 32 H100


def test_a_named_model_is_its_row_of_the_library():
    """Qwen3-235B by name as by its own numbers; what the file states beside the name goes first."""
    h200 = {"silicon.system": "HGX H200", "production.replica": "8"}
    numbers = {
        "parameters": "235 billion",
        "active": "22 billion",
        "experts": "128",
        "experts_per_token": "8",
        "layers": "94",
        "width": "4096",
        "kv_bytes_per_token": "96256",
        "kv_heads": "4",
        "attention_flop": "3080192",
    }
    named = cf.load("legacy-h100-hall", overrides={**h200, "production.model.name": "Qwen3-235B-A22B"})
    stated = cf.load("legacy-h100-hall", overrides={**h200, **{f"production.model.{k}": v for k, v in numbers.items()}})
    assert named.plant.production == stated.plant.production
    layers = {"production.model.name": "Qwen3-235B-A22B", "production.model.layers": "47"}
    assert cf.load("legacy-h100-hall", overrides={**h200, **layers}).plant.production.layers == 47


def test_shape_of_a_model_of_which_only_the_size_is_stated():
    """Within a quarter of the layers and widths of three published models, of which only the size is told."""
    for name, size in (
        ("Llama 3.3 70B", "70 billion"),
        ("Llama 3.1 405B", "405 billion"),
        ("Llama 3.1 8B", "8 billion"),
    ):
        system = {"silicon.system": "HGX B200", "production.replica": "8"}
        told, known = (
            cf.load("legacy-h100-hall", overrides={**system, **model}).plant.production
            for model in ({"production.model.parameters": size}, {"production.model.name": name})
        )
        assert told.layers == pytest.approx(known.layers, rel=0.25)
        assert told.width == pytest.approx(known.width, rel=0.25)


def test_no_model_no_tokens():
    found = cf.run("legacy-h100-hall")
    assert "tokens" not in PAGES["output"](found).as_dict()
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
        ("production.model.parameters", "3 trillion", "above_limit"),
        ("production.model.name", "GPT-9", "unknown_name"),
        ("production.model.parameters", None, "missing"),
        ("production.measured", "3", "no_unit"),
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
    assert page["tokens"]["interactivity"]["value"] > 0
    few, *_, many = page["tokens_by_batch"]["rows"]
    assert few["tokens"] < many["tokens"]
    assert few["cost"] > many["cost"]
    assert few["low"] < few["tokens"] < few["high"]
    assert {row["limit"] for row in page["tokens_by_batch"]["rows"]} <= {
        "weights",
        "cache",
        "compute",
        "exchange",
        "overhead",
    }
    assert last["cost_faster"] < last["cost"] < last["cost_without"] == pytest.approx(first["cost_without"])
