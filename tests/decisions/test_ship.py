"""Producers outside China commit tonnes where they can be landed at cash cost, and agents of one's own may not."""

import numpy as np
import pytest

import sim
from sim.choice import Case, Intent
from sim.decisions.ship import SHIP, ShipFacts, ship_to_china
from sim.decisions.sign import seek_contracts
from sim.sight.view import expected_mill_prices, look
from tests.phases.playing import cast_of, fresh
from tests.tiny.worlds import scenario, tiny


class Closed(sim.Importer):
    """A producer that ships nothing to China under standing terms."""

    def decide(self, view: object, case: Case) -> Intent:
        """Withhold all."""
        return case.take("withhold")


class Trader(sim.Smelter):
    """A smelter that buys on the spot market alone."""

    def decide(self, view: object, case: Case) -> Intent:
        """Sign nothing."""
        return case.take("spot" if case.kind == "sign" else None)


def test_a_committed_tonne_leaves_price_and_security_less_its_landed_cost() -> None:
    parameters = sim.load("baseline").spec.parameters
    facts = ShipFacts(*(np.array([value]) for value in (250.0, 30.0, 7.0, 0.0, 3000.0, 0.5)))

    left = SHIP.weigh(facts, parameters)["commit"][0]

    # landed: (250 + 30) x 7 x (1 + VAT) and port; a half-Chinese owner adds half of what security is worth
    landed = 280.0 * 7.0 * (1.0 + parameters.market.vat_share) + parameters.world.port_cny_per_t
    assert left == pytest.approx(3000.0 + 0.5 * parameters.market.captive_premium_cny_per_t - landed)


def test_duty_makes_a_landed_tonne_dearer_and_an_owner_at_home_asks_for_less() -> None:
    facts = ShipFacts(*(np.array([value]) for value in (300.0, 20.0, 7.0, 0.25, 3200.0, 0.5)))

    # 320 x 7 x 1.1 x 1.25 and 100 at port, against 3200 and half of the 50 that security is worth
    left = SHIP.weigh(facts, scenario().spec.parameters)["commit"]
    assert left == pytest.approx([3200.0 + 25.0 - 3080.0 - 100.0])


def test_what_an_owner_takes_comes_on_top_of_terms_that_grow_with_capacity() -> None:
    world = tiny(9000.0)
    importers = world.importers
    importers.china_contract_mt[0], importers.opening_made_mt[0], importers.offtake_mt[0] = 0.1, 0.5, 0.05

    ship_to_china(world, cast_of(world))

    # twice the capacity, twice 0.1
    assert importers.standing_mt.tolist() == pytest.approx([0.25])


def test_producers_ship_their_terms_grown_with_capacity() -> None:
    world = fresh()
    ship_to_china(world, cast_of(world))
    importers = world.importers

    shipping = importers.standing_mt > 0.0
    grown = importers.china_contract_mt * importers.capacity_mt / importers.opening_made_mt
    assert shipping.any()
    assert importers.standing_mt[shipping] == pytest.approx(grown[shipping])


def test_producers_of_ones_own_that_withhold_ship_nothing_under_terms() -> None:
    world = fresh()

    ship_to_china(world, cast_of(world, {sim.Importer: Closed}))

    assert world.importers.standing_mt.sum() == 0.0


def test_smelters_seek_contracts_as_a_rule_and_those_of_ones_own_may_not() -> None:
    world = fresh()
    view = look(world, expected_mill_prices(world))

    assert seek_contracts(world, cast_of(world), view).all()
    assert not seek_contracts(world, cast_of(world, {sim.Smelter: Trader}), view).any()
