"""Parts of partners: whose alumina it is, for how long, and that no shortage is filled twice."""

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.industry import Industry
from sim.phases.parts import alumina_gaps
from sim.phases.prospects import prospects
from sim.phases.quarter import lasting_mill_prices
from sim.world.books import Groundbreaking
from sim.world.dealbook import MINORITY, VENTURE, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.population import BUILDING, PLANNED
from sim.world.view import look
from tests.phases.playing import fresh

LEAD, PARTNER = "east-hope", "spic"
OFFTAKE_MT = 0.5


def begin(industry: Industry, old: int = -1) -> None:
    """Let the leader begin a plant of 2 Mt at the coast of Guangxi this year."""
    where = industry.geography.regions.index("guangxi_coast")
    plan = Groundbreaking(
        "shore", "Shore", industry.groups.row(LEAD), where, True, 2.0, 2028, 1.0, 2500.0, old, "shore-venture"
    )
    industry.broken_ground.append(plan)


def found(industry: Industry) -> None:
    """Write down that the partner holds two fifths of that plant."""
    industry.deals.append(
        Deal(
            year=2026,
            id="v",
            kind=VENTURE,
            buyer=LEAD,
            seller=PARTNER,
            target="shore",
            stake_share=0.4,
            offtake_mt=OFFTAKE_MT,
        )
    )


def plant_of(industry: Industry, group: str) -> int:
    """Give a standing plant of a group."""
    plants = industry.refineries
    return int(np.flatnonzero((plants.group == industry.groups.row(group)) & (plants.nameplate_mt > 0.0))[0])


def with_stake(industry: Industry) -> int:
    """Let the partner buy a fifth of a plant of the leader with offtake, and give the plant."""
    row = plant_of(industry, LEAD)
    node = industry.holdings.nodes(industry, industry.refineries.keys)[row]
    holder = industry.holdings.main_block(industry, node).holder
    industry.ownership.transfer(2026, "stake", holder, PARTNER, node, WHOLE_PPM // 5)
    key = industry.refineries.keys[row]
    industry.deals.append(
        Deal(year=2026, id="s", kind=MINORITY, buyer=PARTNER, seller=LEAD, target=key, offtake_mt=OFFTAKE_MT)
    )
    return row


def changes(industry: Industry, before: Floats) -> dict[str, float]:
    """Give by how much the gaps of groups have changed, by group."""
    after = alumina_gaps(industry) - before
    keys = industry.groups.keys
    return {keys[row]: round(float(after[row]), 9) for row in np.flatnonzero(np.abs(after) > 1e-9).tolist()}


def test_alumina_of_a_venture_is_the_partner_s_and_no_longer_the_leader_s() -> None:
    industry = fresh()
    before = alumina_gaps(industry)
    begin(industry)
    found(industry)
    runs = 2.0 * industry.parameters.pipeline.runnable_share

    # the plant counts once: what comes of it in all is what it can make
    changed = changes(industry, before)
    assert changed == pytest.approx({LEAD: OFFTAKE_MT - runs, PARTNER: -OFFTAKE_MT})
    assert sum(changed.values()) == pytest.approx(-runs)


def test_what_owners_share_knows_of_offtake_as_well() -> None:
    industry = fresh()
    before = alumina_gaps(industry)
    with_stake(industry)

    shared = prospects(industry, look(industry, lasting_mill_prices(industry)))

    assert np.array_equal(shared.gap_mt, alumina_gaps(industry))
    assert changes(industry, before) == pytest.approx({LEAD: OFFTAKE_MT, PARTNER: -OFFTAKE_MT})


def test_an_offtake_ends_when_the_plant_closes() -> None:
    industry = fresh()
    row = with_stake(industry)
    runs = float(industry.refineries.runnable_mt[row])
    before = alumina_gaps(industry)
    industry.refineries.nameplate_mt[row] = industry.refineries.runnable_mt[row] = 0.0

    # the leader lacks the rest of the output, the partner what it had of it
    assert changes(industry, before) == pytest.approx({LEAD: runs - OFFTAKE_MT, PARTNER: OFFTAKE_MT})


def test_an_offtake_ends_when_the_partner_buys_the_plant() -> None:
    industry = fresh()
    row = with_stake(industry)
    runs = float(industry.refineries.runnable_mt[row])
    before = alumina_gaps(industry)
    industry.refineries.group[row] = industry.groups.row(PARTNER)

    assert changes(industry, before) == pytest.approx({LEAD: runs - OFFTAKE_MT, PARTNER: OFFTAKE_MT - runs})


def test_an_offtake_is_owed_by_whoever_owns_the_plant_now() -> None:
    industry = fresh()
    row = with_stake(industry)
    runs = float(industry.refineries.runnable_mt[row])
    before = alumina_gaps(industry)
    industry.refineries.group[row] = industry.groups.row("xinfa")

    changed = changes(industry, before)
    assert changed == pytest.approx({LEAD: runs - OFFTAKE_MT, "xinfa": OFFTAKE_MT - runs})


def test_an_offtake_ends_when_the_partner_has_sold_its_part() -> None:
    industry = fresh()
    row = with_stake(industry)
    before = alumina_gaps(industry)
    node = industry.holdings.nodes(industry, industry.refineries.keys)[row]
    industry.ownership.transfer(2026, "sold", PARTNER, "xinfa", node, WHOLE_PPM // 5)

    assert changes(industry, before) == pytest.approx({LEAD: -OFFTAKE_MT, PARTNER: OFFTAKE_MT})


def test_a_move_that_was_begun_takes_the_old_plant_away_as_it_brings_the_new() -> None:
    industry = fresh()
    row, before = plant_of(industry, LEAD), alumina_gaps(industry)
    old = float(industry.refineries.runnable_mt[row])
    begin(industry, row)

    new = 2.0 * industry.parameters.pipeline.runnable_share
    assert changes(industry, before) == pytest.approx({LEAD: old - new})


def test_a_project_of_the_register_that_was_begun_this_year_counts_at_once() -> None:
    industry = fresh()
    plants, before = industry.refineries, alumina_gaps(industry)
    row = int(np.flatnonzero(plants.project_stage == PLANNED)[0])
    plants.project_stage[row] = BUILDING

    runs = float(plants.size_mt[row]) * industry.parameters.pipeline.runnable_share
    assert changes(industry, before) == pytest.approx({industry.groups.keys[int(plants.group[row])]: -runs})
