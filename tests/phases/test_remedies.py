"""Conditions of the authority: what must be sold on is, and who must serve all alike does."""

import numpy as np
import pytest

from sim.phases import remedies
from sim.phases.bidding import survey
from sim.phases.merging import conclude
from sim.phases.promising import promise
from sim.phases.quarter import lasting_mill_prices
from sim.phases.remedies import Remedy, impose, open_share, remedy
from sim.phases.selling import Target, find_bidders, find_targets
from sim.world.dealbook import REMEDY
from sim.world.owners import follow_control
from sim.world.view import look
from tests.phases.playing import Industry, fresh, play


def for_sale() -> tuple[Industry, Target]:
    """Give an industry in which a private refiner with two plants, and no smelter, is for sale."""
    industry = fresh()
    industry.year, industry.book = 2026, industry.new_book()
    view = look(industry, lasting_mill_prices(industry))
    targets = find_targets(industry, view)
    return industry, max(targets, key=lambda each: (len(each.rows), each.key))


def test_a_single_plant_comes_with_a_supply_undertaking() -> None:
    industry, _ = for_sale()
    view = look(industry, lasting_mill_prices(industry))
    single = next(each for each in find_targets(industry, view) if len(each.rows) == 1)

    condition = remedy(industry, single, industry.groups.row("chinalco"), industry.groups.row("xinfa"), 100.0)
    impose(industry, single, industry.groups.row("chinalco"), condition, 100.0)

    assert condition == Remedy(single.rows, -1)
    key = industry.refineries.keys[single.rows[0]]
    assert industry.plant_market.undertakings == {key: 2026 + remedies.UNDERTAKING_YEARS}
    assert np.flatnonzero(np.asarray(open_share(industry)) == 0.0).tolist() == [single.rows[0]]


def test_an_undertaking_ends_after_its_years() -> None:
    industry, _ = for_sale()
    industry.plant_market.undertakings = {industry.refineries.keys[0]: 2030}

    industry.year = 2030
    assert np.asarray(open_share(industry))[0] == 0.0
    industry.year = 2031
    assert np.asarray(open_share(industry)).all()


def test_a_plant_under_an_undertaking_ships_nothing_inside_its_group() -> None:
    industry, _ = for_sale()
    promise(industry)
    row = int(np.argmax(industry.promises.captive_share))
    assert industry.promises.captive_share[row] > 0.0

    industry.plant_market.undertakings = {industry.refineries.keys[row]: 2030}
    promise(industry)

    assert industry.promises.captive_share[row] == 0.0


def test_the_smallest_plant_is_sold_on_to_the_next_bidder_with_the_money_booked() -> None:
    run = play(1)
    industry = run.industry
    plants = industry.refineries
    owner = industry.groups.row("xinfa")
    rows = tuple(sorted(np.flatnonzero((plants.group == owner) & (plants.nameplate_mt > 0)).tolist())[:2])
    nodes = industry.holdings.nodes(industry, plants.keys)
    lots = tuple(
        remedies.Lot(nodes[row], block.holder, block.ppm)
        for row in rows
        for block in industry.ownership.blocks(nodes[row])
    )
    sale = Target("xinfa", rows, (), owner, lots, (1.0, 1.0), False, False, False, False)
    buyer, second = industry.groups.row("chinalco"), industry.groups.row("spic")
    booked = industry.book.deals_mcny.copy()

    conclude(industry, sale, buyer, 1000.0, "big")
    condition = remedy(industry, sale, buyer, second, 100.0)
    impose(industry, sale, buyer, condition, 1000.0)
    follow_control(industry)

    small = min(rows, key=lambda row: float(plants.nameplate_mt[row]))
    part = float(plants.nameplate_mt[small] / plants.nameplate_mt[list(rows)].sum())
    assert condition == Remedy((small,), second)
    assert int(plants.group[small]) == second
    assert [int(plants.group[row]) for row in rows if row != small] == [buyer]
    change = industry.book.deals_mcny - booked
    assert change[[owner, buyer, second]] == pytest.approx([1000.0, -1000.0 * (1 - part), -1000.0 * part])
    assert industry.deals[-1].kind == REMEDY


def test_bids_of_the_survey_stand_in_a_table_of_targets_and_bidders() -> None:
    industry, _ = for_sale()
    industry.book = industry.base_book
    view = look(industry, lasting_mill_prices(industry))
    targets, bidders = find_targets(industry, view), find_bidders(industry, view)

    seen = survey(industry, view, targets, bidders)

    assert seen.value_mcny.shape == (len(targets), len(bidders))
    for place, target in enumerate(targets):
        own = [number for number, row in enumerate(bidders) if row == target.seller]
        assert not seen.most_mcny[place, own].any()
        assert (seen.most_mcny[place] > 0.0).sum() <= 4
