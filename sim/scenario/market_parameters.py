"""Parameters of prices, costs and trade: what each number means, its unit and its hard range.

Parameters of producers abroad that build, wait, match a smelter and leave.

Parameters of measures: sizes and numbers from which something is counted; nobody in the model decides by them.

Parameters of local ore and of the blend of ores that plants run on.
"""

from typing import Annotated

from pydantic import Field

from sim.core import units
from sim.core.units import (
    CnyPerT,
    Count,
    Days,
    Declared,
    MtPerYear,
    PerYear,
    Quarters,
    Ratio,
    Share,
    UsdPerT,
    Year,
    Years,
)


class Market(units.Declared):
    """Trade of alumina at home and the smelters that use it."""

    trade_dispersion_cny_per_t: units.CnyPerT = Field(ge=0.5, le=100)
    """Dispersion of the non-price terms of trade (theta); zero would be the pure transport problem."""
    line_spread_cny_per_t: units.CnyPerT = Field(ge=2, le=80)
    """Spread of cost among the lines of one plant and within a quarter."""
    captive_share: units.Share
    """Share of the smaller of own supply and own need that a group ships to itself."""
    captive_premium_cny_per_t: units.CnyPerT = Field(ge=0, le=300)
    """What a group pays itself above the market for supply security."""
    contract_share: units.Share
    """Share of smelters' non-captive need that is bought under annual contracts."""
    contract_premium_cny_per_t: units.CnyPerT = Field(ge=0, le=300)
    """How far below its threshold a refinery runs rather than lose a contract customer."""
    contract_discount_share: units.Share
    """Discount of the contract price to last quarter's index."""
    smelter_volatility_cny_per_t: units.CnyPerT = Field(ge=0, le=20_000)
    """Volatility of smelters' margin per tonne of metal and square root of a year, as managers see it."""
    smelter_switching_cny_per_t: units.CnyPerT = Field(ge=0, le=20_000)
    """Cost of stopping and starting potlines, per tonne of yearly capacity of metal."""
    choke_spread_cny_per_t: units.CnyPerT = Field(ge=20, le=2000)
    """Spread of the alumina price at which smelters stop, around their break-even."""
    product_per_metal_t_per_t: units.TPerT = Field(ge=1, le=2.2)
    """Alumina used per tonne of aluminium."""
    smelter_running_share: units.Share
    """Operating over installed smelter capacity when metal prices are good."""
    metal_growth_per_year: units.PerYear = Field(ge=-0.1, le=0.1)
    """Growth of smelting."""
    metal_cap_mt: units.MtPerYear = Field(ge=0, le=200)
    """Ceiling of operating smelter capacity."""
    vat_share: units.Share
    """Value-added tax inside every quoted price and cost."""
    promised_output_share: units.Share
    """Most of a region's expected output that promised tonnes take in a quarter."""
    promised_need_share: units.Share
    """Most of a market's need that promised tonnes cover in a quarter."""


class Benchmark(units.Declared):
    """The price of the year, where annual contracts lock it."""

    opening_cny_per_t: units.CnyPerT = Field(ge=-10_000, le=10_000)
    """Benchmark of the base year, and of the first year simulated, which is settled before it begins."""
    spot_share: units.Share
    """Part of the gap from the benchmark of the year before to the spot price that a settlement closes."""


class Stocks(units.Declared):
    """Alumina stocks of refineries and smelters."""

    cover_smelters_days: units.Days = Field(ge=1, le=60)
    """Days of use that smelters want to hold at the expected price."""
    cover_refineries_days: units.Days = Field(ge=0.2, le=30)
    """Days of output that refineries want to hold at the expected price."""
    floor_smelters_days: units.Days = Field(ge=0.1, le=20)
    """Days of use below which smelters must cut."""
    ceiling_smelters_days: units.Days = Field(ge=5, le=90)
    """Days of use that fit into smelters' silos."""
    floor_refineries_days: units.Days = Field(ge=0, le=10)
    """Days of output that cannot be sold (in transit, silo heels)."""
    ceiling_refineries_days: units.Days = Field(ge=1, le=60)
    """Days of output that fit into refineries' silos."""
    price_scale_cny_per_t: units.CnyPerT = Field(ge=100, le=5000)
    """Price gap to expectation at which the wanted stock moves by a factor e."""
    adjustment_per_quarter: units.PerQuarter = Field(ge=0.05, le=1)
    """Share of the gap to the wanted stock that is closed in a quarter."""
    deepest_draw_share: units.Share
    """Most that smelters draw from stock in a quarter, over what they use in it."""
    least_sold_share: units.Share
    """Least part of a region's output that is sold, whatever stock refineries would like to build."""


