"""The answer of a run or a study: five sentences with their numbers, and one on how sure they are and why.

All that is told is taken from tables: those of a run, of a study, and of the pack. Where there is a study, its medians
are the answer, with their spans; a run of its scenario is told beside them, and that it lies outside a span or moves
the other way than most. A run alone gives its own numbers. A span is from the 5th to the 95th percentile of the runs.
"""

import textwrap
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from sim.core.errors import UsageError
from sim.report.answer_tables import LEAST_MT, Runs, Seen
from sim.report.measures import unit_shown
from sim.report.naming import PackNames
from sim.report.scores import record_of_scores
from sim.report.sentences import Sentence, Writer, answer_words
from sim.report.summary import WIDTH
from sim.report.wording import short
from sim.results import Results
from sim.world.kinds import LEFT, Happened

Row = Mapping[Hashable, Any]

MOST = 3
"""Names in a list."""
SPAN = (0.05, 0.95)
CERTAIN = 0.9
"""Part of the runs that must agree on a direction to call it sure."""
LEAST_RUNS = 10
"""Fewer runs do not show whether one in ten goes the other way, so that nothing is called sure."""
LEAST_CHANGE = 1e-9
"""Relative change from which on a measure moves."""
DIRECTIONS = ("price_cny_per_t", "hhi_control", "coastal_share", "co2_t_per_t")
"""Measures of which the last sentence says in how many runs they rise."""


def answer(
    results: Results | None, study: Runs | None = None, lang: str = "en", label: str | None = None
) -> list[Sentence]:
    """The six sentences on a run, on a study, or on a run with the odds that a study of its scenario gives.

    Args:
        results: the run.
        study: runs of the same scenario.
        lang: `en` or `zh`.
        label: scenario of the study [its first].

    Raises:
        UsageError: there is neither run nor study with a finished run, or no such language.
    """
    return answer_of(Seen(results, study, label or (study.scenarios[0] if study else "")), lang)


def answer_of(seen: Seen, lang: str = "en") -> list[Sentence]:
    """The six sentences on tables that are read once; errors as in `answer`."""
    answer_words(lang)
    if seen.results is None and not seen.runs:
        raise UsageError("there is no answer without a finished run")
    when = {"first": seen.years[0], "last": seen.years[-1]}
    return [
        (teller := Teller(lang, topic, when, seen)).sentence(tell(teller)) for topic, tell in TOPICS.items()
    ]


def in_short(results: Results | None, study: Runs | None = None, label: str | None = None) -> str:
    """The answer for a screen: the first clauses of each sentence, wrapped."""
    seen = Seen(results, study, label or (study.scenarios[0] if study else ""))
    say = seen.pack.say()
    said = [say(f"{each.title}: {each.first(each.opens)}") for each in answer_of(seen)]
    return "\n".join(textwrap.fill(each, WIDTH, subsequent_indent="  ") for each in said)


