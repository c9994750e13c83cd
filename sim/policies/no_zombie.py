"""National discipline against propping up plants that lose money."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import Rulebook


@POLICIES.register("no_zombie")
class NoZombie(Policy):
    """Make local support of losing plants less likely."""

    source: ClassVar[str] = (
        "Watanabe 2017, 2020 (RIETI 17-J-058, 20-E-014) on support of loss-making steel makers"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("discipline", "discipline_share", (0.25, 0.5, 0.75, 1.0), lowers("support_mcny")),
    )
    type: Literal["no_zombie"]
    discipline_share: Share
    """National discipline, 0 none to 1 full."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the discipline in force."""
        added = weight * self.discipline_share
        return replace(rules, discipline_share=min(1.0, rules.discipline_share + added))
