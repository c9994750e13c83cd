"""Sites where a new plant could stand."""

import numpy as np

from sim.scenario.load import load
from sim.world.geography import read_geography
from sim.world.sites import make_sites, ore_control

SCENARIO = load("baseline")


def test_every_supply_region_has_a_site_that_uses_imported_ore() -> None:
    geography = read_geography(SCENARIO.pack)
    sites = make_sites(SCENARIO.pack, geography, SCENARIO.spec.parameters)

    assert sites.keys == geography.regions
    assert (sites.imported_share == 1.0).all()
    assert (sites.size_mt == SCENARIO.spec.parameters.building.size_mt).all()
    assert np.array_equal(sites.coastal, geography.shore)


def test_an_owner_without_a_mine_controls_no_ore() -> None:
    assert ore_control(SCENARIO.pack, ("xinfa", "nobody"), {}).tolist() == [0.1, 0.0]


def test_ore_of_a_company_counts_for_the_group_that_controls_it() -> None:
    # 0.8 of the Winning consortium is Hongqiao's, a company of Weiqiao Pioneering.
    top = {"hongqiao": "weiqiao-pioneering"}

    assert ore_control(SCENARIO.pack, ("weiqiao-pioneering",), top).tolist() == [0.8]


def test_several_mines_of_an_owner_add_up() -> None:
    # Boffa 0.3 and the mines at home 0.2.
    assert ore_control(SCENARIO.pack, ("chinalco",), {"chalco": "chinalco"}).tolist() == [0.5]
