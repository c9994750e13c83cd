"""What must hold for every kind of decision, as checks that give findings; each is run on planted kinds, too."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

import numpy as np
import pandas as pd

from sim.choice import Kind, Lever, Story, Told, gaps
from sim.core.arrays import Floats
from sim.core.registry import Registry
from sim.core.units import SUFFIXES, unit_of
from sim.core.words import plain
from sim.facts import Fact, Facts
from sim.reasons.record import Record, record_of
from sim.reasons.verdict import Verdict, tippings
from sim.report.page import INERT
from sim.results import Results
from sim.run import Run, run
from sim.scenario.load import load
from sim.world.books import Decision

UNITLESS = ("_index", "_points")
"""Endings of facts without a unit: a place in a list, and points of the HHI."""
CLOSE, NUDGE = 1e-9, 1e-6
PROSE = {"events": ("reason",), "decisions": ("rule", "because")}
"""Columns that hold words for people, by table."""

FIRST, LAST = 2026, 2030
SHORT: dict[str, Any] = {"years": {"start_year": FIRST, "end_year": LAST}, "expects": []}
USUAL = ("baseline", 0)
RUNS = (
    *(USUAL, ("baseline", 1), ("merger_push", 0), ("coastal_rush", 0)),
    *(("ndrc_push", 0), ("mud_hard_limit", 0), ("strict_approvals", 0), ("hard_budgets", 0)),
    ("copper_joint_cut", 1),
)
"""Scenarios and seeds that together hold every kind of decision that is put on record."""
SAMPLE = 4

Kinds = Registry[Kind[Any]]


@cache
def played(name: str, seed: int) -> Run:
    """Give a short run."""
    return run(load(name, **SHORT), seed)


@cache
def record(name: str, seed: int) -> Record:
    """Give its record."""
    return record_of(played(name, seed))


@dataclass(frozen=True)
class PlantedFacts(Facts):
    """Facts without words and without a unit."""

    idle_quarters: Annotated[Floats, Fact("the quarters that it had stood still")]
    size: Annotated[Floats, Fact(" ")]


class Planted(Kind[PlantedFacts]):
    """A kind that is declared badly and reads what people are told."""

    name = "other"
    rule = " "
    unit = "apples"
    facts = PlantedFacts

    def weigh(self, facts: PlantedFacts, parameters: object) -> dict[str, Floats]:
        """Give nothing."""
        return {}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Give what the rule says in words."""
        return Told("?", "Sold." if "offered" in decision.because else "Kept.", (decision.rule,))


PLANTED = Planted()
BARE = Decision(
    2026,
    "x",
    "other",
    "wait",
    "rule; offered",
    1.0,
    "CNY/t",
    {"wait": 1.0},
    {"odd_mt": 1.0},
    because="offered",
)


def ill_declared(kinds: Kinds) -> list[str]:
    """Give what a kind lacks of its name, its rule, its unit, and facts in words whose names end in their units."""
    found = []
    for name, kind in kinds.items():
        if kind.name != name or " " in name:
            found.append(f"{name}: calls itself '{kind.name}'")
        found += [
            f"{name}: has no {each}" for each in ("rule", "unit") if not getattr(kind, each, "").strip()
        ]
        if kind.unit not in SUFFIXES:
            found.append(f"{name}: its unit {kind.unit} is none")
        if not (isinstance(kind.facts, type) and issubclass(kind.facts, Facts)):
            found.append(f"{name}: declares no facts")
            continue
        facts = kind.facts.declared()
        found += [] if facts else [f"{name}: declares no facts"]
        found += [f"{name}: {each} has no words" for each, fact in facts.items() if not fact.words.strip()]
        found += [
            f"{name}: {each} has no unit" for each in facts if not (unit_of(each) or each.endswith(UNITLESS))
        ]
    return found


def ill_recorded(decision: Decision, kind: Kind[Any]) -> list[str]:
    """Give the facts on record that the kind does not declare, and those that it declares and the record lacks."""
    declared = kind.facts.declared()
    known = {each for name, fact in declared.items() for each in fact.among(name, decision.facts)}
    where = f"{decision.year} {decision.agent} {decision.kind}"
    found = [f"{where}: {name} is not declared" for name in decision.facts if name not in known]
    found += [
        f"{where}: {name} is not finite" for name, value in decision.facts.items() if not math.isfinite(value)
    ]
    if kind.facts.of(decision.facts) is None:
        lacking = [
            n for n, fact in declared.items() if not fact.optional and not fact.among(n, decision.facts)
        ]
        found.append(f"{where}: lacks {', '.join(lacking)}")
    return found


