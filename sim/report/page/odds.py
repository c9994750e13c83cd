"""How often each plant still stands over the runs of an ensemble."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.report.page.facts import Facts, inert
from sim.report.page.parts import Figure, Frame, Section, Words, frame
from sim.report.spread import survival_table
from sim.report.wording import clipped
from sim.world.kinds import LEFT

MOST = 24
LONGEST = 31


def odds_section(facts: Facts) -> Section | None:
    """The section of survival odds, None without an ensemble or when no plant ever goes."""
    words, runs, moves = facts.words, facts.seen.runs, facts.seen.moves
    gone = moves[moves["kind"].isin(LEFT)]
    if gone.empty:
        return None
    standing = survival_table(gone, runs, facts.years).set_index("refinery").head(MOST)
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
    finding = words(
        "odds.finding",
        likely=number(int((ends < 0.5).sum())),
        year=last,
        runs=runs,
        name=called(str(ends.index[0])),
        share=percent(1.0 - float(ends.iloc[0])),
    )
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
    return {
        "type": "heatmap",
        "x": years,
        "y": [str(key) for key in standing.index],
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "text": [["" if each is None else percent(each) for each in row] for row in values],
        "texttemplate": "%{text}",
        "hovertext": [[inert(called(str(key)))] * len(years) for key in standing.index],
        "hovertemplate": "%{hovertext}<br>%{x}: %{text}<extra></extra>",
        "hoverongaps": False,
        "textfont": {"color": "@ink"},
        "colorscale": [[0, "@heat-inland"], [0.5, "@paper"], [1, "@heat-coast"]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "customdata": [[str(key)] * len(years) for key in standing.index],
    }
