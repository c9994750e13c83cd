"""Does moving to the coast entrench the surplus? Paired runs with moves made impossible, usual and strict.

Nothing is built in any of the three but for old capacity that goes, so that they differ in what counts for it. A
subsidy of half of what a new plant costs gives owners a reason to move in most lucks of prices, for no board passes a
loss by its own figures. Where nameplate counts, lines that never ran become new ones that do; where only what could
run counts, and not when idle for years, a swap leaves no more than it takes.
"""

from functools import cache
from typing import Any

import numpy as np

import sim
from sim.core.arrays import Floats
from sim.study.patterns.panel import play

SEEDS = range(12)
SWAP = {
    "id": "swap",
    "type": "swap",
    "start_year": 2026,
    "ratio": 1.0,
    "required": True,
    "subsidy_cny_per_t": 1500.0,
}
STRICT = {**SWAP, "basis": "runnable", "longest_idle_years": 2.0}


@cache
def ends(kind: str) -> dict[str, Floats]:
    """Give runnable surplus, moved and installed capacity of 2035 by seed, Mt/yr."""
    swap = STRICT if kind == "strict" else SWAP
    bounds: dict[str, Any] = {"building": {"largest_move_mt": 0.1}} if kind == "none" else {}
    scenario = sim.load("baseline", policies=[swap], parameters=bounds)
    years = [play(scenario, seed).years for seed in SEEDS]
    return {
        "surplus": np.array([float((each["runnable_mt"] - each["demand_mt"]).iloc[-1]) for each in years]),
        "moved": np.array([float(each["relocations_mt"].sum()) for each in years]),
        "installed": np.array([float(each["capacity_mt"].iloc[-1]) for each in years]),
    }


def test_swaps_of_nameplate_add_to_the_surplus_that_can_run() -> None:
    gain = ends("nameplate")["surplus"] - ends("none")["surplus"]

    assert ends("none")["moved"].max() == 0.0
    assert ends("nameplate")["moved"].mean() > 5.0
    # eleven degrees of freedom: Student's t of 95 % is 2.20
    assert gain.mean() - 2.20 * gain.std(ddof=1) / np.sqrt(gain.size) > 0.0
    assert (gain > 0.0).sum() >= 8


def test_a_strict_swap_adds_far_less_and_shrinks_what_is_installed() -> None:
    loose, strict, none = (ends(kind) for kind in ("nameplate", "strict", "none"))

    gap = loose["surplus"] - strict["surplus"]
    assert strict["moved"].mean() > 5.0
    assert gap.mean() > 3.0 * gap.std(ddof=1) / np.sqrt(gap.size)
    assert (strict["surplus"] - none["surplus"]).mean() < 0.5 * (loose["surplus"] - none["surplus"]).mean()
    assert (strict["installed"] - none["installed"]).mean() < 0.0
