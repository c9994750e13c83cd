"""A comparison as the sections of its page see it: its tables, with the words, names and units of a language."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.answer_comparison import CLEAR, NONE
from sim.report.answer_tables import Compared
from sim.report.measures import PERCENT, change_and_span, levels, unit_shown
from sim.report.naming import PackNames
from sim.report.page.parts import Words, cell

PER_T = "t/t"
"""The unit of which changes are told in kilograms."""


class Told:
    """A comparison with the words and names of a language."""

    def __init__(self, found: Compared, words: Words) -> None:
        self.found, self.words = found, words
        self.first, *self.others = found.labels
        self.base = words.scenario(self.first)
        self.names = PackNames(found.study.pack, words.lang)

    def of(self, table: pd.DataFrame, label: str) -> list[dict[str, Any]]:
        """The rows of a scenario."""
        return list(table[table["scenario"] == label].to_dict("records"))

    def scenario(self, label: str) -> str:
        """With which choice of scenario a table is shown."""
        return label if len(self.others) > 1 else ""

    def verdict(self, row: Mapping[Any, Any]) -> str:
        """Effect or noise."""
        key = {NONE: "same"}.get(row["verdict"], row["verdict"] if row["verdict"] in CLEAR else "unclear")
        return self.words(f"comparison.{key}")

    def of_measure(self, row: Mapping[Any, Any]) -> list[Any]:
        """The cells of an effect on a measure, in the unit in which the language shows it."""
        measure = str(row["measure"])
        return self.effect(row, self.words.scale(measure), unit_shown(measure))

    def effect(self, row: Mapping[Any, Any], scale: float, unit: str = "") -> list[Any]:
        """Verdict, change, interval and both levels of an effect as cells."""
        before, after = levels(row["before"] * scale, row["after"] * scale)
        change, span = self.change(row, scale, unit)
        if unit == PERCENT:
            before, after = f"{before} %", f"{after} %"
        return [
            self.verdict(row),
            cell(row["change"], change),
            cell(row["low"], span),
            cell(row["before"], before),
            cell(row["after"], after),
        ]

    def change(self, row: Mapping[Any, Any], scale: float, unit: str = "") -> tuple[str, str]:
        """A change with its sign, and its interval, in the language."""
        scale *= 1000.0 if unit == PER_T else 1.0
        change, span = change_and_span(row["change"] * scale, row["low"] * scale, row["high"] * scale)
        span = span.replace(" to ", self.words("comparison.to"))
        unit_of_change = {PERCENT: "points", PER_T: "kilos"}.get(unit)
        return self.words(f"comparison.{unit_of_change}", text=change) if unit_of_change else change, span

    def heads(self, label: str, *first: str) -> list[str]:
        """The heads of a table of effects."""
        known = {"base": self.base, "label": self.words.scenario(label)}
        names = ("verdict", "change", "interval", "before", "after")
        return [
            *(self.words(f"comparison.{name}") for name in first),
            *(self.words(f"comparison.{n}", **known) for n in names),
        ]
