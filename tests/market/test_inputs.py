"""Input prices: exact steps of mean reversion, ore that follows alumina, events by address, scenario shocks."""

import math
from functools import cache
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.core.rng import Streams
from sim.market.inputs import (
    QUARTERS,
    Happening,
    Motion,
    draw_happenings,
    draw_noise,
    exposure,
    imposed,
    motion,
    next_logs,
    ore_follows,
    prices_of,
    together,
)
from sim.scenario.load import load
from sim.scenario.parameters import Parameters
from sim.scenario.schema import Shock

BASELINE = load("baseline")
PARAMETERS = BASELINE.spec.parameters
TRADE = BASELINE.pack.trade
NAMES = TRADE.ids
INPUTS = PARAMETERS.inputs
MOVING = motion(INPUTS, TRADE)
NO_NOISE = np.zeros(len(NAMES))
YEARS = 3000
REGIONS = ("north", "middle", "south")
EXPOSURE = exposure(
    TRADE, REGIONS, {"domestic_ore": np.array([1.0, 0.0, 3.0]), "refining": np.array([5.0, 3.0, 2.0])}
)


@cache
def innovations() -> Floats:
    """Give the innovations of 3,000 years, (12,000 quarters, inputs)."""
    return np.concatenate([draw_noise(Streams(7), MOVING, year) for year in range(YEARS)])


@pytest.mark.parametrize("name", NAMES)
def test_a_quarters_step_has_the_variance_of_the_continuous_process(name: str) -> None:
    each = INPUTS.motions[name]
    place = NAMES.index(name)

    # Ornstein-Uhlenbeck over a quarter: sigma^2 (1 - e^(-2 kappa / 4)) / (2 kappa)
    variance = each.volatility_per_sqrt_year**2 * (1.0 - math.exp(-each.reversion_per_year / 2.0))
    variance /= 2.0 * each.reversion_per_year

    moving = motion(INPUTS, TRADE)
    assert moving.spread[place] ** 2 == pytest.approx(variance)
    assert moving.decay[place] == pytest.approx(math.exp(-each.reversion_per_year / 4.0))


def test_quarterly_steps_add_up_to_the_stationary_variance() -> None:
    speed = np.array([INPUTS.motions[name].reversion_per_year for name in NAMES])
    volatility = np.array([INPUTS.motions[name].volatility_per_sqrt_year for name in NAMES])

    # the sum over all past quarters of spread^2 decay^(2 n) must be sigma^2 / (2 kappa)
    settled = MOVING.spread**2 / (1.0 - MOVING.decay**2)

    assert settled == pytest.approx(volatility**2 / (2.0 * speed))


def test_drawn_innovations_have_the_moments_of_the_process() -> None:
    drawn = innovations()

    # 12,000 draws: the mean errs by spread / 110, the standard deviation by 1 / 155; four times that
    assert (np.abs(drawn.mean(axis=0)) <= 4.0 * MOVING.spread / math.sqrt(len(drawn))).all()
    assert drawn.std(axis=0) == pytest.approx(MOVING.spread, rel=4.0 / math.sqrt(2.0 * len(drawn)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("coal", "caustic", INPUTS.energy_ratio),
        ("guinea_ore", "domestic_ore", INPUTS.ore_ore_ratio),
        ("guinea_ore", "coal", 0.0),
        ("aluminium", "exchange_rate", 0.0),
    ],
)
def test_inputs_move_together_as_much_as_declared(one: str, other: str, expected: float) -> None:
    found = np.corrcoef(innovations()[:, [NAMES.index(one), NAMES.index(other)]].T)[0, 1]

    # 12,000 draws: the standard error is 0.009; four times that
    assert found == pytest.approx(expected, abs=0.037)


def test_without_luck_half_of_a_gap_is_left_after_the_half_life() -> None:
    # 1.4 years of half-life at a speed of ln 2 / 1.5: six quarters
    calm = Motion(
        feed=0,
        level=np.zeros(6),
        trend=np.zeros(6),
        decay=np.full(6, math.exp(-math.log(2.0) / 6.0)),
        spread=np.zeros(6),
        loading=np.eye(6),
    )
    logs = np.ones(6)

    for _ in range(6):
        logs = next_logs(calm, logs, NO_NOISE, 0.0, 0.0)

    assert logs == pytest.approx(np.full(6, 0.5))


