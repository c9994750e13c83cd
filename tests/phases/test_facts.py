"""Dated facts of a scenario: each happens in its year, is told, and is void where a run has nothing left for it."""

from typing import Any

import numpy as np
import pytest

import sim
from sim.results import Results
from sim.scenario.load import load
from sim.scenario.problems import InvalidScenarioError
from sim.world.kinds import Happened

LAST = 2028
Facts = list[dict[str, Any]]


def run(facts: Facts, scenario: str = "toy", **overrides: Any) -> Results:
    """Give a run of three years with some facts."""
    years = {"start_year": 2026, "end_year": LAST}
    numbered = [{"id": f"f{number}", **fact} for number, fact in enumerate(facts)]
    return sim.run(load(scenario, years=years, facts=numbered, **overrides), seed=1)


def told(results: Results, kind: Happened) -> list[dict[str, Any]]:
    """Give the events of a kind that facts brought about."""
    events = results.events
    mine = events[(events["kind"] == kind) & events["reason"].str.contains("fact of the scenario")]
    return [{str(key): value for key, value in row.items()} for row in mine.to_dict("records")]


def made(results: Results, plant: str) -> list[float]:
    """Give what a plant made, by year."""
    rows = results.refineries[results.refineries["refinery"] == plant].sort_values("year")
    return [float(value) for year, value in zip(rows["year"], rows["made_mt"], strict=True) if year > 2025]


def owners(results: Results, plant: str) -> list[str]:
    """Give who owns a plant, by year."""
    rows = results.refineries[results.refineries["refinery"] == plant].sort_values("year")
    return [str(value) for year, value in zip(rows["year"], rows["group"], strict=True) if year > 2025]


def test_a_plant_closes_before_the_trade_of_its_year_and_owners_are_not_asked() -> None:
    results = run([{"year": 2027, "what": "closure", "plant": "alfa-coast"}])
    (event,) = told(results, Happened.EXIT)

    assert (event["year"], event["agent"], event["amount"]) == (2027, "alfa-coast", 1.5)
    assert event["reason"] == "fact of the scenario, f0"
    assert made(results, "alfa-coast")[0] > 0.0
    assert made(results, "alfa-coast")[1:] == [0.0, 0.0]


def test_a_plant_stands_still_for_its_quarters_and_runs_again() -> None:
    plain = run([])
    stop = {"year": 2027, "quarter": 3, "what": "stop", "plant": "alfa-coast", "quarters": 2}
    stopped = run([stop])
    (event,) = told(stopped, Happened.STANDSTILL)

    assert (event["year"], event["quarter"], event["duration_quarters"]) == (2027, 3, 2)
    assert made(stopped, "alfa-coast")[0] == made(plain, "alfa-coast")[0]
    assert made(stopped, "alfa-coast")[1] == pytest.approx(0.5 * made(plain, "alfa-coast")[1], rel=0.1)
    # in the second quarter of idleness a quarter of its lines went cold
    assert made(stopped, "alfa-coast")[2] == pytest.approx(0.75 * made(plain, "alfa-coast")[2], rel=0.1)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_a_project_starts_in_its_year_and_neither_before_nor_after(year: int) -> None:
    results = run([{"year": year, "what": "start", "project": "alfa-new"}])
    starts = results.events[results.events["kind"] == Happened.START]

    assert starts["year"].tolist() == [year]
    assert told(results, Happened.START)[0]["reason"] == "fact of the scenario, f0"


def test_a_planned_project_is_paid_by_its_owner_when_it_starts() -> None:
    rows = {"projects": {"alfa-new": {"stage": "planned"}}}
    results = run([{"year": 2027, "what": "start", "project": "alfa-new"}], rows=rows)
    accounts = results.groups.set_index(["group", "year"])["capex_mcny"]

    assert told(results, Happened.START)
    assert accounts["alfa", 2027] > 0.0


def test_a_project_abroad_starts_in_its_year() -> None:
    pack = load("baseline").pack
    abroad = next(row for row in pack.projects if row.kind == "overseas_refinery" and row.stage != "stalled")
    results = run([{"year": 2027, "what": "start", "project": abroad.id}], "baseline")

    (event,) = told(results, Happened.START_ABROAD)
    assert (event["year"], event["agent"]) == (2027, abroad.id)


def test_a_deal_moves_a_plant_its_money_and_nothing_else() -> None:
    deal = {"year": 2027, "what": "deal", "buyer": "beta", "target": "gamma-coast", "price_mcny": 700.0}
    results = run([deal])
    (event,) = told(results, Happened.DEAL)
    closed = results.deals[results.deals["id"] == "fact-f0"].iloc[0]

    assert owners(results, "gamma-coast") == ["gamma", "beta", "beta"]
    assert owners(results, "gamma-inland")[1] == "gamma"
    assert (event["agent"], event["counterpart"], event["subject"]) == ("beta", "gamma", "gamma-coast")
    assert (closed["price_mcny"], closed["stake_share"], closed["kind"]) == (700.0, 1.0, "stated")
    assert closed["hhi_step"] != 0.0


