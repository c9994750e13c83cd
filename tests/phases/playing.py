"""Worlds for tests: fresh ones after the spin-up year, and runs of a few years with all that they recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mesa
import pandas as pd

from sim.agents.cast import Cast, Minds, cast_agents, minds
from sim.agents.decider import OwnerGroup
from sim.checks import Conservation
from sim.choice import Case, Intent
from sim.industry import Industry, release
from sim.opening import open_world
from sim.recorder import table_of_groups, table_of_plants, table_of_quarters, table_of_years
from sim.scenario.load import Scenario, load
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.world import World

Watcher = Callable[[World, str], None]


@dataclass(frozen=True)
class Played:
    """A run of a few years.

    Attributes:
        world: the world at the end.
        years: one row a year.
        quarters: one row a quarter.
        refineries: one row a refinery and year.
        groups: one row a group and year.
        residuals: largest gap of each conservation law.
    """

    world: World
    years: pd.DataFrame
    quarters: pd.DataFrame
    refineries: pd.DataFrame
    groups: pd.DataFrame
    residuals: dict[str, float]


_READ: dict[str, Scenario] = {}


def read(**overrides: Any) -> Scenario:
    """Give the baseline with changes; what has been read once is not read again, for a scenario is frozen."""
    key = repr(overrides)
    if key not in _READ:
        _READ[key] = load("baseline", **overrides)
    return _READ[key]


def fresh(seed: int = 1, **overrides: Any) -> World:
    """Give the world of the baseline with changes at the end of the spin-up year."""
    return open_world(read(**overrides), seed)


def fresh_industry(seed: int = 1, **overrides: Any) -> Industry:
    """Give an industry at the end of the spin-up year, let go of by Mesa at once."""
    industry = Industry(read(**overrides), seed)
    release(industry)
    return industry


def after_a_year(seed: int = 1, **overrides: Any) -> World:
    """Give the world of the baseline with changes at the end of 2026."""
    industry = fresh_industry(seed, **overrides)
    industry.step()
    return industry.world


def cast_of(world: World, agents: Minds | None = None) -> Cast:
    """Give the agents of a world, let go of by Mesa at once; some may take the place of the usual ones."""
    model = mesa.Model()
    cast = cast_agents(model, world, minds(agents))
    release(model)
    return cast


def asked_in(turn: Callable[[World, Cast, View], object], world: World, way: str = "") -> list[Case]:
    """Give what owner groups are asked in a turn; all go the same way where one is given and open to them."""
    asked: list[Case] = []

    class Asked(OwnerGroup):
        def decide(self, view: Any, case: Case) -> Intent:
            asked.append(case)
            return case.take(way if way in case.margins else case.best)

    turn(world, cast_of(world, {OwnerGroup: Asked}), look(world, lasting_mill_prices(world)))
    return asked


def play(years: int, seed: int = 1, *watchers: Watcher, **overrides: Any) -> Played:
    """Give a run of the baseline with changes over some years; watchers are called after each phase."""
    return play_scenario(read(**overrides), years, seed, *watchers)


def play_scenario(scenario: Scenario, years: int, seed: int, *watchers: Watcher) -> Played:
    """Give a run of a scenario over some years."""
    industry = Industry(scenario, seed)
    world, recorder = industry.world, industry.recorder
    conservation = Conservation(world)
    industry.checkers.extend((conservation, *watchers))
    for _ in range(years):
        industry.step()
    release(industry)
    return Played(
        world,
        table_of_years(recorder, scenario.pack),
        table_of_quarters(recorder, scenario.pack),
        table_of_plants(recorder, world),
        table_of_groups(recorder, world),
        conservation.residuals,
    )
