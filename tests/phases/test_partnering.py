"""Minority stakes and joint ventures: shares move, control follows the majority, the rest is look-through."""

import numpy as np
import pytest

from sim.core.arrays import total_by
from sim.phases.partnering import Venture, found_venture, partner_for, take_stakes
from sim.phases.quarter import lasting_mill_prices
from sim.world.dealbook import MINORITY, VENTURE
from sim.world.owners import follow_control
from sim.world.view import look
from tests.phases.playing import fresh, play


def test_a_minority_stake_moves_shares_and_money_and_no_control() -> None:
    industry = fresh(parameters={"deals": {"minority_share": 1.0}})
    industry.year, industry.book = 2026, industry.base_book
    industry.book.deals_mcny[:] = 0.0
    groups = industry.refineries.group.copy()
    cash = (industry.groups.cash_mcny - industry.groups.debt_mcny).copy()

    take_stakes(industry, look(industry, lasting_mill_prices(industry)))
    follow_control(industry)

    taken = [deal for deal in industry.deals if deal.kind == MINORITY]
    assert taken
    assert np.array_equal(industry.refineries.group, groups)
    moved = industry.groups.cash_mcny - industry.groups.debt_mcny - cash
    assert moved == pytest.approx(industry.book.deals_mcny, abs=1e-6)
    assert industry.book.deals_mcny.sum() == pytest.approx(0.0, abs=1e-6)
    for deal in taken:
        blocks = {block.holder: block.ppm for block in industry.ownership.blocks(industry_node(deal.target))}
        assert 0.1 <= deal.stake_share <= 0.49
        assert blocks[deal.buyer] >= round(deal.stake_share * 1e6)
        assert deal.hhi_step == 0.0


def industry_node(key: str) -> str:
    """Give the node of a plant of the pack."""
    return f"plant:{key}" if f"plant:{key}" in fresh().ownership.graph else key


def test_a_minority_stake_counts_for_look_through_and_not_for_control() -> None:
    run = play(2, 1, parameters={"deals": {"minority_share": 1.0, "base_logit": -10.0}})
    usual = play(2, 1, parameters={"deals": {"minority_share": 0.0, "base_logit": -10.0}})

    assert [d for d in run.industry.deals if d.kind == MINORITY]
    first = run.years.iloc[0], usual.years.iloc[0]
    assert first[0]["hhi_control"] == first[1]["hhi_control"]
    assert first[0]["hhi_economic"] != first[1]["hhi_economic"]


def test_a_venture_belongs_to_its_leader_and_pays_its_partners() -> None:
    industry = fresh()
    venture = Venture(
        "coastal-venture",
        "Coastal venture",
        {"chinalco": 600_000, "east-hope": 400_000},
        "coastal-plant",
        2.0,
    )

    leader = found_venture(industry, venture)

    top = industry.holdings.controllers(industry)
    assert (leader, top["coastal-venture"], top["coastal-plant"]) == ("chinalco",) * 3
    blocks = {block.holder: block.ppm for block in industry.ownership.blocks("coastal-venture")}
    assert blocks == {"chinalco": 600_000, "east-hope": 400_000}
    assert [(deal.kind, deal.buyer, deal.seller) for deal in industry.deals] == [
        (VENTURE, "chinalco", "east-hope")
    ]


def test_a_venture_that_nobody_controls_is_refused_by_name() -> None:
    even = Venture("even", "Even", {"chinalco": 500_000, "east-hope": 500_000})

    with pytest.raises(ValueError, match="no owner group controls the venture 'even'"):
        found_venture(fresh(), even)


def test_a_partner_is_short_of_alumina_and_somebody_else() -> None:
    industry = fresh()
    industry.book = industry.base_book
    lead = industry.groups.row("xinfa")
    view = look(industry, lasting_mill_prices(industry))

    partner = partner_for(industry, view, lead, industry.geography.regions.index("guangxi_coast"))

    plants, smelters, count = industry.refineries, industry.smelters, len(industry.groups)
    made = total_by(plants.group, plants.runnable_mt, count)[partner]
    need = total_by(smelters.group, smelters.capacity_mt, count)[partner] * 1.9
    assert partner != lead
    assert need > made
