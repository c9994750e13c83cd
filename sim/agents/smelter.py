"""A smelter: it buys alumina, holds stock and cuts when alumina costs more than metal can bear.

Use and restocking follow the delivered price for all smelters at once (`sim/market/needs.py`); the agent is
where a smelter's own choices attach.
"""

import mesa


class Smelter(mesa.Agent):
    """One smelter, by its lasting row in the table of smelters."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key
