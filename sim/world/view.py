"""What deciders see: a frozen picture of the world that all of them share.

An agent that decides gets this and nothing else, so no decision can depend on who decided before.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.arrays import Floats
from sim.policies.rulebook import Rulebook
from sim.scenario.parameters import Parameters
from sim.world.geography import Geography
from sim.world.population import Groups, Importers, Refineries

if TYPE_CHECKING:
    from sim.industry import Industry


@dataclass(frozen=True, slots=True)
class View:
    """The world at one moment, for reading only.

    Attributes:
        year: the year.
        rules: the year's rulebook.
        parameters: the model's parameters.
        geography: regions and markets.
        refineries: their table.
        groups: their table.
        importers: their table.
        mill_cny_per_t: (origins,) last mill prices, landed imports last.
        expected_cny_per_t: (regions,) mill prices expected in the long run.
        fob_usd_per_t: world price.
        exchange_rate_cny_per_usd: yuan per dollar.
        mud_t_per_t: (plants,) red mud per tonne of alumina.
    """

    year: int
    rules: Rulebook
    parameters: Parameters
    geography: Geography
    refineries: Refineries
    groups: Groups
    importers: Importers
    mill_cny_per_t: Floats
    expected_cny_per_t: Floats
    fob_usd_per_t: float
    exchange_rate_cny_per_usd: float
    mud_t_per_t: Floats


def look(industry: "Industry", expected_cny_per_t: Floats) -> View:
    """Give a frozen picture of the industry."""
    return View(
        year=industry.year,
        rules=industry.rules,
        parameters=industry.parameters,
        geography=industry.geography,
        refineries=industry.refineries.snapshot(),
        groups=industry.groups.snapshot(),
        importers=industry.importers.snapshot(),
        mill_cny_per_t=industry.prices.mill_cny_per_t.copy(),
        expected_cny_per_t=expected_cny_per_t,
        fob_usd_per_t=industry.prices.fob_usd_per_t,
        exchange_rate_cny_per_usd=industry.prices.now.exchange_rate_cny_per_usd,
        mud_t_per_t=industry.recipe.mud_t,
    )
