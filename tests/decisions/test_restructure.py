"""Moves inside one owner: the core company gathers, joint ventures keep theirs, and no cash leaves the group."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.agents.decider import OwnerGroup
from sim.choice import Case, Intent
from sim.decisions.restructure import (
    GATHER,
    LEAVE_IT,
    RESTRUCTURE,
    Asset,
    book_value,
    core_of,
    restructure,
    sister_assets,
)
from sim.reasons.record import Record
from sim.reasons.verdict import verdict
from sim.sight.view import lasting_mill_prices, look
from sim.world.books import Decision
from sim.world.dealbook import RESTRUCTURING
from sim.world.world import World
from tests.phases.playing import cast_of, fresh
from tests.tiny.worlds import tiny


def play_round(world: World, way: str = "") -> list[Case]:
    """Let owners move plants once and give what they were asked; all go the same way where one is given."""
    asked: list[Case] = []

    class Asked(OwnerGroup):
        def decide(self, view: Any, case: Case) -> Intent:
            asked.append(case)
            return case.take(way or case.best)

    cast = cast_of(world, {OwnerGroup: Asked})
    restructure(world, cast, look(world, lasting_mill_prices(world)))
    return asked


def start(share: float = 1.0) -> World:
    """Give the start of 2026."""
    world = fresh(parameters={"deals": {"restructuring_share": share}})
    world.year = 2026
    return world


def gathered(share: float = 1.0) -> World:
    """Give the start of 2026 after one round of moves inside owners."""
    world = start(share)
    play_round(world)
    return world


def asset(key: str, holder: str, size_mt: float) -> Asset:
    """Give a refinery of some company."""
    return Asset(key, key, holder, 1_000_000, size_mt, refinery=True)


def test_the_core_is_the_company_with_most_capacity_and_of_equals_the_last_by_name() -> None:
    # b has 1 + 2 Mt, a has 2.5
    assert core_of([asset("x", "a", 2.5), asset("y", "b", 1.0), asset("z", "b", 2.0)]) == "b"
    assert core_of([asset("x", "a", 2.0), asset("y", "b", 2.0)]) == "b"
    assert core_of([]) == ""


def test_chalco_gathers_the_refineries_of_its_group_and_leaves_joint_ventures_alone() -> None:
    world = gathered()
    moved = {deal.target: (deal.buyer, deal.seller) for deal in world.deals if deal.kind == RESTRUCTURING}

    assert moved["chalco-huaxing"] == ("chalco", "shanxi-huaxing")
    assert moved["wenshan"] == ("chalco", "wenshan-al")
    assert {buyer for buyer, _ in moved.values()} == {"chalco", "spic-aluminum"}
    # Guangtou has 39 % of Huasheng and Jinjiang 40 % of Huajin
    assert not {"huasheng-fcg-1", "huasheng-fcg-2", "huajin-qingzhen"} & moved.keys()


def test_what_has_been_gathered_is_not_moved_again() -> None:
    world = gathered()
    before = len(world.deals)

    play_round(world)

    assert before > 5
    assert len(world.deals) == before


def test_a_sister_is_paid_book_value_and_no_cash_leaves_the_group() -> None:
    untouched, world = fresh(), gathered()
    finance = world.parameters.finance
    (deal,) = [deal for deal in world.deals if deal.target == "chalco-huaxing"]
    row = world.refineries.row("chalco-huaxing")

    size = float(world.refineries.nameplate_mt[row])
    assert deal.price_mcny == pytest.approx(size * finance.refinery_asset_cny_per_t * deal.stake_share)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny, deal.size_mt) == (0.0, 0.0, size)
    assert np.array_equal(world.groups.cash_mcny, untouched.groups.cash_mcny)
    assert np.array_equal(world.groups.debt_mcny, untouched.groups.debt_mcny)


def test_only_the_time_of_a_move_is_luck() -> None:
    all_of_them = {(deal.target, deal.buyer) for deal in gathered().deals}

    some = {(deal.target, deal.buyer) for deal in gathered(0.4).deals}

    assert some
    assert some < all_of_them


def test_each_group_has_one_core_for_each_kind_in_the_end() -> None:
    world = gathered()
    top = world.holdings.controllers()
    for (owner, _), assets in sister_assets(world, top).items():
        alone = {holder for holder in {each.holder for each in assets} if _ours(world, top, holder, owner)}
        assert len(alone) <= 2
        assert len(alone - {core_of(assets)}) == 0


def _ours(world: World, top: dict[str, str], holder: str, owner: str) -> bool:
    blocks = world.ownership.snapshot().blocks.get(holder, ())
    recorded = [block for block in blocks if not block.holder.startswith("float:")]
    return holder == owner or all(top.get(block.holder) == owner for block in recorded)


def test_a_group_that_leaves_its_plants_where_they_are_moves_none() -> None:
    world = start(1.0)

    asked = play_round(world, LEAVE_IT)

    assert len(asked) > 5
    assert {case.best for case in asked} == {GATHER}
    assert not world.deals


def test_a_group_may_gather_before_luck_says_so() -> None:
    world = start(0.0)

    asked = play_round(world, GATHER)

    assert {case.best for case in asked} == {LEAVE_IT}
    assert [deal.target for deal in world.deals] == [case.about for case in asked]
    assert {deal.target for deal in world.deals} == {deal.target for deal in gathered(1.0).deals}


def test_the_group_is_asked_whose_companies_hold_the_plant() -> None:
    world = start(0.0)

    for case in play_round(world):
        table = world.refineries if case.about in world.refineries.keys else world.smelters
        assert world.groups.keys[int(table.group[table.row(case.about)])] == case.agent


def test_a_plant_that_stayed_would_have_moved_at_a_chance_above_the_draw(record: Record) -> None:
    usual = record.parameters.deals.restructuring_share
    facts = {"luck_share": 0.9, "held_share": 0.6, "size_mt": 2.0, "book_mcny": 3000.0}
    options = {GATHER: usual, LEAVE_IT: 0.9}
    kept = Decision(
        2027, "chinalco", "restructure wenshan", LEAVE_IT, "", 0.9 - usual, "share", options, facts
    )

    told = verdict(kept, record)

    assert told.again == pytest.approx(options)
    assert {way.name: way.tipped for way in told.tippings} == {
        "deals.restructuring_share": pytest.approx(0.9),
        "luck_share": pytest.approx(usual),
    }
    assert "60 %" in " ".join(told.told)
    assert told.waits
    assert RESTRUCTURE.unit == kept.unit


def test_what_a_company_holds_is_worth_its_part_at_book() -> None:
    world = tiny()

    # 3000 CNY a tonne of refining, 9000 of smelting
    half = replace(asset("x", "a", 2.0), ppm=500_000)
    assert book_value(world, half) == pytest.approx(3000.0)
    assert book_value(world, replace(asset("x", "a", 0.5), refinery=False)) == pytest.approx(4500.0)
