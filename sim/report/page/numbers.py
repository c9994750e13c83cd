"""The run in numbers: the measures that people ask for, year by year."""

from collections.abc import Callable
from typing import Any

from sim.core.words import number, percent
from sim.report.page.facts import VIEWS, Facts
from sim.report.page.parts import Section, Table, cell, section
from sim.report.page.study_figures import quantiles_table
from sim.report.page.words import Words


def _mt(words: Words, value: float) -> str:
    return words.mt(value)


def _fine_mt(words: Words, value: float) -> str:
    return words.mt(value, 2)


def _whole(_: Words, value: float) -> str:
    return number(value)


def _share(_: Words, value: float) -> str:
    return percent(value, 1)


def _ratio(_: Words, value: float) -> str:
    return number(value, 2)


LARGEST = (1, 3, 5, 10)
MEASURES: tuple[tuple[str, Callable[[Words, float], str]], ...] = (
    ("capacity_mt", _mt),
    ("operating_mt", _mt),
    ("operating_rate", _share),
    ("operating_rate_live", _share),
    ("production_mt", _mt),
    ("demand_mt", _mt),
    ("imports_mt", _mt),
    ("imports_indonesia_mt", _mt),
    ("exports_mt", _mt),
    ("stock_refineries_mt", _mt),
    ("stock_smelters_mt", _mt),
    ("price_cny_per_t", _whole),
    ("margin_cny_per_t", _whole),
    ("cash_cost_mean_cny_per_t", _whole),
    ("cash_cost_p10_cny_per_t", _whole),
    ("cash_cost_p90_cny_per_t", _whole),
    ("share_below_cash_cost", _share),
    ("hhi_control", _whole),
    ("hhi_economic", _whole),
    ("integrated_share", _share),
    ("coastal_share", _share),
    ("imported_ore_share", _share),
    ("red_mud_mt", _mt),
    ("red_mud_used_share", _share),
    ("curbed_by_mud_mt", _fine_mt),
    ("curbed_by_region_mt", _fine_mt),
    ("co2_t_per_t", _ratio),
)
"""Measure and how it is written; the catalogue has its words."""


def numbers_section(facts: Facts) -> Section:
    """The section of numbers."""
    words = facts.words
    rows = [
        [
            words(f"measures.{name}"),
            *(cell(row[name], form(words, row[name])) for row in facts.annual.values()),
        ]
        for name, form in MEASURES
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