@dataclass
class Teller(Writer):
    """Puts numbers and names of a run or study into clauses."""

    seen: Seen

    @cached_property
    def names(self) -> PackNames:
        """Names in the pack."""
        return PackNames(self.seen.pack, self.lang)

    @property
    def mid(self) -> str:
        """What the name of a figure ends in that is a median."""
        return ".mid" if self.seen.runs else ""

    def group(self, key: object) -> str:
        """What an owner is called for short."""
        return short(self.names.groups.get(str(key), str(key)))

    def direction(self, name: str) -> tuple[str, int]:
        """Whether a measure rises or falls from the first year to the last in most runs, and in how many."""
        _, change = self.seen.measure(name, _change)
        count, way = max((int((change > 0.0).sum()), "rises"), (int((change < 0.0).sum()), "falls"))
        return way, count

    def against(self, name: str) -> str:
        """That the run moves the other way than most runs of the study, nothing where it does not."""
        own, change = self.seen.measure(name, _change)
        if own is None or change.empty:
            return ""
        way, _ = self.direction(name)
        if own == 0.0 or (own > 0.0) == (way == "rises"):
            return ""
        other = self.words["falls_here" if way == "rises" else "rises_here"]
        return self.say("against", most=self.told_direction(name), other=other)

    def told_direction(self, name: str) -> str:
        """Which way a measure goes in most runs, and in how many."""
        way, count = self.direction(name)
        if count == self.seen.runs:
            return self.say(f"{way}_always", name=self.words[name])
        return self.say(way, name=self.words[name], odds=self.odds(f"{way}.{name}", count))

    def pair(
        self, name: str, own: float | None, runs: pd.Series, unit: str, decimals: int = 0
    ) -> tuple[str, str]:
        """The median of the study with its span and the number of the run in brackets, or else that of the run."""
        if runs.empty:
            return self.put(name, float("nan") if own is None else own, unit, decimals, is_main=True), ""
        told = self.put(f"{name}.mid", float(runs.median()), unit, decimals, is_main=True)
        low, high = (float(each) for each in runs.quantile(list(SPAN)))
        if len(runs) < 2 or low == high == (low if own is None else own):
            return told, ""
        spread = (("low", low), ("high", high))
        ends = {end: self.put(f"{name}.{end}", each, unit, decimals) for end, each in spread}
        here = ""
        is_again = any(each.name.endswith(".low") for each in self.figures[:-2])
        if own is not None:
            shown = self.put(name, own, unit, decimals)
            # What is printed alike is not told to differ.
            clause = "here" if low <= own <= high or shown in ends.values() else "outside_span"
            here = self.say(clause, own=shown)
        return told, self.say("again" if is_again else "span", runs=len(runs), here=here, **ends)

    def measure(self, name: str, year: int | None = None, decimals: int = 0) -> tuple[str, str]:
        """A measure in a year, or its mean of all years, with its span."""
        own, runs = self.seen.measure(name, _mean if year is None else itemgetter(year))
        unit = "share" if unit_shown(name) == "%" else unit_shown(name)
        return self.pair(f"{name}.{year or 'mean'}", own, runs, unit, decimals)

    def level(self, name: str, year: int, decimals: int = 0) -> str:
        """A measure in a year, without its span."""
        unit = "share" if unit_shown(name) == "%" else unit_shown(name)
        return self.put(f"{name}.{year}{self.mid}", float(self.seen.central(name)[year]), unit, decimals)

    def odds(self, name: str, count: int) -> str:
        """In how many of the runs."""
        return self.say("odds", count=self.put(name, count, "runs"), runs=self.seen.runs)


def _mean(runs: pd.DataFrame) -> pd.Series:
    """The mean of all years."""
    # Row by row: over a table of many rows at once numpy and pandas sum the years in another order.
    return pd.Series(np.nanmean(np.ascontiguousarray(runs), axis=1), runs.index)


def _change(runs: pd.DataFrame) -> pd.Series:
    """The last value less the first; the last bits of what stays as it is are no change."""
    first, last = runs.iloc[:, 0], runs.iloc[:, -1]
    change = last - first
    return change.mask(change.abs() <= LEAST_CHANGE * np.maximum(first.abs(), last.abs()), 0.0)


def _survival(teller: Teller) -> Iterable[str]:
    yield from (_goes(teller, kind) for kind in LEFT)
    if not teller.seen.ends("group").empty or teller.seen.results is not None:
        yield _owners(teller)


def _goes(teller: Teller, kind: Happened) -> str:
    """How many plants of the opening close, or move, and which do most often or are the largest."""
    seen = teller.seen
    gone = seen.gone[seen.gone["kind"] == kind]
    mine = None if seen.exits is None else seen.exits[seen.exits["kind"] == kind]
    own = None if mine is None else float(len(mine))
    count, span = teller.pair(str(kind), own, seen.counted(gone), "plants")
    if seen.runs or mine is None:
        runs = gone.groupby("agent")["run"].nunique()
        runs = runs[(runs > 1) | (seen.runs == 1)]
        order = sorted(runs.index, key=lambda key: (-runs[key], -seen.opening[key], key))[:MOST]
        odds = ((key, teller.odds(f"{kind}.{key}", int(runs[key]))) for key in order)
        names = [teller.say("in_runs", name=teller.names.plant(key), odds=said) for key, said in odds]
    else:
        names = [_left(teller, row) for row in mine.head(MOST).to_dict("records")]
    plants = teller.put("plants", len(seen.opening), "plants")
    which = teller.listed("most_often" if seen.runs else "the_largest", names)
    return teller.say(kind, count=count, plants=plants, span=span, which=which)


def _left(teller: Teller, row: Row) -> str:
    key = str(row["agent"])
    size = teller.put(f"left.{key}", float(row["amount"]), "Mt", 1)
    return teller.say("gone", name=teller.names.plant(key), size=size, year=int(row["year"]))


