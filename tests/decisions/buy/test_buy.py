"""Both sides of a purchase are asked, and what they answer is what happens."""

from collections import Counter
from typing import Any

import pytest

from sim.agents.decider import OwnerGroup
from sim.choice import DECISIONS, Case, Intent
from sim.decisions.buy.facts import BuyFacts, outcome_of
from sim.decisions.buy.judging import Answers
from sim.decisions.buy.telling import answered
from sim.world.dealbook import (
    CLOSED,
    CONTROL,
    KEPT,
    NOT_FUNDED,
    OUTCOMES,
    PASSED,
    REMEDY,
    RESCUE,
    Deal,
)
from sim.world.world import World
from tests.phases.dealing import SEEDS, dealt, of_group
from tests.phases.playing import fresh_industry

YEARS = 4


class Stubborn(OwnerGroup):
    """An owner that answers one kind of case in a way of its own, and remembers what it was asked."""

    def __init__(self, old: OwnerGroup, answers: dict[str, str]) -> None:
        """Take the place of another."""
        super().__init__(old.model, old.row, old.key)
        self.answers, self.cases = answers, list[Case]()

    def decide(self, view: Any, case: Case) -> Intent:
        """Give the answer, the model's own to other kinds."""
        self.cases.append(case)
        return case.take(self.answers.get(case.kind))


def played(**answers: str) -> tuple[World, list[Case]]:
    """Give a few years of easy deals among owners who answer as told, and what they were asked.

    Owners think of closing plants that stand still or lose for a year, and offer them first.
    """
    easy = {
        "deals": {"base_logit": 4.0, "closings_count": 6},
        "leaving": {"idle_quarters": 4, "losing_quarters": 4},
    }
    industry = fresh_industry(parameters=easy)
    owners = tuple(Stubborn(each, answers) for each in industry.cast.groups)
    industry.cast.groups = owners
    for _ in range(YEARS):
        industry.step()
    cases = [case for owner in owners for case in owner.cases if asked_here(case)]
    return industry.world, cases


def asked_here(case: Case) -> bool:
    """Say whether a case is one of buying plants or selling them; groups that combine ask for less."""
    return case.kind == "buy" or (case.kind == "sell" and "reservation_mcny" in case.facts)


def bought(world: World) -> list[Deal]:
    """Give the proposals of a run over plants; those over whole groups are no purchases of this kind."""
    return [deal for deal in world.deals if deal.kind in (CONTROL, RESCUE) and not of_group(deal)]


def test_owners_who_follow_the_model_buy_and_sell() -> None:
    world, cases = played()

    assert CLOSED in {deal.outcome for deal in bought(world)}
    assert {case.kind for case in cases} == {"buy", "sell"}
    assert {case.best for case in cases} == {"buy", "sell"}
    assert len([case for case in cases if case.kind == "buy"]) == len(bought(world))


def test_buyers_who_let_everything_pass_buy_nothing_and_the_search_goes_on() -> None:
    world, cases = played(buy="pass")

    deals = bought(world)
    # the one that passed does not end the search of its year
    assert max(Counter(deal.year for deal in deals).values()) > 1
    assert {deal.outcome for deal in deals} == {PASSED}
    assert {case.kind for case in cases} == {"buy"}
    assert not [deal for deal in world.deals if deal.kind == REMEDY]
    assert not [event for event in world.events if event.kind in ("deal_refused", "deal_blocked")]
    noted = [each for each in world.decisions if each.kind.startswith("buy ")]
    assert len(noted) == len(deals)
    for each in noted:
        assert (each.choice, outcome_of(each.facts)) == ("leave it", PASSED)
        assert "chance_luck_share" not in each.facts
        assert each.margin == -each.options["buy"]


def test_owners_who_keep_what_they_have_are_asked_only_for_what_can_be_paid() -> None:
    world, cases = played(sell="keep")

    deals = bought(world)
    assert KEPT in {deal.outcome for deal in deals}
    assert {deal.outcome for deal in deals} <= {KEPT, NOT_FUNDED}
    asked = [case for case in cases if case.kind == "sell"]
    assert len(asked) == sum(deal.outcome == KEPT for deal in deals)
    assert all(case.margins["sell"] >= 0.0 for case in asked)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_buyer_weighs_follows_from_its_facts_bit_for_bit(seed: int) -> None:
    world, kind = dealt(seed).world, DECISIONS.get("buy")
    noted = [each for each in world.decisions if each.kind.startswith("buy ")]

    assert noted
    for each in noted:
        facts = BuyFacts.of(each.facts)
        assert facts is not None
        weighed = kind.weigh(facts, world.parameters)
        assert {name: float(value[0]) for name, value in weighed.items()} == each.options
        assert {*BuyFacts.declared()} - {*each.facts} <= {*Answers.declared()}


def test_a_case_before_its_end_lacks_only_what_nobody_knows_yet() -> None:
    _, cases = played()

    missing = {
        name for case in cases if case.kind == "buy" for name in {*BuyFacts.declared()} - {*case.facts}
    }
    drawn = {*Answers.declared()} - {"province_refusal_share", "sasac_refusal_share"}
    assert missing == {"chance_luck_share", "outcome_index", *drawn}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_a_sentence_of_its_own(outcome: str) -> None:
    said = [answered(each, "A", "B") for each in OUTCOMES]

    assert said.count(answered(outcome, "A", "B")) == 1
    assert answered("", "A", "B") not in said


def test_an_outcome_that_is_not_on_record_is_no_outcome() -> None:
    assert outcome_of({}) == ""
    assert outcome_of({"outcome_index": float(len(OUTCOMES))}) == ""
    assert outcome_of({"outcome_index": 0.0}) == CLOSED
