"""Cover alumina refining by the national emissions trading scheme."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerTco2, PerYear, Share, Tco2PerT
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import Rulebook

PATH_YEAR = 2030


@POLICIES.register("carbon")
class CarbonTrading(Policy):
    """Charge emissions above a falling benchmark and pay for those below it.

    A plant below its free allotment earns: its carbon cost is negative.
    """

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "MEE 2025: the scheme covers electrolytic aluminium from 2024, refining is not covered; "
        "ICAP and S&P summaries of March 2025"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "price",
            "price_cny_per_tco2",
            (60.0, 120.0, 240.0, 480.0),
            lowers("co2_t_per_t"),
            {"benchmark_tco2_per_t": 0.8},
        ),
    )
    type: Literal["carbon"]
    price_cny_per_tco2: CnyPerTco2 = Field(ge=0, le=5000)
    """Price of an allowance, in the first year."""
    later_price_cny_per_tco2: CnyPerTco2 | None = Field(default=None, ge=0, le=5000)
    """Price in 2030 and after, reached in equal steps; left out, the price stays as it is."""
    benchmark_tco2_per_t: Tco2PerT = Field(ge=0, le=5)
    """Free allocation per tonne of alumina in the first year."""
    decline_per_year: PerYear = Field(default=0.015, ge=0, le=0.5)
    """Yearly fall of the benchmark."""
    paid_share: Share = 0.0
    """Part of the benchmark that is auctioned instead of allotted free."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with refining covered."""
        benchmark = self.benchmark_tco2_per_t * (1.0 - self.decline_per_year) ** (year - self.start_year)
        return replace(
            rules,
            carbon_price_cny_per_tco2=weight * self.price_in(year),
            carbon_benchmark_tco2_per_t=benchmark * (1.0 - self.paid_share),
        )

    def price_in(self, year: int) -> float:
        """The price of an allowance in a year, CNY per tonne of CO2."""
        if self.later_price_cny_per_tco2 is None:
            return self.price_cny_per_tco2
        if year >= PATH_YEAR:
            return self.later_price_cny_per_tco2
        done = (year - self.start_year) / (PATH_YEAR - self.start_year)
        return self.price_cny_per_tco2 + done * (self.later_price_cny_per_tco2 - self.price_cny_per_tco2)
