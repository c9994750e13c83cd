"""No lever does clearly the opposite of what it is for, and more of it does not clearly do less.

Levers are played at half and at full strength: over a few years, enough for what answers at once, and those that work
through what owners build, buy and use over the whole horizon. Luck is the same each time, so nothing here
comes or goes by itself.
"""

from collections.abc import Iterable

import pandas as pd
import pytest

from sim.scenario.load import load
from sim.study.effects import WRONG
from sim.study.levers import chosen_levers, known_levers, levers

HALF_AND_FULL = (2, 4)
SOON, LATE = 2029, 2035
PAIRS_SOON, PAIRS_LATE = 6, 8
LONG = ("antitrust.ban", "ma_push", "red_mud.ponds", "regional_cap.ceiling")
"""Levers and policies that take years to show what they do."""
KNOWN_WRONG: dict[tuple[str, int], str] = {}
"""Levers that pull the wrong way today, by the year to which they are played; one that no longer does is taken out."""
KNOWN_TURNING: dict[tuple[str, int], str] = {}
"""Levers of which more does less today, likewise."""


@pytest.fixture(scope="module")
def aims(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The effects of all levers on their own aims, by the last year that is played."""
    found, long = [], {each.key for each in chosen_levers(LONG)}
    quick = [key for key in known_levers() if key not in long]
    for only, year, pairs in ((quick, SOON, PAIRS_SOON), (LONG, LATE, PAIRS_LATE)):
        scenario = load("baseline", settings=[f"years.end_year={year}"])
        out = tmp_path_factory.mktemp("levers")
        played = levers(scenario, pairs, only=only, strengths=HALF_AND_FULL, out=out, jobs=1)
        assert played.study.count["failed"] == 0
        found.append(played.aims.assign(year=year))
    return pd.concat(found)


def named(rows: pd.DataFrame) -> Iterable[tuple[str, int]]:
    """Give levers with the year to which they are played."""
    return {(str(row.lever), int(row.year)) for row in rows.itertuples()}


def test_every_lever_is_played(aims: pd.DataFrame) -> None:
    assert set(aims["lever"]) == set(known_levers())


def test_no_lever_does_the_opposite_of_its_aim(aims: pd.DataFrame) -> None:
    assert named(aims[aims["verdict"] == WRONG]) == {*KNOWN_WRONG}


def test_more_of_a_lever_does_not_do_less(aims: pd.DataFrame) -> None:
    assert named(aims[aims["turns"]]) == {*KNOWN_TURNING}
