"""Closing a deal: holdings, plants, money and debt change hands."""

from sim.acts.holdings import hand_over, settle_control
from sim.acts.money import integrate, pay
from sim.decisions.buy.survey import assets_of
from sim.sight.selling import Target
from sim.strategy.funding import Payment
from sim.world.world import World


def debt_with(world: World, target: Target, share: float, assets_mcny: float) -> float:
    """The debt that comes with a target, million CNY: all of a firm's, or a plant's part by book value."""
    owed = max(float(world.groups.debt_mcny[target.seller]), 0.0)
    if target.whole:
        return owed * share
    total = max(float(world.credit.assets_mcny[target.seller]), 1e-9)
    return owed * share * min(assets_mcny / total, 1.0)


def conclude(world: World, target: Target, buyer: int, price_mcny: float, name: str) -> Payment:
    """Move holdings and money of a deal and give how it was paid."""
    share = sum(target.shares) / len(target.shares)
    debt = debt_with(world, target, share, assets_of(world, target))
    hand_over(world, name, target.lots, world.groups.keys[buyer])
    paid = pay(world, buyer, target.seller, price_mcny, debt)
    integrate(world, buyer, price_mcny)
    settle_control(world)
    market = world.plant_market
    market.sold.update(target.rows)
    market.bought[buyer] = market.bought.get(buyer, 0) + 1
    return paid
