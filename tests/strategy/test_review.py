"""Antitrust review: who files, how closely the authority looks, and what it answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.load import load
from sim.strategy.approving import (
    BLOCKED,
    CLEAR,
    CONDITIONAL,
    Stance,
    Step,
    must_file,
    odds,
    outcome,
    screen,
    step,
)

USUAL = Stance()
REVIEW = load("baseline").spec.parameters.review


@given(st.lists(st.floats(0.1, 30.0), min_size=2, max_size=12))
def test_buying_a_whole_rival_raises_the_hhi_by_twice_the_product_of_shares(sizes: list[float]) -> None:
    volume = np.array(sizes)
    s = volume / volume.sum()

    seen = step(volume, 0, 1, float(volume[1]))

    assert seen.rise == pytest.approx(2e4 * s[0] * s[1], abs=1e-8)


def test_buying_a_part_takes_away_what_the_seller_had() -> None:
    # shares 30, 40, 30: 3400; 10 points from the second to the first: 40, 30, 30: also 3400
    seen = step(np.array([30.0, 40.0, 30.0]), 0, 1, 10.0)

    assert (seen.before, seen.after, seen.buyer_share) == pytest.approx((3400.0, 3400.0, 0.4))
    assert not step(np.array([30.0, 40.0, 30.0]), 0, 1, 0.0).overlap


def test_a_seller_has_nothing_left_where_more_goes_than_it_has() -> None:
    # 80 and 30 of 110: 1e4 x (6,400 + 900) / 12,100
    assert step(np.array([30.0, 40.0, 30.0]), 0, 1, 50.0).after == pytest.approx(6033.057851)


def test_a_smelter_group_that_buys_its_first_refinery_has_no_overlap() -> None:
    assert not step(np.array([0.0, 40.0, 60.0]), 0, 1, 40.0).overlap


@pytest.mark.parametrize(
    ("buyer", "target", "files"),
    [(3000, 900, False), (3300, 900, True), (9000, 700, False), (3100, 900, False), (9000, 800, False)],
)
def test_a_deal_is_filed_from_four_billion_with_two_parties_of_eight_tenths(
    buyer: float, target: float, files: bool
) -> None:
    assert must_file(buyer, target, REVIEW) is files


@pytest.mark.parametrize(
    ("before", "after", "share", "level"),
    [
        (800, 990, 0.10, "clear"),  # below 1,000 whatever the step
        (1000, 1090, 0.20, "clear"),  # moderate, step under 100
        (1000, 1150, 0.20, "review"),  # moderate, step over 100
        (1900, 1950, 0.20, "review"),  # high, small step
        (1900, 2150, 0.30, "presumption"),  # high, step over 200
        (
            850,
            1000,
            0.10,
            "review",
        ),  # each limit belongs to the stricter side of a rise, to the milder of a level
        (1500, 1800, 0.20, "review"),
        (1750, 1800, 0.20, "review"),
        (1800, 2000, 0.20, "review"),
        (1000, 1100, 0.20, "review"),
        (800, 900, 0.35, "review"),
        (800, 900, 0.36, "review"),  # closer look from 35 %
        (800, 900, 0.50, "presumption"),  # presumption from one half
    ],
)
def test_the_screen_follows_level_step_and_share(
    before: float, after: float, share: float, level: str
) -> None:
    assert (
        screen(Step(before, after, share, overlap=True), vertical=False, stance=USUAL, review=REVIEW) == level
    )


def test_a_vertical_deal_is_looked_at_from_a_share_of_35_per_cent() -> None:
    assert screen(Step(800, 800, 0.34, overlap=False), vertical=True, stance=USUAL, review=REVIEW) == "clear"
    assert screen(Step(800, 800, 0.35, overlap=False), vertical=True, stance=USUAL, review=REVIEW) == "review"
    assert screen(Step(800, 800, 0.36, overlap=False), vertical=True, stance=USUAL, review=REVIEW) == "review"


def test_full_strictness_halves_the_thresholds() -> None:
    # 1,090 after a step of 90 is clear in usual years; limits of 500, 900, 50 and 100 make it a review
    seen = Step(1000, 1090, 0.2, overlap=True)

    assert screen(seen, vertical=False, stance=Stance(strictness_share=1.0), review=REVIEW) == "review"


def test_usual_odds_of_a_review_are_those_assumed() -> None:
    assert odds("review", USUAL, REVIEW) == (0.93, 0.06)
    assert [outcome("review", USUAL, luck, REVIEW) for luck in (0.92, 0.95, 0.995)] == [
        CLEAR,
        CONDITIONAL,
        BLOCKED,
    ]


def test_a_strict_stance_blocks_more_and_a_lenient_one_less() -> None:
    strict, lenient = Stance(strictness_share=1.0), Stance(shift_logit=-0.5)

    for level in ("review", "presumption"):
        blocked = [1.0 - sum(odds(level, each, REVIEW)) for each in (lenient, USUAL, strict)]
        assert blocked == sorted(blocked)
        assert blocked[0] < blocked[1] < blocked[2]


def test_what_is_never_cleared_stays_so_whatever_the_stance() -> None:
    never = REVIEW.model_copy(update={"review_clear_share": 0.0, "review_conditional_share": 1.0})

    assert odds("review", Stance(shift_logit=-0.5), never) == (0.0, 1.0)


def test_strictness_multiplies_the_odds_against_a_clear_answer_by_twenty() -> None:
    # 7 to 93 against; times e^3
    clear, _ = odds("review", Stance(strictness_share=1.0), REVIEW)

    assert (1.0 - clear) / clear == pytest.approx(7.0 / 93.0 * np.exp(3.0))


def test_a_ban_refuses_what_is_filed_and_calls_in_what_is_not() -> None:
    ban = Stance(banned_share=1.0)

    for level in ("exempt", "clear", "review", "presumption"):
        assert odds(level, ban, REVIEW) == (0.0, 0.0)
        assert outcome(level, ban, 1e-9, REVIEW) == BLOCKED


def test_half_a_ban_halves_the_odds_of_the_rest() -> None:
    assert odds("review", Stance(banned_share=0.5), REVIEW) == pytest.approx((0.465, 0.03))


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        (440, 499, "clear"),  # below 500 whatever the step
        (600, 640, "clear"),  # moderate, step under 50
        (600, 670, "review"),  # moderate, step over 50
        (440, 560, "review"),
        (850, 960, "presumption"),  # high, step over 100
        (850, 940, "review"),
    ],
)
def test_under_full_strictness_the_screen_follows_limits_half_as_high(
    before: float, after: float, level: str
) -> None:
    seen = Step(before, after, 0.2, overlap=True)

    assert screen(seen, vertical=False, stance=Stance(strictness_share=1.0), review=REVIEW) == level


def test_strictness_multiplies_the_odds_that_what_is_not_cleared_is_blocked() -> None:
    # one in seven is blocked; times e^3
    clear, conditional = odds("review", Stance(strictness_share=1.0), REVIEW)

    assert (1.0 - clear - conditional) / conditional == pytest.approx(1.0 / 6.0 * np.exp(3.0))


def test_what_needs_no_look_is_cleared_whatever_the_stance() -> None:
    assert odds("clear", Stance(strictness_share=1.0), REVIEW) == (1.0, 0.0)


def test_usual_odds_of_a_presumption_are_those_assumed() -> None:
    assert odds("presumption", USUAL, REVIEW) == (
        REVIEW.presumption_clear_share,
        REVIEW.presumption_conditional_share,
    )


def test_a_draw_at_a_bound_belongs_to_the_worse_answer() -> None:
    assert outcome("review", USUAL, 0.93, REVIEW) == CONDITIONAL
    assert outcome("review", USUAL, sum(odds("review", USUAL, REVIEW)), REVIEW) == BLOCKED


def test_a_buyer_with_smelters_is_looked_at_no_less_closely_than_one_without() -> None:
    for seen in (Step(5000, 10_000, 1.0, overlap=True), Step(800, 900, 0.36, overlap=True)):
        levels = [screen(seen, vertical=vertical, stance=USUAL, review=REVIEW) for vertical in (False, True)]
        assert levels[0] == levels[1]
