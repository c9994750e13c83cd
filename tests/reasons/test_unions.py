"""What is told of whole groups that combine: to the suitor, to the group, to its plants and by the deal."""

import pytest

from sim.core.words import percent
from sim.decisions.combine.offers import CombineFacts
from sim.decisions.combine.telling import swayed, weighed
from sim.reasons.explain import explain
from sim.reasons.record import Record, record_of
from sim.run import run
from sim.scenario.load import load

READY = {"combining": {"base_logit": 10.0, "pride_logit": 0.0, "size_logit": 0.0}}
"""Groups combine wherever somebody gains."""


@pytest.fixture(scope="module")
def merging() -> Record:
    """The record of a year in which groups combine."""
    return record_of(run(load("baseline", years={"end_year": 2026}, parameters=READY), seed=1))


def flat(text: str) -> str:
    """Give a text on one line, so that it does not matter where it was wrapped."""
    return " ".join(text.split())


def test_both_groups_a_plant_and_the_deal_tell_the_same_decision(merging: Record) -> None:
    closed = [row for row in merging.rows("deals", kind="whole group") if row["outcome"] == "closed"]
    deal = next(row for row in closed if row["size_mt"] > 0.0 and row["smelting_mt"] == 0.0)
    plant = next(row.id for row in merging.pack.refineries if row.company == deal["seller"])

    told = {each: flat(explain(merging, str(each)).text()) for each in (deal["id"], deal["buyer"], plant)}
    told[deal["seller"]] = flat(explain(merging, str(deal["seller"]), 2026).text())

    name = next(row.name for row in merging.pack.groups if row.id == deal["seller"])
    facts = next(
        each for each in merging.decisions if each.name == "combine" and each.about == deal["seller"]
    )
    for text in told.values():
        assert f"take over {name}? It took it over." in text
        assert f"the draw was {percent(facts.options['stay apart'], 1)}" in text
    words = told[deal["id"]]
    assert f"{deal['price_mcny'] / deal['size_mt']:,.0f} CNY/t of capacity" in words
    assert f"its old owners keep {percent(1.0 - deal['stake_share'])}" in words


def facts(**given: float) -> CombineFacts:
    """Facts of a sound, private, founder-led firm of one per cent of the nation in an even year, with changes."""
    found = CombineFacts.of(
        {
            "saved_mcny": 100.0,
            "annuity_ratio": 6.0,
            "policy_mcny": 0.0,
            "appraised_mcny": 2_000.0,
            "worth_mcny": 2_000.0,
            "size_mt": 1.0,
            "nation_share": 0.01,
            "owed_mcny": -50.0,
            "room_mcny": 9_000.0,
            "suitor_mcny": 3000.0,
            "earned_mcny": 100.0,
            "suitor_earned_mcny": 100.0,
            "closing_mcny": 0.0,
            "distressed_count": 0.0,
            "wave_logit": 0.0,
            "push_share": 0.0,
            "same_province_count": 0.0,
            "across_count": 0.0,
            "founder_count": 1.0,
            "weak_years": 0.0,
            "handover_count": 0.0,
            "luck_share": 0.5,
            **given,
        }
    )
    assert found is not None
    return found


def test_what_bears_on_the_odds_is_said_on_its_own_side() -> None:
    terms = load("baseline").spec.parameters

    assert swayed(facts(), terms) == ("What stood against it: a founder runs it and is proud of it.",)
    weak = swayed(facts(weak_years=2.0, handover_count=1.0, distressed_count=1.0, push_share=1.0), terms)
    assert weak == (
        "What made it more likely: it was in distress, its founder had seen 2 years in which it earned less than its "
        "interest, its founder had handed over to heirs and the nation pushed for mergers.",
    )
    assert swayed(facts(founder_count=0.0), terms) == ()
    large = swayed(facts(founder_count=0.0, nation_share=0.2, across_count=1.0), terms)
    assert large == (
        "What stood against it: one side is the state's and the other private and it is large, 20.0 % of the "
        "nation's capacity.",
    )


def test_a_firm_with_more_cash_than_debt_is_told_as_such() -> None:
    words = " ".join(weighed(facts(), load("baseline").spec.parameters, (0.02, 0.5)))

    assert "had 50 million CNY more in cash than it owed" in words
    assert "chance of 2.0 %" in words and "the draw was 50.0 %" in words
