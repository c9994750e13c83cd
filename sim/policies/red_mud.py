"""Use of red mud as a duty, and ponds that are refused or must last longer."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerT, PerYear, Ratio, Share, Years
from sim.policies.policy import POLICIES, Lever, Policy, Regions, raises
from sim.policies.rulebook import MudRule, PondRelief, Rulebook


@POLICIES.register("red_mud")
class RedMudDuty(Policy):
    """Ask for a rising share of red mud to be used, fine what is stacked beyond it, refuse new ponds.

    The target follows its own path from the first year on; ramp and strength scale the fine, the chance
    that plants act on it, the refusal of ponds and the change of the required pond life. Whoever wants to build
    new gets no pond from the announcement on.
    """

    source: ClassVar[str] = (
        "Action plan on red mud, MIIT and others, joint energy [2024] 225: 15 % of new mud used in 2027, 25 % "
        "in 2030; special action on ponds in Shanxi, SMM, 26 June 2024; adoption after Bass 1969"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "fine",
            "penalty_cny_per_t",
            (20.0, 40.0, 80.0, 160.0),
            raises("red_mud_used_share"),
            {"target_share": 0.15, "target_rise_per_year": 0.033},
        ),
        Lever(
            "ponds",
            "strength_share",
            (0.25, 0.5, 0.75, 1.0),
            raises("red_mud_used_share"),
            {"target_share": 0.0, "closing_share": 0.0, "pond_ban": True},
        ),
    )
    type: Literal["red_mud"]
    target_share: Share
    """Share of new mud that should be used in the first year."""
    target_rise_per_year: PerYear = Field(default=0.0, ge=0, le=0.5)
    """Yearly rise of that target."""
    penalty_cny_per_t: CnyPerT = Field(default=0.0, ge=0, le=1000)
    """Paid per tonne of mud that is stacked beyond the target."""
    closing_share: Share = 0.3
    """Yearly chance at least that a plant below the target takes up a use that pays, fine and pond space counted."""
    pond_ban: bool = False
    """Whether applications for new ponds are refused."""
    required_life_years: Years | None = Field(default=None, ge=0.1, le=10)
    """Pond life below which a plant throttles; left out, it stays as it is."""
    relief_ratio: Ratio | None = Field(default=None, ge=1, le=5)
    """Price over mean cash cost and an ordinary margin from which refusals are suspended; left out, they never are."""
    relief_margin_cny_per_t: CnyPerT = Field(default=170.0, ge=0, le=2000)
    """That ordinary margin."""
    relief_years: Years = Field(default=2.0, ge=1, le=10)
    """Years without refusals from then on."""
    relief_space_years: Years = Field(default=2.0, ge=0, le=10)
    """Years of full output for which plants that are short of space get it at once."""
    regions: Regions = ()
    """Regions where all this holds; none named is everywhere."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the duty in it."""
        target = self.target_share + self.target_rise_per_year * (year - self.start_year)
        rule = MudRule(
            target_share=min(1.0, target),
            penalty_cny_per_t=weight * self.penalty_cny_per_t,
            closing_share=weight * self.closing_share,
            refused_share=weight * self.pond_ban,
            required_life_years=self.required_life_years,
            weight_share=weight,
            regions=self.regions,
            relief=self.relief(),
        )
        return replace(rules, red_mud=(*rules.red_mud, rule))

    def relief(self) -> PondRelief | None:
        """When refusals of ponds are suspended; none where nothing is refused or no price is named."""
        if self.relief_ratio is None or not self.pond_ban:
            return None
        return PondRelief(
            self.relief_ratio, self.relief_margin_cny_per_t, int(self.relief_years), self.relief_space_years
        )
