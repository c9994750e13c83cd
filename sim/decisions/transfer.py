"""Transfer: a government hands a state group over to another at no price, or keeps it.

A government thinks in this order. Does a policy tell me to hand the group over, and to whom; or would the central group
that is largest nearby take it? Does the time come this year: is the year's luck below the chance? Each policy is one
occasion and an agreement between governments is the last; what one occasion leaves of the luck counts for the next.
Givers are asked in the order of their keys, and who has handed over or been handed over counts for those after it. A
provincial group is asked for by the government of the region where most of it stands, any other that a policy names by
the national one.

The giver's refineries and smelters change hands with its cash and its debts. Where the giver is itself held by a state
holder, 58 per cent of it move and the province keeps the rest, as in the one transfer on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.holdings import begin, enter, hand_over, settle_control
from sim.acts.money import absorb
from sim.agents.cast import Cast
from sim.agents.decider import Decider
from sim.choice import DECISIONS, Story
from sim.core.arrays import Bools, Floats, total_by
from sim.core.words import figure, percent
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.buyers import LEAST_MT, control_index, push_for, size_of
from sim.sight.selling import Lot, holdings_sold, integration_of
from sim.sight.view import View
from sim.world.books import Decision
from sim.world.dealbook import TRANSFER as KIND_OF_DEAL
from sim.world.dealbook import state_of
from sim.world.kinds import Happened
from sim.world.owners import OWNER_TYPES, PROVINCIAL, WHOLE_PPM, owned_by_state
from sim.world.ownership import Block, float_of
from sim.world.world import World

CENTRAL = OWNER_TYPES.index("central")
HAND_OVER, KEEP = "transfer", "keep"


@dataclass(frozen=True)
class TransferFacts(Facts):
    """What the choice of a government between handing a group over and keeping it rests on."""

    order_chance_share: Annotated[Floats, Fact("the chance that the policy gives", 0.0, 1.0, optional=True)]
    push_share: Annotated[Floats, Fact("the national push for mergers", 0.0, 1.0)]
    distressed_count: Annotated[Floats, Fact("whether the group was in distress")]
    central_count: Annotated[Floats, Fact("whether it was a central group")]
    luck_share: Annotated[Floats, Fact("the year's draw", 0.0, 1.0)]
    size_mt: Annotated[Floats, Fact("the group's refining capacity")]
    debt_mcny: Annotated[Floats, Fact("the group's debt")]


@dataclass(slots=True)
class Occasion:
    """One reason for which a group could be handed over this year.

    Attributes:
        giver: the group.
        taker: who would take it over.
        why: the policy, or that governments agree.
        order_chance_share: chance that the policy gives; not a number where no policy tells it.
        luck_share: what is left of the year's draw.
    """

    giver: int
    taker: int
    why: str
    order_chance_share: float
    luck_share: float


def measure(world: World, occasions: list[Occasion]) -> TransferFacts:
    """What governments see of groups that they could hand over, one case an occasion."""
    groups, plants = world.groups, world.refineries
    givers = np.array([each.giver for each in occasions])
    pushes = [push_for(world, each.taker) for each in occasions]
    return TransferFacts(
        order_chance_share=np.array([each.order_chance_share for each in occasions]),
        push_share=np.array([push.weight_share if push else 0.0 for push in pushes]),
        distressed_count=groups.distressed[givers].astype(np.float64),
        central_count=(groups.owner_type[givers] == CENTRAL).astype(np.float64),
        luck_share=np.array([each.luck_share for each in occasions]),
        size_mt=total_by(plants.group, plants.nameplate_mt, len(groups))[givers],
        debt_mcny=groups.debt_mcny[givers],
    )


class Transfer(TwoWays[TransferFacts]):
    """Hand a state group over when the year's luck is below the chance of it.

    Source: Yunnan Metallurgical to Chinalco, 2018, the one such transfer of 2010-2026; chances are those of the
    policies and of the parameter `deals.transfer_share`.
    """

    name = "transfer"
    rule = "hand a state group over when the year's luck is below the chance that policy or usage gives"
    unit = "share"
    facts = TransferFacts
    question = "hand over {}?"
    acts = Way(HAND_OVER, "It handed it over, at no price.", "have handed it over")
    rests = Way(KEEP, "It kept it.", "have kept it")
    terms = (
        Term(
            "deals.transfer_share",
            "the yearly chance that governments agree on a transfer",
            0.0,
            1.0,
            by_case=True,
        ),
        Term("combining.order_push_ratio", "what a national push adds to it", 0.0, 20.0, by_case=True),
    )

    def weigh(self, facts: TransferFacts, parameters: Parameters) -> dict[str, Floats]:
        """The chance of handing over, and the year's luck, which speaks for keeping, (cases,)."""
        ordered, terms = ~np.isnan(facts.order_chance_share), parameters.combining
        usual = parameters.deals.transfer_share * (1.0 + terms.order_push_ratio * facts.push_share)
        usual = usual * np.where(facts.distressed_count > 0.0, terms.order_distress_ratio, 1.0)
        usual = usual * np.where(facts.central_count > 0.0, terms.order_central_ratio, 1.0)
        chance = np.where(ordered, facts.order_chance_share, np.minimum(usual, 1.0))
        return {HAND_OVER: chance, KEEP: facts.luck_share}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What would go with the group, and the chance of it."""
        if not again:
            return ()
        return (
            f"{figure(decision.facts['size_mt'], 'Mt')} of refining a year and "
            f"{figure(decision.facts['debt_mcny'], 'million CNY')} of debt would go with it.",
            f"The chance of that was {percent(again[HAND_OVER])} a year; the year's draw was {again[KEEP]:.2f}.",
        )


TRANSFER = DECISIONS.add(Transfer.name, Transfer())


def transfer_state_assets(world: World, cast: Cast, view: View) -> None:
    """Let governments hand over state groups, by key of the giver."""
    groups = world.groups
    usual = [row for row in state_groups(world) if world.may_buy[row]]
    names = sorted({groups.keys[row] for row in usual} | ordered_givers(world))
    luck = world.streams.uniforms("state transfer", world.year, names).tolist()
    left = dict(zip([groups.row(name) for name in names], luck, strict=True))
    while left:
        left = hand_over_next(world, cast, view, left, usual)


def hand_over_next(
    world: World, cast: Cast, view: View, left: dict[int, float], usual: list[int]
) -> dict[int, float]:
    """Ask governments until one hands its group over, and give the groups that come after that, with their luck.

    Args:
        world: the world, as those before have left it.
        cast: who is asked.
        view: the world as all saw it when the year's deals began.
        left: groups that could be handed over, and the year's draw of each.
        usual: groups that governments may agree to hand over.
    """
    able = runs(world)
    ready = with_lots(world, {giver for giver in left if able[giver]})
    occasions = occasions_of(world, {giver: left[giver] for giver in left if giver in ready}, usual)
    if not occasions:
        return {}
    seen, governments = measure(world, occasions), governments_of(world, cast)
    options = TRANSFER.weigh(seen, world.parameters)
    givers, keys = [each.giver for each in occasions], world.groups.keys
    asked = ((place, governments[giver], keys[giver]) for place, giver in enumerate(givers))
    ways = TRANSFER.choices(asked, view, seen, options)
    for occasion, way in zip(occasions, ways, strict=True):
        if way == HAND_OVER:
            transfer(world, occasion, lots_of(world, occasion.giver))
            order = list(left)
            return {row: left[row] for row in order[order.index(occasion.giver) + 1 :]}
    return {}


def state_groups(world: World) -> list[int]:
    """The state groups that could be merged into another: they run plants and are no platform themselves."""
    plants, groups, smelters = world.refineries, world.groups, world.smelters
    known = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, len(groups))
    metal = total_by(smelters.group, smelters.capacity_mt, len(groups))
    state = owned_by_state(groups.owner_type)
    small = known < world.parameters.combining.order_limit_mt
    return (state & small & (known + metal > LEAST_MT)).nonzero()[0].tolist()


def ordered_givers(world: World) -> set[str]:
    """The groups that policies name as givers."""
    known = set(world.groups.keys)
    return {rule.giver for rule in world.rules.state_transfers if rule.giver in known}


def occasions_of(world: World, luck: dict[int, float], usual: list[int]) -> list[Occasion]:
    """The reasons for which groups could be handed over this year: for each, policies, then agreement.

    A policy that names no giver means those of provinces.

    Args:
        world: the world.
        luck: the year's draw of each group.
        usual: groups that governments may agree to hand over.
    """
    givers, keys, found = [*luck], world.groups.keys, list[Occasion]()
    nearest = largest_nearby(world, givers)
    for giver, near, agreed in zip(givers, nearest, merger_partners(world, givers, nearest), strict=True):
        rest = luck[giver]
        local = giver in usual and world.groups.owner_type[giver] == PROVINCIAL
        for rule in world.rules.state_transfers:
            meant = rule.giver == keys[giver] or (not rule.giver and local)
            named = keys.index(rule.taker) if rule.taker in keys else -1
            taker = named if rule.taker else near
            if meant and taker not in (-1, giver):
                found.append(Occasion(giver, taker, f"policy {rule.policy}", rule.chance_share, rest))
                rest = rest_of(rest, rule.chance_share)
        if giver in usual and agreed >= 0:
            found.append(Occasion(giver, agreed, "agreed between governments", np.nan, rest))
    return found


def rest_of(luck: float, chance_share: float) -> float:
    """What an occasion that passed leaves of a draw, uniform in 0-1 again.

    A draw below the chance is left over only where a government kept what it was to hand over.
    """
    if luck < chance_share:
        return luck / chance_share
    return (luck - chance_share) / max(1.0 - chance_share, 1e-12)


def grounds(world: World) -> Floats:
    """The refining capacity of each group in each region, (groups, regions) Mt/yr."""
    plants, count, regions = world.refineries, len(world.groups), len(world.geography.regions)
    here = total_by(plants.group * regions + plants.region, plants.nameplate_mt, count * regions)
    return here.reshape(count, regions)


def governments_of(world: World, cast: Cast) -> list[Decider]:
    """The government behind each group: of the region where most of a provincial one stands, else the nation's."""
    most, kinds = grounds(world).argmax(axis=1).tolist(), world.groups.owner_type.tolist()
    return [
        cast.provinces[region] if kind == PROVINCIAL else cast.national
        for region, kind in zip(most, kinds, strict=True)
    ]


