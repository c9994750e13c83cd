"""Which plants think of leaving."""

import numpy as np

from sim.sight.view import View
from sim.world.population import State


def leaving_plants(view: View) -> list[int]:
    """The plants that think of leaving: idle for long, written off, or losing while their group is in distress."""
    plants, terms = view.refineries, view.parameters.leaving
    idle = (plants.idle_quarters >= terms.idle_quarters) | (plants.state == State.DEAD)
    pressed = view.groups.distressed[plants.group] & (plants.loss_quarters >= terms.losing_quarters)
    rows: list[int] = np.flatnonzero((plants.nameplate_mt > 0.0) & (idle | pressed)).tolist()
    return rows
