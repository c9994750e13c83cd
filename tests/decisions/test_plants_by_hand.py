"""What plants, provinces, smelters and importers of the tiny world decide, worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.decisions.leave import leave_one_by_one
from sim.decisions.pond import apply_for_ponds
from sim.decisions.retrofit import retrofit
from sim.decisions.ship import ship_to_china
from sim.decisions.sign import seek_contracts
from sim.decisions.support import offer_support
from sim.decisions.use_mud import take_up_uses
from sim.phases.curbs import open_capacity
from sim.phases.ponds import open_permitted_ponds
from sim.phases.preparing import prepare_year
from sim.phases.quarter import price_plants
from sim.policies.rulebook import EmissionDuty, MudRule
from sim.sight.limits import filled_sites, taken_sites
from sim.sight.mud import cost_of_uses, tolerance
from sim.sight.selling import plant_appraisals
from sim.sight.view import expected_mill_prices, lasting_mill_prices, look
from sim.world.kinds import Happened
from sim.world.population import State
from sim.world.world import World
from tests.phases.playing import cast_of
from tests.tiny.asking import ANYBODY, listening, only
from tests.tiny.worlds import CHEAP, DEAR, GAMMA, MIDDLING, tiny, touched

ALONE_10 = 5.6502230
"""What one CNY a year for ten years is worth at 12 %, the rate of an owner without smelters."""
PRIVATE_10 = 6.1445671
"""The same at 10 %, the rate of a private group."""
STATE_10 = 6.7100814
"""The same at 8 %, the rate of a provincial group."""


def hopeless(reluctance: float) -> World:
    """Give a world in which dear costs 6000 where 2350 are paid, and has stood idle for two years."""
    world = tiny(2350.0)
    plants = world.refineries
    plants.cash_cost_cny_per_t[DEAR] = 6000.0
    plants.running_share[DEAR] = 0.0
    plants.idle_quarters[DEAR] = 8
    plants.reluctance_cny_per_t[DEAR] = reluctance
    return world


def test_a_plant_leaves_where_holding_costs_more_than_closing_and_reluctance() -> None:
    world = hopeless(reluctance=100.0)
    cast, asked = listening(world)

    parts = touched(world, lambda: leave_one_by_one(world, cast))

    # held, it would cost 40 a year of upkeep for ten years; closed, 87; its loan is paid back after 26 years
    case = only(asked, "leave")
    assert case.options["hold"] == pytest.approx(-40.0 * ALONE_10) == pytest.approx(-226.009, abs=1e-3)
    assert case.options["exit"] == pytest.approx(150 + 50 - 0.7 * 350 - 0.7 * 60)
    assert case.options["recall"] == 0.0
    assert case.margins["exit"] == pytest.approx(-87.0 + 226.009 - 100.0, abs=1e-3)
    assert world.refineries.nameplate_mt.tolist() == [1.0, 2.0, 0.0]
    assert "by 139 CNY" in world.events[-1].reason
    assert world.refineries.state[DEAR] == State.EXITED
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 1000.0, 1000.0 - 87.0])
    assert parts == {
        *(f"refineries.{name}" for name in ("nameplate_mt", "runnable_mt", "idle_quarters", "state")),
        *("groups.cash_mcny", "book.closing_mcny", "events", "decisions"),
    }


def test_a_plant_holds_on_where_its_owner_is_more_reluctant_than_that() -> None:
    world = hopeless(reluctance=150.0)
    cast, asked = listening(world)

    parts = touched(world, lambda: leave_one_by_one(world, cast))

    assert only(asked, "leave").margins == {"hold": pytest.approx(150.0 + 87.0 - 226.009, abs=1e-3)}
    assert parts == {"decisions"}


def test_a_loan_that_falls_due_holds_a_young_plant_back() -> None:
    world = hopeless(reluctance=0.0)
    world.refineries.started_year[DEAR] = 2021
    cast, asked = listening(world)

    leave_one_by_one(world, cast)

    # 70 % of 3000, half of ten instalments paid: 1050 are due, at 6 % and discounted at 12 %
    left = [0.5, 0.4, 0.3, 0.2, 0.1]
    later = sum((0.1 + 0.06 * owed) / 1.12 ** (year + 1) for year, owed in enumerate(left))
    assert only(asked, "leave").options["recall"] == pytest.approx(2100.0 * (0.5 - later))
    # that is more than the 139 by which closing beats holding
    assert 2100.0 * (0.5 - later) == pytest.approx(146.5, abs=0.05)
    assert only(asked, "leave").margins["hold"] == pytest.approx(146.5 - 139.0, abs=0.1)
    assert world.refineries.nameplate_mt[DEAR] == 1.0


def test_a_province_gives_what_a_plant_loses_with_a_chance_of_jobs_and_discipline() -> None:
    world = tiny(2950.0)
    world.rules = replace(world.rules, discipline_share=0.3)
    world.refineries.loss_quarters[DEAR] = 4
    world.refineries.support_cny_per_t[:] = 20.0
    cast, asked = listening(world, {("inland", "support"): "support"})

    parts = touched(world, lambda: offer_support(world, cast))

    # a third of the refining jobs inland: -0.5 + 8 / 3 - 2 x 0.3
    chance = 1.0 / (1.0 + math.exp(-(-0.5 + 8.0 / 3.0 - 0.6)))
    case = only(asked, "support", "inland", "dear")
    assert case.options["support"] == pytest.approx(chance - case.facts["luck_share"])
    # what it loses, 3000 - 2950; support of last year ends
    assert world.refineries.support_cny_per_t.tolist() == pytest.approx([0.0, 0.0, 50.0])
    assert world.refineries.support_years.tolist() == [0, 0, 1]
    assert parts == {"refineries.support_cny_per_t", "refineries.support_years", "events"}


def test_support_goes_no_higher_than_its_cap() -> None:
    world = tiny(2350.0)
    world.refineries.loss_quarters[:] = [0, 3, 4]
    cast, asked = listening(world, {(ANYBODY, "support"): "support"})

    offer_support(world, cast)

    # dear loses 650, the cap is 60; middling has lost for three quarters, and four are asked for
    assert world.refineries.support_cny_per_t.tolist() == pytest.approx([0.0, 0.0, 60.0])
    assert len(asked) == 1


def test_a_plant_with_short_ponds_applies_and_a_willing_province_permits() -> None:
    world = tiny(rows={"regions": {"inland": {"permit_share": 1.0}}})
    world.refineries.pond_space_mt[:] = [50.0, 100.0, 0.25]
    world.refineries.permit_due_year[:] = 0
    cast, asked = listening(world)

    parts = touched(world, lambda: apply_for_ponds(world, cast))

    # a quarter of a year of mud is left, and plants apply below five years; others have fifty
    assert only(asked, "pond", "dear").options["apply"] == pytest.approx(5.0 - 0.25)
    assert only(asked, "pond", "cheap").options["apply"] == pytest.approx(5.0 - 50.0)
    permit = only(asked, "permit")
    assert (permit.agent, permit.about) == ("inland", "dear")
    assert permit.options["permit"] == pytest.approx(1.0 - permit.facts["luck_share"])
    # two years of building; a tonne of mud a tonne for eight years
    assert world.refineries.permit_due_year.tolist() == [0, 0, 2028]
    (event,) = world.events
    assert (event.kind, event.agent, event.amount) == (Happened.PERMIT, "dear", pytest.approx(8.0))
    assert parts == {"refineries.permit_due_year", "events"}


def test_an_unwilling_province_permits_nothing() -> None:
    world = tiny()
    world.refineries.pond_space_mt[:] = [50.0, 100.0, 0.25]
    cast, asked = listening(world)

    parts = touched(world, lambda: apply_for_ponds(world, cast))

    assert only(asked, "permit").best == "refuse"
    assert parts == set()


def test_who_leaves_covers_its_ponds_and_who_holds_does_so_later() -> None:
    world = hopeless(reluctance=50.0)
    world.refineries.uncovered_mud_mt[DEAR] = 20.0
    cast, asked = listening(world)

    leave_one_by_one(world, cast)

    # 20 t of mud a tonne of capacity at 5 CNY/t; in ten years at 12 % a CNY is worth 0.321973
    case = only(asked, "leave")
    assert case.options["exit"] == pytest.approx(-87.0 - 100.0)
    assert case.options["hold"] == pytest.approx(-226.009 - 32.197, abs=1e-3)
    assert world.groups.cash_mcny[GAMMA] == pytest.approx(1000.0 - 87.0 - 100.0)
    assert world.book.closing_mcny[GAMMA] == pytest.approx(-187.0)
    assert world.refineries.uncovered_mud_mt[DEAR] == 0.0


def test_local_government_covers_what_the_last_plant_of_a_group_cannot_pay() -> None:
    world = hopeless(reluctance=50.0)
    world.refineries.uncovered_mud_mt[DEAR] = 20.0
    world.groups.cash_mcny[GAMMA] = 120.0

    leave_one_by_one(world, cast_of(world))

    paid = {event.kind: (event.amount, event.counterpart) for event in world.events}
    assert paid[Happened.POND_COVERED] == (pytest.approx(120.0 - 87.0), "gamma")
    assert paid[Happened.POND_LEFT] == (pytest.approx(100.0 - 33.0), "inland")
    assert world.groups.cash_mcny[GAMMA] == pytest.approx(0.0)
    assert world.groups.debt_mcny[GAMMA] == 0.0


def test_a_new_pond_that_opens_has_the_old_one_covered() -> None:
    world = tiny()
    world.refineries.uncovered_mud_mt[:] = [3.0, 7.0, 0.0]
    world.refineries.permit_due_year[CHEAP] = world.year

    parts = touched(world, lambda: open_permitted_ponds(world))

    assert world.refineries.uncovered_mud_mt.tolist() == [0.0, 7.0, 0.0]
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0 - 15.0, 1000.0, 1000.0])
    assert parts == {
        *("refineries.uncovered_mud_mt", "refineries.pond_space_mt", "events"),
        *("groups.cash_mcny", "book.closing_mcny"),
    }


def test_a_province_permits_fewer_ponds_the_more_mud_was_added() -> None:
    world = tiny(parameters={"red_mud": {"opposition_ratio": 2.0}})
    world.refineries.mud_stock_mt[:] = [0.0, 200.0, 50.0]

    # the inland bears 1000 Mt at most, and a quarter of that was added
    assert tolerance(world).tolist() == pytest.approx([1.0, math.exp(-2.0 * 0.25)])


def test_sites_are_taken_by_what_stands_and_what_was_begun() -> None:
    world = tiny(rows={"limits": {"coast": {"room_mt": 4.0}, "inland": {"room_mt": 5.0}}})

    # cheap 1 of 4 at the coast, middling and dear 3 of 5 inland, and what is added
    assert filled_sites(world, taken_sites(world), np.array([2.0, 0.0])).tolist() == pytest.approx(
        [0.75, 0.6]
    )
    world.refineries.state[DEAR] = State.MOTHBALLED
    assert filled_sites(world, taken_sites(world), 0.0).tolist() == pytest.approx([0.25, 0.6])
    assert filled_sites(tiny(), taken_sites(tiny()), 0.0).tolist() == [0.0, 0.0]


def test_a_plant_for_sale_and_an_appraisal_count_its_ponds() -> None:
    world = tiny()
    before = plant_appraisals(world)
    world.refineries.uncovered_mud_mt[DEAR] = 20.0

    assert (before - plant_appraisals(world)).tolist() == pytest.approx([0.0, 0.0, 100.0])


def looked_into() -> World:
    """Give a world in which every owner looks into its plants, which ran in full."""
    world = tiny(parameters={"retrofits": {"attention_share": 1.0}})
    world.book.made_mt[:] = world.refineries.nameplate_mt
    world.refineries.space_cny_per_t[:] = 0.0
    return world


def test_owners_do_the_retrofit_of_most_net_worth() -> None:
    world = looked_into()
    cast, asked = listening(world)

    parts = touched(world, lambda: retrofit(world, cast, look(world, lasting_mill_prices(world))))

    # waste heat saves 0.6 GJ of coal at 20 GJ/t x 80 %, 0.0375 t
    heat = {
        "cheap": 0.0375 * 390 * PRIVATE_10,
        "middling": 0.0375 * 800 * STATE_10,
        "dear": 0.0375 * 800 * ALONE_10,
    }
    for plant, saved in heat.items():
        assert only(asked, "retrofit", plant).options["waste_heat"] == pytest.approx(
            saved / 1.1 - 60.0, abs=1e-3
        )
    # steam from electricity costs 40 more and saves nothing; ponds have room
    steam = only(asked, "retrofit", "cheap").options["electric_steam"]
    assert steam == pytest.approx(-40.0 * PRIVATE_10 / 1.1 - 220.0, abs=1e-3)
    assert only(asked, "retrofit", "cheap").options["dry_stacking"] == pytest.approx(-30.0)
    assert world.refineries.waste_heat.tolist() == [True, True, True]
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000 - 60, 1000 - 2 * 60, 1000 - 60])
    assert parts == {"refineries.waste_heat", "groups.cash_mcny", "book.capex_mcny", "events", "decisions"}


def test_an_owner_saves_for_the_best_retrofit_and_takes_no_lesser_one() -> None:
    world = looked_into()
    world.groups.cash_mcny[GAMMA] = 50.0
    cast, asked = listening(world)

    retrofit(world, cast, look(world, lasting_mill_prices(world)))

    assert only(asked, "retrofit", "dear").best == "none"
    assert not world.refineries.waste_heat[DEAR]
    assert world.groups.cash_mcny[GAMMA] == 50.0


def test_the_room_of_dry_stacking_is_worth_the_price_of_space() -> None:
    world = looked_into()
    world.refineries.space_cny_per_t[MIDDLING] = 1000.0
    world.refineries.pond_space_mt[MIDDLING] = 4.0
    cast, asked = listening(world)

    retrofit(world, cast, look(world, lasting_mill_prices(world)))

    # 30 % of 4 Mt at 1000 without VAT, over 2 Mt a year
    worth = 1000.0 * 0.3 * 4.0 / 1.1 / 2.0 - 30.0
    assert only(asked, "retrofit", "middling").options["dry_stacking"] == pytest.approx(worth)
    assert world.refineries.dry_stacking[MIDDLING]
    assert world.refineries.pond_space_mt[MIDDLING] == pytest.approx(4.0 * 1.3)


def test_a_use_that_pays_is_taken_up_where_duty_presses() -> None:
    world = tiny()
    duty = MudRule(0.15, 100.0, 1.0, 0.0, None, 0.0, ("inland",))
    world.rules = world.outlook = replace(world.rules, red_mud=(duty,))
    world.refineries.space_cny_per_t[:] = [0.0, 10.0, 0.0]
    cast, asked = listening(world)

    parts = touched(world, lambda: take_up_uses(world, cast, cost_of_uses(world)))

    # inland a tonne spares 40 of stacking, a fine of 100 and at middling space of 10; cement costs 30
    assert only(asked, "use_mud", "middling").options["cement"] == pytest.approx(40 + 10 + 100 - 30)
    assert only(asked, "use_mud", "dear").options["cement"] == pytest.approx(40 + 100 - 30)
    # at the coast it pays as well, but nobody presses and nobody begins by chance
    assert world.refineries.mud_uses.tolist() == [0, 1, 1]
    assert [event.amount for event in world.events] == pytest.approx([0.2, 0.2])
    assert parts == {"refineries.mud_uses", "events", "decisions"}


@pytest.mark.parametrize(("landed", "standing"), [(2520.0, 0.1), (2510.0, 0.0)])
def test_a_producer_commits_tonnes_where_they_can_be_landed_at_cost(landed: float, standing: float) -> None:
    world = tiny(rows={"importers": {"rest": {"china_contract_mt": 0.1}}})
    world.prices.mill_cny_per_t[-1] = landed
    world.prices.fob_usd_per_t = 330.0
    cast, asked = listening(world)

    parts = touched(world, lambda: ship_to_china(world, cast))

    # (300 + 20) x 7 x 1.1 + 100 = 2564; to gamma, who owns it, alumina of its own is worth 50 more
    assert only(asked, "ship").options["commit"] == pytest.approx(landed + 50.0 - 2564.0)
    assert world.importers.standing_mt.tolist() == pytest.approx([standing])
    assert parts <= {"importers.standing_mt"}


def test_a_smelter_signs_for_the_discount() -> None:
    world = tiny(2350.0, parameters={"market": {"contract_discount_share": 0.02}})
    cast, asked = listening(world, {("alfa-metal", "sign"): "spot"})

    view = look(world, expected_mill_prices(world))
    signing: list[bool] = []
    parts = touched(world, lambda: signing.extend(seek_contracts(world, cast, view).tolist()))

    assert only(asked, "sign", "beta-metal").options["sign"] == pytest.approx(0.02 * 2350.0)
    assert only(asked, "sign", "beta-metal").facts["need_mt"] == pytest.approx(2.0 * 0.75)
    assert signing == [False, True]
    assert parts == set()


def test_the_three_annuities_of_this_file_are_right() -> None:
    found = [sum((1.0 + rate) ** -np.arange(1.0, 11.0)) for rate in (0.12, 0.10, 0.08)]

    assert found == pytest.approx([ALONE_10, PRIVATE_10, STATE_10], abs=1e-6)
    assert tiny().refineries.nameplate_mt[CHEAP] == 1.0


def dirty() -> World:
    """Give a world below class A where a duty that is announced will take three tenths, and all are looked into."""
    world = looked_into()
    world.refineries.class_a[:] = False
    world.outlook = replace(world.outlook, emission_duties=(EmissionDuty(0.3, ()),))
    return world


def test_who_earns_a_margin_goes_to_ultra_low_emission_before_the_deadline() -> None:
    world = dirty()
    cast, asked = listening(world)

    touched(world, lambda: retrofit(world, cast, look(world, lasting_mill_prices(world))))

    # cheap would earn 350 less 12 on 0.3, and pays 12 on the 0.7 that run anyway; 60 are the investment
    net = (0.3 * (350.0 - 12.0) - 0.7 * 12.0) * PRIVATE_10 / 1.1 - 60.0
    assert only(asked, "retrofit", "cheap").options["ultra_low"] == pytest.approx(net, abs=1e-3)
    # middling and dear earn nothing, so class A is only a cost to them
    for plant, annuity in (("middling", STATE_10), ("dear", ALONE_10)):
        net = -12.0 * annuity / 1.1 - 60.0
        assert only(asked, "retrofit", plant).options["ultra_low"] == pytest.approx(net, abs=1e-3)
    assert world.refineries.class_a.tolist() == world.refineries.ultra_low.tolist() == [True, False, False]


def test_from_the_deadline_who_is_below_class_a_runs_less_and_who_was_retrofitted_pays_more_a_tonne() -> None:
    world = dirty()
    world.rules = world.outlook
    world.refineries.class_a[CHEAP] = world.refineries.ultra_low[CHEAP] = True

    left = open_capacity(world, world.refineries.runnable_mt / 4, 2)
    prepare_year(world)
    price_plants(world)

    assert left.share.tolist() == pytest.approx([1.0, 0.7, 0.7])
    assert world.refineries.cash_cost_cny_per_t.tolist() == pytest.approx([2012.0, 2500.0, 3000.0])
