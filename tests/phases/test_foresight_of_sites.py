"""What is announced reaches the cost of new plants as it reaches that of standing ones; moves keep their holders."""

from typing import Any

import numpy as np
import pytest

from sim.phases.founding import stakes_in
from sim.policies.policy import POLICIES
from sim.policies.rulebook import Rulebook
from sim.sight.outlook import lasting_costs
from sim.sight.prospects import site_costs
from sim.world.books import Groundbreaking
from sim.world.world import World
from tests.phases.playing import fresh


def announced(**policy: Any) -> World:
    """Give an industry that expects one policy in full."""
    world = fresh()
    read = POLICIES.get(policy["type"]).model_validate({"id": "tried", "start_year": 2028, **policy})
    world.rules, world.outlook = Rulebook(), read.amend(Rulebook(), 2028)
    return world


@pytest.mark.parametrize(
    "policy",
    [
        {"type": "ore_ban", "ban_share": 0.5},
        {"type": "red_mud", "target_share": 0.5, "penalty_cny_per_t": 300.0},
        {"type": "carbon", "price_cny_per_tco2": 200.0, "benchmark_tco2_per_t": 0.5},
    ],
    ids=lambda policy: str(policy["type"]),
)
def test_an_announced_burden_makes_new_plants_dearer(policy: dict[str, Any]) -> None:
    calm, burdened = fresh(), announced(**policy)
    calm.rules = calm.outlook = Rulebook()

    assert (site_costs(burdened, burdened.outlook)[0] > site_costs(calm, calm.outlook)[0] + 50.0).all()


def test_an_announced_ban_on_ore_burdens_a_site_as_much_as_a_plant_of_the_same_ore() -> None:
    calm, banned = fresh(), announced(type="ore_ban", ban_share=0.5)
    calm.rules = calm.outlook = Rulebook()
    plant = int(np.flatnonzero(banned.refineries.imported_share == 1.0)[0])
    region = int(banned.refineries.region[plant])

    at_plant = lasting_costs(banned)[plant] - banned.refineries.cash_cost_cny_per_t[plant]

    assert site_costs(banned, banned.outlook)[0][region] - site_costs(calm, calm.outlook)[0][
        region
    ] == pytest.approx(at_plant, rel=1e-9)


def moved(world: World, old: int) -> Groundbreaking:
    """Give a plant that replaces another."""
    group = int(world.refineries.group[old])
    return Groundbreaking("new", "New", group, 0, True, 1.0, 2028, 1.0, 2600.0, old)


def test_whoever_holds_the_old_plant_holds_the_one_that_replaces_it() -> None:
    world = fresh()
    nodes = world.holdings.nodes(world.refineries.keys)
    shared = next(
        row for row, node in enumerate(nodes) if len([each for each in world.ownership.blocks(node)]) > 1
    )

    stakes = stakes_in(world, moved(world, shared))

    held = {block.holder: block.ppm for block in world.ownership.blocks(nodes[shared])}
    assert {stake.holder: stake.ppm for stake in stakes}.items() <= held.items()
    assert len(stakes) > 0


def test_a_plant_that_replaces_none_is_its_owners_alone() -> None:
    world = fresh()

    (stake,) = stakes_in(world, moved(world, -1))

    assert stake.ppm == 1_000_000
