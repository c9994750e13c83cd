"""Ultra-low emission as a duty: plants below environmental class A may run less from a deadline on."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, Regions, raises
from sim.policies.rulebook import EmissionDuty, Rulebook


@POLICIES.register("ultra_low_emission")
class UltraLowEmission(Policy):
    """Cut what plants below environmental class A may run, from the first year on.

    The first year is the deadline. From the announcement on owners look into such plants every year.
    """

    source: ClassVar[str] = (
        "Guideline on emergency cuts by environmental grade, MEE, 2019 and 2020: class A is exempt, class D stops; "
        "Yuncheng, winter 2020-21: 70 % off class D for five months (http://al-jin.com/news/1372.html); aluminium "
        "plan 2025-27, MIIT and nine others, 28 March 2025: class A for new plants"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("limit", "limit_share", (0.1, 0.2, 0.3, 0.6), raises("class_a_share")),
    )
    type: Literal["ultra_low_emission"]
    limit_share: Share = Field(default=0.3)
    """Part of their capacity that plants below class A may not run; 70 % for five months are 0.29 of a year."""
    regions: Regions = ()
    """Regions where it holds; none named is everywhere."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the duty in it."""
        duty = EmissionDuty(weight * self.limit_share, self.regions)
        return replace(rules, emission_duties=(*rules.emission_duties, duty))
