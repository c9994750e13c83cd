"""A smelter here, frozen, or elsewhere, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.strategy.smelting import Margins, Rebuilding, annuity, spans_of, worth_of_new, worth_of_waiting

# A quarter a year: factors of 0.8, 0.64 and 0.512.
MARGINS = Margins(
    now_cny_per_t=np.array([113.0]),
    lasting_cny_per_t=np.array([226.0]),
    there_cny_per_t=np.array([452.0]),
    discount_per_year=np.array([0.25]),
)
TERMS = Rebuilding(
    life_years=3, lead_years=2, capex_cny_per_t=np.array([100.0]), switching_cny_per_t=0.0, vat_share=0.13
)
SPANS = spans_of(MARGINS, TERMS)


def test_one_a_year_for_two_years_is_worth_what_its_factors_add_up_to() -> None:
    assert annuity(np.array([0.25, 0.0]), 2) == pytest.approx([1.44, 2.0])


def test_new_potlines_earn_from_the_year_after_they_stand() -> None:
    # 452 without VAT is 400, for the third year alone
    assert worth_of_new(MARGINS, TERMS, SPANS) == pytest.approx([400.0 * 0.512 - 100.0])


def test_new_potlines_that_would_lose_stand_still() -> None:
    assert worth_of_new(replace(MARGINS, there_cny_per_t=np.array([-50.0])), TERMS, SPANS).tolist() == [
        -100.0
    ]


def test_a_smelter_earns_todays_margin_for_a_year_and_the_lasting_one_after() -> None:
    first, until, later = worth_of_waiting(MARGINS, TERMS, SPANS)

    # 100 and 200 without VAT
    assert (first[0], until[0], later[0]) == pytest.approx((80.0, 128.0, 102.4))


def test_pots_that_lose_for_good_are_not_run_beyond_the_year() -> None:
    bad = replace(MARGINS, now_cny_per_t=np.array([-113.0]), lasting_cny_per_t=np.array([-226.0]))

    assert [float(each[0]) for each in worth_of_waiting(bad, TERMS, SPANS)] == pytest.approx(
        [-80.0, 0.0, 0.0]
    )
