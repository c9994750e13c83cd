"""What is seen and weighed of lines and retrofits, term by term, and at which bounds they are done; by hand."""

import math
from typing import Any

import numpy as np
import pytest

from sim.acts.plants import dismantle
from sim.decisions import convert, retrofit
from sim.decisions.blend import choose_ores
from sim.decisions.buy.buy import close_deals
from sim.decisions.convert import CONVERSION, CONVERT, ConvertFacts, convert_lines
from sim.decisions.pond import POND, PondFacts, apply_for_ponds
from sim.decisions.ship import SHIP, ShipFacts
from sim.decisions.sign import seek_contracts
from sim.decisions.ways import one_case
from sim.sight.local_ore import expected_supply
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.dealbook import NO_BID
from sim.world.world import World
from tests.decisions.test_owners_by_hand import for_sale
from tests.tiny.asking import listening, only
from tests.tiny.worlds import BETA, CHEAP, DEAR, INLAND, MIDDLING, limited, scenario, tiny

TERMS = {
    "mixed_share": 0.4,
    "most_added_share": 0.2,
    "conversion_capex_cny_per_t": 250.0,
    "conversion_quarters": 1,
}
TEN_YEARS = (1.0 - 1.1**-10) / 0.1
"""What one CNY a year for ten years is worth at a tenth."""


def seen(world: World) -> View:
    """Give what all see."""
    return look(world, lasting_mill_prices(world))


def worth_of_converting(**changes: float) -> float:
    """Give what converting a fifth of the lines is worth, with 15 % of VAT."""
    facts = {
        "imported_share": 0.3,
        "low_share": 0.0,
        "short_share": 0.5,
        "saving_cny_per_t": 30.0,
        "made_share": 0.8,
        "discount_per_year": 0.1,
        "margin_cny_per_t": 200.0,
        "nameplate_mt": 2.0,
        "spare_cash_mcny": 1000.0,
        **changes,
    }
    parameters = scenario(parameters={"local_ore": TERMS, "market": {"vat_share": 0.15}}).spec.parameters
    return float(CONVERSION.weigh(one_case(convert.ConvertFacts, **facts), parameters)[CONVERT][0])


def test_converting_is_worth_what_it_saves_and_keeps_less_the_output_lost_and_the_works() -> None:
    saved, spent, lost = 30.0 * 0.8 * TEN_YEARS / 1.15, 250.0 * 0.2, 200.0 * 0.2 * 0.8 / 4.0 / 1.15

    # 0.3 + 0.7 x 0.5 are needed and lines take 0.4, but a conversion turns no more than a fifth
    assert worth_of_converting() == pytest.approx(saved + 200.0 * 0.2 * TEN_YEARS / 1.15 - lost - spent)
    # 0.3 + 0.7 x 0.25 less 0.4
    kept = 200.0 * 0.075 * TEN_YEARS / 1.15
    assert worth_of_converting(short_share=0.25) == pytest.approx(saved + kept - lost - spent)
    assert worth_of_converting(short_share=-0.5) == pytest.approx(saved - lost - spent)
    # the last tenth of the lines
    last = saved - (lost + spent) / 2.0
    assert worth_of_converting(low_share=0.9, imported_share=1.0) == pytest.approx(last)


def seen_of_lines(world: World, view: View) -> ConvertFacts:
    """Give what owners see of their lines."""
    return convert.measure(world, view, convert.works_of(world), expected_supply(world))


@pytest.mark.parametrize("measure", [seen_of_lines, retrofit.measure])
def test_output_over_capacity_counts_up_to_what_limits_let_run_and_a_loss_is_no_margin(measure: Any) -> None:
    world = limited(2.0)
    world.refineries.cash_cost_cny_per_t[:] = [2000.0, 2349.5, 3000.0]
    world.book.made_mt[:] = [0.5, 2.5, 0.0]

    facts = measure(world, seen(world))

    assert facts.made_share.tolist() == pytest.approx([0.5, 1.0, 0.0])
    assert facts.margin_cny_per_t[CHEAP] == pytest.approx(350.0, abs=1.0)
    assert facts.margin_cny_per_t[DEAR] == 0.0
    dismantle(world, CHEAP)
    assert measure(world, seen(world)).made_share[CHEAP] == 0.0


def test_a_saving_is_what_a_plant_costs_now_less_what_it_would_cost() -> None:
    world = limited(2.0, parameters={"local_ore": TERMS})

    saved = seen_of_lines(world, seen(world)).saving_cny_per_t[MIDDLING]

    # a fifth of the ore becomes imported: local ore costs 2 x 540, lime 100 and a tenth of soda, imported 2.5 x 720
    # and 0.06; heat is that of high temperature but for a fifth of the lines
    assert saved < 0.0
    assert saved == pytest.approx(0.2 * (2 * 540 + 100 + 300 - 2.5 * 720.2 - 180), abs=100.0)


@pytest.mark.parametrize(("cash_mcny", "able"), [(100.0, True), (99.9, False)])
def test_lines_are_converted_by_who_has_just_the_cash_and_those_of_others_stay(
    cash_mcny: float, able: bool
) -> None:
    world = limited(0.8, parameters={"local_ore": TERMS, "retrofits": {"attention_share": 1.0}})
    world.book.diggable_mt[INLAND] = 0.8
    world.groups.cash_mcny[:] = cash_mcny
    before = world.refineries.low_share.copy()
    cast, asked = listening(world, {("beta", "convert"): "convert"} if able else {})

    convert_lines(world, cast, seen(world), np.array([MIDDLING]))

    # a fifth of 2 Mt at 250
    assert (CONVERT in only(asked, "convert", "middling").margins) is able
    changed = world.refineries.low_share - before
    assert changed.tolist() == pytest.approx([0.0, 0.2 if able else 0.0, 0.0])
    assert world.refineries.converting_share.tolist() == changed.tolist()
    assert world.groups.cash_mcny[BETA] == pytest.approx(cash_mcny - 100.0 if able else cash_mcny)


