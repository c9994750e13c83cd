"""Agreed deals: what was announced before the run is carried out in its year."""

import pytest

from sim.phases.exits import complete_agreed
from sim.world.dealbook import AGREED
from tests.phases.playing import fresh


def test_an_agreed_deal_has_the_size_of_what_the_company_holds() -> None:
    # The unidentified plant of Henan that may be its own is not
    world = fresh(rows={"candidates": {"synthetic-henan>sanmenxia-al": {"chance_share": 0.0}}})
    world.year = 2026

    complete_agreed(world, world.holdings.controllers())

    (deal,) = [each for each in world.deals if each.kind == AGREED and each.target == "sanmenxia-al"]
    # Pinglu 1.0, Tiandong 2.2, Sanmenxia 1.9 and Xing'an 3.0 Mt
    assert deal.size_mt == pytest.approx(8.1)
    assert deal.price_mcny == 0.0
    told = next(event for event in world.events if event.counterpart == "sanmenxia-al")
    assert "the pack does not give" in told.reason
