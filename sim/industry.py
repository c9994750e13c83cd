"""The industry as a Mesa model: it holds the world, and `step` runs one year.

An `Industry` is a plain `mesa.Model`. Its agents decide; the numbers they decide on are columns of its tables.
The year itself is the tuple of phases in `sim/year.py`, and what a phase does stands in `sim/phases/`.
"""

from collections.abc import Callable

import mesa
import numpy as np

from sim.agents.cast import cast_agents
from sim.core.arrays import Floats, total_by
from sim.core.errors import ModelCheckError
from sim.core.rng import Streams
from sim.market.costs import COMPONENTS
from sim.market.inputs import Exposure, Happening, imposed, motion
from sim.phases.curbs import rate_compliance, weigh_regions
from sim.phases.founding import found_plants
from sim.phases.landing import open_harbours
from sim.phases.mud_use import place_mud
from sim.phases.ponds import permits_under_way
from sim.phases.preparing import clusters
from sim.phases.spin_up import SPIN_UP_YEAR, open_prices, spin_up
from sim.policies.rulebook import Rulebook
from sim.scenario.load import Scenario
from sim.strategy.finance import BEARERS
from sim.world.books import (
    Abroad,
    CreditLimits,
    Decision,
    Event,
    Groundbreaking,
    Harbours,
    Outside,
    SiteOutlook,
    Sizes,
    YearBook,
    empty_book,
    no_promises,
)
from sim.world.dealbook import Deal, Market
from sim.world.geography import read_geography
from sim.world.holdings import Holdings
from sim.world.owners import assign_groups, open_accounts, owner_types, read_ownership
from sim.world.population import Groups, make_importers, make_refineries, make_smelters
from sim.world.recipes import cluster_size, make_recipe
from sim.world.sites import make_sites, ore_control
from sim.world.surroundings import equip, read_surroundings
from sim.year import YEAR, Phase


