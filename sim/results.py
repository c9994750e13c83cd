"""What came out of a run, as tables: the face that figures, pages, files and notebooks share."""

from dataclasses import dataclass, fields
from functools import cached_property

import networkx as nx
import pandas as pd

from sim.aftermath import owner_classes, plants_bought, table_of_classes, table_of_outcomes
from sim.core.errors import whole
from sim.core.units import unit_of
from sim.recorder import (
    Recorder,
    table_of_flows,
    table_of_groups,
    table_of_plants,
    table_of_quarters,
    table_of_regions,
    table_of_years,
)
from sim.scenario.load import Scenario
from sim.world.books import Event, Site
from sim.world.dealbook import Deal
from sim.world.history import difference
from sim.world.ownership import EQUITY_PPM
from sim.world.world import World

NOWHERE = Site("")


@dataclass(frozen=True, repr=False)
class Results:
    """One finished run.

    Attributes:
        scenario: what was simulated.
        seed: its luck.
        world: the world at the end.
        recorder: what was seen.
        residuals: largest gap of each conservation law.
        seconds: wall time by phase.
    """

    scenario: Scenario
    seed: int
    world: World
    recorder: Recorder
    residuals: dict[str, float]
    seconds: dict[str, float]

    @cached_property
    def years(self) -> pd.DataFrame:
        """One row a year, measures named with their units."""
        return table_of_years(self.recorder, self.scenario.pack)

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """One row a quarter, national figures."""
        return table_of_quarters(self.recorder, self.scenario.pack)

    @cached_property
    def refineries(self) -> pd.DataFrame:
        """One row a refinery and year."""
        return table_of_plants(self.recorder, self.world)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row an owner group and year."""
        return table_of_groups(self.recorder, self.world)

    @cached_property
    def regions(self) -> pd.DataFrame:
        """One row a supply region and year."""
        return table_of_regions(self.recorder, self.world)

    @cached_property
    def flows(self) -> pd.DataFrame:
        """One row a year, origin and market, Mt shipped."""
        return table_of_flows(self.recorder, self.world)

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row a change of fact."""
        columns = [field.name for field in fields(Event)]
        return pd.DataFrame([event.row() for event in self.world.events], columns=columns)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """One row an option of a strategic decision, or a fact that it rests on; `role` says which.

        `unit` is that of options and margin, `value_unit` that of the row's own value; rows of one decision share its
        `decision_id`. An option that is a plant to be built says in `region` where it would stand, and in `replaces`
        which old plant would go for it. `about` is the end of `kind`, and `because` that of `rule`: the reason of the
        single case.
        """
        rows = [
            (
                *(each.year, each.agent, each.kind, each.choice, role, name, value),
                *(each.unit, each.margin, each.rule, each.unit if role == "option" else unit_of(name)),
                *(each.id, site.region, site.replaces, each.about, each.because),
            )
            for each in self.world.decisions
            for role, named in (("option", each.options), ("fact", each.facts))
            for name, value in named.items()
            for site in [each.sites.get(name, NOWHERE) if role == "option" else NOWHERE]
        ]
        columns = ["year", "agent", "kind", "choice", "role", "name", "value", "unit", "margin", "rule"]
        return pd.DataFrame(
            rows, columns=[*columns, "value_unit", "decision_id", "region", "replaces", "about", "because"]
        )

    @cached_property
    def deals(self) -> pd.DataFrame:
        """One row a deal that came up, closed or not: what it was worth to whom, how it was paid, who said no."""
        columns = [field.name for field in fields(Deal)]
        return pd.DataFrame([deal.row() for deal in self.world.deals], columns=columns)

    @cached_property
    def deal_classes(self) -> pd.DataFrame:
        """One row a kind of deal, class of buyer and class of seller: who buys from whom, with tonnes and money."""
        return table_of_classes(self.deals, owner_classes(self.world))

    @cached_property
    def deal_outcomes(self) -> pd.DataFrame:
        """One row a deal and year after it: how what was bought has changed since, by itself and against its peers."""
        bought = plants_bought(self.world, self.refineries)
        return table_of_outcomes(self.deals, self.refineries, bought)

    def ownership_changes(self, year_a: int, year_b: int) -> pd.DataFrame:
        """The holdings that differ between the ends of two years, shares before and after, zero for none."""
        rows = [
            (
                *(change.held, change.holder),
                *(stake.ppm / EQUITY_PPM if stake else 0.0 for stake in (change.before, change.after)),
            )
            for change in difference(self.world.ownership, self._known(year_a), self._known(year_b))
        ]
        return pd.DataFrame(rows, columns=["held", "holder", "before_share", "after_share"])

    def ownership(self, year: int) -> nx.DiGraph:
        """The ownership graph at the end of a year, from the base year on.

        Raises:
            UsageError: the run has no such year.
        """
        return self.world.ownership.at(self._known(year))

    def _known(self, year: int) -> int:
        return whole("year", year, self.world.ownership.start_year, self.scenario.spec.years.end_year)
