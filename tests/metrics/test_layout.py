"""Layout is the overlap of where capacity is with where there is room."""

import numpy as np
import pytest

from sim.metrics.catalogue import Picture
from sim.metrics.layout import environmental_room, match, ore_room, port_room
from sim.opening import open_world
from sim.scenario.load import load
from tests.metrics.worlds import measured, resize, toy


def test_the_overlap_is_one_less_half_of_what_stands_elsewhere() -> None:
    picture = Picture(toy())  # 3 Mt at the coast, 2 inland

    assert match(picture, np.array([3.0, 2.0])) == pytest.approx(1.0)
    assert match(picture, np.array([30.0, 0.0])) == pytest.approx(0.6)
    assert match(picture, np.array([1.0, 1.0])) == pytest.approx(0.9)
    assert match(picture, np.zeros(2)) == 0.0


def test_room_for_ore_is_where_mines_fed_plants_in_the_base_year() -> None:
    world = toy()
    coast, inland = ore_room(Picture(world))

    assert coast == 0.0
    assert inland == pytest.approx(float(world.base_book.domestic_ore_mt.sum()))
    assert measured(world, "layout_match_ore") == pytest.approx(0.4)


def test_a_port_is_at_the_door_of_its_shores_alone() -> None:
    world = toy()

    assert port_room(Picture(world)).tolist() == pytest.approx([1000.0, 0.0])
    assert measured(world, "layout_match_port") == pytest.approx(0.6)


def test_ports_are_shared_out_without_loss() -> None:
    world = open_world(load("baseline"), 0)

    assert float(port_room(Picture(world)).sum()) == pytest.approx(float(world.harbours.ore_mt.sum()))


def test_environmental_room_is_the_scarcer_of_mud_and_carbon() -> None:
    world = toy()
    limits, book = world.surroundings.limits, world.base_book
    mud = float(book.mud_mt.sum()) / float(book.made_mt.sum())
    limits.carbon_mt[:] = 1e3
    limits.fresh_mud_mt[:] = [3.0, 1.0]
    assert environmental_room(Picture(world)).tolist() == pytest.approx([3.0 / mud, 1.0 / mud])

    limits.carbon_mt[0] = 1e-3
    assert environmental_room(Picture(world))[0] < 0.1


def test_moving_to_where_there_is_room_raises_the_match() -> None:
    world = toy()
    world.surroundings.limits.fresh_mud_mt[:] = [40.0, 1.0]
    before = measured(world, "layout_match")

    resize(world, "gamma-inland", 0.0)
    resize(world, "gamma-coast", 1.0)

    assert measured(world, "layout_match") > before
