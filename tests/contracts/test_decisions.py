"""What every kind of decision inherits: its facts are declared, its options come out of them again, it is asked."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sim
from sim.agents.cast import KINDS, Minds
from sim.checks import Conservation
from sim.choice import DECISIONS, Case, Grounds, Intent, Kind, Lever, Story
from sim.core.arrays import Floats
from sim.core.errors import ModelCheckError, UsageError
from sim.core.registry import Registry
from sim.industry import Industry
from sim.reasons.record import record_of
from sim.run import run
from sim.scenario.load import load
from sim.world.books import Decision
from sim.year import YEAR, Phase
from tests.contracts import example_kind
from tests.contracts.kinds import (
    BARE,
    FIRST,
    LAST,
    PLANTED,
    RUNS,
    SAMPLE,
    SHORT,
    USUAL,
    Kinds,
    ill_declared,
    ill_recorded,
    not_again,
    record,
    sampled,
    unturned,
)
from tests.reasons.conftest import EVENTFUL

RECORDED = (
    *("build", "buy", "combine", "expand", "join", "leave", "match", "move", "retrofit", "smelt", "take"),
    *("blend", "convert", "mine", "partner", "pledge", "use_mud", "withdraw"),
)
"""Kinds that are put on record; the others are asked."""
WITHIN = ("acquire", "admit", "approve", "consent", "sell")
"""Cases that are part of a kind and not one of their own: hearing a plan, and the other side of a deal."""


def kind_of(decision: Decision) -> Kind[Any]:
    """Give the kind of a decision."""
    return DECISIONS.get(decision.name)


def decisions() -> Iterator[tuple[Decision, Story]]:
    """Give all decisions of the short runs, each with its story."""
    for each in RUNS:
        story = record(*each)
        for decision in story.decisions:
            yield decision, story


def test_every_kind_is_registered_under_its_name_with_a_rule_a_unit_and_facts() -> None:
    assert ill_declared(DECISIONS) == []
    assert {*RECORDED} < {*DECISIONS}


def test_a_kind_that_is_declared_badly_is_found() -> None:
    kinds: Kinds = Registry("kind of decision")
    kinds.add("planted", PLANTED)

    assert ill_declared(kinds) == [
        "planted: calls itself 'other'",
        "planted: has no rule",
        "planted: its unit apples is none",
        "planted: size has no words",
        "planted: size has no unit",
    ]


def test_the_short_runs_hold_every_kind_that_is_put_on_record() -> None:
    assert {decision.name for decision, _ in decisions()} == {*RECORDED}


def test_recorded_facts_are_those_that_the_kind_declares_and_none_is_missing() -> None:
    assert [finding for each, _ in decisions() for finding in ill_recorded(each, kind_of(each))] == []


def test_a_fact_that_is_not_declared_and_one_that_is_missing_are_found() -> None:
    assert ill_recorded(BARE, PLANTED) == [
        "2026 x other: odd_mt is not declared",
        "2026 x other: lacks idle_quarters, size",
    ]


def test_recorded_options_come_out_of_the_facts_again() -> None:
    assert [finding for each, story in decisions() for finding in not_again(each, kind_of(each), story)] == []


def test_options_that_are_not_worked_out_or_come_out_otherwise_are_found() -> None:
    story = record(*USUAL)
    true = next(each for each in story.decisions if each.name == "leave")
    wrong = replace(true, options=true.options | {"hold": true.options["hold"] + 1e-3, "more": 1.0})

    assert not_again(BARE, PLANTED, story) == [
        "2026 x other: nothing is worked out again",
        "2026 x other: wait is not worked out",
    ]
    assert not_again(true, kind_of(true), story) == []
    assert len(not_again(wrong, kind_of(wrong), story)) == 2


def test_the_tipping_value_turns_the_choice() -> None:
    found, tipped = [], dict.fromkeys(RECORDED, 0)
    for each in RUNS:
        story = record(*each)
        for decision in sampled(story.decisions, SAMPLE):
            count, wrong = unturned(kind_of(decision).tell(decision, story).levers)
            tipped[decision.name] += count
            found += [f"{decision.year} {decision.agent} {decision.kind}: {one}" for one in wrong]

    assert found == []
    assert min(tipped.values()) > 0


def test_a_lever_whose_tipping_value_turns_nothing_is_found() -> None:
    def lever(lead: Callable[[Floats], Floats], now: float, high: float) -> Lever:
        return Lever(
            "size_mt",
            "",
            "Mt",
            now,
            0.0,
            high,
            Grounds(lambda all_, _: lead(all_["size_mt"]), {"size_mt": now}),
        )

    # Looked at a thousandth away, at twice that and so on, and so at 4.096 exactly
    back = lever(lambda value: np.where(np.abs(value - 4.096) > 1e-6, 1.0, -1.0), 0.0, 10.0)
    even = lever(lambda value: value - 4.0, 1.0, 10.0)
    limit = lever(lambda value: np.minimum(value - 4.0, 0.0), 1.0, 4.0)

    count, found = unturned([back])
    assert count == len(found) == 1
    assert unturned([even, limit]) == (2, [])


def year_with(row: Phase) -> tuple[Phase, ...]:
    """Give the year with one more row, before observers look."""
    return (*YEAR[:-1], row, YEAR[-1])


def contrary(name: str) -> tuple[list[Intent], Minds]:
    """Give agents that go another open way in each decision of a kind, and what they answer there."""
    turned: list[Intent] = []

    class Contrary:
        """An agent that goes the other way; where there are several, each in turn."""

        def decide(self, view: object, case: Case) -> Intent:
            """Answer as nobody would."""
            others = [way for way in case.margins if way != case.best]
            if case.kind.partition(" ")[0] != name or not others:
                return case.take()
            turned.append(case.take(others[len(turned) % len(others)]))
            return turned[-1]

    return turned, {kind: type(f"Contrary{kind.__name__}", (Contrary, kind), {}) for kind in KINDS}


def opened(name: str, minds: Minds) -> Industry:
    """Give an industry in which a kind is asked early, with conservation checked."""
    shipped = {"take": ("state_consolidation", 0), "mine": ("copper_joint_cut", 1)}
    shipped["pledge"] = shipped["mine"]
    file, seed = shipped.get(name, ("baseline", 1))
    industry = Industry(load(file, **(SHORT if name in shipped else EVENTFUL)), seed, minds)
    industry.checkers.append(Conservation(industry.world))
    return industry


@pytest.mark.parametrize("name", [*DECISIONS, *WITHIN])
def test_agents_may_go_another_open_way(name: str) -> None:
    turned, minds = contrary(name)
    industry = opened(name, minds)

    while not turned and industry.world.year < LAST:
        industry.step()
    industry.step()

    assert turned, f"nobody had another way open in a decision of kind {name}"
    assert all(intent.choice != intent.case.best for intent in turned)


def test_no_other_kind_of_case_is_put_to_an_agent() -> None:
    asked = set()

    class Watching:
        """An agent that notes what it is asked."""

        def decide(self, view: object, case: Case) -> Intent:
            """Answer as the model does."""
            asked.add(case.kind.partition(" ")[0])
            return case.take()

    for name in ("take", "leave", "mine"):
        industry = opened(name, {kind: type(kind.__name__, (Watching, kind), {}) for kind in KINDS})
        for _ in range(FIRST, LAST + 1):
            industry.step()

    assert asked == {*DECISIONS, *WITHIN}


def test_an_agent_that_breaks_a_law_is_found() -> None:
    class Thief(sim.Refinery):
        """A plant that prints money when it is asked."""

        def decide(self, view: object, case: Case) -> Intent:
            """Help itself."""
            self.model.world.groups.cash_mcny[0] += 1e5
            return case.take()

    with pytest.raises(ModelCheckError, match="money by group"):
        opened("leave", {sim.Refinery: Thief}).step()


def test_a_kind_needs_its_file_its_row_in_the_year_and_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, year = example_kind.KIND, year_with(example_kind.ROW)
    for module in ("sim.industry", "sim.run"):
        monkeypatch.setattr(importlib.import_module(module), "YEAR", year)
    kinds: Kinds = Registry("kind of decision")
    kinds.add(kind.name, kind)

    story = record_of(run(load(USUAL[0], **SHORT), USUAL[1]))
    mine = [each for each in story.decisions if each.name == kind.name]

    assert {each.choice for each in mine} == {example_kind.OVERHAUL, example_kind.WAIT}
    assert ill_declared(kinds) == []
    assert [finding for each in mine for finding in ill_recorded(each, kind)] == []
    assert [finding for each in mine for finding in not_again(each, kind, story)] == []
    turns = [unturned(kind.tell(each, story).levers) for each in mine]
    assert sum(count for count, _ in turns) > 0
    assert [finding for _, wrong in turns for finding in wrong] == []


def test_the_example_refuses_a_way_that_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    class Eager(sim.Refinery):
        """A plant that wants more than is open to it."""

        def decide(self, view: object, case: Case) -> Intent:
            """Ask for more."""
            return case.take("rebuild") if case.kind == example_kind.KIND.name else case.take()

    monkeypatch.setattr(importlib.import_module("sim.industry"), "YEAR", year_with(example_kind.ROW))
    industry = Industry(load(USUAL[0], **SHORT), USUAL[1], {sim.Refinery: Eager})

    with pytest.raises(UsageError, match="cannot choose 'rebuild'"):
        # Until a plant stands still
        for _ in range(FIRST, LAST + 1):
            industry.step()
