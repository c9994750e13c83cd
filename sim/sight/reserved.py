"""Plants that are not free: that go when a new one starts, that think of leaving, that must offer to all alike."""

import numpy as np

from sim.core.arrays import Floats
from sim.sight.view import View
from sim.world.population import BUILDING, Refineries
from sim.world.world import World


def reserved(plants: Refineries) -> np.ndarray:
    """Which plants are to go when a new one starts, (plants,)."""
    marked = np.zeros(len(plants), dtype=np.bool_)
    going = plants.replaces[(plants.project_stage == BUILDING) & (plants.replaces >= 0)]
    marked[going] = True
    return marked


def leaving_plants(view: View) -> list[int]:
    """The plants that think of leaving: idle for long, or losing while their group is in distress."""
    plants, terms = view.refineries, view.parameters.leaving
    idle = plants.idle_quarters >= terms.idle_quarters
    pressed = view.groups.distressed[plants.group] & (plants.loss_quarters >= terms.losing_quarters)
    rows: list[int] = np.flatnonzero((plants.nameplate_mt > 0.0) & (idle | pressed)).tolist()
    return rows


def open_share(world: World) -> Floats | float:
    """The part of each plant's output that its owner may ship to its own smelters, (plants,) or one for all."""
    undertakings = world.plant_market.undertakings
    if not undertakings:
        return 1.0
    share: Floats = (world.refineries.nameplate_mt >= 0.0).astype(float)
    for key, last in undertakings.items():
        if world.year <= last:
            share[world.refineries.row(key)] = 0.0
    return share
