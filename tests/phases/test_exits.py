"""Write-off of plants that have been idle for years."""

from sim.phases.exits import write_off
from sim.world.population import State
from tests.phases.playing import fresh


def test_a_plant_idle_for_years_is_written_off_and_stands_still() -> None:
    world = fresh()
    limit = world.parameters.running.dead_after_quarters
    world.refineries.idle_quarters[:3] = [limit - 1, limit, limit + 5]

    write_off(world)

    assert (world.refineries.state[:3] == State.DEAD).tolist() == [False, True, True]
    assert world.refineries.running_share[1] == 0.0
    assert world.refineries.nameplate_mt[1] > 0.0


def test_a_plant_is_written_off_once() -> None:
    world = fresh()
    world.refineries.idle_quarters[0] = 40

    write_off(world)
    write_off(world)

    assert [event.kind for event in world.events].count("write_off") == 1
