"""Who is asked first and who can pay in the tiny world: parts abroad, stakes, whole groups; worked out by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.decisions.combine import offers as module
from sim.decisions.combine.closing import change_holders
from sim.decisions.combine.offers import best_offers, room_for, whole_of
from sim.decisions.partner import find_partners, measure, stakes_of
from sim.decisions.ship import ship_to_china
from sim.decisions.support import offer_support
from sim.decisions.take import nearest_plant
from sim.sight.abroad import lasting_fob
from sim.sight.parts import alumina_gaps
from sim.sight.view import View, lasting_mill_prices, look
from sim.strategy.combining import Bargain
from sim.world.ownership import Node
from sim.world.world import World
from tests.tiny.asking import listening, only
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, MIDDLING, tiny


def seen(world: World) -> View:
    """Give what all see."""
    return look(world, lasting_mill_prices(world))


def on_offer(**cash: float) -> World:
    """Give a world in which the producer abroad, 2 Mt that others hold, looks for a partner; nobody has any credit."""
    world = tiny(parameters={"overseas": {"partner_share": 1.0}})
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    world.importers.near[:], world.importers.capacity_mt[:] = True, 2.0
    world.prices.fob_usd_per_t = 400.0
    world.credit.debt_mcny[:] = 0.0
    world.smelters.capacity_mt[:] = [1.0, 2.0]
    world.groups.distressed[GAMMA] = True
    for key, amount in cash.items():
        world.groups.cash_mcny[world.groups.keys.index(key)] = amount
    return world


def worths(world: World) -> list[Any]:
    """Give what the part on offer is worth to alfa and to beta."""
    cast, asked = listening(world)
    find_partners(world, cast, seen(world))
    part = round(1e6 * only(asked, "partner").facts["stake_share"])
    facts = measure(world, 0, part, [ALFA, BETA], alumina_gaps(world))
    return stakes_of(facts, world.parameters)


def test_a_part_abroad_goes_to_whom_it_is_worth_most_of_those_that_can_pay() -> None:
    alfa, beta = worths(on_offer(alfa=1e5, beta=1e5))
    # both lack alumina, and beta, which the province owns, looks further ahead
    assert beta.surplus_mcny > alfa.surplus_mcny
    for money, agent, ways in (
        ((1e5, 1e5), "beta", {"take", "pass"}),
        ((1e5, beta.price_mcny), "beta", {"take", "pass"}),
        ((1e5, beta.price_mcny - 0.01), "alfa", {"take", "pass"}),
        ((0.0, 0.0), "beta", {"pass"}),
    ):
        world = on_offer(alfa=money[0], beta=money[1])
        cast, asked = listening(world)
        find_partners(world, cast, seen(world))
        case = only(asked, "partner")
        assert (case.agent, {*case.margins}, case.about) == (agent, ways, "rest")


def test_what_is_seen_of_a_part_abroad() -> None:
    world = on_offer()

    facts = measure(world, 0, 250_000, [BETA], np.full(3, 0.5)).row(0)

    fob = lasting_fob(world)
    assert [*facts.values()] == pytest.approx([0.25, 2.0, fob, 300.0, 7.0, 0.5, 0.08])


def test_the_plant_that_saves_most_freight_comes_first_and_then_the_cheapest() -> None:
    world = tiny(4500.0)
    world.refineries.cash_cost_cny_per_t[:] = [2000.0, 2500.0, 3000.0]
    saved = {"none": [0.0, 0.0], "inland": [0.0, 5.0], "coast": [5.0, 0.0]}

    found = {name: nearest_plant(world, seen(world), GAMMA, each) for name, each in saved.items()}

    assert found == {"none": CHEAP, "inland": MIDDLING, "coast": CHEAP}
    assert nearest_plant(world, seen(world), ALFA, saved["coast"]) == MIDDLING
    world.refineries.synthetic[MIDDLING] = True
    assert nearest_plant(world, seen(world), ALFA, saved["coast"]) == DEAR


@pytest.mark.parametrize(
    ("capacity", "opening", "standing"), [(1.0, 0.8, 0.175), (2.0, 0.5, 0.45), (0.5, 0.5, 0.15)]
)
def test_promises_grow_with_a_producer_and_offtake_comes_on_top(
    capacity: float, opening: float, standing: float
) -> None:
    world = tiny(rows={"importers": {"rest": {"china_contract_mt": 0.1}}})
    world.prices.mill_cny_per_t[:] = [1000.0, 1000.0, 3000.0]
    importers = world.importers
    importers.capacity_mt[:], importers.opening_made_mt[:], importers.offtake_mt[:] = capacity, opening, 0.05
    cast, asked = listening(world)

    ship_to_china(world, cast)

    # a tenth of a million tonnes grew as capacity over what was made at first
    assert importers.standing_mt == pytest.approx([standing])
    assert only(asked, "ship").facts["landed_cny_per_t"] == 3000.0


def test_duties_of_the_year_are_added_to_those_that_stand() -> None:
    world = tiny()
    world.rules = replace(world.rules, duty_share=0.15)
    cast, asked = listening(world)

    ship_to_china(world, cast)

    usual = world.parameters.world.duty_share
    assert only(asked, "ship").facts["duty_share"] == pytest.approx(usual + 0.15)


@pytest.mark.parametrize(("cost", "asked_times"), [(2949.5, 0), (2950.0, 0), (2950.5, 1)])
def test_a_plant_that_breaks_even_is_not_supported_and_one_that_loses_half_a_cny_is(
    cost: float, asked_times: int
) -> None:
    world = tiny(2950.0)
    world.refineries.loss_quarters[DEAR], world.refineries.cash_cost_cny_per_t[DEAR] = 8, cost
    cast, asked = listening(world)

    offer_support(world, cast)

    assert len(asked) == asked_times


@pytest.mark.parametrize(
    ("cash", "least", "lent", "owed", "room"),
    [
        # 900 of cash; 500 + 300 - 200 may still be borrowed on both
        (1000.0, 100.0, 500.0, 200.0, 1500.0),
        (100.0, 1000.0, 500.0, 200.0, 600.0),
        (1000.0, 100.0, 500.0, 900.0, 900.0),
        (1000.5, 1000.0, 500.0, 799.5, 1.0),
    ],
)
def test_a_suitor_raises_spare_cash_and_what_lenders_give_on_both_firms(
    cash: float, least: float, lent: float, owed: float, room: float
) -> None:
    world = tiny()
    world.groups.cash_mcny[BETA], world.credit.least_cash_mcny[BETA] = cash, least
    world.groups.debt_mcny[BETA], world.groups.debt_mcny[GAMMA] = owed, 4000.0
    world.credit.debt_mcny[:] = [0.0, lent, 300.0]

    assert room_for(world, np.array([GAMMA]), np.array([BETA])) == pytest.approx([room])


@pytest.mark.parametrize(
    ("equity", "holder"), [(-1.0, "lenders:gamma"), (0.0, "lenders:gamma"), (0.5, "founders:gamma")]
)
def test_lenders_hold_a_firm_whose_equity_is_gone_and_founders_one_with_a_little_left(
    equity: float, holder: str
) -> None:
    world = tiny()
    target = whole_of(world, GAMMA)
    assert target is not None
    offer: Any = SimpleNamespace(target=target, suitor=BETA)
    if holder.startswith("lenders"):
        assert target.lots[0].holder == "founders:gamma"

    change_holders(world, offer, Bargain(equity, 0.6, 0.0, 0.0), "deal")

    held = {block.holder: block.ppm for block in world.ownership.blocks("gamma")}
    assert held == {"beta": 600_000, holder: 400_000}


def test_offers_come_up_by_what_is_gained_over_worth_and_then_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def offer(key: str, gain: float, worth: float) -> Any:
        return SimpleNamespace(gain_mcny=gain, worth_mcny=worth, target=SimpleNamespace(key=key))

    # a tenth, a half, a fifth, a fifth and, of next to nothing, all of it
    made = [("a", 90.0, 900.0), ("b", 50.0, 100.0), ("d", 40.0, 200.0), ("c", 40.0, 200.0), ("e", 1.0, 0.25)]
    found = [offer(*each) for each in made]
    monkeypatch.setattr(module, "offers", lambda *_: iter(found))
    world = tiny(4500.0)

    came = [each.target.key for each in best_offers(world, seen(world), [GAMMA])]

    assert came == ["e", "b", "c", "d", "a"]
