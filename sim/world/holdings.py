"""Look-through interests in plants, worked out anew only when the ownership graph changes."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.world.control import controllers, economic_interest, look_through
from sim.world.owners import asset_names

if TYPE_CHECKING:
    from sim.industry import Industry


class Holdings:
    """Interests of outside holders and of controlling groups in each plant."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._version = -1
        self._outside: tuple[Floats, NDArray[np.bool_]] | None = None
        self._groups: Floats | None = None
        self._top: tuple[int, dict[str, str]] | None = None

    def controllers(self, industry: "Industry") -> dict[str, str]:
        """Give the ultimate controller of every node."""
        version = industry.ownership.version
        if self._top is None or self._top[0] != version:
            self._top = (version, controllers(industry.ownership))
        return self._top[1]

    def outside(self, industry: "Industry") -> tuple[Floats, NDArray[np.bool_]]:
        """Give the share of each plant that each outside holder has, (holders, plants), and which are atoms."""
        self._refresh(industry)
        assert self._outside is not None
        return self._outside

    def of_groups(self, industry: "Industry") -> Floats:
        """Give the share of each plant's profit that reaches the head of each group, (groups, plants)."""
        self._refresh(industry)
        assert self._groups is not None
        return self._groups

    def _refresh(self, industry: "Industry") -> None:
        version = industry.ownership.version
        if (
            version == self._version
            and self._groups is not None
            and self._groups.shape[1] == len(industry.refineries)
        ):
            return
        assets = asset_names(industry.pack, industry.refineries.keys)
        everything = look_through(industry.ownership)
        places = {name: place for place, name in enumerate(everything.held)}
        columns = [places[asset] for asset in assets]
        self._outside = (everything.matrix[:, columns], everything.atomistic)
        self._groups = economic_interest(industry.ownership, list(industry.groups.keys), assets)
        self._version = version
