"""Laws that need a memory: capacity and mud by events, earnings and losses by their causes, stakes by the million.

Each object watches one thing through one run and remembers what it was after the last phase. A law gives the
largest gap that it saw, and stops the run when that is beyond its limit.
"""

import math
from collections import defaultdict

import networkx as nx
import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.core.errors import ModelCheckError
from sim.phases.quarter import freight_rise
from sim.world.kinds import NAMEPLATE, Happened
from sim.world.ownership import EQUITY_PPM
from sim.world.world import World

MASS_SHARE = 1e-9
MONEY_SHARE = 1e-9
CAPACITY_MT = 1e-9
PLANT_MT = 1e-9
SIZED = {*NAMEPLATE, Happened.RIGHT_MOVED, Happened.MINE_OPENED, Happened.SMELTER_MOVED}
"""Kinds of events that say what a plant or smelter has become."""


def demand(law: str, gap: Floats | float, limit: float, names: tuple[str, ...] = ()) -> float:
    """Return the largest gap; stop when it is beyond its limit or not a number."""
    worst = float(
        abs(gap) if isinstance(gap, float) else np.maximum.reduce(np.abs(gap), axis=None, initial=0.0)
    )
    if not worst <= limit:
        beyond = (~(np.abs(gap) <= limit)).nonzero()[0][:5] if names else ()
        raise ModelCheckError(law=law, amount=worst, agents=tuple(names[row] for row in beyond))
    return worst


def _grown(values: Floats, rows: int) -> Floats:
    """Values with zeros for rows that have joined, (rows,)."""
    return np.append(values, np.zeros(rows - values.size)) if rows > values.size else values


class Moves:
    """What changes only by an event or by one phase: nameplates, smelters, mud in ponds."""

    def __init__(self, world: World) -> None:
        """Remember the start."""
        self._nameplate = world.refineries.nameplate_mt.copy()
        self._smelting = world.smelters.capacity_mt.copy()
        self._markets = world.smelters.market.copy()
        self._rights = float(world.smelters.capacity_mt.sum())
        self._mud = world.refineries.mud_stock_mt.copy()
        self._local = world.local_ore.stock_mt.copy()
        self._events = len(world.events)

    def told(self, world: World) -> set[str]:
        """Take note of the events since the last phase, and give the columns that they say have changed."""
        plants, smelters, columns = world.refineries, world.smelters, set[str]()
        if self._events == len(world.events) and self._nameplate.size == plants.nameplate_mt.size:
            return columns
        told = [event for event in world.events[self._events :] if event.kind in SIZED]
        self._events = len(world.events)
        self._nameplate = _grown(self._nameplate, len(plants))
        for event in told:
            if event.kind in NAMEPLATE:
                self._nameplate[plants.row(event.agent)] += NAMEPLATE[event.kind] * event.amount
                columns.add("refineries.nameplate_mt")
            elif event.kind == Happened.RIGHT_MOVED:
                self._smelting[smelters.row(event.agent)] -= event.amount
                self._smelting[smelters.row(event.counterpart)] += event.amount
                columns.add("smelters.capacity_mt")
            elif event.kind == Happened.MINE_OPENED:
                self._smelting[smelters.row(event.agent)] += event.amount
                self._rights += event.amount
                columns.add("smelters.capacity_mt")
            else:
                self._markets[smelters.row(event.agent)] = world.geography.markets.index(event.counterpart)
                columns.add("smelters.market")
        return columns

    def capacity(self, world: World, phase: str) -> float:
        """Each plant's nameplate against that before the phase and the events since, Mt/yr."""
        plants = world.refineries
        return demand("capacity by events", plants.nameplate_mt - self._nameplate, CAPACITY_MT, plants.keys)

    def smelting(self, world: World, phase: str) -> float:
        """Each smelter's capacity and market against the events since, and all rights together, Mt/yr."""
        smelters = world.smelters
        moved = (smelters.market != self._markets).astype(np.float64)
        demand("smelters move by events", moved, 0.0, smelters.keys)
        gap = smelters.capacity_mt - self._smelting
        worst = demand("smelting capacity by events", gap, CAPACITY_MT, smelters.keys)
        total = float(smelters.capacity_mt.sum()) - self._rights
        return max(worst, demand("rights to smelt are conserved", total, CAPACITY_MT))

    def mud(self, world: World, phase: str) -> float:
        """Mud in each plant's ponds: it comes once a year, is the unused part of what was made, and stays, Mt."""
        plants, book = world.refineries, world.book
        before = _grown(self._mud, len(plants))
        demand("pond space is not negative", np.minimum(plants.pond_space_mt, 0.0), PLANT_MT, plants.keys)
        if phase == "fill_ponds":
            before = before + book.mud_mt * (1.0 - book.mud_use_share)
        self._mud = plants.mud_stock_mt.copy()
        return demand("mud in ponds", self._mud - before, PLANT_MT, plants.keys)

    def local_ore(self, world: World, phase: str) -> float:
        """Local ore in stock by region: what is dug in trade, no more than mines can give, less what is used, Mt."""
        book, plants, ore, names = world.book, world.refineries, world.local_ore, world.geography.regions
        demand("local ore in stock is not negative", np.minimum(ore.stock_mt, 0.0), PLANT_MT, names)
        if phase == "trade":
            _, local = world.process.balance(plants.region)
            used = total_by(plants.region, local[0] * book.domestic_ore_mt, len(names)) * ore.limited
            demand(
                "mines dig what they can", np.maximum(book.dug_mt - book.diggable_mt, 0.0), PLANT_MT, names
            )
            self._local = self._local + book.dug_mt - used
        gap, self._local = ore.stock_mt - self._local, ore.stock_mt.copy()
        return demand("local ore by region", gap, PLANT_MT, names)


