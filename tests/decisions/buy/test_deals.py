"""Deals in runs: steps of concentration, money, absurdities, records, and sale before exit."""

import numpy as np
import pytest

from sim.acts.holdings import follow_control
from sim.decisions.restructure import restructure
from sim.market.concentration import hhi
from sim.phases.exits import complete_agreed
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.consents import Circumstances, closing_chance
from sim.strategy.deals import Synergies, expected_gain, worth_of_buying
from sim.world.dealbook import AGREED, CLOSED, CONTROL, MINORITY, REMEDY, RESCUE, RESTRUCTURING, Deal
from tests.phases.dealing import SEEDS, capacity, dealt, of_group
from tests.phases.playing import cast_of, fresh

BOUGHT = (CONTROL, RESCUE)


def all_deals(*kinds: str) -> list[tuple[int, Deal]]:
    """Give the deals of some kinds in all runs, with the seed."""
    return [(seed, deal) for seed in SEEDS for deal in dealt(seed).world.deals if deal.kind in kinds]


def all_purchases() -> list[tuple[int, Deal]]:
    """Give the proposals over plants in all runs, with the seed; whole groups combine instead."""
    return [(seed, deal) for seed, deal in all_deals(*BOUGHT) if not of_group(deal)]


def test_the_reverse_merger_of_wanfang_and_sanmenxia_leaves_control_as_it_is_exactly() -> None:
    world = fresh()
    world.year = 2026
    before, groups = hhi(capacity(world)), world.refineries.group.copy()

    complete_agreed(world, world.holdings.controllers())
    follow_control(world)

    held = {block.holder: block.ppm for block in world.ownership.blocks("sanmenxia-al")}
    assert held["jiaozuo-wanfang"] == 994_375
    assert np.array_equal(world.refineries.group, groups)
    assert hhi(capacity(world)) == before
    agreed = [deal for deal in world.deals if deal.kind == AGREED and deal.target == "sanmenxia-al"]
    assert [(deal.hhi_step, deal.stake_share) for deal in agreed] == [(0.0, pytest.approx(0.994375))]


def test_moves_between_sister_companies_leave_control_as_it_is() -> None:
    world = fresh(parameters={"deals": {"restructuring_share": 1.0}})
    world.year = 2026
    before, groups = hhi(capacity(world)), world.refineries.group.copy()

    restructure(world, cast_of(world), look(world, lasting_mill_prices(world)))
    follow_control(world)

    assert len([deal for deal in world.deals if deal.kind == RESTRUCTURING]) > 5
    assert np.array_equal(world.refineries.group, groups)
    assert hhi(capacity(world)) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_control_concentration_moves_by_the_steps_of_closed_deals_and_nothing_else(seed: int) -> None:
    run = dealt(seed)
    closed = [deal for deal in run.world.deals if deal.outcome == CLOSED]

    for year, before in run.witness.before.items():
        steps = sum(deal.hhi_step for deal in closed if deal.year == year)
        assert run.witness.after[year] - before == pytest.approx(steps, abs=1e-8)