def test_the_level_of_a_price_drifts_with_its_trend() -> None:
    settled = next_logs(MOVING, MOVING.level + 5.0 * MOVING.trend, NO_NOISE, 5.0, 0.0)

    assert settled == pytest.approx(MOVING.level + 5.0 * MOVING.trend)


def test_ore_keeps_its_level_at_the_reference_price_of_alumina() -> None:
    assert ore_follows(INPUTS, INPUTS.feedback_reference_cny_per_t) == 0.0


def test_dearer_alumina_lifts_the_level_of_ore_by_its_elasticity() -> None:
    inputs = INPUTS.model_copy(update={"ore_feedback_ratio": 0.4, "feedback_reference_cny_per_t": 2750.0})

    # 0.4 x ln(5,500 / 2,750)
    assert ore_follows(inputs, 5500.0) == pytest.approx(0.4 * math.log(2.0))


def test_only_imported_ore_follows_alumina_and_only_part_of_the_way_in_a_quarter() -> None:
    still = next_logs(MOVING, MOVING.level, NO_NOISE, 0.0, 0.0)

    moved = next_logs(MOVING, MOVING.level, NO_NOISE, 0.0, 0.3) - still

    assert moved[0] == pytest.approx(0.3 * (1.0 - MOVING.decay[0]))
    assert (moved[1:] == 0.0).all()


def test_a_shock_multiplies_its_price_and_no_other() -> None:
    calm = prices_of(TRADE, MOVING.level, 0.0, {})

    shocked = prices_of(TRADE, MOVING.level, 0.0, {"caustic": 0.5})

    assert shocked.of["caustic"] == pytest.approx(1.5 * calm.of["caustic"])
    assert shocked.of["coal"] == calm.of["coal"]
    assert shocked.feed_usd_per_t == calm.feed_usd_per_t


def test_missing_ore_makes_imported_ore_dear_at_once() -> None:
    calm, short = prices_of(TRADE, MOVING.level, 0.0, {}), prices_of(TRADE, MOVING.level, 0.24, {})

    assert short.feed_usd_per_t == pytest.approx(math.exp(0.24) * calm.feed_usd_per_t)


def rates(**per_year: float) -> Parameters:
    """Give the baseline's parameters with other rates of events."""
    kinds = {
        name: getattr(PARAMETERS.disruptions, name).model_copy(update={"rate_per_year": rate})
        for name, rate in per_year.items()
    }
    return PARAMETERS.model_copy(update={"disruptions": PARAMETERS.disruptions.model_copy(update=kinds)})


def events(parameters: Parameters, years: int, seed: int = 3) -> list[Happening]:
    """Give all events of some years."""
    streams = Streams(seed)
    return [each for year in range(years) for each in draw_happenings(streams, parameters, year, EXPOSURE)]


def test_events_are_drawn_by_address_and_not_by_order() -> None:
    one, other = Streams(11), Streams(11)
    for year in (2040, 2031):
        draw_happenings(one, PARAMETERS, year, EXPOSURE)

    assert [draw_happenings(one, PARAMETERS, year, EXPOSURE) for year in range(2030, 2040)] == [
        draw_happenings(other, PARAMETERS, year, EXPOSURE) for year in range(2030, 2040)
    ]


def test_switching_off_one_kind_of_event_leaves_the_others_as_they_were() -> None:
    all_kinds = events(PARAMETERS, 200)

    without_mines = events(rates(domestic_ore=0.0), 200)

    assert without_mines == [each for each in all_kinds if each.name != "domestic_ore"]


def fixed(*luck: float) -> Streams:
    """Give luck that is the same at every address: whether it happens, depth, start, length and place."""
    known = dict(zip(("happens", "depth", "start", "length", "place"), luck, strict=True))
    return cast(
        Streams, SimpleNamespace(uniforms=lambda _concern, _year, keys: np.array([*map(known.get, keys)]))
    )


