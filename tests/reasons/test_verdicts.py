"""Verdicts: the rule gives the record again for all decisions, and a tipping value is where the choice turns."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from sim.choice import DECISIONS
from sim.decisions.build.objections import again, application_of
from sim.decisions.leave import LEAVE
from sim.reasons.record import Record, record_of
from sim.reasons.verdict import TIE_DECIMALS, Verdict, recorded, verdict
from sim.run import Run, run
from sim.scenario.load import load
from sim.scenario.parameters import Parameters
from sim.strategy.approving import Bar
from sim.strategy.leaving import value_of_leaving
from sim.world.books import Decision


def told(record: Record, kind: str, choice: str) -> list[Verdict]:
    """Give the verdicts on all decisions of a kind that ended in a choice."""
    return [
        verdict(each, record)
        for each in record.decisions
        if each.kind.partition(" ")[0] == kind and each.choice == choice
    ]


def worth_of(kind: str, facts: Mapping[str, float], parameters: Parameters) -> float:
    """Give what going ahead is worth by some facts, in a decision over a plan."""
    name = kind.partition(" ")[0]
    decided = DECISIONS.get(name)
    seen = decided.facts.of(facts)
    assert seen is not None
    return float(decided.weigh(seen, parameters)[name][0])


@pytest.mark.parametrize("name", ["eventful", "usual"])
def test_the_rules_give_every_recorded_option_again(name: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(name)
    record = record_of(run)

    verdicts = [verdict(each, record) for each in record.decisions]

    assert len(verdicts) > 100
    for each in verdicts:
        assert each.again, each.decision
        for option, value in each.again.items():
            # the same arithmetic on one plant as on all of them: only the last bits of sums may differ
            assert value == pytest.approx(each.decision.options[option], rel=1e-11, abs=1e-11)


def test_the_record_of_a_run_has_the_decisions_that_were_taken(eventful: Run) -> None:
    assert record_of(eventful).decisions == tuple(eventful.world.decisions)


def test_every_kind_of_decision_that_a_run_takes_has_an_explainer(eventful: Run) -> None:
    kinds = {each.kind.partition(" ")[0] for each in eventful.world.decisions}

    assert {"leave", "build", "move", "buy"} <= kinds
    assert kinds <= {*DECISIONS.names()}


def test_a_plant_is_indifferent_at_the_price_that_would_have_tipped_it(record: Record) -> None:
    verdicts = told(record, "leave", "exit")
    leaving = record.parameters.leaving

    assert verdicts
    for each in verdicts:
        way = next(way for way in each.tippings if way.name == "long_run_cny_per_t")
        facts = {**each.decision.facts, way.name: way.tipped}
        seen = LEAVE.facts.of(facts)
        assert seen is not None
        closing = value_of_leaving(leaving) - facts["pond_duty_cny_per_t"]
        gain = closing - LEAVE.weigh(seen, record.parameters)["hold"][0]
        # closing now gains exactly what its owner wants for it, so it is all the same to the owner
        wanted = each.decision.options["reluctance"] + each.decision.options["recall"]
        assert gain == pytest.approx(wanted, abs=1e-6)
        assert way.tipped > way.now


def test_an_owner_is_indifferent_at_the_cost_that_would_have_tipped_it(record: Record) -> None:
    verdicts = told(record, "build", "wait") + told(record, "move", "build")
    turned = 0

    for each in verdicts:
        for way in each.tippings:
            if way.name == "cash_cost_cny_per_t":
                facts = {**each.decision.facts, way.name: way.tipped}
                asked = each.decision.options["wait"]
                assert worth_of(each.decision.kind, facts, record.parameters) == pytest.approx(
                    asked, abs=1e-6
                )
                turned += 1
    assert turned > 10


def test_a_plant_that_closed_would_have_stayed_and_one_that_stayed_would_have_closed(record: Record) -> None:
    closed, stayed = told(record, "leave", "exit"), told(record, "leave", "hold")

    assert {each.otherwise for each in closed} == {"have stayed"}
    assert {each.otherwise for each in stayed} == {"have closed"}
    assert all("closed for good" in each.answer for each in closed)


def test_ways_that_tip_a_choice_come_with_the_smallest_change_first(usual: Run) -> None:
    record = record_of(usual)

    for each in told(record, "leave", "exit"):
        changes = [round(abs(way.change_share), TIE_DECIMALS) for way in each.tippings]
        assert changes == sorted(changes)
        assert len(changes) >= 3


def test_a_subsidy_that_tips_a_move_pays_what_the_owner_lacks(record: Record) -> None:
    found = 0
    for each in told(record, "move", "wait"):
        for way in each.tippings:
            if way.name == "subsidy_cny_per_t":
                own = each.decision.facts["capex_cny_per_t"] - way.tipped
                facts = {**each.decision.facts, "capex_cny_per_t": own}
                asked = each.decision.options["wait"]
                assert worth_of(each.decision.kind, facts, record.parameters) == pytest.approx(
                    asked, abs=1e-6
                )
                found += 1
    assert found > 0


def denied(record: Record, bar: Bar) -> list[Verdict]:
    """Give the verdicts on all new plants that the nation turned down for some bar."""
    found = []
    for each in told(record, "build", "denied"):
        asked, rules = application_of(each.decision.facts, "nowhere"), record.rules(each.decision.year)
        against = None if asked is None else again(each.decision.facts, asked, rules)
        assert against is not None
        found += [each] if against.bar is bar else []
    return found


def test_a_plan_that_the_quota_stopped_passes_with_the_quota_that_is_told(record: Record) -> None:
    stopped = denied(record, Bar.QUOTA)

    assert stopped
    for each in stopped:
        quota = next(way for way in each.tippings if way.name == "quota_mt")
        facts = each.decision.facts
        # what is asked for beyond what was left of the 3 Mt of the year
        lacking = facts["size_mt"] - facts["replaced_mt"] - facts["quota_left_mt"]
        assert quota.now == 3.0
        assert quota.tipped == pytest.approx(3.0 + lacking)
        assert "quota" in " ".join(each.told)


def test_a_plan_that_found_no_site_passes_where_one_is_left_unless_the_quota_stops_it(record: Record) -> None:
    stopped = [each.decision for each in denied(record, Bar.SITE)]

    assert stopped
    for each in stopped:
        enough, nothing = (
            replace(each, facts={**each.facts, "quota_left_mt": left})
            for left in (each.facts["size_mt"], 0.0)
        )
        ways = verdict(enough, record).tippings
        assert [(way.name, way.tipped) for way in ways] == [("filled_share", pytest.approx(1.0))]
        assert verdict(nothing, record).tippings == ()


def test_a_plan_that_the_quota_stopped_is_set_against_those_that_took_of_it(record: Record) -> None:
    compared = 0
    for each in denied(record, Bar.QUOTA):
        facts = [
            other.facts
            for other in record.decisions
            if other.year == each.decision.year and other.choice == "build" and "score_ratio" in other.facts
        ]
        passed = [one["score_ratio"] for one in facts if one["size_mt"] > one["replaced_mt"] + 1e-9]
        if passed:
            # whoever took of the quota came earlier in the order of points
            assert min(passed) >= each.decision.facts["score_ratio"]
            assert f"had {min(passed):.2f}" in " ".join(each.told)
            compared += 1
    assert compared > 0


def test_a_plan_that_the_province_refused_tells_chance_and_draw(record: Record) -> None:
    refused = told(record, "move", "refused")

    assert refused
    for each in refused:
        luck = each.decision.facts["consent_luck_share"]
        assert f"draw was {luck:.2f}" in " ".join(each.told)


@pytest.mark.parametrize(
    "kind",
    ["leave", "build", "move", "buy somebody", "take a stake in x", "retrofit", "use_mud", "unheard_of"],
)
def test_a_decision_without_facts_or_options_is_still_told(kind: str, record: Record) -> None:
    bare = Decision(2026, "xinfa", kind, "wait", "as ever", 1.0, "CNY/t", {}, {})

    found = verdict(bare, record)

    assert found.answer
    assert found.tippings == ()


def test_facts_that_do_not_give_the_record_again_tell_no_tipping_value(record: Record) -> None:
    decision = next(each for each in record.decisions if each.choice == "exit")
    facts = {**decision.facts, "cost_cny_per_t": decision.facts["cost_cny_per_t"] + 1.0}
    wrong = Decision(
        *(getattr(decision, name) for name in ("year", "agent", "kind", "choice", "rule", "margin", "unit")),
        decision.options,
        facts,
    )

    assert verdict(decision, record).tippings != ()
    assert verdict(wrong, record).tippings == ()


def test_a_plant_that_wanted_to_close_when_the_exits_ran_out_is_told_so(record: Record) -> None:
    options = {"hold": -200.0, "exit": -87.0, "reluctance": 50.0, "recall": 0.0}
    # closing gains 113, the owner wants 50: it wants to go by 63, and stays all the same
    late = Decision(2027, "xinfa-chiping", "leave", "hold", "rule", -63.0, "CNY/t", options)

    assert "no more than" in " ".join(verdict(late, record).told)


def test_a_kind_without_an_explainer_lists_options_and_facts() -> None:
    options, facts = {"dry_stacking": 12.0, "none": 0.0}, {"spare_cash_mcny": 7.5}
    other = Decision(2027, "x", "retrofit", "dry_stacking", "rule", 12.0, "CNY/t", options, facts)

    words = " ".join(recorded(other).told)

    assert "dry stacking 12 CNY/t" in words
    assert "spare cash mcny 7.5" in words
    assert np.isfinite(recorded(other).decision.margin)


def test_who_was_asked_to_join_a_plant_hears_what_would_have_turned_its_answer() -> None:
    bold = {
        "least_ratio": -0.9,
        "private_hurdle_ratio": -0.9,
        "state_hurdle_ratio": -0.9,
        "partner_room_ratio": 0.3,
    }
    record = record_of(run(load("baseline", years={"end_year": 2029}, parameters={"building": bold}), seed=3))

    joined = told(record, "join", "join")

    assert joined
    for each in joined + told(record, "join", "stay out"):
        assert each.again["join"] == pytest.approx(each.decision.options["join"], rel=1e-11)
        assert each.again["stay out"] == pytest.approx(each.decision.options["stay out"], rel=1e-11)
        for way in (way for way in each.tippings if way.name == "cash_cost_cny_per_t"):
            facts = {**each.decision.facts, way.name: way.tipped}
            asked = each.decision.options["stay out"]
            assert worth_of(each.decision.kind, facts, record.parameters) == pytest.approx(asked, abs=1e-6)
    asked = next(each.decision for each in joined if "old_per_new_ratio" in each.decision.facts)
    given = {"hold_old_cny_per_t": asked.facts["close_old_cny_per_t"] + 500.0, "compensation_mcny": 480.0}
    again = verdict(replace(asked, facts={**asked.facts, **given}), record)
    # 500 CNY given up for each tonne of the old plant, so much more than was, for each yuan of investment
    more = 500.0 - max(asked.facts["hold_old_cny_per_t"] - asked.facts["close_old_cny_per_t"], 0.0)
    lost = more * asked.facts["old_per_new_ratio"] / asked.facts["capex_cny_per_t"]
    assert again.again["join"] == pytest.approx(asked.options["join"] - lost)
    assert "480 million CNY of them for its part of the old plant" in " ".join(again.told)
    leads = [each for each in record.decisions if "partners_asked_count" in each.facts]
    assert leads
    assert all("looked for a partner" in " ".join(verdict(each, record).told) for each in leads)
