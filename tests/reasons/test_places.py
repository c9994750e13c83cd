"""What is told of a region: its years, what became of its capacity, and its costs against the industry."""

import pytest

from sim.reasons.explain import explain
from sim.reasons.record import record_of
from sim.run import Run


def flat(text: str) -> str:
    """Give text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def shanxi(usual: Run) -> str:
    """What is told of a region that loses capacity."""
    return explain(record_of(usual), "shanxi").text()


def test_a_region_is_told_year_by_year(usual: Run, shanxi: str) -> None:
    row = usual.regions.query("region == 'shanxi' and year == 2030").iloc[0]

    line = next(each.split() for each in shanxi.splitlines() if each.split()[:1] == ["2030"])

    margin = row.price_cny_per_t - row.cash_cost_cny_per_t
    assert line[1:3] == [f"{row.nameplate_mt:.1f}", f"{row.made_mt:.1f}"]
    assert line[3:5] == [f"{100 * row.made_mt / row.nameplate_mt:.0f}", "%"]
    assert float(line[-1].replace(",", "")) == pytest.approx(margin, abs=0.51)


def test_what_started_and_closed_in_a_region_adds_up_to_its_change(usual: Run) -> None:
    later = usual.events[usual.events["year"] > 2026]
    for region, rows in usual.regions.groupby("region"):
        plants = usual.refineries[usual.refineries["region"] == region]["refinery"]
        here = later[later["agent"].isin(plants)].groupby("kind")["amount"].sum()
        kinds = ("start", "exit", "relocate", "write_off")
        started, closed, moved, struck = (here.get(kind, 0.0) for kind in kinds)
        size = rows.set_index("year")["nameplate_mt"]

        assert size[2035] - size[2026] == pytest.approx(started - closed - moved - struck)
        told = flat(explain(record_of(usual), str(region)).text())
        assert (f"{closed:.2f} Mt/yr closed for good" in told) == (closed > 0.0)


def test_costs_of_a_region_are_set_against_those_of_the_industry(usual: Run, shanxi: str) -> None:
    row = usual.regions.query("region == 'shanxi' and made_mt > 0").iloc[-1]

    line = next(each.split() for each in shanxi.splitlines() if each.strip().startswith("cash cost "))

    assert "this region" in shanxi
    assert float(line[2].replace(",", "")) == pytest.approx(row.cash_cost_cny_per_t, abs=0.51)


def test_one_year_of_a_region_is_told_without_the_others(usual: Run) -> None:
    told = explain(record_of(usual), "guangxi_inland", 2029).text()

    assert "at the end of 2029" in flat(told)
    assert "2031" not in told
    assert "CNY/t, 2029" in told


def test_a_region_whose_plants_never_ran_is_told_without_costs(usual: Run) -> None:
    told = flat(explain(record_of(usual), "liaoning", 2026).text())

    assert "No plant of it has made alumina." in told
