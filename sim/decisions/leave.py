"""Leave: a plant that is idle or losing for long closes for good, or holds on.

Its owner thinks in this order. What is the plant worth if I keep it, counting that I can idle it, that prices may
recover, and that its nameplate is a right to build where new plants are capped? What do I get if I close it, and what
does it cost to cover its ponds? What does my bank do: the loan that built it is secured on it and falls due at once? Is
the gain large enough to overcome that and my reluctance? Exit is a waiting game: whoever has most to gain goes first,
which raises prices for all others, and then they think again. The arithmetic is in `sim/strategy/leaving.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from sim.acts.plants import dismantle
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure, joined, number
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.buyers import prospect_of, value_of
from sim.sight.mud import pond_duties
from sim.sight.parts import leaving_plants, reserved
from sim.sight.relocating import licences
from sim.sight.view import View, lasting_mill_prices, look, look_ahead
from sim.strategy.finance import loan_rates
from sim.strategy.leaving import Loan, Prospect, cost_of_recall, first_to_leave, value_of_leaving
from sim.world.books import Decision
from sim.world.dealbook import ANSWERS
from sim.world.kinds import Happened
from sim.world.world import World

QUARTERS = 4
CLOSE, HOLD = "exit", "hold"
TOP = HIGHEST_CNY_PER_T
HALF = 0.5
"""What is less than half a CNY a tonne is not told."""


@dataclass(frozen=True)
class LeaveFacts(Facts):
    """What the choice of a plant between holding and closing rests on."""

    today_cny_per_t: Annotated[Floats, Fact("the price of the day", 0.0, TOP)]
    long_run_cny_per_t: Annotated[Floats, Fact("the price that it expected in the long run", 0.0, TOP)]
    cost_cny_per_t: Annotated[Floats, Fact("its cash cost", 0.0, TOP)]
    discount_per_year: Annotated[Floats, Fact("its owner's discount rate", 0.001, 1.0)]
    runnable_share: Annotated[Floats, Fact("the part of it that can run")]
    cold_share: Annotated[Floats, Fact("the part of its lines that had gone cold")]
    age_years: Annotated[Floats, Fact("its age")]
    owner_type_index: Annotated[Floats, Fact("the type of its owner")]
    idle_quarters: Annotated[Floats, Fact("the quarters that it had stood idle")]
    loss_quarters: Annotated[Floats, Fact("the quarters in which it had lost money")]
    sales_tried_count: Annotated[Floats, Fact("the times it was offered for sale")]
    best_bid_mcny: Annotated[Floats, Fact("the best bid for it", optional=True)]
    least_price_mcny: Annotated[Floats, Fact("the least price of its owner", optional=True)]
    offer_answer_index: Annotated[
        Floats, Fact("what came of the offer, by its place among the answers", optional=True)
    ]
    licence_cny_per_t: Annotated[Floats, Fact("the worth of the right to build that goes with it", 0.0, TOP)]
    pond_duty_cny_per_t: Annotated[Floats, Fact("what covering its ponds costs", 0.0, TOP, optional=True)]
    reluctance_cny_per_t: Annotated[Floats, Fact("its owner's reluctance", 0.0, TOP)]
    turn_share: Annotated[Floats, Fact("whether its turn to close had come", optional=True)]


def measure(world: World, view: View, rows: dict[int, float], rise_cny_per_t: Floats) -> LeaveFacts:
    """What the owners of some plants see.

    Args:
        world: the world.
        view: the world when the first of them thought of closing.
        rows: the plants, with what the right to build that goes with each is worth, CNY per tonne.
        rise_cny_per_t: (regions,) by how much the exits so far raise mill prices.
    """
    plants, index = view.refineries, np.array(list(rows), dtype=np.int64)
    seen = prospect_of(world, view, index, plants.group[index], rise_cny_per_t)
    offers = [world.plant_market.offers.get(row) for row in rows]
    return LeaveFacts(
        long_run_cny_per_t=seen.long_run_cny_per_t,
        today_cny_per_t=seen.today_cny_per_t,
        cost_cny_per_t=seen.cost_cny_per_t,
        discount_per_year=seen.discount_per_year,
        licence_cny_per_t=np.array(list(rows.values())),
        pond_duty_cny_per_t=np.where(
            world.pack.has("residue"), pond_duties(world)[index] / plants.nameplate_mt[index], math.nan
        ),
        reluctance_cny_per_t=plants.reluctance_cny_per_t[index],
        runnable_share=seen.runnable_share,
        cold_share=seen.cold_share,
        age_years=(view.year - plants.started_year[index]).astype(np.float64),
        owner_type_index=view.groups.owner_type[plants.group[index]].astype(np.float64),
        idle_quarters=plants.idle_quarters[index].astype(np.float64),
        loss_quarters=plants.loss_quarters[index].astype(np.float64),
        sales_tried_count=np.array([float(offer is not None) for offer in offers]),
        best_bid_mcny=np.array([offer.best_mcny if offer else np.nan for offer in offers]),
        least_price_mcny=np.array([offer.reservation_mcny if offer else np.nan for offer in offers]),
        offer_answer_index=np.array([ANSWERS.index(offer.answer) if offer else np.nan for offer in offers]),
        turn_share=np.ones(len(rows)),
    )


class Leave(TwoWays[LeaveFacts]):
    """Close when closing beats holding by more than the recall of the loan and reluctance.

    Source: value of holding and of closing, equations (4.5) and (4.6) of the model description.
    """

    name = "leave"
    rule = "close when closing beats holding by more than loan recall and reluctance; most to gain goes first"
    unit = "CNY/t"
    facts = LeaveFacts
    question = "stay or close?"
    acts = Way(CLOSE, "It closed for good.", "have closed")
    rests = Way(HOLD, "It held on.", "have stayed")
    terms = (
        Term(
            "leaving.government_share",
            "the part of the cost of closing that government pays",
            0.0,
            1.0,
            by_case=True,
        ),
        Term("leaving.upkeep_cny_per_t", "the upkeep of idle capacity", 0.0, 200.0, by_case=True),
    )

    def weigh(self, facts: LeaveFacts, parameters: Parameters) -> dict[str, Floats]:
        """The values of holding and of closing, the cost of recall and the reluctance, (plants,)."""
        prospect = Prospect(
            today_cny_per_t=facts.today_cny_per_t,
            long_run_cny_per_t=facts.long_run_cny_per_t,
            cost_cny_per_t=facts.cost_cny_per_t,
            discount_per_year=facts.discount_per_year,
            runnable_share=facts.runnable_share,
            cold_share=facts.cold_share,
        )
        owner = facts.owner_type_index.astype(np.int64)
        loan = Loan(
            principal_cny_per_t=parameters.finance.leverage_limit_share * parameters.pipeline.capex_cny_per_t,
            years=parameters.leaving.loan_years,
            age_years=facts.age_years,
            rate_per_year=loan_rates(owner, np.zeros(len(owner), dtype=np.bool_), parameters.finance),
            discount_per_year=facts.discount_per_year,
        )
        # Who holds covers its ponds, if there are any, all the same, at the end of what it looks ahead.
        duty = facts.pond_duty_cny_per_t
        ponds = np.where(np.isnan(duty), 0.0, duty)
        later = ponds * (1.0 + facts.discount_per_year) ** -parameters.leaving.horizon_years
        return {
            HOLD: value_of(prospect, parameters) + facts.licence_cny_per_t - later,
            CLOSE: value_of_leaving(parameters.leaving) - ponds,
            "recall": cost_of_recall(loan),
            "reluctance": facts.reluctance_cny_per_t,
        }

    def lead(self, options: Mapping[str, Floats]) -> Floats:
        """By how much closing beats holding, the loan's recall and reluctance, (plants,) CNY/t of nameplate."""
        return options[CLOSE] - options[HOLD] - options["recall"] - options["reluctance"]

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """Why it thought of closing, what came of offering it, and what was weighed."""
        return (*_thought(decision), *_offered(decision), _weighed(decision, story.parameters))


