"""Old capacity for new: how much must go, what counts, and whether anything is built without."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import CnyPerT, Ratio, Years
from sim.policies.policy import POLICIES, Lever, Policy, lowers, raises
from sim.policies.rulebook import Rulebook, SwapRule


@POLICIES.register("swap")
class CapacitySwap(Policy):
    """Set the terms on which old capacity is replaced by new; of two such policies the later holds.

    Where nameplate counts and idle time does not, plants that never run any more are worth a new one that does.
    """

    holds_once: ClassVar[bool] = True
    source: ClassVar[str] = (
        "MIIT, capacity replacement in steel and aluminium, 2021 (1.5 to 1 in key regions, 1.25 elsewhere, from "
        "memory); alumina has no national rule; Shandong replaces within the province"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "subsidy",
            "subsidy_cny_per_t",
            (250.0, 500.0, 1000.0, 2000.0),
            raises("relocations_mt"),
            {"ratio": 1.0},
        ),
        Lever("ratio", "ratio", (1.0, 1.25, 1.5, 2.0), lowers("capacity_mt"), {"required": True}),
    )
    type: Literal["swap"]
    ratio: Ratio = Field(ge=0.2, le=5)
    """Old capacity that must go for each tonne of new capacity."""
    basis: Literal["nameplate", "runnable"] = "nameplate"
    """Which old capacity counts."""
    longest_idle_years: Years = Field(default=99.0, ge=0, le=99)
    """A plant idle for longer does not count."""
    required: bool = False
    """Whether nothing new is approved without old capacity that goes."""
    subsidy_cny_per_t: CnyPerT = Field(default=0.0, ge=0, le=3000)
    """What government adds to the investment of a move, per tonne of new capacity."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the terms in it."""
        terms = SwapRule(
            ratio=self.ratio,
            runnable=self.basis == "runnable",
            longest_idle_years=self.longest_idle_years,
            required=self.required,
            subsidy_cny_per_t=weight * self.subsidy_cny_per_t,
            weight_share=weight,
        )
        return replace(rules, swap=terms)
