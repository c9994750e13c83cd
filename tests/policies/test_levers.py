"""What every registered policy owes the lever table: four strengths that are valid, and an aim that is measured."""

from itertools import pairwise

import pytest

from sim.metrics import METRICS
from sim.policies.policy import HIGHER, LOWER, POLICIES, STRENGTHS
from sim.scenario.load import load
from sim.scenario.subject import LeverPlaces
from sim.study.levers import known_levers, turned

LEVERS = known_levers()
WORLDS = [load("baseline"), load("toy"), load("ndrc_push")]


@pytest.mark.parametrize("name", POLICIES.names())
def test_every_policy_has_a_lever_or_more_with_names_of_their_own(name: str) -> None:
    names = [lever.name for lever in POLICIES.get(name).levers]

    assert names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("key", LEVERS)
def test_a_lever_goes_from_mild_to_strong_in_four_steps_of_one_number(key: str) -> None:
    lever = LEVERS[key].lever
    steps = [after - before for before, after in pairwise(lever.doses)]

    assert len(lever.doses) == STRENGTHS
    assert all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)
    assert lever.dial not in lever.also


@pytest.mark.parametrize("key", LEVERS)
def test_an_aim_is_a_metric_and_a_direction(key: str) -> None:
    aim = LEVERS[key].lever.aim

    assert aim.measure in METRICS
    assert aim.direction in (HIGHER, LOWER)
    assert not aim.inside or (aim.measure, LEVERS[key].lever.places) == ("capacity_mt", ("regions",))


@pytest.mark.parametrize("key", LEVERS)
def test_every_pack_names_the_places_that_a_lever_needs(key: str) -> None:
    places = LEVERS[key].lever.places

    assert {*places} <= {*LeverPlaces.model_fields}
    assert all(getattr(world.pack.subject.levers, place) for world in WORLDS for place in places)


@pytest.mark.parametrize("key", LEVERS)
def test_every_strength_is_valid_and_sets_its_dose_and_nothing_else(key: str) -> None:
    each = LEVERS[key]
    for world in WORLDS:
        before = [policy for policy in world.spec.policies if policy.type != each.policy]
        for strength, dose in enumerate(each.lever.doses, start=1):
            spec = turned(world, each, strength).spec
            mine = [policy for policy in spec.policies if policy.type == each.policy][-1]

            assert getattr(mine, each.lever.dial) == dose
            assert [policy for policy in spec.policies if policy.type != each.policy] == before
            assert mine.start_year <= spec.years.end_year


def test_a_policy_that_the_scenario_has_keeps_what_the_lever_does_not_set() -> None:
    (standing,) = (each for each in load("baseline").spec.policies if each.type == "approval_quota")
    found = turned(load("baseline"), LEVERS["approval_quota.quota"], 3).spec.policies

    assert [each.model_dump() for each in found if each.type == "approval_quota"] == [
        {**standing.model_dump(), "quota_mt": 3.0}
    ]
