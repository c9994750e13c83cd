"""What every policy is: a frozen declaration with dates, a ramp and a strength, that amends the rulebook.

Contract, for whoever adds one: a policy is one file in this folder. It declares its numbers with units, and its
`enact` returns an amended copy of the rulebook and changes nothing else. It is asked where the weight is above
zero; `weight` is zero before `start` and after `end`, so nothing can happen early. What is announced
and not yet in force is in the outlook of those who look ahead (`sim/phases/foresight.py`), and only there.
It has `levers`, each with four strengths and its aim, which `shakeout levers` plays.

What a lever is: a number of a policy that can be turned up in four steps, and what that should move, which way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import Field

from sim.core.registry import Registry
from sim.core.units import Declared, Share, Year, Years
from sim.policies.rulebook import Rulebook

HIGHER, LOWER = "higher", "lower"
"""Which way an aim lies."""
STRENGTHS = 4
"""How many strengths a lever has."""


@dataclass(frozen=True)
class Aim:
    """What a policy is for, in one measure.

    Attributes:
        measure: a metric.
        direction: `higher` or `lower`.
        inside: whether the measure is that of the regions which the policy names, at the end, and not the nation's;
            only `capacity_mt` is known by region.
    """

    measure: str
    direction: str
    inside: bool = False

    @property
    def sign(self) -> float:
        """1 if the measure should rise, else -1."""
        return 1.0 if self.direction == HIGHER else -1.0


def raises(measure: str) -> Aim:
    """The aim that a measure is higher."""
    return Aim(measure, HIGHER)


def lowers(measure: str) -> Aim:
    """The aim that a measure is lower."""
    return Aim(measure, LOWER)


@dataclass(frozen=True)
class Lever:
    """One number of a policy at four strengths, with the aim that it serves.

    Attributes:
        name: what is turned, in a word; a lever is called by its policy and its name, `carbon.price`.
        dial: the field that is turned.
        doses: its values, from mild to strong.
        aim: what it should move, and which way.
        also: other fields that the policy needs, the same at all strengths.
        places: fields that name a place of the industry; its pack says which (`levers` in `industry.yaml`).
    """

    name: str
    dial: str
    doses: tuple[float, ...]
    aim: Aim
    also: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    places: tuple[str, ...] = ()


Regions = Annotated[tuple[str, ...], Field(strict=False)]
"""Ids of supply regions, or of provinces for all their regions; a scenario is checked for those that its pack lacks."""
Groups = Annotated[tuple[str, ...], Field(strict=False)]
"""Ids of owner groups; a scenario is checked for those that its pack lacks."""


class Policy(Declared):
    """One dated instrument."""

    source: ClassVar[str]
    """Where the instrument, or the idea of it, comes from."""
    levers: ClassVar[tuple[Lever, ...]] = ()
    """What of it can be turned up, in four strengths, and what each is for (`sim/policies/policy.py`)."""

    holds_once: ClassVar[bool] = False
    """Whether a later one in a scenario takes the place of an earlier one, where others hold side by side."""

    id: str = Field(min_length=1, max_length=60)
    """Name of this policy in its scenario."""
    type: str
    """Which instrument it is."""
    start_year: Year
    """First year in which it holds."""
    end_year: Year | None = None
    """Last year in which it holds; left out, it never ends."""
    announce_year: Year | None = None
    """Year in which it becomes known; left out, it is known when it starts."""
    ramp_years: Years = Field(default=0.0, ge=0, le=30)
    """Years over which it grows to full strength."""
    strength_share: Share = 1.0
    """Strength at the end of the ramp; zero is the same as leaving the policy out."""

    def known(self, year: int) -> bool:
        """Tell whether it has been announced by a year."""
        return year >= (self.start_year if self.announce_year is None else self.announce_year)

    def weight(self, year: int) -> float:
        """Give the strength in a year, share 0-1."""
        if year < self.start_year or (self.end_year is not None and year > self.end_year):
            return 0.0
        return self.strength_share * min(1.0, (year - self.start_year + 1) / (self.ramp_years + 1.0))

    def amend(self, rules: Rulebook, year: int) -> Rulebook:
        """Give the rulebook with this policy in it, the same where it has no weight."""
        weight = self.weight(year)
        return self.enact(rules, year, weight) if weight > 0.0 else rules

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """Give the rulebook with this policy in it at a weight above zero."""
        raise NotImplementedError


POLICIES: Registry[type[Policy]] = Registry("policy")
"""Every instrument by its type name."""
