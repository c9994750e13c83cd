"""How the model did before: the scores that `shakeout hindcast` gave and that ship with the scenarios.

The run in numbers: the measures that people ask for, year by year.
"""

from typing import Any

from sim.core.words import number, percent
from sim.report.measures import TOLD, unit_shown
from sim.report.page.facts import VIEWS, Facts, Row
from sim.report.page.parts import Section, Table, Words, cell, section
from sim.report.page.study_figures import quantiles_table
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
    about = {name: rows[0][name] for name in ("runs", "code", "made")}
    counts = {"proven": verdicts.count(PROVEN), "judged": len(judged)}
    counts["beaten"] = sum(each.startswith(GOOD) for each in verdicts)
    note = words("past.note", start=start, **about, **counts)
    names = ("series", "arm", "points", "error", "null", "null_error", "skill", "band", "verdict")
    head = [words(f"past.{name}") for name in names]
    cells = [_row(facts, row) for row in shown]
    return (Table("past", words("past.caption", start=start), head, cells, 2, note=note),)


def _row(facts: Facts, row: Row) -> list[Any]:
    words = facts.words
    unit = str(row["unit"])
    series = words.of("past_series", str(row["series"]))
    name = words("past.by_quarter", series=series) if row["step"] == "quarter" else series
    marks = ("rmse", "best_null_rmse", "skill_best", "inside_share")
    error, null, skill, inside = (_number(row[key]) for key in marks)
    where = words("past.in_provinces", series=name) if row["region"] != PLACES[0] else name
    own, other = (cell(value, words.figure(value, unit)) for value in (error, null))
    said = [where + SEEN * (row["fitted"] == "True"), words.of("past_arms", str(row["arm"]))]
    against = [words.of("past_nulls", str(row["best_null"])), other, cell(skill, number(skill, 2))]
    verdict = [cell(inside, percent(inside)), words.of("past_verdicts", str(row["verdict"]))]
    return [*said, cell(_number(row["n"]), str(row["n"])), own, *against, *verdict]


def _number(text: object) -> float:
    return float(str(text)) if text else float("nan")


LARGEST = (1, 3, 5, 10)
FINE = ("curbed_by_mud_mt", "curbed_by_region_mt")
"""Masses that are small."""
MEASURES = tuple(TOLD["numbers"])
"""The catalogue has their words."""


def numbers_section(facts: Facts) -> Section:
    """The section of numbers."""
    words = facts.words
    rows = []
    for name in (each for each in MEASURES if each in facts.results.years):
        values = [row[name] for row in facts.annual.values()]
        cells = [cell(each, _written(words, name, each)) for each in values]
        rows.append([words(f"measures.{name}"), *cells])
    head = ["", *map(str, facts.years)]
    tables = [Table("numbers-table", words("numbers.caption"), head, rows, note=words("numbers.note"))]
    tables += [
        Table(f"largest-{view}", words(f"numbers.{view}"), head, _largest(facts, view), view=view)
        for view in VIEWS
    ]
    if facts.seen.runs:
        tables += quantiles_table({facts.seen.label: facts.seen}, words)
    return section("numbers", words("numbers.label"), tables)


def _written(words: Words, measure: str, value: float) -> str:
    """A measure as it is written, by its unit."""
    match unit_shown(measure):
        case "Mt" | "Mt/yr":
            return words.mt(value, 2 if measure in FINE else 1)
        case "%":
            return percent(value, 1)
        case unit:
            return number(value, 2 if unit == "t/t" else 0)


def _largest(facts: Facts, view: str) -> list[list[Any]]:
    """The shares of the largest groups in capacity."""
    rows = []
    for count in LARGEST:
        sizes = [sum([*facts.owned[view][year].values()][:count]) for year in facts.years]
        shares = [
            size / max(facts.annual[year]["capacity_mt"], 1e-9)
            for size, year in zip(sizes, facts.years, strict=True)
        ]
        cells = [cell(share, percent(share, 1)) for share in shares]
        rows.append([facts.words("numbers.largest", count=count), *cells])
    return rows
