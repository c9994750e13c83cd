"""Cold lines that are struck off the register."""

import numpy as np
import pytest

from sim.phases.exits import write_off
from sim.world.kinds import Happened
from sim.world.world import World
from tests.phases.playing import fresh


def struck(warm: float) -> World:
    """Give a world in which the first plant has some warm lines, after the register was cleaned out."""
    world = fresh(parameters={"running": {"write_off_share": 1.0}})
    world.refineries.warm_share[0] = warm
    world.refineries.running_share[0] = 0.9 * warm
    write_off(world)
    return world


def test_cold_lines_go_and_the_warm_ones_run_as_they_did() -> None:
    before, after = fresh().refineries, struck(0.6).refineries

    assert after.nameplate_mt[0] == pytest.approx(0.6 * before.nameplate_mt[0])
    assert after.runnable_mt[0] == pytest.approx(0.6 * before.runnable_mt[0])
    assert (after.warm_share[0], after.running_share[0]) == (1.0, pytest.approx(0.9))


@pytest.mark.parametrize(("warm", "kinds"), [(0.97, []), (0.6, [Happened.WRITE_OFF]), (0.1, [Happened.EXIT])])
def test_lines_that_stand_by_stay_and_an_idle_plant_closes(warm: float, kinds: list[Happened]) -> None:
    key = fresh().refineries.keys[0]
    nameplate = (Happened.WRITE_OFF, Happened.EXIT)

    assert [
        each.kind for each in struck(warm).events if each.agent == key and each.kind in nameplate
    ] == kinds


def test_nothing_is_struck_off_by_less_luck_than_its_chance() -> None:
    world = fresh(parameters={"running": {"write_off_share": 0.0}})
    world.refineries.warm_share[:] = 0.5

    write_off(world)

    assert np.array_equal(world.refineries.nameplate_mt, fresh().refineries.nameplate_mt)


def test_a_plant_without_a_warm_line_closes_wherever_idleness_begins() -> None:
    world = fresh(parameters={"running": {"write_off_share": 1.0, "idle_share": 0.0}})
    world.refineries.warm_share[0] = 0.0

    write_off(world)

    told = [each.kind for each in world.events if each.agent == world.refineries.keys[0]]
    assert Happened.EXIT in told and Happened.WRITE_OFF not in told
