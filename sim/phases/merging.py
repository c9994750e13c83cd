"""Deals of the year: who is for sale, who bids, who consents, what the authority says, and what moves.

A target is all refineries of a private owner without smelters, or one plant of a group in distress. Bidders
are the other groups that can pay. Best deals come first; each closing changes capacity and cash of those that
follow. Only ownership and money move: the plant, its costs and its ponds stay what they are.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import hhi
from sim.phases.quarter import lasting_mill_prices
from sim.strategy.deals import (
    Circumstances,
    Pairs,
    Synergies,
    bargain,
    closing_chance,
    next_wave,
    refusal_chance,
    reservation,
    synergies,
)
from sim.strategy.finance import discount_rates
from sim.strategy.leaving import Prospect, value_of_holding, value_of_leaving
from sim.strategy.review import BLOCKED, outcome, screen
from sim.strategy.valuation import discount_factors
from sim.world.books import Decision
from sim.world.owners import OWNER_TYPES, asset_names
from sim.world.population import State
from sim.world.view import View, look

if TYPE_CHECKING:
    from sim.industry import Industry

STANDALONE = OWNER_TYPES.index("standalone")
STATE_TYPES = (OWNER_TYPES.index("central"), OWNER_TYPES.index("provincial"))
PROVINCIAL = OWNER_TYPES.index("provincial")
LOSING_QUARTERS = 8
RULE = "the deal with the largest surplus first; it closes by chance of surplus, distress, wave and distance"


@dataclass(frozen=True, slots=True)
class Target:
    """What is for sale.

    Attributes:
        key: name of the sale.
        rows: its refineries.
        seller: row of the selling group.
        distressed: whether the seller is in distress.
        illiquid: whether it has neither cash nor credit.
    """

    key: str
    rows: tuple[int, ...]
    seller: int
    distressed: bool
    illiquid: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best deal over one target.

    Attributes:
        target: what is for sale.
        buyer: row of the buying group.
        price_mcny: agreed price.
        value_mcny: value to the buyer with synergies.
        reservation_mcny: least price of the seller.
        second_mcny: value to the second-best bidder.
        parts: parts of the value, million CNY.
    """

    target: Target
    buyer: int
    price_mcny: float
    value_mcny: float
    reservation_mcny: float
    second_mcny: float
    parts: dict[str, float]

    @property
    def surplus_mcny(self) -> float:
        """Value to the buyer less what the seller wants."""
        return self.value_mcny - self.reservation_mcny


def find_targets(industry: "Industry", view: View) -> list[Target]:
    """Give what is for sale this year, in the order of groups."""
    plants, groups = view.refineries, view.groups
    targets: list[Target] = []
    standing = (plants.nameplate_mt > 0.0) & ~plants.synthetic
    for group in range(len(groups)):
        rows = np.flatnonzero(standing & (plants.group == group))
        weak = bool(groups.distressed[group])
        if rows.size and groups.owner_type[group] == STANDALONE:
            key = groups.keys[group]
            targets.append(Target(key, tuple(rows.tolist()), group, weak, bool(groups.illiquid[group])))
        elif weak:
            bad = (plants.loss_quarters >= LOSING_QUARTERS) | (plants.idle_quarters >= LOSING_QUARTERS)
            for row in rows[bad[rows]].tolist():
                targets.append(Target(plants.keys[row], (row,), group, True, bool(groups.illiquid[group])))
    return targets


