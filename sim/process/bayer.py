"""The Bayer process: alumina from bauxite by mass balance; ore, caustic, energy, other, mud, carbon.

What a plant takes (tonnes, gigajoules and kilowatt-hours per tonne of alumina) follows from the grade of its ores, so
a falling grade raises ore, caustic and mud together. Recipes change slowly (age, clusters) and are worked out once a
year; the cost of a quarter is recipe times prices.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.market.costs import Terms, imported_ore_price
from sim.process.base import PROCESSES, Clusters, Plants, Process, Recipe, grown_old
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.scenario.processes import BayerCosts
from sim.scenario.rows import OreRow

LEAST_CLUSTER_MT = 1.0
LEAST_SIZE_MT = 0.05
KWH_PER_MWH = 1000.0


class OreNeed(NamedTuple):
    """What a tonne of alumina takes of one ore, and leaves.

    Attributes:
        ore_t_per_t: dry ore.
        caustic_t_per_t: NaOH lost, 100 % basis.
        mud_t_per_t: dry red mud.
        lime_cny_per_t: cost of lime.
    """

    ore_t_per_t: float
    caustic_t_per_t: float
    mud_t_per_t: float
    lime_cny_per_t: float


def ore_need(ore: OreRow, costs: BayerCosts) -> OreNeed:
    """The mass balance of one ore.

    Theoretical Bayer recovery is (A/S - 1)/(A/S): each tonne of reactive silica takes a tonne of alumina into
    desilication product, and with it soda.

    Source: Bayer process texts; Chinese practice of the alumina-silica ratio A/S.
    """
    ratio = ore.alumina_share / ore.silica_share
    recovery = (ratio - 1.0) / ratio * ore.recovery_share
    tonnes = 1.0 / (ore.alumina_share * recovery)
    caustic = (
        ore.soda_share * costs.soda_per_silica_t_per_t * ore.silica_share * tonnes + costs.soda_base_t_per_t
    )
    mud = tonnes * (1.0 - ore.ignition_share) - 1.0 + ore.lime_t_per_t
    return OreNeed(tonnes, caustic, mud, ore.lime_cny_per_t)


@dataclass(frozen=True, slots=True)
class BayerRecipe(Recipe):
    """What each plant uses and pays per tonne of alumina, arrays (plants,).

    Attributes:
        domestic_ore_cny: price of a tonne of domestic ore at the plant in the base year.
        haul_cny: port charges and inland haul of its imported ore, per tonne of alumina.
        caustic_premium_cny: premium per tonne of NaOH.
        coal_t: coal.
        coal_premium_cny: premium per tonne of coal.
        power_kwh: electricity, the same everywhere.
        power_cny: electricity, per tonne of alumina.
        other_cny: lime, labour, maintenance, overhead, and the calibrated shifts.
    """

    domestic_ore_cny: Floats
    haul_cny: Floats
    caustic_premium_cny: Floats
    coal_t: Floats
    coal_premium_cny: Floats
    power_kwh: float
    power_cny: Floats
    other_cny: Floats

    def cost(self, terms: Terms) -> Floats:
        """Each plant's cash cost by component, (components, plants), CNY/t including VAT."""
        parts = np.empty((len(Bayer.components), *np.broadcast(self.other_cny, self.co2_t).shape))
        prices = terms.now.of
        parts[0] = (
            self.imported_ore_t * imported_ore_price(terms)
            + self.haul_cny
            + self.domestic_ore_t * self.domestic_ore_cny * prices["domestic_ore"]
        )
        parts[1] = self.reagent_t * (prices["caustic"] + self.caustic_premium_cny)
        coal_price = prices["coal"] + self.coal_premium_cny + terms.coal_charge_cny_per_t
        power = self.power_cny + self.power_kwh * terms.power_charge_cny_per_kwh
        parts[2] = self.coal_t * coal_price + power
        parts[3] = self.other_cny
        parts[4] = self.residue_t * terms.mud_cny_per_t
        parts[5] = self.carbon(terms)
        return parts


