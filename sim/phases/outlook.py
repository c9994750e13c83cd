"""What the rules that are announced for the coming years do to cash costs.

Whoever sets a price of some years ahead against a cost must take the cost under the same rules: the price that
is expected of an announced carbon market has the allowances in it, and so must the cost.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats
from sim.market.costs import Recipe, cash_cost
from sim.phases.quarter import cost_terms
from sim.policies.rulebook import Rulebook

if TYPE_CHECKING:
    from sim.industry import Industry


def cost_change(industry: "Industry", before: Rulebook, after: Rulebook) -> Floats:
    """Give what each plant's cash cost changes from one rulebook to another, (plants,) CNY/t, all else as today."""
    recipe = industry.recipe
    then, now = (
        cash_cost(recipe, cost_terms(industry, industry.refineries, rules)).sum(axis=0)
        for rules in (after, before)
    )
    return np.asarray(then - now + ore_change(industry, recipe, before, after))


def ore_change(industry: "Industry", recipe: Recipe, before: Rulebook, after: Rulebook) -> Floats:
    """Give what a change of ore bans adds to the cost of some recipes, (plants,) CNY/t."""
    prices, scarcer = industry.prices.now, after.ore_ban_share - before.ore_ban_share
    dearer = np.exp(industry.parameters.disruptions.ore_price_ratio * scarcer) - 1.0
    ore = prices.guinea_ore_usd_per_t * dearer * prices.exchange_rate_cny_per_usd
    return np.asarray(recipe.imported_ore_t * ore * (1.0 + industry.parameters.market.vat_share))


def lasting_costs(industry: "Industry") -> Floats:
    """Give each plant's cash cost of today, (plants,) CNY/t, under the rules that are announced to come."""
    cost = industry.refineries.cash_cost_cny_per_t
    if industry.outlook == industry.rules:
        return cost
    return cost + cost_change(industry, industry.rules, industry.outlook)
