"""Which plants close, move or lose lines for good, in a table: when, why, and in how many runs they go.

How often each plant still stands over the runs of an ensemble.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.report.answer import SPAN
from sim.report.page.cards import event_told
from sim.report.page.facts import Facts, Row, inert
from sim.report.page.parts import Figure, Frame, Section, Table, Words, cell, frame, section
from sim.report.spread import survival_table
from sim.report.wording import clipped, short
from sim.world.books import Decision
from sim.world.kinds import LEFT, Happened

TOLD = (*LEFT, Happened.WRITE_OFF)
LIKELY = 0.25
"""Part of the runs in which a plant goes that is worth telling though it stands in this run."""
MOST = 3
"""Plants that the heading names."""


def gone_section(facts: Facts) -> Section | None:
    """The section of plants that are gone, None where none goes."""
    words, events = facts.words, facts.results.events
    told = events[events["kind"].isin(TOLD)].to_dict("records")
    own = {(each.year, each.agent, each.name): each for each in facts.record.decisions}
    odds, left = _odds(facts), set(events[events["kind"].isin(LEFT)]["agent"])
    standing = [key for key, part in odds.items() if part >= LIKELY and key not in left]
    made = [(row["agent"], row["kind"] not in LEFT, _row(facts, row, own)) for row in told]
    made += [(key, False, _standing(facts, key)) for key in standing]
    rows = [row for *_, row in sorted(made, key=lambda each: (-odds.get(each[0], 0.0), each[1], each[0]))]
    if not rows:
        return None
    names = ("plant", "owner", "place", "mt", "year", "what", "why", "odds")
    head = [words(f"gone.{name}") for name in names[: len(names) if facts.seen.runs else -1]]
    closed = words.mt(sum(facts.closed_mt(facts.years[0], facts.years[-1]).values()))
    count = sum(events["kind"] == Happened.WRITE_OFF)
    caption = words("gone.caption", left=len(left), count=count, closed=closed)
    among, note = _among(facts, odds), words("gone.note")
    if among:
        caption, note = among, " ".join((f"{caption}.", words("gone.order"), note))
    table = Table("gone", caption, head, rows, 3, note=note)
    return section("gone", words("gone.label"), (table,))


def _odds(facts: Facts) -> dict[str, float]:
    """The part of the runs in which each plant closes or moves, nothing without runs."""
    moves = facts.seen.moves
    counts = moves[moves["kind"].isin(LEFT)].groupby("agent")["run"].nunique()
    return {str(key): int(count) / facts.seen.runs for key, count in counts.items()}


def _among(facts: Facts, odds: Mapping[str, float]) -> str:
    """How many plants go over all runs and which most often, nothing without runs."""
    words, seen = facts.words, facts.seen
    if not odds:
        return ""
    counts = seen.counted(seen.moves[seen.moves["kind"].isin(LEFT)])
    low, mid, high = (number(each) for each in counts.quantile([SPAN[0], 0.5, SPAN[1]]))
    names = [
        words("gone.name", name=facts.called(key), odds=percent(part))
        for key, part in sorted(odds.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    ]
    known = {"low": low, "mid": mid, "high": high, "names": words("answer.names").join(names)}
    return words("gone.runs", year=facts.years[-1], runs=seen.runs, **known)


def _row(facts: Facts, event: dict[Any, Any], own: Mapping[tuple[int, str, str], Decision]) -> list[Any]:
    words, key, year = facts.words, str(event["agent"]), int(event["year"])
    why = event_told(event, own, words) if words.catalogue["because"] else str(event["reason"])
    size = float(event["amount"])
    about = [cell(size, words.mt(size, 2)), cell(year, str(year)), words.of("events", str(event["kind"]))]
    return [*_plant(facts, key, year), *about, why, *_share(facts, key)]


def _standing(facts: Facts, key: str) -> list[Any]:
    words, size = facts.words, facts.seen.opening.get(key, math.nan)
    about = [cell(size, words.mt(size, 2)), cell(math.nan, ""), words("gone.stands"), ""]
    return [*_plant(facts, key, facts.years[-1]), *about, *_share(facts, key)]


def _plant(facts: Facts, key: str, year: int) -> list[str]:
    """What a plant is called, whose it was before the end of a year, and where it stands."""
    rows = (row for each in (year, year - 1) for row in facts.plants.get(each, []))
    known: list[Row] = [row for row in rows if row["refinery"] == key]
    owner = next((str(row["group"]) for row in known if row["group"]), "")
    region = next((str(row["region"]) for row in known), "")
    called = facts.called
    return [called(key), short(called(owner)) if owner else "–", called(region) if region else "–"]


def _share(facts: Facts, key: str) -> list[Any]:
    share = _odds(facts).get(key, 0.0) if facts.seen.runs else math.nan
    return [cell(share, percent(share))] if facts.seen.runs else []


MOST_PLANTS = 24
LONGEST = 31


def odds_section(facts: Facts) -> Section | None:
    """The section of survival odds, None without an ensemble or when no plant ever goes."""
    words, runs, moves = facts.words, facts.seen.runs, facts.seen.moves
    gone = moves[moves["kind"].isin(LEFT)]
    if gone.empty:
        return None
    standing = survival_table(gone, runs, facts.years).set_index("refinery").head(MOST_PLANTS)
    shown = {"": standing_frame(standing, runs, words, facts.called)}
    figure = Figure("odds", (), shown, 90 + 24 * len(standing), words("odds.note"), 640)
    return Section("odds", words("odds.label"), ("odds",), (figure,))


def standing_frame(standing: pd.DataFrame, runs: int, words: Words, called: Callable[[str], str]) -> Frame:
    """The share of runs in which plants stand as a figure, the least safe on top.

    Args:
        standing: (plants, years): the share.
        runs: how many there are.
        words: the language.
        called: the name of a plant.
    """
    if standing.empty:
        return frame(words("odds.safe", runs=runs), [], {})
    ends, last = standing.iloc[:, -1], standing.columns[-1]
    known = {"name": called(str(ends.index[0])), "share": percent(1.0 - float(ends.iloc[0]))}
    likely = number(int((ends < 0.5).sum()))
    finding = words("odds.finding", likely=likely, year=last, runs=runs, **known)
    data = _heat(standing[::-1], called)
    names = [inert(clipped(called(key), LONGEST)) for key in data["y"]]
    y = {"type": "category", "tickvals": data["y"], "ticktext": names}
    return frame(finding, [data], {"xaxis": {"type": "category", "side": "top", "tickangle": 0}, "yaxis": y})


def _heat(standing: pd.DataFrame, called: Callable[[str], str]) -> dict[str, Any]:
    """The share of runs in which each plant stands, by year; empty before it starts."""
    years = [str(year) for year in standing.columns]
    values = [
        [None if pd.isna(each) else round(each, 3) for each in row] for row in standing.to_numpy().tolist()
    ]
    keys = [str(key) for key in standing.index]
    colours = [[0, "@heat-inland"], [0.5, "@paper"], [1, "@heat-coast"]]
    return {
        **{"type": "heatmap", "x": years, "y": keys, "z": values, "zmin": 0, "zmax": 1},
        "text": [["" if each is None else percent(each) for each in row] for row in values],
        **{"texttemplate": "%{text}", "textfont": {"color": "@ink"}},
        "hovertext": [[inert(called(key))] * len(years) for key in keys],
        **{"hovertemplate": "%{hovertext}<br>%{x}: %{text}<extra></extra>", "hoverongaps": False},
        **{"colorscale": colours, "showscale": False, "xgap": 2, "ygap": 2},
        "customdata": [[key] * len(years) for key in keys],
    }
