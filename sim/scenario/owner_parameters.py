"""Parameters of what owners do: running, accounts, support, exit, red mud and the pipeline.

Parameters of new plants: what owners build and where, what is approved, and what ports can land.
"""

from typing import Annotated

from pydantic import Field

from sim.core import units


class Running(units.Declared):
    """When a plant stops and when it starts again."""

    margin_volatility_cny_per_t: units.CnyPerT = Field(ge=10, le=600)
    """Volatility of the cash margin per square root of a year, as managers see it."""
    start_cost_cny_per_t: units.CnyPerT = Field(ge=0, le=1000)
    """Cost of starting, per tonne of yearly capacity; paid where lines had gone cold."""
    stop_cost_cny_per_t: units.CnyPerT = Field(ge=0, le=1000)
    """Cost of stopping, per tonne of yearly capacity."""
    hope_per_year: units.PerYear = Field(ge=0, le=3)
    """Speed at which managers think that the margin returns to what they expect."""
    answer_per_quarter: units.PerQuarter = Field(ge=0.05, le=1)
    """Part of a change of output that comes within the quarter whose price asks for it."""
    standby_share: units.Share
    """Lines that are kept warm beside those that run, over those that run."""
    cooling_per_quarter: units.PerQuarter = Field(ge=0, le=1)
    """Part of further lines, idle for two quarters, that goes cold in a quarter."""
    warming_per_quarter: units.PerQuarter = Field(ge=0.05, le=1)
    """Part of its cold lines that a plant which would run them brings back in a quarter."""
    write_off_share: units.Share
    """Yearly chance that the cold lines of a plant are struck off the register."""
    hope_limit_share: units.Share
    """Most by which hope or fear moves both thresholds, over half the distance between them."""
    idle_share: units.Share
    """Running share under which a plant counts as idle."""
    full_share: units.Share
    """Running share over which a plant counts as running, not as running in part."""


class Finance(units.Declared):
    """Accounts of owner groups."""

    base_rate_per_year: units.PerYear = Field(ge=0, le=0.3)
    """One-year loan prime rate."""
    central_spread_per_year: units.PerYear = Field(ge=-0.02, le=0.2)
    """Loan spread of central state groups."""
    provincial_spread_per_year: units.PerYear = Field(ge=-0.02, le=0.2)
    """Loan spread of provincial state groups."""
    private_spread_per_year: units.PerYear = Field(ge=-0.02, le=0.2)
    """Loan spread of private groups with smelters or five million tonnes."""
    standalone_spread_per_year: units.PerYear = Field(ge=-0.02, le=0.2)
    """Loan spread of private stand-alone refiners."""
    distress_spread_per_year: units.PerYear = Field(ge=0, le=0.2)
    """Extra spread in distress."""
    central_discount_per_year: units.PerYear = Field(ge=0.01, le=0.4)
    """Discount rate of central state groups."""
    provincial_discount_per_year: units.PerYear = Field(ge=0.01, le=0.4)
    """Discount rate of provincial state groups."""
    private_discount_per_year: units.PerYear = Field(ge=0.01, le=0.4)
    """Discount rate of private groups."""
    standalone_discount_per_year: units.PerYear = Field(ge=0.01, le=0.4)
    """Discount rate of stand-alone refiners."""
    tax_share: units.Share
    """Corporate income tax."""
    payout_share: units.Share
    """Share of positive net income that leaves as dividends or other business."""
    leverage_limit_share: units.Share
    """Most debt over assets."""
    opening_leverage_share: units.Share
    """Debt over assets at the start of the year before the base year, large groups."""
    opening_leverage_standalone_share: units.Share
    """Debt over assets at the start of the year before the base year, stand-alone refiners."""
    refinery_asset_cny_per_t: units.CnyPerT = Field(ge=100, le=30_000)
    """Book value of refining capacity."""
    smelter_asset_cny_per_t: units.CnyPerT = Field(ge=500, le=50_000)
    """Book value of smelting capacity."""
    opening_cash_days: units.Days = Field(ge=0, le=365)
    """Cash at the start of the year before the base year, in days of turnover."""
    least_cash_days: units.Days = Field(ge=0, le=200)
    """Cash that a group keeps, in days of cash cost."""
    most_cash_days: units.Days = Field(ge=0, le=3650)
    """Cash beyond which a group repays debt and then pays its owners, in days of cash cost."""
    target_leverage_share: units.Share
    """Debt over assets down to which such cash repays debt."""
    payables_days: units.Days = Field(ge=0, le=200)
    """Most by which payment for ore can be stretched."""
    deferral_cny_per_t: units.CnyPerT = Field(ge=0, le=200)
    """Maintenance that a losing plant can put off, per tonne."""
    deferral_quarters: units.Quarters = Field(ge=0, le=12)
    """Quarters for which it can be put off."""
    deferral_payback_ratio: units.Ratio = Field(ge=1, le=3)
    """Later cost over the sum put off."""
    weak_years: units.Years = Field(ge=1, le=10)
    """Years in a row in which neither earnings nor spare cash cover interest, from which a group is in distress."""
    rescued_share: units.Share
    """Debt that creditors leave to a reorganised group, over what lenders lend on its plants."""
    large_mt: units.MtPerYear = Field(ge=0, le=50)
    """Refining capacity from which a private group without smelters borrows like a large one."""
    opening_refinery_turnover_cny_per_t: units.CnyPerT = Field(ge=500, le=10_000)
    """Turnover of a tonne of refining capacity by which cash at the start is measured."""
    opening_smelter_turnover_cny_per_t: units.CnyPerT = Field(ge=2000, le=60_000)
    """The same of a tonne of smelting capacity."""


