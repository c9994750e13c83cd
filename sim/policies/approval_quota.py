"""National approval of new refineries: a quota, regions that are barred, conditions on ore and energy."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import GjPerT, MtPerYear, Share
from sim.policies.policy import POLICIES, Lever, Policy, Regions, lowers
from sim.policies.rulebook import Approval, Rulebook


@POLICIES.register("approval_quota")
class ApprovalQuota(Policy):
    """Limit the new nameplate that is approved in a year; of two such policies the later in the scenario holds.

    New capacity for which old capacity goes needs no quota, and in a barred region it may be built if the old one
    stood in the same province. A strength below one lets that much more through:
    half the strength is twice the quota, and half of the applications for barred regions are read.
    """

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "State Council, energy saving plan 2024-25: strictly control new alumina capacity, energy benchmark; "
        "development plan for aluminium 2025-27: no new alumina in key air-pollution regions, ore first"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("quota", "quota_mt", (9.0, 6.0, 3.0, 0.0), lowers("approved_mt")),
    )
    type: Literal["approval_quota"]
    quota_mt: MtPerYear = Field(ge=0, le=200)
    """New nameplate approved in a year."""
    barred_regions: Regions = ()
    """Regions where nothing new is approved but old capacity may be replaced."""
    ore_control_share: Share = 0.0
    """Least part of its ore that an applicant must control."""
    energy_limit_gj_per_t: GjPerT = Field(default=50.0, ge=1, le=50)
    """Most heat that a new plant may use."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the quota in it."""
        approval = Approval(
            quota_mt=self.quota_mt / weight,
            barred_regions=self.barred_regions,
            barred_share=weight,
            ore_control_share=weight * self.ore_control_share,
            energy_limit_gj_per_t=self.energy_limit_gj_per_t / weight,
        )
        return replace(rules, approval=approval)
