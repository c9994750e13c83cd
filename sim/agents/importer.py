"""A producer outside China: how much of its alumina it commits to China, and how much it runs.

It ships to China under standing terms a share of its output that grows with its capacity, as long as alumina
that costs it its cash cost can be landed there for no more than what China pays; an owner in China also
counts what supply security is worth to it. Everything else goes where netback is best: the market decides
that at the border (`sim/market/parity.py`), where Indonesian output also shrinks as the FOB price nears cash
cost.
"""

from dataclasses import dataclass

import mesa
import numpy as np

from sim.world.view import View


@dataclass(frozen=True, slots=True)
class Shipping:
    """What a producer plans for a year.

    Attributes:
        running_share: share of capacity that it runs.
        standing_mt: Mt to China whatever the spot price.
    """

    running_share: float
    standing_mt: float


class Importer(mesa.Agent):
    """One producer outside China, by its lasting row in the table of importers."""

    def __init__(self, model: mesa.Model, row: int, key: str, owner: str, chinese_share: float) -> None:
        """Remember the row, the key, the ultimate owner and the part of it that is Chinese."""
        super().__init__(model)
        self.row = row
        self.key = key
        self.owner = owner
        self.chinese_share = chinese_share

    def plan(self, view: View) -> Shipping:
        """Give its plan for the year."""
        importers, row, world = view.importers, self.row, view.parameters.world
        gap = (view.fob_usd_per_t - float(importers.cash_cost_usd_per_t[row])) / world.cash_spread_usd_per_t
        running = float(1.0 / (1.0 + np.exp(-np.clip(gap, -50.0, 50.0))))
        growth = float(importers.capacity_mt[row]) / max(float(importers.opening_made_mt[row]), 1e-9)
        standing = float(importers.china_contract_mt[row]) * growth if self._pays(view) else 0.0
        return Shipping(running, standing)

    def _pays(self, view: View) -> bool:
        """Tell whether its alumina can be landed in China at cash cost for what China pays."""
        world, market = view.parameters.world, view.parameters.market
        taxed = view.exchange_rate_cny_per_usd * (1.0 + market.vat_share)
        taxed *= 1.0 + world.duty_share + view.rules.duty_share
        importers, row = view.importers, self.row
        landed = float(importers.cash_cost_usd_per_t[row] + importers.freight_usd_per_t[row]) * taxed
        security = self.chinese_share * market.captive_premium_cny_per_t
        return landed + world.port_cny_per_t <= float(view.mill_cny_per_t[-1]) + security
