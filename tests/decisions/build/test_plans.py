"""What of an old plant could have been another number, and how a ratio is told."""

from collections.abc import Mapping

import numpy as np
import pytest

from sim.choice import Grounds
from sim.core.arrays import Floats
from sim.decisions.plans import LARGEST_OLD_PER_NEW, LARGEST_SUBSIDY_CNY_PER_T, old_levers, signed


def test_a_subsidy_lowers_what_a_move_costs_its_owner_and_old_capacity_is_given_up() -> None:
    recorded = {"old_per_new_ratio": 1.25, "capex_cny_per_t": 1900.0, "subsidy_cny_per_t": 100.0}

    def capex_and_ratio(facts: Mapping[str, Floats], _: object) -> Floats:
        return facts["capex_cny_per_t"] + facts["old_per_new_ratio"]

    ratio, subsidy = old_levers(Grounds(capex_and_ratio, recorded))

    assert (ratio.now, ratio.low, ratio.high) == (1.25, 0.0, LARGEST_OLD_PER_NEW)
    assert ratio.gap(2.0) == 1902.0
    # 2000 without a subsidy, 1600 with one of 400; never less than a yuan
    assert (subsidy.now, subsidy.low, subsidy.high) == (100.0, 0.0, LARGEST_SUBSIDY_CNY_PER_T)
    assert (subsidy.gap(400.0), subsidy.gap(9000.0)) == (1601.25, 2.25)


def test_a_plan_for_which_nothing_goes_has_no_such_numbers() -> None:
    assert list(old_levers(Grounds(lambda facts, _: np.zeros(1), {"capex_cny_per_t": 1900.0}))) == []
    assert len(list(old_levers(Grounds(lambda facts, _: np.zeros(1), {"old_per_new_ratio": 1.0})))) == 1


@pytest.mark.parametrize(("ratio", "told"), [(0.25, "+25 %"), (-0.25, "-25 %"), (0.0, "0 %")])
def test_a_ratio_is_told_with_its_sign(ratio: float, told: str) -> None:
    assert signed(ratio) == told