def test_an_event_is_what_its_five_draws_say() -> None:
    happenings = draw_happenings(fixed(0.0, 0.5, 0.6, 0.4, 0.3), PARAMETERS, 2030, EXPOSURE)

    kinds = PARAMETERS.disruptions
    found = {each.name: each for each in happenings}
    assert [*found] == ["guinea_ore", "domestic_ore", "overseas_refinery"]
    for name, kind in (("guinea_ore", kinds.imported_ore), ("domestic_ore", kinds.domestic_ore)):
        assert found[name].size == pytest.approx(0.5 * (kind.depth_low_share + kind.depth_high_share))
        assert found[name].quarters == 1 + int(0.4 * kind.longest_quarters)
        # int(0.6 x 4) quarters after the first of 2030
        assert found[name].first == 8122
    # 0.3 of 1, 0 and 3 parts lies in the south; what happens abroad has no place at home
    assert [each.regions for each in happenings] == [(), ("south",), ()]
    assert [each.buffered for each in happenings] == [True, False, False]
    assert [each.countries for each in happenings] == [("guinea",), (), ()]
    middle = 0.5 * (kinds.overseas_refinery.depth_low_share + kinds.overseas_refinery.depth_high_share)
    assert found["overseas_refinery"].size == pytest.approx(-middle * kinds.overseas_scale_mt)


def test_a_draw_at_the_chance_is_no_event() -> None:
    rate = PARAMETERS.disruptions.imported_ore.rate_per_year
    edge = 1.0 - float(np.exp(-rate))
    others = {"domestic_ore": 0.0, "overseas_refinery": 0.0}

    assert draw_happenings(fixed(edge, 0.5, 0.5, 0.5, 0.5), rates(**others), 2030, EXPOSURE) == []
    below = draw_happenings(fixed(edge - 1e-9, 0.5, 0.5, 0.5, 0.5), rates(**others), 2030, EXPOSURE)
    assert [each.name for each in below] == ["guinea_ore"]


@pytest.mark.parametrize("name", ["guinea_ore", "domestic_ore", "overseas_refinery"])
def test_events_come_as_often_as_their_rate_says(name: str) -> None:
    rate = getattr(PARAMETERS.disruptions, name.replace("guinea", "imported")).rate_per_year

    share = sum(each.name == name for each in events(PARAMETERS, 2000)) / 2000

    # at most one a year, so with chance 1 - e^-rate; 2,000 years err by at most 0.011, four times that
    assert share == pytest.approx(1.0 - math.exp(-rate), abs=0.045)


def test_events_stay_inside_their_depth_their_year_and_their_longest_duration() -> None:
    kind = PARAMETERS.disruptions.domestic_ore
    found = [event for event in events(PARAMETERS, 500) if event.name == "domestic_ore"]

    assert all(kind.depth_low_share <= each.size <= kind.depth_high_share for each in found)
    assert {each.quarters for each in found} == {*range(1, kind.longest_quarters + 1)}
    assert {each.first % QUARTERS for each in found} == {0, 1, 2, 3}


def test_no_event_strikes_where_no_plant_digs_ore_of_its_own() -> None:
    nowhere = exposure(TRADE, REGIONS, {"domestic_ore": np.zeros(len(REGIONS))})

    found = [each for year in range(200) for each in draw_happenings(Streams(3), PARAMETERS, year, nowhere)]

    assert found and {each.name for each in found} <= {"guinea_ore", "overseas_refinery"}


def test_a_stop_abroad_takes_tonnes_from_the_world() -> None:
    scale = PARAMETERS.disruptions.overseas_scale_mt

    found = [each for each in events(PARAMETERS, 200) if each.name == "overseas_refinery"]

    assert all(-scale <= each.size < 0.0 and each.variable == "world_balance" for each in found)


def test_local_events_strike_in_proportion_to_what_stands_there() -> None:
    struck = [EXPOSURE.place("refining", luck) for luck in np.linspace(0.0, 1.0, 1000, endpoint=False)]

    # 5, 3 and 2 of 10
    assert [struck.count(region) for region in REGIONS] == [500, 300, 200]


def test_a_local_event_never_strikes_where_nothing_stands() -> None:
    struck = {each.regions for each in events(PARAMETERS, 300) if each.variable == "domestic_ore"}

    assert struck == {("north",), ("south",)}


def test_a_shock_of_the_scenario_lasts_from_its_quarter_for_its_duration() -> None:
    shock = Shock(
        id="stop", variable="refining", size_ratio=0.3, start_year=2028, start_quarter=3, duration_quarters=2
    )

    (happening,) = imposed((shock,))

    # third quarter of 2028 is number 2028 x 4 + 2
    active = [quarter for quarter in range(8108, 8124) if happening.active(quarter)]
    assert active == [8114, 8115]


def test_relative_changes_at_the_same_time_compound() -> None:
    assert together([-0.6, -0.6]) == pytest.approx(-0.84)
    assert together([0.25]) == 0.25
    assert together([]) == 0.0
