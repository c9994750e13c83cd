"""The climate for mergers: how unlike plants are, how much money there is, and the wave that follows."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.strategy.consents import Climate, next_wave
from sim.world.books import YearBook

if TYPE_CHECKING:
    from sim.industry import Industry


def climate(book: YearBook, debt_mcny: float) -> Climate:
    """Give the climate of a year from its book and the debt of all groups."""
    made = np.maximum(book.made_mt, 0.0)
    total = max(math.fsum(made), 1e-9)
    sold = book.sold_mt > 1e-9
    price = np.divide(book.revenue_mcny, book.sold_mt, out=np.zeros_like(made), where=sold)
    cost = np.divide(book.cost_mcny, made, out=np.zeros_like(made), where=made > 1e-9)
    margin, weight = price - cost, made * sold
    mean = math.fsum(weight * margin) / total
    spread = math.sqrt(math.fsum(weight * (margin - mean) ** 2) / total)
    return Climate(spread, math.fsum(book.earned_mcny) / max(debt_mcny, 1e-9))


def move_wave(industry: "Industry") -> None:
    """Move the merger wave on by a year."""
    market, debt = industry.plant_market, math.fsum(industry.groups.debt_mcny)
    if market.usual is None:
        market.usual = climate(industry.base_book, debt)
    before = sum(event.kind == "deal" and event.year == industry.year - 1 for event in industry.events)
    luck = float(industry.streams.normals("merger wave", industry.year, ["wave"])[0])
    market.wave = next_wave(market.wave, climate(industry.book, debt), market.usual, before, luck)
