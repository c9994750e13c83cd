"""Transfers between state holders: who, how much, with which debts."""

import pytest

from sim.phases.transferring import largest_nearby, transfer_state_assets
from sim.policies.merger_rules import StateTransfer
from sim.policies.rulebook import Rulebook
from sim.world.dealbook import TRANSFER
from sim.world.owners import follow_control
from tests.phases.playing import fresh, play

ORDER = {"id": "hand_over", "type": "soe_transfer", "start_year": 2026, "end_year": 2026, "chance_share": 1.0}


def test_an_ordered_transfer_moves_most_of_the_giver_with_its_debts_at_no_price() -> None:
    industry = fresh(parameters={"deals": {"transfer_share": 0.0}})
    industry.year, industry.book = 2026, industry.new_book()
    industry.rules = Rulebook(state_transfers=(StateTransfer("order", "guangtou", "chinalco", 1.0),))
    giver, taker = industry.groups.row("guangtou"), industry.groups.row("chinalco")
    joint = industry.groups.row("huayin")
    owed = float(industry.groups.debt_mcny[[giver, taker, joint]].sum())

    transfer_state_assets(industry)
    follow_control(industry)

    # guangtou is held by its province, which keeps 42 %
    blocks = {block.holder: block.ppm for block in industry.ownership.blocks("guangtou")}
    assert blocks == {"chinalco": 580_000, "guangxi-gov": 420_000}
    assert not (industry.refineries.group == giver).any()
    # 33 % of Huayin with Chalco and 34 % with Guangtou are a majority now
    assert not (industry.refineries.group == joint).any()
    assert industry.groups.debt_mcny[taker] == pytest.approx(owed)
    assert industry.groups.debt_mcny[giver] == 0.0
    assert industry.book.deals_mcny.sum() == pytest.approx(0.0, abs=1e-6)
    (deal,) = industry.deals
    assert (deal.kind, deal.price_mcny, deal.buyer, deal.stake_share) == (TRANSFER, 0.0, "chinalco", 0.58)
    assert deal.hhi_step > 0.0


def test_a_giver_that_nobody_is_known_to_hold_hands_over_its_plants() -> None:
    run = play(1, 1, policies=[{**ORDER, "giver": "lubei", "taker": "spic"}])
    industry = run.industry

    moved = [deal for deal in industry.deals if deal.kind == TRANSFER and deal.seller == "lubei"]
    assert [deal.buyer for deal in moved] == ["spic"]
    assert not (industry.refineries.group == industry.groups.row("lubei")).any()


def test_without_a_name_the_largest_central_group_nearby_takes_over() -> None:
    industry = fresh()
    taker = largest_nearby(industry, industry.groups.row("guangtou"))

    # Chinalco has most central capacity in Guangxi
    assert industry.groups.keys[taker] == "chinalco"


def test_nothing_is_transferred_where_luck_and_policy_have_no_part() -> None:
    run = play(5, 1, parameters={"deals": {"transfer_share": 0.0}})

    assert not [deal for deal in run.industry.deals if deal.kind == TRANSFER]
