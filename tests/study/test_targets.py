"""The decision desk tells what the decisions of the run rest on, and for the rest what their own functions give."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.core.words import number, percent
from sim.decisions.buy.buy import KIND as BUY
from sim.reasons.explain import explain
from sim.reasons.record import Record, record_of
from sim.run import run, write_run
from sim.scenario.load import load
from sim.study.targets import PLANTS, WHOLE, find_targets
from sim.world.books import Decision
from sim.world.dealbook import CLOSED, COMBINATION, RESCUE

EASY = {"deals": {"base_logit": 4.0, "closings_count": 6}}


@pytest.fixture(scope="module")
def record() -> Record:
    """A few years in which deals are easy."""
    return record_of(run(load("baseline", years={"end_year": 2030}, parameters=EASY), 3))


@pytest.fixture(scope="module")
def bought(record: Record) -> Decision:
    """The first decision to buy plants of the last year with any."""
    found = [each for each in record.decisions if each.name == BUY.name]
    return next(each for each in found if each.year == found[-1].year)


def of_target(found: pd.DataFrame, key: str, kind: str = PLANTS) -> pd.Series:
    rows = found[(found["target"] == key) & (found["kind"] == kind)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_target_that_came_up_is_told_by_the_numbers_that_explain_tells(
    record: Record, bought: Decision
) -> None:
    row = of_target(find_targets(record, bought.agent, bought.year), bought.about)

    told = explain(record, bought.agent, bought.year).content["decisions"]
    facts = next(each["facts"] for each in told if each["kind"] == bought.kind)
    for column, fact in (
        ("price_mcny", "price_mcny"),
        ("asked_mcny", "reservation_mcny"),
        ("second_mcny", "second_mcny"),
        ("chance_share", "chance_share"),
        ("province_refusal_share", "province_refusal_share"),
        ("sasac_refusal_share", "sasac_refusal_share"),
        ("hhi_before_points", "hhi_before_points"),
        ("hhi_step_points", "hhi_step_points"),
    ):
        assert row[column] == facts[fact], column
    assert row["outcome"]
    left = row["worth_mcny"] - row["price_mcny"]
    assert row["limit_mcny"] >= row["price_mcny"]
    assert left >= bought.options["buy"]  # integration is paid besides


def test_every_figure_of_a_target_of_the_baseline_is_what_explain_tells() -> None:
    record = record_of(run(load("baseline", years={"end_year": 2027}), 0))
    asked = {(each.agent, each.year) for each in record.decisions if each.name == "combine"}
    closed = 0
    for agent, year in sorted(asked):
        found = explain(record, agent, year)
        happened = " ".join(found.text(100).split())
        told = {each["kind"]: each for each in found.content["decisions"]}
        for row in find_targets(record, agent, year).query("outcome != ''").to_dict("records"):
            came = told[f"combine {row['target']}"]
            facts, words = came["facts"], " ".join(came["words"])
            assert row["size_mt"] == pytest.approx(facts["size_mt"])
            assert row["asked_mcny"] == max(facts["worth_mcny"], facts["closing_mcny"])
            assert row["chance_share"] == pytest.approx(came["options"]["combine"])
            assert f"a chance of {percent(row['chance_share'], 1)}" in words
            assert f"worth {number(row['worth_mcny'] - row['asked_mcny'])} million CNY more" in words
            assert row["limit_mcny"] == min(row["worth_mcny"], facts["room_mcny"])
            if row["outcome"] == CLOSED:
                closed += 1
                points = row["hhi_before_points"] + row["hhi_step_points"]
                assert f"priced at {row['price_mcny']:.0f} million CNY" in happened
                assert f"HHI {points:.0f} after a step of {row['hhi_step_points']:.0f}" in happened
    assert closed


def test_without_its_record_the_first_proposal_of_a_year_is_worked_out_the_same(
    record: Record, bought: Decision
) -> None:
    bare = replace(record, tables={**record.tables, "decisions": ()})
    kept, again = (
        of_target(find_targets(each, bought.agent, bought.year), bought.about) for each in (record, bare)
    )

    numbers = [name for name in kept.index if isinstance(kept[name], float)]
    assert again[numbers].to_list() == pytest.approx(kept[numbers].to_list(), rel=1e-9, nan_ok=True)
    assert again["outcome"] == ""


def test_what_is_bought_lifts_size_and_is_paid(record: Record, bought: Decision) -> None:
    found = find_targets(record, bought.agent, bought.year)

    assert (found["rank_after"] <= found["rank_before"]).all()
    paid = (
        found["cash_before_mcny"]
        - found["cash_after_mcny"]
        + found["debt_after_mcny"]
        - found["debt_before_mcny"]
    )
    plants = found["kind"] == PLANTS
    assert paid[plants].to_list() == pytest.approx(found["price_mcny"][plants].to_list())
    gap = found["limit_mcny"] - found["asked_mcny"]
    assert gap.is_monotonic_decreasing
    assert found["odds_share"].between(0.0, 1.0).all()
    assert {*found["kind"]} <= {PLANTS, WHOLE}
    assert bought.agent not in {*found["seller"]}


def test_whole_groups_that_came_up_are_told_by_their_record(record: Record) -> None:
    union = next(each for each in record.decisions if each.name == "combine")

    row = of_target(find_targets(record, union.agent, union.year), union.about, WHOLE)

    assert row["asked_mcny"] == max(union.facts["worth_mcny"], union.facts["closing_mcny"])
    assert row["chance_share"] == pytest.approx(union.options["combine"])


def test_prices_of_whole_groups_are_those_of_the_book_of_deals() -> None:
    eager = {"combining": {"base_logit": 10.0}}
    record = record_of(run(load("baseline", years={"end_year": 2026}, parameters=eager), 1))
    deals = [each for each in record.tables["deals"] if each["kind"] in (COMBINATION, RESCUE)]
    whole = [each for each in deals if each["target"] == each["seller"]]
    assert whole

    for deal in whole:
        row = of_target(find_targets(record, deal["buyer"], deal["year"]), deal["target"], WHOLE)
        told = {"asked": "reservation", "price": "price", "worth": "value"}
        for mine, theirs in told.items():
            assert row[f"{mine}_mcny"] == pytest.approx(deal[f"{theirs}_mcny"]), (deal["id"], mine)


def test_who_is_no_group_and_a_year_outside_are_refused(record: Record) -> None:
    with pytest.raises(UsageError, match="is no group but a region"):
        find_targets(record, "Shanxi")
    with pytest.raises(UsageError, match="it covers 2026-2030"):
        find_targets(record, "chinalco", 2050)


def test_the_command_prints_them_and_writes_all_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    folder = write_run(run(load("baseline", years={"end_year": 2026}), 0), tmp_path / "0")

    assert main(["targets", str(folder), "--for", "Chinalco", "--csv", str(tmp_path / "all.csv")]) == 0

    said = capsys.readouterr().out
    assert max(map(len, said.splitlines()[:-1])) <= 80
    table = pd.read_csv(tmp_path / "all.csv")
    assert f"{len(table)} targets" in said
    assert f"{table['price_mcny'][0]:,.0f}" in said
    assert main(["targets", str(folder), "--for", "nobody-at-all"]) == 2
