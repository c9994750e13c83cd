"""The Bayer process: mass balance of each ore, components that add up, and what dearer ore does."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.market.costs import Terms, imported_ore_price
from sim.market.inputs import InputPrices
from sim.process.base import FEED, PROCESSES
from sim.process.bayer import Bayer, BayerRecipe, ore_need
from sim.scenario.load import load
from sim.scenario.processes import KNOWN
from sim.scenario.rows import OreRow

COSTS = load("baseline").spec.parameters.costs.model_copy(
    update={"soda_per_silica_t_per_t": 0.785, "soda_base_t_per_t": 0.022}
)
PRICES = InputPrices(
    load("baseline").pack.trade,
    {
        "guinea_ore": 70.0,
        "domestic_ore": 1.1,
        "caustic": 2500.0,
        "coal": 700.0,
        "aluminium": 21000.0,
        "exchange_rate": 7.0,
    },
)


def ore(
    alumina: float, silica: float, recovery: float, *, soda: float, ignition: float, lime: float
) -> OreRow:
    """Give an ore by its grade."""
    return OreRow(
        id="ore",
        source="the test",
        status="assumption",
        name="ore",
        alumina_share=alumina,
        silica_share=silica,
        recovery_share=recovery,
        soda_share=soda,
        ignition_share=ignition,
        lime_t_per_t=lime,
        lime_cny_per_t=40.0,
    )


def one_plant(**changes: float) -> BayerRecipe:
    """Give the recipe of one plant that takes 1.5 t of imported and 1 t of domestic ore."""
    usual = {
        "imported_ore_t": 1.5,
        "domestic_ore_t": 1.0,
        "domestic_ore_cny": 500.0,
        "haul_cny": 100.0,
        "reagent_t": 0.1,
        "caustic_premium_cny": 200.0,
        "coal_t": 0.5,
        "coal_premium_cny": -50.0,
        "power_cny": 90.0,
        "other_cny": 400.0,
        "residue_t": 1.1,
        "co2_t": 1.0,
    }
    arrays = {name: np.array([value]) for name, value in {**usual, **changes}.items()}
    return BayerRecipe(power_kwh=110.0, **arrays)


def terms(**changes: object) -> Terms:
    """Give the terms of a quarter in which ore rose from 60 to 70 USD/t and emissions are charged."""
    usual = Terms(
        now=PRICES,
        before=PRICES.with_feed(60.0),
        lagged_ore_share=0.7,
        vat_share=0.13,
        carbon_price_cny_per_tco2=80.0,
        benchmark_tco2_per_t=0.9,
        mud_cny_per_t=np.array([35.0]),
        coal_charge_cny_per_t=np.zeros(1),
        power_charge_cny_per_kwh=np.zeros(1),
    )
    return replace(usual, **changes)


def part(cost: Floats, name: str) -> float:
    """Give one component of the first plant's cost."""
    return float(cost[Bayer.components.index(name), 0])


MASS_BALANCES = {
    # 1 - 0.028/0.45 = 0.93778; x 0.8875 = 0.83228; 1/(0.45 x 0.83228) = 2.6700
    # 0.8 x 0.785 x 0.028 x 2.6700 + 0.022 = 0.06895; 2.6700 x 0.74 - 1 + 0.03 = 1.0058
    "gibbsite": (
        ore(0.45, 0.028, 0.8875, soda=0.8, ignition=0.26, lime=0.03),
        (2.6700, 0.06895, 1.0058),
    ),
    # A/S of 5: 0.8 x 0.937 = 0.7496; 1/(0.58 x 0.7496) = 2.3001
    # 0.5 x 0.785 x 0.116 x 2.3001 + 0.022 = 0.12672; 2.3001 x 0.87 - 1 + 0.25 = 1.2511
    "diaspore of the north": (
        ore(0.58, 0.116, 0.937, soda=0.5, ignition=0.13, lime=0.25),
        (2.3001, 0.12672, 1.2511),
    ),
    # 1 - 0.0883/0.53 = 0.83340; x 0.9433 = 0.78614; 1/(0.53 x 0.78614) = 2.4001
    # 0.3925 x 0.0883 x 2.4001 + 0.022 = 0.10518; 2.4001 x 0.87 - 0.75 = 1.3381
    "diaspore of Guangxi": (
        ore(0.53, 0.0883, 0.9433, soda=0.5, ignition=0.13, lime=0.25),
        (2.4001, 0.10518, 1.3381),
    ),
    # A/S of 6: 5/6 x 0.8889 = 0.74075; 1/(0.6 x 0.74075) = 2.2500
    # 0.3925 x 0.1 x 2.2500 + 0.022 = 0.11031; 2.2500 x 0.88 - 0.75 = 1.2300
    "diaspore of Guizhou": (
        ore(0.6, 0.1, 0.8889, soda=0.5, ignition=0.12, lime=0.25),
        (2.2500, 0.11031, 1.2300),
    ),
}


@pytest.mark.parametrize("name", MASS_BALANCES)
def test_the_mass_balance_of_an_ore_is_that_worked_out_by_hand(name: str) -> None:
    row, (tonnes, caustic, mud) = MASS_BALANCES[name]

    need = ore_need(row, COSTS)

    # half of the last digit worked out by hand
    assert need.ore_t_per_t == pytest.approx(tonnes, abs=5e-5)
    assert need.caustic_t_per_t == pytest.approx(caustic, abs=5e-6)
    assert need.mud_t_per_t == pytest.approx(mud, abs=1e-4)


