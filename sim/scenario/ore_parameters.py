"""Parameters of local ore and of the blend of ores that plants run on."""

from pydantic import Field

from sim.core.units import CnyPerT, Days, Declared, Quarters, Ratio, Share, Year


class LocalOre(Declared):
    """Ore that regions dig for their own plants, and how plants blend it with imported ore."""

    as_of_year: Year
    """Date of the potentials of regions; plants that start later bring mines for the local ore that they need."""
    potential_ratio: Ratio = Field(ge=0, le=5)
    """Potentials of regions over those of the pack."""
    trend_ratio: Ratio = Field(ge=0, le=5)
    """Trends of these potentials over those of the pack."""
    floor_share: Share
    """Part of its potential below which a region never falls."""
    opening_days: Days = Field(ge=0, le=365)
    """Local ore in stock at the start."""
    most_days: Days = Field(ge=0, le=365)
    """Most local ore that is kept in stock; what is beyond stays in the ground."""
    mixed_share: Share
    """Most imported ore that lines for high temperature take before they are converted."""
    choice_cny_per_t: CnyPerT = Field(ge=1, le=1000)
    """Difference of cost that moves the odds of imported over local ore e-fold."""
    least_change_share: Share
    """Change of a blend that is not worth the trouble."""
    most_added_share: Share
    """Most by which a plant raises its imported share, or converts of its lines, in a year."""
    most_dropped_share: Share
    """Most by which it lowers its imported share in a year."""
    conversion_capex_cny_per_t: CnyPerT = Field(ge=0, le=3000)
    """Investment to turn lines to low-temperature digestion of imported ore, per tonne of their capacity."""
    conversion_quarters: Quarters = Field(ge=0, le=4)
    """Quarters in which lines stand still while they are converted."""
