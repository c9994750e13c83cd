"""Approvals: the score by hand, each reason to turn an application down, and a province's consent."""

from dataclasses import replace
from typing import Any

import pytest

from sim.policies.rulebook import Approval
from sim.scenario.owner_parameters import Approvals
from sim.strategy.approving import Application, Bar, consent_chance, objection, passing_chance, score

WEIGHTS = Approvals(
    energy_ratio=0.25,
    ore_ratio=0.25,
    integration_ratio=0.2,
    slack_ratio=0.15,
    backbone_ratio=0.15,
    reference_gj_per_t=12.0,
    energy_slope_ratio=3.0,
    backbone_share=0.1,
    consent_logit=0.0,
    consent_jobs_logit=1.0,
    consent_slack_logit=2.0,
    opposition_logit=1.5,
    room_ratio=1.0,
)
USUAL = Application(
    size_mt=2.0,
    replaced_mt=0.0,
    region="coast",
    heat_gj_per_t=8.5,
    ore_share=0.4,
    need_share=0.5,
    slack_share=0.6,
    owner_share=0.05,
    jobs_share=0.2,
)
RULES = Approval(
    quota_mt=4.0,
    barred_regions=("north",),
    barred_share=1.0,
    ore_control_share=0.0,
    energy_limit_gj_per_t=50.0,
)


def against(rules: Approval | None = RULES, left: float = 4.0, swap: bool = False, **changes: Any) -> str:
    """Give what the nation has against the usual application with some changes."""
    found = objection(replace(USUAL, **changes), rules, left, swap, 0.5)
    return found.words if found else ""


def test_the_score_is_the_weighted_sum_of_five_points() -> None:
    # energy 3 x (1 - 8.5 / 12) = 0.875; backbone 0.05 / 0.1 = 0.5
    by_hand = 0.25 * 0.875 + 0.25 * 0.4 + 0.2 * 0.5 + 0.15 * 0.6 + 0.15 * 0.5

    assert score(USUAL, WEIGHTS) == pytest.approx(by_hand)


def test_no_application_scores_over_one() -> None:
    best = replace(USUAL, heat_gj_per_t=0.0, ore_share=1.0, need_share=1.0, slack_share=1.0, owner_share=0.9)

    assert score(best, WEIGHTS) == pytest.approx(1.0)


def test_an_application_within_all_limits_is_approved() -> None:
    assert against() == ""


def test_without_limits_anything_is_approved() -> None:
    assert against(None, 0.0, size_mt=8.0, region="north") == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"region": "north"}, "nothing new"),
        ({"size_mt": 4.5}, "quota"),
        ({"heat_gj_per_t": 60.0}, "heat"),
    ],
)
def test_each_limit_turns_an_application_down_in_words(changes: dict[str, Any], why: str) -> None:
    assert why in against(**changes)


def test_an_owner_without_ore_is_turned_down_where_ore_is_asked_for() -> None:
    assert "controls less than 50%" in against(replace(RULES, ore_control_share=0.5))


def test_a_quota_of_nothing_leaves_only_replacements() -> None:
    assert "quota" in against(left=0.0)
    assert against(left=0.0, replaced_mt=2.0) == ""


def test_old_capacity_may_be_replaced_where_nothing_new_is_approved() -> None:
    assert against(region="north", replaced_mt=2.0, local_share=1.0) == ""


def test_old_capacity_of_another_province_does_not_open_a_barred_region() -> None:
    assert "in the region" in against(region="north", replaced_mt=2.0)


def test_half_a_bar_lets_half_of_the_applications_through() -> None:
    weak = replace(RULES, barred_share=0.4)

    assert objection(replace(USUAL, region="north"), weak, 4.0, False, 0.39) is not None
    assert objection(replace(USUAL, region="north"), weak, 4.0, False, 0.41) is None


def test_where_a_swap_is_required_nothing_is_built_without_old_capacity() -> None:
    assert "old capacity" in against(swap=True)
    assert against(swap=True, replaced_mt=2.0) == ""


def test_a_province_weighs_jobs_against_what_its_environment_lacks() -> None:
    # 0 + 1 x 0.2 - 2 x (1 - 0.6) = -0.6
    assert consent_chance(USUAL, WEIGHTS) == pytest.approx(0.354344, abs=1e-6)
    assert consent_chance(replace(USUAL, slack_share=1.0), WEIGHTS) > consent_chance(USUAL, WEIGHTS)


def test_those_who_live_near_mind_more_where_more_stands() -> None:
    # -0.6 as above less 1.5 x 0.4
    assert consent_chance(replace(USUAL, filled_share=0.4), WEIGHTS) == pytest.approx(0.231475, abs=1e-6)