class Expectation(units.Declared):
    """What owners expect of prices."""

    memory_per_quarter: units.PerQuarter = Field(ge=0.01, le=1)
    """Weight of the newest price in the adaptive mean."""
    adaptive_share: units.Share
    """Weight of past prices (adaptive mean) against the forward clearing in expected prices."""
    persistence_share: units.Share
    """Weight of today's price in the price expected a year ahead."""
    forward_years: units.Years = Field(ge=1, le=10)
    """How far ahead the forward clearing looks."""
    competition_neglect_share: units.Share
    """Share of rivals' projects that an owner counts."""
    bias_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """Spread among owners of what each adds to the expected price, for ever."""


class RestOfWorld(units.Declared):
    """Trade with the rest of the world."""

    fob_reference_usd_per_t: units.UsdPerT = Field(ge=-1000, le=1000)
    """FOB price at which the world balance is stated."""
    balance_mt: units.MtPerYear = Field(ge=-20, le=20)
    """Excess supply abroad at the reference price in the base year, net of structural trade."""
    slope_mt_per_usd: units.MtPerUsd = Field(ge=0.001, le=0.5)
    """Rise of excess supply abroad per USD/t, up to the reference price."""
    full_slope_mt_per_usd: units.MtPerUsd = Field(ge=0, le=0.5)
    """Rise of excess supply abroad per USD/t above the reference price, where refineries abroad run full."""
    cargo_slope_mt_per_usd: units.MtPerUsd = Field(ge=0.001, le=5)
    """Cargoes that change course per USD/t within a quarter, where the world price is given."""
    late_cargo_share: units.Share
    """Part of the cargoes bought in a quarter that lands in the next one."""
    softness_mt: units.MtPerYear = Field(ge=0.01, le=2)
    """Tonnes over which trade fades in as parity is crossed."""
    standing_mt: units.MtPerYear = Field(ge=0, le=5)
    """Exports to the market of standing terms, nearly price-inelastic."""
    other_exports_mt: units.MtPerYear = Field(ge=0, le=20)
    """Exports under standing terms to others."""
    export_elasticity_ratio: units.Ratio = Field(ge=0, le=10)
    """Fall of standing exports, in per cent, when the home market gets dearer by 1 % beside the rest of the world."""
    duty_share: units.Share
    """Import duty."""
    port_cny_per_t: units.CnyPerT = Field(ge=0, le=300)
    """Port and handling of imports."""
    export_handling_cny_per_t: units.CnyPerT = Field(ge=0, le=600)
    """Inland leg, port and loading of an export cargo."""
    freight_usd_per_t: units.UsdPerT = Field(ge=0, le=100)
    """Ocean freight of alumina from the marginal origin."""
    ore_freight_usd_per_t: units.UsdPerT = Field(ge=0, le=100)
    """Ocean freight in the price of a dry tonne of imported ore, which shocks of freight move."""
    need_growth_mt: units.MtPerYear = Field(ge=-3, le=5)
    """Yearly growth of alumina need abroad, producers next door left out."""
    supply_growth_mt: units.MtPerYear = Field(ge=-3, le=5)
    """Yearly growth of alumina supply abroad, producers next door left out."""
    disturbance_mt: units.MtPerYear = Field(ge=0, le=5)
    """Standard deviation of the slow random part of the world balance."""
    third_country_share: units.Share
    """Share of the output of a producer next door under long contracts elsewhere."""
    cash_spread_usd_per_t: units.UsdPerT = Field(ge=1, le=100)
    """Spread of FOB cash cost inside a producer next door."""
    walk_away_usd_per_t: units.UsdPerT = Field(ge=0, le=1000)
    """FOB price at which half of the standing shipments are no longer honoured."""
    walk_away_spread_usd_per_t: units.UsdPerT = Field(ge=1, le=200)
    """Spread of that price."""
    give_up_cny_per_t: units.CnyPerT = Field(ge=-5000, le=50_000)
    """Delivered price at which half of what buyers under standing terms take is given up."""
    give_up_spread_cny_per_t: units.CnyPerT = Field(ge=10, le=5000)
    """Spread of that price."""
    disturbance_memory_share: units.Share
    """Part of the slow random part of the world balance that is left after a year."""


