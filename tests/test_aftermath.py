"""What deals came to: by class of buyer and seller, and at the plants that were bought."""

import math
from typing import Any

import pandas as pd
import pytest

from sim.aftermath import owner_classes, table_of_classes, table_of_outcomes
from sim.run import Run, run
from sim.scenario.load import load


@pytest.fixture(scope="module")
def pushed() -> Run:
    """A run with many deals."""
    return run(load("merger_push"), 1)


def deal(**said: Any) -> dict[str, Any]:
    """Give a row of the book of deals."""
    usual = dict.fromkeys(
        ("price_mcny", "paid_cash_mcny", "paid_debt_mcny", "paid_shares_mcny", "debt_assumed_mcny"), 0.0
    )
    named = {"id": "d", "year": 2026, "kind": "swap", "buyer": "big", "seller": "small"}
    return {**usual, **named, "outcome": "closed", "stake_share": 1.0, "size_mt": 1.0, **said}


def plant(year: int, key: str, **said: Any) -> dict[str, Any]:
    """Give a row of the table of refineries: 1 Mt that makes 0.8 at a cost of 2,000 and a price of 2,500."""
    usual = {"region": "here", "group": "peer", "nameplate_mt": 1.0, "made_mt": 0.8, "sold_mt": 0.8}
    return {
        "year": year,
        "refinery": key,
        **usual,
        "price_cny_per_t": 2500.0,
        "cash_cost_cny_per_t": 2000.0,
        **said,
    }


def test_deals_are_counted_by_class_with_tonnes_and_money() -> None:
    book = pd.DataFrame(
        [
            deal(price_mcny=100.0, paid_cash_mcny=60.0, paid_debt_mcny=40.0),
            deal(size_mt=2.0, stake_share=0.5, price_mcny=50.0),
            deal(seller="who"),
            deal(outcome="not funded", price_mcny=1e6),
        ]
    )
    table = table_of_classes(book, {"big": "central", "small": "private"})

    found = table.set_index("seller_class")
    assert found.index.tolist() == ["other", "private"]
    assert set(found["buyer_class"]) == {"central"}
    assert found.loc["private", ["deals_count", "bought_mt", "price_mcny"]].tolist() == [2, 2.0, 150.0]
    assert found.loc["private", ["paid_cash_mcny", "paid_debt_mcny"]].tolist() == [60.0, 40.0]


def outcomes(*plants: dict[str, Any], bought: tuple[str, ...] = ("x",)) -> pd.DataFrame:
    """Give the outcomes of one deal of 2026."""
    return table_of_outcomes(pd.DataFrame([deal()]), pd.DataFrame(plants), {"d": bought})


def test_what_was_bought_is_held_against_its_region_since_the_year_of_the_deal() -> None:
    table = outcomes(
        plant(2026, "x", group="big"),
        plant(2026, "y"),
        plant(2026, "z", nameplate_mt=3.0),
        plant(2026, "far", region="there"),
        plant(2027, "x", group="big", cash_cost_cny_per_t=1900.0, made_mt=0.9),
        plant(2027, "y", cash_cost_cny_per_t=2040.0),
        plant(2027, "z", nameplate_mt=3.0, cash_cost_cny_per_t=2000.0),
        plant(2027, "far", region="there", cash_cost_cny_per_t=5000.0),
    )

    (row,) = table.to_dict("records")
    assert (row["after_years"], row["plants_count"], row["bought_mt"], row["standing_share"]) == (1, 1, 1, 1)
    assert row["cash_cost_change_cny_per_t"] == pytest.approx(-100.0)
    assert row["cash_cost_against_peers_cny_per_t"] == pytest.approx(-110.0)  # peers: +40 of 1 Mt, 0 of 3 Mt
    assert row["margin_against_peers_cny_per_t"] == pytest.approx(110.0)
    assert row["utilisation_change_share"] == pytest.approx(0.1)
    assert row["utilisation_against_peers_share"] == pytest.approx(0.1)


def test_peers_stay_with_their_group_and_stand_in_both_years() -> None:
    table = outcomes(
        plant(2026, "x", group="big"),
        plant(2026, "y"),
        plant(2026, "sold", group="a"),
        plant(2026, "gone"),
        plant(2026, "far", region="there"),
        plant(2027, "x", group="big"),
        plant(2027, "y", cash_cost_cny_per_t=2010.0),
        plant(2027, "sold", group="b", cash_cost_cny_per_t=9000.0),
        plant(2027, "gone", nameplate_mt=0.0, cash_cost_cny_per_t=9000.0),
        plant(2027, "far", region="there", cash_cost_cny_per_t=9000.0),
    )

    assert table["cash_cost_against_peers_cny_per_t"].tolist() == pytest.approx([-10.0])


def test_a_region_without_peers_is_held_against_the_nation() -> None:
    table = outcomes(
        plant(2026, "x", group="big"),
        plant(2026, "far", region="there"),
        plant(2027, "x", group="big"),
        plant(2027, "far", region="there", cash_cost_cny_per_t=2200.0),
    )

    assert table["cash_cost_against_peers_cny_per_t"].tolist() == pytest.approx([-200.0])


def test_a_plant_that_closed_leaves_the_share_that_stands_and_one_that_idled_leaves_no_cost() -> None:
    table = outcomes(
        plant(2026, "x", group="big"),
        plant(2026, "v", group="big", nameplate_mt=3.0),
        plant(2027, "x", group="big", made_mt=0.0, sold_mt=0.0),
        plant(2027, "v", group="big", nameplate_mt=0.0, made_mt=0.0),
        bought=("x", "v"),
    )

    (row,) = table.to_dict("records")
    assert row["standing_share"] == pytest.approx(0.25)
    assert math.isnan(row["cash_cost_change_cny_per_t"])
    assert row["utilisation_change_share"] == pytest.approx(-0.8)


def test_a_deal_is_followed_for_three_years_at_most() -> None:
    years = [plant(year, "x", group="big") for year in range(2026, 2032)]

    assert outcomes(*years)["after_years"].tolist() == [1, 2, 3]
    assert outcomes(years[0]).empty


def test_every_plant_bought_in_a_run_was_in_other_hands_a_year_before(pushed: Run) -> None:
    table = pushed.deal_outcomes
    owner = pushed.refineries.set_index(["year", "refinery"])["group"].to_dict()
    first = table.drop_duplicates("id")
    closed = pushed.deals[(pushed.deals["outcome"] == "closed") & (pushed.deals["hhi_step"] != 0.0)]

    known = closed[(closed["year"] < 2035) & (closed["stake_share"] > 0.5)]
    assert set(known["id"]) <= set(first["id"])
    assert (table["standing_share"].between(0.0, 1.0)).all()
    moved = sum(
        owner.get((year - 1, key), group) != group and group in set(first["buyer"])
        for (year, key), group in owner.items()
    )
    assert 0 < moved <= first["plants_count"].sum()


def test_every_party_of_a_run_has_a_class(pushed: Run) -> None:
    classes = owner_classes(pushed.world)

    assert set(pushed.world.groups.keys) <= set(classes)
    table = pushed.deal_classes
    assert table["deals_count"].sum() == (pushed.deals["outcome"] == "closed").sum()
    assert "central" in set(table["buyer_class"])


def test_a_run_without_deals_has_empty_tables() -> None:
    quiet = run(load("toy"), 0)

    assert quiet.deal_classes.empty
    assert quiet.deal_outcomes.empty
