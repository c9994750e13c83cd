"""What each target is worth to each bidder, and what each can pay, worked out at once; the best deal over it."""

from dataclasses import dataclass, fields, replace
from itertools import accumulate

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.process.base import FEED
from sim.scenario.deal_parameters import Deals
from sim.sight.buyers import (
    freight_saved,
    loan_discounts,
    most_deals,
    queue_worth,
    saving_years,
    smelter_needs,
    used_tonnes,
    values_to,
)
from sim.sight.mud import pond_duties
from sim.sight.relocating import TargetMoves
from sim.sight.selling import Target, plant_appraisals
from sim.sight.view import View
from sim.strategy.deals import (
    Buyers,
    Pairs,
    Synergies,
    bargain,
    expected_gain,
    fed_tonnes,
    lost_to_seller,
    most_to_pay,
    reservation,
    room_to_pay,
    synergies,
)
from sim.strategy.finance import loan_rates
from sim.strategy.leaving import value_of_leaving
from sim.world.world import World

LEAST_MT = 1e-9


@dataclass(frozen=True, slots=True)
class Survey:
    """All targets and bidders; arrays (targets, bidders) in million CNY unless named.

    Attributes:
        targets: what is for sale.
        bidders: rows of bidding groups.
        stakes: what changes hands, from the seller's side.
        least_mcny: (targets,) least price.
        alone_mcny: worth of the stake to each bidder by its own view, without synergies.
        gains: synergies, for the stake.
        gain_mcny: what the bidder expects of them.
        fed_mt: alumina that changes from the market to own smelters, Mt a year.
        value_mcny: worth with all that.
        room_mcny: most that it can raise.
        most_mcny: most that it would and can pay; nothing where it does not bid.
        would_mcny: most that it would pay if it could.
        moves: moves to the coast, as they were weighed before the first deal of the year; buyers of one count no other.
    """

    targets: list[Target]
    bidders: list[int]
    stakes: "Stakes"
    least_mcny: Floats
    alone_mcny: Floats
    gains: Synergies
    gain_mcny: Floats
    fed_mt: Floats
    value_mcny: Floats
    room_mcny: Floats
    most_mcny: Floats
    would_mcny: Floats
    moves: TargetMoves

    def parts(self, place: int, bidder: int) -> dict[str, float]:
        """The parts of what a target is worth to a bidder, by name, million CNY."""
        gains = {each.name: getattr(self.gains, each.name) for each in fields(Synergies)}
        return {
            "stand_alone_mcny": float(self.alone_mcny[place, bidder]),
            "liabilities_mcny": float(self.stakes.ponds_mcny[place]),
            **{name: float(values[place, bidder]) for name, values in gains.items()},
        }


@dataclass(frozen=True, slots=True)
class Parcels:
    """The refineries of all targets one after the other, arrays (parcels,).

    Attributes:
        rows: the refinery.
        firsts: (targets,) where each target begins.
        counts: (targets,) how many it has.
        share: part that changes hands.
    """

    rows: Ints
    firsts: Ints
    counts: Ints
    share: Floats

    def total(self, values: Floats) -> Floats:
        """The sum over each target of values with parcels as rows."""
        return np.asarray(np.add.reduceat(values, self.firsts, axis=0))


def parcels_of(targets: list[Target]) -> Parcels:
    """The refineries of some targets, one after the other."""
    counts = [len(target.rows) for target in targets]
    return Parcels(
        rows=np.array([row for target in targets for row in target.rows], dtype=np.int64),
        firsts=np.array([0, *accumulate(counts[:-1])]),
        counts=np.array(counts),
        share=np.array([share for target in targets for share in target.shares]),
    )


