"""Groups of China take parts of producers in Indonesia where both sides gain, and alumina comes with them."""

from typing import Any

import numpy as np
import pytest

import sim
from sim.agents.cast import Cast, Minds
from sim.checks import Conservation
from sim.choice import Case, Intent
from sim.decisions.partner import PartnerFacts, admitted, find_partners, stakes_of, take_part
from sim.decisions.ship import ship_to_china
from sim.sight.abroad import chinese_shares
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.partners import Worth
from sim.world.kinds import Happened
from sim.world.ownership import Node
from sim.world.world import World
from tests.phases.playing import cast_of, fresh
from tests.tiny.asking import listening
from tests.tiny.worlds import ALFA, BETA, GAMMA, tiny

LOOKING = {"overseas": {"partner_share": 1.0}}


def facts(rate: float, gap: float = 5.0) -> PartnerFacts:
    """Give an offer of 30 % of a producer of 2 Mt to a group with some rate that lacks some alumina."""
    seen = (0.3, 2.0, 350.0, 260.0, 7.0, gap, rate)
    return PartnerFacts(*(np.array([value]) for value in seen))


def offered(distress: bool = False, agents: Minds | None = None) -> tuple[World, Cast]:
    """Give a world in which every producer has looked for a partner."""
    world = fresh(parameters=LOOKING)
    cast = cast_of(world, agents)
    if distress:
        world.groups.distressed[world.groups.keys.index("jinjiang")] = True
    find_partners(world, cast, look(world, lasting_mill_prices(world)))
    return world, cast


def test_a_part_leaves_more_to_a_patient_group_and_to_one_that_lacks_alumina() -> None:
    parameters = sim.load("baseline").spec.parameters

    patient, hasty = (stakes_of(facts(rate), parameters)[0].surplus_mcny for rate in (0.06, 0.12))
    sated = stakes_of(facts(0.06, 0.0), parameters)[0].surplus_mcny

    assert patient > hasty
    assert patient > sated


def test_a_part_that_is_taken_is_in_the_graph_is_paid_and_brings_alumina() -> None:
    world, cast = offered()
    importers, told = world.importers, [each for each in world.events if each.kind == Happened.STAKE_ABROAD]

    assert told
    for event in told:
        row = importers.row(event.counterpart)
        held = {
            block.holder: block.ppm for block in world.ownership.blocks(world.pack.importers[row].company)
        }
        assert event.amount == pytest.approx(importers.capacity_mt[row] * held[event.agent] / 1e6)
    before = importers.china_contract_mt * importers.capacity_mt / importers.opening_made_mt
    ship_to_china(world, cast)
    shipping = importers.standing_mt > 0.0
    assert importers.offtake_mt.sum() > 0.0
    assert importers.standing_mt[shipping] == pytest.approx((before + importers.offtake_mt)[shipping])


def test_what_buyers_pay_is_booked_as_a_deal_or_as_money_that_leaves() -> None:
    world, _ = offered()

    assert world.book.deals_mcny.sum() == pytest.approx(0.0)
    assert -world.book.deals_mcny.min() + world.book.capex_mcny.sum() > 0.0


def test_control_stays_with_a_minority_and_goes_when_a_holder_is_in_distress() -> None:
    before = dict(zip(fresh().importers.keys, chinese_shares(fresh()), strict=True))
    calm, _ = offered()
    world, cast = offered(distress=True)
    agent = cast.importers[world.importers.row("ind-jinjiang")]

    for key, (owner, _) in zip(calm.importers.keys, chinese_shares(calm), strict=True):
        assert owner == before[key][0]
    assert before["ind-jinjiang"][0] == "jinjiang"
    assert agent.owner != "jinjiang"
    assert agent.chinese_share == 1.0


class Alone(sim.Importer):
    """A producer that wants no partner."""

    def decide(self, view: Any, case: Case) -> Intent:
        """Refuse."""
        return case.take("refuse" if case.kind == "admit" else None)


def test_a_producer_may_refuse_a_partner() -> None:
    world, _ = offered(agents={sim.Importer: Alone})

    assert world.importers.offtake_mt.sum() == 0.0
    assert [each for each in world.decisions if each.name == "partner"]


def test_a_run_in_which_parts_are_sold_keeps_every_law() -> None:
    industry = sim.Industry(sim.load("baseline", parameters=LOOKING), 1)
    industry.checkers.append(Conservation(industry.world))

    for _ in range(3):
        industry.step()

    assert any(each.kind == Happened.STAKE_ABROAD for each in industry.world.events)


@pytest.mark.parametrize(("price", "answer"), [(100.5, "admit"), (100.0, "admit"), (99.9, "refuse")])
def test_a_producer_admits_a_partner_at_no_less_than_its_least_price(price: float, answer: str) -> None:
    world = tiny()
    cast, asked = listening(world)
    worth = Worth(offtake_mt=0.0, gain_mcny=0.0, least_mcny=100.0, price_mcny=price, surplus_mcny=0.0)

    assert admitted(world, cast, look(world, lasting_mill_prices(world)), 0, worth) is (answer == "admit")

    (case,) = asked
    assert (case.kind, case.best) == ("admit", answer)
    assert case.margins == {"admit": pytest.approx(price - 100.0), "refuse": pytest.approx(100.0 - price)}


def test_a_part_is_paid_to_the_group_that_held_it_and_brings_its_alumina() -> None:
    world = tiny()
    world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
    world.ownership.transfer(2026, "sale", "old", "alfa", "gamma", 1_000_000)
    worth = Worth(offtake_mt=0.1, gain_mcny=0.0, least_mcny=400.0, price_mcny=500.0, surplus_mcny=0.0)

    # the producer abroad is gamma's, and gamma is alfa's
    take_part(world, cast_of(world), (0, BETA), ("gamma", 100_000), worth)

    held = {block.holder: block.ppm for block in world.ownership.blocks("gamma")}
    assert held == {"alfa": 900_000, "beta": 100_000}
    assert world.groups.cash_mcny[[ALFA, BETA, GAMMA]].tolist() == [1500.0, 500.0, 1000.0]
    assert not world.groups.debt_mcny.any()
    assert world.importers.offtake_mt.tolist() == [0.1]
    # a tenth of 1 Mt
    assert world.events[-1].amount == pytest.approx(0.1)
