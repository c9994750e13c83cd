"""Parameters of new plants: what owners build and where, what is approved, and what ports can land."""

from typing import Annotated

from pydantic import Field

from sim.core import units


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
