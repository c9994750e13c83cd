"""A ceiling on what the refineries of a region may run, and more inspections there."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import MtPerYear, Ratio, Share
from sim.policies.policy import LOWER, POLICIES, Aim, Lever, Policy, Regions, raises
from sim.policies.rulebook import RegionalCap, Rulebook


@POLICIES.register("regional_cap")
class RegionalCeiling(Policy):
    """Cap what the refineries of some regions may run, each in proportion, and send more inspectors.

    Owners count the announced ceiling before they build or hold; one in tonnes refuses newcomers when it is full.
    """

    source: ClassVar[str] = (
        "Guangxi, August 2021: alumina output of the region to be cut by 50 % under energy dual control (SMM, "
        "4 January 2022); NDRC article of 26 December 2025 on weighing environmental capacity"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "ceiling",
            "ceiling_share",
            (0.9, 0.75, 0.6, 0.45),
            Aim("capacity_mt", LOWER, inside=True),
            places=("regions",),
        ),
        Lever(
            "inspections",
            "inspection_ratio",
            (2.0, 4.0, 8.0, 16.0),
            raises("curb_quarters"),
            {"ceiling_share": 1.0},
            places=("regions",),
        ),
    )
    type: Literal["regional_cap"]
    ceiling_share: Share
    """Most that may run, share of what could; 1 leaves the ceiling to `ceiling_mt`."""
    ceiling_mt: MtPerYear | None = Field(default=None, ge=0, le=200)
    """Most that may run in all these regions together; left out, there is no such ceiling."""
    inspection_ratio: Ratio = Field(default=1.0, ge=1, le=20)
    """How many times as often as usual curbs come to these regions."""
    regions: Regions = ()
    """Regions capped; none named is the whole country."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the ceiling in it."""
        cap = RegionalCap(
            policy=self.id,
            ceiling_share=self.ceiling_share,
            ceiling_mt=self.ceiling_mt,
            inspection_ratio=1.0 + weight * (self.inspection_ratio - 1.0),
            weight_share=weight,
            regions=self.regions,
        )
        return replace(rules, regional_caps=(*rules.regional_caps, cap))
