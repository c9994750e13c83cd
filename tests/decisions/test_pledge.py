"""Members of an agreement to cut keep their word or break it, each by its own cut and tonnes, and what breach costs."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.choice import Case, Intent
from sim.decisions.pledge import KIND, PledgeFacts, keep_pledges, measure
from sim.phases.quarter import member_ceiling
from sim.policies.rulebook import Withholding
from sim.world.world import World
from tests.phases.playing import cast_of
from tests.tiny.worlds import ALFA, BETA, GAMMA, scenario, tiny

CUT = 0.2
PRICE = 3050.0
SLOPE_MT = 0.001


def agreed(breach_cny_per_t: float = 0.0, least_share: float = 0.2, price_cny_per_t: float = PRICE) -> World:
    """Give the tiny world under a pledge, with owners by name and a market of plain slopes."""
    world = tiny(price_cny_per_t)
    pledge = Withholding(CUT, least_share, breach_cny_per_t)
    world.rules = world.outlook = replace(world.rules, withholdings=(pledge,))
    world.may_buy = np.ones(len(world.groups), dtype=np.bool_)
    world.slopes = np.eye(len(world.geography.regions) + 1) * SLOPE_MT
    world.refineries.cash_cost_cny_per_t[:] = 2000.0, 2500.0, 3000.0
    return world


def weighed(*facts: float) -> dict[str, float]:
    """Give what keeping and breaking are worth with some facts."""
    seen = PledgeFacts(*(np.array([value]) for value in facts))
    return {name: float(worth[0]) for name, worth in KIND.weigh(seen, scenario().spec.parameters).items()}


def test_keeping_gains_the_rise_on_what_is_left_and_breaking_earns_the_margin_less_the_cost_of_breach() -> (
    None
):
    # 0.5 Mt of 200 CNY/t less 50 against 10 CNY/t on 4 Mt
    assert weighed(0.5, 4.0, 10.0, 200.0, 50.0) == {"keep": 40.0, "break": 75.0}


def test_a_group_that_buys_more_than_it_makes_gains_nothing_by_a_dearer_price() -> None:
    assert weighed(0.5, -4.0, 10.0, 200.0, 0.0)["keep"] < 0.0


def test_what_each_member_sees_can_be_checked_by_hand() -> None:
    world = agreed()
    used = 2.0 * world.smelting_scale * world.smelters.capacity_mt
    able = world.refineries.runnable_mt * world.refineries.pond_cap_share

    seen = measure(world)

    cut = able - (1.0 - CUT) * world.refineries.runnable_mt
    assert seen.cut_mt == pytest.approx(cut)
    assert seen.margin_cny_per_t == pytest.approx([1050.0, 550.0, 50.0])
    assert seen.rise_cny_per_t == pytest.approx(cut / 4.0 / (3.0 * SLOPE_MT))
    assert seen.left_mt[[ALFA, BETA]] == pytest.approx((able - cut)[[ALFA, BETA]] - used)
    assert seen.left_mt[GAMMA] == pytest.approx((able - cut)[GAMMA])


def test_tonnes_that_lose_money_are_no_sacrifice() -> None:
    assert measure(agreed(price_cny_per_t=2800.0)).cut_mt[GAMMA] == 0.0


def test_who_has_little_to_lose_keeps_its_word_and_who_breaks_it_runs_in_full() -> None:
    world = agreed()
    offered = world.refineries.runnable_mt / 4.0

    keep_pledges(world, cast_of(world))

    # gamma's tonnes earn 50 CNY/t, and it buys nothing
    assert world.groups.pledge_broken.tolist() == [True, True, False]
    assert [each.choice for each in world.decisions] == ["break", "break", "keep"]
    ceiling = member_ceiling(world, world.rules, offered)
    assert ceiling[[ALFA, BETA]].tolist() == [1.0, 1.0]
    assert ceiling[GAMMA] < 1.0


def test_a_breach_that_costs_more_than_any_tonne_earns_makes_all_keep_their_word() -> None:
    world = agreed(breach_cny_per_t=1500.0)
    world.groups.pledge_broken[:] = True

    keep_pledges(world, cast_of(world))

    assert not world.groups.pledge_broken.any()


def test_who_is_too_small_or_stands_for_many_is_not_asked() -> None:
    world = agreed(least_share=0.4)
    keep_pledges(world, cast_of(world))
    crowd = agreed()
    crowd.may_buy[BETA] = False
    keep_pledges(crowd, cast_of(crowd))

    assert [each.agent for each in world.decisions] == [world.groups.keys[BETA]]
    assert world.groups.keys[BETA] not in [each.agent for each in crowd.decisions]


def test_a_group_of_ones_own_may_keep_its_word_all_the_same() -> None:
    class Loyal(sim.OwnerGroup):
        """A group whose word is its bond."""

        def decide(self, view: object, case: Case) -> Intent:
            """Keep every pledge."""
            return case.take("keep" if case.kind == "pledge" else None)

    pledge = {"id": "pledge", "type": "self_discipline", "start_year": 2026, "cut_share": 0.2}
    short = sim.load("toy", years={"end_year": 2026}, policies=[pledge])

    loyal, free = (sim.run(short, 0, agents=agents) for agents in ({sim.OwnerGroup: Loyal}, None))

    assert not loyal.world.groups.pledge_broken.any()
    assert loyal.years["withheld_mt"].sum() >= free.years["withheld_mt"].sum()
