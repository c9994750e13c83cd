"""The record, where a scenario replays it: the one place that answers whether a driver is on record for a quarter.

Input prices, the scale and the cost of smelting, the reference price outside China and events of the record come from
here; taxes and standing trade that are parameters take the mean of their year. After the last quarter on record, and
where a scenario replays nothing, everything is drawn as usual.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from sim.core.arrays import Floats
from sim.market.inputs import QUARTERS, Happening
from sim.market.parity import Border, near_share
from sim.world.world import World

FOB, SMELTING = "fob", "smelter_other"
REPLAYED, OWN_WORLD, DRAWN = "recorded", "recorded_own_world", "drawn"


def open_record(world: World) -> None:
    """Lay out what the scenario replays: drivers by year and quarter, and events that come."""
    drivers, pack = world.spec.drivers, world.pack
    if drivers == DRAWN:
        return
    for row in pack.drivers_after(pack.base_year):
        if not (row.series == FOB and drivers == OWN_WORLD):
            world.record.setdefault((row.year, row.quarter), {})[row.series] = row.value
    world.imposed += tuple(
        Happening(
            variable=row.variable,
            size=row.size_ratio,
            first=row.year * QUARTERS + row.quarter - 1,
            quarters=row.duration_quarters,
            regions=tuple(row.regions.split()),
            name=row.id,
            buffered=False,
        )
        for row in pack.recorded_shocks
        if row.year > pack.base_year and not (row.abroad and drivers == REPLAYED)
    )


def is_replayed(world: World) -> bool:
    """Whether the year is on record, so that nothing else is drawn that is."""
    return (world.year, 1) in world.record


def on_record(world: World, series: str, quarter: int) -> float | None:
    """The recorded value of a driver in a quarter of the year; None where it is not on record or not replayed."""
    return world.record.get((world.year, quarter), {}).get(series)


def recorded_logs(world: World, logs: Floats, quarter: int) -> Floats:
    """The log prices of inputs in a quarter, (inputs,): those on record, the others as they were drawn."""
    if (world.year, quarter) not in world.record:
        return logs
    known = [on_record(world, each.recorded or each.id, quarter) for each in world.pack.trade.inputs]
    return np.array([log if price is None else np.log(price) for log, price in zip(logs, known, strict=True)])


def follow_record(world: World, quarter: int, terms: Callable[[World, int], Border]) -> None:
    """Set smelting and the world price as they were in a quarter, where they are on record.

    Only cargoes answer to a recorded world price, at which the rest of the world has to spare what it had at its price
    in the base year: what was added or used there since has made the price, so it is not counted beside it. Near
    producers answer on the terms of trade of the quarter, as the function gives them.
    """
    fob, outside = on_record(world, FOB, quarter), world.outside
    outside.given = fob is not None
    if fob is not None:
        near = outside.near_mt * near_share(terms(world, quarter), fob)
        outside.reference_usd_per_t = fob
        outside.balance_mt = world.parameters.world.balance_mt - near
    set_smelting(world, world.record.get((world.year, quarter), {}))


def set_smelting(world: World, values: Mapping[str, float]) -> None:
    """Set the scale and cost of smelting from drivers of a past, if they are among those of a quarter.

    Metal was made whatever the model's smelters would have idled: the scale makes up for what stands still. What
    smelting costs besides alumina is recorded by its ratio to that of the pack.
    """
    smelters, ratio = world.smelters, values.get(SMELTING)
    if ratio is not None:
        able_mt = float((smelters.capacity_mt * smelters.smelting_share).sum())
        world.smelting_scale = values[world.pack.trade.known.running] / able_mt
        cost = np.array([row.smelter_other_cny_per_t * ratio for row in world.pack.markets])
        world.geography = replace(world.geography, smelter_other_cny_per_t=cost)


def follow_law(world: World) -> None:
    """Give parameters that are on record, such as the value-added tax, the mean of their year."""
    quarters = [world.record.get((world.year, quarter), {}) for quarter in range(1, QUARTERS + 1)]
    for path in (series for series in quarters[0] if "." in series):
        section, name = path.split(".")
        value = float(np.mean([each[path] for each in quarters]))
        inner = getattr(world.parameters, section).model_copy(update={name: value})
        world.parameters = world.parameters.model_copy(update={section: inner})
