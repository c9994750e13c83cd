"""The past that the model was not shown: started at the end of an earlier year, played on, and scored.

Three arms are played with the same samples and luck: drivers and world price as recorded, drivers as recorded and the
world price the model's own, and nothing but what was known at the start. Each is held against the record and against
nulls that are given the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.scenario.load import Scenario, load
from sim.study.ensemble import HOME
from sim.study.hindcast.given import ARMS, given
from sim.study.hindcast.playing import failures, play
from sim.study.hindcast.record import FILE, Record, joined, read_records
from sim.study.hindcast.scores import BAND, NEED_T_PER_T
from sim.study.hindcast.seen import seen
from sim.study.hindcast.table import SHOWN, Line, lines_of, losses_first, scored
from sim.study.playing import fingerprint

STARTS = (2017, 2019, 2021)
"""Years at whose end the register is told."""
TABLES = {"scores": "hindcast", "nulls": "nulls", "points": "points", "unused": "unused", "failed": "failed"}
"""Names of the files by table."""


@dataclass(frozen=True)
class Hindcast:
    """What a hindcast came to.

    Attributes:
        scores: one row a start, arm and series, losses first.
        nulls: one row a start, arm, series and null.
        points: one row a point: record, median and 80 % band of the runs, and each null.
        unused: rows of the record that were not scored, and why.
        failed: runs that broke a law of the model: start, arm, seed and reason.
    """

    scores: pd.DataFrame
    nulls: pd.DataFrame
    points: pd.DataFrame
    unused: pd.DataFrame
    failed: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write the tables."""
        for name, file in TABLES.items():
            write_csv(getattr(self, name), folder / f"{file}.csv")


def hindcast(
    starts: Sequence[int] = STARTS[:1],
    runs: int = 30,
    *,
    records: Sequence[Path | str] = (),
    out: Path | str | None = None,
    quiet: bool = False,
    force: bool = False,
) -> Hindcast:
    """Play the arms of some start years and score them.

    Args:
        starts: of `STARTS`.
        runs: samples an arm, each with a seed of its own.
        records: outcomes beside those that ship, in the form of the record; where two tell the same, the later counts.
        out: folder of the runs.
        quiet: whether to show no progress.
        force: whether to begin anew where another hindcast is kept.

    Raises:
        UsageError: there is no such start, the record cannot be read, or the folder holds another hindcast.
    """
    for start in starts:
        if start not in STARTS:
            raise UsageError(f"the register is told as of {', '.join(map(str, STARTS))}, not {start}")
    folder = Path(out) if out else folder_of(runs)
    pack = load(f"hindcast_{starts[0]}").pack
    known = read_records(pack, (pack.folder / FILE, *records))
    whole, ends = joined(known), _last(known[0].points)
    given_until = max((row.year for row in pack.drivers), default=ends)
    last = min(max(ends, _last(whole.points)), given_until)
    found = []
    for start in starts:
        arms = {arm: load(f"hindcast_{start}", set={"drivers": arm, "years.end_year": last}) for arm in ARMS}
        work = folder / f"{start}-{last}"
        found.append(against(arms, runs, whole, ends, work, quiet=quiet, force=force))
    together = _together(found)
    return replace(together, scores=together.scores.assign(fitted=_fitted(together.scores)))


def _fitted(scores: pd.DataFrame) -> pd.Series:
    """Whether a row tells figures of which calibration has seen some: those of a series in shown years that it fits."""
    first = STARTS[0]
    targets = load(f"hindcast_{first}").pack.targets
    seen_series = {row.measure for row in targets if int(row.period[:4]) > first}
    return scores["series"].isin(seen_series) & (scores["window"] == SHOWN)


def folder_of(runs: int) -> Path:
    """Where a hindcast of so many runs is kept unless another place is named."""
    return HOME / f"hindcast-{runs}"


def against(
    arms: dict[str, Scenario],
    runs: int,
    record: Record,
    ends: int,
    folder: Path,
    *,
    quiet: bool = False,
    force: bool = False,
) -> Hindcast:
    """Play scenarios that start in the same year, one an arm, and score them against a record.

    Args:
        arms: a scenario for each of some arms.
        runs: samples an arm.
        record: what came.
        ends: the last year that is not held out.
        folder: where runs are kept.
        quiet: whether to show no progress.
        force: whether to begin anew where another hindcast is kept.
    """
    played = play(arms, runs, folder, quiet=quiet, force=force)
    about = {"runs": runs, "code": fingerprint().partition(",")[0]}
    found = []
    broken = pd.DataFrame(failures(folder), columns=["arm", "seed", "reason"])
    for arm, scenario in arms.items():
        if not played[arm]:
            raise UsageError(f"all runs of {arm} failed: {broken.iloc[0]['reason']}")
        known = given(scenario, arm, seen(scenario, 0), NEED_T_PER_T)
        lines, silent = lines_of(record.points, played[arm], known, arm)
        scores, others = scored(lines, known.base_year, arm, ends)
        mute = pd.DataFrame(silent, columns=["series", "region", "date", "why"])
        unused = pd.concat([record.unused, mute], ignore_index=True)
        points = _points(lines).assign(start=known.base_year, arm=arm)
        failed = broken[broken["arm"] == arm].assign(start=known.base_year)
        found.append(Hindcast(scores.assign(**about), others, points, unused, failed))
    return _together(found)


def _together(several: Sequence[Hindcast]) -> Hindcast:
    """The tables of several hindcasts one under the other, losses first."""
    every = {name: [getattr(each, name) for each in several] for name in TABLES}
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in every.items()}
    tables["scores"] = losses_first(tables["scores"])
    tables["unused"] = tables["unused"].drop_duplicates(ignore_index=True)
    return Hindcast(**tables)


def _last(points: pd.DataFrame) -> int:
    return int(points["date"].str[:4].astype(int).max())


def _points(lines: Sequence[Line]) -> pd.DataFrame:
    """One row a point."""
    parts = []
    for line in lines:
        quantiles = np.quantile(line.runs, (*BAND, 0.5), axis=1)
        about = {"series": line.series, "region": line.region, "date": line.dates, "record": line.record}
        bands = dict(zip(("p10", "p90", "p50"), quantiles, strict=True))
        parts.append(pd.DataFrame(about | bands | line.nulls))
    return pd.concat(parts, ignore_index=True)
