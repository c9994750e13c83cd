"""The spin-up year: four quarters at recorded input prices, which give the state at the start.

The simulated years begin with stocks, running shares, prices and expectations that come out of the same
market as later years, at the input prices, world price and smelting that were recorded. How well the fourth
quarter meets the record is the calibration's residual (`sim/study/calibrate.py`).
"""

import math

import numpy as np

from sim.core.arrays import total_by
from sim.market.inputs import QUARTERS, InputPrices
from sim.phases.foresight import forward_clearing, mean_mill_price
from sim.phases.founding import landed, used_share
from sim.phases.preparing import credit_limits, new_book, prepare_year
from sim.phases.promising import promise
from sim.phases.quarter import asked_ratio, play_quarter, price_plants, world_border
from sim.phases.record import set_smelting
from sim.world.books import Prices, RegionalQuarter
from sim.world.population import Refineries
from sim.world.world import World


def recorded(world: World, year: int, quarter: int) -> dict[str, float]:
    """The recorded drivers of a quarter by series."""
    return {
        row.series: row.value for row in world.pack.history if row.year == year and row.quarter == quarter
    }


def recorded_inputs(world: World, values: dict[str, float]) -> InputPrices:
    """Recorded input prices; one without a series of its own is at its base-year price, or at what a past has of it."""
    trade = world.pack.trade
    return InputPrices(
        trade,
        {
            each.id: values[each.recorded] if each.recorded else values.get(each.id, each.base)
            for each in trade.inputs
        },
    )


def open_prices(world: World) -> Prices:
    """Prices and stocks at the end of the year before the base year."""
    values = recorded(world, world.pack.base_year - 1, QUARTERS)
    now = recorded_inputs(world, values)
    geography, found = world.geography, world.parameters.calibrated
    need = total_by(world.smelters.market, world.smelters.capacity_mt, len(geography.markets))
    output = total_by(world.refineries.region, world.refineries.runnable_mt, len(geography.regions))
    held = output if output.any() else np.ones_like(output)
    price, benchmark = values[world.pack.trade.known.price], world.parameters.benchmark
    return Prices(
        mill_cny_per_t=np.full(len(geography.regions) + 1, price),
        delivered_cny_per_t=np.full(len(geography.markets), price),
        paid_cny_per_t=np.full(len(geography.markets), price),
        index_cny_per_t=price,
        adaptive_cny_per_t=world.parameters.calibrated.opening_expectation_cny_per_t,
        forward_cny_per_t=world.parameters.calibrated.opening_expectation_cny_per_t,
        logs=np.zeros(len(now.of)),
        now=now,
        before=now,
        fob_usd_per_t=values["fob"],
        stock_refineries_mt=found.opening_refineries_mt * held / held.sum(),
        stock_smelters_mt=found.opening_smelters_mt * need / need.sum(),
        output_mt=output / QUARTERS,
        benchmark_cny_per_t=benchmark.opening_cny_per_t if benchmark else 0.0,
    )


def spin_up(world: World) -> None:
    """Play the four quarters of the base year at recorded drivers and leave the industry at the end of the year."""
    plants = world.refineries
    world.book = new_book(world)
    prepare_year(world)
    idle = mothballed(world)
    hold_back(plants, idle)
    new = started_in(plants, world.pack.base_year)
    hold_back(plants, new)
    asked, world.base_regions = [], []
    for quarter in range(1, QUARTERS + 1):
        if quarter == world.parameters.pipeline.opening_start_quarter:
            bring_back(plants, new)
        values = recorded(world, world.pack.base_year, quarter)
        world.prices.before = world.prices.now
        world.prices.now = recorded_inputs(world, values)
        world.outside.reference_usd_per_t, world.outside.given = values["fob"], True
        world.smelting_scale = values[world.pack.trade.known.running] / float(
            world.smelters.capacity_mt.sum()
        )
        set_smelting(world, values)
        if quarter == 1:
            price_plants(world)
            world.credit = credit_limits(world)
            lay_out_prices(world)
            promise(world)
        play_quarter(world, quarter)
        asked.append(asked_ratio(world, world_border(world, quarter)))
        world.base_regions.append(regional(world))
    open_idle(plants, idle)
    start_simulated_years(world)
    world.outside.asked_ratio = math.fsum(asked) / len(asked)