def test_a_part_of_a_plant_is_a_minority_stake() -> None:
    results = run([{"year": 2027, "what": "deal", "buyer": "beta", "target": "gamma-coast", "share": 0.3}])

    assert owners(results, "gamma-coast")[1] == "gamma"
    (event,) = told(results, Happened.MINORITY)
    assert event["subject"] == "gamma-coast"
    assert results.deals[results.deals["id"] == "fact-f0"].iloc[0]["stake_share"] == 0.3


def test_somebody_abroad_may_buy_a_part_of_a_plant_and_the_money_comes_from_there() -> None:
    deal = {"year": 2026, "what": "deal", "buyer": "inalum", "target": "chalco-huaxing", "price_mcny": 700.0}
    plain, bought = run([], "baseline"), run([{**deal, "share": 0.25}], "baseline")

    (event,) = told(bought, Happened.MINORITY)
    assert (event["agent"], event["counterpart"], event["subject"]) == (
        "mind-id",
        "chinalco",
        "chalco-huaxing",
    )
    assert owners(bought, "chalco-huaxing") == owners(plain, "chalco-huaxing")
    node = bought.world.holdings.nodes(("chalco-huaxing",))[0]
    assert {"inalum": 250_000}.items() <= {
        b.holder: b.ppm for b in bought.world.ownership.blocks(node)
    }.items()
    got = [
        float(each.groups.set_index(["group", "year"]).loc[("chinalco", 2026), "capex_mcny"])
        for each in (plain, bought)
    ]
    assert got[0] - got[1] == pytest.approx(700.0)


def test_nobody_abroad_buys_what_it_would_have_to_run() -> None:
    deal = {"year": 2026, "what": "deal", "buyer": "inalum", "target": "chalco-huaxing"}

    with pytest.raises(InvalidScenarioError, match="less than half"):
        run([deal], "baseline")


def test_a_group_is_bought_with_all_that_it_holds_and_owes() -> None:
    results = run([{"year": 2027, "what": "deal", "buyer": "beta", "target": "gamma", "price_mcny": 900.0}])

    assert owners(results, "gamma-coast")[1:] == owners(results, "gamma-inland")[1:] == ["beta", "beta"]
    accounts = results.groups.set_index(["group", "year"])
    assert accounts["cash_mcny"]["gamma", 2028] == accounts["debt_mcny"]["gamma", 2028] == 0.0
    assert accounts["payout_mcny"]["gamma", 2027] >= 900.0


def test_the_mines_of_a_group_that_is_bought_go_with_it() -> None:
    deal = {"year": 2027, "what": "deal", "buyer": "east-hope", "target": "bosai"}
    results = run([deal], "baseline")
    world = results.world

    mines = [row for row, key in enumerate(world.mines.keys) if key.startswith("bosai-")]
    assert len(mines) == 2
    assert {world.groups.keys[world.mines.group[row]] for row in mines} == {"east-hope"}
    earned = results.groups.set_index(["group", "year"])["mining_earned_mcny"]
    assert earned["bosai", 2026] > 0.0 == earned["east-hope", 2026]
    assert earned["east-hope", 2028] > 0.0 == earned["bosai", 2028]


def test_a_company_is_bought_of_the_largest_holders_first() -> None:
    deal = {"year": 2027, "what": "deal", "buyer": "gamma", "target": "beta-inland", "share": 0.2}
    results = run([deal])

    assert owners(results, "beta-inland-1")[1] == "gamma"


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ({"what": "closure", "plant": "alfa-new", "year": 2026}, "does not stand"),
        ({"what": "stop", "plant": "alfa-new", "year": 2026, "quarters": 1}, "does not stand"),
        ({"what": "deal", "buyer": "gamma", "target": "gamma-coast", "year": 2026}, "all of gamma-coast"),
        ({"what": "deal", "buyer": "beta-inland", "target": "beta", "year": 2026}, "all of beta"),
    ],
)
def test_a_fact_that_finds_nothing_to_do_is_told_as_void(fact: dict[str, Any], why: str) -> None:
    (event,) = told(run([fact]), Happened.VOID)

    assert why in event["reason"]


def test_a_run_says_why_when_it_is_asked() -> None:
    results = run(
        [
            {"year": 2027, "what": "closure", "plant": "alfa-coast"},
            {"year": 2027, "what": "stop", "plant": "beta-coast", "quarters": 2},
            {"year": 2027, "what": "deal", "buyer": "beta", "target": "gamma-coast"},
        ]
    )

    assert "2027: closed for good (1.50 Mt/yr): fact of the scenario, f0" in str(
        results.explain("alfa-coast")
    )
    stood = str(results.explain("beta-coast"))
    assert "2027 Q1: stood still" in stood
    assert "fact of the scenario, f1, for 2 quarters" in stood
    assert "fact of the scenario, f2" in str(results.explain("gamma-coast"))
    assert "fact of the scenario, f2" in str(results.explain("gamma"))


def test_a_scenario_without_facts_is_as_before() -> None:
    one, other = run([]), sim.run(load("toy", years={"start_year": 2026, "end_year": LAST}), seed=1)

    assert np.array_equal(one.years.to_numpy(), other.years.to_numpy())
