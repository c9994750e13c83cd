"""Each instrument by hand: what it writes into the rulebook of a year."""

import pytest

from sim.policies.carbon import CarbonTrading
from sim.policies.no_zombie import NoZombie
from sim.policies.rulebook import Rulebook
from sim.policies.trade import Trade


def duty(**changes: object) -> Trade:
    """Give a duty of 8 % from 2028 on."""
    return Trade.model_validate(
        {"id": "duty", "type": "trade", "start_year": 2028, "duty_share": 0.08, **changes}
    )


def carbon(**changes: object) -> CarbonTrading:
    """Give a carbon price of 100 CNY/t CO2 from 2028 on, with a benchmark that falls by a tenth a year."""
    written = {
        "id": "ets",
        "type": "carbon",
        "start_year": 2028,
        "price_cny_per_tco2": 100.0,
        "benchmark_tco2_per_t": 1.0,
        "decline_per_year": 0.1,
    }
    return CarbonTrading.model_validate({**written, **changes})


def test_a_ramp_of_three_years_grows_by_quarters_to_full_strength() -> None:
    slow = duty(ramp_years=3.0)

    assert [slow.weight(year) for year in range(2027, 2033)] == pytest.approx([0, 0.25, 0.5, 0.75, 1.0, 1.0])


def test_strength_scales_the_whole_ramp() -> None:
    half = duty(ramp_years=1.0, strength_share=0.5)

    assert [half.weight(year) for year in (2028, 2029, 2035)] == pytest.approx([0.25, 0.5, 0.5])


def test_a_policy_ends_with_its_last_year() -> None:
    short = duty(end_year=2029)

    assert [short.weight(year) for year in (2028, 2029, 2030)] == [1.0, 1.0, 0.0]


def test_duties_of_two_instruments_add_up() -> None:
    # 2 % in the rulebook and 8 % on top
    assert duty().amend(Rulebook(duty_share=0.02), 2028).duty_share == pytest.approx(0.10)


def test_the_carbon_benchmark_falls_from_the_first_year_on() -> None:
    third = carbon().amend(Rulebook(), 2030)

    # 1.0 x 0.9 x 0.9
    assert third.carbon_benchmark_tco2_per_t == pytest.approx(0.81)
    assert third.carbon_price_cny_per_tco2 == 100.0


def test_a_carbon_price_that_ramps_up_charges_a_part_of_it() -> None:
    # one of four steps
    assert carbon(ramp_years=3.0).amend(Rulebook(), 2028).carbon_price_cny_per_tco2 == pytest.approx(25.0)


def test_discipline_is_never_more_than_full() -> None:
    strict = NoZombie.model_validate(
        {"id": "strict", "type": "no_zombie", "start_year": 2028, "discipline_share": 0.8}
    )

    assert strict.amend(Rulebook(discipline_share=0.1), 2028).discipline_share == pytest.approx(0.9)
    assert strict.amend(Rulebook(discipline_share=0.5), 2028).discipline_share == 1.0
