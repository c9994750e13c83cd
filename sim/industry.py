"""The industry as a Mesa model: a world, the agents who decide in it, and `step`, which plays a year.

An `Industry` is a plain `mesa.Model`. The year itself is the tuple of phases in `sim/year.py`, and what a phase does
stands in `sim/phases/` and `sim/decisions/`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Self

import mesa

from sim.agents.cast import Minds, cast_agents, minds
from sim.core.errors import ModelCheckError, whole
from sim.opening import open_world
from sim.recorder import Recorder, measured_columns
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.world.world import World
from sim.year import YEAR, Phase


class Industry(mesa.Model):
    """One industry in one run: a pure function of the scenario, the seed and the agents.

    Attributes:
        world: all that exists.
        cast: the agents who decide.
        recorder: what was seen at the end of each year.
        checkers: called with the world and the name of a phase after each.
        watchers: called with the world at the end of each year.
    """

    def __init__(
        self,
        scenario: Scenario | Path | str = "baseline",
        seed: int = 0,
        agents: Minds | None = None,
        *,
        set: Settings = (),
    ) -> None:
        """Open the world at the end of the base year and cast its agents.

        Args:
            scenario: what to simulate: a scenario, its name or its file.
            seed: the run's luck.
            agents: classes that decide in place of the usual ones, `{OwnerGroup: MyGroup}`.
            set: changes of the scenario, as for `sim.load`.

        Raises:
            UsageError: a class in `agents` is none of an agent, or the seed is no whole number from 0.
        """
        super().__init__(rng=whole("seed", seed))
        scenario = load(scenario, set=set)
        self.spec = scenario.spec
        try:
            self.world = open_world(scenario, seed)
        except ModelCheckError as broken:
            raise broken.at(scenario.pack.base_year, "base year") from broken
        self.cast = cast_agents(self, self.world, minds(agents))
        self.recorder = Recorder(scenario.pack)
        self._collector: mesa.DataCollector | None = None
        self.checkers: list[Callable[[World, str], None]] = []
        self.watchers: list[Callable[[World], None]] = [self.recorder]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let Mesa forget it, however far it was played."""
        release(self)

    def step(self) -> None:
        """Play one year, phase by phase; conservation is checked after each.

        Raises:
            ModelCheckError: a law is broken; it names the year and the phase.
        """
        for phase in YEAR:
            self._play(phase)
        for watcher in self.watchers:
            watcher(self.world)
        if self._collector:
            self._collector.collect(self)
        self.running = self.world.year < self.spec.years.end_year
        if not self.running:
            release(self)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Every metric by year, as Mesa's tools read it, of what the recorder has seen; or a collector of one's own."""
        if self._collector:
            return self._collector
        seen, columns = self.recorder, measured_columns(self.recorder.pack)
        place = {name: row for row, name in enumerate(seen.names)}
        collector = mesa.DataCollector(dict.fromkeys(("year", *columns), str))
        collector.model_vars["year"] = [year for year, _ in seen.years]
        for column, name in columns.items():
            collector.model_vars[column] = [values[place[name]] for _, values in seen.years]
        return collector

    @datacollector.setter
    def datacollector(self, own: mesa.DataCollector) -> None:
        self._collector = own

    def _play(self, phase: Phase) -> None:
        try:
            phase.play(self.world, self.cast)
            for check in self.checkers:
                check(self.world, phase.name)
        except ModelCheckError as broken:
            raise broken.at(self.world.year, phase.name) from broken


def release(model: mesa.Model) -> None:
    """Let Mesa forget a finished model; Mesa 3.3 keeps every model alive that ever had an agent."""
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is not None:
        ids.pop(model, None)