LEAVE = DECISIONS.add(Leave.name, Leave())


def leave_one_by_one(world: World, cast: Cast) -> None:
    """Let plants that think of leaving go, one at a time, each raising the price that the others see."""
    sold, bound = world.plant_market.sold, reserved(world.refineries)
    thinking = [row for row in leaving_plants(world) if row not in sold and not bound[row]]
    if not thinking:
        return
    view, most = (
        look(world, lasting_mill_prices(world), look_ahead(world)),
        world.parameters.leaving.exits_count,
    )
    staying = dict(zip(thinking, licences(world, view, thinking).tolist(), strict=True))
    rise = np.zeros(len(world.geography.regions))
    closed = 0
    while staying:
        seen = measure(world, view, staying, rise)
        options = LEAVE.weigh(seen, world.parameters)
        first = first_to_leave(options[CLOSE] - options[HOLD], options["recall"] + options["reluctance"])
        if first < 0 or closed >= most:
            break
        row = list(staying)[first]
        staying.pop(row)
        case = LEAVE.case(view.refineries.keys[row], seen, options, first)
        if decide(world, cast, view, row, case):
            closed += 1
            rise = rise + price_rise(world, row)
            close_plant(world, row, case.options[CLOSE] - case.options[HOLD])
            # What lies ahead of the others is another now.
            view = replace(view, ahead=None)
    seen = replace(seen, turn_share=np.zeros(len(staying)))
    for place, row in enumerate(staying):
        # Whose turn has not come may only hold on.
        case = LEAVE.case(view.refineries.keys[row], seen, options, place)
        decide(world, cast, view, row, case.only(HOLD))


