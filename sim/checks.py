"""Conservation, after every phase of every run: what came in must have gone out.

A broken law stops the run with the year, the phase, the law and the agents; nothing is ever set right in
silence. The checks only watch: they write to nothing but their own memory of the last balance.
"""

import math
from collections.abc import Callable
from itertools import compress
from operator import attrgetter, ne
from typing import NamedTuple

import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.core.errors import ModelCheckError
from sim.laws import CAPACITY_MT, MASS_SHARE, MONEY_SHARE, PLANT_MT, Flows, Moves, Stakes, demand
from sim.world.books import BOOKED
from sim.world.world import World

Check = Callable[[World, str], float]
"""Gives the largest gap that a law has after a phase."""
ABOUT = {"mud in ponds": "residue", "local ore by region": "local feed"}
"""Laws of a part that an industry may lack."""
EXPECTED = {
    "trade": ("local_ore.stock_mt", "book.earned_mcny", "book.losses_mcny"),
    "fill_ponds": ("refineries.mud_stock_mt",),
}
"""Columns that a phase must write: their laws are checked after it though they be the same."""


class Law(NamedTuple):
    """The name of a law, its check, and the columns that it reads and that may change."""

    name: str
    check: Check
    reads: frozenset[str]


def law(name: str, check: Check, reads: str) -> Law:
    """The law that reads `table column ..., ...`."""
    tables = (text.split() for text in reads.split(", "))
    return Law(name, check, frozenset(f"{table}.{name}" for table, *names in tables for name in names))


