"""Uses of red mud: what plants take up, what provinces take, how cost falls and use spreads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.environment.red_mud import (
    Uses,
    adoption_chance,
    gains,
    learned_cost,
    pressing_price,
    sink_shares,
    sold_shares,
    spread_share,
    stretch_cost,
    stretch_ratios,
    taken,
    urgency,
    wanted_shares,
)
from sim.scenario.environment_parameters import MudUse
from tests.market.books import CALM

USES = Uses(
    ids=("iron", "cement", "soil"),
    cost_cny_per_t=np.array([-10.0, 50.0, 80.0]),
    most_share=np.array([0.1, 0.2, 0.3]),
    opening_share=np.zeros(3),
    used_before_mt=np.array([10.0, 20.0, 5.0]),
)
TERMS = MudUse(
    innovation_per_year=0.05,
    imitation_per_year=0.35,
    learning_share=0.12,
    sink_share=0.35,
    widest_sink_share=0.75,
    stretch_ratio=2.0,
    stretch_cny_per_t=80.0,
    ban_gain_cny_per_t=30.0,
    free_gain_cny_per_t=100.0,
    free_threshold_cny_per_t=150.0,
    opening_ratio=1.0,
)


def test_each_bit_of_a_plant_is_one_use() -> None:
    # 5 is 1 and 4: the first and the third use
    assert taken(np.array([0, 5]), 3).tolist() == [[False, True], [False, False], [False, True]]


def test_a_plant_places_with_each_use_the_most_that_it_takes() -> None:
    assert wanted_shares(np.array([0, 3, 7]), USES).sum(axis=0) == pytest.approx([0.0, 0.3, 0.6])


def test_the_takers_of_a_province_are_shared_in_proportion_when_they_are_short() -> None:
    wanted = wanted_shares(np.array([7, 0, 7]), USES)

    sold = sold_shares(wanted, np.array([2.0, 2.0, 1.0]), np.array([0, 0, 1]), 2, 0.24)

    # the first province wants 0.6 x 2 = 1.2 of 4 Mt and takes 0.96; the second wants 0.6 and takes 0.24 of 1 Mt
    assert sold.sum(axis=0) == pytest.approx([0.48, 0.0, 0.24])


@CALM
@given(bits=st.lists(st.integers(0, 7), min_size=4, max_size=4), sink=st.floats(0.0, 1.0))
def test_no_province_takes_more_than_its_sink_or_than_it_is_offered(bits: list[int], sink: float) -> None:
    wanted, mud = wanted_shares(np.array(bits), USES), np.array([1.0, 2.0, 3.0, 0.0])

    sold = sold_shares(wanted, mud, np.zeros(4, dtype=np.int64), 1, sink)

    assert (sold <= wanted).all()
    assert float((sold.sum(axis=0) * mud).sum()) <= sink * 6.0 + 1e-9 or sink >= 1.0


def test_a_doubling_of_all_mud_ever_used_lowers_the_cost_by_the_learning_rate() -> None:
    cost = learned_cost(USES, np.array([10.0, 20.0, 15.0]), 0.12)

    # one doubling, none for a use that earns, and two doublings from 5 to 20: 80 x 0.88 x 0.88
    assert cost == pytest.approx([-10.0, 44.0, 61.952])


def test_a_use_gains_what_it_spares_less_its_cost_and_nothing_twice() -> None:
    gain = gains(np.array([1, 0]), USES.cost_cny_per_t, np.array([35.0, 60.0]))

    assert gain[:, 0].tolist() == [-np.inf, -15.0, -45.0]
    assert gain[:, 1].tolist() == [70.0, 10.0, -20.0]


def test_a_use_spreads_by_the_mud_of_the_province_and_not_by_the_number_of_plants() -> None:
    spread = spread_share(np.array([1, 0, 1]), 3, np.array([3.0, 1.0, 2.0]), np.array([0, 0, 1]), 2)

    assert spread[0] == pytest.approx([0.75, 1.0])
    assert (spread[1:] == 0.0).all()


def test_a_use_of_all_of_a_little_mud_has_spread_in_full() -> None:
    assert spread_share(np.array([1]), 1, np.array([0.01]), np.zeros(1, dtype=np.int64), 1) == [[1.0]]


def test_uses_stretched_beyond_all_mud_share_it() -> None:
    shares = wanted_shares(np.array([7]), USES, np.array([2.0]))

    # 0.2, 0.4 and 0.6 of 1.2
    assert shares[:, 0] == pytest.approx([1.0 / 6.0, 1.0 / 3.0, 0.5])


def test_mud_beyond_the_full_stretch_costs_no_more_a_tonne_and_less_use_costs_nothing() -> None:
    # 0.3 x 80 / 2
    assert stretch_cost(np.array([0.5, 0.1]), np.array([0.2, 0.2]), TERMS) == pytest.approx([12.0, 0.0])


def test_imitation_makes_a_use_more_likely_where_others_have_it() -> None:
    chance = adoption_chance(np.array([0.0, 1.0]), TERMS)

    # 1 - e^-0.05 and 1 - e^-0.4
    assert chance == pytest.approx([0.048771, 0.329680], abs=1e-6)


def test_under_a_ban_all_of_the_price_of_space_presses_and_else_what_passes_the_threshold() -> None:
    price = np.array([100.0, 100.0, 190.0, 190.0])

    pressing = pressing_price(price, np.array([1.0, 0.0, 0.0, 0.5]), TERMS)

    # beyond 150; half of 190 and half of 40
    assert pressing.tolist() == [100.0, 0.0, 40.0, 115.0]


def test_uses_reach_further_where_space_is_scarce_up_to_a_limit() -> None:
    stretch = stretch_ratios(np.array([0.0, 40.0, 80.0, 500.0]), TERMS)

    assert stretch.tolist() == [1.0, 1.5, 2.0, 2.0]
    assert wanted_shares(np.array([1, 1, 1, 1]), USES, stretch).sum(axis=0) == pytest.approx(
        [0.1, 0.15, 0.2, 0.2]
    )


def test_mud_further_away_costs_more_with_each_tonne() -> None:
    # a tenth more on 0.2 is half of the way to 0.4, where the last tonne costs 40; 0.1 x 40 / 2
    cost = stretch_cost(np.array([0.2, 0.3, 0.4, 0.0]), np.array([0.2, 0.2, 0.2, 0.0]), TERMS)

    assert cost == pytest.approx([0.0, 2.0, 8.0, 0.0])


def test_the_takers_of_a_province_widen_with_the_mean_price_by_mud() -> None:
    # (80 x 1 + 0 x 3) / 4 = 20, a quarter of the way from 0.35 to 0.75; the other province in full
    sinks = sink_shares(
        np.array([80.0, 0.0, 300.0]), np.array([1.0, 3.0, 1.0]), np.array([0, 0, 1]), 2, TERMS
    )

    assert sinks == pytest.approx([0.45, 0.75])


def test_a_little_mud_widens_takers_as_much_as_a_lot() -> None:
    sinks = sink_shares(np.array([40.0]), np.array([0.01]), np.zeros(1, dtype=np.int64), 1, TERMS)

    # half of the way from 0.35 to 0.75
    assert sinks == pytest.approx([0.55])


def test_takers_that_are_wide_already_do_not_shrink_where_space_is_dear() -> None:
    narrow = TERMS.model_copy(update={"widest_sink_share": 0.2})

    assert sink_shares(np.array([80.0]), np.ones(1), np.zeros(1, dtype=np.int64), 1, narrow) == [0.35]


def test_a_gain_hurries_at_once_under_a_ban_and_beyond_a_threshold_without() -> None:
    gain = np.array([60.0, 60.0, 250.0, -np.inf])

    # 1 + 60 / 30; nothing under 150; 1 + 100 / 100; nothing for what is taken up
    assert urgency(gain, np.array([1.0, 0.0, 0.0, 1.0]), TERMS).tolist() == [3.0, 1.0, 2.0, 1.0]
    fast = adoption_chance(np.zeros(2), TERMS, np.array([1.0, 3.0]))
    assert fast == pytest.approx(1.0 - np.exp([-0.05, -0.15]))


def test_small_prices_and_gains_count_in_proportion() -> None:
    small = TERMS.model_copy(
        update={"stretch_cny_per_t": 0.5, "ban_gain_cny_per_t": 0.5, "free_gain_cny_per_t": 0.5}
    )

    # half of the way; one half of what doubles the rate under a ban, and of what does beyond 150 without
    assert stretch_ratios(np.array([0.25]), small).tolist() == [1.5]
    assert urgency(np.array([0.25, 150.25]), np.array([1.0, 0.0]), small).tolist() == [1.5, 1.5]
