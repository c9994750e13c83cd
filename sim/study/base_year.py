"""The base year against the record: measures of the simulated 2025 beside the published figures.

`shakeout describe calibration` prints this table. It plays the spin-up year anew each time, so what it shows
is what a run starts from.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.industry import Industry, release
from sim.market.concentration import concentration_ratio
from sim.scenario.load import Scenario
from sim.scenario.rows import TargetRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUARTERS = 4
COUNTED_TOGETHER = {"guangxi": ("guangxi_inland", "guangxi_coast")}


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
    """Give every target of the pack with the model's figure for the base year."""
    industry = Industry(scenario, 0)
    measured = base_measures(industry)
    release(industry)
    return [Residual(target, measured[target.measure]) for target in scenario.pack.targets]


def base_measures(industry: Industry) -> dict[str, float]:
    """Give the measures of the base year by name, from an industry that stands at its end."""
    quarters = industry.base_book.quarters
    last = quarters[-1]
    plants = industry.refineries
    installed = float(_by_region(industry, plants.nameplate_mt).sum())
    rows = np.flatnonzero(plants.nameplate_mt > 0.0)
    price = industry.prices.mill_cny_per_t[plants.region[rows]]
    measured = {
        "installed_mt": installed,
        "operating_mt": last["production_mt"] * QUARTERS,
        "price_index_cny_per_t": last["price_cny_per_t"],
        "cash_cost_mean_cny_per_t": last["cash_cost_mean_cny_per_t"],
        "share_below_cash_cost": float(np.count_nonzero(plants.cash_cost_cny_per_t[rows] > price))
        / rows.size,
        "stock_refineries_mt": last["stock_refineries_mt"],
        "stock_smelters_mt": last["stock_smelters_mt"],
        "imports_mt": float(industry.base_book.flows_mt[-1].sum()),
        "exports_mt": sum(each["exports_mt"] for each in quarters),
        "cr5_with_overseas_share": cr5_with_overseas(industry),
    }
    for name in ("shandong", "shanxi", "henan", "guangxi", "guizhou"):
        measured[f"rate_{name}"] = _rate(industry, name)
    for name in ("shandong", "guangxi", "guizhou"):
        measured[f"cash_{name}_q1"] = industry.first_quarter_cost[name]
    for dear, cheap in (("shanxi", "shandong"), ("guangxi", "shanxi"), ("guizhou", "guangxi")):
        measured[f"price_gap_{dear}_{cheap}"] = _price(industry, dear) - _price(industry, cheap)
    return measured


def _by_region(industry: Industry, volume: "NDArray[np.float64]") -> "NDArray[np.float64]":
    return total_by(industry.refineries.region, volume, len(industry.geography.regions))


def _regions(industry: Industry, name: str) -> list[int]:
    return [industry.geography.regions.index(each) for each in COUNTED_TOGETHER.get(name, (name,))]


def _rate(industry: Industry, name: str) -> float:
    """Give output of the last quarter at an annual rate over installed capacity."""
    rows = _regions(industry, name)
    installed = _by_region(industry, industry.refineries.nameplate_mt)[rows].sum()
    return float(industry.prices.output_mt[rows].sum()) * QUARTERS / float(installed)


def _price(industry: Industry, name: str) -> float:
    """Give the mill price of a province, weighted by output."""
    rows = _regions(industry, name)
    output = industry.prices.output_mt[rows]
    return float((output * industry.prices.mill_cny_per_t[rows]).sum() / output.sum())


def cr5_with_overseas(industry: Industry) -> float:
    """Give the share of the five largest groups when their plants abroad are counted, as published figures do."""
    plants, top = industry.refineries, industry.groups.keys
    capacity = total_by(plants.group, plants.nameplate_mt, len(top))
    for row, agent in enumerate(industry.cast.importers):
        if agent.chinese_share > 0.0 and agent.owner in top:
            capacity[top.index(agent.owner)] += industry.importers.capacity_mt[row]
    installed = float(_by_region(industry, plants.nameplate_mt).sum())
    return concentration_ratio(capacity, 5) * float(capacity.sum()) / installed
