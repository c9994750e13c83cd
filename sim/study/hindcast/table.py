"""Runs and nulls against the record, series by series: the table of scores and what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.core.units import unit_of
from sim.metrics import METRICS
from sim.study.hindcast.given import ARMS, QUARTERS, Given
from sim.study.hindcast.periods import NATION, name_of
from sim.study.hindcast.scores import (
    DRIFT,
    LEAST_ERRORS,
    PERSISTENCE,
    Asked,
    equally_good,
    mape,
    nulls,
    place_of,
    rmse,
    score,
    signs,
    skill,
    turns,
    widened,
)
from sim.study.hindcast.seen import Key, of_region

PROVINCES = "provinces"
"""What all provinces of a series together are called."""
SPLIT = "production_split_share"
"""The share of a province in the output of those that the record has for the year."""
LEAST_SPLIT = 3
"""Provinces without which nothing is split."""
LEAST = 3
"""Fewer dates than this are told and not judged."""
PROVEN = 0.10
"""Largest p-value at which skill is called proven."""
LEAST_GAIN = {"price_cny_per_t": 0.9}
"""For these series the mean error must be at most this part of the best null's, or there is no skill."""
GIVEN = {"recorded": ("fob_usd_per_t",)}
"""Series that an arm is given and so is not scored on."""
FITTED = ("cash_cost_mean_cny_per_t",)
"""Series whose record of shown years shifted the costs of earlier dates; to score them there would test nothing."""
NO_SKILL, TOO_FEW, UNPROVEN, SKILL = "no skill", "too few points", "skill, not proven", "skill, proven"
UNBEATEN = "no null"
VERDICTS = (NO_SKILL, UNPROVEN, SKILL, UNBEATEN, TOO_FEW)
"""In the order in which they are told: losses first."""
NOTHING = dict.fromkeys(("rmse", "mape_share", "crps", "skill", "dm", "p"), np.nan) | {"null": ""}
"""What stands for the best null where there is none: neither the record nor the base year says where it began."""
NOT_TOLD = "the runs do not tell it for this place and step, or end before"
HELD_OUT, SHOWN = "held out", "shown"


Numbers = dict[Key, float]


@dataclass(frozen=True)
class Line:
    """One series of one region in an arm, on the dates that the record has after the start.

    Attributes:
        series: what.
        region: where.
        step: `year` or `quarter`.
        dates: of the points.
        record: (points,) what came.
        runs: (points, runs) what the runs gave.
        nulls: (points,) by name of the null.
        middle: the median of the runs by date, between the points as well.
    """

    series: str
    region: str
    step: str
    dates: list[str]
    record: Floats
    runs: Floats
    nulls: dict[str, Floats]
    middle: dict[str, float]

    def errors(self, null: str = "") -> Floats:
        """Record less the median of the runs, or less a null, (points,)."""
        return self.record - (self.nulls[null] if null else np.median(self.runs, axis=1))

    def elsewhere(self, whole: "Line", ends: int, null: str = "") -> list[Floats]:
        """For each point the errors that could have been known: of shown dates in other years."""
        errors, years = whole.errors(null), np.array([int(date[:4]) for date in whole.dates])
        return [errors[(years != int(date[:4])) & (years <= ends)] for date in self.dates]

    @property
    def turned(self) -> tuple[int, int]:
        """Turning points of the record that the runs have, within a quarter, and how many there are."""
        known = dict(zip(self.dates, self.record, strict=True))
        places = range(place_of(self.dates[0]), place_of(self.dates[-1]) + 1)
        dates = [self._date(place) for place in places]
        came = np.array([known.get(date, np.nan) for date in dates])
        told = np.array([self.middle.get(date, np.nan) for date in dates])
        return turns(came, told, 1 if self.step == "quarter" else 0)

    def _date(self, place: int) -> str:
        if self.step == "year":
            return str(place)
        year, quarter = divmod(place, QUARTERS)
        return name_of("quarter", year, quarter + 1)

    def within(self, dates: Sequence[str]) -> "Line | None":
        """The same on some of its dates alone."""
        kept = np.array([date in dates for date in self.dates])
        if not kept.any():
            return None
        others = {name: values[kept] for name, values in self.nulls.items()}
        known = [date for date in self.dates if date in dates]
        return replace(self, dates=known, record=self.record[kept], runs=self.runs[kept], nulls=others)