class Motion(units.Declared):
    """How one input price moves: a log Ornstein-Uhlenbeck process."""

    reversion_per_year: units.PerYear = Field(ge=0.01, le=10)
    """Speed of return to its level."""
    volatility_per_sqrt_year: units.PerSqrtYear = Field(ge=0, le=2)
    """Volatility: standard deviation of the log price per square root of a year."""
    trend_per_year: units.PerYear = Field(ge=-0.2, le=0.2)
    """Trend of its long-run level."""


class Inputs(units.Declared):
    """Input prices. What the inputs are, and how high each price can be at all, stands in the pack (`trade.py`)."""

    levels: dict[str, Annotated[units.Named, Field(gt=0)]]
    """Long-run levels."""
    motions: dict[str, Motion]
    """Speeds and volatilities."""
    energy_ratio: units.Ratio = Field(ge=-1, le=1)
    """Correlation of fuel and the input that takes most of it to make."""
    ore_ore_ratio: units.Ratio = Field(ge=-1, le=1)
    """Correlation of imported and domestic ore."""
    ore_feedback_ratio: units.Ratio = Field(ge=0, le=1)
    """Elasticity of the ore price's level to last quarter's alumina price: ore chases alumina."""
    feedback_reference_cny_per_t: units.CnyPerT = Field(ge=500, le=10_000)
    """Alumina price at which ore sits at its own level."""
    lagged_ore_share: units.Share
    """Share of imported ore that is paid at last quarter's price."""


class Disruption(units.Declared):
    """One kind of supply event: how often, how deep, how long."""

    rate_per_year: units.PerYear = Field(ge=0, le=5)
    """Expected events a year."""
    depth_low_share: units.Share
    """Shallowest loss."""
    depth_high_share: units.Share
    """Deepest loss."""
    longest_quarters: units.Quarters = Field(ge=1, le=12)
    """Longest duration; the shortest is one quarter."""


class Disruptions(units.Declared):
    """Events that make history: each has a place, a start, a depth and a duration."""

    imported_ore: Disruption
    """Shipments of ore fail: imported ore is short and dear."""
    domestic_ore: Disruption
    """Mine inspections in one northern province."""
    overseas_refinery: Disruption
    """A refinery abroad stops."""
    overseas_scale_mt: units.MtPerYear = Field(ge=0, le=20)
    """Tonnes lost overseas at a depth of one."""
    ore_price_ratio: units.Ratio = Field(ge=0, le=10)
    """Log rise of the ore price per unit of ore lost."""
    ore_buffer_share: units.Share
    """Part of the first quarter's loss of ore that port stocks cover."""
    own_ore_kept_share: units.Share
    """Part of the ore of own mines outside the countries where ore is missing that goes to the owner's plants first."""


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


class Measures(Declared):
    """What measures of consolidation count."""

    giant_mt: MtPerYear = Field(ge=0, le=100)
    """Refining capacity from which a group may be a full-chain giant, plants abroad included."""
    giant_provinces_count: Count = Field(ge=1, le=30)
    """Provinces in which a giant refines, at least."""
    giant_macro_regions_count: Count = Field(ge=1, le=10)
    """Parts of the country in which a giant refines, at least; all that is abroad counts as one."""
    giant_smelting_mt: MtPerYear = Field(ge=0, le=50)
    """Smelting of a giant, at least."""
    giant_least_supply_ratio: Ratio = Field(ge=0, le=10)
    """Refining capacity of a giant over the need of its smelters, at least."""
    giant_most_supply_ratio: Ratio = Field(ge=0, le=100)
    """The same at most; beyond it a group is a refiner with a smelter, and no full chain."""
    giant_ore_share: Share
    """Part of its ore that a giant controls, at least, where ore is asked for."""
    leader_share: Share
    """Share of the nation's installed capacity from which a group is a leader."""
    leader_places_count: Count = Field(ge=1, le=30)
    """Provinces in which a leader refines, at least; all that is abroad counts as one."""
    whole_group_mt: MtPerYear = Field(ge=0, le=50)
    """Refining capacity from which a group that is taken over whole is counted."""


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
