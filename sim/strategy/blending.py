"""The blend of ores that a plant runs on: what its owner wants by cost, what mines leave, what its lines allow.

Lines for low temperature take imported ore alone, those for high temperature local ore and a part of imported ore. An
owner wants more imported ore where local ore makes a tonne dearer; it needs more where mines give less. What lies
beyond what lines allow takes a conversion of lines.

What can be done to a standing plant once: what each retrofit saves, what it costs, and which is best.

An owner who looks into a plant asks of each retrofit that it does not have yet: what does a tonne cost less
afterwards, and is the present value of that worth the investment? Dry stacking is another matter: it makes
room in the ponds, which is worth the price of pond space. Ultra-low emission costs more a tonne and keeps open what
plants below environmental class A may not run. The owner takes the best one that is worth more
than it costs, if the cash is there. It does not borrow for it.
"""

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.environment_parameters import Retrofits
from sim.scenario.market_parameters import LocalOre


def most_imported(imported_share: Floats, low_share: Floats, terms: LocalOre) -> Floats:
    """The largest imported share that lines allow, (plants,); what they run on already they can."""
    return np.maximum(imported_share, low_share + terms.mixed_share * (1.0 - low_share))


def wanted_share(dearer_cny_per_t: Floats, low_share: Floats, terms: LocalOre) -> Floats:
    """The imported share that owners want by cost alone, (plants,).

    Args:
        dearer_cny_per_t: (plants,) by how much local ore makes a tonne dearer on lines for high temperature.
        low_share: (plants,) part of lines for low temperature.
        terms: parameters.

    Source: logit choice, McFadden 1974.
    """
    # The logistic function, written so that nothing overflows.
    chance = (1.0 + np.tanh(dearer_cny_per_t / terms.choice_cny_per_t / 2.0)) / 2.0
    return np.asarray(low_share + terms.mixed_share * (1.0 - low_share) * chance)


def needed_share(imported_share: Floats, short_share: Floats) -> Floats:
    """The least imported share that local ore leaves open next year, (plants,)."""
    return np.asarray(imported_share + (1.0 - imported_share) * short_share)


def aimed_change(wanted: Floats, needed: Floats, imported_share: Floats, most: Floats) -> Floats:
    """By how much owners would change the imported share, if it took no time, (plants,)."""
    return np.asarray(np.minimum(np.maximum(wanted, needed), most) - imported_share)


def converted_lines(low_share: Floats, terms: LocalOre) -> Floats:
    """The lines that one conversion turns, (plants,), share of capacity."""
    return np.minimum(terms.most_added_share, 1.0 - low_share)


def share_after(imported_share: Floats, low_share: Floats, turned_share: Floats) -> Floats:
    """The imported share once some lines are converted and all others run as before, (plants,)."""
    high = 1.0 - low_share
    mixed = np.divide(
        np.maximum(imported_share - low_share, 0.0), high, out=np.zeros(len(high)), where=high > 0.0
    )
    return np.maximum(imported_share, low_share + turned_share + mixed * (high - turned_share))


RETROFITS = ("waste_heat", "electric_steam", "dry_stacking", "ultra_low")
"""Retrofits, in the order of their rows: two save cost, one saves pond space, one keeps capacity open."""


def capex(terms: Retrofits) -> dict[str, float]:
    """The investment of each retrofit, CNY per tonne of capacity."""
    return {
        "waste_heat": terms.waste_heat_capex_cny_per_t,
        "electric_steam": terms.steam_capex_cny_per_t,
        "dry_stacking": terms.dry_stacking_capex_cny_per_t,
        "ultra_low": terms.ultra_low_capex_cny_per_t,
    }


def present_value(
    saving_cny_per_t: Floats, made_share: Floats, annuity_years: Floats, vat_share: float
) -> Floats:
    """What a saving is worth, (..., plants), CNY per tonne of capacity without VAT.

    Args:
        saving_cny_per_t: (..., plants) fall of cash cost with VAT.
        made_share: (plants,) output over capacity.
        annuity_years: (plants,) from `annuity_factor`, for the years that the saving lasts.
        vat_share: value-added tax.
    """
    return np.asarray(saving_cny_per_t * made_share * annuity_years / (1.0 + vat_share))


def room_value(
    price_cny_per_t: Floats, space_mt: Floats, size_mt: Floats, gain_share: float, vat_share: float
) -> Floats:
    """What the room that dry stacking makes is worth, (plants,), CNY per tonne of capacity without VAT.

    Args:
        price_cny_per_t: (plants,) shadow price of pond space per tonne of mud.
        space_mt: (plants,) space left.
        size_mt: (plants,) nameplate.
        gain_share: how much more the ponds then hold.
        vat_share: value-added tax.
    """
    gained = price_cny_per_t * gain_share * space_mt / (1.0 + vat_share)
    return np.divide(gained, size_mt, out=np.zeros(len(gained)), where=size_mt > 0.0)
