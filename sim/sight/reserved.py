"""Plants that are spoken for: they go when a new one starts."""

import numpy as np

from sim.world.population import BUILDING, Refineries


def reserved(plants: Refineries) -> np.ndarray:
    """Which plants are to go when a new one starts, (plants,)."""
    marked = np.zeros(len(plants), dtype=np.bool_)
    going = plants.replaces[(plants.project_stage == BUILDING) & (plants.replaces >= 0)]
    marked[going] = True
    return marked
