"""Cash cost of a refinery by mass balance: ore, caustic, energy, other, mud, carbon; CNY/t including VAT.

The recipe of a plant (tonnes, gigajoules and kilowatt-hours per tonne of alumina) follows from the grade of
its ores, so a falling grade raises ore, caustic and mud together. Recipes change slowly (age, clusters) and
are worked out once a year; the cost of a quarter is recipe times prices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.market.inputs import InputPrices
from sim.policies.rulebook import EnergyCharge, holds_in
from sim.scenario.market_parameters import Costs
from sim.scenario.rows import OreRow

COMPONENTS = ("ore", "caustic", "energy", "other", "mud", "carbon")
OLD_YEARS = 25.0


@dataclass(frozen=True, slots=True)
class OreNeed:
    """What a tonne of alumina takes of one ore, and leaves.

    Attributes:
        ore_t_per_t: dry ore.
        caustic_t_per_t: NaOH lost, 100 % basis.
        mud_t_per_t: dry red mud.
        lime_cny_per_t: cost of lime.
    """

    ore_t_per_t: float
    caustic_t_per_t: float
    mud_t_per_t: float
    lime_cny_per_t: float


def ore_need(ore: OreRow, costs: Costs) -> OreNeed:
    """Give the mass balance of one ore.

    Theoretical Bayer recovery is (A/S - 1)/(A/S): each tonne of reactive silica takes a tonne of alumina into
    desilication product, and with it soda.

    Source: Bayer process texts; Chinese practice of the alumina-silica ratio A/S.
    """
    ratio = ore.alumina_share / ore.silica_share
    recovery = (ratio - 1.0) / ratio * ore.recovery_share
    tonnes = 1.0 / (ore.alumina_share * recovery)
    caustic = (
        ore.soda_share * costs.soda_per_silica_t_per_t * ore.silica_share * tonnes + costs.soda_base_t_per_t
    )
    mud = tonnes * (1.0 - ore.ignition_share) - 1.0 + ore.lime_t_per_t
    return OreNeed(tonnes, caustic, mud, ore.lime_cny_per_t)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What each plant uses and pays per tonne of alumina, all arrays (plants,).

    Attributes:
        imported_ore_t: imported dry ore.
        domestic_ore_t: domestic dry ore.
        domestic_ore_cny: price of a tonne of domestic ore at the plant in the base year.
        haul_cny: port charges and inland haul of its imported ore, per tonne of alumina.
        caustic_t: NaOH.
        caustic_premium_cny: premium per tonne of NaOH.
        coal_t: coal.
        coal_premium_cny: premium per tonne of coal.
        power_cny: electricity, per tonne of alumina.
        other_cny: lime, labour, maintenance, overhead, and the calibrated shifts.
        mud_t: dry red mud.
        co2_t: emission of CO2.
    """

    imported_ore_t: Floats
    domestic_ore_t: Floats
    domestic_ore_cny: Floats
    haul_cny: Floats
    caustic_t: Floats
    caustic_premium_cny: Floats
    coal_t: Floats
    coal_premium_cny: Floats
    power_cny: Floats
    other_cny: Floats
    mud_t: Floats
    co2_t: Floats


@dataclass(frozen=True, slots=True)
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
        power_charge_cny_per_t: (plants,) charges on electricity, per tonne of alumina.
    """

    now: InputPrices
    before: InputPrices
    lagged_ore_share: float
    vat_share: float
    carbon_price_cny_per_tco2: float
    benchmark_tco2_per_t: float
    mud_cny_per_t: Floats
    coal_charge_cny_per_t: Floats
    power_charge_cny_per_t: Floats


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
    spot = terms.now.guinea_ore_usd_per_t * terms.now.exchange_rate_cny_per_usd
    late = terms.before.guinea_ore_usd_per_t * terms.before.exchange_rate_cny_per_usd
    return (terms.lagged_ore_share * late + (1.0 - terms.lagged_ore_share) * spot) * (1.0 + terms.vat_share)


def cash_cost(recipe: Recipe, terms: Terms) -> Floats:
    """Give each plant's cash cost by component, (components, plants), CNY/t including VAT."""
    parts = np.empty((len(COMPONENTS), recipe.mud_t.size))
    parts[0] = (
        recipe.imported_ore_t * imported_ore_price(terms)
        + recipe.haul_cny
        + recipe.domestic_ore_t * recipe.domestic_ore_cny * terms.now.domestic_ore_ratio
    )
    parts[1] = recipe.caustic_t * (terms.now.caustic_cny_per_t + recipe.caustic_premium_cny)
    coal_price = terms.now.coal_cny_per_t + recipe.coal_premium_cny + terms.coal_charge_cny_per_t
    parts[2] = recipe.coal_t * coal_price + (recipe.power_cny + terms.power_charge_cny_per_t)
    parts[3] = recipe.other_cny
    parts[4] = recipe.mud_t * terms.mud_cny_per_t
    parts[5] = terms.carbon_price_cny_per_tco2 * (recipe.co2_t - terms.benchmark_tco2_per_t)
    return parts
