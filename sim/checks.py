"""Conservation, after every phase of every run: what came in must have gone out.

A broken law stops the run with the year, the phase, the law and the agents; nothing is ever set right in
silence. The checks only watch: they write to nothing but their own memory of the last balance.
"""

import math
from collections.abc import Callable

import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.core.errors import ModelCheckError
from sim.laws import CAPACITY_MT, MASS_SHARE, MONEY_SHARE, PLANT_MT, Flows, Moves, Stakes, demand
from sim.world.books import BOOKED
from sim.world.world import World

Law = tuple[str, Callable[[World], float], tuple[Floats, ...]]
"""The name of a law, its check, and all that it reads and that may change."""
ABOUT = {"mud in ponds": "residue", "local ore by region": "local feed"}
"""Laws of a part that an industry may lack."""


class Conservation:
    """Watches one run; `residuals` holds the largest gap seen of each law."""

    def __init__(self, world: World) -> None:
        """Take the balance at the start."""
        self.residuals: dict[str, float] = {}
        self._per_ore: tuple[Floats, Floats] | None = None
        self._stakes = Stakes()
        self._moves = Moves(world)
        self._flows = Flows(world)
        self._remember(world)

    def _remember(self, world: World) -> None:
        prices, groups = world.prices, world.groups
        self._stock = exact_sum(prices.stock_refineries_mt) + exact_sum(prices.stock_smelters_mt)
        self._read: dict[str, list[bytes]] = {}
        self._net_cash = groups.cash_mcny - groups.debt_mcny - groups.payables_mcny

    def __call__(self, world: World, phase: str) -> None:
        """Check every law after a phase.

        Raises:
            ModelCheckError: a law is broken.
        """
        self._hold("numbers are finite", self._finite(world))
        if phase in ("trade", "fill_ponds"):
            self._read.clear()  # What some laws remember changes then, whatever the year book says.
        for law, check, read in (*self._of_trade(world), *self._of_flows(world, phase)):
            if law in ABOUT and not world.pack.has(ABOUT[law]):
                continue
            # Most phases touch nothing of what these laws read: what is the same to the last bit holds as it did.
            now = [each.tobytes() for each in read]
            if now != self._read.get(law):
                self._hold(law, check(world))
                self._read[law] = now
        self._hold("smelting capacity by events", self._moves.smelting(world))
        self._hold("capacity by events", self._moves.capacity(world))
        self._hold("stakes add up", self._stakes(world))
        if phase == "watch":
            self._remember(world)

    def _of_flows(self, world: World, phase: str) -> tuple[Law, ...]:
        """Laws of what is paid, borne and stacked over the year, in the same way."""
        book, groups, plants, flows = world.book, world.groups, world.refineries, self._flows
        booked = [getattr(book, name) for name in BOOKED]
        owned = groups.cash_mcny, groups.debt_mcny, groups.payables_mcny
        return (
            (
                "mud in ponds",
                lambda world: self._moves.mud(world, phase),
                (plants.pond_space_mt, plants.mud_stock_mt),
            ),
            (
                "local ore by region",
                lambda world: self._moves.local_ore(world, phase),
                (world.local_ore.stock_mt,),
            ),
            (
                "money by group",
                lambda world: max(self._money(world), flows.earnings(world, phase)),
                (*owned, *booked, book.delivered_mcny),
            ),
            ("losses are borne", lambda world: flows.losses(world, phase), (book.losses_mcny,)),
        )

    def _of_trade(self, world: World) -> tuple[Law, ...]:
        """Laws of what is traded: name, check, and all that it reads and that may change."""
        book, plants, prices = world.book, world.refineries, world.prices
        stocks = prices.stock_refineries_mt, prices.stock_smelters_mt
        ore = book.imported_ore_mt, book.domestic_ore_mt, book.reagent_mt, book.mud_mt
        shares = plants.running_share, plants.runnable_mt, plants.nameplate_mt, book.available_mt
        paid = book.revenue_mcny, book.delivered_mcny, book.freight_mcny, book.purchases_mcny
        return (
            ("alumina balance", self._alumina, (book.made_mt, book.flows_mt, book.used_mt, *stocks)),
            ("alumina by plant and market", self._alumina_by_place, (book.sold_mt, book.flows_mt, *stocks)),
            ("states and shares", self._states, (book.made_mt, *shares)),
            ("payments have two sides", self._flows.payments, paid),
            ("cost by component", self._components, (book.cost_mcny, book.components_mcny)),
            ("ore and reagent by plant", self._inputs, (book.made_mt, *ore)),
        )

    def _hold(self, law: str, gap: float) -> None:
        self.residuals[law] = max(self.residuals.get(law, 0.0), gap)

    def _finite(self, world: World) -> float:
        prices, plants = world.prices, world.refineries
        for name, values in (
            ("price", prices.mill_cny_per_t),
            ("cash cost", plants.cash_cost_cny_per_t),
            ("cash", world.groups.cash_mcny),
            ("running share", plants.running_share),
        ):
            if not np.isfinite(values).all():
                raise ModelCheckError(law="numbers are finite", amount=math.nan, agents=(name,))
        return 0.0

    def _alumina(self, world: World) -> float:
        """Opening stock, output and imports against use, exports and closing stock; share of throughput."""
        book, prices, geography = world.book, world.prices, world.geography
        sources = self._stock + exact_sum(book.made_mt) + exact_sum(book.flows_mt[-1])
        abroad = exact_sum(book.flows_mt[:, geography.abroad])
        stock = exact_sum(prices.stock_refineries_mt) + exact_sum(prices.stock_smelters_mt)
        uses = exact_sum(book.used_mt) + abroad + stock
        return demand("alumina balance", (sources - uses) / max(sources, 1.0), MASS_SHARE)

    def _alumina_by_place(self, world: World) -> float:
        """Sales of a region's plants against its shipments, and no flow or stock below zero."""
        book, geography = world.book, world.geography
        sold = total_by(world.refineries.region, book.sold_mt, len(geography.regions))
        shipped = book.flows_mt[:-1].sum(axis=1)
        limit = MASS_SHARE * max(float(shipped.sum()), 1.0)
        gap = demand("alumina by plant and market", sold - shipped, limit, geography.regions)
        below = -min(float(book.flows_mt.min()), float(world.prices.stock_smelters_mt.min()), 0.0)
        below = max(below, -min(float(world.prices.stock_refineries_mt.min()), 0.0))
        return max(gap, demand("flows and stocks are not negative", below, MASS_SHARE))

    def _states(self, world: World) -> float:
        """Running shares between 0 and 1, runnable within nameplate, output within what was available."""
        plants, book = world.refineries, world.book
        outside = np.maximum(plants.running_share - 1.0, -plants.running_share)
        demand("running shares lie between 0 and 1", np.maximum(outside, 0.0), 0.0, plants.keys)
        beyond = np.maximum(plants.runnable_mt - plants.nameplate_mt, 0.0)
        demand("runnable capacity lies within nameplate", beyond, CAPACITY_MT, plants.keys)
        over = np.maximum(book.made_mt - book.available_mt, 0.0)
        return demand("output lies within available capacity", over, CAPACITY_MT, plants.keys)

    def _money(self, world: World) -> float:
        """Change of cash less debt and payables against what the year book says of each group, million CNY."""
        book, groups = world.book, world.groups
        booked = sum(sign * getattr(book, name) for name, sign in BOOKED.items())
        change = groups.cash_mcny - groups.debt_mcny - groups.payables_mcny - self._net_cash
        scale = max(
            float(np.abs(groups.debt_mcny).max(initial=0.0)),
            float(np.abs(groups.cash_mcny).max(initial=0.0)),
            1.0,
        )
        gap = demand("money by group", (change - booked) / scale, MONEY_SHARE, groups.keys)
        demand("deals net to zero", exact_sum(book.deals_mcny) / scale, MONEY_SHARE)
        demand("dividends have two sides", exact_sum(book.dividends_mcny) / scale, MONEY_SHARE)
        return gap

    def _inputs(self, world: World) -> float:
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

    def _components(self, world: World) -> float:
        """Cost by component against cost in all, share."""
        book = world.book
        total = np.maximum(book.cost_mcny, 1.0)
        gap = (book.components_mcny.sum(axis=0) - book.cost_mcny) / total
        return demand("cost by component", gap, MONEY_SHARE, world.refineries.keys)
