"""C5: tokens of a mixture of experts by batch; a stated request length is never overridden in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import computefactory as cf
from computefactory.errors import FactoryFileError
from computefactory.plant.inputs.production import Production
from computefactory.plant.tokens import by_batch, inference_tokens, serve, serving
from computefactory.registry import PAGES

H200 = {
    "silicon.system": "HGX H200",
    "production.replica": "8",
    "production.input_tokens": "1024",
    "production.output_tokens": "1024",
}
SIZE = {"production.model.parameters": "671 billion", "production.model.active": "37 billion"}
NAME = {"production.model.name": "DeepSeek-R1"}
RATE = "1234 token/s"
MEASURED = {8: 74.6, 16: 111.9, 32: 151.1, 64: 223.6}  # output tokens/s an accelerator
DENSE = {"production.model.parameters": "70 billion"}
BENCHMARK = {**DENSE, "production.model.benchmark": "llama2-70b-99.9"}
AMD = {"merchant.price": "2 USD/GPU-hour"}  # none is in the library
UNKNOWN = {**NAME, **AMD, "silicon.system": "Instinct MI355X", "production.model.benchmark": "gpt-oss-120b"}


def made(overrides: dict[str, str]) -> Production:
    found = cf.load("legacy-h100-hall", overrides=overrides).plant.production
    assert found is not None
    return found


def rate(overrides: dict[str, str]) -> float:
    model = made(overrides)
    return inference_tokens(model, serving(model))


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    return PAGES["output"](
        cf.run("legacy-h100-hall", overrides={**H200, **NAME, "production.measured": RATE})
    ).as_dict()


@pytest.mark.parametrize("model", [SIZE, NAME])
def test_c05_deepseek_on_eight_h200_within_two_fold_at_every_batch(model: dict[str, str]) -> None:
    """8, 16, 32, 64 requests of 1,024 in and out: 74.6, 111.9, 151.1, 223.6 an accelerator (6.5, 7.9, 11.3, 19.1)."""
    known = made({**H200, **model})
    for batch, measured in MEASURED.items():
        found = serve(known, batch)
        assert 1 / 1.25 < found.tokens / measured < 1.25
        assert found.low < measured < found.high


def test_c05_what_is_reached_depends_on_the_batch() -> None:
    """A share of the roofline fitted to the largest batch was used at every one: it is not one number."""
    known = made({**H200, **NAME})
    reached = [found.tokens / found.roofline for batch in MEASURED if (found := serve(known, batch))]
    assert max(reached) > 1.2 * min(reached)


def test_c05_the_page_has_the_batches_with_ranges_that_hold_the_measurement(page: dict[str, Any]) -> None:
    """Tokens by batch in ``show FILE output``: each of the four measurements lies between low and high of its row."""
    rows = {row["requests"]: row for row in page["tokens_by_batch"]["rows"]}
    for batch, measured in MEASURED.items():
        assert rows[batch]["low"] < measured < rows[batch]["high"]
        assert rows[batch]["user"] * batch == pytest.approx(8 * rows[batch]["tokens"])
    assert rows[8]["limit"] == "weights"


def test_c05_many_batches_at_once_are_as_one_by_one() -> None:
    """Requests at once on the scenario axis give what each gives alone."""
    file = cf.load("legacy-h100-hall", overrides={**H200, **NAME, "production.batch": "8"})
    many = cf.run_many(file, {"production.batch": [8.0, 512.0, 8.0]}, keep=["lcoc_per_token"], case="unit_cost")
    alone = [
        cf.run("legacy-h100-hall", overrides={**H200, **NAME, "production.batch": str(batch)})
        .metrics["lcoc_usd_per_million_tokens"]
        .value
        for batch in (8, 512)
    ]
    np.testing.assert_allclose(many["lcoc_per_token"], [*alone, alone[0]], rtol=1e-9)


@pytest.mark.parametrize(
    ("path", "fewer"),
    [
        ("production.input_tokens", "8192"),
        ("production.output_tokens", "32"),
        ("production.model.context", "20000"),
        ("production.batch", "2"),
        ("production.interactivity", "40 token/s"),
    ],
)
def test_c05_a_request_beside_a_benchmark_of_another_moves_the_measured_rate(path: str, fewer: str) -> None:
    """3,820 is of 294 in and out: it goes to another length, batch or speed by the ratio of the estimates."""
    more = {"production.replica": "2"}
    assert rate({**BENCHMARK, **more}) == pytest.approx(3819.945)
    assert rate({**BENCHMARK, **more, path: fewer}) < 3700


def test_c05_the_page_says_that_the_measured_rate_was_moved() -> None:
    """8,192 in beside the benchmark of 294: the page says that the rate goes to the requests of the file."""
    asked = {**BENCHMARK, "production.replica": "2", "production.input_tokens": "8192"}
    said = str(PAGES["output"](cf.run("legacy-h100-hall", overrides=asked)).as_dict()["tokens"])
    assert "the file asks for others" in said


def test_c05_the_benchmarks_own_request_is_no_other() -> None:
    """294 in and 294 out stated beside the benchmark of 294 and 294: its rate, at its own speed too."""
    own = {"production.input_tokens": "294", "production.output_tokens": "294"}
    assert rate({**BENCHMARK, "production.replica": "2", **own}) == pytest.approx(3819.945)


def test_c05_a_request_beside_a_benchmark_whose_own_is_unknown_is_refused() -> None:
    """The library does not know the requests of gpt-oss-120b: a length beside it is refused, not ignored."""
    assert rate(UNKNOWN) > 10_000
    with pytest.raises(FactoryFileError) as caught:
        rate({**UNKNOWN, "production.input_tokens": "8192"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("contradiction", "production.input_tokens")


def test_c05_what_the_file_says_was_measured_wins(page: dict[str, Any]) -> None:
    """1,234 tokens/s stated: used, and the page says so; a benchmark beside it is refused."""
    stated = {**H200, **NAME, "production.measured": RATE}
    assert page["tokens"]["inference_tokens"]["value"] == rate(stated) == 1234
    assert "Serving is measured" in str(page["tokens"])
    with pytest.raises(FactoryFileError) as caught:
        rate({**stated, "production.model.benchmark": "deepseek-r1"})
    assert caught.value.problems[0].path == "production.measured"


@pytest.mark.parametrize(
    ("system", "model"),
    [
        ("HGX H100", "Llama 3.1 405B"),
        ("HGX B200", "gpt-oss-120b"),
        ("GB200 NVL72", "Llama 3.3 70B"),
        ("GB300 NVL72", "Kimi-K2"),
        ("Instinct MI300X", "DeepSeek-R1"),
    ],
)
@pytest.mark.parametrize("asked", ["1024", "8192"])
def test_c05_other_machines_and_models_rise_with_the_batch_below_the_roofline(
    system: str, model: str, asked: str
) -> None:
    """Any batch on any machine: more requests never make fewer tokens, and the estimate stays below the roofline."""
    terms = {"production.model.name": model, "production.replica": "16", "production.input_tokens": asked}
    found = by_batch(made({**AMD, **terms, "silicon.system": system}))
    tokens, users = [each.tokens for each in found], [each.interactivity for each in found]
    assert len(found) > 6
    assert tokens == sorted(tokens)
    assert users == sorted(users, reverse=True)
    assert all(0 < each.low < each.tokens < each.roofline for each in found)


def test_c05_a_benchmark_that_is_not_the_files_case_is_said() -> None:
    """No result on the file's system, or requests of another: a warning names it, it is not taken in silence."""
    elsewhere = cf.load("legacy-h100-hall", overrides={**H200, **NAME, "production.model.benchmark": "deepseek-r1"})
    assert any("no result on HGX H200" in warning for warning in elsewhere.warnings)
    other = cf.load("legacy-h100-hall", overrides={**BENCHMARK, "production.input_tokens": "8192"})
    assert any("is of 294 in and 294 out" in warning for warning in other.warnings)
    own = cf.load("legacy-h100-hall", overrides=BENCHMARK)
    assert not any("benchmark" in warning for warning in own.warnings)