class Support(units.Declared):
    """Local support to plants in distress."""

    intercept_logit: units.Logit = Field(ge=-10, le=10)
    """Base of the odds that local support is offered."""
    jobs_logit: units.Logit = Field(ge=-50, le=50)
    """Weight of the plant's share of the province's refining jobs."""
    state_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of state ownership."""
    discipline_logit: units.Logit = Field(ge=-10, le=10)
    """Weight against it of national discipline."""
    fatigue_logit: units.Logit = Field(ge=-10, le=10)
    """Weight against it of each year already supported."""
    cap_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """Most support per tonne."""
    discipline_share: units.Share
    """National discipline against support of losing plants."""
    after_quarters: units.Quarters = Field(ge=1, le=40)
    """Quarters of losses in a row after which a province thinks of support."""


class Leaving(units.Declared):
    """Mothballing, write-off and exit."""

    upkeep_cny_per_t: units.CnyPerT = Field(ge=0, le=200)
    """Yearly upkeep of idle capacity."""
    salvage_cny_per_t: units.CnyPerT = Field(ge=0, le=2000)
    """Scrap and resale value of capacity."""
    land_cny_per_t: units.CnyPerT = Field(ge=0, le=2000)
    """Value of land, power and quotas set free."""
    closure_cny_per_t: units.CnyPerT = Field(ge=0, le=5000)
    """Cost of closing and making safe."""
    severance_mcny_per_job: units.MillionCnyPerJob = Field(ge=0, le=2)
    """Severance."""
    jobs_jobs_per_kt: units.JobsPerKt = Field(ge=0, le=10)
    """Jobs of a refinery."""
    government_share: units.Share
    """Share of closure and severance that government pays."""
    reluctance_cny_per_t: units.CnyPerT = Field(ge=-1000, le=3000)
    """Mean value of exit over holding that an owner wants before leaving."""
    reluctance_spread_cny_per_t: units.CnyPerT = Field(ge=0, le=2000)
    """Spread among plants of the value that an owner wants before leaving."""
    loan_years: units.Years = Field(ge=0, le=40)
    """Years over which the loan that built a plant is paid back; the rest falls due when the plant closes."""
    exits_count: units.Count = Field(ge=0, le=100)
    """Most exits in a year."""
    horizon_years: units.Years = Field(ge=1, le=40)
    """Years over which holding is valued."""
    idle_quarters: units.Quarters = Field(ge=1, le=60)
    """Idle quarters in a row after which the owner of a plant thinks of closing it."""
    losing_quarters: units.Quarters = Field(ge=1, le=60)
    """Quarters of losses in a row after which a group in distress thinks of closing a plant."""


class RedMud(units.Declared):
    """Red mud and ponds."""

    stacking_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """Cost of stacking, per tonne of mud."""
    required_life_years: units.Years = Field(ge=0.1, le=10)
    """Pond life below which a plant throttles."""
    least_running_share: units.Share
    """Least running share to which a short pond throttles a plant."""
    apply_below_years: units.Years = Field(ge=0.5, le=20)
    """Pond life below which a plant applies for a new pond."""
    permit_lead_years: units.Years = Field(ge=0, le=10)
    """Years from permit to use."""
    permit_life_years: units.Years = Field(ge=0.5, le=40)
    """Years of full output that a new pond holds."""
    pond_life_spread_share: units.Share
    """Most by which the life of a plant's first ponds lies above or below that of its region."""
    past_years: units.Years = Field(ge=0, le=20)
    """Years before the start in which plants have applied for ponds."""
    opposition_ratio: units.Ratio = Field(ge=0, le=10)
    """Fall of the log of the share of permitted ponds with mud added since the start over the ceiling of the region."""
    rehabilitation_cny_per_t: units.CnyPerT = Field(ge=0, le=200)
    """Cost of covering and draining a full pond and of watching it, per tonne of mud in it."""
    opening_uncovered_share: units.Share
    """Part of the mud in ponds at the start that is not covered yet, at plants that stand."""


