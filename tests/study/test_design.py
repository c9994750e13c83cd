"""What is sampled, from which distributions, and that what a scenario sets itself is left alone."""

import math

import numpy as np
import pytest

from sim.core.errors import UsageError
from sim.scenario.load import load
from sim.scenario.table_parameters import Tables
from sim.study.design import Uncertain, own_paths, sampled, uncertain_parameters, with_inputs
from sim.study.patterns.panel import play
from tests.study.planning import one_year


def known(
    dist: str, value: float = 2.0, low: float = 1.0, high: float = 4.0, whole: bool = False
) -> Uncertain:
    return Uncertain("market.contract_share", value, low, high, dist, "share", whole)


@pytest.mark.parametrize(
    ("dist", "share", "expected"),
    [
        ("uniform", 0.25, 1.75),  # 1 + a quarter of 3
        ("loguniform", 0.5, 2.0),  # the middle of log 1 and log 4
        ("triangular", 1 / 3, 2.0),  # the mode cuts off (2-1)/(4-1) of the area
        ("lognormal", 0.5, 2.0),  # symmetric in logs about 2, and cut off alike on both sides
    ],
)
def test_quantiles_agree_with_those_worked_out_by_hand(dist: str, share: float, expected: float) -> None:
    assert known(dist).at(np.array([share]))[0] == pytest.approx(expected, rel=1e-12)


def test_a_normal_keeps_two_standard_deviations_inside_its_range() -> None:
    # Between -2 and 2 standard deviations lie 95.45 %, of which 68.27 % lie within one: (1 - 0.7153) / 2.
    shape = known("normal", value=10.0, low=8.0, high=12.0)
    inside = 0.6826894921 / 0.9544997361

    assert shape.at(np.array([(1 - inside) / 2]))[0] == pytest.approx(9.0, abs=1e-6)


@pytest.mark.parametrize("dist", ["uniform", "loguniform", "triangular", "normal", "lognormal"])
def test_no_sample_leaves_the_range_of_its_parameter(dist: str) -> None:
    values = known(dist).at(np.array([0.0, 1e-300, 0.5, 1 - 1e-16, 1.0]))

    assert values.min() >= 1.0
    assert values.max() <= 4.0


def test_whole_numbers_stay_whole_when_sampled() -> None:
    values = known("uniform", whole=True).at(np.linspace(0, 1, 50))

    assert np.array_equal(values, np.rint(values))


def test_a_latin_hypercube_meets_every_slice_of_every_parameter_once() -> None:
    parameters = [known("uniform", low=0.0, high=1.0, value=0.5)] * 3
    slices = np.floor(np.sort(sampled(parameters, "lhs", 20), axis=0) * 20)

    assert np.array_equal(slices, np.tile(np.arange(20.0)[:, None], 3))


def test_sobol_points_come_in_powers_of_two_only() -> None:
    assert sampled([known("uniform")] * 2, "sobol", 8).shape == (8, 2)
    with pytest.raises(UsageError, match="8 or 16"):
        sampled([known("uniform")] * 2, "sobol", 12)


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_the_same_design_gives_the_same_samples_again(design: str) -> None:
    first, second = (sampled([known("normal", 2, 1, 3)] * 4, design, 16) for _ in range(2))

    assert np.array_equal(first, second)
    assert not np.array_equal(first, sampled([known("normal", 2, 1, 3)] * 4, design, 16, seed=1))


def test_the_pack_says_which_parameters_are_uncertain() -> None:
    found = {each.path: each for each in uncertain_parameters([one_year()], joint=False)}

    assert 35 <= len(found) <= 80
    assert found["market.contract_share"] == Uncertain(
        "market.contract_share", 0.65, 0.5, 0.8, "uniform", "share"
    )
    assert all(each.low < each.high for each in found.values())
    assert all(each.low > 0 for each in found.values() if each.dist in ("loguniform", "lognormal"))


def test_parameters_that_were_calibrated_come_from_the_posterior_with_the_rest() -> None:
    alone = {each.path for each in uncertain_parameters([one_year()], joint=False)}
    joint = {each.path: each for each in uncertain_parameters([one_year()])}
    drawn = one_year().pack.posterior

    assert set(joint) == alone | set(drawn.paths)
    assert {path for path, each in joint.items() if each.dist == "posterior"} == set(drawn.paths)


def test_what_a_scenario_sets_itself_is_not_sampled() -> None:
    own = one_year(parameters={"market": {"contract_share": 0.65}})
    parameters = uncertain_parameters([own])

    assert "market.contract_share" not in [each.path for each in parameters]
    assert own_paths(own, uncertain_parameters([own, one_year()])) == ("market.contract_share",)


def test_a_sampled_scenario_is_the_one_that_settings_give() -> None:
    inputs = {"market.contract_share": 0.7123456789012345, "support.discipline_share": 0.1}
    settings = ["years.end_year=2026", *(f"parameters.{path}={value!r}" for path, value in inputs.items())]

    assert with_inputs(one_year(), inputs).hash == load("baseline", settings=settings).hash
    assert math.isclose(
        with_inputs(one_year(), inputs).spec.parameters.market.contract_share, 0.7123456789012345, rel_tol=0
    )


def test_bands_of_quarterly_prices_widen_with_the_horizon() -> None:
    scenario = load("baseline", set={"years.end_year": 2031})
    known = uncertain_parameters([scenario])
    paths = [each.path for each in known]
    prices = []
    for seed, values in enumerate(sampled(known, "lhs", 20).tolist()):
        seen = play(with_inputs(scenario, dict(zip(paths, values, strict=True))), seed)
        prices.append(seen.quarters["price_cny_per_t"].to_numpy())
    low, high = np.quantile(np.array(prices), (0.1, 0.9), axis=0)
    first, second, last = (high - low).reshape(3, 8).mean(axis=1)

    # two years each
    assert first < second
    assert first < last


def test_what_is_outside_china_and_the_rows_of_the_pack_are_sampled() -> None:
    paths = {each.path for each in uncertain_parameters([load("baseline")])}

    outside = (
        "balance_mt",
        "need_growth_mt",
        "supply_growth_mt",
        "fob_reference_usd_per_t",
        "freight_usd_per_t",
    )
    assert {f"world.{name}" for name in outside} <= paths
    assert {f"tables.{name}" for name in Tables.model_fields} <= paths
