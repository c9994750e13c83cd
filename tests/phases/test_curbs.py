"""Curbs in the year: where they come, whom they hit, what ceilings take, and what is booked of it."""

from functools import cache

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.market.inputs import QUARTERS, Happening
from sim.phases.curbs import (
    curbed_regions,
    hard_winter,
    inspect_regions,
    open_capacity,
    spared,
    tell_limits,
    weigh_regions,
)
from sim.phases.preparing import new_book
from sim.policies.rulebook import RegionalCap, Rulebook
from sim.world.world import World
from tests.phases.playing import Played, fresh, fresh_industry, play

CALM = {"curbs": {"hard_winter_share": 0.0}}
FREE = RegionalCap("cap", 1.0, None, 1.0, 1.0, ("guangxi_coast",))


def curbed(region: str, depth: float, **overrides: object) -> World:
    """Give an industry of 2026 with one region under a curb all year."""
    world = fresh(parameters={**CALM, **overrides})
    world.year, world.book = 2026, new_book(world)
    world.happenings = [Happening("curb", depth, 2026 * QUARTERS, 4, (region,), "curb", False)]
    return world


def ready(world: World) -> np.ndarray:
    """Give what plants could make in a quarter."""
    return np.asarray(world.refineries.runnable_mt / QUARTERS)


def open_shares(world: World, ready_mt: Floats, quarter: int) -> Floats:
    """Give the share of capacity that regions leave open; curbs are counted and ceilings told of."""
    left = open_capacity(world, ready_mt, quarter)
    tell_limits(world, left, quarter)
    return left.share


@cache
def played(seed: int) -> Played:
    """Give ten years of the baseline."""
    return play(10, seed)


def test_the_north_stands_nearest_to_its_limits_at_the_start() -> None:
    world = fresh()
    index = dict(zip(world.geography.regions, world.surroundings.index, strict=True))

    # ponds of one or two years in Shanxi in 2024, stops for mud in Henan
    assert index["shanxi"] > 0.85
    assert {*sorted(index, key=lambda name: index[name])[-2:]} == {"shanxi", "henan"}
    assert index["guangxi_coast"] < index["guangxi_inland"] < index["shanxi"]


def test_curbs_of_the_base_year_come_about_as_often_as_in_the_record() -> None:
    world = fresh()
    around, terms = world.surroundings, world.parameters.curbs
    rate = around.limits.curb_per_quarter * np.exp(terms.slope_ratio * (around.index - terms.reference_ratio))

    # six in 2016-2021: 0.25 to 0.9 a year
    assert 0.25 <= QUARTERS * float(rate.sum()) <= 0.9


def test_a_region_gives_what_its_curb_asks_and_no_other_gives_anything() -> None:
    world = curbed("henan", 0.3)
    sizes = ready(world)
    here = world.refineries.region == world.geography.regions.index("henan")

    left = open_shares(world, sizes, 2)

    assert float((sizes * left)[here].sum()) == pytest.approx(0.7 * float(sizes[here].sum()))
    assert (left[~here] == 1.0).all()
    assert world.book.curb_quarters.sum() == 1.0


def test_a_plant_of_good_record_is_spared_while_bad_ones_can_give() -> None:
    world = curbed("henan", 0.1)
    plants = world.refineries
    here = np.flatnonzero(
        (plants.region == world.geography.regions.index("henan")) & (plants.runnable_mt > 0)
    )
    best = here[np.argmax(plants.compliance_share[here])]
    worst = here[np.argmin(plants.compliance_share[here])]

    left = open_shares(world, ready(world), 2)

    assert left[best] == 1.0
    assert left[worst] < 1.0


def test_the_largest_groups_are_spared_in_part() -> None:
    world = fresh()
    part = dict(zip(world.refineries.keys, spared(world), strict=True))

    assert part["weiqiao-beihai"] == world.parameters.curbs.exempt_share
    assert min(part.values()) == 0.0


