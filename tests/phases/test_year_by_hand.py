"""The year of the tiny world but for market and money: each phase alone, what it changes and that nothing else does."""

import math

import numpy as np
import pytest

from sim.environment.red_mud import Uses, pond_cap
from sim.footprint import covers, declared
from sim.phases.ponds import measure_ponds
from sim.world.books import Groundbreaking
from sim.world.kinds import Happened
from sim.world.population import State
from sim.world.world import World
from sim.year import (
    YEAR,
    commission,
    contract,
    fill_ponds,
    found,
    invest,
    leave,
    legislate,
    merge,
    open_ponds,
    surprise,
    watch,
    weigh_limits,
)
from tests.phases.playing import cast_of
from tests.tiny.worlds import COAST, DEAR, GAMMA, INLAND, tiny, touched

NEW = 3


def undeclared(phase: str, parts: set[str]) -> set[str]:
    """Give the parts that a phase changed and its row of the year does not say."""
    (row,) = (each for each in YEAR if each.name == phase)
    return {part for part in parts if not any(covers(name, part) for name in declared(row))}


def begun(*, replaces: int = -1) -> World:
    """Give the start of 2027, at which gamma has broken ground for 1 Mt at the coast that is due in 2028."""
    world = tiny()
    plan = Groundbreaking(
        key="gamma-new",
        name="Gamma New",
        group=GAMMA,
        region=COAST,
        coastal=True,
        size_mt=1.0,
        due_year=2028,
        imported_share=1.0,
        cash_cost_cny_per_t=2000.0,
        replaces=replaces,
    )
    world.broken_ground.append(plan)
    return world


def test_a_year_begins_with_an_empty_book_and_nothing_else() -> None:
    world = tiny()
    world.book.made_mt[:] = 1.0

    parts = touched(world, lambda: found(world, cast_of(world)))

    assert world.year == 2027
    assert world.book.made_mt.tolist() == [0.0, 0.0, 0.0]
    assert parts == {"year", "book.made_mt"}


def test_a_plant_that_was_decided_joins_as_a_row_of_its_owner() -> None:
    world = begun()
    before = world.refineries.nameplate_mt.tolist()

    parts = touched(world, lambda: found(world, cast_of(world)))

    plants = world.refineries
    assert plants.keys[NEW] == "gamma-new"
    assert plants.nameplate_mt.tolist() == [*before, 0.0]
    row = (
        plants.size_mt[NEW],
        plants.region[NEW],
        plants.group[NEW],
        plants.due_year[NEW],
        plants.founded_year[NEW],
    )
    assert row == (1.0, COAST, GAMMA, 2028, 2026)
    assert [(each.holder, each.ppm) for each in world.ownership.blocks("gamma-new")] == [("gamma", 1_000_000)]
    assert world.broken_ground == []
    assert undeclared("found", parts) == set()


def test_a_finished_plant_starts_with_new_ponds_and_its_old_one_is_dismantled() -> None:
    world = begun(replaces=DEAR)
    cast = cast_of(world)
    found(world, cast)
    world.year = 2028

    parts = touched(world, lambda: commission(world, cast))

    plants = world.refineries
    assert plants.nameplate_mt.tolist() == [1.0, 2.0, 0.0, 1.0]
    assert plants.runnable_mt.tolist() == [1.0, 2.0, 0.0, 0.95]
    assert plants.state[[DEAR, NEW]].tolist() == [State.EXITED, State.RAMPING]
    assert plants.quarters_run[NEW] == 0
    # a tonne of mud a tonne, for as many years of full output as its first ponds last
    assert plants.pond_space_mt[NEW] == pytest.approx(0.95 * plants.pond_life_years[NEW])
    # scrap 150 and land 50, less 70 % of 350 for closing and of 0.12 x 0.5 jobs x 1000 for severance
    paid = 150.0 + 50.0 - 0.7 * 350.0 - 0.7 * 60.0
    assert paid == pytest.approx(-87.0)
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 1000.0, 1000.0 + paid])
    assert world.book.closing_mcny.tolist() == pytest.approx([0.0, 0.0, paid])
    assert [event.kind for event in world.events] == [Happened.START, Happened.RELOCATE]
    assert undeclared("commission", parts) == set()


