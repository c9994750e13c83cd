"""Ports at the end of a year: what they landed, which are crowded, and which are extended."""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.harbours import crowding
from sim.world.books import Harbours

if TYPE_CHECKING:
    from sim.industry import Industry


def open_harbours(industry: "Industry") -> Harbours:
    """Give the ports at the start; what they land is known only after the spin-up year."""
    room = np.array([row.ore_mt for row in industry.pack.ports])
    nothing = np.zeros(room.size)
    return Harbours(room, nothing, nothing.copy(), np.zeros(room.size, dtype=np.int64))


def landed(industry: "Industry") -> Floats:
    """Give the imported ore of the year by port, (ports,) Mt."""
    port = industry.geography.port[industry.refineries.region]
    return total_by(port, industry.book.imported_ore_mt, len(industry.pack.ports))


def used_share(industry: "Industry") -> Floats:
    """Give throughput over capacity by port, (ports,), what policies add to the ports counted."""
    added = industry.rules.port_ore_mt([row.id for row in industry.pack.ports])
    return np.asarray(industry.harbours.landed_mt / (industry.harbours.ore_mt + np.array(added)))


def crowding_cost(industry: "Industry") -> Floats:
    """Give what crowded ports cost beyond the start, (regions,) CNY per tonne of alumina from imported ore."""
    price = industry.parameters.ports.congestion_cny_per_t
    now = crowding(used_share(industry), price) - crowding(industry.harbours.opening_share, price)
    return np.asarray(now[industry.geography.port])


def note_landings(industry: "Industry") -> None:
    """Remember what the ports landed, finish extensions that are due and begin those that are needed."""
    harbours, terms = industry.harbours, industry.parameters.ports
    harbours.landed_mt = landed(industry)
    ready = harbours.due_year == industry.year + 1
    for row in np.flatnonzero(ready):
        harbours.ore_mt[row] += terms.extension_mt
        harbours.due_year[row] = 0
        name = industry.pack.ports[row].id
        industry.tell("port", name, terms.extension_mt, "Mt", "an extension is ready for the next year")
    crowded = (used_share(industry) > terms.crowded_share) & (harbours.due_year == 0) & ~ready
    for row in np.flatnonzero(crowded):
        harbours.due_year[row] = industry.year + 1 + int(terms.extension_years)
