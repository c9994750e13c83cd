"""Self-discipline of the industry: large groups agree to leave capacity idle."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerT, Share
from sim.policies.policy import POLICIES, Lever, Policy, raises
from sim.policies.rulebook import Rulebook, Withholding


@POLICIES.register("self_discipline")
class SelfDiscipline(Policy):
    """Let large groups pledge to leave part of their runnable capacity idle; each year each keeps its word or not.

    Who keeps it cuts all its plants alike; who is no member runs as it likes, and so do foreign refineries.
    """

    source: ClassVar[str] = (
        "CNIA aluminium branch, Taiyuan consensus of August 2022 of firms with 80 % of capacity; drive against "
        "cut-throat competition of July 2025 (SMM, 1 August 2025)"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("cut", "cut_share", (0.05, 0.1, 0.2, 0.3), raises("margin_cny_per_t")),
        Lever(
            "breach",
            "breach_cny_per_t",
            (50.0, 100.0, 200.0, 400.0),
            raises("withheld_mt"),
            {"cut_share": 0.15},
        ),
    )
    type: Literal["self_discipline"]
    cut_share: Share
    """Share of runnable capacity that members promise to leave idle."""
    least_share: Share = 0.04
    """Share of installed capacity from which an owner group is a member."""
    breach_cny_per_t: Annotated[CnyPerT, Field(ge=0, le=2000)] = 0.0
    """What breaking its word costs a member, per tonne that it makes against it; nothing where words are all."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the agreement in it."""
        pledge = Withholding(weight * self.cut_share, self.least_share, self.breach_cny_per_t)
        return replace(rules, withholdings=(*rules.withholdings, pledge))