def test_limits_of_credit_follow_from_size_and_costs() -> None:
    world = tiny()

    commission(world, cast_of(world))

    # book value: 3000 a tonne of alumina, 9000 of metal
    assets = [3000.0 + 2250.0, 6000.0 + 6750.0, 3000.0]
    assert world.credit.assets_mcny.tolist() == pytest.approx(assets)
    assert world.credit.debt_mcny.tolist() == pytest.approx([0.7 * each for each in assets])
    # thirty days of cash cost and of what smelters pay besides alumina
    yearly = [2000.0 + 2500.0, 5000.0 + 7500.0, 3000.0]
    assert world.credit.least_cash_mcny.tolist() == pytest.approx([each * 30 / 365 for each in yearly])
    # suppliers wait 45 days for ore
    ore = [1205.0, 2 * 1080.0, 1800.0]
    assert world.credit.payables_mcny.tolist() == pytest.approx([each * 45 / 365 for each in ore])


def test_a_policy_rules_from_its_start_and_is_seen_ahead_when_announced() -> None:
    duty = {"id": "duty", "type": "trade", "start_year": 2028, "announce_year": 2026, "duty_share": 0.08}
    world = tiny(policies=[duty])
    cast = cast_of(world)

    parts = touched(world, lambda: legislate(world, cast))

    assert (world.rules.duty_share, world.outlook.duty_share) == (0.0, 0.08)
    assert undeclared("legislate", parts) == set()
    world.year = 2028
    legislate(world, cast)
    assert (world.last_rules.duty_share, world.rules.duty_share) == (0.0, 0.08)


def test_in_a_year_without_luck_a_shock_is_told_in_its_quarter() -> None:
    shock = {"id": "dear ore", "variable": "ore_price", "size_ratio": 0.2}
    world = tiny(shocks=[{**shock, "start_year": 2026, "start_quarter": 3, "duration_quarters": 2}])

    parts = touched(world, lambda: surprise(world, cast_of(world)))

    (event,) = world.events
    assert (event.kind, event.amount, event.quarter, event.duration_quarters) == (
        Happened.DISRUPTION,
        0.2,
        3,
        2,
    )
    assert world.happenings == []
    assert parts == {"noise", "events"}


def test_short_ponds_cap_output_and_their_space_has_a_price() -> None:
    world = tiny(2650.0)
    plants = world.refineries
    # years of full output: 2, 0.5 and 0.25; a year is asked for, and 40 % may always run while there is room
    plants.pond_space_mt[:] = [2.0, 1.0, 0.25]

    parts = touched(world, lambda: measure_ponds(world))

    assert plants.pond_cap_share.tolist() == pytest.approx([1.0, 0.5, 0.25])
    # the margin lost by a tonne of mud without space, discounted over the years until then; dear earns nothing
    price = [650.0 * math.exp(-0.1 * 2.0), 150.0 * math.exp(-0.08 * 0.5), 0.0]
    assert plants.space_cny_per_t.tolist() == pytest.approx(price)
    assert parts == {"refineries.pond_cap_share", "refineries.space_cny_per_t"}
    assert pond_cap(plants.pond_space_mt * 0.0 + 0.45, 1.0, world.parameters.red_mud)[0] == pytest.approx(
        0.45
    )


def test_mud_that_is_used_costs_its_use_and_counts_for_compliance() -> None:
    world = tiny()
    world.refineries.mud_uses[:] = [1, 0, 0]

    parts = touched(world, lambda: open_ponds(world, cast_of(world)))

    # a fifth of the mud of cheap goes to cement at 30 CNY/t, the rest is stacked at 40
    assert world.refineries.mud_use_share.tolist() == pytest.approx([0.2, 0.0, 0.0])
    assert world.refineries.mud_cny_per_t.tolist() == pytest.approx([0.8 * 40 + 0.2 * 30, 40.0, 40.0])
    # 40 % for use above the target of 15 %, 30 % for class A, 30 % for CO2 against 1.05
    good, use = world.refineries.class_a.tolist(), [1.0, 0.0, 0.0]
    co2 = [1.05 / 1.05332, 1.05 / 1.52632, 1.05 / 1.52632]
    stand = [0.4 * used + 0.3 * a + 0.3 * clean for used, a, clean in zip(use, good, co2, strict=True)]
    assert world.refineries.compliance_share.tolist() == pytest.approx(stand)
    assert undeclared("open_ponds", parts) == set()


def test_an_indonesian_producer_that_withholds_leaves_its_tonnes_to_the_world() -> None:
    indonesian = {"importers": {"rest": {"kind": "indonesia", "china_contract_mt": 0.1}}}
    world = tiny(2350.0, rows=indonesian)
    # landed at (300 + 20) x 7 x 1.1 + 100 = 2564, which 2350 and 50 for an owner in China do not pay
    parts = touched(world, lambda: contract(world, cast_of(world)))

    assert world.importers.standing_mt.tolist() == [0.0]
    # a balance of -0.05 less its own million tonnes, which answer to the price, and the 0.1 that it keeps
    assert world.outside.balance_mt == pytest.approx(-0.05 - 1.0 + 0.1)
    # 60 % of a million tonnes are free to go anywhere, and its smelter takes 2 x 0.5
    assert world.outside.near_spot_mt == pytest.approx(0.0)
    assert undeclared("contract", parts) == set()


