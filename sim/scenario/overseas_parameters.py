"""Parameters of producers abroad that build, wait, match a smelter and leave."""

from pydantic import Field

from sim.core.units import Declared, PerYear, Share, UsdPerT, Years


class Overseas(Declared):
    """Producers abroad."""

    line_share: Share
    """Yearly chance that a planned refinery abroad goes ahead when its producer wants it."""
    refinery_capex_usd_per_t: UsdPerT = Field(ge=0, le=5000)
    """Investment per tonne of new refining capacity abroad."""
    smelter_capex_usd_per_t: UsdPerT = Field(ge=0, le=10_000)
    """Investment per tonne of new smelting capacity abroad."""
    smelter_cost_usd_per_t: UsdPerT = Field(ge=0, le=5000)
    """Cost of metal abroad besides alumina."""
    discount_per_year: PerYear = Field(ge=0.001, le=1)
    """Discount rate of producers abroad."""
    sunk_share: Share
    """Part of the investment that is spent when a project under construction is about to start."""
    volatility_usd_per_t: UsdPerT = Field(ge=0, le=500)
    """Standard deviation by which the price that is expected to last moves in a year."""
    swing_usd_per_t: UsdPerT = Field(ge=0, le=500)
    """Standard deviation of a single year's price around the one that is expected to last."""
    keep_usd_per_t: UsdPerT = Field(ge=0, le=100)
    """Yearly cost of keeping a project ready, per tonne of its capacity."""
    upkeep_usd_per_t: UsdPerT = Field(ge=0, le=100)
    """Yearly upkeep of a refinery abroad, whether it runs or not, per tonne of capacity."""
    memory_share: Share
    """Weight of a year's FOB price in the slow mean by which producers think of leaving."""
    matched_share: Share
    """Part of the alumina of a new line that the smelter beside it would take."""
    partner_share: Share
    """Yearly chance that a producer next door looks for a partner among the groups at home."""
    match_years: Years = Field(ge=1, le=10)
    """Years from the start of a line until the smelter beside it could start."""
