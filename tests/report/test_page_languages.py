"""The same run told in two languages: the same numbers, and a reason wherever the other has one."""

import re

import pytest

from sim.report.page.deals import deals_section
from sim.report.page.facts import Facts
from sim.report.page.gone import gone_section
from sim.report.page.parts import Words
from sim.results import Results
from sim.run import run
from sim.scenario.load import load
from sim.world.kinds import Happened


@pytest.fixture(scope="module")
def eager() -> Results:
    """Four years in which cold lines are struck off soon, plants leave easily, a decree closes some and a fact one."""
    easy = {
        "running": {"write_off_share": 0.1},
        "leaving": {
            "reluctance_cny_per_t": 0.0,
            "reluctance_spread_cny_per_t": 0.0,
            "salvage_cny_per_t": 500.0,
            "idle_quarters": 2,
        },
    }
    fact = {"id": "end", "year": 2026, "what": "closure", "plant": "aokaida-xiaoyi"}
    scenario = load("old_plants_closed", years={"end_year": 2029}, parameters=easy, facts=[fact])
    return run(scenario, 1)


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def test_plants_gone_and_events_have_the_same_numbers_and_a_reason_in_both_languages(eager: Results) -> None:
    english, chinese = (Facts(eager, Words(lang)) for lang in ("en", "zh"))
    gone = [found.tables[0].rows for each in (english, chinese) if (found := gone_section(each))]
    events = [
        next(table.rows for table in deals_section(each).tables if table.id == "events")
        for each in (english, chinese)
    ]
    told = eager.events[eager.events["kind"].isin([Happened.EXIT, Happened.WRITE_OFF, Happened.DISRUPTION])]

    assert len(gone) == 2
    assert {Happened.EXIT, Happened.WRITE_OFF, Happened.DISRUPTION} <= set(told["kind"])
    assert any("closing beats" in row[6] for row in gone[0])
    for ours, theirs in zip(gone[0], gone[1], strict=True):
        assert [cell[1] for cell in (ours[3], ours[4])] == [cell[1] for cell in (theirs[3], theirs[4])]
        assert NUMBER.findall(ours[6]) == NUMBER.findall(theirs[6]) or "coast" in ours[6]
        assert ours[6] and theirs[6]
    for ours, theirs in zip(*events, strict=True):
        assert (ours[0][1], ours[5][1]) == (theirs[0][1], theirs[5][1])
        assert ours[4] and theirs[4]
