"""Agents of the tiny world who remember what they were asked, and answer as a test says."""

from collections.abc import Mapping
from typing import Any

from sim.agents.cast import KINDS, Cast
from sim.agents.decider import Decider
from sim.choice import Case, Intent
from sim.world.world import World
from tests.phases.playing import cast_of

ANYBODY = ""


def listening(world: World, ways: Mapping[tuple[str, str], str] | None = None) -> tuple[Cast, list[Case]]:
    """Give agents of a world and the list that what they are asked goes to.

    Args:
        world: the world.
        ways: the answer of an agent, or of anybody, in cases of a kind; others give the answer of the model.
    """
    asked: list[Case] = []
    said = ways or {}

    def decide(self: Decider, view: Any, case: Case) -> Intent:
        asked.append(case)
        return case.take(said.get((self.key, case.kind), said.get((ANYBODY, case.kind))))

    minds = {kind: type(f"Listening{kind.__name__}", (kind,), {"decide": decide}) for kind in KINDS}
    return cast_of(world, minds), asked


def only(asked: list[Case], kind: str, agent: str = ANYBODY, about: str = "") -> Case:
    """Give the one case of a kind that an agent, or anybody, was asked."""
    (case,) = (
        case
        for case in asked
        if case.kind == kind and agent in (ANYBODY, case.agent) and about in ("", case.about)
    )
    return case
