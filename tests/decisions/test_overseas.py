"""Producers outside China start lines that pay, wait with those that hardly do, match smelters and leave."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sim
from sim.choice import Case, Intent
from sim.decisions.expand import EXPAND, ExpandFacts, expand_abroad
from sim.decisions.match import match_lines, spare_mt
from sim.decisions.withdraw import withdraw_abroad
from sim.phases.founding import start_projects
from sim.sight.abroad import lasting_fob
from sim.world.abroad import NEVER
from sim.world.kinds import Happened
from sim.world.world import World
from tests.phases.playing import cast_of, fresh

LINE = ExpandFacts(*(np.array([value]) for value in (400.0, 400.0, 265.0, 265.0, 600.0, 15.0)))


def best(fob: float, **changes: float) -> str:
    """Give the model's own answer at a FOB price that lasts."""
    moved = {"price_now_usd_per_t": fob, "price_lasting_usd_per_t": fob, **changes}
    facts = replace(LINE, **{name: np.array([value]) for name, value in moved.items()})
    worth = EXPAND.weigh(facts, sim.load("baseline").spec.parameters)
    ways = EXPAND.margins({name: float(each[0]) for name, each in worth.items()}, {})
    return max(ways, key=lambda way: ways[way])


def at(world: World, fob: float, year: int = 2030) -> World:
    """Give a world of another year and FOB price, in which the Chinese price is expected to last."""
    prices = world.prices
    world.year, prices.fob_usd_per_t = year, fob
    prices.adaptive_cny_per_t = prices.forward_cny_per_t = prices.index_cny_per_t
    return world


def test_a_line_starts_when_it_pays_waits_when_it_hardly_does_and_is_given_up_when_hope_is_gone() -> None:
    assert [best(fob) for fob in (400.0, 340.0, 280.0)] == ["start", "delay", "cancel"]


def test_what_is_nearly_built_is_finished_at_prices_that_would_not_pay_for_it_anew() -> None:
    assert best(320.0) != "start"
    assert best(320.0, unspent_usd_per_t=180.0) == "start"


def test_the_wait_ends_where_the_value_of_waiting_is_reached_and_not_where_cost_is_covered() -> None:
    annuity = sum(1.1**-year for year in range(1, 21))
    full_cost = 265.0 + 600.0 / annuity

    assert best(full_cost + 1.0) == "delay"
    assert best(full_cost + 30.0) == "start"


def test_the_lasting_price_is_that_of_the_day_where_china_expects_no_other() -> None:
    world = at(fresh(), 333.0)

    assert lasting_fob(world) == pytest.approx(333.0)
    world.prices.adaptive_cny_per_t = world.prices.forward_cny_per_t = world.prices.index_cny_per_t + 80.0
    assert lasting_fob(world) == pytest.approx(
        333.0 + 80.0 / (1.13 * world.prices.now.exchange_rate_cny_per_usd)
    )


def test_plans_are_given_up_at_a_low_price_and_put_off_at_a_middling_one() -> None:
    low, middling = at(fresh(), 270.0), at(fresh(), 330.0)
    for world in (low, middling):
        expand_abroad(world, cast_of(world))

    planned = [each for each in low.abroad if each.planned and each.refinery and each.due_year == NEVER]
    gone = [event.counterpart for event in low.events if event.kind == Happened.CANCEL_ABROAD]
    put_off = [each for each in middling.abroad if each.planned and each.refinery and each.due_year == 2031]
    assert planned
    assert {each.key for each in planned} <= {*gone}
    assert put_off


class Waiting(sim.Importer):
    """A producer that puts everything off."""

    def decide(self, view: Any, case: Case) -> Intent:
        """Wait."""
        return case.take("delay" if "delay" in case.margins else None)


def test_a_producer_of_ones_own_may_put_everything_off() -> None:
    industry = sim.Industry("baseline", 1, agents={sim.Importer: Waiting})
    before = industry.world.importers.capacity_mt.sum()

    for _ in range(3):
        industry.step()

    assert industry.world.importers.capacity_mt.sum() == before


def test_a_smelter_is_planned_beside_a_line_whose_producer_has_alumina_to_spare() -> None:
    world = at(fresh(parameters={"pipeline": {"on_time_share": 1.0}}), 340.0, 2027)
    start_projects(world)
    spare = {key: spare_mt(world, key) for key in world.importers.keys}

    match_lines(world, cast_of(world))

    planned = [event for event in world.events if event.kind == Happened.MATCH_ABROAD]
    alpha = world.parameters.market.product_per_metal_t_per_t
    assert planned
    for event in planned:
        assert alpha * event.amount <= spare[event.agent]
        (project,) = [each for each in world.abroad if each.key == event.subject]
        assert (project.refinery, project.planned, project.due_year) == (False, True, 2030)


def test_a_producer_and_its_line_are_told_what_was_decided_over_the_line() -> None:
    run = sim.run(sim.load("baseline", years={"start_year": 2026, "end_year": 2028}, expects=[]), 0)

    for agent in ("ind-jinjiang", "bap-ketapang-2"):
        assert "start Borneo Alumindo Prima phase II?" in str(run.explain(agent))


def test_producers_leave_after_years_of_low_prices_and_not_after_one() -> None:
    world, importers = fresh(), None
    cast = cast_of(world)
    for year, fob in enumerate((340.0, 190.0, 190.0, 190.0, 190.0, 190.0), start=2026):
        at(world, fob, year)
        withdraw_abroad(world, cast)
        importers = world.importers
        if year == 2027:
            assert (importers.capacity_mt[importers.near] > 0.0).all()

    assert importers is not None
    assert (importers.capacity_mt[importers.near] == 0.0).all()
    assert (importers.capacity_mt[~importers.near] > 0.0).all()
    assert {event.kind for event in world.events} >= {Happened.EXIT_ABROAD}
