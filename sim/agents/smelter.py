"""A smelter: it buys alumina, holds stock and cuts when alumina costs more than metal can bear.

Use and restocking follow the delivered price for all smelters at once (`sim/market/needs.py`). A smelter's own
choices are whether it seeks contracts (`decisions/sign.py`), and whether it runs on, freezes its pots, moves with its
capacity right or sells it (`decisions/smelt.py`).
"""

from sim.agents.decider import Decider


class Smelter(Decider):
    """One smelter, by its lasting row in the table of smelters."""

    def figures(self) -> str:
        """What it has."""
        smelters = self.model.world.smelters
        return f"{smelters.capacity_mt[self.row]:.2f} Mt/yr of metal, running {smelters.smelting_share[self.row]:.0%}"
