"""The scores that `shakeout hindcast` gave of earlier years and that ship with the scenarios."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario import shelf

Row = Mapping[str, Any]
FOLDER = "hindcasts"
TOLD: tuple[str, ...] = (
    "price_cny_per_t",
    "production_mt",
    "operating_mt",
    "operating_rate",
    "capacity_mt",
    "ore_imports_mt",
)
TOLD += ("imported_ore_share", "production_split_share", "cash_cost_mean_cny_per_t", "exports_mt")
"""Series that a page tells, country or provinces together."""
PLACES = ("China", "provinces")
GOOD = "skill"
"""How verdicts begin that are none of a loss."""
PROVEN, TOO_FEW = "skill, proven", "too few points"
PRICE = "price_cny_per_t"


def scores_of(pack: str) -> list[Row]:
    """The rows of the newest scores of a pack, each with the date on which they were made; none without any."""
    found = [path for folder in shelf.folders() for path in (folder / FOLDER).glob(f"{pack}-20*.csv")]
    if not found:
        return []
    newest = max(found, key=lambda path: path.stem)
    made = newest.stem.removeprefix(f"{pack}-")
    with Path(newest).open(encoding="utf-8", newline="") as file:
        return [{**row, "made": made} for row in csv.DictReader(file)]


def told_rows(rows: Sequence[Row]) -> tuple[str, list[Row]]:
    """The earliest start of scores, and its rows that are told."""
    start = min(str(row["start"]) for row in rows)
    return start, [
        row for row in rows if row["start"] == start and row["series"] in TOLD and row["region"] in PLACES
    ]


def judged_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows with enough points to judge them."""
    return [row for row in rows if row["verdict"] != TOO_FEW]


def record_of_scores(pack: str) -> tuple[str, int, int, int, bool, float] | None:
    """The track record in short: start, series judged, better than the best forecast without a model, proven so.

    Then whether the price is among the better ones, and the mean part of points that the 80 % bands held. None where
    the pack has no scores.
    """
    rows = scores_of(pack)
    if not rows:
        return None
    start, shown = told_rows(rows)
    judged = judged_rows(shown)
    verdicts = [str(row["verdict"]) for row in judged]
    better = [row for row in judged if str(row["verdict"]).startswith(GOOD)]
    held = sum(float(row["n"]) * float(row["inside_share"]) for row in judged)
    points = max(sum(float(row["n"]) for row in judged), 1.0)
    has_price = any(row["series"] == PRICE for row in better)
    return start, len(judged), len(better), verdicts.count(PROVEN), has_price, held / points
