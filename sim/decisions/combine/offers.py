"""Who would gain most by taking over which group, and what that rests on."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.core.rng import normal
from sim.decisions.buy.judging import UNKNOWN, Answers
from sim.facts import Fact
from sim.scenario.parameters import Parameters
from sim.sight.buyers import find_bidders, homes_of, loan_discounts, push_for, queue_worth, saving_years
from sim.sight.selling import Firms, Lot, Target, firms, liquidations, smelters_of, worths_of
from sim.sight.view import View
from sim.strategy.combining import Odds, chances, equals, pride, yearly_saving
from sim.world.owners import WHOLE_PPM, owned_by_state
from sim.world.ownership import float_of
from sim.world.world import World


@dataclass(frozen=True)
class CombineFacts(Answers):
    """What a combination of two groups rests on; what ends in `count` is one or none."""

    saved_mcny: Annotated[Floats, Fact("what both would save in a year", 0.0, 10_000.0)]
    annuity_ratio: Annotated[Floats, Fact("the years that a saving counts for")]
    policy_mcny: Annotated[Floats, Fact("the worth of favours of government", 0.0, 100_000.0)]
    appraised_mcny: Annotated[Floats, Fact("what an appraiser puts down for it")]
    worth_mcny: Annotated[Floats, Fact("what the firm is worth")]
    closing_mcny: Annotated[Floats, Fact("what its lenders would get by closing it, where it is in distress")]
    size_mt: Annotated[Floats, Fact("its refining capacity")]
    nation_share: Annotated[Floats, Fact("its part of the nation's capacity", 0.0, 1.0)]
    owed_mcny: Annotated[Floats, Fact("what it owes, less its cash")]
    room_mcny: Annotated[Floats, Fact("the money that the suitor could raise")]
    suitor_mcny: Annotated[Floats, Fact("the suitor's own equity")]
    earned_mcny: Annotated[Floats, Fact("what it earned in the year before interest and tax")]
    suitor_earned_mcny: Annotated[Floats, Fact("what the suitor earned in the year before interest and tax")]
    distressed_count: Annotated[Floats, Fact("whether it was in distress")]
    wave_logit: Annotated[Floats, Fact("the year's merger wave", -4.0, 4.0)]
    push_share: Annotated[Floats, Fact("the national push for mergers", 0.0, 1.0)]
    same_province_count: Annotated[Floats, Fact("whether the suitor had a plant in each of its provinces")]
    across_count: Annotated[Floats, Fact("whether one side was the state's and the other private")]
    founder_count: Annotated[Floats, Fact("whether a founder runs it")]
    weak_years: Annotated[Floats, Fact("the years in which it earned less than its interest", 0.0, 10.0)]
    handover_count: Annotated[Floats, Fact("whether its founder had handed over")]
    luck_share: Annotated[Floats, Fact("the year's draw", 0.0, 1.0)]
    outcome_index: Annotated[
        Floats, Fact("what became of it, by its place in the book of deals", optional=True)
    ]


def least_price(facts: CombineFacts) -> Floats:
    """What the firm is worth, or what closing it would bring where that is more, (cases,) million CNY.

    No creditor gets less than in liquidation, where lenders come first on what is pledged: Enterprise Bankruptcy Law of
    China (2006), articles 87 and 109.
    """
    return np.maximum(facts.worth_mcny, facts.closing_mcny)


def gain(facts: CombineFacts, parameters: Parameters) -> Floats:
    """What a combination leaves the suitor at the least price, (cases,) million CNY."""
    deals, terms = parameters.deals, parameters.combining
    ratio = np.where(facts.across_count > 0.0, terms.across_cost_ratio, 1.0)
    cost = deals.integration_share * ratio * least_price(facts) + terms.integration_cny_per_t * facts.size_mt
    cost = cost + least_price(facts) - facts.worth_mcny
    return np.asarray(
        deals.realised_share * facts.annuity_ratio * facts.saved_mcny + facts.policy_mcny - cost
    )


def chance(facts: CombineFacts, parameters: Parameters) -> Floats:
    """The chance that both combine this year if governments let them, (cases,)."""
    terms = parameters.combining
    odds = Odds(
        gain_share=gain(facts, parameters) / np.maximum(facts.appraised_mcny, 1.0),
        distressed=facts.distressed_count,
        wave=facts.wave_logit,
        push_share=facts.push_share,
        same_province=facts.same_province_count,
        across=facts.across_count,
        pride=pride(facts.weak_years, facts.handover_count, facts.founder_count, terms),
        size_share=facts.nation_share,
    )
    return chances(odds, terms)


def by_shares(facts: CombineFacts, parameters: Parameters) -> Bools:
    """Whether both exchange shares, (cases,), neither in distress, on one side of state and private.

    Equals are alike in equity and in what they earn: nobody takes shares in proportion to book for a firm that
    earns much more (contribution analysis of exchange ratios, Rosenbaum and Pearl 2020, Investment Banking).
    """
    terms = parameters.combining
    alike = equals(facts.worth_mcny - facts.owed_mcny, facts.suitor_mcny, terms)
    alike &= equals(facts.earned_mcny, facts.suitor_earned_mcny, terms)
    return np.asarray(alike & (facts.distressed_count == 0.0) & (facts.across_count == 0.0))


def price(facts: CombineFacts, parameters: Parameters) -> Floats:
    """What the suitor pays for the firm with all that it owes, (cases,) million CNY.

    The least price and a part of the gain; by shares the least price alone, for the old owners have their part of all
    gains.
    """
    premium = parameters.combining.seller_share * np.maximum(gain(facts, parameters), 0.0)
    return least_price(facts) + np.where(by_shares(facts, parameters), 0.0, premium)


@dataclass(slots=True)
class Offer:
    """The best that a suitor could offer one group.

    Attributes:
        target: what would be taken over, with the holdings that would change hands.
        suitor: row of the group.
        worth_mcny: what the firm is worth, or what closing it would bring its lenders where that is more.
        gain_mcny: what the suitor would gain at that price.
        price_mcny: what it pays for the firm with all that it owes.
        exchange: whether it pays by an exchange of shares.
        chance_share: the chance that both combine if governments let them.
        facts: what it rests on, by name.
    """

    target: Target
    suitor: int
    worth_mcny: float
    gain_mcny: float
    price_mcny: float
    exchange: bool
    chance_share: float
    facts: Mapping[str, float]


def best_offers(world: World, view: View, targets: list[int]) -> list[Offer]:
    """The best offer for each group, those with the largest gain over worth first; none where nobody gains.

    Suitors err over what they would gain, each in its own way; who gains most by its own view comes forward.
    """
    known, market = firms(world, view), world.plant_market
    suitors = np.array(
        [row for row in suitors_of(world, view, known) if market.bought.get(row, 0) == 0], dtype=np.int64
    )
    if not targets or not len(suitors):
        return []
    rows = np.array(targets, dtype=np.int64)
    ratio, size = world.parameters.combining.suitor_size_ratio, known.appraised_mcny
    able = (size[suitors] >= ratio * size[rows, None]) & (rows[:, None] != suitors)
    seen = np.where(able, plain_gains(world, known, rows, suitors), -np.inf)
    # A sound firm costs what it is appraised at: where nobody gains by it, whoever errs over that gets no offer out.
    hoped = (seen.max(axis=1) > 0.0) | world.groups.distressed[rows]
    rows, able, seen = rows[hoped], able[hoped], seen[hoped]
    keys, (whom, who) = world.groups.keys, np.nonzero(able)
    pairs = zip(rows[whom].tolist(), suitors[who].tolist(), strict=True)
    luck = world.streams.uniforms(
        "view of group", world.year, [f"{keys[target]}>{keys[suitor]}" for target, suitor in pairs]
    )
    gains, share = seen[able], world.parameters.combining.suitor_noise_share
    # Who would lose comes forward only if its view errs by more than the whole loss.
    errs = (gains > 0.0) | (luck >= NormalDist().cdf(1.0 / max(share, 1e-9)))
    gains[errs] += np.abs(gains[errs]) * share * normal(luck[errs])
    seen[able] = gains
    places = (seen.max(axis=1) > 0.0).nonzero()[0]
    found = offers(world, view, known, (rows[places], suitors[np.argmax(seen, axis=1)[places]]))
    return sorted(found, key=lambda each: (-each.gain_mcny / max(each.worth_mcny, 1.0), each.target.key))


def suitors_of(world: World, view: View, known: Firms) -> list[int]:
    """The groups that take over others: sound, known, and refiners of some size."""
    least = world.parameters.combining.suitor_mt
    return [row for row in find_bidders(world, view) if known.size_mt[row] >= least]


def plain_gains(world: World, known: Firms, targets: Ints, suitors: Ints) -> Floats:
    """What each suitor would gain by each target at what it is appraised at, (targets, suitors) million CNY."""
    deals, terms = world.parameters.deals, world.parameters.combining
    saved = yearly_saving(known.sides(targets[:, None], suitors[None, :]), terms, deals)
    state = owned_by_state(world.groups.owner_type)
    across = state[targets][:, None] != state[suitors][None, :]
    worth = known.appraised_mcny[targets][:, None]
    cost = deals.integration_share * np.where(across, terms.across_cost_ratio, 1.0) * worth
    cost = cost + terms.integration_cny_per_t * known.size_mt[targets][:, None]
    favours = favours_of(world, suitors, known.size_mt[targets][:, None], worth)
    return np.asarray(deals.realised_share * saving_years(world)[suitors][None, :] * saved + favours - cost)


def favours_of(world: World, suitors: Ints, size_mt: Floats, worth_mcny: Floats) -> Floats:
    """What a push for mergers is worth to suitors: a better place in the queue and a cheaper loan, million CNY.

    Arrays that broadcast together, suitors last.
    """
    loan = loan_discounts(world, suitors) * world.parameters.deals.loan_years * worth_mcny
    return np.asarray(queue_worth(world, suitors) * size_mt + loan)


def offers(world: World, view: View, known: Firms, pairs: tuple[Ints, Ints]) -> Iterator[Offer]:
    """Offers to groups by their suitors, (pairs,) each, where something is gained and the group can change hands."""
    targets, suitors = pairs
    worth = worths_of(world, view, known, targets, suitors)
    facts = measure(world, known, pairs, worth)
    gains, odds = gain(facts, world.parameters), chance(facts, world.parameters).tolist()
    shares = by_shares(facts, world.parameters)
    least, prices, rows = least_price(facts), price(facts, world.parameters).tolist(), facts.rows()
    for place in (gains > 0.0).nonzero()[0].tolist():
        if sold := whole_of(world, int(targets[place])):
            yield Offer(
                target=sold,
                suitor=int(suitors[place]),
                worth_mcny=float(least[place]),
                gain_mcny=float(gains[place]),
                price_mcny=prices[place],
                exchange=bool(shares[place]),
                chance_share=odds[place],
                facts=rows[place],
            )


def measure(world: World, known: Firms, pairs: tuple[Ints, Ints], worth_mcny: Floats) -> CombineFacts:
    """What combinations rest on, (pairs,) targets and suitors, and what each target is worth to its suitor."""
    groups, (targets, suitors) = world.groups, pairs
    pushes = [push_for(world, row) for row in suitors.tolist()]
    state = owned_by_state(groups.owner_type)
    size, homes, count = known.size_mt[targets], homes_of(world), len(targets)
    near = [homes[s] >= homes[t] for t, s in zip(targets.tolist(), suitors.tolist(), strict=True)]
    unknown = np.full(count, math.nan)
    handover = world.year - groups.handover_year[targets] <= world.parameters.combining.handover_years
    return CombineFacts(
        **dict.fromkeys(UNKNOWN, unknown),
        saved_mcny=yearly_saving(
            known.sides(targets, suitors), world.parameters.combining, world.parameters.deals
        ),
        annuity_ratio=saving_years(world)[suitors],
        policy_mcny=favours_of(world, suitors, size, worth_mcny),
        appraised_mcny=known.appraised_mcny[targets],
        worth_mcny=worth_mcny,
        closing_mcny=liquidations(world)[targets] * groups.distressed[targets],
        size_mt=size,
        nation_share=size / max(math.fsum(world.refineries.nameplate_mt), 1e-9),
        owed_mcny=known.owed_mcny[targets],
        room_mcny=room_for(world, targets, suitors),
        suitor_mcny=known.appraised_mcny[suitors] - known.owed_mcny[suitors],
        earned_mcny=known.earned_mcny[targets],
        suitor_earned_mcny=known.earned_mcny[suitors],
        distressed_count=groups.distressed[targets].astype(np.float64),
        wave_logit=np.full(count, world.plant_market.wave),
        push_share=np.array([push.weight_share if push else 0.0 for push in pushes]),
        same_province_count=np.array(near, dtype=np.float64),
        across_count=(state[targets] != state[suitors]).astype(np.float64),
        founder_count=(~state[targets]).astype(np.float64),
        weak_years=groups.weak_years[targets].astype(np.float64),
        handover_count=handover.astype(np.float64),
        luck_share=world.streams.uniforms("combine", world.year, [groups.keys[t] for t in targets.tolist()]),
        outcome_index=unknown,
    )


def room_for(world: World, targets: Ints, suitors: Ints) -> Floats:
    """The most that suitors can raise, debt that they take over included: lenders look at both firms together."""
    groups, credit = world.groups, world.credit
    spare = np.maximum(groups.cash_mcny[suitors] - credit.least_cash_mcny[suitors], 0.0)
    lent = credit.debt_mcny[suitors] + credit.debt_mcny[targets] - groups.debt_mcny[suitors]
    return np.asarray(spare + np.maximum(lent, 0.0))


def whole_of(world: World, group: int) -> Target | None:
    """A whole group as something to be taken over, or None where another holds it in part and none of them all.

    A group whose holder is known, a government as a rule, changes hands with that holding; any other with what its
    founders hold, which is all of it.
    """
    plants, groups, key = world.refineries, world.groups, world.groups.keys[group]
    blocks = [
        block for block in world.ownership.snapshot().blocks.get(key, ()) if block.holder != float_of(key)
    ]
    top = max(blocks, key=lambda block: (block.ppm, block.holder), default=None)
    if top is not None and 2 * top.ppm <= WHOLE_PPM:
        return None
    lot = Lot(key, top.holder, top.ppm) if top else Lot(key, founders_of(key), WHOLE_PPM)
    rows = ((plants.group == group) & (plants.nameplate_mt > 0.0)).nonzero()[0].tolist()
    rows.sort(key=lambda row: plants.keys[row])
    return Target(
        key=key,
        rows=tuple(rows),
        smelters=tuple(smelters_of(world, group)),
        seller=group,
        lots=(lot,),
        shares=(1.0,) * len(rows),
        distressed=bool(groups.distressed[group]),
        pressed=True,
        forced=bool(groups.illiquid[group]),
    )


def founders_of(key: str) -> str:
    """The node of a group's founders, who hold what is not recorded to be anybody's."""
    return f"founders:{key}"