class Bayer(Process):
    """Alumina from bauxite, digested in caustic soda at low or high temperature.

    Source: Bayer process texts; Chinese practice, as each parameter of the costs says in the pack.
    """

    components = ("ore", "caustic", "energy", "other", "mud", "carbon")
    labels = {"caustic": "caustic soda", "mud": "red mud"}  # noqa: RUF012 - read only
    reagent, overhead = components.index("caustic"), components.index("other")

    def __init__(self, pack: Pack, parameters: Parameters) -> None:
        """Work out the mass balance of every ore."""
        super().__init__(pack, parameters)
        self.costs = parameters.costs
        needs = {ore.id: ore_need(ore, self.costs) for ore in pack.ores}
        self.imported, self.domestic = needs[pack.trade.known.ore], [needs[row.ore] for row in pack.regions]
        every = np.arange(len(pack.regions))
        # What follows from a plant's region alone, in the order in which a recipe takes it.
        self._of_regions = np.array(
            (
                *zip(*self.domestic, strict=True),
                self.column("domestic_ore_cny_per_t", every),
                self.costs.ore_port_cny_per_t + self.column("haul_cny_per_t", every),
                self.column("caustic_premium_cny_per_t", every),
                self.column("coal_premium_cny_per_t", every),
                self.costs.electricity_kwh_per_t * self.column("power_cny_per_kwh", every),
                self.shifts(every),
            )
        )
        self._per_imported = _per_ore(self.imported)[:, None]
        self._per_domestic = np.array([_per_ore(need) for need in self.domestic]).T

    def recipe(self, plants: Plants, year: int, clusters: Clusters) -> BayerRecipe:
        """Return what plants use and leave in a year, by the grade of their ores, digestion, size, age and place."""
        costs, imported, share = self.costs, self.imported, plants.imported_share
        ore, caustic, mud, lime, ore_cny, haul, caustic_cny, coal_cny, power, shift = self._of_regions.take(
            plants.region, axis=1
        )
        age, local = grown_old(plants, year), 1.0 - share
        heat = self.heat(plants, age)
        imported_ore = share * imported.ore_t_per_t
        fixed = self._usual_cost(plants, clusters, age)
        crowding = share * clusters.crowding_cny_per_t[plants.region]
        limed = share * imported.lime_cny_per_t + local * lime
        return BayerRecipe(
            imported_ore_t=imported_ore,
            domestic_ore_t=local * ore,
            domestic_ore_cny=ore_cny,
            haul_cny=imported_ore * haul,
            reagent_t=share * imported.caustic_t_per_t + local * caustic,
            caustic_premium_cny=caustic_cny,
            coal_t=heat / (costs.coal_heat_gj_per_t * costs.boiler_efficiency_share),
            coal_premium_cny=coal_cny,
            power_kwh=costs.electricity_kwh_per_t,
            power_cny=power,
            other_cny=limed + fixed + crowding + (shift + self._retrofitted(plants)),
            residue_t=share * imported.mud_t_per_t + local * mud,
            co2_t=self._emission(heat, plants),
        )

    def heat(self, plants: Plants, age: Floats) -> Floats:
        """The heat of digestion and calcination, (plants,) GJ/t; more when old, less with waste heat."""
        low = plants.low_share * self.costs.low_digestion_gj_per_t
        high = (1.0 - plants.low_share) * self.costs.high_digestion_gj_per_t
        saved = self.parameters.retrofits.waste_heat_gj_per_t * plants.waste_heat
        return np.asarray((low + high) * (1.0 + self.costs.age_energy_share * age) - saved)

    def fixed_cost(self, size_mt: Floats) -> Floats:
        """Labour, maintenance and overhead of new plants of some sizes, (plants,) CNY/t."""
        size = np.maximum(size_mt, LEAST_SIZE_MT)
        return np.asarray(
            self.costs.fixed_cny_per_t * (size / self.costs.reference_mt) ** -self.costs.scale_ratio
        )

    def balance(self, region: Ints) -> tuple[Floats, Floats]:
        """Alumina, caustic and mud per tonne of imported and of domestic ore, (3, plants) each."""
        return self._per_imported.repeat(region.size, axis=1), self._per_domestic[:, region]

    def _usual_cost(self, plants: Plants, clusters: Clusters, age: Floats) -> Floats:
        """Labour, maintenance and overhead with scale, age and the saving of clusters, (plants,) CNY/t.

        Source: agglomeration elasticities, Combes & Gobillon 2015; Melo, Graham & Noland 2009.
        """
        costs = self.costs
        grown = clusters.now_mt / np.maximum(clusters.opening_mt, LEAST_CLUSTER_MT)
        saved = costs.agglomeration_ratio * costs.logistics_cny_per_t * np.log(np.maximum(grown, 1.0))
        aged = self.fixed_cost(plants.size_mt) * (1.0 + costs.age_fixed_share * age)
        return np.asarray(aged - saved[plants.region])

    def _emission(self, heat: Floats, plants: Plants) -> Floats:
        """The CO2 of fuel and electricity, (plants,) t per t of alumina.

        Source: IPCC 2006 guidelines, factor of bituminous coal.
        """
        costs, carbon = self.costs, self.parameters.carbon
        fuel = carbon.coal_tco2_per_gj * heat / costs.boiler_efficiency_share
        power = carbon.grid_tco2_per_mwh * costs.electricity_kwh_per_t / KWH_PER_MWH
        return (fuel + power) * (1.0 - self.parameters.retrofits.steam_cut_share * plants.electric_steam)

    def _retrofitted(self, plants: Plants) -> Floats:
        """What retrofits add to the cost of each plant, (plants,) CNY/t.

        What class A costs plants that were of it at the start, or are built so, is in the calibrated shift.
        """
        terms = self.parameters.retrofits
        steam = terms.steam_cost_cny_per_t * plants.electric_steam
        return np.asarray(steam + terms.ultra_low_cost_cny_per_t * plants.ultra_low)


def _per_ore(need: OreNeed) -> Floats:
    """Alumina, caustic and mud per tonne of an ore."""
    return np.array([1.0, need.caustic_t_per_t, need.mud_t_per_t]) / need.ore_t_per_t


PROCESSES.add("bayer", Bayer)
