"""What the one producer abroad of the tiny world sees and decides, worked out by hand."""

import math

import numpy as np
import pytest

from sim.decisions.expand import expand_abroad, measure
from sim.decisions.match import KIND as MATCH_KIND
from sim.decisions.match import MATCH, MatchFacts, match_lines, spare_mt
from sim.decisions.withdraw import HOLD, WithdrawFacts, leave, remember, withdraw_abroad
from sim.decisions.withdraw import KIND as WITHDRAW_KIND
from sim.world.abroad import NEVER, Abroad
from sim.world.kinds import Happened
from sim.world.world import World
from tests.tiny.asking import listening
from tests.tiny.worlds import scenario, tiny

LIFE = (1.0 - 1.1**-20) / 0.1
"""What one USD a year for twenty years is worth at a tenth."""


def abroad(*projects: Abroad) -> World:
    """Give the tiny world with projects abroad, at an FOB price of 330 that is expected to last."""
    world = tiny()
    world.prices.fob_usd_per_t = 330.0
    world.abroad[:] = projects
    return world


def line(key: str = "line", size: float = 0.4, **changes: bool | int) -> Abroad:
    """Give a planned refinery line that is due."""
    given: dict[str, bool | int] = {"refinery": True, "due_year": 2026, "planned": True, **changes}
    running = bool(given.pop("running_in", False))
    project = Abroad(
        key, "rest", size, bool(given["refinery"]), int(given["due_year"]), bool(given["planned"])
    )
    project.running_in = running
    return project


def seen(project: Abroad) -> list[float]:
    """Give what the producer sees of a line, in the order of its facts."""
    return list(measure(abroad(project), [project]).row(0).values())


def test_a_refinery_line_is_seen_with_the_price_its_cost_and_what_is_still_to_spend() -> None:
    # 600 for a plan, three tenths of that where building has begun
    assert seen(line()) == pytest.approx([330.0, 330.0, 300.0, 300.0, 600.0, 15.0])
    assert seen(line(planned=False)) == pytest.approx([330.0, 330.0, 300.0, 300.0, 180.0, 15.0])


def test_a_smelter_pays_for_two_tonnes_of_alumina_what_they_would_fetch() -> None:
    # 20,000 CNY without VAT at 7 to the dollar; 1250 and 2 x 330
    metal, cost = 20_000.0 / 1.1 / 7.0, 1910.0
    assert seen(line(refinery=False)) == pytest.approx([metal, metal, cost, cost, 1750.0, 30.0])


def test_lines_that_are_due_and_not_begun_are_asked_about() -> None:
    world = abroad(
        line("due"), line("late", due_year=2025), line("later", due_year=2027), line("half", running_in=True)
    )
    cast, asked = listening(world, {("rest", "expand"): "delay"})

    expand_abroad(world, cast)

    assert [case.about for case in asked] == ["due", "late"]
    assert [project.due_year for project in world.abroad] == [2027, 2027, 2027, 2026]


def test_a_line_that_is_given_up_is_never_due() -> None:
    world = abroad(line())
    cast, _ = listening(world, {("rest", "expand"): "cancel"})

    expand_abroad(world, cast)

    assert world.abroad[0].due_year == NEVER
    assert (world.events[-1].kind, world.events[-1].amount) == (Happened.CANCEL_ABROAD, 0.4)


def test_a_smelter_abroad_is_worth_its_margin_over_twenty_years_less_its_cost() -> None:
    facts = MatchFacts(np.array([2600.0]), np.array([330.0]))

    # 2600 - 1250 - 2 x 330
    found = MATCH_KIND.weigh(facts, scenario().spec.parameters)
    assert found[MATCH] == pytest.approx([690.0 * LIFE - 1750.0])


def test_alumina_to_spare_is_what_smelters_that_stand_and_come_leave_over() -> None:
    smelter = line("smelter", 0.1, refinery=False)
    coming = abroad(
        smelter,
        line(),
        line("never", due_year=NEVER, refinery=False),
        line("half", running_in=True, refinery=False),
    )

    # 1 Mt less twice 0.5, and twice 0.1 that come
    assert spare_mt(abroad(), "rest") == pytest.approx(0.0)
    assert spare_mt(coming, "rest") == pytest.approx(-0.2)


@pytest.mark.parametrize(("smelting", "asked_times"), [(0.0, 1), (0.01, 0)])
def test_a_producer_that_has_alumina_for_half_a_line_to_spare_thinks_of_a_smelter(
    smelting: float, asked_times: int
) -> None:
    world = abroad(line("started", 2.0), line("other", 2.0))
    world.importers.smelting_mt[0] = smelting
    world.tell(Happened.START_ABROAD, "started", 1.0, "Mt/yr", "")
    cast, asked = listening(world, {("rest", "match"): "match"})

    match_lines(world, cast)

    assert [case.about for case in asked] == ["started"] * asked_times
    # half of 2 Mt of alumina make half a million tonnes of metal, in three years
    planned = [(each.key, each.capacity_mt, each.due_year) for each in world.abroad[2:]]
    assert planned == [("started-smelter", 0.5, 2029)] * asked_times


def test_lines_that_started_in_another_year_are_not_matched_now() -> None:
    world = abroad(line("started", 1.0))
    world.importers.smelting_mt[0] = 0.0
    world.year = 2025
    world.tell(Happened.START_ABROAD, "started", 1.0, "Mt/yr", "")
    world.year = 2026
    cast, asked = listening(world)

    match_lines(world, cast)

    assert asked == []


def test_a_producer_remembers_a_third_of_each_year_and_all_of_the_first() -> None:
    world = abroad()
    world.importers.remembered_usd_per_t[:] = 0.0

    remember(world)
    assert world.importers.remembered_usd_per_t.tolist() == [330.0]
    world.prices.fob_usd_per_t = 400.0
    remember(world)

    # 330 + 0.33 x 70
    assert world.importers.remembered_usd_per_t == pytest.approx([353.1])


def test_a_refinery_that_breaks_even_is_worth_keeping_for_good_years() -> None:
    facts = WithdrawFacts(np.array([300.0]), np.array([300.0]))

    found = WITHDRAW_KIND.weigh(facts, scenario().spec.parameters)

    # a swing of 45 is worth 45 / sqrt(2 pi) to who may stop, and 10 are the upkeep
    assert found[HOLD] == pytest.approx([LIFE * (45.0 / math.sqrt(2.0 * math.pi) - 10.0)])


@pytest.mark.parametrize(
    ("indonesian", "size", "asked_times"), [(True, 1.0, 1), (False, 1.0, 0), (True, 0.0, 0)]
)
def test_producers_of_one_country_that_stand_are_asked_whether_they_stay(
    indonesian: bool, size: float, asked_times: int
) -> None:
    world = abroad()
    world.importers.near[:], world.importers.capacity_mt[:] = indonesian, size
    cast, asked = listening(world)

    withdraw_abroad(world, cast)

    assert len(asked) == asked_times


def test_a_refinery_that_is_closed_ships_nothing() -> None:
    world = abroad()
    importers = world.importers
    importers.standing_mt[:] = importers.offtake_mt[:] = 0.1

    leave(world, 0)

    assert (importers.capacity_mt[0], importers.standing_mt[0], importers.offtake_mt[0]) == (0.0, 0.0, 0.0)
    assert (world.events[-1].kind, world.events[-1].amount) == (Happened.EXIT_ABROAD, 1.0)
