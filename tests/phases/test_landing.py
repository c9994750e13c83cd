"""Ports: what they land, when they are crowded, and how they grow."""

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.landing import crowding_cost, landed, note_landings, used_share
from sim.policies.rulebook import Rulebook
from tests.phases.playing import fresh


def at_the_end_of_2026(share: float) -> Industry:
    """Give an industry whose ports landed a share of what they can."""
    industry = fresh()
    industry.year, industry.book = 2026, industry.new_book()
    for port, room in enumerate(industry.harbours.ore_mt):
        rows = np.flatnonzero(industry.geography.port[industry.refineries.region] == port)
        industry.book.imported_ore_mt[rows[0]] = share * room
    return industry


def test_every_tonne_of_imported_ore_lands_in_one_port() -> None:
    industry = fresh()

    assert landed(industry).sum() == pytest.approx(industry.book.imported_ore_mt.sum())
    assert (landed(industry) >= 0.0).all()


def test_ports_at_the_start_cost_nothing_extra() -> None:
    assert np.abs(crowding_cost(fresh())).max() == 0.0


def test_ports_that_land_more_than_at_the_start_cost_more() -> None:
    industry = at_the_end_of_2026(0.85)

    note_landings(industry)

    busier = used_share(industry) > industry.harbours.opening_share
    served = busier[industry.geography.port]
    assert served.any()
    assert (crowding_cost(industry)[served] > 0.0).all()


def test_a_crowded_port_is_extended_after_its_building_time() -> None:
    industry = at_the_end_of_2026(0.95)
    before = industry.harbours.ore_mt.copy()
    terms = industry.parameters.ports

    note_landings(industry)
    assert (industry.harbours.due_year == 2027 + int(terms.extension_years)).all()
    assert np.array_equal(industry.harbours.ore_mt, before)

    industry.year = 2026 + int(terms.extension_years)
    note_landings(industry)

    assert industry.harbours.ore_mt - before == pytest.approx(terms.extension_mt)
    assert {event.kind for event in industry.events} == {"port"}


def test_a_quiet_port_is_not_extended() -> None:
    industry = at_the_end_of_2026(0.5)

    note_landings(industry)

    assert (industry.harbours.due_year == 0).all()


def test_berths_that_a_policy_builds_make_a_port_less_crowded() -> None:
    industry = at_the_end_of_2026(0.9)
    note_landings(industry)
    usual = used_share(industry)

    industry.rules = Rulebook(berths=(("beibu", float(industry.harbours.ore_mt[1])),))

    names = [row.id for row in industry.pack.ports]
    changed = used_share(industry) / usual
    assert changed[names.index("beibu")] == pytest.approx(0.5)
    assert np.delete(changed, names.index("beibu")) == pytest.approx(1.0)
