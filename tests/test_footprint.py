"""Each row of the year says what its phase may write, and every run is held to it."""

from functools import cache
from typing import Any

import pytest

from sim.footprint import Writes, covers, declared, footprints
from sim.industry import Industry, release
from sim.scenario.load import load
from sim.year import YEAR

PLAYED = (
    *(
        "toy",
        "baseline",
        "merger_push",
        "merger_ban",
        "state_consolidation",
        "coastal_rush",
        "mud_hard_limit",
    ),
    *("old_plants_closed", "guangxi_cap", "ets_early", "hard_budgets", "anti_involution"),
    *("ultra_low_emission", "hindcast_2017", "copper_baseline"),
)
"""Scenarios in which, taken together, every phase does all that it can do."""
SEEDS = (0, 1)
CHANGES: dict[str, dict[str, Any]] = {
    "mud_hard_limit": {"policies": [{"id": "mud", "relief_ratio": 1.0}]},
    "coastal_rush": {"parameters": {"ports": {"crowded_share": 0.8}}},
    "copper_baseline": {"parameters": {"mining": {"search_share": 1.0}}},
}
"""What is changed of a scenario: refusals of ponds are suspended in ordinary years too, berths extended early, and all
groups look for mines."""
WITHHELD = "what Indonesian producers withhold from China is left to the world; they ship in these runs"
CLOSED = {
    **dict.fromkeys(("fusheng-pinglu", "chalco-zhongzhou", "kaiman-sanmenxia", "synthetic-henan"), 2027),
    **dict.fromkeys(("aokaida-xiaoyi", "yixiang-mianchi", "huafei-xiuwen"), 2028),
    **dict.fromkeys(("chalco-xinghua", "synthetic-shanxi"), 2029),
}
STATED = (
    *(
        {"id": f"shut-{plant}", "year": year, "what": "closure", "plant": plant}
        for plant, year in CLOSED.items()
    ),
    {"id": "stop", "year": 2027, "what": "stop", "plant": "weiqiao-zhanhua", "quarters": 2},
    {"id": "built", "year": 2028, "what": "start", "project": "chalco-dalian", "quarter": 2},
    {"id": "planned", "year": 2027, "what": "start", "project": "wenfeng-jiayuguan-2", "quarter": 2},
    {"id": "refinery", "year": 2027, "what": "start", "project": "sgar-mempawah-2"},
    {"id": "smelter", "year": 2027, "what": "start", "project": "mempawah-al"},
    {"id": "firm", "year": 2028, "what": "deal", "buyer": "chalco", "target": "bosai"},
    {"id": "listed", "year": 2028, "what": "deal", "buyer": "chinalco", "target": "hongqiao"},
)
"""Facts with which the baseline is played as well."""
RARE = {
    "contract: outside.balance_mt": WITHHELD,
    "contract: outside.near_spot_mt": WITHHELD,
    "commission: groups.debt_mcny": "few that move have to borrow to cover the ponds that they leave",
    "leave: groups.debt_mcny": "few that close a plant and have others have to borrow to cover its ponds",
    "invest: groups.illiquid": "a group that is out of money loses its last plant in the same year in few runs",
    "invest: refineries.project_stage": "few planned projects of the register draw their go-ahead in these runs",
    "commission: refineries.support_cny_per_t": "few plants move since moods are bounded, hardly one supported",
    "merge: mines.group": "a company that has a mine is sold as a whole in few runs",
    "invest: book.deals_mcny": "few plants move since moods are bounded, hardly one with a partner who makes up for it",
    "commission: smelters.successor": "at the metal prices of these runs nobody sells a right to smelt",
    "invest: smelters.successor": "likewise",
    "merge: book.capex_mcny": "what groups pay for a part of a producer abroad goes to another group in these runs",
    "leave: importers.offtake_mt": "at the FOB prices of these runs no producer in Indonesia leaves",
    "leave: importers.capacity_mt": "likewise",
    "leave: importers.standing_mt": "likewise",
    "invest: smelters.smelting_share": "at the metal prices of these runs no pots are frozen for a year",
    "invest: refineries.electric_steam": "power is nowhere cheap enough to raise steam with it",
}
"""What a row says although no run here does it, and why it may happen."""


@cache
def written() -> dict[str, set[str]]:
    """Parts that each phase wrote in some of these runs."""
    found: dict[str, set[str]] = {}
    runs = [written_in(name, seed) for name in PLAYED for seed in SEEDS]
    for run in (*runs, written_in("baseline", SEEDS[0], facts=list(STATED))):
        for phase, parts in run.items():
            found.setdefault(phase, set()).update(parts)
    return found


def written_in(name: str, seed: int, **overrides: Any) -> dict[str, set[str]]:
    """Parts that each phase wrote in one run."""
    scenario = load(name, **{**CHANGES.get(name, {}), **overrides})
    industry = Industry(scenario, seed)
    writes = Writes.of(industry.world)
    industry.checkers.append(writes)
    for _ in range(scenario.spec.years.start_year, scenario.spec.years.end_year + 1):
        industry.step()
    release(industry)
    return writes.seen


def undeclared(seen: dict[str, set[str]]) -> list[str]:
    """What phases wrote and their rows do not say, `phase: part`."""
    return [
        f"{phase.name}: {part}"
        for phase in YEAR
        for part in sorted(seen.get(phase.name, ()))
        if not any(covers(name, part) for name in declared(phase))
    ]


def unwritten(seen: dict[str, set[str]]) -> list[str]:
    """What rows say and no phase wrote, `phase: part`."""
    return [
        f"{phase.name}: {name}"
        for phase in YEAR
        for name in declared(phase)
        if not any(covers(name, part) for part in seen.get(phase.name, ()))
    ]


def test_no_phase_writes_what_its_row_does_not_say() -> None:
    assert undeclared(written()) == []


def test_every_part_that_a_row_says_is_written_in_some_run() -> None:
    assert [each for each in unwritten(written()) if each not in RARE] == []


def test_a_part_that_is_written_in_secret_is_found() -> None:
    industry = Industry(load("toy"))
    writes = Writes.of(industry.world)

    industry.world.groups.cash_mcny[0] += 1.0
    writes(industry.world, "legislate")
    release(industry)

    assert undeclared(writes.seen) == ["legislate: groups.cash_mcny"]


def test_a_part_that_no_phase_writes_is_found() -> None:
    assert "legislate: rules" in unwritten({"legislate": {"outlook"}})


@pytest.mark.parametrize(
    ("name", "part", "covered"),
    [
        ("prices.*", "prices.logs", True),
        ("prices.logs", "prices.logs", True),
        ("prices.log", "prices.logs", False),
        ("rules", "rules", True),
        ("book.*", "books.x", False),
    ],
)
def test_a_star_stands_for_all_of_one_part(name: str, part: str, covered: bool) -> None:
    assert covers(name, part) is covered


def test_what_a_phase_reads_is_traced() -> None:
    seen = {each.phase.name: each.reads for each in footprints(load("toy"), years=1)}

    assert "smelters.capacity_mt" in seen["contract"]
    assert "prices.mill_cny_per_t" in seen["contract"]
    assert "year" in seen["legislate"]
