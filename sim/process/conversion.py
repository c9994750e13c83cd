"""Custom smelting: a tonne of metal made of feed that stays its customers', for a fee.

The product is the conversion, and its price is the fee, which falls below zero when by-products pay for more than the
plant costs. What is recovered and not paid for counts against cost: sulphuric acid, metal beyond what is payable, and
precious metals.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.market.costs import Terms
from sim.process.base import PROCESSES, Clusters, Plants, Process, Recipe, grown_old
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.scenario.processes import ConversionCosts


@dataclass(frozen=True, slots=True)
class ConversionRecipe(Recipe):
    """What each plant pays and recovers per tonne of metal, arrays (plants,).

    Attributes:
        costs: parameters of the process.
        power_cny: electricity.
        other_cny: labour, maintenance and overhead, and the calibrated shifts.
        acid_discount_cny: what a tonne of acid fetches there below the reference price.
    """

    costs: ConversionCosts
    power_cny: Floats
    other_cny: Floats
    acid_discount_cny: Floats

    def cost(self, terms: Terms) -> Floats:
        """Each plant's cash cost by component, (components, plants), CNY/t including VAT; credits are negative."""
        costs, now, cases = self.costs, terms.now, np.broadcast(self.imported_ore_t, self.co2_t).shape
        parts = np.empty((len(Conversion.components), *cases))
        acid = now.of["acid"] - self.acid_discount_cny - costs.acid_making_cny_per_t
        parts[0] = costs.materials_cny_per_t
        parts[1] = (
            costs.fuel_cny_per_t
            + self.power_cny
            + costs.electricity_kwh_per_t * terms.power_charge_cny_per_kwh
        )
        parts[2] = self.other_cny
        parts[3] = -costs.acid_t_per_t * acid
        parts[4] = -costs.free_metal_share * now.metal_cny_per_t
        parts[5] = -costs.precious_cny_per_t * now.of["precious"]
        parts[6] = self.carbon(terms)
        return parts


class Conversion(Process):
    """Metal of customers' feed, smelted and refined for a fee.

    Source: terms of custom smelting: treatment and refining charges, payable metal; the pack says more.
    """

    components = ("materials", "energy", "labour", "acid", "free_metal", "precious_metals", "carbon")
    reagent, overhead = components.index("materials"), components.index("labour")

    def __init__(self, pack: Pack, parameters: Parameters) -> None:
        """Take the costs of conversion and what the pack says of places."""
        super().__init__(pack, parameters)
        self.costs = ConversionCosts.model_validate(parameters.process)

    def recipe(self, plants: Plants, year: int, clusters: Clusters) -> ConversionRecipe:
        """Return what plants use and recover in a year, by size, age and place."""
        costs, region, none = self.costs, plants.region, np.zeros(plants.region.size)
        age = grown_old(plants, year)
        fixed = self.fixed_cost(plants.size_mt) * (1.0 + costs.age_fixed_share * age)
        return ConversionRecipe(
            imported_ore_t=costs.feed_t_per_t * plants.imported_share,
            domestic_ore_t=costs.feed_t_per_t * (1.0 - plants.imported_share),
            reagent_t=none,
            residue_t=none,
            co2_t=np.full(region.size, costs.emission_tco2_per_t),
            costs=costs,
            power_cny=costs.electricity_kwh_per_t * self.column("power_cny_per_kwh", region),
            other_cny=fixed + self.shifts(region),
            acid_discount_cny=self.column("acid_discount_cny_per_t", region),
        )

    def fixed_cost(self, size_mt: Floats) -> Floats:
        """Labour, maintenance and overhead of new plants of some sizes, (plants,) CNY/t."""
        relative = np.maximum(size_mt / self.costs.reference_mt, self.costs.least_ratio)
        return np.asarray(self.costs.fixed_cny_per_t * relative**-self.costs.scale_ratio)

    def balance(self, region: Ints) -> tuple[Floats, Floats]:
        """Metal per tonne of feed; neither reagent nor residue is counted, (3, plants) each."""
        none = np.zeros(region.size)
        per_feed = np.stack((none + 1.0 / self.costs.feed_t_per_t, none, none))
        return per_feed, per_feed


PROCESSES.add("conversion", Conversion)
