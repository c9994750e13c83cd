"""Cover alumina refining by the national emissions trading scheme."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerTco2, PerYear, Tco2PerT
from sim.policies.policy import POLICIES, Policy
from sim.policies.rulebook import Rulebook


@POLICIES.register("carbon")
class CarbonTrading(Policy):
    """Charge emissions above a falling benchmark and pay for those below it."""

    source: ClassVar[str] = (
        "MEE 2025: the scheme covers electrolytic aluminium from 2024, refining is not covered; "
        "ICAP and S&P summaries of March 2025"
    )
    type: Literal["carbon"]
    price_cny_per_tco2: CnyPerTco2 = Field(ge=0, le=5000)
    """Price of an allowance."""
    benchmark_tco2_per_t: Tco2PerT = Field(ge=0, le=5)
    """Free allocation per tonne of alumina in the first year."""
    decline_per_year: PerYear = Field(default=0.015, ge=0, le=0.5)
    """Yearly fall of the benchmark."""

    def amend(self, rules: Rulebook, year: int) -> Rulebook:
        """Give the rulebook with refining covered."""
        weight = self.weight(year)
        if weight == 0.0:
            return rules
        benchmark = self.benchmark_tco2_per_t * (1.0 - self.decline_per_year) ** (year - self.start_year)
        return replace(
            rules,
            carbon_price_cny_per_tco2=weight * self.price_cny_per_tco2,
            carbon_benchmark_tco2_per_t=benchmark,
        )
