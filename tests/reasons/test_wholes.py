"""The run as a whole, a policy, a province: their numbers are those of the tables, a policy's those of a paired run."""

import pytest

from sim.core.errors import UsageError
from sim.reasons.explain import LONG, explain
from sim.reasons.finding import everything, find
from sim.reasons.record import Record, record_of
from sim.run import Run, run, without_policy
from sim.scenario.load import load


def test_the_price_is_told_by_year_with_what_was_cost_and_who_was_at_the_margin(
    eventful: Run, record: Record
) -> None:
    found = explain(record)
    years = eventful.years.set_index("year")

    text = " ".join(found.text().split())
    for year in (2027, 2028):
        price, cost = (years[name].diff()[year] for name in ("price_cny_per_t", "cash_cost_mean_cny_per_t"))
        assert f"{year}: {years['price_cny_per_t'][year]:,.0f} CNY/t ({price:+,.0f} on {year - 1})" in text
        assert f"Mean cash cost moved by {cost:+,.0f}, the margin by {price - cost:+,.0f}" in text
    for told in found.content["years"]:
        plants = eventful.refineries[eventful.refineries["year"] == told["year"]].set_index("refinery")
        at = plants.loc[told["at_the_margin"]["refinery"]]
        assert told["at_the_margin"]["cash_cost_cny_per_t"] == pytest.approx(at["cash_cost_cny_per_t"])
        part = plants[(plants["made_mt"] >= 0.05) & plants["running_share"].between(0.02, 0.98, "neither")]
        gaps = (part["cash_cost_cny_per_t"] - part["price_cny_per_t"]).abs()
        assert gaps.empty or abs(at["cash_cost_cny_per_t"] - at["price_cny_per_t"]) == pytest.approx(
            gaps.min()
        )


def test_one_year_of_the_price_is_told_alone_and_an_unplayed_one_refused(record: Record) -> None:
    found = explain(record, "price", 2028)

    assert [each["year"] for each in found.content["years"]] == [2028]
    assert "since 2027" in found.text()
    with pytest.raises(UsageError, match="it covers 2026-2030"):
        explain(record, "price", 1999)


def test_a_policy_tells_what_the_same_run_is_without_it(eventful: Run, record: Record) -> None:
    found = eventful.explain("approvals")
    other = without_policy(record, "approvals")

    for effect in found.content["effects"]:
        for side, told in ((record, effect["with"]), (other, effect["without"])):
            values = [row[effect["measure"]] for row in side.tables["years"]]
            mean = sum(values) / len(values)
            assert told == pytest.approx(mean) or told == pytest.approx(sum(values))
    assert found.content["effects"][0]["measure"] == "approved_mt"
    # Which side is larger is luck in one pair: what replaces old plants needs no quota.
    assert found.content["effects"][0]["with"] != found.content["effects"][0]["without"]
    assert "quota mt" in found.text()
    assert "12.0 Mt/yr" not in found.text()  # this run has a quota of its own


def test_a_policy_without_strength_did_nothing(eventful: Run) -> None:
    idle = run(load("toy", years={"end_year": 2026}), 0)
    tax = {
        "type": "carbon",
        "id": "tax",
        "start_year": 2040,
        "price_cny_per_tco2": 9.0,
        "benchmark_tco2_per_t": 0.8,
    }
    late = run(load("toy", years={"end_year": 2026}, policies=[tax]), 0)

    assert late.years.equals(idle.years)
    assert "No other number of the run was moved by it." in late.explain("tax").text()


def test_a_province_tells_each_of_its_regions(record: Record) -> None:
    found = explain(record, "Guangxi")

    assert [each["agent"] for each in found.content["regions"]] == ["guangxi_inland", "guangxi_coast"]
    alone = explain(record, "guangxi_coast")
    assert found.content["regions"][1] == alone.content
    assert [part for each in found.sections for part in each.parts][-1] == alone.sections[-1].parts[-1]


def test_long_answers_open_in_short_and_no_logit_is_told(record: Record) -> None:
    for key, agent in everything(record).items():
        if agent.kind in ("plant", "group", "deal"):
            found = explain(record, key)
            first, rest = found.sections[0], found.sections[1:]
            if sum(len(each.parts) for each in rest) >= LONG:
                assert first.title == "In short"
                assert len(first.parts) <= 3 + bool(find(record, key).said)
            else:
                assert first.title == "What it is"
            assert "logit" not in found.text(), key


def test_a_live_record_and_one_from_a_folder_tell_the_same_of_the_run(eventful: Run) -> None:
    assert str(eventful.explain()) == explain(record_of(eventful), "price").text()
