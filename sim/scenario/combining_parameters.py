"""Parameters of combinations of whole groups: what both save, what a firm is worth, and what keeps owners apart."""

from typing import Annotated

from pydantic import Field

from sim.core import units


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
