"""Curbs: the index of a region, how often inspectors come, and whom they cut first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.environment.curbs import (
    Limits,
    compliance,
    curb_chance,
    curb_loss,
    environment_index,
    pressures,
    share_out,
)
from sim.scenario.load import load
from tests.market.books import CALM

PARAMETERS = load("baseline").spec.parameters
TERMS = PARAMETERS.curbs.model_copy(
    update={
        "fresh_ratio": 0.5,
        "stock_ratio": 0.3,
        "carbon_ratio": 0.2,
        "slope_ratio": 3.0,
        "reference_ratio": 0.85,
    }
)
RECORD = PARAMETERS.compliance.model_copy(
    update={"use_ratio": 0.4, "class_ratio": 0.3, "carbon_ratio": 0.3, "benchmark_tco2_per_t": 1.0}
)
LIMITS = Limits(
    opening_mud_mt=np.array([100.0, 0.0]),
    mud_ceiling_mt=np.array([200.0, 50.0]),
    fresh_mud_mt=np.array([10.0, 5.0]),
    carbon_mt=np.array([20.0, 10.0]),
    curb_per_quarter=np.array([0.02, 0.03]),
    winter=np.array([True, False]),
    room_mt=np.array([np.inf, np.inf]),
)


def test_the_index_weighs_fresh_mud_ponds_and_carbon_against_their_limits() -> None:
    pressure = pressures(np.array([8.0, 5.0]), np.array([20.0, 10.0]), np.array([20.0, 5.0]), LIMITS)

    # 0.5 x 0.8 + 0.3 x 120/200 + 0.2 x 1 and 0.5 x 1 + 0.3 x 0.2 + 0.2 x 0.5
    assert environment_index(pressure, TERMS) == pytest.approx([0.78, 0.66])


def test_curbs_come_at_the_regions_own_rate_at_the_reference_index() -> None:
    chance = curb_chance(np.array([0.85, 0.85]), LIMITS, np.ones(2), TERMS)

    assert chance == pytest.approx(1.0 - np.exp([-0.02, -0.03]))


@CALM
@given(index=st.floats(0.0, 2.0), more=st.floats(0.0, 1.0), inspection=st.floats(1.0, 20.0))
def test_a_fuller_region_and_more_inspectors_never_make_curbs_rarer(
    index: float, more: float, inspection: float
) -> None:
    usual = curb_chance(np.full(2, index), LIMITS, np.ones(2), TERMS)

    assert (curb_chance(np.full(2, index + more), LIMITS, np.ones(2), TERMS) >= usual).all()
    assert (curb_chance(np.full(2, index), LIMITS, np.full(2, inspection), TERMS) >= usual).all()


def test_compliance_adds_up_use_of_mud_class_and_carbon() -> None:
    record = compliance(
        np.array([0.075, 0.3]), np.full(2, 0.15), np.array([True, False]), np.array([1.25, 0.8]), RECORD
    )

    # 0.4 x 0.5 + 0.3 + 0.3 x 0.8, and 0.4 + 0.3: more than the target or less than the benchmark is no more than one
    assert record == pytest.approx([0.74, 0.7])


def test_the_worst_record_is_cut_first_and_deep() -> None:
    left = share_out(0.3, np.array([2.0, 1.0, 1.0]), np.array([0.9, 0.2, 0.5]), np.zeros(3), 0.7)

    # 1.2 Mt of 4: 0.7 from the worst, the other 0.5 from the next
    assert left == pytest.approx([1.0, 0.3, 0.5])


def test_what_the_first_cuts_do_not_give_comes_from_all_in_proportion() -> None:
    left = share_out(0.8, np.array([1.0, 1.0]), np.array([0.1, 0.9]), np.array([0.0, 0.3]), 0.7)

    # 0.7 and 0.49 first; 0.41 of the 0.81 left are still missing, so each keeps 0.40 / 0.81 of what it has left
    assert left == pytest.approx([0.3 * 0.40 / 0.81, 0.51 * 0.40 / 0.81])


def test_a_spared_group_is_cut_less_than_another_of_the_same_record() -> None:
    left = share_out(0.6, np.ones(2), np.full(2, 0.5), np.array([0.3, 0.0]), 0.7)

    # the first in row order gives 0.7 x 0.7 = 0.49, the second up to 0.7
    assert left == pytest.approx([0.51, 0.3 - 0.01 * 0.3 / 0.81], abs=0.01)


@CALM
@given(
    cut=st.floats(0.0, 1.0),
    ready=st.lists(st.floats(0.0, 5.0), min_size=3, max_size=3),
    record=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
)
def test_a_region_gives_what_is_asked_and_no_plant_more_than_it_has(
    cut: float, ready: list[float], record: list[float]
) -> None:
    sizes = np.array(ready)

    left = share_out(cut, sizes, np.array(record), np.array([0.3, 0.0, 0.0]), 0.7)

    assert ((left >= -1e-12) & (left <= 1.0)).all()
    assert float((sizes * left).sum()) == pytest.approx((1.0 - cut) * sizes.sum(), abs=1e-9)


def test_a_plant_of_no_size_changes_nobodys_cut() -> None:
    without = share_out(0.3, np.array([2.0, 1.0]), np.array([0.9, 0.2]), np.zeros(2), 0.7)

    among = share_out(0.3, np.array([2.0, 0.0, 1.0]), np.array([0.9, 0.1, 0.2]), np.zeros(3), 0.7)

    assert among[[0, 2]].tolist() == without.tolist()


def test_the_rate_of_curbs_grows_with_the_index_and_with_inspectors() -> None:
    chance = curb_chance(np.array([1.85, 0.35]), LIMITS, np.array([1.0, 2.0]), TERMS)

    # 3 x (1.85 - 0.85) and 3 x (0.35 - 0.85), twice as often
    assert chance == pytest.approx([1.0 - np.exp(-0.02 * np.exp(3.0)), 1.0 - np.exp(-0.06 * np.exp(-1.5))])


def test_curbs_take_their_depth_for_the_share_of_time_in_which_they_last() -> None:
    terms = TERMS.model_copy(update={"depth_low_share": 0.1, "depth_high_share": 0.4, "longest_quarters": 3})

    # a quarter of output; two quarters with, three quarters, one and none between them
    assert curb_loss(np.array([0.25, 0.5, 1.0, 0.0]), terms) == pytest.approx([0.1, 1.0 / 6.0, 0.25, 0.0])


def test_weights_of_a_record_count_in_proportion() -> None:
    doubled = RECORD.model_copy(update={"use_ratio": 0.8, "class_ratio": 0.6, "carbon_ratio": 0.6})
    seen = np.array([0.075]), np.full(1, 0.15), np.array([True]), np.array([1.25])

    assert compliance(*seen, doubled) == pytest.approx(compliance(*seen, RECORD))


def test_a_record_without_weights_is_worth_nothing_and_no_target_is_met_by_any_use() -> None:
    nothing = RECORD.model_copy(update={"use_ratio": 0.0, "class_ratio": 0.0, "carbon_ratio": 0.0})
    seen = np.array([0.01]), np.zeros(1), np.array([False]), np.array([1e9])

    assert compliance(*seen, nothing).tolist() == [0.0]
    assert compliance(*seen, RECORD) == pytest.approx([0.4])


def test_a_region_cannot_give_more_than_it_has() -> None:
    assert share_out(1.5, np.ones(2), np.array([0.1, 0.9]), np.zeros(2), 0.7) == pytest.approx([0.0, 0.0])
