"""What owners see of prices: the terms that plants meet, and the mill prices that are expected to last."""

from sim.core.arrays import Floats
from sim.market.costs import Terms, energy_charge
from sim.policies.rulebook import Rulebook
from sim.strategy.valuation import long_run_price
from sim.world.population import Refineries
from sim.world.world import World


def cost_terms(world: World, plants: Refineries, rules: Rulebook | None = None) -> Terms:
    """The prices that some plants meet, standing ones or sites where one could stand.

    They meet them under this year's rules if no others are given.
    """
    rules, regions = rules or world.rules, world.geography.regions
    coal, power = energy_charge(rules.energy_charges, regions, plants.region)
    return Terms(
        now=world.prices.now,
        before=world.prices.before,
        lagged_ore_share=world.parameters.inputs.lagged_ore_share,
        vat_share=world.parameters.market.vat_share,
        carbon_price_cny_per_tco2=rules.carbon_price_cny_per_tco2,
        benchmark_tco2_per_t=rules.carbon_benchmark_tco2_per_t,
        mud_cny_per_t=plants.mud_cny_per_t,
        coal_charge_cny_per_t=coal,
        power_charge_cny_per_kwh=power,
    )


def expected_mill_prices(world: World) -> Floats:
    """The mill price that owners expect in the long run in each region, (regions,) CNY/t."""
    prices, terms = world.prices, world.parameters.expectation
    national = long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, terms.adaptive_share)
    return national + prices.mill_cny_per_t[:-1] - prices.index_cny_per_t


def lasting_mill_prices(world: World) -> Floats:
    """The mill price expected in the long run at today's input prices, (regions,) CNY/t.

    Whoever weighs years of margins must not set a remembered price against today's costs: the remembered part
    is moved by what costs have moved since, so that what is remembered is the margin.
    """
    prices, share = world.prices, world.parameters.expectation.adaptive_share
    return expected_mill_prices(world) + share * (prices.cost_cny_per_t - prices.adaptive_cost_cny_per_t)
