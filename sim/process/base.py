"""What a process owes the engine: what plants use and leave, what that costs, and the names of the parts of cost.

A process is one module beside this one. What must be known of it before a pack can be read, its parameters and the
inputs that it takes, it declares in `sim/scenario/processes.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.core.registry import Registry
from sim.market.costs import Terms
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters

FEED = 0
"""The component of cash cost that suppliers of ore wait for: every process names it first."""


class Plants(Protocol):
    """The columns of plants, or of sites, that a process may ask for, arrays (plants,)."""

    region: Ints
    size_mt: Floats
    started_year: Ints
    imported_share: Floats
    low_share: Floats
    waste_heat: Bools
    electric_steam: Bools
    ultra_low: Bools


OLD_YEARS = 25.0


def grown_old(plants: Plants, year: int) -> Floats:
    """The age of plants in a year, (plants,) share of that of an old plant."""
    return np.minimum(np.maximum((year - plants.started_year) / OLD_YEARS, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Clusters:
    """What the plants of a supply region share, arrays (regions,).

    Attributes:
        opening_mt: nameplate at the start.
        now_mt: nameplate now.
        crowding_cny_per_t: cost of crowded ports beyond that at the start, per tonne of product from imported ore.
    """

    opening_mt: Floats
    now_mt: Floats
    crowding_cny_per_t: Floats


@dataclass(frozen=True, slots=True)
class Recipe(ABC):
    """What each plant uses and leaves per tonne of product, arrays (plants,); a process adds what its costs need.

    Attributes:
        imported_ore_t: imported dry ore.
        domestic_ore_t: domestic dry ore.
        reagent_t: what is bought in bulk besides ore.
        residue_t: dry residue that needs a store.
        co2_t: emission of CO2.
    """

    imported_ore_t: Floats
    domestic_ore_t: Floats
    reagent_t: Floats
    residue_t: Floats
    co2_t: Floats

    @abstractmethod
    def cost(self, terms: Terms) -> Floats:
        """Each plant's cash cost by component, (components, plants), CNY/t including VAT; of each case, if several."""

    def carbon(self, terms: Terms) -> Floats:
        """What allowances cost beyond those that are free, (plants,) CNY/t."""
        return terms.carbon_price_cny_per_tco2 * (self.co2_t - terms.benchmark_tco2_per_t)


class Process(ABC):
    """How the product is made, in one industry with its parameters."""

    components: ClassVar[tuple[str, ...]]
    """Names of the parts of cash cost, that of the ore first."""
    reagent: ClassVar[int]
    """The component of what is bought in bulk besides ore; larger buyers pay less for it."""
    overhead: ClassVar[int]
    """The component that has labour and overhead in it."""
    labels: ClassVar[Mapping[str, str]] = {}
    """What people call components, where it is not their name."""

    def __init__(self, pack: Pack, parameters: Parameters) -> None:
        """Take what the process needs of the industry and its parameters."""
        self.rows, self.parameters = pack.regions, parameters
        self._columns: dict[str, Floats] = {}
        found = parameters.calibrated
        by_region = np.array([found.region_shift_cny_per_t[row.id] for row in pack.regions])
        self._shift = found.common_shift_cny_per_t + by_region

    @abstractmethod
    def recipe(self, plants: Plants, year: int, clusters: Clusters) -> Recipe:
        """Return what plants use and leave in a year; some columns may be of several cases, (cases, plants)."""

    def heat(self, plants: Plants, age: Floats) -> Floats:
        """The heat that plants of some ages need, (plants,) GJ/t, where any of it can be recovered; age is a share."""
        return np.zeros(age.size)

    @abstractmethod
    def fixed_cost(self, size_mt: Floats) -> Floats:
        """Labour, maintenance and overhead of new plants of some sizes, (plants,) CNY/t."""

    @abstractmethod
    def balance(self, region: Ints) -> tuple[Floats, Floats]:
        """Product, reagent and residue per tonne of imported and of domestic ore, (3, plants) each."""

    def column(self, name: str, region: Ints) -> Floats:
        """What the pack says of each plant's region, (plants,)."""
        if name not in self._columns:
            self._columns[name] = np.array([float(getattr(row, name)) for row in self.rows])
        return self._columns[name][region]

    def shifts(self, region: Ints) -> Floats:
        """The calibrated cost shift of each plant, (plants,) CNY/t."""
        return self._shift[region]


PROCESSES: Registry[type[Process]] = Registry("process")


def process_of(pack: Pack) -> type[Process]:
    """The process of an industry."""
    return PROCESSES.get(pack.trade.process)
