"""What has closed, moves already or is spoken for is asked nothing, and nobody wants it, in the tiny world."""

from dataclasses import replace
from typing import Any

import pytest

from sim.acts.plants import dismantle
from sim.decisions.combine.combine import targets
from sim.decisions.combine.offers import whole_of
from sim.decisions.convert import digesting_local
from sim.decisions.partner import find_partners
from sim.decisions.pond import apply_for_ponds
from sim.decisions.restructure import sister_assets
from sim.decisions.retrofit import retrofit
from sim.decisions.smelt import decide_on_smelters
from sim.decisions.support import offer_support
from sim.decisions.take import nearest_plant, take_stakes
from sim.decisions.transfer import CENTRAL, around, larger_at_home, largest_nearby, transfer_state_assets
from sim.decisions.use_mud import take_up_uses
from sim.policies.merger_rules import StateTransfer
from sim.policies.rulebook import MudRule
from sim.sight.buyers import LEAST_MT, smelter_needs
from sim.sight.mud import cost_of_uses
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.books import Groundbreaking
from sim.world.owners import PROVINCIAL
from sim.world.ownership import Node
from sim.world.world import World
from tests.tiny.asking import listening
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, INLAND, MIDDLING, limited, tiny


def seen(world: World) -> View:
    """Give what all see."""
    return look(world, lasting_mill_prices(world))


def without(row: int, **parameters: Any) -> World:
    """Give the tiny world after one of its plants has closed, with a long row of losses on its record."""
    world = tiny(4500.0, parameters=parameters)
    dismantle(world, row)
    world.refineries.loss_quarters[:] = 8
    return world


def begun(replaces: int) -> list[Groundbreaking]:
    """Give a plant that is begun in place of another, and one that is begun beside all others."""
    plan = Groundbreaking("new", "New", GAMMA, INLAND, False, 1.0, 2029, 0.0, 2500.0, replaces)
    return [plan, replace(plan, key="more", replaces=-1)]


def test_a_plant_that_has_closed_is_asked_nothing() -> None:
    world = without(DEAR, retrofits={"attention_share": 1.0})
    duty = MudRule(0.15, 100.0, 1.0, 0.0, None, 0.0, ("inland",))
    world.rules = world.outlook = replace(world.rules, red_mud=(duty,))
    world.refineries.cash_cost_cny_per_t[:] = 4600.0
    world.refineries.pond_space_mt[:] = 0.1
    world.refineries.permit_due_year[:] = 0
    cast, asked = listening(world)

    retrofit(world, cast, seen(world))
    offer_support(world, cast)
    apply_for_ponds(world, cast)
    take_up_uses(world, cast, cost_of_uses(world))

    heard = {(case.kind, case.agent) for case in asked} | {(case.kind, case.about) for case in asked}
    assert {name for kind, name in heard if kind == "retrofit" and name} == {"cheap", "middling"}
    assert {name for kind, name in heard if kind == "support"} == {"coast", "inland", "cheap", "middling"}
    assert {name for kind, name in heard if kind == "pond" and name} == {"cheap", "middling"}
    assert {name for kind, name in heard if kind == "use_mud" and name} == {"middling"}


def test_a_plant_whose_pond_opens_this_year_waits_for_it() -> None:
    world = tiny()
    world.refineries.pond_space_mt[:] = 0.1
    world.refineries.permit_due_year[:] = [2025, 2026, 2027]
    cast, asked = listening(world)

    apply_for_ponds(world, cast)

    assert {case.agent for case in asked if case.kind == "pond"} == {"cheap"}


def test_plants_that_are_gone_or_replaced_or_have_no_such_lines_convert_none() -> None:
    world = limited(2.0)
    world.local_ore.limited[:] = True
    assert digesting_local(world).tolist() == [False, True, True]
    world.refineries.low_share[:] = [0.9, 0.0, 0.0]
    assert digesting_local(world).tolist() == [True, True, True]

    world.broken_ground = begun(replaces=CHEAP)
    assert digesting_local(world).tolist() == [False, True, True]
    dismantle(world, MIDDLING)
    assert digesting_local(world).tolist() == [False, False, True]


def test_a_plant_that_a_new_one_replaces_is_not_retrofitted() -> None:
    world = tiny(parameters={"retrofits": {"attention_share": 1.0}})
    world.broken_ground = begun(replaces=CHEAP)
    cast, asked = listening(world)

    retrofit(world, cast, seen(world))

    assert {case.agent for case in asked} == {"middling", "dear"}


@pytest.mark.parametrize(("capacity", "due", "times"), [(0.25, 0, 1), (0.0, 0, 0), (0.25, 2028, 0)])
def test_a_smelter_that_is_gone_or_moves_already_is_not_asked(capacity: float, due: int, times: int) -> None:
    world = tiny(parameters={"smelting": {"search_share": 1.0}})
    world.smelters.capacity_mt[0], world.smelters.due_year[0] = capacity, due
    cast, asked = listening(world)

    decide_on_smelters(world, cast, seen(world))

    assert [case.agent for case in asked if case.kind == "smelt"] == ["alfa-metal"] * times + ["beta-metal"]