class Flows:
    """Money that changes hands in trade alone: earnings, payments and losses, each against its causes."""

    def __init__(self, world: World) -> None:
        """Begin with an empty book."""
        self.begin(world)

    def begin(self, world: World) -> None:
        """Forget the year that is over."""
        self._earned = self._borne = np.zeros(len(world.groups))

    def earnings(self, world: World, phase: str) -> float:
        """Earnings of each group against the sales, costs, upkeep, support and metal behind them, million CNY.

        They are worked out anew after trade, when every plant still has the owner that traded; after any other
        phase they must be what they were.
        """
        book, plants, groups = world.book, world.refineries, world.groups
        if phase == "trade":
            net = (book.revenue_mcny - book.cost_mcny) / (1.0 + world.parameters.market.vat_share)
            own = total_by(plants.group, net - book.upkeep_mcny + book.put_off_mcny, len(groups))
            self._earned = own + book.support_mcny + book.smelting_mcny + self._mining(world)
        scale = max(exact_sum(np.abs(book.delivered_mcny)), 1.0)
        return demand("money by group", (book.earned_mcny - self._earned) / scale, MONEY_SHARE, groups.keys)

    def _mining(self, world: World) -> Floats:
        """What the mines of each group earned, (groups,), within what they can ship and the margins of the year."""
        book, mines, groups = world.book, world.mines, world.groups
        demand("ore by mine", np.maximum(book.mined_mt - mines.ore_mt, 0.0), PLANT_MT, mines.keys)
        feed, exchange = world.pack.trade.feed_price, world.pack.trade.of(world.pack.trade.exchange).price
        # What freight adds to the price goes to carriers, and what it falls by does not come from the mine.
        most_usd = max(
            each.get(feed, math.inf) - freight_rise(world, number)
            for number, each in enumerate(book.quarters, start=1)
        )
        most_rate = max(each.get(exchange, math.inf) for each in book.quarters)
        margin = np.maximum(most_usd - mines.cost_usd_per_t, 0.0) * most_rate * mines.profit_share
        most = np.where(book.mined_mt > 0.0, book.mined_mt * margin, 0.0)
        demand("money by mine", np.maximum(book.mines_mcny - most, 0.0) / 1e3, MONEY_SHARE, mines.keys)
        demand("money by mine", np.minimum(book.mines_mcny, 0.0), 0.0, mines.keys)
        return total_by(mines.group, book.mines_mcny, len(groups))

    def payments(self, world: World, phase: str) -> float:
        """What plants got by region and smelters paid by market, against payments and freight by route, share."""
        book, regions = world.book, world.geography.regions
        smelters, paid = world.smelters, book.delivered_mcny
        scale = max(float(paid.sum()), 1.0)
        got = total_by(world.refineries.region, book.revenue_mcny, len(regions))
        mills = demand(
            "payments have two sides",
            (got - (paid - book.freight_mcny)[:-1].sum(axis=1)) / scale,
            MONEY_SHARE,
            regions,
        )
        spent = total_by(smelters.market, book.purchases_mcny, paid.shape[1])
        smelting = np.bincount(smelters.market, minlength=paid.shape[1]) > 0
        gap = (spent - paid.sum(axis=0))[smelting] / scale
        return max(mills, demand("payments have two sides", gap, MONEY_SHARE))

    def losses(self, world: World, phase: str) -> float:
        """Who bore each group's losses against its plants' losses; none is negative, million CNY."""
        book, groups = world.book, world.groups
        demand("losses are borne", np.minimum(book.losses_mcny, 0.0), 1e-6)
        if phase == "trade":
            self._borne = total_by(world.refineries.group, book.loss_mcny, len(groups))
        borne = book.losses_mcny.sum(axis=0)
        scale = max(float(self._borne.sum()), 1.0)
        return demand("losses are borne", (borne - self._borne) / scale, MONEY_SHARE, groups.keys)


class Stakes:
    """Stakes in every held node are whole parts per million and add up exactly; looked at where they were written."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._version = self._writes = -1

    def __call__(self, world: World) -> float:
        """Check the stakes that have changed, or all where some were written by other ways; gives zero."""
        ownership, known = world.ownership, self._version
        self._version = ownership.version
        if ownership.other_writes != self._writes:
            self._writes = ownership.other_writes
            self._closely(ownership.graph, None)
        elif known != self._version:
            self._closely(ownership.graph, {change.held for change in ownership.changes_from(known)})
        return 0.0

    def _closely(self, graph: nx.DiGraph, nodes: set[str] | None) -> None:
        stakes = defaultdict[str, list[int]](list)
        for _, held, ppm in graph.in_edges(nodes, data="ppm"):
            stakes[held].append(ppm)
        for held, parts in stakes.items():
            gap, least = sum(parts) - EQUITY_PPM, min(parts)
            if gap or least < 0:
                raise ModelCheckError(law="stakes add up", amount=float(gap or least), agents=(held,))
