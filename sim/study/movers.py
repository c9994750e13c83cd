"""What moves the answers: rank correlations of the sampled inputs of a study with the measures that answers tell."""

from pathlib import Path

import pandas as pd

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.metrics.catalogue import EVENT
from sim.report.answer_tables import Runs
from sim.report.measures import kind_of
from sim.report.page.tornado import LEAST_SAMPLES, luck_bar, rank_correlations
from sim.scenario.ranking import FILE, Link

AT_MIDDLE = ("price_cny_per_t", "margin_cny_per_t")
AT_END = ("hhi_control", "coastal_share", "co2_t_per_t")
OVER_ALL = ("exits", "curbed_by_mud_mt")
"""Measures that answers tell: in the middle year, at the end, and over all years, of events the sum, else the mean."""


def ranking(study: Runs) -> pd.DataFrame:
    """One row an input and measure, the fields of `Link`, strongest first; of the first scenario of the study.

    Raises:
        UsageError: too few samples are finished to tell anything from luck.
    """
    frame = study.to_frame()
    frame = frame[frame["scenario"] == study.scenarios[0]]
    answers = _answers(frame, study.measures)
    inputs = study.runs().set_index("run")[["sample", *study.parameters]]
    by_sample = inputs.join(answers, how="inner").groupby("sample").mean()
    if len(by_sample) < LEAST_SAMPLES:
        raise UsageError(f"a ranking needs {LEAST_SAMPLES} finished samples or more")
    links = rank_correlations(by_sample[list(study.parameters)], by_sample[list(answers.columns)])
    bar = round(luck_bar(len(by_sample), links.size), 4)
    rows = [
        Link(study.scenarios[0], len(by_sample), measure, years, str(path), round(float(value), 4), bar)
        for key, column in links.items()
        for measure, years in [str(key).split(" ")]
        for path, value in column.items()
    ]
    ordered = sorted(rows, key=lambda row: -abs(row.rank_correlation))
    return pd.DataFrame(ordered, columns=list(Link._fields))


def write_ranking(study: Runs, folder: Path) -> pd.DataFrame:
    """Write the ranking into the folder of a pack, where every page of a run of it finds it."""
    found = ranking(study)
    write_csv(found, folder / FILE)
    return found


def _answers(frame: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """(runs, answers): the measures that the industry has; a column is called `measure years`."""
    first, last = int(frame["year"].min()), int(frame["year"].max())
    known: dict[str, pd.Series] = {}
    for names, year in ((AT_MIDDLE, (first + last) // 2), (AT_END, last)):
        then = frame[frame["year"] == year].set_index("run")
        known |= {f"{name} {year}": then[name] for name in names if name in measures}
    by_run = frame.groupby("run")
    for name in OVER_ALL:
        if name in measures:
            amount = by_run[name].sum() if kind_of(name) == EVENT else by_run[name].mean()
            known[f"{name} {first}-{last}"] = amount
    return pd.DataFrame(known)
