"""Ports: what they land, when they are crowded, and how they grow."""

import numpy as np
import pytest

from sim.phases.founding import crowding_cost, landed, note_landings, used_share
from sim.phases.preparing import new_book
from sim.policies.rulebook import Rulebook
from sim.world.world import World
from tests.phases.playing import fresh


def at_the_end_of_2026(share: float) -> World:
    """Give an industry whose ports landed a share of what they can."""
    world = fresh()
    world.year, world.book = 2026, new_book(world)
    for port, room in enumerate(world.harbours.ore_mt):
        rows = np.flatnonzero(world.geography.port[world.refineries.region] == port)
        world.book.imported_ore_mt[rows[0]] = share * room
    return world


def test_every_tonne_of_imported_ore_lands_in_one_port() -> None:
    world = fresh()

    assert landed(world).sum() == pytest.approx(world.book.imported_ore_mt.sum())
    assert (landed(world) >= 0.0).all()


def test_ports_at_the_start_cost_nothing_extra() -> None:
    assert np.abs(crowding_cost(fresh())).max() == 0.0


def test_ports_that_land_more_than_at_the_start_cost_more() -> None:
    world = at_the_end_of_2026(0.85)

    note_landings(world)

    busier = used_share(world) > world.harbours.opening_share
    served = busier[world.geography.port]
    assert served.any()
    assert (crowding_cost(world)[served] > 0.0).all()


def test_a_crowded_port_is_extended_after_its_building_time() -> None:
    world = at_the_end_of_2026(0.95)
    before = world.harbours.ore_mt.copy()
    terms = world.parameters.ports

    note_landings(world)
    assert (world.harbours.due_year == 2027 + int(terms.extension_years)).all()
    assert np.array_equal(world.harbours.ore_mt, before)

    world.year = 2026 + int(terms.extension_years)
    note_landings(world)

    assert world.harbours.ore_mt - before == pytest.approx(terms.extension_mt)
    assert {event.kind for event in world.events} == {"port"}


def test_a_quiet_port_is_not_extended() -> None:
    world = at_the_end_of_2026(0.5)

    note_landings(world)

    assert (world.harbours.due_year == 0).all()


def test_berths_that_a_policy_builds_make_a_port_less_crowded() -> None:
    world = at_the_end_of_2026(0.9)
    note_landings(world)
    usual = used_share(world)

    world.rules = Rulebook(berths=(("beibu", float(world.harbours.ore_mt[1])),))

    names = [row.id for row in world.pack.ports]
    changed = used_share(world) / usual
    assert changed[names.index("beibu")] == pytest.approx(0.5)
    assert np.delete(changed, names.index("beibu")) == pytest.approx(1.0)