def pairs_of(world: World, view: View, parcels: Parcels, survey: tuple[list[Target], Ints]) -> Pairs:
    """What bears on the synergies of each target with each bidder."""
    targets, bidders = survey
    plants, count = view.refineries, len(view.groups)
    needs = smelter_needs(world)
    own = total_by(plants.group, plants.runnable_mt, count)
    ore = world.components[FEED] * plants.imported_share
    mean_ore = total_by(plants.group, ore * plants.runnable_mt, count) / np.maximum(own, LEAST_MT)
    run = used_tonnes(world, view, parcels.rows)
    size = parcels.total(run)
    weight = run / np.maximum(size.repeat(parcels.counts), LEAST_MT)
    freight = freight_saved(world, needs[bidders], plants.region[parcels.rows])
    sold_need = np.array([smelter_need(world, target) for target in targets])
    annuities = saving_years(world)
    return Pairs(
        size_mt=size[:, None],
        kept_mt=np.array([float(needs[each.seller].sum()) for each in targets]) - sold_need,
        seller_annuity=annuities[[target.seller for target in targets]],
        spare_mt=(size - sold_need)[:, None],
        seller_mt=own[[target.seller for target in targets]][:, None],
        buyer_mt=own[bidders],
        gap_mt=(needs.sum(axis=1) - own)[bidders],
        freight_cny_per_t=parcels.total(freight * weight[:, None]),
        ore_cny_per_t=parcels.total(ore[parcels.rows] * weight)[:, None],
        buyer_ore_cny_per_t=mean_ore[bidders],
        annuity=annuities[bidders],
        approval_cny_per_t=queue_worth(world, bidders),
    )


def smelter_need(world: World, target: Target) -> float:
    """The alumina that smelters sold with a target need, Mt a year."""
    tonnes = sum(float(world.smelters.capacity_mt[row]) for row in target.smelters)
    return tonnes * world.smelting_scale * world.parameters.market.product_per_metal_t_per_t


def rooms(world: World, targets: list[Target], parcels: Parcels, bidders: Ints) -> Floats:
    """The highest price that each bidder could pay, integration paid besides, (targets, bidders) million CNY."""
    groups, book, parameters = world.groups, world.book, world.parameters
    rates = loan_rates(groups.owner_type, groups.distressed, parameters.finance)
    discount = loan_discounts(world, bidders)
    buyers = Buyers(
        spare_mcny=(groups.cash_mcny - world.credit.least_cash_mcny)[bidders],
        debt_mcny=(groups.debt_mcny + groups.payables_mcny)[bidders],
        assets_mcny=world.credit.assets_mcny[bidders],
        earned_mcny=book.earned_mcny[bidders],
        rate_per_year=np.maximum(rates[bidders] - discount, 0.0),
    )
    earned = (book.revenue_mcny - book.cost_mcny)[parcels.rows] / (1.0 + parameters.market.vat_share)
    metal = [book.smelting_mcny[each.seller] if each.smelters else 0.0 for each in targets]
    income = parcels.total(earned) + np.array(metal)
    limit = parameters.finance.leverage_limit_share
    books = np.array([assets_of(world, target) for target in targets])
    return room_to_pay(buyers, books[:, None], income[:, None], limit, parameters.deals.cover_ratio)


def assets_of(world: World, target: Target) -> float:
    """The book value of a target's plants and smelters, million CNY."""
    finance = world.parameters.finance
    refining = sum(float(world.refineries.nameplate_mt[row]) for row in target.rows)
    smelting = sum(float(world.smelters.capacity_mt[row]) for row in target.smelters)
    return refining * finance.refinery_asset_cny_per_t + smelting * finance.smelter_asset_cny_per_t


def may_bid(world: World, targets: list[Target], bidders: Ints) -> Bools:
    """Which bidders may bid for which target, (targets, bidders): not for their own, not for giants.

    A target must not be larger than a part of the buyer, in book value; one in distress not than all of it.
    """
    books = np.array([assets_of(world, target) for target in targets])[:, None]
    share = world.parameters.deals.size_limit_share
    part = np.array([1.0 if target.pressed else share for target in targets])[:, None]
    others = np.array([target.seller for target in targets])[:, None] != bidders
    return np.asarray(others & (books <= part * world.credit.assets_mcny[bidders]))


@dataclass(frozen=True, slots=True)
class Stakes:
    """What changes hands, from the seller's side, arrays (targets,), million CNY unless named.

    Attributes:
        size_mt: nameplate.
        share: part that changes hands.
        ponds_mcny: duty of care for ponds.
        metal_mcny: smelters sold with the refineries, at book.
        coast_mcny: what the chance to move the plants to the coast itself is worth to the seller.
        own_mcny: worth to the seller with all that.
        closing_mcny: what the site gives without the plant: closing it, or scrap and land for whoever takes its duties.
        appraised_mcny: what an appraiser puts down for what is sold.
    """

    size_mt: Floats
    share: Floats
    ponds_mcny: Floats
    metal_mcny: Floats
    coast_mcny: Floats
    own_mcny: Floats
    closing_mcny: Floats
    appraised_mcny: Floats

    def with_move(self, coast_mcny: Floats) -> "Stakes":
        """Return them with what the chance to move the plants is worth to the seller."""
        return replace(self, coast_mcny=coast_mcny, own_mcny=self.own_mcny + coast_mcny)


