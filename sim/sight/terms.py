"""The prices of inputs that plants and sites meet under some rules."""

from sim.market.costs import Terms, energy_charge
from sim.policies.rulebook import Rulebook
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
