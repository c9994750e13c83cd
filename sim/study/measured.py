"""A measure of the runs of a study at a time, asked for as `hhi_control@2035`: what is sought, what it has to keep."""

import math
import re
from dataclasses import dataclass

import pandas as pd

from sim.core.errors import UsageError
from sim.metrics import METRICS
from sim.metrics.catalogue import EVENT
from sim.report.measures import kind_of
from sim.study.rule import COMPARED, WHENS, Comparison, comparisons, read_rule
from sim.study.study import Study
from sim.study.tables import quoted

_SQL = {"mean": "AVG", "sum": "SUM", "min": "MIN", "max": "MAX"}
_LIMIT = re.compile(r"\s*([A-Za-z]\w*(?:@\w+)?)\s*([<>]=?)\s*(\S+)\s*")


@dataclass(frozen=True)
class Aim:
    """A measure at a time that is to be high, sign 1, or low, sign -1."""

    measure: str
    when: str
    sign: float


def column(each: Aim | Comparison) -> str:
    """The column of a measure at a time: `hhi_control@2035`."""
    return f"{each.measure}@{each.when}"


def excess(limit: Comparison, value: float) -> float:
    """By how much a value breaks a limit, as a share of the limit; zero where it keeps it."""
    if COMPARED[limit.sign](value, limit.number):
        return 0.0
    over = abs(value - limit.number) / max(abs(limit.number), 1.0)
    return max(over, 1e-9) if math.isfinite(over) else math.inf


def read_measure(text: str) -> tuple[str, str]:
    """A measure and when: `price_cny_per_t@2030`; without a time the last year, of events the sum of all years.

    Raises:
        UsageError: there is no such measure or time.
    """
    measure, at, when = text.strip().partition("@")
    METRICS.get(measure)
    if not at:
        return measure, "sum" if kind_of(measure) == EVENT else "end"
    if when not in WHENS and not re.fullmatch("[0-9]{4}", when):
        raise UsageError(f"'{text}': after @ stands a year or {', '.join(WHENS)}")
    return measure, when


def read_limit(text: str) -> Comparison:
    """A limit such as `price_cny_per_t < 3000` or `exits@sum <= 5`.

    Raises:
        UsageError: it is none, or names no measure.
    """
    parts = _LIMIT.fullmatch(text)
    if not parts:
        raise UsageError(f"'{text}' is not one limit; write one such as 'price_cny_per_t < 3000'")
    (limit,) = comparisons(read_rule(f"{'@'.join(read_measure(parts[1]))} {parts[2]} {parts[3]}"))
    return limit


def measured(study: Study, scenario: int, measure: str, when: str) -> pd.Series:
    """A measure at a time for each finished run of a scenario, by sample and seed, in the order of runs.

    Raises:
        UsageError: the runs do not have the year.
    """
    spans = study.rows(
        "SELECT MIN(year), MAX(year) FROM outcomes JOIN runs USING (run) WHERE scenario = ?", scenario
    )
    first, last = spans[0]
    year = last if when == "end" else int(when) if when not in WHENS else None
    if year is not None and first is not None and not first <= year <= last:
        raise UsageError(f"the runs have no year {year}; they have {first} to {last}")
    rows = study.rows(
        f"SELECT sample, seed, {_SQL.get(when, 'MAX')}({quoted(measure)}) FROM outcomes JOIN runs USING (run)"
        " WHERE scenario = ? AND status = 'done' AND (year = ? OR ? IS NULL) GROUP BY run ORDER BY run",
        scenario,
        year,
        year,
    )
    frame = pd.DataFrame(rows, columns=["sample", "seed", "value"]).set_index(["sample", "seed"])
    return frame["value"].astype("float64")
