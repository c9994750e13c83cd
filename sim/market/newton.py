"""The compiled solver of the equilibrium, where it was built: `newton.c` as a shared library (`library.py`).

Installing builds it when there is a C compiler (`build.py`); without it the numpy form in `equilibrium.py`, which is
its reference, does the same work. Prices are rounded after both, so that results do not hang on which of them was
there.
"""

import ctypes
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from sim.core.arrays import Floats
from sim.core.errors import ModelCheckError
from sim.market.book import Balance, Book
from sim.market.parity import Border

_border = attrgetter(*Border.__dataclass_fields__)
_rule = attrgetter("cover_days", "floor_days", "ceiling_days", "scale_cny_per_t", "adjustment")
_places = attrgetter("expected_cny_per_t", "daily_mt", "stock_mt", "deepest_mt")
_plants = attrgetter("region", "capacity_mt", "thresholds_cny_per_t", "share", "ceiling_share")
_smelters = attrgetter("market", "need_mt", "thresholds_cny_per_t", "share")


class Limits(NamedTuple):
    """When the solver is content, and how far it goes; values are those of `equilibrium.py`."""

    tolerance_mt: float
    step_cny_per_t: float
    longest: int


def solve(
    library: Any, book: Book, start: Floats, outgoing: Floats, incoming: Floats, limits: Limits
) -> Balance:
    """The balance of a book from a first guess of mill prices (origins,), and committed tonnes out and in.

    Raises:
        ModelCheckError: the market does not clear (law `market clears`).
        ValueError: columns do not fit each other, or there is no memory.
    """
    counts, data = flat(book, outgoing, incoming)
    found = np.array((start, start, start), np.float64)
    price, row = found.ctypes.data, found.strides[0]
    places = price, price + row, price + 2 * row
    if len(start) != counts[0] or (steps := library(counts, data.tobytes(), *limits, *places)) < -1:
        raise ValueError("columns of the book do not fit each other, or there is no memory for them")
    if steps < 0:
        raise ModelCheckError(law="market clears", amount=float(found[2, 0]))
    return Balance(found[0], found[1], float(found[2, 0]), steps)


def flat(book: Book, outgoing: Floats, incoming: Floats) -> tuple[Any, Floats]:
    """Give the counts of a book and all its numbers one after the other, in the order in which newton.c reads them."""
    offers, needs = book.offers, book.needs
    scalars = (
        *(book.dispersion_cny_per_t, book.least_sold_share, offers.spread_cny_per_t, offers.answer_share),
        *(
            needs.spread_cny_per_t,
            needs.give_up_cny_per_t,
            needs.give_up_spread_cny_per_t,
            needs.export_market,
        ),
        *(*_border(book.border), *_rule(book.held), *_rule(needs.held)),
    )
    arrays = (
        *(outgoing, incoming, book.freight_cny_per_t, *_plants(offers), *_places(book.held)),
        *(*_places(needs.held), *_smelters(needs), needs.least_mt),
        *([market for market, _ in needs.fixed_mt], [tonnes for _, tonnes in needs.fixed_mt]),
    )
    data = np.concatenate((scalars, *arrays), axis=None, dtype=np.float64)
    shape, fixed = book.freight_cny_per_t.shape, len(needs.fixed_mt)
    sizes = (*shape, len(offers.region), len(needs.market), fixed, data.size)
    return (ctypes.c_int * len(sizes))(*sizes), data