def test_buying_all_of_a_rival_steps_by_twice_the_product_of_shares() -> None:
    checked = 0
    for seed, deal in all_deals(*BOUGHT):
        run = dealt(seed)
        size = run.witness.size[deal.year]
        buyer, seller = run.world.groups.row(deal.buyer), run.world.groups.row(deal.seller)
        alone = sum(each.year == deal.year and each.outcome == CLOSED for each in run.world.deals) <= 1
        whole = deal.size_mt == pytest.approx(size[seller])
        if whole and (alone or deal.hhi_before == pytest.approx(run.witness.before[deal.year])):
            shares = size / size.sum()
            assert deal.hhi_step == pytest.approx(2e4 * shares[buyer] * shares[seller], abs=1e-8)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_rebuilt_from_the_log_equals_the_live_one(seed: int) -> None:
    ownership = dealt(seed).world.ownership
    live, rebuilt = ownership.graph, ownership.at(2100)

    assert dict(rebuilt.nodes(data=True)) == dict(live.nodes(data=True))
    assert {edge: data for *edge, data in map(list, rebuilt.edges(data=True)) for edge in [tuple(edge)]} == {
        edge: data for *edge, data in map(list, live.edges(data=True)) for edge in [tuple(edge)]
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_stakes_stay_whole_numbers_that_add_up_to_one(seed: int) -> None:
    for blocks in dealt(seed).world.ownership.snapshot().blocks.values():
        assert sum(block.ppm for block in blocks) == 1_000_000
        assert all(isinstance(block.ppm, int) and block.ppm > 0 for block in blocks)


def test_nobody_buys_from_itself_or_without_a_name_or_without_capacity() -> None:
    for seed, deal in all_deals(*BOUGHT, MINORITY, REMEDY):
        world = dealt(seed).world
        assert deal.buyer != deal.seller
        assert world.may_buy[world.groups.row(deal.buyer)]
        assert not deal.buyer.startswith("synthetic")
        assert deal.size_mt > 0.0


def test_no_buyer_swallows_what_is_larger_than_itself() -> None:
    finance = fresh().parameters
    for seed, deal in all_deals(*BOUGHT):
        run = dealt(seed)
        books = run.witness.assets[deal.year][run.world.groups.row(deal.buyer)]
        assert deal.size_mt * finance.finance.refinery_asset_cny_per_t <= books + 1e-9


def test_no_buyer_closes_more_control_purchases_a_year_than_it_may() -> None:
    closed = [(seed, d.year, d.buyer) for seed, d in all_deals(*BOUGHT) if d.outcome == CLOSED]

    assert len(closed) > 3
    assert len(closed) == len({*closed})


def test_a_price_lies_between_what_the_seller_wants_and_what_the_buyer_gains() -> None:
    for _, deal in all_purchases():
        assert deal.reservation_mcny - 1e-9 <= deal.price_mcny <= deal.value_mcny + 1e-9
        if deal.outcome == CLOSED:
            paid = deal.paid_cash_mcny + deal.paid_debt_mcny + deal.debt_assumed_mcny
            assert paid == pytest.approx(deal.price_mcny)


def test_every_proposal_is_a_decision_whose_facts_give_its_options_and_its_chance_again() -> None:
    deals = fresh().parameters.deals
    decisions = [d for seed in SEEDS for d in dealt(seed).world.decisions if d.kind.startswith("buy ")]
    assert len(decisions) == len(all_purchases())
    for decision in decisions:
        facts = decision.facts
        named = ("integration_mcny", "ore_mcny", "overhead_mcny", "coast_mcny", "policy_mcny")
        gains = Synergies(*(np.array([facts[name]]) for name in named))
        value = facts["stand_alone_mcny"] + expected_gain(gains, deals)[0] - facts["liabilities_mcny"]
        worth = worth_of_buying(float(value), facts["price_mcny"], deals)
        assert decision.options == {"buy": pytest.approx(worth, abs=1e-6), "leave it": 0.0}
        assert decision.choice in decision.options
        around = Circumstances(
            facts["surplus_share"],
            bool(facts["distressed_count"]),
            facts["wave_logit"],
            facts["push_share"],
            bool(facts["same_province_count"]),
            bool(facts["across_count"]),
        )
        assert closing_chance(around, deals) == pytest.approx(facts["chance_share"])


def test_refusals_name_who_refused() -> None:
    outcomes = {deal.outcome for _, deal in all_deals(*BOUGHT)}

    assert {CLOSED, "not agreed", "refused by the province"} <= outcomes
    for _, deal in all_deals(*BOUGHT):
        assert (deal.outcome == "refused by the province") == (deal.province == "withheld")
        assert (deal.outcome == "refused by the holder of state assets") == (deal.sasac == "withheld")


def test_identified_plants_are_offered_to_others_before_they_close() -> None:
    exits = tried = 0
    for seed in SEEDS:
        world = dealt(seed).world
        for decision in world.decisions:
            row = world.refineries.row(decision.agent) if decision.kind == "leave" else -1
            if row >= 0 and decision.choice == "exit" and not world.refineries.synthetic[row]:
                exits += 1
                tried += decision.facts["sales_tried_count"] == 1.0
    assert exits > 0
    assert tried == exits


def test_a_plant_sold_this_year_does_not_close_this_year() -> None:
    for seed in SEEDS:
        world = dealt(seed).world
        gone = {(event.year, event.agent) for event in world.events if event.kind == "exit"}
        sold = {(d.year, d.target) for d in world.deals if d.kind in BOUGHT and d.outcome == CLOSED}
        assert not gone & sold
