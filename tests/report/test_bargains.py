"""The tables of the page about deals: who bought from whom, and what moved the HHI."""

import pytest

from sim.core.words import number
from sim.report.bargains import causes_table, classes_table, deals_table
from sim.results import Results
from sim.run import run
from sim.scenario.load import load


def test_the_causes_add_up_to_the_change_of_the_index(results: Results) -> None:
    points = [float(row[1]) for row in causes_table(results).rows]
    steps = results.years.filter(like="hhi_by_").to_numpy().sum()

    assert sum(points) == pytest.approx(steps, abs=0.05 * len(points))
    assert [abs(each) for each in points] == sorted((abs(each) for each in points), reverse=True)


def test_deals_inside_one_owner_are_not_between_classes(results: Results) -> None:
    book = results.deals[results.deals["outcome"] == "closed"]
    between = book[~book["kind"].isin(["restructuring", "agreed"])]

    rows = classes_table(results).rows
    assert 0 < len(between) < len(book)
    assert sum(int(row[2]) for row in rows) == len(between)
    assert "central state" in {row[0] for row in rows} | {row[1] for row in rows}


def test_a_whole_group_is_told_with_its_plants_and_priced_over_all_its_tonnes() -> None:
    ready = {"combining": {"base_logit": 10.0, "pride_logit": 0.0, "size_logit": 0.0}}
    seen = run(load("baseline", years={"end_year": 2026}, parameters=ready), seed=1)
    book = seen.deals
    closed = book[(book["outcome"] == "closed") & (book["kind"] == "whole group") & (book["size_mt"] > 0.0)]
    group = {row.id: row.name for row in seen.scenario.pack.groups}
    plant = {row.id: row.name for row in seen.scenario.pack.refineries}

    rows = {row[3]: row for row in deals_table(seen).rows if row[4] == "whole group"}

    assert len(closed)
    for deal in closed.to_dict("records"):
        _, what, buyer, *_, each, _ = rows[group[deal["seller"]]]
        assert buyer == group[deal["buyer"]]
        # part of the equity brings all of the firm, so that a tonne costs no more when owners keep some of it
        alone = deal["smelting_mt"] == 0.0
        assert each == (number(deal["price_mcny"] / deal["size_mt"], 0) if alone else "")
        opened = [key for key, owner in opening_owners(seen).items() if owner == deal["seller"]]
        assert what.startswith("all of it: ")
        assert all(plant[key] in what for key in opened if key in plant)


def opening_owners(seen: Results) -> dict[str, str]:
    """The group of each plant when the run opened."""
    from sim.opening import open_world

    plants = open_world(seen.scenario, seen.seed).refineries
    standing = plants.nameplate_mt > 0.0
    return {
        key: seen.world.groups.keys[row]
        for key, row, stands in zip(plants.keys, plants.group.tolist(), standing.tolist(), strict=True)
        if stands
    }