class Carbon(units.Declared):
    """Emission factors."""

    coal_tco2_per_gj: units.Tco2PerGj = Field(ge=0, le=0.2)
    """Emission of coal heat."""
    grid_tco2_per_mwh: units.Tco2PerMwh = Field(ge=0, le=2)
    """Emission of electricity."""


class Pipeline(units.Declared):
    """The known pipeline of new refineries."""

    on_time_share: units.Share
    """Chance that a project under construction without odds of its own starts when due; otherwise it slips a year."""
    planned_share: units.Share
    """Yearly chance that a planned project without odds of its own goes ahead if it covers its cash cost."""
    planned_abroad_share: units.Share
    """Yearly chance that a planned smelter abroad goes ahead when its producer wants it."""
    first_half_share: units.Share
    """Output over runnable capacity in the first two quarters."""
    second_half_share: units.Share
    """The same in the third and fourth quarter."""
    runnable_share: units.Share
    """Runnable over nameplate capacity of a new plant."""
    capex_cny_per_t: units.CnyPerT = Field(ge=200, le=20_000)
    """Investment per tonne of capacity."""
    first_year_abroad_share: units.Share
    """Part of a project abroad that counts in its first year; the rest counts from the second."""
    opening_start_quarter: units.Quarter
    """Quarter of the base year from which plants that started in it run in."""