def test_a_falling_grade_raises_ore_caustic_and_mud_together() -> None:
    rich = ore_need(ore(0.58, 0.116, 0.937, soda=0.5, ignition=0.13, lime=0.25), COSTS)
    poor = ore_need(ore(0.55, 0.130, 0.937, soda=0.5, ignition=0.13, lime=0.25), COSTS)

    assert poor.ore_t_per_t > rich.ore_t_per_t
    assert poor.caustic_t_per_t > rich.caustic_t_per_t
    assert poor.mud_t_per_t > rich.mud_t_per_t


def test_contracts_pay_last_quarters_ore_price() -> None:
    # (0.7 x 60 + 0.3 x 70) x 7 x 1.13 = 63 x 7.91
    assert imported_ore_price(terms()) == pytest.approx(498.33)


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("ore", 1397.495),  # 1.5 x 498.33 + 100 + 1.0 x 500 x 1.1
        ("caustic", 270.0),  # 0.1 x (2,500 + 200)
        ("energy", 415.0),  # 0.5 x (700 - 50) + 90
        ("other", 400.0),
        ("mud", 38.5),  # 1.1 x 35
        ("carbon", 8.0),  # 80 x (1.0 - 0.9)
    ],
)
def test_each_component_of_cash_cost_is_that_worked_out_by_hand(name: str, cost: float) -> None:
    assert part(one_plant().cost(terms()), name) == pytest.approx(cost)


def test_a_plant_below_the_benchmark_earns_on_carbon() -> None:
    # 80 x (0.8 - 0.9)
    assert part(one_plant(co2_t=0.8).cost(terms()), "carbon") == pytest.approx(-8.0)


def test_without_a_carbon_price_emissions_cost_nothing() -> None:
    assert part(one_plant().cost(terms(carbon_price_cny_per_tco2=0.0)), "carbon") == 0.0


def dearer(usd: float, *, late: bool) -> Terms:
    """Give terms in which ore is dearer now, and last quarter too when the rise is not new."""
    now = PRICES.with_feed(PRICES.feed_usd_per_t + usd)
    return terms(now=now, before=now if late else PRICES)


def test_a_dollar_on_ore_costs_an_exposed_plant_the_ore_it_needs_times_the_rate_and_tax() -> None:
    exposed = one_plant(imported_ore_t=2.67, domestic_ore_t=0.0)

    rise = exposed.cost(dearer(1.0, late=True)) - exposed.cost(dearer(0.0, late=True))

    # 2.67 x 7 x 1.13
    assert rise.sum() == pytest.approx(21.1197)


def test_contracts_delay_seventy_per_cent_of_a_rise_by_a_quarter() -> None:
    exposed = one_plant(imported_ore_t=2.67, domestic_ore_t=0.0)

    rise = exposed.cost(dearer(1.0, late=False)) - exposed.cost(dearer(0.0, late=False))

    # 0.3 of 21.1197
    assert rise.sum() == pytest.approx(6.33591)


def test_the_ore_of_the_baseline_moves_cost_as_the_trade_press_says() -> None:
    scenario = load("baseline")
    guinea = next(row for row in scenario.pack.ores if row.id == "guinea")

    need = ore_need(guinea, scenario.spec.parameters.costs).ore_t_per_t

    # SMM in 2025: 1 USD/t of ore is worth 21 to 23 CNY/t of alumina; at 7.3 CNY/USD then and 7.05 now
    assert 21.0 <= need * 7.05 * 1.13 <= need * 7.3 * 1.13 <= 23.0


def test_charges_on_energy_are_paid_on_coal_and_power() -> None:
    usual, charged = (
        terms(),
        terms(coal_charge_cny_per_t=np.array([60.0]), power_charge_cny_per_kwh=np.array([0.1])),
    )

    added = part(one_plant().cost(charged), "energy") - part(one_plant().cost(usual), "energy")

    # 0.5 t of coal at 60 and 110 kWh at 0.1
    assert added == pytest.approx(41.0)


def test_every_process_that_a_pack_may_name_is_there_and_names_its_ore_first() -> None:
    assert {*PROCESSES.names()} == {*KNOWN}
    assert Bayer.components[FEED] == "ore"


def test_a_tonne_of_each_ore_gives_back_the_recipe_that_took_it() -> None:
    scenario = load("toy")
    found = Bayer(scenario.pack, scenario.spec.parameters)
    imported, domestic = found.balance(np.arange(len(scenario.pack.regions)))

    needs = {row.id: ore_need(row, scenario.spec.parameters.costs) for row in scenario.pack.ores}
    for column, row in enumerate(scenario.pack.regions):
        for side, ore_id in ((imported, "guinea"), (domestic, row.ore)):
            # alumina, caustic and mud per tonne of ore, times the ore of a tonne of alumina
            per_tonne = side[:, column] * needs[ore_id].ore_t_per_t
            expected = [1.0, needs[ore_id].caustic_t_per_t, needs[ore_id].mud_t_per_t]
            assert per_tonne == pytest.approx(expected)
