"""Cash cost, margin and where the price sits on the cost curve."""

import numpy as np

from sim.metrics.catalogue import FLOW, OWN, Picture, metric

ABOVE_PRICE = "SMM, 6 January 2026: share of plants whose cash cost lies above the price"


@metric("cash_cost_mean_cny_per_t", "CNY/t", OWN, label="mean cash cost")
def cash_cost_mean(picture: Picture) -> float:
    """Cash cost weighted by output."""
    spent = picture.total(picture.world.book.cost_mcny)
    return spent / picture.made_mt if picture.made_mt > 0.0 else 0.0


@metric("cash_cost_p10_cny_per_t", "CNY/t", OWN, label="cash cost, cheapest tenth")
def cash_cost_p10(picture: Picture) -> float:
    """Cash cost of the cheapest tenth of output."""
    return picture.cost_at(0.1)


@metric("cash_cost_p50_cny_per_t", "CNY/t", OWN, label="median cash cost")
def cash_cost_p50(picture: Picture) -> float:
    """Median cash cost of output."""
    return picture.cost_at(0.5)


@metric("cash_cost_p90_cny_per_t", "CNY/t", OWN, label="cash cost, dearest tenth")
def cash_cost_p90(picture: Picture) -> float:
    """Cash cost under which nine tenths of output lie."""
    return picture.cost_at(0.9)


@metric("margin_cny_per_t", "CNY/t", OWN, label="price less mean cash cost")
def margin(picture: Picture) -> float:
    """Price less mean cash cost."""
    return picture.price - cash_cost_mean(picture)


@metric("share_below_cash_cost", "share", ABOVE_PRICE, label="plants: cash cost above price")
def share_below_cash_cost(picture: Picture) -> float:
    """Share of installed plants whose cash cost in the last quarter lies above the mill price of their region."""
    world, rows = picture.world, picture.standing
    if rows.size == 0:
        return 0.0
    plants = world.refineries
    price = world.prices.mill_cny_per_t[plants.region[rows]]
    return float(np.count_nonzero(plants.cash_cost_cny_per_t[rows] > price)) / rows.size


@metric("price_percentile_of_curve", "share", OWN, label="output with cost below price")
def price_percentile(picture: Picture) -> float:
    """Share of output with a cash cost below the price."""
    cost, reached = picture.cost_order
    place = int(np.searchsorted(cost, picture.price, side="right"))
    return float(reached[place - 1]) if place > 0 else 0.0


@metric("losses_mcny", "million CNY", OWN, label="cash losses and upkeep", kind=FLOW)
def losses(picture: Picture) -> float:
    """Cash losses and upkeep of plants, without VAT."""
    return float(picture.world.book.losses_mcny.sum())


@metric("support_mcny", "million CNY", OWN, label="local support", kind=FLOW)
def support(picture: Picture) -> float:
    """Local support that plants received."""
    return float(picture.world.book.support_mcny.sum())


@metric("smelting_earned_mcny", "million CNY", OWN, label="cash earned by smelters", kind=FLOW)
def smelting_earned(picture: Picture) -> float:
    """Cash earned by smelters, without VAT."""
    return float(picture.world.book.smelting_mcny.sum())


@metric("groups_in_distress", "count", OWN, label="groups in distress")
def groups_in_distress(picture: Picture) -> float:
    """Owner groups in distress."""
    return float(np.count_nonzero(picture.world.groups.distressed))
