"""Exports under standing terms to one country, which others open and close."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import MtPerYear, Share
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import Rulebook, StandingTrade


@POLICIES.register("standing_exports")
class StandingExports(Policy):
    """Set what is exported to the country of standing terms; of two such policies the later in the scenario holds."""

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "Australia barred alumina exports to Russia in March 2022; Chinese exports rose from 0.12 to 1.0 Mt in "
        "2022, and 77 % of 2.18 Mt in ten months of 2025 went to Russia"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("exports", "exports_mt", (1.5, 1.0, 0.5, 0.0), lowers("exports_mt"), {"elsewhere_share": 0.5}),
    )
    type: Literal["standing_exports"]
    exports_mt: MtPerYear = Field(ge=0, le=10)
    """Exports to it a year."""
    elsewhere_share: Share = 1.0
    """Part of the change that it buys from the rest of the world instead; the rest is not needed."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the exports changed."""
        return replace(rules, standing=StandingTrade(self.exports_mt, self.elsewhere_share, weight))
