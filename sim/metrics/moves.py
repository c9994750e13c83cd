"""Starts, exits, deals and relocations: counts and tonnes of the year's events."""

from sim.metrics.catalogue import OWN, Picture, metric
from sim.world.population import State


@metric("starts_mt", "Mt/yr", OWN)
def starts_tonnes(picture: Picture) -> float:
    """Nameplate of plants that started."""
    return picture.amount("start")


@metric("exits", "count", OWN)
def exits(picture: Picture) -> float:
    """Plants closed for good."""
    return picture.count("exit")


@metric("exits_mt", "Mt/yr", OWN)
def exits_tonnes(picture: Picture) -> float:
    """Nameplate closed for good."""
    return picture.amount("exit")


@metric("mothballed_mt", "Mt/yr", OWN)
def mothballed(picture: Picture) -> float:
    """Nameplate of plants that stand idle, written-off ones included."""
    plants = picture.industry.refineries
    idle = (plants.state == State.MOTHBALLED) | (plants.state == State.DEAD)
    return picture.total(plants.nameplate_mt * idle)


@metric("deals", "count", OWN)
def deals(picture: Picture) -> float:
    """Changes of control that closed."""
    return picture.count("deal")


@metric("deals_mt", "Mt/yr", OWN)
def deals_tonnes(picture: Picture) -> float:
    """Nameplate that changed hands."""
    return picture.amount("deal")


@metric("relocations_mt", "Mt/yr", OWN)
def relocations(picture: Picture) -> float:
    """Nameplate retired inland to build at the coast."""
    return picture.amount("relocate")
