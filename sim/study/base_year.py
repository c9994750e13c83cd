"""The base year against the record: measures of the simulated year, each of the period that the published figure is of.

`shakeout describe calibration` prints this table. It plays the spin-up year anew each time, so what it shows
is what a run starts from. Implausibility is the gap in units of what the figure may err, the model may lack and
luck may do: I = |model - target| / sqrt(V_obs + V_disc + V_sim).

Source: Craig, Goldstein, Seheult & Smith 1997; Vernon, Goldstein & Bower 2010, Bayesian Analysis 5.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import concentration_ratio
from sim.opening import open_world
from sim.scenario.load import Scenario
from sim.scenario.places import provinces_of
from sim.scenario.published import cash_of, is_played, price_gap_of, rate_of
from sim.scenario.rows import TargetRow
from sim.sight.abroad import chinese_shares
from sim.study.matching import CUT
from sim.world.books import RegionalQuarter
from sim.world.world import World

QUARTERS = 4
COUNTED = "_counted"
"""End of the series that records the price at which plants below their cash cost were counted."""

Measures = dict[tuple[str, str], float]
"""What the model has by measure and period."""


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
    def accepted_sd(self) -> float:
        """Standard deviation of observation and discrepancy together, in the target's unit."""
        return math.hypot(self.target.observation_sd, self.target.discrepancy_sd)

    @property
    def implausibility(self) -> float:
        """The gap in standard deviations of observation and discrepancy."""
        return abs(self.gap) / self.accepted_sd

    @property
    def fits(self) -> bool:
        """Whether the target is reproduced."""
        return self.implausibility <= CUT


def residuals(scenario: Scenario) -> list[Residual]:
    """Every target of the base year with the model's figure, nan where there is nothing to measure."""
    measured = base_measures(open_world(scenario))
    return [
        Residual(each, measured.get((each.measure, each.period), math.nan)) for each in base_targets(scenario)
    ]


def base_targets(scenario: Scenario) -> tuple[TargetRow, ...]:
    """The targets that the world of the scenario's own start is asked of."""
    start = scenario.pack.base_year + 1
    return tuple(each for each in scenario.pack.targets if each.start_year == start and not is_played(each))


def base_measures(world: World) -> Measures:
    """The measures of the base year by name and period, from a world that stands at its end."""
    year, book = world.pack.base_year, world.base_book
    found = {
        "installed_mt": float(_by_region(world, world.refineries.nameplate_mt).sum()),
        "imports_mt": float(book.flows_mt[-1].sum()),
        "exports_mt": sum(each["exports_mt"] for each in book.quarters),
        "cr5_with_overseas_share": cr5_with_overseas(world),
    }
    measured = {(name, str(year)): value for name, value in found.items()}
    for number, seen in enumerate(world.base_regions):
        period, national = f"{year}-Q{number + 1}", book.quarters[number]
        before = world.base_regions[number - 1] if number else None
        of_quarter = {
            "operating_mt": national["production_mt"] * QUARTERS,
            "price_index_cny_per_t": national["price_cny_per_t"],
            **{name: national[name] for name in _NATIONAL},
            **dict(_provincial(world, seen, before)),
        }
        measured |= {(name, period): value for name, value in of_quarter.items()}
    measured["share_below_cash_cost", f"{year}-Q{QUARTERS}"] = share_below_cash_cost(world)
    return measured


_NATIONAL = ("cash_cost_mean_cny_per_t", "stock_refineries_mt", "stock_smelters_mt")


def _provincial(
    world: World, seen: RegionalQuarter, before: RegionalQuarter | None
) -> Iterator[tuple[str, float]]:
    """Operating rate and cash cost of each province in a quarter, and what its price has over those of others."""
    prices: dict[str, float] = {}
    made = seen.made_mt - (before.made_mt if before else 0.0)
    cost = seen.cost_mcny - (before.cost_mcny if before else 0.0)
    for name, regions in provinces_of(world.pack).items():
        inside = [row.id in regions for row in world.pack.regions]
        output, installed = seen.output_mt[inside], float(seen.nameplate_mt[inside].sum())
        if installed > 0.0:
            yield rate_of(name), float(output.sum()) * QUARTERS / installed
        if output.sum() > 0.0:
            yield cash_of(name), float(cost[inside].sum() / made[inside].sum())
            prices[name] = float((output * seen.mill_cny_per_t[inside]).sum() / output.sum())
    for dear, cheap in permutations(prices, 2):
        yield price_gap_of(dear, cheap), prices[dear] - prices[cheap]


def share_below_cash_cost(world: World) -> float:
    """Plants whose cash cost is above the mill price, at the price level at which the record counted them."""
    series = world.pack.trade.known.price + COUNTED
    at = [row.value for row in world.pack.history if row.series == series]
    level = at[-1] - world.prices.index_cny_per_t if at else 0.0
    plants = world.refineries
    rows = np.flatnonzero(plants.nameplate_mt > 0.0)
    price = world.prices.mill_cny_per_t[plants.region[rows]] + level
    return float(np.count_nonzero(plants.cash_cost_cny_per_t[rows] > price)) / max(rows.size, 1)


def _by_region(world: World, volume: Floats) -> Floats:
    return total_by(world.refineries.region, volume, len(world.geography.regions))


def cr5_with_overseas(world: World) -> float:
    """The share of the five largest groups when their plants abroad are counted, as published figures do."""
    plants, top = world.refineries, world.groups.keys
    capacity = total_by(plants.group, plants.nameplate_mt, len(top))
    for row, (owner, share) in enumerate(chinese_shares(world)):
        if share > 0.0 and owner in top:
            capacity[top.index(owner)] += world.importers.capacity_mt[row]
    installed = float(_by_region(world, plants.nameplate_mt).sum())
    return concentration_ratio(capacity, 5) * float(capacity.sum()) / installed
