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

from collections.abc import Iterator, Mapping
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
from sim.decisions.ways import TwoWays, Way, one_case
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
from sim.world.ownership import float_of
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


def measure(world: World, occasion: Occasion) -> TransferFacts:
    """What a government sees of a group that it could hand over."""
    rows = np.flatnonzero(world.refineries.group == occasion.giver)
    groups, push = world.groups, push_for(world, occasion.taker)
    return one_case(
        TransferFacts,
        order_chance_share=occasion.order_chance_share,
        push_share=push.weight_share if push else 0.0,
        distressed_count=float(groups.distressed[occasion.giver]),
        central_count=float(groups.owner_type[occasion.giver] == CENTRAL),
        luck_share=occasion.luck_share,
        size_mt=size_of(world, rows),
        debt_mcny=float(groups.debt_mcny[occasion.giver]),
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
        Term("deals.transfer_share", "the yearly chance that governments agree on a transfer", 0.0, 1.0),
        Term("combining.order_push_ratio", "what a national push adds to it", 0.0, 20.0),
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
    givers = [row for row in state_groups(world) if world.may_buy[row]]
    names = sorted({groups.keys[row] for row in givers} | ordered_givers(world))
    luck = world.streams.uniforms("state transfer", world.year, names).tolist()
    for name, drawn in zip(names, luck, strict=True):
        giver = groups.row(name)
        lots = lots_of(world, giver) if runs(world, giver) else ()
        for occasion in occasions_of(world, giver, drawn, usual=giver in givers) if lots else ():
            if hands_over(world, cast, view, occasion):
                transfer(world, occasion, lots)
                break


def state_groups(world: World) -> list[int]:
    """The state groups that could be merged into another: they run plants and are no platform themselves."""
    plants, groups, smelters = world.refineries, world.groups, world.smelters
    known = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, len(groups))
    metal = total_by(smelters.group, smelters.capacity_mt, len(groups))
    state = owned_by_state(groups.owner_type)
    small = known < world.parameters.combining.order_limit_mt
    return np.flatnonzero(state & small & (known + metal > LEAST_MT)).tolist()


def ordered_givers(world: World) -> set[str]:
    """The groups that policies name as givers."""
    known = set(world.groups.keys)
    return {rule.giver for rule in world.rules.state_transfers if rule.giver in known}


def occasions_of(world: World, giver: int, luck: float, *, usual: bool) -> Iterator[Occasion]:
    """Go through the reasons for which a group could be handed over this year: policies, then agreement.

    A policy that names no giver means those of provinces.
    """
    keys, rest = world.groups.keys, luck
    local = usual and world.groups.owner_type[giver] == PROVINCIAL
    for rule in world.rules.state_transfers:
        meant = rule.giver == keys[giver] or (not rule.giver and local)
        named = keys.index(rule.taker) if rule.taker in keys else -1
        taker = named if rule.taker else largest_nearby(world, giver)
        if meant and taker not in (-1, giver):
            yield Occasion(giver, taker, f"policy {rule.policy}", rule.chance_share, rest)
            rest = rest_of(rest, rule.chance_share)
    taker = merger_partner(world, giver) if usual else -1
    if taker >= 0:
        yield Occasion(giver, taker, "agreed between governments", np.nan, rest)


def rest_of(luck: float, chance_share: float) -> float:
    """What an occasion that passed leaves of a draw, uniform in 0-1 again.

    A draw below the chance is left over only where a government kept what it was to hand over.
    """
    if luck < chance_share:
        return luck / chance_share
    return (luck - chance_share) / max(1.0 - chance_share, 1e-12)


def hands_over(world: World, cast: Cast, view: View, occasion: Occasion) -> bool:
    """Ask the government behind a group whether it hands it over."""
    seen, government = measure(world, occasion), government_of(world, cast, occasion.giver)
    options, giver = TRANSFER.weigh(seen, world.parameters), world.groups.keys[occasion.giver]
    return TRANSFER.choices([(0, government, giver)], view, seen, options) == [HAND_OVER]


