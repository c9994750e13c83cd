"""The base year against the record: measures of the simulated year beside the published figures.

`shakeout describe calibration` prints this table. It plays the spin-up year anew each time, so what it shows
is what a run starts from.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.market.concentration import concentration_ratio
from sim.opening import open_world
from sim.scenario.load import Scenario
from sim.scenario.places import provinces_of
from sim.scenario.published import cash_of, price_gap_of, rate_of
from sim.scenario.rows import TargetRow
from sim.sight.abroad import chinese_shares
from sim.world.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUARTERS = 4


@dataclass(frozen=True)
class Residual:
    """One target beside what the model gives.

    Attributes:
        target: the published figure.
        model: the model's figure, in the target's unit.
    """

    target: TargetRow
    model: float

    @property
    def gap(self) -> float:
        """Model less target."""
        return self.model - self.target.value

    @property
    def fits(self) -> bool:
        """Whether the gap is within the target's tolerance."""
        return abs(self.gap) <= self.target.tolerance


def residuals(scenario: Scenario) -> list[Residual]:
    """Every target of the pack with the model's figure for the base year, nan where there is nothing to measure."""
    measured = base_measures(open_world(scenario))
    return [Residual(target, measured[target.measure]) for target in scenario.pack.targets]


def base_measures(world: World) -> dict[str, float]:
    """The measures of the base year by name, from a world that stands at its end."""
    quarters = world.base_book.quarters
    last = quarters[-1]
    plants = world.refineries
    installed = float(_by_region(world, plants.nameplate_mt).sum())
    rows = np.flatnonzero(plants.nameplate_mt > 0.0)
    price = world.prices.mill_cny_per_t[plants.region[rows]]
    measured = {
        "installed_mt": installed,
        "operating_mt": last["production_mt"] * QUARTERS,
        "price_index_cny_per_t": last["price_cny_per_t"],
        "cash_cost_mean_cny_per_t": last["cash_cost_mean_cny_per_t"],
        "share_below_cash_cost": float(np.count_nonzero(plants.cash_cost_cny_per_t[rows] > price))
        / rows.size,
        "stock_refineries_mt": last["stock_refineries_mt"],
        "stock_smelters_mt": last["stock_smelters_mt"],
        "imports_mt": float(world.base_book.flows_mt[-1].sum()),
        "exports_mt": sum(each["exports_mt"] for each in quarters),
        "cr5_with_overseas_share": cr5_with_overseas(world),
    }
    provinces = provinces_of(world.pack)
    prices = {name: _price(world, regions) for name, regions in provinces.items()}
    for name, regions in provinces.items():
        measured[rate_of(name)] = _rate(world, regions)
        measured[cash_of(name)] = world.first_quarter_cost.get(name, math.nan)
        measured |= {price_gap_of(name, other): prices[name] - prices[other] for other in provinces}
    return measured


def _by_region(world: World, volume: "NDArray[np.float64]") -> "NDArray[np.float64]":
    return total_by(world.refineries.region, volume, len(world.geography.regions))


def _rows(world: World, regions: tuple[str, ...]) -> list[int]:
    return [world.geography.regions.index(each) for each in regions]


def _rate(world: World, regions: tuple[str, ...]) -> float:
    """Output of the last quarter at an annual rate over installed capacity, nan where none is installed."""
    rows = _rows(world, regions)
    installed = float(_by_region(world, world.refineries.nameplate_mt)[rows].sum())
    made = float(world.prices.output_mt[rows].sum())
    return made * QUARTERS / installed if installed > 0.0 else math.nan


def _price(world: World, regions: tuple[str, ...]) -> float:
    """The mill price of a province, weighted by output, nan where nothing is made."""
    rows = _rows(world, regions)
    output = world.prices.output_mt[rows]
    made = float(output.sum())
    return float((output * world.prices.mill_cny_per_t[rows]).sum()) / made if made > 0.0 else math.nan


def cr5_with_overseas(world: World) -> float:
    """The share of the five largest groups when their plants abroad are counted, as published figures do."""
    plants, top = world.refineries, world.groups.keys
    capacity = total_by(plants.group, plants.nameplate_mt, len(top))
    for row, (owner, share) in enumerate(chinese_shares(world)):
        if share > 0.0 and owner in top:
            capacity[top.index(owner)] += world.importers.capacity_mt[row]
    installed = float(_by_region(world, plants.nameplate_mt).sum())
    return concentration_ratio(capacity, 5) * float(capacity.sum()) / installed
