"""The year, as a tuple of phases. Read it aloud: it is what happens to the industry, in this order.

A phase is a plain function of the world and its agents. What a phase does besides decisions stands in
`sim/phases/`, what is decided in it in `sim/decisions/`. Each row of `YEAR` says what its phase may write; every run of
`tests/test_footprint.py` is held to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.acts.holdings import grow_together, settle_control
from sim.agents.cast import Cast
from sim.decisions.blend import choose_ores
from sim.decisions.build.applying import decide_ventures
from sim.decisions.buy.buy import close_deals
from sim.decisions.combine.combine import combine
from sim.decisions.expand import expand_abroad
from sim.decisions.leave import leave_one_by_one
from sim.decisions.match import match_lines
from sim.decisions.mine import take_mines
from sim.decisions.partner import find_partners
from sim.decisions.pledge import keep_pledges
from sim.decisions.pond import apply_for_ponds
from sim.decisions.restructure import restructure
from sim.decisions.retrofit import retrofit
from sim.decisions.smelt import decide_on_smelters
from sim.decisions.support import offer_support
from sim.decisions.take import take_stakes
from sim.decisions.transfer import transfer_state_assets
from sim.decisions.withdraw import withdraw_abroad
from sim.market.inputs import QUARTERS, draw_happenings, draw_noise
from sim.phases.accounts import close_accounts, use_surplus
from sim.phases.curbs import inspect_regions, rate_compliance, tell_winter, weigh_regions
from sim.phases.exits import close_by_decree, complete_agreed, write_off
from sim.phases.facts import happen, settle_deals
from sim.phases.foresight import expect
from sim.phases.founding import found_plants, note_landings, start_projects
from sim.phases.ponds import measure_ponds, open_permitted_ponds, place_mud, relieve_ponds, spread_uses
from sim.phases.preparing import drift_outside, new_book, prepare_year, smelting_scale
from sim.phases.promising import plan_imports, sign_contracts
from sim.phases.quarter import play_quarter, price_inputs, world_border
from sim.phases.record import follow_law, follow_record, is_replayed
from sim.phases.smelting import start_potlines
from sim.sight.prospects import site_terms
from sim.sight.view import View, lasting_mill_prices, look, look_ahead
from sim.world.kinds import Happened
from sim.world.population import name_states
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Phase:
    """One row of the year.

    Attributes:
        play: what happens.
        writes: parts of the world that it may write, `part, table column ..., ...`; a star stands for all of a part.
    """

    play: Callable[[World, Cast], None]
    writes: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.play.__name__


def found(world: World, cast: Cast) -> None:
    """A year begins: plants that were decided last year join the world, and the book of the year is opened."""
    world.year += 1
    found_plants(world, cast)
    world.book = new_book(world)


def legislate(world: World, cast: Cast) -> None:
    """Policies write this year's rulebook; what is announced gives the outlook of those who look ahead."""
    parameters, policies, nation = world.parameters, world.spec.policies, cast.national
    discipline, ahead = parameters.support.discipline_share, int(parameters.expectation.forward_years)
    world.last_rules = world.rules
    world.rules = nation.legislate(policies, discipline, world.year)
    world.outlook = nation.foreshadow(policies, discipline, world.year, ahead)


def surprise(world: World, cast: Cast) -> None:
    """Prices of ore, other inputs and metal, the exchange rate and disruptions arrive."""
    world.noise = draw_noise(world.streams, world.motion, world.year)
    follow_law(world)
    drawn = draw_happenings(world.streams, world.parameters, world.year, world.exposure)
    new = [] if is_replayed(world) else drawn
    first = world.year * QUARTERS
    under_way = [each for each in world.happenings if each.first + each.quarters > first]
    world.happenings = [*under_way, *new]
    for each in (*new, *(each for each in world.imposed if first <= each.first < first + QUARTERS)):
        where = ", ".join(each.regions)
        world.tell(
            Happened.DISRUPTION,
            each.name,
            each.size,
            "Mt/yr" if each.variable == "world_balance" else "share",
            f"{each.variable} for {each.quarters} quarter" + "s" * (each.quarters > 1),
            counterpart=where,
            quarter=each.first % QUARTERS + 1,
            duration_quarters=each.quarters,
        )
    inspect_regions(world)
    tell_winter(world)