def _owners(teller: Teller) -> str:
    """How many owners are left, and which is the largest."""
    seen, ends = teller.seen, teller.seen.ends("group")
    own = seen.last("groups", "group")
    largest = str((ends.median() if seen.runs or own is None else own).idxmax())
    count, size = (None, None) if own is None else (float((own > 0.0).sum()), float(own.get(largest, 0.0)))
    owners, span = teller.pair("owners", count, (ends > 0.0).sum(axis=1).astype(float), "owners")
    of_runs = ends.get(largest, ends.sum(axis=1) * 0.0)
    shown, name_span = teller.pair(f"largest.{largest}", size, of_runs, "Mt", 1)
    known = {"name": teller.group(largest), "size": shown, "name_span": name_span}
    return teller.say("owners", owners=owners, span=span, **known)


def _deals(teller: Teller) -> Iterable[str]:
    seen, runs = teller.seen, teller.seen.bought
    closed = seen.closed
    own = None if closed is None else float(closed["amount"].sum())
    count = len(closed) if closed is not None and not seen.runs else int(seen.counted(runs).median())
    size, span = teller.pair("bought", own, seen.counted(runs, "amount_mt"), "Mt", 1)
    clause = {0: "no_deals", 1: "purchase"}.get(count, "purchases")
    shown = teller.put(f"purchases{teller.mid}", count, "purchases")
    yield teller.say(clause, size=size, span=span, count=shown)
    buyers = runs.groupby("agent")["run"].nunique().sort_values(ascending=False, kind="stable")
    often = buyers[(buyers > 1) | (seen.runs == 1)].head(MOST)
    yield teller.listed("buyers", [_buyer(teller, str(key), int(count)) for key, count in often.items()])
    rows = [] if closed is None else closed.head(1 if seen.runs else MOST).to_dict("records")
    yield teller.listed("largest_here" if seen.runs else "largest", [_bargain(teller, row) for row in rows])
    before = teller.level("hhi_control", seen.years[0])
    after, span = teller.measure("hhi_control", seen.years[-1])
    yield teller.say("hhi", before=before, after=after, span=span)
    yield teller.against("hhi_control")


def _buyer(teller: Teller, key: str, count: int) -> str:
    """A group with the odds that it buys, and from whom it does so most often."""
    runs = teller.seen.bought
    sellers = runs[runs["agent"] == key].groupby("counterpart")["run"].nunique()
    seller = str(sellers.idxmax())
    odds = teller.odds(f"buyer.{key}", count)
    times = teller.put(f"deal.{key}.{seller}", int(sellers.max()), "runs")
    return teller.say("buys", name=teller.group(key), odds=odds, seller=teller.group(seller), times=times)


def _bargain(teller: Teller, row: Row) -> str:
    ends = (str(row["agent"]), str(row["counterpart"]))
    buyer, seller = (teller.group(each) for each in ends)
    size = teller.put(f"bought.{'.'.join(ends)}.{row['year']}", float(row["amount"]), "Mt", 1)
    year = int(row["year"])
    if not teller.seen.runs:
        return teller.say("bought", buyer=buyer, seller=seller, size=size, year=year)
    runs = teller.seen.bought
    same = (runs["agent"] == ends[0]) & (runs["counterpart"] == ends[1])
    count = int(runs[same]["run"].nunique())
    odds = teller.odds(f"deal.{'.'.join(ends)}", count)
    return teller.say("bought_odds", buyer=buyer, seller=seller, size=size, year=year, odds=odds)


def _capacity(teller: Teller) -> Iterable[str]:
    seen = teller.seen
    before = teller.level("capacity_mt", seen.years[0], 1)
    after, span = teller.measure("capacity_mt", seen.years[-1], 1)
    yield teller.say("installed", before=before, after=after, span=span)
    moved = seen.by_region.sort_values(ascending=False, kind="stable")
    for clause, rows in (("gains", moved[moved >= LEAST_MT]), ("loses", moved[moved <= -LEAST_MT][::-1])):
        told = (
            (key, teller.pair(f"region.{key}", None if seen.runs else size, seen.steps[key], "Mt", 1))
            for key, size in rows.head(MOST).items()
        )
        names = [
            teller.say("region", name=teller.names.regions.get(key, key), size=size, span=span)
            for key, (size, span) in told
        ]
        yield teller.listed(clause, names)
    before = teller.level("coastal_share", seen.years[0], 1)
    after, span = teller.measure("coastal_share", seen.years[-1], 1)
    yield teller.say("coast", before=before, after=after, span=span)
    yield teller.against("coastal_share")