def runs(world: World) -> Bools:
    """Which groups run a refinery or a smelter, (groups,)."""
    plants, smelters, count = world.refineries, world.smelters, len(world.groups)
    refining = total_by(plants.group, plants.nameplate_mt, count)
    return np.asarray(refining + total_by(smelters.group, smelters.capacity_mt, count) > LEAST_MT)


def merger_partners(world: World, givers: list[int], nearest: list[int]) -> list[int]:
    """Whom orders name: a larger holder of the same province at times, else a central group, -1 for none.

    Args:
        world: the world.
        givers: the groups that would be handed over.
        nearest: the central group nearby for each, or -1.
    """
    luck = world.streams.uniforms("order names", world.year, [world.groups.keys[giver] for giver in givers])
    at_home = luck < world.parameters.combining.order_local_share
    at_home &= world.groups.owner_type[givers] == PROVINCIAL
    partners = list(nearest)
    for place in at_home.nonzero()[0].tolist():
        if (larger := larger_at_home(world, givers[place])) >= 0:
            partners[place] = larger
    return partners


def around(world: World, group: int) -> Bools:
    """The plants in regions where a group refines, (plants,)."""
    plants = world.refineries
    regions = np.zeros(len(world.geography.regions), dtype=np.bool_)
    regions[plants.region[(plants.group == group) & (plants.nameplate_mt > 0.0)]] = True
    return regions[plants.region]