def enact(world: World, cast: Cast) -> None:
    """Closures, stops and starts that the scenario states happen, whatever owners would have decided."""
    happen(world)


def commission(world: World, cast: Cast) -> None:
    """The known pipeline starts or slips, at home and abroad; smelters move; recipes follow, and costs follow deals."""
    expand_abroad(world, cast)
    start_projects(world)
    match_lines(world, cast)
    start_potlines(world)
    prepare_year(world)
    grow_together(world)
    world.smelting_scale = smelting_scale(world, world.year)


def foresee(world: World, cast: Cast) -> None:
    """One forward clearing gives the price that owners expect."""
    drift_outside(world)
    expect(world)


def open_ponds(world: World, cast: Cast) -> None:
    """Mud finds takers; ponds and their permits cap what may run; inspectors rate plants."""
    place_mud(world)
    open_permitted_ponds(world)
    relieve_ponds(world)
    apply_for_ponds(world, cast)
    measure_ponds(world)
    rate_compliance(world)
    world.book.mud_use_share[:] = world.refineries.mud_use_share


def contract(world: World, cast: Cast) -> None:
    """Importers plan, groups supply themselves, then long-term contracts."""
    plan_imports(world, cast)
    sign_contracts(world, cast)


def trade(world: World, cast: Cast) -> None:
    """Four quarters: input prices, costs, thresholds, spot clearing, stocks, who bears a loss."""
    for quarter in range(1, QUARTERS + 1):
        price_inputs(world, quarter)
        follow_record(world, quarter, world_border)
        play_quarter(world, quarter)


def fill_ponds(world: World, cast: Cast) -> None:
    """The year's mud goes to the ponds, before owners look at what they hold and who leaves must cover it."""
    plants = world.refineries
    mud = world.book.mud_mt * (1.0 - plants.mud_use_share)
    plants.pond_space_mt[:] = np.maximum(plants.pond_space_mt - mud, 0.0)
    plants.mud_stock_mt += mud
    plants.uncovered_mud_mt += mud


def settle(world: World, cast: Cast) -> None:
    """Sales, costs, interest, tax and support turn into cash and debt; what new plants would meet is seen."""
    close_accounts(world)
    offer_support(world, cast)
    world.site_terms = site_terms(world)


def before_deals(world: World, cast: Cast) -> View:
    """What moves before the year's deals: what was agreed or is stated, and holdings inside owners; gives the view.

    Deals move owners and money, and nothing that plants may run or what they cost rests on.
    """
    view = look(world, lasting_mill_prices(world), look_ahead(world))
    complete_agreed(world, world.holdings.controllers())
    settle_deals(world)
    restructure(world, cast, view)
    return view


def merge(world: World, cast: Cast) -> None:
    """Bids, prices, consents, review; ownership moves, as the scenario states first, inside owners and between them."""
    view = before_deals(world, cast)
    close_deals(world, cast, view)
    combine(world, cast, look(world, view.expected_cny_per_t, view.ahead))
    take_stakes(world, cast, view)
    find_partners(world, cast, view)
    transfer_state_assets(world, cast, view)
    settle_control(world)


def leave(world: World, cast: Cast) -> None:
    """Cold lines are struck off; idle and losing plants exit, one at a time; closures by decree; exits abroad."""
    write_off(world)
    leave_one_by_one(world, cast)
    close_by_decree(world)
    withdraw_abroad(world, cast)


def invest(world: World, cast: Cast) -> None:
    """Owners build, move to the coast, take mines, retrofit and blend, within approvals, cash and credit; ports follow.

    Smelters run on, freeze, move or sell their rights. Cash that is left over goes to lenders and owners.
    """
    view = look(world, lasting_mill_prices(world), look_ahead(world))
    if decide_ventures(world, cast, view):
        view = replace(view, ahead=look_ahead(world))
    world.site_terms = None
    take_mines(world, cast, view)
    note_landings(world)
    if world.pack.has("retrofits"):
        retrofit(world, cast, view)
    choose_ores(world, cast, view)
    if world.pack.has("rights"):
        decide_on_smelters(world, cast, view)
    use_surplus(world)


def weigh_limits(world: World, cast: Cast) -> None:
    """Regions come nearer to what they bear; the use of mud spreads."""
    weigh_regions(world)
    spread_uses(world, cast)


def watch(world: World, cast: Cast) -> None:
    """What every plant is doing gets its name; then observers look, and nobody else records."""
    name_states(world.refineries, world.parameters.running)


