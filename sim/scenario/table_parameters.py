"""Parameters of how far the tables of a pack may be off: what each number means, its unit and its hard range.

A ratio multiplies a column of a table, so that any sampler of parameters can move it. At ratios of one and odds of zero
the tables are what they say.
"""

from pydantic import Field

from sim.core.units import Declared, Ratio, Share


class Tables(Declared):
    """What rows of the pack may be instead of what they say."""

    freight_ratio: Ratio = Field(ge=0.1, le=10)
    """Freight of alumina between regions and markets, over what its rows say."""
    haul_ratio: Ratio = Field(ge=0, le=10)
    """Inland haul of imported ore, over what the rows of regions say."""
    abroad_cost_ratio: Ratio = Field(ge=0.1, le=10)
    """Cash cost of producers abroad, over what their rows say."""
    project_shift_share: Share
    """Chance that a project starts a year before or, as often, a year after the year of its row."""


RATIOS = {
    "freight_ratio": ("freight", "freight_cny_per_t"),
    "haul_ratio": ("regions", "haul_cny_per_t"),
    "abroad_cost_ratio": ("importers", "cash_cost_usd_per_t"),
}
"""The table and the column that each ratio multiplies."""
