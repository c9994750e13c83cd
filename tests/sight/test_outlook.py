"""What announced rules do to the costs of standing plants, by hand."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.opening import open_world
from sim.policies.rulebook import MudRule
from sim.sight.outlook import cost_with, lasting_costs, lasting_terms
from tests.tiny.worlds import CHEAP, COAST, DEAR, MIDDLING, tiny


def test_an_announced_fine_costs_what_lacks_of_the_target_on_every_tonne_of_mud() -> None:
    world = tiny()
    plants, regions = world.refineries, world.geography.regions
    plants.mud_use_share[:] = [0.1, 0.1, 0.4]
    before = lasting_costs(world).copy()

    inland = tuple(name for row, name in enumerate(regions) if row != COAST)
    rule = MudRule(0.3, 50.0, 0.0, 0.0, None, 1.0, inland)
    world.outlook = replace(world.outlook, red_mud=(rule,))

    # 50 on each tonne beyond a use of 0.3; the coast is not meant, and who uses more owes nothing
    dearer = lasting_costs(world) - before
    assert dearer[[CHEAP, DEAR]].tolist() == [0.0, 0.0]
    assert dearer[MIDDLING] == pytest.approx(0.2 * 50.0 * world.recipe.residue_t[MIDDLING])


@pytest.mark.parametrize("name", ["baseline", "copper_baseline"])
@pytest.mark.parametrize(
    "column", ["imported_share", "low_share", "waste_heat", "electric_steam", "ultra_low"]
)
def test_several_cases_cost_what_each_costs_alone(name: str, column: str) -> None:
    world = open_world(sim.load(name), 0)
    now, terms = getattr(world.refineries, column), lasting_terms(world)
    cases = np.array([np.zeros_like(now), now, np.ones_like(now)])

    together = cost_with(world, terms, **{column: cases})

    assert together.shape == cases.shape
    assert (together == [cost_with(world, terms, **{column: case}) for case in cases]).all()
