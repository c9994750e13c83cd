"""Electric iron: imported iron ore smelted with coke and power. The worked example of a process.

A process needs two things: its module in `sim/process/`, imported by the folder, with what it declares, what plants use
and what that costs (this file); and a pack that names it (`electric_iron/` beside this file). Its test is
`tests/process/test_example.py`.
"""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from sim.core import units
from sim.core.arrays import Floats, Ints
from sim.market.costs import Terms, imported_ore_price
from sim.process.base import PROCESSES, Clusters, Plants, Process, Recipe
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.scenario.processes import KNOWN, Known


class IronCosts(units.Declared):
    """Cash cost of a tonne of iron; a pack has these numbers under `process` in its parameters."""

    ore_t_per_t: units.TPerT = Field(ge=1, le=3)
    """Dry ore."""
    coke_t_per_t: units.TPerT = Field(ge=0, le=1)
    """Coke, which reduces the ore."""
    electricity_kwh_per_t: units.KwhPerT = Field(ge=500, le=5000)
    """Electricity, which melts it."""
    fixed_cny_per_t: units.CnyPerT = Field(ge=0, le=2000)
    """Labour, maintenance and overhead."""
    emission_tco2_per_t: units.Tco2PerT = Field(ge=0, le=5)
    """CO2 from coke and electricity."""


@dataclass(frozen=True, slots=True)
class IronRecipe(Recipe):
    """What each plant pays per tonne of iron besides ore, arrays (plants,)."""

    costs: IronCosts
    power_cny: Floats
    other_cny: Floats

    def cost(self, terms: Terms) -> Floats:
        """Each plant's cash cost by component, (components, plants), CNY/t including VAT."""
        parts = np.empty((len(ElectricIron.components), self.co2_t.size))
        parts[0] = self.imported_ore_t * imported_ore_price(terms)
        parts[1] = self.costs.coke_t_per_t * terms.now.of["coke"]
        parts[2] = self.power_cny + self.costs.electricity_kwh_per_t * terms.power_charge_cny_per_kwh
        parts[3] = self.other_cny
        parts[4] = self.carbon(terms)
        return parts


class ElectricIron(Process):
    """Iron from imported ore, reduced with coke and melted with electricity.

    Source: none, for the example is no part of the model.
    """

    components = ("ore", "coke", "power", "other", "carbon")
    reagent, overhead = components.index("coke"), components.index("other")

    def __init__(self, pack: Pack, parameters: Parameters) -> None:
        """Take the numbers that the process declares."""
        super().__init__(pack, parameters)
        self.costs = IronCosts.model_validate(parameters.process)

    def recipe(self, plants: Plants, year: int, clusters: Clusters) -> IronRecipe:
        """Return what plants use and leave in a year: the same for all but for the price of power."""
        every, none = np.ones(plants.region.size), np.zeros(plants.region.size)
        power = self.column("power_cny_per_kwh", plants.region)
        return IronRecipe(
            imported_ore_t=self.costs.ore_t_per_t * every,
            domestic_ore_t=none,
            reagent_t=none,
            residue_t=none,
            co2_t=self.costs.emission_tco2_per_t * every,
            costs=self.costs,
            power_cny=self.costs.electricity_kwh_per_t * power,
            other_cny=self.costs.fixed_cny_per_t + self.shifts(plants.region),
        )

    def fixed_cost(self, size_mt: Floats) -> Floats:
        """Labour, maintenance and overhead of new plants of some sizes, (plants,) CNY/t."""
        return np.full(size_mt.size, self.costs.fixed_cny_per_t)

    def balance(self, region: Ints) -> tuple[Floats, Floats]:
        """Iron per tonne of ore; neither reagent nor residue is counted, (3, plants) each."""
        none = np.zeros(region.size)
        per_ore = np.stack((none + 1.0 / self.costs.ore_t_per_t, none, none))
        return per_ore, per_ore


PROCESSES.add("electric_iron", ElectricIron)
KNOWN["electric_iron"] = Known({"coke": "CNY/t"}, parts=("paid feed", "world price"), numbers=IronCosts)
