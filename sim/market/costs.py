"""Prices as plants meet them: what a tonne of imported ore costs at port, and charges on energy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.market.inputs import InputPrices
from sim.policies.rulebook import EnergyCharge, holds_in


@dataclass(slots=True)
class Terms:
    """Prices of a quarter as plants meet them.

    Attributes:
        now: input prices of the quarter.
        before: input prices of the quarter before.
        lagged_ore_share: share of imported ore paid at last quarter's price.
        vat_share: value-added tax on imported ore.
        carbon_price_cny_per_tco2: allowance price, zero when refining is not covered.
        benchmark_tco2_per_t: free allocation.
        mud_cny_per_t: (plants,) cost of a tonne of mud.
        coal_charge_cny_per_t: (plants,) charges on a tonne of coal.
        power_charge_cny_per_kwh: (plants,) charges on electricity.
    """

    now: InputPrices
    before: InputPrices
    lagged_ore_share: float
    vat_share: float
    carbon_price_cny_per_tco2: float
    benchmark_tco2_per_t: float
    mud_cny_per_t: Floats
    coal_charge_cny_per_t: Floats
    power_charge_cny_per_kwh: Floats


def energy_charge(
    charges: Sequence[EnergyCharge], regions: Sequence[str], region: Ints
) -> tuple[Floats, Floats]:
    """Give what charges add to a tonne of coal and to a kilowatt-hour at each plant, (plants,) CNY/t and CNY/kWh."""
    coal, power = np.zeros(region.size), np.zeros(region.size)
    for charge in charges:
        here = np.array([holds_in(charge.regions, name) for name in regions])[region]
        coal += here * charge.coal_cny_per_t
        power += here * charge.power_cny_per_kwh
    return coal, power


def imported_ore_price(terms: Terms) -> float:
    """Give what a dry tonne of imported ore costs at port in CNY including VAT, contracts lagging a quarter."""
    spot = terms.now.feed_usd_per_t * terms.now.exchange_rate_cny_per_usd
    late = terms.before.feed_usd_per_t * terms.before.exchange_rate_cny_per_usd
    return (terms.lagged_ore_share * late + (1.0 - terms.lagged_ore_share) * spot) * (1.0 + terms.vat_share)
