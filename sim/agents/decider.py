"""Whoever decides: an agent that is handed a case and answers with an intent."""

from typing import Any

import mesa

from sim.choice import Case, Intent


class Decider(mesa.Agent):
    """An agent with a lasting row in its table and a key; override `decide` to give it a mind of its own."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key

    @property
    def name(self) -> str:
        """What people call it, by the pack; its key where the pack knows no name."""
        pack = self.model.world.pack
        tables = (pack.groups, pack.refineries, pack.projects, pack.smelters, pack.importers, pack.regions)
        return next((row.name for table in tables for row in table if row.id == self.key), self.key)

    def figures(self) -> str:
        """Tell in a few numbers what it is."""
        return self.key

    def __repr__(self) -> str:
        """Show it by name and figures: `<OwnerGroup Hongqiao: 19.0 Mt/yr, 3 refineries>`."""
        return f"<{type(self).__name__} {self.name}: {self.figures()}>"

    def decide(self, view: Any, case: Case) -> Intent:
        """What it wants to do in a case: `case.take(...)` one of the ways in `case.margins`.

        Args:
            view: the world at this moment, for reading only.
            case: what it has to decide, with the facts, what each option is worth and the model's own answer.
        """
        return case.take()
