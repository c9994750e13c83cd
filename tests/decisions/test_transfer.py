"""Transfers between state holders: who, how much, with which debts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.acts.holdings import follow_control
from sim.agents.decider import National, Province
from sim.choice import Case, Intent
from sim.decisions.transfer import (
    CENTRAL,
    HAND_OVER,
    KEEP,
    TransferFacts,
    governments_of,
    larger_at_home,
    largest_nearby,
    lots_of,
    merger_partners,
    rest_of,
    runs,
    state_groups,
    transfer_state_assets,
)
from sim.decisions.transfer import TRANSFER as TRANSFER_KIND
from sim.decisions.ways import one_case
from sim.phases.preparing import new_book
from sim.policies.merger_rules import StateTransfer
from sim.policies.rulebook import Rulebook
from sim.reasons.record import Record
from sim.reasons.verdict import verdict
from sim.sight.buyers import LEAST_MT
from sim.sight.selling import Lot
from sim.sight.view import lasting_mill_prices, look
from sim.world.books import Decision
from sim.world.dealbook import TRANSFER
from sim.world.owners import PROVINCIAL
from sim.world.ownership import Node
from sim.world.world import World
from tests.phases.playing import cast_of, fresh, play, read
from tests.tiny.worlds import ALFA, BETA, CHEAP, COAST, DEAR, GAMMA, INLAND, MIDDLING, tiny

ORDER = {"id": "hand_over", "type": "soe_transfer", "start_year": 2026, "end_year": 2026, "chance_share": 1.0}


def ordered(giver: str, taker: str, chance: float = 1.0) -> World:
    """Give the start of 2026, in which one policy orders a transfer and none is agreed."""
    world = fresh(parameters={"deals": {"transfer_share": 0.0}})
    world.year, world.book = 2026, new_book(world)
    world.rules = Rulebook(state_transfers=(StateTransfer("order", giver, taker, chance),))
    return world


def hand_over_once(world: World, way: str = "") -> list[Case]:
    """Let governments transfer once and give what they were asked; all go the same way where one is given."""
    asked: list[Case] = []

    class Asked(Province):
        def decide(self, view: Any, case: Case) -> Intent:
            asked.append(case)
            return case.take(way or case.best)

    class AskedNation(National):
        def decide(self, view: Any, case: Case) -> Intent:
            asked.append(case)
            return case.take(way or case.best)

    cast = cast_of(world, {Province: Asked, National: AskedNation})
    transfer_state_assets(world, cast, look(world, lasting_mill_prices(world)))
    return asked


def test_an_ordered_transfer_moves_most_of_the_giver_with_its_debts_at_no_price() -> None:
    world = ordered("guangtou", "chinalco")
    giver, taker = world.groups.row("guangtou"), world.groups.row("chinalco")
    joint = world.groups.row("huayin")
    owed = float(world.groups.debt_mcny[[giver, taker, joint]].sum())

    hand_over_once(world)
    follow_control(world)

    # guangtou is held by its province, which keeps 42 %
    blocks = {block.holder: block.ppm for block in world.ownership.blocks("guangtou")}
    assert blocks == {"chinalco": 580_000, "guangxi-gov": 420_000}
    assert not (world.refineries.group == giver).any()
    # 33 % of Huayin with Chalco and 34 % with Guangtou are a majority now
    assert not (world.refineries.group == joint).any()
    assert world.groups.debt_mcny[taker] == pytest.approx(owed)
    assert world.groups.debt_mcny[giver] == 0.0
    assert world.book.deals_mcny.sum() == pytest.approx(0.0, abs=1e-6)
    (deal,) = world.deals
    assert (deal.kind, deal.price_mcny, deal.buyer, deal.stake_share) == (TRANSFER, 0.0, "chinalco", 0.58)
    assert deal.hhi_step > 0.0


def test_a_giver_that_nobody_is_known_to_hold_hands_over_its_plants() -> None:
    run = play(1, 1, policies=[{**ORDER, "giver": "lubei", "taker": "spic"}])
    world = run.world

    moved = [deal for deal in world.deals if deal.kind == TRANSFER and deal.seller == "lubei"]
    assert [deal.buyer for deal in moved] == ["spic"]
    assert not (world.refineries.group == world.groups.row("lubei")).any()


def test_without_a_name_the_largest_central_group_nearby_takes_over() -> None:
    world = fresh()
    (taker,) = largest_nearby(world, [world.groups.row("guangtou")])

    # Chinalco has most central capacity in Guangxi
    assert world.groups.keys[taker] == "chinalco"


def test_nothing_is_transferred_where_luck_and_policy_have_no_part() -> None:
    run = play(5, 1, parameters={"deals": {"transfer_share": 0.0}})

    assert not [deal for deal in run.world.deals if deal.kind == TRANSFER]


def test_a_province_that_keeps_its_group_hands_nothing_over_whatever_the_order() -> None:
    world = ordered("guangtou", "chinalco")
    before = world.ownership.version

    asked = [case for case in hand_over_once(world, KEEP) if case.about == "guangtou"]

    # the order first, then the usual agreement; most of guangtou stands on the coast of Guangxi
    assert [case.best for case in asked] == [HAND_OVER, KEEP]
    assert {case.agent for case in asked} == {"guangxi_coast"}
    assert world.ownership.version == before
    assert not world.deals


def test_a_province_may_hand_over_before_luck_says_so() -> None:
    world = ordered("guangtou", "chinalco", 0.0)

    asked = hand_over_once(world, HAND_OVER)

    assert {case.best for case in asked} == {KEEP}
    assert ("guangtou", "chinalco") in {(deal.seller, deal.buyer) for deal in world.deals}
    assert {deal.seller for deal in world.deals} == {case.about for case in asked}


def test_the_nation_answers_for_a_group_that_is_no_provincial_one() -> None:
    world = ordered("spic", "chinalco")

    asked = hand_over_once(world)

    assert [case.agent for case in asked if case.about == "spic"] == [cast_of(world).national.key]


@pytest.mark.parametrize(
    ("push", "distressed", "central", "chance"),
    [
        (0.0, 0.0, 0.0, 0.1),
        (1.0, 0.0, 0.0, 0.1 * 3.0),
        (0.5, 0.0, 0.0, 0.1 * 2.0),
        (0.0, 1.0, 0.0, 0.1 * 2.0),
        (0.0, 0.0, 1.0, 0.1 / 2.0),
        (1.0, 1.0, 1.0, 0.1 * 3.0 * 2.0 / 2.0),
        (1.0, 1.0, 0.0, 0.1 * 3.0 * 2.0),
    ],
)
def test_orders_come_by_push_distress_and_kind(
    push: float, distressed: float, central: float, chance: float
) -> None:
    parameters = read(parameters={"deals": {"transfer_share": 0.1}}).spec.parameters
    assert parameters.combining.order_push_ratio == 2.0
    assert parameters.combining.order_distress_ratio == 2.0
    assert parameters.combining.order_central_ratio == 0.5
    facts = one_case(
        TransferFacts,
        order_chance_share=np.nan,
        push_share=push,
        distressed_count=distressed,
        central_count=central,
        luck_share=0.4,
        size_mt=2.0,
        debt_mcny=900.0,
    )

    assert TRANSFER_KIND.weigh(facts, parameters)[HAND_OVER].tolist() == pytest.approx([chance])
    # what a policy orders is its own chance, whatever the times
    ordered = replace(facts, order_chance_share=np.array([0.7]))
    assert TRANSFER_KIND.weigh(ordered, parameters)[HAND_OVER].tolist() == [0.7]


def test_no_chance_of_an_agreement_is_more_than_certain() -> None:
    parameters = read(parameters={"deals": {"transfer_share": 0.5}}).spec.parameters
    push = {"push_share": 1.0, "distressed_count": 0.0, "central_count": 0.0}
    facts = one_case(
        TransferFacts, order_chance_share=np.nan, luck_share=0.4, size_mt=2.0, debt_mcny=900.0, **push
    )

    # 0.5 x 3
    assert TRANSFER_KIND.weigh(facts, parameters)[HAND_OVER].tolist() == [1.0]


def test_what_an_occasion_leaves_of_a_draw_is_uniform_again() -> None:
    draws = (np.arange(1000) + 0.5) / 1000.0

    left = [rest_of(float(luck), 0.25) for luck in draws]

    # a quarter of the draws fell below the chance, and they too spread over all of 0-1
    assert left[0] == pytest.approx(0.002)
    assert left[249] == pytest.approx(0.998)
    assert np.histogram(left, bins=4, range=(0.0, 1.0))[0] == pytest.approx(250, abs=3)


def test_a_group_that_was_kept_would_have_gone_at_a_chance_above_the_draw(record: Record) -> None:
    none = {"push_share": 0.0, "distressed_count": 0.0, "central_count": 0.0}
    facts = {"order_chance_share": 0.2, "luck_share": 0.6, "size_mt": 2.0, "debt_mcny": 900.0, **none}
    options = {HAND_OVER: 0.2, KEEP: 0.6}
    kept = Decision(2027, "guangxi", "transfer guangtou", KEEP, "", 0.4, "share", options, facts)

    told = verdict(kept, record)

    assert told.again == pytest.approx(options)
    assert {way.name: way.tipped for way in told.tippings} == {
        "order_chance_share": pytest.approx(0.6),
        "luck_share": pytest.approx(0.2),
    }
    assert "20 % a year" in " ".join(told.told)

    # without an order it is the usual chance that could have been another
    usual = record.parameters.deals.transfer_share
    agreed = {name: value for name, value in facts.items() if name != "order_chance_share"}
    freely = Decision(
        2027,
        "guangxi",
        "transfer guangtou",
        KEEP,
        "",
        0.6 - usual,
        "share",
        {HAND_OVER: usual, KEEP: 0.6},
        agreed,
    )
    names = {way.name for way in verdict(freely, record).tippings}
    assert names == {"deals.transfer_share", "luck_share"}


def test_a_draw_at_the_chance_leaves_nothing_and_a_certain_chance_all_of_it() -> None:
    assert [rest_of(0.5, 0.5), rest_of(0.25, 0.5), rest_of(0.75, 0.5)] == [0.0, 0.5, 0.5]
    assert rest_of(0.75, 1.0) == 0.75


def state_world(*types: int, **parameters: Any) -> World:
    """Give the tiny world with other types of alfa, beta and gamma."""
    world = tiny(parameters=parameters)
    world.groups.owner_type[:] = types
    return world


def test_state_groups_below_the_limit_that_run_anything_may_be_handed_over() -> None:
    world = state_world(CENTRAL, PROVINCIAL, CENTRAL)
    assert state_groups(world) == [ALFA, BETA, GAMMA]

    # alfa smelts without refining; gamma, whose plant stands for many small ones, is not known to have any
    world.refineries.nameplate_mt[CHEAP] = 0.0
    world.refineries.synthetic[DEAR] = True
    assert state_groups(world) == [ALFA, BETA]
    world.smelters.capacity_mt[ALFA] = 0.0
    assert state_groups(world) == [BETA]
    world.refineries.nameplate_mt[MIDDLING], world.smelters.capacity_mt[BETA] = LEAST_MT, 0.0
    assert state_groups(world) == []
    # beta's 2 Mt are not below a limit of 2
    assert state_groups(state_world(CENTRAL, PROVINCIAL, CENTRAL, combining={"order_limit_mt": 2.0})) == [
        ALFA,
        GAMMA,
    ]


def test_a_group_runs_a_refinery_or_a_smelter_or_nothing() -> None:
    world = tiny()
    world.refineries.nameplate_mt[[CHEAP, DEAR]] = 0.0

    assert runs(world).tolist() == [True, True, False]


def test_the_province_where_most_of_a_group_stands_answers_for_it() -> None:
    world = state_world(CENTRAL, PROVINCIAL, CENTRAL)
    cast = cast_of(world)
    world.refineries.group[:] = BETA

    assert governments_of(world, cast)[BETA] is cast.provinces[INLAND]
    world.refineries.nameplate_mt[:] = [1.0, 0.4, 0.4]
    assert governments_of(world, cast)[BETA] is cast.provinces[COAST]
    assert governments_of(world, cast)[ALFA] is cast.national


def test_the_largest_sound_provincial_group_nearby_that_is_larger_takes_over() -> None:
    world = state_world(PROVINCIAL, PROVINCIAL, PROVINCIAL)
    plants, groups = world.refineries, world.groups

    # beta has 2 Mt inland, where gamma's 1 Mt stand; alfa is at the coast
    assert [larger_at_home(world, group) for group in (ALFA, BETA, GAMMA)] == [-1, -1, BETA]
    plants.region[CHEAP], plants.nameplate_mt[CHEAP] = INLAND, 3.0
    assert larger_at_home(world, GAMMA) == ALFA
    groups.distressed[ALFA] = True
    assert larger_at_home(world, GAMMA) == BETA
    world.may_buy[BETA] = False
    assert larger_at_home(world, GAMMA) == -1
    world.may_buy[BETA], groups.owner_type[BETA] = True, CENTRAL
    assert larger_at_home(world, GAMMA) == -1


def test_a_group_of_the_same_size_is_not_larger() -> None:
    world = state_world(PROVINCIAL, PROVINCIAL, PROVINCIAL)
    world.refineries.nameplate_mt[DEAR] = 2.0

    assert [larger_at_home(world, group) for group in (BETA, GAMMA)] == [-1, -1]


def test_a_central_group_nearby_comes_before_a_larger_one_elsewhere() -> None:
    world = state_world(CENTRAL, CENTRAL, PROVINCIAL)
    plants, groups = world.refineries, world.groups
    plants.nameplate_mt[CHEAP] = 5.0

    assert largest_nearby(world, [GAMMA]) == [BETA]
    assert largest_nearby(world, [BETA]) == [ALFA]
    groups.distressed[BETA] = True
    assert largest_nearby(world, [GAMMA]) == [ALFA]
    world.may_buy[ALFA] = False
    assert largest_nearby(world, [GAMMA]) == [-1]
    world.may_buy[ALFA], plants.nameplate_mt[CHEAP] = True, 0.0
    assert largest_nearby(world, [GAMMA]) == [-1]


def test_of_two_central_groups_that_are_not_near_the_larger_takes_over() -> None:
    world = state_world(CENTRAL, CENTRAL, PROVINCIAL)
    plants = world.refineries
    plants.region[:] = [COAST, COAST, INLAND]

    assert largest_nearby(world, [GAMMA]) == [BETA]
    plants.nameplate_mt[:] = [3.0, 2.0, 1.0]
    assert largest_nearby(world, [GAMMA]) == [ALFA]


def partner_of(world: World, giver: int) -> int:
    """Whom an order names for one group."""
    (partner,) = merger_partners(world, [giver], largest_nearby(world, [giver]))
    return partner


@pytest.mark.parametrize(("local", "partner"), [(1.0, BETA), (0.0, ALFA)])
def test_an_order_names_a_larger_group_at_home_at_times_and_else_a_central_one(
    local: float, partner: int
) -> None:
    world = state_world(CENTRAL, PROVINCIAL, PROVINCIAL, combining={"order_local_share": local})

    assert partner_of(world, GAMMA) == partner
    # nobody at home is larger than beta
    assert partner_of(world, BETA) == ALFA
    world.groups.owner_type[GAMMA] = CENTRAL
    assert partner_of(world, GAMMA) == ALFA


def test_an_order_may_name_the_first_of_all_groups() -> None:
    world = state_world(PROVINCIAL, CENTRAL, PROVINCIAL, combining={"order_local_share": 1.0})
    world.refineries.region[CHEAP], world.refineries.nameplate_mt[CHEAP] = INLAND, 3.0

    assert partner_of(world, GAMMA) == ALFA


def test_a_holder_that_is_known_hands_over_the_usual_part_and_keeps_something() -> None:
    world = tiny()
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    assert lots_of(world, GAMMA) == (Lot("gamma", "old", 580_000),)

    world.ownership.transfer(2026, "sale", "old", "alfa", "gamma", 420_000)

    # with 58 per cent nothing would be left
    assert lots_of(world, GAMMA) == ()
    world.ownership.transfer(2026, "back", "alfa", "old", "gamma", 1)
    assert lots_of(world, GAMMA) == (Lot("gamma", "old", 580_000),)
