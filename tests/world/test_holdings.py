"""What is kept up to date deal by deal equals what is worked out anew."""

import numpy as np
import pytest

from sim.world.holdings import Holdings, controllers, economic_interest
from sim.world.ownership import Node, Stake
from sim.world.world import World
from tests.phases.playing import fresh
from tests.world.through import look_through


def change(world: World) -> None:
    """Let a plant, a company with plants and a new company change hands."""
    ownership = world.ownership
    ownership.transfer(2026, "plant", "wenfeng", "spic", "wenfeng-caofeidian-1", 1_000_000)
    ownership.transfer(2026, "company", "jinjiang", "east-hope", "sanmenxia-al", 600_000)
    whole = [Stake("xinfa", "newco", 700_000, 2027), Stake("chinalco", "newco", 300_000, 2027)]
    ownership.add_company(2027, "new", Node("newco", "Newco", "company"), whole)
    ownership.add_company(
        2027, "site", Node("newplant", "Site", "asset"), [Stake("newco", "newplant", 1_000_000, 2027)]
    )


@pytest.fixture(scope="module")
def changed() -> World:
    """An industry whose holdings were known before the changes."""
    world = fresh()
    world.holdings.controllers()
    world.holdings.outside(world.refineries.keys)
    world.holdings.of_groups(world.refineries.keys)
    change(world)
    return world


def test_controllers_follow_changes_as_if_worked_out_anew(changed: World) -> None:
    known = changed.holdings.controllers()

    assert known == controllers(changed.ownership)
    assert known["xingan-chem"] == "east-hope"
    assert known["newplant"] == "xinfa"


def test_interests_follow_changes_to_the_last_bit(changed: World) -> None:
    kept, anew = changed.holdings, Holdings(changed.ownership)
    anew.heads = changed.groups.keys

    assert np.array_equal(kept.of_groups(changed.refineries.keys), anew.of_groups(changed.refineries.keys))
    assert np.array_equal(kept.outside(changed.refineries.keys)[0], anew.outside(changed.refineries.keys)[0])


def test_interests_are_those_of_the_look_through_measures(changed: World) -> None:
    nodes = changed.holdings.nodes(changed.refineries.keys)
    everything = look_through(changed.ownership)
    columns = [everything.held.index(node) for node in nodes]

    assert np.array_equal(changed.holdings.outside(changed.refineries.keys)[0], everything.matrix[:, columns])
    expected = economic_interest(changed.ownership, list(changed.groups.keys), nodes)
    assert np.array_equal(changed.holdings.of_groups(changed.refineries.keys), expected)


def test_the_main_holder_of_a_plant_follows_the_last_deal(changed: World) -> None:
    assert changed.holdings.main_block("wenfeng-caofeidian-1").holder == "spic"


def test_a_plant_named_like_a_company_has_a_node_of_its_own() -> None:
    world = fresh()
    kinds = world.ownership.snapshot().kinds

    for node in world.holdings.nodes(world.refineries.keys):
        assert kinds[node] == "asset"
