"""Closure of old and small plants by decree."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import MtPerYear, Year
from sim.policies.policy import POLICIES, Lever, Policy, Regions, lowers
from sim.policies.rulebook import PhaseOut, Rulebook


@POLICIES.register("phase_out")
class OldPlants(Policy):
    """Close all plants built before a year or smaller than a size, the oldest first.

    They are gone by the end of the first year, or in equal steps by the end of the ramp. A strength below one
    closes that share of the capacity that is meant, the last plant in full.
    """

    source: ClassVar[str] = (
        "NDRC catalogue for guiding industrial restructuring: classes of plant to be eliminated by a year (the "
        "form; its lists name no Bayer plant by age, from memory); State Council, energy saving plan 2024-25"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("age", "built_before_year", (1980, 1990, 1995, 2000), lowers("capacity_mt")),
        Lever(
            "size",
            "smaller_than_mt",
            (0.3, 0.5, 0.8, 1.0),
            lowers("capacity_mt"),
            {"built_before_year": 1900},
        ),
    )
    type: Literal["phase_out"]
    built_before_year: Year
    """Plants that started earlier must close; 1900 means none."""
    smaller_than_mt: MtPerYear = Field(default=0.0, ge=0, le=20)
    """Plants of a smaller nameplate must close, too."""
    regions: Regions = ()
    """Regions where this holds; none named is everywhere."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the closures in it."""
        rule = PhaseOut(
            policy=self.id,
            since_year=self.start_year,
            built_before_year=self.built_before_year,
            smaller_than_mt=self.smaller_than_mt,
            due_share=weight,
            regions=self.regions,
        )
        return replace(rules, phase_outs=(*rules.phase_outs, rule))
