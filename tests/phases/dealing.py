"""Runs in which deals can be looked at: what each year's merging found and left behind."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import hhi
from sim.world.dealbook import Deal
from sim.world.world import World
from tests.phases.playing import play

SEEDS = (0, 1, 2, 3)


def of_group(deal: Deal) -> bool:
    """Say whether a deal is over a whole group, which combine; one in distress is a rescue as well."""
    return "-group-" in deal.id


def capacity(world: World) -> Floats:
    """Give nameplate by controlling group, (groups,) Mt/yr."""
    return total_by(world.refineries.group, world.refineries.nameplate_mt, len(world.groups))


@dataclass
class Witness:
    """Looks at an industry before and after each year's deals.

    Attributes:
        before: HHI before, by year.
        after: HHI after, by year.
        size: capacity of each group before, by year.
        leaving: plants that thought of leaving before, by year.
        known: plants that stand for identified ones, by year.
    """

    before: dict[int, float] = field(default_factory=dict)
    after: dict[int, float] = field(default_factory=dict)
    size: dict[int, Floats] = field(default_factory=dict)
    assets: dict[int, Floats] = field(default_factory=dict)

    def __call__(self, world: World, phase: str) -> None:
        """Look after a phase."""
        if phase == "settle":
            self.before[world.year] = hhi(capacity(world))
            self.size[world.year] = capacity(world)
            self.assets[world.year] = np.array(world.credit.assets_mcny)
        if phase == "merge":
            self.after[world.year] = hhi(capacity(world))


@dataclass(frozen=True)
class Dealt:
    """A run with what was seen of its deals."""

    world: World
    witness: Witness


@cache
def dealt(seed: int, years: int = 8) -> Dealt:
    """Give a run of the baseline."""
    return run_with(seed, years)


def run_with(seed: int, years: int, **overrides: Any) -> Dealt:
    """Give a run of the baseline with changes."""
    witness = Witness()
    return Dealt(play(years, seed, witness, **overrides).world, witness)
