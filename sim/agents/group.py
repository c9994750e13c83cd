"""An owner group: it decides over projects that await a decision.

A group that has a planned project due compares what its owner expects alumina to fetch there with what the
plant would cost to run, and goes ahead when the present value beats the investment by its hurdle.
"""

import mesa

from sim.strategy.building import project_return
from sim.strategy.finance import discount_rates
from sim.world.view import View


class OwnerGroup(mesa.Agent):
    """One ultimate owner, by its lasting row in the table of groups."""

    def __init__(self, model: mesa.Model, row: int, key: str) -> None:
        """Remember the row and the key."""
        super().__init__(model)
        self.row = row
        self.key = key

    def project_value(self, view: View, plant: int) -> float:
        """Give net present value over capex of a planned plant, as this owner sees it."""
        region = view.refineries.region[plant]
        price = float(view.expected_cny_per_t[region]) + float(view.groups.bias_cny_per_t[self.row])
        margin = price - float(view.refineries.cash_cost_cny_per_t[plant])
        rates = discount_rates(view.groups.owner_type, view.parameters.finance)
        net = margin / (1.0 + view.parameters.market.vat_share)
        years = int(view.parameters.leaving.horizon_years)
        return project_return(net, float(rates[self.row]), years, view.parameters.pipeline)
