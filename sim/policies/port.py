"""Berths for ore carriers that government builds."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.core.units import MtPerYear
from sim.policies.policy import POLICIES, Lever, Policy, raises
from sim.policies.rulebook import Rulebook


@POLICIES.register("port")
class PortBuilding(Policy):
    """Add room for imported ore at one cluster of ports, which makes its hinterland cheaper to supply."""

    source: ClassVar[str] = (
        "Fangchenggang, 200,000-tonne ore berths, and Pinglu canal (opening 2026), Guangxi government plans, "
        "from memory"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("berths", "ore_mt", (10.0, 20.0, 40.0, 80.0), raises("coastal_share"), places=("port",)),
    )
    type: Literal["port"]
    port: str = Field(min_length=1, max_length=60)
    """Which cluster, a row of ports.csv."""
    ore_mt: MtPerYear = Field(ge=0, le=500)
    """Ore that can be landed in addition."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the berths in it."""
        return replace(rules, berths=(*rules.berths, (self.port, weight * self.ore_mt)))
