"""The spot market of one quarter: a smoothed spatial price equilibrium, solved by Newton's method.

Regions sell, markets buy, freight lies between. Buyers spread over sellers by delivered price with a little
dispersion (logit), which makes the balance smooth and unique: mill prices minimise a convex function whose
gradient is each region's excess supply. As the dispersion goes to zero this is the transport problem of
Samuelson and of Takayama & Judge, and the mill prices are its duals.

Nothing here knows of plants' owners or of years; it takes a `Book` and gives a `Clearing`.

Source: Samuelson 1952; Takayama & Judge 1971; logit form after Wilson 1970.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dposv

from sim.core.arrays import Bools, Floats
from sim.core.errors import ModelCheckError
from sim.market import library, newton
from sim.market.book import Balance, Book
from sim.market.needs import market_demand
from sim.market.offers import Offers, regional_supply
from sim.market.parity import imports
from sim.market.stocks import restocking

TOLERANCE_MT = 1e-10
STEP_CNY_PER_T = 250.0
"""Longest step that the regularisation lets a region with a flat balance take."""
LONGEST = 1000
STIFF_CNY_PER_T = 10.0
SHUT_CNY_PER_T = 1e5
LEAST_STOCK_MT = 1e-6
DECIMALS = 6


class _Demand(NamedTuple):
    """What buyers take at some mill prices: spot demand by market, its slope, who serves it, at what, and smelting."""

    tonnes: Floats
    slope: Floats
    weights: Floats
    delivered: Floats
    smelting: Floats


@dataclass(slots=True)
class Clearing:
    """Prices and tonnes of a cleared quarter.

    Attributes:
        mill_cny_per_t: (origins,) price at the refinery gate by region, last the landed price of imports.
        delivered_cny_per_t: (markets,) log-sum delivered price on which buyers decide.
        paid_cny_per_t: (markets,) mean of what spot buyers pay, delivered.
        flows_mt: (origins, markets) spot flows.
        residual_mt: largest regional imbalance.
        iterations: Newton steps.
        book: what met in the market.
        demanded: what buyers take at these prices.
    """

    mill_cny_per_t: Floats
    delivered_cny_per_t: Floats
    paid_cny_per_t: Floats
    flows_mt: Floats
    residual_mt: float
    iterations: int
    book: Book
    demanded: _Demand

    def slopes(self) -> Floats:
        """Give the rise of excess supply per CNY/t once all lines have answered, (origins, origins)."""
        prompt = replace(self.book.offers, answer_share=1.0)
        _, answered = _supply(self.book, prompt, self.mill_cny_per_t)
        return _slopes(self.demanded, answered, self.book.dispersion_cny_per_t)


@dataclass(slots=True)
class _Point:
    """Everything that is known at one vector of mill prices; `worst` is the largest imbalance."""

    price: Floats
    excess: Floats
    worst: float
    supply_slope: Floats
    demanded: _Demand


def _demand(book: Book, price: Floats, incoming: Floats) -> _Demand:
    """Demand at mill prices, spread over sellers."""
    theta = book.dispersion_cny_per_t
    scaled = (price[:, None] + book.freight_cny_per_t) / -theta
    top = np.maximum.reduce(scaled)
    grown = np.exp(scaled - top)
    total = np.add.reduce(grown)
    delivered = -theta * (top + np.log(total))
    tonnes, slope, smelting = market_demand(book.needs, book.border, delivered, incoming)
    return _Demand(tonnes, slope, grown / total, delivered, smelting)


def _evaluate(book: Book, price: Floats, outgoing: Floats, incoming: Floats) -> _Point:
    """Excess supply and its parts at mill prices."""
    demanded = _demand(book, price, incoming)
    supply, slope = _supply(book, book.offers, price)
    excess = -outgoing - demanded.weights @ demanded.tonnes
    excess += supply
    return _Point(price, excess, float(np.maximum.reduce(np.abs(excess))), slope, demanded)


def _supply(book: Book, offers: Offers, price: Floats) -> tuple[Floats, Floats]:
    """What is sold of each origin at mill prices, and its slope, both (origins,); imports come last."""
    made, made_slope = regional_supply(offers, price[:-1])
    kept, kept_slope = restocking(book.held, price[:-1])
    supply, slope = np.empty_like(price), np.empty_like(price)
    sold, least = made - kept, book.least_sold_share * made
    supply[:-1] = np.maximum(sold, least)
    slope[:-1] = np.where(sold > least, made_slope - kept_slope, book.least_sold_share * made_slope)
    supply[-1], slope[-1] = imports(book.border, float(price[-1]))
    return supply, slope


def _slopes(demanded: _Demand, supply_slope: Floats, theta: float) -> Floats:
    """The derivative of excess supply in the mill prices, (origins, origins), positive definite."""
    tonnes, slope, weights, *_ = demanded
    slopes = (weights * (tonnes / -theta - slope)) @ weights.T
    slopes.flat[:: slopes.shape[0] + 1] += supply_slope + weights @ tonnes / theta + 1e-12
    return slopes


def _direction(book: Book, point: _Point) -> Floats:
    """The regularised Newton step from a point.

    Excess supply is the gradient of a convex function. Its Hessian with each region's own imbalance added to
    the diagonal, which fades, keeps steps of regions with a flat balance short, holds up no other region, and
    converges from anywhere.

    Source: regularised Newton methods for convex functions, Li, Fukushima, Qi & Yamashita 2004.
    """
    slopes = _slopes(point.demanded, point.supply_slope, book.dispersion_cny_per_t)
    slopes.flat[:: slopes.shape[0] + 1] += np.abs(point.excess) / STEP_CNY_PER_T
    _, direction, failed = dposv(slopes, -point.excess)
    if failed:
        raise ModelCheckError(law="market clears", amount=point.worst)
    return np.asarray(direction)


def _step(book: Book, point: _Point, outgoing: Floats, incoming: Floats) -> _Point:
    """The next point: a Newton step, shortened until it does not overshoot along itself.

    Along a descent direction the projection of excess supply rises from a negative value through zero; a step
    that passes zero by more than half of where it began is cut.
    """
    direction = _direction(book, point)
    length = 1.0
    before = float((point.excess * direction).sum())
    for _ in range(40):
        trial = _evaluate(book, point.price + length * direction, outgoing, incoming)
        after = float((trial.excess * direction).sum())
        if after <= -0.5 * before:
            return trial
        length *= min(0.7, max(0.1, before / (before - after)))
    return trial


def open_freight(freight_cny_per_t: Floats, selling: Bools) -> Floats:
    """The freight table with regions that have nothing to sell shut off, (origins, markets) CNY/t.

    A region that sells nothing has no price; left in, its price would run away from all others.

    Args:
        freight_cny_per_t: (origins, markets).
        selling: (regions,) which of them have something to sell.
    """
    if selling.all():
        return freight_cny_per_t
    shut = freight_cny_per_t.copy()
    shut[:-1][~selling] = SHUT_CNY_PER_T
    return shut


def clear(book: Book, start_cny_per_t: Floats) -> Clearing:
    """The clearing of one quarter, from a first guess of mill prices (origins,) in CNY/t.

    Prices are rounded to 1e-6 CNY/t before anything else is worked out from them, and a last step is taken
    before that, so that neither the last bits of the linear algebra nor the way to the balance can reach a
    decision. At small dispersion Newton's method needs a good start, so the
    dispersion is lowered step by step.

    Raises:
        ModelCheckError: the market does not clear (law `market clears`).
    """
    price, steps = start_cny_per_t, 0
    outgoing, incoming = book.committed_mt.sum(axis=1), book.committed_mt.sum(axis=0)
    for dispersion in (25.0, 12.0, 6.0, 3.0, 1.5):
        if book.dispersion_cny_per_t < min(dispersion, STIFF_CNY_PER_T):
            softer = solve(replace(book, dispersion_cny_per_t=dispersion), price, outgoing, incoming)
            price, steps = softer.price, steps + softer.steps
    balance = solve(book, price, outgoing, incoming)
    price = balance.refined.round(DECIMALS)
    demanded = _demand(book, price, incoming)
    return Clearing(
        mill_cny_per_t=price,
        delivered_cny_per_t=demanded.delivered,
        paid_cny_per_t=(demanded.weights * (price[:, None] + book.freight_cny_per_t)).sum(axis=0),
        flows_mt=demanded.weights * demanded.tonnes,
        residual_mt=balance.worst,
        iterations=steps + balance.steps,
        book=book,
        demanded=demanded,
    )


def solve_by_numpy(book: Book, start: Floats, outgoing: Floats, incoming: Floats) -> Balance:
    """The balance of a book from a first guess of mill prices (origins,), and committed tonnes out and in."""
    point = _evaluate(book, start, outgoing, incoming)
    steps = 0
    while not point.worst <= TOLERANCE_MT:
        if steps == LONGEST or not np.isfinite(point.price).all():
            raise ModelCheckError(law="market clears", amount=point.worst)
        point = _step(book, point, outgoing, incoming)
        steps += 1
    return Balance(point.price, point.price + _direction(book, point), point.worst, steps)


def solve(book: Book, start: Floats, outgoing: Floats, incoming: Floats) -> Balance:
    """The balance by the compiled solver where it was built, else by numpy; arguments as for `solve_by_numpy`."""
    if library.LIBRARY is None:
        return solve_by_numpy(book, start, outgoing, incoming)
    limits = newton.Limits(TOLERANCE_MT, STEP_CNY_PER_T, LONGEST)
    return newton.solve(library.LIBRARY, book, start, outgoing, incoming, limits)