def not_again(decision: Decision, kind: Kind[Any], story: Story) -> list[str]:
    """Give the options that do not come out of the facts again.

    What is worth nothing by definition, leaving things as they are, need not be worked out.
    """
    again = kind.tell(decision, story).again
    where = f"{decision.year} {decision.agent} {decision.kind}"
    found = [] if again else [f"{where}: nothing is worked out again"]
    for name in dict.fromkeys((*again, *decision.options)):
        if name not in decision.options:
            found.append(f"{where}: {name} is no option on record")
        elif name not in again:
            found += [f"{where}: {name} is not worked out"] if decision.options[name] != 0.0 else []
        elif abs(again[name] - decision.options[name]) > CLOSE * max(abs(decision.options[name]), 1.0):
            found.append(f"{where}: {name} is {decision.options[name]!r} on record and {again[name]!r} again")
    return found


def unturned(levers: Iterable[Lever]) -> tuple[int, list[str]]:
    """Give how many levers tip, and those whose tipping value does not turn the choice.

    Nor may a lever tell of many values at once what it does not tell of each.
    """
    count, found = 0, []
    for lever in levers:
        ways = np.linspace(lever.low, lever.high, 5)
        if not np.allclose(gaps((lever,), ways[None])[0], [lever.gap(way) for way in ways], equal_nan=True):
            found.append(f"{lever.name}: of many values at once otherwise than of each")
        for way in tippings([(lever,)])[0]:
            count += 1
            step = NUDGE * max(abs(way.tipped), 1e-3)
            below, above = lever.gap(way.tipped - step), lever.gap(way.tipped + step)
            there = abs(lever.gap(way.tipped)) <= CLOSE * max(abs(lever.gap(lever.now)), 1.0)
            if not (below * above < 0.0 or there):
                found.append(f"{lever.name}: {below!r} below and {above!r} above {way.tipped!r}")
    return count, found


def wordless(results: Results, blank: str = "x") -> Results:
    """Give a run whose reasons and rules carry no meaning."""
    changed = replace(results)
    for table, columns in PROSE.items():
        frame: pd.DataFrame = getattr(results, table).copy()
        frame[list(columns)] = blank
        changed.__dict__[table] = frame
    return changed


def misled(before: Verdict, after: Verdict) -> list[str]:
    """Give what of a verdict changes besides quotations when rule and reason say nothing."""
    decision = before.decision
    where = f"{decision.year} {decision.agent} {decision.kind}"
    names = ("question", "answer", "otherwise", "tippings", "again", "waits")
    found = [f"{where}: {name}" for name in names if getattr(before, name) != getattr(after, name)]
    quotes = [plain(each) for each in (decision.because, decision.rule) if each]
    for one, other in zip(before.told, after.told, strict=False):
        if one != other and other not in [one.replace(quote, "x") for quote in quotes]:
            found.append(f"{where}: {one}")
    return found + ([f"{where}: sentences"] if len(before.told) != len(after.told) else [])


def bare(content: Any) -> Any:
    """Give the content of an explanation without words for people."""
    if isinstance(content, Mapping):
        words = ("reason", "rule", "because", "words")
        return {name: bare(value) for name, value in content.items() if name not in words}
    return [bare(each) for each in content] if isinstance(content, list | tuple) else content


def unquoted(page: str, events: pd.DataFrame) -> str:
    """Give a page with `x` in place of each cell that quotes the reason of an event."""
    for reason in dict.fromkeys(events["reason"]):
        for shown in dict.fromkeys((reason, reason.replace("_", " "))):
            page = page.replace(json.dumps(shown, ensure_ascii=False).translate(INERT), '"x"')
    return page


def sampled(decisions: Iterable[Decision], most: int) -> Iterator[Decision]:
    """Give the first decisions of each kind and outcome."""
    seen: dict[tuple[str, str], int] = {}
    for each in decisions:
        seen[each.name, each.choice] = seen.get((each.name, each.choice), 0) + 1
        if seen[each.name, each.choice] <= most:
            yield each
