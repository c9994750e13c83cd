"""The past that the model was not shown: started at the end of an earlier year, played on, and scored.

Three arms are played with the same samples and luck: drivers and world price as recorded, drivers as recorded and the
world price the model's own, and nothing but what was known at the start. Each is held against the record and against
nulls that are given the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.scenario.load import Scenario, load
from sim.study.ensemble import HOME
from sim.study.hindcast.given import ARMS, given
from sim.study.hindcast.names import read_names
from sim.study.hindcast.nulls import NEED_T_PER_T
from sim.study.hindcast.playing import play
from sim.study.hindcast.record import FILE, Record, read_record
from sim.study.hindcast.seen import seen
from sim.study.hindcast.table import Line, lines_of, losses_first, scored

STARTS = (2017, 2019, 2021)
"""Years at whose end the register is told."""


@dataclass(frozen=True)
class Hindcast:
    """What a hindcast came to.

    Attributes:
        folder: where its runs are.
        scores: one row a series and arm, losses first.
        nulls: one row a series, arm and null.
        points: one row a point: record, median and 80 % band of the runs, and each null.
        unused: rows of the record that were not scored, and why.
    """

    folder: Path
    scores: pd.DataFrame
    nulls: pd.DataFrame
    points: pd.DataFrame
    unused: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write the tables."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("scores", "nulls", "points", "unused"):
            write_csv(getattr(self, name), folder / f"{'hindcast' if name == 'scores' else name}.csv")


def hindcast(
    start: int = 2017,
    runs: int = 30,
    *,
    record: Path | str | None = None,
    out: Path | str | None = None,
    quiet: bool = False,
    force: bool = False,
) -> Hindcast:
    """Play the arms of a start year and score them.

    Args:
        start: one of `STARTS`.
        runs: samples an arm, each with a seed of its own.
        record: outcomes beside those that ship, in the form of the record; where both tell the same, these count.
        out: folder of the runs and tables.
        quiet: whether to show no progress.
        force: whether to begin anew where another hindcast is kept.

    Raises:
        UsageError: there is no such start, the record cannot be read, or the folder holds another hindcast.
    """
    if start not in STARTS:
        raise UsageError(f"the register is told as of {', '.join(map(str, STARTS))}, not {start}")
    first = load(f"hindcast_{start}")
    names = read_names(first.pack.folder)
    provinces = list(dict.fromkeys(row.province for row in first.pack.regions))
    shipped = read_record(first.pack.folder / FILE, names, provinces)
    mine = read_record(Path(record), names, provinces) if record else None
    ends = _last(shipped.points)
    whole = _joined(shipped, mine)
    last = max(ends, _last(mine.points) if mine else ends)
    last = min(last, max((row.year for row in first.pack.drivers), default=last))
    arms = {
        arm: load(f"hindcast_{start}", set={"drivers": arm, "years.end_year": last}) for arm in ARMS
    }
    folder = Path(out) if out else HOME / f"hindcast-{start}-{runs}"
    return against(arms, runs, whole, ends, folder, quiet=quiet, force=force)


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
    """Play scenarios, one an arm, and score them against a record.

    Args:
        arms: a scenario for each of some arms.
        runs: samples an arm.
        record: what came.
        ends: the last year that is not held out.
        folder: where runs are kept.
        quiet: whether to show no progress.
        force: whether to begin anew where another hindcast is kept.
    """
    played = play(arms, runs, folder / "runs", quiet=quiet, force=force)
    scores, others, points = [], [], []
    unused = record.unused
    for arm, scenario in arms.items():
        known = given(scenario, arm, seen(scenario, 0), NEED_T_PER_T)
        lines, silent = lines_of(record.points, played[arm], known, arm)
        table, beaten = scored(lines, known.base_year, arm, ends)
        scores.append(table)
        others.append(beaten)
        points.append(_points(lines, arm))
        mute = pd.DataFrame(silent, columns=["series", "region", "date", "why"])
        unused = pd.concat([unused, mute], ignore_index=True).drop_duplicates(ignore_index=True)
    return Hindcast(
        folder,
        losses_first(pd.concat(scores, ignore_index=True)),
        pd.concat(others, ignore_index=True),
        pd.concat(points, ignore_index=True),
        unused,
    )


def _last(points: pd.DataFrame) -> int:
    return int(points["date"].str[:4].astype(int).max())


def _joined(shipped: Record, mine: Record | None) -> Record:
    """The record that ships with that of the user, whose points count where both have one."""
    if mine is None:
        return shipped
    both = pd.concat([shipped.points, mine.points], ignore_index=True)
    points = both.drop_duplicates(["series", "region", "step", "date"], keep="last")
    order = points.sort_values(["series", "region", "step", "date"], ignore_index=True)
    return Record(order, pd.concat([shipped.unused, mine.unused], ignore_index=True))


def _points(lines: Sequence[Line], arm: str) -> pd.DataFrame:
    """One row a point of an arm."""
    parts = []
    for line in lines:
        quantiles = pd.DataFrame(line.runs).quantile([0.1, 0.5, 0.9], axis=1).T.to_numpy()
        about = {"arm": arm, "series": line.series, "region": line.region, "date": line.dates}
        bands = {"record": line.record, **dict(zip(("p10", "p50", "p90"), quantiles.T, strict=True))}
        parts.append(pd.DataFrame(about | bands | line.nulls))
    return pd.concat(parts, ignore_index=True)
