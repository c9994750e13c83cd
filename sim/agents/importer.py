"""A producer outside China: how much it runs, and how much of it goes to China under standing terms.

It first looks at what the world pays: output shrinks when the FOB price nears its cash cost. Then it ships
what standing terms promise to China. A producer owned by a Chinese group ships its owner's part of what is
not tied to third countries as well, when the landed price of its alumina is no higher than the price in
China plus what supply security is worth to the owner; otherwise it sells to whoever pays best.
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
        contract = float(importers.china_contract_mt[row])
        if not importers.indonesian[row]:
            return Shipping(running, contract)
        made = running * float(importers.capacity_mt[row])
        need = view.parameters.market.alumina_per_aluminium_t_per_t * float(importers.smelting_mt[row])
        free = max(made - need, 0.0) * (1.0 - world.third_country_share)
        captive = self.chinese_share * free if self._pays(view) else 0.0
        return Shipping(running, min(max(contract, captive), made))

    def _pays(self, view: View) -> bool:
        """Tell whether its alumina landed in China costs no more than China's, supply security counted."""
        world, market = view.parameters.world, view.parameters.market
        taxed = view.exchange_rate_cny_per_usd * (1.0 + market.vat_share)
        taxed *= 1.0 + world.duty_share + view.rules.duty_share
        landed = (view.fob_usd_per_t + float(view.importers.freight_usd_per_t[self.row])) * taxed
        limit = float(view.mill_cny_per_t[-1]) + market.captive_premium_cny_per_t
        return landed + world.port_cny_per_t <= limit