def test_a_year_without_deals_leaves_ownership_and_money_alone() -> None:
    world = tiny()

    parts = touched(world, lambda: merge(world, cast_of(world)))

    assert undeclared("merge", parts) == set()
    # alfa thinks of taking gamma over, and it does not come to that
    assert {part.partition(".")[0] for part in parts} <= {"plant_market", "decisions"}
    assert [(each.kind, each.agent, each.choice) for each in world.decisions] == [
        ("combine gamma", "alfa", "stay apart")
    ]


def test_cold_lines_are_struck_off_the_register() -> None:
    world = tiny(4000.0, parameters={"running": {"write_off_share": 1.0}})
    world.refineries.warm_share[:] = [1.0, 1.0, 0.5]

    leave(world, cast_of(world))

    assert world.refineries.nameplate_mt.tolist() == [1.0, 2.0, 0.5]
    assert [event.kind for event in world.events] == [Happened.WRITE_OFF]


def test_mud_fills_ponds_and_presses_on_the_limits_of_regions() -> None:
    world = tiny()
    plants = world.refineries
    plants.pond_space_mt[:] = [10.0, 1.0, 10.0]
    plants.mud_use_share[:] = [0.2, 0.0, 0.0]
    # a tonne of mud a tonne
    world.book.made_mt[:] = world.book.mud_mt[:] = [1.0, 2.0, 0.5]

    filled = touched(world, lambda: fill_ponds(world, cast_of(world)))
    weighed = touched(world, lambda: weigh_limits(world, cast_of(world)))

    # a fifth of that of cheap is used; a full pond holds no more
    assert plants.pond_space_mt.tolist() == pytest.approx([9.2, 0.0, 9.5])
    assert plants.mud_stock_mt.tolist() == pytest.approx([0.8, 2.0, 0.5])
    # coast: 0.8 of 20 fresh, 100.8 of 1000 in ponds, 1.05332 of 20 CO2; inland 2.5, 102.5 and 2.5 x 1.52632
    coast, inland = [0.8 / 20, 100.8 / 1000, 1.05332 / 20], [2.5 / 20, 102.5 / 1000, 2.5 * 1.52632 / 20]
    assert world.surroundings.pressure[:, COAST].tolist() == pytest.approx(coast)
    assert world.surroundings.pressure[:, INLAND].tolist() == pytest.approx(inland)
    index = [0.5 * fresh + 0.3 * stock + 0.2 * carbon for fresh, stock, carbon in (coast, inland)]
    assert world.surroundings.index.tolist() == pytest.approx(index)
    assert undeclared("fill_ponds", filled) == undeclared("weigh_limits", weighed) == set()
    assert not any(part.startswith("groups.") for part in (*filled, *weighed))


def test_an_industry_without_a_use_for_mud_fills_its_ponds_all_the_same() -> None:
    world = tiny()
    nothing = np.zeros(0)
    world.surroundings.uses = Uses((), nothing, nothing, nothing, nothing)
    world.surroundings.used_mt = nothing
    # a tonne of mud a tonne
    world.book.made_mt[:] = world.book.mud_mt[:] = [1.0, 2.0, 0.5]

    fill_ponds(world, cast_of(world))
    weigh_limits(world, cast_of(world))

    assert world.refineries.mud_stock_mt.tolist() == pytest.approx([1.0, 2.0, 0.5])


def test_states_are_named_by_running_share() -> None:
    world = tiny()
    world.refineries.running_share[:] = [0.9, 0.5, 0.1]

    parts = touched(world, lambda: watch(world, cast_of(world)))

    assert world.refineries.state.tolist() == [State.RUNNING, State.PARTIAL, State.MOTHBALLED]
    assert parts == {"refineries.state"}


def test_a_crowded_port_is_extended_two_years_on() -> None:
    world = tiny()
    world.harbours.ore_mt[:] = 5.0
    # 2.5 t of imported ore a tonne at cheap and dear: 5 Mt, more than 90 % of the port
    world.book.imported_ore_mt[:] = [2.5, 0.0, 2.5]

    parts = touched(world, lambda: invest(world, cast_of(world)))

    assert world.harbours.landed_mt.tolist() == pytest.approx([5.0])
    assert world.harbours.due_year.tolist() == [2026 + 1 + 2]
    assert undeclared("invest", parts) == set()
    world.year = 2028
    invest(world, cast_of(world))
    assert world.harbours.ore_mt.tolist() == pytest.approx([5.0 + 15.0])
