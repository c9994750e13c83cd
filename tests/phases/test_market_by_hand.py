"""The market of the tiny world, worked out by hand: costs, promises, one quarter of trade, and the price ahead."""

import math
from typing import Any

import numpy as np
import pytest

from sim.market.inputs import Happening
from sim.phases.curbs import CURB
from sim.phases.quarter import offers_of, play_quarter, price_inputs, price_plants
from sim.strategy.finance import BEARERS
from sim.strategy.running import half_band
from sim.world.books import no_promises
from sim.world.world import World
from sim.year import contract, foresee, trade
from tests.phases.playing import cast_of
from tests.tiny.asking import ANYBODY, listening
from tests.tiny.worlds import ALFA, BETA, CHEAP, COAST, DEAR, GAMMA, INLAND, MIDDLING, PLAIN, tiny, touched

NEED_MT = 2.0 / 4
"""Alumina that smelters use in a quarter."""


def balanced(**overrides: Any) -> World:
    """Give a world in which the market clears where middling stops: it can make half of what it is.

    Two million tonnes are needed; cheap makes one, and middling the other at the price at which half of its lines
    stop, 2500 - 150. Both regions then sell the same, so a buyer who spreads over both at a dispersion of 10 pays a
    delivered price of 10 ln 2 less than either. Smelters hold 15 days of their use, what they want to hold there.
    """
    world = tiny(2350.0, **overrides)
    world.promises = no_promises(3, 2, 3)
    world.prices.delivered_cny_per_t[PLAIN] = 2350.0 - 10.0 * math.log(2.0)
    world.prices.stock_smelters_mt[PLAIN] = 15.0 * NEED_MT / (365.0 / 4)
    return world


@pytest.fixture(scope="module")
def cleared() -> World:
    """A world after its first quarter of trade."""
    world = balanced()
    play_quarter(world, 1)
    return world


def test_cash_costs_are_those_of_the_table_of_the_pack() -> None:
    world = tiny()
    world.refineries.cash_cost_cny_per_t[:] = 0.0
    world.components = np.zeros((6, 3))

    parts = touched(world, lambda: price_plants(world))

    assert world.refineries.cash_cost_cny_per_t.tolist() == pytest.approx([2000.0, 2500.0, 3000.0])
    ore = [2.5 * (60 * 7 * 1.1 + 20), 2.0 * 540, 2.5 * (60 * 7 * 1.1 + 20 + 238)]
    assert world.components[0].tolist() == pytest.approx(ore)
    assert world.components[1].tolist() == pytest.approx([0.06 * 3000, 0.1 * 3000, 0.06 * 3000])
    assert world.components[2].tolist() == pytest.approx([0.5 * 390 + 80, 0.75 * 800 + 80, 0.75 * 800 + 80])
    assert world.components[3:].sum(axis=0).tolist() == pytest.approx([340.0, 440.0, 340.0])
    assert parts == {"components", "refineries.cash_cost_cny_per_t"}


def test_dear_ore_comes_half_in_its_first_quarter_and_in_full_in_the_second() -> None:
    shock = {
        "id": "dear ore",
        "variable": "ore_price",
        "size_ratio": 0.2,
        "start_year": 2026,
        "duration_quarters": 4,
    }
    world = tiny(shocks=[shock])
    world.noise = np.zeros((4, 6))
    costs = []
    for quarter in (1, 2):
        price_inputs(world, quarter)
        price_plants(world)
        costs.append(world.refineries.cash_cost_cny_per_t.tolist())

    # 20 % of 2.5 x 60 x 7 x 1.1 = 1155 are 231; half of the ore is paid at last quarter's price
    assert world.prices.now.feed_usd_per_t == pytest.approx(72.0)
    assert costs[0] == pytest.approx([2000.0 + 115.5, 2500.0, 3000.0 + 115.5])
    assert costs[1] == pytest.approx([2000.0 + 231.0, 2500.0, 3000.0 + 231.0])


def test_carbon_is_paid_above_the_benchmark() -> None:
    policy = {
        "id": "ets",
        "type": "carbon",
        "start_year": 2026,
        "price_cny_per_tco2": 100,
        "benchmark_tco2_per_t": 1,
    }
    world = tiny(policies=[policy])
    world.rules = world.spec.policies[0].amend(world.rules, 2026)

    price_plants(world)

    # fuel: 0.0946 t/GJ at 80 % efficiency, 8 GJ or 12 GJ; power: 200 kWh at 0.5366 t/MWh
    low, high = 0.0946 * 8 / 0.8 + 0.2 * 0.5366, 0.0946 * 12 / 0.8 + 0.2 * 0.5366
    bill = [100.0 * (low - 1.0), 100.0 * (high - 1.0), 100.0 * (high - 1.0)]
    assert bill == pytest.approx([5.332, 52.632, 52.632])
    assert world.components[5].tolist() == pytest.approx(bill)
    assert world.refineries.cash_cost_cny_per_t.tolist() == pytest.approx([2005.332, 2552.632, 3052.632])