def lay_out_prices(world: World) -> None:
    """Spread the national price before the base year over regions as the forward clearing has it, and expect it."""
    prices, cleared = world.prices, forward_clearing(world)
    mean = mean_mill_price(cleared)
    prices.mill_cny_per_t = cleared.mill_cny_per_t + (prices.index_cny_per_t - mean)
    prices.delivered_cny_per_t = cleared.delivered_cny_per_t + (prices.index_cny_per_t - mean)
    prices.paid_cny_per_t = cleared.paid_cny_per_t + (prices.index_cny_per_t - mean)
    prices.forward_cny_per_t = mean


def started_in(plants: Refineries, year: int) -> list[tuple[int, float, float]]:
    """Row, nameplate and runnable capacity of the plants that started in a year."""
    rows = ((plants.started_year == year) & (plants.nameplate_mt > 0.0)).nonzero()[0]
    return [(int(row), float(plants.nameplate_mt[row]), float(plants.runnable_mt[row])) for row in rows]


def mothballed(world: World) -> list[tuple[int, float, float]]:
    """Row, nameplate and runnable capacity of the plants that the pack says make nothing at the start."""
    plants = world.refineries
    idle = [
        plants.row(row.id) for row in world.pack.refineries if row.installed and row.state == "mothballed"
    ]
    return [(row, float(plants.nameplate_mt[row]), float(plants.runnable_mt[row])) for row in idle]


def open_idle(plants: Refineries, idle: list[tuple[int, float, float]]) -> None:
    """Let mothballed plants stand at the start, all lines shut for the year that is over."""
    for row, nameplate, runnable in idle:
        plants.nameplate_mt[row] = nameplate
        plants.runnable_mt[row] = runnable
        plants.running_share[row] = 0.0
        plants.quarters_run[row] = QUARTERS
        plants.idle_quarters[row] = QUARTERS
        plants.warm_share[row] = plants.used_share[row] = 0.0


def hold_back(plants: Refineries, held: list[tuple[int, float, float]]) -> None:
    """Take plants out of the market: those of the base year until they start, mothballed ones for the year."""
    for row, _, _ in held:
        plants.nameplate_mt[row] = 0.0
        plants.runnable_mt[row] = 0.0


def bring_back(plants: Refineries, new: list[tuple[int, float, float]]) -> None:
    """Let the plants of the base year start, running in."""
    for row, nameplate, runnable in new:
        plants.nameplate_mt[row] = nameplate
        plants.runnable_mt[row] = runnable
        plants.quarters_run[row] = 0


def start_simulated_years(world: World) -> None:
    """Set input prices on their processes and the outside world on its reference at the end of the base year."""
    now = world.prices.now
    world.prices.logs = np.log(np.array([now.of[name] for name in world.pack.trade.ids]))
    world.outside.reference_usd_per_t = world.parameters.world.fob_reference_usd_per_t
    world.outside.given = False
    world.base_book = world.book
    world.harbours.landed_mt = landed(world)
    world.harbours.opening_share = used_share(world)


def regional(world: World) -> RegionalQuarter:
    """What regions have made by the end of a quarter."""
    plants, book, regions = world.refineries, world.book, len(world.geography.regions)
    return RegionalQuarter(
        output_mt=world.prices.output_mt.copy(),
        mill_cny_per_t=world.prices.mill_cny_per_t[:-1].copy(),
        nameplate_mt=total_by(plants.region, plants.nameplate_mt, regions),
        made_mt=total_by(plants.region, book.made_mt, regions),
        cost_mcny=total_by(plants.region, book.cost_mcny, regions),
    )
