"""A producer outside China: how much of its alumina it commits to China, and how much it runs.

It ships to China under standing terms a share of its output that grows with its capacity, as long as alumina
that costs it its cash cost can be landed there for no more than what China pays; an owner in China also
counts what supply security is worth to it. Everything else goes where netback is best: the market decides
that at the border (`sim/market/parity.py`), where output next door also shrinks as the FOB price nears cash
cost. It also decides on its next line (`decisions/expand.py`), on a smelter beside it (`decisions/match.py`) and on
leaving (`decisions/withdraw.py`).
"""

import mesa

from sim.agents.decider import Decider


class Importer(Decider):
    """One producer outside China, by its lasting row in the table of importers."""

    def figures(self) -> str:
        """What it has and ships."""
        table = self.model.world.importers
        capacity, standing = table.capacity_mt[self.row], table.standing_mt[self.row]
        return f"{capacity:.1f} Mt/yr, {standing:.1f} Mt/yr to China under standing terms"

    def __init__(self, model: mesa.Model, row: int, key: str, owner: str, chinese_share: float) -> None:
        """Remember the row, the key, the ultimate owner and the part of it that is Chinese."""
        super().__init__(model, row, key)
        self.owner = owner
        self.chinese_share = chinese_share
