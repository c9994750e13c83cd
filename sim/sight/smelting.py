"""What owners of smelters see: margins in every market, room for rights from elsewhere, and who could take one."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.scenario.parameters import Parameters
from sim.sight.abroad import lasting_metal
from sim.sight.purse import money_left
from sim.strategy.building import demanded_ratio
from sim.strategy.finance import discount_rates, long_run_price
from sim.strategy.smelting import Margins, Rebuilding, spans_of, worth_of_new
from sim.world.owners import owned_by_state
from sim.world.world import World

EVEN = 0.5
"""The mood that half of an owner's years are bolder than."""
NOWHERE = -1
"""No row: neither a market nor a smelter."""


@dataclass(frozen=True, slots=True)
class Places:
    """Markets as smelters see them.

    Attributes:
        metal_cny_per_t: price of metal of the day.
        metal_lasting_cny_per_t: the one to which it returns.
        alumina_cny_per_t: (markets,) delivered price of the day.
        alumina_lasting_cny_per_t: (markets,) delivered price expected in the long run.
        margin_cny_per_t: (markets,) what metal leaves at prices expected to last.
    """

    metal_cny_per_t: float
    metal_lasting_cny_per_t: float
    alumina_cny_per_t: Floats
    alumina_lasting_cny_per_t: Floats
    margin_cny_per_t: Floats


@dataclass(frozen=True, slots=True)
class Rights:
    """Rights to capacity as owners of smelters see them, arrays (smelters,).

    Attributes:
        discount_per_year: the owner's discount rate.
        state_owned_share: whether the state owns it.
        worth_cny_per_t: what a right is worth beside it.
        order: rows, the one where it is worth most first.
    """

    discount_per_year: Floats
    state_owned_share: Floats
    worth_cny_per_t: Floats
    order: Ints


def smelting_places(world: World) -> Places:
    """Markets as they stand now."""
    prices, parameters = world.prices, world.parameters
    share = parameters.expectation.adaptive_share
    national = long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, share)
    alumina, metal = prices.delivered_cny_per_t + (national - prices.index_cny_per_t), lasting_metal(world)
    cost = world.geography.smelter_other_cny_per_t + parameters.market.product_per_metal_t_per_t * alumina
    return Places(prices.now.metal_cny_per_t, metal, prices.delivered_cny_per_t, alumina, metal - cost)


def smelting_rights(world: World, places: Places) -> Rights:
    """What rights are worth at present."""
    smelters, groups = world.smelters, world.groups
    margin = places.margin_cny_per_t[smelters.market]
    rates = discount_rates(groups.owner_type, world.parameters.finance)[smelters.group]
    state_owned = owned_by_state(groups.owner_type)[smelters.group].astype(np.float64)
    margins, terms = Margins(margin, margin, margin, rates), rebuilding(world.parameters, state_owned)
    worth = worth_of_new(margins, terms, spans_of(margins, terms))
    return Rights(rates, state_owned, worth, (-worth).argsort(kind="stable"))


def room_for_rights(world: World) -> Floats:
    """The metal capacity that each market may still take from elsewhere, (markets,) Mt/yr; none where nobody smelts."""
    smelters, opening = world.smelters, world.geography.opening_metal_mt
    held = smelters.market.copy()
    bound, sold = smelters.bound_market >= 0, smelters.successor >= 0
    held[bound] = smelters.bound_market[bound]
    held[sold] = smelters.market[smelters.successor[sold]]
    promised = total_by(held, smelters.capacity_mt, opening.size)
    return np.asarray(np.maximum(opening * (1.0 + world.parameters.smelting.room_share) - promised, 0.0))


def rebuilding(parameters: Parameters, state_owned: Floats) -> Rebuilding:
    """What it takes owners to smelt elsewhere, by whether the state owns them, (smelters,)."""
    hurdle = demanded_ratio(
        state_owned > 0.0, np.zeros(len(state_owned), dtype=np.bool_), EVEN, parameters.building
    )
    return Rebuilding(
        life_years=int(parameters.building.life_years),
        lead_years=int(parameters.building.lead_years),
        capex_cny_per_t=parameters.smelting.capex_cny_per_t * (1.0 + hurdle),
        switching_cny_per_t=parameters.market.smelter_switching_cny_per_t,
        vat_share=parameters.market.vat_share,
    )


def best_places(places: Places, room_mt: Floats, market: Ints, size_mt: Floats) -> Ints:
    """The market that is better than its own for each smelter and best of those with room, (smelters,), or none."""
    lasting = places.margin_cny_per_t
    open_to = (room_mt >= size_mt[:, None]) & (np.arange(lasting.size) != market[:, None])
    best = np.where(open_to, lasting, -np.inf).argmax(axis=1)
    better = open_to[np.arange(best.size), best] & (lasting[best] > lasting[market])
    return np.where(better, best, NOWHERE)


def takers(world: World, rights: Rights, room_mt: Floats, rows: Ints) -> list[tuple[Ints, Floats]]:
    """For each of some smelters those of other groups that could take its right, best first, and their gain, CNY/t."""
    smelters, terms, order = world.smelters, world.parameters.smelting, rights.order
    size, group, market = smelters.capacity_mt[rows, None], smelters.group[order], smelters.market[order]
    gain = rights.worth_cny_per_t[order] - terms.right_cny_per_t
    price = terms.right_cny_per_t + terms.capex_cny_per_t
    stays = (smelters.capacity_mt[order] > 0.0) & (smelters.due_year[order] == 0)
    stays &= ~world.groups.distressed[group] & (gain > 0.0)
    fits = stays & (group != smelters.group[rows, None]) & (market != smelters.market[rows, None])
    fits &= (room_mt[market] >= size) & (money_left(world)[group] >= size * price)
    return [(order[each], gain[each]) for each in fits]