def decide(world: World, cast: Cast, view: View, row: int, case: Case) -> bool:
    """Ask a plant and record its answer; tells whether it closes."""
    intent = ask(cast.refineries[row], view, case)
    offer = world.plant_market.offers.get(row)
    tried = f"offered for sale first: {offer.answer}" if offer else "nobody known to sell it"
    record(world, intent, LEAVE, because=tried)
    return intent.choice == CLOSE


def price_rise(world: World, row: int) -> Floats:
    """The rise of mill prices when a plant's output disappears, (regions,) CNY/t."""
    plants = world.refineries
    missing = np.zeros(len(world.geography.regions) + 1)
    missing[plants.region[row]] = plants.running_share[row] * plants.runnable_mt[row] / QUARTERS
    rise = np.linalg.solve(world.slopes, missing)[:-1]
    return np.asarray(np.round(rise, 6), dtype=np.float64)


def close_plant(world: World, row: int, gain_cny_per_t: float) -> None:
    """Take a plant out for good; its row and its place in the graph stay, with zero capacity."""
    size = dismantle(world, row)
    reason = f"closing beats holding by {gain_cny_per_t:.0f} CNY per tonne of capacity"
    world.tell(Happened.EXIT, world.refineries.keys[row], size, "Mt/yr", reason, figures=(gain_cny_per_t,))


def _thought(decision: Decision) -> list[str]:
    """Why it thought of closing at all."""
    facts, why = decision.facts, []
    if facts.get("idle_quarters", 0.0) > 0.0:
        why.append(f"it had stood idle for {number(facts['idle_quarters'])} quarters")
    if facts.get("loss_quarters", 0.0) > 0.0:
        why.append(f"it had lost money for {number(facts['loss_quarters'])} quarters in a row")
    return [f"Closing was on the table because {joined(why)}."] if why else []


def _offered(decision: Decision) -> list[str]:
    """What came of offering the plant to others before closing it."""
    facts = decision.facts
    if facts.get("sales_tried_count", 0.0) <= 0.0:
        return []
    place = int(facts.get("offer_answer_index", -1.0))
    came = f" ({ANSWERS[place]})" if 0 <= place < len(ANSWERS) else ""
    best, least = facts.get("best_bid_mcny", 0.0), facts.get("least_price_mcny", 0.0)
    bid = f"the best bid was {figure(best, 'million CNY')}" if best > 0.0 else "nobody bid"
    return [f"It was offered for sale at {figure(least, 'million CNY')} or more; {bid}{came}."]


def _part(value: float, words: str) -> str:
    """A part of what was weighed in words that hold a place for it, nothing where it is not worth telling."""
    return words.format(figure(value, LEAVE.unit)) if value >= HALF else ""


def _weighed(decision: Decision, parameters: Parameters) -> str:
    """What was weighed and by how much the choice won, in words."""
    hold, close = decision.options.get(HOLD, np.nan), decision.options.get(CLOSE, np.nan)
    reluctance, due = decision.options.get("reluctance", np.nan), decision.options.get("recall", 0.0)
    loan = _part(due, ", and the loan that then falls due costs it {}")
    licence = _part(decision.facts.get("licence_cny_per_t", 0.0), ", {} of it for the right to build")
    ponds = _part(decision.facts.get("pond_duty_cny_per_t", 0.0), " with {} to pay for covering its ponds")
    worth = (
        f"Per tonne of capacity, holding was worth {figure(hold, LEAVE.unit)}{licence} and closing "
        f"{figure(close, LEAVE.unit)}{ponds}; its owner closes only for a gain of more than "
        f"{figure(reluctance, LEAVE.unit)}{loan}."
    )
    if decision.margin <= 0.0 and decision.choice == HOLD and decision.facts.get("turn_share", 0.0) > 0.0:
        return f"{worth} Closing would have won by {figure(-decision.margin, LEAVE.unit)}; it held on all the same."
    if decision.margin <= 0.0 and decision.choice == HOLD:
        most = parameters.leaving.exits_count
        return f"{worth} It wanted to close, but no more than {most} plants close in a year and others came first."
    winner = "Closing" if decision.choice == CLOSE else "Holding"
    return f"{worth} {winner} won by {figure(decision.margin, LEAVE.unit)}."
