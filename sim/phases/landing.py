"""Ports at the end of a year: what they landed, which are crowded, and which are extended."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.harbours import crowding
from sim.world.books import Harbours
from sim.world.kinds import Happened
from sim.world.world import World


def open_harbours(world: World) -> Harbours:
    """The ports at the start; what they land is known only after the spin-up year."""
    room = np.array([row.ore_mt for row in world.pack.ports])
    nothing = np.zeros(room.size)
    return Harbours(room, nothing, nothing.copy(), np.zeros(room.size, dtype=np.int64))


def landed(world: World) -> Floats:
    """The imported ore of the year by port, (ports,) Mt."""
    port = world.geography.port[world.refineries.region]
    return total_by(port, world.book.imported_ore_mt, len(world.pack.ports))


def used_share(world: World) -> Floats:
    """Throughput over capacity by port, (ports,), what policies add to the ports counted."""
    added = world.rules.port_ore_mt([row.id for row in world.pack.ports])
    return np.asarray(world.harbours.landed_mt / (world.harbours.ore_mt + np.array(added)))


def crowding_cost(world: World) -> Floats:
    """What crowded ports cost beyond the start, (regions,) CNY per tonne of alumina from imported ore."""
    terms = world.parameters.ports
    now = crowding(used_share(world), terms) - crowding(world.harbours.opening_share, terms)
    return np.asarray(now[world.geography.port])


def note_landings(world: World) -> None:
    """Remember what the ports landed, finish extensions that are due and begin those that are needed."""
    harbours, terms = world.harbours, world.parameters.ports
    harbours.landed_mt = landed(world)
    ready = harbours.due_year == world.year + 1
    for row in np.flatnonzero(ready):
        harbours.ore_mt[row] += terms.extension_mt
        harbours.due_year[row] = 0
        name = world.pack.ports[row].id
        world.tell(Happened.PORT, name, terms.extension_mt, "Mt", "an extension is ready for the next year")
    crowded = (used_share(world) > terms.crowded_share) & (harbours.due_year == 0) & ~ready
    for row in np.flatnonzero(crowded):
        harbours.due_year[row] = world.year + 1 + int(terms.extension_years)
