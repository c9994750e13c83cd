"""Captive tonnes first, then annual contracts: what is promised before the spot market opens.

A group ships to its own smelters first, cheapest delivered pair first. Smelters then buy most of what they
still need under annual contracts, from the regions that would serve them on the spot market. Promises lock
volume, and price where the industry settles one for the year; they keep plants running a little longer, since losing
a customer is part of the cost of stopping.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats, Ints
from sim.scenario.market_parameters import Market

LEAST_MT = 1e-9


@dataclass(frozen=True, slots=True)
class Promises:
    """Tonnes promised for a year.

    Attributes:
        captive_mt: (regions, markets) Mt a year shipped inside groups.
        contract_mt: (regions, markets) Mt a year under contracts.
        quarter_mt: (regions, markets) both together, Mt a quarter.
        captive_share: (plants,) share of each plant's output that stays in its group.
        contract_share: (plants,) share under contract.
        fence_plant: (neighbours,) the plants with a customer over the fence.
        fence_market: (neighbours,) the market of that customer.
        fence_mt: (neighbours,) the part of contract_mt that goes there.
        fence_cny_per_t: (plants,) freight that this saves, per tonne of the plant's output.
        locked_cny_per_t: (origins,) price of the year at the mill; none where promises lock volume alone.
    """

    captive_mt: Floats
    contract_mt: Floats
    quarter_mt: Floats
    captive_share: Floats
    contract_share: Floats
    fence_plant: Ints
    fence_market: Ints
    fence_mt: Floats
    fence_cny_per_t: Floats
    locked_cny_per_t: Floats | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A refinery that serves a smelter over the fence: their rows, and the most that the smelter takes, Mt/yr."""

    plant: int
    smelter: int
    most_mt: float


def fence_tonnes(links: Sequence[Link], output_mt: Floats, need_mt: Floats) -> tuple[tuple[Link, float], ...]:
    """What goes over fences in a year, Mt for each link that carries anything.

    Args:
        links: who serves whom; the first is served first.
        output_mt: (plants,) what refineries make.
        need_mt: (smelters,) what smelters need.
    """
    made, wanted, carried = output_mt.copy(), need_mt.copy(), []
    for link in links:
        tonnes = min(link.most_mt, float(made[link.plant]), float(wanted[link.smelter]))
        if tonnes > 0.0:
            made[link.plant] -= tonnes
            wanted[link.smelter] -= tonnes
            carried.append((link, tonnes))
    return tuple(carried)


def worth_shipping(
    mill_cny_per_t: Floats, delivered_cny_per_t: Floats, freight_cny_per_t: Floats, premium_cny_per_t: float
) -> NDArray[np.bool_]:
    """On which routes a group makes rather than buys, (regions, markets).

    It ships its own alumina unless selling at the mill and buying at the smelter is cheaper by more than what
    supply security is worth; a group with plants in the north and smelters in the south-west swaps.

    Args:
        mill_cny_per_t: (regions,) what the alumina would fetch where it is made.
        delivered_cny_per_t: (markets,) what alumina costs at the smelter.
        freight_cny_per_t: (regions, markets).
        premium_cny_per_t: worth of supply security.
    """
    return np.asarray(mill_cny_per_t[:, None] + freight_cny_per_t <= delivered_cny_per_t + premium_cny_per_t)


