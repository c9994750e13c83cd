"""The calibration: all unknowns of the base year against all targets at once, and nothing else.

Unknowns are a cost shift common to all plants, a shift by region, the runnable share of nameplate by region,
the volatility that sets how long plants hold on, how stocks answer to price, standing exports, and the stocks
and the long-run price expectation at the start of 2025; none of them is published. Each has a prior with a
spread; each target has a tolerance. What is minimised is the sum of squared gaps, targets in units of half
their tolerance times the root of their weight, unknowns in units of their prior's spread, so an unknown moves
only as far as targets pay for it. Run `python -m sim.study.calibrate` to do it again; it rewrites
`calibration.yaml` of the pack.

Source: least squares with priors (ridge); trust-region solver of SciPy.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from sim.core.arrays import Floats
from sim.core.progress import progress
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study.base_year import residuals

STEP = 0.05
SOURCE = "calibration against targets.csv (sim/study/calibrate.py)"


@dataclass(frozen=True)
class Unknown:
    """One number to be found.

    Attributes:
        path: where it stands below `parameters`.
        prior: value to which it is drawn.
        spread: standard deviation of the prior.
        low: least value.
        high: largest value.
        unit: unit, for the file.
    """

    path: tuple[str, ...]
    prior: float
    spread: float
    low: float
    high: float
    unit: str


def unknowns(scenario: Scenario) -> list[Unknown]:
    """All unknowns with their priors."""
    found = [
        Unknown(("calibrated", "common_shift_cny_per_t"), 20.0, 60.0, -200.0, 300.0, "CNY/t"),
        Unknown(("calibrated", "opening_expectation_cny_per_t"), 3300.0, 300.0, 2600.0, 4500.0, "CNY/t"),
        Unknown(("calibrated", "opening_refineries_mt"), 0.6, 0.2, 0.2, 1.5, "Mt"),
        Unknown(("calibrated", "opening_smelters_mt"), 2.3, 0.4, 1.2, 4.0, "Mt"),
        Unknown(("running", "margin_volatility_cny_per_t"), 150.0, 40.0, 100.0, 300.0, "CNY/t"),
        Unknown(("stocks", "cover_smelters_days"), 13.0, 1.5, 9.0, 17.0, "days"),
        Unknown(("stocks", "price_scale_cny_per_t"), 900.0, 250.0, 500.0, 1500.0, "CNY/t"),
        Unknown(("world", "other_exports_mt"), 0.5, 0.15, 0.1, 0.8, "Mt/yr"),
    ]
    for row in scenario.pack.regions:
        shift, share = ("calibrated", "region_shift_cny_per_t"), ("calibrated", "runnable_share")
        found.append(Unknown((*shift, row.id), 0.0, 60.0, -200.0, 200.0, "CNY/t"))
        found.append(Unknown((*share, row.id), row.best_rate_share, 0.04, 0.4, 1.0, "share"))
    return found


def nested(known: list[Unknown], values: Floats) -> dict[str, Any]:
    """Values as the nested mapping that a scenario takes under `parameters`."""
    tree: dict[str, Any] = {}
    for unknown, value in zip(known, values.tolist(), strict=True):
        place = tree
        for part in unknown.path[:-1]:
            place = place.setdefault(part, {})
        place[unknown.path[-1]] = round(value, 4)
    return tree


def misfit(scenario: Scenario, known: list[Unknown], values: Floats) -> Floats:
    """All gaps in units of what is tolerated: targets first, then unknowns from their priors."""
    gaps = [
        each.gap / each.accepted_sd for each in residuals(load(scenario, parameters=nested(known, values)))
    ]
    priors = [(value - each.prior) / each.spread for each, value in zip(known, values.tolist(), strict=True)]
    return np.array([*gaps, *priors])


def calibrate(
    scenario: str | Path | Scenario = "baseline", *, set: Settings = ()
) -> tuple[list[Unknown], Floats]:
    """The unknowns of a scenario's pack and the values that fit all targets best.

    The solver works on distances from the priors in units of their spreads, from one upwards, because its
    finite steps are relative and a share of plants moves in jumps.
    """
    scenario = load(scenario, set=set)
    known = unknowns(scenario)
    prior, spread = np.array([each.prior for each in known]), np.array([each.spread for each in known])
    low, high = np.array([each.low for each in known]), np.array([each.high for each in known])
    with progress(desc="calibration", unit="base year", is_quiet=False) as bar:

        def gaps(distance: Floats) -> Floats:
            bar.update()
            return misfit(scenario, known, prior + spread * (distance - 1.0))

        bounds = (1.0 + (low - prior) / spread, 1.0 + (high - prior) / spread)
        found = least_squares(gaps, np.ones(len(known)), bounds=bounds, diff_step=STEP, max_nfev=25)
    return known, np.asarray(prior + spread * (found.x - 1.0))


def calibration_text(known: list[Unknown], values: Floats) -> str:
    """The text of `calibration.yaml`."""
    tree: dict[str, Any] = {}
    for unknown, value in zip(known, values.tolist(), strict=True):
        leaf = {"value": round(value, 4), "low": unknown.low, "high": unknown.high, "unit": unknown.unit}
        place = tree
        for part in unknown.path[:-1]:
            place = place.setdefault(part, {})
        place[unknown.path[-1]] = leaf
    lines = ["# Written by `python -m sim.study.calibrate`; do not edit by hand.", ""]
    return "\n".join([*lines, *_lines(tree, 0)]) + "\n"


def _lines(tree: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key in sorted(tree):
        pad, value = "  " * depth, tree[key]
        lines.append(f"{pad}{key}:")
        if "value" in value:
            numbers = f"value: {value['value']:g}, low: {value['low']:g}, high: {value['high']:g}"
            lines.append(f"{pad}  {{{numbers}, unit: {value['unit']}, status: derived,")
            lines.append(f'{pad}   source: "{SOURCE}"}}')
        else:
            lines.extend(_lines(value, depth + 1))
    return lines


def main() -> None:
    """Calibrate the pack of a scenario, that of the baseline if none is named; rewrite its `calibration.yaml`."""
    scenario = load((sys.argv[1:] or ["baseline"])[0])
    known, values = calibrate(scenario)
    path = Path(scenario.pack.folder) / "calibration.yaml"
    path.write_text(calibration_text(known, values), encoding="utf-8")


if __name__ == "__main__":
    main()