def test_plants_stop_a_band_below_their_cost_and_start_a_band_above() -> None:
    world = balanced()

    assert half_band(world.parameters.running) == pytest.approx(150.0)
    offered = offers_of(world, np.array([0.25, 0.5, 0.25])).thresholds_cny_per_t

    assert offered[0].tolist() == pytest.approx([1850.0, 2350.0, 2850.0])
    assert offered[1].tolist() == pytest.approx([2150.0, 2650.0, 3150.0])


def test_hope_support_and_customers_make_a_plant_hold_on() -> None:
    world = balanced()
    # 2450 are expected where 2350 are paid: hope is 2/3 x 0.6 a year x 100 x (150/150)^2
    world.prices.adaptive_cny_per_t = world.prices.forward_cny_per_t = 2450.0
    world.refineries.support_cny_per_t[DEAR] = 60.0
    world.promises.captive_share[CHEAP], world.promises.contract_share[CHEAP] = 0.5, 0.25

    offered = offers_of(world, np.array([0.25, 0.5, 0.25])).thresholds_cny_per_t

    # half of 50 CNY/t for the own smelter, a quarter of 40 for customers
    assert offered[0].tolist() == pytest.approx([1850 - 40 - 35, 2350 - 40, 2850 - 40 - 60])
    assert offered[1].tolist() == pytest.approx([2150 - 40, 2650 - 40, 3150 - 40])


def test_the_price_is_where_half_of_middling_stops(cleared: World) -> None:
    assert cleared.prices.mill_cny_per_t[[COAST, INLAND]] == pytest.approx([2350.0, 2350.0], abs=0.01)
    assert cleared.refineries.running_share.tolist() == pytest.approx([1.0, 0.5, 0.0], abs=1e-4)
    assert cleared.book.made_mt.tolist() == pytest.approx([0.25, 0.25, 0.0], abs=1e-4)
    assert cleared.book.flows_mt[:, PLAIN].tolist() == pytest.approx([0.25, 0.25, 0.0], abs=1e-4)
    assert cleared.prices.index_cny_per_t == pytest.approx(2350.0, abs=0.01)
    assert cleared.book.used_mt.tolist() == pytest.approx([0.5, 0.0, 0.0], abs=1e-6)
    assert cleared.book.metal_mt.tolist() == pytest.approx([0.25 / 4, 0.75 / 4], abs=1e-6)


def test_a_quarter_is_booked_to_the_last_million(cleared: World) -> None:
    book = cleared.book

    assert book.revenue_mcny.tolist() == pytest.approx([0.25 * 2350, 0.25 * 2350, 0.0], abs=0.3)
    assert book.cost_mcny.tolist() == pytest.approx([0.25 * 2000, 0.25 * 2500, 0.0], abs=0.3)
    # smelters: metal at 20000 less 10000 of other cost, less alumina, without VAT
    smelted = [(0.0625 * 10000 - 0.125 * 2350) / 1.1, (0.1875 * 10000 - 0.375 * 2350) / 1.1, 0.0]
    assert book.smelting_mcny.tolist() == pytest.approx(smelted, abs=0.3)
    # cheap earns 350 a tonne; middling loses 150 a tonne, keeps 0.25 Mt idle at 40 and puts off 30 a tonne;
    # dear keeps 0.25 Mt idle
    refined = [0.25 * 350 / 1.1, -0.25 * 150 / 1.1 - 0.25 * 40 + 0.25 * 30, -0.25 * 40]
    assert book.put_off_mcny.tolist() == pytest.approx([0.0, 7.5, 0.0], abs=0.01)
    assert book.upkeep_mcny.tolist() == pytest.approx([0.0, 10.0, 10.0], abs=0.01)
    earned = [one + other for one, other in zip(refined, smelted, strict=True)]
    assert cleared.groups.cash_mcny.tolist() == pytest.approx([1000 + each for each in earned], abs=0.3)
    assert cleared.groups.debt_mcny.tolist() == [0.0, 0.0, 0.0]


def test_losses_fall_on_maintenance_smelters_and_cash_in_that_order(cleared: World) -> None:
    borne = {name: cleared.book.losses_mcny[row] for row, name in enumerate(BEARERS)}

    # beta: 37.5 / 1.1 + 10 of upkeep are 44.09, of which 7.5 are put off and its smelters bear the rest
    assert borne["deferred_maintenance"][BETA] == pytest.approx(7.5, abs=0.01)
    assert borne["group_transfer"][BETA] == pytest.approx(37.5 / 1.1 + 10 - 7.5, abs=0.05)
    # gamma has no smelter: its upkeep of 10 comes out of cash
    assert borne["owner_cash"][GAMMA] == pytest.approx(10.0, abs=0.01)
    assert cleared.book.losses_mcny.sum(axis=0)[ALFA] == 0.0
    assert cleared.refineries.loss_quarters.tolist() == [0, 1, 0]
    assert cleared.refineries.idle_quarters.tolist() == [0, 0, 1]