def test_where_no_site_is_left_the_nation_objects_with_or_without_rules_of_the_year() -> None:
    full = replace(USUAL, filled_share=1.01)

    for rules in (RULES, None):
        against = objection(full, rules, 4.0, False, 0.5)
        assert against is not None
        assert against.bar is Bar.SITE
        assert passing_chance(full, rules, 4.0, False, WEIGHTS) == 0.0
    assert objection(replace(USUAL, filled_share=1.0), RULES, 4.0, False, 0.5) is None


def test_the_chance_to_pass_is_that_of_consent_where_the_nation_has_nothing_against_it() -> None:
    consent = consent_chance(USUAL, WEIGHTS)

    assert passing_chance(USUAL, RULES, 4.0, False, WEIGHTS) == pytest.approx(consent)
    assert passing_chance(USUAL, None, 4.0, False, WEIGHTS) == pytest.approx(consent)
    assert passing_chance(USUAL, RULES, 1.9, False, WEIGHTS) == 0.0
    assert passing_chance(USUAL, RULES, 4.0, True, WEIGHTS) == 0.0
    assert passing_chance(replace(USUAL, replaced_mt=2.0), RULES, 0.0, True, WEIGHTS) == pytest.approx(
        consent
    )


def test_a_bar_that_is_not_strict_lets_some_pass() -> None:
    north, half = replace(USUAL, region="north"), replace(RULES, barred_share=0.4)
    consent = consent_chance(north, WEIGHTS)

    assert passing_chance(north, RULES, 4.0, False, WEIGHTS) == 0.0
    # six of ten applications are read
    assert passing_chance(north, half, 4.0, False, WEIGHTS) == pytest.approx(0.6 * consent)


def test_each_objection_says_what_stands_against_an_application() -> None:
    plain = replace(RULES, barred_regions=())
    cases = [
        (Bar.SWAP, USUAL, plain, True),
        (Bar.REGION, replace(USUAL, region="north"), RULES, False),
        (Bar.HEAT, replace(USUAL, heat_gj_per_t=51.0), plain, False),
        (Bar.ORE, USUAL, replace(plain, ore_control_share=1.0), False),
        (Bar.QUOTA, replace(USUAL, size_mt=5.0), plain, False),
    ]

    found = [objection(asked, rules, 4.0, swap, 0.5) for _, asked, rules, swap in cases]

    assert [each.bar for each in found if each] == [bar for bar, *_ in cases]


def test_a_full_ceiling_and_a_ban_on_ponds_refuse_by_their_strength() -> None:
    # the draw is 0.5
    assert "ceiling" in against(ceiling_share=0.6)
    assert against(ceiling_share=0.4) == ""
    assert "pond" in against(rules=None, pond_refused_share=1.0)
    assert against(pond_refused_share=0.5) == ""


def test_the_chance_of_passing_counts_the_hardest_bar_once() -> None:
    free = passing_chance(USUAL, RULES, 4.0, swap_required=False, weights=WEIGHTS)
    barred = replace(USUAL, ceiling_share=0.75, pond_refused_share=0.5)

    assert passing_chance(barred, RULES, 4.0, swap_required=False, weights=WEIGHTS) == pytest.approx(
        0.25 * free
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"size_mt": 4.0},
        {"heat_gj_per_t": 50.0},
        {"ceiling_share": 0.5},
        {"pond_refused_share": 0.5},
    ],
)
def test_whoever_just_keeps_a_limit_passes(changes: dict[str, Any]) -> None:
    # the draw is 0.5, and it refuses what is below the chance
    assert against(**changes) == ""


def test_whoever_just_has_the_ore_that_is_asked_for_passes() -> None:
    assert against(replace(RULES, ore_control_share=0.4)) == ""


def test_a_draw_at_the_strength_of_a_bar_passes() -> None:
    assert against(replace(RULES, barred_share=0.5), region="north") == ""


def test_a_kilogram_of_new_capacity_needs_no_quota_and_no_swap() -> None:
    # 1e-9 Mt is a kilogram
    assert against(left=0.0, size_mt=1e-9) == ""
    assert against(swap=True, size_mt=1e-9) == ""
    assert against(region="north", size_mt=1e-9, local_share=1.0) == ""
    assert "quota" in against(left=0.0, size_mt=0.5)
    assert "old capacity" in against(swap=True, size_mt=0.5)
    assert "in the region" in against(region="north", size_mt=0.5, local_share=1.0)


def test_old_capacity_larger_than_the_new_plant_leaves_no_room_for_another() -> None:
    assert against(left=0.0, replaced_mt=3.0, swap=True) == ""


def test_a_plant_hotter_than_the_reference_saves_nothing() -> None:
    # without its 0.25 x 0.875 of energy
    assert score(replace(USUAL, heat_gj_per_t=13.0), WEIGHTS) == pytest.approx(
        score(USUAL, WEIGHTS) - 0.21875
    )
