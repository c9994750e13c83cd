"""Breaking ground: money is spent, a partner pays its part, and the plant joins the world or is under construction."""

from dataclasses import replace

import numpy as np

from sim.acts.money import pay, spend
from sim.acts.ventures import Venture, found_venture
from sim.decisions.join import Part, compensation, invested
from sim.sight.prospects import Idea, Prospects, Wish
from sim.strategy.building import Venture as Plan
from sim.strategy.building import build_ratio, venture_worth
from sim.strategy.deals import Payment
from sim.world.books import Groundbreaking
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import float_of
from sim.world.population import BUILDING
from sim.world.world import World


def break_ground(world: World, shared: Prospects, wish: Wish, partner: Part | None) -> None:
    """Spend the money, with a partner if there is one, and put the plant under construction."""
    plants, groups = world.refineries, world.groups
    owner, lead = groups.keys[wish.group], int(world.parameters.building.lead_years)
    spent = invested(wish)
    if wish.row >= 0:
        plants.project_stage[wish.row] = BUILDING
        plants.due_year[wish.row] = world.year + lead
    else:
        plan = groundbreaking_of(world, wish, world.year + lead)
        world.broken_ground.append(take_in(world, wish, plan, partner) if partner else plan)
    spend(world, wish.group, spent * (1.0 - partner.share if partner else 1.0))
    blind = blind_ratio(shared, wish) < 0.0
    reason = f"{spent:.0f} million CNY; net present value {wish.ratio:+.0%} of investment"
    if blind:
        reason += "; at a loss if prices stayed as they are"
    kind = Happened.APPROVE_BLIND if blind else Happened.APPROVE
    world.tell(kind, owner, wish.size_mt, "Mt/yr", reason, counterpart=wish.key)


def take_in(world: World, wish: Wish, plan: Groundbreaking, partner: Part) -> Groundbreaking:
    """Let a partner pay its part and found the company that is to hold the plant; gives the plan with its holder.

    It pays its part of the investment, and to the leader its part of what is given up with an old plant.
    """
    keys, given = world.groups.keys, compensation(wish, partner.share)
    made_up = pay(world, partner.partner, wish.group, given, 0.0)
    own = spend(world, partner.partner, partner.share * invested(wish))
    venture = Venture(
        key=f"{wish.key}-venture",
        name=f"Holding of {plan.name}",
        ppm=holders_of(world, wish, partner),
        plant=wish.key,
        size_mt=wish.size_mt,
        lead=keys[wish.group],
        partner=keys[partner.partner],
        share=partner.share,
        paid=Payment(0.0, made_up.cash_mcny + own.cash_mcny, made_up.loan_mcny + own.loan_mcny),
        compensation_mcny=given,
        offtake_mt=partner.offtake_mt,
    )
    found_venture(world, venture)
    return replace(plan, holder=venture.key)


def groundbreaking_of(world: World, wish: Wish, due_year: int) -> Groundbreaking:
    """The plant that joins the world next year."""
    region = world.pack.regions[wish.region]
    group = world.groups.keys[wish.group]
    names = {row.id: row.name for row in world.pack.groups}
    what = "moved to" if wish.kind == Idea.MOVE else "new in"
    return Groundbreaking(
        key=wish.key,
        name=f"{names.get(group, group)}, {what} {region.name} (due {due_year})",
        group=wish.group,
        region=wish.region,
        coastal=bool(world.geography.shore[wish.region]),
        size_mt=wish.size_mt,
        due_year=due_year,
        imported_share=float(world.sites.imported_share[wish.region]),
        cash_cost_cny_per_t=wish.facts["cash_cost_cny_per_t"],
        replaces=wish.old,
    )


def blind_ratio(shared: Prospects, wish: Wish) -> float:
    """Net present value over investment if prices stayed as they are, for whoever builds."""
    facts = wish.facts
    today = np.array([facts["price_today_cny_per_t"]])
    venture = Plan(
        today_cny_per_t=today,
        long_run_cny_per_t=today,
        cost_cny_per_t=np.array([facts["cash_cost_cny_per_t"]]),
        own_share=np.zeros(1),
        discount_per_year=np.array([facts["discount_per_year"]]),
        open_share=np.array([facts["open_share"]]),
    )
    worth = venture_worth(venture, shared.outlook)
    return float(build_ratio(worth, np.array([wish.capex_cny_per_t]))[0])


def holders_of(world: World, wish: Wish, partner: Part) -> dict[str, int]:
    """Who holds what of a venture, parts per million: the partner its part, the others theirs of the rest."""
    own, keys = round(partner.share * WHOLE_PPM), world.groups.keys
    if wish.old < 0:
        return {keys[wish.group]: WHOLE_PPM - own, keys[partner.partner]: own}
    node = world.holdings.nodes(world.refineries.keys)[wish.old]
    old = {block.holder: block.ppm for block in world.ownership.blocks(node)}
    held = {holder: ppm * (WHOLE_PPM - own) // WHOLE_PPM for holder, ppm in old.items()}
    held[max(old, key=lambda holder: (old[holder], holder))] += WHOLE_PPM - own - sum(held.values())
    held.pop(float_of(node), None)
    held[keys[partner.partner]] = held.get(keys[partner.partner], 0) + own
    return held
