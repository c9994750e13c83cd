"""A rule about outcomes, such as `price_cny_per_t@2030 < 2500 and exits_mt@sum > 5`, read without running it.

A rule is comparisons MEASURE@WHEN < NUMBER (or <=, >, >=), joined by `and`, `or`, `not` and brackets as in Python; WHEN
is a year, end, mean, sum, min or max.

A measure of the runs of a study at a time, asked for as `hhi_control@2035`: what is sought, what it has to keep.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.core.arrays import Bools, Floats
from sim.core.errors import UsageError
from sim.metrics import METRICS
from sim.metrics.catalogue import EVENT
from sim.report.measures import kind_of
from sim.study.store import quoted
from sim.study.study import Study

COMPARED: Mapping[str, Callable[..., Bools]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WHENS = ("end", "mean", "sum", "min", "max")
LONGEST = 1500
SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True)
class Comparison:
    """One measure at one time against a number."""

    measure: str
    when: str
    sign: str
    number: float


@dataclass(frozen=True)
class Joined:
    """Rules joined by `and`, `or`, or one turned round by `not`."""

    word: str
    parts: "tuple[Rule, ...]"


Rule = Comparison | Joined


def read_rule(text: str) -> Rule:
    """A rule as its words say; it is a Python expression, of which only what a rule may hold is read.

    Raises:
        UsageError: the text is no rule.
    """
    if len(text) > LONGEST:
        raise UsageError(f"rule '{text[:LONGEST]}...' is longer than {LONGEST} signs")
    try:
        return _rule(ast.parse(" ".join(text.split()), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(
            f"rule '{text}': is not of the form MEASURE@WHEN < NUMBER, joined by and, or and not, where WHEN is a"
            f" year or {', '.join(WHENS)}"
        ) from None


def _rule(node: ast.expr) -> Rule:
    match node:
        case ast.BoolOp(op, parts):
            return Joined("and" if isinstance(op, ast.And) else "or", tuple(map(_rule, parts)))
        case ast.UnaryOp(ast.Not(), part):
            return Joined("not", (_rule(part),))
        case ast.Compare(ast.BinOp(ast.Name(measure), ast.MatMult(), at), [sign], [number]):
            when, value = ast.unparse(at), float(ast.unparse(number))
            if type(sign) in SIGNS and math.isfinite(value) and (when in WHENS or YEAR.fullmatch(when)):
                return Comparison(measure, when, SIGNS[type(sign)], value)
    raise ValueError


def comparisons(rule: Rule) -> list[Comparison]:
    """All comparisons of a rule."""
    if isinstance(rule, Comparison):
        return [rule]
    return [each for part in rule.parts for each in comparisons(part)]


def holds(rule: Rule, values: Callable[[str, str], Floats]) -> Bools:
    """For each run, whether a rule holds, (runs,).

    Args:
        rule: the rule.
        values: gives a measure at a time, by name and `when`, (runs,).
    """
    if isinstance(rule, Comparison):
        return np.asarray(COMPARED[rule.sign](values(rule.measure, rule.when), rule.number))
    parts = [holds(part, values) for part in rule.parts]
    if rule.word == "not":
        return ~parts[0]
    joined = np.logical_and if rule.word == "and" else np.logical_or
    return np.asarray(joined.reduce(parts))


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
    if when not in WHENS and not YEAR.fullmatch(when):
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
