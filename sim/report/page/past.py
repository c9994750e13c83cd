"""How the model did before: the scores that `shakeout hindcast` gave and that ship with the scenarios."""

from typing import Any

from sim.core.words import number, percent
from sim.report.page.facts import Facts, Row
from sim.report.page.parts import Section, Table, cell, section
from sim.report.scores import GOOD, PLACES, PROVEN, judged_rows, scores_of, told_rows

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
    start, shown = told_rows(rows)
    judged = judged_rows(shown)
    verdicts = [str(row["verdict"]) for row in judged]
    note = words(
        "past.note",
        start=start,
        runs=rows[0]["runs"],
        beaten=sum(each.startswith(GOOD) for each in verdicts),
        proven=verdicts.count(PROVEN),
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
