"""Mines of owner groups: what they earn, what stops them, and what they secure when ore is short."""

from typing import Any

import numpy as np
import pytest

from sim.acts.holdings import follow_control
from sim.core.arrays import total_by
from sim.phases.local_ore import mine
from sim.phases.preparing import new_book
from sim.phases.quarter import available_capacity, lost_ore
from sim.scenario.problems import InvalidScenarioError
from sim.world.world import World
from tests.phases.playing import fresh, play

BOKE, GHANA = "winning-boke", "bosai-ghana"
HONGQIAO, BOSAI = "weiqiao-pioneering", "bosai"


def short(size: float, **changes: Any) -> World:
    """Give the world of the second quarter of 2026, in which a share of the ore is missing."""
    usual = {
        "id": "tried",
        "variable": "ore_supply",
        "size_ratio": size,
        "start_year": 2026,
        "start_quarter": 2,
    }
    world = fresh(shocks=[{**usual, "duration_quarters": 1, **changes}])
    world.year = 2026
    world.book = new_book(world)
    return world


def mined(world: World) -> tuple[dict[str, float], dict[str, float]]:
    """Give what mines shipped and groups earned in the quarter."""
    mine(world, lost_ore(world, 2))
    shipped = dict(zip(world.mines.keys, world.book.mined_mt.tolist(), strict=True))
    return shipped, dict(zip(world.groups.keys, world.book.mining_mcny.tolist(), strict=True))


def test_a_mine_gives_its_part_of_the_ore_that_its_owner_needed_at_the_start() -> None:
    world = fresh()
    plants, owner = world.refineries, world.groups.row(HONGQIAO)
    own = plants.group == owner
    need = (plants.runnable_mt * (world.recipe.imported_ore_t + world.recipe.domestic_ore_t))[own].sum()

    assert world.mines.ore_mt[world.mines.row(BOKE)] == pytest.approx(0.8 * need)
    assert world.mines.group[world.mines.row(BOKE)] == owner


def test_a_mine_whose_cost_in_china_is_not_given_ships_nothing_there() -> None:
    assert "nanshan-bintan" not in fresh().mines.keys
    assert "chalco-home" not in fresh().mines.keys


def test_an_owner_earns_its_part_of_price_less_cost_in_cash_and_in_the_book() -> None:
    world = short(0.0)
    before = world.groups.cash_mcny.copy()
    shipped, earned = mined(world)

    now = world.prices.now
    margin = (now.feed_usd_per_t - 46.0) * now.exchange_rate_cny_per_usd
    assert earned[HONGQIAO] == pytest.approx(0.225 * shipped[BOKE] * margin)
    assert earned[HONGQIAO] > 0.0
    assert world.groups.cash_mcny - before == pytest.approx(world.book.mining_mcny)
    assert np.array_equal(world.book.earned_mcny, world.book.mining_mcny)


def test_a_mine_that_would_lose_money_ships_nothing() -> None:
    world = short(0.0)
    world.prices.now = world.prices.now.with_feed(45.5)
    shipped, earned = mined(world)

    assert shipped[BOKE] == earned[HONGQIAO] == 0.0
    assert shipped[GHANA] > 0.0


def test_a_stop_in_a_country_hits_the_mines_there_alone() -> None:
    calm, stopped = mined(short(0.0))[0], mined(short(0.5, countries=["guinea"]))[0]

    assert stopped[BOKE] == pytest.approx(0.5 * calm[BOKE])
    assert stopped[GHANA] == calm[GHANA]


def test_a_stop_in_a_country_without_a_mine_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidScenarioError, match="guinea"):
        short(0.5, countries=["guinee"])
    with pytest.raises(InvalidScenarioError, match="not ore_supply"):
        short(0.5, variable="refining", countries=["guinea"])


def test_a_stop_without_a_country_hits_every_mine() -> None:
    calm, stopped = mined(short(0.0))[0], mined(short(0.5))[0]

    assert stopped == pytest.approx({key: 0.5 * tonnes for key, tonnes in calm.items()})


def test_own_ore_from_elsewhere_keeps_its_owners_plants_running_and_others_go_shorter() -> None:
    even, named = short(0.5), short(0.5, countries=["guinea"])
    plants = even.refineries
    left, kept = (available_capacity(world, 2).available_mt for world in (even, named))
    exposed = (plants.imported_share == 1.0) & (left > 0.0)
    own = exposed & (plants.group == even.groups.row(BOSAI))

    assert own.any()
    assert (kept[own] > left[own]).all()
    assert (kept[exposed & ~own] <= left[exposed & ~own]).all()
    # What an owner keeps is missing elsewhere.
    used = [float((each * even.recipe.imported_ore_t).sum()) for each in (left, kept)]
    assert used[1] == pytest.approx(used[0], rel=0.01)


def test_without_a_part_that_is_kept_all_go_equally_short() -> None:
    parameters = {"disruptions": {"own_ore_kept_share": 0.0}}
    usual = {"id": "tried", "variable": "ore_supply", "size_ratio": 0.5, "start_year": 2026}
    world = fresh(parameters=parameters, shocks=[{**usual, "duration_quarters": 4, "countries": ["guinea"]}])
    world.year = 2026

    assert np.array_equal(
        available_capacity(world, 2).available_mt, available_capacity(short(0.5), 2).available_mt
    )


def test_a_mine_follows_whoever_controls_the_company_that_has_it() -> None:
    world = fresh()
    ownership, buyer = world.ownership, "xinfa"
    for block in ownership.blocks("hongqiao"):
        if block.holder != buyer:
            ownership.transfer(world.year, "tried", block.holder, buyer, "hongqiao", block.ppm)
    follow_control(world)

    assert world.mines.group[world.mines.row(BOKE)] == world.groups.row(buyer)


def test_what_mines_earn_is_a_line_of_its_own_and_the_price_of_ore_moves_it() -> None:
    base, dearer = play(1), play(1, parameters={"inputs": {"levels": {"guinea_ore_usd_per_t": 75.0}}})
    column = "mining_earned_mcny"

    assert base.groups[column].sum() > 0.0
    assert dearer.groups[column].sum() > base.groups[column].sum()
    world = base.world
    assert np.allclose(
        total_by(world.mines.group, world.book.mines_mcny, len(world.groups)), world.book.mining_mcny
    )
