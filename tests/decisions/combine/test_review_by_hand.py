"""What the authority and provinces make of a combination of the tiny world, worked out by hand."""

from typing import Any

from sim.acts.holdings import settle_control
from sim.decisions.buy.telling import refused
from sim.world.dealbook import CLOSED, REFUSED_BY_PROVINCE
from sim.world.world import World
from tests.decisions.combine.test_combine_by_hand import decided
from tests.tiny.worlds import BETA, CHEAP, INLAND, tiny

CONDITIONS: dict[str, Any] = {
    "filing_mcny": 0.0,
    "party_mcny": 0.0,
    **{f"{level}_clear_share": 0.0 for level in ("review", "presumption")},
    **{f"{level}_conditional_share": 1.0 for level in ("review", "presumption")},
}
"""An authority that looks at every deal and clears none without conditions."""


def looked_at(**changes: Any) -> World:
    """Give one in which beta takes over gamma under the eyes of such an authority, and lenders trust it."""
    combining = {"suitor_mt": 1.5, "base_logit": 10.0, "size_logit": 0.0}
    world = tiny(4500.0, parameters={"combining": combining, "review": {**CONDITIONS, **changes}})
    world.book.revenue_mcny[:], world.credit.debt_mcny[BETA] = 1000.0, 100_000.0
    return world


def test_a_group_with_one_refinery_is_cleared_with_a_supply_undertaking() -> None:
    world = looked_at(undertaking_years=5)

    deal = decided(world)

    assert (deal.outcome, deal.review_outcome) == (CLOSED, "conditional")
    assert deal.remedy == "offer the alumina of dear to all alike for 5 years"
    assert (world.plant_market.undertakings, world.plant_market.divestments) == ({"dear": 2031}, {})


def test_a_group_with_two_refineries_is_cleared_with_the_smallest_to_be_sold_in_time() -> None:
    world = looked_at(divestment_years=2)
    world.ownership.transfer(2026, "gift", "alfa", "gamma", "cheap", 1_000_000)
    settle_control(world)
    # inland, where beta is at home and no province is asked
    world.refineries.region[CHEAP] = INLAND
    world.refineries.nameplate_mt[CHEAP] = world.refineries.runnable_mt[CHEAP] = 0.5

    deal = decided(world)

    assert (deal.buyer, deal.target, deal.review_outcome) == ("beta", "gamma", "conditional")
    assert deal.remedy == "sell cheap by 2028"
    assert (world.plant_market.undertakings, world.plant_market.divestments) == ({}, {"cheap": 2028})
    # it is beta's until then, with all the rest
    assert world.refineries.group.tolist() == [BETA, BETA, BETA]


def test_the_draw_of_a_province_that_refuses_is_on_record_with_its_chance() -> None:
    world = looked_at()
    world.ownership.transfer(2026, "gift", "alfa", "gamma", "cheap", 1_000_000)
    settle_control(world)

    deal = decided(world)

    # the coast, where beta is not at home, refuses; nobody was asked after it
    assert (deal.outcome, deal.province) == (REFUSED_BY_PROVINCE, "withheld")
    facts = world.decisions[-1].facts
    luck = world.streams.uniforms("deal", 2026, ["gamma>beta/consent"])[0]
    assert facts["province_luck_share"] == luck < facts["province_refusal_share"]
    assert "sasac_luck_share" not in facts
    assert "review_luck_share" not in facts
    (told,) = refused(facts, deal.outcome)
    assert told.endswith(f"the draw was {luck * 100.0:.1f} %, and it refuses below the chance.")
