"""What owners wish: who can, what sites and moves are worth, and options that can be worked out again."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.decisions.build.applying import due_projects, own_ideas
from sim.policies.rulebook import SwapRule
from sim.sight.moving import builders, counted_capacity, movable
from sim.sight.parts import reserved
from sim.sight.prospects import Prospects, price_fall, prospects, venture_of
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.building import (
    Moved,
    Outlook,
    Venture,
    build_ratio,
    demanded_ratio,
    move_ratio,
    venture_worth,
)
from sim.world.books import Decision
from sim.world.population import BUILDING
from sim.world.world import World
from tests.phases.playing import Played, after_a_year, fresh, play

STRICT = SwapRule(
    ratio=1.5,
    runnable=True,
    longest_idle_years=2.0,
    required=False,
    subsidy_cny_per_t=100.0,
    weight_share=1.0,
)


def seen(world: World) -> Prospects:
    """Give what owners share now."""
    return prospects(world, look(world, lasting_mill_prices(world)))


@cache
def played() -> Played:
    """Give nine years of the baseline."""
    return play(9)


def test_small_plants_cost_more_to_run_and_depress_the_price_less() -> None:
    world = after_a_year()
    shared, costs, size = seen(world), world.parameters.costs, world.parameters.building.size_mt
    group, region = np.zeros(2, dtype=np.int64), np.full(2, 5)

    pair = venture_of(shared, group, region, np.array([size, size / 2.0]))

    more = costs.fixed_cny_per_t * (
        (size / 2.0 / costs.reference_mt) ** -costs.scale_ratio
        - (size / costs.reference_mt) ** -costs.scale_ratio
    )
    assert pair.cost_cny_per_t[1] - pair.cost_cny_per_t[0] == pytest.approx(more)
    assert pair.today_cny_per_t[1] - pair.today_cny_per_t[0] == pytest.approx(
        shared.sites.fall_cny_per_t[5] / 2.0
    )


def test_a_new_plant_depresses_every_price_and_none_below_zero() -> None:
    world = after_a_year()
    view = look(world, lasting_mill_prices(world))

    fall = price_fall(world)

    assert (fall > 0.0).all()
    assert (fall <= view.mill_cny_per_t[:-1]).all()


def test_owners_in_trouble_or_building_or_unknown_do_not_think_of_plants() -> None:
    world = after_a_year()
    able = builders(world, look(world, lasting_mill_prices(world)))
    weak, busy = int(able[0]), int(able[1])

    world.groups.distressed[weak] = True
    mine = (
        int(np.flatnonzero(world.refineries.group == busy)[0])
        if (world.refineries.group == busy).any()
        else 0
    )
    world.refineries.group[mine] = busy
    world.refineries.project_stage[mine] = BUILDING
    left = {*builders(world, look(world, lasting_mill_prices(world))).tolist()}

    assert {weak, busy} & left == set()
    assert all(world.may_buy[row] for row in left)


def test_planned_projects_of_an_owner_in_trouble_are_not_weighed() -> None:
    world = after_a_year()
    rows = [wish.group for wish in due_projects(world, seen(world))]

    world.groups.distressed[rows[0]] = True

    assert rows[0] not in [wish.group for wish in due_projects(world, seen(world))]


def test_only_inland_plants_that_are_not_spoken_for_can_move() -> None:
    world = after_a_year()
    everyone = np.arange(len(world.groups))
    view = look(world, lasting_mill_prices(world))
    rows = movable(world, view, everyone)
    taken = int(rows[0])
    project = int(np.flatnonzero(world.refineries.project_stage == BUILDING)[0])

    world.refineries.replaces[project] = taken
    left = movable(world, look(world, lasting_mill_prices(world)), everyone)

    assert not world.refineries.coastal[rows].any()
    assert taken not in left.tolist()
    assert left.size == rows.size - 1


def test_plants_that_are_idle_for_too_long_do_not_count_under_a_strict_swap() -> None:
    world = after_a_year()
    everyone = np.arange(len(world.groups))
    row = int(movable(world, look(world, lasting_mill_prices(world)), everyone)[0])
    world.refineries.idle_quarters[row] = 9

    world.rules = replace(world.rules, swap=STRICT)

    assert row not in movable(world, look(world, lasting_mill_prices(world)), everyone).tolist()


def test_a_swap_rule_counts_what_it_says_at_its_ratio() -> None:
    world = after_a_year()
    plants, rows = world.refineries, np.array([0, 1])
    usual = counted_capacity(world, plants, rows)

    world.rules = replace(world.rules, swap=replace(STRICT, weight_share=0.5))
    counted, ratio, subsidy = counted_capacity(world, plants, rows)

    assert usual[0].tolist() == plants.nameplate_mt[rows].tolist()
    assert counted.tolist() == plants.runnable_mt[rows].tolist()
    # half way from the usual ratio of one to 1.5
    assert (usual[1], ratio, subsidy) == (1.0, 1.25, 100.0)


def test_every_owner_has_one_idea_and_at_most_one_of_an_old_plant() -> None:
    world = after_a_year()

    ideas = own_ideas(world, seen(world))

    assert len({idea.group for idea in ideas}) == len(ideas)
    old = [idea.old for idea in ideas if idea.old >= 0]
    assert len({*old}) == len(old)
    assert not reserved(world.refineries)[old].any()


def test_nobody_thinks_of_a_new_plant_where_no_region_is_open() -> None:
    world = after_a_year()
    shared = seen(world)

    ideas = own_ideas(world, replace(shared, open=np.zeros_like(shared.open)))

    assert all(idea.old >= 0 for idea in ideas)
    assert all(np.isfinite(value) for idea in ideas for value in idea.options.values())


def outlook() -> Outlook:
    """Give what bears on values in the baseline."""
    known = fresh().parameters
    return Outlook(
        known.building,
        known.pipeline,
        known.running,
        known.expectation.persistence_share,
        known.market.vat_share,
    )


def again(facts: dict[str, float], kind: str, terms: Outlook) -> float:
    """Work the value of one option out again from what is on record; `other` before a kind is not the best idea."""
    start = "other_" if kind.startswith("other ") else ""
    known = {
        name.removeprefix(start): np.array([value]) for name, value in facts.items() if name.startswith(start)
    }
    venture = Venture(
        today_cny_per_t=known["price_today_cny_per_t"],
        long_run_cny_per_t=known["price_expected_cny_per_t"],
        cost_cny_per_t=known["cash_cost_cny_per_t"],
        own_share=known["own_need_share"],
        discount_per_year=known["discount_per_year"],
        open_share=known["open_share"],
    )
    worth = venture_worth(venture, terms)
    if not kind.endswith("move"):
        return float(build_ratio(worth, known["capex_cny_per_t"])[0])
    moved = Moved(
        known["old_per_new_ratio"],
        known["hold_old_cny_per_t"],
        known["close_old_cny_per_t"],
        float(known["subsidy_cny_per_t"][0]),
    )
    return float(move_ratio(worth, known["capex_cny_per_t"], moved)[0])


def kinds(decision: Decision) -> dict[str, str]:
    """Give the kind of each option on record that is not waiting."""
    found = {name: name.split()[0] for name in decision.options if name != "wait"}
    return {name: kind if kind == decision.kind else f"other {kind}" for name, kind in found.items()}


def test_every_option_on_record_can_be_worked_out_again_from_its_facts() -> None:
    terms = outlook()
    decisions = [each for each in played().world.decisions if each.kind in ("build", "move")]

    for decision in decisions:
        for name, kind in kinds(decision).items():
            assert decision.options[name] == pytest.approx(again(decision.facts, kind, terms))
        traits = [np.array([bool(decision.facts[f"{name}_share"])]) for name in ("state_owned", "entrant")]
        asked = demanded_ratio(*traits, np.array([decision.facts["mood_share"]]), terms.building)
        assert decision.options["wait"] == pytest.approx(float(asked[0]))
    assert {kind for each in decisions for kind in kinds(each).values()} == {
        "build",
        "move",
        "other build",
        "other move",
    }
