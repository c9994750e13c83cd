"""Small worlds for measures: the toy industry at the end of its base year, to be changed by hand."""

import numpy as np

from sim.metrics import METRICS
from sim.metrics.catalogue import Picture
from sim.opening import open_world
from sim.phases.preparing import new_book
from sim.scenario.load import load
from sim.world.world import World


def toy(*settings: str) -> World:
    """Give the toy world with a year begun: alfa 2, beta 2 and gamma 1 Mt, smelters of alfa 1.2 and beta 0.9 Mt."""
    world = open_world(load("toy", settings=list(settings)), 0)
    world.year += 1
    world.book = new_book(world)
    return world


def measured(world: World, name: str) -> float:
    """Give a measure of a world."""
    return METRICS.get(name).measure(Picture(world))


def give(world: World, key: str, group: str) -> None:
    """Let a plant or smelter come under a group."""
    table = world.refineries if key in world.refineries.keys else world.smelters
    table.group[table.row(key)] = world.groups.row(group)


def resize(world: World, key: str, size_mt: float) -> None:
    """Give a plant a nameplate, all of which can run."""
    row = world.refineries.row(key)
    world.refineries.nameplate_mt[row] = world.refineries.runnable_mt[row] = size_mt


def run_whole(world: World) -> None:
    """Let all plants run their nameplate."""
    world.refineries.runnable_mt[:] = np.asarray(world.refineries.nameplate_mt)
