"""How the model did before: the scores that `shakeout hindcast` gave and that ship with the scenarios."""

import csv
from pathlib import Path
from typing import Any

from sim.core.words import number, percent
from sim.report.page.facts import Facts, Row
from sim.report.page.parts import Section, Table, cell, section
from sim.scenario import shelf

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
TOO_FEW = "too few points"
SEEN = " *"
"""Marks what calibration has seen."""


def past_section(facts: Facts) -> Section:
    """The section of how the model did before; it says so where the pack has no scores."""
    tables, words = past_tables(facts), facts.words
    return section("before", words("past.label"), tables, words("past.lead" if tables else "past.none"))


def past_tables(facts: Facts) -> tuple[Table, ...]:
    """One table of the scores from the earliest start, losses first; none where the pack has no scores."""
    rows = scores_of(facts.results.scenario.pack.folder.name)
    if not rows:
        return ()
    words = facts.words
    start = min(str(row["start"]) for row in rows)
    shown = [
        row for row in rows if row["start"] == start and row["series"] in TOLD and row["region"] in PLACES
    ]
    judged = [row for row in shown if row["verdict"] != TOO_FEW]
    beaten = sum(str(row["verdict"]).startswith(GOOD) for row in judged)
    note = words(
        "past.note",
        start=start,
        runs=rows[0]["runs"],
        beaten=beaten,
        judged=len(judged),
        code=rows[0]["code"],
        made=rows[0]["made"],
    )
    names = ("series", "arm", "points", "error", "null", "null_error", "skill", "band", "verdict")
    head = [words(f"past.{name}") for name in names]
    return (
        Table(
            "past",
            words("past.caption", start=start),
            head,
            [_row(facts, row) for row in shown],
            2,
            note=note,
        ),
    )


def scores_of(pack: str) -> list[Row]:
    """The rows of the newest scores of a pack, each with the date on which they were made; none without any."""
    found = [path for folder in shelf.folders() for path in (folder / FOLDER).glob(f"{pack}-20*.csv")]
    if not found:
        return []
    newest = max(found, key=lambda path: path.stem)
    made = newest.stem.removeprefix(f"{pack}-")
    with Path(newest).open(encoding="utf-8", newline="") as file:
        return [{**row, "made": made} for row in csv.DictReader(file)]


def _row(facts: Facts, row: Row) -> list[Any]:
    words = facts.words
    unit = str(row["unit"])
    series = words.of("past_series", str(row["series"]))
    name = words("past.by_quarter", series=series) if row["step"] == "quarter" else series
    error, null, skill, inside = (
        _number(row[key]) for key in ("rmse", "best_null_rmse", "skill_best", "inside_share")
    )
    return [
        (words("past.in_provinces", series=name) if row["region"] != PLACES[0] else name)
        + (SEEN if row["fitted"] == "True" else ""),
        words.of("past_arms", str(row["arm"])),
        cell(_number(row["n"]), str(row["n"])),
        cell(error, words.figure(error, unit)),
        words.of("past_nulls", str(row["best_null"])),
        cell(null, words.figure(null, unit)),
        cell(skill, number(skill, 2)),
        cell(inside, percent(inside)),
        words.of("past_verdicts", str(row["verdict"])),
    ]


def _number(text: object) -> float:
    return float(str(text)) if text else float("nan")