YEAR: tuple[Phase, ...] = (
    Phase(found, "refineries *, book *, year, recipe, components, saved, ownership, broken_ground"),
    Phase(legislate, "rules, last_rules, outlook"),
    Phase(surprise, "noise, happenings, parameters, events"),
    Phase(
        enact,
        "refineries nameplate_mt runnable_mt project_stage due_year due_quarter started_year quarters_run state, "
        "refineries running_share idle_quarters loss_quarters pond_space_mt support_cny_per_t uncovered_mud_mt, "
        "importers capacity_mt smelting_mt, groups cash_mcny debt_mcny, book closing_mcny capex_mcny, "
        "abroad, events",
    ),
    Phase(
        commission,
        "refineries nameplate_mt runnable_mt project_stage due_year started_year quarters_run state, "
        "refineries running_share idle_quarters loss_quarters pond_space_mt support_cny_per_t uncovered_mud_mt, "
        "importers capacity_mt smelting_mt, "
        "smelters market capacity_mt smelting_share bound_market successor due_year, "
        "prices stock_smelters_mt, groups cash_mcny debt_mcny, book closing_mcny, abroad, clusters, recipe, "
        "saved, credit, smelting_scale, opening_smelting_mt, events, decisions",
    ),
    Phase(keep_pledges, "groups pledge_broken, decisions"),
    Phase(foresee, "outside *, prices disturbance_mt forward_cny_per_t"),
    Phase(
        open_ponds,
        "refineries mud_use_share mud_cny_per_t pond_space_mt pond_cap_share space_cny_per_t, "
        "refineries permit_due_year compliance_share uncovered_mud_mt, groups cash_mcny debt_mcny, "
        "book mud_use_share closing_mcny, surroundings relief_until_year, events",
    ),
    Phase(
        contract,
        "importers standing_mt, outside balance_mt near_spot_mt, prices benchmark_cny_per_t, promises",
    ),
    Phase(
        trade,
        "prices *, local_ore stock_mt potential_mt given_mt shared_mt, "
        "outside reference_usd_per_t given balance_mt afloat_mt, "
        "refineries cash_cost_cny_per_t running_share idle_quarters loss_quarters quarters_run warm_share, "
        "refineries used_share deferred_mcny deferral_quarters, smelters smelting_share, "
        "groups cash_mcny debt_mcny payables_mcny illiquid, book *, components, slopes, smelting_scale, "
        "geography, events",
    ),
    Phase(fill_ponds, "refineries pond_space_mt mud_stock_mt uncovered_mud_mt"),
    Phase(
        settle,
        "groups cash_mcny debt_mcny weak_years distressed illiquid, "
        "refineries support_cny_per_t support_years, "
        "book interest_mcny tax_mcny payout_mcny minority_mcny dividends_mcny written_off_mcny injected_mcny, "
        "site_terms, events",
    ),
    Phase(
        merge,
        "refineries group, smelters group, mines group, "
        "groups cash_mcny debt_mcny payables_mcny handover_year, plant_market *, "
        "book deals_mcny integration_mcny capex_mcny payout_mcny written_off_mcny, importers offtake_mt, "
        "ownership, integrations, events, decisions, deals",
    ),
    Phase(
        leave,
        "refineries nameplate_mt runnable_mt running_share state warm_share used_share, "
        "refineries idle_quarters loss_quarters support_cny_per_t uncovered_mud_mt, "
        "importers capacity_mt standing_mt offtake_mt remembered_usd_per_t, groups cash_mcny debt_mcny, "
        "book closing_mcny, events, decisions",
    ),
    Phase(
        invest,
        "refineries project_stage due_year converted waste_heat electric_steam dry_stacking ultra_low class_a, "
        "refineries low_share imported_share converting_share pond_space_mt, "
        "harbours ore_mt landed_mt due_year, smelters group smelting_share bound_market successor due_year, "
        "ore_control, groups cash_mcny debt_mcny payables_mcny weak_years distressed illiquid, "
        "book capex_mcny deals_mcny payout_mcny minority_mcny dividends_mcny written_off_mcny, "
        "broken_ground, site_terms, ownership, events, decisions, deals",
    ),
    Phase(weigh_limits, "refineries mud_uses, surroundings used_mt pressure index, events, decisions"),
    Phase(watch, "refineries state"),
)
