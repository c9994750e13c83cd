"""Recipes of all plants: what a tonne of alumina takes at each site, from ore grades, process, size, age, place."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.costs import OLD_YEARS, Recipe, ore_need
from sim.scenario.market_parameters import Costs
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.geography import Geography
from sim.world.population import Refineries

IMPORTED_ORE = "guinea"
LEAST_CLUSTER_MT = 1.0
LEAST_SIZE_MT = 0.05
KWH_PER_MWH = 1000.0


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the plants of a supply region share, arrays (regions,).

    Attributes:
        opening_mt: nameplate at the start.
        now_mt: nameplate now.
        crowding_cny_per_t: cost of crowded ports beyond that at the start, per tonne of alumina from imported ore.
    """

    opening_mt: Floats
    now_mt: Floats
    crowding_cny_per_t: Floats


def cluster_size(refineries: Refineries, regions: int) -> Floats:
    """Give the nameplate of each supply region, (regions,) Mt/yr."""
    return total_by(refineries.region, refineries.nameplate_mt, regions)


def make_recipe(
    pack: Pack,
    geography: Geography,
    plants: Refineries,
    parameters: Parameters,
    year: int,
    clusters: Clusters,
) -> Recipe:
    """Give the recipes of all plants in a year."""
    costs, region = parameters.costs, plants.region
    needs = {ore.id: ore_need(ore, costs) for ore in pack.ores}
    imported, domestic = needs[IMPORTED_ORE], [needs[row.ore] for row in pack.regions]

    def of_domestic(name: str) -> Floats:
        return np.array([float(getattr(need, name)) for need in domestic])[region]

    def blend(name: str) -> Floats:
        share = plants.imported_share
        return share * float(getattr(imported, name)) + (1.0 - share) * of_domestic(name)

    age = np.clip((year - plants.started_year) / OLD_YEARS, 0.0, 1.0)
    heat = heat_need(plants, parameters, age)
    imported_ore = plants.imported_share * imported.ore_t_per_t
    fixed = fixed_cost(plants, parameters, clusters, age)
    crowding = plants.imported_share * clusters.crowding_cny_per_t[region]
    return Recipe(
        imported_ore_t=imported_ore,
        domestic_ore_t=(1.0 - plants.imported_share) * of_domestic("ore_t_per_t"),
        domestic_ore_cny=geography.domestic_ore_cny_per_t[region],
        haul_cny=imported_ore * (costs.ore_port_cny_per_t + geography.haul_cny_per_t[region]),
        caustic_t=blend("caustic_t_per_t"),
        caustic_premium_cny=geography.caustic_premium_cny_per_t[region],
        coal_t=heat / (costs.coal_heat_gj_per_t * costs.boiler_efficiency_share),
        coal_premium_cny=geography.coal_premium_cny_per_t[region],
        power_cny=costs.electricity_kwh_per_t * geography.power_cny_per_kwh[region],
        other_cny=blend("lime_cny_per_t") + fixed + crowding + shifts(geography, plants, parameters),
        mud_t=blend("mud_t_per_t"),
        co2_t=emission(parameters, heat, plants),
    )


def heat_need(plants: Refineries, parameters: Parameters, age: Floats) -> Floats:
    """Give the heat of digestion and calcination of each plant, (plants,) GJ/t; more when old, less with waste heat."""
    costs = parameters.costs
    low = plants.low_share * costs.low_digestion_gj_per_t
    high = (1.0 - plants.low_share) * costs.high_digestion_gj_per_t
    saved = parameters.retrofits.waste_heat_gj_per_t * plants.waste_heat
    return np.asarray((low + high) * (1.0 + costs.age_energy_share * age) - saved)


def emission(parameters: Parameters, heat: Floats, plants: Refineries) -> Floats:
    """Give the CO2 of fuel and electricity, (plants,) t per t of alumina.

    Source: IPCC 2006 guidelines, factor of bituminous coal.
    """
    costs, carbon = parameters.costs, parameters.carbon
    fuel = carbon.coal_tco2_per_gj * heat / costs.boiler_efficiency_share
    power = carbon.grid_tco2_per_mwh * costs.electricity_kwh_per_t / KWH_PER_MWH
    return (fuel + power) * (1.0 - parameters.retrofits.steam_cut_share * plants.electric_steam)


def scaled_cost(size_mt: Floats, costs: Costs) -> Floats:
    """Give labour, maintenance and overhead of new plants of some sizes, (plants,) CNY/t."""
    size = np.maximum(size_mt, LEAST_SIZE_MT)
    return np.asarray(costs.fixed_cny_per_t * (size / costs.reference_mt) ** -costs.scale_ratio)


def fixed_cost(plants: Refineries, parameters: Parameters, clusters: Clusters, age: Floats) -> Floats:
    """Give labour, maintenance and overhead with scale, age and the saving of clusters, (plants,) CNY/t.

    Source: agglomeration elasticities, Combes & Gobillon 2015; Melo, Graham & Noland 2009.
    """
    costs = parameters.costs
    scaled = scaled_cost(plants.size_mt, costs)
    grown = clusters.now_mt / np.maximum(clusters.opening_mt, LEAST_CLUSTER_MT)
    saved = costs.agglomeration_ratio * costs.logistics_cny_per_t * np.log(np.maximum(grown, 1.0))
    return np.asarray(scaled * (1.0 + costs.age_fixed_share * age) - saved[plants.region])


def shifts(geography: Geography, plants: Refineries, parameters: Parameters) -> Floats:
    """Give the calibrated cost shift of each plant, and what steam from electricity adds, (plants,) CNY/t."""
    found = parameters.calibrated
    region = np.array([found.region_shift_cny_per_t[name] for name in geography.regions])
    steam = parameters.retrofits.steam_cost_cny_per_t * plants.electric_steam
    return found.common_shift_cny_per_t + region[plants.region] + steam
