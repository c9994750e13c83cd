"""Worlds of the tiny pack: three plants, three owners, two regions, two smelters, one importer, and round numbers.

| plant      | owner | region | Mt/yr | cash cost | why                                                          |
|------------|-------|--------|-------|-----------|--------------------------------------------------------------|
| `cheap`    | alfa  | coast  | 1     | 2000      | ore 2.5 x (60 x 7 x 1.1 + 20), soda 0.06 x 3000,             |
|            |       |        |       |           | coal 0.5 x 390, power 80, fixed 300, mud 40                  |
| `middling` | beta  | inland | 2     | 2500      | ore 2 x 540, soda 0.1 x 3000, coal 0.75 x 800, power 80,     |
|            |       |        |       |           | fixed 300, lime 100, mud 40                                  |
| `dear`     | gamma | inland | 1     | 3000      | ore 2.5 x (60 x 7 x 1.1 + 20 + 238), soda 0.06 x 3000,       |
|            |       |        |       |           | coal 0.75 x 800, power 80, fixed 300, mud 40                 |

Smelters make 0.25 Mt (alfa) and 0.75 Mt (beta) of metal a year, two tonnes of alumina a tonne: 2 Mt of need. Freight is
nothing. A plant stops 150 CNY/t below its cash cost and starts 150 above: (3/4 x 150^2 x (150 + 50))^(1/3) = 150.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sim.footprint import changed, state
from sim.opening import open_world
from sim.phases.preparing import new_book, update_outside
from sim.scenario.load import Scenario, load
from sim.world.world import World

FILE = Path(__file__).parent / "tiny.yaml"
CHEAP, MIDDLING, DEAR = range(3)
ALFA, BETA, GAMMA = range(3)
COAST, INLAND = range(2)
PLAIN = 0


@cache
def _plain() -> Scenario:
    return load(FILE)


def scenario(**overrides: Any) -> Scenario:
    """Give the scenario of the tiny pack, with changes as `load` takes them."""
    return load(FILE, **overrides) if overrides else _plain()


def opened(**overrides: Any) -> World:
    """Give the world of the tiny pack at the end of 2025."""
    return open_world(scenario(**overrides), seed=0)


def tiny(price_cny_per_t: float = 2350.0, **overrides: Any) -> World:
    """Give the tiny world in 2026 with nothing left of the base year.

    All run in full; every price, of today and expected, is the same; every group has 1000 million CNY of cash and no
    debt, keeps no cash back, and has no weak year behind it.
    """
    world = opened(**overrides)
    world.year, world.book = 2026, new_book(world)
    prices, plants, groups = world.prices, world.refineries, world.groups
    for column in (prices.mill_cny_per_t, prices.delivered_cny_per_t, prices.paid_cny_per_t):
        column[:] = price_cny_per_t
    prices.index_cny_per_t = prices.adaptive_cny_per_t = prices.forward_cny_per_t = price_cny_per_t
    prices.stock_refineries_mt[:] = prices.stock_smelters_mt[:] = 0.0
    prices.output_mt[:] = 0.0
    prices.cost_cny_per_t = prices.adaptive_cost_cny_per_t = 0.0
    plants.running_share[:] = plants.warm_share[:] = plants.used_share[:] = 1.0
    for column in (plants.idle_quarters, plants.loss_quarters, plants.deferral_quarters):
        column[:] = 0
    plants.deferred_mcny[:] = 0.0
    world.smelters.smelting_share[:] = 1.0
    groups.cash_mcny[:], groups.debt_mcny[:], groups.payables_mcny[:] = 1000.0, 0.0, 0.0
    groups.weak_years[:], groups.distressed[:], groups.illiquid[:] = 0, False, False
    world.credit.least_cash_mcny[:] = 0.0
    world.events.clear()
    update_outside(world)
    return world


def limited(potential_mt: float, stock_mt: float = 0.0, **overrides: Any) -> World:
    """Give the tiny world with mines inland that give so much; `middling` lives on them, 2 Mt a year."""
    world = tiny(**overrides)
    ore = world.local_ore
    ore.limited[INLAND], ore.opening_mt[INLAND], ore.stock_mt[INLAND] = True, potential_mt, stock_mt
    ore.brought_share[:] = 0.0
    return world


def touched(world: World, act: Callable[[], object]) -> set[str]:
    """Give the parts of a world that something changes."""
    before = state(world)
    act()
    return changed(before, state(world))
