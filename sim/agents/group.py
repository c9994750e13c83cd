"""An owner group: the ultimate owner of plants and smelters, in whose hands cash, debt and plans come together.

What a group weighs is worked out for all groups at once: which plant to build or to move, whether to buy and to
sell, when to close. The agent is where its lasting row and its choices attach.
"""

from sim.agents.decider import Decider
from sim.core.words import plural


class OwnerGroup(Decider):
    """One ultimate owner, by its lasting row in the table of groups."""

    def figures(self) -> str:
        """What it has."""
        plants = self.model.world.refineries
        own = plants.nameplate_mt[plants.group == self.row]
        return f"{own.sum():.1f} Mt/yr, {plural(int((own > 0.0).sum()), 'refinery', 'refineries')}"
