"""The climate of a year, and what deals of the tiny world meet with, worked out by hand."""

import math
from dataclasses import replace

import pytest

from sim.decisions.buy.judging import (
    GIVEN,
    UNASKED,
    WITHHELD,
    climate,
    consent,
    group_turnover,
    move_wave,
    province_share,
    screened,
    scrutiny,
    stance,
    turnovers,
)
from sim.policies.merger_rules import MergerControl, MergerPush
from sim.sight.selling import PRIVATE, Lot, Target
from sim.strategy.approving import Stance
from sim.world.kinds import Happened
from sim.world.owners import PROVINCIAL
from sim.world.world import World
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, MIDDLING, tiny

DEAR_FOR_SALE = Target(
    "dear", (DEAR,), (), GAMMA, (Lot("dear", "gamma", 1_000_000),), (1.0,), False, False, False
)
METAL_FOR_SALE = Target("alfa-metal", (), (ALFA,), ALFA, (), (), False, False, False)
PUSH = MergerPush(0.5, 0.0, 0.0, 0.4, -0.25, 1)


def logistic(score: float) -> float:
    """Give the chance of a score."""
    return 1.0 / (1.0 + math.exp(-score))


def traded(**parameters: float) -> World:
    """Give a world whose plants made a little and sold more, at prices of 2000 and 2500 and costs of 1500 and 2200."""
    world = tiny(parameters={"deals": parameters})
    book = world.book
    book.made_mt[:] = [0.125, 0.375, 0.0]
    book.sold_mt[:] = [0.25, 0.5, 0.0]
    book.revenue_mcny[:] = [500.0, 1250.0, 0.0]
    book.cost_mcny[:] = [187.5, 825.0, 0.0]
    book.earned_mcny[:] = [100.0, 200.0, -50.0]
    return world


def test_the_climate_is_the_spread_of_margins_by_output_and_what_is_earned_over_debt() -> None:
    world = traded()

    # margins of 500 and 300 on a quarter and three quarters: mean 350, variance (150^2 + 3 x 50^2) / 4, where what was
    # made and sold counts by tonnes made
    assert climate(world.book, 0.5).dispersion_cny_per_t == pytest.approx(math.sqrt(7500.0))
    assert climate(world.book, 0.5).liquidity_ratio == pytest.approx(500.0)


def test_a_wave_remembers_itself_and_the_deals_of_the_year_before() -> None:
    world = traded(wave_luck_ratio=0.0)
    world.groups.debt_mcny[:] = 100.0
    world.base_book, world.plant_market.wave = world.book, 0.4
    for year in (2026, 2026, 2027):
        world.year = year
        world.tell(Happened.DEAL, "beta", 1.0, "Mt/yr", "", counterpart="gamma")
    world.tell(Happened.EXIT, "dear", 1.0, "Mt/yr", "")

    move_wave(world)

    # half of 0.4, and 0.5 x (ln 3 - ln 2) for two deals where one is usual; the climate is that of the base year
    assert world.plant_market.wave == pytest.approx(0.2 + 0.5 * math.log(1.5))
    assert world.plant_market.usual == climate(world.book, 300.0)


def test_a_province_refuses_by_what_the_plant_is_to_it() -> None:
    world = tiny()
    world.rules = replace(world.rules, discipline_share=0.25)

    # a third of inland refining; 1.2 x 0.25 of discipline
    assert province_share(world, DEAR_FOR_SALE, ALFA) == pytest.approx(logistic(1.0 / 3.0 - 0.3))
    # of its own group it thinks 0.8 worse; a push leaves it 0.4 of the taxes, for 1.5 each
    world.groups.owner_type[GAMMA] = PROVINCIAL
    world.rules = replace(world.rules, merger_push=PUSH)
    assert province_share(world, DEAR_FOR_SALE, ALFA) == pytest.approx(logistic(1.0 / 3.0 + 0.8 - 0.3 - 0.6))


def test_a_little_plant_is_all_of_a_little_province_and_a_smelter_none_of_its_refining() -> None:
    world = tiny()
    world.refineries.nameplate_mt[:] = [1.0, 0.0, 0.25]

    assert province_share(world, DEAR_FOR_SALE, ALFA) == pytest.approx(logistic(1.0))
    assert province_share(world, METAL_FOR_SALE, GAMMA) == pytest.approx(logistic(0.0))


def test_a_neighbour_needs_no_consent_of_the_province_and_a_private_seller_none_of_the_state() -> None:
    world = tiny()
    world.groups.owner_type[GAMMA] = PRIVATE

    near, far = (scrutiny(world, DEAR_FOR_SALE, buyer, 0.1) for buyer in (BETA, ALFA))

    assert (near.around.same_province, near.around.across, near.province_share) == (True, True, 0.0)
    assert (far.around.same_province, far.around.across) == (False, False)
    assert far.province_share == pytest.approx(logistic(1.0 / 3.0))
    assert near.sasac_share == far.sasac_share == 0.0
    # -3, four times a surplus of a tenth, half for a neighbour, 0.7 between state and private
    assert near.chance_share == pytest.approx(logistic(-3.0 + 0.4 + 0.5 - 0.7))
    assert far.chance_share == pytest.approx(logistic(-3.0 + 0.4))