def lines_of(
    points: pd.DataFrame, runs: Sequence[Numbers], known: Given, arm: str
) -> tuple[list[Line], list[tuple[str, str, str, str]]]:
    """The lines of an arm; and series, region, date and reason of what the runs do not tell.

    Args:
        points: the record, years before the start included.
        runs: numbers of each run.
        known: what the arm is given.
        arm: one of `ARMS`.
    """
    lines, silent = [], []
    several, runs = with_split(points, runs, known.base_year)
    for (series, region, _), rows in several.groupby(["series", "region", "step"], sort=False):
        after = rows[rows["date"].str[:4].astype(int) > known.base_year]
        if after.empty or series in GIVEN.get(arm, ()) or _is_twice(after, several):
            continue
        told = np.isfinite([of_region(runs[0], series, region, date) for date in after["date"]])
        silent += [(series, region, date, NOT_TOLD) for date in after["date"][~told]]
        if told.any():
            lines.append(_line(rows, after[told], runs, known, several))
    return lines, silent


def _is_twice(after: pd.DataFrame, points: pd.DataFrame) -> bool:
    """Whether a stock is told for fourth quarters alone, and so as the ends of its years already."""
    first = after.iloc[0]
    same = (points["series"] == first["series"]) & (points["region"] == first["region"])
    years = set(points.loc[same & (points["step"] == "year"), "date"])
    return bool(
        first["step"] == "quarter"
        and after["date"].str.endswith("Q4").all()
        and {date[:4] for date in after["date"]} <= years
    )


def _line(
    rows: pd.DataFrame, after: pd.DataFrame, runs: Sequence[Numbers], known: Given, points: pd.DataFrame
) -> Line:
    series, region, step = (str(after.iloc[0][name]) for name in ("series", "region", "step"))
    dates = after["date"].tolist()
    before = rows[rows["date"].str[:4].astype(int) <= known.base_year].sort_values("date")
    past = dict(zip(before["date"], before["value"], strict=True))
    begin = name_of(step, known.base_year, QUARTERS)
    own = float(np.median([of_region(run, series, region, begin) for run in runs]))
    season = {
        date: past.get(date, of_region(runs[0], series, region, date))
        for date in (name_of("quarter", known.base_year, part + 1) for part in range(QUARTERS))
    }
    trade = _trade(points, runs[0], known.base_year)
    asked = Asked(series, region, past.get(begin, own), past, season, trade)
    told = np.array([[of_region(run, series, region, date) for run in runs] for date in dates])
    every = {key[2] for key in runs[0] if ("Q" in key[2]) == (step == "quarter")}
    middle = {
        date: float(np.median([of_region(run, series, region, date) for run in runs]))
        for date in sorted(every)
        if dates[0] <= date <= dates[-1]
    }
    found = nulls(known, asked, dates)
    return Line(series, region, step, dates, after["value"].to_numpy(float), told, found, middle)


def _trade(points: pd.DataFrame, run: Numbers, base_year: int) -> dict[str, float]:
    """Net exports by year: those of the record, and of the base year the model's own where the record has none."""
    yearly = points[(points["region"] == NATION) & (points["step"] == "year")]
    named = yearly.groupby("series")
    by_name = {name: dict(zip(rows["date"], rows["value"], strict=True)) for name, rows in named}
    sold, bought = by_name.get("exports_mt", {}), by_name.get("imports_mt", {})
    net = {date: -value for date, value in by_name.get("net_imports_mt", {}).items()}
    net |= {date: sold[date] - bought[date] for date in sold if date in bought}
    net.setdefault(str(base_year), -of_region(run, "net_imports_mt", NATION, str(base_year)))
    return dict(sorted(net.items()))


