"""Where groups are at home: refineries and smelters count alike, so a group of smelters alone has a home, too."""

import numpy as np

from sim.sight.buyers import homes_of, provinces_of
from sim.sight.selling import smelters_of
from tests.phases.playing import after_a_year


def test_a_group_of_smelters_alone_is_at_home_where_it_smelts() -> None:
    world = after_a_year()
    row = world.groups.row("jisco")

    assert not np.any(world.refineries.nameplate_mt[world.refineries.group == row])
    assert provinces_of(world, (), smelters_of(world, row)) == {"Gansu"} == homes_of(world)[row]


def test_a_smelter_that_has_moved_is_at_home_in_its_new_market() -> None:
    world = after_a_year()
    row = smelters_of(world, world.groups.row("jisco"))[0]

    world.smelters.market[row] = world.geography.markets.index("yunnan")

    assert provinces_of(world, (), (row,)) == {"Yunnan"}
