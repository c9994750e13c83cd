"""Parameters of the environment: use of red mud, curbs of regions, compliance of plants, retrofits."""

from typing import Annotated

from pydantic import Field

from sim.core import units


class MudUse(units.Declared):
    """How uses of red mud spread; the uses themselves are rows of `mud_uses.csv`."""

    innovation_per_year: units.PerYear = Field(ge=0, le=1)
    """Rate at which a plant takes up a use that pays although nobody around has."""
    imitation_per_year: units.PerYear = Field(ge=0, le=3)
    """Added to that rate when all of its province has."""
    learning_share: Annotated[units.Share, Field(le=0.5)]
    """Fall of the cost of a use with each doubling of all mud ever used so."""
    sink_share: units.Share
    """Most that cement, roads and iron makers of a province can take of its mud."""
    widest_sink_share: units.Share
    """The same where space for mud is as scarce as stretches uses in full."""
    stretch_ratio: units.Ratio = Field(ge=1, le=5)
    """Mud that a use takes of a plant where space is scarce, over what it takes as a rule, at most."""
    stretch_cny_per_t: units.CnyPerT = Field(gt=0, le=1000)
    """Shadow price of space, per tonne of mud, at which uses are stretched and takers widened in full."""
    ban_gain_cny_per_t: units.CnyPerT = Field(gt=0, le=1000)
    """Gain of a tonne of mud that doubles the rate of uptake where no new pond is permitted."""
    free_gain_cny_per_t: units.CnyPerT = Field(gt=0, le=1000)
    """Gain beyond the threshold that doubles it where ponds are permitted."""
    free_threshold_cny_per_t: units.CnyPerT = Field(ge=0, le=1000)
    """Gain from which uptake is faster than usual where ponds are permitted."""
    opening_ratio: units.Ratio = Field(ge=0, le=3)
    """Scale of how widely uses are spread at the start."""


class Curbs(units.Declared):
    """Curbs of regions: when they come, how deep they are, and whom they hit first."""

    fresh_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of mud freshly stacked over what is allowed, in the environmental index of a region."""
    stock_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of mud in ponds over the ceiling."""
    carbon_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of CO2, which stands for energy, over the budget."""
    slope_ratio: units.Ratio = Field(ge=0, le=10)
    """Log rise of the rate of curbs per unit of the index."""
    reference_ratio: units.Ratio = Field(ge=0, le=2)
    """Index at which the rate is the region's own."""
    depth_low_share: units.Share
    """Shallowest curb, share of what the region could run."""
    depth_high_share: units.Share
    """Deepest curb."""
    longest_quarters: units.Quarters = Field(ge=1, le=12)
    """Longest duration; the shortest is one quarter."""
    deepest_share: units.Share
    """Most that a plant is cut before the next one in the order of compliance is."""
    backbone_share: units.Share
    """Share of installed capacity from which a group counts as backbone of the industry."""
    exempt_share: units.Share
    """Part of the capacity of backbone groups that the first cuts spare."""
    hard_winter_share: units.Share
    """Chance that a heating season brings limits beyond those of the winter of the base year."""
    winter_share: units.Share
    """Cut of plants below class A in such a fourth and first quarter, in regions with heating-season limits."""


class Compliance(units.Declared):
    """How well a plant stands with inspectors."""

    use_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of the use of mud over its target."""
    class_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of environmental class A."""
    carbon_ratio: units.Ratio = Field(ge=0, le=1)
    """Weight of the carbon benchmark over own emission."""
    target_share: units.Share
    """Share of mud that should be used, by national plan."""
    benchmark_tco2_per_t: units.Tco2PerT = Field(ge=0.1, le=5)
    """Emission of a good plant."""
    modern_year: units.Year
    """Plants that started since are modern."""
    class_a_modern_share: units.Share
    """Share of modern plants in environmental class A."""
    class_a_old_share: units.Share
    """The same of older plants."""
    class_a_duty_year: units.Year
    """Plants that start since must be of class A."""


class Retrofits(units.Declared):
    """What can be done to a standing plant, once."""

    attention_share: units.Share
    """Chance that an owner looks into the retrofits of a plant in a year."""
    waste_heat_capex_cny_per_t: units.CnyPerT = Field(ge=0, le=3000)
    """Investment to recover waste heat."""
    waste_heat_gj_per_t: units.GjPerT = Field(ge=0, le=5)
    """Heat that it saves."""
    steam_capex_cny_per_t: units.CnyPerT = Field(ge=0, le=3000)
    """Investment to raise steam with electricity (mechanical vapour recompression)."""
    steam_cost_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """What that adds to cash cost."""
    steam_cut_share: units.Share
    """Part of CO2 that it saves."""
    dry_stacking_capex_cny_per_t: units.CnyPerT = Field(ge=0, le=3000)
    """Investment to press mud and stack it dry, per tonne of capacity."""
    dry_stacking_gain_share: units.Share
    """How much more mud the same ponds then hold."""
    ultra_low_capex_cny_per_t: units.CnyPerT = Field(ge=0, le=3000)
    """Investment to bring calciners and boilers of a standing plant to ultra-low emission, class A."""
    ultra_low_cost_cny_per_t: units.CnyPerT = Field(ge=0, le=500)
    """What that adds to cash cost."""
