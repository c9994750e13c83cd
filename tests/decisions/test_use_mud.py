"""Uses of mud that plants take up: what pays, what a fine does to it, and who is asked."""

from typing import Any

import numpy as np
import pytest

from sim.choice import Case, Intent
from sim.decisions.use_mud import STACK, USE_MUD, UseMudFacts, take_up_uses
from sim.policies.rulebook import MudRule, Rulebook
from sim.sight.mud import cost_of_uses
from tests.phases.playing import cast_of, fresh, play
from tests.phases.test_mud_use import DUTY, after_a_year, ten_years


def test_uses_that_are_taken_up_count_from_the_next_year_on() -> None:
    world = fresh()
    before = world.refineries.mud_use_share.copy()

    after_a_year(world)

    assert any(event.kind == "mud_use" for event in world.events)
    assert (world.refineries.mud_use_share == before).all()


def test_nobody_takes_up_a_use_that_costs_more_than_it_spares() -> None:
    world = fresh()
    world.refineries.space_cny_per_t[:] = 0.0
    after_a_year(world)
    kept = {row.id for row in world.pack.mud_uses if row.cost_cny_per_t > 35.0}

    taken_up = {decision.choice for decision in world.decisions if decision.kind == "use_mud"}

    # nothing is scarce, so that only what is cheaper than stacking pays
    assert taken_up
    assert not taken_up & kept


def test_what_was_decided_follows_from_the_facts_on_record() -> None:
    found = [each for each in ten_years(False).world.decisions if each.kind == "use_mud"]

    assert len(found) > 20
    for each in found:
        expected = each.facts["spared_cny_per_t"] - each.facts[f"{each.choice}_cost_cny_per_t"]
        assert each.margin == pytest.approx(expected)
        assert each.options[each.choice] == max(each.options.values()) > 0.0


def test_a_fine_that_is_announced_makes_plants_take_up_uses_before_it_is_paid() -> None:
    def taken_up(outlook: Rulebook) -> int:
        world = fresh()
        world.outlook = outlook
        after_a_year(world)
        assert not world.rules.red_mud
        return sum(event.kind == "mud_use" for event in world.events)

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
        events = play(1, policies=[{**duty, **dates}]).world.events
        return sum(event.kind == "mud_use" for event in events)

    assert taken_up(end_year=2026) < taken_up()


def test_a_plant_whose_chance_comes_may_go_on_stacking() -> None:
    def stack(view: Any, case: Case) -> Intent:
        return case.take(STACK)

    world = fresh()
    world.year, before = 2026, world.refineries.mud_uses.copy()
    cast = cast_of(world)
    for plant in cast.refineries:
        plant.decide = stack

    take_up_uses(world, cast, cost_of_uses(world))

    assert world.decisions
    assert {each.choice for each in world.decisions} == {STACK}
    assert all(each.margin < 0.0 for each in world.decisions)
    assert (world.refineries.mud_uses == before).all()


def test_what_a_use_gains_follows_from_the_facts_of_each_use() -> None:
    recorded = {
        "spared_cny_per_t": 60.0,
        "cement_cost_cny_per_t": 55.0,
        "soil_cost_cny_per_t": 65.0,
        "iron_cost_cny_per_t": 25.0,
        "cement_taken_share": 0.0,
        "soil_taken_share": 0.0,
        "iron_taken_share": 1.0,
    }
    seen = UseMudFacts.of(recorded)
    assert seen is not None

    options = USE_MUD.weigh(seen, fresh().parameters)

    # iron is taken up already
    assert {name: float(value[0]) for name, value in options.items() if not np.isnan(value[0])} == {
        "cement": pytest.approx(5.0),
        "soil": pytest.approx(-5.0),
        STACK: 0.0,
    }
    assert seen.row(0) == recorded
    assert UseMudFacts.of({"spared_cny_per_t": 60.0}) is None
