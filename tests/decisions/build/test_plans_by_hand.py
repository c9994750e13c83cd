"""Plans for plants in the tiny world, worked out by hand: a new plant, one with a partner, and a move to the coast."""

from typing import Any

import numpy as np
import pytest

from sim.decisions.build.applying import decide_ventures
from sim.decisions.build.facts import BROKE
from sim.sight.view import lasting_mill_prices, look
from sim.world.kinds import Happened
from sim.world.world import World
from tests.tiny.asking import ANYBODY, listening, only
from tests.tiny.worlds import ALFA, BETA, COAST, DEAR, GAMMA, tiny, touched


def life_of_a_plant(rate: float) -> float:
    """Give what one CNY a tonne and year is worth to whoever builds today, without VAT, per tonne of nameplate.

    The plant starts in two years and runs for twenty; it reaches 40 % in its first half-year, 85 % in the second and
    95 % of its nameplate at most.
    """
    whole = sum((1.0 + rate) ** -year for year in range(2, 22))
    late = (1.0 - 0.5 * (0.4 + 0.85)) * (1.0 + rate) ** -2
    return 0.95 * (whole - late) / 1.1


def rich(builder: int, **building: Any) -> World:
    """Give a world in which alumina fetches 4500 for ever, and one group alone is sound enough to build.

    A market of infinite depth takes what is new without a fall of the price.
    """
    world = tiny(4500.0, parameters={"building": building} if building else {})
    world.slopes = np.eye(3) * 1e12
    world.groups.distressed[[row for row in (ALFA, BETA, GAMMA) if row != builder]] = True
    return world


def decide(world: World, *, waiting: str = "") -> tuple[list[Any], set[str]]:
    """Let owners decide on plants, and governments agree; gives what was asked and what has changed."""
    waits = {(waiting, kind): "wait" for kind in ("build", "move")} if waiting else {}
    cast, asked = listening(world, {(ANYBODY, "consent"): "consent", **waits})
    parts = touched(world, lambda: decide_ventures(world, cast, look(world, lasting_mill_prices(world))))
    return asked, parts


def test_an_owner_builds_where_margins_over_the_life_of_a_plant_pay_for_it() -> None:
    world = rich(ALFA)

    asked, parts = decide(world)

    # at the coast a new plant costs what cheap does, 2000, and 3000 a tonne to build
    case = only(asked, "build", "alfa")
    assert case.facts["cash_cost_cny_per_t"] == pytest.approx(2000.0)
    assert case.options["build in coast"] == pytest.approx(
        2500.0 * life_of_a_plant(0.10) / 3000.0 - 1.0, abs=1e-4
    )
    # 15 % and the mood of the year, 15 % a logit; no board asks for less than nothing
    mood = case.facts["mood_share"]
    assert case.options["wait"] == pytest.approx(max(0.15 + 0.15 * np.log(mood / (1.0 - mood)), 0.0))
    lead = case.options["build in coast"] - case.options["wait"]
    assert case.margins == {"build": pytest.approx(lead), "wait": pytest.approx(-lead)}
    assert case.best == "build"
    (plan,) = world.broken_ground
    assert (plan.group, plan.region, plan.size_mt, plan.due_year, plan.replaces) == (
        ALFA,
        COAST,
        2.0,
        2028,
        -1,
    )
    # 2 Mt at 3000: 1000 in cash and a loan
    assert world.groups.cash_mcny.tolist() == [0.0, 1000.0, 1000.0]
    assert world.groups.debt_mcny.tolist() == [5000.0, 0.0, 0.0]
    assert world.book.capex_mcny.tolist() == [6000.0, 0.0, 0.0]
    assert [event.kind for event in world.events] == [Happened.APPROVE]
    assert parts == {
        *("broken_ground", "groups.cash_mcny", "groups.debt_mcny", "book.capex_mcny", "events", "decisions"),
    }


def test_an_owner_without_means_does_not_build() -> None:
    world = rich(ALFA)
    # a new plant takes a mortgage of 70 % of 3000 on 2 Mt, 4200; 1800 are missing, and 1000 are there
    world.credit.debt_mcny[ALFA] = 0.0

    _, parts = decide(world)

    assert [decision.choice for decision in world.decisions] == [BROKE]
    assert parts == {"decisions"}


