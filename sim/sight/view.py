"""What deciders see: a frozen picture of the world that all of them share.

An agent that decides gets this and its case. The view stays as it was when a kind of decision began; what the turns of
others have changed since (cash, quota, bids, prices after an exit) is looked at again and stands in the case.

What owners see of prices: the mill prices that are expected in the long run, and those that last.
"""

import math
from dataclasses import dataclass

from sim.core.arrays import Floats
from sim.policies.rulebook import Rulebook
from sim.process.base import Process
from sim.scenario.parameters import Parameters
from sim.sight.limits import RegionalLimits, may_run, regional_limits
from sim.sight.outlook import cost_change, lasting_costs
from sim.strategy.finance import long_run_price
from sim.world.geography import Geography
from sim.world.population import Groups, Importers, Refineries, Smelters
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of every plant under the rules that are announced, whoever owns it.

    Attributes:
        limits: what limits of regions leave open.
        cost_cny_per_t: (plants,) cash cost.
        runnable_share: (plants,) part of its nameplate that it may run in the long run.
    """

    limits: RegionalLimits
    cost_cny_per_t: Floats
    runnable_share: Floats


def look_ahead(world: World) -> Ahead:
    """What lies ahead of every plant as the world stands."""
    limits = regional_limits(world)
    return Ahead(limits, lasting_costs(world), may_run(world, limits))


@dataclass(frozen=True, slots=True)
class View:
    """The world at one moment, for reading only.

    Attributes:
        year: the year.
        rules: the year's rulebook.
        parameters: the model's parameters.
        process: how the product is made.
        geography: regions and markets.
        refineries: their table.
        groups: their table.
        importers: their table.
        smelters: their table.
        mill_cny_per_t: (origins,) last mill prices, landed imports last.
        expected_cny_per_t: (regions,) mill prices expected in the long run.
        fob_usd_per_t: world price.
        exchange_rate_cny_per_usd: yuan per dollar.
        mud_t_per_t: (plants,) red mud per tonne of alumina.
        ahead: what lies ahead of plants, where nothing that it rests on moves as long as the view is used.
    """

    year: int
    rules: Rulebook
    parameters: Parameters
    process: Process
    geography: Geography
    refineries: Refineries
    groups: Groups
    importers: Importers
    smelters: Smelters
    mill_cny_per_t: Floats
    expected_cny_per_t: Floats
    fob_usd_per_t: float
    exchange_rate_cny_per_usd: float
    mud_t_per_t: Floats
    ahead: Ahead | None = None


def look(world: World, expected_cny_per_t: Floats, ahead: Ahead | None = None) -> View:
    """A frozen picture of the industry."""
    return View(
        year=world.year,
        rules=world.rules,
        parameters=world.parameters,
        process=world.process,
        geography=world.geography,
        refineries=world.refineries.snapshot(),
        groups=world.groups.snapshot(),
        importers=world.importers.snapshot(),
        smelters=world.smelters.snapshot(),
        mill_cny_per_t=world.prices.mill_cny_per_t.copy(),
        expected_cny_per_t=expected_cny_per_t,
        fob_usd_per_t=world.prices.fob_usd_per_t,
        exchange_rate_cny_per_usd=world.prices.now.exchange_rate_cny_per_usd,
        mud_t_per_t=world.recipe.residue_t,
        ahead=ahead,
    )


def expected_price(world: World) -> float:
    """The price that owners expect in the long run in the country, CNY/t."""
    prices, terms = world.prices, world.parameters.expectation
    return long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, terms.adaptive_share)


def expected_mill_prices(world: World) -> Floats:
    """The mill price that owners expect in the long run in each region, (regions,) CNY/t."""
    prices = world.prices
    return expected_price(world) + prices.mill_cny_per_t[:-1] - prices.index_cny_per_t


def lasting_mill_prices(world: World) -> Floats:
    """The mill price expected in the long run at today's input prices and announced rules, (regions,) CNY/t.

    Whoever weighs years of margins must not set a remembered price against the costs to come: the remembered part
    is moved by what costs have moved since, and by what announced rules will, so that what is remembered is the margin.

    Source: equation (3.30) of the model description.
    """
    prices, share = world.prices, world.parameters.expectation.adaptive_share
    moved = prices.cost_cny_per_t - prices.adaptive_cost_cny_per_t + mean_cost_change(world)
    return expected_mill_prices(world) + share * moved


def mean_cost_change(world: World) -> float:
    """What announced rules change of mean cash cost, CNY/t, by the output of the year."""
    made = world.book.made_mt
    if world.outlook == world.rules or not made.any():
        return 0.0
    change = cost_change(world, world.rules, world.outlook)
    return round(math.fsum(change * made) / math.fsum(made), 6)
