"""The run in numbers: the measures that people ask for, year by year."""

from collections.abc import Callable

from sim.core.words import number, percent
from sim.report.page.facts import Facts, Row
from sim.report.page.parts import Section, Table, cell


def _mt(row: Row, name: str) -> str:
    return number(row[name], 1)


def _whole(row: Row, name: str) -> str:
    return number(row[name])


def _share(row: Row, name: str) -> str:
    return percent(row[name], 1)


def _ratio(row: Row, name: str) -> str:
    return number(row[name], 2)


MEASURES: tuple[tuple[str, Callable[[Row, str], str]], ...] = (
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
    ("cash_cost_mean_cny_per_t", _whole),
    ("cash_cost_p10_cny_per_t", _whole),
    ("cash_cost_p90_cny_per_t", _whole),
    ("share_below_cash_cost", _share),
    ("hhi_control", _whole),
    ("hhi_economic", _whole),
    ("cr5", _share),
    ("cr10", _share),
    ("integrated_share", _share),
    ("coastal_share", _share),
    ("imported_ore_share", _share),
    ("red_mud_mt", _mt),
    ("red_mud_used_share", _share),
    ("curbed_by_mud_mt", _ratio),
    ("curbed_by_region_mt", _ratio),
    ("co2_t_per_t", _ratio),
)
"""Measure and how it is written; the catalogue has its words."""


def numbers_section(facts: Facts) -> Section:
    """The section of numbers."""
    words = facts.words
    rows = [
        [
            words(f"measures.{name}"),
            *(cell(row[name], form(row, name)) for row in facts.annual.values()),
        ]
        for name, form in MEASURES
    ]
    table = Table("numbers-table", words("numbers.caption"), ["", *map(str, facts.years)], rows)
    return Section("numbers", words("numbers.label"), (table.id,), tables=(table,))
