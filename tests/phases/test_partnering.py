"""Minority stakes: shares and money move, control does not, the rest is look-through."""

import numpy as np
import pytest

from sim.phases.partnering import take_stakes
from sim.phases.quarter import lasting_mill_prices
from sim.world.dealbook import MINORITY
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
