"""A ceiling on what one group may have of the industry."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import Rulebook


@POLICIES.register("group_ceiling")
class GroupCeiling(Policy):
    """Refuse deals between owners after which one group would have more than a share of the nation's capacity."""

    source: ClassVar[str] = (
        "No ceiling is in force for alumina; the state split power so that no firm has most of it"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("share", "most_share", (0.25, 0.2, 0.17, 0.15), lowers("largest_share")),
    )
    type: Literal["group_ceiling"]
    most_share: Share = Field(gt=0, le=1)
    """Most of the nation's refining capacity that one group may have after a deal."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the ceiling in it; of two ceilings the lower holds."""
        ceiling = 1.0 - weight * (1.0 - self.most_share)
        return replace(rules, group_ceiling_share=min(rules.group_ceiling_share, ceiling))
