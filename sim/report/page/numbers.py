"""The run in numbers: the measures that people ask for, year by year."""

from typing import Any

from sim.core.words import number, percent
from sim.report.measures import TOLD, unit_shown
from sim.report.page.facts import VIEWS, Facts
from sim.report.page.parts import Section, Table, Words, cell, section
from sim.report.page.study_figures import quantiles_table

LARGEST = (1, 3, 5, 10)
FINE = ("curbed_by_mud_mt", "curbed_by_region_mt")
"""Masses that are small."""
MEASURES = tuple(TOLD["numbers"])
"""The catalogue has their words."""


def numbers_section(facts: Facts) -> Section:
    """The section of numbers."""
    words = facts.words
    rows = [
        [
            words(f"measures.{name}"),
            *(cell(row[name], _written(words, name, row[name])) for row in facts.annual.values()),
        ]
        for name in MEASURES
        if name in facts.results.years
    ]
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
            size / facts.annual[year]["capacity_mt"] for size, year in zip(sizes, facts.years, strict=True)
        ]
        cells = [cell(share, percent(share, 1)) for share in shares]
        rows.append([facts.words("numbers.largest", count=count), *cells])
    return rows
