"""Local support: which plants provinces are asked about, what they give, and how they may answer."""

from typing import Any

import numpy as np
import pytest

from sim.choice import Case, Intent
from sim.decisions.support import SUPPORT, SupportFacts, offer_support
from sim.reasons.record import record_of
from sim.reasons.verdict import verdict
from sim.run import run
from sim.scenario.load import load
from sim.strategy.consents import offer_chance
from sim.world.books import Decision
from sim.world.world import World
from tests.phases.playing import cast_of, fresh

FACTS = {
    "jobs_share": 0.25,
    "state_owned_share": 1.0,
    "discipline_share": 0.5,
    "supported_years": 2.0,
    "margin_cny_per_t": -40.0,
    "loss_quarters": 6.0,
    "luck_share": 0.05,
}


def losing(loss_cny_per_t: float = 30.0, **support: float) -> World:
    """Give an industry of 2026 in which every plant but the first has lost money for a year and more."""
    world = fresh(parameters={"support": support})
    plants = world.refineries
    world.year, plants.loss_quarters[:] = 2026, 5
    plants.loss_quarters[0] = 3
    plants.cash_cost_cny_per_t[:] = world.prices.mill_cny_per_t[plants.region] + loss_cny_per_t
    return world


def test_provinces_give_the_loss_of_a_tonne_to_plants_that_have_lost_for_a_year() -> None:
    world = losing(intercept_logit=10.0)
    plants = world.refineries

    offer_support(world, cast_of(world))

    given = plants.support_cny_per_t > 0.0
    assert given.any()
    assert plants.support_cny_per_t[given] == pytest.approx(30.0)
    assert not given[0]
    assert not given[plants.nameplate_mt <= 0.0].any()
    assert plants.support_years[given].tolist() == [1] * given.sum()
    assert [event.kind for event in world.events] == ["support"] * given.sum()


@pytest.mark.parametrize(("loss", "cap"), [(-30.0, 100.0), (30.0, 0.0)])
def test_where_nothing_can_be_given_nobody_is_asked(loss: float, cap: float) -> None:
    world = losing(loss, intercept_logit=10.0, cap_cny_per_t=cap)

    offer_support(world, cast_of(world))

    assert not world.refineries.support_cny_per_t.any()
    assert not world.refineries.support_years.any()
    assert not world.events


@pytest.mark.parametrize(("margin", "asked"), [(-0.5, True), (0.0, False), (0.5, False)])
def test_any_loss_is_a_reason_and_none_is_none(margin: float, asked: bool) -> None:
    seen = SupportFacts.of({**FACTS, "margin_cny_per_t": margin})
    assert seen is not None

    lead = SUPPORT.weigh(seen, fresh().parameters)["support"]

    assert bool(np.isfinite(lead[0])) is asked


def test_support_lasts_for_a_year() -> None:
    world = losing(intercept_logit=-10.0, jobs_logit=0.0, state_logit=0.0)
    world.refineries.support_cny_per_t[:] = 20.0

    offer_support(world, cast_of(world))

    assert not world.refineries.support_cny_per_t.any()


def test_a_province_may_decline_what_it_used_to_give() -> None:
    asked: list[Case] = []

    def decline(view: Any, case: Case) -> Intent:
        asked.append(case)
        return case.take("decline")

    world = losing(intercept_logit=10.0)
    cast = cast_of(world)
    row = int(np.argmax(world.refineries.nameplate_mt[1:])) + 1
    strict = cast.provinces[int(world.refineries.region[row])]
    strict.decide = decline

    offer_support(world, cast)

    here = world.refineries.region == strict.row
    assert world.refineries.keys[row] in {case.about for case in asked}
    assert not world.refineries.support_cny_per_t[here].any()
    assert world.refineries.support_cny_per_t[~here].any()


def test_an_answer_can_be_told() -> None:
    record = record_of(run(load("toy", years={"end_year": 2026}), seed=0))
    seen = SupportFacts.of(FACTS)
    assert seen is not None
    chance = offer_chance(record.parameters.support, 0.25, True, 0.5, 2)
    lead = float(SUPPORT.weigh(seen, record.parameters)["support"][0])
    assert lead == pytest.approx(chance - 0.05)
    choice = "support" if lead > 0.0 else "decline"
    options = {"support": lead, "decline": 0.0}
    given = Decision(2026, "y", "support x", choice, SUPPORT.rule, abs(lead), "share", options, FACTS)

    told = verdict(given, record)

    assert "6 quarters" in " ".join(told.told)
    luck = next(way for way in told.tippings if way.name == "luck_share")
    assert luck.tipped == pytest.approx(chance)
    assert verdict(Decision(2026, "y", "support x", "decline", "as ever", 1.0, "share", {}), record).answer