def with_split(
    points: pd.DataFrame, runs: Sequence[Numbers], base_year: int
) -> tuple[pd.DataFrame, list[Numbers]]:
    """Record and runs with the split of output among the provinces that the record has on every later date."""
    told, several = [points], list(runs)
    made = points[(points["series"] == "production_mt") & (points["region"] != NATION)]
    for _, rows in made.groupby("step"):
        after = rows[rows["date"].str[:4].astype(int) > base_year]
        sets = [set(each["region"]) for _, each in after.groupby("date")]
        provinces = sorted(set.intersection(*sets)) if sets else []
        if len(provinces) < LEAST_SPLIT:
            continue
        kept = rows[rows["region"].isin(provinces)]
        dates = kept.groupby("date")["value"]
        whole = dates.transform("size") == len(provinces)
        told.append(kept.assign(series=SPLIT, value=kept["value"] / dates.transform("sum"))[whole])
        several = [run | _split(run, provinces) for run in several]
    return pd.concat(told, ignore_index=True), several


def _split(run: Numbers, provinces: Sequence[str]) -> Numbers:
    """The share of each province in the output of several, by date."""
    dates = [date for series, region, date in run if series == "production_mt" and region == provinces[0]]
    found: Numbers = {}
    for date in dates:
        told = {each: run["production_mt", each, date] for each in provinces}
        found |= {(SPLIT, each, date): value / sum(told.values()) for each, value in told.items()}
    return found


def pooled(lines: Sequence[Line]) -> dict[tuple[str, str, str], list[Line]]:
    """The lines by series, region and step, and those of all provinces together."""
    found: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        found[line.series, line.region, line.step] = [line]
    for line in lines:
        if line.region != NATION and "+" not in line.region:
            found.setdefault((line.series, PROVINCES, line.step), []).append(line)
    return found