def test_a_plant_starts_again_where_the_price_passes_its_upper_threshold() -> None:
    world = balanced()
    world.refineries.running_share[:] = [1.0, 0.0, 0.0]

    play_quarter(world, 1)

    # Middling makes half of its capacity again at the price at which half of its lines start, 2500 + 150. Smelters
    # expected 2350: at 300 more they want exp(-0.3) of their stock and draw half of the gap.
    stock = 15.0 * NEED_MT / (365.0 / 4)
    drawn = (
        0.5
        * stock
        * (1.0 - math.exp(-(world.prices.delivered_cny_per_t[PLAIN] - (2350.0 - 10 * math.log(2))) / 1000))
    )
    made = world.refineries.running_share[MIDDLING] * 0.5
    assert made == pytest.approx(0.5 - 0.25 - drawn - world.book.flows_mt[-1, PLAIN], abs=1e-4)
    start = 1.0 / (1.0 + math.exp((2650.0 - world.prices.mill_cny_per_t[INLAND]) / 10.0))
    assert world.refineries.running_share[MIDDLING] == pytest.approx(start, abs=1e-6)
    assert 2600.0 < world.prices.mill_cny_per_t[INLAND] < 2650.0


def test_groups_feed_their_smelters_and_contracts_cover_half_of_the_rest() -> None:
    world = tiny(2350.0)
    world.prices.fob_usd_per_t = 300.0

    parts = touched(world, lambda: contract(world, cast_of(world)))

    # captive: half of what alfa's smelter needs, 0.25 of 0.5, and of what beta's need, 0.75 of 1.5
    assert world.promises.captive_mt[:, PLAIN].tolist() == pytest.approx([0.25, 0.75])
    assert world.promises.captive_share.tolist() == pytest.approx([0.25, 0.75 / 2.0, 0.0])
    # one million tonnes are still needed, half of it under contract, from two regions at one price
    assert world.promises.contract_mt[:, PLAIN].tolist() == pytest.approx([0.25, 0.25])
    # of 0.75 Mt that are free at the coast, and of 1.25 + 1 Mt inland
    share = [0.75 * 0.25 / 0.75, 0.625 * 0.25 / 2.25, 0.25 / 2.25]
    assert world.promises.contract_share.tolist() == pytest.approx(share)
    assert parts == {"promises"}


def test_where_nobody_signs_there_are_no_contracts() -> None:
    world = tiny(2350.0)
    cast, _ = listening(world, {(ANYBODY, "sign"): "spot"})

    contract(world, cast)

    assert world.promises.contract_mt.sum() == 0.0
    assert world.promises.captive_mt[:, PLAIN].tolist() == pytest.approx([0.25, 0.75])


def test_what_a_curb_takes_is_booked_and_the_next_plant_makes_up_for_it() -> None:
    world = balanced()
    world.happenings = [Happening(CURB, 0.4, 2026 * 4, 1, ("inland",), CURB, False)]
    world.refineries.compliance_share[:] = [0.9, 0.5, 0.2]

    play_quarter(world, 1)

    # 40 % of 0.75 Mt are 0.3: dear, of the worst record, gives 70 % of the 70 % that are not spared, middling the rest
    assert world.book.curbed_region_mt.tolist() == pytest.approx([0.0, 0.3 - 0.1225, 0.1225])
    assert world.book.curb_quarters.tolist() == [0.0, 1.0]
    assert world.book.available_mt.tolist() == pytest.approx([0.25, 0.5 - 0.1775, 0.25 - 0.1225])


def test_the_price_ahead_is_the_cost_of_the_plant_that_is_needed_last() -> None:
    world = tiny(2350.0)

    parts = touched(world, lambda: foresee(world, cast_of(world)))

    # everything runs that pays its cash cost, so half of middling pays 2500
    assert world.prices.forward_cny_per_t == pytest.approx(2500.0, abs=0.1)
    assert parts <= {"prices.forward_cny_per_t", "outside.balance_mt"}


def test_four_quarters_of_trade_make_what_is_used_and_stocked() -> None:
    world = balanced()
    world.noise = np.zeros((4, 6))
    stock = float(world.prices.stock_smelters_mt.sum())

    trade(world, cast_of(world))

    book, prices = world.book, world.prices
    kept = float(prices.stock_smelters_mt.sum() + prices.stock_refineries_mt.sum()) - stock
    abroad = float(book.flows_mt[:, 1:].sum())
    assert book.used_mt[PLAIN] == pytest.approx(2.0, abs=1e-5)
    assert float(book.made_mt.sum() + book.flows_mt[-1].sum()) == pytest.approx(2.0 + kept + abroad, abs=1e-5)
    assert len(book.quarters) == 4
