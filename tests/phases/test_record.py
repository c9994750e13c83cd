"""A record that is replayed: drivers are what they were, and what is on record is not drawn."""

import numpy as np
import pytest

from sim.industry import Industry
from sim.market.parity import excess_supply
from sim.phases.quarter import world_border
from sim.phases.record import is_replayed, on_record
from sim.scenario.load import load
from sim.world.world import World

ORE, OWN = "guinea_ore", "recorded_own_world"


def played(drivers: str, years: int = 1) -> World:
    """Give the world after some years of a past."""
    industry = Industry(load("hindcast_2017", drivers=drivers), 0)
    for _ in range(years):
        industry.step()
    return industry.world


@pytest.fixture(scope="module")
def replayed() -> World:
    """Give a past that was replayed for two years."""
    return played("recorded", 2)


def test_input_prices_are_those_on_record(replayed: World) -> None:
    recorded = [on_record(replayed, ORE, quarter) for quarter in (1, 2, 3, 4)]

    assert recorded == [57.017, 55.753, 54.393, 54.263]
    assert [each["guinea_ore_usd_per_t"] for each in replayed.book.quarters] == pytest.approx(recorded)


def test_metal_is_made_as_recorded_whatever_smelters_would_idle(replayed: World) -> None:
    running = replayed.smelters.capacity_mt * replayed.smelters.smelting_share

    assert replayed.smelting_scale * running.sum() == pytest.approx(34.9, rel=0.03)


def test_the_world_price_is_recorded_or_the_models_own(replayed: World) -> None:
    own = played(OWN)

    assert replayed.outside.reference_usd_per_t == 275
    assert own.outside.reference_usd_per_t == own.parameters.world.fob_reference_usd_per_t
    assert on_record(own, "fob", 1) is None and on_record(own, ORE, 1) is not None


def test_what_happened_abroad_is_an_event_only_where_no_recorded_price_holds_it(replayed: World) -> None:
    assert "alunorte" in [each.name for each in played(OWN).imposed]
    assert "alunorte" not in [each.name for each in replayed.imposed]
    assert "jiaokou-2019" in [each.name for each in replayed.imposed]


def test_a_tax_is_that_of_its_year(replayed: World) -> None:
    assert replayed.parameters.market.vat_share == pytest.approx(np.mean([0.16, 0.13, 0.13, 0.13]))


def test_nothing_is_drawn_that_is_on_record(replayed: World) -> None:
    assert is_replayed(replayed)
    assert replayed.happenings == []
    replayed.year, year = 2026, replayed.year
    assert not is_replayed(replayed)
    replayed.year = year


def test_without_a_record_everything_is_drawn() -> None:
    world = played("drawn")

    assert world.record == {}
    assert not is_replayed(world)
    assert world.prices.now.of[ORE] != pytest.approx(60.417)


def test_what_was_added_abroad_since_does_not_come_on_top_of_the_price_that_it_made(replayed: World) -> None:
    border = world_border(replayed, 4)

    spare = excess_supply(border, border.reference_usd_per_t)[0]

    # What it had in the base year, 2.0 Mt a year, less the little that buyers of Chinese exports now buy there.
    assert spare == pytest.approx(2.0 / 4, rel=0.02)
