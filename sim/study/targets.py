"""The decision desk: whom a group could buy in a year, on which terms, with which odds, and what it would do to it.

The run is played again up to the deals of the year, and the decisions' own functions are asked. What came up in the run
is told by the facts on its record, so that a target's numbers are those that `explain` tells.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.core.arrays import total_by
from sim.core.errors import UsageError
from sim.decisions.buy.buy import KIND as BUY
from sim.decisions.buy.buy import open_market
from sim.decisions.buy.closing import debt_with
from sim.decisions.buy.facts import BuyFacts, measure, most, worth
from sim.decisions.buy.judging import Scrutiny, scrutiny
from sim.decisions.buy.survey import Proposal, Survey, assets_of, may_bid
from sim.decisions.combine.combine import KIND as COMBINE
from sim.decisions.combine.combine import hand_down, targets
from sim.decisions.combine.offers import (
    CombineFacts,
    by_shares,
    chance,
    gain,
    least_price,
    offers,
    price,
    suitors_of,
)
from sim.industry import Industry
from sim.reasons.finding import find
from sim.reasons.record import GROUP, Record
from sim.sight.selling import Target, firms
from sim.sight.view import View
from sim.strategy.deals import bargain, most_to_pay, payment
from sim.world.books import Decision
from sim.world.dealbook import CLOSED, OUTCOMES
from sim.world.world import World
from sim.year import YEAR, before_deals, merge

PLANTS, WHOLE = "plants", "whole group"
Row = dict[str, Any]


def find_targets(record: Record, buyer: str, year: int | None = None) -> pd.DataFrame:
    """One row a target that a group may bid for, what leaves it most between its limit and the asked price first.

    Args:
        record: the run; it is played again with the usual agents.
        buyer: id or name of a group.
        year: the year of the deals [the last].

    Raises:
        UsageError: there is no such group or year, or the group buys nothing that year.

    Returns:
        `target`, `kind`, `seller`, `size_mt`, `worth_mcny` (to the buyer), `limit_mcny` (most it would and can pay),
        `asked_mcny`, `second_mcny`, `price_mcny`, `chance_share`, refusals, `odds_share` (all that before the review),
        `review`, `hhi_before_points`, `hhi_step_points`, the buyer's cash cost, cash, debt and rank by nameplate before
        and after, integration apart, and `outcome` of what came up in the run.
    """
    agent, when = find(record, buyer), record.years[-1] if year is None else year
    if agent.kind != GROUP:
        raise UsageError(f"'{buyer}' is no group but a {agent.kind}")
    if when not in record.years:
        raise UsageError(f"the run has no year {when}; it covers {record.years[0]}-{record.years[-1]}")
    desk = _open(record, agent.key, when)
    rows = [*desk.plants(), *desk.groups()] if desk else []
    if not rows:
        raise UsageError(f"{agent.name} may bid for nothing in {when}")
    frame = pd.DataFrame(rows)
    order = (frame["limit_mcny"] - frame["asked_mcny"]).sort_values(ascending=False, kind="stable").index
    frame.insert(1, "name", frame["target"].map(record.called))
    frame.insert(4, "seller_name", frame["seller"].map(record.called))
    return frame.loc[order].reset_index(drop=True)


@dataclass(frozen=True)
class _Desk:
    """The world before the deals of a year, and the group that asks."""

    record: Record
    world: World
    view: View
    buyer: int
    seen: Survey | None

    def plants(self) -> Iterator[Row]:
        """Plants for sale that the group may bid for."""
        seen, world = self.seen, self.world
        if seen is None or self.buyer not in seen.bidders:
            return
        place_of = seen.bidders.index(self.buyer)
        may = may_bid(world, seen.targets, np.array(seen.bidders, dtype=np.int64))[:, place_of]
        for place in np.flatnonzero(may).tolist():
            target = seen.targets[place]
            proposal = self._proposal(seen, place, place_of)
            met = scrutiny(world, target, self.buyer, proposal.surplus_mcny / max(proposal.price_mcny, 1.0))
            came = self._came_up(BUY.name, target.key)
            facts = (BuyFacts.of(came.facts) if came else None) or measure(seen, proposal, met)
            yield self._of_plants(target, facts, met, came)

    def _proposal(self, seen: Survey, place: int, bidder: int) -> Proposal:
        """What the group's own proposal would be."""
        deals, least = self.world.parameters.deals, float(seen.least_mcny[place])
        limit = float(most_to_pay(seen.value_mcny, seen.room_mcny, deals)[place, bidder])
        bids = seen.most_mcny[place].copy()
        bids[bidder] = 0.0
        second = int(np.argmax(bids)) if bids.max() > 0.0 else -1
        second_mcny = max(float(bids.max()), 0.0)
        price = bargain(least, limit, second_mcny, deals) if limit > least else least
        return Proposal(place, bidder, second, price, limit - least, limit > least, second_mcny)

    def _of_plants(self, target: Target, facts: BuyFacts, met: Scrutiny, came: Decision | None) -> Row:
        deals, told = self.world.parameters.deals, facts.row(0)
        share = sum(target.shares) / len(target.shares)
        debt = debt_with(self.world, target, share, assets_of(self.world, target))
        return {
            **self._what(target, PLANTS),
            **{"worth_mcny": float(worth(facts, deals)[0]), "limit_mcny": float(most(facts, deals)[0])},
            "asked_mcny": told["reservation_mcny"],
            **{name: told[name] for name in ("second_mcny", "price_mcny", "chance_share")},
            **_consents(told, told["chance_share"], met),
            **self._after(target, told["price_mcny"], debt),
            **self._came_of(target, came),
        }

    def groups(self) -> Iterator[Row]:
        """Whole groups that this one would gain by taking over."""
        world, known = self.world, firms(self.world, self.view)
        hand_down(world)
        if self.buyer not in suitors_of(world, self.view, known):
            return
        ratio, size = world.parameters.combining.suitor_size_ratio, known.appraised_mcny
        rows = np.array(sorted(targets(world) - {self.buyer}), dtype=np.int64)
        rows = rows[size[self.buyer] >= ratio * size[rows]]
        for offer in offers(world, self.view, known, (rows, np.full_like(rows, self.buyer))):
            came = self._came_up(COMBINE.name, offer.target.key)
            facts = CombineFacts.of(came.facts if came else offer.facts)
            if facts is not None:
                yield self._of_group(offer.target, facts, came)

    def _of_group(self, target: Target, facts: CombineFacts, came: Decision | None) -> Row:
        world, told = self.world, facts.row(0)
        gained, odds, paid = (float(each(facts, world.parameters)[0]) for each in (gain, chance, price))
        asked, debt = float(least_price(facts)[0]), float(world.groups.debt_mcny[target.seller])
        # An exchange of shares takes no money: the buyer takes over the debt alone.
        settled = debt if by_shares(facts, world.parameters)[0] else paid
        met = scrutiny(world, target, self.buyer, gained / max(asked, 1.0))
        refusals = {"province_refusal_share": met.province_share, "sasac_refusal_share": met.sasac_share}
        points = {"hhi_before_points": met.seen.before, "hhi_step_points": met.seen.rise}
        return {
            **self._what(target, WHOLE),
            "worth_mcny": asked + gained,
            "limit_mcny": min(asked + gained, told["room_mcny"]),
            "asked_mcny": asked,
            "second_mcny": 0.0,
            "price_mcny": paid,
            "chance_share": odds,
            **_consents(refusals | points, odds, met),
            **self._after(target, settled, debt),
            **self._came_of(target, came),
        }

    def _what(self, target: Target, kind: str) -> Row:
        world = self.world
        size = world.refineries.nameplate_mt[list(target.rows)].sum()
        seller = world.groups.keys[target.seller]
        return {"target": target.key, "kind": kind, "seller": seller, "size_mt": float(size)}

    def _after(self, target: Target, price_mcny: float, debt_mcny: float) -> Row:
        """The buyer's cost, money and rank before and after."""
        world, plants, groups = self.world, self.world.refineries, self.world.groups
        own, rows = np.flatnonzero(plants.group == self.buyer), list(target.rows)
        volume = total_by(plants.group, plants.nameplate_mt, len(groups))
        moved = float(plants.nameplate_mt[rows].sum())
        after = volume.copy()
        after[[self.buyer, target.seller]] += [moved, -moved]
        spare = float((groups.cash_mcny - world.credit.least_cash_mcny)[self.buyer])
        paid = payment(max(price_mcny, 0.0), debt_mcny, spare)
        cash, debt = float(groups.cash_mcny[self.buyer]), float(groups.debt_mcny[self.buyer])
        return {
            "cost_before_cny_per_t": _mean_cost(world, own.tolist()),
            "cost_after_cny_per_t": _mean_cost(world, [*own.tolist(), *rows]),
            "cash_before_mcny": cash,
            "cash_after_mcny": cash - paid.cash_mcny,
            "debt_before_mcny": debt,
            "debt_after_mcny": debt + paid.loan_mcny + paid.assumed_mcny,
            "rank_before": int((volume > volume[self.buyer]).sum()) + 1,
            "rank_after": int((after > after[self.buyer]).sum()) + 1,
        }

    def _came_of(self, target: Target, came: Decision | None) -> Row:
        """What came of a target in the run; what it did to concentration where it changed hands.

        Before, one knows its plants; with its stakes, joint ventures may change control as well.
        """
        outcome = _outcome(came)
        if outcome != CLOSED:
            return {"outcome": outcome}
        key, year = self.world.groups.keys[self.buyer], self.world.year
        deals = [
            deal
            for deal in self.record.tables["deals"]
            if (deal["year"], deal["buyer"], deal["target"], deal["outcome"])
            == (year, key, target.key, CLOSED)
        ]
        points = {f"hhi_{name}_points": deal[f"hhi_{name}"] for deal in deals for name in ("before", "step")}
        return {"outcome": outcome, **points}

    def _came_up(self, kind: str, target: str) -> Decision | None:
        """The group's decision about a target in the run, if there was one."""
        key, year = self.world.groups.keys[self.buyer], self.world.year
        wanted = (kind, key, year, target)
        mine = ((each, (each.name, each.agent, each.year, each.about)) for each in self.record.decisions)
        return next((each for each, about in mine if about == wanted), None)


