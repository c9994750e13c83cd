"""The ceiling on aluminium smelting, which is the ceiling on the need for alumina."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import MtPerYear, PerYear
from sim.policies.policy import POLICIES, Lever, Policy, raises
from sim.policies.rulebook import Rulebook, SmelterCap


@POLICIES.register("smelter_cap")
class SmelterCeiling(Policy):
    """Move the ceiling of operating smelting; of two such policies the later in the scenario holds."""

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "NDRC and MIIT 2018: ceiling of about 45 Mt/yr of primary aluminium with one-for-one trade of quotas"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "ceiling", "ceiling_mt", (46.0, 48.0, 52.0, 60.0), raises("demand_mt"), {"growth_per_year": 0.02}
        ),
    )
    type: Literal["smelter_cap"]
    ceiling_mt: MtPerYear = Field(ge=10, le=90)
    """New ceiling of operating smelting, metal."""
    growth_per_year: PerYear | None = Field(default=None, ge=-0.2, le=0.2)
    """Growth of smelting from the first year on, up to the ceiling; left out, it grows as before."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the ceiling moved."""
        cap = SmelterCap(self.ceiling_mt, self.growth_per_year, self.start_year, weight)
        return replace(rules, smelter_cap=cap)
