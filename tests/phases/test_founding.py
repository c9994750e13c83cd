"""New plants join the world: a row, an agent, a node; and one of no size changes nothing."""

import numpy as np
import pytest

from sim.agents.cast import Cast
from sim.phases.founding import found_plants, start_plant
from sim.phases.preparing import new_book
from sim.recorder import table_of_years
from sim.sight.parts import reserved
from sim.world.books import Groundbreaking
from sim.world.population import BUILDING, State
from sim.world.world import World
from tests.phases.playing import cast_of, fresh, fresh_industry, play


def broken(world: World, size_mt: float, due_year: int, replaces: int = -1) -> Groundbreaking:
    """Give a plant on the coast of Guangxi of the owner of row 0."""
    return Groundbreaking(
        key="tried",
        name="Tried plant",
        group=int(world.refineries.group[0]),
        region=world.geography.regions.index("guangxi_coast"),
        coastal=True,
        size_mt=size_mt,
        due_year=due_year,
        imported_share=1.0,
        cash_cost_cny_per_t=2500.0,
        replaces=replaces,
    )


def founded(size_mt: float = 2.0, due_year: int = 2028, replaces: int = -1) -> tuple[World, Cast]:
    """Give the world at the start of 2026 with one plant decided the year before, and its agents."""
    world = fresh()
    world.broken_ground = [broken(world, size_mt, due_year, replaces)]
    world.year = 2026
    cast = cast_of(world)
    found_plants(world, cast)
    return world, cast


def test_a_plant_joins_as_a_row_under_construction_an_agent_and_a_node() -> None:
    world, cast = founded()
    plants, row = world.refineries, len(world.refineries) - 1

    assert plants.keys[row] == "tried"
    assert (plants.nameplate_mt[row], plants.size_mt[row], plants.project_stage[row]) == (0.0, 2.0, BUILDING)
    assert cast.refineries[row].key == "tried"
    assert len(world.recipe.residue_t) == world.components.shape[1] == len(plants)
    assert world.ownership.graph.nodes["tried"]["name"] == "Tried plant"
    assert world.holdings.controllers()["tried"] == world.groups.keys[int(plants.group[row])]


def test_no_plant_joins_the_world_twice() -> None:
    world, cast = founded()
    before = len(world.refineries)

    found_plants(world, cast)

    assert len(world.refineries) == before


def test_the_plant_that_a_new_one_replaces_is_spoken_for_until_it_starts() -> None:
    world, _ = founded(replaces=3)
    row = len(world.refineries) - 1
    world.book = new_book(world)

    assert np.flatnonzero(reserved(world.refineries)).tolist() == [3]
    world.year = 2028
    start_plant(world, row)

    assert not reserved(world.refineries).any()
    assert world.refineries.state[3] == State.EXITED
    assert [event.kind for event in world.events] == ["start", "pond_covered", "relocate"]


def test_the_old_plant_goes_though_it_was_sold_in_the_meantime() -> None:
    world, _ = founded(replaces=3)
    world.refineries.group[3] = (world.refineries.group[3] + 1) % len(world.groups)
    world.book = new_book(world)
    world.year = 2028

    start_plant(world, len(world.refineries) - 1)

    assert world.refineries.nameplate_mt[3] == 0.0


def test_a_plant_of_no_size_changes_no_bit_of_any_year() -> None:
    tables = []
    for extra in (False, True):
        industry = fresh_industry()
        world = industry.world
        if extra:
            alone = int(world.may_buy.argmin())
            plant = broken(world, 0.0, 2099)
            world.broken_ground = [
                Groundbreaking(**{name: getattr(plant, name) for name in plant.__slots__} | {"group": alone})
            ]
        for _ in range(4):
            industry.step()
        tables.append(table_of_years(industry.recorder, industry.world.pack))

    assert tables[0].equals(tables[1])


@pytest.mark.parametrize("lead", [1, 3])
def test_plants_start_a_lead_after_their_go_ahead_when_nothing_slips(lead: int) -> None:
    eager = {
        "building": {
            "lead_years": lead,
            "least_ratio": -0.9,
            "private_hurdle_ratio": -0.9,
            "state_hurdle_ratio": -0.9,
        },
        "pipeline": {"on_time_share": 1.0, "capex_cny_per_t": 500.0},
    }

    world = play(5, parameters=eager).world

    plants = world.refineries
    own = plants.founded_year > 0
    due = own & (plants.founded_year + lead <= world.year)
    assert due.any()
    assert (plants.started_year[due] == plants.founded_year[due] + lead).all()
    assert (plants.quarters_run[own & ~due] <= 0).all()
