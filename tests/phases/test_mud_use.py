"""Use of mud in the year: what it costs, when it changes, who takes it up, and what a duty does to it."""

from functools import cache

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.mud_use import mud_by_use, place_mud, spread_uses
from sim.policies.rulebook import MudRule, Rulebook
from sim.scenario.load import load
from tests.phases.playing import Played, fresh, play

DUTY = {
    "id": "duty",
    "type": "red_mud",
    "start_year": 2026,
    "target_share": 0.12,
    "target_rise_per_year": 0.0325,
    "penalty_cny_per_t": 40.0,
}


@cache
def ten_years(duty: bool, seed: int = 1) -> Played:
    """Give ten years without or with the duty of the action plan."""
    return play(10, seed, policies=[DUTY] if duty else [])


def after_a_year(industry: Industry) -> Industry:
    """Let the plants of 2026 make two thirds of what they could and let uses spread."""
    industry.year, industry.book = 2026, industry.new_book()
    place_mud(industry)
    industry.book.mud_use_share[:] = industry.refineries.mud_use_share
    industry.book.mud_mt[:] = industry.recipe.mud_t * industry.refineries.runnable_mt * 2.0 / 3.0
    spread_uses(industry)
    return industry


def test_about_an_eighth_of_the_mud_is_used_at_the_start() -> None:
    shares = []
    for seed in range(12):
        industry = fresh(seed)
        mud = industry.recipe.mud_t * industry.base_book.made_mt
        shares.append(float((industry.refineries.mud_use_share * mud).sum() / mud.sum()))

    # 10.5 of 107 Mt in 2023 and a target of 15 % for 2027; some fifty plants scatter around it
    assert np.mean(shares) == pytest.approx(0.12, abs=0.01)
    assert 0.08 < min(shares) < max(shares) < 0.16


def test_a_tonne_of_mud_costs_what_is_stacked_and_what_is_used() -> None:
    industry = fresh()
    plants, uses = industry.refineries, industry.surroundings.uses
    plants.mud_uses[:] = 0
    plants.mud_uses[0] = 1

    place_mud(industry)

    stacking, share = industry.parameters.red_mud.stacking_cny_per_t, float(uses.most_share[0])
    assert plants.mud_use_share[:2].tolist() == [share, 0.0]
    assert plants.mud_cny_per_t[1] == stacking
    assert plants.mud_cny_per_t[0] == pytest.approx((1.0 - share) * stacking + share * uses.cost_cny_per_t[0])


def test_a_fine_is_paid_on_the_gap_to_the_target() -> None:
    industry = fresh()
    industry.refineries.mud_uses[:] = 0
    industry.rules = Rulebook(red_mud=(MudRule(0.2, 50.0, 0.0, 0.0, None, 1.0, ()),))

    place_mud(industry)

    # 50 on a fifth of the mud
    stacking = industry.parameters.red_mud.stacking_cny_per_t
    assert industry.refineries.mud_cny_per_t == pytest.approx(
        np.full(len(industry.refineries), stacking + 10.0)
    )


def test_uses_that_are_taken_up_count_from_the_next_year_on() -> None:
    industry = fresh()
    before = industry.refineries.mud_use_share.copy()

    after_a_year(industry)

    assert any(event.kind == "mud_use" for event in industry.events)
    assert (industry.refineries.mud_use_share == before).all()


def test_nobody_takes_up_a_use_that_costs_more_than_it_spares() -> None:
    industry = fresh()
    industry.refineries.space_cny_per_t[:] = 0.0
    after_a_year(industry)
    kept = {row.id for row in industry.pack.mud_uses if row.cost_cny_per_t > 35.0}

    taken_up = {decision.choice for decision in industry.decisions if decision.kind == "use_mud"}

    # nothing is scarce, so that only what is cheaper than stacking pays
    assert taken_up
    assert not taken_up & kept


def test_mud_is_counted_where_it_went() -> None:
    industry = after_a_year(fresh())

    used = float((industry.book.mud_mt * industry.book.mud_use_share).sum())

    assert float(mud_by_use(industry).sum()) == pytest.approx(used, rel=0.05)
    assert float(industry.surroundings.used_mt.sum()) == pytest.approx(used)


def test_what_was_decided_follows_from_the_facts_on_record() -> None:
    found = [each for each in ten_years(False).industry.decisions if each.kind == "use_mud"]

    assert len(found) > 20
    for each in found:
        expected = each.facts["spared_cny_per_t"] - each.facts[f"{each.choice}_cost_cny_per_t"]
        assert each.margin == pytest.approx(expected)
        assert each.options[each.choice] == max(each.options.values()) > 0.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_duty_of_the_action_plan_raises_use_and_the_law_as_it_stands_misses_its_targets(
    seed: int,
) -> None:
    free, bound = (ten_years(duty, seed).years.set_index("year") for duty in (False, True))

    # 25 % in 2030
    assert free.red_mud_used_share[2030] < 0.25
    assert (bound.red_mud_used_share.loc[2028:] > free.red_mud_used_share.loc[2028:]).all()


def test_no_province_uses_more_than_its_takers_take() -> None:
    played = ten_years(True)
    limit = load("baseline").spec.parameters.mud_use.sink_share

    # shares are of the year's mud at the start of the year; plants of a province run unequally within it
    assert played.years.red_mud_used_share.max() <= limit + 0.02


def test_a_fine_that_is_announced_makes_plants_take_up_uses_before_it_is_paid() -> None:
    def taken_up(outlook: Rulebook) -> int:
        industry = fresh()
        industry.outlook = outlook
        after_a_year(industry)
        assert not industry.rules.red_mud
        return sum(event.kind == "mud_use" for event in industry.events)

    duty = MudRule(
        target_share=0.9,
        penalty_cny_per_t=500.0,
        closing_share=1.0,
        refused_share=0.0,
        required_life_years=None,
        weight_share=1.0,
        regions=(),
    )
    assert taken_up(Rulebook(red_mud=(duty,))) > taken_up(Rulebook())


def test_a_fine_that_will_lapse_does_not_count_in_a_use_that_lasts() -> None:
    duty = {
        **DUTY,
        "penalty_cny_per_t": 500.0,
        "target_share": 0.9,
        "target_rise_per_year": 0.0,
        "closing_share": 0.0,
    }

    def taken_up(**dates: int) -> int:
        events = play(1, policies=[{**duty, **dates}]).industry.events
        return sum(event.kind == "mud_use" for event in events)

    assert taken_up(end_year=2026) < taken_up()