def government_of(world: World, cast: Cast, giver: int) -> Decider:
    """The government behind a group: of the region where most of a provincial one stands, else the nation's."""
    if world.groups.owner_type[giver] != PROVINCIAL:
        return cast.national
    plants, regions = world.refineries, len(world.geography.regions)
    here = total_by(plants.region, plants.nameplate_mt * (plants.group == giver), regions)
    return cast.provinces[int(np.argmax(here))]


def runs(world: World, group: int) -> bool:
    """Whether a group runs a refinery or a smelter."""
    plants, smelters = world.refineries, world.smelters
    return bool(
        plants.nameplate_mt[plants.group == group].sum() + smelters.capacity_mt[smelters.group == group].sum()
        > LEAST_MT
    )


def merger_partner(world: World, giver: int) -> int:
    """Whom an order names: a larger holder of the same province at times, else a central group, -1 for none."""
    luck = world.streams.uniforms("order names", world.year, [world.groups.keys[giver]])[0]
    if world.groups.owner_type[giver] == PROVINCIAL and luck < world.parameters.combining.order_local_share:
        local = larger_at_home(world, giver)
        if local >= 0:
            return local
    return largest_nearby(world, giver)


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
        (row for row in np.flatnonzero(able).tolist() if row != giver and world.may_buy[row]),
        key=lambda row: (round(float(size[row]), 9), groups.keys[row]),
        default=-1,
    )


def largest_nearby(world: World, giver: int) -> int:
    """The central group with most capacity where the giver stands, or anywhere, -1 for none."""
    plants, groups = world.refineries, world.groups
    here = around(world, giver)
    near = total_by(plants.group, plants.nameplate_mt * here, len(groups))
    all_of_it = total_by(plants.group, plants.nameplate_mt, len(groups))
    able = [
        row
        for row in np.flatnonzero((groups.owner_type == CENTRAL) & ~groups.distressed).tolist()
        if row != giver and world.may_buy[row] and all_of_it[row] > LEAST_MT
    ]
    return max(
        able,
        key=lambda row: (round(float(near[row]), 9), round(float(all_of_it[row]), 9), groups.keys[row]),
        default=-1,
    )


def lots_of(world: World, giver: int) -> tuple[Lot, ...]:
    """The holdings that move: the usual part of one holder, or all its plants where none is known."""
    key = world.groups.keys[giver]
    over = [
        block for block in world.ownership.snapshot().blocks.get(key, ()) if block.holder != float_of(key)
    ]
    if over:
        first = max(over, key=lambda block: (block.ppm, block.holder))
        part = round(WHOLE_PPM * world.parameters.deals.transferred_share)
        return (Lot(key, first.holder, part),) if first.ppm > part else ()
    plants, smelters = world.refineries, world.smelters
    rows = sorted(np.flatnonzero(plants.group == giver).tolist(), key=lambda row: plants.keys[row])
    metal = sorted(np.flatnonzero(smelters.group == giver).tolist(), key=lambda row: smelters.keys[row])
    lots, _ = holdings_sold(world, key, rows, metal)
    return lots


def transfer(world: World, occasion: Occasion, lots: tuple[Lot, ...]) -> None:
    """Move all that a state group has to another."""
    plants, groups, keys = world.refineries, world.groups, world.groups.keys
    giver, taker = occasion.giver, occasion.taker
    rows = np.flatnonzero((plants.group == giver) & (plants.nameplate_mt > 0.0)).tolist()
    size, before, debt = size_of(world, rows), control_index(world), float(groups.debt_mcny[giver])
    deal, distressed = f"{world.year}-transfer-{keys[giver]}", bool(groups.distressed[giver])
    metal = np.flatnonzero((world.smelters.group == giver) & (world.smelters.capacity_mt > 0.0)).tolist()
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
