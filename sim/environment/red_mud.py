"""Red mud and the ponds that cap what may run.

Every tonne of alumina leaves about a tonne of mud; what is not used goes to a pond. A plant whose pond nears
its end throttles before the pond is full, and a full pond stops it. New ponds need a permit, which takes an
application, luck with the province and years of building. Space has a price before it is gone: what a tonne
of mud that finds none would cost, discounted over the years until then.

Uses of red mud: what they cost, how they spread from plant to plant, and how much a province can take.

A plant takes up one use after the other, the cheapest first, when it costs less than stacking, the scarcity of
pond space and the fine together. It does so with a chance that grows with the part of its province that has, and
with the gain; the cost falls with all mud ever used so. Where space is scarce uses reach further, at a cost.
What plants have taken up is a number with one bit for each use, so that it is a column like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.policies.rulebook import MudRule, holds_in
from sim.scenario.environment_parameters import MudUse
from sim.scenario.owner_parameters import RedMud


def pond_life(space_mt: Floats, mud_t_per_t: Floats, use_share: Floats, runnable_mt: Floats) -> Floats:
    """The years that each pond lasts at full output, (plants,); infinite where nothing is stacked."""
    yearly = mud_t_per_t * (1.0 - use_share) * runnable_mt
    return np.divide(space_mt, yearly, out=np.full_like(space_mt, np.inf), where=yearly > 0.0)


def required_life(rules: Sequence[MudRule], regions: Sequence[str], standing_years: float) -> Floats:
    """The pond life in years below which a plant throttles, (regions,); each rule moves it by its weight."""
    needed = np.full(len(regions), standing_years)
    for rule in rules:
        if rule.required_life_years is not None:
            here = np.array([holds_in(rule.regions, region) for region in regions])
            needed += here * rule.weight_share * (rule.required_life_years - needed)
    return needed


def pond_cap(life_years: Floats, required_years: Floats | float, rules: RedMud) -> Floats:
    """The share of runnable capacity that ponds allow in a year, (plants,).

    A plant with less than the required life throttles in proportion, not below the least share, and never
    makes more mud than the pond holds.

    Source: equations (7.1) and (7.2) of the model description.
    """
    careful: Floats = (life_years / required_years).clip(rules.least_running_share, 1.0)
    return np.minimum(careful, life_years)


def space_price(
    margin_cny_per_t: Floats, mud_t_per_t: Floats, life_years: Floats, discount_per_year: Floats
) -> Floats:
    """The shadow price of pond space, (plants,) CNY per tonne of mud; nothing where a plant earns nothing.

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> float(space_price(120.0 * one, 1.2 * one, 0.0 * one, 0.1 * one)[0])
        100.0

    Source: equation (7.1) of the model description; scarcity rent after Hotelling 1931.
    """
    lost = np.maximum(margin_cny_per_t, 0.0) / np.maximum(mud_t_per_t, 1e-9)
    return np.asarray(lost * np.exp(-discount_per_year * life_years))


def stacked(mud_t_per_t: Floats, made_mt: Floats, use_share: Floats) -> Floats:
    """The mud that goes to ponds, (plants,) Mt."""
    return mud_t_per_t * made_mt * (1.0 - use_share)


def fines(
    rules: Sequence[MudRule], regions: Sequence[str], region: Ints, use_share: Floats
) -> tuple[Floats, Floats]:
    """What plants owe under duties to use mud, (2, plants).

    Returns:
        The fine per tonne of all mud that a plant makes, and the fine that one tonne more in use saves it,
        both CNY per tonne of mud.
    """
    owed, saved = np.zeros(region.size), np.zeros(region.size)
    for rule in rules:
        here = np.array([holds_in(rule.regions, name) for name in regions])[region]
        gap = np.where(here, np.maximum(rule.target_share - use_share, 0.0), 0.0)
        owed += rule.penalty_cny_per_t * gap
        saved += rule.penalty_cny_per_t * (gap > 0.0)
    return owed, saved


def pressed(rules: Sequence[MudRule], regions: Sequence[str], region: Ints, use_share: Floats) -> Floats:
    """The yearly chance at least, by duty, that a plant below the target takes up a use that pays, (plants,)."""
    left = np.ones(region.size)
    for rule in rules:
        here = np.array([holds_in(rule.regions, name) for name in regions])[region]
        left = np.where(here & (use_share < rule.target_share), left * (1.0 - rule.closing_share), left)
    return 1.0 - left


@dataclass(frozen=True)
class Uses:
    """The uses of a pack, arrays (uses,).

    Attributes:
        ids: their ids.
        cost_cny_per_t: net cost per tonne of mud at the start.
        most_share: most of a plant's mud.
        opening_share: share of plants that use it at the start.
        used_before_mt: mud used so until the start.
    """

    ids: tuple[str, ...]
    cost_cny_per_t: Floats
    most_share: Floats
    opening_share: Floats
    used_before_mt: Floats


def taken(bits: Ints, uses: int) -> Bools:
    """Which uses each plant has taken up, (uses, plants), from its bits (plants,)."""
    return np.asarray((bits[None, :] >> np.arange(uses)[:, None]) & 1, dtype=np.bool_)


def pressing_price(space_cny_per_t: Floats, refused_share: Floats, terms: MudUse) -> Floats:
    """What of the shadow price of space drives uses further, (plants,) CNY per tonne of mud.

    Where a pond may still be permitted, a plant waits for one, and only what passes the threshold drives it.

    Args:
        space_cny_per_t: (plants,) shadow price.
        refused_share: (plants,) part of applications for new ponds that announced rules refuse.
        terms: the threshold.

    Source: equation (7.3d) of the model description.
    """
    beyond = np.maximum(space_cny_per_t - terms.free_threshold_cny_per_t, 0.0)
    return np.asarray(refused_share * space_cny_per_t + (1.0 - refused_share) * beyond)


def scarcity(pressing_cny_per_t: Floats, terms: MudUse) -> Floats:
    """How far scarce space has driven uses beyond their usual reach, 0-1, from the price that presses."""
    driven = pressing_cny_per_t / max(terms.stretch_cny_per_t, 1e-9)
    return np.minimum(np.maximum(driven, 0.0), 1.0)


def wanted_shares(bits: Ints, uses: Uses, stretch: Floats | None = None) -> Floats:
    """The share of its mud that each plant could give to each use, (uses, plants), at most all in all.

    Args:
        bits: (plants,) what plants have taken up.
        uses: the uses.
        stretch: (plants,) the usual reach of uses times this, from `stretch_ratios`; one if not given.
    """
    shares = taken(bits, len(uses.ids)) * uses.most_share[:, None]
    if stretch is not None:
        shares = shares * stretch
    return np.asarray(shares / np.maximum(shares.sum(axis=0), 1.0))


def stretch_ratios(pressing_cny_per_t: Floats, terms: MudUse) -> Floats:
    """How many times as much mud as usual uses take of plants whose space is scarce, (plants,).

    A taker further away is worth its freight where space is dear: the reach grows in proportion to the price
    that presses, up to a limit.

    Source: equation (7.3d) of the model description; the sizes are assumptions.
    """
    return 1.0 + (terms.stretch_ratio - 1.0) * scarcity(pressing_cny_per_t, terms)


def stretch_cost(used_share: Floats, usual_share: Floats, terms: MudUse) -> Floats:
    """What mud beyond the usual reach of uses costs on top, (plants,) CNY per tonne of all mud of a plant.

    Each tonne further costs more, from nothing to the shadow price at which uses are stretched in full.

    Args:
        used_share: (plants,) share of mud that is used.
        usual_share: (plants,) share that would be used without stretching.
        terms: price and size of the full stretch.
    """
    more = np.maximum(used_share - usual_share, 0.0)
    most = usual_share * (terms.stretch_ratio - 1.0)
    reached = np.divide(more, most, out=np.zeros(len(more)), where=most > 0.0)
    return np.asarray(more * terms.stretch_cny_per_t * np.minimum(reached, 1.0) / 2.0)


def sink_shares(
    pressing_cny_per_t: Floats, mud_mt: Floats, province: Ints, count: int, terms: MudUse
) -> Floats:
    """The most that the takers of each province take of its mud, (provinces,).

    Takers widen with the mean price that presses, by mud: pits further away are filled, more kilns take mud.

    Source: equation (7.3e) of the model description; the sizes are assumptions.
    """
    made = np.maximum(total_by(province, mud_mt, count), 1e-12)
    mean = total_by(province, mud_mt * pressing_cny_per_t, count) / made
    return terms.sink_share + max(terms.widest_sink_share - terms.sink_share, 0.0) * scarcity(mean, terms)


def sold_shares(
    wanted_share: Floats, mud_mt: Floats, province: Ints, count: int, sink_share: Floats | float
) -> Floats:
    """The share of its mud that each plant places with each use, (uses, plants).

    The takers of a province are shared by its plants in proportion when they want to place more than can be
    taken.

    Args:
        wanted_share: (uses, plants) what plants could place.
        mud_mt: (plants,) mud that they make in a year of full output.
        province: (plants,) their province.
        count: number of provinces.
        sink_share: (provinces,) most that the takers of a province can take of its mud, or one for all.
    """
    made = total_by(province, mud_mt, count)
    wanted = total_by(province, mud_mt * wanted_share.sum(axis=0), count)
    room = np.divide(sink_share * made, wanted, out=np.ones(count), where=wanted > 0.0)
    return np.asarray(wanted_share * np.minimum(room, 1.0)[province])


def learned_cost(uses: Uses, used_mt: Floats, learning_share: float) -> Floats:
    """Today's cost of each use, (uses,), CNY per tonne of mud; a use that earns money does not learn.

    Args:
        uses: the uses.
        used_mt: (uses,) mud used since the start.
        learning_share: fall with each doubling.

    Source: learning curve, Wright 1936.
    """
    doublings = np.log2(1.0 + used_mt / uses.used_before_mt)
    learned = uses.cost_cny_per_t * (1.0 - learning_share) ** doublings
    return np.asarray(np.where(uses.cost_cny_per_t > 0.0, learned, uses.cost_cny_per_t))


def gains(bits: Ints, cost_cny_per_t: Floats, spared_cny_per_t: Floats) -> Floats:
    """What a tonne of mud in each use gains each plant, (uses, plants); minus infinity where it is taken up."""
    gain = spared_cny_per_t[None, :] - cost_cny_per_t[:, None]
    return np.where(taken(bits, cost_cny_per_t.size), -np.inf, gain)


def spread_share(bits: Ints, uses: int, mud_mt: Floats, province: Ints, count: int) -> Floats:
    """The share of each province's mud made at plants that have taken up each use, (uses, provinces)."""
    made = np.maximum(total_by(province, mud_mt, count), 1e-12)
    place = np.arange(0, uses * count, count)[:, None] + province
    made_with = total_by(place.ravel(), (mud_mt * taken(bits, uses)).ravel(), uses * count)
    return made_with.reshape(uses, count) / made


