"""Ponds over the years: no plant makes more mud than it can stack, and permits open where they were granted."""

from functools import cache

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.industry import Industry
from sim.phases.ponds import answer_applications, measure_ponds, new_space, open_permitted_ponds, yearly_mud
from sim.policies.rulebook import MudRule, Rulebook
from tests.phases.playing import fresh, play

YEARS = 6


@cache
def watched(seed: int) -> tuple[tuple[Floats, Floats, Floats], ...]:
    """Give space after ponds opened, mud stacked and space after the year, by year of a run with tight ponds."""
    opened: list[Floats] = []
    seen: list[tuple[Floats, Floats, Floats]] = []
    stocks: list[Floats] = []

    def look(industry: Industry, phase: str) -> None:
        plants = industry.refineries
        if phase == "open_ponds":
            opened.append(plants.pond_space_mt.copy())
            stocks.append(plants.mud_stock_mt.copy())
        if phase == "close_ponds":
            seen.append((opened[-1], plants.mud_stock_mt - stocks[-1], plants.pond_space_mt.copy()))

    tight = {"red_mud": {"permit_lead_years": 8.0}, "retrofits": {"attention_share": 0.0}}
    play(YEARS, seed, look, parameters=tight)
    return tuple(seen)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_plant_makes_more_mud_in_a_year_than_its_pond_holds(seed: int) -> None:
    years = watched(seed)

    assert len(years) == YEARS
    for space, stacked, _ in years:
        # rounding of a sum of four quarters
        assert (stacked <= space + 1e-12).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_stacked_is_what_ponds_lose(seed: int) -> None:
    for space, stacked, left in watched(seed):
        assert space - stacked == pytest.approx(left, abs=1e-12)


def test_short_ponds_bind_somewhere_within_six_years() -> None:
    filled = [float((left[space > 0.0] / space[space > 0.0]).min()) for space, _, left in watched(1)]

    assert min(filled) < 0.1


def test_a_plant_with_a_full_pond_makes_nothing_all_year() -> None:
    industry = fresh()
    row = int(np.argmax(industry.refineries.running_share * industry.refineries.runnable_mt))
    industry.refineries.pond_space_mt[row] = 0.0
    industry.refineries.permit_due_year[row] = 2040

    industry.step()

    assert industry.book.made_mt[row] == 0.0
    assert industry.refineries.pond_cap_share[row] == 0.0


def test_mud_of_a_year_is_output_times_mud_less_what_is_used() -> None:
    industry = fresh()
    industry.step()
    plants, book = industry.refineries, industry.book

    expected = book.made_mt * industry.recipe.mud_t * (1.0 - book.mud_use_share)

    assert plants.mud_stock_mt == pytest.approx(expected)


def test_a_permitted_pond_opens_in_its_year_with_years_of_full_output() -> None:
    industry = fresh()
    plants = industry.refineries
    plants.permit_due_year[:] = 0
    plants.permit_due_year[0], space, industry.year = 2027, float(plants.pond_space_mt[0]), 2027

    open_permitted_ponds(industry)

    lasts = industry.parameters.red_mud.permit_life_years
    assert new_space(industry, 0) == pytest.approx(lasts * yearly_mud(industry, 0))
    assert plants.pond_space_mt[0] - space == pytest.approx(new_space(industry, 0))
    assert [event.kind for event in industry.events] == ["pond"]


def applied(permit_share: float) -> Industry:
    """Give an industry of 2026 after its provinces have answered, with one chance of a permit for all."""
    industry = fresh()
    industry.year = 2026
    industry.refineries.permit_due_year[:] = 0
    industry.refineries.pond_space_mt[:] *= np.arange(len(industry.refineries)) % 2
    industry.geography.permit_share[:] = permit_share
    answer_applications(industry)
    return industry


def test_only_standing_plants_with_short_ponds_apply() -> None:
    industry = applied(permit_share=1.0)
    plants = industry.refineries
    short = (
        industry.refineries.pond_space_mt
        < np.array([yearly_mud(industry, row) for row in range(len(plants))])
        * industry.parameters.red_mud.apply_below_years
    )

    granted = plants.permit_due_year > 0

    assert granted.any()
    assert (granted == (short & (plants.nameplate_mt > 0.0))).all()
    assert (plants.permit_due_year[granted] == 2026 + industry.parameters.red_mud.permit_lead_years).all()


def test_provinces_that_never_permit_let_ponds_run_full() -> None:
    assert (applied(permit_share=0.0).refineries.permit_due_year == 0).all()


def test_a_plant_that_waits_for_its_pond_does_not_apply_again() -> None:
    industry = applied(permit_share=1.0)
    granted = len(industry.events)

    answer_applications(industry)

    assert granted > 0
    assert len(industry.events) == granted


def test_a_pond_ban_by_law_refuses_what_the_province_would_grant() -> None:
    industry = fresh()
    ban = MudRule(0.15, 0.0, 0.0, 1.0, None, 1.0, ("shanxi",))
    industry.year, industry.rules = 2026, Rulebook(red_mud=(ban,))
    industry.refineries.permit_due_year[:] = 0
    industry.refineries.pond_space_mt[:] = 0.0
    industry.geography.permit_share[:] = 1.0

    answer_applications(industry)

    granted = industry.refineries.region[industry.refineries.permit_due_year > 0]
    shanxi = industry.geography.regions.index("shanxi")
    assert granted.size > 0
    assert shanxi not in granted


def test_a_longer_required_life_throttles_the_plants_of_its_regions_alone() -> None:
    industry = fresh()
    open_ponds_with(industry, Rulebook())
    usual = industry.refineries.pond_cap_share.copy()

    open_ponds_with(industry, Rulebook(red_mud=(MudRule(0.15, 0.0, 0.0, 0.0, 9.0, 1.0, ("shanxi",)),)))

    here = industry.refineries.region == industry.geography.regions.index("shanxi")
    standing = industry.refineries.nameplate_mt > 0.0
    assert (industry.refineries.pond_cap_share[here & standing] < usual[here & standing]).any()
    assert (industry.refineries.pond_cap_share[~here] == usual[~here]).all()


def open_ponds_with(industry: Industry, rules: Rulebook) -> None:
    """Measure the ponds of 2026 under a rulebook."""
    industry.year, industry.rules = 2026, rules
    measure_ponds(industry)


def test_space_is_dearer_where_ponds_are_nearly_full() -> None:
    industry = fresh()
    open_ponds_with(industry, Rulebook())
    row = int(np.argmax(industry.refineries.space_cny_per_t))
    before = float(industry.refineries.space_cny_per_t[row])

    industry.refineries.pond_space_mt[row] *= 0.5
    open_ponds_with(industry, Rulebook())

    assert 0.0 < before < industry.refineries.space_cny_per_t[row]
