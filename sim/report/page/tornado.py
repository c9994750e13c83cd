"""Which sampled inputs move a measure: rank correlations over the samples of a study.

Source: Spearman 1904; the bar of what luck gives is that of many tests together (Bonferroni).
"""

import math
from collections.abc import Mapping
from statistics import NormalDist
from textwrap import wrap

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.report.answer_tables import Runs, Seen
from sim.report.measures import written
from sim.report.page.assumptions import moving_table, parameter_name
from sim.report.page.facts import inert
from sim.report.page.parts import Figure, Frame, Table, Words, bars, frame
from sim.report.page.study_figures import measures_of

MOST = 12
LEVEL = 0.05
"""Chance that any input stands out by luck alone."""
LEAST_SAMPLES = 10
LINE = 32


def inputs_figure(study: Runs, seen: Mapping[str, Seen], words: Words) -> Figure:
    """The inputs with which a measure goes, by scenario and measure."""
    names = {path: parameter_name(study.pack, words, path) for path in study.parameters}
    frames = {}
    for label, (links, samples) in _links(study, seen, words).items():
        for name in links:
            frames[f"{label}|{name}"] = _frame(links[name], str(name), names, samples, words)
    note = words("study.inputs_note")
    return Figure("inputs-links", ("scenario", "outcome"), frames, 110 + 30 * MOST, note)


def moving_inputs(study: Runs, seen: Mapping[str, Seen], words: Words) -> Table:
    """The inputs that go most with any measure of the first scenario."""
    links, samples = next(iter(_links(study, seen, words).values()))
    most = links.abs().idxmax(axis=1)
    found = {str(path): (str(name), float(links.loc[path, name])) for path, name in most.items()}
    return moving_table(study.pack, words, found, luck_bar(samples, links.size))


def _links(study: Runs, seen: Mapping[str, Seen], words: Words) -> dict[str, tuple[pd.DataFrame, int]]:
    """Rank correlations (inputs, measures) by scenario, and over how many samples."""
    measures, inputs = [name for name, _ in measures_of(seen, words)], study.runs().set_index("run")
    found = {}
    for label, each in seen.items():
        means = each.frame.groupby("run")[measures].mean()
        by_sample = means.join(inputs[["sample", *study.parameters]]).groupby("sample").mean()
        links = rank_correlations(by_sample[list(study.parameters)], by_sample[measures])
        found[label] = (links, len(by_sample))
    return found


def rank_correlations(inputs: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """(inputs, outcomes): Spearman's rank correlation; 0 for what does not vary.

    >>> rank_correlations(pd.DataFrame({"a": [1, 2, 3]}), pd.DataFrame({"b": [9.0, 4.0, 1.0]})).loc["a", "b"]
    np.float64(-1.0)
    """

    def ranked(table: pd.DataFrame) -> Floats:
        ranks = table.rank().to_numpy()
        ranks = ranks - ranks.mean(axis=0)
        norms = np.sqrt((ranks**2).sum(axis=0))
        return np.asarray(ranks / np.where(norms > 0.0, norms, 1.0), dtype=np.float64)

    found = ranked(inputs).T @ ranked(outcomes)
    return pd.DataFrame(found.round(6), index=inputs.columns, columns=outcomes.columns)


def luck_bar(samples: int, inputs: int) -> float:
    """The rank correlation that none of so many idle inputs passes by luck in 95 of 100 studies."""
    if samples < LEAST_SAMPLES:
        return 1.0
    return NormalDist().inv_cdf(1.0 - LEVEL / inputs / 2.0) / math.sqrt(samples - 1)


def _frame(links: pd.Series, measure: str, names: Mapping[str, str], samples: int, words: Words) -> Frame:
    links = links[links.abs().sort_values(ascending=False, kind="stable").index]
    limit, title = luck_bar(samples, len(links)), words.of("measures", measure)
    clear = links[links.abs() > limit]
    known = {"measure": title, "samples": samples}
    finding = words("study.no_link", **known)
    if len(clear):
        strong = clear.head(3).items()
        told = [f"{names[str(key)]} ({written(float(value), 2, '+')})" for key, value in strong]
        finding = words("study.link", names=words("names.and").join(told), **known)
    shown = links.head(MOST)[::-1]
    keys, colours = [str(key) for key in shown.index], [_colour(float(value), limit) for value in shown]
    hover = "%{customdata[0]}<br>%{y}: %{x:.2f}<extra></extra>"
    look = {"orientation": "h", "customdata": [[inert(names[key])] for key in keys], "hovertemplate": hover}
    lying = bars(shown.tolist(), keys, colours, **look)
    x = {"range": [-1, 1], "dtick": 1, "title": {"text": words("study.inputs_x")}, "zeroline": True}
    told_of = [_labelled(names[key], float(value)) for key, value in zip(keys, shown, strict=True)]
    y = {"type": "category", "tickvals": keys, "ticktext": told_of}
    return frame(finding, [lying], {"xaxis": x, "yaxis": y, "margin": {"t": 10}})


def _colour(value: float, limit: float) -> str:
    if abs(value) <= limit:
        return "@band"
    return "@inland" if value > 0.0 else "@coast"


def _labelled(name: str, value: float) -> str:
    """A name over two lines at most, with its number."""
    lines = wrap(name, LINE, max_lines=2, placeholder="…") or [name]
    return "<br>".join(inert(each) for each in lines) + f" <b>{written(value, 2, '+')}</b>"