def test_a_ceiling_takes_the_same_share_from_all_plants_of_its_regions() -> None:
    world = curbed("henan", 0.0)
    sizes = ready(world)
    here = world.refineries.region == world.geography.regions.index("shandong")
    half = RegionalCap("cap", 1.0, 0.5 * QUARTERS * float(sizes[here].sum()), 1.0, 1.0, ("shandong",))
    world.rules = Rulebook(regional_caps=(half,))

    left = open_shares(world, sizes, 2)

    assert left[here] == pytest.approx(np.full(here.sum(), 0.5))
    assert (left[~here] == 1.0).all()
    assert [(event.kind, event.agent) for event in world.events] == [("ceiling", "cap")]


def test_inspectors_of_a_policy_bring_curbs_on_top_of_those_that_come_anyway() -> None:
    usual, inspected = fresh(), fresh()
    strict = RegionalCap("cap", 1.0, None, 20.0, 1.0, ("guangxi_coast",))
    inspected.rules = Rulebook(regional_caps=(strict,))
    for world in (usual, inspected):
        for world.year in range(2026, 2046):
            inspect_regions(world)

    there, elsewhere = (
        [
            [each for each in world.happenings if (each.regions == ("guangxi_coast",)) == wanted]
            for world in (usual, inspected)
        ]
        for wanted in (True, False)
    )

    assert len(there[1]) > len(there[0])
    assert elsewhere[0] == elsewhere[1]


def test_a_curb_keeps_others_away_while_it_lasts() -> None:
    world = fresh()
    world.surroundings.index[:] = 3.0
    for world.year in range(2026, 2036):
        inspect_regions(world)

    for world.year in range(2026, 2036):
        for quarter in range(1, QUARTERS + 1):
            assert curbed_regions(world, quarter).max() <= world.parameters.curbs.depth_high_share


def test_only_plants_below_class_a_in_regions_with_heating_limits_are_cut_in_a_hard_winter() -> None:
    world = fresh(parameters={"curbs": {"hard_winter_share": 1.0, "winter_share": 0.2}})
    world.year, world.book = 2027, new_book(world)
    plants = world.refineries
    limited = world.surroundings.limits.winter[plants.region] & ~plants.class_a

    left = open_shares(world, ready(world), 4)

    assert left == pytest.approx(np.where(limited, 0.8, 1.0))
    assert (open_shares(world, ready(world), 2) == 1.0).all()


def test_the_winter_that_the_base_year_holds_is_not_counted_twice() -> None:
    world = fresh(parameters={"curbs": {"hard_winter_share": 1.0}})
    cold = {}
    for world.year in (2025, 2026, 2027):
        cold[world.year] = [hard_winter(world, quarter) for quarter in (1, 2, 3, 4)]

    assert cold[2025] == [False, False, False, False]
    assert cold[2026] == [False, False, False, True]
    assert cold[2027] == [True, False, False, True]


def test_the_index_of_a_region_rises_with_what_is_made_there() -> None:
    world = fresh()
    before = world.surroundings.index.copy()
    here = world.geography.regions.index("guangxi_coast")
    world.book.made_mt[world.refineries.region == here] *= 2.0

    weigh_regions(world)

    assert world.surroundings.index[here] > before[here]
    assert np.delete(world.surroundings.index, here) == pytest.approx(np.delete(before, here))


@pytest.mark.parametrize("seed", range(3))
def test_curbs_grow_likelier_on_the_coast_of_guangxi_as_capacity_moves_there(seed: int) -> None:
    industry = fresh_industry(seed)
    world = industry.world
    here, index = world.geography.regions.index("guangxi_coast"), []
    for _ in range(10):
        index.append(float(world.surroundings.index[here]))
        industry.step()

    # 2026-30 against 2031-35
    assert np.mean(index[5:]) > np.mean(index[:5]) > index[0]


def test_what_curbs_take_is_in_the_year_book_by_region() -> None:
    curbs = [event for event in played(1).world.events if event.agent == "curb"]

    years = {event.year for event in curbs}

    assert curbs
    assert all("environmental index" in event.reason for event in curbs)
    taken = played(1).years.set_index("year").curbed_by_region_mt
    assert (taken.loc[sorted(years & {*range(2026, 2036)})] > 0.0).all()
