"""What of an old plant could have been another number, and how a ratio is told."""

import pytest

from sim.decisions.plans import LARGEST_OLD_PER_NEW, LARGEST_SUBSIDY_CNY_PER_T, old_levers, signed


def test_a_subsidy_lowers_what_a_move_costs_its_owner_and_old_capacity_is_given_up() -> None:
    recorded = {"old_per_new_ratio": 1.25, "capex_cny_per_t": 1900.0, "subsidy_cny_per_t": 100.0}

    def capex_and_ratio(facts: dict[str, float]) -> float:
        return facts["capex_cny_per_t"] + facts["old_per_new_ratio"]

    ratio, subsidy = old_levers(recorded, lambda facts: capex_and_ratio(dict(facts)))

    assert (ratio.now, ratio.low, ratio.high) == (1.25, 0.0, LARGEST_OLD_PER_NEW)
    assert ratio.gap(2.0) == 1902.0
    # 2000 without a subsidy, 1600 with one of 400; never less than a yuan
    assert (subsidy.now, subsidy.low, subsidy.high) == (100.0, 0.0, LARGEST_SUBSIDY_CNY_PER_T)
    assert (subsidy.gap(400.0), subsidy.gap(9000.0)) == (1601.25, 2.25)


def test_a_plan_for_which_nothing_goes_has_no_such_numbers() -> None:
    assert list(old_levers({"capex_cny_per_t": 1900.0}, lambda facts: 0.0)) == []
    assert len(list(old_levers({"old_per_new_ratio": 1.0}, lambda facts: 0.0))) == 1


@pytest.mark.parametrize(("ratio", "told"), [(0.25, "+25 %"), (-0.25, "-25 %"), (0.0, "0 %")])
def test_a_ratio_is_told_with_its_sign(ratio: float, told: str) -> None:
    assert signed(ratio) == told
