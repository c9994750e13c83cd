"""Retrofits in the year: paid from cash, done once, recorded with facts, and felt in next year's costs."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.preparing import prepare_year
from sim.phases.quarter import price_plants
from sim.phases.retrofitting import do, retrofit, savings
from sim.strategy.retrofitting import KINDS, capex, present_value
from tests.phases.playing import Played, fresh, play

EAGER = {"retrofits": {"attention_share": 1.0}}


@cache
def eager_years() -> Played:
    """Give three years in which every owner looks into every plant."""
    return play(3, parameters=EAGER)


def after_trade(**overrides: object) -> Industry:
    """Give an industry that stands after the spin-up year, with its prices and its book."""
    industry = fresh(parameters=overrides)
    price_plants(industry)
    return industry


def test_a_saving_is_what_the_cost_falls_by_once_the_plant_is_changed() -> None:
    industry = after_trade()
    saving, before = savings(industry), industry.refineries.cash_cost_cny_per_t.copy()
    for kind in range(3):
        do(industry, kind, kind, 0.0, 0.0)

    prepare_year(industry)
    price_plants(industry)

    fallen = before - industry.refineries.cash_cost_cny_per_t
    assert [fallen[kind] for kind in range(3)] == pytest.approx([saving[kind, kind] for kind in range(3)])


def test_dry_stacking_makes_room_in_the_ponds() -> None:
    industry = after_trade()
    space = float(industry.refineries.pond_space_mt[0])

    do(industry, 0, KINDS.index("dry_stacking"), 0.0, 0.0)

    gain = industry.parameters.retrofits.dry_stacking_gain_share
    assert industry.refineries.pond_space_mt[0] == pytest.approx((1.0 + gain) * space)


def test_a_retrofit_is_paid_from_cash_and_booked() -> None:
    industry = after_trade(**EAGER)
    cash = industry.groups.cash_mcny.copy()

    retrofit(industry)

    paid = cash - industry.groups.cash_mcny
    told = sum(event.amount for event in industry.events if event.kind == "retrofit")
    assert told > 0.0
    assert paid == pytest.approx(industry.book.capex_mcny)
    assert paid.sum() == pytest.approx(told)


def test_a_group_without_spare_cash_does_nothing() -> None:
    industry = after_trade(**EAGER)
    industry.groups.cash_mcny[:] = industry.credit.least_cash_mcny

    retrofit(industry)

    assert not [event for event in industry.events if event.kind == "retrofit"]
    assert {each.choice for each in industry.decisions if each.kind == "retrofit"} == {"none"}


def test_without_attention_nothing_is_weighed() -> None:
    industry = after_trade(retrofits={"attention_share": 0.0})

    retrofit(industry)

    assert not [each for each in industry.decisions if each.kind == "retrofit"]


def test_no_plant_is_given_the_same_retrofit_twice() -> None:
    done = [
        (each.agent, each.reason.split(" is worth")[0])
        for each in eager_years().industry.events
        if each.kind == "retrofit"
    ]

    assert len(done) == len({*done}) > 20


def test_the_value_on_record_follows_from_the_facts_on_record() -> None:
    industry = eager_years().industry
    found = [each for each in industry.decisions if each.choice == "waste_heat"]
    parameters = industry.parameters

    assert found
    for each in found:
        worth = present_value(
            np.array([each.facts["waste_heat_saving_cny_per_t"]]),
            np.array([each.facts["made_share"]]),
            np.array([each.facts["discount_per_year"]]),
            int(parameters.leaving.horizon_years),
            parameters.market.vat_share,
        )
        price = capex(parameters.retrofits)[KINDS.index("waste_heat")]
        assert each.options["waste_heat"] == pytest.approx(float(worth[0]) - price)
        assert each.margin == max(each.options.values()) > 0.0


def test_steam_from_electricity_waits_for_a_price_of_carbon() -> None:
    price = {
        "id": "ets",
        "type": "carbon",
        "start_year": 2026,
        "price_cny_per_tco2": 600.0,
        "benchmark_tco2_per_t": 1.0,
    }

    charged = play(3, parameters=EAGER, policies=[price])

    # 600 x a quarter of a tonne and more beats 40 CNY/t of power and 220 CNY/t of investment
    assert not eager_years().industry.refineries.electric_steam.any()
    assert charged.industry.refineries.electric_steam.any()


def test_an_announced_carbon_price_counts_in_a_retrofit_that_lasts() -> None:
    industry = after_trade()
    before = savings(industry)

    industry.outlook = replace(
        industry.rules, carbon_price_cny_per_tco2=200.0, carbon_benchmark_tco2_per_t=1.0
    )

    # Waste heat saves coal, so each plant saves the allowances for it as well; nothing is in force yet.
    heat = KINDS.index("waste_heat")
    assert (savings(industry)[heat] > before[heat])[industry.refineries.nameplate_mt > 0.0].all()
    assert industry.rules.carbon_price_cny_per_tco2 == 0.0