def test_a_plant_whose_ore_is_imported_already_is_not_asked_for_its_blend() -> None:
    world = limited(2.0, parameters={"retrofits": {"attention_share": 0.0}})
    world.book.diggable_mt[INLAND] = 2.0
    cast, asked = listening(world)

    choose_ores(world, cast, seen(world))

    assert {case.agent for case in asked if case.kind == "blend"} == {"middling"}


def test_in_a_year_without_closings_owners_hear_of_no_bid() -> None:
    world = for_sale(base_logit=10.0, closings_count=0)
    cast, asked = listening(world)

    close_deals(world, cast, seen(world))

    assert asked == world.deals == []
    assert [(row, each.answer) for row, each in world.plant_market.offers.items()] == [(DEAR, NO_BID)]


def test_where_nobody_may_buy_nothing_is_surveyed() -> None:
    world = for_sale(base_logit=10.0)
    world.may_buy = np.zeros(3, dtype=np.bool_)
    cast, asked = listening(world)

    close_deals(world, cast, seen(world))

    assert asked == world.deals == []
    assert world.plant_market.offers == {}


def retrofits(space: float = 1000.0, **spent: float) -> Any:
    """Give what an owner of 2 Mt with some money may do, where two retrofits pay and the second-best is cheaper."""
    net = {"waste_heat": 40.0, "electric_steam": -10.0, "dry_stacking": 90.0, "ultra_low": -30.0}
    facts = {"nameplate_mt": 2.0, "spare_cash_mcny": space}
    return retrofit.case_of("x", facts, net | spent, scenario().spec.parameters)


def test_an_owner_takes_what_it_can_pay_for_and_saves_for_the_best() -> None:
    terms = scenario().spec.parameters.retrofits
    price = 2.0 * terms.dry_stacking_capex_cny_per_t
    rich, even, poor = retrofits(1e6), retrofits(price), retrofits(price - 1.0)

    assert (rich.best, even.best, poor.best) == ("dry_stacking", "dry_stacking", "none")
    assert {*rich.margins} == {"waste_heat", "electric_steam", "dry_stacking", "ultra_low", "none"}
    assert rich.margins["none"] == -90.0
    # half a CNY a tonne is missing
    assert poor.margins["none"] == pytest.approx(0.5)
    assert "dry_stacking" not in poor.margins
    assert rich.options["none"] == 0.0


def test_an_owner_for_whom_nothing_pays_does_nothing() -> None:
    net = {"waste_heat": -40.0, "dry_stacking": -0.5}
    facts = {"nameplate_mt": 2.0, "spare_cash_mcny": 1e6}

    case = retrofit.case_of("x", facts, net, scenario().spec.parameters)
    everything = retrofit.case_of("x", facts, {}, scenario().spec.parameters)

    assert (case.best, case.margins["none"]) == ("none", 0.5)
    assert (everything.best, everything.margins) == ("none", {"none": 0.0})


@pytest.mark.parametrize(("lead", "ship", "pond"), [(0.5, 1, 1), (0.0, 1, 0), (-0.5, 0, 0)])
def test_where_both_ways_are_even_tonnes_are_shipped_and_ponds_are_not_applied_for(
    lead: float, ship: int, pond: int
) -> None:
    sea = ShipFacts(*(np.ones(1) for _ in ShipFacts.declared()))
    mud = PondFacts(*(np.ones(1) for _ in PondFacts.declared()))

    committed = SHIP.case("rest", sea, {"commit": np.array([lead]), "withhold": np.zeros(1)}, 0)
    applied = POND.case("dear", mud, {"apply": np.array([lead]), "wait": np.zeros(1)}, 0)

    assert (committed.best, applied.best) == (["withhold", "commit"][ship], ["wait", "apply"][pond])
    assert committed.margins == {"commit": lead, "withhold": -lead}
    assert committed.options == {"commit": lead, "withhold": 0.0}


def test_a_smelter_needs_alumina_for_what_runs_of_it() -> None:
    world = tiny()
    world.smelting_scale = 0.8
    cast, asked = listening(world)

    seek_contracts(world, cast, seen(world))

    # 0.75 Mt, four fifths of which run, at two tonnes each
    assert only(asked, "sign", "beta-metal").facts["need_mt"] == pytest.approx(1.2)


def test_a_province_is_as_willing_as_usual_by_what_it_tolerates() -> None:
    world = tiny(
        rows={"regions": {"inland": {"permit_share": 0.9}}},
        parameters={"red_mud": {"opposition_ratio": 2.0}},
    )
    world.refineries.mud_stock_mt[:] = [0.0, 200.0, 50.0]
    world.refineries.pond_space_mt[DEAR], world.refineries.permit_due_year[:] = 0.1, 0
    cast, asked = listening(world)

    apply_for_ponds(world, cast)

    # a quarter of what the inland bears was added
    facts = only(asked, "permit", "inland", "dear").facts
    assert facts["willing_share"] == pytest.approx(0.9 * math.exp(-0.5))
