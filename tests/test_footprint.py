"""Each row of the year says what its phase may write, and every run is held to it."""

from functools import cache

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
)
"""Scenarios in which, taken together, every phase does all that it can do."""
SEEDS = (0, 1)
WITHHELD = "what Indonesian producers withhold from China is left to the world; they ship in these runs"
RARE = {
    "contract: outside.balance_mt": WITHHELD,
    "contract: outside.indonesian_spot_mt": WITHHELD,
    "merge: groups.payables_mcny": "a group that stretches its payments loses its independence in few runs",
    "invest: refineries.project_stage": "few planned projects of the register draw their go-ahead in these runs",
    "invest: book.deals_mcny": "a partner that makes up for an old plant is seldom found",
    "invest: refineries.electric_steam": "power is nowhere cheap enough to raise steam with it",
}
"""What a row says although no run here does it, and why it may happen."""


@cache
def written() -> dict[str, set[str]]:
    """Parts that each phase wrote in some of these runs."""
    found: dict[str, set[str]] = {}
    for name in PLAYED:
        for seed in SEEDS:
            for phase, parts in written_in(name, seed).items():
                found.setdefault(phase, set()).update(parts)
    return found


def written_in(name: str, seed: int) -> dict[str, set[str]]:
    """Parts that each phase wrote in one run."""
    scenario = load(name)
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
    assert "prices.fob_usd_per_t" in seen["contract"]
    assert "year" in seen["legislate"]
