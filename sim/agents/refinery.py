"""A refinery: it asks for ponds, takes up uses of its mud, and thinks about leaving when it is idle or long losing.

Whether lines run today is not a decision here: it follows from thresholds, for all plants at once
(`sim/strategy/running.py`).
"""

from sim.agents.decider import Decider
from sim.world.population import State


class Refinery(Decider):
    """One site, by its lasting row in the table of refineries."""

    def figures(self) -> str:
        """What it has and does."""
        plants = self.model.world.refineries
        return f"{plants.nameplate_mt[self.row]:.2f} Mt/yr, {State(plants.state[self.row]).name.lower()}"
