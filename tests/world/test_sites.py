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
    assert ore_control(SCENARIO.pack, ("chinalco", "nobody")).tolist() == [0.5, 0.0]