class Building(units.Declared):
    """New plants and moves to the coast that owners decide on besides the known pipeline."""

    size_mt: units.MtPerYear = Field(gt=0, le=8)
    """Nameplate of a new plant."""
    size_ratio: units.Ratio = Field(ge=0.3, le=1)
    """Exponent with which investment grows with size."""
    life_years: units.Years = Field(ge=2, le=50)
    """Years over which a new plant is valued."""
    lead_years: units.Years = Field(ge=1, le=8)
    """Years from go-ahead to start."""
    state_hurdle_ratio: units.Ratio = Field(ge=-0.9, le=3)
    """Net present value over investment that a state owner asks for."""
    private_hurdle_ratio: units.Ratio = Field(ge=-0.9, le=3)
    """The same for a private owner."""
    entrant_hurdle_ratio: units.Ratio = Field(ge=0, le=3)
    """What an owner that has no refinery yet asks for in addition."""
    nerve_ratio: units.Ratio = Field(ge=0, le=2)
    """Spread of that demand from year to year, with every owner's mood."""
    boldest_ratio: units.Ratio = Field(ge=-3, le=0)
    """What the boldest mood takes off that demand at most."""
    timidest_ratio: units.Ratio = Field(ge=0, le=3)
    """What the most timid mood adds to it at most."""
    least_ratio: units.Ratio = Field(ge=-0.9, le=1)
    """Ratio below which nobody builds in any mood; at zero no board passes a loss by its own figures."""
    security_cny_per_t: units.CnyPerT = Field(ge=0, le=400)
    """Worth of a tonne that feeds the owner's own smelters instead of being bought."""
    reused_share: units.Share
    """Part of the investment that a move saves by taking equipment along."""
    swap_ratio: units.Ratio = Field(ge=0.2, le=5)
    """Old capacity that has to go for each tonne of new capacity in a move."""
    largest_move_mt: units.MtPerYear = Field(gt=0, le=8)
    """Largest new plant of one move."""
    partner_room_ratio: units.Ratio = Field(ge=0, le=10)
    """Own money that a coastal plant takes, over what its owner has, from which the owner looks for a partner."""
    partner_least_share: units.Share
    """Least part of a partner in a new plant."""
    partner_most_share: units.Share
    """Largest part of a partner; below the least part nobody looks for one."""
    least_move_mt: units.MtPerYear = Field(gt=0, le=5)
    """Smallest plant that can be moved, and smallest new plant of a move."""
    partners_asked_count: units.Count = Field(ge=0, le=50)
    """Groups that the owner of a large plant asks to join as a partner."""
    lead_kept_share: Annotated[units.Share, Field(ge=0.5)]
    """Least part of a new plant that stays with its owner when a partner joins."""


class Approvals(units.Declared):
    """What the nation and the provinces weigh before a new plant may be built."""

    energy_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of low energy use."""
    ore_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of ore that the owner controls."""
    integration_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of own smelters short of alumina."""
    slack_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of environmental room in the province."""
    backbone_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of a large owner."""
    consent_logit: units.Logit = Field(ge=-10, le=10)
    """Base of the odds that a province consents."""
    consent_jobs_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of jobs and tax that the plant brings, over those of its refineries."""
    consent_slack_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of environmental room."""
    room_ratio: units.Ratio = Field(gt=0, le=10)
    """Scale of the room of all regions for refineries."""
    opposition_logit: units.Logit = Field(ge=-10, le=10)
    """Weight against a province's consent of the part of its sites that is taken: opposition of those who live near."""
    reference_gj_per_t: units.GjPerT = Field(ge=1, le=40)
    """Heat at which an application gets no point for low energy use."""
    energy_slope_ratio: units.Ratio = Field(ge=0, le=20)
    """Points for low energy use per part of that heat that is saved, one point at most."""
    backbone_share: units.Share = Field(gt=0, le=1)
    """Share of national capacity from which an owner counts as a backbone of the industry in full."""


class Ports(units.Declared):
    """Landing of imported ore."""

    congestion_cny_per_t: units.CnyPerT = Field(ge=0, le=100)
    """Cost of a crowded port per tonne of alumina, times throughput over the room that is left."""
    crowded_share: units.Share
    """Throughput over capacity from which a port is extended."""
    extension_mt: units.MtPerYear = Field(ge=0, le=200)
    """Ore that an extension adds."""
    extension_years: units.Years = Field(ge=1, le=10)
    """Years that it takes."""
    full_ratio: units.Ratio = Field(ge=1.001, le=2)
    """Throughput over capacity towards which the cost of a crowded port rises without bound."""
    counted_share: units.Share
    """Throughput over capacity beyond which a port costs no more."""
