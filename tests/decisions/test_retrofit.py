"""Retrofits in the year: paid from cash, done once, recorded with facts, and felt in next year's costs."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.choice import Case, Intent
from sim.decisions.retrofit import case_of, do, retrofit, savings
from sim.phases.preparing import prepare_year
from sim.phases.quarter import price_plants
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.blending import RETROFITS, capex, present_value
from sim.strategy.finance import annuity_factor
from sim.world.world import World
from tests.decisions.test_plants_by_hand import looked_into
from tests.phases.playing import Played, cast_of, fresh, play
from tests.tiny.asking import listening
from tests.tiny.worlds import CHEAP, COAST, tiny

EAGER = {"retrofits": {"attention_share": 1.0}}


@cache
def eager_years() -> Played:
    """Give three years in which every owner looks into every plant."""
    return play(3, parameters=EAGER)


def after_trade(**overrides: object) -> World:
    """Give an industry that stands after the spin-up year, with its prices and its book."""
    world = fresh(parameters=overrides)
    price_plants(world)
    return world


def test_a_saving_is_what_the_cost_falls_by_once_the_plant_is_changed() -> None:
    world = after_trade()
    saving, before = savings(world), world.refineries.cash_cost_cny_per_t.copy()
    for kind in range(2):
        do(world, kind, RETROFITS[kind], 0.0)

    prepare_year(world)
    price_plants(world)

    fallen = before - world.refineries.cash_cost_cny_per_t
    assert [fallen[kind] for kind in range(2)] == pytest.approx([saving[kind, kind] for kind in range(2)])


def test_dry_stacking_makes_room_in_the_ponds() -> None:
    world = after_trade()
    space = float(world.refineries.pond_space_mt[0])

    do(world, 0, "dry_stacking", 0.0)

    gain = world.parameters.retrofits.dry_stacking_gain_share
    assert world.refineries.pond_space_mt[0] == pytest.approx((1.0 + gain) * space)


def test_a_retrofit_is_paid_from_cash_and_booked() -> None:
    world = after_trade(**EAGER)
    cash = world.groups.cash_mcny.copy()

    retrofit(world, cast_of(world), look(world, lasting_mill_prices(world)))

    paid = cash - world.groups.cash_mcny
    told = sum(event.amount for event in world.events if event.kind == "retrofit")
    assert told > 0.0
    assert paid == pytest.approx(world.book.capex_mcny)
    assert paid.sum() == pytest.approx(told)


def test_a_group_without_spare_cash_does_nothing() -> None:
    world = after_trade(**EAGER)
    world.groups.cash_mcny[:] = world.credit.least_cash_mcny

    retrofit(world, cast_of(world), look(world, lasting_mill_prices(world)))

    assert not [event for event in world.events if event.kind == "retrofit"]
    assert {each.choice for each in world.decisions if each.kind == "retrofit"} == {"none"}


def test_without_attention_nothing_is_weighed() -> None:
    world = after_trade(retrofits={"attention_share": 0.0})

    retrofit(world, cast_of(world), look(world, lasting_mill_prices(world)))

    assert not [each for each in world.decisions if each.kind == "retrofit"]


def test_no_plant_is_given_the_same_retrofit_twice() -> None:
    done = [
        (each.agent, each.reason.split(" is worth")[0])
        for each in eager_years().world.events
        if each.kind == "retrofit"
    ]

    assert len(done) == len({*done}) > 20


def test_the_value_on_record_follows_from_the_facts_on_record() -> None:
    world = eager_years().world
    found = [each for each in world.decisions if each.choice == "waste_heat"]
    parameters = world.parameters

    assert found
    for each in found:
        worth = present_value(
            np.array([each.facts["waste_heat_saving_cny_per_t"]]),
            np.array([each.facts["made_share"]]),
            annuity_factor(
                np.array([each.facts["discount_per_year"]]), int(parameters.leaving.horizon_years)
            ),
            parameters.market.vat_share,
        )
        price = capex(parameters.retrofits)["waste_heat"]
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
    assert not eager_years().world.refineries.electric_steam.any()
    assert charged.world.refineries.electric_steam.any()


def test_an_announced_carbon_price_counts_in_a_retrofit_that_lasts() -> None:
    world = after_trade()
    before = savings(world)

    world.outlook = replace(world.rules, carbon_price_cny_per_tco2=200.0, carbon_benchmark_tco2_per_t=1.0)

    # Waste heat saves coal, so each plant saves the allowances for it as well; nothing is in force yet.
    heat = RETROFITS.index("waste_heat")
    assert (savings(world)[heat] > before[heat])[world.refineries.nameplate_mt > 0.0].all()
    assert world.rules.carbon_price_cny_per_tco2 == 0.0


def test_an_owner_may_do_any_retrofit_that_it_can_pay_for_or_none() -> None:
    offered: list[Case] = []

    def take_the_least(view: Any, case: Case) -> Intent:
        offered.append(case)
        return case.take(min(case.margins, key=case.margins.__getitem__))

    world = after_trade(**EAGER)
    cast = cast_of(world)
    before = world.groups.cash_mcny.copy()
    for owner in cast.groups:
        owner.decide = take_the_least

    retrofit(world, cast, look(world, lasting_mill_prices(world)))

    chosen = [each for each in world.decisions if each.kind == "retrofit"]
    assert {each.agent for each in chosen} == {case.agent for case in offered}
    assert any(each.choice != "none" and each.options[each.choice] < 0.0 for each in chosen)
    done = sum(event.kind == "retrofit" for event in world.events)
    assert done == sum(each.choice != "none" for each in chosen)
    assert (world.groups.cash_mcny >= np.minimum(before, world.credit.least_cash_mcny) - 1e-6).all()


def test_an_owner_that_cannot_pay_for_the_best_retrofit_takes_no_lesser_one() -> None:
    parameters = after_trade().parameters
    price = capex(parameters.retrofits)
    heat, dear = price["waste_heat"], price["electric_steam"]
    assert dear > heat
    net = {"electric_steam": 90.0, "waste_heat": 40.0}
    facts = {"nameplate_mt": 2.0, "spare_cash_mcny": 2.0 * heat}

    case = case_of("x", facts, net, parameters)

    # the cash is short by the difference of the two on each tonne
    assert case.best == "none"
    assert {*case.margins} == {"waste_heat", "none"}
    assert case.margins["none"] == pytest.approx(float(dear - heat))


def test_a_plant_that_goes_for_a_new_one_is_not_looked_into() -> None:
    world = looked_into()
    for old in (-1, CHEAP):
        begun: Any = SimpleNamespace(replaces=old, region=COAST, size_mt=0.0)
        world.broken_ground.append(begun)
    agents, asked = listening(world)

    retrofit(world, agents, look(world, lasting_mill_prices(world)))

    assert sorted(case.agent for case in asked if case.kind == "retrofit") == ["dear", "middling"]


def test_attention_falls_on_plants_whose_draw_is_below_it() -> None:
    keys = ["cheap", "middling", "dear"]
    drawn = dict(zip(keys, tiny().streams.uniforms("retrofit", 2026, keys).tolist(), strict=True))
    first, second, _ = sorted(keys, key=drawn.__getitem__)
    world = tiny(parameters={"retrofits": {"attention_share": drawn[second]}})
    world.book.made_mt[:] = world.refineries.nameplate_mt
    agents, asked = listening(world)

    retrofit(world, agents, look(world, lasting_mill_prices(world)))

    assert [case.agent for case in asked if case.kind == "retrofit"] == [first]