def larger_at_home(world: World, giver: int) -> int:
    """The largest sound provincial group with plants where the giver has some that is larger than it, -1 for none."""
    plants, groups = world.refineries, world.groups
    size = total_by(plants.group, plants.nameplate_mt, len(groups))
    here = around(world, giver)
    near = total_by(plants.group, plants.nameplate_mt * here, len(groups))
    able = (groups.owner_type == PROVINCIAL) & ~groups.distressed & (near > LEAST_MT) & (size > size[giver])
    return max(
        (row for row in able.nonzero()[0].tolist() if row != giver and world.may_buy[row]),
        key=lambda row: (round(float(size[row]), 9), groups.keys[row]),
        default=-1,
    )


def largest_nearby(world: World, givers: list[int]) -> list[int]:
    """The central group with most capacity where each giver stands, or anywhere, -1 for none."""
    plants, groups = world.refineries, world.groups
    size = total_by(plants.group, plants.nameplate_mt, len(groups))
    central = (groups.owner_type == CENTRAL) & ~groups.distressed & (size > LEAST_MT)
    able = [row for row in central.nonzero()[0].tolist() if world.may_buy[row]]
    if not able:
        return [-1] * len(givers)
    able.sort(key=lambda row: (round(float(size[row]), 9), groups.keys[row]), reverse=True)
    here = grounds(world)
    near = np.round((here[givers] > 0.0).astype(np.float64) @ here[able].T, 9)
    near[np.array(givers)[:, None] == able] = -1.0
    best = near.argmax(axis=1).tolist()
    return [able[place] if row[place] >= 0.0 else -1 for row, place in zip(near, best, strict=True)]