def scored(lines: Sequence[Line], start: int, arm: str, ends: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of scores of an arm, and that of its nulls.

    Args:
        lines: what `lines_of` gave.
        start: the base year.
        arm: one of `ARMS`.
        ends: the last year of the record that ships; what came later was held out.
    """
    scores, others = [], []
    whole = {(line.series, line.region, line.step): line for line in lines}
    for window in (HELD_OUT, SHOWN):
        chosen = [
            part
            for line in lines
            if not (window == SHOWN and line.series in FITTED)
            and (part := line.within([d for d in line.dates if (int(d[:4]) > ends) == (window == HELD_OUT)]))
        ]
        for (series, region, step), several in pooled(chosen).items():
            about = {"start": start, "arm": arm, "window": window}
            about |= {"series": series, "region": region, "step": step}
            about["unit"] = METRICS.get(series).unit if series in METRICS else unit_of(series)
            beaten = list(_against(several))
            others += [about | each for each in beaten]
            row = _marks(several, beaten)
            pairs = [(each, whole[each.series, each.region, each.step]) for each in several]
            wide = _widened(pairs, ends, row)
            scores.append(about | row | wide | {"verdict": _verdict(series, row)})
    return pd.DataFrame(scores), pd.DataFrame(others)


def _widened(lines: Sequence[tuple[Line, Line]], ends: int, row: Mapping[str, Any]) -> dict[str, float]:
    """Cover and CRPS of bands widened by the errors of other years, and that CRPS over the best null's, widened too.

    Provinces with too few errors are left out.
    """
    enough = [
        (part, whole)
        for part, whole in lines
        if min(each.size for each in part.elsewhere(whole, ends)) >= LEAST_ERRORS
    ]
    lines = enough or lines
    record = np.concatenate([part.record for part, _ in lines])

    def wide(null: str = "") -> tuple[float, float]:
        told = [part.nulls[null][:, None] if null else part.runs for part, _ in lines]
        errors = [each for part, whole in lines for each in part.elsewhere(whole, ends, null)]
        return widened(record, np.concatenate(told), errors)

    crps, inside = wide()
    best = wide(row["best_null"])[0] if row["best_null"] else np.nan
    return {
        "inside_widened_share": inside,
        "crps_widened": crps,
        "crps_widened_over_best": crps / best if best else np.nan,
    }


def _against(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Each null of some lines: its errors, and the skill of the runs over it."""
    record = np.concatenate([line.record for line in lines])
    middle = np.concatenate([np.median(line.runs, axis=1) for line in lines])
    for name in lines[0].nulls:
        if not all(name in line.nulls for line in lines):
            continue
        null = np.concatenate([line.nulls[name] for line in lines])
        dates = [date for line in lines for date in line.dates]
        own, other = (_by_date(dates, told - record) for told in (middle, null))
        statistic, chance = equally_good(np.zeros(own.size), own, other)
        missed = {"rmse": rmse(record, null), "mape_share": mape(record, null)}
        missed["crps"] = float(np.abs(null - record).mean())
        tested = {"skill": skill(record, middle, null), "dm": statistic, "p": chance}
        yield {"null": name, "n": record.size, **missed, **tested}


def _by_date(dates: Sequence[str], errors: Floats) -> Floats:
    """Root of the sum of squared errors of each date: those of several provinces at one date are not independent."""
    squares = pd.Series(errors**2).groupby(list(dates), sort=True).sum()
    return np.sqrt(np.asarray(squares, dtype=np.float64))


def _marks(lines: Sequence[Line], beaten: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row of a series: marks, signs, turns, skill over the best null and the verdict."""
    record = np.concatenate([line.record for line in lines])
    runs = np.concatenate([line.runs for line in lines])
    steps = np.concatenate([np.diff(line.record) for line in lines])
    marks = score(record, runs, steps)
    hit = np.sum([signs(line.record, np.median(line.runs, axis=1)) for line in lines], axis=0)
    turned = np.sum([line.turned for line in lines], axis=0)
    best: Mapping[str, Any] = min(beaten, key=lambda each: each["rmse"], default=NOTHING)
    least = min((each["mape_share"] for each in beaten), default=np.nan)
    skills = {each["null"]: each["skill"] for each in beaten}
    dates = sorted({date for line in lines for date in line.dates})
    return {
        "dates": len(dates),
        "first": dates[0],
        "last": dates[-1],
        **asdict(marks),
        "signs": f"{hit[0]} of {hit[1]}",
        "turns": f"{turned[0]} of {turned[1]}",
        "skill_persistence": skills.get(PERSISTENCE, np.nan),
        "skill_drift": skills.get(DRIFT, np.nan),
        "best_null": best["null"],
        "best_null_rmse": best["rmse"],
        "skill_best": best["skill"],
        "mape_over_best": marks.mape_share / least if least else np.nan,
        "crps_over_best": marks.crps / best["crps"] if best["crps"] else np.nan,
        "dm": best["dm"],
        "p": best["p"],
    }


def _verdict(series: str, row: Mapping[str, Any]) -> str:
    if row["dates"] < LEAST:
        return TOO_FEW
    if not row["best_null"]:
        return UNBEATEN
    if row["skill_best"] <= 0.0 or row["mape_over_best"] > LEAST_GAIN.get(series, np.inf):
        return NO_SKILL
    return SKILL if row["p"] <= PROVEN else UNPROVEN


def losses_first(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order in which they are told: verdict, then how far below the best null."""
    order = {
        "window": {HELD_OUT: 0, SHOWN: 1},
        "arm": {arm: place for place, arm in enumerate(ARMS)},
        "verdict": {name: place for place, name in enumerate(VERDICTS)},
    }
    keys = scores.assign(**{name: scores[name].map(places) for name, places in order.items()})
    return scores.loc[keys.sort_values(["window", "start", "arm", "verdict", "skill_best"]).index]


def of_country(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows of the country, of provinces together and of several joined; single provinces left out."""
    joined = scores["region"].str.contains("+", regex=False)
    return scores[scores["region"].isin([NATION, PROVINCES]) | joined]