def find_bidders(industry: "Industry", view: View) -> list[int]:
    """Give the groups that can buy, in the order of groups: sound, identified, and at home in China."""
    plants, smelters, groups = view.refineries, industry.smelters, view.groups
    count = len(groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(smelters.group, smelters.capacity_mt, count)
    able = (
        ~groups.distressed
        & (real + metal >= industry.parameters.deals.least_bidder_mt)
        & (groups.owner_type != STANDALONE)
    )
    return [row for row in np.flatnonzero(able).tolist() if industry.may_buy[row]]


def values_to(industry: "Industry", view: View, rows: list[int], owners: list[int]) -> Floats:
    """Give what each plant is worth in the hands of an owner, (plants,) million CNY, one owner a plant."""
    plants, parameters = view.refineries, industry.parameters
    index, owner = np.array(rows, dtype=np.int64), np.array(owners, dtype=np.int64)
    region = plants.region[index]
    rates = discount_rates(view.groups.owner_type, parameters.finance)
    prospect = Prospect(
        today_cny_per_t=view.mill_cny_per_t[region],
        long_run_cny_per_t=view.expected_cny_per_t[region] + view.groups.bias_cny_per_t[owner],
        cost_cny_per_t=plants.cash_cost_cny_per_t[index],
        discount_per_year=rates[owner],
        runnable_share=plants.runnable_mt[index] / plants.nameplate_mt[index],
        dead=plants.state[index] == State.DEAD,
    )
    worth = value_of_holding(
        prospect,
        parameters.leaving,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
    )
    return np.asarray(worth * plants.nameplate_mt[index])


def pair_synergies(industry: "Industry", view: View, target: Target, bidders: list[int]) -> Synergies:
    """Give each bidder's synergies with a target."""
    plants, smelters, market = view.refineries, industry.smelters, industry.parameters.market
    count, rows = len(view.groups), list(target.rows)
    own = total_by(plants.group, plants.runnable_mt, count)
    alpha = market.alumina_per_aluminium_t_per_t
    need = total_by(smelters.group, smelters.capacity_mt, count) * industry.smelting_scale * alpha
    size = float(plants.runnable_mt[rows].sum())
    ore = float((industry.components[0][rows] * plants.runnable_mt[rows]).sum()) / max(size, 1e-9)
    rates = discount_rates(view.groups.owner_type, industry.parameters.finance)[bidders]
    years = int(industry.parameters.leaving.horizon_years)
    pairs = Pairs(
        size_mt=np.full(len(bidders), size),
        buyer_mt=own[bidders],
        gap_mt=(need - own)[bidders],
        ore_cny_per_t=np.full(len(bidders), ore),
        annuity=discount_factors(rates, years).sum(axis=0) / (1.0 + market.vat_share),
    )
    return synergies(pairs, industry.parameters.deals)


def propose(industry: "Industry", view: View, target: Target, bidders: list[int]) -> Proposal | None:
    """Give the best deal over a target, or None when nobody can and wants to pay."""
    deals, rows = industry.parameters.deals, list(target.rows)
    plants = industry.refineries
    capacity = total_by(plants.group, plants.nameplate_mt, len(view.groups)).tolist()
    size = float(plants.nameplate_mt[rows].sum())
    limit = 0.0 if target.distressed else size / max(deals.size_limit_share, 1e-9)
    able = [row for row in bidders if row != target.seller and capacity[row] >= limit]
    if not able:
        return None
    own = float(values_to(industry, view, rows, [target.seller] * len(rows)).sum())
    closing = value_of_leaving(industry.parameters.leaving) * float(view.refineries.nameplate_mt[rows].sum())
    least = reservation(own, closing, target.distressed, target.illiquid, deals)
    everyone = values_to(industry, view, rows * len(able), [row for row in able for _ in rows])
    alone = everyone.reshape(len(able), len(rows)).sum(axis=1)
    gains = pair_synergies(industry, view, target, able)
    value = alone + deals.realised_share * gains.total_mcny
    order = np.argsort(-value, kind="stable")
    best = int(order[0])
    second = float(value[order[1]]) if len(able) > 1 else 0.0
    price = bargain(least, float(value[best]), second, deals) if value[best] > least else 0.0
    cost = price * (1.0 + deals.integration_share)
    if value[best] <= max(least, cost) or cost > industry.room_to_pay(able[best]):
        return None
    parts = {
        "stand_alone_mcny": float(alone[best]),
        "integration_mcny": float(gains.integration_mcny[best]),
        "ore_mcny": float(gains.ore_mcny[best]),
        "overhead_mcny": float(gains.overhead_mcny[best]),
    }
    return Proposal(target, able[best], price, float(value[best]), least, second, parts)


def close_deals(industry: "Industry") -> None:
    """Let the year's deals come about, best first."""
    before = sum(event.kind == "deal" and event.year == industry.year - 1 for event in industry.events)
    luck = float(industry.streams.normals("merger wave", industry.year, ["wave"])[0])
    industry.deal_wave = next_wave(industry.deal_wave, before, luck)
    industry.bought = {}
    view = look(industry, lasting_mill_prices(industry))
    bidders = find_bidders(industry, view)
    found = [propose(industry, view, target, bidders) for target in find_targets(industry, view)]
    proposals = sorted(
        (each for each in found if each), key=lambda each: (-each.surplus_mcny, each.target.key)
    )
    closed = 0
    for proposal in proposals:
        if closed == industry.parameters.deals.closings_count:
            break
        bought = industry.bought.get(proposal.buyer, 0)
        if bought < industry.parameters.deals.deals_count and proposal.price_mcny <= industry.room_to_pay(
            proposal.buyer
        ):
            closed += decide(industry, proposal)


def decide(industry: "Industry", proposal: Proposal) -> bool:
    """Let chance, the province and the authority decide over a proposal; tells whether it closed."""
    key = f"{proposal.target.key}>{industry.groups.keys[proposal.buyer]}"
    names = [f"{key}/{step}" for step in ("close", "consent", "review")]
    luck = industry.streams.uniforms("deal", industry.year, names)
    around = circumstances(industry, proposal)
    chance = closing_chance(around, industry.parameters.deals)
    if luck[0] >= chance:
        answer, reason = "not agreed", f"a chance of {chance:.0%} this year"
    elif not around.same_province and luck[1] < province_refusal(industry, proposal):
        answer, reason = "refused", "the province of the plant withheld its consent"
    else:
        answer, reason = reviewed(industry, proposal, float(luck[2]))
    note(industry, proposal, answer, reason, chance)
    if answer not in ("clear", "conditional"):
        return False
    transfer(industry, proposal, reason)
    return True


def circumstances(industry: "Industry", proposal: Proposal) -> Circumstances:
    """Give what besides price bears on a proposal."""
    plants, types = industry.refineries, industry.groups.owner_type
    here = plants.region[list(proposal.target.rows)]
    owned = plants.region[(plants.group == proposal.buyer) & (plants.nameplate_mt > 0.0)]
    provinces = industry.geography.provinces
    near = {provinces[row] for row in owned.tolist()} >= {provinces[row] for row in here.tolist()}
    state = [int(types[row]) in STATE_TYPES for row in (proposal.buyer, proposal.target.seller)]
    return Circumstances(
        surplus_share=proposal.surplus_mcny / max(proposal.price_mcny, 1.0),
        distressed=proposal.target.distressed,
        wave=industry.deal_wave,
        same_province=near,
        across=state[0] != state[1],
    )


def province_refusal(industry: "Industry", proposal: Proposal) -> float:
    """Give the chance that the target's province refuses."""
    plants, rows = industry.refineries, list(proposal.target.rows)
    region = int(plants.region[rows[0]])
    total = float(plants.nameplate_mt[plants.region == region].sum())
    share = float(plants.nameplate_mt[rows].sum()) / max(total, 1e-9)
    own = int(industry.groups.owner_type[proposal.target.seller]) == PROVINCIAL
    return refusal_chance(share, own, industry.rules.discipline_share, industry.parameters.deals)


def reviewed(industry: "Industry", proposal: Proposal, luck: float) -> tuple[str, str]:
    """Give the authority's answer and its reason."""
    plants = industry.refineries
    capacity = total_by(plants.group, plants.nameplate_mt, len(industry.groups))
    total = float(capacity.sum())
    bought = float(plants.nameplate_mt[list(proposal.target.rows)].sum())
    seen = screen(hhi(capacity), float(capacity[proposal.buyer]) / total, bought / total)
    answer = outcome(seen, luck)
    text = f"review: {seen.level}, HHI {seen.hhi_after:.0f} after a step of {seen.step:.0f}"
    return ("blocked", text) if answer == BLOCKED else (answer, text)


def transfer(industry: "Industry", proposal: Proposal, reason: str) -> None:
    """Move stakes and money of a closed deal."""
    plants, groups, book = industry.refineries, industry.groups, industry.book
    buyer, seller = groups.keys[proposal.buyer], groups.keys[proposal.target.seller]
    deal = f"{industry.year}-{proposal.target.key}"
    for asset in asset_names(industry.pack, [plants.keys[row] for row in proposal.target.rows]):
        held = max(industry.ownership.blocks(asset), key=lambda block: (block.ppm, block.holder))
        industry.ownership.transfer(industry.year, deal, held.holder, buyer, asset, held.ppm)
    paid = proposal.price_mcny
    integration = paid * industry.parameters.deals.integration_share
    industry.draw_for(proposal.buyer, paid + integration)
    groups.cash_mcny[proposal.buyer] -= paid + integration
    groups.cash_mcny[proposal.target.seller] += paid
    book.deals_mcny[proposal.buyer] -= paid
    book.deals_mcny[proposal.target.seller] += paid
    book.integration_mcny[proposal.buyer] += integration
    industry.bought[proposal.buyer] = industry.bought.get(proposal.buyer, 0) + 1
    size = float(plants.nameplate_mt[list(proposal.target.rows)].sum())
    plants.group[list(proposal.target.rows)] = proposal.buyer
    industry.tell(
        "deal",
        buyer,
        size,
        "Mt/yr",
        f"{paid:.0f} million CNY for {proposal.target.key}; {reason}",
        counterpart=seller,
    )


def note(industry: "Industry", proposal: Proposal, answer: str, reason: str, chance: float) -> None:
    """Put a proposal and what became of it on record."""
    options = {
        "value_to_buyer_mcny": proposal.value_mcny,
        "reservation_mcny": proposal.reservation_mcny,
        "price_mcny": proposal.price_mcny,
        "second_bidder_mcny": proposal.second_mcny,
        "chance": chance,
        **proposal.parts,
    }
    buyer = industry.groups.keys[proposal.buyer]
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=buyer,
            kind=f"buy {proposal.target.key}",
            choice=answer,
            rule=f"{RULE}; {reason}",
            margin=proposal.surplus_mcny,
            unit="million CNY",
            options=options,
        )
    )
    if answer in ("refused", "blocked"):
        size = float(industry.refineries.nameplate_mt[list(proposal.target.rows)].sum())
        industry.tell(f"deal_{answer}", buyer, size, "Mt/yr", reason, counterpart=proposal.target.key)
