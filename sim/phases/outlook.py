"""What the rules that are announced for the coming years do to cash costs.

Whoever sets a price of some years ahead against a cost must take the cost under the same rules: the price that
is expected of an announced carbon market has the allowances in it, and so must the cost.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats
from sim.market.costs import cash_cost
from sim.phases.quarter import cost_terms
from sim.policies.rulebook import Rulebook

if TYPE_CHECKING:
    from sim.industry import Industry


def cost_change(industry: "Industry", before: Rulebook, after: Rulebook) -> Floats:
    """Give what each plant's cash cost changes from one rulebook to another, (plants,) CNY/t, all else as today."""
    recipe, prices = industry.recipe, industry.prices.now
    then, now = (
        cash_cost(recipe, cost_terms(industry, industry.refineries, rules)).sum(axis=0)
        for rules in (after, before)
    )
    scarcer = after.ore_ban_share - before.ore_ban_share
    dearer = np.exp(industry.parameters.disruptions.ore_price_ratio * scarcer) - 1.0
    ore = prices.guinea_ore_usd_per_t * dearer * prices.exchange_rate_cny_per_usd
    taxed = 1.0 + industry.parameters.market.vat_share
    return np.asarray(then - now + recipe.imported_ore_t * ore * taxed)


def lasting_costs(industry: "Industry") -> Floats:
    """Give each plant's cash cost of today, (plants,) CNY/t, under the rules that are announced to come."""
    cost = industry.refineries.cash_cost_cny_per_t
    if industry.outlook == industry.rules:
        return cost
    return cost + cost_change(industry, industry.rules, industry.outlook)
