"""The climate for mergers: how unlike plants are, how much money there is, and the wave that follows."""

import math

import numpy as np

from sim.strategy.consents import Climate, next_wave
from sim.world.books import YearBook
from sim.world.kinds import Happened
from sim.world.world import World


def climate(book: YearBook, debt_mcny: float) -> Climate:
    """The climate of a year from its book and the debt of all groups."""
    made = np.maximum(book.made_mt, 0.0)
    total = max(math.fsum(made), 1e-9)
    sold = book.sold_mt > 1e-9
    price = np.divide(book.revenue_mcny, book.sold_mt, out=np.zeros_like(made), where=sold)
    cost = np.divide(book.cost_mcny, made, out=np.zeros_like(made), where=made > 1e-9)
    margin, weight = price - cost, made * sold
    mean = math.fsum(weight * margin) / total
    spread = math.sqrt(math.fsum(weight * (margin - mean) ** 2) / total)
    return Climate(spread, math.fsum(book.earned_mcny) / max(debt_mcny, 1e-9))


def move_wave(world: World) -> None:
    """Move the merger wave on by a year."""
    market, debt = world.plant_market, math.fsum(world.groups.debt_mcny)
    if market.usual is None:
        market.usual = climate(world.base_book, debt)
    before = sum(event.kind == Happened.DEAL and event.year == world.year - 1 for event in world.events)
    luck = float(world.streams.normals("merger wave", world.year, ["wave"])[0])
    market.wave = next_wave(
        market.wave, climate(world.book, debt), market.usual, before, luck, world.parameters.deals
    )