class Industry(mesa.Model):
    """One industry in one run: a pure function of the scenario and the seed.

    Args:
        scenario: what to simulate.
        seed: the run's luck.
    """

    book: YearBook
    base_book: YearBook
    first_quarter_cost: dict[str, float]
    credit: CreditLimits
    harbours: Harbours
    noise: Floats
    slopes: Floats
    smelting_scale: float

    def __init__(self, scenario: Scenario, seed: int = 0) -> None:
        """Build the world at the end of 2025: read the pack, make the agents, play the spin-up year."""
        super().__init__(rng=seed)
        self.spec = scenario.spec
        self.pack = scenario.pack
        self.parameters = scenario.spec.parameters
        self.streams = Streams(seed)
        self.year = SPIN_UP_YEAR
        self.events: list[Event] = []
        self.decisions: list[Decision] = []
        self.checkers: list[Callable[[Industry, str], None]] = []
        self.watchers: list[Callable[[Industry], None]] = []
        self.rules = Rulebook()
        self.last_rules = self.rules
        self.outlook = self.rules
        self.motion = motion(self.parameters.inputs)
        self.imposed = imposed(self.spec.shocks)
        self.happenings: list[Happening] = []
        self.outside = Outside()
        self.broken_ground: list[Groundbreaking] = []
        self.site_outlook: SiteOutlook | None = None
        self.surroundings = read_surroundings(self.pack)
        self.deals: list[Deal] = []
        self.plant_market = Market()
        self._make_tables()
        self._make_owners()
        self._open_books()
        self.cast = cast_agents(self)
        rate_compliance(self)
        spin_up(self)
        weigh_regions(self)

    def _make_tables(self) -> None:
        """Make refineries, smelters, importers and the projects abroad."""
        self.geography = read_geography(self.pack)
        self.refineries = make_refineries(self.pack, self.geography, self.parameters, self.streams)
        rows = np.arange(len(self.refineries))
        equip(self.refineries, rows, self.surroundings.uses, self.parameters, self.streams)
        self.smelters = make_smelters(self.pack, self.geography)
        self.opening_smelting_mt = (
            float(self.smelters.capacity_mt.sum()) * self.parameters.market.smelter_running_share
        )
        self.importers = make_importers(self.pack)
        self.abroad = [
            Abroad(
                key=row.id,
                importer=row.importer,
                capacity_mt=row.capacity_mt,
                refinery=row.kind == "overseas_refinery",
                due_year=row.expected_year,
                planned=row.stage == "planned",
            )
            for row in self.pack.projects
            if row.kind != "refinery" and row.stage != "stalled"
        ]

    def _make_owners(self) -> None:
        """Make the ownership graph, the groups and their opening accounts."""
        self.ownership = read_ownership(self.pack)
        self.holdings = Holdings()
        keys = assign_groups(self.holdings.controllers(self), self.refineries, self.smelters)
        self.groups = Groups(keys)
        refining = total_by(self.refineries.group, self.refineries.nameplate_mt, len(keys))
        smelting = total_by(self.smelters.group, self.smelters.capacity_mt, len(keys))
        self.groups.owner_type[:] = owner_types(self.pack, keys, refining, smelting)
        behind = {row.id: row for row in self.pack.groups}
        self.may_buy = [
            key in behind and behind[key].status != "synthetic" and behind[key].owner_type != "foreign"
            for key in keys
        ]
        self.ore_control = ore_control(self.pack, keys)
        open_accounts(self.groups, refining, smelting, self.parameters, self.streams)

    def _open_books(self) -> None:
        """Give plants their recipes and first ponds, and prices their opening values."""
        plants, regions = self.refineries, len(self.geography.regions)
        self.opening_cluster_mt = cluster_size(plants, regions)
        domestic = total_by(plants.region, plants.nameplate_mt * (1.0 - plants.imported_share), regions)
        self.exposure = Exposure(self.geography.regions, {"domestic_ore": domestic})
        self.harbours = open_harbours(self)
        self.clusters = clusters(self)
        self.sites = make_sites(self.pack, self.geography, self.parameters)
        self.recipe = make_recipe(
            self.pack, self.geography, plants, self.parameters, self.year, self.clusters
        )
        self.components = np.zeros((len(COMPONENTS), len(plants)))
        place_mud(self)
        yearly = self.recipe.mud_t * (1.0 - plants.mud_use_share) * plants.runnable_mt
        plants.pond_space_mt[:] = plants.pond_life_years * yearly
        permits_under_way(self)
        self.promises = no_promises(len(plants), regions, len(self.geography.markets))
        self.prices = open_prices(self)

    def step(self) -> None:
        """Play one year, phase by phase; conservation is checked after each.

        Raises:
            ModelCheckError: a law is broken; it names the year and the phase.
        """
        self.year += 1
        found_plants(self)
        self.book = self.new_book()
        for phase in YEAR:
            self._play(phase)

    def _play(self, phase: Phase) -> None:
        try:
            phase(self)
            for check in self.checkers:
                check(self, phase.__name__)
        except ModelCheckError as broken:
            raise broken.at(self.year, phase.__name__) from broken

    def new_book(self) -> YearBook:
        """Give an empty book for a year."""
        origins, markets = self.geography.freight_cny_per_t.shape
        return empty_book(
            Sizes(
                plants=len(self.refineries),
                smelters=len(self.smelters),
                groups=len(self.groups),
                origins=origins,
                markets=markets,
                bearers=len(BEARERS),
                components=len(COMPONENTS),
            )
        )

    def room_to_pay(self, group: int) -> float:
        """Give what a group could pay for a purchase from cash above its least and from credit, million CNY."""
        groups, limits = self.groups, self.credit
        cash = float(groups.cash_mcny[group] - limits.least_cash_mcny[group])
        credit = float(limits.debt_mcny[group] - groups.debt_mcny[group])
        return max(cash, 0.0) + max(credit, 0.0)

    def draw_for(self, group: int, amount_mcny: float) -> None:
        """Let a group borrow what a payment takes beyond its spare cash."""
        spare = max(float(self.groups.cash_mcny[group] - self.credit.least_cash_mcny[group]), 0.0)
        borrowed = max(amount_mcny - spare, 0.0)
        self.groups.debt_mcny[group] += borrowed
        self.groups.cash_mcny[group] += borrowed

    def tell(
        self,
        kind: str,
        agent: str,
        amount: float,
        unit: str,
        reason: str,
        *,
        counterpart: str = "",
        quarter: int = 0,
    ) -> None:
        """Write one change of fact into the event log."""
        self.events.append(Event(self.year, quarter, kind, agent, counterpart, amount, unit, reason))


def release(model: mesa.Model) -> None:
    """Let Mesa forget a finished model; Mesa 3.3 keeps every model alive that ever had an agent."""
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is not None:
        ids.pop(model, None)
