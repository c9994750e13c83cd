"""Minority stakes: shares and money move, control does not, the rest is look-through."""

import pytest

from sim.choice import Case
from sim.decisions.take import LEAVE_IT, TAKE, TAKE_IT, take_stakes
from sim.reasons.record import record_of
from sim.reasons.verdict import verdict
from sim.run import Run, run
from sim.scenario.load import load
from sim.world.dealbook import MINORITY
from sim.world.world import World
from tests.phases.playing import asked_in, fresh, play


def looking() -> World:
    """Give the start of 2026, in which every group short of alumina looks for a stake."""
    world = fresh(parameters={"deals": {"minority_share": 1.0}})
    world.year, world.book = 2026, world.base_book
    world.book.deals_mcny[:] = 0.0
    return world


def offer(world: World, way: str = "") -> list[Case]:
    """Let groups take stakes and give what they were asked."""
    return asked_in(take_stakes, world, way)


def test_a_minority_stake_counts_for_look_through_and_not_for_control() -> None:
    run = play(2, 1, parameters={"deals": {"minority_share": 1.0, "base_logit": -10.0}})
    usual = play(2, 1, parameters={"deals": {"minority_share": 0.0, "base_logit": -10.0}})

    assert [d for d in run.world.deals if d.kind == MINORITY]
    first = run.years.iloc[0], usual.years.iloc[0]
    assert first[0]["hhi_control"] == first[1]["hhi_control"]
    assert first[0]["hhi_economic"] != first[1]["hhi_economic"]


def test_a_group_that_leaves_every_stake_changes_nothing_and_is_on_record_with_it() -> None:
    world = looking()
    before = world.ownership.version

    asked = offer(world, LEAVE_IT)

    assert any(case.best == TAKE_IT for case in asked)
    assert world.ownership.version == before
    assert not world.deals
    assert not world.book.deals_mcny.any()
    for case, decision in zip(asked, world.decisions, strict=True):
        assert (decision.agent, decision.kind) == (case.agent, f"take a stake in {case.about}")
        assert (decision.choice, decision.margin) == (LEAVE_IT, -case.options[TAKE_IT])


def test_a_group_may_take_a_stake_at_a_loss_but_not_one_that_it_cannot_pay() -> None:
    world = looking()

    asked = offer(world, TAKE_IT)

    payable = [case for case in asked if case.facts["price_mcny"] <= case.facts["room_mcny"]]
    assert any(case.options[TAKE_IT] < 0.0 for case in payable)
    assert [case for case in asked if TAKE_IT in case.margins] == payable
    assert [(deal.buyer, deal.target) for deal in world.deals] == [
        (case.agent, case.about) for case in payable
    ]
    for deal, case in zip(world.deals, payable, strict=True):
        assert deal.price_mcny == case.facts["price_mcny"]


def test_the_facts_on_record_give_every_answer_again(usual: Run) -> None:
    record = record_of(usual)
    stakes = [each for each in record.decisions if each.kind.startswith("take a stake in ")]

    assert stakes
    for each in stakes:
        surplus = TAKE.gap(each.facts, record.parameters)
        takes = surplus > 0.0 and each.facts["price_mcny"] <= each.facts["room_mcny"]
        assert each.choice == (TAKE_IT if takes else LEAVE_IT)


def test_a_minority_stake_is_all_the_same_at_its_tipping_values() -> None:
    known = load("baseline", settings=["years.end_year=2026"], parameters={"deals": {"minority_share": 1.0}})
    record = record_of(run(known, seed=2))
    taken = [
        verdict(each, record)
        for each in record.decisions
        if each.kind.startswith("take ") and each.choice == TAKE_IT
    ]

    assert taken
    for each in taken:
        assert each.tippings
        for way in each.tippings:
            facts = {**each.decision.facts, way.name: way.tipped}
            assert TAKE.gap(facts, record.parameters) == pytest.approx(0.0, abs=1e-6)