def urgency(gain_cny_per_t: Floats, refused_share: Floats, terms: MudUse) -> Floats:
    """How many times as fast as usual plants take up a use, from what it gains, in the shape of both arguments.

    Where no new pond is to be had every yuan of gain counts; where one is, only a gain beyond a threshold hurries.

    Args:
        gain_cny_per_t: what a tonne of mud in the use gains.
        refused_share: part of applications for new ponds that announced rules refuse.
        terms: the gains that double the rate, and the threshold.

    Source: equation (7.3) of the model description; profitability speeds diffusion, Mansfield 1961; the sizes are
    assumptions.
    """
    banned = np.maximum(gain_cny_per_t, 0.0) / max(terms.ban_gain_cny_per_t, 1e-9)
    free = np.maximum(gain_cny_per_t - terms.free_threshold_cny_per_t, 0.0) / max(
        terms.free_gain_cny_per_t, 1e-9
    )
    return np.asarray(1.0 + refused_share * banned + (1.0 - refused_share) * free)


def adoption_chance(spread: Floats, terms: MudUse, hurry: Floats | float = 1.0) -> Floats:
    """The yearly chance that a plant takes up a use that pays, where a share of its province has.

    Args:
        spread: share of the province's mud that is made at plants that have the use.
        terms: rates of innovation and imitation.
        hurry: times as fast as usual, from `urgency`.

    Source: Bass 1969, equation (7.3) of the model description.
    """
    return np.asarray(1.0 - np.exp(-(terms.innovation_per_year + terms.imitation_per_year * spread) * hurry))
