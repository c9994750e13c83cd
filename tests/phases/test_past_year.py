"""Opening accounts: what the year before the base year left to owners."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.phases.past_year import earnings, own_investment, settle_past_year
from sim.phases.quarter import price_plants
from sim.world.world import World
from tests.phases.playing import fresh

QUARTERS = {f"alumina_price@2024-{quarter}" for quarter in (1, 2, 3, 4)}


def at_price(price: float, **overrides: Any) -> World:
    """Give a world at its opening whose pack has one price for all of 2024."""
    rows = {"history": {key: {"value": price} for key in QUARTERS}}
    return fresh(rows=rows, **overrides)


def net_debt(world: World) -> float:
    """Give what all groups owe beyond their cash, million CNY."""
    return float((world.groups.debt_mcny - world.groups.cash_mcny).sum())


def test_a_better_year_leaves_less_debt_or_more_cash() -> None:
    worlds = [at_price(price) for price in (3000.0, 4000.0)]

    assert net_debt(worlds[1]) < net_debt(worlds[0])


def test_earnings_are_margins_of_what_stood_without_tax() -> None:
    world = fresh()
    price_plants(world)
    plants, vat = world.refineries, world.parameters.market.vat_share
    row = plants.row("senze-liulin")
    group = plants.group[row]

    earned, worn = earnings(world, 4000.0)

    # Senze has one plant and no smelter
    expected = plants.runnable_mt[row] * (4000.0 - plants.cash_cost_cny_per_t[row]) / (1.0 + vat)
    assert earned[group] == pytest.approx(expected)
    written_off = world.parameters.costs.full_minus_cash_cny_per_t
    assert worn[group] == pytest.approx(plants.runnable_mt[row] * written_off / (1.0 + vat))


def test_plants_of_the_base_year_earned_nothing_before_and_cost_their_owners_something() -> None:
    world = fresh()
    price_plants(world)
    group = world.refineries.group[world.refineries.row("guangtou-beihai-1")]

    earned, _ = earnings(world, 4000.0)
    standing = (world.refineries.group == group) & (world.refineries.started_year < 2025)

    # Guangtou's only refineries are those of 2025 and 2026
    assert not (standing & (world.refineries.nameplate_mt > 0.0)).any()
    smelting = earned[group]
    world.smelters.capacity_mt[:] = 0.0
    assert earnings(world, 4000.0)[0][group] == pytest.approx(0.0) != smelting
    assert own_investment(world)[group] > 0.0


def test_a_pack_without_the_prices_of_the_year_leaves_accounts_as_they_open() -> None:
    world = fresh()
    world.pack = replace(world.pack, history=tuple(row for row in world.pack.history if row.year == 2025))
    before = world.groups.cash_mcny.copy()

    settle_past_year(world)

    assert np.array_equal(world.groups.cash_mcny, before)


def test_no_group_begins_without_money_because_of_what_it_built() -> None:
    world = fresh()

    assert (world.groups.cash_mcny >= 0.0).all()
