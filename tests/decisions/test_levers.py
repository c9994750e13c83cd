"""The numbers that tip a choice: what each says of the number as it was is by how much the choice was won."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from sim.choice import DECISIONS, Grounds, Lever
from sim.core.arrays import Floats
from sim.decisions.build.facts import BROKE, DENIED, REFUSED
from sim.decisions.plans import LARGEST_OLD_PER_NEW, LARGEST_SUBSIDY_CNY_PER_T, given, old_levers
from sim.decisions.retrofit import RETROFIT
from sim.decisions.take import FAR, Take
from sim.reasons.record import Record
from sim.world.books import Decision
from tests.tiny.worlds import scenario

AGAINST = (BROKE, DENIED, REFUSED)
"""What became of plans that their owners wanted: others stood against them, with levers of their own."""


def won_by(decision: Decision) -> float:
    """Give by how much the way that was gone led all others.

    On record is by how much a retrofit gains over none, with cash beside; what would have tipped it is the next best.
    """
    if decision.name != RETROFIT.name:
        return abs(decision.margin)
    own = decision.options[decision.choice]
    return own - max(worth for name, worth in decision.options.items() if name != decision.choice)


def test_at_the_number_as_it_was_a_lever_gives_by_how_much_the_choice_was_won(record: Record) -> None:
    kinds = set[str]()
    for each in record.decisions:
        # what tips a purchase is its surplus, its price or its odds, each by a measure of its own
        if each.choice in AGAINST or each.name == "buy":
            continue
        for lever in DECISIONS.get(each.name).tell(each, record).levers:
            assert abs(lever.gap(lever.now)) == pytest.approx(won_by(each), rel=1e-9, abs=1e-9), lever
            kinds.add(each.name)

    plans = {"build", "move", "expand", "match", "partner", "take", "combine"}
    assert kinds >= plans | {"leave", "retrofit", "smelt", "convert", "blend", "use_mud", "withdraw"}


def levers_of(**changes: float) -> dict[str, Lever]:
    """Give what goes for a new plant as levers, by name; going ahead leads by 100 CNY/t less capex and old tonnes."""
    recorded = {"capex_cny_per_t": 40.0, "old_per_new_ratio": 1.25, "subsidy_cny_per_t": 10.0, **changes}

    def lead(facts: Mapping[str, Floats], _: object) -> Floats:
        return 100.0 - facts["capex_cny_per_t"] - facts["old_per_new_ratio"]

    return {each.name: each for each in old_levers(Grounds(lead, recorded))}


def test_a_subsidy_takes_what_it_adds_off_what_the_owner_pays_but_for_the_last_cny() -> None:
    lever = levers_of()["subsidy_cny_per_t"]

    assert (lever.now, lever.low, lever.high) == (10.0, 0.0, LARGEST_SUBSIDY_CNY_PER_T)
    # 50 without it, 40 with 10, 20 with 30
    found = [lever.gap(value) for value in (0.0, 10.0, 30.0, 49.5, 90.0)]
    assert found == pytest.approx([100.0 - own - 1.25 for own in (50.0, 40.0, 20.0, 1.0, 1.0)])


def test_old_tonnes_may_go_from_none_to_the_most_that_is_looked_at() -> None:
    lever = levers_of()["old_per_new_ratio"]

    assert (lever.now, lever.low, lever.high) == (1.25, 0.0, LARGEST_OLD_PER_NEW)
    assert lever.gap(3.0) == pytest.approx(57.0)
    assert list(old_levers(Grounds(lambda facts, _: np.zeros(1), {"capex_cny_per_t": 40.0}))) == []


def test_a_case_that_lacks_a_fact_has_nothing_of_it() -> None:
    assert given(np.array([3.0, np.nan, 0.0])).tolist() == [3.0, 0.0, 0.0]


STAKE = {
    "stake_share": 0.3,
    "to_buyer_mcny": 900.0,
    "to_seller_mcny": -1200.0,
    "runnable_mt": 1.0,
    "gap_mt": 0.5,
    "freight_cny_per_t": 50.0,
    "annuity_ratio": 6.0,
    "floor_mcny": 0.0,
}


@pytest.mark.parametrize(("worth", "far"), [(900.0, 12_000.0), (1500.0, 15_000.0)])
def test_worths_of_a_stake_are_turned_up_to_ten_times_the_larger_of_both(worth: float, far: float) -> None:
    facts = {**STAKE, "to_buyer_mcny": worth}
    parameters = scenario().spec.parameters
    decision = Decision(2027, "x", "take a stake in", "take", "", 1.0, "million CNY", {}, facts)

    levers = {each.name: each for each in Take().levers(decision, parameters)}

    assert far == FAR * max(worth, 1200.0)
    for name in ("to_buyer_mcny", "to_seller_mcny", "floor_mcny"):
        assert (levers[name].low, levers[name].high) == (-far, far)
    assert (levers["gap_mt"].low, levers["gap_mt"].high) == (-20.0, 20.0)
    assert (levers["freight_cny_per_t"].low, levers["freight_cny_per_t"].high) == (0.0, 1000.0)
    tiny = {**facts, "to_buyer_mcny": 0.5, "to_seller_mcny": 0.0}
    least = {each.name: each for each in Take().levers(replace(decision, facts=tiny), parameters)}
    assert least["to_buyer_mcny"].high == 10.0