def test_a_group_without_plants_is_no_target_and_no_plant_of_the_past_goes_with_one() -> None:
    world = without(DEAR)
    assert targets(world) == {ALFA, BETA}
    dismantle(world, CHEAP)
    assert targets(world) == {ALFA, BETA}

    whole = whole_of(world, ALFA)

    assert whole is not None
    assert (whole.rows, whole.smelters, whole.shares) == ((), (0,), ())
    world.smelters.capacity_mt[0] = 0.0
    assert targets(world) == {BETA}


def test_who_has_bought_or_sold_this_year_is_no_target_either() -> None:
    world = tiny()
    world.plant_market.bought[ALFA] = 1
    world.plant_market.sold.add(MIDDLING)

    assert targets(world) == {GAMMA}


def test_companies_hold_only_what_stands() -> None:
    world = tiny()
    for each in ("beta", "gamma"):
        world.ownership.open_up(2026, "known", each, Node(f"old-{each}", "Old", "owners"))
        world.ownership.transfer(2026, "sale", f"old-{each}", "alfa", each, 600_000)

    def listed() -> dict[tuple[str, int], list[str]]:
        found = sister_assets(world, world.holdings.controllers())
        return {each: [asset.key for asset in assets] for each, assets in found.items()}

    assert listed() == {("alfa", 0): ["cheap", "dear", "middling"], ("alfa", 1): ["alfa-metal", "beta-metal"]}
    dismantle(world, MIDDLING)
    world.smelters.capacity_mt[1] = 0.0
    assert listed() == {("alfa", 0): ["cheap", "dear"]}


def test_nobody_takes_a_stake_in_a_plant_that_is_gone() -> None:
    world = without(CHEAP)

    # cheap would come first; middling makes a tonne for less than dear
    assert nearest_plant(world, seen(world), BETA, [0.0, 0.0]) == DEAR
    assert nearest_plant(world, seen(world), GAMMA, [0.0, 0.0]) == MIDDLING
    world.plant_market.sold.add(MIDDLING)
    assert nearest_plant(world, seen(world), GAMMA, [0.0, 0.0]) == -1


def test_a_group_is_at_home_where_it_still_refines() -> None:
    world = without(MIDDLING)

    assert around(world, GAMMA).tolist() == [False, True, True]
    assert around(world, BETA).tolist() == [False, False, False]


def test_what_is_handed_over_is_what_stands() -> None:
    world = tiny()
    world.refineries.group[DEAR] = BETA
    dismantle(world, DEAR)
    world.smelters.group[:] = BETA
    world.smelters.capacity_mt[0] = 0.0
    world.rules = replace(world.rules, state_transfers=(StateTransfer("order", "beta", "alfa", 1.0),))
    cast, _ = listening(world)

    transfer_state_assets(world, cast, seen(world))

    (deal,) = world.deals
    assert (deal.size_mt, deal.smelting_mt) == (2.0, 0.75)
    assert world.plant_market.sold == {MIDDLING}


@pytest.mark.parametrize(("near", "capacity", "times"), [(True, 1.0, 1), (False, 1.0, 0), (True, 0.0, 0)])
def test_a_producer_abroad_that_is_gone_or_stands_elsewhere_looks_for_no_partner(
    near: bool, capacity: float, times: int
) -> None:
    world = tiny(parameters={"overseas": {"partner_share": 1.0}})
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    world.importers.near[:], world.importers.capacity_mt[:] = near, capacity
    cast, asked = listening(world)

    find_partners(world, cast, seen(world))

    assert len([case for case in asked if case.kind == "partner"]) == times


def test_a_plant_of_no_more_than_a_rounding_error_counts_for_nobody() -> None:
    world = tiny(4500.0)
    world.refineries.nameplate_mt[CHEAP] = LEAST_MT
    assert nearest_plant(world, seen(world), BETA, [0.0, 0.0]) == DEAR

    world.groups.owner_type[:] = PROVINCIAL
    world.refineries.region[:] = INLAND
    world.refineries.nameplate_mt[:] = [0.0, LEAST_MT, 0.0]
    assert larger_at_home(world, ALFA) == -1
    world.groups.owner_type[BETA] = CENTRAL
    assert largest_nearby(world, [ALFA]) == [-1]


def test_who_lacks_no_more_than_a_rounding_error_of_alumina_looks_for_none() -> None:
    world = tiny(parameters={"deals": {"minority_share": 1.0}})
    needs = smelter_needs(world).sum(axis=1)
    world.refineries.runnable_mt[:] = [needs[ALFA] - LEAST_MT, needs[BETA] - 2.0, 1.0]
    gaps = needs - world.refineries.runnable_mt
    cast, asked = listening(world)

    take_stakes(world, cast, seen(world))

    assert gaps[ALFA] == pytest.approx(LEAST_MT)
    assert {case.agent for case in asked} == {"beta"}
