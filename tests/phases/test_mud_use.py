"""Use of mud in the year: what it costs, when it changes, who takes it up, and what a duty does to it."""

from functools import cache

import numpy as np
import pytest

from sim.phases.ponds import mud_by_use, place_mud, spread_uses
from sim.phases.preparing import new_book
from sim.policies.rulebook import MudRule, Rulebook
from sim.scenario.load import load
from sim.world.world import World
from tests.phases.playing import Played, cast_of, fresh, play

DUTY = {
    "id": "duty",
    "type": "red_mud",
    "start_year": 2026,
    "target_share": 0.12,
    "target_rise_per_year": 0.0325,
    "penalty_cny_per_t": 40.0,
}


@cache
def ten_years(duty: bool, seed: int = 1) -> Played:
    """Give ten years without or with the duty of the action plan."""
    return play(10, seed, policies=[DUTY] if duty else [])


def after_a_year(world: World) -> World:
    """Let the plants of 2026 make two thirds of what they could and let uses spread."""
    world.year, world.book = 2026, new_book(world)
    place_mud(world)
    world.book.mud_use_share[:] = world.refineries.mud_use_share
    world.book.mud_mt[:] = world.recipe.residue_t * world.refineries.runnable_mt * 2.0 / 3.0
    spread_uses(world, cast_of(world))
    return world


def test_about_an_eighth_of_the_mud_is_used_at_the_start() -> None:
    shares = []
    for seed in range(12):
        world = fresh(seed)
        mud = world.recipe.residue_t * world.base_book.made_mt
        shares.append(float((world.refineries.mud_use_share * mud).sum() / mud.sum()))

    # 10.5 of 107 Mt in 2023 and a target of 15 % for 2027; some fifty plants scatter around it
    assert np.mean(shares) == pytest.approx(0.12, abs=0.01)
    assert 0.08 < min(shares) < max(shares) < 0.16


def test_a_tonne_of_mud_costs_what_is_stacked_and_what_is_used() -> None:
    world = fresh()
    plants, uses = world.refineries, world.surroundings.uses
    plants.mud_uses[:] = 0
    plants.mud_uses[0] = 1

    place_mud(world)

    stacking, share = world.parameters.red_mud.stacking_cny_per_t, float(uses.most_share[0])
    assert plants.mud_use_share[:2].tolist() == [share, 0.0]
    assert plants.mud_cny_per_t[1] == stacking
    assert plants.mud_cny_per_t[0] == pytest.approx((1.0 - share) * stacking + share * uses.cost_cny_per_t[0])


def test_a_fine_is_paid_on_the_gap_to_the_target() -> None:
    world = fresh()
    world.refineries.mud_uses[:] = 0
    world.rules = Rulebook(red_mud=(MudRule(0.2, 50.0, 0.0, 0.0, None, 1.0, ()),))

    place_mud(world)

    # 50 on a fifth of the mud
    stacking = world.parameters.red_mud.stacking_cny_per_t
    assert world.refineries.mud_cny_per_t == pytest.approx(np.full(len(world.refineries), stacking + 10.0))


def test_mud_is_counted_where_it_went() -> None:
    world = after_a_year(fresh())

    used = float((world.book.mud_mt * world.book.mud_use_share).sum())

    assert float(mud_by_use(world).sum()) == pytest.approx(used, rel=0.05)
    assert float(world.surroundings.used_mt.sum()) == pytest.approx(used)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_duty_of_the_action_plan_raises_use_and_the_law_as_it_stands_misses_its_targets(
    seed: int,
) -> None:
    free, bound = (ten_years(duty, seed).years.set_index("year") for duty in (False, True))

    # 25 % in 2030
    assert free.red_mud_used_share[2030] < 0.25
    assert (bound.red_mud_used_share.loc[2028:] > free.red_mud_used_share.loc[2028:]).all()


def test_no_province_uses_more_than_its_takers_take() -> None:
    played = ten_years(True)
    limit = load("baseline").spec.parameters.mud_use.widest_sink_share

    # shares are of the year's mud at the start of the year; plants of a province run unequally within it
    assert played.years.red_mud_used_share.max() <= limit + 0.02
