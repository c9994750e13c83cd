"""The words on record are for people: whoever computes or tells anything comes to the same without them."""

import importlib
import json
from dataclasses import replace
from typing import Any

import pytest

import sim.acts.recording
import sim.year
from sim.choice import DECISIONS
from sim.industry import Industry
from sim.reasons.explain import explain
from sim.reasons.finding import concerning, find
from sim.reasons.record import names, record_of
from sim.reasons.verdict import verdict
from sim.report.page import page
from sim.report.plots import Plots
from sim.report.summary import summary
from sim.run import run
from sim.scenario.load import load
from sim.world.books import Decision
from sim.world.world import World
from tests.contracts.kinds import (
    BARE,
    PLANTED,
    PROSE,
    RUNS,
    SAMPLE,
    SHORT,
    USUAL,
    bare,
    misled,
    played,
    record,
    sampled,
    unquoted,
    wordless,
)

SOME = 5
"""One agent in so many is asked for."""
TABLES = ("years", "quarters", "refineries", "groups", "regions", "flows", "events", "decisions", "deals")


@pytest.mark.parametrize("each", RUNS)
def test_what_is_told_of_decisions_rests_on_no_prose(each: tuple[str, int]) -> None:
    before, after = record(*each), record_of(wordless(played(*each)))

    pairs = zip(sampled(before.decisions, SAMPLE), sampled(after.decisions, SAMPLE), strict=True)
    told = [
        finding for one, other in pairs for finding in misled(verdict(one, before), verdict(other, after))
    ]
    assert told == []
    for key in [*names(before)][::SOME]:
        agent = find(before, key)
        mine = [[one.id for one in concerning(side, agent, None)] for side in (before, after)]
        assert mine[0] == mine[1], key


def test_an_explanation_has_the_same_numbers_without_prose() -> None:
    before, after = record(*USUAL), record_of(wordless(played(*USUAL)))

    for key in [*names(before)][::SOME]:
        assert bare(explain(before, key).content) == bare(explain(after, key).content), key


def test_a_kind_that_reads_prose_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DECISIONS._things, "other", PLANTED)
    story = record(*USUAL)
    blank = replace(BARE, rule="x", because="x")

    assert misled(verdict(BARE, story), verdict(blank, story)) == ["2026 x other: answer"]


def test_figures_and_page_rest_on_no_prose() -> None:
    usual = played(*USUAL)
    blank = wordless(usual)
    one, other = Plots(usual), Plots(blank)

    for left, right in zip(one.drawings, other.drawings, strict=True):
        assert left.table.equals(right.table), left.name
        assert left.chart.svg() == right.chart.svg()
    # A comparison with `==` in the assertion would spell out megabytes.
    is_same = unquoted(page(usual), usual.events) == unquoted(page(blank), usual.events)
    assert is_same
    assert summary(usual) == summary(blank)


def test_a_page_that_reads_a_reason_is_found() -> None:
    usual = played(*USUAL)
    decreed = '["closing",{}]'
    reason = usual.events["reason"].iloc[0]

    assert unquoted(decreed.format(json.dumps(reason)), usual.events) == decreed.format('"x"')
    assert unquoted(decreed.format(len(reason)), usual.events) != decreed.format('"x"')


def test_a_run_is_the_same_when_nobody_can_read_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = played(*USUAL)
    _silence(monkeypatch)

    silent = run(load(USUAL[0], **SHORT), USUAL[1])

    assert {*silent.events["reason"], *silent.decisions["rule"], *silent.decisions["because"]} == {"x"}
    for table in TABLES:
        columns = [*PROSE.get(table, ())]
        left, right = (getattr(side, table).drop(columns=columns) for side in (usual, silent))
        assert left.equals(right), table


def test_a_phase_that_reads_a_reason_makes_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def tax(world: World, cast: object) -> None:
        for event in world.events:
            world.groups.weak_years[0] += "quarter" in event.reason

    year = (*sim.year.YEAR, sim.year.Phase(tax, "groups weak_years"))
    monkeypatch.setattr(importlib.import_module("sim.industry"), "YEAR", year)
    loud = Industry(load("toy"), 0)
    loud.step()
    _silence(monkeypatch)
    silent = Industry(load("toy"), 0)
    silent.step()

    assert loud.world.groups.weak_years[0] > silent.world.groups.weak_years[0]


def _silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every reason and every rule say nothing from the start."""
    tell = World.tell

    def mute(world: World, kind: str, agent: str, amount: float, unit: str, reason: str, **more: Any) -> None:
        tell(world, kind, agent, amount, unit, "x", **more)

    def dumb(*said: Any) -> Decision:
        return replace(Decision(*said), rule="x", because="x")

    monkeypatch.setattr(World, "tell", mute)
    monkeypatch.setattr(sim.acts.recording, "Decision", dumb)
