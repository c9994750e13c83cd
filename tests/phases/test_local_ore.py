"""Local ore: the potential of mines, the ration of a quarter, stocks, and what takes the place of what is short."""

from dataclasses import replace

import numpy as np
import pytest

from sim.phases.local_ore import mines_give, open_local_ore, share_local_ore, short_share, use_local_ore
from sim.phases.quarter import available_capacity
from sim.sight.local_ore import expected_short, expected_supply, local_need, potential
from sim.world.world import World
from tests.phases.playing import fresh
from tests.tiny.worlds import DEAR, INLAND, MIDDLING, limited, tiny

UNCUT = np.zeros(2)


def wanted(world: World) -> np.ndarray:
    """Give what plants would make of local ore in a quarter if none were missing."""
    return world.refineries.runnable_mt / 4.0 * (1.0 - world.refineries.imported_share)


def short(world: World, cut: np.ndarray) -> np.ndarray:
    """Give the part of local ore that regions go without where events take a part."""
    return short_share(world, wanted(world), mines_give(world, cut)[1], cut)


def test_a_pack_that_knows_no_limits_has_none() -> None:
    world = tiny()
    cut = np.array([0.1, 0.3])

    assert not world.local_ore.limited.any()
    assert short(world, cut).tolist() == cut.tolist()


def test_what_mines_cannot_give_is_short_and_a_stock_helps() -> None:
    dry, stocked = limited(1.5), limited(1.5, stock_mt=0.1)

    # 0.5 Mt are needed in the quarter, 0.375 come
    assert short(dry, UNCUT) == pytest.approx([0.0, 0.25])
    assert short(stocked, UNCUT) == pytest.approx([0.0, 0.05])
    assert short(dry, np.array([0.0, 0.5])) == pytest.approx([0.0, 0.625])


def test_a_plant_that_goes_short_runs_less() -> None:
    world = limited(1.5)

    assert available_capacity(world, 2).available_mt[MIDDLING] == pytest.approx(0.5 * 0.75)
    assert available_capacity(world, 2).available_mt[DEAR] == pytest.approx(0.25)


def test_mines_dig_what_is_used_and_what_there_is_room_for() -> None:
    world = limited(4.0, parameters={"local_ore": {"most_days": 73.0}})
    made = np.array([0.25, 0.4, 0.25])

    share_local_ore(world, wanted(world), *mines_give(world, UNCUT))
    use_local_ore(world, made)

    # 0.4 are used and 73 days of 4 Mt, 0.8, could be stored; mines give 1.0
    assert world.book.dug_mt.tolist() == pytest.approx([0.0, 1.0])
    assert world.local_ore.stock_mt.tolist() == pytest.approx([0.0, 0.6])
    use_local_ore(world, made)
    assert world.book.dug_mt[INLAND] == pytest.approx(1.0 + 0.6)
    assert world.local_ore.stock_mt[INLAND] == pytest.approx(0.8)


def test_imported_ore_takes_the_place_of_what_a_blend_lacks() -> None:
    world = limited(0.8)
    plants, book = world.refineries, world.book
    plants.imported_share[MIDDLING] = 0.5
    imported, local = world.process.balance(plants.region)
    made = np.array([0.0, 0.4, 0.0])
    book.domestic_ore_mt[MIDDLING] = 0.2 / local[0, MIDDLING]

    # 0.2 are wanted of local ore, of which there are 0.15
    share_local_ore(world, np.array([0.0, 0.15, 0.0]), *mines_give(world, UNCUT))
    use_local_ore(world, made)

    assert local[0, MIDDLING] * book.domestic_ore_mt[MIDDLING] == pytest.approx(0.15)
    assert imported[0, MIDDLING] * book.imported_ore_mt[MIDDLING] == pytest.approx(0.05)


def test_potentials_fall_by_their_trend_to_a_floor_and_new_plants_bring_mines() -> None:
    world = limited(4.0, parameters={"local_ore": {"floor_share": 0.25, "as_of_year": 2024}})
    ore = world.local_ore
    ore.trend_per_year[INLAND] = -0.5

    assert potential(world, 2024)[INLAND] == pytest.approx(4.0)
    assert potential(world, 2026)[INLAND] == pytest.approx(4.0 * np.exp(-1.0))
    assert potential(world, 2035)[INLAND] == pytest.approx(1.0)
    ore.brought_share[MIDDLING] = 0.9
    assert potential(world, 2024)[INLAND] == pytest.approx(4.0 + 1.8)


def test_owners_expect_what_mines_gave_moved_by_the_trend() -> None:
    world = limited(2.0)
    world.book.diggable_mt[INLAND] = 1.5

    assert expected_short(world, expected_supply(world))[INLAND] == pytest.approx(0.25)


def test_at_the_start_no_line_needs_more_local_ore_than_there_is() -> None:
    world = fresh()
    ore, plants = world.local_ore, world.refineries
    need, given = local_need(world, plants.runnable_mt), potential(world, world.year)

    assert ore.limited.sum() == 5
    assert (need <= given + 1e-9)[ore.limited].all()


def test_a_register_that_needs_more_than_mines_give_is_moved_to_imported_ore() -> None:
    low, usual = (fresh(parameters={"local_ore": {"potential_ratio": ratio}}) for ratio in (0.85, 1.0))

    assert (low.refineries.imported_share >= usual.refineries.imported_share - 1e-12).all()
    assert low.refineries.imported_share.sum() > usual.refineries.imported_share.sum()


def test_blends_of_the_start_are_moved_evenly() -> None:
    world = limited(1.6)
    known = {"inland": 1.6}
    rows = [row.model_copy(update={"local_ore_mt": known.get(row.id)}) for row in world.pack.limits]
    world.pack = replace(world.pack, limits=tuple(rows))
    plants = world.refineries
    plants.started_year[:] = 2000

    open_local_ore(world)

    # lines for high temperature take up to 0.4; 2 Mt would need 2 Mt
    assert plants.imported_share[MIDDLING] == pytest.approx(0.2)
    assert plants.imported_share[DEAR] == 1.0
