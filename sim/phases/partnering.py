"""Partners: minority stakes with offtake. What owners found together is in `joining.py`.

A minority stake moves shares and money and leaves control where it is. What alumina comes with it is written
down and not simulated: tonnes still find their market by price.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.phases.bidding import freight_saved, smelter_needs, values_to
from sim.phases.closing import control_index, hand_over, pay
from sim.phases.founding import reserved
from sim.phases.selling import LEAST_MT, Lot, find_bidders
from sim.strategy.finance import discount_rates
from sim.strategy.partners import Stake, Worth, stake_ppm, worth_of_stake
from sim.strategy.valuation import discount_factors
from sim.world.books import Decision
from sim.world.dealbook import MINORITY, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = "take a minority stake when stake and offtake are worth more than the price, and cash or credit reach"


def take_stakes(industry: "Industry", view: View) -> None:
    """Let groups short of alumina take minority stakes in refineries of others, a few a decade."""
    needs = smelter_needs(industry)
    plants = view.refineries
    own = total_by(plants.group, plants.runnable_mt, len(view.groups))
    gaps = needs.sum(axis=1) - own
    buyers = [row for row in find_bidders(industry, view) if gaps[row] > LEAST_MT]
    keys = [industry.groups.keys[row] for row in buyers]
    looking = industry.streams.uniforms("minority", industry.year, keys)
    chosen = np.flatnonzero(looking < industry.parameters.deals.minority_share)
    if chosen.size == 0:
        return
    saved = freight_saved(industry, needs)
    for place in chosen.tolist():
        buyer = buyers[place]
        row = nearest_plant(industry, view, buyer, saved[:, buyer].tolist())
        if row >= 0:
            saving = float(saved[plants.region[row], buyer])
            consider(industry, view, (buyer, row), float(gaps[buyer]), saving)


def nearest_plant(industry: "Industry", view: View, buyer: int, saved: list[float]) -> int:
    """Give the plant of another owner that saves the buyer most freight and is held by a clear majority, or -1."""
    plants = view.refineries
    nodes, top = industry.holdings.nodes(industry, plants.keys), industry.holdings.controllers(industry)
    standing = (plants.nameplate_mt > LEAST_MT) & ~plants.synthetic & (plants.group != buyer)
    standing &= ~reserved(plants)
    standing[list(industry.plant_market.sold)] = False
    ranked = sorted(
        np.flatnonzero(standing).tolist(),
        key=lambda row: (
            -saved[int(plants.region[row])],
            float(plants.cash_cost_cny_per_t[row]),
            plants.keys[row],
        ),
    )
    for row in ranked:
        block, owner = industry.holdings.main_block(industry, nodes[row]), view.groups.keys[plants.group[row]]
        if top.get(block.holder) == owner and stake_ppm(block.votes_ppm, 0.0) > 0:
            return row
    return -1


def consider(
    industry: "Industry", view: View, pair: tuple[int, int], gap_mt: float, freight_cny_per_t: float
) -> None:
    """Let a buyer weigh a stake in a plant, take it when that pays, and put the decision on record."""
    (buyer, row), keys, plants = pair, industry.groups.keys, view.refineries
    block = industry.holdings.main_block(industry, industry.holdings.nodes(industry, plants.keys)[row])
    name = f"{plants.keys[row]}>{keys[buyer]}"
    luck = float(industry.streams.uniforms("stake", industry.year, [name])[0])
    values = values_to(industry, view, np.array([row, row]), np.array([buyer, int(plants.group[row])]))
    rate = discount_rates(view.groups.owner_type, industry.parameters.finance)[[buyer]]
    factors = discount_factors(rate, int(industry.parameters.leaving.horizon_years)).sum()
    stake = Stake(
        share=stake_ppm(block.votes_ppm, luck) / WHOLE_PPM,
        to_buyer_mcny=float(values[0]),
        to_seller_mcny=float(values[1]),
        runnable_mt=float(plants.runnable_mt[row]),
        gap_mt=gap_mt,
        freight_cny_per_t=freight_cny_per_t,
        annuity=float(factors) / (1.0 + industry.parameters.market.vat_share),
    )
    worth = worth_of_stake(stake, industry.parameters.deals)
    takes = worth.surplus_mcny > 0.0 and worth.price_mcny <= industry.room_to_pay(buyer)
    note_stake(industry, keys[buyer], plants.keys[row], (stake, worth.price_mcny, worth.surplus_mcny, takes))
    if takes:
        take_stake(industry, view, pair, (stake, worth))


def take_stake(industry: "Industry", view: View, pair: tuple[int, int], weighed: tuple[Stake, Worth]) -> None:
    """Move a stake and its price, and write both down."""
    (buyer, row), (stake, worth), keys = pair, weighed, industry.groups.keys
    plant, seller = view.refineries.keys[row], int(view.refineries.group[row])
    node = industry.holdings.nodes(industry, view.refineries.keys)[row]
    holder = industry.holdings.main_block(industry, node).holder
    deal = f"{industry.year}-stake-{plant}>{keys[buyer]}"
    hand_over(industry, deal, [Lot(node, holder, round(stake.share * WHOLE_PPM))], keys[buyer])
    paid = pay(industry, buyer, seller, worth.price_mcny, 0.0)
    index = control_index(industry)
    industry.deals.append(
        Deal(
            year=industry.year,
            id=deal,
            kind=MINORITY,
            buyer=keys[buyer],
            seller=keys[seller],
            target=plant,
            stake_share=stake.share,
            size_mt=float(view.refineries.nameplate_mt[row]),
            price_mcny=worth.price_mcny,
            stand_alone_mcny=stake.share * stake.to_buyer_mcny,
            integration_mcny=worth.gain_mcny,
            gain_mcny=worth.gain_mcny,
            value_mcny=stake.share * stake.to_buyer_mcny + worth.gain_mcny,
            reservation_mcny=worth.least_mcny,
            paid_cash_mcny=paid.cash_mcny,
            paid_debt_mcny=paid.loan_mcny,
            offtake_mt=worth.offtake_mt,
            hhi_before=index,
            hhi_after=index,
        )
    )
    reason = f"{worth.price_mcny:.0f} million CNY for {stake.share:.0%} of {plant}; control unchanged"
    industry.tell("minority", keys[buyer], worth.offtake_mt, "Mt/yr", reason, counterpart=keys[seller])


def note_stake(
    industry: "Industry", buyer: str, plant: str, weighed: tuple[Stake, float, float, bool]
) -> None:
    """Put a buyer's decision over a stake on record."""
    stake, price, surplus, takes = weighed
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=buyer,
            kind=f"take a stake in {plant}",
            choice="take" if takes else "leave it",
            rule=RULE,
            margin=surplus if takes else -surplus,
            unit="million CNY",
            options={"take": surplus, "leave it": 0.0},
            facts={
                "stake_share": stake.share,
                "to_buyer_mcny": stake.to_buyer_mcny,
                "to_seller_mcny": stake.to_seller_mcny,
                "runnable_mt": stake.runnable_mt,
                "gap_mt": stake.gap_mt,
                "freight_cny_per_t": stake.freight_cny_per_t,
                "annuity_ratio": stake.annuity,
                "price_mcny": price,
            },
        )
    )
