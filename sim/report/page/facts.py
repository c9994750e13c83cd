"""What the sections of a page share: the tables of a run by year, and who holds how much of what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import networkx as nx
import numpy as np

from sim.reasons.record import Record, record_of
from sim.report.answer import Teller
from sim.report.answer_tables import Runs, Seen
from sim.report.page.parts import Called, Words
from sim.results import Results
from sim.world.holdings import controllers, economic_interest
from sim.world.kinds import Happened
from sim.world.owners import asset_nodes
from sim.world.ownership import Ownership

Row = Mapping[str, Any]
Shares = dict[str, dict[str, float]]
"""By plant and owner group, the part that is the group's."""
CONTROL, EQUITY = "control", "equity"
VIEWS = (CONTROL, EQUITY)
LEAST_SHARE = 0.0005
CLOSED = (Happened.EXIT, Happened.WRITE_OFF)
"""What takes capacity for good and puts none elsewhere."""
MINORITIES = "minorities"
"""Everybody whose look-through share reaches no owner group."""


@dataclass(frozen=True)
class Facts:
    """One run as the sections of its page see it."""

    results: Results
    words: Words
    study: Runs | None = None

    @cached_property
    def seen(self) -> Seen:
        """The tables of the study of the same scenario, empty without one."""
        return Seen(self.results, self.study, self.study.scenarios[0] if self.study else "")

    @cached_property
    def runs_alone(self) -> Seen:
        """The tables of the study without those of the run."""
        return Seen(None, self.study, self.seen.label)

    def among(self, name: str, year: int, decimals: int = 0) -> str:
        """The median of all runs of a measure in a year and how it spreads, nothing without runs."""
        if not self.seen.runs:
            return ""
        teller = Teller(self.words.lang, "", {}, self.runs_alone)
        mid, span = teller.measure(name, year, decimals)
        known = {"runs": self.seen.runs, "what": self.words(f"measures.{name}"), "year": year}
        return self.words("page.among", mid=mid, span=span, agree=self._agree(name, year), **known)

    def _agree(self, name: str, year: int) -> str:
        """In how many runs a measure is on the same side of its first year, nothing in the first year itself."""
        first = self.years[0]
        _, steps = self.runs_alone.measure(name, lambda runs: runs[year] - runs[first])
        more, less = int((steps > 0.0).sum()), int((steps < 0.0).sum())
        way = "more" if more >= less else "less"
        return self.words(f"page.agree_{way}", first=first, count=max(more, less)) if more or less else ""

    def closed_mt(self, after: int, year: int) -> dict[str, float]:
        """Nameplate of the plants and lines that closed for good after a year until another, by plant, Mt/yr."""
        found: dict[str, float] = {}
        for when, key, size in self._closed:
            if after < when <= year:
                found[key] = found.get(key, 0.0) + size
        return dict(sorted(found.items()))

    @cached_property
    def _closed(self) -> list[tuple[int, str, float]]:
        """The year, plant and nameplate of all that closed for good."""
        events = self.results.events
        found = events[events["kind"].isin(CLOSED)]
        return list(zip(*(found[name].tolist() for name in ("year", "agent", "amount")), strict=True))

    @cached_property
    def record(self) -> Record:
        """The run as explanations see it."""
        return record_of(self.results)

    def has(self, part: str) -> bool:
        """Whether the industry has a part, such as `residue`."""
        return self.results.scenario.pack.has(part)

    @cached_property
    def called(self) -> Called:
        """What plants, owners and places are called."""
        return Called(self.results, self.words)

    @cached_property
    def years(self) -> list[int]:
        """The years that were played."""
        return [int(year) for year in self.results.years["year"]]

    @cached_property
    def annual(self) -> dict[int, Row]:
        """The row of each year."""
        return {int(row["year"]): row for row in self.results.years.to_dict("records")}

    @cached_property
    def plants(self) -> dict[int, list[Row]]:
        """The rows of the refineries by year."""
        return _by_year(self.results.refineries.to_dict("records"))

    @cached_property
    def regions(self) -> dict[int, list[Row]]:
        """The rows of the regions by year."""
        return _by_year(self.results.regions.to_dict("records"))

    @cached_property
    def coastal(self) -> dict[str, bool]:
        """Whether each region lies at the coast or a river port."""
        return {row.id: row.coastal for row in self.results.scenario.pack.regions}

    @cached_property
    def shares(self) -> dict[str, dict[int, Shares]]:
        """Who has which part of each plant by view and year: by control one has it all, by equity each its part."""
        control = {
            year: {row["refinery"]: {row["group"]: 1.0} for row in rows} for year, rows in self.plants.items()
        }
        return {CONTROL: control, EQUITY: {year: self._interest(year) for year in self.years}}

    @cached_property
    def ownership(self) -> dict[int, Ownership]:
        """The ownership graph at the end of each year."""
        return {year: Ownership(self.results.ownership(year), year) for year in self.years}

    def _interest(self, year: int) -> Shares:
        """What of each plant's profit reaches the groups that nobody controls and stays with them."""
        groups = self.results.groups
        ownership = self.ownership[year]
        kinds, top = ownership.snapshot().kinds, controllers(ownership)
        heads = [key for key in groups[groups["year"] == year]["group"] if top.get(key) == key]
        plants = [row["refinery"] for row in self.plants[year]]
        table = economic_interest(ownership, heads, [*asset_nodes(kinds, plants), *heads])
        of_plants, of_heads = table[:, : len(plants)], table[:, len(plants) :]
        # A group's part of another group's plants is counted once, with the group that it reaches last.
        kept = of_plants * np.linalg.inv(of_heads).sum(axis=0)[:, None]
        found: Shares = {}
        for plant, column in zip(plants, kept.T.tolist(), strict=True):
            parts = {head: part for head, part in zip(heads, column, strict=True) if part > LEAST_SHARE}
            rest = 1.0 - sum(parts.values())
            found[plant] = {**parts, **({MINORITIES: rest} if rest > LEAST_SHARE else {})}
        return found

    @cached_property
    def history(self) -> nx.MultiDiGraph:
        """Every stake that ever was as its own edge."""
        return self.results.world.ownership.to_graphml_graph()

    @cached_property
    def owned(self) -> dict[str, dict[int, dict[str, float]]]:
        """Nameplate of each owner group by view and year, Mt/yr, the largest first."""
        return {view: {year: self._sizes(view, year) for year in self.years} for view in VIEWS}

    def _sizes(self, view: str, year: int) -> dict[str, float]:
        sizes: dict[str, float] = {}
        for row in self.plants[year]:
            for owner, part in self.shares[view][year][row["refinery"]].items():
                if owner != MINORITIES:
                    sizes[owner] = sizes.get(owner, 0.0) + part * float(row["nameplate_mt"])
        owned = ((key, size) for key, size in sizes.items() if size > 0.0)
        return dict(sorted(owned, key=lambda item: -item[1]))

    def owner(self, key: str) -> str:
        """What an owner is called."""
        return self.words("names.minorities") if key == MINORITIES else self.called(key)


def inert(text: str) -> str:
    """A text as plotly shows it letter by letter: plotly reads tags in all it is given."""
    return escape(text, quote=False)


def _by_year(rows: list[dict[str, Any]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(int(row["year"]), []).append(row)
    return found
