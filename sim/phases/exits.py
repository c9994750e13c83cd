"""Leaving: write-off of plants idle for years, and exits one at a time, each with its reasons on record."""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.refinery import Leaving
from sim.core.arrays import Floats
from sim.phases.founding import reserved
from sim.phases.holding import prospect_of, values_ahead
from sim.phases.quarter import lasting_mill_prices
from sim.phases.selling import leaving_plants
from sim.strategy.finance import discount_rates, loan_rates
from sim.strategy.leaving import (
    Loan,
    Prospect,
    cost_of_recall,
    first_to_leave,
    value_of_leaving,
)
from sim.world.books import Decision
from sim.world.population import State
from sim.world.view import View, look

if TYPE_CHECKING:
    from sim.industry import Industry


RULE = "close when closing beats holding by more than loan recall and reluctance; most to gain goes first"
QUARTERS = 4


def write_off(industry: "Industry") -> None:
    """Write off plants that have been idle for so long that they would have to be revived."""
    plants, limit = industry.refineries, industry.parameters.running.dead_after_quarters
    for row in np.flatnonzero((plants.idle_quarters >= limit) & (plants.state != State.DEAD)):
        plants.state[row] = State.DEAD
        plants.running_share[row] = 0.0
        industry.tell(
            "write_off",
            plants.keys[row],
            float(plants.runnable_mt[row]),
            "Mt/yr",
            f"idle for {int(plants.idle_quarters[row])} quarters",
        )


def leave_one_by_one(industry: "Industry") -> None:
    """Let plants that think of leaving go, one at a time, each raising the price that the others see."""
    view = look(industry, lasting_mill_prices(industry))
    sold, bound = industry.plant_market.sold, reserved(view.refineries)
    staying = [row for row in leaving_plants(industry, view) if row not in sold and not bound[row]]
    recall = recall_costs(industry, view)
    rise = np.zeros(len(industry.geography.regions))
    close = value_of_leaving(industry.parameters.leaving)
    for _ in range(industry.parameters.leaving.exits_count):
        prospect = seen_by_owners(industry, view, staying, rise)
        hold = values_ahead(industry, prospect)
        barrier = view.refineries.reluctance_cny_per_t[staying] + recall[staying]
        first = first_to_leave(close - hold, barrier)
        if first < 0:
            break
        row = staying.pop(first)
        weighed = industry.cast.refineries[row].weigh_leaving(
            view, float(hold[first]), close, float(recall[row])
        )
        note_decision(industry, weighed, facts_of(view, prospect, first, row), "exit")
        rise = rise + price_rise(industry, row)
        close_plant(industry, row, close - float(hold[first]))
    prospect = seen_by_owners(industry, view, staying, rise)
    for place, (row, value) in enumerate(
        zip(staying, values_ahead(industry, prospect).tolist(), strict=True)
    ):
        weighed = industry.cast.refineries[row].weigh_leaving(view, value, close, float(recall[row]))
        note_decision(industry, weighed, facts_of(view, prospect, place, row), "hold")


def seen_by_owners(industry: "Industry", view: View, rows: list[int], rise: Floats) -> Prospect:
    """Give what the owners of some plants see ahead when the exits so far raise mill prices by `rise`."""
    index = np.array(rows, dtype=np.int64)
    return prospect_of(industry, view, index, view.refineries.group[index], rise)


def recall_costs(industry: "Industry", view: View) -> Floats:
    """Give what it would cost each owner that the loan which built a plant falls due, (plants,) CNY/t of nameplate."""
    finance, pipeline = industry.parameters.finance, industry.parameters.pipeline
    group, types = view.refineries.group, view.groups.owner_type
    sound = np.zeros(len(types), dtype=np.bool_)
    return cost_of_recall(
        Loan(
            principal_cny_per_t=finance.leverage_limit_share * pipeline.capex_cny_per_t,
            years=industry.parameters.leaving.loan_years,
            age_years=(view.year - view.refineries.started_year).astype(np.float64),
            rate_per_year=loan_rates(types, sound, finance)[group],
            discount_per_year=discount_rates(types, finance)[group],
        )
    )


