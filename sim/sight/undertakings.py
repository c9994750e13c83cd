"""Who must offer its alumina to all alike, because the antitrust authority asked for it."""

from sim.core.arrays import Floats
from sim.world.world import World


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
