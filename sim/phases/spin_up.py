"""The spin-up year 2025: four quarters at recorded input prices, which give the state at the start.

The simulated years begin with stocks, running shares, prices and expectations that come out of the same
market as later years, at the input prices, world price and smelting that were recorded. How well the fourth
quarter meets the record is the calibration's residual (`sim/study/calibrate.py`).
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.market.inputs import QUARTERS, InputPrices
from sim.phases.foresight import forward_clearing, mean_mill_price
from sim.phases.landing import landed, used_share
from sim.phases.preparing import credit_limits, prepare_year
from sim.phases.promising import promise
from sim.phases.quarter import play_quarter, price_plants
from sim.world.books import Prices
from sim.world.population import Refineries

if TYPE_CHECKING:
    from sim.industry import Industry

SPIN_UP_YEAR = 2025
FIRST_QUARTER_OF_NEW_PLANTS = 2


def recorded(industry: "Industry", year: int, quarter: int) -> dict[str, float]:
    """Give the recorded drivers of a quarter by series."""
    return {
        row.series: row.value for row in industry.pack.history if (row.year, row.quarter) == (year, quarter)
    }


def recorded_inputs(values: dict[str, float]) -> InputPrices:
    """Give recorded input prices; domestic ore is taken at its base-year price."""
    return InputPrices(
        guinea_ore_usd_per_t=values["guinea_ore"],
        domestic_ore_ratio=1.0,
        caustic_cny_per_t=values["caustic"],
        coal_cny_per_t=values["coal"],
        aluminium_cny_per_t=values["aluminium"],
        exchange_rate_cny_per_usd=values["exchange_rate"],
    )


def open_prices(industry: "Industry") -> Prices:
    """Give prices and stocks at the end of 2024."""
    values = recorded(industry, SPIN_UP_YEAR - 1, QUARTERS)
    now = recorded_inputs(values)
    geography, found = industry.geography, industry.parameters.calibrated
    need = total_by(industry.smelters.market, industry.smelters.capacity_mt, len(geography.markets))
    output = total_by(industry.refineries.region, industry.refineries.runnable_mt, len(geography.regions))
    price = values["alumina_price"]
    return Prices(
        mill_cny_per_t=np.full(len(geography.regions) + 1, price),
        delivered_cny_per_t=np.full(len(geography.markets), price),
        paid_cny_per_t=np.full(len(geography.markets), price),
        index_cny_per_t=price,
        adaptive_cny_per_t=industry.parameters.calibrated.opening_expectation_cny_per_t,
        forward_cny_per_t=industry.parameters.calibrated.opening_expectation_cny_per_t,
        logs=np.zeros(6),
        now=now,
        before=now,
        fob_usd_per_t=values["fob"],
        stock_refineries_mt=found.opening_refineries_mt * output / output.sum(),
        stock_smelters_mt=found.opening_smelters_mt * need / need.sum(),
        output_mt=output / QUARTERS,
    )


def spin_up(industry: "Industry") -> None:
    """Play the four quarters of 2025 at recorded drivers and leave the industry at the end of the year."""
    plants = industry.refineries
    industry.book = industry.new_book()
    prepare_year(industry)
    new = hold_back(plants)
    for quarter in range(1, QUARTERS + 1):
        if quarter == FIRST_QUARTER_OF_NEW_PLANTS:
            bring_back(plants, new)
        values = recorded(industry, SPIN_UP_YEAR, quarter)
        industry.prices.before = industry.prices.now
        industry.prices.now = recorded_inputs(values)
        industry.outside.reference_usd_per_t = values["fob"]
        industry.smelting_scale = values["aluminium_operating"] / float(industry.smelters.capacity_mt.sum())
        if quarter == 1:
            price_plants(industry)
            industry.credit = credit_limits(industry)
            lay_out_prices(industry)
            promise(industry)
        play_quarter(industry, quarter)
        if quarter == 1:
            industry.first_quarter_cost = provincial_costs(industry)
    start_simulated_years(industry)


def lay_out_prices(industry: "Industry") -> None:
    """Spread the national price of the end of 2024 over regions as the forward clearing has it, and expect it."""
    prices, cleared = industry.prices, forward_clearing(industry)
    mean = mean_mill_price(cleared)
    prices.mill_cny_per_t = cleared.mill_cny_per_t + (prices.index_cny_per_t - mean)
    prices.delivered_cny_per_t = cleared.delivered_cny_per_t + (prices.index_cny_per_t - mean)
    prices.paid_cny_per_t = cleared.paid_cny_per_t + (prices.index_cny_per_t - mean)
    prices.forward_cny_per_t = mean


def hold_back(plants: Refineries) -> list[tuple[int, float, float]]:
    """Take plants that started in 2025 out of the first quarter; gives row, nameplate and runnable capacity."""
    rows = np.flatnonzero((plants.started_year == SPIN_UP_YEAR) & (plants.nameplate_mt > 0.0))
    new = [(int(row), float(plants.nameplate_mt[row]), float(plants.runnable_mt[row])) for row in rows]
    plants.nameplate_mt[rows] = 0.0
    plants.runnable_mt[rows] = 0.0
    return new


def bring_back(plants: Refineries, new: list[tuple[int, float, float]]) -> None:
    """Let the plants of 2025 start, running in."""
    for row, nameplate, runnable in new:
        plants.nameplate_mt[row] = nameplate
        plants.runnable_mt[row] = runnable
        plants.quarters_run[row] = 0


def start_simulated_years(industry: "Industry") -> None:
    """Set input prices on their processes and the outside world on its reference at the end of 2025."""
    now = industry.prices.now
    industry.prices.logs = np.log(
        np.array(
            [
                now.guinea_ore_usd_per_t,
                now.domestic_ore_ratio,
                now.caustic_cny_per_t,
                now.coal_cny_per_t,
                now.aluminium_cny_per_t,
                now.exchange_rate_cny_per_usd,
            ]
        )
    )
    industry.outside.reference_usd_per_t = industry.parameters.world.fob_reference_usd_per_t
    industry.base_book = industry.book
    industry.harbours.landed_mt = landed(industry)
    industry.harbours.opening_share = used_share(industry)


def provincial_costs(industry: "Industry") -> dict[str, float]:
    """Give the cash cost of each province so far this year, weighted by output, CNY/t."""
    book, regions = industry.book, industry.pack.regions
    made = total_by(industry.refineries.region, book.made_mt, len(regions))
    cost = total_by(industry.refineries.region, book.cost_mcny, len(regions))
    costs: dict[str, float] = {}
    for province in dict.fromkeys(row.province for row in regions):
        inside = [row.province == province for row in regions]
        if made[inside].sum() > 0.0:
            name = province.lower().replace(" ", "_")
            costs[name] = float(cost[inside].sum() / made[inside].sum())
    return costs
