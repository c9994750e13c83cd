"""Conditions of the antitrust authority: sell one of the plants on, or serve all customers alike for some years."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.arrays import Floats
from sim.phases.closing import control_index, hand_over, pay, settle_control, size_of
from sim.phases.selling import Lot, Target
from sim.world.dealbook import REMEDY, Deal
from sim.world.owners import WHOLE_PPM

if TYPE_CHECKING:
    from sim.industry import Industry

UNDERTAKING_YEARS = 5


@dataclass(frozen=True, slots=True)
class Remedy:
    """One condition.

    Attributes:
        rows: refineries that it concerns.
        buyer: row of the group to which they must be sold on, -1 for a supply undertaking.
    """

    rows: tuple[int, ...]
    buyer: int

    def words(self, industry: "Industry") -> str:
        """Say what it is, nothing for none."""
        names = ", ".join(industry.refineries.keys[row] for row in self.rows)
        if not names:
            return ""
        if self.buyer >= 0:
            return f"sell {names} to {industry.groups.keys[self.buyer]}"
        return f"offer the alumina of {names} to all alike for {UNDERTAKING_YEARS} years"


def remedy(industry: "Industry", target: Target, buyer: int, second: int, price_mcny: float) -> Remedy:
    """Give the condition for a deal: its smallest plant goes to the next bidder, or a supply undertaking.

    A plant is sold on only where it is held by itself, there are others, and the next bidder can pay.
    """
    plants = industry.refineries
    smallest = min(target.rows, key=lambda row: (float(plants.nameplate_mt[row]), plants.keys[row]))
    node = industry.holdings.nodes(industry, plants.keys)[smallest]
    alone = any(lot.node == node for lot in target.lots)
    part = price_mcny * size_of(industry, [smallest]) / max(size_of(industry, target.rows), 1e-9)
    others = len(target.rows) > 1 and second not in (-1, buyer, target.seller)
    if others and alone and industry.room_to_pay(second) >= part:
        return Remedy((smallest,), second)
    return Remedy(target.rows, -1)


def impose(industry: "Industry", target: Target, buyer: int, condition: Remedy, price_mcny: float) -> None:
    """Carry out the condition of a deal that has closed."""
    if condition.buyer >= 0:
        sell_on(industry, target, buyer, condition, price_mcny)
        return
    for row in condition.rows:
        key = industry.refineries.keys[row]
        industry.plant_market.undertakings[key] = industry.year + UNDERTAKING_YEARS


def sell_on(industry: "Industry", target: Target, seller: int, condition: Remedy, price_mcny: float) -> None:
    """Sell a plant on to the next bidder for its part of the price."""
    plants, keys, (row,), buyer = industry.refineries, industry.groups.keys, condition.rows, condition.buyer
    size, before = size_of(industry, [row]), control_index(industry)
    price = price_mcny * size / size_of(industry, target.rows)
    node = industry.holdings.nodes(industry, plants.keys)[row]
    lot = Lot(node, keys[seller], sum(each.ppm for each in target.lots if each.node == node))
    name = f"{industry.year}-{plants.keys[row]}-remedy"
    hand_over(industry, name, [lot], keys[buyer])
    paid = pay(industry, buyer, seller, price, 0.0)
    settle_control(industry)
    bought, after = industry.plant_market.bought, control_index(industry)
    bought[buyer] = bought.get(buyer, 0) + 1
    industry.deals.append(
        Deal(
            year=industry.year,
            id=name,
            kind=REMEDY,
            buyer=keys[buyer],
            seller=keys[seller],
            target=plants.keys[row],
            stake_share=lot.ppm / WHOLE_PPM,
            size_mt=size,
            price_mcny=price,
            paid_cash_mcny=paid.cash_mcny,
            paid_debt_mcny=paid.loan_mcny,
            hhi_before=before,
            hhi_after=after,
            hhi_step=after - before,
        )
    )
    reason = f"{price:.0f} million CNY for {plants.keys[row]}, sold on as the authority asked"
    industry.tell("deal", keys[buyer], size, "Mt/yr", reason, counterpart=keys[seller])


def open_share(industry: "Industry") -> Floats | float:
    """Give the part of each plant's output that its owner may ship to its own smelters, (plants,) or one for all."""
    undertakings = industry.plant_market.undertakings
    if not undertakings:
        return 1.0
    share: Floats = (industry.refineries.nameplate_mt >= 0.0).astype(float)
    for key, last in undertakings.items():
        if industry.year <= last:
            share[industry.refineries.row(key)] = 0.0
    return share
