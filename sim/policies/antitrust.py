"""Stricter merger control, up to a ban."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.merger_rules import MergerControl
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import Rulebook


@POLICIES.register("antitrust")
class Antitrust(Policy):
    """Let the authority look harder at deals, or refuse a share of them unheard; deals inside one owner stay free."""

    source: ClassVar[str] = (
        "SAMR guidelines on horizontal mergers, in force December 2024, and filing thresholds of January 2024, after "
        "law-firm summaries; stricter versions are made up"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "ban", "banned_share", (0.25, 0.5, 0.75, 1.0), lowers("hhi_control"), {"strictness_share": 0.0}
        ),
        Lever("review", "strictness_share", (0.25, 0.5, 0.75, 1.0), lowers("hhi_control")),
    )
    type: Literal["antitrust"]
    strictness_share: Share
    """How much stricter than usual, 0 not at all to 1: thresholds halved, odds against a deal twenty times as high."""
    banned_share: Share = 0.0
    """Share of deals between owners that are refused unheard, small ones called in too; 1 is a ban on mergers."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the stance in it; of two stances the stricter holds in each respect."""
        before = rules.merger_control or MergerControl(0.0, 0.0)
        stance = MergerControl(
            max(before.strictness_share, weight * self.strictness_share),
            max(before.banned_share, weight * self.banned_share),
        )
        return replace(rules, merger_control=stance)