def captive_tonnes(
    supply_mt: Floats, need_mt: Floats, freight_cny_per_t: Floats, worth: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """What groups ship to themselves: (regions, markets) Mt and the share of (groups, regions) supply used.

    Args:
        supply_mt: (groups, regions) what each group may ship from each region.
        need_mt: (groups, markets) what its smelters may take.
        freight_cny_per_t: (regions, markets).
        worth: (regions, markets) routes on which groups make rather than buy.
    """
    shipped = np.zeros(freight_cny_per_t.shape)
    groups, regions = np.nonzero(supply_mt > 0.0)
    held, markets = np.nonzero((need_mt[groups] > 0.0) & worth[regions])
    groups, regions = groups[held], regions[held]
    pairs = (freight_cny_per_t[regions, markets], groups, regions, markets)
    left, wants = supply_mt.copy(), need_mt.copy()
    for _, group, region, market in sorted(zip(*(each.tolist() for each in pairs), strict=True)):
        tonnes = min(left[group, region], wants[group, market])
        if tonnes > 0.0:
            left[group, region] -= tonnes
            wants[group, market] -= tonnes
            shipped[region, market] += tonnes
    used = np.divide(supply_mt - left, supply_mt, out=np.zeros(left.shape), where=supply_mt > 0.0)
    return shipped, used


def contract_tonnes(
    free_mt: Floats, open_need_mt: Floats, delivered_cny_per_t: Floats, dispersion_cny_per_t: float
) -> Floats:
    """Tonnes under annual contracts, (regions, markets) Mt a year.

    Args:
        free_mt: (regions,) output that is not captive.
        open_need_mt: (markets,) need to be covered by contracts.
        delivered_cny_per_t: (regions, markets) mill price and freight.
        dispersion_cny_per_t: dispersion of non-price terms.
    """
    scaled = delivered_cny_per_t / -dispersion_cny_per_t
    weights = np.exp(scaled - scaled.max(axis=0))
    wanted = weights / weights.sum(axis=0) * open_need_mt
    outgoing = wanted.sum(axis=1)
    fits = np.divide(free_mt, outgoing, out=np.ones(len(free_mt)), where=outgoing > free_mt)
    return np.asarray(wanted * fits[:, None])


def usual_contracts(
    free_mt: Floats, open_need_mt: Floats, delivered_cny_per_t: Floats, dispersion_cny_per_t: float
) -> Floats:
    """The same where most trade is under contract, so that what one region cannot give is sought from the others.

    Last quarter's prices then tell where the rest was bought, and contracts at these prices alone would ask far more of
    some regions than they make. Each round fills a region or the need. Arguments are those of `contract_tonnes`.
    """
    signed = np.zeros(delivered_cny_per_t.shape)
    for _ in free_mt:
        free = free_mt - signed.sum(axis=1)
        some = free > LEAST_MT
        if not some.any():
            break
        need = np.maximum(open_need_mt - signed.sum(axis=0), 0.0)
        signed[some] += contract_tonnes(free[some], need, delivered_cny_per_t[some], dispersion_cny_per_t)
    return signed


def settled(last_cny_per_t: float, spot_cny_per_t: float, spot_share: float) -> float:
    """The price of the year: that of the year before, moved a part of the way to the spot price, CNY/t.

    Source: treatment charges of annual contracts against spot, settlements for 2020, 2022 and 2024 to 2026.

    Example:
        >>> settled(100.0, -100.0, 0.5)
        0.0
    """
    return last_cny_per_t + spot_share * (spot_cny_per_t - last_cny_per_t)


def deliverable(promised_mt: Floats, output_mt: Floats, need_mt: Floats, terms: Market) -> Floats:
    """The promised tonnes that are shipped in a quarter, (regions, markets) Mt.

    Promises shrink in proportion when a region makes less than was promised or a market needs less, so that
    the spot market always has something left to clear.

    Args:
        promised_mt: (regions, markets) promised for the quarter.
        output_mt: (regions,) output to be expected at last quarter's running shares.
        need_mt: (markets,) need of the quarter.
        terms: most of output and of need that promises take.
    """
    outgoing = promised_mt.sum(axis=1)
    room = terms.promised_output_share * output_mt
    kept = promised_mt * np.minimum(1.0, room / np.maximum(outgoing, 1e-12))[:, None]
    incoming = kept.sum(axis=0)
    covered = terms.promised_need_share * need_mt
    return np.asarray(kept * np.minimum(1.0, covered / np.maximum(incoming, 1e-12)))
