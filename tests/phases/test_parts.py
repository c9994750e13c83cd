"""Parts of partners: whose alumina it is, for how long, and that no shortage is filled twice."""

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.sight.parts import alumina_gaps
from sim.sight.prospects import prospects
from sim.sight.view import lasting_mill_prices, look
from sim.world.books import Groundbreaking
from sim.world.dealbook import MINORITY, VENTURE, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.population import BUILDING, PLANNED
from sim.world.world import World
from tests.phases.playing import fresh

LEAD, PARTNER = "east-hope", "spic"
OFFTAKE_MT = 0.5


def begin(world: World, old: int = -1) -> None:
    """Let the leader begin a plant of 2 Mt at the coast of Guangxi this year."""
    where = world.geography.regions.index("guangxi_coast")
    plan = Groundbreaking(
        "shore", "Shore", world.groups.row(LEAD), where, True, 2.0, 2028, 1.0, 2500.0, old, "shore-venture"
    )
    world.broken_ground.append(plan)


def found(world: World) -> None:
    """Write down that the partner holds two fifths of that plant."""
    world.deals.append(
        Deal(
            year=2026,
            id="v",
            kind=VENTURE,
            buyer=LEAD,
            seller=PARTNER,
            target="shore",
            stake_share=0.4,
            offtake_mt=OFFTAKE_MT,
        )
    )


def plant_of(world: World, group: str) -> int:
    """Give a standing plant of a group."""
    plants = world.refineries
    return int(np.flatnonzero((plants.group == world.groups.row(group)) & (plants.nameplate_mt > 0.0))[0])


def with_stake(world: World) -> int:
    """Let the partner buy a fifth of a plant of the leader with offtake, and give the plant."""
    row = plant_of(world, LEAD)
    node = world.holdings.nodes(world.refineries.keys)[row]
    holder = world.holdings.main_block(node).holder
    world.ownership.transfer(2026, "stake", holder, PARTNER, node, WHOLE_PPM // 5)
    key = world.refineries.keys[row]
    world.deals.append(
        Deal(year=2026, id="s", kind=MINORITY, buyer=PARTNER, seller=LEAD, target=key, offtake_mt=OFFTAKE_MT)
    )
    return row


def changes(world: World, before: Floats) -> dict[str, float]:
    """Give by how much the gaps of groups have changed, by group."""
    after = alumina_gaps(world) - before
    keys = world.groups.keys
    return {keys[row]: round(float(after[row]), 9) for row in np.flatnonzero(np.abs(after) > 1e-9).tolist()}


def test_alumina_of_a_venture_is_the_partner_s_and_no_longer_the_leader_s() -> None:
    world = fresh()
    before = alumina_gaps(world)
    begin(world)
    found(world)
    runs = 2.0 * world.parameters.pipeline.runnable_share

    # the plant counts once: what comes of it in all is what it can make
    changed = changes(world, before)
    assert changed == pytest.approx({LEAD: OFFTAKE_MT - runs, PARTNER: -OFFTAKE_MT})
    assert sum(changed.values()) == pytest.approx(-runs)


def test_what_owners_share_knows_of_offtake_as_well() -> None:
    world = fresh()
    before = alumina_gaps(world)
    with_stake(world)

    shared = prospects(world, look(world, lasting_mill_prices(world)))

    assert np.array_equal(shared.gap_mt, alumina_gaps(world))
    assert changes(world, before) == pytest.approx({LEAD: OFFTAKE_MT, PARTNER: -OFFTAKE_MT})


def test_an_offtake_ends_when_the_plant_closes() -> None:
    world = fresh()
    row = with_stake(world)
    runs = float(world.refineries.runnable_mt[row])
    before = alumina_gaps(world)
    world.refineries.nameplate_mt[row] = world.refineries.runnable_mt[row] = 0.0

    # the leader lacks the rest of the output, the partner what it had of it
    assert changes(world, before) == pytest.approx({LEAD: runs - OFFTAKE_MT, PARTNER: OFFTAKE_MT})


def test_an_offtake_ends_when_the_partner_buys_the_plant() -> None:
    world = fresh()
    row = with_stake(world)
    runs = float(world.refineries.runnable_mt[row])
    before = alumina_gaps(world)
    world.refineries.group[row] = world.groups.row(PARTNER)

    assert changes(world, before) == pytest.approx({LEAD: runs - OFFTAKE_MT, PARTNER: OFFTAKE_MT - runs})


def test_an_offtake_is_owed_by_whoever_owns_the_plant_now() -> None:
    world = fresh()
    row = with_stake(world)
    runs = float(world.refineries.runnable_mt[row])
    before = alumina_gaps(world)
    world.refineries.group[row] = world.groups.row("xinfa")

    changed = changes(world, before)
    assert changed == pytest.approx({LEAD: runs - OFFTAKE_MT, "xinfa": OFFTAKE_MT - runs})


def test_an_offtake_ends_when_the_partner_has_sold_its_part() -> None:
    world = fresh()
    row = with_stake(world)
    before = alumina_gaps(world)
    node = world.holdings.nodes(world.refineries.keys)[row]
    world.ownership.transfer(2026, "sold", PARTNER, "xinfa", node, WHOLE_PPM // 5)

    assert changes(world, before) == pytest.approx({LEAD: -OFFTAKE_MT, PARTNER: OFFTAKE_MT})


def test_a_move_that_was_begun_takes_the_old_plant_away_as_it_brings_the_new() -> None:
    world = fresh()
    row, before = plant_of(world, LEAD), alumina_gaps(world)
    old = float(world.refineries.runnable_mt[row])
    begin(world, row)

    new = 2.0 * world.parameters.pipeline.runnable_share
    assert changes(world, before) == pytest.approx({LEAD: old - new})


def test_a_project_of_the_register_that_was_begun_this_year_counts_at_once() -> None:
    world = fresh()
    plants, before = world.refineries, alumina_gaps(world)
    row = int(np.flatnonzero(plants.project_stage == PLANNED)[0])
    plants.project_stage[row] = BUILDING

    runs = float(plants.size_mt[row]) * world.parameters.pipeline.runnable_share
    assert changes(world, before) == pytest.approx({world.groups.keys[int(plants.group[row])]: -runs})