def stakes_of(world: World, view: View, targets: list[Target], parcels: Parcels, pairs: Pairs) -> Stakes:
    """What changes hands, from the seller's side, without the chance to move plants to the coast."""
    deals, plants, index = world.parameters.deals, view.refineries, parcels.rows
    size = parcels.total(plants.nameplate_mt[index])
    part = parcels.total(plants.nameplate_mt[index] * parcels.share) / size
    ponds = parcels.total(pond_duties(world)[index] * parcels.share)
    metal = np.array([smelter_book(world, target) for target in targets])
    alone = parcels.total(values_to(world, view, index, plants.group[index]) * parcels.share)
    own = alone + lost_to_seller(pairs, deals) * part + metal - ponds
    leaving = world.parameters.leaving
    site = max(value_of_leaving(leaving), leaving.salvage_cny_per_t + leaving.land_cny_per_t)
    closing = site * size * part
    worth = parcels.total(plant_appraisals(world)[index] * parcels.share) + metal
    return Stakes(size, part, ponds, metal, np.zeros(len(targets)), own, closing, worth)


def survey(
    world: World, view: View, targets: list[Target], rows: list[int], before: Survey | None = None
) -> Survey:
    """What each target is worth to each bidder and what each would and could pay.

    With a survey of the same sides from `before` in the year, moves to the coast stay as they were weighed then.
    """
    deals, bidders = world.parameters.deals, np.array(rows, dtype=np.int64)
    parcels = parcels_of(targets)
    pairs = pairs_of(world, view, parcels, (targets, bidders))
    stakes = stakes_of(world, view, targets, parcels, pairs)
    hands = bidders[None].repeat(parcels.rows.size, axis=0)
    plain = values_to(world, view, parcels.rows.repeat(bidders.size), hands.ravel()).reshape(hands.shape)
    paper = parcels.total(plain * parcels.share[:, None]) + stakes.metal_mcny[:, None]
    gains = savings(world, bidders, pairs, stakes, paper)
    serious = shortlist(paper + expected_gain(gains, deals), may_bid(world, targets, bidders), deals)
    moves = before.moves if before else TargetMoves(world, view, (targets, rows), serious)
    stakes = stakes.with_move(moves.to_sellers())
    room, least = rooms(world, targets, parcels, bidders), least_prices(targets, stakes, deals)
    gains = replace(gains, coast_mcny=moves.to_bidders(room - least[:, None]))
    gain = expected_gain(gains, deals)
    alone = paper * (1.0 + view_errors(world, targets, rows, serious))
    value = alone + gain - stakes.ponds_mcny[:, None]
    return Survey(
        targets=targets,
        bidders=rows,
        stakes=stakes,
        least_mcny=least,
        alone_mcny=alone,
        gains=gains,
        gain_mcny=gain,
        fed_mt=fed_tonnes(pairs),
        value_mcny=value,
        room_mcny=room,
        most_mcny=np.where(serious, most_to_pay(value, room, deals), 0.0),
        would_mcny=np.where(serious, most_to_pay(value, value, deals), 0.0),
        moves=moves,
    )


def least_prices(targets: list[Target], stakes: Stakes, deals: Deals) -> Floats:
    """The least price of each target, (targets,) million CNY; a seller who is overdue asks no worth of its own."""
    pressed = np.array([target.pressed for target in targets])
    forced = np.array([target.forced for target in targets])
    overdue = np.array([target.ordered and target.forced for target in targets])
    own = np.where(overdue, 0.0, stakes.own_mcny)
    return reservation(own, (stakes.closing_mcny, stakes.appraised_mcny), pressed, forced, deals)


