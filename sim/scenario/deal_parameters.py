"""Parameters of mergers and acquisitions: what a buyer gains, what a seller wants, and what stands in the way.

Parameters of combinations of whole groups: what both save, what a firm is worth, and what keeps owners apart.
"""

from typing import Annotated

from pydantic import Field

from sim.core import units


class Deals(units.Declared):
    """Mergers and acquisitions."""

    transaction_saving_cny_per_t: units.CnyPerT = Field(ge=0, le=300)
    """Transaction cost and hold-up saved on each tonne that a smelter gets from its own group."""
    ore_saving_share: units.Share
    """Fall of ore cost per doubling of the buyer's refining capacity."""
    overhead_saving_cny_per_t: units.CnyPerT = Field(ge=0, le=200)
    """Overhead saved per tonne when a plant joins a group with other plants."""
    realised_share: units.Share
    """Part of the synergies that buyers expect to come true."""
    integration_share: units.Share
    """Cost of integration over price."""
    bargaining_share: units.Share
    """Buyer's part of the surplus in bargaining."""
    premium_share: units.Share
    """Premium over its own value that a seller who need not sell wants."""
    fire_sale_share: units.Share
    """Discount that a seller without liquidity accepts."""
    size_limit_share: units.Share
    """Largest purchase over the buyer's own capacity, unless the seller is in distress."""
    deals_count: units.Count = Field(ge=0, le=20)
    """Most deals that one buyer can close in a year."""
    closings_count: units.Count = Field(ge=0, le=50)
    """Most deals of the industry in a year."""
    base_logit: units.Logit = Field(ge=-10, le=10)
    """Base of the odds that a deal worth doing closes in a year."""
    surplus_logit: units.Logit = Field(ge=0, le=50)
    """Weight of the surplus over price."""
    distress_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of a seller in distress."""
    wave_logit: units.Logit = Field(ge=0, le=10)
    """Weight of the merger wave."""
    province_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of buyer and seller in one province."""
    least_bidder_mt: units.MtPerYear = Field(ge=0, le=20)
    """Refining and smelting capacity together from which a group buys refineries."""
    divide_logit: units.Logit = Field(ge=0, le=10)
    """Weight against deals across the line between state and private."""
    consent_tax_logit: units.Logit = Field(ge=-10, le=10)
    """Weight against consent of the tax that a province loses when a plant leaves its owners."""
    consent_state_logit: units.Logit = Field(ge=-10, le=10)
    """Weight against consent of selling a state plant out of the province."""
    consent_discipline_logit: units.Logit = Field(ge=-10, le=10)
    """Weight for consent of national discipline."""
    restructuring_share: units.Share
    """Yearly chance that a plant or smelter moves to the sister company that has most of its kind."""
    risk_saving_cny_per_t: units.CnyPerT = Field(ge=0, le=100)
    """Worth of steadier earnings on each tonne that a smelter gets from its own group."""
    bid_error_share: units.Share
    """Standard error of a bidder's view of what a target is worth, over that worth."""
    cover_ratio: units.Ratio = Field(ge=0, le=10)
    """Least earnings over interest of buyer and target together for lenders to pay for a purchase."""
    policy_logit: units.Logit = Field(ge=0, le=10)
    """Weight for closing of a full push for mergers."""
    consent_share_logit: units.Logit = Field(ge=-10, le=10)
    """Weight for consent of sharing the plant's taxes with its province."""
    sasac_logit: units.Logit = Field(ge=-10, le=10)
    """Base of the odds that the holder of state assets refuses their sale."""
    sasac_private_logit: units.Logit = Field(ge=-10, le=10)
    """Weight for its refusal of a private buyer."""
    sasac_distress_logit: units.Logit = Field(ge=-10, le=10)
    """Weight for its consent of a seller in distress."""
    strategic_limit_mt: units.MtPerYear = Field(ge=0, le=50)
    """Refining capacity up to which a private group with smelters sells its refineries to a higher bid."""
    minority_share: units.Share
    """Yearly chance that a group short of alumina looks for a minority stake with offtake."""
    transfer_share: units.Share
    """Yearly chance that a province hands its refineries to a central group."""
    wave_memory_share: units.Share
    """Part of last year's merger wave that is left."""
    wave_dispersion_ratio: units.Ratio = Field(ge=0, le=5)
    """Weight in the wave of unlike margins of plants."""
    wave_liquidity_ratio: units.Ratio = Field(ge=0, le=5)
    """Weight in the wave of earnings over debt."""
    wave_deals_ratio: units.Ratio = Field(ge=0, le=5)
    """Weight in the wave of last year's deals."""
    wave_luck_ratio: units.Ratio = Field(ge=0, le=5)
    """Standard deviation of the wave's luck."""
    usual_deals_count: units.Count = Field(ge=0, le=50)
    """Deals of a usual year, which move the wave neither up nor down."""
    climate_share: units.Share = Field(gt=0, le=1)
    """Change against the base year that counts as one standard deviation of what moves waves."""
    climate_limit_ratio: units.Ratio = Field(ge=0, le=10)
    """Most standard deviations that count."""
    most_doublings_ratio: units.Ratio = Field(ge=0, le=10)
    """Doublings of ore purchases beyond which miners give no further discount."""
    core_share: units.Share
    """Part of their output that a group's own smelters need from which refineries are its core and not for sale."""
    serious_count: units.Count = Field(ge=1, le=50)
    """Bidders for one target that look closely: those to whom it is worth most on paper."""
    loan_years: units.Years = Field(ge=0, le=30)
    """Years for which a cheaper loan for a purchase runs."""
    stake_least_share: units.Share
    """Smallest minority stake with offtake."""
    stake_most_share: units.Share
    """Largest minority stake with offtake."""
    stake_kept_share: units.Share
    """Least part that stays with the seller of a minority stake."""
    minority_discount_share: units.Share
    """Part of its appraised value by which a private owner sells a minority stake for less, since control stays."""
    lockup_years: units.Years = Field(ge=0, le=10)
    """Years for which a buyer that is not in distress does not sell on what it has bought."""
    transferred_share: units.Share
    """Part of a state group that another gets in a transfer where the group has a holder."""


