"""Ventures that are founded: who holds what of them, and what the book of deals says."""

import pytest

from sim.acts.ventures import Venture, found_venture
from sim.phases.founding import found_plants
from sim.strategy.deals import Payment
from sim.world.books import Groundbreaking
from sim.world.dealbook import CLOSED, VENTURE
from sim.world.owners import WHOLE_PPM
from tests.phases.playing import cast_of, fresh


def venture(lead: str = "chinalco", share: float = 0.4) -> Venture:
    """Give a venture of two owners."""
    ppm = {lead: round((1.0 - share) * WHOLE_PPM), "east-hope": round(share * WHOLE_PPM)}
    paid = Payment(0.0, 1500.0, 900.0)
    return Venture(
        "shore-venture", "Shore venture", ppm, "shore", 2.0, lead, "east-hope", share, paid, 400.0, 0.7
    )


def test_a_venture_belongs_to_its_leader_and_pays_its_partners() -> None:
    world = fresh()
    world.year = 2026
    group = world.groups.row("chinalco")
    found_venture(world, venture())
    where = world.geography.regions.index("guangxi_coast")
    world.broken_ground = [
        Groundbreaking("shore", "Shore", group, where, True, 2.0, 2028, 1.0, 2500.0, holder="shore-venture")
    ]
    world.year = 2027
    found_plants(world, cast_of(world))

    top = world.holdings.controllers()
    assert (top["shore-venture"], top["shore"]) == ("chinalco", "chinalco")
    blocks = {block.holder: block.ppm for block in world.ownership.blocks("shore-venture")}
    assert blocks == {"chinalco": 600_000, "east-hope": 400_000}
    assert [block.holder for block in world.ownership.blocks("shore")] == ["shore-venture"]
    # of each tonne and each yuan of the plant, 40 % reach the partner
    interest = world.holdings.of_groups(world.refineries.keys)[:, world.refineries.row("shore")]
    assert interest[world.groups.row("east-hope")] == pytest.approx(0.4)


def test_the_book_of_deals_says_who_joins_for_how_much() -> None:
    world = fresh()
    found_venture(world, venture())

    (deal,) = world.deals
    assert (deal.kind, deal.buyer, deal.seller, deal.target) == (VENTURE, "chinalco", "east-hope", "shore")
    # paid 1,500 in cash and 900 from a loan; 400 of it to the leader
    assert deal.compensation_mcny == 400.0
    assert (deal.size_mt, deal.stake_share, deal.price_mcny, deal.offtake_mt) == (2.0, 0.4, 2400.0, 0.7)
    assert (deal.outcome, deal.hhi_step) == (CLOSED, 0.0)


def test_a_venture_that_its_leader_does_not_control_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="does not control the venture 'shore-venture'"):
        found_venture(fresh(), venture(share=0.5))