def savings(world: World, bidders: Ints, pairs: Pairs, stakes: Stakes, paper_mcny: Floats) -> Synergies:
    """What the holder of the stake saves, with the worth of a cheaper loan; moves are weighed later."""
    deals = world.parameters.deals
    loan = loan_discounts(world, bidders) * deals.loan_years * np.maximum(paper_mcny, 0.0)
    return scaled(synergies(pairs, deals), stakes.share[:, None], loan)


def smelter_book(world: World, target: Target) -> float:
    """What smelters sold with a target are worth to either side, at book, million CNY."""
    metal = sum(float(world.smelters.capacity_mt[row]) for row in target.smelters)
    return metal * world.parameters.finance.smelter_asset_cny_per_t


def scaled(gains: Synergies, share: Floats, loan_mcny: Floats) -> Synergies:
    """The synergies that fall to the holder of a part of the target, with the worth of a cheaper loan."""
    return Synergies(
        integration_mcny=gains.integration_mcny * share,
        ore_mcny=gains.ore_mcny * share,
        overhead_mcny=gains.overhead_mcny * share,
        coast_mcny=gains.coast_mcny * share,
        policy_mcny=gains.policy_mcny * share + loan_mcny,
    )


def shortlist(worth: Floats, may: Bools, deals: Deals) -> Bools:
    """Which bidders look closely, (targets, bidders): the few of those who may to whom it is worth most."""
    ranked = (-np.where(may, worth, -np.inf)).argsort(axis=1, kind="stable")[:, : deals.serious_count]
    chosen = np.zeros(may.shape, dtype=np.bool_)
    chosen[np.arange(len(may))[:, None], ranked] = True
    return np.asarray(chosen & may)


def view_errors(world: World, targets: list[Target], rows: list[int], serious: Bools) -> Floats:
    """The error of each serious bidder's view, (targets, bidders), share; zero for others."""
    errors = np.zeros(serious.shape)
    found = np.argwhere(serious)
    keys = [f"{targets[t].key}>{world.groups.keys[rows[b]]}" for t, b in found.tolist()]
    drawn = world.streams.normals("view of target", world.year, keys)
    errors[serious] = world.parameters.deals.bid_error_share * drawn
    return errors


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best deal over one target.

    Attributes:
        place: number of the target in the survey.
        bidder: number of the buyer in the survey.
        second: number of the second-best bidder, -1 for none.
        price_mcny: agreed price.
        surplus_mcny: most that the buyer would and can pay, less what the seller wants.
        funded: whether the buyer can raise at least what the seller wants.
        second_mcny: what the second-best bidder would pay, nothing for none.
    """

    place: int
    bidder: int
    second: int
    price_mcny: float
    surplus_mcny: float
    funded: bool
    second_mcny: float = 0.0


def may_still_buy(world: World, seen: Survey) -> Bools:
    """Which bidders have deals left this year, (bidders,)."""
    bought = world.plant_market.bought
    return np.asarray(
        np.array([bought.get(row, 0) for row in seen.bidders]) < most_deals(world, seen.bidders)
    )


def best_proposal(world: World, seen: Survey, left: Bools) -> Proposal | None:
    """The deal with the largest surplus over what is left for sale, or None when nobody wants any of it.

    Where the only bidders who would pay what the seller wants cannot raise it, the proposal is not funded.
    """
    deals, free = world.parameters.deals, may_still_buy(world, seen)
    most, would = np.where(free, seen.most_mcny, 0.0), np.where(free, seen.would_mcny, 0.0)
    funded = most.max(axis=1) > seen.least_mcny
    surplus = np.where(funded, most.max(axis=1), would.max(axis=1)) - seen.least_mcny
    surplus[~left] = -1.0
    place = int(np.argmax(surplus))
    if not surplus[place] > 0.0:
        return None
    least, bids = float(seen.least_mcny[place]), (most if funded[place] else would)[place]
    bidder, *others = (-bids).argsort(kind="stable")[:2].tolist()
    if not funded[place]:
        return Proposal(place, bidder, -1, least, float(surplus[place]), False)
    second_mcny = max([0.0, *(float(bids[other]) for other in others)])
    second = others[0] if second_mcny > 0.0 else -1
    price = bargain(least, float(bids[bidder]), second_mcny, deals)
    return Proposal(place, bidder, second, price, float(surplus[place]), True, second_mcny)
