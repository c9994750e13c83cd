"""Uses of red mud: what they cost, how they spread from plant to plant, and how much a province can take.

A plant takes up one use after the other, the cheapest first, when it costs less than stacking, the scarcity of
pond space and the fine together. It does so with a chance that grows with the part of its province that has;
the cost falls with all mud ever used so. What plants have taken up is a number with one bit for each use, so
that it is a column like any other.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.scenario.environment_parameters import MudUse


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


def wanted_shares(bits: Ints, uses: Uses) -> Floats:
    """The share of its mud that each plant could give to each use, (uses, plants), at most all in all."""
    shares = taken(bits, len(uses.ids)) * uses.most_share[:, None]
    return np.asarray(shares / np.maximum(shares.sum(axis=0), 1.0))


def sold_shares(
    wanted_share: Floats, mud_mt: Floats, province: Ints, count: int, sink_share: float
) -> Floats:
    """The share of its mud that each plant places with each use, (uses, plants).

    The takers of a province are shared by its plants in proportion when they want to place more than can be
    taken.

    Args:
        wanted_share: (uses, plants) what plants could place.
        mud_mt: (plants,) mud that they make in a year of full output.
        province: (plants,) their province.
        count: number of provinces.
        sink_share: most that the takers of a province can take of its mud.
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
    return np.stack([total_by(province, mud_mt * has, count) / made for has in taken(bits, uses)])


def adoption_chance(spread: Floats, terms: MudUse) -> Floats:
    """The yearly chance that a plant takes up a use that pays, where a share of its province has.

    Source: Bass 1969, equation (7.3) of the model description.
    """
    return np.asarray(1.0 - np.exp(-(terms.innovation_per_year + terms.imitation_per_year * spread)))
