"""Who thinks of which plan, which of them are put off, and at which bounds, in the tiny world."""

from dataclasses import replace
from typing import Any

import pytest

from sim.choice import Case
from sim.decisions.build.applying import case_of, decide_ventures, due_projects
from sim.decisions.build.facts import BROKE
from sim.decisions.build.listed import LUCK, ODDS, is_listed, listed_lead
from sim.sight.prospects import Idea, Wish, prospects
from sim.sight.view import lasting_mill_prices, look
from sim.world.population import PLANNED
from sim.world.world import World
from tests.decisions.build.test_objections import APPROVAL
from tests.decisions.build.test_plans_by_hand import decide, rich
from tests.tiny.asking import listening, only
from tests.tiny.worlds import ALFA, BETA, CHEAP, tiny


def planned(due_year: int = 2028, row: int = CHEAP) -> World:
    """Give the tiny world with one of its plants still a project of the register."""
    world = tiny(4500.0)
    world.refineries.project_stage[row], world.refineries.due_year[row] = PLANNED, due_year
    world.refineries.size_mt[row] = 1.0
    return world


def due(world: World) -> list[Wish]:
    """Give the projects that are due."""
    return due_projects(world, prospects(world, look(world, lasting_mill_prices(world))))


def test_projects_are_due_when_two_years_of_building_would_finish_them_in_time() -> None:
    assert [len(due(planned(year))) for year in (2027, 2028, 2029)] == [1, 1, 0]
    # one that stands or was begun is none
    assert due(tiny()) == []


@pytest.mark.parametrize("column", ["distressed", "illiquid"])
def test_an_owner_in_trouble_of_either_kind_thinks_of_no_project(column: str) -> None:
    world = planned()
    getattr(world.groups, column)[ALFA] = True
    assert due(world) == []

    getattr(world.groups, column)[:] = [False, True, True]
    assert [wish.key for wish in due(world)] == ["cheap"]


@pytest.mark.parametrize(("due_year", "later"), [(2025, 2027), (2026, 2027), (2027, 2027), (2028, 2028)])
def test_a_project_that_does_not_go_ahead_in_its_year_is_due_in_the_next(due_year: int, later: int) -> None:
    world = planned(due_year)
    cast, asked = listening(world, {("alfa", "build"): "wait"})

    decide_ventures(world, cast, look(world, lasting_mill_prices(world)))

    assert only(asked, "build", "cheap").sites
    assert world.refineries.due_year[CHEAP] == later


FACTS = {
    "price_today_cny_per_t": 2500.0,
    "price_expected_cny_per_t": 2600.0,
    "cash_cost_cny_per_t": 2000.0,
    "own_need_share": 0.0,
    "discount_per_year": 0.1,
    "capex_cny_per_t": 3000.0,
    "open_share": 1.0,
    "state_owned_share": 0.0,
    "entrant_share": 0.0,
    "mood_share": 0.5,
}


def weighed(ratio: float, demanded: float, **changes: Any) -> Case:
    """Give what alfa has to decide over a plan that is worth so much and has to be."""
    options = {"build": ratio, "wait": demanded}
    usual = Wish(Idea.NEW, "plan", ALFA, 0, 2.0, 3000.0, ratio, options, FACTS, demanded=demanded)
    return case_of(tiny(), replace(usual, **changes))


@pytest.mark.parametrize(("ratio", "best"), [(0.5, "build"), (0.2, "wait"), (0.1, "wait")])
def test_a_plan_goes_ahead_that_is_worth_more_than_its_owner_asks_for(ratio: float, best: str) -> None:
    case = weighed(ratio, 0.2)

    assert (case.agent, case.kind, case.best) == ("alfa", "build", best)
    assert case.margins == {"build": pytest.approx(ratio - 0.2), "wait": pytest.approx(0.2 - ratio)}


def test_a_project_of_the_register_is_decided_by_its_luck_and_its_cash_cost() -> None:
    case = weighed(-0.5, 0.2, kind=Idea.PROJECT, key="cheap", row=CHEAP)

    lead = min(case.facts[ODDS] - case.facts[LUCK], 600.0 / 4600.0)
    assert case.agent == "cheap"
    assert case.margins["build"] == pytest.approx(lead) == pytest.approx(listed_lead(case.facts))
    assert is_listed(case.facts)
    assert not is_listed({LUCK: 0.5})
    assert not is_listed({ODDS: 0.5})


@pytest.mark.parametrize(("cash_mcny", "built"), [(1800.0, True), (1799.0, False)])
def test_who_has_just_the_money_builds(cash_mcny: float, built: bool) -> None:
    world = rich(ALFA)
    # 6000, of which 4200 on a mortgage of the new plant
    world.credit.debt_mcny[ALFA], world.groups.cash_mcny[ALFA] = 0.0, cash_mcny

    decide(world)

    assert ([each.choice for each in world.decisions] == [BROKE]) is not built
    assert len(world.broken_ground) == built


@pytest.mark.parametrize(("smelting_mt", "need"), [(1.2, 0.4 / 0.98), (1.5, 1.0)])
def test_a_partner_counts_what_its_smelters_lack_of_its_part_of_the_output(
    smelting_mt: float, need: float
) -> None:
    world = rich(ALFA, partner_room_ratio=0.0, partner_most_share=0.49)
    world.groups.distressed[BETA] = False
    world.smelters.capacity_mt[1] = smelting_mt

    asked, _ = decide(world, waiting="beta")

    join = only(asked, "join", "beta")
    # twice 1.2 Mt less the 2 that beta makes, of 49 per cent of 2 Mt
    assert join.facts["own_need_share"] == pytest.approx(need)
    assert join.facts["gap_mt"] == pytest.approx(2.0 * smelting_mt - 2.0)
    assert join.facts["pays_mcny"] == pytest.approx(0.49 * 6000.0)
    assert (join.facts["entrant_share"], join.facts["compensation_mcny"]) == (0.0, 0.0)


def test_the_leader_asks_nobody_where_the_most_on_offer_is_less_than_the_least() -> None:
    for terms in ({"partner_least_share": 0.5, "partner_most_share": 0.4}, {"partners_asked_count": 0}):
        world = rich(ALFA, partner_room_ratio=0.0, **terms)
        world.groups.distressed[BETA] = False
        world.smelters.capacity_mt[1] = 1.5

        asked, _ = decide(world, waiting="beta")

        assert [case for case in asked if case.kind == "join"] == []
        assert [plan.group for plan in world.broken_ground] == [ALFA]


def heard(quota_mt: float) -> list[tuple[str, float]]:
    """Give what became of the plans of alfa and beta for 2 Mt each under a quota, and what each found left of it."""
    world = rich(ALFA)
    world.groups.distressed[BETA] = False
    world.rules = replace(world.rules, approval=replace(APPROVAL, quota_mt=quota_mt, barred_regions=()))

    decide(world)

    plans = [each for each in world.decisions if each.kind == "build"]
    first, second = sorted(plans, key=lambda each: -each.facts["score_ratio"])
    return [(each.choice, each.facts["quota_left_mt"]) for each in (first, second)]


@pytest.mark.parametrize(
    ("quota_mt", "came"),
    [
        (4.0, [("build", 4.0), ("build", 2.0)]),
        (3.0, [("build", 3.0), ("denied", 1.0)]),
        (1.5, [("denied", 1.5), ("denied", 1.5)]),
    ],
)
def test_plans_take_of_the_quota_what_is_new_about_them_the_best_first(
    quota_mt: float, came: list[tuple[str, float]]
) -> None:
    assert heard(quota_mt) == came