def facts_of(view: View, prospect: Prospect, place: int, row: int) -> dict[str, float]:
    """Give what a plant's choice rests on besides parameters; `place` is where it stands in `prospect`."""
    return {
        "today_cny_per_t": float(prospect.today_cny_per_t[place]),
        "long_run_cny_per_t": float(prospect.long_run_cny_per_t[place]),
        "cost_cny_per_t": float(prospect.cost_cny_per_t[place]),
        "discount_per_year": float(prospect.discount_per_year[place]),
        "runnable_share": float(prospect.runnable_share[place]),
        "dead_share": float(prospect.dead[place]),
        "age_years": float(view.year - view.refineries.started_year[row]),
        "owner_type_index": float(view.groups.owner_type[view.refineries.group[row]]),
        "idle_quarters": float(view.refineries.idle_quarters[row]),
        "loss_quarters": float(view.refineries.loss_quarters[row]),
    }


def price_rise(industry: "Industry", row: int) -> Floats:
    """Give the rise of mill prices when a plant's output disappears, (regions,) CNY/t."""
    plants = industry.refineries
    missing = np.zeros(len(industry.geography.regions) + 1)
    missing[plants.region[row]] = plants.running_share[row] * plants.runnable_mt[row] / QUARTERS
    rise = np.linalg.solve(industry.slopes, missing)[:-1]
    return np.asarray(np.round(rise, 6), dtype=np.float64)


def close_plant(industry: "Industry", row: int, gain: float) -> None:
    """Take a plant out for good; its row and its place in the graph stay, with zero capacity."""
    size = dismantle(industry, row)
    reason = f"closing beats holding by {gain:.0f} CNY per tonne of capacity"
    industry.tell("exit", industry.refineries.keys[row], size, "Mt/yr", reason)


def retire(industry: "Industry", row: int, successor: int) -> None:
    """Take out a plant that a new one replaces; what has gone before is not taken out twice."""
    plants = industry.refineries
    if plants.nameplate_mt[row] > 0.0:
        size, new = dismantle(industry, row), plants.keys[successor]
        reason = f"replaced by {plants.size_mt[successor]:.2g} Mt/yr at the coast"
        industry.tell("relocate", plants.keys[row], size, "Mt/yr", reason, counterpart=new)


def dismantle(industry: "Industry", row: int) -> float:
    """Book what closing a plant costs and gives, set its capacity to zero and give what it was, Mt/yr."""
    plants, leaving = industry.refineries, industry.parameters.leaving
    size = float(plants.nameplate_mt[row])
    paid = value_of_leaving(leaving) * size
    group = int(plants.group[row])
    industry.groups.cash_mcny[group] += paid
    industry.book.closing_mcny[group] += paid
    plants.nameplate_mt[row] = 0.0
    plants.runnable_mt[row] = 0.0
    plants.running_share[row] = 0.0
    plants.idle_quarters[row] = 0
    plants.loss_quarters[row] = 0
    plants.support_cny_per_t[row] = 0.0
    plants.state[row] = State.EXITED
    return size


def note_decision(industry: "Industry", weighed: Leaving, facts: dict[str, float], choice: str) -> None:
    """Put a plant's choice between holding and closing on record, and what came of offering it to others."""
    offer = industry.plant_market.offers.get(weighed.row)
    facts = {**facts, "sales_tried_count": float(offer is not None)}
    if offer is not None:
        facts |= {"best_bid_mcny": offer.best_mcny, "least_price_mcny": offer.reservation_mcny}
    tried = f"offered for sale first: {offer.answer}" if offer else "nobody known to sell it"
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=industry.refineries.keys[weighed.row],
            kind="leave",
            choice=choice,
            rule=f"{RULE}; {tried}",
            margin=weighed.margin if choice == "exit" else -weighed.margin,
            unit="CNY/t",
            options={
                "hold": weighed.hold,
                "exit": weighed.close,
                "recall": weighed.recall,
                "reluctance": weighed.reluctance,
            },
            facts=facts,
        )
    )
