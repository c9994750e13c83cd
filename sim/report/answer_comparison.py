"""The answer of a comparison: for each scenario what it changes, what cannot be told from luck, and how sure that is.

All numbers are those of the tables of the comparison: mean differences of pairs of runs with the same luck and inputs,
with their 95 % intervals and verdicts.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.report.answer_tables import Compared
from sim.report.measures import TOLD, decimals_for, label_of, unit_shown
from sim.report.naming import PackNames
from sim.report.sentences import Sentence, Writer, answer_words, called

Row = Mapping[Hashable, Any]

MEAN, TOTAL, LAST = "mean", "total", "last"
MEASURES = tuple((name, when) for name, when in TOLD["compared"])
"""What a comparison opens with, and when it is told, the most asked first."""
THEN = ("price_cny_per_t", "margin_cny_per_t")
"""What is told of the year in the middle by itself."""
CLEAR = ("higher", "lower")
NONE = "no difference"
MOST = 3
"""Names in a list."""


def answer_comparison(comparison: Compared, lang: str = "en") -> list[Sentence]:
    """For each scenario but the first: what it changes, whom it moves, and how sure that is.

    Raises:
        UsageError: there is no such language.
    """
    answer_words(lang)
    first, last = comparison.years
    when = {"first": first, "last": last, "year": (first + last) // 2}
    return [
        (teller := _Teller(lang, topic, when, comparison, label)).sentence(
            tell(teller), label=called(label, lang), year=str(when["year"])
        )
        for label in comparison.labels[1:]
        for topic, tell in TOPICS.items()
    ]


@dataclass
class _Teller(Writer):
    """Puts what one scenario changes into clauses."""

    comparison: Compared
    label: str

    @cached_property
    def names(self) -> PackNames:
        return PackNames(self.comparison.study.pack, self.lang)

    @cached_property
    def outcomes(self) -> list[Row]:
        """The effects that are told, in order, with `when` as the table has it."""
        table = self.comparison.outcomes
        rows = table[table["scenario"] == self.label].set_index(["measure", "when"])
        keys = [(name, str(self.when["last"]) if when == LAST else when) for name, when in MEASURES]
        return [{"measure": key[0], "when": key[1], **rows.loc[key]} for key in keys if key in rows.index]

    def of_verdict(self, *verdicts: str) -> list[Row]:
        return [row for row in self.outcomes if row["verdict"] in verdicts]

    def effect(self, row: Row) -> str:
        """One measure with its change, interval and unit."""
        name, unit = str(row["measure"]), unit_shown(str(row["measure"]))
        scale, kept = {"%": (100.0, "share"), "t/t": (1000.0, "kg/t")}.get(unit, (1.0, unit))
        key = f"{name}.{row['when']}"
        decimals = decimals_for(max(abs(float(row[end])) for end in ("change", "low", "high")) * scale)
        shown = {end: self.put(f"{key}.{end}", float(row[end]), kept, decimals) for end in ("low", "high")}
        when = self.words[f"when.{row['when']}" if row["when"] in (MEAN, TOTAL) else "when.last"]
        return self.say(
            row["verdict"],
            what=self.words.get(f"compared.{name}", label_of(name)),
            when=when.format(**self.when),
            unit=self.words.get(kept if kept == "kg/t" else unit, unit),
            after_unit=""
            if kept == "share"
            else f"{'' if self.lang == 'zh' else ' '}{self.words.get(kept, kept)}",
            change=self.put(f"{key}.change", abs(float(row["change"])), kept, decimals, is_main=True).rstrip(
                " %"
            ),
            after=self.put(f"{key}.after", float(row["after"]), kept, decimals_for(row["after"] * scale)),
            **shown,
        )

    def moved(self, table: pd.DataFrame, named: str, kind: str = "") -> list[Row]:
        """What is clearly moved of a table of names, the largest change first."""
        found = table[(table["scenario"] == self.label) & table["verdict"].isin(CLEAR)]
        found = found[found[named].str.startswith(kind)]
        order = found["change"].abs().sort_values(ascending=False, kind="stable").index
        rows: list[Row] = found.loc[order].head(MOST).to_dict("records")
        return rows


def _differs(teller: _Teller) -> Iterable[str]:
    clear = teller.of_verdict(*CLEAR)
    if clear:
        yield from (teller.effect(row) for row in clear)
    else:
        same = all(row["verdict"] == NONE for row in teller.outcomes)
        yield teller.words["all_same" if same else "none_clear"]


def _then(teller: _Teller) -> Iterable[str]:
    """Price and margin of the year in the middle, and whether they differ by more than luck."""
    table = teller.comparison.differences(THEN)
    for row in table[(table["scenario"] == teller.label) & (table["year"] == teller.when["year"])].to_dict(
        "records"
    ):
        name = str(row["measure"])
        ends = {"change": "mean", "low": "low", "high": "high", "before": "before", "after": "after"}
        shown = {
            end: teller.put(f"{name}.{row['year']}.{end}", float(row[of]), "CNY/t", is_main=end == "change")
            for end, of in ends.items()
        }
        shown["change"] = f"+{shown['change']}" if row["mean"] > 0.0 else shown["change"]
        verdict = teller.words["then_clear" if row["verdict"] in CLEAR else "then_noise"]
        what = teller.words.get(f"compared.{name}", label_of(name))
        yield teller.say("then_from_to", what=what, verdict=verdict, **shown)


def _moved(teller: _Teller) -> Iterable[str]:
    found = teller.comparison
    plants = []
    for row in teller.moved(found.survival, "refinery"):
        key, ends = str(row["refinery"]), ("before", "after")
        shares = {end: teller.put(f"stands.{key}.{end}", float(row[end]), "share") for end in ends}
        plants.append(teller.say("stands_from_to", name=teller.names.plant(key), **shares))
    yield teller.listed("standing_moved", plants)
    for kind, names in (("group", teller.names.groups), ("region", teller.names.regions)):
        held = [_held(teller, row, names) for row in teller.moved(found.winners, "holder", f"{kind} ")]
        yield teller.listed(f"{kind}s_moved", held)
    if not teller.figures:
        yield teller.words["nobody_moved"]


def _held(teller: _Teller, row: Row, names: Mapping[str, str]) -> str:
    kind, _, key = str(row["holder"]).partition(" ")
    ends = ("before", "after")
    before, after = (teller.put(f"{kind}.{key}.{end}", float(row[end]), "Mt", 1) for end in ends)
    return teller.say("holds_from_to", name=names.get(key, key), before=before, after=after)


def _noise(teller: _Teller) -> Iterable[str]:
    pairs = max((int(row["pairs"]) for row in teller.outcomes), default=0)
    inputs = len(teller.comparison.study.parameters)
    also = teller.say("same_inputs", count=teller.put("inputs", inputs, "inputs")) if inputs else ""
    yield teller.say("paired", pairs=teller.put("pairs", pairs, "pairs"), inputs=also)
    unclear = [row for row in teller.outcomes if row["verdict"] not in (*CLEAR, NONE)]
    yield teller.listed("unclear", _labels(teller, unclear))
    yield teller.listed("same", _labels(teller, teller.of_verdict(NONE)))


def _labels(teller: _Teller, rows: Sequence[Row]) -> list[str]:
    return [teller.words.get(f"compared.{row['measure']}", label_of(str(row["measure"]))) for row in rows]


TOPICS = {"differs": _differs, "then": _then, "moved": _moved, "noise": _noise}
"""What is told of each scenario, in order."""
