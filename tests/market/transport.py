"""The transport problem behind the market, solved as a linear programme: the judge of the smooth equilibrium.

Each plant's supply curve is cut into steps, demand is fixed, and HiGHS finds the cheapest way to serve it.
The duals of the origins' balances are the mill prices of Takayama & Judge.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from sim.core.arrays import Floats, Ints
from sim.market.book import Book
from sim.market.equilibrium import Clearing
from sim.market.needs import alumina_use
from sim.market.offers import running_share
from sim.market.parity import import_fob, import_parity, near_share

STEPS = 400


@dataclass(frozen=True)
class Source:
    """Whatever offers alumina by a logistic curve with hysteresis: a plant, or producers abroad."""

    origin: int
    size_mt: float
    stop_cny_per_t: float
    start_cny_per_t: float
    spread_cny_per_t: float
    share: float
    ceiling: float

    def cost_cny_per_t(self, share: Floats) -> Floats:
        """Give the price at which it offers the tonne that brings it to a share."""
        threshold = np.where(share <= self.share, self.stop_cny_per_t, self.start_cny_per_t)
        return np.asarray(threshold + self.spread_cny_per_t * np.log(share / (1.0 - share)))

    def total_mcny(self, share: float) -> float:
        """Give the integral of the offer up to a share; that of ln(x / (1 - x)) is x ln x + (1-x) ln(1-x)."""
        below, above = min(share, self.share), max(share - self.share, 0.0)
        mixing = sum(part * np.log(part) for part in (share, 1.0 - share) if part > 0.0)
        linear = self.stop_cny_per_t * below + self.start_cny_per_t * above
        return float(self.size_mt * (linear + self.spread_cny_per_t * mixing))


def sources(book: Book) -> list[Source]:
    """Give all that offer alumina in an inelastic book; producers abroad last."""
    offers, border = book.offers, book.border
    plants = [
        Source(
            int(offers.region[row]),
            float(offers.capacity_mt[row]),
            *map(float, offers.thresholds_cny_per_t[:, row]),
            offers.spread_cny_per_t,
            float(offers.share[row]),
            float(offers.ceiling_share[row]),
        )
        for row in range(offers.region.size)
        if offers.capacity_mt[row] > 0.0
    ]
    parity = import_parity(border, border.near_cost_usd_per_t)
    spread = border.near_spread_usd_per_t * border.exchange_rate * (1.0 + border.vat_share)
    return [*plants, Source(offers.regions, border.near_mt, parity, parity, spread, 1.0, 1.0)]


def demand(book: Book) -> Floats:
    """Give the fixed spot demand of an inelastic book by market, Mt."""
    used, *_ = alumina_use(book.needs, np.zeros(book.needs.markets))
    wanted = used - book.committed_mt.sum(axis=0)
    for market, tonnes in book.needs.fixed_mt:
        wanted[market] += tonnes
    return np.asarray(wanted)


def cheapest(book: Book) -> tuple[Floats, float]:
    """Give mill prices, (origins,), and the cost of making and moving what is sold, million CNY."""
    known = sources(book)
    middle = (np.arange(STEPS) + 0.5) / STEPS
    origins, markets = book.freight_cny_per_t.shape
    step_origin: Ints = np.repeat([each.origin for each in known], STEPS)
    size = np.concatenate([each.size_mt / STEPS * (middle <= each.ceiling) for each in known])
    cost = np.concatenate([each.cost_cny_per_t(middle) for each in known])
    flows = np.arange(origins * markets)
    steps, columns = size.size, size.size + flows.size
    rows = np.concatenate((step_origin, flows // markets, origins + flows % markets))
    places = np.concatenate((np.arange(steps), steps + flows, steps + flows))
    signs = np.concatenate((np.ones(steps), -np.ones(flows.size), np.ones(flows.size)))
    owed = book.committed_mt.sum(axis=1)
    owed[-1] -= book.border.standing_imports_mt
    found = linprog(
        np.concatenate((cost, book.freight_cny_per_t.ravel())),
        A_eq=coo_array((signs, (rows, places)), shape=(origins + markets, columns)).tocsr(),
        b_eq=np.concatenate((owed, demand(book))),
        bounds=np.stack((np.zeros(columns), np.append(size, np.full(flows.size, np.inf))), axis=1),
        method="highs",
    )
    return np.asarray(found.eqlin.marginals[:origins]), float(found.fun)


def smooth_cost(book: Book, clearing: Clearing) -> float:
    """Give the cost of making and moving what a clearing sells, million CNY."""
    share = running_share(book.offers, clearing.mill_cny_per_t[:-1])
    abroad = near_share(book.border, import_fob(book.border, float(clearing.mill_cny_per_t[-1])))
    shares = [*share[book.offers.capacity_mt > 0.0].tolist(), abroad]
    made = sum(each.total_mcny(part) for each, part in zip(sources(book), shares, strict=True))
    return float(made + (book.freight_cny_per_t * clearing.flows_mt).sum())
