"""Numbers in words of people: units, digits, no negative zero, nothing that is not a number."""

import math

import pytest

from sim.metrics import METRICS
from sim.report.measures import (
    change_and_span,
    decimals_for,
    full_name,
    levels,
    scale_of,
    unit_shown,
    written,
)


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [
        (2877.4, 0, "+", "+2,877"),
        (-0.0, 2, "+", "0"),
        (-0.004, 2, "+", "0"),
        (0.0, 1, "", "0"),
        (math.nan, 1, "+", "n/a"),
        (math.inf, 1, "", "n/a"),
        (-85.93, 1, "", "-85.9"),
    ],
)
def test_a_number_has_no_negative_zero_and_is_never_nan(
    value: float, decimals: int, sign: str, text: str
) -> None:
    assert written(value, decimals, sign) == text


def test_three_digits_are_shown_of_the_largest_number() -> None:
    # 0.23 needs three decimals, 2.3 two, 23 one, 230 and more none
    assert [decimals_for(size) for size in (0.23, 2.3, -23.0, 230.0, 23_000.0)] == [3, 2, 1, 0, 0]
    assert decimals_for(0.0) == decimals_for(math.nan) == 0


def test_levels_and_changes_share_their_decimals() -> None:
    assert levels(2.37, 12.0) == ("2.4", "12.0")
    assert change_and_span(-39.0, -85.93, 7.861) == ("-39.0", "-85.9 to 7.9")
    assert change_and_span(1.0, math.nan, math.nan) == ("+1.00", "n/a")
    assert change_and_span(0.0, 0.0, 0.0) == ("0", "0 to 0")


def test_shares_are_shown_in_per_cent_and_all_else_in_its_unit() -> None:
    assert full_name("operating_rate") == "Operating rate, %"
    assert (scale_of("operating_rate"), scale_of("price_cny_per_t")) == (100.0, 1.0)
    assert full_name("price_cny_per_t") == "Mill price, CNY/t"
    assert full_name("no_such_measure_mt").startswith("No_such_measure_mt")
    assert all(unit_shown(name) for name in METRICS)
