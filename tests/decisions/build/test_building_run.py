"""A run in which much is built and moved: its laws, its tables and its ownership graph."""

import pytest

from tests.decisions.build.test_applying import EAGER, READY
from tests.phases.playing import Played, play


@pytest.fixture(scope="module")
def building() -> Played:
    """A run in which much is built and moved, conservation watching."""
    return play(
        6,
        1,
        parameters={**EAGER, "approvals": READY},
        policies=[
            {"id": "move", "type": "swap", "start_year": 2026, "ratio": 1.0, "subsidy_cny_per_t": 2000.0}
        ],
    )


def test_a_run_that_builds_and_moves_keeps_every_law(building: Played) -> None:
    kinds = {event.kind for event in building.world.events}

    assert {"approve_blind", "relocate", "start"} <= kinds
    assert max(building.residuals.values()) <= 1e-9


def test_a_moved_plant_shows_in_the_tables_under_its_key(building: Played) -> None:
    moved = [event for event in building.world.events if event.kind == "relocate"]
    named = building.refineries[building.refineries["refinery"] == moved[0].counterpart]

    assert not named.empty
    assert named["nameplate_mt"].iloc[0] > 0.0
    old = building.refineries[building.refineries["refinery"] == moved[0].agent]
    assert old["state"].iloc[-1] == "exited"


def test_the_graph_rebuilt_from_the_log_is_the_live_one_with_new_plants(building: Played) -> None:
    ownership = building.world.ownership

    rebuilt = ownership.at(building.world.year)

    assert dict(rebuilt.nodes(data=True)) == dict(ownership.graph.nodes(data=True))
    assert {edge: rebuilt.edges[edge] for edge in rebuilt.edges} == {
        edge: dict(ownership.graph.edges[edge]) for edge in ownership.graph.edges
    }
