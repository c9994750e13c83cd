"""An owner group: the ultimate owner of plants and smelters, in whose hands cash, debt and plans come together.

What a group weighs is worked out for all groups at once: which plant to build or to move, whether to buy and to
sell, when to close. The agent is where its lasting row and its choices attach.
"""

import mesa


class OwnerGroup(mesa.Agent):
    """One ultimate owner, by its lasting row in the table of groups."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key
