"""What a carbon price took: bills are sums over plants, and who is said to be tipped would have held on without it."""

from dataclasses import replace
from typing import Any

import pytest

from sim.reasons.carbon import bill, bills_by_year, closed_by_the_charge, is_charged
from sim.reasons.explain import explain
from sim.reasons.finding import find
from sim.reasons.record import Record, record_of
from sim.run import run
from sim.scenario.load import load

ROW: dict[str, Any] = {
    "year": 2027,
    "made_mt": 2.0,
    "co2_mt": 3.0,
    "price_cny_per_t": 2900.0,
    "cash_cost_cny_per_t": 2950.0,
}
ROW |= {"runnable_mt": 2.5, "nameplate_mt": 3.0, "region": "here"}


@pytest.fixture(scope="module")
def charged() -> Record:
    tax = {"type": "carbon", "id": "tax", "start_year": 2026, "benchmark_tco2_per_t": 0.0}
    tax |= {"price_cny_per_tco2": 200.0}
    return record_of(run(load("toy", years={"start_year": 2026, "end_year": 2027}, policies=[tax]), 0))


def test_a_bill_adds_up_what_plants_paid_and_made_below_cost_by_it(charged: Record) -> None:
    tipped = {**ROW, "carbon_cny_per_t": 80.0}
    lost_anyway = {**ROW, "carbon_cny_per_t": 40.0}
    earns = {**ROW, "carbon_cny_per_t": -10.0, "cash_cost_cny_per_t": 2800.0}
    idle = {**ROW, "made_mt": 0.0, "price_cny_per_t": 0.0, "carbon_cny_per_t": 80.0}
    place = {"year": 2027, "region": "here", "price_cny_per_t": 2900.0}
    record = replace(charged, tables={**charged.tables, "regions": (place,)})

    found = bill(record, [tipped, lost_anyway, earns, idle])

    assert found.paid_mcny == pytest.approx(2.0 * (80.0 + 40.0 - 10.0))
    assert found.cny_per_t == pytest.approx(110.0 / 3.0)
    assert found.co2_t_per_t == pytest.approx(1.5)
    assert found.losing_mt == 2.0
    assert found.idle_mt == 0.5 + 2.5


def test_a_process_without_carbon_has_no_bill(charged: Record) -> None:
    assert not is_charged(bills_by_year(charged, [ROW]))


def test_who_was_tipped_is_among_those_that_left(charged: Record) -> None:
    left, tipped = closed_by_the_charge(charged)

    assert [each for each in tipped if each not in left] == []


def test_the_policy_is_explained_with_what_it_took_by_year_and_region(charged: Record) -> None:
    text = explain(charged, find(charged, "tax").key).text()
    bills = bills_by_year(charged, charged.tables["refineries"])

    assert "What it took" in text
    for year, each in bills.items():
        row = next(line for line in text.splitlines() if line.strip().startswith(f"{year} "))
        assert f"{each.paid_mcny:,.0f}" in row
