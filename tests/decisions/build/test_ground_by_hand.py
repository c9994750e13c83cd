"""Breaking ground in the tiny world: what is paid, what is told, who holds what, worked out by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.choice import Intent
from sim.decisions.build.applying import CONSENT, REFUSE, approval_case, consent_case
from sim.decisions.build.ground import blind_ratio, break_ground, groundbreaking_of, holders_of
from sim.decisions.join import (
    JOIN,
    STAY_OUT,
    Answer,
    Backing,
    Part,
    compensation,
    held_by_lead,
    invested,
    part_of,
)
from sim.sight.prospects import Idea, Prospects, Wish
from sim.strategy.approving import Bar, Objection
from sim.world.kinds import Happened
from sim.world.population import BUILDING
from tests.strategy.test_building import OUTLOOK
from tests.tiny.worlds import ALFA, BETA, CHEAP, COAST, GAMMA, INLAND, tiny

SHARED = cast(Prospects, SimpleNamespace(outlook=OUTLOOK))
"""Two years of lead and two of life; the first runs in at 0.625, 0.9 of nameplate can run."""


def wish(**changes: Any) -> Wish:
    """Give a plan of alfa for 2 Mt at the coast with a margin of 500 CNY/t, discounted at a tenth."""
    facts = {
        "price_today_cny_per_t": 2500.0,
        "cash_cost_cny_per_t": 2000.0,
        "discount_per_year": 0.1,
        "open_share": 1.0,
    }
    usual = Wish(Idea.NEW, "plan", ALFA, COAST, 2.0, 3000.0, 0.5, {}, facts)
    return replace(usual, **changes)


def test_a_plan_at_todays_prices_is_worth_what_its_margins_come_to() -> None:
    # 450 x 1.267844 a tonne for 3000
    assert blind_ratio(SHARED, wish()) == pytest.approx(570.5297 / 3000.0 - 1.0, abs=1e-6)
    half = wish(facts={**wish().facts, "open_share": 0.5})
    assert blind_ratio(SHARED, half) == pytest.approx(570.5297 / 6000.0 - 1.0, abs=1e-6)


@pytest.mark.parametrize(("price", "kind"), [(2500.0, Happened.APPROVE_BLIND), (9000.0, Happened.APPROVE)])
def test_a_new_plant_is_paid_by_its_owner_and_due_after_two_years(price: float, kind: Happened) -> None:
    world = tiny()
    plan = wish(facts={**wish().facts, "price_today_cny_per_t": price})

    break_ground(world, SHARED, plan, None)

    assert [(each.key, each.due_year, each.group) for each in world.broken_ground] == [("plan", 2028, ALFA)]
    # 2 Mt at 3000
    money = world.groups.cash_mcny - world.groups.debt_mcny
    assert money.tolist() == pytest.approx([1000.0 - 6000.0, 1000.0, 1000.0])
    assert world.book.capex_mcny.tolist() == pytest.approx([6000.0, 0.0, 0.0])
    assert (world.events[-1].kind, world.events[-1].amount) == (kind, 2.0)


def test_a_project_of_the_register_is_under_construction_where_it_stands() -> None:
    world = tiny()

    break_ground(world, SHARED, wish(kind=Idea.PROJECT, row=CHEAP), None)

    assert world.broken_ground == []
    assert world.refineries.project_stage[CHEAP] == BUILDING
    assert world.refineries.due_year[CHEAP] == 2028


def test_a_plant_that_moves_is_called_so() -> None:
    world = tiny()

    assert groundbreaking_of(world, wish(), 2028).name == "Alfa, new in Coast (due 2028)"
    moved = groundbreaking_of(world, wish(kind=Idea.MOVE, old=CHEAP, region=INLAND), 2028)
    assert (moved.name, moved.replaces, moved.coastal) == ("Alfa, moved to Inland (due 2028)", CHEAP, False)


def test_a_partner_holds_its_part_and_those_who_held_the_old_plant_theirs_of_the_rest() -> None:
    world = tiny()
    world.ownership.transfer(2026, "sale", "alfa", "beta", "cheap", 250_000)
    part = Part(GAMMA, 0.4, 0.0)

    assert holders_of(world, wish(group=BETA), part) == {"beta": 600_000, "gamma": 400_000}
    # of the other 60 per cent a quarter is beta's
    found = holders_of(world, wish(group=BETA, old=CHEAP), part)
    assert found == {"alfa": 450_000, "beta": 150_000, "gamma": 400_000}
    again = holders_of(world, wish(group=ALFA, old=CHEAP), Part(BETA, 0.4, 0.0))
    assert again == {"alfa": 450_000, "beta": 550_000}


def test_what_cannot_be_split_evenly_goes_to_the_largest_holder() -> None:
    world = tiny()
    world.ownership.transfer(2026, "sale", "alfa", "beta", "cheap", 333_333)

    # 510,000 by 666,667 and 333,333 parts of a million
    found = holders_of(world, wish(old=CHEAP), Part(GAMMA, 0.49, 0.0))

    assert found == {"alfa": 340_001, "beta": 169_999, "gamma": 490_000}


def test_a_leader_holds_all_of_a_new_plant_and_its_part_of_one_that_goes() -> None:
    world = tiny()
    assert held_by_lead(world, wish(group=BETA)) == 1.0
    assert [held_by_lead(world, wish(group=group, old=CHEAP)) for group in (ALFA, BETA)] == [1.0, 0.0]

    world.ownership.transfer(2026, "sale", "alfa", "beta", "cheap", 250_000)

    assert [held_by_lead(world, wish(group=group, old=CHEAP)) for group in (ALFA, BETA)] == [0.75, 0.25]


def test_a_part_brings_its_output_up_to_what_is_lacking_and_pays_for_what_is_given_up() -> None:
    world = tiny()
    plan = wish(given_up_cny_per_t=100.0)

    # 0.3 of 2 Mt, 95 % of which run
    assert part_of(world, plan, (GAMMA, 0.3, 0.9)) == Part(GAMMA, 0.3, pytest.approx(0.57))
    assert part_of(world, plan, (GAMMA, 0.3, 0.5)) == Part(GAMMA, 0.3, 0.5)
    assert (invested(plan), compensation(plan, 0.3)) == (6000.0, pytest.approx(60.0))


@pytest.mark.parametrize(("luck", "best"), [(0.4, CONSENT), (0.5, REFUSE), (0.6, REFUSE)])
def test_a_province_consents_below_its_chance(luck: float, best: str) -> None:
    case = consent_case("coast", wish(), {"consent_luck_share": luck}, 0.5)

    assert case.best == best
    assert case.margins == {CONSENT: pytest.approx(0.5 - luck), REFUSE: pytest.approx(luck - 0.5)}


def test_the_rules_of_the_nation_say_yes_or_no_without_degree() -> None:
    denied, passed = (approval_case("nation", wish(), {}, each) for each in (Objection(Bar.ORE, ""), None))

    assert (denied.best, denied.margins) == ("deny", {"approve": -1.0, "deny": 1.0})
    assert (passed.best, passed.margins) == ("approve", {"approve": 1.0, "deny": -1.0})


def backed(*choices: str) -> Backing:
    """Give what came of asking some for two fifths of a plan."""
    part = Part(GAMMA, 0.4, 0.0)
    return Backing(tuple(Answer(part, cast(Intent, SimpleNamespace(choice=each))) for each in choices))


def test_what_is_kept_of_looking_for_a_partner_is_who_was_asked_and_what_is_paid() -> None:
    plan = wish(given_up_cny_per_t=100.0)

    # 0.4 x 6000, and 0.4 x 2 Mt x 100
    assert backed(STAY_OUT, JOIN).facts(plan) == {
        "partners_asked_count": 2.0,
        "partner_share": 0.4,
        "partner_pays_mcny": pytest.approx(2480.0),
        "partner_compensates_mcny": pytest.approx(80.0),
    }
    refused = backed(STAY_OUT).facts(plan)
    assert (refused["partner_share"], refused["partner_pays_mcny"]) == (0.0, 0.0)
    assert backed().facts(plan) == {}
