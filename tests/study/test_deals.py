"""Deals beside the record: rates and intervals by hand, and what the shipped record says."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.core.errors import UsageError
from sim.report.deals import draw_deals
from sim.report.style import PNG_PIXELS
from sim.scenario.load import load
from sim.scenario.subject import DealRecord
from sim.study.deals import (
    COLUMNS,
    Deals,
    Sides,
    exact_rate,
    exact_share,
    levels,
    modelled_table,
    paid_parts,
    parts,
    rates,
    recorded_table,
    shares,
    verdict_of,
)
from sim.study.ensemble import ensemble

PACK = load("baseline").pack
COVERS = DealRecord(from_year=2015, whole_groups_from_year=2010)
USUAL = {
    "run": 1,
    "year": 2026,
    "kind": "control purchase",
    "buyer": "a",
    "seller": "b",
    "target": "plant",
    "buyer_class": "private",
    "seller_class": "private",
    "seller_state": "sound",
    "stake_share": 1.0,
    "size_mt": 1.0,
    "smelting_mt": 0.0,
    "price_mcny": 1000.0,
    "paid_cash_mcny": 600.0,
    "paid_debt_mcny": 100.0,
    "paid_shares_mcny": 0.0,
    "debt_assumed_mcny": 300.0,
}


def made(*deals: dict[str, Any]) -> pd.DataFrame:
    """Give closed deals of a model that differ from the usual one."""
    return modelled_table(pd.DataFrame([{**USUAL, **each} for each in deals]))


def sides(model: pd.DataFrame) -> Sides:
    """Give the shipped record beside the deals of two runs of ten years."""
    return Sides(recorded_table(PACK.recorded_deals), COVERS, PACK.base_year, model, (1, 2), 10)


def row(rows: Any, about: str, what: str) -> pd.Series:  # type: ignore[type-arg]
    """Give the one row of a comparison."""
    table = pd.DataFrame(list(rows), columns=COLUMNS).set_index(["about", "what"])
    return table.loc[(about, what)]


@pytest.mark.parametrize(
    ("count", "years", "low", "high"),
    # limits of a Poisson mean for 0, 1, 3 and 5 events: 0-3.689, 0.025-5.572, 0.619-8.767, 1.623-11.668
    [(0, 1, 0.0, 3.689), (1, 16, 0.0016, 0.348), (3, 11, 0.056, 0.797), (5, 11, 0.148, 1.061)],
)
def test_a_rate_has_its_exact_poisson_interval(count: int, years: int, low: float, high: float) -> None:
    found = exact_rate(count, years)

    assert found == pytest.approx((count / years, low, high), abs=6e-4)


def test_a_share_has_its_exact_binomial_interval() -> None:
    # 2 of 6: 4.3 to 77.7 %; 0 of 4: 0 to 60.2 %; nothing known of none
    assert exact_share(2, 6) == pytest.approx((1 / 3, 0.0433, 0.7772), abs=1e-4)
    assert exact_share(0, 4) == pytest.approx((0.0, 0.0, 0.6024), abs=1e-4)
    assert exact_share(4, 4)[2] == 1.0
    assert math.isnan(exact_share(0, 0)[0])
    assert exact_share(0, 0)[1:] == (0.0, 1.0)


def test_verdicts_are_those_of_the_interval() -> None:
    assert [verdict_of(each, 1.0, 2.0) for each in (0.9, 1.0, 2.0, 2.1)] == [
        "below",
        "inside",
        "inside",
        "above",
    ]
    assert verdict_of(math.nan, 1.0, 2.0) == verdict_of(1.0, math.nan, 2.0) == "no record"


def test_the_record_has_the_rates_that_are_known_of_it() -> None:
    found = list(rates(sides(made({}))))
    told = {str(each[1]): (*each[3:5], *(round(float(str(x)), 2) for x in each[5:8])) for each in found}

    assert told == {
        "control, refining": (3, 11, 0.27, 0.06, 0.8),
        "control, metal too": (5, 11, 0.45, 0.15, 1.06),
        "whole groups, >= 1 Mt": (1, 16, 0.06, 0.0, 0.35),
        "state transfers": (1, 16, 0.06, 0.0, 0.35),
        "rescues": (2, 11, 0.18, 0.02, 0.66),
        "moves inside one owner": (6, 11, 0.55, 0.2, 1.19),
        "minority stakes": (2, 11, 0.18, 0.02, 0.66),
        "joint ventures": (1, 11, 0.09, 0.0, 0.51),
    }


def test_rates_of_the_model_are_means_over_runs_with_and_without_deals() -> None:
    model = made(
        {},
        {"kind": "whole group", "seller": "c", "target": "c"},
        {"kind": "rescue", "seller": "d", "target": "d", "size_mt": 0.0},
        {"kind": "minority stake"},
    )
    found = list(rates(sides(model)))

    # run 1 has two changes with refining and one of metal alone in ten years, run 2 has none
    assert row(found, "rate", "control, refining")["model"] == pytest.approx(0.1)
    assert row(found, "rate", "control, metal too")["model"] == pytest.approx(0.15)
    assert row(found, "rate", "control, metal too")["p95"] == pytest.approx(0.95 * 0.3)
    assert row(found, "rate", "whole groups, >= 1 Mt")["modelled"] == 1
    assert row(found, "rate", "minority stakes")["verdict"] == "inside"
    assert row(found, "rate", "state transfers")["verdict"] == "below"


def test_an_owner_who_gathers_many_plants_in_a_year_moves_once() -> None:
    inside = {"kind": "restructuring", "price_mcny": 0.0}
    model = made(*(inside | more for more in ({}, {}, {"year": 2027}, {"run": 2}, {"buyer": "other"})))

    found = row(rates(sides(model)), "rate", "moves inside one owner")

    assert found["modelled"] == 4
    assert found["model"] == pytest.approx(4 / 20)


def test_a_price_is_of_the_part_that_is_sold_but_of_the_whole_of_a_firm_that_combines() -> None:
    half = {"stake_share": 0.5}
    model = made(
        half,
        half | {"kind": "whole group", "target": "b"},
        {"smelting_mt": 0.5},
        {"size_mt": 0.0},
        {"kind": "restructuring"},
    )

    assert model["price_cny_per_t"].tolist() == pytest.approx(
        [2000.0, 1000.0, math.nan, math.nan, math.nan], nan_ok=True
    )


def test_sizes_and_prices_are_held_against_the_span_of_the_record() -> None:
    found = list(levels(sides(made({}, {"seller_state": "distressed", "price_mcny": 300.0}))))

    sound, distressed = row(found, "price", "sound, control"), row(found, "price", "distressed, control")
    # 1,556 for a stake, 3,121 for a move inside one owner: a sound seller at 1,000 is below all
    assert (round(sound["low"]), round(sound["high"]), sound["verdict"]) == (1556, 3121, "below")
    # one recorded price is no span
    assert (round(distressed["record"]), distressed["model"], distressed["verdict"]) == (
        4706,
        300.0,
        "no record",
    )
    assert row(found, "size", "control changes")[["low", "high"]].tolist() == [0.4, 1.4]


def test_sellers_buyers_and_payment_are_shares_of_changes_of_control() -> None:
    model = made(
        {}, {"seller_state": "distressed", "paid_cash_mcny": 0.0, "paid_debt_mcny": 0.0}, {"kind": "x"}
    )
    found = list(shares(sides(model)))

    # the record's exchanges of shares stay inside one owner or are minority stakes
    assert row(found, "payment", "exchange of shares")[["recorded", "out_of", "model"]].tolist() == [
        0,
        4,
        0.0,
    ]
    assert row(found, "seller", "distressed")[["recorded", "out_of", "model"]].tolist() == [2, 6, 0.5]
    assert row(found, "buyer", "private")[["recorded", "out_of", "model"]].tolist() == [3, 6, 1.0]
    assert row(found, "buyer", "private")["verdict"] == "above"
    assert row(found, "payment", "money changes hands")[["recorded", "out_of", "model"]].tolist() == [
        3,
        4,
        0.5,
    ]


def test_what_the_seller_keeps_is_valued_like_what_it_sells() -> None:
    # 700 in money for 70 %, so that 30 % kept are worth 300; with debt of 300 the whole is 1,300
    found = paid_parts(made({"stake_share": 0.7}))

    assert found == pytest.approx(
        {
            "cash": 600 / 1300,
            "loan": 100 / 1300,
            "shares of the buyer": 0.0,
            "debt taken over": 300 / 1300,
            "kept by the seller": 300 / 1300,
        }
    )


def test_the_record_ends_with_the_base_year_and_says_when_it_is_not_counted() -> None:
    assert max(each.year for each in PACK.recorded_deals) <= PACK.base_year
    assert all(each.counted <= (each.outcome != "failed") for each in PACK.recorded_deals)
    assert {each.id for each in PACK.recorded_deals if each.price_cny_per_t} == {
        "2010-shenhuo-hnnf",
        "2015-huaxing-sale",
        "2018-qixing",
        "2021-mingtai",
        "2025-wanfang",
    }


def test_the_figure_has_a_panel_for_each_distribution(tmp_path: Path) -> None:
    both = sides(made({}, {"seller_state": "distressed"}))
    rows = [each for part in (rates, levels, shares, parts) for each in part(both)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    chart = draw_deals(table, (both.record, both.model), ("made up", 2))

    # rates, sizes, three of prices, sellers, payment, buyers
    assert len(chart.axes) == 8
    assert chart.pixels().shape[:2] == PNG_PIXELS
    names = [text.get_text() for axes in chart.axes for text in axes.texts]
    assert "Qixing alumina 2018" in names


def test_a_study_of_a_pack_without_a_record_is_told_so(tmp_path: Path) -> None:
    toy = load("toy", settings=["years.end_year=2026"])
    study = ensemble(toy, 1, design="seeds", out=tmp_path, jobs=1)

    with pytest.raises(UsageError, match="has no record of deals"):
        _ = Deals(study, "toy").comparison


def test_a_study_is_held_against_the_record_of_its_own_pack(tmp_path: Path) -> None:
    year = load("baseline", settings=["years.end_year=2026"])
    found = Deals(ensemble(year, 1, design="seeds", out=tmp_path, jobs=1), "baseline")

    assert found.sides.years == 1
    assert found.comparison.set_index("what").loc["at most, 95 % of runs", "verdict"] == "inside"
    assert found.write(tmp_path / "deals").is_file()
    assert (tmp_path / "deals" / "baseline_deals.csv").is_file()
