"""Planned projects of the register: odds first, then cash cost, and no further question of value."""

import numpy as np

from sim.scenario.load import load
from sim.world.population import BUILDING, PLANNED
from sim.world.world import World
from tests.decisions.build.test_applying import RICH_CNY_PER_T, eager, invest


def planned(odds: float, price: float = RICH_CNY_PER_T) -> World:
    """Give a world whose planned projects have certain odds."""
    rows = {row.id: {"odds_share": odds} for row in load("baseline").pack.projects if row.stage == "planned"}
    return eager(price, rows={"projects": rows})


def test_a_project_without_luck_waits_whatever_it_is_worth() -> None:
    world = planned(0.0)
    listed = world.refineries.project_stage == PLANNED

    invest(world)

    assert listed.any()
    assert (world.refineries.project_stage[listed] == PLANNED).all()


def test_a_project_that_goes_ahead_takes_two_years() -> None:
    world = planned(1.0)
    listed = np.flatnonzero(world.refineries.project_stage == PLANNED)

    invest(world)

    gone = listed[world.refineries.project_stage[listed] == BUILDING]
    assert gone.size > 0
    assert (world.refineries.due_year[gone] == 2028).all()


def test_a_project_with_luck_goes_ahead_below_the_value_that_its_owner_asks_for() -> None:
    # At 3,300 the cash cost of Wanzhou, some 2,900, is covered, and the investment of 3,000 a tonne is not.
    world = planned(1.0, 3300.0)

    invest(world)

    made = next(each for each in world.decisions if each.agent == "wanbo-expansion")
    assert made.options["build"] < 0.0 < made.margin


def test_a_project_that_would_not_cover_its_cash_cost_waits() -> None:
    world = planned(1.0, 1500.0)
    listed = world.refineries.project_stage == PLANNED

    invest(world)

    assert (world.refineries.project_stage[listed] == PLANNED).all()
