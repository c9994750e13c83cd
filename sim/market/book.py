"""All that meets in the market of one quarter, and where it balances."""

from dataclasses import dataclass
from typing import NamedTuple

from sim.core.arrays import Floats
from sim.market.needs import Needs
from sim.market.offers import Offers
from sim.market.parity import Border
from sim.market.stocks import StockRule


@dataclass(slots=True)
class Book:
    """All that meets in the market of one quarter.

    Attributes:
        offers: refineries.
        needs: smelters and the export ports.
        border: terms of trade with the rest of the world.
        held: stock rule of the refineries, by supply region.
        committed_mt: (origins, markets) captive and contracted tonnes, shipped whatever the spot price.
        freight_cny_per_t: (origins, markets); the last origin is imports.
        dispersion_cny_per_t: dispersion of the non-price terms of trade.
        least_sold_share: part of a region's output that is sold whatever stock refineries would like to build.
    """

    offers: Offers
    needs: Needs
    border: Border
    held: StockRule
    committed_mt: Floats
    freight_cny_per_t: Floats
    dispersion_cny_per_t: float
    least_sold_share: float


class Balance(NamedTuple):
    """Where the balance of a book was found.

    Attributes:
        price: (origins,) mill prices in CNY/t.
        refined: (origins,) the same after one more Newton step.
        worst: largest regional imbalance in Mt.
        steps: Newton steps.
    """

    price: Floats
    refined: Floats
    worst: float
    steps: int
