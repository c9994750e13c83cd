"""Ponds over the years: no plant makes more mud than it can stack, and permits open where they were granted."""

from functools import cache

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.environment.red_mud import pond_life
from sim.phases.ponds import measure_ponds, open_permitted_ponds, relieve_ponds
from sim.policies.rulebook import MudRule, PondRelief, Rulebook
from sim.sight.mud import lawful_share, new_space, yearly_mud
from sim.world.population import State
from sim.world.world import World
from tests.phases.playing import fresh, fresh_industry, play

YEARS = 6


@cache
def watched(seed: int) -> tuple[tuple[Floats, Floats, Floats], ...]:
    """Give space after ponds opened, mud stacked and space after the year, by year of a run with tight ponds."""
    opened: list[Floats] = []
    seen: list[tuple[Floats, Floats, Floats]] = []
    stocks: list[Floats] = []

    def look(world: World, phase: str) -> None:
        plants = world.refineries
        if phase == "open_ponds":
            opened.append(plants.pond_space_mt.copy())
            stocks.append(plants.mud_stock_mt.copy())
        if phase == "fill_ponds":
            seen.append((opened[-1], plants.mud_stock_mt - stocks[-1], plants.pond_space_mt.copy()))

    tight = {"red_mud": {"permit_lead_years": 8.0}, "retrofits": {"attention_share": 0.0}}
    play(YEARS, seed, look, parameters=tight)
    return tuple(seen)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_plant_makes_more_mud_in_a_year_than_its_pond_holds(seed: int) -> None:
    years = watched(seed)

    assert len(years) == YEARS
    for space, stacked, _ in years:
        # rounding of a sum of four quarters
        assert (stacked <= space + 1e-12).all()


def test_short_ponds_bind_somewhere_within_six_years() -> None:
    filled = [float((left[space > 0.0] / space[space > 0.0]).min()) for space, _, left in watched(1)]

    assert min(filled) < 0.1


def test_a_plant_with_a_full_pond_makes_nothing_all_year() -> None:
    industry = fresh_industry()
    world = industry.world
    row = int(np.argmax(world.refineries.running_share * world.refineries.runnable_mt))
    world.refineries.pond_space_mt[row] = 0.0
    world.refineries.permit_due_year[row] = 2040

    industry.step()

    assert world.book.made_mt[row] == 0.0
    assert world.refineries.pond_cap_share[row] == 0.0


def test_a_permitted_pond_opens_in_its_year_with_years_of_full_output() -> None:
    world = fresh()
    plants = world.refineries
    plants.permit_due_year[:] = 0
    plants.permit_due_year[0], space, world.year = 2027, float(plants.pond_space_mt[0]), 2027

    open_permitted_ponds(world)

    lasts = world.parameters.red_mud.permit_life_years
    assert new_space(world, 0) == pytest.approx(lasts * yearly_mud(world, 0))
    assert plants.pond_space_mt[0] - space == pytest.approx(new_space(world, 0))
    assert [event.kind for event in world.events] == ["pond_covered", "pond"]


def test_a_longer_required_life_throttles_the_plants_of_its_regions_alone() -> None:
    world = fresh()
    open_ponds_with(world, Rulebook())
    usual = world.refineries.pond_cap_share.copy()

    open_ponds_with(world, Rulebook(red_mud=(MudRule(0.15, 0.0, 0.0, 0.0, 9.0, 1.0, ("shanxi",)),)))

    here = world.refineries.region == world.geography.regions.index("shanxi")
    standing = world.refineries.nameplate_mt > 0.0
    assert (world.refineries.pond_cap_share[here & standing] < usual[here & standing]).any()
    assert (world.refineries.pond_cap_share[~here] == usual[~here]).all()


def open_ponds_with(world: World, rules: Rulebook) -> None:
    """Measure the ponds of 2026 under a rulebook."""
    world.year, world.rules = 2026, rules
    measure_ponds(world)


def test_space_is_dearer_where_ponds_are_nearly_full() -> None:
    world = fresh()
    open_ponds_with(world, Rulebook())
    row = int(np.argmax(world.refineries.space_cny_per_t))
    before = float(world.refineries.space_cny_per_t[row])

    world.refineries.pond_space_mt[row] *= 0.5
    open_ponds_with(world, Rulebook())

    assert 0.0 < before < world.refineries.space_cny_per_t[row]


def relieved(price: float) -> World:
    """Give the industry at 2,600 CNY/t of cash cost where ponds are refused and space in Shanxi has run out."""
    world = fresh()
    world.year = 2026
    relief = PondRelief(1.35, 170.0, 2, 2.0)
    world.rules = Rulebook(red_mud=(MudRule(0.15, 0.0, 0.0, 1.0, None, 1.0, ("shanxi",), relief),))
    world.refineries.pond_space_mt[:] = 0.0
    world.prices.index_cny_per_t, world.prices.cost_cny_per_t = price, 2600.0
    relieve_ponds(world)
    return world


def test_relief_comes_above_its_price_to_the_short_and_lasts_its_years() -> None:
    # 1.35 x (2,600 + 170) = 3,739.5
    world = relieved(3740.0)
    shanxi = world.geography.regions.index("shanxi")
    here = (world.refineries.region == shanxi) & (world.refineries.runnable_mt > 0.0)

    life = pond_life(
        world.refineries.pond_space_mt,
        world.recipe.residue_t,
        world.refineries.mud_use_share,
        world.refineries.runnable_mt,
    )
    assert life[here] == pytest.approx(2.0)
    assert (world.refineries.pond_space_mt[world.refineries.region != shanxi] == 0.0).all()
    shares = []
    for world.year in (2026, 2027, 2028):
        shares.append(lawful_share(world, shanxi))
    assert shares == [1.0, 1.0, 0.0]


def test_no_relief_comes_below_its_price_and_none_while_one_lasts() -> None:
    assert not relieved(3739.0).surroundings.relief_until_year.any()

    world = relieved(4500.0)
    before = world.refineries.pond_space_mt.copy()
    world.year = 2027
    relieve_ponds(world)

    assert world.refineries.pond_space_mt.tolist() == before.tolist()


def test_a_plant_that_leaves_covers_the_mud_of_its_last_year_too() -> None:
    gone: list[float] = []

    def look(world: World, phase: str) -> None:
        if phase == "watch":
            plants = world.refineries
            left = (plants.state == State.EXITED) & (world.book.mud_mt > 0.0)
            gone.extend(plants.uncovered_mud_mt[left].tolist())

    play(
        YEARS,
        1,
        look,
        parameters={"leaving": {"reluctance_cny_per_t": 0.0, "reluctance_spread_cny_per_t": 0.0}},
    )

    assert gone and max(gone) == 0.0
