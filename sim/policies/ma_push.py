"""A national push for mergers led by large firms."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerT, Count, Logit, PerYear, Share
from sim.policies.merger_rules import MergerPush
from sim.policies.policy import POLICIES, Groups, Lever, Policy, raises
from sim.policies.rulebook import Rulebook


@POLICIES.register("ma_push")
class PushForMergers(Policy):
    """Help mergers along: cheaper loans, a place in the queue, shared taxes, a lenient review, more deals a year."""

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "NDRC article of 26 December 2025: mergers led by large firms encouraged in 2026-30 (RTHK); the size of "
        "each help is an assumption"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "push",
            "strength_share",
            (0.25, 0.5, 0.75, 1.0),
            raises("hhi_control"),
            {
                "loan_discount_per_year": 0.016,
                "approval_cny_per_t": 300.0,
                "kept_tax_share": 1.0,
                "review_shift_logit": -2.0,
                "deals_count": 4,
            },
        ),
    )
    type: Literal["ma_push"]
    loan_discount_per_year: PerYear = Field(default=0.008, ge=0, le=0.05)
    """Fall of the loan rate on purchases."""
    approval_cny_per_t: CnyPerT = Field(default=0.0, ge=0, le=500)
    """Worth to a buyer of a better place in the queue for approvals, per tonne of capacity bought."""
    kept_tax_share: Share = 0.4
    """Part of a plant's taxes that its province keeps when it is sold to a buyer from outside."""
    review_shift_logit: Logit = Field(default=-0.3, ge=-5, le=5)
    """Added to the odds against a deal in antitrust review; negative is lenient."""
    deals_count: Count = Field(default=2, ge=1, le=6)
    """Control purchases that one buyer may close in a year."""
    groups: Groups = ()
    """Owner groups that it helps as buyers; none named is all."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the push in it; of two pushes the later one holds."""
        push = MergerPush(
            weight_share=weight,
            loan_discount_per_year=weight * self.loan_discount_per_year,
            approval_cny_per_t=weight * self.approval_cny_per_t,
            kept_tax_share=weight * self.kept_tax_share,
            review_shift_logit=weight * self.review_shift_logit,
            deals_count=self.deals_count,
            groups=self.groups,
        )
        return replace(rules, merger_push=push)