class Review(units.Declared):
    """Antitrust review of deals between owners: who must file, what is looked at, and how it ends."""

    low_hhi: units.HhiPoints = Field(ge=0, le=10_000)
    """HHI under which a deal is clear whatever its step."""
    high_hhi: units.HhiPoints = Field(ge=0, le=10_000)
    """HHI over which a large step is presumed to harm competition."""
    small_step_hhi: units.HhiPoints = Field(ge=0, le=10_000)
    """Step of the HHI under which a deal is clear below the high HHI."""
    large_step_hhi: units.HhiPoints = Field(ge=0, le=10_000)
    """Step of the HHI over which a deal is presumed to harm competition above the high HHI."""
    close_share: units.Share
    """Share of the buyer from which the authority looks closer."""
    dominant_share: units.Share
    """Share of the buyer from which harm is presumed."""
    filing_mcny: units.MillionCny = Field(ge=0, le=1_000_000)
    """Turnover at home of both sides together from which a deal must be filed."""
    party_mcny: units.MillionCny = Field(ge=0, le=1_000_000)
    """Turnover at home of each of two sides from which a deal must be filed."""
    review_clear_share: units.Share = Field(ge=0, lt=1)
    """Chance that a deal under review is cleared."""
    review_conditional_share: units.Share
    """Chance that it is cleared with conditions; the rest is blocked."""
    presumption_clear_share: units.Share = Field(ge=0, lt=1)
    """Chance that a deal presumed to harm competition is cleared."""
    presumption_conditional_share: units.Share
    """Chance that it is cleared with conditions; the rest is blocked."""
    strict_logit: units.Logit = Field(ge=0, le=20)
    """Added to the odds against a deal by full strictness."""
    strict_cut_share: units.Share
    """Part of the thresholds of the HHI that full strictness takes off."""
    divestment_years: units.Years = Field(ge=1, le=10)
    """Years within which a plant must be sold where that is the condition for a combination of whole groups."""
    undertaking_years: units.Years = Field(ge=0, le=30)
    """Years for which a supply undertaking holds."""


