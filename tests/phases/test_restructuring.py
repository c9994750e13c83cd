"""Moves inside one owner: the core company gathers, joint ventures keep theirs, and no cash leaves the group."""

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.restructuring import Asset, complete_agreed, core_of, listed_assets, restructure
from sim.world.dealbook import AGREED, RESTRUCTURING
from tests.phases.playing import fresh


def gathered(share: float = 1.0) -> Industry:
    """Give the start of 2026 after one round of moves inside owners."""
    industry = fresh(parameters={"deals": {"restructuring_share": share}})
    industry.year = 2026
    restructure(industry, industry.holdings.controllers(industry))
    return industry


def asset(key: str, holder: str, size_mt: float) -> Asset:
    """Give a refinery of some company."""
    return Asset(key, key, holder, 1_000_000, size_mt, refinery=True)


def test_the_core_is_the_company_with_most_capacity_and_of_equals_the_last_by_name() -> None:
    # b has 1 + 2 Mt, a has 2.5
    assert core_of([asset("x", "a", 2.5), asset("y", "b", 1.0), asset("z", "b", 2.0)]) == "b"
    assert core_of([asset("x", "a", 2.0), asset("y", "b", 2.0)]) == "b"
    assert core_of([]) == ""


def test_chalco_gathers_the_refineries_of_its_group_and_leaves_joint_ventures_alone() -> None:
    industry = gathered()
    moved = {deal.target: (deal.buyer, deal.seller) for deal in industry.deals if deal.kind == RESTRUCTURING}

    assert moved["chalco-huaxing"] == ("chalco", "shanxi-huaxing")
    assert moved["wenshan"] == ("chalco", "wenshan-al")
    assert {buyer for buyer, _ in moved.values()} == {"chalco", "spic-aluminum"}
    # Guangtou has 39 % of Huasheng and Jinjiang 40 % of Huajin
    assert not {"huasheng-fcg-1", "huasheng-fcg-2", "huajin-qingzhen"} & moved.keys()


def test_what_has_been_gathered_is_not_moved_again() -> None:
    industry = gathered()
    before = len(industry.deals)

    restructure(industry, industry.holdings.controllers(industry))

    assert before > 5
    assert len(industry.deals) == before


def test_a_sister_is_paid_book_value_and_no_cash_leaves_the_group() -> None:
    untouched, industry = fresh(), gathered()
    finance = industry.parameters.finance
    (deal,) = [deal for deal in industry.deals if deal.target == "chalco-huaxing"]
    row = industry.refineries.row("chalco-huaxing")

    size = float(industry.refineries.nameplate_mt[row])
    assert deal.price_mcny == pytest.approx(size * finance.refinery_asset_cny_per_t * deal.stake_share)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny, deal.size_mt) == (0.0, 0.0, size)
    assert np.array_equal(industry.groups.cash_mcny, untouched.groups.cash_mcny)
    assert np.array_equal(industry.groups.debt_mcny, untouched.groups.debt_mcny)


def test_only_the_time_of_a_move_is_luck() -> None:
    all_of_them = {(deal.target, deal.buyer) for deal in gathered().deals}

    some = {(deal.target, deal.buyer) for deal in gathered(0.4).deals}

    assert some
    assert some < all_of_them


def test_each_group_has_one_core_for_each_kind_in_the_end() -> None:
    industry = gathered()
    top = industry.holdings.controllers(industry)
    for owner, assets in listed_assets(industry, top).items():
        for refinery in (True, False):
            holders = {each.holder for each in assets if each.refinery == refinery}
            alone = {holder for holder in holders if _ours(industry, top, holder, owner)}
            assert len(alone) <= 2
            assert len(alone - {core_of([each for each in assets if each.refinery == refinery])}) == 0


def _ours(industry: Industry, top: dict[str, str], holder: str, owner: str) -> bool:
    blocks = industry.ownership.snapshot().blocks.get(holder, ())
    recorded = [block for block in blocks if not block.holder.startswith("float:")]
    return holder == owner or all(top.get(block.holder) == owner for block in recorded)


def test_an_agreed_deal_has_the_size_of_what_the_company_holds() -> None:
    industry = fresh()
    industry.year = 2026

    complete_agreed(industry, industry.holdings.controllers(industry))

    (deal,) = [each for each in industry.deals if each.kind == AGREED and each.target == "sanmenxia-al"]
    # Pinglu 1.0, Tiandong 2.2, Sanmenxia 1.9 and Xing'an 3.0 Mt
    assert deal.size_mt == pytest.approx(8.1)
    assert deal.price_mcny == 0.0
    told = next(event for event in industry.events if event.counterpart == "sanmenxia-al")
    assert "the pack does not give" in told.reason