def with_lots(world: World, asked: set[int]) -> set[int]:
    """Those of some groups that have a holding which could move: for whom `lots_of` finds any."""
    keys, top, blocks = world.groups.keys, world.holdings.controllers(), world.ownership.snapshot().blocks
    largest = {row: over[0].ppm for row in sorted(asked) if (over := holders_of(world, keys[row]))}
    found = {row for row, ppm in largest.items() if ppm > moved_ppm(world)}
    alone = asked - largest.keys()
    for table in (world.refineries, world.smelters):
        for row, node in zip(table.group.tolist(), world.holdings.nodes(table.keys), strict=True):
            if row in alone and any(top.get(block.holder) == keys[row] for block in blocks[node]):
                found.add(row)
                alone.remove(row)
    return found


def holders_of(world: World, key: str) -> list[Block]:
    """The holders of a group that are known, the largest first."""
    blocks = world.ownership.snapshot().blocks.get(key, ())
    known = [block for block in blocks if block.holder != float_of(key)]
    return sorted(known, key=lambda block: (block.ppm, block.holder), reverse=True)


def moved_ppm(world: World) -> int:
    """The part of a group that moves with it."""
    return round(WHOLE_PPM * world.parameters.deals.transferred_share)


def lots_of(world: World, giver: int) -> tuple[Lot, ...]:
    """The holdings that move: the usual part of one holder, or all its plants where none is known."""
    key, part = world.groups.keys[giver], moved_ppm(world)
    if over := holders_of(world, key):
        return (Lot(key, over[0].holder, part),) if over[0].ppm > part else ()
    plants, smelters = world.refineries, world.smelters
    rows = sorted((plants.group == giver).nonzero()[0].tolist(), key=plants.keys.__getitem__)
    metal = sorted((smelters.group == giver).nonzero()[0].tolist(), key=smelters.keys.__getitem__)
    lots, _ = holdings_sold(world, key, rows, metal)
    return lots


def transfer(world: World, occasion: Occasion, lots: tuple[Lot, ...]) -> None:
    """Move all that a state group has to another."""
    plants, groups, keys = world.refineries, world.groups, world.groups.keys
    giver, taker = occasion.giver, occasion.taker
    rows = ((plants.group == giver) & (plants.nameplate_mt > 0.0)).nonzero()[0].tolist()
    size, before, debt = size_of(world, rows), control_index(world), float(groups.debt_mcny[giver])
    deal, distressed = f"{world.year}-transfer-{keys[giver]}", bool(groups.distressed[giver])
    metal = ((world.smelters.group == giver) & (world.smelters.capacity_mt > 0.0)).nonzero()[0].tolist()
    grown = integration_of(world, deal, (taker, giver), np.array(rows, dtype=np.int64), metal)
    hand_over(world, deal, lots, keys[taker])
    settle_control(world)
    begin(world, grown)
    if lots[0].node != keys[giver]:
        absorb(world, giver, taker)
    world.plant_market.sold.update(rows)
    entry = enter(
        world,
        (deal, KIND_OF_DEAL),
        (keys[taker], keys[giver], keys[giver]),
        hhi_before=before,
        seller_state=state_of(distressed),
        stake_share=max(lot.ppm for lot in lots) / WHOLE_PPM,
        size_mt=size,
        smelting_mt=float(world.smelters.capacity_mt[metal].sum()),
        debt_assumed_mcny=debt,
    )
    step = f"HHI {entry.hhi_after:.0f} after a step of {entry.hhi_step:.0f}"
    reason = f"handed over at no price, {occasion.why}; {step}"
    world.tell(Happened.DEAL, keys[taker], size, "Mt/yr", reason, counterpart=keys[giver])