class Combining(units.Declared):
    """Combinations of whole groups, and what deals save afterwards."""

    reagent_saving_share: units.Share
    """Fall of the cost of the reagent per doubling of the buyer's refining capacity."""
    stocks_saving_cny_per_t: units.CnyPerT = Field(ge=0, le=50)
    """Interest on stocks of ore and alumina saved per tonne of a plant that joins a larger group."""
    most_saving_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """Most that all deals together save at one plant."""
    booking_years: units.Years = Field(ge=1, le=10)
    """Years over which savings come in."""
    disruption_cny_per_t: units.CnyPerT = Field(ge=0, le=100)
    """Cost of changing systems and crews at a plant in the first year in new hands."""
    ageing_share: Annotated[units.Share, Field(le=0.1)]
    """Part of replacement cost that appraisers take off for each year of age."""
    least_appraised_share: units.Share
    """Part of replacement cost under which a working plant is not appraised."""
    seller_share: units.Share
    """Part of the capitalised savings that the seller gets."""
    integration_cny_per_t: units.CnyPerT = Field(ge=0, le=100)
    """Cost of integration per tonne of refining capacity taken over."""
    across_cost_ratio: units.Ratio = Field(ge=1, le=4)
    """Cost of a combination across the line between state and private, over that of others."""
    base_logit: units.Logit = Field(ge=-10, le=10)
    """Base of the odds that two groups combine in a year."""
    gain_logit: units.Logit = Field(ge=0, le=50)
    """Weight of the gain over what the firm is worth."""
    most_gain_share: units.Share
    """Gain over worth beyond which odds do not rise."""
    distress_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of a target in distress, whose lenders want it sold."""
    wave_logit: units.Logit = Field(ge=0, le=10)
    """Weight of the merger wave over whole groups."""
    push_logit: units.Logit = Field(ge=0, le=10)
    """Weight of a full push for mergers."""
    province_logit: units.Logit = Field(ge=-10, le=10)
    """Weight of both having plants in one province."""
    divide_logit: units.Logit = Field(ge=0, le=10)
    """Weight against combinations across the line between state and private."""
    pride_logit: units.Logit = Field(ge=0, le=10)
    """Weight against giving up a firm that its founder runs and that does well."""
    weak_logit: units.Logit = Field(ge=0, le=10)
    """Pride that is lost in each year in which earnings did not cover interest."""
    handover_logit: units.Logit = Field(ge=0, le=10)
    """Pride that is lost when the founder hands over."""
    handover_share: units.Share
    """Yearly chance that the founder of a private group hands over."""
    handover_years: units.Years = Field(ge=1, le=20)
    """Years after a handover in which heirs listen to offers."""
    size_logit: units.Logit = Field(ge=0, le=10)
    """Weight against a target larger than usual, for each time of the usual share of the nation above it."""
    usual_size_share: units.Share = Field(gt=0)
    """Share of the nation's capacity up to which whole groups change hands without more ado."""
    suitor_mt: units.MtPerYear = Field(ge=0, le=20)
    """Refining capacity from which a group takes over others."""
    suitor_size_ratio: units.Ratio = Field(ge=0, le=5)
    """Least worth of the suitor over that of its target."""
    suitor_noise_share: units.Share
    """Standard error of a suitor's view of what it would gain, over that gain."""
    bought_share: units.Share = Field(gt=0.5)
    """Part of a private firm that its buyer takes; the founder keeps the rest."""
    least_bought_share: units.Share = Field(gt=0.5)
    """Least part with which a buyer short of money is content."""
    equals_ratio: units.Ratio = Field(gt=0, le=1)
    """Least equity, and least earnings, of the smaller of two groups over those of the larger to exchange shares."""
    order_push_ratio: units.Ratio = Field(ge=0, le=10)
    """By how many times a full push for mergers raises the chance of an order, besides once."""
    order_distress_ratio: units.Ratio = Field(ge=1, le=10)
    """Chance of an order for a group in distress over that of others."""
    order_central_ratio: units.Ratio = Field(ge=0, le=5)
    """Chance of an order for a central group over that of a provincial one."""
    order_local_share: units.Share
    """Chance that an order names a larger holder of the same province instead of a central group."""
    order_limit_mt: units.MtPerYear = Field(ge=0, le=50)
    """Refining capacity from which a state group is no longer merged into another by order."""
