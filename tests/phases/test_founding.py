"""New plants join the world: a row, an agent, a node; and one of no size changes nothing."""

import numpy as np
import pytest

from sim.industry import Industry, release
from sim.phases.founding import found_plants, reserved
from sim.phases.pipeline import start_plant
from sim.recorder import Recorder, table_of_years
from sim.scenario.load import load
from sim.world.books import Groundbreaking
from sim.world.population import BUILDING, State
from tests.phases.playing import fresh, play


def broken(industry: Industry, size_mt: float, due_year: int, replaces: int = -1) -> Groundbreaking:
    """Give a plant on the coast of Guangxi of the owner of row 0."""
    return Groundbreaking(
        key="tried",
        name="Tried plant",
        group=int(industry.refineries.group[0]),
        region=industry.geography.regions.index("guangxi_coast"),
        coastal=True,
        size_mt=size_mt,
        due_year=due_year,
        imported_share=1.0,
        cash_cost_cny_per_t=2500.0,
        replaces=replaces,
    )


def founded(size_mt: float = 2.0, due_year: int = 2028, replaces: int = -1) -> Industry:
    """Give an industry at the start of 2026 with one plant decided the year before."""
    industry = fresh()
    industry.broken_ground = [broken(industry, size_mt, due_year, replaces)]
    industry.year = 2026
    found_plants(industry)
    return industry


def test_a_plant_joins_as_a_row_under_construction_an_agent_and_a_node() -> None:
    industry = founded()
    plants, row = industry.refineries, len(industry.refineries) - 1

    assert plants.keys[row] == "tried"
    assert (plants.nameplate_mt[row], plants.size_mt[row], plants.project_stage[row]) == (0.0, 2.0, BUILDING)
    assert industry.cast.refineries[row].key == "tried"
    assert len(industry.recipe.mud_t) == industry.components.shape[1] == len(plants)
    assert industry.ownership.graph.nodes["tried"]["name"] == "Tried plant"
    assert industry.holdings.controllers(industry)["tried"] == industry.groups.keys[int(plants.group[row])]


def test_no_plant_joins_the_world_twice() -> None:
    industry = founded()
    before = len(industry.refineries)

    found_plants(industry)

    assert len(industry.refineries) == before


def test_the_plant_that_a_new_one_replaces_is_spoken_for_until_it_starts() -> None:
    industry = founded(replaces=3)
    row = len(industry.refineries) - 1
    industry.book = industry.new_book()

    assert np.flatnonzero(reserved(industry.refineries)).tolist() == [3]
    industry.year = 2028
    start_plant(industry, row)

    assert not reserved(industry.refineries).any()
    assert industry.refineries.state[3] == State.EXITED
    assert [event.kind for event in industry.events] == ["start", "relocate"]


def test_the_old_plant_goes_though_it_was_sold_in_the_meantime() -> None:
    industry = founded(replaces=3)
    industry.refineries.group[3] = (industry.refineries.group[3] + 1) % len(industry.groups)
    industry.book = industry.new_book()
    industry.year = 2028

    start_plant(industry, len(industry.refineries) - 1)

    assert industry.refineries.nameplate_mt[3] == 0.0


def test_a_plant_of_no_size_changes_no_bit_of_any_year() -> None:
    tables = []
    for extra in (False, True):
        industry, recorder = Industry(load("baseline"), 1), Recorder()
        release(industry)
        industry.watchers.append(recorder)
        if extra:
            alone = industry.may_buy.index(False)
            plant = broken(industry, 0.0, 2099)
            industry.broken_ground = [
                Groundbreaking(**{name: getattr(plant, name) for name in plant.__slots__} | {"group": alone})
            ]
        for _ in range(4):
            industry.step()
        tables.append(table_of_years(recorder))

    assert tables[0].equals(tables[1])


@pytest.mark.parametrize("lead", [1, 3])
def test_plants_start_a_lead_after_their_go_ahead_when_nothing_slips(lead: int) -> None:
    eager = {
        "building": {"lead_years": lead, "private_hurdle_ratio": -0.9, "state_hurdle_ratio": -0.9},
        "pipeline": {"on_time_share": 1.0, "capex_cny_per_t": 500.0},
    }

    industry = play(5, parameters=eager).industry

    plants = industry.refineries
    own = plants.founded_year > 0
    due = own & (plants.founded_year + lead <= industry.year)
    assert due.any()
    assert (plants.started_year[due] == plants.founded_year[due] + lead).all()
    assert (plants.quarters_run[own & ~due] <= 0).all()
