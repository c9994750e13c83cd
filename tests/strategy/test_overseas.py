"""A line outside China begun now, begun later, or kept, by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.strategy.overseas import Line, worth_of_delay, worth_of_keeping, worth_of_starting

# A quarter a year for two years: factors of 0.8 and 0.64.
LINE = Line(
    now_usd_per_t=np.array([100.0]),
    lasting_usd_per_t=np.array([50.0]),
    unspent_usd_per_t=np.array([60.0]),
    volatility_usd_per_t=np.array([100.0]),
    discount_per_year=np.array([0.25]),
    life_years=2,
)


def test_a_line_earns_todays_margin_for_a_year_and_the_lasting_one_after() -> None:
    # 100 x 0.8 + 50 x 0.64 - 60
    assert worth_of_starting(LINE) == pytest.approx([52.0])


def test_waiting_is_worth_the_chance_that_the_line_pays_in_a_year() -> None:
    # 50 x 1.44 = 72 to come for 72 to spend: an even chance with a spread of 144, a year off, less what waiting costs
    even = replace(LINE, unspent_usd_per_t=np.array([72.0]))

    assert worth_of_delay(even, 5.0) == pytest.approx([144.0 / math.sqrt(2.0 * math.pi) / 1.25 - 5.0])


def test_a_refinery_that_breaks_even_is_kept_for_its_good_years() -> None:
    # 100 / sqrt(2 pi) less 10 of upkeep, for 0.8 + 0.64 years
    worth = worth_of_keeping(np.zeros(1), 100.0, 10.0, np.array([0.25]), 2)

    assert worth == pytest.approx([1.44 * (100.0 / math.sqrt(2.0 * math.pi) - 10.0)])
