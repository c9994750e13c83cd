"""Parameters of customers: smelters that move with their capacity rights or sell them, and mines of an owner's own."""

from pydantic import Field

from sim.core.units import CnyPerT, Declared, Share


class Smelting(Declared):
    """Smelters and their capacity rights."""

    search_share: Share
    """Yearly chance that the owner of a smelter looks for another place for it, or for a buyer of its right."""
    capex_cny_per_t: CnyPerT = Field(ge=0, le=50_000)
    """Investment per tonne of new smelting capacity."""
    right_cny_per_t: CnyPerT = Field(ge=0, le=50_000)
    """Price of a capacity right per tonne of metal a year."""
    room_share: Share
    """Most by which the smelting of a market may grow over that of the start by rights from elsewhere."""


class Mining(Declared):
    """Mines that owners of plants take a part of, for feed of their own."""

    search_share: Share
    """Yearly chance that a group that lacks feed of its own looks for a stake in a mine."""
    own_feed_share: Share
    """Part of its plants' feed that a group wants from mines of its own."""