def test_c05_what_a_request_leaves_out_is_the_benchmarks() -> None:
    """Half the input beside a benchmark gives more tokens: its speed and output stay (a third less came out)."""
    bigger = {"production.replica": "2", "silicon.system": "HGX H200"}
    was, fewer = rate({**BENCHMARK, **bigger}), rate({**BENCHMARK, **bigger, "production.input_tokens": "147"})
    assert was < fewer < 2 * was


def test_c05_a_benchmark_that_is_used_is_not_called_idle_and_what_loses_to_it_is() -> None:
    """Benchmark and scenario are read; a share of the roofline beside them, or a scenario alone, changes nothing."""
    told = {**BENCHMARK, "production.model.scenario": "Server"}

    def idle(more: dict[str, str]) -> list[str]:
        words = cf.load("legacy-h100-hall", overrides=more).warnings
        return [word.split()[0] for word in words if "changes nothing" in word and word.startswith("production")]

    assert idle(told) == []
    assert idle({**told, "production.roofline_reached": "0.3"}) == ["production.roofline_reached"]
    assert idle({**H200, **NAME, "production.measured": RATE, "production.roofline_reached": "0.3"}) == [
        "production.roofline_reached"
    ]
    assert idle({**H200, **NAME, "production.model.scenario": "Server"}) == ["production.model.scenario"]


@pytest.mark.parametrize(("stated", "warned"), [("1234 token/s", False), ("90000 token/s", True)])
def test_c05_more_tokens_than_the_machine_can_make_are_warned_about(stated: str, warned: bool) -> None:
    """DeepSeek-R1 in FP8 on H200: 2 x 37 billion operations a token at 1,979 TFLOP/s are at most 26,743 a second."""
    words = cf.load("legacy-h100-hall", overrides={**H200, **NAME, "production.measured": stated}).warnings
    assert any("26,743" in word for word in words) is warned
    share = {**H200, **NAME, "production.batch": "8", "production.roofline_reached": "5" if warned else "0.5"}
    found = cf.load("legacy-h100-hall", overrides=share).warnings
    assert any("all of it at full rates" in word for word in found) is warned
    batch = cf.run_many(
        cf.load("legacy-h100-hall", overrides=share), {"production.batch": [8.0, 16.0]}, keep=["goodput"]
    )
    assert len(np.asarray(batch["goodput"])) == 2


def test_c05_experts_that_are_stated_are_used_or_refused() -> None:
    """Experts alone go with the usual eight a token; refused with half the story, or with more chosen than active."""
    told = {**H200, **SIZE, "production.model.experts": "256"}
    assert made(told).chosen == 8 / 256
    for wrong, path in (
        ({**H200, **DENSE, "production.model.experts": "256"}, "production.model.experts"),
        ({**H200, **DENSE, "production.model.experts_per_token": "8"}, "production.model.experts_per_token"),
        ({**told, "production.model.experts_per_token": "64"}, "production.model.experts_per_token"),
    ):
        with pytest.raises(FactoryFileError) as caught:
            made(wrong)
        assert [problem.path for problem in caught.value.problems] == [path]
