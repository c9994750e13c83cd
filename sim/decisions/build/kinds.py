"""The kinds `build` and `move`: what is weighed, and what is told of it."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import numpy as np

from sim.choice import DECISIONS, Grounds, Kind, Lever, Story, Told, agrees, fact_levers
from sim.core.arrays import Floats
from sim.decisions.build.facts import GOES, WAITS, BuildFacts, MoveFacts, PlannedFacts
from sim.decisions.build.listed import is_listed, listed_lead, odds_told
from sim.decisions.build.objections import objections
from sim.decisions.build.telling import (
    Plan,
    answer_of,
    mood_told,
    others_told,
    partners_told,
    plan_of,
    weighed_told,
)
from sim.decisions.plans import asked_for, moved_worth, new_worth, old_levers
from sim.scenario.parameters import Parameters
from sim.strategy.building import Moved
from sim.world.books import Decision

P = TypeVar("P", bound=PlannedFacts)
OTHER = "other_"
"""Beginning of the names of facts on which the idea rests that was not the best."""


class Planned(Kind[P]):
    """A choice between going ahead with a plan and waiting.

    Attributes:
        question: what it is about, a few words.
    """

    rule = (
        "apply when net present value over investment beats what the owner asks for, or a planned project has luck "
        "and covers its cash cost, and the money is there, alone or with a partner; the "
        "nation approves by score until its quota is full, and the province consents"
    )
    unit = "ratio"
    question: ClassVar[str]

    @abstractmethod
    def worth(self, facts: P, parameters: Parameters) -> Floats:
        """Net present value over investment of plans, (plans,)."""

    def weigh(self, facts: P, parameters: Parameters) -> dict[str, Floats]:
        """Net present value over investment of plans and the ratios that their owners ask for, (plans,)."""
        asked = asked_for(facts.state_owned_share, facts.entrant_share, facts.mood_share, parameters)
        return {self.name: self.worth(facts, parameters), WAITS: asked}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why an owner went ahead with a plan, or why it did not."""
        plan, parameters = plan_of(decision, story), story.parameters
        seen = self.facts.of(decision.facts)
        again = self._again(seen, plan, parameters) | _others(decision, plan, parameters) if seen else {}
        told: list[str] = [weighed_told(decision, plan), *mood_told(decision, seen, parameters)]
        told += [*others_told(decision, plan, story), *partners_told(decision.facts)]
        told += odds_told(decision.facts) if is_listed(decision.facts) else []
        wanted, built, waits = decision.margin > 0.0, decision.choice == GOES, decision.choice == WAITS
        levers: tuple[Lever, ...] = ()
        if built or waits:
            same = bool(again) and agrees(again[plan.option], decision.options.get(plan.option, np.nan))
            levers = self._levers(decision, parameters) if same and wanted == built else ()
            told += (
                ["It would have gone ahead, and its owner waited all the same."] if wanted and waits else []
            )
        else:
            against = objections(decision, plan.region, story)
            told, levers = [*told, *against.told], against.levers
        otherwise = "have waited" if built else "have gone ahead"
        return Told(self.question, answer_of(decision, plan), tuple(told), otherwise, levers, again, waits)

    def _again(self, seen: P, plan: Plan, parameters: Parameters) -> dict[str, float]:
        """Plan and demand as they come out of the facts again, by the names of the record."""
        weighed = self.weigh(seen, parameters)
        return {plan.option: float(weighed[self.name][0]), WAITS: float(weighed[WAITS][0])}

    def _levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers that a choice between building and waiting rests on."""
        numbers = {**decision.facts, WAITS: decision.options.get(WAITS, np.nan)}
        grounds = Grounds(listed_lead if is_listed(numbers) else self._lead, numbers, parameters)
        return (*fact_levers(self.facts, grounds), *old_levers(grounds))

    def _lead(self, numbers: Mapping[str, Floats], parameters: Parameters) -> Floats:
        """By how much plans lead over waiting, (plans,)."""
        return self.worth(self.facts.holding(numbers), parameters) - numbers[WAITS]


class Build(Planned[BuildFacts]):
    """Build a new plant when it is worth more than its owner asks for.

    Source: equation (5.1) of the model description.
    """

    name = "build"
    facts = BuildFacts
    question = "build a new plant?"

    def worth(self, facts: BuildFacts, parameters: Parameters) -> Floats:
        """Net present value over investment of new plants, (plans,)."""
        return new_worth(facts, parameters)


class Move(Planned[MoveFacts]):
    """Move a plant to the coast when that is worth more than its owner asks for.

    Source: equation (5.2) of the model description.
    """

    name = "move"
    facts = MoveFacts
    question = "move a plant to the coast?"

    def worth(self, facts: MoveFacts, parameters: Parameters) -> Floats:
        """Net present value over investment of moves, (plans,)."""
        moved = Moved(
            old_per_new_ratio=facts.old_per_new_ratio,
            hold_cny_per_t=facts.hold_old_cny_per_t,
            close_cny_per_t=facts.close_old_cny_per_t,
            subsidy_cny_per_t=0.0,
        )
        return moved_worth(facts, moved, parameters)


BUILD, MOVE = Build(), Move()
for _kind in (BUILD, MOVE):
    DECISIONS.add(_kind.name, _kind)


def _others(decision: Decision, plan: Plan, parameters: Parameters) -> dict[str, float]:
    """The owner's ideas that were not the best as they come out of their facts again, by name."""
    facts = decision.facts | {
        name.removeprefix(OTHER): value for name, value in decision.facts.items() if name.startswith(OTHER)
    }
    found: dict[str, float] = {}
    for option, site in decision.sites.items():
        kind: Planned[Any] = MOVE if site.replaces else BUILD
        seen = None if option == plan.option else kind.facts.of(facts)
        found |= {} if seen is None else {option: float(kind.worth(seen, parameters)[0])}
    return found
