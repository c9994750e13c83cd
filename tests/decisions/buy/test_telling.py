"""What is told of purchases: the numbers of the book of deals, chance and draw, and where the outcome turns."""

from collections.abc import Mapping

import pytest

from sim.decisions.buy.facts import BuyFacts, chance, most, outcome_of, price, worth
from sim.reasons.record import Record, record_of
from sim.reasons.verdict import Verdict, verdict
from sim.run import Run, run
from sim.scenario.load import load
from sim.world import dealbook


def columns(facts: Mapping[str, float]) -> BuyFacts:
    """Give recorded facts as columns of one case."""
    seen = BuyFacts.of(facts)
    assert seen is not None
    return seen


def bids(record: Record, outcome: str) -> list[Verdict]:
    """Give the verdicts on all proposals with an outcome."""
    return [
        verdict(each, record)
        for each in record.decisions
        if each.kind.startswith("buy ") and outcome_of(each.facts) == outcome
    ]


def test_a_deal_tells_worth_and_price_as_they_are_in_the_book_of_deals(eventful: Run, record: Record) -> None:
    closed = bids(record, dealbook.CLOSED)
    book = eventful.deals.set_index(["year", "buyer", "target"])

    assert closed
    for each in closed:
        decision = each.decision
        row = book.loc[(decision.year, decision.agent, decision.kind.removeprefix("buy "))]
        facts, deals = columns(decision.facts), record.parameters.deals
        assert float(worth(facts, deals)[0]) == pytest.approx(row["value_mcny"])
        assert float(price(facts, deals)[0]) == pytest.approx(row["price_mcny"])
        assert f"{row['value_mcny']:,.0f} million CNY to the buyer" in " ".join(each.told)


def test_a_deal_that_closed_needs_a_buyer_that_would_pay_what_the_seller_wants(record: Record) -> None:
    for each in bids(record, dealbook.CLOSED):
        for way in each.tippings:
            if way.name in ("stand_alone_mcny", "reservation_mcny"):
                facts = columns({**each.decision.facts, way.name: way.tipped})
                gap = most(facts, record.parameters.deals) - facts.reservation_mcny
                assert float(gap[0]) == pytest.approx(0.0, abs=1e-6)


def test_a_deal_that_was_not_agreed_closes_where_its_chance_reaches_the_draw() -> None:
    shy = {"deals": {"base_logit": -6.0}}
    record, found = record_of(run(load("baseline", parameters=shy), seed=1)), 0

    for each in bids(record, dealbook.NOT_AGREED):
        assert each.decision.facts["chance_share"] <= each.decision.facts["chance_luck_share"]
        for way in each.tippings:
            facts = {**each.decision.facts, way.name: way.tipped}
            again = float(chance(columns(facts), record.parameters.deals)[0])
            assert again == pytest.approx(facts["chance_luck_share"])
            found += 1
    assert found > 0


def test_a_deal_that_the_province_refused_tells_the_chance_of_a_refusal(record: Record) -> None:
    refused = bids(record, dealbook.REFUSED_BY_PROVINCE)

    assert refused
    for each in refused:
        share, luck = (each.decision.facts[f"province_{name}_share"] for name in ("refusal", "luck"))
        assert luck < share
        assert (
            f"refuses such a sale with a chance of {share * 100.0:.0f} %; the draw was {luck * 100.0:.1f} %"
            in " ".join(each.told)
        )
        assert each.tippings == ()


def test_what_became_of_a_proposal_is_a_fact_that_agrees_with_the_book_of_deals(
    eventful: Run, usual: Run
) -> None:
    for played in (eventful, usual):
        booked = {(deal.year, deal.buyer, deal.target): deal.outcome for deal in played.world.deals}
        for each in played.world.decisions:
            if each.kind.startswith("buy "):
                target = each.kind.removeprefix("buy ")
                assert outcome_of(each.facts) == booked[each.year, each.agent, target]
