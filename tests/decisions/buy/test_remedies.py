"""Conditions of the authority: what must be sold on is, and who must serve all alike does."""

import numpy as np
import pytest

from sim.acts.holdings import follow_control
from sim.decisions.buy import closing
from sim.decisions.buy.closing import Remedy, conclude, impose, remedy, undertaking_years
from sim.decisions.buy.survey import survey
from sim.phases.preparing import new_book
from sim.phases.promising import promise
from sim.sight.buyers import STANDALONE, find_bidders
from sim.sight.parts import open_share
from sim.sight.selling import Target, find_targets
from sim.sight.view import lasting_mill_prices, look
from sim.world.dealbook import REMEDY
from sim.world.world import World
from tests.phases.playing import fresh, play


def for_sale() -> tuple[World, Target]:
    """Give an industry in which owners of a plant that stands alone think of closing it, and one such plant."""
    world = fresh()
    world.year, world.book = 2026, new_book(world)
    alone = (world.groups.owner_type == STANDALONE)[world.refineries.group]
    world.refineries.idle_quarters[alone] = int(world.parameters.leaving.idle_quarters)
    targets = find_targets(world, look(world, lasting_mill_prices(world)))
    return world, targets[0]


def test_a_single_plant_comes_with_a_supply_undertaking() -> None:
    world, single = for_sale()

    condition = remedy(world, single, world.groups.row("chinalco"), world.groups.row("xinfa"), 100.0)
    impose(world, single, world.groups.row("chinalco"), condition, 100.0)

    assert condition == Remedy(single.rows, -1)
    key = world.refineries.keys[single.rows[0]]
    assert world.plant_market.undertakings == {key: 2026 + undertaking_years(world)}
    assert np.flatnonzero(np.asarray(open_share(world)) == 0.0).tolist() == [single.rows[0]]


def test_an_undertaking_ends_after_its_years() -> None:
    world, _ = for_sale()
    world.plant_market.undertakings = {world.refineries.keys[0]: 2030}

    world.year = 2030
    assert np.asarray(open_share(world))[0] == 0.0
    world.year = 2031
    assert np.asarray(open_share(world)).all()


def test_a_plant_under_an_undertaking_ships_nothing_inside_its_group() -> None:
    world, _ = for_sale()
    promise(world)
    row = int(np.argmax(world.promises.captive_share))
    assert world.promises.captive_share[row] > 0.0

    world.plant_market.undertakings = {world.refineries.keys[row]: 2030}
    promise(world)

    assert world.promises.captive_share[row] == 0.0


def test_the_smallest_plant_is_sold_on_to_the_next_bidder_with_the_money_booked() -> None:
    run = play(1)
    world = run.world
    plants = world.refineries
    owner = world.groups.row("xinfa")
    rows = tuple(sorted(np.flatnonzero((plants.group == owner) & (plants.nameplate_mt > 0)).tolist())[:2])
    nodes = world.holdings.nodes(plants.keys)
    lots = tuple(
        closing.Lot(nodes[row], block.holder, block.ppm)
        for row in rows
        for block in world.ownership.blocks(nodes[row])
    )
    sale = Target("xinfa", rows, (), owner, lots, (1.0, 1.0), False, False, False)
    buyer, second = world.groups.row("chinalco"), world.groups.row("spic")
    booked = world.book.deals_mcny.copy()

    conclude(world, sale, buyer, 1000.0, "big")
    condition = remedy(world, sale, buyer, second, 100.0)
    impose(world, sale, buyer, condition, 1000.0)
    follow_control(world)

    small = min(rows, key=lambda row: float(plants.nameplate_mt[row]))
    part = float(plants.nameplate_mt[small] / plants.nameplate_mt[list(rows)].sum())
    assert condition == Remedy((small,), second)
    assert int(plants.group[small]) == second
    assert [int(plants.group[row]) for row in rows if row != small] == [buyer]
    change = world.book.deals_mcny - booked
    assert change[[owner, buyer, second]] == pytest.approx([1000.0, -1000.0 * (1 - part), -1000.0 * part])
    assert world.deals[-1].kind == REMEDY


def test_bids_of_the_survey_stand_in_a_table_of_targets_and_bidders() -> None:
    world, _ = for_sale()
    world.book = world.base_book
    view = look(world, lasting_mill_prices(world))
    targets, bidders = find_targets(world, view), find_bidders(world, view)

    seen = survey(world, view, targets, bidders)

    assert seen.value_mcny.shape == (len(targets), len(bidders))
    for place, target in enumerate(targets):
        own = [number for number, row in enumerate(bidders) if row == target.seller]
        assert not seen.most_mcny[place, own].any()
        assert (seen.most_mcny[place] > 0.0).sum() <= 4