def test_the_nation_hears_nobody_who_does_not_apply() -> None:
    world = rich(ALFA)

    asked, parts = decide(world, waiting="alfa")

    assert [case.kind for case in asked] == ["build"]
    assert parts == {"decisions"}


def test_a_partner_short_of_alumina_joins_for_its_part_of_plant_and_output() -> None:
    world = rich(ALFA, partner_room_ratio=0.0, partner_most_share=0.49)
    world.groups.distressed[BETA] = False
    # beta's smelter needs 3 Mt and its plant makes 2
    world.smelters.capacity_mt[1] = 1.5

    asked, parts = decide(world, waiting="beta")

    # the bank lends 4200 of 6000 on the plant; alfa seeks a partner for all that is left, and keeps 51 %
    join = only(asked, "join", "beta")
    assert (join.facts["partner_share"], join.facts["gap_mt"]) == (0.49, 1.0)
    # its smelter lacks more than 0.98 Mt, so every tonne of its part is worth 60 more
    assert join.options["join"] == pytest.approx(2560.0 * life_of_a_plant(0.08) / 3000.0 - 1.0, abs=1e-4)
    (plan,) = world.broken_ground
    held = {block.holder: block.ppm for block in world.ownership.blocks(plan.holder)}
    assert held == {"alfa": 510_000, "beta": 490_000}
    (deal,) = world.deals
    assert (deal.stake_share, deal.price_mcny) == (0.49, pytest.approx(2940.0))
    # 95 % of 0.98 Mt
    assert deal.offtake_mt == pytest.approx(0.49 * 2.0 * 0.95)
    assert world.book.capex_mcny.tolist() == pytest.approx([3060.0, 2940.0, 0.0])
    assert world.groups.debt_mcny.tolist() == pytest.approx([2060.0, 1940.0, 0.0])
    assert parts <= {
        *("broken_ground", "ownership", "groups.cash_mcny", "groups.debt_mcny", "book.capex_mcny"),
        *("book.deals_mcny", "deals", "events", "decisions"),
    }


def test_a_plant_that_earns_nothing_inland_moves_to_the_coast() -> None:
    world = rich(GAMMA)
    world.refineries.cash_cost_cny_per_t[DEAR] = 8000.0

    asked, parts = decide(world)

    # a million tonnes cost 3000 x 2^0.15 a tonne, a fifth of which is taken along; nothing is given up
    capex = 3000.0 * 2.0**0.15 * 0.8
    moved = 2500.0 * life_of_a_plant(0.12)
    case = only(asked, "move", "gamma")
    assert case.options["move dear to coast"] == pytest.approx(moved / capex - 1.0, abs=1e-4)
    # held, dear would cost 40 a year from the second year on; closed in two years, 87
    assert case.facts["hold_old_cny_per_t"] == pytest.approx(
        -40.0 * sum(1.12**-year for year in range(2, 11)), abs=1e-3
    )
    assert case.facts["close_old_cny_per_t"] == pytest.approx(-87.0 * 1.12**-2)
    (plan,) = world.broken_ground
    assert (plan.size_mt, plan.replaces, plan.due_year) == (1.0, DEAR, 2028)
    assert world.book.capex_mcny[GAMMA] == pytest.approx(capex)
    # dear stands until the new plant runs
    assert world.refineries.nameplate_mt[DEAR] == 1.0
    assert parts == {
        *("broken_ground", "groups.cash_mcny", "groups.debt_mcny", "book.capex_mcny", "events", "decisions"),
    }


def test_a_plant_that_earns_well_gives_that_up_when_it_moves() -> None:
    world = rich(GAMMA)

    asked, _ = decide(world)

    # dear earns 1500 a tonne from its second year on, which is lost with what closing it costs; building anew is better
    held = 1500.0 / 1.1 * sum(1.12**-year for year in range(2, 11))
    capex = 3000.0 * 2.0**0.15 * 0.8
    moved = (2500.0 * life_of_a_plant(0.12) - held - 87.0 * 1.12**-2) / capex - 1.0
    case = only(asked, "build", "gamma")
    assert case.options["move dear to coast"] == pytest.approx(moved, abs=1e-4)
    assert case.options["build in coast"] == pytest.approx(
        2500.0 * life_of_a_plant(0.12) / 3000.0 - 1.0, abs=1e-4
    )
    assert case.options["build in coast"] > case.options["move dear to coast"]
