"""The year, as a tuple of phases. Read it aloud: it is what happens to the industry, in this order.

A phase is a plain function of the industry. Phases alone write to tables and graph; arithmetic is left to
pure functions and choices to agents, who all see the same frozen view. What follows a phase is in the file
named after it: trade in `quarter.py` and `booking.py`, exits in `exits.py`, accounts in `accounts.py`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.environment.red_mud import stacked
from sim.market.inputs import QUARTERS, draw_happenings, draw_noise
from sim.phases.accounts import close_accounts, offer_support, use_surplus
from sim.phases.closing import settle_control
from sim.phases.curbs import inspect_regions, rate_compliance, tell_winter, weigh_regions
from sim.phases.decrees import close_by_decree
from sim.phases.exits import leave_one_by_one, write_off
from sim.phases.foresight import expect
from sim.phases.investing import decide_ventures
from sim.phases.landing import note_landings
from sim.phases.merging import close_deals
from sim.phases.mud_use import place_mud, spread_uses
from sim.phases.partnering import take_stakes
from sim.phases.pipeline import start_projects
from sim.phases.ponds import answer_applications, measure_ponds, open_permitted_ponds
from sim.phases.preparing import drift_outside, prepare_year, smelting_scale
from sim.phases.promising import plan_imports, promise
from sim.phases.quarter import lasting_mill_prices, play_quarter, price_inputs
from sim.phases.restructuring import complete_agreed, restructure
from sim.phases.retrofitting import retrofit
from sim.phases.transferring import transfer_state_assets
from sim.world.population import name_states
from sim.world.view import look

if TYPE_CHECKING:
    from sim.industry import Industry

Phase = Callable[["Industry"], None]


def legislate(industry: "Industry") -> None:
    """Policies write this year's rulebook; what is announced gives the outlook of those who look ahead."""
    parameters, policies, nation = industry.parameters, industry.spec.policies, industry.cast.national
    discipline, ahead = parameters.support.discipline_share, int(parameters.expectation.forward_years)
    industry.last_rules = industry.rules
    industry.rules = nation.legislate(policies, discipline, industry.year)
    industry.outlook = nation.foreshadow(policies, discipline, industry.year, ahead)


def surprise(industry: "Industry") -> None:
    """Ore, caustic, coal, metal, exchange rate and disruptions arrive."""
    industry.noise = draw_noise(industry.streams, industry.motion, industry.year)
    new = draw_happenings(industry.streams, industry.parameters, industry.year, industry.exposure)
    first = industry.year * QUARTERS
    under_way = [each for each in industry.happenings if each.first + each.quarters > first]
    industry.happenings = [*under_way, *new]
    for each in (*new, *(each for each in industry.imposed if first <= each.first < first + QUARTERS)):
        where = ", ".join(each.regions)
        industry.tell(
            "disruption",
            each.name,
            each.size,
            "Mt/yr" if each.variable == "world_balance" else "share",
            f"{each.variable} for {each.quarters} quarter" + "s" * (each.quarters > 1),
            counterpart=where,
            quarter=each.first % QUARTERS + 1,
        )
    inspect_regions(industry)
    tell_winter(industry)


def commission(industry: "Industry") -> None:
    """The known pipeline starts or slips, at home and abroad; recipes follow age and clusters."""
    start_projects(industry)
    prepare_year(industry)
    industry.smelting_scale = smelting_scale(industry, industry.year)


def foresee(industry: "Industry") -> None:
    """One forward clearing gives the price that owners expect."""
    drift_outside(industry)
    expect(industry)


def open_ponds(industry: "Industry") -> None:
    """Mud finds takers; ponds and their permits cap what may run; inspectors rate plants."""
    place_mud(industry)
    open_permitted_ponds(industry)
    answer_applications(industry)
    measure_ponds(industry)
    rate_compliance(industry)
    industry.book.mud_use_share[:] = industry.refineries.mud_use_share


def contract(industry: "Industry") -> None:
    """Importers plan, groups supply themselves, then long-term contracts."""
    plan_imports(industry)
    promise(industry)


def trade(industry: "Industry") -> None:
    """Four quarters: input prices, costs, thresholds, spot clearing, stocks, who bears a loss."""
    for quarter in range(1, QUARTERS + 1):
        price_inputs(industry, quarter)
        play_quarter(industry, quarter)


def settle(industry: "Industry") -> None:
    """Sales, costs, interest, tax and support turn into cash and debt."""
    close_accounts(industry)
    offer_support(industry)


def merge(industry: "Industry") -> None:
    """Bids, prices, consents, review; ownership moves, inside owners and between them."""
    view = look(industry, lasting_mill_prices(industry))
    complete_agreed(industry, industry.holdings.controllers(industry))
    restructure(industry, industry.holdings.controllers(industry))
    close_deals(industry, view)
    take_stakes(industry, view)
    transfer_state_assets(industry)
    settle_control(industry)


def leave(industry: "Industry") -> None:
    """Idle and losing plants: mothball, write off, exit, one at a time; then closures by decree."""
    write_off(industry)
    leave_one_by_one(industry)
    close_by_decree(industry)


def invest(industry: "Industry") -> None:
    """Owners build, expand, move to the coast and retrofit, within approvals, cash and credit; ports follow.

    Cash that is left over goes to lenders and owners.
    """
    decide_ventures(industry, look(industry, lasting_mill_prices(industry)))
    note_landings(industry)
    retrofit(industry)
    use_surplus(industry)


def close_ponds(industry: "Industry") -> None:
    """Mud goes to the ponds; its use spreads; regions come nearer to what they bear."""
    plants = industry.refineries
    mud = stacked(industry.recipe.mud_t, industry.book.made_mt, plants.mud_use_share)
    plants.pond_space_mt[:] = np.maximum(plants.pond_space_mt - mud, 0.0)
    plants.mud_stock_mt += mud
    weigh_regions(industry)
    spread_uses(industry)


def watch(industry: "Industry") -> None:
    """Observers look; nobody else records."""
    name_states(industry.refineries)
    for watcher in industry.watchers:
        watcher(industry)


YEAR: tuple[Phase, ...] = (
    legislate,
    surprise,
    commission,
    foresee,
    open_ponds,
    contract,
    trade,
    settle,
    merge,
    leave,
    invest,
    close_ponds,
    watch,
)
