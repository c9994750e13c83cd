"""What a lever is: a number of a policy that can be turned up in four steps, and what that should move, which way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

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
