"""The world: all that exists in one run, as it stands. It decides nothing, works nothing out and knows no agents.

Tables hold plants and owners, the graph who holds what, the books what happened. Phases and decisions write to
it; everybody else reads. `sim/opening.py` builds it at the end of the base year.
"""

from typing import TypedDict, Unpack

from sim.core.arrays import Bools, Floats
from sim.core.rng import Streams
from sim.market.contracts import Promises
from sim.market.inputs import Exposure, Happening, Motion
from sim.policies.rulebook import Rulebook
from sim.process.base import Clusters, Process, Recipe
from sim.scenario.load import Scenario
from sim.world.abroad import Abroad, Integration, Outside
from sim.world.books import (
    CreditLimits,
    Decision,
    Event,
    Groundbreaking,
    Harbours,
    Prices,
    RegionalQuarter,
    YearBook,
)
from sim.world.dealbook import Deal, Market
from sim.world.geography import Geography
from sim.world.holdings import Holdings
from sim.world.kinds import Happened
from sim.world.local_ore import LocalOre
from sim.world.ownership import Ownership
from sim.world.population import Groups, Importers, Mines, Refineries, Smelters
from sim.world.sites import SiteTerms
from sim.world.surroundings import Surroundings


class Further(TypedDict, total=False):
    """What else an event may say."""

    quarter: int
    counterpart: str
    subject: str
    duration_quarters: int
    figures: tuple[float, ...]


class World:
    """All that exists in one run.

    Attributes:
        spec: what is simulated.
        pack: the industry's data, with the owners that were drawn.
        parameters: the model's parameters.
        streams: the run's luck.
        year: the year that is played, or was last.
        rules: the year's rulebook; `last_rules` that of the year before, `outlook` what is expected from what is
            announced.
        process: how the product is made.
        geography: regions, markets and the ways between.
        surroundings: what regions bear.
        local_ore: what mines of regions can give, and what is in stock.
        refineries: table of plants and projects.
        smelters: table of smelters.
        importers: table of producers outside China.
        mines: table of mines abroad that ship ore to China.
        groups: table of owner groups.
        ownership: who holds what, with its history.
        holdings: what follows from it, kept up to date.
        may_buy: (groups,) whether each is identified and Chinese.
        ore_control: (groups,) part of its ore that a group controls.
        abroad: projects outside China that have not started.
        sites: a plant of the usual size in each region, to be built in thought.
        site_terms: what it would meet, from the end of a year's trade until its last plan; none at other times.
        prices: prices and stocks that carry over.
        promises: captive and contracted tonnes of the year.
        slopes: (markets + regions) square, tonnes by price at the last clearing of the last year.
        recipe: what each plant uses and makes per tonne.
        components: (components, plants) cash cost of the quarter, CNY/t.
        saved: (components, plants) what deals save of it this year, CNY/t; `integrations` deal by deal.
        clusters: what the plants of a region share this year; `opening_cluster_mt` at the start.
        credit: what groups may draw this year.
        harbours: ports of imported ore.
        outside: the rest of the world as Chinese trade meets it.
        smelting_scale: operating over installed smelter capacity; `opening_smelting_mt` what operated at the start.
        motion: how input prices move; `noise` their luck of the year; `exposure` what disruptions can hit.
        happenings: disruptions under way; `imposed` those of the scenario and of a record that it replays.
        record: recorded drivers that are replayed, by year and quarter and series.
        broken_ground: plants that were begun this year.
        plant_market: the market for plants.
        deals: every proposal of the run.
        book: what happened in the year so far; `base_book` the base year's.
        base_regions: what regions made of each quarter of the base year.
        events: changes of fact of the run.
        decisions: decisions of the run.
    """

    process: Process
    geography: Geography
    surroundings: Surroundings
    local_ore: LocalOre
    refineries: Refineries
    smelters: Smelters
    importers: Importers
    mines: Mines
    groups: Groups
    ownership: Ownership
    holdings: Holdings
    may_buy: Bools
    ore_control: Floats
    abroad: list[Abroad]
    sites: Refineries
    prices: Prices
    promises: Promises
    slopes: Floats
    recipe: Recipe
    components: Floats
    saved: Floats
    clusters: Clusters
    opening_cluster_mt: Floats
    credit: CreditLimits
    harbours: Harbours
    smelting_scale: float
    opening_smelting_mt: float
    motion: Motion
    noise: Floats
    exposure: Exposure
    imposed: tuple[Happening, ...]
    book: YearBook
    base_book: YearBook
    base_regions: list[RegionalQuarter]

    def __init__(self, scenario: Scenario, seed: int, year: int) -> None:
        """Start with nothing but the scenario, the seed and the year in which the world is built."""
        self.spec = scenario.spec
        self.pack = scenario.pack
        self.parameters = scenario.spec.parameters
        self.streams = Streams(seed)
        self.year = year
        self.rules = self.last_rules = self.outlook = Rulebook()
        self.outside = Outside()
        self.site_terms: SiteTerms | None = None
        self.record: dict[tuple[int, int], dict[str, float]] = {}
        self.plant_market = Market()
        self.happenings: list[Happening] = []
        self.broken_ground: list[Groundbreaking] = []
        self.deals: list[Deal] = []
        self.integrations: list[Integration] = []
        self.events: list[Event] = []
        self.decisions: list[Decision] = []

    def tell(
        self, kind: Happened, agent: str, amount: float, unit: str, reason: str, **more: Unpack[Further]
    ) -> None:
        """Write one change of fact into the event log; what each argument is stands in `Event`."""
        further: Further = {"quarter": 0, "counterpart": "", **more}
        self.events.append(
            Event(year=self.year, kind=kind, agent=agent, amount=amount, unit=unit, reason=reason, **further)
        )
