"""A quarter of trade: input prices, what happenings take, and what meets in the market."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.core.arrays import Floats, total_by
from sim.market.inputs import QUARTERS, Happening, draw_noise, next_logs
from sim.market.offers import running_share
from sim.phases.quarter import (
    asked_ratio,
    available_capacity,
    needs_of,
    offers_of,
    price_inputs,
    price_plants,
    regional_hit,
    standing_share,
    world_border,
)
from sim.policies.rulebook import OreKeptBack, StandingTrade, Withholding
from sim.sight.view import expected_mill_prices
from sim.world.world import World
from tests.phases.playing import fresh, play


def shock(variable: str, size: float, **changes: Any) -> dict[str, Any]:
    """Give a shock of the second quarter of 2026 as a scenario writes it."""
    usual = {"id": "tried", "variable": variable, "size_ratio": size, "start_year": 2026, "start_quarter": 2}
    return {**usual, "duration_quarters": 1, **changes}


def struck(variable: str, size: float, **changes: Any) -> World:
    """Give a fresh industry in 2026 with a shock in its second quarter."""
    world = fresh(shocks=[shock(variable, size, **changes)])
    world.year = 2026
    return world


def capacity(world: World, quarter: int = 2) -> Floats:
    """Give what plants can make in a quarter."""
    return available_capacity(world, quarter).available_mt


def test_ore_rises_the_quarter_after_alumina_and_not_with_it() -> None:
    calm = play(1).quarters
    short = play(1, shocks=[shock("refining", 0.3)]).quarters

    dearer = short["price_cny_per_t"] / calm["price_cny_per_t"]
    ore = short["guinea_ore_usd_per_t"] / calm["guinea_ore_usd_per_t"]

    assert dearer[1] > 1.02
    assert ore[1] == 1.0
    assert ore[2] > 1.001


def test_ore_moves_towards_its_new_level_by_what_a_quarter_closes() -> None:
    low, high = fresh(), fresh()
    high.prices.index_cny_per_t = 1.5 * low.prices.index_cny_per_t
    for world in (low, high):
        world.year, world.noise = 2026, np.zeros((QUARTERS, 6))
        price_inputs(world, 1)

    # 0.4 x ln 1.5 of the level, of which a quarter closes 1 - e^(-kappa / 4)
    rise = low.parameters.inputs.ore_feedback_ratio * np.log(1.5) * (1.0 - low.motion.decay[0])
    assert high.prices.logs[0] - low.prices.logs[0] == pytest.approx(rise)
    assert (high.prices.logs[1:] == low.prices.logs[1:]).all()


def test_the_years_noise_is_used_quarter_by_quarter() -> None:
    world = fresh()
    world.year, world.noise = 2026, np.arange(24.0).reshape(4, 6) * 1e-3
    logs, index = world.prices.logs, world.prices.index_cny_per_t

    price_inputs(world, 3)

    shift = world.parameters.inputs.ore_feedback_ratio * np.log(
        index / world.parameters.inputs.feedback_reference_cny_per_t
    )
    # the middle of 2026 is a year and a half after the middle of 2025: two quarters into year one
    expected = next_logs(world.motion, logs, world.noise[2], 1.5, float(shift))
    assert world.prices.logs == pytest.approx(expected)


def test_a_plants_cash_cost_is_the_sum_of_its_components() -> None:
    world = fresh()

    price_plants(world)

    assert world.refineries.cash_cost_cny_per_t == pytest.approx(world.components.sum(axis=0))


@pytest.mark.parametrize("quarter", [1, 3])
def test_a_shock_takes_nothing_outside_its_quarters(quarter: int) -> None:
    assert (capacity(struck("refining", 0.4), quarter) == capacity(fresh(), quarter)).all()


def test_a_nationwide_curb_takes_its_share_everywhere() -> None:
    assert capacity(struck("refining", 0.4)) == pytest.approx(0.6 * capacity(fresh()))


def test_a_regional_curb_leaves_other_regions_alone() -> None:
    world = struck("refining", 0.4, regions=["shanxi"])
    inside = world.refineries.region == world.geography.regions.index("shanxi")

    left = capacity(world) / np.maximum(capacity(fresh()), 1e-12)

    running = capacity(fresh()) > 0.0
    assert left[inside & running] == pytest.approx(0.6)
    assert left[~inside & running] == pytest.approx(1.0)


def test_curbs_of_one_region_add_up_to_no_more_than_all_of_it() -> None:
    world = struck("refining", 0.8, regions=["shanxi"])
    world.imposed = (*world.imposed, replace(world.imposed[0], name="again"))

    taken = regional_hit(world, "refining", 2)

    assert taken[world.geography.regions.index("shanxi")] == 1.0


def test_missing_ore_stops_plants_by_the_imported_part_of_theirs() -> None:
    world = struck("ore_supply", 0.5)

    left = capacity(world) / np.maximum(capacity(fresh()), 1e-12)

    running = capacity(fresh()) > 0.0
    assert left[running] == pytest.approx(1.0 - 0.5 * world.refineries.imported_share[running])


def test_port_stocks_soften_the_first_quarter_of_a_drawn_stop_of_ore() -> None:
    world = fresh()
    world.year = 2026
    world.happenings = [Happening("ore_supply", 0.2, 2026 * QUARTERS, 2, (), "guinea_ore", buffered=True)]
    buffer = world.parameters.disruptions.ore_buffer_share
    exposed = world.refineries.imported_share == 1.0

    first, second = (capacity(world, quarter)[exposed] for quarter in (1, 2))

    full = capacity(fresh())[exposed]
    assert first == pytest.approx((1.0 - 0.2 * (1.0 - buffer)) * full)
    assert second == pytest.approx(0.8 * full)


def test_plants_to_come_make_nothing() -> None:
    world = fresh()
    running = np.flatnonzero(capacity(world) > 0.0)
    world.refineries.quarters_run[running[0]] = -2

    assert capacity(world)[running[0]] == 0.0
    assert (capacity(world)[world.refineries.nameplate_mt == 0.0] == 0.0).all()


def test_a_smelting_shock_cuts_need_and_a_world_shock_the_balance_abroad() -> None:
    cut, calm = struck("smelting", 0.1), fresh()
    assert needs_of(cut, 2).need_mt == pytest.approx(0.9 * needs_of(calm, 2).need_mt)

    fed = struck("world_balance", 2.0)
    # 2 Mt a year are half a tonne million a quarter
    assert world_border(fed, 2).balance_mt - world_border(calm, 2).balance_mt == pytest.approx(0.5)


def test_smelters_need_their_alumina_per_tonne_of_metal() -> None:
    world = fresh()
    alpha = world.parameters.market.product_per_metal_t_per_t

    need = needs_of(world, 1).need_mt

    running = world.smelters.capacity_mt.sum() * world.smelting_scale
    assert need.sum() * QUARTERS == pytest.approx(alpha * running)


def test_a_duty_of_the_rulebook_is_charged_on_top_of_the_tariff() -> None:
    world = fresh()
    world.rules = replace(world.rules, duty_share=0.08)

    assert world_border(world, 1).duty_share == pytest.approx(world.parameters.world.duty_share + 0.08)


def test_a_refund_of_the_rulebook_reaches_the_border() -> None:
    world = fresh()
    world.rules = replace(world.rules, export_refund_share=0.4)

    assert world_border(world, 1).refund_share == 0.4


def test_what_russia_no_longer_buys_here_it_buys_elsewhere_in_part() -> None:
    still = {"standing_mt": 2.0, "export_elasticity_ratio": 0.0}
    closed, calm = (fresh(parameters={"world": still}) for _ in range(2))
    closed.rules = replace(closed.rules, standing=StandingTrade(0.4, 0.75, 1.0))

    # 2.0 falls to 0.4 a year, 0.1 a quarter; three quarters of 1.6, or 0.3 a quarter, are missing abroad
    assert dict(needs_of(closed, 1).fixed_mt)[closed.geography.standing] == pytest.approx(0.1)
    assert world_border(calm, 1).balance_mt - world_border(closed, 1).balance_mt == pytest.approx(0.3)


def test_exports_to_russia_move_by_the_strength_of_the_policy() -> None:
    # a quarter of the way from 2 to 0
    assert StandingTrade(0.0, 0.5, 0.25).need_mt(2.0) == pytest.approx(1.5)
    assert StandingTrade(0.0, 0.5, 0.25).elsewhere_mt(2.0) == pytest.approx(0.25)


def test_a_new_ore_ban_takes_imported_ore_and_stocks_soften_its_first_quarter() -> None:
    world = fresh(parameters={"disruptions": {"ore_buffer_share": 0.5}})
    world.year = 2026
    free = capacity(world)
    world.rules = replace(world.rules, ore_missing_share=0.2, ore_kept_back=(OreKeptBack((), 0.2, 0.2),))
    imported = world.refineries.imported_share[free > 0.0]

    first, later = (capacity(world, quarter)[free > 0.0] / free[free > 0.0] for quarter in (1, 2))

    assert first == pytest.approx(1.0 - 0.1 * imported)
    assert later == pytest.approx(1.0 - 0.2 * imported)


def test_banned_ore_makes_the_rest_dear_at_once_and_leaves_other_inputs_alone() -> None:
    calm, banned = fresh(), fresh()
    banned.rules = replace(banned.rules, ore_ban_share=0.2)
    for world in (calm, banned):
        world.year, world.noise = 2026, np.zeros((QUARTERS, 6))
        price_inputs(world, 1)

    dearer = banned.prices.now.feed_usd_per_t / calm.prices.now.feed_usd_per_t
    assert dearer == pytest.approx(np.exp(0.2 * calm.parameters.disruptions.ore_price_ratio))
    assert banned.prices.now.of["domestic_ore"] == calm.prices.now.of["domestic_ore"]


def test_members_of_an_agreement_run_no_more_than_they_promised() -> None:
    world = fresh()
    world.refineries.running_share[:] = world.refineries.warm_share[:] = 1.0
    world.rules = replace(world.rules, withholdings=(Withholding(0.1, 0.04),))
    plants = world.refineries
    held = total_by(plants.group, plants.nameplate_mt, len(world.groups))
    member = (held >= 0.04 * held.sum())[plants.group] & (plants.runnable_mt > 0.0)

    offered = capacity(world)
    ceiling = offers_of(world, offered).ceiling_share

    run = (offered * ceiling)[member] * QUARTERS
    assert (run <= 0.9 * plants.runnable_mt[member] + 1e-12).all()
    assert (ceiling[~member] == 1.0).all()


def test_no_more_than_warm_lines_run() -> None:
    world = fresh()
    plants = world.refineries
    plants.running_share[:], plants.warm_share[:] = 1.0, 0.6

    offered = capacity(world)

    able = offered * offers_of(world, offered).ceiling_share * QUARTERS
    assert (able <= 0.6 * plants.runnable_mt + 1e-12).all()
    assert able == pytest.approx(np.minimum(0.6 * plants.runnable_mt, offered * QUARTERS))


def test_what_an_agreement_keeps_idle_is_booked_and_nothing_is_made_of_it() -> None:
    agreed = {
        "id": "idle",
        "type": "self_discipline",
        "start_year": 2026,
        "cut_share": 0.2,
        "breach_cny_per_t": 2000.0,
    }
    played = play(1, policies=[agreed])

    book = played.world.book
    assert book.withheld_mt.sum() > 1.0
    assert (book.made_mt <= book.available_mt - book.withheld_mt + 1e-9).all()
    assert played.years["withheld_mt"].iloc[0] == pytest.approx(book.withheld_mt.sum())


def test_plants_answer_the_price_by_the_part_that_a_quarter_allows() -> None:
    world = fresh(parameters={"running": {"answer_per_quarter": 0.4}})
    world.refineries.running_share[:] = 0.1
    offered = offers_of(world, capacity(world))

    share = running_share(offered, np.full(offered.regions, 9_000.0))

    # at any price all of it is wanted: 0.1 and two fifths of the 0.9 that stand still
    assert share == pytest.approx(0.46)


def test_standing_buyers_take_less_of_a_china_that_has_become_dearer_and_more_elsewhere() -> None:
    calm, dear = (
        fresh(
            parameters={"world": {"standing_mt": 2.0, "other_exports_mt": 0.0, "export_elasticity_ratio": by}}
        )
        for by in (0.0, 1.0)
    )
    border = world_border(calm, 1)
    dear.outside.asked_ratio = asked_ratio(dear, border) / 1.25

    # dearer by a quarter: 0.8 of 2 Mt a year, and the tenth of a million tonnes a quarter is missing abroad
    assert dict(needs_of(dear, 1).fixed_mt)[dear.geography.standing] == pytest.approx(0.4)
    assert border.balance_mt - world_border(dear, 1).balance_mt == pytest.approx(0.1)


def test_a_refund_makes_china_cheaper_for_standing_buyers() -> None:
    world = fresh(parameters={"world": {"export_elasticity_ratio": 1.0}})
    usual = standing_share(world, world_border(world, 1))

    assert standing_share(world, replace(world_border(world, 1), refund_share=1.0)) > usual


def test_standing_buyers_take_the_usual_in_the_base_year_and_its_mean_is_kept() -> None:
    world = fresh()

    assert 0.9 < world.outside.asked_ratio < 1.5
    world.outside.asked_ratio = 0.0
    assert standing_share(world, world_border(world, 1)) == 1.0


def test_owners_expect_regional_prices_to_keep_their_distance_to_the_index() -> None:
    world = fresh()
    prices, share = world.prices, world.parameters.expectation.adaptive_share

    expected = expected_mill_prices(world)

    national = share * prices.adaptive_cny_per_t + (1.0 - share) * prices.forward_cny_per_t
    assert expected - national == pytest.approx(prices.mill_cny_per_t[:-1] - prices.index_cny_per_t)


def test_two_shocks_of_a_price_compound_and_never_make_it_negative() -> None:
    shocks = [shock("aluminium_price", -0.8), shock("aluminium_price", -0.8, id="again")]
    worlds = [fresh(shocks=shocks[:number]) for number in range(3)]
    for world in worlds:
        world.year, world.noise = 2026, draw_noise(world.streams, world.motion, 2026)
        price_inputs(world, 2)

    usual, once, twice = (world.prices.now.metal_cny_per_t for world in worlds)
    assert (once, twice) == pytest.approx((usual * 0.2, usual * 0.04))
