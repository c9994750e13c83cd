"""A refinery: it asks for ponds, and it thinks about leaving when it is idle or has been losing for long.

A refinery first looks at its pond: when it lasts less than a few years it applies for a new one. It thinks
about leaving only when it has stood idle for two years, is written off, or belongs to a group in distress and
has lost money for two years; then it compares what holding is worth with what closing gives, and leaves when
the gain beats the recall of its loan and its owner's reluctance. Whether lines run today is not a decision
here: it follows from thresholds, for all plants at once (`sim/strategy/running.py`).
"""

from dataclasses import dataclass

import mesa

from sim.environment.red_mud import pond_life
from sim.world.population import State
from sim.world.view import View

IDLE_QUARTERS = 8
LOSING_QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a refinery makes of its own prospects, CNY per tonne of nameplate.

    Attributes:
        row: the refinery.
        hold: value of holding on.
        close: value of closing.
        recall: what it costs that the loan which built it falls due.
        reluctance: gain that its owner wants.
    """

    row: int
    hold: float
    close: float
    recall: float
    reluctance: float

    @property
    def margin(self) -> float:
        """By how much closing beats holding after loan and reluctance; positive means that it wants to leave."""
        return self.close - self.hold - self.recall - self.reluctance


class Refinery(mesa.Agent):
    """One site, by its lasting row in the table of refineries."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key

    def wants_pond(self, view: View) -> bool:
        """Tell whether it applies for a new pond this year."""
        plants, row = view.refineries, self.row
        if plants.nameplate_mt[row] <= 0.0 or plants.permit_due_year[row] >= view.year:
            return False
        rows = slice(row, row + 1)
        life = pond_life(
            plants.pond_space_mt[rows],
            view.mud_t_per_t[rows],
            plants.mud_use_share[rows],
            plants.runnable_mt[rows],
        )
        return bool(life[0] < view.parameters.red_mud.apply_below_years)

    def thinks_of_leaving(self, view: View) -> bool:
        """Tell whether it weighs closing at all."""
        plants, row = view.refineries, self.row
        if plants.nameplate_mt[row] <= 0.0:
            return False
        if plants.state[row] == State.DEAD or plants.idle_quarters[row] >= IDLE_QUARTERS:
            return True
        distressed = bool(view.groups.distressed[plants.group[row]])
        return distressed and bool(plants.loss_quarters[row] >= LOSING_QUARTERS)

    def weigh_leaving(self, view: View, hold: float, close: float, recall: float) -> Leaving:
        """Give what it makes of holding against closing and the loan's recall, CNY per tonne of nameplate."""
        return Leaving(self.row, hold, close, recall, float(view.refineries.reluctance_cny_per_t[self.row]))
