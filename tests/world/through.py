"""Look-through interest of all outside holders at once, against which the interests that a run keeps are held."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.holdings import flows_from, outside_holders
from sim.world.ownership import Ownership


@dataclass(frozen=True)
class LookThrough:
    """Integrated ownership: what share of each held node belongs to each outside holder."""

    holders: tuple[str, ...]
    """Nodes that nobody holds, floats included, sorted."""
    held: tuple[str, ...]
    """Nodes that somebody holds, sorted."""
    matrix: NDArray[np.float64]
    """Shares, (holders, held); each column sums to 1."""
    atomistic: NDArray[np.bool_]
    """Which holders are floats: many small holders, never one owner, (holders,)."""


def look_through(ownership: Ownership) -> LookThrough:
    """Give the share of every held node that belongs to each outside holder through all chains.

    With E the stakes of outside holders and A those of held nodes, Z = E (I - A)^-1.

    Raises:
        OwnershipError: companies that hold each other entirely, so that nobody outside owns them.

    Source: Brioschi, Buzzacchi and Colombo 1989, Journal of Banking and Finance 13.
    """
    snapshot = ownership.snapshot()
    held = tuple(sorted(snapshot.blocks))
    holders = outside_holders(snapshot)
    flows = flows_from(snapshot, holders)
    parts = [dict(flows[node]) for node in held]
    matrix = np.array([[each.get(holder, 0.0) for each in parts] for holder in holders])
    atomistic = np.array([snapshot.kinds[node] == "float" for node in holders], dtype=np.bool_)
    return LookThrough(holders, held, matrix.reshape(len(holders), len(held)), atomistic)
