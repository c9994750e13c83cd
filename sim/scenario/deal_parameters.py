"""Parameters of mergers and acquisitions: what a buyer gains, what a seller wants, and what stands in the way."""

from pydantic import Field

from sim.core.units import (
    CnyPerT,
    Count,
    Declared,
    HhiPoints,
    Logit,
    MillionCny,
    MtPerYear,
    Ratio,
    Share,
    Years,
)


class Deals(Declared):
    """Mergers and acquisitions."""

    transaction_saving_cny_per_t: CnyPerT = Field(ge=0, le=300)
    """Transaction cost and hold-up saved on each tonne that a smelter gets from its own group."""
    ore_saving_share: Share
    """Fall of ore cost per doubling of the buyer's refining capacity."""
    overhead_saving_cny_per_t: CnyPerT = Field(ge=0, le=200)
    """Overhead saved per tonne when a plant joins a group with other plants."""
    realised_share: Share
    """Part of the synergies that buyers expect to come true."""
    integration_share: Share
    """Cost of integration over price."""
    bargaining_share: Share
    """Buyer's part of the surplus in bargaining."""
    premium_share: Share
    """Premium over its own value that a seller who need not sell wants."""
    fire_sale_share: Share
    """Discount that a seller without liquidity accepts."""
    size_limit_share: Share
    """Largest purchase over the buyer's own capacity, unless the seller is in distress."""
    deals_count: Count = Field(ge=0, le=20)
    """Most deals that one buyer can close in a year."""
    closings_count: Count = Field(ge=0, le=50)
    """Most deals of the industry in a year."""
    base_logit: Logit = Field(ge=-10, le=10)
    """Base of the odds that a deal worth doing closes in a year."""
    surplus_logit: Logit = Field(ge=0, le=50)
    """Weight of the surplus over price."""
    distress_logit: Logit = Field(ge=-10, le=10)
    """Weight of a seller in distress."""
    wave_logit: Logit = Field(ge=0, le=10)
    """Weight of the merger wave."""
    province_logit: Logit = Field(ge=-10, le=10)
    """Weight of buyer and seller in one province."""
    least_bidder_mt: MtPerYear = Field(ge=0, le=20)
    """Refining and smelting capacity together from which a group buys refineries."""
    divide_logit: Logit = Field(ge=0, le=10)
    """Weight against deals across the line between state and private."""
    consent_tax_logit: Logit = Field(ge=-10, le=10)
    """Weight against consent of the tax that a province loses when a plant leaves its owners."""
    consent_state_logit: Logit = Field(ge=-10, le=10)
    """Weight against consent of selling a state plant out of the province."""
    consent_discipline_logit: Logit = Field(ge=-10, le=10)
    """Weight for consent of national discipline."""
    restructuring_share: Share
    """Yearly chance that a plant or smelter moves to the sister company that has most of its kind."""
    risk_saving_cny_per_t: CnyPerT = Field(ge=0, le=100)
    """Worth of steadier earnings on each tonne that a smelter gets from its own group."""
    bid_error_share: Share
    """Standard error of a bidder's view of what a target is worth, over that worth."""
    cover_ratio: Ratio = Field(ge=0, le=10)
    """Least earnings over interest of buyer and target together for lenders to pay for a purchase."""
    policy_logit: Logit = Field(ge=0, le=10)
    """Weight for closing of a full push for mergers."""
    consent_share_logit: Logit = Field(ge=-10, le=10)
    """Weight for consent of sharing the plant's taxes with its province."""
    sasac_logit: Logit = Field(ge=-10, le=10)
    """Base of the odds that the holder of state assets refuses their sale."""
    sasac_private_logit: Logit = Field(ge=-10, le=10)
    """Weight for its refusal of a private buyer."""
    sasac_distress_logit: Logit = Field(ge=-10, le=10)
    """Weight for its consent of a seller in distress."""
    strategic_limit_mt: MtPerYear = Field(ge=0, le=50)
    """Refining capacity up to which a private group with smelters sells its refineries to a higher bid."""
    minority_share: Share
    """Yearly chance that a group short of alumina looks for a minority stake with offtake."""
    transfer_share: Share
    """Yearly chance that a province hands its refineries to a central group."""
    wave_memory_share: Share
    """Part of last year's merger wave that is left."""
    wave_dispersion_ratio: Ratio = Field(ge=0, le=5)
    """Weight in the wave of unlike margins of plants."""
    wave_liquidity_ratio: Ratio = Field(ge=0, le=5)
    """Weight in the wave of earnings over debt."""
    wave_deals_ratio: Ratio = Field(ge=0, le=5)
    """Weight in the wave of last year's deals."""
    wave_luck_ratio: Ratio = Field(ge=0, le=5)
    """Standard deviation of the wave's luck."""
    usual_deals_count: Count = Field(ge=0, le=50)
    """Deals of a usual year, which move the wave neither up nor down."""
    climate_share: Share = Field(gt=0, le=1)
    """Change against the base year that counts as one standard deviation of what moves waves."""
    climate_limit_ratio: Ratio = Field(ge=0, le=10)
    """Most standard deviations that count."""
    most_doublings_ratio: Ratio = Field(ge=0, le=10)
    """Doublings of ore purchases beyond which miners give no further discount."""
    core_share: Share
    """Part of their output that a group's own smelters need from which refineries are its core and not for sale."""
    serious_count: Count = Field(ge=1, le=50)
    """Bidders for one target that look closely: those to whom it is worth most on paper."""
    loan_years: Years = Field(ge=0, le=30)
    """Years for which a cheaper loan for a purchase runs."""
    stake_least_share: Share
    """Smallest minority stake with offtake."""
    stake_most_share: Share
    """Largest minority stake with offtake."""
    stake_kept_share: Share
    """Least part that stays with the seller of a minority stake."""
    minority_discount_share: Share
    """Part of its appraised value by which a private owner sells a minority stake for less, since control stays."""
    lockup_years: Years = Field(ge=0, le=10)
    """Years for which a buyer that is not in distress does not sell on what it has bought."""
    transferred_share: Share
    """Part of a state group that another gets in a transfer where the group has a holder."""


