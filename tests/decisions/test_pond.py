"""Applications for ponds: who applies, what provinces answer, and what follows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.choice import Case, Intent
from sim.decisions.permit import PERMIT, PermitFacts
from sim.decisions.pond import POND, PondFacts, apply_for_ponds
from sim.policies.rulebook import MudRule, Rulebook
from sim.reasons.record import record_of
from sim.reasons.verdict import verdict
from sim.run import run
from sim.scenario.load import load
from sim.sight.mud import yearly_mud
from sim.world.books import Decision
from sim.world.world import World
from tests.phases.playing import cast_of, fresh


def applied(permit_share: float) -> World:
    """Give an industry of 2026 after its provinces have answered, with one chance of a permit for all."""
    world = fresh()
    world.year = 2026
    world.refineries.permit_due_year[:] = 0
    world.refineries.pond_space_mt[:] *= np.arange(len(world.refineries)) % 2
    world.geography.permit_share[:] = permit_share
    apply_for_ponds(world, cast_of(world))
    return world


def test_only_standing_plants_with_short_ponds_apply() -> None:
    world = applied(permit_share=1.0)
    plants = world.refineries
    short = (
        world.refineries.pond_space_mt
        < np.array([yearly_mud(world, row) for row in range(len(plants))])
        * world.parameters.red_mud.apply_below_years
    )

    granted = plants.permit_due_year > 0

    assert granted.any()
    assert (granted == (short & (plants.nameplate_mt > 0.0))).all()
    assert (plants.permit_due_year[granted] == 2026 + world.parameters.red_mud.permit_lead_years).all()


def test_provinces_that_never_permit_let_ponds_run_full() -> None:
    assert (applied(permit_share=0.0).refineries.permit_due_year == 0).all()


def test_a_plant_that_waits_for_its_pond_does_not_apply_again() -> None:
    world = applied(permit_share=1.0)
    granted = len(world.events)

    apply_for_ponds(world, cast_of(world))

    assert granted > 0
    assert len(world.events) == granted


def test_a_pond_ban_by_law_refuses_what_the_province_would_grant() -> None:
    world = fresh()
    ban = MudRule(0.15, 0.0, 0.0, 1.0, None, 1.0, ("shanxi",))
    world.year, world.rules = 2026, Rulebook(red_mud=(ban,))
    world.refineries.permit_due_year[:] = 0
    world.refineries.pond_space_mt[:] = 0.0
    world.geography.permit_share[:] = 1.0

    apply_for_ponds(world, cast_of(world))

    granted = world.refineries.region[world.refineries.permit_due_year > 0]
    shanxi = world.geography.regions.index("shanxi")
    assert granted.size > 0
    assert shanxi not in granted


def always(way: str) -> Callable[[Any, Case], Intent]:
    """Give the mind of somebody that always goes one way."""
    return lambda view, case: case.take(way)


def test_a_plant_may_wait_with_short_ponds_or_apply_with_long_ones() -> None:
    world = fresh()
    world.year = 2026
    world.refineries.permit_due_year[:] = 0
    world.refineries.pond_space_mt[:] *= np.arange(len(world.refineries)) % 2
    world.geography.permit_share[:] = 1.0
    cast = cast_of(world)
    for plant in cast.refineries:
        plant.decide = always("apply" if plant.row % 2 else "wait")

    apply_for_ponds(world, cast)

    permitted = np.flatnonzero(world.refineries.permit_due_year > 0)
    assert permitted.size
    assert (permitted % 2 == 1).all()
    assert permitted.size == (world.refineries.nameplate_mt[1::2] > 0.0).sum()


def test_a_province_may_refuse_what_it_used_to_grant() -> None:
    world = fresh()
    world.year = 2026
    world.refineries.permit_due_year[:] = 0
    world.refineries.pond_space_mt[:] = 0.0
    world.geography.permit_share[:] = 1.0
    cast = cast_of(world)
    strict = cast.provinces[world.geography.regions.index("shanxi")]
    strict.decide = always("refuse")

    apply_for_ponds(world, cast)

    granted = world.refineries.region[world.refineries.permit_due_year > 0]
    assert granted.size
    assert strict.row not in granted


def test_an_application_and_its_answer_can_be_told() -> None:
    record = record_of(run(load("toy", years={"end_year": 2026}), seed=0))
    parameters = record.parameters
    # one tonne of mud stays of each of two tonnes of alumina a year: three tonnes last for three years
    facts = {"pond_space_mt": 3.0, "mud_t_per_t": 1.0, "mud_use_share": 0.5, "runnable_mt": 2.0}
    short = parameters.red_mud.apply_below_years - 3.0
    seen = PondFacts.of(facts)
    assert seen is not None
    assert POND.weigh(seen, parameters)["apply"] == pytest.approx([short])
    applied_for = Decision(
        2026, "x", "pond", "apply", POND.rule, short, "years", {"apply": short, "wait": 0.0}, facts
    )

    told = verdict(applied_for, record)

    assert "3.00 years" in " ".join(told.told)
    space = next(way for way in told.tippings if way.name == "pond_space_mt")
    assert space.tipped == pytest.approx(parameters.red_mud.apply_below_years)

    facts = {"lawful_share": 0.5, "willing_share": 0.8, "luck_share": 0.3}
    asked = PermitFacts.of(facts)
    assert asked is not None
    assert PERMIT.weigh(asked, parameters)["permit"] == pytest.approx([0.1])
    granted = Decision(
        2026, "y", "permit x", "permit", PERMIT.rule, 0.1, "share", {"permit": 0.1, "refuse": 0.0}, facts
    )
    answered = verdict(granted, record)
    assert "40.0 %" in " ".join(answered.told)
    assert {way.name: way.tipped for way in answered.tippings} == {
        "lawful_share": pytest.approx(0.375),
        "willing_share": pytest.approx(0.6),
        "luck_share": pytest.approx(0.4),
    }


@pytest.mark.parametrize("kind", ["pond", "permit x"])
def test_one_that_lacks_facts_is_told_all_the_same(kind: str) -> None:
    record = record_of(run(load("toy", years={"end_year": 2026}), seed=0))

    bare = verdict(Decision(2026, "x", kind, "wait", "as ever", 1.0, "CNY/t", {}, {}), record)

    assert bare.answer
    assert bare.tippings == ()
