"""Owners that are not known: who may own a plant, and what a run's luck makes of it."""

from dataclasses import replace

import pytest

from sim.core.rng import Streams
from sim.opening import open_world
from sim.scenario.load import load
from sim.scenario.pack import Pack
from sim.world.holdings import controllers, flows_from
from sim.world.owners import draw_owners, read_ownership

SCENARIO = load("baseline")
PLANT, UNKNOWN = "beihai-2026", "synthetic-beihai-owner"


def with_chances(**chances: float) -> Pack:
    """Give the shipped pack with other candidates for a plant, by company."""
    first = SCENARIO.pack.candidates[0]
    rows = (
        first.model_copy(update={"plant": PLANT, "company": company, "chance_share": chance})
        for company, chance in chances.items()
    )
    return replace(SCENARIO.pack, candidates=tuple(rows))


def owner(pack: Pack, seed: int) -> str:
    """Give the company that the plant belongs to in a run."""
    return next(row.company for row in draw_owners(pack, Streams(seed)).projects if row.id == PLANT)


@pytest.mark.parametrize(("chance", "expected"), [(1.0, "xinfa"), (0.0, UNKNOWN)])
def test_a_certain_candidate_owns_the_plant_and_an_impossible_one_does_not(
    chance: float, expected: str
) -> None:
    assert {owner(with_chances(xinfa=chance), seed) for seed in range(20)} == {expected}


def test_candidates_own_the_plant_as_often_as_their_chances_say() -> None:
    pack = with_chances(xinfa=0.5, bosai=0.3)

    found = [owner(pack, seed) for seed in range(2000)]

    # Standard error of a share of 0.5 in 2,000 draws: 0.011.
    shares = {name: found.count(name) / len(found) for name in ("xinfa", "bosai", UNKNOWN)}
    assert shares == pytest.approx({"xinfa": 0.5, "bosai": 0.3, UNKNOWN: 0.2}, abs=0.04)


def test_the_owner_that_was_drawn_controls_the_plant() -> None:
    for seed in range(6):
        world = open_world(SCENARIO, seed)
        row = world.refineries.keys.index(PLANT)

        assert world.groups.keys[world.refineries.group[row]] == owner(SCENARIO.pack, seed)


def test_runs_begin_with_one_graph_as_long_as_owners_are_the_same_and_none_changes_it_for_another() -> None:
    one, other = (draw_owners(with_chances(xinfa=chance), Streams(1)) for chance in (1.0, 0.0))
    first, second, third = read_ownership(one), read_ownership(replace(one)), read_ownership(other)

    first.transfer(2027, "deal", "xinfa", "chalco", PLANT, 1_000_000)

    assert [each.holder for each in first.blocks(PLANT)] == ["chalco"]
    assert [each.holder for each in second.blocks(PLANT)] == ["xinfa"]
    assert [each.holder for each in read_ownership(one).blocks(PLANT)] == ["xinfa"]
    assert [each.holder for each in third.blocks(PLANT)] == [UNKNOWN]
    assert second.snapshot() is read_ownership(one).snapshot()


def test_what_a_run_is_told_of_its_opening_graph_is_its_own() -> None:
    one, other = read_ownership(SCENARIO.pack), read_ownership(SCENARIO.pack)
    top = controllers(one)

    top[PLANT] = "nobody"

    assert controllers(other)[PLANT] != "nobody"
    assert isinstance(flows_from(one.snapshot(), ("xinfa",))[PLANT], tuple)


def test_a_pack_without_candidates_stays_as_it_is() -> None:
    pack = replace(SCENARIO.pack, candidates=())

    assert draw_owners(pack, Streams(1)) is pack
