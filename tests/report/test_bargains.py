"""The tables of the page about deals: who bought from whom, and what moved the HHI."""

import pytest

from sim.report.bargains import causes_table, classes_table
from sim.results import Results


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