class Conservation:
    """Watches one run; `residuals` holds the largest gap seen of each law."""

    def __init__(self, world: World) -> None:
        """Take the balance at the start."""
        self.residuals: dict[str, float] = {}
        self._per_ore: tuple[Floats, Floats] | None = None
        self._stakes = Stakes()
        self._moves = Moves(world)
        self._flows = Flows(world)
        self._laws = [
            each for each in self._listed() if each.name not in ABOUT or world.pack.has(ABOUT[each.name])
        ]
        self._names = sorted({name for each in self._laws for name in each.reads})
        self._columns = attrgetter(*self._names)
        self._seen: list[bytes] = []
        self._all = b""
        self._remember(world)

    def _listed(self) -> tuple[Law, ...]:
        """All laws in the order in which they are checked."""
        flows, moves = self._flows, self._moves
        stocks = "prices stock_refineries_mt stock_smelters_mt"
        shares = "refineries running_share runnable_mt nameplate_mt"
        paid = "book revenue_mcny delivered_mcny freight_mcny purchases_mcny"
        ore = "book made_mt imported_ore_mt domestic_ore_mt reagent_mt mud_mt"
        numbers = "prices mill_cny_per_t, refineries cash_cost_cny_per_t running_share, groups cash_mcny"
        money = f"groups cash_mcny debt_mcny payables_mcny, book {' '.join(BOOKED)}"
        return (
            law("numbers are finite", self._finite, numbers),
            law("alumina balance", self._alumina, f"book made_mt flows_mt used_mt, {stocks}"),
            law("alumina by plant and market", self._by_place, f"book sold_mt flows_mt, {stocks}"),
            law("states and shares", self._states, f"book made_mt available_mt, {shares}"),
            law("payments have two sides", flows.payments, paid),
            law("cost by component", self._components, "book cost_mcny components_mcny"),
            law("ore and reagent by plant", self._inputs, ore),
            law("mud in ponds", moves.mud, "refineries pond_space_mt mud_stock_mt"),
            law("local ore by region", moves.local_ore, "local_ore stock_mt"),
            law("money by group", self._money, money),
            law("money by group", flows.earnings, "book earned_mcny delivered_mcny"),
            law("losses are borne", flows.losses, "book losses_mcny"),
            law("smelting capacity by events", moves.smelting, "smelters capacity_mt market"),
            law("capacity by events", moves.capacity, "refineries nameplate_mt"),
        )

    def _remember(self, world: World) -> None:
        prices, groups = world.prices, world.groups
        self._stock = exact_sum(prices.stock_refineries_mt) + exact_sum(prices.stock_smelters_mt)
        watched = zip(self._names, self._seen, strict=False)
        self._seen = [b"" if name.startswith("book.") else raw for name, raw in watched]
        self._all = b""
        self._flows.begin(world)
        self._net_cash = groups.cash_mcny - groups.debt_mcny - groups.payables_mcny

    def __call__(self, world: World, phase: str) -> None:
        """Check every law that a phase may have broken: what is the same to the last bit holds as it did.

        Raises:
            ModelCheckError: a law is broken.
        """
        touched = self._touched(world, phase)
        for name, check, reads in self._laws if touched else ():
            if not reads.isdisjoint(touched):
                self._hold(name, check(world, phase))
        self._hold("stakes add up", self._stakes(world))
        if phase == "watch":
            self._remember(world)

    def _touched(self, world: World, phase: str) -> set[str]:
        """The columns that have changed since the last phase, or should have by the events and the phase."""
        told = self._moves.told(world).union(EXPECTED.get(phase, ()))
        columns = self._columns(world)
        same, self._all = self._all, b"".join(columns)
        if self._all == same:
            return told
        before, self._seen = self._seen, [*map(np.ndarray.tobytes, columns)]
        if not before:
            return told.union(self._names)
        if not all(before):
            # The book of a new year is all zero at first, which breaks no law.
            before = [old or bytes(len(now)) for old, now in zip(before, self._seen, strict=True)]
        return told.union(compress(self._names, map(ne, before, self._seen)))

    def _hold(self, law: str, gap: float) -> None:
        self.residuals[law] = max(self.residuals.get(law, 0.0), gap)

    def _finite(self, world: World, phase: str) -> float:
        prices, plants = world.prices, world.refineries
        for name, values in (
            ("price", prices.mill_cny_per_t),
            ("cash cost", plants.cash_cost_cny_per_t),
            ("cash", world.groups.cash_mcny),
            ("running share", plants.running_share),
        ):
            if not math.isfinite(np.add.reduce(values)):
                raise ModelCheckError(law="numbers are finite", amount=math.nan, agents=(name,))
        return 0.0

    def _alumina(self, world: World, phase: str) -> float:
        """Opening stock, output and imports against use, exports and closing stock; share of throughput."""
        book, prices, geography = world.book, world.prices, world.geography
        sources = self._stock + exact_sum(book.made_mt) + exact_sum(book.flows_mt[-1])
        abroad = exact_sum(book.flows_mt[:, geography.abroad])
        stock = exact_sum(prices.stock_refineries_mt) + exact_sum(prices.stock_smelters_mt)
        uses = exact_sum(book.used_mt) + abroad + stock
        return demand("alumina balance", (sources - uses) / max(sources, 1.0), MASS_SHARE)

    def _by_place(self, world: World, phase: str) -> float:
        """Sales of a region's plants against its shipments, and no flow or stock below zero."""
        book, geography = world.book, world.geography
        sold = total_by(world.refineries.region, book.sold_mt, len(geography.regions))
        shipped = book.flows_mt[:-1].sum(axis=1)
        limit = MASS_SHARE * max(float(shipped.sum()), 1.0)
        gap = demand("alumina by plant and market", sold - shipped, limit, geography.regions)
        below = -min(float(book.flows_mt.min()), float(world.prices.stock_smelters_mt.min()), 0.0)
        below = max(below, -min(float(world.prices.stock_refineries_mt.min()), 0.0))
        return max(gap, demand("flows and stocks are not negative", below, MASS_SHARE))

    def _states(self, world: World, phase: str) -> float:
        """Running shares between 0 and 1, runnable within nameplate, output within what was available."""
        plants, book = world.refineries, world.book
        outside = np.maximum(plants.running_share - 1.0, -plants.running_share)
        demand("running shares lie between 0 and 1", np.maximum(outside, 0.0), 0.0, plants.keys)
        beyond = np.maximum(plants.runnable_mt - plants.nameplate_mt, 0.0)
        demand("runnable capacity lies within nameplate", beyond, CAPACITY_MT, plants.keys)
        over = np.maximum(book.made_mt - book.available_mt, 0.0)
        return demand("output lies within available capacity", over, CAPACITY_MT, plants.keys)

    def _money(self, world: World, phase: str) -> float:
        """Change of cash less debt and payables against what the year book says of each group, million CNY."""
        book, groups = world.book, world.groups
        booked = np.zeros(len(groups))
        for name, sign in BOOKED.items():
            if sign > 0.0:
                booked += getattr(book, name)
            else:
                booked -= getattr(book, name)
        change = groups.cash_mcny - groups.debt_mcny - groups.payables_mcny - self._net_cash
        largest = np.maximum(np.abs(groups.debt_mcny), np.abs(groups.cash_mcny))
        scale = float(np.maximum.reduce(largest, initial=1.0))
        gap = demand("money by group", (change - booked) / scale, MONEY_SHARE, groups.keys)
        demand("deals net to zero", exact_sum(book.deals_mcny) / scale, MONEY_SHARE)
        demand("dividends have two sides", exact_sum(book.dividends_mcny) / scale, MONEY_SHARE)
        return gap

    def _inputs(self, world: World, phase: str) -> float:
        """Alumina, soda and mud that the ore used must give by mass balance, against what was booked, Mt."""
        book, names = world.book, world.refineries.keys
        imported, domestic = self._balance(world)
        given = imported * book.imported_ore_mt + domestic * book.domestic_ore_mt
        alumina = demand("ore by plant", given[0] - book.made_mt, PLANT_MT, names)
        reagent = demand("reagent by plant", given[1] - book.reagent_mt, PLANT_MT, names)
        mud = demand("red mud by plant", given[2] - book.mud_mt, PLANT_MT, names)
        return max(alumina, reagent, mud)

    def _balance(self, world: World) -> tuple[Floats, Floats]:
        """Product, reagent and residue per tonne of imported and of domestic ore, (3, plants) each."""
        if self._per_ore is None or self._per_ore[0].shape[1] != len(world.refineries):
            self._per_ore = world.process.balance(world.refineries.region)
        return self._per_ore

    def _components(self, world: World, phase: str) -> float:
        """Cost by component against cost in all, share."""
        book = world.book
        total = np.maximum(book.cost_mcny, 1.0)
        gap = (book.components_mcny.sum(axis=0) - book.cost_mcny) / total
        return demand("cost by component", gap, MONEY_SHARE, world.refineries.keys)
