"""What stood against a plan, and the number at which it would have passed, worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.choice import Lever, Story
from sim.decisions.build.facts import BROKE, DENIED, GOES, REFUSED
from sim.decisions.build.objections import Objections, objections
from sim.policies.rulebook import Approval, Rulebook, SwapRule
from sim.world.books import Decision
from tests.strategy.test_approving import WEIGHTS

FACTS = {
    "size_mt": 2.0,
    "replaced_mt": 0.0,
    "heat_gj_per_t": 8.5,
    "ore_share": 0.4,
    "need_share": 0.5,
    "slack_share": 0.6,
    "owner_share": 0.05,
    "jobs_share": 0.2,
    "local_share": 0.0,
    "ceiling_share": 0.0,
    "pond_refused_share": 0.0,
    "filled_share": 0.0,
    "bar_luck_share": 0.3,
    "quota_left_mt": 4.0,
    "score_ratio": 0.5,
}
APPROVAL = Approval(
    quota_mt=5.0,
    barred_regions=("north",),
    barred_share=1.0,
    ore_control_share=0.0,
    energy_limit_gj_per_t=50.0,
)


def decided(choice: str, year: int = 2027, **facts: float) -> Decision:
    """Give what became of a plan with some facts."""
    return Decision(year, "x", "build", choice, "the rule", 0.1, "ratio", {}, {**FACTS, **facts})


def against(
    choice: str,
    approval: Approval | None = APPROVAL,
    swap: SwapRule | None = None,
    region: str = "coast",
    others: Sequence[Decision] = (),
    **facts: float,
) -> Objections:
    """Give what stood against a plan."""
    rules = Rulebook(approval=approval, swap=swap)
    story = SimpleNamespace(
        rules=lambda year: rules, parameters=SimpleNamespace(approvals=WEIGHTS), decisions=others
    )
    return objections(decided(choice, **facts), region, cast(Story, story))


def only(found: Objections, name: str) -> Lever:
    """Give the lever of a name."""
    (lever,) = (each for each in found.levers if each.name == name)
    return lever


def test_a_plan_over_the_quota_would_have_passed_with_a_larger_quota_or_a_smaller_plant() -> None:
    found = against(DENIED, size_mt=4.5, replaced_mt=0.25)

    # 4.25 Mt are new and 4 are left of 5, so a quota of 5.25 would do, or a plant of 4.25
    quota, size = only(found, "quota_mt"), only(found, "size_mt")
    assert (quota.now, quota.low, quota.high) == (5.0, 0.0, pytest.approx(10.5))
    assert quota.gap(5.25) == pytest.approx(0.0)
    assert (size.now, size.low, size.high) == (4.5, 0.0, 4.5)
    assert (size.gap(4.25), size.gap(4.5)) == pytest.approx((0.0, 0.25))


@pytest.mark.parametrize(
    ("name", "value", "limit", "most"),
    [
        ("heat_gj_per_t", 60.0, 50.0, 60.0),
        ("ceiling_share", 0.6, 0.3, 1.0),
        ("pond_refused_share", 0.6, 0.3, 1.0),
        ("filled_share", 1.2, 1.0, 1.2),
    ],
)
def test_a_plan_over_one_limit_would_have_passed_at_it(
    name: str, value: float, limit: float, most: float
) -> None:
    lever = only(against(DENIED, **{name: value}), name)

    assert (lever.now, lever.low, lever.high) == (value, 0.0, most)
    assert (lever.gap(limit), lever.gap(value)) == pytest.approx((0.0, value - limit))


def test_an_owner_short_of_ore_would_have_passed_with_more_of_it() -> None:
    lever = only(against(DENIED, replace(APPROVAL, ore_control_share=0.5)), "ore_share")

    assert (lever.now, lever.high, lever.gap(0.5)) == (0.4, 1.0, 0.0)


def test_a_plan_that_meets_another_bar_as_well_is_saved_by_no_single_number() -> None:
    found = against(DENIED, replace(APPROVAL, ore_control_share=0.5), heat_gj_per_t=60.0)

    assert found.levers == ()


def test_a_plan_that_the_rules_let_pass_is_not_explained_by_them() -> None:
    found = against(DENIED)

    assert "does not give this answer again" in found.told[-1]
    assert found.levers == ()


def test_where_nothing_new_is_approved_another_region_or_old_capacity_would_have_done() -> None:
    assert "a region that is not barred" in found_text(against(DENIED, region="north"))
    required = SwapRule(1.0, False, 30, True, 0.0, 1.0)
    assert "with old capacity given up" in found_text(against(DENIED, swap=required))
    # who gives up some has to give up more, of which nothing is told
    assert "old capacity given up" not in found_text(against(DENIED, swap=required, replaced_mt=1.0))
    optional = replace(required, required=False)
    assert "does not give this answer again" in found_text(against(DENIED, swap=optional))


def found_text(found: Objections) -> str:
    """Give all that is told."""
    return " ".join(found.told)


def test_points_are_told_beside_those_of_plans_that_took_of_the_quota_that_year() -> None:
    others = [
        decided(GOES, score_ratio=0.7),
        decided(GOES, score_ratio=0.8, replaced_mt=1.0),
        # what replaces all of itself takes nothing of the quota, and another year has its own
        decided(GOES, score_ratio=0.6, replaced_mt=2.0),
        decided(GOES, score_ratio=0.1, replaced_mt=3.0),
        decided(GOES, 2026, score_ratio=0.2),
        decided(REFUSED, score_ratio=0.3),
        Decision(2027, "y", "build", GOES, "", 0.1, "ratio", {}, {"size_mt": 2.0}),
    ]

    told = found_text(against(DENIED, others=others, size_mt=6.0))

    assert "It had 0.50 points" in told
    assert "the last of 2 that took of the year's quota had 0.70" in told
    assert "nothing else took of the quota" in found_text(against(DENIED, others=others[2:], size_mt=6.0))


def test_a_province_would_have_consented_to_more_jobs_more_room_or_fewer_neighbours() -> None:
    # 0.2 of jobs less 2 x 0.4: -0.6, a chance of 0.354
    found = against(REFUSED, consent_luck_share=0.5)

    assert "35 %" in found_text(found)
    jobs, slack, taken = (only(found, name) for name in ("jobs_share", "slack_share", "filled_share"))
    assert (jobs.now, slack.now, taken.now) == (0.2, 0.6, 0.0)
    assert {(each.low, each.high) for each in found.levers} == {(0.0, 1.0)}
    # even odds where jobs are 0.8, or room is 0.9; a neighbour more makes it -0.6 - 1.5
    assert (jobs.gap(0.8), slack.gap(0.9)) == pytest.approx((0.0, 0.0))
    assert taken.gap(1.0) == pytest.approx(1.0 / (1.0 + 2.718281828**2.1) - 0.5)


@pytest.mark.parametrize(
    ("facts", "words", "levers"),
    [
        ({}, "The chance of its consent was 35 %.", 0),
        ({"consent_luck_share": 0.1}, "refused all the same", 0),
    ],
)
def test_a_province_that_drew_nothing_or_refused_against_its_draw_is_told_without_levers(
    facts: dict[str, float], words: str, levers: int
) -> None:
    found = against(REFUSED, **facts)

    assert words in found_text(found)
    assert len(found.levers) == levers


def test_a_draw_at_the_chance_refuses() -> None:
    even = {"jobs_share": 0.8, "consent_luck_share": 0.5}

    assert len(against(REFUSED, **even).levers) == 3


def test_an_owner_short_of_means_is_told_by_how_much() -> None:
    found = against(BROKE, capex_cny_per_t=3000.0, means_mcny=4500.0)

    (lever,) = found.levers
    assert (lever.now, lever.low, lever.high) == (4500.0, 0.0, 12_000.0)
    assert (lever.gap(4500.0), lever.gap(6000.0)) == (-1500.0, 0.0)
    assert "1,500 million CNY short" in found_text(found)
    assert against(BROKE, means_mcny=4500.0) == against(BROKE, capex_cny_per_t=3000.0) == Objections()


@pytest.mark.parametrize("facts", [{}, {"size_mt": 2.0, "ore_share": 0.4}])
def test_a_plan_of_which_not_all_is_on_record_is_told_by_its_reason(facts: dict[str, float]) -> None:
    bare: Any = Decision(2027, "x", "build", DENIED, "the rule", 0.1, "ratio", {}, facts)

    found = objections(bare, "coast", cast(Story, SimpleNamespace()))

    assert found_text(found) == "The reason on record: the rule."
