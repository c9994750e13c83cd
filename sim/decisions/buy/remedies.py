"""Conditions of the antitrust authority: sell one of the plants on, or serve all customers alike for some years."""

from dataclasses import dataclass

from sim.acts.holdings import hand_over, settle_control
from sim.acts.money import pay
from sim.sight.concentration import control_index, size_of
from sim.sight.lots import Lot
from sim.sight.purse import room_to_pay
from sim.sight.selling import Target
from sim.world.dealbook import REMEDY, Deal
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Remedy:
    """One condition.

    Attributes:
        rows: refineries that it concerns.
        buyer: row of the group to which they must be sold on, -1 for a supply undertaking.
    """

    rows: tuple[int, ...]
    buyer: int

    def words(self, world: World) -> str:
        """Say what it is, nothing for none."""
        names = ", ".join(world.refineries.keys[row] for row in self.rows)
        if not names:
            return ""
        if self.buyer >= 0:
            return f"sell {names} to {world.groups.keys[self.buyer]}"
        return f"offer the alumina of {names} to all alike for {undertaking_years(world)} years"


def undertaking_years(world: World) -> int:
    """For how many years a supply undertaking holds."""
    return int(world.parameters.review.undertaking_years)


def remedy(world: World, target: Target, buyer: int, second: int, price_mcny: float) -> Remedy:
    """The condition for a deal: its smallest plant goes to the next bidder, or a supply undertaking.

    A plant is sold on only where it is held by itself, there are others, and the next bidder can pay.
    """
    plants = world.refineries
    smallest = min(target.rows, key=lambda row: (float(plants.nameplate_mt[row]), plants.keys[row]))
    node = world.holdings.nodes(plants.keys)[smallest]
    alone = any(lot.node == node for lot in target.lots)
    part = price_mcny * size_of(world, [smallest]) / max(size_of(world, target.rows), 1e-9)
    others = len(target.rows) > 1 and second not in (-1, buyer, target.seller)
    if others and alone and room_to_pay(world, second) >= part:
        return Remedy((smallest,), second)
    return Remedy(target.rows, -1)


def impose(world: World, target: Target, buyer: int, condition: Remedy, price_mcny: float) -> None:
    """Carry out the condition of a deal that has closed."""
    if condition.buyer >= 0:
        sell_on(world, target, buyer, condition, price_mcny)
        return
    for row in condition.rows:
        key = world.refineries.keys[row]
        world.plant_market.undertakings[key] = world.year + undertaking_years(world)


def sell_on(world: World, target: Target, seller: int, condition: Remedy, price_mcny: float) -> None:
    """Sell a plant on to the next bidder for its part of the price."""
    plants, keys, (row,), buyer = world.refineries, world.groups.keys, condition.rows, condition.buyer
    size, before = size_of(world, [row]), control_index(world)
    price = price_mcny * size / size_of(world, target.rows)
    node = world.holdings.nodes(plants.keys)[row]
    lot = Lot(node, keys[seller], sum(each.ppm for each in target.lots if each.node == node))
    name = f"{world.year}-{plants.keys[row]}-remedy"
    hand_over(world, name, [lot], keys[buyer])
    paid = pay(world, buyer, seller, price, 0.0)
    settle_control(world)
    bought, after = world.plant_market.bought, control_index(world)
    bought[buyer] = bought.get(buyer, 0) + 1
    world.deals.append(
        Deal(
            year=world.year,
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
    world.tell(Happened.DEAL, keys[buyer], size, "Mt/yr", reason, counterpart=keys[seller])
