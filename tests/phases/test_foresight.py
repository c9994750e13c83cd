"""The forward clearing: what is announced reaches the price that owners expect, and nothing else does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.phases.foresight import coming_cost, coming_needs, forward_clearing, mean_mill_price
from sim.policies.rulebook import PhaseOut, SmelterCap, StandingTrade, Withholding
from sim.sight.buyers import prospect_of, values_ahead
from sim.sight.outlook import lasting_costs
from sim.sight.prospects import prospects, site_costs, venture_of
from sim.sight.view import expected_mill_prices, lasting_mill_prices, look
from sim.world.world import World
from tests.phases.playing import fresh


def foreseeing(**outlook: Any) -> World:
    """Give a fresh industry in 2026 that expects some rules to change."""
    world = fresh()
    world.year = 2026
    world.outlook = replace(world.rules, **outlook)
    return world


def forward(**outlook: Any) -> float:
    """Give the price that is expected, CNY/t."""
    return mean_mill_price(forward_clearing(foreseeing(**outlook)))


def test_where_nothing_would_be_shipped_the_mill_price_is_a_plain_mean() -> None:
    cleared = forward_clearing(foreseeing())

    idle = replace(cleared, flows_mt=np.zeros_like(cleared.flows_mt))

    assert mean_mill_price(idle) == pytest.approx(cleared.mill_cny_per_t[:-1].mean(), abs=1e-6)


def test_an_announced_carbon_price_is_counted_as_cost_above_the_benchmark() -> None:
    world = foreseeing(carbon_price_cny_per_tco2=100.0, carbon_benchmark_tco2_per_t=0.9)

    more = coming_cost(world) - world.refineries.cash_cost_cny_per_t

    # 100 CNY for each tonne of CO2 beyond 0.9 per tonne of alumina
    assert more == pytest.approx(100.0 * (world.recipe.co2_t - 0.9))


def test_an_ore_ban_to_come_makes_imported_ore_dearer_and_local_ore_not() -> None:
    world = foreseeing(ore_ban_share=0.1)
    now, taxed = world.prices.now, 1.0 + world.parameters.market.vat_share
    port = now.feed_usd_per_t * now.exchange_rate_cny_per_usd * taxed
    rise = np.exp(0.1 * world.parameters.disruptions.ore_price_ratio) - 1.0

    more = coming_cost(world) - world.refineries.cash_cost_cny_per_t

    assert more == pytest.approx(world.recipe.imported_ore_t * port * rise)


def test_rules_that_stay_leave_the_last_cost_as_it_is() -> None:
    world = fresh()

    assert coming_cost(world) is world.refineries.cash_cost_cny_per_t


def test_rules_that_hold_already_are_not_counted_twice() -> None:
    world = foreseeing(carbon_price_cny_per_tco2=100.0, carbon_benchmark_tco2_per_t=0.9)
    world.last_rules = world.outlook

    assert coming_cost(world) is world.refineries.cash_cost_cny_per_t


def test_an_announced_ceiling_is_the_need_of_three_years_ahead() -> None:
    world = foreseeing(smelter_cap=SmelterCap(40.0, None, 2028, 1.0))

    need = coming_needs(world, 3).need_mt.sum() * 4.0

    # 40 Mt of metal
    assert need == pytest.approx(40.0 * world.parameters.market.product_per_metal_t_per_t)


@pytest.mark.parametrize(
    ("outlook", "sign"),
    [
        ({"smelter_cap": SmelterCap(50.0, 0.02, 2027, 1.0)}, 1.0),
        ({"smelter_cap": SmelterCap(40.0, None, 2027, 1.0)}, -1.0),
        ({"standing": StandingTrade(0.0, 0.0, 1.0)}, -1.0),
        ({"withholdings": (Withholding(0.2, 0.04),)}, 1.0),
        ({"phase_outs": (PhaseOut("old", 2028, 2010, 0.0, 1.0, ()),)}, 1.0),
        ({"carbon_price_cny_per_tco2": 200.0, "carbon_benchmark_tco2_per_t": 0.5}, 1.0),
    ],
    ids=["smelters grow", "smelters cut", "no russia", "withheld", "closed", "carbon"],
)
def test_each_announced_rule_moves_the_expected_price_its_way(outlook: dict[str, Any], sign: float) -> None:
    assert sign * (forward(**outlook) - forward()) > 1.0


def test_an_announced_duty_lifts_the_expected_price_where_spot_cargoes_come_in() -> None:
    duty, calm = foreseeing(duty_share=0.3), foreseeing()
    usual = forward(duty_share=0.3) - forward()
    for world in (duty, calm):
        world.outside.balance_mt += 4.0

    shut, free = forward_clearing(duty), forward_clearing(calm)

    assert free.flows_mt[-1].sum() - shut.flows_mt[-1].sum() > 0.1
    assert mean_mill_price(shut) - mean_mill_price(free) > 1.0
    # a duty can lift no more than what comes in: next to nothing where few spot cargoes do
    assert 0.0 < usual < mean_mill_price(shut) - mean_mill_price(free)


def test_owners_weigh_years_of_margins_at_the_cost_that_is_announced() -> None:
    carbon = {"carbon_price_cny_per_tco2": 100.0, "carbon_benchmark_tco2_per_t": 0.9}
    announced, calm = foreseeing(**carbon), foreseeing()

    more = lasting_costs(announced) - lasting_costs(calm)

    assert more == pytest.approx(100.0 * (announced.recipe.co2_t - 0.9))
    # the books go on at the cost of today
    assert (announced.refineries.cash_cost_cny_per_t == calm.refineries.cash_cost_cny_per_t).all()


def test_a_carbon_price_that_is_announced_lowers_what_holding_a_dirty_plant_is_worth() -> None:
    values = []
    for outlook in ({}, {"carbon_price_cny_per_tco2": 100.0, "carbon_benchmark_tco2_per_t": 0.9}):
        world = foreseeing(**outlook)
        view = look(world, expected_mill_prices(world))
        rows = np.flatnonzero(world.refineries.nameplate_mt > 0.0)
        owners = world.refineries.group[rows]
        values.append(values_ahead(world, prospect_of(world, view, rows, owners)))

    dirty = world.recipe.co2_t[rows] > 0.9
    assert dirty.any()
    assert (values[1][dirty] < values[0][dirty]).all()


def test_what_is_remembered_is_the_margin_under_the_rules_to_come() -> None:
    carbon = {"carbon_price_cny_per_tco2": 100.0, "carbon_benchmark_tco2_per_t": 0.9}
    announced, calm = foreseeing(**carbon), foreseeing()
    for world in (announced, calm):
        world.book.made_mt[:] = world.refineries.nameplate_mt
    weights = calm.book.made_mt / calm.book.made_mt.sum()
    rise = 100.0 * float(((calm.recipe.co2_t - 0.9) * weights).sum())

    more = lasting_mill_prices(announced) - lasting_mill_prices(calm)

    assert more == pytest.approx(calm.parameters.expectation.adaptive_share * rise, abs=1e-4)


def test_a_price_of_scarce_ore_is_not_set_against_the_ore_of_after_the_ban() -> None:
    world = fresh()
    world.rules = replace(world.rules, ore_ban_share=0.5)
    world.outlook = replace(world.rules, ore_ban_share=0.0)
    view = look(world, expected_mill_prices(world))
    shared = prospects(world, view)
    here = np.arange(len(world.geography.regions))

    venture = venture_of(shared, np.zeros(here.size, dtype=np.int64), here, np.full(here.size, 2.0))

    # today's margin is kept: price and cost both fall by what the ore will
    fall = site_costs(world, world.rules)[0] - site_costs(world, world.outlook)[0]
    assert (fall > 100.0).all()
    margin = venture.today_cny_per_t - venture.cost_cny_per_t + shared.sites.fall_cny_per_t
    assert margin == pytest.approx(view.mill_cny_per_t[:-1] - site_costs(world, world.rules)[0], abs=1e-6)
