"""A rule about outcomes, such as `price_cny_per_t@2030 < 2500 and exits_mt@sum > 5`, read without running it.

rule        = all {"or" all}
all         = one {"and" one}
one         = "not" one | "(" rule ")" | comparison
comparison  = measure "@" when ("<" | "<=" | ">" | ">=") number
when        = a year | end | mean | sum | min | max

A measure of the runs of a study at a time, asked for as `hhi_control@2035`: what is sought, what it has to keep.
"""

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import UsageError
from sim.metrics import METRICS
from sim.metrics.catalogue import EVENT
from sim.report.measures import kind_of
from sim.study.store import quoted
from sim.study.study import Study

Truth = NDArray[np.bool_]
COMPARED: Mapping[str, Callable[..., Truth]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WHENS = ("end", "mean", "sum", "min", "max")
MOST_TOKENS = 200
DEEPEST = 30
_TOKEN = re.compile(
    r"\s*(?:([a-z][a-z0-9_]*@[a-z0-9]+)|([a-z]+)|([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)|(<=|>=|<|>|\(|\)))"
)


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
    """The rule that a text says.

    Raises:
        UsageError: it says none; the place is shown.
    """
    reader = _Reader(_tokens(text), text)
    rule = reader.rule()
    if reader.left:
        raise UsageError(f"rule '{text}': did not expect '{reader.left[0]}'")
    return rule


def comparisons(rule: Rule) -> list[Comparison]:
    """All comparisons of a rule."""
    if isinstance(rule, Comparison):
        return [rule]
    return [each for part in rule.parts for each in comparisons(part)]


def holds(rule: Rule, values: Callable[[str, str], NDArray[np.float64]]) -> Truth:
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


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        token = _TOKEN.match(stripped, place)
        if token is None or len(found) >= MOST_TOKENS:
            raise UsageError(f"rule '{text}': cannot read '{stripped[place : place + 20].strip()}'")
        found.append(token.group().strip())
        place = token.end()
    return found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Sequence[str], text: str) -> None:
        self.left = list(tokens)
        self._text = text
        self._depth = 0

    def rule(self) -> Rule:
        return self._joined("or", self._all)

    def _all(self) -> Rule:
        return self._joined("and", self._one)

    def _joined(self, word: str, part: Callable[[], Rule]) -> Rule:
        parts = [part()]
        while self.left and self.left[0] == word:
            self.left.pop(0)
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self) -> Rule:
        token = self._take("a comparison such as price_cny_per_t@2030 < 2500")
        self._depth += token in ("not", "(")
        if self._depth > DEEPEST:
            raise UsageError(f"a rule with more than {DEEPEST} brackets and nots is too deep")
        if token == "not":
            return Joined("not", (self._one(),))
        if token == "(":
            inner = self.rule()
            if self._take("')'") != ")":
                raise UsageError(f"rule '{self._text}': a '(' is not closed")
            return inner
        return self._comparison(token)

    def _comparison(self, token: str) -> Comparison:
        measure, at, when = token.partition("@")
        sign, number = self._take("<, <=, > or >="), self._take("a number")
        if not at or sign not in COMPARED or not (when in WHENS or re.fullmatch("[0-9]{4}", when)):
            raise UsageError(
                f"rule '{self._text}': '{token} {sign} {number}' is not of the form"
                f" MEASURE@WHEN < NUMBER, where WHEN is a year or {', '.join(WHENS)}"
            )
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise UsageError(f"rule '{self._text}': '{number}' is not a number")
        return Comparison(measure, when, sign, value)

    def _take(self, wanted: str) -> str:
        if not self.left:
            raise UsageError(f"rule '{self._text}': ends where {wanted} should follow")
        return self.left.pop(0)


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