def _price(teller: Teller) -> Iterable[str]:
    seen, first, last = teller.seen, teller.seen.years[0], teller.seen.years[-1]
    before = teller.level("price_cny_per_t", first)
    # The year in the middle stands for the years until then, which the last one alone does not tell.
    years = [year for year in dict.fromkeys(((first + last) // 2, last)) if year > first] or [last]
    for year in years:
        price, span = teller.measure("price_cny_per_t", year)
        margin, left = teller.measure("margin_cny_per_t", year)
        known = {"before": before, "price": price, "span": span, "margin": margin, "margin_span": left}
        yield teller.say("price_then" if first < year == years[0] else "price_last", year=year, **known)
    if seen.pack.has("benchmark"):
        price, span = teller.measure("benchmark_cny_per_t", last)
        yield teller.say("benchmark", price=price, span=span)
    yield teller.against("price_cny_per_t")
    mean, span = teller.measure("price_cny_per_t")
    yield teller.say("price_mean", mean=mean, span=span)
    thin = seen.central("margin_cny_per_t")
    year = int(thin.idxmin())
    margin = teller.put(f"thinnest{teller.mid}", float(thin[year]), "CNY/t")
    yield teller.say("worst", year=year, margin=margin)


def _mud(teller: Teller) -> Iterable[str]:
    first, last = teller.when.values()
    has_residue = teller.seen.pack.has("residue")
    if has_residue:
        size, span = teller.measure("curbed_by_mud_mt", decimals=1)
        yield teller.say("curbed", size=size, span=span)
        made = teller.level("red_mud_mt", last, 1)
        used, span = teller.measure("red_mud_used_share", last)
        yield teller.say("made", made=made, used=used, span=span)
    before = teller.level("co2_t_per_t", first, 2)
    after, span = teller.measure("co2_t_per_t", last, 2)
    yield teller.say("carbon", before=before, after=after, span=span)
    if has_residue:
        stored, span = teller.measure("red_mud_stock_mt", last)
        yield teller.say("heaps", stored=stored, span=span)
    yield teller.against("co2_t_per_t")


def _sure(teller: Teller) -> Iterable[str]:
    seen = teller.seen
    inputs = len(seen.study.parameters) if seen.study is not None else 0
    if seen.runs:
        also = teller.say("inputs", count=teller.put("inputs", inputs, "inputs")) if inputs else ""
        yield teller.say("played", runs=seen.runs, inputs=also)
        counts = {name: teller.direction(name)[1] for name in DIRECTIONS}
        agreed = {name: count >= CERTAIN * seen.runs for name, count in counts.items() if count}
        few = teller.words["few"] if seen.runs < LEAST_RUNS else ""
        for clause, is_agreed in (("agreed", True), ("open", False)):
            names = [teller.told_direction(name) for name in agreed if agreed[name] is is_agreed]
            yield teller.listed(clause, names) + (few if names and is_agreed else "")
    else:
        yield teller.words["one_run"]
    statuses = [known.status for known in seen.pack.provenance.values()]
    yield _proven(teller)
    count = teller.put("assumptions", statuses.count("assumption"), "inputs")
    every = teller.put("provenance", len(statuses), "inputs")
    yield teller.say("assumed", count=count, all=every, outside="" if inputs else teller.words["outside"])


def _proven(teller: Teller) -> str:
    """How the model did in earlier years, nothing where the pack has no scores."""
    known = record_of_scores(teller.seen.pack.folder.name)
    if known is None:
        return ""
    start, judged, beaten, proven, has_price, held = known
    told = {
        name: teller.put(f"past.{name}", value, "series")
        for name, value in (("judged", judged), ("beaten", beaten), ("proven", proven))
    }
    price = "" if has_price else teller.words["no_price_skill"]
    return teller.say("past", start=start, price=price, held=teller.put("past.held", held, "share"), **told)


TOPICS: dict[str, Callable[[Teller], Iterable[str]]] = {
    "survival": _survival,
    "deals": _deals,
    "capacity": _capacity,
    "price": _price,
    "mud": _mud,
    "sure": _sure,
}
"""What is told of each topic, in order."""
