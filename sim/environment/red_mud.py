"""Red mud and the ponds that cap what may run.

Every tonne of alumina leaves about a tonne of mud; what is not used goes to a pond. A plant whose pond nears
its end throttles before the pond is full, and a full pond stops it. New ponds need a permit, which takes an
application, luck with the province and years of building. Space has a price before it is gone: what a tonne
of mud that finds none would cost, discounted over the years until then.
"""

from collections.abc import Sequence

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.policies.rulebook import MudRule, holds_in
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
    careful = np.clip(life_years / required_years, rules.least_running_share, 1.0)
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
