"""What is fixed for a year: credit limits, and smelting under the national ceiling and a policy that moves it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.phases.preparing import credit_limits, smelting_scale
from sim.policies.rulebook import RegionalCap, SmelterCap
from sim.world.dealbook import VENTURE, Deal
from tests.phases.playing import fresh


def test_a_partner_counts_its_part_of_a_venture_as_security_and_the_leader_the_rest() -> None:
    world = fresh()
    plants = world.refineries
    lead, partner = world.groups.row("east-hope"), world.groups.row("spic")
    row = int(np.flatnonzero((plants.group == lead) & (plants.nameplate_mt > 0.0))[0])
    node = world.holdings.nodes(plants.keys)[row]
    before = credit_limits(world)
    holder = world.holdings.main_block(node).holder
    world.ownership.transfer(2026, "v", holder, "spic", node, 400_000)
    world.deals.append(
        Deal(
            year=2026,
            id="v",
            kind=VENTURE,
            buyer="east-hope",
            seller="spic",
            target=plants.keys[row],
            stake_share=0.4,
        )
    )

    after = credit_limits(world)

    finance = world.parameters.finance
    # two fifths of the plant, as each has paid for it
    part = 0.4 * float(plants.nameplate_mt[row]) * finance.refinery_asset_cny_per_t
    moved = after.assets_mcny - before.assets_mcny
    assert (moved[lead], moved[partner]) == pytest.approx((-part, part))
    assert moved.sum() == pytest.approx(0.0, abs=1e-6)
    assert after.debt_mcny - before.debt_mcny == pytest.approx(moved * finance.leverage_limit_share)


def test_lenders_lend_on_what_announced_rules_leave_of_a_plant_and_books_keep_all_of_it() -> None:
    world = fresh()
    plants, finance, full = world.refineries, world.parameters.finance, credit_limits(world)
    half = RegionalCap("cap", 0.5, None, 1.0, 1.0, ("shanxi",))
    world.outlook = replace(world.outlook, regional_caps=(half,))

    capped = credit_limits(world)

    there = plants.region == world.geography.regions.index("shanxi")
    lost = 0.5 * np.bincount(plants.group, plants.nameplate_mt * there, len(world.groups))
    value = finance.refinery_asset_cny_per_t * finance.leverage_limit_share
    assert lost.sum() > 5.0
    assert full.debt_mcny - capped.debt_mcny == pytest.approx(lost * value)
    assert capped.assets_mcny.tolist() == full.assets_mcny.tolist()


def metal(year: int, cap: SmelterCap | None, growth: float = 0.0) -> float:
    """Give operating smelting in Mt/yr of an industry that runs 44 Mt in 2025 under a ceiling of 45."""
    world = fresh(parameters={"market": {"metal_growth_per_year": growth, "metal_cap_mt": 45.0}})
    world.opening_smelting_mt = 44.0
    rules = replace(world.rules, smelter_cap=cap)
    return smelting_scale(world, year, rules) * float(world.smelters.capacity_mt.sum())


def test_smelting_stops_growing_at_the_standing_ceiling() -> None:
    # 44 x 1.01^2 = 44.88; 44 x 1.01^3 = 45.33 is beyond the ceiling
    assert metal(2027, None, 0.01) == pytest.approx(44.8844)
    assert metal(2028, None, 0.01) == pytest.approx(45.0)


def test_a_lifted_ceiling_lets_smelting_grow_from_its_first_year_on() -> None:
    lifted = SmelterCap(48.0, 0.02, 2027, 1.0)

    # 44 in 2026 by no growth; 44 x 1.02 in 2027, x 1.02 again in 2028; 48 is reached in 2031
    assert metal(2027, lifted) == pytest.approx(44.88)
    assert metal(2028, lifted) == pytest.approx(45.7776)
    assert metal(2033, lifted) == pytest.approx(48.0)


def test_growth_starts_from_what_the_standing_ceiling_allowed() -> None:
    # 44 x 1.05^2 = 48.51 in 2027, held at 45; then 45 x 1.02
    assert metal(2028, SmelterCap(60.0, 0.02, 2028, 1.0), 0.05) == pytest.approx(45.9)


def test_a_lowered_ceiling_cuts_smelting_at_once_and_by_half_at_half_strength() -> None:
    assert metal(2027, SmelterCap(40.0, None, 2027, 1.0)) == pytest.approx(40.0)
    # half of the way from 45 to 40
    assert metal(2027, SmelterCap(40.0, None, 2027, 0.5)) == pytest.approx(42.5)


def test_a_lifted_ceiling_alone_does_not_change_growth() -> None:
    # 44 x 1.01^3
    assert metal(2028, SmelterCap(60.0, None, 2027, 1.0), 0.01) == pytest.approx(45.333244)
