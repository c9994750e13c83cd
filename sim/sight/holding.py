"""What keeping a plant is worth to whoever owns it, or would: the one place that looks ahead for a standing plant."""

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.scenario.parameters import Parameters
from sim.sight.limits import may_run, pond_share, regional_limits
from sim.sight.outlook import lasting_costs
from sim.sight.phasing_out import worth_left
from sim.sight.view import View
from sim.strategy.finance import discount_rates
from sim.strategy.leaving import Prospect, value_of_holding
from sim.world.world import World


def prospect_of(
    world: World, view: View, rows: Ints, owners: Ints, rise_cny_per_t: Floats | None = None
) -> Prospect:
    """What owners see ahead in plants, one owner a plant.

    Args:
        world: the world.
        view: the world at this moment.
        rows: (plants,) the plants.
        owners: (plants,) rows of the groups in whose hands they are looked at.
        rise_cny_per_t: (regions,) by how much exits so far raise mill prices; none where nobody has left.
    """
    plants = view.refineries
    region = plants.region[rows]
    rise = np.zeros(len(rows)) if rise_cny_per_t is None else rise_cny_per_t[region]
    cost = lasting_costs(world)[rows]
    rates = discount_rates(view.groups.owner_type, view.parameters.finance)[owners]
    # Today's margin is what lasts for a while, so today's price goes with what announced rules change of the cost.
    change = cost - plants.cash_cost_cny_per_t[rows]
    return Prospect(
        today_cny_per_t=np.maximum(
            view.mill_cny_per_t[region] + rise + change, world.pack.trade.known.least_price_cny_per_t
        ),
        long_run_cny_per_t=view.expected_cny_per_t[region] + rise + view.groups.bias_cny_per_t[owners],
        cost_cny_per_t=cost,
        discount_per_year=rates,
        runnable_share=may_run(world)[rows] * lasting_share(world, rows, rates),
        cold_share=1.0 - plants.warm_share[rows],
    )


def lasting_share(world: World, rows: Ints, discount_per_year: Floats) -> Floats:
    """The part of the worth of plants that refused ponds and phase-outs leave, (plants,), at owners' discount rates."""
    return pond_share(world, rows, discount_per_year) * worth_left(world, rows, discount_per_year)


def secured_share(world: World) -> Floats:
    """The part of each plant that lenders take as security: what announced rules leave of it, (plants,).

    Curbs that come and go are no reason to lend less.

    Source: equation (4.12a) of the model description.
    """
    plants, rules = world.refineries, world.outlook
    rows = np.arange(len(plants))
    rates = discount_rates(world.groups.owner_type, world.parameters.finance)[plants.group]
    left = lasting_share(world, rows, rates)
    if rules.regional_caps:
        left = left * regional_limits(world).under_ceilings(plants.region, np.zeros(len(plants)))
    return np.asarray(left)


def values_ahead(world: World, prospect: Prospect, after_years: int = 0) -> Floats:
    """What holding plants with some prospects is worth, (plants,) CNY per tonne of nameplate."""
    return value_of(prospect, world.parameters, after_years)


def value_of(prospect: Prospect, parameters: Parameters, after_years: int = 0) -> Floats:
    """The same from the parameters alone."""
    return value_of_holding(
        prospect,
        parameters.leaving,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
        after_years,
    )