def test_a_state_seller_asks_its_holder_but_not_where_the_authority_ordered_the_sale() -> None:
    world = tiny()
    world.groups.owner_type[GAMMA] = PROVINCIAL
    sale = replace(DEAR_FOR_SALE, distressed=True)

    # -1, 1.5 for a private buyer, one less in distress
    assert scrutiny(world, sale, ALFA, 0.1).sasac_share == pytest.approx(logistic(-1.0 + 1.5 - 1.0))
    assert scrutiny(world, sale, BETA, 0.1).sasac_share == pytest.approx(logistic(-1.0 - 1.0))
    ordered = scrutiny(world, replace(sale, ordered=True), ALFA, 0.1)
    assert (ordered.sasac_share, ordered.chance_share) == (0.0, 1.0)


def test_a_push_moves_the_odds_and_a_stance_is_that_of_the_year() -> None:
    world = tiny()
    plain = scrutiny(world, DEAR_FOR_SALE, BETA, 0.1)
    assert (plain.around.push_share, plain.stance) == (0.0, Stance(0.0, 0.0, 0.0))

    control = MergerControl(strictness_share=0.5, banned_share=0.25)
    world.rules = replace(world.rules, merger_push=PUSH, merger_control=control)

    assert scrutiny(world, DEAR_FOR_SALE, BETA, 0.1).around.push_share == 0.5
    assert stance(world, BETA) == Stance(0.5, -0.25, 0.25)


def sold(world: World) -> World:
    """Let plants have sold for 2000, 5000 and 3000 million CNY, nothing to their owners; smelters have run in full."""
    world.promises.captive_share[:] = 0.0
    world.book.revenue_mcny[:] = [2000.0, 5000.0, 3000.0]
    world.book.metal_mt[:] = [0.25, 0.75]
    return world


def test_turnover_is_sales_of_alumina_and_of_metal() -> None:
    world = sold(tiny())

    # metal at 20,000 CNY/t
    assert group_turnover(world).tolist() == pytest.approx([7000.0, 20_000.0, 3000.0])
    assert turnovers(world, DEAR_FOR_SALE, BETA) == pytest.approx((20_000.0, 3000.0))
    both = replace(METAL_FOR_SALE, rows=(CHEAP,), shares=(1.0,))
    assert turnovers(world, both, GAMMA) == pytest.approx((3000.0, 7000.0))


def test_a_deal_is_screened_by_all_capacity_where_it_must_be_filed() -> None:
    world = tiny()
    assert screened(world, DEAR_FOR_SALE, BETA)[1] == "exempt"

    seen, level = screened(sold(world), DEAR_FOR_SALE, BETA)

    # a quarter, a half and a quarter become a quarter and three
    assert (seen.before, seen.after, seen.buyer_share) == pytest.approx((3750.0, 6250.0, 0.75))
    assert level == "presumption"


def test_the_closest_look_is_that_at_what_is_sold_to_others() -> None:
    world = sold(tiny())
    world.refineries.nameplate_mt[:] = [0.05, 2.0, 0.05]
    # alfa and gamma have next to nothing of all capacity
    assert screened(world, DEAR_FOR_SALE, ALFA)[1] == "review"

    world.promises.captive_share[MIDDLING] = 1.0

    # but all of what is for sale
    assert screened(world, DEAR_FOR_SALE, ALFA)[1] == "presumption"


def test_a_smelter_that_buys_its_first_refinery_is_looked_at_from_a_share_of_35_per_cent() -> None:
    world = sold(tiny())
    world.refineries.nameplate_mt[:] = [0.0, 2.0, 1.0]
    assert screened(world, DEAR_FOR_SALE, ALFA)[1] == "clear"

    # half of all that is sold
    world.refineries.nameplate_mt[DEAR] = 2.0
    assert screened(world, DEAR_FOR_SALE, ALFA)[1] == "review"
    world.smelters.capacity_mt[ALFA] = 0.0
    assert screened(world, DEAR_FOR_SALE, ALFA)[1] == "clear"


def test_a_refiner_that_buys_its_first_smelter_is_looked_at_from_a_share_of_35_per_cent() -> None:
    world = sold(tiny())
    assert screened(world, METAL_FOR_SALE, GAMMA)[1] == "clear"

    # two fifths of all that is sold
    world.refineries.nameplate_mt[DEAR] = 2.0
    assert screened(world, METAL_FOR_SALE, GAMMA)[1] == "review"


def test_a_government_refuses_below_its_chance_and_is_not_asked_where_there_is_none() -> None:
    assert [consent(0.0, 0.0), consent(0.3, 0.29), consent(0.3, 0.3)] == [UNASKED, WITHHELD, GIVEN]
