"""How often each plant still stands over the runs of an ensemble."""

from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.report.page.facts import Facts, inert
from sim.report.page.parts import Figure, Section, frame
from sim.world.kinds import LEFT

MOST = 24


def odds_section(facts: Facts) -> Section | None:
    """The section of survival odds, None without an ensemble or when no plant ever goes."""
    words, runs, moves = facts.words, facts.seen.runs, facts.seen.moves
    gone = moves[moves["kind"].isin(LEFT)]
    if gone.empty:
        return None
    closed = pd.crosstab(gone["agent"], gone["year"]).reindex(columns=facts.years, fill_value=0)
    standing = (
        (1.0 - closed.cumsum(axis=1) / runs).sort_values(facts.years[-1], kind="stable").head(MOST)[::-1]
    )
    layout = {"xaxis": {"type": "category", "side": "top"}, "yaxis": {"type": "category", "automargin": True}}
    ends = standing[facts.years[-1]]
    finding = words(
        "odds.finding",
        likely=number(int((ends < 0.5).sum())),
        year=facts.years[-1],
        runs=runs,
        name=facts.called(str(ends.index[-1])),
        share=percent(1.0 - float(ends.iloc[-1])),
    )
    shown = {"": frame(finding, [_heat(facts, standing)], layout)}
    figure = Figure("odds", (), shown, 90 + 24 * len(standing), words("odds.note"), 640)
    return Section("odds", words("odds.label"), ("odds",), (figure,))


def _heat(facts: Facts, standing: pd.DataFrame) -> dict[str, Any]:
    """The share of runs in which each plant stands, by year."""
    values = standing.round(3).to_numpy().tolist()
    return {
        "type": "heatmap",
        "x": [str(year) for year in facts.years],
        "y": [inert(facts.called(str(key))) for key in standing.index],
        "z": values,
        "zmin": 0,
        "zmax": 1,
        "text": [[percent(each) for each in row] for row in values],
        "texttemplate": "%{text}",
        "hovertemplate": "%{y}<br>%{x}: %{text}<extra></extra>",
        "colorscale": [[0, "@inland"], [0.5, "@paper"], [1, "@coast"]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "customdata": [[str(key)] * len(facts.years) for key in standing.index],
    }