class Review(Declared):
    """Antitrust review of deals between owners: who must file, what is looked at, and how it ends."""

    low_hhi: HhiPoints = Field(ge=0, le=10_000)
    """HHI under which a deal is clear whatever its step."""
    high_hhi: HhiPoints = Field(ge=0, le=10_000)
    """HHI over which a large step is presumed to harm competition."""
    small_step_hhi: HhiPoints = Field(ge=0, le=10_000)
    """Step of the HHI under which a deal is clear below the high HHI."""
    large_step_hhi: HhiPoints = Field(ge=0, le=10_000)
    """Step of the HHI over which a deal is presumed to harm competition above the high HHI."""
    close_share: Share
    """Share of the buyer from which the authority looks closer."""
    dominant_share: Share
    """Share of the buyer from which harm is presumed."""
    filing_mcny: MillionCny = Field(ge=0, le=1_000_000)
    """Turnover at home of both sides together from which a deal must be filed."""
    party_mcny: MillionCny = Field(ge=0, le=1_000_000)
    """Turnover at home of each of two sides from which a deal must be filed."""
    review_clear_share: Share = Field(ge=0, lt=1)
    """Chance that a deal under review is cleared."""
    review_conditional_share: Share
    """Chance that it is cleared with conditions; the rest is blocked."""
    presumption_clear_share: Share = Field(ge=0, lt=1)
    """Chance that a deal presumed to harm competition is cleared."""
    presumption_conditional_share: Share
    """Chance that it is cleared with conditions; the rest is blocked."""
    strict_logit: Logit = Field(ge=0, le=20)
    """Added to the odds against a deal by full strictness."""
    strict_cut_share: Share
    """Part of the thresholds of the HHI that full strictness takes off."""
    divestment_years: Years = Field(ge=1, le=10)
    """Years within which a plant must be sold where that is the condition for a combination of whole groups."""
    undertaking_years: Years = Field(ge=0, le=30)
    """Years for which a supply undertaking holds."""