def _consents(told: Mapping[str, float], chance_share: float, met: Scrutiny) -> Row:
    """Who may say no, the odds before the review, and what the deal does to concentration."""
    kept = ("province_refusal_share", "sasac_refusal_share", "hhi_before_points", "hhi_step_points")
    odds = chance_share * (1.0 - told[kept[0]]) * (1.0 - told[kept[1]])
    return {name: told[name] for name in kept} | {"odds_share": odds, "review": met.level}


def _outcome(came: Decision | None) -> str:
    place = -1 if came is None else int(came.facts.get("outcome_index", -1))
    return OUTCOMES[place] if 0 <= place < len(OUTCOMES) else ""


def _mean_cost(world: World, rows: list[int]) -> float:
    """Cash cost of some plants, weighted by what they can run, CNY/t."""
    plants = world.refineries
    run = plants.runnable_mt[rows]
    return float((plants.cash_cost_cny_per_t[rows] * run).sum() / run.sum()) if run.sum() > 0.0 else np.nan


def _open(record: Record, key: str, year: int) -> _Desk | None:
    """The desk of a group before the deals of a year, None where it has no books."""
    with Industry(record.scenario, record.seed) as industry:
        for _ in range(record.years[0], year):
            industry.step()
        for phase in YEAR:
            if phase.play is merge:
                break
            phase.play(industry.world, industry.cast)
        world = industry.world
        view = before_deals(world, industry.cast)
        if key not in world.groups.keys:
            return None
        return _Desk(record, world, view, world.groups.row(key), open_market(world, view))
