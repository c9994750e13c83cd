"""Self-discipline of the industry: large groups agree to leave capacity idle."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, raises
from sim.policies.rulebook import Rulebook, Withholding


@POLICIES.register("self_discipline")
class SelfDiscipline(Policy):
    """Let large groups withhold part of their runnable capacity, as far as they keep their word.

    Members cut all their plants alike; who is no member runs as it likes, and so do foreign refineries.
    """

    source: ClassVar[str] = (
        "CNIA aluminium branch, Taiyuan consensus of August 2022 of firms with 80 % of capacity; drive against "
        "cut-throat competition of July 2025 (SMM, 1 August 2025)"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("cut", "cut_share", (0.05, 0.1, 0.2, 0.3), raises("margin_cny_per_t")),
    )
    type: Literal["self_discipline"]
    cut_share: Share
    """Share of runnable capacity that members promise to leave idle."""
    least_share: Share = 0.04
    """Share of installed capacity from which an owner group is a member."""
    compliance_share: Share = 0.7
    """Part of the promise that is kept."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the agreement in it."""
        agreed = Withholding(weight * self.cut_share * self.compliance_share, self.least_share)
        return replace(rules, withholdings=(*rules.withholdings, agreed))
